//! What the demo newsroom has to tell: its outlets and their articles, shipped in the binary.
//!
//! Reads the files under `demo/` and nothing else; it renders nothing and knows no clock. Which
//! version of an article is on show follows from the moment that is passed in. The shipped files
//! are part of the program: a mistake in them is a mistake in the code, found by the tests.

use std::collections::HashMap;

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use thiserror::Error;

use crate::domain::Timestamp;

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/demo");

/// The line before and after an article's data.
const FENCE: &str = "+++";

/// Why a file of the newsroom could not be used.
#[derive(Debug, Error)]
pub enum ContentError {
    #[error("{file} is missing or not text")]
    Missing { file: String },
    #[error("{file}: {reason}")]
    Data { file: String, reason: String },
}

/// How the pages of an outlet are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Template {
    Adverts,
    Amp,
    Bare,
    Blog,
    Consent,
    Gallery,
    JsonLd,
    JsonLdGraph,
    Listing,
    Live,
    Microdata,
    OpenGraph,
    Paywall,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// In which form an outlet publishes its feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NewsroomFeed {
    RssFull,
    RssSummary,
    Rdf,
    Atom,
    AtomFull,
    Json,
    /// RSS as it should not be: readable to the tolerant only.
    Broken,
    /// Answers with an error, always.
    Failing,
}

/// One invented publisher and everything it publishes in the week.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outlet {
    /// The first label of its host name.
    pub host: String,
    pub name: String,
    pub tagline: String,
    pub template: Template,
    /// Absent where the outlet has only a page that lists its articles.
    pub feed: Option<NewsroomFeed>,
    path: String,
    /// Headlines of the "Most read" box.
    pub popular: Vec<String>,
    /// A paragraph amid the text of every article, marked up like the others: only repetition tells that it is none.
    pub appeal: Option<String>,
    /// Newest last.
    #[serde(skip)]
    pub articles: Vec<DemoArticle>,
}

impl Outlet {
    /// Returns the articles on show at `now` with their current versions, newest first.
    pub fn on_show(&self, now: Timestamp) -> Vec<(&DemoArticle, &Version)> {
        self.articles
            .iter()
            .rev()
            .filter_map(|article| Some((article, article.version(now)?)))
            .collect()
    }
}

/// One article, in all its versions.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoArticle {
    /// `OUTLET/NN-slug`, what `copy_of` refers to.
    pub id: String,
    pub number: u32,
    pub slug: String,
    /// Path and query on its outlet's host.
    pub path: String,
    pub author: Option<String>,
    pub language: String,
    /// The event it reports: its story, in truth.
    pub event: String,
    pub copy_of: Option<String>,
    /// Whether it is about the policy of facial recognition.
    pub facial: bool,
    /// Picture captions; a gallery has several.
    pub captions: Vec<String>,
    /// Never empty, oldest first; every later one is a correction.
    pub versions: Vec<Version>,
}

impl DemoArticle {
    /// Returns when the article first appeared.
    pub fn published_at(&self) -> Timestamp {
        self.versions[0].at
    }

    /// Returns what stands on the page at `now`: nothing before the article is published.
    pub fn version(&self, now: Timestamp) -> Option<&Version> {
        self.versions.iter().rev().find(|version| version.at <= now)
    }
}

/// The text of an article from one moment on.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    pub at: Timestamp,
    /// Hours east of UTC in which the outlet tells the time.
    pub offset_hours: i32,
    pub headline: String,
    pub standfirst: String,
    pub paragraphs: Vec<String>,
}

/// What is true of one article, to measure the daemon by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    pub url_path: String,
    pub outlet: String,
    pub event: String,
    pub copy_of: Option<String>,
    pub facial: bool,
    pub headline: String,
}

#[derive(Debug, Deserialize)]
struct OutletFile {
    outlet: Vec<Outlet>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawArticle {
    published: String,
    author: Option<String>,
    #[serde(default = "english")]
    language: String,
    event: String,
    copy_of: Option<String>,
    /// How many paragraphs of the original a copy keeps.
    keep: Option<usize>,
    #[serde(default)]
    facial: bool,
    #[serde(default)]
    captions: Vec<String>,
    headline: String,
    standfirst: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCorrection {
    corrected: String,
    headline: String,
    standfirst: String,
}

/// Returns the outlets and articles that are shipped in the binary, in the order of `outlets.toml`.
pub fn shipped() -> Vec<Outlet> {
    load(&SHIPPED).expect("the shipped newsroom is read by a test before it is shipped")
}

/// Returns what is true of every shipped article: its event, what it copies, whether it is of the topic.
pub fn truth() -> Vec<Truth> {
    let outlets = shipped();
    let of = |outlet: &Outlet, article: &DemoArticle| Truth {
        url_path: article.path.clone(),
        outlet: outlet.host.clone(),
        event: article.event.clone(),
        copy_of: article.copy_of.clone(),
        facial: article.facial,
        headline: article.versions[0].headline.clone(),
    };
    outlets
        .iter()
        .flat_map(|outlet| outlet.articles.iter().map(move |article| of(outlet, article)))
        .collect()
}

/// Returns a shipped file of text by its path under `demo/`.
pub(super) fn file(path: &str) -> Option<&'static str> {
    SHIPPED.get_file(path)?.contents_utf8()
}

/// Returns the shipped files of text in a folder under `demo/`: their names without the ending, and their texts.
pub(super) fn files(folder: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let files = SHIPPED.get_dir(folder).map(Dir::files).into_iter().flatten();
    files.filter_map(|file| Some((file.path().file_stem()?.to_str()?, file.contents_utf8()?)))
}

fn load(folder: &Dir<'_>) -> Result<Vec<Outlet>, ContentError> {
    let mut outlets: Vec<Outlet> = toml::from_str::<OutletFile>(text_of(folder, "outlets.toml")?)
        .map_err(|e| fault("outlets.toml", &e))?
        .outlet;
    let mut cuts = HashMap::new();
    for outlet in &mut outlets {
        let Some(articles) = folder.get_dir(format!("articles/{}", outlet.host)) else {
            continue;
        };
        for file in articles.files() {
            let path = file.path().to_string_lossy();
            let id = path.trim_start_matches("articles/").trim_end_matches(".md").to_owned();
            let text = file
                .contents_utf8()
                .ok_or_else(|| ContentError::Missing { file: id.clone() })?;
            let (article, keep) = read_article(&id, text, &outlet.path)?;
            cuts.insert(id, keep);
            outlet.articles.push(article);
        }
        outlet
            .articles
            .sort_by(|a, b| (a.published_at(), &a.id).cmp(&(b.published_at(), &b.id)));
    }
    fill_copies(&mut outlets, &cuts)?;
    Ok(outlets)
}

fn text_of<'a>(folder: &'a Dir<'_>, name: &str) -> Result<&'a str, ContentError> {
    let missing = || ContentError::Missing { file: name.to_owned() };
    folder
        .get_file(name)
        .and_then(|file| file.contents_utf8())
        .ok_or_else(missing)
}

fn fault(file: &str, reason: &dyn std::fmt::Display) -> ContentError {
    ContentError::Data {
        file: file.to_owned(),
        reason: reason.to_string(),
    }
}

fn english() -> String {
    "en".to_owned()
}

/// A file holds data and text in turn, fenced: the article, then its corrections.
fn read_article(id: &str, text: &str, path: &str) -> Result<(DemoArticle, Option<usize>), ContentError> {
    let parts = fenced(text);
    let [(data, body), corrections @ ..] = parts.as_slice() else {
        return Err(fault(id, &"holds no fenced data"));
    };
    let raw: RawArticle = toml::from_str(data).map_err(|e| fault(id, &e))?;
    let (_, name) = id
        .split_once('/')
        .ok_or_else(|| fault(id, &"stands in no outlet's folder"))?;
    let (number, slug) = name.split_once('-').ok_or_else(|| fault(id, &"is not named NN-slug"))?;
    let number = 1000 + number.parse::<u32>().map_err(|e| fault(id, &e))?;
    let first = version(id, &raw.published, raw.headline, raw.standfirst, body)?;
    let day = first.at + chrono::TimeDelta::hours(i64::from(first.offset_hours));
    let mut versions = vec![first];
    for (data, body) in corrections {
        let raw: RawCorrection = toml::from_str(data).map_err(|e| fault(id, &e))?;
        versions.push(version(id, &raw.corrected, raw.headline, raw.standfirst, body)?);
    }
    let path = path
        .replace("{yyyy}", &day.format("%Y").to_string())
        .replace("{mm}", &day.format("%m").to_string())
        .replace("{dd}", &day.format("%d").to_string())
        .replace("{number}", &number.to_string())
        .replace("{slug}", slug);
    let article = DemoArticle {
        id: id.to_owned(),
        number,
        slug: slug.to_owned(),
        path,
        author: raw.author,
        language: raw.language,
        event: raw.event,
        copy_of: raw.copy_of,
        facial: raw.facial,
        captions: raw.captions,
        versions,
    };
    Ok((article, raw.keep))
}

fn version(id: &str, at: &str, headline: String, standfirst: String, body: &str) -> Result<Version, ContentError> {
    let at = chrono::DateTime::parse_from_rfc3339(at).map_err(|e| fault(id, &e))?;
    let offset_hours = at.offset().local_minus_utc() / 3600;
    let paragraphs = body
        .split("\n\n")
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .map(str::to_owned)
        .collect();
    Ok(Version {
        at: at.to_utc(),
        offset_hours,
        headline,
        standfirst,
        paragraphs,
    })
}

fn fenced(text: &str) -> Vec<(String, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut in_data = false;
    for line in text.lines() {
        if line == FENCE {
            in_data = !in_data;
            if in_data {
                parts.push((String::new(), String::new()));
            }
        } else if let Some((data, body)) = parts.last_mut() {
            let into = if in_data { data } else { body };
            into.push_str(line);
            into.push('\n');
        }
    }
    parts
}

/// Gives copies the text of their originals.
fn fill_copies(outlets: &mut [Outlet], cuts: &HashMap<String, Option<usize>>) -> Result<(), ContentError> {
    let texts: HashMap<String, Vec<String>> = outlets
        .iter()
        .flat_map(|outlet| &outlet.articles)
        .map(|article| (article.id.clone(), article.versions[0].paragraphs.clone()))
        .collect();
    for article in outlets.iter_mut().flat_map(|outlet| &mut outlet.articles) {
        let Some(original) = &article.copy_of else { continue };
        let text = texts
            .get(original)
            .ok_or_else(|| fault(&article.id, &format!("there is no {original}")))?;
        let keep = cuts.get(&article.id).copied().flatten().unwrap_or(text.len());
        article.versions[0].paragraphs = text.iter().take(keep).cloned().collect();
    }
    Ok(())
}

#[cfg(test)]
mod tests;
