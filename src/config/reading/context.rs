//! What the lists of a file are read with, and where what they hold was written.

use std::collections::HashMap;
use std::path::PathBuf;

use chrono_tz::Tz;

use super::environment::Environment;
use super::errors::Mistake;
use super::expand::Places;
use super::raw::{File, Value};

/// Where something stands: file and line, and how messages call it.
#[derive(Debug, Clone)]
pub struct Origin {
    pub path: PathBuf,
    pub line: usize,
    pub key: String,
    pub value: String,
}

impl Origin {
    /// Returns where a value of a file stands.
    pub fn of(file: &File<'_>, value: &Value<'_>) -> Self {
        Self {
            path: file.path.to_owned(),
            line: file.line(value.at.start),
            key: value.key.clone(),
            value: file.shown(&value.at),
        }
    }

    /// Returns the mistake at this place.
    pub fn wrong(&self, message: String) -> Mistake {
        let (key, value) = (Some(self.key.clone()), Some(self.value.clone()));
        Mistake {
            path: self.path.clone(),
            line: Some(self.line),
            key,
            value,
            message,
        }
    }
}

/// What every list in a file is read with.
pub struct Reading<'a> {
    pub around: &'a Environment<'a>,
    pub places: Places,
    pub zone: Tz,
    pub has_mail: bool,
    /// Names of the webhooks there are.
    pub webhooks: Vec<String>,
}

/// Returns the place a key was first met at, if this is not the first time.
pub fn seen(first: &mut HashMap<String, String>, key: String, origin: &Origin) -> Option<String> {
    let place = format!("the one at {}:{}", origin.path.display(), origin.line);
    match first.entry(key) {
        std::collections::hash_map::Entry::Occupied(entry) => Some(entry.get().clone()),
        std::collections::hash_map::Entry::Vacant(entry) => {
            entry.insert(place);
            None
        }
    }
}
