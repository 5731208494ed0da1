//! Bills of the states of the USA, with the state and the year.

use std::sync::LazyLock;

use chrono::Datelike;
use regex::Regex;

use super::bill_years::{SaidYear, year_beside};
use super::scan::ScannedText;
use super::states::{self, UsState, is_beside};
use super::words::{BILLS, compiled};
use super::{Identifier, IdentifierKind};
use crate::domain::Timestamp;

/// How far a state may be named from its bill, in bytes.
const STATE_BYTES: usize = 90;

/// How long the abbreviation of a state may be, in bytes.
const ABBREVIATION_BYTES: usize = 14;

/// Chambers and kinds that only some states have.
const ONLY_OF: [(&str, &[&str]); 5] = [
    ("ab", &["CA", "NV", "WI", "NY", "NJ"]),
    ("hf", &["MN", "IA"]),
    ("sf", &["MN", "IA", "WY"]),
    ("ld", &["ME"]),
    ("lb", &["NE"]),
];

/// Returns a bill of a state as it stands in a text, if its state stands beside it, or is the only one in a sentence about bills.
pub fn of_state(
    text: &ScannedText,
    (from, to): (usize, usize),
    chamber: &str,
    number: &str,
    now: Timestamp,
) -> Option<Identifier> {
    let state = state_beside(text, from, to)?;
    let only_of = ONLY_OF.iter().find(|(name, _)| *name == chamber);
    if only_of.is_some_and(|(_, states)| !states.contains(&state.postal)) {
        return None;
    }
    let session = number.split_once('-').and_then(|(year, _)| year.parse::<i32>().ok());
    let year = match (session, year_beside(text, from, to, now)) {
        // "SB 24-205" says it itself.
        (Some(year), _) => 2000 + year,
        (None, SaidYear::Later) => return None,
        (None, SaidYear::Year(year)) => year,
        (None, SaidYear::Nothing) => now.year(),
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
    static CLOSE_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
        compiled(
            r"^(?:, | \(| (?:(?:in|of|from|en|de|du|des|von|aus|im|di|del|da|do|no|na|em|w|we|van|uit|i|à|в|у) )?(?:(?:the|state|of) ){0,3})?$",
        )
    });
    // What is done to it there, or likened to it: "HB 8 to Florida", "modeled on Texas law".
    static AWAY: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"\b(?:to|on|for|into|with|than|like|unlike|after|against|nach|vers) $"));
    static POSTAL: LazyLock<Regex> = LazyLock::new(|| compiled(r"^ \(([A-Z]{2})\)"));
    let (before, behind) = (text.before(from, STATE_BYTES), text.behind(to, STATE_BYTES));
    let (left, mut right) = (states::named_in(before), states::named_in(behind));
    let last = left.last();
    // What only looks like a bill stands beside states too: pencils, radios, parts. Written out it is one.
    let is_written_out = text.text[from..to].contains(char::is_lowercase);
    let is_told = is_written_out || BILLS.begins_word_in(&format!("{before} {behind}").to_lowercase());
    let is_at_once = |(start, end, _): &&(usize, usize, &UsState)| {
        let between = &before[*end..];
        let is_touching = between.trim_start_matches("'s").trim().is_empty();
        // "In Nebraska, LB 1083"
        let is_there = between == ", " && before[..*start].to_lowercase().ends_with("in ");
        is_touching || is_there || (is_told && is_beside(between))
    };
    // The point of an abbreviation may look like the end of a sentence.
    let abbreviated = || states::ending(text.just_before(from, ABBREVIATION_BYTES));
    if let Some(state) = last.filter(is_at_once).map(|(.., state)| *state).or_else(abbreviated) {
        return Some(state);
    }
    // What has a bill of its own has this one only where it stands before both: "Georgia's HB 171 and HB 147".
    right.retain(|(start, end, _)| !begins_with_bill(&behind[*end..]) && !AWAY.is_match(&behind[..*start]));
    if let Some(postal) = POSTAL.captures(behind) {
        return states::of_name(&postal[1]);
    }
    if let Some((_, _, state)) = right
        .first()
        .filter(|(start, ..)| CLOSE_BEHIND.is_match(&behind[..*start]))
    {
        return Some(state);
    }
    let goes_on = last.is_some_and(|(_, end, _)| begins_with_bill(&before[*end..]));
    let mut all: Vec<&UsState> = left.into_iter().chain(right).map(|(_, _, state)| state).collect();
    all.dedup_by_key(|state| state.postal);
    match all.as_slice() {
        [only] if is_told || goes_on => Some(only),
        _ => None,
    }
}

fn begins_with_bill(text: &str) -> bool {
    static BILL: LazyLock<Regex> = LazyLock::new(|| {
        compiled(r"^(?:'s?)? (?:[HSA]\.?B\.?|L[BD]|[HS]F|(?:House|Senate|Assembly) (?:Bill|File)) ?[0-9]")
    });
    BILL.is_match(text)
}
