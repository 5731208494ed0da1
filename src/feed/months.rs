//! Names of months in the languages feeds are written in, all in lower case.
//!
//! Only names: what stands around them is `date.rs`. A word of three letters or more counts when a name begins with
//! it, so abbreviations need no rows of their own unless they skip letters.

/// The shortest abbreviation, in characters.
const PREFIX_CHARS_MIN: usize = 3;

#[rustfmt::skip]
const ENGLISH: [&str; 12] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
];

/// One row a language; inflected forms where they differ in the first letters.
#[rustfmt::skip]
const OTHERS: &[[&str; 12]] = &[
    // German, Austrian, Dutch, the North
    [
        "januar", "februar", "märz", "april", "mai", "juni",
        "juli", "august", "september", "oktober", "november", "dezember",
    ],
    ["jänner", "feber", "mrz", "april", "mai", "juni", "juli", "aug", "sept", "okt", "nov", "dez"],
    [
        "januari", "februari", "maart", "april", "mei", "juni",
        "juli", "augustus", "september", "oktober", "november", "december",
    ],
    [
        "januari", "februari", "mrt", "april", "maj", "juni",
        "juli", "augusti", "september", "oktober", "november", "december",
    ],
    [
        "januar", "februar", "marts", "april", "maj", "juni",
        "juli", "august", "september", "oktober", "november", "desember",
    ],
    // French, Spanish, Portuguese, Italian, Catalan, Romanian
    [
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ],
    ["janv", "fevrier", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "octobre", "novembre", "decembre"],
    [
        "enero", "febrero", "marzo", "abril", "mayo", "junio",
        "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
    ],
    [
        "janeiro", "fevereiro", "março", "abril", "maio", "junho",
        "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
    ],
    [
        "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
        "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
    ],
    [
        "gener", "febrer", "març", "abril", "maig", "juny",
        "juliol", "agost", "setembre", "octubre", "novembre", "desembre",
    ],
    [
        "ianuarie", "februarie", "martie", "aprilie", "mai", "iunie",
        "iulie", "august", "septembrie", "octombrie", "noiembrie", "decembrie",
    ],
    // Polish, Czech, Slovak
    [
        "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca",
        "lipca", "sierpnia", "września", "października", "listopada", "grudnia",
    ],
    [
        "styczeń", "luty", "marzec", "kwiecień", "maj", "czerwiec",
        "lipiec", "sierpień", "wrzesień", "październik", "listopad", "grudzień",
    ],
    [
        "ledna", "února", "března", "dubna", "května", "června",
        "července", "srpna", "září", "října", "listopadu", "prosince",
    ],
    [
        "leden", "únor", "březen", "duben", "květen", "červen",
        "červenec", "srpen", "září", "říjen", "listopad", "prosinec",
    ],
    [
        "január", "február", "marec", "apríl", "máj", "jún",
        "júl", "august", "september", "október", "november", "december",
    ],
    // Russian, Ukrainian, Bulgarian
    [
        "января", "февраля", "марта", "апреля", "мая", "июня",
        "июля", "августа", "сентября", "октября", "ноября", "декабря",
    ],
    [
        "январь", "февраль", "март", "апрель", "май", "июнь",
        "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
    ],
    [
        "січня", "лютого", "березня", "квітня", "травня", "червня",
        "липня", "серпня", "вересня", "жовтня", "листопада", "грудня",
    ],
    [
        "януари", "февруари", "март", "април", "май", "юни",
        "юли", "август", "септември", "октомври", "ноември", "декември",
    ],
    // Hungarian, Finnish, Turkish, Greek
    [
        "január", "február", "március", "április", "május", "június",
        "július", "augusztus", "szeptember", "október", "november", "december",
    ],
    [
        "tammikuu", "helmikuu", "maaliskuu", "huhtikuu", "toukokuu", "kesäkuu",
        "heinäkuu", "elokuu", "syyskuu", "lokakuu", "marraskuu", "joulukuu",
    ],
    ["ocak", "şubat", "mart", "nisan", "mayıs", "haziran", "temmuz", "ağustos", "eylül", "ekim", "kasım", "aralık"],
    [
        "ιανουαρίου", "φεβρουαρίου", "μαρτίου", "απριλίου", "μαΐου", "ιουνίου",
        "ιουλίου", "αυγούστου", "σεπτεμβρίου", "οκτωβρίου", "νοεμβρίου", "δεκεμβρίου",
    ],
    ["ιαν", "φεβ", "μάρ", "απρ", "μαι", "ιούν", "ιούλ", "αύγ", "σεπ", "οκτ", "νοέ", "δεκ"],
    ["ιαν", "φεβ", "μαρ", "απρ", "μάι", "ιουν", "ιουλ", "αυγ", "σεπτ", "οκτ", "νοε", "δεκ"],
    // Arabic, as on the Nile and as in the Levant
    [
        "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو",
        "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
    ],
    [
        "جانفي", "فيفري", "مارس", "ابريل", "ماي", "يونيه",
        "يوليه", "اغسطس", "سبتمبر", "اكتوبر", "نوفمبر", "ديسمبر",
    ],
];

/// What stands in nearly every date beside its month; no table need be asked.
const NO_MONTHS: &[&str] = &[
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "gmt", "utc", "est", "edt",
];

/// Returns the number of the month a word in lower case names or abbreviates.
pub fn month(word: &str) -> Option<u32> {
    word.chars().nth(PREFIX_CHARS_MIN - 1)?;
    if NO_MONTHS.contains(&word) {
        return None;
    }
    // English first: nearly every feed, and it needs no table of other alphabets.
    std::iter::once(&ENGLISH)
        .chain(OTHERS)
        .find_map(|names| {
            names
                .iter()
                .position(|name| name.starts_with(word) || is_inflected(word, name))
        })
        .and_then(|at| u32::try_from(at + 1).ok())
}

/// Finnish dates inflect the name ("kesäkuuta"), others append a case ending to the whole name.
fn is_inflected(word: &str, name: &str) -> bool {
    word.strip_prefix(name)
        .is_some_and(|ending| ending.chars().count() <= 2 && name.chars().count() > 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expected: Option<u32>) {
        assert_eq!(month(word), expected, "{word}");
    }

    #[test]
    fn full_names_and_abbreviations() {
        check("jun", Some(6));
        check("september", Some(9));
        check("sept", Some(9));
        check("juin", Some(6));
        check("août", Some(8));
        check("dez", Some(12));
        check("out", Some(10));
        check("октября", Some(10));
        check("kesäkuuta", Some(6));
    }

    #[test]
    fn no_table_knows_what_is_passed_over() {
        let mut names = std::iter::once(&ENGLISH).chain(OTHERS).flatten();
        assert!(names.all(|name| {
            NO_MONTHS
                .iter()
                .all(|word| !name.starts_with(word) && !is_inflected(word, name))
        }));
    }

    #[test]
    fn weekdays_and_zones_are_no_months() {
        for word in [
            "sun", "mon", "tue", "wed", "thu", "fri", "sat", "jeudi", "gmt", "est", "pst", "am", "j", "die", "lun",
        ] {
            check(word, None);
        }
    }
}
