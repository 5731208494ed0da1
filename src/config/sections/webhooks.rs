//! `[[webhook]]`: an address a digest or an alert is posted to, and what is spoken there.

use std::collections::HashSet;

use toml::de::DeValue;
use url::Url;

use crate::config::reading::environment::Environment;
use crate::config::reading::expand::Places;
use crate::config::reading::raw::{File, StringValue, Table, as_text};
use crate::config::reading::secret;
use crate::config::reading::values::{choice, name};
use crate::deliver::webhook::{self, Service, Target};
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
        let chosen = choice(file, &mut table, "service", &Service::ALL);
        let url = url(file, &mut table, chosen, around, places);
        let room = room(file, &mut table);
        let token = token(file, &mut table, around, places);
        let service = chosen.unwrap_or_else(|| {
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
            room,
            token,
        });
    }
    targets
}

/// Takes the address: a text, or a secret where it gives whoever knows it the right to write. What is wrong with a secret is
/// told where it is needed.
fn url(
    file: &mut File<'_>,
    table: &mut Table<'_>,
    service: Option<Service>,
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
        let secret = secret::read_late(file, value, around, places)?;
        return Some(secret.and_then(|secret| {
            let own = Url::parse(secret.expose().trim()).map_or(Service::Json, |url| Service::of(&url));
            webhook::parse_url(secret.expose(), service.unwrap_or(own)).map(|_| secret)
        }));
    }
    let text: StringValue<'_> = as_text(file, value)?;
    match check(&text.text, service) {
        Ok(()) => Some(Ok(Secret::from(text.text.trim()))),
        Err(message) => {
            file.wrong_secret(&text.value, message);
            None
        }
    }
}

/// Takes the token, which has to fit into a header.
fn token(
    file: &mut File<'_>,
    table: &mut Table<'_>,
    around: &Environment<'_>,
    places: &Places,
) -> Option<Result<Secret, String>> {
    let token = secret::take_late(file, table, "token", around, places)?;
    Some(token.and_then(|token| match webhook::is_token(token.expose()) {
        true => Ok(token),
        false => {
            Err("is no token: it holds a line break or another control character; give the token alone".to_owned())
        }
    }))
}

fn room(file: &mut File<'_>, table: &mut Table<'_>) -> Option<String> {
    let text = table.text(file, "room")?;
    if text.text.starts_with('!') {
        return Some(text.text);
    }
    file.wrong(
        &text.value,
        "is no room's id; write what the room's settings show as its internal id, \"!…:example.org\"",
    );
    None
}

/// Checks a webhook's address as it stands in a file; where no service is named, its host tells.
///
/// # Errors
/// It is none, or holds a password.
pub fn check(text: &str, service: Option<Service>) -> Result<(), String> {
    let service = service.or_else(|| Some(Service::of(&Url::parse(text.trim()).ok()?)));
    let url = webhook::parse_url(text, service.unwrap_or(Service::Json))?;
    match !url.username().is_empty() || url.password().is_some() {
        true => Err("holds a user or a password; write token = { credential = \"…\" } in a [[webhook]]".to_owned()),
        false => Ok(()),
    }
}
