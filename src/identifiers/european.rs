//! How numbers of the European Union, of its members' courts and of the United Kingdom's are written.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::act_words::{self, is_treaty};
use super::eu_acts::{self, NumberForm};
use super::spelling::{COURT_BYTES, NumberContext, Spelling};
use super::words::{EU_COURTS, OTHER_COURTS, compiled, says_case};
use super::{Identifier, IdentifierKind};

/// How far words that say it is a case may stand from its number, in bytes.
const CASE_BYTES: usize = 60;
/// How far what a list goes on with may be, in bytes.
const LISTED_BYTES: usize = 60;

pub const SPELLINGS: [Spelling; 15] = [
    Spelling {
        expression: r"BOE-[ABSN]-[12][0-9]{3}-[0-9]{1,6}",
        read: |_, found| Some(Identifier::new(IdentifierKind::Gazette, &found[0])),
    },
    Spelling {
        expression: r"[36][0-9]{4}[A-Z]{1,2}[0-9]{4}",
        read: |_, found| eu_acts::of_celex(&found[0]),
    },
    Spelling {
        expression: r"[12][0-9]{3}/[0-9]{4}[A-Z]? ?\((?:COD|CNS|NLE|APP|INI|BUD|INL|RSP|AVC|SYN)\)",
        read: |_, found| Some(Identifier::new(IdentifierKind::EuProcedure, found[0].replace(' ', ""))),
    },
    Spelling {
        expression: r"\((\p{Lu}\p{L}{1,7}(?:, ?\p{Lu}\p{L}{1,7})?)\) ?((?:№|[Nn]:o|\p{L}{1,5}[.°º]{0,2}) ?)?([0-9]{1,4})/([0-9]{1,4})",
        read: |context, found| {
            let has_no = found.get(2).is_some();
            marked_act(
                context,
                &found[1],
                NumberForm::Marked {
                    has_no,
                    is_union: is_of_union(&found[1]),
                },
                (&found[3], &found[4]),
            )
        },
    },
    Spelling {
        expression: r"([0-9]{1,4})/([0-9]{1,4})/(\p{Lu}[\p{Lu}\p{Ll}]{1,7})",
        read: |context, found| {
            let has_no = act_words::beside(context.text, context.from, context.to)?.has_no();
            marked_act(
                context,
                &found[3],
                NumberForm::MarkedBehind { has_no },
                (&found[1], &found[2]),
            )
        },
    },
    Spelling {
        expression: r"((?:19|20)[0-9]{2}|[5-9][0-9])/([0-9]{1,4})|([0-9]{1,4})/((?:19|20)[0-9]{2})",
        read: |context, found| {
            let (first, second) = (found.get(1).or(found.get(3))?, found.get(2).or(found.get(4))?);
            bare_act(context, first.as_str(), second.as_str())
        },
    },
    Spelling {
        expression: r"([CT])-([0-9]{1,4})/([0-9]{2})",
        read: eu_case,
    },
    Spelling {
        expression: r"([12] Bv[RLFEQBCNM]) ([0-9]{1,4})/([0-9]{2})",
        read: |_, found| Some(german_case(&found[1], &found[2], '/', &found[3])),
    },
    Spelling {
        expression: r"((?:[IVX]{1,5}[a-z]?|[1-9]|10) (?:ZR|ZB|StR|AZR|ABR)) ([0-9]{1,4})/([0-9]{2})",
        read: |_, found| Some(german_case(&found[1], &found[2], '/', &found[3])),
    },
    Spelling {
        expression: r"(KVR|KZR|KVZ|KZB|KVB|EnVR|EnVZ|EnZR) ([0-9]{1,4})/([0-9]{2})",
        read: |context, found| {
            let is_there = names_one(context, &["BGH", "Bundesgerichtshof", "Kartellsenat"]);
            is_there.then(|| german_case(&found[1], &found[2], '/', &found[3]))
        },
    },
    Spelling {
        expression: r"((?:[1-9]|10) (?:A|B|BN|C|CN|VR|WB|WD|WNB|AV|P|PB)) ([0-9]{1,4})[./]([0-9]{2})",
        read: |context, found| {
            let is_there = names_one(context, &["BVerwG", "Bundesverwaltungsgericht"]);
            is_there.then(|| german_case(&found[1], &found[2], '.', &found[3]))
        },
    },
    Spelling {
        expression: r"((?:I{1,3}|I?V|VI{1,3}|IX|XI?) [RBS]) ([0-9]{1,4})/([0-9]{2})",
        read: |context, found| {
            let is_there = names_one(context, &["BFH", "Bundesfinanzhof"]);
            is_there.then(|| german_case(&found[1], &found[2], '/', &found[3]))
        },
    },
    Spelling {
        expression: r"(B [0-9]{1,2}[a-z]? \p{Lu}{1,3}) ([0-9]{1,4})/([0-9]{2}) (RH?|BH?|KL|S|C)",
        read: |context, found| {
            let is_there = names_one(context, &["BSG", "Bundessozialgericht"]);
            let number = || german_case(&found[1], &found[2], '/', &format!("{} {}", &found[3], &found[4]));
            is_there.then(number)
        },
    },
    Spelling {
        // Divisions of the High Court share one row of numbers; chambers of tribunals, and tiers of the Family Court, do not.
        expression: r"\[([12][0-9]{3})\] (UKSC|UKHL|UKPC|EWCA Civ|EWCA Crim|EWHC|CSIH|CSOH|NICA|EWCOP|EWFC|UKEAT|EAT|UKUT|UKFTT) ([0-9]{1,5})( \((?:B|AAC|IAC|LC|TCC|GRC|HESC|PC|SEC|TC)\))?",
        read: |_, found| {
            let (year, court, number) = (&found[1], &found[2], found[3].trim_start_matches('0'));
            let chamber = found.get(4).map(|chamber| chamber.as_str());
            let chamber = match court {
                "UKUT" | "UKFTT" => chamber?,
                "EWFC" => chamber.unwrap_or_default(),
                _ => "",
            };
            Some(Identifier::new(
                IdentifierKind::UkCase,
                format!("[{year}] {court} {number}{chamber}"),
            ))
        },
    },
    Spelling {
        expression: r"ECLI:[A-Z]{2}:[A-Z0-9]{1,7}:[12][0-9]{3}:[A-Z0-9]{1,10}(?:\.[A-Z0-9]{1,10}){0,4}",
        read: |_, found| Some(Identifier::new(IdentifierKind::Ecli, &found[0])),
    },
];

fn marked_act(context: &NumberContext<'_>, marks: &str, form: NumberForm, numbers: (&str, &str)) -> Option<Identifier> {
    if !is_treaty(marks) {
        return None;
    }
    let letter = act_words::beside(context.text, context.from, context.to)?.letter;
    eu_acts::act(letter, form, numbers.0, numbers.1, context.now)
}

/// Reads a number with no mark of the treaties: the word for the act touches it, and the Union is named with it.
fn bare_act(context: &NumberContext<'_>, first: &str, second: &str) -> Option<Identifier> {
    let word = act_words::beside(context.text, context.from, context.to).filter(|word| word.is_direct())?;
    if context.text.text[context.to..].starts_with('/') || (is_season(first, second) && !word.is_marked()) {
        return None;
    }
    let is_joined = word.is_joined();
    let is_named =
        || !word.is_shouted && !word.is_of_others() && act_words::names_union(context.text, context.from, context.to);
    let has_no = word.has_no();
    (is_joined || is_named()).then(|| {
        eu_acts::act(
            word.letter,
            NumberForm::Bare { has_no, is_joined },
            first,
            second,
            context.now,
        )
    })?
}

/// Whether a mark is that of the Union itself, which came with the year before the number.
fn is_of_union(marks: &str) -> bool {
    marks
        .split(',')
        .any(|mark| ["EU", "UE", "EÚ", "ЕС", "ΕΕ"].contains(&mark.trim()))
}

/// Whether two numbers are a year and the next: "2024/25".
fn is_season(first: &str, second: &str) -> bool {
    let (Ok(one), Ok(other)) = (first.parse::<u32>(), second.parse::<u32>()) else {
        return false;
    };
    (second.len() == 2 && (one + 1) % 100 == other) || one + 1 == other
}

/// Returns the act that a list of acts of this one's kind goes on with, and where it ends in what stands behind:
/// "Regulations (EU) 2016/679 and 2018/1725", "(EC) No 300/2008, (EU) No 167/2013", "Directives 2009/72/EC and 2009/73/EC".
pub fn listed_act(context: &NumberContext<'_>, first: &Identifier, at: usize) -> Option<(usize, Identifier)> {
    static NEXT: LazyLock<Regex> = LazyLock::new(|| {
        compiled(
            r"^[,;、]? ?((?:(?:\p{L}{1,4}|&) |及び|および|並びに|[和與与及や]){0,2})(?:\((\p{Lu}[\p{L}, ]{1,15})\) ?((?:№|[Nn]:o|\p{L}{1,5}[.°º]{0,2}) ?)?)?([0-9]{1,4})/([0-9]{1,4})(?:/(\p{Lu}[\p{Lu}\p{Ll}]{1,7}))?(?:[^0-9/\p{Lu}\p{Ll}]|$)",
        )
    });
    let letter = first.value.get(5..6)?.chars().next()?;
    let next = NEXT.captures(context.text.behind(at, LISTED_BYTES))?;
    let (one, other) = (next.get(4)?, next.get(5)?);
    let form = match (next.get(2), next.get(6)) {
        (Some(marks), None) if is_treaty(marks.as_str()) => NumberForm::Marked {
            has_no: next.get(3).is_some(),
            is_union: is_of_union(marks.as_str()),
        },
        (None, Some(mark)) if is_treaty(mark.as_str()) => NumberForm::MarkedBehind { has_no: false },
        (None, None) if next[1].split_whitespace().count() < 2 && !is_season(one.as_str(), other.as_str()) => {
            // "from 6/2007" is a month.
            let is_month = one.as_str().len() <= 2 && other.as_str().len() == 4;
            (!is_month).then_some(NumberForm::Marked {
                has_no: false,
                is_union: first.value.get(1..5).is_some_and(|year| year >= "2015"),
            })?
        }
        _ => return None,
    };
    let end = next.get(6).unwrap_or(other).end();
    Some((
        end,
        eu_acts::act(letter, form, one.as_str(), other.as_str(), context.now)?,
    ))
}

fn eu_case(context: &NumberContext<'_>, found: &Captures<'_>) -> Option<Identifier> {
    let (court, number, year) = (&found[1], found[2].trim_start_matches('0'), &found[3]);
    let now: u32 = context.now.format("%y").to_string().parse().ok()?;
    // The letters stand before numbers since 1989.
    let is_year = year.parse().is_ok_and(|year: u32| year >= 89 || year <= now);
    if !is_year || number.is_empty() {
        return None;
    }
    let has_court = || EU_COURTS.begins_word_in(context.text.lower());
    let is_case = || {
        let (before, behind) = (
            context.text.before(context.from, CASE_BYTES),
            context.text.behind(context.to, CASE_BYTES),
        );
        says_case(&before.to_lowercase(), &behind.to_lowercase())
            && !OTHER_COURTS.begins_word_in(&context.around(COURT_BYTES).to_lowercase())
    };
    (*context.has_eu_court.get_or_init(has_court) || is_case())
        .then(|| Identifier::new(IdentifierKind::EuCase, format!("{court}-{number}/{year}")))
}

/// Whether one of these names stands in the sentence.
fn names_one(context: &NumberContext<'_>, names: &[&str]) -> bool {
    let around = context.around(COURT_BYTES);
    names.iter().any(|name| around.contains(name))
}

fn german_case(register: &str, number: &str, between: char, year: &str) -> Identifier {
    let number = number.trim_start_matches('0');
    Identifier::new(
        IdentifierKind::GermanCase,
        format!("{register} {number}{between}{year}"),
    )
}
