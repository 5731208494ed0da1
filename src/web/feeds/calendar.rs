//! Dates of documents as a calendar (iCalendar, RFC 5545): an event a date, under a name that stays when the date is moved.

use chrono::TimeDelta;

use super::entry_content;
use super::entry_id::EntryIds;
use crate::digest::display_text;
use crate::domain::Timestamp;
use crate::domain::deadline::{DeadlineKind, StatedDate};
use crate::domain::record;
use crate::views::ViewError;
use crate::views::deadlines::{self, StandingDate};
use crate::web::answer::Answer;
use crate::web::desk::Desk;
use crate::web::routes::Route;

const MEDIA: &str = "text/calendar; charset=utf-8";
/// A calendar need not ask again for so long, in seconds.
const FRESH_SECONDS: u32 = 3600;
/// A line goes on in the next one behind so many bytes.
const LINE_BYTES_MAX: usize = 75;

/// Returns the dates of a topic, or of all, as a calendar.
pub fn calendar(desk: &Desk<'_>, topic: Option<&str>) -> Result<Answer, ViewError> {
    let ids = EntryIds::of(desk)?;
    let found = deadlines::standing(desk.store, desk.config, desk.now, topic)?;
    let name = entry_content::title(topic.unwrap_or("All topics"));
    let mut out = String::new();
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tidings//Dates//EN",
        "CALSCALE:GREGORIAN",
    ] {
        push(&mut out, line);
    }
    push(&mut out, &format!("X-WR-CALNAME:{}", text(&name)));
    for date in &found {
        event(&mut out, desk, ids, date);
    }
    push(&mut out, "END:VCALENDAR");
    Ok(Answer {
        fresh_seconds: FRESH_SECONDS,
        is_of_the_moment: true,
        ..Answer::found(MEDIA, out)
    })
}

fn event(out: &mut String, desk: &Desk<'_>, ids: EntryIds, found: &StandingDate) {
    let (article, deadline) = (&found.article, &found.deadline);
    let changed_at = utc(deadline.changed_at);
    let what = match deadline.kind {
        DeadlineKind::CommentsClose => "Comments close",
        DeadlineKind::TakesEffect => "Takes effect",
        DeadlineKind::Hearing => "Hearing",
        DeadlineKind::Event => "Event",
    };
    // Grows whenever the date is moved, also back to what it was.
    let sequence = (deadline.changed_at - article.seen_at)
        .num_seconds()
        .clamp(0, i64::from(i32::MAX));
    let facts = record::in_words(&found.facts).into_iter();
    let facts: Vec<String> = facts.map(|fact| format!("{}: {}", fact.label, fact.values)).collect();
    let page = desk.address(&Route::Article(article.id));
    push(out, "BEGIN:VEVENT");
    push(
        out,
        &format!("UID:{}", ids.of_date(article.id, article.seen_at, deadline)),
    );
    push(out, &format!("DTSTAMP:{changed_at}"));
    push(out, &format!("LAST-MODIFIED:{changed_at}"));
    push(out, &format!("SEQUENCE:{sequence}"));
    match found.date {
        StatedDate::Day(day) => {
            push(out, &format!("DTSTART;VALUE=DATE:{}", day.format("%Y%m%d")));
            let next = day + TimeDelta::days(1);
            push(out, &format!("DTEND;VALUE=DATE:{}", next.format("%Y%m%d")));
        }
        StatedDate::Moment(at) => push(out, &format!("DTSTART:{}", utc(at.to_utc()))),
    }
    push(
        out,
        &format!(
            "SUMMARY:{}",
            text(&format!("{what}: {}", entry_content::title(&article.title)))
        ),
    );
    push(out, &format!("DESCRIPTION:{}", text(&facts.join("\n"))));
    push(
        out,
        &format!("URL:{}", display_text::link(&article.web_url).unwrap_or(page)),
    );
    push(out, "TRANSP:TRANSPARENT");
    push(out, "END:VEVENT");
}

fn utc(at: Timestamp) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// Returns a text as a value: what parts values and lines is escaped, other controls go.
fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Appends a line, folded: what goes on begins with a space, and no letter is cut.
fn push(out: &mut String, line: &str) {
    let mut used = 0;
    for c in line.chars() {
        if used + c.len_utf8() > LINE_BYTES_MAX {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(c);
        used += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_between_letters() {
        for line in [
            "é".repeat(100),
            "顔".repeat(80),
            "a".repeat(75),
            "a".repeat(76),
            String::new(),
        ] {
            let mut out = String::new();
            push(&mut out, &line);
            let lines: Vec<&str> = out.split("\r\n").collect();
            assert!(lines.iter().all(|line| line.len() <= LINE_BYTES_MAX), "{out}");
            assert_eq!(out.replace("\r\n ", "").trim_end(), line);
        }
        let mut out = String::new();
        push(&mut out, &"a".repeat(75));
        assert_eq!(out.matches("\r\n").count(), 1, "what fits is one line");
    }

    #[test]
    fn texts_hold_no_other_line() {
        assert_eq!(text("a;b, c\\d\ne\r\u{7}"), "a\\;b\\, c\\\\d\\ne");
        assert_eq!(text("x\r\nEND:VEVENT"), "x\\nEND:VEVENT");
    }
}
