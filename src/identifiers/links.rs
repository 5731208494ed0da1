//! Numbers in addresses of registers: a link says which document is meant, whatever the text does.

use std::sync::LazyLock;

use regex::Regex;

use super::words::compiled;
use super::{Identifier, IdentifierKind, eu_acts};

/// Bytes of one address that are read, and addresses of one text.
const ADDRESS_BYTES_MAX: usize = 300;
const ADDRESSES_MAX: usize = 2_000;

/// What an address of a host's says of a document, by what it holds.
struct Register {
    host: &'static str,
    expression: &'static str,
    read: fn(&regex::Captures<'_>) -> Option<Identifier>,
}

const REGISTERS: [Register; 12] = [
    Register {
        host: "congress.gov",
        expression: r"/bill/([0-9]{1,3})(?:st|nd|rd|th)-congress/([a-z-]+)/([0-9]{1,5})",
        read: |found| bill(&found[1], chamber_of(&found[2])?, &found[3]),
    },
    Register {
        host: "govinfo.gov",
        expression: r"BILLS-([0-9]{2,3})(hr|s|hjres|sjres|hconres|sconres|hres|sres)([0-9]{1,5})",
        read: |found| bill(&found[1], &found[2], &found[3]),
    },
    Register {
        host: "eur-lex.europa.eu",
        expression: r"CELEX:([0-9]{5}[A-Z]{1,2}[0-9]{4}(?:-[0-9]{8})?(?:R?\([0-9]+\))?)",
        read: |found| eu_acts::of_celex(&found[1]),
    },
    Register {
        host: "eur-lex.europa.eu",
        expression: ELI,
        read: eli,
    },
    Register {
        host: "data.europa.eu",
        expression: ELI,
        read: eli,
    },
    Register {
        host: "curia.europa.eu",
        expression: r"num=([CT])-([0-9]{1,4})/([0-9]{2})",
        read: |found| {
            Some(Identifier::new(
                IdentifierKind::EuCase,
                format!("{}-{}/{}", &found[1], &found[2], &found[3]),
            ))
        },
    },
    Register {
        host: "federalregister.gov",
        expression: r"/(?:documents/[0-9]{4}/[0-9]{2}/[0-9]{2}|d)/([0-9A-Z]{1,5}-[0-9]{4,6})",
        read: |found| Some(Identifier::new(IdentifierKind::FederalRegister, &found[1])),
    },
    Register {
        host: "regulations.gov",
        expression: r"/(?:docket|document|comment|commenton)/([A-Z]{2,8}(?:-[A-Z0-9]{1,7}){0,4}-(?:19|20)[0-9]{2}-(?:[A-Z]{1,4}-){0,3}[0-9]{4,5})",
        read: |found| Some(Identifier::new(IdentifierKind::Docket, &found[1])),
    },
    Register {
        host: "courtlistener.com",
        expression: r"/docket/([0-9]{1,12})/",
        read: |found| Some(Identifier::new(IdentifierKind::CourtDocket, &found[1])),
    },
    Register {
        host: "supremecourt.gov",
        expression: r"/public/([0-9]{2}-[0-9]{1,5})\.html",
        read: |found| Some(Identifier::new(IdentifierKind::UsCase, format!("scotus {}", &found[1]))),
    },
    Register {
        host: "boe.es",
        expression: r"id=(BOE-[A-Z]-[0-9]{4}-[0-9]{1,6})",
        read: |found| Some(Identifier::new(IdentifierKind::Gazette, &found[1])),
    },
    Register {
        host: "boe.es",
        expression: r"/eli/es/[a-z]+/[0-9/]+.*(BOE-[A-Z]-[0-9]{4}-[0-9]{1,6})",
        read: |found| Some(Identifier::new(IdentifierKind::Gazette, &found[1])),
    },
];

const ELI: &str = r"/eli/(reg|dir|dec_framw|dec)[a-z_]*/([0-9]{4})/([0-9]{1,4})(?:/|$)";

static EXPRESSIONS: LazyLock<Vec<Regex>> =
    LazyLock::new(|| REGISTERS.iter().map(|register| compiled(register.expression)).collect());

fn eli(found: &regex::Captures<'_>) -> Option<Identifier> {
    let letter = match &found[1] {
        "reg" => 'R',
        "dir" => 'L',
        "dec_framw" => 'F',
        _ => 'D',
    };
    let number: u32 = found[3].parse().ok()?;
    eu_acts::of_celex(&format!("3{}{letter}{number:04}", &found[2]))
}

fn bill(congress: &str, chamber: &str, number: &str) -> Option<Identifier> {
    let (congress, number): (u32, u32) = (congress.parse().ok()?, number.parse().ok()?);
    Some(Identifier::new(
        IdentifierKind::Bill,
        format!("{congress}{chamber}{number}"),
    ))
}

fn chamber_of(words: &str) -> Option<&'static str> {
    Some(match words {
        "house-bill" => "hr",
        "senate-bill" => "s",
        "house-joint-resolution" => "hjres",
        "senate-joint-resolution" => "sjres",
        "house-concurrent-resolution" => "hconres",
        "senate-concurrent-resolution" => "sconres",
        "house-resolution" => "hres",
        "senate-resolution" => "sres",
        _ => return None,
    })
}

/// Returns what the addresses in a text in Markdown lead to, each with where its address begins.
pub fn find(markdown: &str) -> Vec<(usize, Identifier)> {
    let mut found = Vec::new();
    for (at, _) in markdown.match_indices("://").take(ADDRESSES_MAX) {
        let rest = crate::text::head(&markdown[at + 3..], ADDRESS_BYTES_MAX);
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '"' | '<' | ']'));
        if let Some(identifier) = of_address(&rest[..end.unwrap_or(rest.len())]) {
            found.push((at, identifier));
        }
    }
    found
}

/// Returns what an address leads to, with or without its scheme.
pub fn of_address(address: &str) -> Option<Identifier> {
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let (host, _) = address.split_once('/')?;
    let is_at = |register: &Register| {
        let above = host.strip_suffix(register.host);
        above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
    };
    if !REGISTERS.iter().any(is_at) {
        return None;
    }
    let plain = address
        .replace("%3A", ":")
        .replace("%3a", ":")
        .replace("%2F", "/")
        .replace("%28", "(")
        .replace("%29", ")");
    let own = REGISTERS
        .iter()
        .zip(EXPRESSIONS.iter())
        .filter(|(register, _)| is_at(register));
    let mut found = own.filter_map(|(register, expression)| (register.read)(&expression.captures(&plain)?));
    found.next()
}
