//! The `[archive]` table: where documents are kept, which, and how long.

use std::path::Path;

use chrono::TimeDelta;

use crate::config::reading::environment::Environment;
use crate::config::reading::expand::Places;
use crate::config::reading::raw::{File, Table};
use crate::config::reading::secret;
use crate::config::reading::values::choice;
use crate::config::settings::ArchiveSettings;
use crate::decide::article::WriteDocuments;
use crate::document::secured::SecureKey;
use crate::domain::schedule::parse_span;

/// Articles are kept this long at least, in days: some beyond the window in which they are current.
const KEEP_DAYS_MIN: i64 = 30;

/// How documents are secured, for messages.
const SECURE_FORM: &str = "write secure = { key = { credential = \"archive-key\" }, what = [\"body\"] }";

pub fn read(
    file: &mut File<'_>,
    root: &mut Table<'_>,
    around: &Environment<'_>,
    places: &Places,
    state_dir: &Path,
) -> ArchiveSettings {
    let mut archive = ArchiveSettings {
        path: state_dir.join("news"),
        write: WriteDocuments::Matched,
        keep: None,
        secure: None,
    };
    let Some(mut table) = root.table(file, "archive") else {
        return archive;
    };
    if let Some(text) = table.text(file, "path") {
        match places.expand(&text.text) {
            Ok(path) => archive.path = path,
            Err(message) => file.wrong(&text.value, message),
        }
    }
    let choices = [
        ("matched", WriteDocuments::Matched),
        ("all", WriteDocuments::All),
        ("none", WriteDocuments::None),
    ];
    archive.write = choice(file, &mut table, "write", &choices).unwrap_or(archive.write);
    if let Some(text) = table.text(file, "keep").filter(|text| text.text != "forever") {
        match parse_span(&text.text) {
            Some(span) if span >= TimeDelta::days(KEEP_DAYS_MIN) => archive.keep = Some(span),
            Some(_) => file.wrong(
                &text.value,
                format!("is too short; articles are current for 20 days, keep them \"{KEEP_DAYS_MIN}d\" at least"),
            ),
            None => file.wrong(
                &text.value,
                "is no span of time; write for example \"365d\", or \"forever\"",
            ),
        }
    }
    archive.secure = secure(file, &mut table, around, places);
    table.close(file);
    archive
}

/// Takes `secure`: the key, and what is kept out of documents, which is their text or nothing.
fn secure(
    file: &mut File<'_>,
    archive: &mut Table<'_>,
    around: &Environment<'_>,
    places: &Places,
) -> Option<Result<SecureKey, String>> {
    let mut table = archive.table(file, "secure")?;
    if !table.has("key") {
        file.wrong_table(&table, format!("has no key; {SECURE_FORM}"));
    }
    let key = secret::take_late(file, &mut table, "key", around, places);
    match table.texts(file, "what") {
        Some(what) if what.is_empty() => {
            file.wrong_table(
                &table,
                format!("has an empty what, so that nothing is secured; {SECURE_FORM}"),
            );
        }
        what => {
            for text in what.iter().flatten().filter(|text| text.text != "body") {
                file.wrong(&text.value, "cannot be secured; \"body\" can, the text of an article");
            }
        }
    }
    table.close(file);
    Some(key?.and_then(SecureKey::new))
}
