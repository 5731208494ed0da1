//! Documents of record: what a register says of one beside its words, and where its answers say it.

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;

use super::json_path::{JsonPath, PathError, TextPattern};

/// The longest name of a field, in bytes.
pub const FIELD_NAME_BYTES_MAX: usize = 40;
/// The most fields that are read of one item.
pub const FIELDS_MAX: usize = 32;
/// The most patterns of which the first that gives something is taken.
const PATTERNS_MAX: usize = 8;

/// One thing a register says of a document: its docket, the end of its comment period.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct RecordField {
    pub name: String,
    /// A date is YYYY-MM-DD, or RFC 3339 where a time is stated.
    pub value: String,
}

/// A field as it stands, and what it was just before.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RecordFact {
    pub name: String,
    pub value: String,
    /// What this value was put in place of.
    pub was: Option<String>,
}

/// Facts of one name, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactLine {
    pub label: String,
    pub values: String,
}

/// Returns facts in words, a line for each name.
pub fn in_words(facts: &[RecordFact]) -> Vec<FactLine> {
    let mut lines: Vec<(&str, FactLine)> = Vec::new();
    for fact in facts {
        let value = match &fact.was {
            Some(was) => format!("{} (was {})", date_in_words(&fact.value), date_in_words(was)),
            None => date_in_words(&fact.value),
        };
        match lines.iter_mut().find(|(name, _)| *name == fact.name) {
            Some((_, line)) => line.values = format!("{}, {value}", line.values),
            None => lines.push((
                &fact.name,
                FactLine {
                    label: label(&fact.name),
                    values: value,
                },
            )),
        }
    }
    lines.into_iter().map(|(_, line)| line).collect()
}

/// Returns what a document is known by, in one line: its numbers, who it is of, its dates.
pub fn in_brief(facts: &[RecordFact]) -> String {
    const FIRST: [&str; 5] = ["document_number", "celex", "bill", "docket", "case_number"];
    const WHO: [&str; 2] = ["agency", "court"];
    let place = |name: &str| match FIRST.iter().position(|own| *own == name) {
        Some(at) => at,
        None if WHO.contains(&name) => FIRST.len(),
        None => FIRST.len() + 1,
    };
    let mut names: Vec<&str> = Vec::new();
    for fact in facts {
        if !names.contains(&fact.name.as_str()) {
            names.push(&fact.name);
        }
    }
    names.sort_by_key(|name| place(name));
    let part = |name: &str| {
        let own: Vec<RecordFact> = facts.iter().filter(|fact| fact.name == name).cloned().collect();
        let line = in_words(&own).pop()?;
        Some(match name {
            _ if WHO.contains(&name) => line.values,
            "document_number" => format!("document {}", line.values),
            _ if is_abbreviation(name) => format!("{} {}", line.label, line.values),
            _ => format!("{} {}", line.label.to_lowercase(), line.values),
        })
    };
    let parts: Vec<String> = names.into_iter().filter_map(part).collect();
    parts.join(", ")
}

/// Returns the name of a field as it is shown: "Comments close" for `comments_close_on`.
fn label(name: &str) -> String {
    if is_abbreviation(name) {
        return name.to_uppercase();
    }
    let words = name.strip_suffix("_on").unwrap_or(name).replace('_', " ");
    let (first, rest) = words.split_at_checked(1).unwrap_or_default();
    format!("{}{rest}", first.to_uppercase())
}

fn is_abbreviation(name: &str) -> bool {
    ["rin", "celex", "eli", "ecli", "cfr"].contains(&name)
}

/// Returns a date as "9 June 2026", a moment with its time where it is; anything else as it is.
fn date_in_words(value: &str) -> String {
    if let Ok(day) = NaiveDate::parse_from_str(value, "%Y-%m-%d") {
        return day.format("%-d %B %Y").to_string();
    }
    match DateTime::parse_from_rfc3339(value) {
        Ok(at) => at.format("%-d %B %Y, %H:%M (%:z)").to_string(),
        Err(_) => value.to_owned(),
    }
}

/// Whether a field is a date, by its name.
pub fn is_date(name: &str) -> bool {
    name.ends_with("_on")
}

/// Whether a text can be the name of a field.
pub fn is_name(text: &str) -> bool {
    text.len() <= FIELD_NAME_BYTES_MAX
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// Where a JSON answer says what. Of several patterns for one thing the first that gives something counts; items are taken from
/// wherever there are some.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RecordFormat {
    /// Where the items are; the whole answer is one where nothing is said.
    pub items: Vec<JsonPath>,
    pub id: Vec<TextPattern>,
    pub title: Vec<TextPattern>,
    pub link: Vec<TextPattern>,
    pub date: Vec<TextPattern>,
    pub summary: Vec<TextPattern>,
    pub text: Vec<TextPattern>,
    pub fields: Vec<(String, Vec<TextPattern>)>,
    pub next: Option<NextPage>,
    /// Pages that are read in one poll, where fewer are allowed than usual.
    pub pages_max: Option<usize>,
    /// Who publishes it all, and in which language.
    pub publisher: Option<String>,
    pub language: Option<String>,
    /// Added to an address that does not say them itself.
    pub parameters: Vec<(String, String)>,
    /// Whose days its moments are: the end of a day in Washington is the next day already in UTC.
    pub zone: Option<Tz>,
}

/// How the next page of an answer is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum NextPage {
    /// The answer names its address.
    Address(JsonPath),
    /// The answer names what this parameter is to be.
    Cursor(JsonPath, String),
    /// This parameter is the number of the page.
    Number(String),
}

/// What of an item is read, by the keys that are written for it.
pub const PATTERN_KEYS: [&str; 6] = ["id", "title", "link", "date", "summary", "text"];

impl RecordFormat {
    /// Says where the items are.
    ///
    /// # Errors
    /// One is no path.
    pub fn set_items(&mut self, texts: &[&str]) -> Result<(), PathError> {
        self.items = texts
            .iter()
            .map(|text| JsonPath::parse(text))
            .collect::<Result<_, _>>()?;
        Ok(())
    }

    /// Says where one of the `PATTERN_KEYS` stands.
    ///
    /// # Errors
    /// One is no pattern.
    pub fn set(&mut self, key: &str, texts: &[&str]) -> Result<(), PathError> {
        let patterns = patterns(texts)?;
        let place = match key {
            "id" => &mut self.id,
            "title" => &mut self.title,
            "link" => &mut self.link,
            "date" => &mut self.date,
            "summary" => &mut self.summary,
            _ => &mut self.text,
        };
        *place = patterns;
        Ok(())
    }

    /// Says where a further field stands, in place of what was said of it before.
    ///
    /// # Errors
    /// One is no pattern.
    pub fn set_field(&mut self, name: &str, texts: &[&str]) -> Result<(), PathError> {
        let patterns = patterns(texts)?;
        match self.fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = patterns,
            None => self.fields.push((name.to_owned(), patterns)),
        }
        Ok(())
    }
}

fn patterns(texts: &[&str]) -> Result<Vec<TextPattern>, PathError> {
    if texts.len() > PATTERNS_MAX {
        return Err(PathError::TooLong);
    }
    texts.iter().map(|text| TextPattern::parse(text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_in_words() {
        let fact = |name: &str, value: &str, was: Option<&str>| RecordFact {
            name: name.to_owned(),
            value: value.to_owned(),
            was: was.map(str::to_owned),
        };
        let facts = [
            fact("comments_close_on", "2026-06-09", Some("2026-06-03")),
            fact("docket", "A-1", None),
            fact("hearing_on", "2026-06-09T10:00:00-04:00", None),
            fact("docket", "B-2", None),
            fact("rin", "1651-AB12", None),
            fact("document_number", "2026-1", None),
        ];
        let lines = in_words(&facts).into_iter();
        let lines: Vec<String> = lines.map(|line| format!("{}: {}", line.label, line.values)).collect();
        let expected = [
            "Comments close: 9 June 2026 (was 3 June 2026)",
            "Docket: A-1, B-2",
            "Hearing: 9 June 2026, 10:00 (-04:00)",
            "RIN: 1651-AB12",
            "Document number: 2026-1",
        ];
        assert_eq!(lines, expected);
        let brief = "document 2026-1, docket A-1, B-2, comments close 9 June 2026 (was 3 June 2026), hearing 9 June 2026, 10:00 (-04:00), RIN 1651-AB12";
        assert_eq!(in_brief(&facts), brief);
        let short = [
            fact("effective_on", "2026-07-01", None),
            fact("agency", "EPA", None),
            fact("celex", "32026R1187", None),
        ];
        assert_eq!(in_brief(&short), "CELEX 32026R1187, EPA, effective 1 July 2026");
    }

    #[test]
    fn names() {
        for name in ["docket", "comments_close_on", "cfr2"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "Docket", "2nd", "a-b", "é", &"a".repeat(41)] {
            assert!(!is_name(name), "{name}");
        }
        assert!(is_date("hearing_on") && !is_date("docket"));
    }
}
