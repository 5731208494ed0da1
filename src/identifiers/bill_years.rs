//! The year that a sentence says a bill is of.

use std::sync::LazyLock;

use chrono::Datelike;
use regex::Regex;

use super::scan::ScannedText;
use super::words::compiled;
use crate::domain::Timestamp;

/// What a sentence says of the year of a bill.
pub enum SaidYear {
    Nothing,
    Year(i32),
    /// One that is not over.
    Later,
}

/// Returns the year that stands right beside a number: "the 2019 bill H.R. 1", "H.R. 1 of 2019", "In 2019, H.R. 1", "HB 20,
/// signed in 2021".
pub fn year_beside(text: &ScannedText, from: usize, to: usize, now: Timestamp) -> SaidYear {
    static BEFORE: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"(?:^|[^0-9/-])((?:19|20)[0-9]{2})(?:'s)?,?(?: \p{L}+,?){0,2} $"));
    static BEHIND: LazyLock<Regex> = LazyLock::new(|| {
        compiled(
            r"^,? ?\(?(?:(?:passed|signed|enacted|approved|vetoed|introduced|adopted) )?(?:(?:from|\p{Ll}{1,3}) )?((?:19|20)[0-9]{2})(?:[^0-9/-]|$)",
        )
    });
    let found = BEFORE
        .captures(text.before(from, 48))
        .or_else(|| BEHIND.captures(text.behind(to, 32)));
    let year = found.and_then(|found| found[1].parse().ok());
    match year {
        None => SaidYear::Nothing,
        Some(year) if year <= now.year() => SaidYear::Year(year),
        Some(_) => SaidYear::Later,
    }
}
