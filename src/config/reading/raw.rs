//! A configuration file as it was written: tables whose keys are taken one by one, each value with its place.
//!
//! Nothing is known here of what the keys mean. Whatever is wrong is noted and reading goes on, so that one run shows
//! every mistake. Keys nobody asked for are mistakes when a table is closed.

use std::collections::HashSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::errors::Mistake;
use super::suggest::nearest;

/// Longest piece of a value shown in a message, in characters.
const SHOWN_CHARS_MAX: usize = 60;

/// One file of the configuration, with what has been found wrong in it.
pub struct File<'a> {
    pub path: &'a Path,
    text: &'a str,
    /// Byte offset at which each line begins.
    lines: Vec<usize>,
    pub mistakes: Vec<Mistake>,
    /// What may be meant otherwise, or may not work: nothing is refused for it.
    pub warnings: Vec<Mistake>,
}

impl<'a> File<'a> {
    pub fn new(path: &'a Path, text: &'a str) -> Self {
        let lines = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self {
            path,
            text,
            lines,
            mistakes: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Returns the folder that relative paths in this file start from.
    pub fn folder(&self) -> PathBuf {
        self.path.parent().map(Path::to_owned).unwrap_or_default()
    }

    /// Returns the file as a table; what is no TOML is noted and left out.
    pub fn parse(&mut self) -> Table<'a> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let line = error.span().map(|span| self.line(span.start));
            let message = format!(
                "{}; the file is TOML, see https://toml.io",
                error.message().replace('\n', ", ")
            );
            self.mistakes.push(Mistake {
                path: self.path.to_owned(),
                line,
                key: None,
                value: None,
                message,
            });
        }
        Table::new(String::new(), 0..0, table.into_inner())
    }

    /// Returns the line, from 1, that a byte stands on.
    pub fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset).max(1)
    }

    /// Returns a value's text on one line and cut.
    pub fn shown(&self, span: &Range<usize>) -> String {
        let raw = self.text.get(span.clone()).unwrap_or_default();
        let mut shown = crate::text::line(raw);
        if let Some((cut, _)) = shown.char_indices().nth(SHOWN_CHARS_MAX) {
            shown.truncate(cut);
            shown.push('…');
        }
        shown
    }

    /// Returns the line of a position inside a string value, lines of the value counted from its opening quotes.
    pub fn line_inside(&self, span: &Range<usize>, value: &str, offset: usize) -> usize {
        let first = self.line(span.start);
        let raw = self.text.get(span.clone()).unwrap_or_default();
        let is_multiline = raw.starts_with("'''") || raw.starts_with("\"\"\"");
        if !is_multiline {
            return first;
        }
        let begins_below = raw[3..].starts_with('\n') || raw[3..].starts_with("\r\n");
        let before = value.as_bytes()[..offset.min(value.len())]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        (first + usize::from(begins_below) + before).min(self.line(span.end))
    }

    /// Notes a mistake in a value.
    pub fn wrong(&mut self, value: &Value<'_>, message: impl Into<String>) {
        let shown = self.shown(&value.at);
        self.note(value.at.start, Some(value.key.clone()), Some(shown), message.into());
    }

    /// Notes a warning at a value.
    pub fn warn(&mut self, value: &Value<'_>, message: impl Into<String>) {
        self.warnings.push(Mistake {
            path: self.path.to_owned(),
            line: Some(self.line(value.at.start)),
            key: Some(value.key.clone()),
            value: Some(self.shown(&value.at)),
            message: message.into(),
        });
    }

    /// Notes a warning at a line, and what stands there.
    pub fn warn_line(&mut self, line: usize, key: String, shown: String, message: String) {
        self.warnings.push(Mistake {
            path: self.path.to_owned(),
            line: Some(line),
            key: Some(key),
            value: Some(shown),
            message,
        });
    }

    /// Notes a mistake in a value that may be a secret and is therefore not shown.
    pub fn wrong_secret(&mut self, value: &Value<'_>, message: impl Into<String>) {
        self.note(
            value.at.start,
            Some(value.key.clone()),
            Some("…".to_owned()),
            message.into(),
        );
    }

    /// Notes a mistake of a table as a whole.
    pub fn wrong_table(&mut self, table: &Table<'_>, message: impl Into<String>) {
        let key = (!table.name.is_empty()).then(|| table.name.clone());
        self.note(table.at.start, key, None, message.into());
    }

    pub fn note(&mut self, offset: usize, key: Option<String>, value: Option<String>, message: String) {
        let line = Some(self.line(offset));
        self.mistakes.push(Mistake {
            path: self.path.to_owned(),
            line,
            key,
            value,
            message,
        });
    }

    pub fn note_line(&mut self, line: usize, key: String, value: String, message: String) {
        let path = self.path.to_owned();
        self.mistakes.push(Mistake {
            path,
            line: Some(line),
            key: Some(key),
            value: Some(value),
            message,
        });
    }
}

/// A value with its place and its full key.
#[derive(Debug, Clone)]
pub struct Value<'a> {
    pub key: String,
    pub at: Range<usize>,
    pub inner: DeValue<'a>,
}

/// A string with its place and its full key; `value.inner` is the same string.
#[derive(Debug, Clone)]
pub struct StringValue<'a> {
    pub text: String,
    pub value: Value<'a>,
}

struct Entry<'a> {
    key: String,
    key_at: Range<usize>,
    value: DeValue<'a>,
    at: Range<usize>,
}

/// A table whose keys are taken one by one.
pub struct Table<'a> {
    /// How messages call it: `fetch`, `source`, empty for the whole file.
    pub name: String,
    pub at: Range<usize>,
    entries: Vec<Option<Entry<'a>>>,
    present: HashSet<String>,
    known: Vec<&'static str>,
}

fn entries(table: DeTable<'_>) -> Vec<Option<Entry<'_>>> {
    let entry = |(key, value): (Spanned<_>, Spanned<_>)| {
        let (key_at, at) = (key.span(), value.span());
        let key: std::borrow::Cow<'_, str> = key.into_inner();
        Some(Entry {
            key: key.into_owned(),
            key_at,
            value: value.into_inner(),
            at,
        })
    };
    table.into_iter().map(entry).collect()
}

impl<'a> Table<'a> {
    fn new(name: String, at: Range<usize>, table: DeTable<'a>) -> Self {
        let entries = entries(table);
        let present = entries.iter().flatten().map(|entry| entry.key.clone()).collect();
        Self {
            name,
            at,
            entries,
            present,
            known: Vec::new(),
        }
    }

    /// Takes a key's value, whatever it is.
    pub fn take(&mut self, key: &'static str) -> Option<Value<'a>> {
        self.known.push(key);
        let entry = self
            .entries
            .iter_mut()
            .find(|e| e.as_ref().is_some_and(|e| e.key == key))?
            .take()?;
        Some(Value {
            key: self.full(key),
            at: entry.at,
            inner: entry.value,
        })
    }

    /// Whether the file holds this key, taken or not.
    pub fn has(&self, key: &str) -> bool {
        self.present.contains(key)
    }

    /// Takes everything that is left, for tables whose keys are the owner's.
    pub fn take_rest(&mut self) -> Vec<(String, Value<'a>)> {
        let entries = std::mem::take(&mut self.entries);
        let value = |e: Entry<'a>| {
            (
                e.key.clone(),
                Value {
                    key: self.full(&e.key),
                    at: e.at,
                    inner: e.value,
                },
            )
        };
        entries.into_iter().flatten().map(value).collect()
    }

    /// Returns a key's full name.
    pub fn full(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }

    /// Takes a string.
    pub fn text(&mut self, file: &mut File<'_>, key: &'static str) -> Option<StringValue<'a>> {
        let value = self.take(key)?;
        as_text(file, value)
    }

    /// Takes a whole number within bounds.
    pub fn integer(&mut self, file: &mut File<'_>, key: &'static str, bounds: Range<i64>) -> Option<i64> {
        let value = self.take(key)?;
        as_integer(file, &value, bounds)
    }

    /// Takes true or false.
    pub fn boolean(&mut self, file: &mut File<'_>, key: &'static str) -> Option<bool> {
        let value = self.take(key)?;
        match value.inner {
            DeValue::Boolean(is) => Some(is),
            ref other => {
                let message = format!("is {}; write true or false without quotes", described(other));
                file.wrong(&value, message);
                None
            }
        }
    }

    /// Takes a list of strings; nothing when the key is absent or its value no list.
    pub fn texts(&mut self, file: &mut File<'_>, key: &'static str) -> Option<Vec<StringValue<'a>>> {
        let values = self.values(file, key)?;
        Some(values.into_iter().filter_map(|value| as_text(file, value)).collect())
    }

    /// Takes a list of whatever; nothing when the key is absent or its value no list.
    pub fn values(&mut self, file: &mut File<'_>, key: &'static str) -> Option<Vec<Value<'a>>> {
        let value = self.take(key)?;
        match value.inner {
            DeValue::Array(array) => {
                let full = value.key;
                let element = |e: Spanned<DeValue<'a>>| Value {
                    key: full.clone(),
                    at: e.span(),
                    inner: e.into_inner(),
                };
                Some(array.into_iter().map(element).collect())
            }
            ref other => {
                let hint = match other {
                    DeValue::String(_) => format!("[{}]", file.shown(&value.at)),
                    _ => "[\"…\", \"…\"]".to_owned(),
                };
                let message = format!("is {}; write a list: {hint}", described(other));
                file.wrong(&value, message);
                None
            }
        }
    }

    /// Takes a table; an absent one is empty.
    pub fn table(&mut self, file: &mut File<'_>, key: &'static str) -> Option<Table<'a>> {
        let value = self.take(key)?;
        let is_list = matches!(value.inner, DeValue::Array(_));
        let form = if self.name.is_empty() {
            format!("[{key}]")
        } else {
            format!("{key} = {{ … }}")
        };
        let table = as_table(value);
        match table {
            Ok(table) => Some(table),
            Err(value) => {
                let instead = if is_list {
                    format!("there is only one; write {form}")
                } else {
                    format!("write {form}")
                };
                let message = format!("is {}, not a table; {instead}", described(&value.inner));
                file.wrong(&value, message);
                None
            }
        }
    }

    /// Takes a list of tables.
    pub fn tables(&mut self, file: &mut File<'_>, key: &'static str) -> Vec<Table<'a>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let full = value.key.clone();
        let DeValue::Array(array) = value.inner else {
            let is_table = matches!(value.inner, DeValue::Table(_));
            let what = if is_table {
                "is one table"
            } else {
                described(&value.inner)
            };
            let what = if is_table {
                what.to_owned()
            } else {
                format!("is {what}")
            };
            file.note(
                value.at.start,
                Some(full),
                None,
                format!("{what}, not a list of tables; write [[{key}]]"),
            );
            return Vec::new();
        };
        let mut tables = Vec::new();
        for element in array {
            let value = Value {
                key: full.clone(),
                at: element.span(),
                inner: element.into_inner(),
            };
            match as_table(value) {
                Ok(table) => tables.push(table),
                Err(value) => {
                    let message = format!("is {}, not a table; write [[{key}]]", described(&value.inner));
                    file.wrong(&value, message);
                }
            }
        }
        tables
    }

    /// Notes every key that nobody took, with the known key nearest to it.
    pub fn close(self, file: &mut File<'_>) {
        for entry in self.entries.iter().flatten() {
            let place = if self.name.is_empty() {
                "at the top of the file".to_owned()
            } else {
                format!("in {}", self.name)
            };
            let message = match nearest(&entry.key, &self.known) {
                Some(known) => format!("is not a key {place}; did you mean \"{known}\"?"),
                None => format!("is not a key {place}; known are {}", listed(&self.known)),
            };
            file.note(entry.key_at.start, Some(self.full(&entry.key)), None, message);
        }
    }
}

/// Reads a value as a whole number within bounds.
pub fn as_integer(file: &mut File<'_>, value: &Value<'_>, bounds: Range<i64>) -> Option<i64> {
    let number = match &value.inner {
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
        other => {
            let message = format!("is {}; write a whole number without quotes", described(other));
            file.wrong(value, message);
            return None;
        }
    };
    let number = number.filter(|number| bounds.contains(number));
    if number.is_none() {
        let (least, most) = (bounds.start, bounds.end - 1);
        file.wrong(
            value,
            format!("is out of range; between {least} and {most} is possible"),
        );
    }
    number
}

/// Returns the string a value is, or notes that it is none.
pub fn as_text<'a>(file: &mut File<'_>, value: Value<'a>) -> Option<StringValue<'a>> {
    match &value.inner {
        DeValue::String(text) => Some(StringValue {
            text: text.clone().into_owned(),
            value,
        }),
        other => {
            let message = format!("is {}; write text in quotes", described(other));
            file.wrong(&value, message);
            None
        }
    }
}

/// Returns the table a value is, or the value.
pub fn as_table(value: Value<'_>) -> Result<Table<'_>, Value<'_>> {
    match value.inner {
        DeValue::Table(table) => Ok(Table::new(value.key, value.at, table)),
        inner => Err(Value { inner, ..value }),
    }
}

/// Returns what kind of value this is, for messages.
pub fn described(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Returns names in quotes, separated by commas.
pub fn listed<T: AsRef<str>>(names: &[T]) -> String {
    names
        .iter()
        .map(|name| format!("\"{}\"", name.as_ref()))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_inside_a_multiline_string_has_its_own_line() {
        let text = "a = 1\nq = '''\none\ntwo three\n'''\n";
        let file = File::new(Path::new("t.toml"), text);
        let span = text.find("'''").unwrap()..text.rfind('\n').unwrap();
        assert_eq!(file.line_inside(&span, "one\ntwo three\n", 0), 3);
        assert_eq!(file.line_inside(&span, "one\ntwo three\n", 8), 4);
        assert_eq!(file.line_inside(&(0..5), "x", 0), 1);
    }
}
