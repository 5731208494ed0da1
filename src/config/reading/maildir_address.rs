//! The address of a source of letters: `maildir:` and a whole path.

use std::path::PathBuf;

use super::expand::Places;
use super::raw::{File, StringValue};
use crate::domain::source::MAILDIR;
use crate::maildir;

/// How a maildir is written.
const MAIL_FORM: &str =
    "write \"maildir:\" and the folder, for example \"maildir:/var/mail/letters\" or \"maildir:~/Mail/Letters\"";

/// Reads `maildir:PATH`. A folder that is not there yet is a warning: what fetches mail may make it later.
pub fn read(file: &mut File<'_>, text: &StringValue<'_>, places: &Places) -> Option<String> {
    let Some(folder) = text.text.trim().strip_prefix(MAILDIR) else {
        file.wrong(&text.value, MAIL_FORM);
        return None;
    };
    let is_whole = ["/", "~/", "{state_dir}"].iter().any(|start| folder.starts_with(start));
    if !is_whole {
        file.wrong(&text.value, format!("is not a whole path; {MAIL_FORM}"));
        return None;
    }
    match places.expand(folder) {
        Ok(path) => {
            if let Err(error) = maildir::check(&path) {
                file.warn(&text.value, error.to_string());
            }
            let path: PathBuf = path.components().collect();
            Some(format!("{MAILDIR}{}", path.to_string_lossy()))
        }
        Err(message) => {
            file.wrong(&text.value, message);
            None
        }
    }
}
