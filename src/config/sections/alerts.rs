//! `[[alert]]`: which stories are told at once, and when not.

use chrono::{NaiveTime, TimeDelta};
use chrono_tz::Tz;

use super::deliver;
use super::digests::unknown;
use super::topics::Topics;
use crate::config::reading::context::{Origin, Reading};
use crate::config::reading::errors::Mistake;
use crate::config::reading::raw::{File, Table};
use crate::config::reading::values::{name, span, zone};
use crate::config::settings::{AlertSettings, DigestSettings};

/// Shortest and longest time between two alerts.
const BATCH_MINUTES_MIN: i64 = 1;
const BATCH_DAYS_MAX: i64 = 7;
/// Time between two alerts where nobody says, in minutes.
const BATCH_MINUTES: i64 = 15;
/// The highest heat a mark may have.
const HEAT_MAX: i64 = 100_000;

/// Reads one alert.
pub fn read(file: &mut File<'_>, mut table: Table<'_>, reading: &Reading<'_>) -> Option<(AlertSettings, Origin)> {
    let topic = name(file, &mut table, "topic");
    if !table.has("topic") {
        file.wrong_table(&table, "has no topic; write topic = \"…\", one of your [[topic]]s");
    }
    let own = name(file, &mut table, "name");
    let heat = table.integer(file, "heat", 1..HEAT_MAX + 1);
    if !table.has("heat") {
        file.wrong_table(&table, "has no heat; write heat = 120, as `tidings stories` shows it");
    }
    let zone = zone(file, &mut table, "time_zone").unwrap_or(reading.zone);
    let quiet = quiet(file, &mut table);
    let (least, most) = (TimeDelta::minutes(BATCH_MINUTES_MIN), TimeDelta::days(BATCH_DAYS_MAX));
    let batch = span(file, &mut table, "batch", least..=most);
    let deliver = deliver::read(file, &mut table, reading);
    table.close(file);
    // A wrong mark was noted; the topic is checked all the same.
    let (topic, heat) = (topic?, heat.unwrap_or(HEAT_MAX));
    let origin = Origin::of(file, &topic.value);
    let settings = AlertSettings {
        name: own.map_or_else(|| format!("alert: {}", topic.text), |own| own.text),
        topic: topic.text,
        heat: i32::try_from(heat).unwrap_or(i32::MAX),
        deliver,
        quiet,
        zone,
        batch: batch.unwrap_or(TimeDelta::minutes(BATCH_MINUTES)),
    };
    Some((settings, origin))
}

fn quiet(file: &mut File<'_>, table: &mut Table<'_>) -> Option<(NaiveTime, NaiveTime)> {
    let text = table.text(file, "quiet")?;
    let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
    let found = text
        .text
        .split_once('-')
        .and_then(|(from, to)| time(from).zip(time(to)));
    if found.is_none_or(|(from, to)| from == to) {
        file.wrong(&text.value, "is no span of the day; write for example \"22:00-07:00\"");
        return None;
    }
    found
}

/// Checks the alerts against the topics and the names of the digests.
pub fn checked(
    found: Vec<(AlertSettings, Origin)>,
    topics: &Topics,
    digests: &[DigestSettings],
    mistakes: &mut Vec<Mistake>,
) -> Vec<AlertSettings> {
    let mut alerts: Vec<AlertSettings> = Vec::with_capacity(found.len());
    for (alert, origin) in found {
        let is_taken = alerts.iter().any(|other| other.name == alert.name)
            || digests.iter().any(|digest| digest.name == alert.name);
        if !topics.names.contains(&alert.topic) {
            mistakes.push(origin.wrong(unknown(&alert.topic, &topics.names)));
        } else if is_taken {
            let message = format!(
                "its alert is called \"{}\" as another alert or digest is; give it a name",
                alert.name
            );
            mistakes.push(origin.wrong(message));
        } else {
            alerts.push(alert);
        }
    }
    alerts
}

/// Returns whether a time of day lies in a span, which may go over midnight.
pub fn lies_in((from, to): (NaiveTime, NaiveTime), time: NaiveTime) -> bool {
    if from < to {
        (from..to).contains(&time)
    } else {
        time >= from || time < to
    }
}

impl AlertSettings {
    /// Whether nothing is to be told at this moment.
    pub fn is_quiet(&self, now: crate::domain::Timestamp) -> bool {
        let time = now.with_timezone::<Tz>(&self.zone).time();
        self.quiet.is_some_and(|quiet| lies_in(quiet, time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_may_go_over_midnight() {
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        let (night, noon) = ((at(22, 0), at(7, 0)), (at(12, 0), at(13, 0)));
        assert!(lies_in(night, at(23, 30)) && lies_in(night, at(6, 59)) && lies_in(night, at(22, 0)));
        assert!(!lies_in(night, at(7, 0)) && !lies_in(night, at(21, 59)));
        assert!(lies_in(noon, at(12, 30)) && !lies_in(noon, at(13, 0)));
    }
}
