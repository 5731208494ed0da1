//! From text to `Config`: the main file's tables, the included files, and what holds between them.

use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::context::{Origin, Reading};
use super::digests::{self, PendingDigest};
use super::environment::Environment;
use super::errors::{ConfigErrors, Mistake};
use super::expand::{Places, expand_pattern, is_pattern};
use super::raw::{File, Table, as_integer};
use super::topics::PendingTopic;
use super::values::{choice, size, span, zone};
use super::{AdaptiveSettings, AlertSettings, ArchiveSettings, Config, FetchSettings};
use super::{alerts, ca_certificates, mail, proxy, read_included, sites, sources, topics, webhooks};
use crate::decide::article::WriteDocuments;
use crate::domain::schedule::parse_span;
use crate::domain::source::Source;
use crate::ranking::{RankingSettings, Weights};

/// A configuration includes at most this many files.
const INCLUDED_FILES_MAX: usize = 1000;
/// Articles are kept this long at least, in days: some beyond the window in which they are current.
const KEEP_DAYS_MIN: i64 = 30;
/// Keys an included file may hold.
const INCLUDED_KEYS: &str = "[[source]], [[topic]], [[digest]], [[alert]] and [[site]]";
/// Keys that only the main file may hold.
const MAIN_KEYS: [&str; 9] = [
    "include", "daemon", "archive", "fetch", "adaptive", "mail", "webhook", "ranking", "metrics",
];

/// What the files name, before it is compared across them.
#[derive(Default)]
pub(super) struct CollectedFiles {
    pub sources: Vec<(Source, Origin)>,
    pub topics: Vec<PendingTopic>,
    pub digests: Vec<PendingDigest>,
    pub alerts: Vec<(AlertSettings, Origin)>,
    pub sites: Vec<(super::SiteSettings, Origin)>,
}

/// Reads the main file and all it includes.
pub(super) fn read(text: &str, path: &Path, around: &Environment<'_>) -> Result<Config, ConfigErrors> {
    let mut file = File::new(path, text);
    let mut root = file.parse();
    let mut places = Places {
        folder: file.folder(),
        home: around.home(),
        state_dir: None,
    };
    let (state_dir, zone) = daemon(&mut file, &mut root, &places, around);
    places.state_dir = Some(state_dir.clone());
    let archive = archive(&mut file, &mut root, &places, &state_dir);
    let fetch = fetch(&mut file, &mut root, around, &places);
    let adaptive = adaptive(&mut file, &mut root);
    let (mail, has_mail) = mail::read(&mut file, &mut root, around, &places);
    let webhooks = webhooks::read(&mut file, &mut root, around, &places);
    let ranking = ranking(&mut file, &mut root);
    let metrics = super::metrics::read(&mut file, &mut root);
    let mut reading = Reading {
        around,
        places,
        zone,
        has_mail,
        webhooks: webhooks.iter().map(|target| target.name.clone()).collect(),
    };
    let mut found = CollectedFiles::default();
    let included = include(&mut file, &mut root, &reading.places, path);
    lists(&mut file, &mut root, &reading, &mut found);
    root.close(&mut file);

    let mut mistakes = sorted(file.mistakes);
    for path in included {
        match read_included(&path) {
            Ok(text) => {
                let mut file = File::new(&path, &text);
                reading.places.folder = file.folder();
                let mut root = file.parse();
                for key in MAIN_KEYS {
                    if let Some(value) = root.take(key) {
                        let message = format!("stands in the main file only; an included file holds {INCLUDED_KEYS}");
                        file.note(value.at.start, Some(key.to_owned()), None, message);
                    }
                }
                lists(&mut file, &mut root, &reading, &mut found);
                root.close(&mut file);
                mistakes.extend(sorted(file.mistakes));
            }
            Err(message) => mistakes.extend(ConfigErrors::unreadable(&path, message).mistakes),
        }
    }
    let sources = sources::distinct(found.sources, &mut mistakes);
    let topics = topics::checked(found.topics, &mut mistakes);
    let mut digests = digests::checked(found.digests, &topics, &mut mistakes);
    if digests.is_empty() && !topics.names.is_empty() {
        digests.push(digests::usual(&topics, zone));
    }
    let alerts = alerts::checked(found.alerts, &topics, &digests, &mut mistakes);
    let sites = sites::distinct(found.sites, &mut mistakes);
    let path = path.to_owned();
    if mistakes.is_empty() {
        let topics = topics.topics;
        let config = Config {
            path,
            state_dir,
            zone,
            archive,
            fetch,
            adaptive,
            mail,
            sources,
            topics,
            digests,
            webhooks,
            alerts,
            sites,
            ranking,
            metrics,
        };
        return Ok(config);
    }
    Err(ConfigErrors {
        mistakes: in_order_of_files(mistakes),
    })
}

fn sorted(mut mistakes: Vec<Mistake>) -> Vec<Mistake> {
    mistakes.sort_by_key(|mistake| mistake.line);
    mistakes
}

/// Puts what was found between files with what was found in them: files as first met, then lines.
fn in_order_of_files(mut mistakes: Vec<Mistake>) -> Vec<Mistake> {
    let mut order = std::collections::HashMap::new();
    for mistake in &mistakes {
        let next = order.len();
        order.entry(mistake.path.clone()).or_insert(next);
    }
    mistakes.sort_by_key(|mistake| (order[&mistake.path], mistake.line));
    mistakes
}

fn lists(file: &mut File<'_>, root: &mut Table<'_>, reading: &Reading<'_>, found: &mut CollectedFiles) {
    for table in root.tables(file, "source") {
        found.sources.extend(sources::read(file, table, reading));
    }
    for table in root.tables(file, "topic") {
        found.topics.extend(topics::read(file, table));
    }
    for table in root.tables(file, "digest") {
        found.digests.extend(digests::read(file, table, reading));
    }
    for table in root.tables(file, "site") {
        found.sites.extend(sites::read(file, table));
    }
    for table in root.tables(file, "alert") {
        found.alerts.extend(alerts::read(file, table, reading));
    }
}

fn daemon(file: &mut File<'_>, root: &mut Table<'_>, places: &Places, around: &Environment<'_>) -> (PathBuf, Tz) {
    let mut table = root.table(file, "daemon");
    let zone = table
        .as_mut()
        .and_then(|table| zone(file, table, "time_zone"))
        .unwrap_or(Tz::UTC);
    let text = table.as_mut().and_then(|table| table.text(file, "state_dir"));
    if let Some(table) = table {
        table.close(file);
    }
    let state_dir = match text {
        Some(text) => places.expand(&text.text).unwrap_or_else(|message| {
            file.wrong(&text.value, message);
            PathBuf::new()
        }),
        None => around.state_dir(file.path).unwrap_or_else(|| {
            let message = "there is no place for state ($HOME is not set); write state_dir = \"/path\" in [daemon]";
            file.note(0, Some("daemon.state_dir".to_owned()), None, message.to_owned());
            PathBuf::new()
        }),
    };
    (state_dir, zone)
}

fn archive(file: &mut File<'_>, root: &mut Table<'_>, places: &Places, state_dir: &Path) -> ArchiveSettings {
    let mut archive = ArchiveSettings {
        path: state_dir.join("news"),
        write: WriteDocuments::Matched,
        keep: None,
    };
    let Some(mut table) = root.table(file, "archive") else {
        return archive;
    };
    if let Some(text) = table.text(file, "path") {
        match places.expand(&text.text) {
            Ok(path) => archive.path = path,
            Err(message) => file.wrong(&text.value, message),
        }
    }
    let choices = [
        ("matched", WriteDocuments::Matched),
        ("all", WriteDocuments::All),
        ("none", WriteDocuments::None),
    ];
    archive.write = choice(file, &mut table, "write", &choices).unwrap_or(archive.write);
    if let Some(text) = table.text(file, "keep").filter(|text| text.text != "forever") {
        match parse_span(&text.text) {
            Some(span) if span >= TimeDelta::days(KEEP_DAYS_MIN) => archive.keep = Some(span),
            Some(_) => file.wrong(
                &text.value,
                format!("is too short; articles are current for 20 days, keep them \"{KEEP_DAYS_MIN}d\" at least"),
            ),
            None => file.wrong(
                &text.value,
                "is no span of time; write for example \"365d\", or \"forever\"",
            ),
        }
    }
    table.close(file);
    archive
}

fn fetch(file: &mut File<'_>, root: &mut Table<'_>, around: &Environment<'_>, places: &Places) -> FetchSettings {
    let mut fetch = FetchSettings {
        contact: None,
        concurrency: 64,
        per_host: 1,
        host_gap: Duration::from_secs(1),
        timeout: Duration::from_secs(30),
        body_max: 10_000_000,
        allow_private: Vec::new(),
        extra_roots: Vec::new(),
        proxy: None,
    };
    let Some(mut table) = root.table(file, "fetch") else {
        return fetch;
    };
    if let Some(text) = table.text(file, "contact") {
        if is_contact(&text.text) {
            fetch.contact = Some(text.text);
        } else {
            file.wrong(
                &text.value,
                "is no contact; write \"mailto:me@example.org\" or \"https://example.org/about\"",
            );
        }
    }
    let count = |number: Option<i64>, default| number.map_or(default, |n| usize::try_from(n).unwrap_or(default));
    fetch.concurrency = count(table.integer(file, "concurrency", 1..1025), fetch.concurrency);
    fetch.per_host = count(table.integer(file, "per_host", 1..17), fetch.per_host);
    let seconds = |least, most| TimeDelta::seconds(least)..=TimeDelta::seconds(most);
    fetch.host_gap = duration(file, &mut table, "host_gap", seconds(0, 3600), fetch.host_gap);
    fetch.timeout = duration(file, &mut table, "timeout", seconds(1, 3600), fetch.timeout);
    fetch.body_max = size(file, &mut table, "body_max", 10_000..=1_000_000_000).unwrap_or(fetch.body_max);
    for text in table.texts(file, "allow_private").unwrap_or_default() {
        let trimmed = text.text.trim();
        let range = trimmed
            .parse()
            .ok()
            .or_else(|| trimmed.parse::<std::net::IpAddr>().ok().map(Into::into));
        match range {
            Some(range) => fetch.allow_private.push(range),
            None => file.wrong(
                &text.value,
                "is no address or range; write \"192.168.1.0/24\" or \"127.0.0.1\"",
            ),
        }
    }
    fetch.extra_roots = ca_certificates::read(file, &mut table, places);
    fetch.proxy = proxy::read(file, &mut table, around, places);
    table.close(file);
    fetch
}

fn duration(
    file: &mut File<'_>,
    table: &mut Table<'_>,
    key: &'static str,
    bounds: RangeInclusive<TimeDelta>,
    default: Duration,
) -> Duration {
    span(file, table, key, bounds)
        .and_then(|span| span.to_std().ok())
        .unwrap_or(default)
}

/// A contact goes into a header as it is.
fn is_contact(text: &str) -> bool {
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'(' | b')'));
    let has_scheme = ["mailto:", "https://", "http://"]
        .iter()
        .any(|scheme| text.starts_with(scheme));
    is_plain && has_scheme && url::Url::parse(text).is_ok()
}

fn adaptive(file: &mut File<'_>, root: &mut Table<'_>) -> AdaptiveSettings {
    let mut adaptive = AdaptiveSettings {
        min: TimeDelta::minutes(15),
        max: TimeDelta::hours(24),
    };
    let Some(mut table) = root.table(file, "adaptive") else {
        return adaptive;
    };
    let bounds = TimeDelta::seconds(1)..=TimeDelta::days(30);
    adaptive.min = span(file, &mut table, "min", bounds.clone()).unwrap_or(adaptive.min);
    adaptive.max = span(file, &mut table, "max", bounds).unwrap_or(adaptive.max);
    if adaptive.min > adaptive.max {
        file.wrong_table(&table, "min is longer than max; make min the shorter one");
    }
    table.close(file);
    adaptive
}

fn ranking(file: &mut File<'_>, root: &mut Table<'_>) -> RankingSettings {
    let mut ranking = RankingSettings {
        published: 50,
        weights: Weights::default(),
        providers: BTreeMap::new(),
    };
    let Some(mut table) = root.table(file, "ranking") else {
        return ranking;
    };
    if let Some(published) = table.integer(file, "published", 0..201) {
        ranking.published = i32::try_from(published).unwrap_or(ranking.published);
    }
    if let Some(mut providers) = table.table(file, "providers") {
        for (domain, value) in providers.take_rest() {
            if let Some(worth) = as_integer(file, &value, -100..101) {
                let domain = domain.to_ascii_lowercase();
                ranking
                    .providers
                    .insert(domain, i32::try_from(worth).unwrap_or_default());
            }
        }
    }
    table.close(file);
    ranking
}

/// Returns the files to include, each once, in the order they are named.
fn include(file: &mut File<'_>, root: &mut Table<'_>, places: &Places, main: &Path) -> Vec<PathBuf> {
    let (mut seen, mut included) = (HashSet::from([main.to_owned()]), Vec::new());
    for text in root.texts(file, "include").unwrap_or_default() {
        let pattern = match places.expand(&text.text) {
            Ok(pattern) => pattern,
            Err(message) => {
                file.wrong(&text.value, message);
                continue;
            }
        };
        match expand_pattern(&pattern) {
            Ok(files) => included.extend(files.into_iter().filter(|path| seen.insert(path.clone()))),
            // A folder of topics that is not there yet is as good as an empty one.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && is_pattern(&pattern) => {}
            Err(error) => {
                let message = format!("cannot be included: {error}; paths start beside the file that names them");
                file.wrong(&text.value, message);
            }
        }
    }
    if included.len() > INCLUDED_FILES_MAX {
        let message = format!(
            "names {} files; at most {INCLUDED_FILES_MAX} are possible",
            included.len()
        );
        file.note(0, Some("include".to_owned()), None, message);
        included.truncate(INCLUDED_FILES_MAX);
    }
    included
}
