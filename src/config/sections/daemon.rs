//! The `[daemon]` table: where the state is, and the zone of everything.

use std::path::PathBuf;

use chrono_tz::Tz;

use crate::config::reading::environment::Environment;
use crate::config::reading::expand::Places;
use crate::config::reading::raw::{File, Table};
use crate::config::reading::values::zone;

pub fn read(file: &mut File<'_>, root: &mut Table<'_>, places: &Places, around: &Environment<'_>) -> (PathBuf, Tz) {
    let mut table = root.table(file, "daemon");
    let zone = table
        .as_mut()
        .and_then(|table| zone(file, table, "time_zone"))
        .unwrap_or(Tz::UTC);
    let text = table.as_mut().and_then(|table| table.text(file, "state_dir"));
    if let Some(table) = table {
        table.close(file);
    }
    let state_dir = match text {
        Some(text) => places.expand(&text.text).unwrap_or_else(|message| {
            file.wrong(&text.value, message);
            PathBuf::new()
        }),
        None => around.state_dir(file.path).unwrap_or_else(|| {
            let message = "there is no place for state ($HOME is not set); write state_dir = \"/path\" in [daemon]";
            file.note(0, Some("daemon.state_dir".to_owned()), None, message.to_owned());
            PathBuf::new()
        }),
    };
    (state_dir, zone)
}
