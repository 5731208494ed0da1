//! What a list of numbers goes on with, where it leaves out the words that the first of them has.

use std::sync::LazyLock;

use regex::Regex;

use super::spelling::NumberContext;
use super::words::compiled;
use super::{Identifier, IdentifierKind, courts, european};

/// Numbers that a list goes on with.
const LISTED_MAX: usize = 8;
/// How far the next number may reach, in bytes.
const NEXT_BYTES: usize = 40;

/// Returns what a list goes on with, as it leaves out what was said: "RINs 2060-AV16 and 2060-AV17".
pub fn listed_behind(context: &NumberContext<'_>, first: &Identifier) -> Vec<Identifier> {
    static RINS: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"^(?:,|;)? ?(?:(?:\p{L}{1,4}|&) )?([0-9]{4}-[A-Z]{2}[0-9]{2})(?:[^0-9A-Za-z-]|$)"));
    static NUMBERS: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"^(, and|,| and| &) ([1-9][0-9]{0,4})(?:[^0-9A-Za-z%-]|$)"));
    static CASES: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"^(?:,|;)? ?(?:(?:\p{L}{1,4}|&) )?([0-9]{2}-[0-9]{1,5})(?:[^0-9A-Za-z-]|$)"));
    let mut found = Vec::new();
    let mut at = context.to;
    let mut is_over = false;
    while found.len() < LISTED_MAX && !is_over {
        let behind = context.text.behind(at, NEXT_BYTES);
        let next = match first.kind {
            IdentifierKind::EuAct if first.value.len() == 10 => european::listed_act(context, first, at),
            IdentifierKind::Rin => RINS.captures(behind).and_then(|next| {
                let number = next.get(1)?;
                Some((number.end(), Identifier::new(IdentifierKind::Rin, number.as_str())))
            }),
            // "House Bills 17 and 229"
            IdentifierKind::StateBill if context.written().contains("ills ") => {
                NUMBERS.captures(behind).and_then(|next| {
                    // What an "and" joins is the last of a list.
                    is_over = &next[1] != ",";
                    let (number, (state, year)) = (
                        next.get(2)?,
                        (first.value.split('-').next()?, first.value.rsplit('-').next()?),
                    );
                    let chamber: String = first.value[state.len() + 1..]
                        .chars()
                        .take_while(char::is_ascii_alphabetic)
                        .collect();
                    let value = format!("{state}-{chamber}{}-{year}", number.as_str());
                    Some((number.end(), Identifier::new(IdentifierKind::StateBill, value)))
                })
            }
            IdentifierKind::UsCase => CASES.captures(behind).and_then(|next| {
                let (court, number) = (first.value.split(' ').next()?, next.get(1)?);
                Some((number.end(), courts::us_case(court, number.as_str())))
            }),
            _ => None,
        };
        let Some((end, identifier)) = next else { break };
        at += end;
        found.push(identifier);
    }
    found
}
