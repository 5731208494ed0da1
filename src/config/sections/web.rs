//! `[web]`: where the daemon shows what it knows as pages, feeds and JSON, and to whom.

use std::collections::HashSet;
use std::net::SocketAddr;

use url::Url;

use crate::config::reading::environment::Environment;
use crate::config::reading::expand::Places;
use crate::config::reading::raw::{File, Table};
use crate::config::reading::secret;
use crate::config::reading::values::name;
use crate::config::settings::{WebPlace, WebReader, WebSettings};

/// A token that is shorter than this, in characters, may be guessed.
const TOKEN_CHARS_MIN: usize = 16;
/// What begins the path of a Unix socket.
const UNIX: &str = "unix:";

/// Reads the section; nothing when it is not there, or nobody is to be listened to for a mistake that was noted.
pub fn read(
    file: &mut File<'_>,
    root: &mut Table<'_>,
    around: &Environment<'_>,
    places: &Places,
) -> Option<WebSettings> {
    if !root.has("web") {
        return None;
    }
    let mut table = root.table(file, "web")?;
    let base_url = base_url(file, &mut table);
    let told = file.mistakes.len();
    let entries = table.tables(file, "tokens");
    // An empty list keeps nobody out; a mistake in it is told by itself.
    let is_guarded = !entries.is_empty() || file.mistakes.len() > told || table.has("base_url");
    let readers = readers(file, entries, around, places);
    let listen = listen(file, &mut table, places, is_guarded);
    table.close(file);
    Some(WebSettings {
        listen: listen?,
        base_url,
        readers,
    })
}

fn listen(file: &mut File<'_>, table: &mut Table<'_>, places: &Places, is_guarded: bool) -> Option<WebPlace> {
    const EXAMPLE: &str = "write for example \"127.0.0.1:8470\", or \"unix:/run/tidings/web\"";
    if !table.has("listen") {
        file.wrong_table(table, format!("has no listen; {EXAMPLE}"));
    }
    let text = table.text(file, "listen")?;
    if let Some(path) = text.text.strip_prefix(UNIX) {
        return match places.expand(path) {
            Ok(path) if path.is_absolute() => Some(WebPlace::Unix(path)),
            Ok(_) => {
                file.wrong(&text.value, "is no whole path; begin it with /");
                None
            }
            Err(message) => {
                file.wrong(&text.value, message);
                None
            }
        };
    }
    match text.text.parse::<SocketAddr>() {
        Err(_) => file.wrong(&text.value, format!("is no address with a port; {EXAMPLE}")),
        Ok(address) if address.port() == 0 => file.wrong(&text.value, format!("names no port; {EXAMPLE}")),
        Ok(address) if !address.ip().to_canonical().is_loopback() && !is_guarded => file.wrong(
            &text.value,
            "is not this machine itself, and whoever can reach it could read everything; give each reader one of \
             tokens = [{ name = \"ann\", token = { credential = \"ann\" } }], or listen on 127.0.0.1 behind a server \
             with a login and write its address as base_url",
        ),
        Ok(address) => return Some(WebPlace::Tcp(address)),
    }
    None
}

fn base_url(file: &mut File<'_>, table: &mut Table<'_>) -> Option<Url> {
    let text = table.text(file, "base_url")?;
    let url = Url::parse(text.text.trim()).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    if url.is_none() {
        let message = "is no plain web address; write what readers type, for example \"https://news.example.org/\"";
        file.wrong(&text.value, message);
    }
    url
}

fn readers(file: &mut File<'_>, entries: Vec<Table<'_>>, around: &Environment<'_>, places: &Places) -> Vec<WebReader> {
    let (mut found, mut known) = (Vec::new(), HashSet::new());
    for mut reader in entries {
        let own = name(file, &mut reader, "name");
        let token = secret::take_late(file, &mut reader, "token", around, places);
        if !reader.has("name") || !reader.has("token") {
            file.wrong_table(
                &reader,
                "needs a name and a token; write { name = \"ann\", token = { credential = \"ann\" } }",
            );
        }
        reader.close(file);
        let (Some(own), Some(token)) = (own, token) else {
            continue;
        };
        if !known.insert(own.text.clone()) {
            file.wrong(&own.value, "is the name of another reader too; give it another name");
            continue;
        }
        let token = token.and_then(|token| match is_token(token.expose()) {
            true => Ok(token),
            false => Err(format!(
                "is no token: it takes at least {TOKEN_CHARS_MIN} letters, digits, - and _, as `openssl rand -hex 16` makes them"
            )),
        });
        found.push(WebReader { name: own.text, token });
    }
    found
}

/// Whether a text can stand in an address as it is, and cannot be guessed.
fn is_token(text: &str) -> bool {
    text.len() >= TOKEN_CHARS_MIN
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
