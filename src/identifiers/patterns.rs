//! How numbers are written, found in one pass; what is read of each is decided beside it.

use std::cell::OnceCell;
use std::sync::LazyLock;

use regex::Regex;

use super::courts::{self, CourtTier};
use super::scan::ScannedText;
use super::spelling::{COURT_BYTES, NumberContext, Spelling};
use super::words::{compiled, either};
use super::{IDENTIFIERS_MAX, Identifier, IdentifierKind, bills, dockets, european, links, lists, state_bills};
use crate::domain::Timestamp;
use crate::lexicon::{IdentifierWords, Phrases, all};

/// Matches looked at in one text.
const MATCHES_MAX: usize = 3_000;
/// How far before a docket of another register it is said that it is one, in bytes.
const DOCKET_BYTES: usize = 60;

/// Numbers of the USA; bills written out have their words from the lexicon.
const SPELLINGS: [Spelling; 9] = [
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
        expression: r"([0-9]):([0-9]{2})-([A-Za-z]{2})-([0-9]{3,6})",
        read: |context, found| {
            let court = courts::named_in(&context.around(COURT_BYTES), CourtTier::District)?;
            let (office, year, kind, number) = (&found[1], &found[2], found[3].to_lowercase(), &found[4]);
            Some(courts::us_case(&court, &format!("{office}:{year}-{kind}-{number:0>5}")))
        },
    },
    Spelling {
        expression: r"(?:[Nn](?:os?|r|úm)\.|[Nn](?:°|\.?º)|[Cc]ase number) ?([0-9]{2}-[0-9]{1,5})",
        read: |context, found| {
            let court = courts::named_in(&context.around(COURT_BYTES), CourtTier::Above)?;
            Some(courts::us_case(&court, &found[1]))
        },
    },
];

/// Those of Europe come first: the number of a gazette looks like a docket.
fn spellings() -> impl Iterator<Item = &'static Spelling> {
    static OF_EUROPE: [Spelling; european::SPELLINGS.len()] = european::SPELLINGS;
    static OF_USA: [Spelling; SPELLINGS.len()] = SPELLINGS;
    OF_EUROPE.iter().chain(&OF_USA)
}

/// All spellings in one expression, and each by itself for what is read of a match.
struct Spellings {
    any: Regex,
    each: Vec<Regex>,
    written_out: Regex,
}

static SPELLED: LazyLock<Spellings> = LazyLock::new(|| {
    let written_out = written_out();
    let each: Vec<&str> = spellings().map(|spelling| spelling.expression).collect();
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
    let has_eu_court = OnceCell::new();
    let mut found: Vec<(usize, Identifier)> = Vec::new();
    let mut keep = |at: usize, identifier: Identifier| {
        if found.len() < IDENTIFIERS_MAX && found.iter().all(|(_, known)| *known != identifier) {
            found.push((at, identifier));
        }
    };
    for (from, to) in matches(&text.text) {
        let context = NumberContext {
            text,
            from,
            to,
            now,
            linked: &linked,
            has_eu_court: &has_eu_court,
        };
        let Some(identifier) = read(&context) else { continue };
        for more in lists::listed_behind(&context, &identifier) {
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

fn read(context: &NumberContext<'_>) -> Option<Identifier> {
    let written = context.written();
    for (spelling, expression) in spellings().zip(&SPELLED.each) {
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

fn docket(context: &NumberContext<'_>, agency: &str, rest: &str) -> Option<Identifier> {
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
