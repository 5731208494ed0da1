//! `[[webhook]]`: an address a digest or an alert is posted to, and what is spoken there.

use std::collections::HashSet;

use toml::de::DeValue;
use url::Url;

use crate::config::reading::environment::Environment;
use crate::config::reading::expand::Places;
use crate::config::reading::raw::{File, StringValue, Table, as_text};
use crate::config::reading::secret;
use crate::config::reading::values::{choice, name};
use crate::deliver::webhook::{Service, Target};
use crate::domain::secret::Secret;

/// Reads every webhook of the main file.
pub fn read(file: &mut File<'_>, root: &mut Table<'_>, around: &Environment<'_>, places: &Places) -> Vec<Target> {
    let (mut targets, mut known) = (Vec::new(), HashSet::new());
    for mut table in root.tables(file, "webhook") {
        if !table.has("name") {
            file.wrong_table(
                &table,
                "has no name; write name = \"phone\", and \"webhook:phone\" in deliver",
            );
        }
        let own = name(file, &mut table, "name");
        let url = url(file, &mut table, around, places);
        let service = choice(file, &mut table, "service", &Service::ALL);
        let room = table.text(file, "room");
        let token = secret::take_late(file, &mut table, "token", around, places);
        let service = service.unwrap_or_else(|| {
            let url = url.as_ref().and_then(|url| url.as_ref().ok());
            let url = url.and_then(|url| Url::parse(url.expose()).ok());
            url.map_or(Service::Json, |url| Service::of(&url))
        });
        if service == Service::Matrix && !(table.has("room") && table.has("token")) {
            file.wrong_table(
                &table,
                "speaks Matrix and needs a room and a token; write room = \"!…:example.org\" and token = { credential = \"…\" }",
            );
        }
        table.close(file);
        let (Some(own), Some(url)) = (own, url) else { continue };
        if !known.insert(own.text.clone()) {
            file.wrong(
                &own.value,
                "is the name of another [[webhook]] too; give it another name",
            );
            continue;
        }
        targets.push(Target {
            name: own.text,
            url,
            service,
            room: room.map(|room| room.text),
            token,
        });
    }
    targets
}

/// Takes the address: a text, or a secret where it gives whoever knows it the right to write.
fn url(
    file: &mut File<'_>,
    table: &mut Table<'_>,
    around: &Environment<'_>,
    places: &Places,
) -> Option<Result<Secret, String>> {
    let Some(value) = table.take("url") else {
        file.wrong_table(
            table,
            "has no url; write url = \"https://…\", or { credential = \"…\" } where it is a secret",
        );
        return None;
    };
    if !matches!(value.inner, DeValue::String(_)) {
        return secret::read_late(file, value, around, places);
    }
    let text: StringValue<'_> = as_text(file, value)?;
    match check(&text.text) {
        Ok(()) => Some(Ok(Secret::from(text.text.trim()))),
        Err(message) => {
            file.wrong_secret(&text.value, message);
            None
        }
    }
}

/// Checks a webhook's address.
///
/// # Errors
/// It is none, or holds a password.
pub fn check(text: &str) -> Result<(), String> {
    match Url::parse(text.trim()) {
        Ok(url) if !matches!(url.scheme(), "https" | "http") => {
            Err("is no web address; it begins with https://".to_owned())
        }
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            Err("holds a user or a password; write token = { credential = \"…\" } in a [[webhook]]".to_owned())
        }
        Ok(_) => Ok(()),
        Err(error) => Err(format!("is no address: {error}; write it whole, as \"https://…\"")),
    }
}
