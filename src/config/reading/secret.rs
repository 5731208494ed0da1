//! Secrets: values that are never written into the configuration, but named by it.
//!
//! A secret is read when the configuration is loaded, from a credential of the service manager, the environment or a
//! file. Its text is shown nowhere: not in messages, not by `Debug`.

use std::path::Path;

use toml::de::DeValue;

use super::environment::Environment;
use super::expand::Places;
use super::raw::{File, Table, Value, as_table, described};
use crate::domain::secret::Secret;
use crate::files;

/// The longest secret, in bytes.
const SECRET_BYTES_MAX: u64 = 64 * 1024;
/// How a secret is given, for messages.
pub const FORMS: &str = "{ credential = \"NAME\" }, { env = \"NAME\" } or { file = \"PATH\" }";

/// Takes a secret from a table.
pub fn take(
    file: &mut File<'_>,
    table: &mut Table<'_>,
    key: &'static str,
    around: &Environment<'_>,
    places: &Places,
) -> Option<Secret> {
    let value = table.take(key)?;
    read(file, value, around, places)
}

/// Takes a secret whose absence is told when it is needed: the mistake of one channel must not silence the others.
pub fn take_late(
    file: &mut File<'_>,
    table: &mut Table<'_>,
    key: &'static str,
    around: &Environment<'_>,
    places: &Places,
) -> Option<Result<Secret, String>> {
    let value = table.take(key)?;
    read_late(file, value, around, places)
}

/// Reads the secret a value names.
pub fn read(file: &mut File<'_>, value: Value<'_>, around: &Environment<'_>, places: &Places) -> Option<Secret> {
    let (key, at) = (value.key.clone(), value.at.clone());
    let shown = file.shown(&at);
    match read_late(file, value, around, places)? {
        Ok(secret) => Some(secret),
        Err(message) => {
            file.note(at.start, Some(key), Some(shown), message);
            None
        }
    }
}

/// Reads the secret a value names, or says why it is not there; a value that names none is a mistake here and now.
pub fn read_late(
    file: &mut File<'_>,
    value: Value<'_>,
    around: &Environment<'_>,
    places: &Places,
) -> Option<Result<Secret, String>> {
    if let DeValue::String(_) = value.inner {
        file.wrong_secret(&value, format!("a secret never stands in this file; write {FORMS}"));
        return None;
    }
    let place = value.clone();
    let mut table = match as_table(value) {
        Ok(table) => table,
        Err(value) => {
            let message = format!("is {}; write {FORMS}", described(&value.inner));
            file.wrong_secret(&value, message);
            return None;
        }
    };
    let credential = table.text(file, "credential");
    let env = table.text(file, "env");
    let path = table.text(file, "file");
    let given = [&credential, &env, &path].into_iter().flatten().count();
    let found = match (credential, env, path) {
        (Some(name), None, None) => from_credential(&name.text, around),
        (None, Some(name), None) => from_env(&name.text, around),
        (None, None, Some(path)) => places.expand(&path.text).and_then(|path| from_file(&path)),
        _ => {
            let message = match given {
                0 => format!("names no secret; write {FORMS}"),
                _ => format!("names more than one place; write only one of {FORMS}"),
            };
            file.wrong(&place, message);
            table.close(file);
            return None;
        }
    };
    table.close(file);
    Some(found.and_then(checked))
}

fn from_credential(name: &str, around: &Environment<'_>) -> Result<String, String> {
    if name.is_empty() || name == "." || name == ".." || name.contains('/') || name.chars().any(char::is_control) {
        return Err("is no name of a credential; write its plain name such as \"smtp-password\"".to_owned());
    }
    let provide = format!(
        "add LoadCredential={name}:/path/to/file to the service, or write {{ env = \"NAME\" }} or {{ file = \"PATH\" }}"
    );
    let folder = around.var("CREDENTIALS_DIRECTORY").ok_or_else(|| {
        format!("the service manager has given no credentials ($CREDENTIALS_DIRECTORY is not set); {provide}")
    })?;
    let path = Path::new(&folder).join(name);
    files::read_text(&path, SECRET_BYTES_MAX)
        .map_err(|error| format!("there is no credential \"{name}\" ({error}); {provide}"))
}

fn from_env(name: &str, around: &Environment<'_>) -> Result<String, String> {
    around.var(name).ok_or_else(|| {
        format!("the environment has no variable {name}; set it for the service, or write {{ credential = \"NAME\" }}")
    })
}

fn from_file(path: &Path) -> Result<String, String> {
    files::read_text(path, SECRET_BYTES_MAX).map_err(|error| {
        let path = path.display();
        format!("cannot read {path}: {error}; make the file and let only the service read it")
    })
}

/// Adds a secret that is not there to what is told of the others.
pub fn add_missing(told: &mut Option<String>, key: &str, message: &str) {
    let said = told.take().map(|said| format!("{said}; ")).unwrap_or_default();
    *told = Some(format!("{said}{key}: {message}"));
}

/// Reads the secret that a file holds.
///
/// # Errors
/// It cannot be read, or holds none.
pub fn secret_of(path: &Path) -> Result<Secret, String> {
    from_file(path).and_then(checked)
}

fn checked(mut text: String) -> Result<Secret, String> {
    if text.len() as u64 > SECRET_BYTES_MAX {
        return Err(format!(
            "the secret is longer than {SECRET_BYTES_MAX} bytes; is it the right file?"
        ));
    }
    // One line break at the end belongs to the file, not to the secret.
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    if text.is_empty() {
        return Err("the secret is empty; put it there".to_owned());
    }
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_break_is_trimmed_and_nothing_shown() {
        assert_eq!(checked("a b \n".to_owned()).unwrap().expose(), "a b ");
        assert_eq!(checked("a\r\n".to_owned()).unwrap().expose(), "a");
        assert_eq!(checked("a\n\n".to_owned()).unwrap().expose(), "a\n");
        assert!(checked("\n".to_owned()).is_err());
        assert!(checked("x".repeat(70_000)).is_err());
        assert_eq!(format!("{:?}", Secret::new("hunter2".to_owned())), "…");
    }
}
