//! How numbers are written, found in one pass; what is read of each is decided beside it.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::courts::{self, CourtTier};
use super::eu_acts::{self, NumberForm};
use super::scan::ScannedText;
use super::words::{EU_COURTS, compiled, either, says_case};
use super::{IDENTIFIERS_MAX, Identifier, IdentifierKind, bills, dockets, links, state_bills};
use crate::domain::Timestamp;
use crate::lexicon::{IdentifierWords, Phrases, all};

/// Matches looked at in one text.
const MATCHES_MAX: usize = 3_000;
/// Numbers that a list goes on with.
const LISTED_MAX: usize = 8;
/// How far a court may stand from its number, and words that say it is a case, in bytes.
const COURT_BYTES: usize = 200;
const CASE_BYTES: usize = 60;
/// How far before a docket of another register it is said that it is one, in bytes.
const DOCKET_BYTES: usize = 60;

/// One way of writing numbers.
struct Spelling {
    expression: &'static str,
    read: fn(&Context<'_>, &Captures<'_>) -> Option<Identifier>,
}

/// What stands around a match.
struct Context<'a> {
    text: &'a ScannedText,
    from: usize,
    to: usize,
    now: Timestamp,
    linked: &'a [Identifier],
}

impl Context<'_> {
    fn written(&self) -> &str {
        &self.text.text[self.from..self.to]
    }

    fn around(&self, bytes_max: usize) -> String {
        let (before, behind) = (
            self.text.before(self.from, bytes_max),
            self.text.behind(self.to, bytes_max),
        );
        format!("{before} \u{2022} {behind}")
    }
}

/// Bills written out have their words from the lexicon.
const SPELLINGS: [Spelling; 19] = [
    Spelling {
        expression: r"(?:H\. ?|H)(?:R\.?|J\.? ?Res\.?|Con\.? ?Res\.?|Res\.?) ?[0-9]{1,5}|(?:S\. ?|S)(?:J\.? ?Res\.?|Con\.? ?Res\.?|Res\.?) ?[0-9]{1,5}|S\. ?[0-9]{1,4}",
        read: |context, found| {
            bills::federal(
                context.text,
                (context.from, context.to),
                &found[0],
                context.now,
                context.linked,
            )
        },
    },
    Spelling {
        expression: r"(HB|SB|AB|H\.B\.|S\.B\.|A\.B\.|LD|LB|HF|SF) ?((?:[0-9]{2}-)?[0-9]{1,5})",
        read: |context, found| {
            let chamber = found[1].replace('.', "").to_lowercase();
            state_bills::of_state(
                context.text,
                (context.from, context.to),
                &chamber,
                &found[2],
                context.now,
            )
        },
    },
    Spelling {
        expression: r"(?:Docket|File|Release|Case) (?:Nos?\.|[Nn]umber) (S7-[0-9]{2}-[0-9]{2,4}|(?:RM|ER|EL|CP|AD|PL|OR|RP|EC)[0-9]{2}-[0-9]{1,4})(?:-[0-9]{3})?",
        read: |_, found| Some(Identifier::new(IdentifierKind::Docket, &found[1])),
    },
    Spelling {
        expression: r"(WC|GN|MB|IB|ET|CG|WT|PS|EB|CC|MM) Docket Nos?\. ([0-9]{2}-[0-9]{1,4})",
        read: |_, found| {
            Some(Identifier::new(
                IdentifierKind::Docket,
                format!("{} {}", &found[1], &found[2]),
            ))
        },
    },
    Spelling {
        expression: r"BOE-[ABSN]-[12][0-9]{3}-[0-9]{1,6}",
        read: |_, found| Some(Identifier::new(IdentifierKind::Gazette, &found[0])),
    },
    Spelling {
        expression: r"([A-Z]{2,8})((?:-[A-Z0-9]{1,7}){0,4}-(?:19|20)[0-9]{2}-(?:[A-Z]{1,4}-){0,3}[0-9]{4,5})(?:-[0-9]{4,5})?",
        read: |context, found| docket(context, &found[1], &found[2]),
    },
    Spelling {
        expression: r"RINs?(?: Nos?\.| [Nn]umbers?)?[:)]? ?#?([0-9]{4}-[A-Z]{2}[0-9]{2})",
        read: |_, found| Some(Identifier::new(IdentifierKind::Rin, &found[1])),
    },
    Spelling {
        expression: r"FR Doc(?:ument)?\.? ?(?:Nos?\. ?)?([0-9A-Z]{1,5}-[0-9]{4,6})",
        read: |_, found| Some(Identifier::new(IdentifierKind::FederalRegister, &found[1])),
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
        expression: r"\((\p{Lu}\p{L}{1,6})\) ?(\p{L}{1,3}[.°º]{0,2} ?)?([0-9]{1,4})/([0-9]{1,4})",
        read: |context, found| {
            let has_no = found.get(2).is_some();
            eu_act(
                context,
                &found[1],
                NumberForm::Marked { has_no },
                (&found[3], &found[4]),
            )
        },
    },
    Spelling {
        expression: r"([0-9]{2,4})/([0-9]{1,4})/(\p{Lu}{2,3})",
        read: |context, found| eu_act(context, &found[3], NumberForm::MarkedBehind, (&found[1], &found[2])),
    },
    Spelling {
        expression: r"([CT])-([0-9]{1,4})/([0-9]{2})",
        read: eu_case,
    },
    Spelling {
        expression: r"([0-9]):([0-9]{2})-([A-Za-z]{2})-([0-9]{3,6})",
        read: |context, found| {
            let court = courts::named_in(&context.around(COURT_BYTES), CourtTier::District)?;
            let (office, year, kind, number) = (&found[1], &found[2], found[3].to_lowercase(), &found[4]);
            Some(us_case(&court, &format!("{office}:{year}-{kind}-{number:0>5}")))
        },
    },
    Spelling {
        expression: r"(?:[Nn](?:os?|r|úm)\.|[Nn](?:°|\.?º)|[Cc]ase number) ?([0-9]{2}-[0-9]{1,5})",
        read: |context, found| {
            let court = courts::named_in(&context.around(COURT_BYTES), CourtTier::Above)?;
            Some(us_case(&court, &found[1]))
        },
    },
    Spelling {
        expression: r"([12]) (Bv[RLFEQBCNM]) ([0-9]{1,4})/([0-9]{2})",
        read: german_case,
    },
    Spelling {
        expression: r"([IVX]{1,5}[a-z]?|[1-9]|10) (ZR|ZB|StR|AZR|ABR) ([0-9]{1,4})/([0-9]{2})",
        read: german_case,
    },
    Spelling {
        expression: r"\[([12][0-9]{3})\] (UKSC|UKHL|UKPC|EWCA Civ|EWCA Crim|EWHC|CSIH|CSOH|NICA|UKUT|EWCOP|EWFC|UKEAT|EAT) ([0-9]{1,5})",
        read: |_, found| Some(Identifier::new(IdentifierKind::UkCase, &found[0])),
    },
    Spelling {
        expression: r"ECLI:[A-Z]{2}:[A-Z0-9]{1,7}:[12][0-9]{3}:[A-Z0-9]{1,10}(?:\.[A-Z0-9]{1,10}){0,4}",
        read: |_, found| Some(Identifier::new(IdentifierKind::Ecli, &found[0])),
    },
];

/// All spellings in one expression, and each by itself for what is read of a match.
struct Spellings {
    any: Regex,
    each: Vec<Regex>,
    written_out: Regex,
}

static SPELLED: LazyLock<Spellings> = LazyLock::new(|| {
    let written_out = written_out();
    let each: Vec<&str> = SPELLINGS.iter().map(|spelling| spelling.expression).collect();
    let whole = |expression: &str| compiled(&format!("^(?:{expression})$"));
    Spellings {
        any: compiled(&format!("{}|{written_out}", each.join("|"))),
        each: each.iter().copied().map(whole).collect(),
        written_out: whole(&written_out),
    }
});

/// Gives the words of one language for something.
type WordsOf = fn(&IdentifierWords) -> Phrases;

/// Chambers as bills of states are written out, by what they are called in short.
const CHAMBERS: [(&str, WordsOf); 3] = [
    ("hb", |words| words.house_bills),
    ("sb", |words| words.senate_bills),
    ("ab", |words| words.assembly_bills),
];

/// What single states call theirs.
const OWN_CHAMBERS: [(&str, &str); 4] = [
    ("hf", "house file"),
    ("sf", "senate file"),
    ("ld", "legislative document"),
    ("lb", "legislative bill"),
];

fn written_out() -> String {
    let each = CHAMBERS.map(|(_, key)| {
        let words: Vec<&str> = all(|language| key(&language.identifiers));
        format!("({})", either(&words))
    });
    let each = each
        .into_iter()
        .chain(OWN_CHAMBERS.map(|(_, words)| format!("({words})")));
    let each: Vec<String> = each.collect();
    format!(
        r"(?i:(?:{})s?) (?:[Nn]o\. ?)?((?:[0-9]{{2}}-)?[0-9]{{1,5}})",
        each.join("|")
    )
}

/// Returns what a text and the links of its Markdown name, each once, with where it stands first; links come last.
pub fn find(text: &ScannedText, markdown: &str, now: Timestamp) -> Vec<(usize, Identifier)> {
    let linked: Vec<Identifier> = links::find(markdown)
        .into_iter()
        .map(|(_, identifier)| identifier)
        .collect();
    let mut found: Vec<(usize, Identifier)> = Vec::new();
    let mut keep = |at: usize, identifier: Identifier| {
        if found.len() < IDENTIFIERS_MAX && found.iter().all(|(_, known)| *known != identifier) {
            found.push((at, identifier));
        }
    };
    for (from, to) in matches(&text.text) {
        let context = Context {
            text,
            from,
            to,
            now,
            linked: &linked,
        };
        let Some(identifier) = read(&context) else { continue };
        for more in listed_behind(&context, &identifier) {
            keep(from, more);
        }
        keep(from, identifier);
    }
    for identifier in linked {
        keep(text.text.len(), identifier);
    }
    found
}

/// Returns where numbers may stand.
fn matches(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while found.len() < MATCHES_MAX {
        let Some(written) = SPELLED.any.find_at(text, at) else {
            break;
        };
        let (from, to) = (written.start(), written.end());
        if begins_there(&text[..from], written.as_str()) && ends_there(&text[to..]) {
            found.push((from, to));
            at = to;
        } else {
            // What it began amid may be another. All begin with one byte.
            at = from + 1;
        }
    }
    found
}

/// Whether a letter or digit beside a number makes it part of a longer word: other scripts write their words right beside it.
fn goes_on(c: char) -> bool {
    c.is_alphanumeric() && c < '\u{250}' || c == '_'
}

/// Whether a number begins there: no word, and no other number, runs into it.
fn begins_there(before: &str, written: &str) -> bool {
    let mut letters = before.chars().rev();
    let Some(last) = letters.next() else { return true };
    if written.starts_with(['(', '[']) {
        return true;
    }
    let is_amid = matches!(last, '.' | ',' | ':' | '/') && written.starts_with(|c: char| c.is_ascii_digit());
    !goes_on(last) && last != '-' && !(is_amid && letters.next().is_some_and(|c| c.is_ascii_digit()))
}

/// Whether a number is over: no letter or digit goes on with it, and no sign with a digit behind it.
fn ends_there(behind: &str) -> bool {
    let mut letters = behind.chars();
    match letters.next() {
        Some(c) if goes_on(c) || c == '%' => false,
        Some('.' | ',' | ':' | '/' | '-') => !letters.next().is_some_and(|c| c.is_ascii_digit()),
        _ => true,
    }
}

fn read(context: &Context<'_>) -> Option<Identifier> {
    let written = context.written();
    for (spelling, expression) in SPELLINGS.iter().zip(&SPELLED.each) {
        if let Some(found) = expression.captures(written) {
            return (spelling.read)(context, &found);
        }
    }
    let found = SPELLED.written_out.captures(written)?;
    let chambers = CHAMBERS
        .iter()
        .map(|(name, _)| *name)
        .chain(OWN_CHAMBERS.map(|(name, _)| name));
    let chamber = chambers.zip(1..).find(|(_, group)| found.get(*group).is_some())?.0;
    let number = &found[CHAMBERS.len() + OWN_CHAMBERS.len() + 1];
    state_bills::of_state(context.text, (context.from, context.to), chamber, number, context.now)
}

/// Returns what a list goes on with, as it leaves out what was said: "Regulations (EU) 2016/679 and 2018/1725".
fn listed_behind(context: &Context<'_>, first: &Identifier) -> Vec<Identifier> {
    static ACTS: LazyLock<Regex> = LazyLock::new(|| {
        compiled(r"^(?:,|;)? ?(?:(?:\p{L}{1,4}|&) )?(?:\(\p{Lu}{2,3}\) ?)?([12][0-9]{3})/([0-9]{1,4})(?:[^0-9/]|$)")
    });
    static RINS: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"^(?:,|;)? ?(?:(?:\p{L}{1,4}|&) )?([0-9]{4}-[A-Z]{2}[0-9]{2})(?:[^0-9A-Za-z-]|$)"));
    static NUMBERS: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"^(?:, and|,| and| &) ([1-9][0-9]{0,4})(?:[^0-9A-Za-z%-]|$)"));
    static CASES: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"^(?:,|;)? ?(?:(?:\p{L}{1,4}|&) )?([0-9]{2}-[0-9]{1,5})(?:[^0-9A-Za-z-]|$)"));
    let mut found = Vec::new();
    let mut at = context.to;
    while found.len() < LISTED_MAX {
        let behind = context.text.behind(at, 40);
        let next = match first.kind {
            IdentifierKind::EuAct if first.value.len() == 10 => ACTS.captures(behind).and_then(|next| {
                let letter = first.value[5..].chars().next()?;
                let form = NumberForm::Marked { has_no: false };
                Some((
                    next.get(2)?.end(),
                    eu_acts::act(letter, form, &next[1], &next[2], context.now)?,
                ))
            }),
            IdentifierKind::Rin => RINS.captures(behind).and_then(|next| {
                let number = next.get(1)?;
                Some((number.end(), Identifier::new(IdentifierKind::Rin, number.as_str())))
            }),
            // "House Bills 17 and 229"
            IdentifierKind::StateBill if context.written().contains("ills ") => {
                NUMBERS.captures(behind).and_then(|next| {
                    let (number, (state, year)) = (
                        next.get(1)?,
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
                Some((number.end(), us_case(court, number.as_str())))
            }),
            _ => None,
        };
        let Some((end, identifier)) = next else { break };
        at += end;
        found.push(identifier);
    }
    found
}

fn docket(context: &Context<'_>, agency: &str, rest: &str) -> Option<Identifier> {
    let is_docket = || {
        context
            .text
            .before(context.from, DOCKET_BYTES)
            .to_lowercase()
            .contains("docket")
    };
    let is_known = dockets::is_agency(agency) || is_docket();
    is_known.then(|| Identifier::new(IdentifierKind::Docket, format!("{agency}{rest}")))
}

fn eu_act(context: &Context<'_>, mark: &str, form: NumberForm, numbers: (&str, &str)) -> Option<Identifier> {
    if !eu_acts::is_treaty(mark) {
        return None;
    }
    let letter = eu_acts::letter_beside(context.text, context.from, context.to)?;
    eu_acts::act(letter, form, numbers.0, numbers.1, context.now)
}

fn eu_case(context: &Context<'_>, found: &Captures<'_>) -> Option<Identifier> {
    let (court, number, year) = (&found[1], found[2].trim_start_matches('0'), &found[3]);
    let now: u32 = context.now.format("%y").to_string().parse().ok()?;
    // The letters stand before numbers since 1989.
    let is_year = year.parse().is_ok_and(|year: u32| year >= 89 || year <= now);
    let is_case = || says_case(&context.text.before(context.from, CASE_BYTES).to_lowercase());
    let is_said = || is_case() || EU_COURTS.is_in(context.text.lower());
    (is_year && !number.is_empty() && is_said())
        .then(|| Identifier::new(IdentifierKind::EuCase, format!("{court}-{number}/{year}")))
}

fn german_case(_: &Context<'_>, found: &Captures<'_>) -> Option<Identifier> {
    let number = found[3].trim_start_matches('0');
    let value = format!("{} {} {number}/{}", &found[1], &found[2], &found[4]);
    Some(Identifier::new(IdentifierKind::GermanCase, value))
}

/// Returns the number of a court's file.
pub fn us_case(court: &str, number: &str) -> Identifier {
    Identifier::new(IdentifierKind::UsCase, format!("{court} {number}"))
}
