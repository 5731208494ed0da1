//! From text to `Config`: the main file's tables, the included files, and what holds between them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::reading::context::{Origin, Reading};
use super::reading::environment::Environment;
use super::reading::errors::{ConfigErrors, Mistake};
use super::reading::expand::{Places, expand_pattern, is_pattern};
use super::reading::raw::{File, Table};
use super::reading::text;
use super::sections::digests::{self, PendingDigest};
use super::sections::topics::{self, PendingTopic};
use super::sections::{
    adaptive, alerts, archive, daemon, fetch, images, mail, metrics, ranking, sites, sources, store, web, webhooks,
};
use super::settings::{AlertSettings, Config, SiteSettings};
use crate::domain::source::{Source, SourceKind};

/// A configuration includes at most this many files.
const INCLUDED_FILES_MAX: usize = 1000;
/// Keys an included file may hold.
const INCLUDED_KEYS: &str = "[[source]], [[topic]], [[digest]], [[alert]] and [[site]]";
/// Keys that only the main file may hold.
const MAIN_KEYS: [&str; 12] = [
    "include", "daemon", "archive", "images", "fetch", "adaptive", "mail", "webhook", "ranking", "metrics", "store",
    "web",
];

/// What the files name, before it is compared across them.
#[derive(Default)]
pub(super) struct CollectedFiles {
    pub sources: Vec<(Source, Origin)>,
    pub topics: Vec<PendingTopic>,
    pub digests: Vec<PendingDigest>,
    pub alerts: Vec<(AlertSettings, Origin)>,
    pub sites: Vec<(SiteSettings, Origin)>,
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
    let (state_dir, zone) = daemon::read(&mut file, &mut root, &places, around);
    places.state_dir = Some(state_dir.clone());
    let archive = archive::read(&mut file, &mut root, around, &places, &state_dir);
    let keeps_images = images::read(&mut file, &mut root);
    let fetch = fetch::read(&mut file, &mut root, around, &places);
    let adaptive = adaptive::read(&mut file, &mut root);
    let (mail, has_mail) = mail::read(&mut file, &mut root, around, &places);
    let webhooks = webhooks::read(&mut file, &mut root, around, &places);
    let ranking = ranking::read(&mut file, &mut root);
    let metrics = metrics::read(&mut file, &mut root);
    let server = store::read(&mut file, &mut root, around, &places);
    let web = web::read(&mut file, &mut root, around, &places);
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

    let (mut mistakes, mut warnings) = (sorted(file.mistakes), sorted(file.warnings));
    for path in included {
        match text::included(&path) {
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
                warnings.extend(sorted(file.warnings));
            }
            Err(message) => mistakes.extend(ConfigErrors::unreadable(&path, message).mistakes),
        }
    }
    let sources = sources::distinct(found.sources, &mut mistakes);
    let topics = topics::checked(found.topics, &mut mistakes);
    let mut digests = digests::checked(found.digests, &topics, &mut mistakes);
    let is_page = |source: &Source| source.kind == SourceKind::Page;
    if digests.is_empty() && (!topics.names.is_empty() || sources.iter().any(is_page)) {
        digests.push(digests::usual(&topics, zone));
    }
    let alerts = alerts::checked(found.alerts, &topics, &digests, &mut mistakes);
    let sites = sites::distinct(found.sites, &mut mistakes);
    warnings.extend(topics.untold(&digests, &alerts));
    let warnings = in_order_of_files(warnings);
    let path = path.to_owned();
    if mistakes.is_empty() {
        let topics = topics.topics;
        let config = Config {
            path,
            state_dir,
            zone,
            archive,
            keeps_images,
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
            server,
            web,
            warnings,
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
