//! Acts of the European Union by their CELEX numbers: which of two numbers is the year, by the form they are written in.

use std::ops::RangeInclusive;

use chrono::Datelike;

use super::{Identifier, IdentifierKind};
use crate::domain::Timestamp;

/// Since this year the year stands first in every number.
const YEAR_FIRST: u32 = 2015;
/// The treaties' first year.
const FIRST_YEAR: u32 = 1952;
/// The year from which on years of regulations are written whole.
const WHOLE_YEARS: u32 = 1999;

/// The years of framework decisions.
const FRAMEWORK_YEARS: RangeInclusive<u32> = 1999..=2009;

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberForm {
    /// "(EU) 2024/1689", "(EU) No 1234/2012".
    Marked { has_no: bool, is_union: bool },
    /// "95/46/EC", "No 1313/2013/EU".
    MarkedBehind { has_no: bool },
    /// "Regulation 2016/679": `is_joined` where the Union is named beside it, and not only in its sentence.
    Bare { has_no: bool, is_joined: bool },
}

/// Returns the act of a kind with these two numbers, whichever of them is the year.
pub fn act(letter: char, form: NumberForm, first: &str, second: &str, now: Timestamp) -> Option<Identifier> {
    let latest = u32::try_from(now.year()).ok()? + 1;
    let (one, other): (u32, u32) = (first.parse().ok()?, second.parse().ok()?);
    let year_of = |text: &str, number: u32| match text.len() {
        4 => Some(number).filter(|year| (FIRST_YEAR..=latest).contains(year)),
        2 => Some(1900 + number).filter(|year| (FIRST_YEAR..2000).contains(year)),
        _ => None,
    };
    // Years in two digits are of a time when fewer than a thousand acts had theirs first.
    let is_year_first = first.len() == 4 || second.len() < 4;
    let year_first = year_of(first, one).filter(|_| is_year_first).map(|year| (year, other));
    let year_last = year_of(second, other).map(|year| (year, one));
    let new = year_first.filter(|(year, _)| *year >= YEAR_FIRST);
    // Numbers of regulations stood before their years, and the years were not whole before 1999.
    let old = year_last.filter(|(year, _)| *year < YEAR_FIRST);
    let one_of_both = old.xor(new);
    let is_either = new.is_some() && old.is_some_and(|(year, _)| second.len() == 4 && year >= WHOLE_YEARS);
    let (year, number) = match (form, letter) {
        (NumberForm::Marked { has_no: true, .. }, 'R' | 'D') => one_of_both?,
        // "(EC) 2023/2006" leaves out its "No"; the Union's own mark came with the year first.
        (
            NumberForm::Marked {
                has_no: false,
                is_union: false,
            },
            'R',
        ) if is_either => return None,
        (NumberForm::Marked { has_no: false, .. }, 'R') => new.or(old)?,
        (NumberForm::Marked { .. }, _) => new?,
        // "2014/65/EU" is no regulation, and none of 1965.
        (NumberForm::MarkedBehind { .. }, 'R') if first.len() == 4 && year_first.is_some() => {
            new.filter(|_| old.is_none())?
        }
        (NumberForm::MarkedBehind { .. }, 'R') => old?,
        (NumberForm::MarkedBehind { has_no: true }, 'D' | 'F') => year_last.or(year_first)?,
        // "2006/1982/EC" may be of either year.
        (NumberForm::MarkedBehind { .. }, 'D' | 'F') if first.len() == 4 && year_first.is_some() => {
            year_first.filter(|_| second.len() < 4 || year_last.is_none())?
        }
        (NumberForm::MarkedBehind { .. }, 'D' | 'F') => year_first.or(year_last)?,
        (NumberForm::MarkedBehind { .. }, _) => year_first?,
        (NumberForm::Bare { has_no, is_joined }, _) => {
            if is_either || first.starts_with('0') || second.starts_with('0') {
                return None;
            }
            match letter {
                'R' if is_joined => new.or(old)?,
                'R' => new.filter(|_| !has_no)?,
                'L' => year_first.filter(|_| is_joined || !has_no)?,
                // Those of joint committees and boards are numbered so still.
                _ => year_first
                    .or(year_last.filter(|(year, _)| *year < YEAR_FIRST))
                    .filter(|_| is_joined)?,
            }
        }
    };
    // There were such only between two treaties.
    let letter = if letter == 'F' && !FRAMEWORK_YEARS.contains(&year) {
        'D'
    } else {
        letter
    };
    (1..10_000)
        .contains(&number)
        .then(|| Identifier::new(IdentifierKind::EuAct, format!("3{year}{letter}{number:04}")))
}

/// Returns what a CELEX number stands for: an act, also where it is of its consolidated text, or a case.
pub fn of_celex(celex: &str) -> Option<Identifier> {
    let celex = celex.trim();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (sector, year, rest) = (celex.get(..1)?, celex.get(1..5)?, celex.get(5..)?);
    if !is_number(year) || !(FIRST_YEAR..2100).contains(&year.parse().ok()?) {
        return None;
    }
    match sector {
        "3" | "0" => {
            let (letter, number) = (rest.get(..1)?, rest.get(1..5)?);
            // What was made of it is dated; what corrects it is another document.
            let behind = rest.get(5..)?;
            let is_whole = behind.is_empty() || (sector == "0" && behind.starts_with('-'));
            let is_act = ["R", "L", "D", "F"].contains(&letter) && is_number(number) && is_whole;
            is_act.then(|| Identifier::new(IdentifierKind::EuAct, format!("3{year}{letter}{number}")))
        }
        "6" => {
            let (court, number) = (rest.get(..2)?, rest.get(2..)?);
            let court = court
                .strip_suffix(['J', 'C', 'O', 'N', 'B'])
                .filter(|court| ["C", "T"].contains(court))?;
            if number.len() != 4 || !is_number(number) {
                return None;
            }
            let number = number.trim_start_matches('0');
            Some(Identifier::new(
                IdentifierKind::EuCase,
                format!("{court}-{number}/{}", &year[2..]),
            ))
        }
        _ => None,
    }
}
