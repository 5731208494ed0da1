//! `[store]`: the server that holds the store, where that is no file of the state folder.

use url::Url;

use crate::config::reading::environment::Environment;
use crate::config::reading::expand::Places;
use crate::config::reading::raw::{File, Table};
use crate::config::reading::secret;
use crate::store::ServerAddress;

/// How a server is named, for messages.
const FORM: &str =
    "write postgres = { url = \"postgres://tidings@db.example.org/tidings\", password = { credential = \"db\" } }";
/// What a server speaks.
const SCHEMES: [&str; 2] = ["postgres", "postgresql"];

/// Reads `postgres`; nothing where the store is a file, or a mistake was noted.
pub fn read(
    file: &mut File<'_>,
    root: &mut Table<'_>,
    around: &Environment<'_>,
    places: &Places,
) -> Option<ServerAddress> {
    let mut table = root.table(file, "store")?;
    let server = table.table(file, "postgres").and_then(|mut server| {
        let url = server.text(file, "url");
        let password = secret::take(file, &mut server, "password", around, places);
        if url.is_none() {
            file.wrong_table(&server, format!("has no url; {FORM}"));
        }
        server.close(file);
        let url = url?;
        match Url::parse(&url.text) {
            Ok(parsed) if parsed.password().is_some() || parsed.query_pairs().any(|(key, _)| key == "password") => file
                .wrong_secret(
                    &url.value,
                    format!("holds a password; write password = {}", secret::FORMS),
                ),
            Ok(parsed) if SCHEMES.contains(&parsed.scheme()) => {
                let url = url.text.clone();
                return Some(ServerAddress { url, password });
            }
            // It may hold a password where none is looked for.
            _ => file.wrong_secret(&url.value, format!("is no address of a PostgreSQL server; {FORM}")),
        }
        None
    });
    table.close(file);
    server
}
