//! The `[archive]` table: where documents are kept, which, and how long.

use std::path::Path;

use chrono::TimeDelta;

use crate::config::reading::expand::Places;
use crate::config::reading::raw::{File, Table};
use crate::config::reading::values::choice;
use crate::config::settings::ArchiveSettings;
use crate::decide::article::WriteDocuments;
use crate::domain::schedule::parse_span;

/// Articles are kept this long at least, in days: some beyond the window in which they are current.
const KEEP_DAYS_MIN: i64 = 30;

pub fn read(file: &mut File<'_>, root: &mut Table<'_>, places: &Places, state_dir: &Path) -> ArchiveSettings {
    let mut archive = ArchiveSettings {
        path: state_dir.join("news"),
        write: WriteDocuments::Matched,
        keep: None,
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
    table.close(file);
    archive
}
