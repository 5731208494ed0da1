//! Federal courts of the USA, each under the word their own files use: "nysd", "ca9", "scotus".

use std::sync::LazyLock;

use regex::Regex;

use super::states::{self, STATES, UsState};
use super::words::{US_SUPREME_COURT, compiled, either};
use super::{Identifier, IdentifierKind};

/// Which courts give numbers of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CourtTier {
    District,
    /// Circuits and the Supreme Court.
    Above,
}

const CIRCUITS: [(&str, &str); 13] = [
    ("First", "ca1"),
    ("Second", "ca2"),
    ("Third", "ca3"),
    ("Fourth", "ca4"),
    ("Fifth", "ca5"),
    ("Sixth", "ca6"),
    ("Seventh", "ca7"),
    ("Eighth", "ca8"),
    ("Ninth", "ca9"),
    ("Tenth", "ca10"),
    ("Eleventh", "ca11"),
    ("D.C.", "cadc"),
    ("Federal", "cafc"),
];

static DISTRICTS: LazyLock<Regex> = LazyLock::new(|| {
    let names = STATES.iter().map(|state| state.name).rev();
    let names: Vec<&str> = names.chain(["Columbia"]).collect();
    let short = STATES.iter().flat_map(|state| [state.court, state.name]).rev();
    let short: Vec<&str> = short.chain(["Columbia"]).collect();
    compiled(&format!(
        r"\b(?:(?:(Northern|Southern|Eastern|Western|Central|Middle) )?District of ({})|(?:([NSEWCM])\. ?)?D\. ?({}))",
        either(&names),
        either(&short)
    ))
});

static ABOVE: LazyLock<Regex> = LazyLock::new(|| {
    let names: Vec<&str> = CIRCUITS.iter().map(|(name, _)| *name).collect();
    compiled(&format!(
        r"\b(?:({}|District of Columbia) Circuit|(1[01]|[1-9])(?:st|nd|rd|th|d) Cir(?:cuit\b|\.)|(D\.C\.|Fed\.) Cir\.|((?:U\.?S\.? )?Supreme Court)\b|(SCOTUS)\b)",
        either(&names)
    ))
});

/// Returns the number of a court's file: "17-7510" is written "17-07510" too.
pub fn us_case(court: &str, number: &str) -> Identifier {
    let value = match number.split_once("-0") {
        Some((year, rest)) if !year.contains(':') => format!("{court} {year}-{}", rest.trim_start_matches('0')),
        _ => format!("{court} {number}"),
    };
    Identifier::new(IdentifierKind::UsCase, value)
}

/// Returns the one federal court of a tier that a text names; nothing where there are two, or another country's or a state's.
pub fn named_in(text: &str, tier: CourtTier) -> Option<String> {
    let mut found = match tier {
        CourtTier::District => districts(text),
        CourtTier::Above => above(text)?,
    };
    found.sort();
    found.dedup();
    match found.len() {
        1 => found.pop(),
        _ => None,
    }
}

fn districts(text: &str) -> Vec<String> {
    let found = DISTRICTS.captures_iter(text).filter_map(|court| {
        let direction = court.get(1).or(court.get(3)).map_or("", |found| found.as_str());
        let place = court.get(2).or(court.get(4))?.as_str();
        let is_there = |state: &&UsState| {
            state.name == place || state.court == place || state.name.ends_with(&format!(" of {place}"))
        };
        let state = STATES.iter().find(is_there)?;
        let direction = direction.chars().next().map(|c| c.to_ascii_lowercase());
        let letter = direction.map(String::from).unwrap_or_default();
        Some(format!("{}{letter}d", state.postal.to_lowercase()))
    });
    found.collect()
}

/// Nothing where one is named that may be another's.
fn above(text: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let is_said = US_SUPREME_COURT.is_in(&text.to_lowercase());
    if is_said {
        found.push("scotus".to_owned());
    }
    for court in ABOVE.captures_iter(text) {
        let whole = court.get(0)?;
        // States have circuit courts too; the federal ones are "Courts of Appeals".
        let behind = text[whole.end()..].strip_prefix(" Court");
        if behind.is_some_and(|behind| !behind.starts_with(" of Appeals")) && whole.as_str().ends_with("Circuit") {
            return None;
        }
        if let Some(name) = court.get(1) {
            let own = CIRCUITS.iter().find(|(own, _)| *own == name.as_str());
            found.push(own.map_or("cadc", |(_, court)| *court).to_owned());
        } else if let Some(number) = court.get(2) {
            found.push(format!("ca{}", number.as_str()));
        } else if let Some(short) = court.get(3) {
            found.push(if short.as_str() == "Fed." { "cafc" } else { "cadc" }.to_owned());
        } else {
            let name = whole.as_str();
            if name == "Supreme Court" && !is_said && is_of_others(&text[..whole.start()], &text[whole.end()..]) {
                return None;
            }
            found.push("scotus".to_owned());
        }
    }
    Some(found)
}

/// Whether a Supreme Court is that of a state or of another country, by the words around it.
fn is_of_others(before: &str, behind: &str) -> bool {
    let before = before.trim_end();
    let word = before.rsplit(' ').next().unwrap_or_default();
    let is_possessive = word.ends_with("'s") || word.ends_with('\'');
    let is_name =
        word.starts_with(|c: char| c.is_uppercase()) && word != "The" && word.ends_with(char::is_alphanumeric);
    let of = behind.trim_start().strip_prefix("of ");
    let is_of = of.is_some_and(|place| !place.starts_with("the United States") && !place.starts_with("the U"));
    let ends_with_state = states::named_in(before)
        .last()
        .is_some_and(|(_, to, _)| *to == before.len());
    is_possessive || is_name || is_of || ends_with_state
}
