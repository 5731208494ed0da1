//! How a source fares, told to people: what to do about it, how much of its articles it gives, how often it is asked.

use chrono::TimeDelta;

use crate::domain::health::Condition;
use crate::domain::plural::counted;
use crate::domain::source::FullText;
use crate::store::sources::StoredSource;
use crate::text::flattened;
use crate::views::sources::{JudgedBy, SourceView};

/// Returns what a word for a source's health means.
pub fn meaning(condition: Condition) -> &'static str {
    match condition {
        Condition::Gone => "its address is gone, and it is not polled any more",
        Condition::Blocked => "it answers, but not to us",
        Condition::Failing => "it cannot be read",
        Condition::ChangedMarkup => "a page that gave links or text gives none",
        Condition::Silent => "it brings nothing for longer than its own rhythm",
        Condition::Late => "it is overdue, and nothing polls it",
        Condition::Moved => "it is read from another address",
        Condition::Ok => "it is read as it should be",
    }
}

/// Returns what its reader can do about a source, where there is something.
pub fn remedy(condition: Condition, source: &StoredSource) -> Option<String> {
    Some(match condition {
        Condition::Gone => "take it out, or give it a new address and was = the one above".to_owned(),
        Condition::Moved => {
            let address = flattened(source.state.current_address.as_deref()?);
            format!(
                "set {} = \"{address}\" and was = the one above to make that permanent",
                source.kind.as_str()
            )
        }
        Condition::Blocked => {
            "open it in a browser; it may want a login (user and password, or token), a key in headers, or no programs at all".to_owned()
        }
        Condition::ChangedMarkup => {
            "look at the page; a selector (links, or body in [[site]]) may need a correction".to_owned()
        }
        Condition::Failing | Condition::Silent | Condition::Late | Condition::Ok => return None,
    })
}

/// Returns how much of its articles a source that gives teasers gives, and what follows from it.
pub fn teasers(view: &SourceView) -> Option<String> {
    let (lengths, judged_by) = (&view.source.state.entry_lengths, view.judged_by()?);
    let words = lengths.median().filter(|_| lengths.are_teasers())?;
    let then = match (judged_by, view.full_text) {
        (_, FullText::Always) => "all its pages are read (full_text = \"always\")",
        (_, FullText::Never) => "topics judge by these alone (full_text = \"never\")",
        (JudgedBy::Page, _) => "its pages are read before a topic says no",
        (JudgedBy::Text | JudgedBy::Teaser, _) => {
            "it leads to other sites, whose pages are read only where these speak of a topic"
        }
    };
    let words = counted(words as usize, "word", "words");
    Some(format!("{words} of an article on average; {then}"))
}

/// Whether a source was measured, and gives whole texts.
pub fn gives_whole_texts(view: &SourceView) -> bool {
    view.judged_by().is_some() && !view.source.state.entry_lengths.are_teasers()
}

/// Returns that a source asks to be polled less often than it is, where it does.
pub fn capped(view: &SourceView) -> Option<String> {
    let days = |seconds: i64| counted(usize::try_from(seconds / 86_400).unwrap_or(0), "day", "days");
    let (asked, most) = view.capped_rest()?;
    let (asked, most) = (days(asked), days(most));
    Some(format!(
        "asks for {asked} between polls (max-age, Expires or ttl) and is polled every {most}; schedule = \"every …\" sets another rhythm"
    ))
}

/// Returns a span in one unit.
pub fn span(span: TimeDelta) -> String {
    let seconds = span.num_seconds().max(0);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
