//! Dates in the reader's language: names of days and months, and the order they stand in.
//!
//! Only dates are translated; the other words of a digest are English (`english.rs`).

mod names;

use chrono::{Datelike, NaiveDate};

use names::{DANISH, DUTCH, ENGLISH, FRENCH, GERMAN, ITALIAN, Names, POLISH, PORTUGUESE, SPANISH, SWEDISH};

/// A language dates are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateLanguage {
    #[default]
    English,
    German,
    French,
    Spanish,
    Italian,
    Portuguese,
    Dutch,
    Swedish,
    Danish,
    Polish,
}

impl DateLanguage {
    /// All of them, by the tag the configuration has for them.
    pub const ALL: [(&str, Self); 10] = [
        ("en", Self::English),
        ("de", Self::German),
        ("fr", Self::French),
        ("es", Self::Spanish),
        ("it", Self::Italian),
        ("pt", Self::Portuguese),
        ("nl", Self::Dutch),
        ("sv", Self::Swedish),
        ("da", Self::Danish),
        ("pl", Self::Polish),
    ];

    /// Returns the date in full: "Saturday 13 June 2026", "Samstag, 13. Juni 2026".
    pub fn long(self, date: NaiveDate) -> String {
        let names = self.names();
        let day = names.days[date.weekday().num_days_from_monday() as usize];
        format!(
            "{day}{} {}{}{}",
            names.comma,
            self.day_month(date),
            names.of,
            date.year()
        )
    }

    /// Returns the date as the subject has it: "Sat 13 June", "Sa, 13. Juni".
    pub fn short(self, date: NaiveDate) -> String {
        let names = self.names();
        let day = names.short_days[date.weekday().num_days_from_monday() as usize];
        format!("{day}{} {}", names.comma, self.day_month(date))
    }

    /// Returns a date without its weekday: "13 June 2026".
    pub fn plain(self, date: NaiveDate) -> String {
        format!("{}{}{}", self.day_month(date), self.names().of, date.year())
    }

    fn day_month(self, date: NaiveDate) -> String {
        let names = self.names();
        let month = names.months[date.month0() as usize];
        let first = if self == Self::French && date.day() == 1 {
            "er"
        } else {
            names.dot
        };
        format!("{}{first}{}{month}", date.day(), names.of)
    }

    fn names(self) -> &'static Names {
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
            Self::French => &FRENCH,
            Self::Spanish => &SPANISH,
            Self::Italian => &ITALIAN,
            Self::Portuguese => &PORTUGUESE,
            Self::Dutch => &DUTCH,
            Self::Swedish => &SWEDISH,
            Self::Danish => &DANISH,
            Self::Polish => &POLISH,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tag: &str, date: &str, long: &str, short: &str) {
        let (_, language) = DateLanguage::ALL.into_iter().find(|(own, _)| *own == tag).unwrap();
        let date = date.parse().unwrap();
        assert_eq!(
            (language.long(date).as_str(), language.short(date).as_str()),
            (long, short)
        );
    }

    #[test]
    fn each_language_in_its_own_order() {
        check("en", "2026-06-13", "Saturday 13 June 2026", "Sat 13 June");
        check("de", "2026-03-01", "Sonntag, 1. März 2026", "So, 1. März");
        check("fr", "2026-03-01", "dimanche 1er mars 2026", "dim. 1er mars");
        check("es", "2026-06-13", "sábado, 13 de junio de 2026", "sáb, 13 de junio");
        check(
            "pt",
            "2026-06-15",
            "segunda-feira, 15 de junho de 2026",
            "seg, 15 de junho",
        );
        check("pl", "2026-12-24", "czwartek, 24 grudnia 2026", "czw., 24 grudnia");
        check("da", "2026-06-13", "lørdag 13. juni 2026", "lør 13. juni");
    }

    #[test]
    fn plain_dates_keep_their_year() {
        assert_eq!(
            DateLanguage::German.plain("2025-11-02".parse().unwrap()),
            "2. November 2025"
        );
    }
}
