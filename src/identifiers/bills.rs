//! Bills: those of the Congress with the number of the Congress, those of states with the state and the year.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use regex::Regex;

use super::scan::ScannedText;
use super::states::{self, UsState};
use super::words::{EARLIER_CONGRESS, NUMBERED_CONGRESS, US_CONGRESS, compiled};
use super::{Identifier, IdentifierKind};
use crate::domain::Timestamp;

/// The first Congress met in this year, and each has two.
const FIRST_YEAR: i32 = 1789;
/// How far a Congress may be named from its bill, and how far a state, in bytes.
const CONGRESS_BYTES: usize = 120;
const STATE_BYTES: usize = 90;
/// How far from a bare "S. 567" it must be said that this is about the Congress.
const SENATE_BYTES: usize = 250;
/// Bills there may be on the first day of a Congress, and how many more each day: a greater number is of the one before.
const FIRST_DAY_BILLS: i64 = 500;
const BILLS_PER_DAY: i64 = 60;

/// Returns the Congress of a day.
pub fn congress_of(at: Timestamp) -> i32 {
    let day = at.date_naive();
    // It begins on the third of January of an odd year.
    let year = if day.month() == 1 && day.day() < 3 {
        day.year() - 1
    } else {
        day.year()
    };
    congress_of_year(year)
}

fn congress_of_year(year: i32) -> i32 {
    (year - FIRST_YEAR) / 2 + 1
}

fn began_on(congress: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(FIRST_YEAR + (congress - 1) * 2, 1, 3)
}

/// What a sentence says of the year of a bill.
enum SaidYear {
    Nothing,
    Year(i32),
    /// One that is not over.
    Later,
}

/// Returns the year that stands right beside a number: "the 2019 bill H.R. 1", "H.R. 1 of 2019", "In 2019, H.R. 1".
fn year_beside(text: &ScannedText, from: usize, to: usize, now: Timestamp) -> SaidYear {
    static BEFORE: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"(?:^|[^0-9/-])((?:19|20)[0-9]{2})(?:'s)?,?(?: \p{L}+){0,2} $"));
    static BEHIND: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"^,? ?\(?(?:\p{L}{1,4} )?((?:19|20)[0-9]{2})(?:[^0-9/-]|$)"));
    let found = BEFORE
        .captures(text.before(from, 40))
        .or_else(|| BEHIND.captures(text.behind(to, 16)));
    let year = found.and_then(|found| found[1].parse().ok());
    match year {
        None => SaidYear::Nothing,
        Some(year) if year <= now.year() => SaidYear::Year(year),
        Some(_) => SaidYear::Later,
    }
}

/// Returns a bill of the Congress as it stands in a text; `linked` are those that its links lead to.
pub fn federal(
    text: &ScannedText,
    (from, to): (usize, usize),
    written: &str,
    now: Timestamp,
    linked: &[Identifier],
) -> Option<Identifier> {
    let digits_from = written.find(|c: char| c.is_ascii_digit())?;
    let (letters, number) = written.split_at(digits_from);
    let number: u32 = number.parse().ok().filter(|number| *number > 0)?;
    let chamber: String = letters.chars().filter(char::is_ascii_alphabetic).collect();
    let chamber = chamber.to_ascii_lowercase();
    let before = text.before(from, CONGRESS_BYTES);
    // "the U.S. 567", "C.H.R. 12", "A/HR 12"
    if before.ends_with(['.', '-', '/', '&']) || before.trim_end().ends_with("U.") {
        return None;
    }
    let nearest = states::named_in(before).pop();
    if nearest.is_some_and(|(_, end, _)| is_beside(&before[end..])) {
        return None;
    }
    let is_dotted = letters.contains('.');
    let is_said = match (is_dotted, chamber.as_str()) {
        (true, "s") => {
            let around = format!("{}{}", text.before(from, SENATE_BYTES), text.behind(to, SENATE_BYTES));
            US_CONGRESS.is_in(&around.to_lowercase())
        }
        (true, _) => true,
        (false, _) => US_CONGRESS.is_in(text.lower()),
    };
    if !is_said {
        return None;
    }
    let behind = text.behind(to, CONGRESS_BYTES).to_lowercase();
    let around = without_brackets(&format!("{before} {behind}").to_lowercase());
    let named = |congress: i32| Identifier::new(IdentifierKind::Bill, format!("{congress}{chamber}{number}"));
    // In brackets right behind, it is this one's; in others it is another's.
    let in_brackets = behind.trim_start().strip_prefix('(');
    if let Some(own) = in_brackets.and_then(|inside| NUMBERED_CONGRESS.captures(inside.split(')').next()?)) {
        return own[1].parse().ok().map(named);
    }
    let numbered = NUMBERED_CONGRESS
        .captures_iter(&around)
        .filter_map(|found| found[1].parse().ok());
    let numbered: Vec<i32> = numbered.collect();
    if let [first, rest @ ..] = numbered.as_slice() {
        return rest.iter().all(|other| other == first).then(|| named(*first));
    }
    if EARLIER_CONGRESS.is_in(&around) {
        return None;
    }
    let congress = match year_beside(text, from, to, now) {
        SaidYear::Later => return None,
        SaidYear::Year(year) if congress_of_year(year) != congress_of(now) => {
            return Some(named(congress_of_year(year)));
        }
        SaidYear::Year(_) | SaidYear::Nothing => congress_of(now),
    };
    // A link says which one is meant.
    let suffix = format!("{chamber}{number}");
    let of_links = linked.iter().filter(|link| {
        let bare = link.value.trim_start_matches(|c: char| c.is_ascii_digit());
        link.kind == IdentifierKind::Bill && bare == suffix
    });
    let of_links: Vec<&Identifier> = of_links.collect();
    match of_links.as_slice() {
        [] => {}
        [link] => return Some((*link).clone()),
        _ => return None,
    }
    let days = (now.date_naive() - began_on(congress)?).num_days();
    (i64::from(number) <= FIRST_DAY_BILLS + BILLS_PER_DAY * days).then(|| named(congress))
}

fn without_brackets(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_inside = false;
    for c in text.chars() {
        match c {
            '(' => is_inside = true,
            ')' => is_inside = false,
            c if !is_inside => out.push(c),
            _ => {}
        }
    }
    out
}

/// Whether so little stands between the name of a state and a number that they belong together: "Georgia's H.R. 12".
fn is_beside(between: &str) -> bool {
    let between = between.trim_start_matches("'s").trim();
    between.len() <= 14 && !between.contains([',', '.', ' '])
}

/// Returns a bill of a state as it stands in a text, if its state stands beside it.
pub fn of_state(
    text: &ScannedText,
    (from, to): (usize, usize),
    chamber: &str,
    number: &str,
    now: Timestamp,
) -> Option<Identifier> {
    let state = state_beside(text, from, to)?;
    let year = match year_beside(text, from, to, now) {
        SaidYear::Later => return None,
        SaidYear::Year(year) => year,
        SaidYear::Nothing => now.year(),
    };
    let number = number.trim_start_matches('0');
    let state = state.postal.to_lowercase();
    Some(Identifier::new(
        IdentifierKind::StateBill,
        format!("{state}-{chamber}{number}-{year}"),
    ))
}

/// Returns the state right before or behind a number, or the only one in its sentence.
fn state_beside(text: &ScannedText, from: usize, to: usize) -> Option<&'static UsState> {
    static CLOSE_BEHIND: LazyLock<Regex> = LazyLock::new(|| compiled(r"^,? ?(?:\(|(?:\p{Ll}{2,3} ){1,2})?$"));
    static POSTAL: LazyLock<Regex> = LazyLock::new(|| compiled(r"^ \(([A-Z]{2})\)"));
    let (before, behind) = (text.before(from, STATE_BYTES), text.behind(to, STATE_BYTES));
    let (left, right) = (states::named_in(before), states::named_in(behind));
    if let Some((_, end, state)) = left.last().filter(|(_, end, _)| is_beside(&before[*end..])) {
        let _ = end;
        return Some(state);
    }
    if let Some(postal) = POSTAL.captures(behind) {
        return states::of_name(&postal[1]);
    }
    if let Some((_, _, state)) = right
        .first()
        .filter(|(start, ..)| CLOSE_BEHIND.is_match(&behind[..*start]))
    {
        return Some(state);
    }
    let mut all: Vec<&UsState> = left.into_iter().chain(right).map(|(_, _, state)| state).collect();
    all.dedup_by_key(|state| state.postal);
    match all.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn congresses() {
        for (at, expected) in [
            ("2023-01-02T12:00:00Z", 117),
            ("2023-01-03T12:00:00Z", 118),
            ("2024-12-31T12:00:00Z", 118),
            ("2026-06-01T12:00:00Z", 119),
            ("2027-01-03T12:00:00Z", 120),
        ] {
            assert_eq!(congress_of(at.parse().unwrap()), expected, "{at}");
        }
    }
}
