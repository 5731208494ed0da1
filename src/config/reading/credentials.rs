//! `user` with `password`, or `token`: how a source knows its reader.
//!
//! Both become one header, and go where a source's own headers go: to its own host and nowhere else.

use data_encoding::BASE64;

use super::context::Reading;
use super::raw::{File, Table};
use super::secret::{self, FORMS};
use crate::domain::secret::Secret;

/// The header credentials are sent in.
const AUTHORIZATION: &str = "Authorization";

/// Takes a source's credentials and returns the header they make.
pub fn read(
    file: &mut File<'_>,
    table: &mut Table<'_>,
    reading: &Reading<'_>,
    headers: &[(String, Secret)],
    unready: &mut Option<String>,
) -> Option<(String, Secret)> {
    let has = (table.has("user"), table.has("password"), table.has("token"));
    let user = user(file, table);
    let password = secret::take_late(file, table, "password", reading.around, &reading.places);
    let password = there("password", password, unready);
    let token = token(file, table, reading, unready);
    let message = match has {
        (false, false, false) => return None,
        (true, _, true) | (_, true, true) => {
            "has a token and a user with a password; keep what the server asks for".to_owned()
        }
        (true, false, false) => format!("has a user but no password; write password = {FORMS} beside it"),
        (false, true, false) => "has a password but no user; write user = \"…\" beside it".to_owned(),
        _ if headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(AUTHORIZATION)) => {
            "has credentials and an Authorization among its headers; keep one of them".to_owned()
        }
        _ => {
            let value = match (user, password, token) {
                (Some(user), Some(password), _) => {
                    let pair = format!("{user}:{}", password.expose());
                    format!("Basic {}", BASE64.encode(pair.as_bytes()))
                }
                (_, _, Some(token)) => format!("Bearer {}", token.expose()),
                // What is missing was noted where it was read.
                _ => return None,
            };
            return Some((AUTHORIZATION.to_owned(), Secret::new(value)));
        }
    };
    file.wrong_table(table, message);
    None
}

fn user(file: &mut File<'_>, table: &mut Table<'_>) -> Option<String> {
    let text = table.text(file, "user")?;
    if text.text.contains(':') {
        // RFC 7617, 2: the first colon ends the name. What stands behind it may be the password.
        file.wrong_secret(
            &text.value,
            "holds a colon, which no user name can; the password goes into password",
        );
        return None;
    }
    let message = if text.text.is_empty() {
        "is empty; write the name the server knows you by, or use a token"
    } else if text.text.chars().any(char::is_control) {
        "holds a line break or another control character; write it on one line"
    } else {
        return Some(text.text);
    };
    file.wrong(&text.value, message);
    None
}

/// Returns a secret that is there; of one that is not, only the source that needs it is to wait.
fn there(key: &str, secret: Option<Result<Secret, String>>, unready: &mut Option<String>) -> Option<Secret> {
    secret?
        .map_err(|message| secret::add_missing(unready, key, &message))
        .ok()
}

fn token(
    file: &mut File<'_>,
    table: &mut Table<'_>,
    reading: &Reading<'_>,
    unready: &mut Option<String>,
) -> Option<Secret> {
    let value = table.take("token")?;
    let place = value.clone();
    let token = secret::read_late(file, value, reading.around, &reading.places);
    let token = there("token", token, unready)?;
    if token.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Some(token);
    }
    file.wrong_secret(
        &place,
        "is no token: it holds blanks or characters beyond ASCII; give the token alone, without \"Bearer\"",
    );
    None
}
