//! Numbers as people write them.

use super::IdentifierKind;

/// The last years in which acts carried the marks of the treaties before.
const EEC_UNTIL: u32 = 1993;
const EC_UNTIL: u32 = 2009;
/// The last year in which the number of a regulation stood before its year.
const NUMBER_FIRST_UNTIL: u32 = 2014;

/// Returns a stored number in words: "Regulation (EU) 2024/1689" for `celex:32024R1689`.
pub fn label(key: &str) -> String {
    let (kind, value) = key.split_once(':').unwrap_or(("", key));
    let written = match IdentifierKind::of_name(kind) {
        Some(IdentifierKind::EuAct) => act(value),
        Some(IdentifierKind::Bill) => bill(value),
        Some(IdentifierKind::StateBill) => state_bill(value),
        Some(IdentifierKind::Rin) => Some(format!("RIN {value}")),
        Some(IdentifierKind::Docket) => Some(format!("docket {value}")),
        Some(IdentifierKind::FederalRegister) => Some(format!("FR Doc. {value}")),
        Some(IdentifierKind::CourtDocket) => Some(format!("CourtListener docket {value}")),
        Some(IdentifierKind::UsCase) => value
            .split_once(' ')
            .map(|(court, number)| format!("No. {number} ({court})")),
        _ => None,
    };
    written.unwrap_or_else(|| value.to_owned())
}

fn act(celex: &str) -> Option<String> {
    let (year, letter, number) = (celex.get(1..5)?, celex.get(5..6)?, celex.get(6..)?);
    let number = number.trim_start_matches('0');
    let when: u32 = year.parse().ok()?;
    let mark = match when {
        _ if when <= EEC_UNTIL => "EEC",
        _ if when <= EC_UNTIL => "EC",
        _ => "EU",
    };
    let is_new = when > NUMBER_FIRST_UNTIL;
    Some(match letter {
        "R" if is_new => format!("Regulation ({mark}) {year}/{number}"),
        "R" => format!("Regulation ({mark}) No {number}/{year}"),
        "L" if is_new => format!("Directive ({mark}) {year}/{number}"),
        "L" if when < 2000 => format!("Directive {}/{number}/{mark}", &year[2..]),
        "L" => format!("Directive {year}/{number}/{mark}"),
        // Which mark a decision has, its number does not say: of foreign policy, of the Community, of both.
        "D" => format!("Decision {year}/{number}"),
        "F" => format!("Framework Decision {year}/{number}/JHA"),
        _ => return None,
    })
}

fn bill(value: &str) -> Option<String> {
    let letters = value.find(|c: char| c.is_ascii_alphabetic())?;
    let (congress, rest) = value.split_at(letters);
    let digits = rest.find(|c: char| c.is_ascii_digit())?;
    let (chamber, number) = rest.split_at(digits);
    let chamber = match chamber {
        "hr" => "H.R.",
        "s" => "S.",
        "hjres" => "H.J.Res.",
        "sjres" => "S.J.Res.",
        "hconres" => "H.Con.Res.",
        "sconres" => "S.Con.Res.",
        "hres" => "H.Res.",
        "sres" => "S.Res.",
        _ => return None,
    };
    let ending = match (congress.as_bytes(), congress.as_bytes().last()) {
        ([.., b'1', _], _) => "th",
        (_, Some(b'1')) => "st",
        (_, Some(b'2')) => "nd",
        (_, Some(b'3')) => "rd",
        _ => "th",
    };
    Some(format!("{chamber} {number} ({congress}{ending} Congress)"))
}

fn state_bill(value: &str) -> Option<String> {
    let (state, rest) = value.split_once('-')?;
    let (number, year) = rest.rsplit_once('-')?;
    Some(format!("{} {} ({year})", state.to_uppercase(), number.to_uppercase()))
}
