//! The text of a configuration file, or why there is none.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::files;

/// A configuration file may be this large, in bytes.
const CONFIG_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Returns the text of the main file, or why there is none.
pub fn named(path: &Path) -> Result<String, String> {
    text_of(files::read_named(path, CONFIG_BYTES_MAX))
}

/// Returns the text of an included file, or why there is none.
pub fn included(path: &Path) -> Result<String, String> {
    text_of(files::read(path, CONFIG_BYTES_MAX))
}

fn text_of(bytes: io::Result<Vec<u8>>) -> Result<String, String> {
    let bytes = bytes.map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!("cannot be read: {error}; `tidings init` writes one"),
        ErrorKind::FileTooLarge => format!("is larger than {CONFIG_BYTES_MAX} bytes; is it the right file?"),
        _ => format!("cannot be read: {error}; is it a file you may read?"),
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        format!("is no UTF-8 text (line {line}); save it as UTF-8")
    })
}
