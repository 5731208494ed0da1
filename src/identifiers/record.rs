//! The numbers that a document of record has itself, by what its register says of it and by its address.

use std::sync::LazyLock;

use regex::Regex;

use super::words::compiled;
use super::{Identifier, IdentifierKind, courts, eu_acts, find, links, states};
use crate::domain::Timestamp;
use crate::domain::record::RecordField;

/// Hosts whose "document_number" is that of the Federal Register.
const FEDERAL_REGISTER: [&str; 2] = ["federalregister.gov/", "regulations.gov/"];

/// Returns a document's own numbers; none where its register says none that is certain.
pub fn of_record(fields: &[RecordField], address: &str, published_at: Timestamp) -> Vec<Identifier> {
    let mut found: Vec<Identifier> = Vec::new();
    for field in fields {
        let value = field.value.trim();
        match field.name.as_str() {
            "celex" => found.extend(eu_acts::of_celex(value)),
            "bill" => found.extend(bill(fields, value, published_at)),
            "rin" => found.extend(of_kind(&format!("RIN {value}"), IdentifierKind::Rin, published_at)),
            "docket" => {
                let value = value.trim_start_matches("Docket No. ");
                let written = if value.contains("Docket") {
                    value.to_owned()
                } else {
                    format!("Docket No. {value}")
                };
                found.extend(of_kind(&written, IdentifierKind::Docket, published_at));
            }
            "document_number" => found.extend(document_number(value, address)),
            "case_number" => found.extend(case(fields, value, published_at)),
            "ecli" => found.extend(of_kind(value, IdentifierKind::Ecli, published_at)),
            "procedure" => found.extend(of_kind(value, IdentifierKind::EuProcedure, published_at)),
            _ => {}
        }
    }
    found.extend(links::of_address(address));
    let mut seen: Vec<Identifier> = Vec::new();
    found.retain(|one| {
        let is_new = !seen.contains(one);
        seen.push(one.clone());
        is_new
    });
    found
}

fn of_kind(text: &str, kind: IdentifierKind, now: Timestamp) -> Vec<Identifier> {
    let mut found = find(text, now);
    found.retain(|one| one.kind == kind);
    found
}

/// A bill as GovInfo names it ("119hr4403"), or as it is written, with its state where a field names one.
fn bill(fields: &[RecordField], value: &str, now: Timestamp) -> Vec<Identifier> {
    static KEY: LazyLock<Regex> =
        LazyLock::new(|| compiled("^[1-9][0-9]{1,2}(?:hr|s|hjres|sjres|hconres|sconres|hres|sres)[1-9][0-9]{0,4}$"));
    if KEY.is_match(value) {
        return vec![Identifier::new(IdentifierKind::Bill, value)];
    }
    let state = fields
        .iter()
        .find(|field| ["state", "jurisdiction"].contains(&field.name.as_str()));
    let state = state.and_then(|field| states::of_name(&field.value));
    let text = match state {
        Some(state) => format!("{} {value}", state.name),
        None => value.to_owned(),
    };
    let mut found = find(&text, now);
    found.retain(|one| matches!(one.kind, IdentifierKind::Bill | IdentifierKind::StateBill));
    found
}

fn document_number(value: &str, address: &str) -> Option<Identifier> {
    static FEDERAL: LazyLock<Regex> = LazyLock::new(|| compiled("^[0-9A-Z]{1,5}-[0-9]{4,6}$"));
    static GAZETTE: LazyLock<Regex> = LazyLock::new(|| compiled("^BOE-[A-Z]-[0-9]{4}-[0-9]{1,6}$"));
    static COURT: LazyLock<Regex> =
        LazyLock::new(|| compiled("^USCOURTS-(ca(?:[0-9]{1,2}|dc|fc))-([0-9]{2}-[0-9]{4,5})$"));
    static DISTRICT: LazyLock<Regex> =
        LazyLock::new(|| compiled("^USCOURTS-([a-z]{2}[nsewcm]?d)-([0-9])_([0-9]{2}-[a-z]{2}-[0-9]{5})$"));
    if GAZETTE.is_match(value) {
        return Some(Identifier::new(IdentifierKind::Gazette, value));
    }
    if let Some(file) = COURT.captures(value) {
        return Some(courts::us_case(&file[1], &file[2]));
    }
    if let Some(file) = DISTRICT.captures(value) {
        return Some(courts::us_case(&file[1], &format!("{}:{}", &file[2], &file[3])));
    }
    let is_federal = FEDERAL_REGISTER.iter().any(|host| address.contains(host)) && FEDERAL.is_match(value);
    is_federal.then(|| Identifier::new(IdentifierKind::FederalRegister, value))
}

/// A case with the court that a field names.
fn case(fields: &[RecordField], value: &str, now: Timestamp) -> Vec<Identifier> {
    let court = fields.iter().find(|field| field.name == "court");
    let court = court.map_or("", |field| field.value.trim());
    // As a text would say it; the Supreme Court is that of the USA where a register says no more.
    let text = format!("{court}: Case No. {}", value.trim_start_matches("No. "));
    let mut found = find(&text, now);
    found.retain(|one| {
        matches!(
            one.kind,
            IdentifierKind::UsCase | IdentifierKind::EuCase | IdentifierKind::GermanCase | IdentifierKind::UkCase
        )
    });
    found
}
