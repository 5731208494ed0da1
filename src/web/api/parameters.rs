//! What a request may say, and what it said. Nothing is guessed: what is not known, or said twice, is refused.

use serde_json::{Value, json};

use super::problem::Problem;
use crate::domain::Timestamp;
use crate::domain::schedule;

/// Characters of a query, and of a name.
const QUERY_CHARS_MAX: usize = 500;
const NAME_CHARS_MAX: usize = 300;
/// Digits of a span of time and of a number in a cursor.
const SPAN_DIGITS_MAX: usize = 6;
const CURSOR_DIGITS_MAX: usize = 15;
/// Items of a page where none are asked for, and at most.
const LIMIT: usize = 50;
const LIMIT_MAX: usize = 200;

/// Something a request may say.
pub struct Parameter {
    pub name: &'static str,
    pub kind: ParameterKind,
    pub about: &'static str,
}

/// What it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// A query of the topic language; it must be said.
    Query,
    Name,
    Span,
    Limit,
    /// So many numbers, from `next`.
    Cursor(usize),
}

pub const QUERY: Parameter = Parameter {
    name: "q",
    kind: ParameterKind::Query,
    about: "What to search for, in the query language of topics; the best match comes first.",
};
pub const TOPIC: Parameter = Parameter {
    name: "topic",
    kind: ParameterKind::Name,
    about: "Only what matches the topic of this name.",
};
pub const SOURCE: Parameter = Parameter {
    name: "source",
    kind: ParameterKind::Name,
    about: "Only what the source of this name, title or address brought.",
};
pub const SINCE: Parameter = Parameter {
    name: "since",
    kind: ParameterKind::Span,
    about: "Only what is as new as this span of time before now: 90m, 12h, 7d, 4w.",
};
pub const PAGE_SIZE: Parameter = Parameter {
    name: "limit",
    kind: ParameterKind::Limit,
    about: "How many items at most; a page ends earlier where its items are long.",
};
pub const CURSOR: Parameter = cursor(1);
pub const PAIR_CURSOR: Parameter = cursor(2);

const fn cursor(numbers: usize) -> Parameter {
    Parameter {
        name: "cursor",
        kind: ParameterKind::Cursor(numbers),
        about: "Where the page begins: `next` of the page before, with the same other parameters.",
    }
}

impl Parameter {
    /// Returns the JSON Schema of what it may be.
    pub fn schema(&self) -> Value {
        match self.kind {
            ParameterKind::Query => {
                json!({ "type": "string", "format": "tidings-query", "minLength": 1, "maxLength": QUERY_CHARS_MAX })
            }
            ParameterKind::Name => json!({ "type": "string", "minLength": 1, "maxLength": NAME_CHARS_MAX }),
            ParameterKind::Span => {
                json!({ "type": "string", "pattern": format!("^[0-9]{{1,{SPAN_DIGITS_MAX}}}[smhdw]$") })
            }
            ParameterKind::Limit => {
                json!({ "type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT })
            }
            ParameterKind::Cursor(numbers) => {
                let number = format!("[0-9]{{1,{CURSOR_DIGITS_MAX}}}");
                json!({ "type": "string", "pattern": format!("^{}$", vec![number; numbers].join("-")) })
            }
        }
    }

    /// Whether a request must say it.
    pub fn is_required(&self) -> bool {
        self.kind == ParameterKind::Query
    }

    fn takes(&self, value: &str) -> bool {
        let digits = |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        match self.kind {
            ParameterKind::Query => (1..=QUERY_CHARS_MAX).contains(&value.chars().count()),
            ParameterKind::Name => (1..=NAME_CHARS_MAX).contains(&value.chars().count()),
            ParameterKind::Span => {
                let number = value.strip_suffix(['s', 'm', 'h', 'd', 'w']);
                number.is_some_and(|number| digits(number, SPAN_DIGITS_MAX))
            }
            ParameterKind::Limit => {
                digits(value, SPAN_DIGITS_MAX) && value.parse().is_ok_and(|n| (1..=LIMIT_MAX).contains(&n))
            }
            ParameterKind::Cursor(numbers) => {
                let parts: Vec<&str> = value.split('-').collect();
                parts.len() == numbers && parts.iter().all(|part| digits(part, CURSOR_DIGITS_MAX))
            }
        }
    }

    fn expected(&self) -> String {
        match self.kind {
            ParameterKind::Query => format!("a query of 1 to {QUERY_CHARS_MAX} characters"),
            ParameterKind::Name => format!("a name of 1 to {NAME_CHARS_MAX} characters"),
            ParameterKind::Span => "a span of time such as 90m, 12h, 7d or 4w".to_owned(),
            ParameterKind::Limit => format!("a number from 1 to {LIMIT_MAX}"),
            ParameterKind::Cursor(_) => "`next` of the page before, as it is".to_owned(),
        }
    }
}

/// What a request said.
#[derive(Debug, Default)]
pub struct SaidParameters {
    said: Vec<(&'static str, String)>,
    /// The number in its path.
    pub number: i64,
}

impl SaidParameters {
    /// Returns what it said under a name.
    pub fn text(&self, name: &str) -> Option<&str> {
        let found = self.said.iter().find(|(own, _)| *own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Returns the moment since which things are wanted; longer ago than there are dates is no bound.
    pub fn since(&self, now: Timestamp) -> Option<Timestamp> {
        // What is no span was refused when it was read.
        schedule::since(now, self.text(SINCE.name)).ok().flatten()
    }

    /// Returns how many items are wanted at most.
    pub fn limit(&self) -> usize {
        let said = self.text(PAGE_SIZE.name).and_then(|text| text.parse().ok());
        said.unwrap_or(LIMIT)
    }

    /// Returns the number the page begins behind.
    pub fn cursor(&self) -> Option<i64> {
        self.text(CURSOR.name)?.parse().ok()
    }

    /// Returns the two numbers the page begins behind.
    pub fn pair(&self) -> Option<(i64, i64)> {
        let (one, other) = self.text(PAIR_CURSOR.name)?.split_once('-')?;
        Some((one.parse().ok()?, other.parse().ok()?))
    }
}

/// Reads what a request says.
pub fn read(known: &[&Parameter], query: &[(String, String)], number: i64) -> Result<SaidParameters, Problem> {
    let mut asked = SaidParameters {
        said: Vec::new(),
        number,
    };
    for (name, value) in query {
        let Some(parameter) = known.iter().find(|known| known.name == name) else {
            let names: Vec<&str> = known.iter().map(|known| known.name).collect();
            let there_is = match names.as_slice() {
                [] => "nothing can be said here".to_owned(),
                names => format!("there is {}", names.join(", ")),
            };
            return Err(Problem::wrong(format!("no parameter is called {name}; {there_is}")));
        };
        if asked.text(name).is_some() {
            return Err(Problem::wrong(format!("{name} is said twice")));
        }
        if !parameter.takes(value) {
            return Err(Problem::wrong(format!("{name} is {}", parameter.expected())));
        }
        asked.said.push((parameter.name, value.clone()));
    }
    let missing = known
        .iter()
        .find(|known| known.is_required() && asked.text(known.name).is_none());
    match missing {
        Some(missing) => Err(Problem::wrong(format!(
            "{} is missing: {}",
            missing.name,
            missing.expected()
        ))),
        None => Ok(asked),
    }
}
