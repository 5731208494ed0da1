//! Turns the files of `lexicon/` into one table in Rust, so that no process has to read them when it starts.
//!
//! A file with other keys than `lexicon/en.toml` ends the build. What the keys mean is in docs/languages.md, the types are
//! in `src/lexicon.rs`.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use toml::{Table, Value};

const FOLDER: &str = "lexicon";
const LANGUAGES_MAX: usize = 32;
/// Tables of a file, and what the type of each is called.
const TYPES: [(&str, &str); 12] = [
    ("", "Language"),
    ("date", "DateForm"),
    ("lines", "LinePhrases"),
    ("verdict", "VerdictPhrases"),
    ("date_labels", "DateLabels"),
    ("byline", "BylineWords"),
    ("links", "LinkWords"),
    ("noise", "NoiseWords"),
    ("letters", "LetterPhrases"),
    ("identifiers", "IdentifierWords"),
    ("columns", "ColumnTitles"),
    ("digest", "DigestWords"),
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={FOLDER}");
    let template = keys("", &read(&Path::new(FOLDER).join("en.toml"))?);
    let mut files = Vec::new();
    for entry in fs::read_dir(FOLDER)? {
        files.push(entry?.path());
    }
    files.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
    // The order of the languages is that of their tags on every machine.
    files.sort();
    let mut languages = Vec::new();
    for file in files {
        let mut language = read(&file)?;
        let own = keys("", &language);
        if let Some(key) = template.symmetric_difference(&own).next() {
            let has = if own.contains(key) {
                "has a key that en.toml lacks"
            } else {
                "lacks a key"
            };
            return Err(format!("{} {has}: {key}", file.display()).into());
        }
        let tag = file.file_stem().unwrap_or_default().to_string_lossy();
        language.insert("tag".to_owned(), Value::String(tag.into_owned()));
        let written = literal("", &Value::Table(language));
        languages.push(written.map_err(|error| format!("{}: {error}", file.display()))?);
    }
    // `clustering::words` tells them apart by the bits of a number.
    if languages.len() > LANGUAGES_MAX {
        return Err(format!("{} languages, {LANGUAGES_MAX} at most", languages.len()).into());
    }
    let out = PathBuf::from(env::var("OUT_DIR")?).join("lexicon.rs");
    fs::write(out, format!("[{}]", languages.join(",\n")))?;
    Ok(())
}

fn read(file: &Path) -> Result<Table, Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    text.parse()
        .map_err(|error| format!("{}: {error}", file.display()).into())
}

/// Returns the names of all keys, those of tables with the table's name before them.
fn keys(before: &str, table: &Table) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (key, value) in table {
        let name = format!("{before}{key}");
        match value {
            Value::Table(inner) => names.extend(keys(&format!("{name}."), inner)),
            _ => drop(names.insert(name)),
        }
    }
    names
}

/// Returns a value as Rust has it.
fn literal(key: &str, value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(format!("{text:?}")),
        Value::Array(items) => {
            let items: Result<Vec<String>, String> = items.iter().map(|item| literal(key, item)).collect();
            Ok(format!("&[{}]", items?.join(", ")))
        }
        Value::Table(table) => {
            let field = |(key, value): (&String, &Value)| Ok(format!("{key}: {}", literal(key, value)?));
            let fields: Result<Vec<String>, String> = table.iter().map(field).collect();
            let name = TYPES.iter().find(|(own, _)| *own == key).map_or(key, |(_, name)| *name);
            Ok(format!("{name} {{ {} }}", fields?.join(", ")))
        }
        other => Err(format!("{key} is a {}, not a text or a list", other.type_str())),
    }
}
