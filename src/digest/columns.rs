//! Which articles are no news but one of a series: columns, podcasts, letters, deals, a live page's minutes.
//!
//! Told by what stands over them: the outlet has used the same title on other days, or it is, as a whole or between its
//! colons, commas, bars and dashes, one that the lexicon knows (`columns.titles`); or by a part of the address that is one.

use std::sync::LazyLock;

use url::Url;

use super::display_text::TITLE_CHARS_MAX;
use super::input::MemberInput;
use crate::lexicon::LANGUAGES;
use crate::text;

/// What stands for any words at the beginning or the end of a title in the lexicon.
const ANY_WORDS: &str = "…";

/// A title of the lexicon in comparable words, and whether others may stand before and behind it.
struct ColumnTitle {
    words: String,
    is_open_before: bool,
    is_open_behind: bool,
}

static TITLES: LazyLock<Vec<ColumnTitle>> = LazyLock::new(|| {
    let titles = LANGUAGES.iter().flat_map(|language| language.columns.titles);
    let read = |title: &&str| ColumnTitle {
        words: comparable(title),
        is_open_before: title.starts_with(ANY_WORDS),
        is_open_behind: title.ends_with(ANY_WORDS),
    };
    titles.map(read).collect()
});

impl ColumnTitle {
    fn is(&self, words: &str) -> bool {
        match (self.is_open_before, self.is_open_behind) {
            (true, _) => words.strip_suffix(&self.words).is_some_and(|rest| rest.ends_with(' ')),
            (_, true) => words
                .strip_prefix(&self.words)
                .is_some_and(|rest| rest.starts_with(' ')),
            (false, false) => words == self.words,
        }
    }
}

/// Whether an article is one of a series.
pub(super) fn is_column(member: &MemberInput) -> bool {
    member.has_standing_title || is_minute(&member.title) || is_titled(&member.title) || is_addressed(&member.web_url)
}

/// Whether a title begins with the time of day, as a live page's entries do.
fn is_minute(title: &str) -> bool {
    let Some((hour, rest)) = title.split_once([':', '.']) else {
        return false;
    };
    let minute: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let is_short = |digits: &str| matches!(digits.len(), 1..=2) && digits.bytes().all(|b| b.is_ascii_digit());
    let is_below = |digits: &str, bound: u8| digits.parse::<u8>().is_ok_and(|number| number < bound);
    is_short(hour)
        && is_below(hour, 24)
        && minute.len() == 2
        && is_below(&minute, 60)
        && !rest[2..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '%' | '.' | ','))
}

fn is_titled(title: &str) -> bool {
    let title: String = title.chars().take(TITLE_CHARS_MAX).collect();
    let title = title.replace(" - ", "|");
    title.split([':', ',', '|', '–', '—', '•', '·']).any(is_part)
}

fn is_addressed(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    url.path_segments()
        .is_some_and(|mut parts| parts.any(|part| is_part(&part.replace(['-', '_'], " "))))
}

fn is_part(part: &str) -> bool {
    let words = comparable(part);
    !words.is_empty() && TITLES.iter().any(|title| title.is(&words))
}

/// Returns a title's words in one line, without the numbers of a series.
fn comparable(title: &str) -> String {
    let words = text::words(title).filter(|word| !word.bytes().all(|b| b.is_ascii_digit()));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_told_by_their_titles() {
        for title in [
            "Podcast, episode 31: the face in the crowd",
            "Podcast: Episode 12",
            "The face in the crowd | Podcast",
            "Letters to the editor",
            "Deals of the weekend: three cameras under $80",
            "Veridian (VRD) stock report: what to know today",
            "Leserbriefe: Kameras am Bahnhof",
            "Письма читателей",
            "09:40 The march has begun at the harbour.",
        ] {
            assert!(is_titled(title) || is_minute(title), "{title}");
        }
        for title in [
            "Police podcast host arrested after face scan",
            "Letters show mayor knew of face scans",
            "Deal: Senate and House agree on warrants",
            "House passes warrant bill, 61 to 41",
            "1.40% of riders were scanned",
            "10:0 for the choir",
            "Live: 5,200 march against face scans",
        ] {
            assert!(!is_titled(title) && !is_minute(title), "{title}");
        }
        assert!(
            is_addressed("https://example.org/podcasts/the-daily-podcast/31")
                || is_addressed("https://example.org/podcast/31")
        );
        assert!(!is_addressed("https://example.org/2026/06/letters-show-mayor-knew"));
    }
}
