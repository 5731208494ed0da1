//! Dates in the reader's language: names of days and months, and the order they stand in.
//!
//! Only dates are translated; the other words of a digest are English (`words.rs`).

use chrono::{Datelike, NaiveDate};

/// A language dates are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
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

/// Names of one language: days from Monday, months from January, and how a date is put together.
struct Names {
    days: [&'static str; 7],
    /// Days as the subject has them.
    short_days: [&'static str; 7],
    months: [&'static str; 12],
    /// After a day's name.
    comma: &'static str,
    /// After the number of a day.
    dot: &'static str,
    /// Before the month and before the year.
    of: &'static str,
}

impl Language {
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

const ENGLISH: Names = Names {
    days: [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ],
    short_days: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    comma: "",
    dot: "",
    of: " ",
};
const GERMAN: Names = Names {
    days: [
        "Montag",
        "Dienstag",
        "Mittwoch",
        "Donnerstag",
        "Freitag",
        "Samstag",
        "Sonntag",
    ],
    short_days: ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    comma: ",",
    dot: ".",
    of: " ",
};
const FRENCH: Names = Names {
    days: ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    short_days: ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."],
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    comma: "",
    dot: "",
    of: " ",
};
const SPANISH: Names = Names {
    days: ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
    short_days: ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"],
    months: [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    comma: ",",
    dot: "",
    of: " de ",
};
const ITALIAN: Names = Names {
    days: [
        "lunedì",
        "martedì",
        "mercoledì",
        "giovedì",
        "venerdì",
        "sabato",
        "domenica",
    ],
    short_days: ["lun", "mar", "mer", "gio", "ven", "sab", "dom"],
    months: [
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ],
    comma: "",
    dot: "",
    of: " ",
};
const PORTUGUESE: Names = Names {
    days: [
        "segunda-feira",
        "terça-feira",
        "quarta-feira",
        "quinta-feira",
        "sexta-feira",
        "sábado",
        "domingo",
    ],
    short_days: ["seg", "ter", "qua", "qui", "sex", "sáb", "dom"],
    months: [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ],
    comma: ",",
    dot: "",
    of: " de ",
};
const DUTCH: Names = Names {
    days: [
        "maandag",
        "dinsdag",
        "woensdag",
        "donderdag",
        "vrijdag",
        "zaterdag",
        "zondag",
    ],
    short_days: ["ma", "di", "wo", "do", "vr", "za", "zo"],
    months: [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    comma: "",
    dot: "",
    of: " ",
};
const SWEDISH: Names = Names {
    days: ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"],
    short_days: ["mån", "tis", "ons", "tors", "fre", "lör", "sön"],
    months: [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ],
    comma: "",
    dot: "",
    of: " ",
};
const DANISH: Names = Names {
    days: ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"],
    short_days: ["man", "tir", "ons", "tor", "fre", "lør", "søn"],
    months: [
        "januar",
        "februar",
        "marts",
        "april",
        "maj",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "december",
    ],
    comma: "",
    dot: ".",
    of: " ",
};
const POLISH: Names = Names {
    days: [
        "poniedziałek",
        "wtorek",
        "środa",
        "czwartek",
        "piątek",
        "sobota",
        "niedziela",
    ],
    short_days: ["pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz."],
    months: [
        "stycznia",
        "lutego",
        "marca",
        "kwietnia",
        "maja",
        "czerwca",
        "lipca",
        "sierpnia",
        "września",
        "października",
        "listopada",
        "grudnia",
    ],
    comma: ",",
    dot: "",
    of: " ",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tag: &str, date: &str, long: &str, short: &str) {
        let (_, language) = Language::ALL.into_iter().find(|(own, _)| *own == tag).unwrap();
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
            Language::German.plain("2025-11-02".parse().unwrap()),
            "2. November 2025"
        );
    }
}
