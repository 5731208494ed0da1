//! `[images]`: whether pictures are kept.

use crate::config::reading::raw::{File, Table};

/// Reads `keep`: no picture is kept unless it says so.
pub fn read(file: &mut File<'_>, root: &mut Table<'_>) -> bool {
    let Some(mut table) = root.table(file, "images") else {
        return false;
    };
    let keep = table.boolean(file, "keep");
    table.close(file);
    keep.unwrap_or_default()
}
