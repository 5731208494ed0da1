//! What documents ought to say: a function of what is stored and of the settings, so that `write_documents` writes and
//! `verify` compares the same text.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::config::Config;
use crate::document::build::{self, DocumentContext, RankedArticle};
use crate::document::secured::{self, SecureKey};
use crate::domain::topic::Topic;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::jobs::runtime::JobError;
use crate::matching::Matcher;
use crate::ranking;
use crate::store::Store;
use crate::store::documents::{DocumentArticle, NamedDocument, RelatedArticle, StoryContext};
use crate::text;

/// Stories whose members are kept at hand: articles of one story have numbers near each other.
const COMPANIES_KEPT: usize = 64;

/// Makes the texts of documents from one state of the store.
pub struct DocumentTexts<'a> {
    config: &'a Config,
    matcher: &'a Matcher,
    store: &'a Store,
    since: Timestamp,
    companies: VecDeque<(StoryId, Arc<StoryContext>)>,
    leads: HashMap<StoryId, Option<RelatedArticle>>,
}

impl<'a> DocumentTexts<'a> {
    /// Returns the texts of documents when articles are current since `since`.
    pub fn new(config: &'a Config, matcher: &'a Matcher, store: &'a Store, since: Timestamp) -> Self {
        Self {
            config,
            matcher,
            store,
            since,
            companies: VecDeque::new(),
            leads: HashMap::new(),
        }
    }

    /// Forgets what was read of stories: they may have changed.
    pub fn refresh(&mut self) {
        self.companies.clear();
        self.leads.clear();
    }

    /// Returns the document of this name as it is named now.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn named(&self, name: &str) -> Result<Option<NamedDocument>, JobError> {
        Ok(self.store.document_named(name)?)
    }

    /// Returns what an article's document ought to say, if it is stored.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn text(&mut self, id: ArticleId) -> Result<Option<String>, JobError> {
        let Some(own) = self.store.document_article(id)? else {
            return Ok(None);
        };
        let standing = match own.story {
            Some(story) => self.standing(&own, story)?,
            None => DocumentContext {
                quality: Some(own.quality),
                icon: own.icon.clone(),
                ..DocumentContext::default()
            },
        };
        let mut document = build::build(&own.article, &standing);
        if let Some(key) = secure_key(self.config)? {
            secured::secure(&mut document, key);
        }
        Ok(Some(crate::document::render(&document)))
    }

    fn standing(&mut self, own: &DocumentArticle, story: StoryId) -> Result<DocumentContext, JobError> {
        let topics = document_topics(self.config, self.matcher, &own.topics);
        if own.article.published_at < self.since {
            return Ok(DocumentContext {
                topics,
                icon: own.icon.clone(),
                ..DocumentContext::default()
            });
        }
        let company = self.company(story)?;
        let id = own.article.id;
        let others = || {
            company
                .members
                .iter()
                .filter(|kin| kin.article.id != id && !kin.is_copy)
        };
        let is_lead = company.lead().is_some_and(|lead| lead.article.id == id);
        let related = others().chain(&company.near).map(|kin| RankedArticle {
            article: kin.article.clone(),
            quality: kin.quality,
        });
        Ok(DocumentContext {
            topics,
            quality: Some(own.quality),
            heat: Some(ranking::heat(own.quality, others().count(), is_lead)),
            published: Some(is_lead && own.quality >= self.config.ranking.published),
            related: related.collect(),
            icon: own.icon.clone(),
        })
    }

    fn company(&mut self, story: StoryId) -> Result<Arc<StoryContext>, JobError> {
        if let Some((_, company)) = self.companies.iter().find(|(id, _)| *id == story) {
            return Ok(Arc::clone(company));
        }
        let company = Arc::new(self.store.story_context(story, self.since, &mut self.leads)?);
        if self.companies.len() == COMPANIES_KEPT {
            self.companies.pop_front();
        }
        self.companies.push_back((story, Arc::clone(&company)));
        Ok(company)
    }
}

/// Returns the followed topics among `matched` with their parents, root first, each once.
pub fn document_topics(config: &Config, matcher: &Matcher, matched: &[String]) -> Vec<String> {
    let position = |name: &String| config.topics.iter().position(|topic| topic.name == *name);
    matcher.lineage(matched.iter().filter_map(position))
}

/// Returns the key documents are secured with, if they are.
///
/// # Errors
/// They are to be, and there is none.
pub fn secure_key(config: &Config) -> Result<Option<&SecureKey>, JobError> {
    config.archive.secure_key().map_err(JobError::SecureKey)
}

/// Returns a mark of what documents depend on beside the store: the settings, and the form they are made in.
pub fn settings_mark(config: &Config) -> i64 {
    let topics: Vec<String> = config.topics.iter().map(Topic::name_key).collect();
    let mut said = format!("{} {} [{}]", build::FORM, config.ranking.published, topics.join(", "));
    if let Ok(Some(key)) = config.archive.secure_key() {
        said.push_str(&format!(" {}", key.mark()));
    }
    i64::from_le_bytes(text::word_hash(&said).to_le_bytes())
}
