//! What a configuration means, and what cannot work in it.

use std::collections::HashMap;

use chrono::SubsecRound as _;
use chrono_tz::Tz;
use serde::{Serialize, Serializer};
use url::Url;

use crate::config::{Config, ConfigErrors, DigestSettings, Mistake};
use crate::domain::Timestamp;
use crate::domain::schedule::{Schedule, format_span};
use crate::domain::source::{FullText, Source, SourceKind};
use crate::domain::topic::{Rule, Topic};
use crate::fetch;
use crate::query;

/// How many runs of a schedule are shown.
const RUNS_SHOWN: usize = 3;

/// What a configuration without mistakes means.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigView<'a> {
    pub path: String,
    /// Whether every secret is there.
    pub ok: bool,
    pub state_dir: String,
    pub archive: String,
    /// How long articles are kept; for ever where it is not said.
    pub keep: Option<String>,
    /// What is no mistake of the file, and cannot work or may be meant otherwise all the same: sources that would be refused at
    /// every poll, and what was noted at reading.
    pub warnings: Vec<String>,
    /// What is no mistake and may surprise: keywords that are found in capitals only.
    pub notes: Vec<String>,
    pub missing_secrets: Vec<String>,
    /// How many sources there are of each kind that there is.
    #[serde(serialize_with = "as_map")]
    pub sources: Vec<(SourceKind, usize)>,
    /// How many feeds there are of each way to read their articles' pages.
    #[serde(serialize_with = "as_map")]
    pub full_text: Vec<(FullText, usize)>,
    pub topics: &'a [Topic],
    pub digests: Vec<DigestLine>,
    pub schedules: Vec<ScheduleView>,
}

/// A digest, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DigestLine {
    pub name: String,
    pub topics: Vec<String>,
    pub schedule: String,
    pub deliver: Vec<String>,
}

/// A schedule: how it is written, its zone, how often it is used, and its next runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleView {
    pub schedule: String,
    #[serde(rename = "timeZone", serialize_with = "as_name")]
    pub zone: Tz,
    pub used: usize,
    /// None where it is learned from each source.
    pub next_date_times: Vec<Timestamp>,
}

/// The mistakes of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MistakesView<'a> {
    pub ok: bool,
    pub mistakes: &'a [Mistake],
}

/// Returns what a configuration means.
pub fn config(config: &Config, now: Timestamp) -> ConfigView<'_> {
    let missing_secrets = config.unready();
    let count = |kind| config.sources.iter().filter(|source| source.kind == kind).count();
    let kinds = SourceKind::ALL.into_iter().map(|kind| (kind, count(kind)));
    let feeds = |full_text| {
        let own = |source: &&Source| source.kind == SourceKind::Feed && source.full_text == full_text;
        (full_text, config.sources.iter().filter(own).count())
    };
    let digest = |digest: &DigestSettings| DigestLine {
        name: digest.name.clone(),
        topics: digest.topics.clone(),
        schedule: digest.schedule.to_string(),
        deliver: digest.deliver.iter().map(ToString::to_string).collect(),
    };
    ConfigView {
        path: config.path.display().to_string(),
        ok: missing_secrets.is_empty(),
        state_dir: config.state_dir.display().to_string(),
        archive: config.archive.path.display().to_string(),
        keep: config.archive.keep.map(format_span),
        warnings: warnings(config),
        notes: notes(&config.topics),
        missing_secrets,
        sources: kinds.filter(|(_, count)| *count > 0).collect(),
        full_text: FullText::ALL
            .map(feeds)
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .collect(),
        topics: &config.topics,
        digests: config.digests.iter().map(digest).collect(),
        schedules: schedules(config, now),
    }
}

/// Returns the mistakes of a configuration.
pub fn mistakes(errors: &ConfigErrors) -> MistakesView<'_> {
    let mistakes = &errors.mistakes;
    MistakesView { ok: false, mistakes }
}

fn warnings(config: &Config) -> Vec<String> {
    let asked = config.sources.iter().filter(|source| source.kind != SourceKind::Mail);
    let refused = asked.filter_map(|source| {
        let url = Url::parse(&source.address).ok()?;
        let why = fetch::check_address(&url, &config.fetch.allow_private).err()?;
        Some(format!("{} will not be read: {why}", source.display_name()))
    });
    let noted = config.warnings.iter().map(ToString::to_string);
    refused.chain(noted).collect()
}

fn notes(topics: &[Topic]) -> Vec<String> {
    let capitals = topics.iter().filter_map(|topic| {
        let Rule::Keywords { any, .. } = &topic.rule else {
            return None;
        };
        let exact = any.iter().filter(|keyword| query::is_abbreviation(keyword));
        let exact: Vec<&str> = exact.map(String::as_str).collect();
        let first = exact.first()?.to_lowercase();
        let named = exact.join(", ");
        Some(format!(
            "topic \"{}\": found in capitals only: {named}; write \"{first}\" for any case",
            topic.name
        ))
    });
    capitals.collect()
}

/// Returns each distinct schedule.
fn schedules(config: &Config, now: Timestamp) -> Vec<ScheduleView> {
    let used = config.digests.iter().map(|digest| &digest.schedule);
    let used = used.chain(config.sources.iter().map(|source| &source.schedule));
    let mut found: Vec<ScheduleView> = Vec::new();
    let mut positions = HashMap::new();
    for schedule in used {
        let shown = schedule.to_string();
        let position = *positions.entry(shown.clone()).or_insert(found.len());
        match found.get_mut(position) {
            Some(view) => view.used += 1,
            None => found.push(ScheduleView {
                schedule: shown,
                zone: match schedule {
                    Schedule::Cron(cron) => cron.zone,
                    Schedule::Adaptive | Schedule::Every(_) => config.zone,
                },
                used: 1,
                next_date_times: std::iter::successors(schedule.next_after(now), |run| schedule.next_after(*run))
                    .take(RUNS_SHOWN)
                    .map(|run| run.trunc_subsecs(0))
                    .collect(),
            }),
        }
    }
    found
}

fn as_map<S: Serializer>(kinds: &[(impl Serialize + Copy, usize)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(kinds.iter().copied())
}

fn as_name<S: Serializer>(zone: &Tz, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(zone.name())
}
