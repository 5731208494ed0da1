//! Bills of the Congress of the USA, with the number of the Congress.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use regex::Regex;

use super::bill_years::{SaidYear, year_beside};
use super::scan::ScannedText;
use super::states;
use super::words::{EARLIER_CONGRESS, NUMBERED_CONGRESS, US_CONGRESS, compiled};
use super::{Identifier, IdentifierKind};
use crate::domain::Timestamp;

/// The first Congress met in this year, and each has two.
const FIRST_YEAR: i32 = 1789;
/// How far a Congress may be named from its bill, in bytes.
const CONGRESS_BYTES: usize = 120;
/// How far from a bare "S. 567" it must be said that this is about the Congress.
const SENATE_BYTES: usize = 250;
/// Bills there may be on the first day of a Congress, and how many more each day: a greater number is of the one before.
const FIRST_DAY_BILLS: i64 = 500;
const BILLS_PER_DAY: i64 = 60;

/// A bill of the House, beside which "S. 567" is one of the Senate.
static HOUSE_BILL: LazyLock<Regex> = LazyLock::new(|| compiled(r"\bH\. ?R\. ?[0-9]"));

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
    // "S. 278/H.R. 1042" are two of them.
    let is_second = before
        .strip_suffix('/')
        .is_some_and(|first| first.ends_with(|c: char| c.is_ascii_digit()));
    if (before.ends_with(['.', '-', '/', '&']) && !is_second) || before.trim_end().ends_with("U.") {
        return None;
    }
    let nearest = states::named_in(before).pop();
    if nearest.is_some_and(|(_, end, _)| states::is_beside(&before[end..])) {
        return None;
    }
    let is_dotted = letters.contains('.');
    // "the SAVE Act (HR 22)"
    let is_act = before.strip_suffix('(').is_some_and(|name| name.ends_with("Act ")) && nearest.is_none();
    let is_said = is_act
        || match (is_dotted, chamber.as_str()) {
            (true, "s") => {
                let around = format!("{}{}", text.before(from, SENATE_BYTES), text.behind(to, SENATE_BYTES));
                US_CONGRESS.is_in(&around.to_lowercase()) || HOUSE_BILL.is_match(text.near(from, to, SENATE_BYTES))
            }
            (true, _) => true,
            (false, _) => text.names_congress(),
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
