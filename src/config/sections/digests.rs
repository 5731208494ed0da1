//! `[[digest]]`: what is told when, and where to.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::deliver;
use super::topics::Topics;
use crate::config::reading::context::{Origin, Reading, seen};
use crate::config::reading::errors::Mistake;
use crate::config::reading::raw::{File, Table, listed};
use crate::config::reading::suggest::nearest;
use crate::config::reading::values::{choice, name, schedule, span, span_or_none};
use crate::config::settings::DigestSettings;
use crate::digest::{DigestLanguage, EmptyDigestRules};
use crate::domain::channel::Channel;
use crate::domain::schedule::Schedule;

/// What the digest is called that nobody has named.
const NAME_DEFAULT: &str = "daily";
/// When a digest is due that does not say.
const SCHEDULE_DEFAULT: &str = "0 7 * * *";
/// Percent of the sources that must fail for an alarm: a third.
const ALARM_PERCENT: u32 = 33;
/// Bounds of `heartbeat`, in days.
const HEARTBEAT_DAYS: (i64, i64) = (1, 366);
/// How long before a date it is told once again where nobody says, and the bounds of that, in hours and days.
const REMIND_DAYS_DEFAULT: i64 = 7;
const REMIND_HOURS_MIN: i64 = 1;
const REMIND_DAYS_MAX: i64 = 366;
/// The highest `heat_min`, and the most stories a digest may be told to show.
const HEAT_MAX: i64 = 100_000;
const STORIES_MAX: i64 = 10_000;
/// How many known topics a message lists.
const TOPICS_LISTED_MAX: usize = 10;

/// A digest as its file has it; its topics are compared once all files are read.
pub struct PendingDigest {
    settings: DigestSettings,
    origin: Origin,
    /// Absent when the file does not say: every topic.
    topics: Option<Vec<(String, Origin)>>,
}

/// Reads one digest.
pub fn read(file: &mut File<'_>, mut table: Table<'_>, reading: &Reading<'_>) -> Option<PendingDigest> {
    if !table.has("name") {
        file.wrong_table(&table, "has no name; write name = \"daily\"");
    }
    let own = name(file, &mut table, "name");
    let topics = table.texts(file, "topics").map(|texts| {
        let told = texts
            .into_iter()
            .map(|text| (text.text.trim().to_owned(), Origin::of(file, &text.value)));
        told.collect::<Vec<_>>()
    });
    if topics.as_ref().is_some_and(Vec::is_empty) {
        file.wrong_table(
            &table,
            "has no topic; name one, or leave topics out to tell all of them",
        );
    }
    let schedule = digest_schedule(file, &mut table, reading);
    let deliver = deliver::read(file, &mut table, reading);
    let language = choice(file, &mut table, "language", &DigestLanguage::all()).unwrap_or_default();
    let heat_min = table.integer(file, "heat_min", 0..HEAT_MAX + 1);
    let stories_max = table.integer(file, "stories_max", 1..STORIES_MAX + 1);
    let (least, most) = (TimeDelta::hours(REMIND_HOURS_MIN), TimeDelta::days(REMIND_DAYS_MAX));
    let remind = span_or_none(file, &mut table, "remind", least..=most);
    let thread = table.boolean(file, "thread").unwrap_or(false);
    let silence = silence(file, &mut table);
    table.close(file);
    let (own, schedule) = (own?, schedule?);
    let origin = Origin::of(file, &own.value);
    let settings = DigestSettings {
        name: own.text,
        topics: Vec::new(),
        other_pages_but_of: None,
        zone: zone_of(&schedule, reading.zone),
        schedule,
        deliver,
        language,
        heat_min: heat_min.and_then(|heat| i32::try_from(heat).ok()).unwrap_or(0),
        stories_max: stories_max.and_then(|most| usize::try_from(most).ok()),
        remind: remind.unwrap_or(Some(TimeDelta::days(REMIND_DAYS_DEFAULT))),
        thread,
        silence,
    };
    Some(PendingDigest {
        settings,
        origin,
        topics,
    })
}

/// What breaks a silence where nobody says.
const SILENCE: EmptyDigestRules = EmptyDigestRules {
    send_empty: false,
    alarm_percent: Some(ALARM_PERCENT),
    heartbeat: None,
};

fn silence(file: &mut File<'_>, table: &mut Table<'_>) -> EmptyDigestRules {
    let alarm = table
        .integer(file, "alarm_percent", 0..101)
        .and_then(|percent| u32::try_from(percent).ok());
    let (least, most) = (TimeDelta::days(HEARTBEAT_DAYS.0), TimeDelta::days(HEARTBEAT_DAYS.1));
    EmptyDigestRules {
        send_empty: table.boolean(file, "send_empty").unwrap_or(SILENCE.send_empty),
        alarm_percent: alarm.map_or(SILENCE.alarm_percent, |percent| (percent > 0).then_some(percent)),
        heartbeat: span(file, table, "heartbeat", least..=most),
    }
}

/// Returns the zone a schedule is read in.
fn zone_of(schedule: &Schedule, default: Tz) -> Tz {
    match schedule {
        Schedule::Cron(cron) => cron.zone,
        Schedule::Adaptive | Schedule::Every(_) => default,
    }
}

fn digest_schedule(file: &mut File<'_>, table: &mut Table<'_>, reading: &Reading<'_>) -> Option<Schedule> {
    let is_given = table.has("schedule");
    if !is_given {
        let zone = crate::config::reading::values::zone(file, table, "time_zone").unwrap_or(reading.zone);
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

/// Returns the digest of a configuration that names none: every topic, every morning, to the log.
pub fn usual(topics: &Topics, zone: Tz) -> DigestSettings {
    DigestSettings {
        name: NAME_DEFAULT.to_owned(),
        topics: topics.names.clone(),
        other_pages_but_of: Some(Vec::new()),
        schedule: Schedule::parse(SCHEDULE_DEFAULT, zone).expect("the default is a schedule; a test reads it"),
        deliver: vec![Channel::Log.into()],
        zone,
        language: DigestLanguage::default(),
        heat_min: 0,
        stories_max: None,
        remind: Some(TimeDelta::days(REMIND_DAYS_DEFAULT)),
        thread: false,
        silence: SILENCE,
    }
}

/// Checks the digests together and against the topics.
pub fn checked(found: Vec<PendingDigest>, topics: &Topics, mistakes: &mut Vec<Mistake>) -> Vec<DigestSettings> {
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
    // Watched pages that match no topic of any digest are told with all topics; where no digest tells all, in the first.
    let tells_all = |digest: &DigestSettings| digest.topics.len() == topics.names.len();
    let has_whole = digests.iter().any(tells_all);
    let told: Vec<String> = digests.iter().flat_map(|digest| digest.topics.clone()).collect();
    for (at, digest) in digests.iter_mut().enumerate() {
        let tells_others = tells_all(digest) || (!has_whole && at == 0);
        digest.other_pages_but_of = tells_others.then(|| told.clone());
    }
    digests
}

/// Returns what is told of a topic that is not there.
pub fn unknown(name: &str, known: &[String]) -> String {
    match nearest(name, known) {
        Some(near) => format!("is not a topic; did you mean \"{near}\"?"),
        None if known.is_empty() => "is not a topic; there are none, write a [[topic]] with this name".to_owned(),
        None => {
            let shown = &known[..known.len().min(TOPICS_LISTED_MAX)];
            format!("is not a topic; there are {}", listed(shown))
        }
    }
}
