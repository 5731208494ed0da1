//! The language of a digest, and dates in it: names of days and months, and the order they stand in.
//!
//! The other words stand in `wording.rs`.

use chrono::{Datelike, NaiveDate};

use crate::lexicon::digest_words::DigestWords;
use crate::lexicon::{DateForm, LANGUAGES, Language};

/// A language digests are written in.
#[derive(Debug, Clone, Copy)]
pub struct DigestLanguage(&'static Language);

impl PartialEq for DigestLanguage {
    fn eq(&self, other: &Self) -> bool {
        self.0.tag == other.0.tag
    }
}

impl Default for DigestLanguage {
    /// English.
    fn default() -> Self {
        Self(
            LANGUAGES
                .iter()
                .find(|language| language.tag == "en")
                .expect("English is a language"),
        )
    }
}

impl DigestLanguage {
    /// Returns all of them, by the tag the configuration has for them.
    pub fn all() -> Vec<(&'static str, Self)> {
        let written = LANGUAGES.iter().filter(|language| !language.digest.new.is_empty());
        written.map(|language| (language.tag, Self(language))).collect()
    }

    /// Returns its tag in BCP 47.
    pub fn tag(self) -> &'static str {
        self.0.tag
    }

    /// Returns its words.
    pub fn words(self) -> &'static DigestWords {
        &self.0.digest
    }

    /// Returns the date in full: "Saturday 13 June 2026", "Samstag, 13. Juni 2026".
    pub fn long(self, date: NaiveDate) -> String {
        let form = self.form();
        let day = form.weekdays[date.weekday().num_days_from_monday() as usize];
        let (after, between) = (form.after_weekday, form.between);
        format!("{day}{after} {}{between}{}", self.day_month(date), date.year())
    }

    /// Returns the date as the subject has it: "Sat 13 June", "Sa, 13. Juni".
    pub fn short(self, date: NaiveDate) -> String {
        let form = self.form();
        let day = form.short_weekdays[date.weekday().num_days_from_monday() as usize];
        format!("{day}{} {}", form.after_weekday, self.day_month(date))
    }

    /// Returns a date without its weekday: "13 June 2026".
    pub fn plain(self, date: NaiveDate) -> String {
        format!("{}{}{}", self.day_month(date), self.form().between, date.year())
    }

    /// Returns a date without weekday and year: "13 June".
    pub fn day_month(self, date: NaiveDate) -> String {
        let form = self.form();
        let month = form.months[date.month0() as usize];
        let after = match date.day() {
            1 => form.after_first_day,
            _ => form.after_day,
        };
        format!("{}{after}{}{month}", date.day(), form.between)
    }

    fn form(self) -> &'static DateForm {
        &self.0.date
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(tag: &str) -> DigestLanguage {
        let all = DigestLanguage::all();
        all.into_iter().find(|(own, _)| *own == tag).unwrap().1
    }

    #[track_caller]
    fn check(tag: &str, date: &str, long: &str, short: &str) {
        let language = language(tag);
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
        check("et", "2026-06-13", "laupäev, 13. juuni 2026", "L, 13. juuni");
    }

    #[test]
    fn plain_dates_keep_their_year() {
        assert_eq!(language("de").plain("2025-11-02".parse().unwrap()), "2. November 2025");
    }
}
