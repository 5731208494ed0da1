//! `deliver`: where a digest or an alert goes, and what a try that was cut off means there.

use std::collections::HashSet;

use super::mail::SMTPUTF8;
use super::webhooks;
use crate::config::reading::context::Reading;
use crate::config::reading::raw::{File, StringValue, Table, Value, as_table, as_text};
use crate::config::reading::suggest::nearest;
use crate::config::reading::values::choice;
use crate::deliver::file;
use crate::domain::channel::{Channel, Guarantee, Recipient};
use crate::domain::mail_address::MailAddress;

/// Takes `deliver`; the log where it is absent.
pub fn read(file: &mut File<'_>, table: &mut Table<'_>, reading: &Reading<'_>) -> Vec<Recipient> {
    if !table.has("deliver") {
        return vec![Channel::Log.into()];
    }
    let (mut recipients, mut known) = (Vec::new(), HashSet::new());
    let values = table.values(file, "deliver");
    if values.as_ref().is_some_and(Vec::is_empty) {
        file.wrong_table(
            table,
            "goes nowhere; write deliver = [\"mail:me@example.org\"] or [\"log\"]",
        );
    }
    for value in values.unwrap_or_default() {
        let Some((text, guarantee)) = entry(file, value) else {
            continue;
        };
        match channel(&text.text, reading) {
            Ok(channel) if !known.insert(channel.clone()) => {
                file.wrong(&text.value, "is there twice; keep one of them");
            }
            Ok(channel) => {
                if let Channel::Mail(address) = &channel
                    && MailAddress::parse(address).is_ok_and(|address| address.needs_smtputf8())
                {
                    file.warn(&text.value, SMTPUTF8);
                }
                recipients.push(Recipient { channel, guarantee });
            }
            Err(message) => file.wrong(&text.value, message),
        }
    }
    recipients
}

/// Returns an entry's channel and guarantee: a text, or a table with `to`.
fn entry<'a>(file: &mut File<'_>, value: Value<'a>) -> Option<(StringValue<'a>, Guarantee)> {
    let place = value.clone();
    let mut table = match as_table(value) {
        Ok(table) => table,
        Err(value) => return as_text(file, value).map(|text| (text, Guarantee::default())),
    };
    let to = table.text(file, "to");
    let choices = Guarantee::ALL.map(|guarantee| (guarantee.as_str(), guarantee));
    let guarantee = choice(file, &mut table, "guarantee", &choices).unwrap_or_default();
    if !table.has("to") {
        file.wrong(&place, "names no channel; write { to = \"mail:me@example.org\", … }");
    }
    table.close(file);
    Some((to?, guarantee))
}

fn channel(text: &str, reading: &Reading<'_>) -> Result<Channel, String> {
    match Channel::parse(text)? {
        Channel::File(path) => {
            let path = reading.places.expand_but(&path.to_string_lossy(), &file::PLACEHOLDERS);
            path.and_then(|path| file::check(&path).map(|()| Channel::File(path)))
        }
        Channel::Webhook(url) if url.contains("://") => webhooks::check(&url, None).map(|()| Channel::Webhook(url)),
        Channel::Webhook(name) if !reading.webhooks.contains(&name) => Err(match nearest(&name, &reading.webhooks) {
            Some(near) => format!("there is no [[webhook]] \"{name}\"; did you mean \"{near}\"?"),
            None => format!("there is no [[webhook]] \"{name}\"; write one with name and url in the main file"),
        }),
        Channel::Mail(_) if !reading.has_mail => {
            Err("cannot be sent, there is no [mail]; add [mail] with from and smtp, or sendmail = true".to_owned())
        }
        channel => Ok(channel),
    }
}
