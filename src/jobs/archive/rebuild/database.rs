//! A database from documents, when it was lost and there is no backup.
//!
//! It is built in a folder of its own and gets its place only when it is whole: killed anywhere, nothing is there, and the
//! next run begins anew. What documents do not carry is not in it; `LOST` names it.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use url::Url;

use super::files::{BATCH, SkippedDocument, documents_in, read_own_document};
use super::groups::{self, CurrentDocument};
use crate::clustering::WINDOW_DAYS;
use crate::config::Config;
use crate::document::secured::SecureKey;
use crate::document::{Document, ScalarText, to_article};
use crate::domain::article::Article;
use crate::domain::topic::Match;
use crate::domain::url::CanonicalUrl;
use crate::domain::{ArticleId, SourceId, Timestamp};
use crate::jobs::archive::document_texts::{document_topics, secure_key, settings_mark};
use crate::jobs::archive::verify::{self, VerifyReport};
use crate::jobs::runtime::{JobError, compile};
use crate::matching::{Matcher, Subject};
use crate::store::sources::{DocumentName, ImportedArticle, ImportedStory};
use crate::store::{Store, StoreError};

/// Where in the state folder the database is built.
const BUILT_IN: &str = "rebuilding";

/// What a database has that documents do not carry.
pub const LOST: &[&str] = &[
    "digests, what they told and to whom, deliveries still to be made (the articles taken in are no news: none is told again)",
    "what sources answered: validators, rhythm, health (each is polled as if for the first time)",
    "bylines, languages, revisions, reasons for matches and places, merges and splits by hand",
    "stories of articles that are no longer current (they are grouped anew), and numbers of stories",
    "articles without a document",
    "pictures that were kept (documents name them as elsewhere again)",
];

/// What was built.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RebuiltDatabase {
    pub articles: u64,
    pub stories: u64,
    pub skipped: Vec<SkippedDocument>,
    /// Topics that documents name and nobody follows.
    pub unfollowed: Vec<String>,
    /// How the documents compare with the new database.
    pub report: VerifyReport,
}

/// Says how far the building is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RebuildStep {
    Reading(u64, u64),
    Grouping,
    Comparing(u64, u64),
}

/// One document in the order in which they are taken in.
struct DatedDocument {
    path: PathBuf,
    /// Whether it is current, and what it is in its story then.
    heat: Option<i64>,
    related: Vec<String>,
    /// It says of a picture that we hold it, which no longer is so.
    has_kept_image: bool,
    id: Option<ArticleId>,
}

/// Builds a database from the documents in the archive folder and puts it into the state folder, which has none.
///
/// # Errors
/// There is a database that holds something, the folder holds no documents, or the disk is full.
pub async fn database(
    config: &Config,
    now: Timestamp,
    mut progress: impl FnMut(RebuildStep),
) -> Result<RebuiltDatabase, JobError> {
    let matcher = compile(config)?;
    let key = secure_key(config)?;
    refuse_to_replace(config)?;
    let files = documents_in(&config.archive.path)?;
    let folder = config.state_dir.join(BUILT_IN);
    let unusable = |error| StoreError::Folder {
        path: folder.clone(),
        error,
    };
    // Another rebuilding holds this lock; what a killed one left is thrown away.
    drop(Store::open(&folder)?);
    fs::remove_dir_all(&folder).map_err(unusable)?;
    let store = Store::open(&folder)?;
    store.follow(now, &[], &config.topics).await?;
    let source = store
        .source_of_documents(config.archive.path.display().to_string())
        .await?;
    let mut built = RebuiltDatabase::default();
    let mut builder = Builder {
        config,
        matcher: &matcher,
        store: &store,
        source,
        built: &mut built,
        key,
    };
    let entries = builder.order(files, &mut progress);
    let entries = builder.take_in(entries, &mut progress).await?;
    progress(RebuildStep::Grouping);
    builder.group(&entries).await?;
    let since = current_since(&store, &entries)?.unwrap_or(now - chrono::TimeDelta::days(WINDOW_DAYS));
    store.set_prepared(since, settings_mark(config)).await?;
    let with_images = entries.iter().filter(|entry| entry.has_kept_image);
    store
        .all_documents_written(with_images.filter_map(|entry| entry.id).collect())
        .await?;
    let count = store.stats()?;
    (built.articles, built.stories) = (count.articles.unsigned_abs(), count.stories.unsigned_abs());
    built.report = verify::verify(config, &matcher, &store, 10, |done, all| {
        progress(RebuildStep::Comparing(done, all));
    })?;
    drop(store);
    Store::install(&folder, &config.state_dir)?;
    Ok(built)
}

fn refuse_to_replace(config: &Config) -> Result<(), JobError> {
    if config.server.is_some() {
        return Err(StoreError::AtServer {
            what: "rebuilding",
            remedy: "rebuild without [store] postgres, then carry it there with `tidings move`",
        }
        .into());
    }
    let path = config.state_dir.join(crate::store::DATABASE_NAME);
    if path.exists() && !Store::open(&config.state_dir)?.is_empty()? {
        return Err(StoreError::Holding { path }.into());
    }
    Ok(())
}

/// Returns since when articles are current: the date of the oldest one whose document has a heat.
fn current_since(store: &Store, entries: &[DatedDocument]) -> Result<Option<Timestamp>, JobError> {
    let mut oldest = None;
    for id in entries
        .iter()
        .filter(|entry| entry.heat.is_some())
        .filter_map(|entry| entry.id)
    {
        if let Some(article) = store.article(id)? {
            oldest = Some(oldest.map_or(article.published_at, |at: Timestamp| at.min(article.published_at)));
        }
    }
    Ok(oldest)
}

/// Returns what an article may be known by: the address it was first seen at, and its last one.
pub fn keys_of(article: &Article) -> Vec<String> {
    let mut keys = Vec::with_capacity(2);
    for url in [&article.original_url, &article.web_url] {
        if let Ok(url) = Url::parse(url) {
            let key = CanonicalUrl::new(&url).as_str().to_owned();
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys
}

/// Whether a document says of its picture, its publisher's or that of a related article that it is kept.
fn has_kept_image(document: &Document) -> bool {
    let related = document.related().iter().flat_map(|item| item.images.iter().flatten());
    let mut images = document.images.iter().flatten().chain(related);
    images.any(|image| image.is_cached == Some(true))
        || document
            .provider
            .as_ref()
            .is_some_and(|provider| provider.images.is_some())
}

struct Builder<'a> {
    config: &'a Config,
    matcher: &'a Matcher,
    store: &'a Store,
    source: SourceId,
    built: &'a mut RebuiltDatabase,
    /// What opens the documents' texts, where they are secured.
    key: Option<&'a SecureKey>,
}

impl Builder<'_> {
    /// Returns the documents in the order of their dates, of equal ones leads first: numbers decide between equals.
    fn order(&mut self, files: Vec<PathBuf>, progress: &mut impl FnMut(RebuildStep)) -> Vec<DatedDocument> {
        let all = 2 * files.len() as u64;
        let mut ordered = Vec::with_capacity(files.len());
        for (at, path) in files.into_iter().enumerate() {
            let read = read_own_document(&path, self.key).and_then(|document| {
                let article = to_article::article(&document).map_err(|error| error.to_string())?;
                Ok((article.published_at, document.heat))
            });
            match read {
                Ok((published_at, heat)) => {
                    let entry = DatedDocument {
                        path,
                        heat,
                        related: Vec::new(),
                        has_kept_image: false,
                        id: None,
                    };
                    ordered.push((published_at, heat.is_some_and(|heat| heat < 0), entry));
                }
                Err(reason) => self.skip(&path, reason),
            }
            progress(RebuildStep::Reading(at as u64 + 1, all));
        }
        // Stable: of equals the order of the names.
        ordered.sort_by_key(|(published_at, is_follower, _)| (*published_at, *is_follower));
        ordered.into_iter().map(|(_, _, entry)| entry).collect()
    }

    async fn take_in(
        &mut self,
        mut entries: Vec<DatedDocument>,
        progress: &mut impl FnMut(RebuildStep),
    ) -> Result<Vec<DatedDocument>, JobError> {
        let all = 2 * entries.len() as u64;
        let mut done = entries.len() as u64;
        for batch in entries.chunks_mut(BATCH) {
            let (mut taken, mut places) = (Vec::with_capacity(batch.len()), Vec::with_capacity(batch.len()));
            for (place, entry) in batch.iter_mut().enumerate() {
                match self.read(entry) {
                    Ok(one) => {
                        taken.push(one);
                        places.push(place);
                    }
                    Err(reason) => self.skip(&entry.path, reason),
                }
            }
            let ids = self.store.import_articles(self.source, taken).await?;
            for (place, id) in places.into_iter().zip(ids) {
                batch[place].id = id;
                if id.is_none() {
                    self.skip(&batch[place].path, "another document has its name".to_owned());
                }
            }
            done += batch.len() as u64;
            progress(RebuildStep::Reading(done, all));
        }
        self.store.end_replay().await?;
        Ok(entries)
    }

    fn read(&mut self, entry: &mut DatedDocument) -> Result<ImportedArticle, String> {
        let document = read_own_document(&entry.path, self.key)?;
        let article = to_article::article(&document).map_err(|error| error.to_string())?;
        let name = entry
            .path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        entry.has_kept_image = has_kept_image(&document);
        entry.related = document
            .related()
            .iter()
            .filter_map(|item| item.web_url().map(str::to_owned))
            .collect();
        let matches = self.matches(&document, &Subject::of(&article));
        let best = matches.iter().map(|(_, found)| found.score).fold(0.0, f32::max);
        let quality = document.quality.and_then(|quality| i32::try_from(quality).ok());
        Ok(ImportedArticle {
            quality: quality.unwrap_or_else(|| self.config.ranking.quality(&article, best)),
            keys: keys_of(&article),
            own_key: Some(format!("document:{name}")),
            matches,
            document: DocumentName::Own(name),
            // One without rank is in a story of its own time, one with a rank alone in none.
            is_placed: entry.heat.is_none() && document.quality.is_none(),
            article,
        })
    }

    /// Returns the matches that give the topics a document names: the rules' own where they do, the document's otherwise.
    fn matches(&mut self, document: &Document, subject: &Subject<'_>) -> Vec<(String, Match)> {
        let named: Vec<&str> = document.topics.iter().flatten().map(ScalarText::as_str).collect();
        let own = self.matcher.matches(subject);
        let names: Vec<String> = own.iter().map(|m| self.config.topics[m.topic].name.clone()).collect();
        if document_topics(self.config, self.matcher, &names) == named {
            return names.into_iter().zip(own).collect();
        }
        let ancestry: Vec<(usize, Vec<String>)> = named
            .iter()
            .filter_map(|name| {
                let position = self.config.topics.iter().position(|topic| topic.name == *name)?;
                Some((position, self.matcher.ancestry(position)))
            })
            .collect();
        for name in &named {
            let is_known = ancestry.iter().any(|(_, names)| names.iter().any(|own| own == name));
            if !is_known && !self.built.unfollowed.iter().any(|own| own == name) {
                self.built.unfollowed.push((*name).to_owned());
            }
        }
        let is_parent = |name: &String| {
            ancestry
                .iter()
                .any(|(_, names)| names.iter().rev().skip(1).any(|n| n == name))
        };
        let (count, mut last) = (ancestry.len(), 1.0_f32);
        ancestry
            .iter()
            .map(|(position, _)| (*position, &self.config.topics[*position].name))
            .filter(|(_, name)| !is_parent(name))
            .enumerate()
            .map(|(place, (topic, name))| {
                let own = own.iter().find(|found| found.topic == topic).cloned();
                let mut found = own.unwrap_or(Match {
                    topic,
                    score: 0.0,
                    reasons: Vec::new(),
                });
                // In the order in which the document names them.
                found.score = found.score.max((count - place) as f32 / 1_000.0).min(last - 0.0005);
                last = found.score;
                (name.clone(), found)
            })
            .collect()
    }

    /// Stores the stories of current articles as their documents tell of them.
    async fn group(&mut self, entries: &[DatedDocument]) -> Result<(), JobError> {
        self.store.index_addresses(true).await?;
        let mut numbers: HashMap<ArticleId, usize> = HashMap::new();
        let mut current: HashMap<usize, CurrentDocument> = HashMap::new();
        for (number, entry) in entries.iter().enumerate() {
            if let (Some(id), Some(_)) = (entry.id, entry.heat) {
                numbers.insert(id, number);
            }
        }
        for (id, number) in &numbers {
            let mut related = Vec::with_capacity(entries[*number].related.len());
            for url in &entries[*number].related {
                let other = self.store.sole_article_at(url)?;
                related.extend(other.filter(|other| other != id).and_then(|other| numbers.get(&other)));
            }
            let is_lead = entries[*number].heat.is_some_and(|heat| heat >= 0);
            current.insert(*number, CurrentDocument { is_lead, related });
        }
        self.store.index_addresses(false).await?;
        let found = groups::groups(&current);
        let ids = |numbers: &[usize]| numbers.iter().filter_map(|number| entries[*number].id).collect();
        let mut stories = Vec::with_capacity(found.len());
        for batch in found.chunks(BATCH) {
            let gathered = batch.iter().map(|group| ImportedStory {
                members: ids(&group.members),
                copies: ids(&group.copies),
            });
            stories.extend(self.store.import_stories(gathered.collect()).await?);
        }
        let of_lead: HashMap<usize, _> = found
            .iter()
            .zip(&stories)
            .filter_map(|(group, story)| Some((*group.members.first()?, *story)))
            .collect();
        let near = found.iter().zip(&stories).map(|(group, story)| {
            let others = group.near.iter().filter_map(|lead| of_lead.get(lead)).copied();
            (*story, others.filter(|other| other != story).collect())
        });
        Ok(self.store.set_related(near.collect()).await?)
    }

    fn skip(&mut self, path: &std::path::Path, reason: String) {
        let name = path.display().to_string();
        self.built.skipped.push(SkippedDocument { name, reason });
    }
}
