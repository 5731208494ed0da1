//! How dates of documents are said: what happens, in how many days, on which date.

use chrono::{Datelike, NaiveDate, Offset};

use super::model::{DateNews, DateNote};
use super::wording::{DigestWording, fill};
use crate::domain::Timestamp;
use crate::domain::deadline::{DeadlineKind, StatedDate};

impl DigestWording {
    /// Returns what is told of a date: "comments close in 6 days, Tue 9 June".
    pub fn date_note(self, note: &DateNote, now: Timestamp) -> String {
        let words = self.words;
        let what = match note.kind {
            DeadlineKind::CommentsClose => words.comments_close,
            DeadlineKind::TakesEffect => words.takes_effect,
            DeadlineKind::Hearing => words.hearing,
            DeadlineKind::Event => words.event,
        };
        let stated = self.stated(note.date, now);
        let ahead = format!("{}, {stated}", self.days_ahead(note.date, now));
        match note.news {
            DateNews::Ahead => fill(what, &[("when", &ahead)]),
            DateNews::Moved { was } => {
                let was = fill(words.date_was, &[("day", &self.stated(was, now))]);
                format!("{}, {was}", fill(what, &[("when", &ahead)]))
            }
            DateNews::Withdrawn => fill(words.withdrawn, &[("what", &fill(what, &[("when", &stated)]))]),
        }
    }

    /// Returns in how many of the reader's days a date is.
    fn days_ahead(self, date: StatedDate, now: Timestamp) -> String {
        let days = (date.day_in(self.zone) - now.with_timezone(&self.zone).date_naive()).num_days();
        match usize::try_from(days) {
            Ok(0) | Err(_) => self.words.today.to_owned(),
            Ok(days) => self.count(self.words.days_ahead, days),
        }
    }

    /// Returns a date as it is stated; where a reader's clock says otherwise, that stands behind it.
    fn stated(self, date: StatedDate, now: Timestamp) -> String {
        let at = match date {
            StatedDate::Day(day) => return self.day_of(day, now),
            StatedDate::Moment(at) => at,
        };
        let local = at.with_timezone(&self.zone);
        let (day, time) = (self.day_of(at.date_naive(), now), at.format("%H:%M"));
        if local.offset().fix() == *at.offset() {
            return format!("{day}, {time}");
        }
        let own_day = match local.date_naive() == at.date_naive() {
            true => String::new(),
            false => format!("{}, ", self.day_of(local.date_naive(), now)),
        };
        let offset = offset_name(at.offset().local_minus_utc());
        format!("{day}, {time} {offset} ({own_day}{})", local.format("%H:%M %Z"))
    }

    /// Returns a day, with its year where that is another one.
    fn day_of(self, day: NaiveDate, now: Timestamp) -> String {
        match day.year() == now.with_timezone(&self.zone).year() {
            true => self.language.short(day),
            false => self.language.plain(day),
        }
    }
}

/// Returns the name of an offset in seconds: "UTC−4", "UTC+5:30".
fn offset_name(seconds: i32) -> String {
    let sign = if seconds < 0 { '−' } else { '+' };
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
    match (hours, minutes) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}
