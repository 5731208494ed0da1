//! `[[digest]]`: what is told when, and where to.

use std::collections::{HashMap, HashSet};

use chrono_tz::Tz;

use super::DigestSettings;
use super::errors::Mistake;
use super::raw::{File, Table, listed};
use super::read::{Origin, Reading};
use super::sources::seen;
use super::suggest::nearest;
use super::topics::Topics;
use super::values::{name, schedule};
use crate::domain::channel::Channel;
use crate::domain::schedule::Schedule;

/// What the digest is called that nobody has named.
const NAME_DEFAULT: &str = "daily";
/// When a digest is due that does not say.
const SCHEDULE_DEFAULT: &str = "0 7 * * *";
/// Days without a digest before failing sources are told by themselves.
const SILENCE_DAYS_DEFAULT: u32 = 7;
/// How many known topics a message lists.
const TOPICS_LISTED_MAX: usize = 10;

/// A digest as its file has it; its topics are compared once all files are read.
pub(super) struct PendingDigest {
    settings: DigestSettings,
    origin: Origin,
    /// Absent when the file does not say: every topic.
    topics: Option<Vec<(String, Origin)>>,
}

/// Reads one digest.
pub(super) fn read(file: &mut File<'_>, mut table: Table<'_>, reading: &Reading<'_>) -> Option<PendingDigest> {
    if !table.has("name") {
        file.wrong_table(&table, "has no name; write name = \"daily\"");
    }
    let own = name(file, &mut table, "name");
    let topics = table.texts(file, "topics").map(|texts| {
        let origin = |text: super::raw::Text<'_>| {
            let (line, value) = (file.line(text.value.at.start), file.shown(&text.value.at));
            let origin = Origin {
                path: file.path.to_owned(),
                line,
                key: text.value.key,
                value,
            };
            (text.text.trim().to_owned(), origin)
        };
        texts.into_iter().map(origin).collect::<Vec<_>>()
    });
    if topics.as_ref().is_some_and(Vec::is_empty) {
        file.wrong_table(
            &table,
            "has no topic; name one, or leave topics out to tell all of them",
        );
    }
    let schedule = digest_schedule(file, &mut table, reading);
    let deliver = deliver(file, &mut table, reading);
    let empty = table.boolean(file, "empty").unwrap_or(false);
    let days = table
        .integer(file, "silence_days", 1..366)
        .and_then(|days| u32::try_from(days).ok());
    table.close(file);
    let (own, schedule) = (own?, schedule?);
    let (line, value) = (file.line(own.value.at.start), file.shown(&own.value.at));
    let origin = Origin {
        path: file.path.to_owned(),
        line,
        key: own.value.key,
        value,
    };
    let settings = DigestSettings {
        name: own.text,
        topics: Vec::new(),
        schedule,
        deliver,
        empty,
        silence_days: days.unwrap_or(SILENCE_DAYS_DEFAULT),
    };
    Some(PendingDigest {
        settings,
        origin,
        topics,
    })
}

fn digest_schedule(file: &mut File<'_>, table: &mut Table<'_>, reading: &Reading<'_>) -> Option<Schedule> {
    let is_given = table.has("schedule");
    if !is_given {
        let zone = super::values::zone(file, table, "time_zone").unwrap_or(reading.zone);
        return Some(Schedule::parse(SCHEDULE_DEFAULT, zone).expect("the default is a schedule; a test reads it"));
    }
    let schedule = schedule(file, table, reading.zone)?;
    if schedule == Schedule::Adaptive {
        file.wrong_table(
            table,
            "cannot be adaptive, since nobody publishes it; write schedule = \"0 7 * * *\"",
        );
        return None;
    }
    Some(schedule)
}

fn deliver(file: &mut File<'_>, table: &mut Table<'_>, reading: &Reading<'_>) -> Vec<Channel> {
    if !table.has("deliver") {
        return vec![Channel::Log];
    }
    let (mut channels, mut known) = (Vec::new(), HashSet::new());
    let texts = table.texts(file, "deliver");
    if texts.as_ref().is_some_and(Vec::is_empty) {
        file.wrong_table(
            table,
            "goes nowhere; write deliver = [\"mail:me@example.org\"] or [\"log\"]",
        );
    }
    for text in texts.unwrap_or_default() {
        let channel = match Channel::parse(&text.text) {
            Ok(Channel::File(path)) => reading.places.expand(&path.to_string_lossy()).map(Channel::File),
            other => other,
        };
        match channel {
            Ok(channel) if !known.insert(channel.clone()) => {
                file.wrong(&text.value, "is there twice; keep one of them")
            }
            Ok(Channel::Mail(_)) if !reading.has_mail => {
                let message = "cannot be sent, there is no [mail]; add [mail] with from and smtp, or sendmail = true";
                file.wrong(&text.value, message);
            }
            Ok(channel) => channels.push(channel),
            Err(message) => file.wrong(&text.value, message),
        }
    }
    channels
}

/// Returns the digest of a configuration that names none: every topic, every morning, to the log.
pub(super) fn usual(topics: &Topics, zone: Tz) -> DigestSettings {
    DigestSettings {
        name: NAME_DEFAULT.to_owned(),
        topics: topics.names.clone(),
        schedule: Schedule::parse(SCHEDULE_DEFAULT, zone).expect("the default is a schedule; a test reads it"),
        deliver: vec![Channel::Log],
        empty: false,
        silence_days: SILENCE_DAYS_DEFAULT,
    }
}

/// Checks the digests together and against the topics.
pub(super) fn checked(found: Vec<PendingDigest>, topics: &Topics, mistakes: &mut Vec<Mistake>) -> Vec<DigestSettings> {
    let known: HashSet<&str> = topics.names.iter().map(String::as_str).collect();
    let (mut first, mut digests) = (HashMap::new(), Vec::with_capacity(found.len()));
    for mut digest in found {
        if let Some(place) = seen(&mut first, digest.settings.name.to_lowercase(), &digest.origin) {
            mistakes.push(
                digest
                    .origin
                    .wrong(format!("is the name of {place} too; give it another name")),
            );
        }
        match digest.topics {
            None => digest.settings.topics.clone_from(&topics.names),
            Some(named) => {
                let mut told = HashSet::new();
                for (name, origin) in named {
                    if !known.contains(name.as_str()) {
                        mistakes.push(origin.wrong(unknown(&name, &topics.names)));
                    } else if !told.insert(name.clone()) {
                        mistakes.push(origin.wrong("is there twice; keep one of them".to_owned()));
                    } else {
                        digest.settings.topics.push(name);
                    }
                }
            }
        }
        digests.push(digest.settings);
    }
    digests
}

fn unknown(name: &str, known: &[String]) -> String {
    match nearest(name, known) {
        Some(near) => format!("is not a topic; did you mean \"{near}\"?"),
        None if known.is_empty() => "is not a topic; there are none, write a [[topic]] with this name".to_owned(),
        None => {
            let shown = &known[..known.len().min(TOPICS_LISTED_MAX)];
            format!("is not a topic; there are {}", listed(shown))
        }
    }
}
