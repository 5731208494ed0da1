//! What one step makes of an article: its text, its topics, and when it is looked at again.
//!
//! An article, what asking for its page gave and what the owner wants come in as values, and a plan comes out that
//! `Store::finish_article` writes in one transaction; its place in a story is found there. What a page cannot give, the
//! feed's own text serves for: no article waits for a page that does not come. A wall is never stored as the article.

mod looks;
mod own_page;
pub mod page;

use chrono::TimeDelta;

use super::draft::NEWS_DAYS;
use super::revision::{Revision, is_revised};
use crate::document::file_name;
use crate::domain::article::{Article, BodyState, Verdict, Wording};
use crate::domain::deadline::DeadlineKind;
use crate::domain::record::RecordField;
use crate::domain::source::PageValidators;
use crate::domain::topic::Match;
use crate::domain::{SourceId, StoryId, Timestamp};
use crate::extract::{Boilerplate, DateBasis};
use crate::identifiers::{self, NamedIdentifiers};
use crate::matching::Matcher;
use crate::ranking::RankingSettings;
use looks::ask_again_at;
pub use looks::{next_look, retry_at};
use page::{ArticlePage, LearnedBoilerplate, take_metadata};

/// An article with what its next step needs.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleWork {
    pub article: Article,
    pub source: SourceId,
    pub feed_markdown: String,
    pub feed_text: String,
    pub is_news: bool,
    pub is_dated: bool,
    pub wants_page: bool,
    pub body_state: BodyState,
    pub validators: PageValidators,
    pub attempts: u32,
    /// How often it was looked at again after its first extraction.
    pub looks: u32,
    pub story: Option<StoryId>,
    /// Which state of the feed's text this is.
    pub version: i64,
    /// What other sources say of it, beside its own words.
    pub wordings: Vec<Wording>,
}

/// What asking for an article's page gave.
pub enum PageResult {
    NotWanted,
    Read(Box<ArticlePage>),
    Failed(PageFailure),
}

/// Why there is no page.
pub struct PageFailure {
    pub message: String,
    /// Asking again later may bring it.
    pub is_transient: bool,
    /// This machine could not ask for it, so it counts as no try.
    pub is_ours: bool,
}

/// What the owner wants of articles.
#[derive(Clone, Copy)]
pub struct ArticlePolicy<'a> {
    pub matcher: &'a Matcher,
    pub documents: WriteDocuments,
    pub ranking: &'a RankingSettings,
}

/// Which articles become documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteDocuments {
    /// Those of followed topics.
    Matched,
    All,
    None,
}

impl WriteDocuments {
    /// Whether an article becomes one.
    pub fn wants(self, is_followed: bool) -> bool {
        match self {
            Self::All => true,
            Self::Matched => is_followed,
            Self::None => false,
        }
    }
}

/// What one step on an article changes.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticlePlan {
    pub article: Article,
    pub quality: i32,
    pub is_news: bool,
    pub is_dated: bool,
    pub body_state: BodyState,
    pub verdict: Option<Verdict>,
    pub validators: PageValidators,
    pub wants_page: bool,
    pub attempts: u32,
    pub looks: u32,
    /// When there is work on it again.
    pub work_at: Option<Timestamp>,
    /// What its page states in its structured data.
    pub record: Vec<RecordField>,
    /// The text before, when it changed in more than trifles.
    pub revision: Option<Revision>,
    /// Matches with the name of their topic.
    pub matches: Vec<(String, Match)>,
    /// Numbers of documents that it names, where it matches a topic.
    pub named: NamedIdentifiers,
    /// The stem of its document's name, when one is to be written.
    pub document_name: Option<String>,
    /// Which state of the feed's text the step began with.
    pub version: i64,
    /// Its page was read whole, and says more than what other sources say of it.
    pub outdoes_wordings: bool,
    /// What its host's boilerplate is learned from, when its page was read for the first time.
    pub learned: Option<LearnedBoilerplate>,
}

/// What a step makes of an article's text, and of its page from here on.
struct TextStep {
    body_state: BodyState,
    /// There is one only of a page that was read now.
    verdict: Option<Verdict>,
    validators: PageValidators,
    wants_page: bool,
    attempts: u32,
    /// When a page that failed is asked for again.
    retry_at: Option<Timestamp>,
}

impl TextStep {
    /// Returns a step that leaves everything as it is.
    fn none(work: &ArticleWork) -> Self {
        Self {
            body_state: work.body_state,
            verdict: None,
            validators: work.validators.clone(),
            wants_page: work.wants_page,
            attempts: work.attempts,
            retry_at: None,
        }
    }
}

/// Returns what a page states of its article in structured data: when an event begins.
fn stated(page: &PageResult) -> Vec<RecordField> {
    let PageResult::Read(page) = page else {
        return Vec::new();
    };
    let event_on = page.extraction.metadata.event_on;
    let event_on = event_on
        .filter(|_| page.extraction.metadata_is_articles)
        .map(|date| RecordField {
            name: DeadlineKind::Event.as_str().to_owned(),
            value: date.to_string(),
        });
    event_on.into_iter().collect()
}

/// Decides what this step makes of the article, but for its place.
pub fn plan(now: Timestamp, work: ArticleWork, mut page: PageResult, policy: &ArticlePolicy<'_>) -> ArticlePlan {
    let (boilerplate, learned) = match &mut page {
        PageResult::Read(page) => {
            page.recognise(&work.article.title, &work.feed_text);
            (std::mem::take(&mut page.boilerplate), page.own.take())
        }
        PageResult::NotWanted | PageResult::Failed(_) => (Boilerplate::default(), None),
    };
    let mut article = work.article.clone();
    let mut is_dated = work.is_dated;
    // A file may be made long before it is published.
    let is_made = matches!(&page, PageResult::Read(page)
        if page.extraction.metadata.published_basis == Some(DateBasis::Made));
    let record = stated(&page);
    let text = take_text(now, &work, page, &mut article, &mut is_dated);
    // A page that turns up in a list may be years old; its own date says so.
    let is_old = is_dated
        && !is_made
        && !work.is_dated
        && article.published_at < work.article.seen_at - TimeDelta::days(NEWS_DAYS);
    let is_news = work.is_news && !is_old;
    let is_extracted = text.body_state == BodyState::Extracted;
    let first_done = work.body_state != BodyState::Pending;
    // A look that failed is made again before the next one.
    let is_looked_at = is_extracted && first_done && text.retry_at.is_none();
    let looks = work.looks + u32::from(is_looked_at);
    let outdoes_wordings = is_extracted && text.verdict == Some(Verdict::Complete);
    let wordings = work.wordings.iter().filter(|w| !(outdoes_wordings && w.yields_to_page));
    let matches = policy.matcher.matches_worded(&article, wordings);
    let is_followed = !matches.is_empty() || work.story.is_some();
    let look_at = || next_look(work.article.seen_at, looks, now).filter(|_| is_extracted && is_followed && is_news);
    let work_at = text.retry_at.or_else(look_at);
    let is_revised = first_done && is_revised(&work.article, &article, &boilerplate);
    let revision = is_revised.then(|| Revision::of(now, &work.article));
    let best = matches.iter().map(|m| m.score).fold(0.0, f32::max);
    let quality = policy.ranking.quality(&article, best);
    let document_name = policy
        .documents
        .wants(is_followed)
        .then(|| file_name::file_stem(&article));
    let named_documents = match matches.is_empty() {
        true => NamedIdentifiers::default(),
        false => identifiers::named_by(&article),
    };
    ArticlePlan {
        named: named_documents,
        quality,
        is_news,
        is_dated,
        body_state: text.body_state,
        verdict: text.verdict,
        validators: text.validators,
        wants_page: text.wants_page && work_at.is_some(),
        attempts: text.attempts,
        looks,
        work_at,
        record,
        revision,
        matches: named(policy.matcher, matches),
        document_name,
        version: work.version,
        outdoes_wordings,
        // Each article teaches once, however often it is looked at.
        learned: learned.filter(|_| is_extracted && work.body_state != BodyState::Extracted),
        article,
    }
}

/// Gives the article its text, from its page or from the feed.
fn take_text(
    now: Timestamp,
    work: &ArticleWork,
    page: PageResult,
    article: &mut Article,
    is_dated: &mut bool,
) -> TextStep {
    let as_it_is = TextStep::none(work);
    let was_extracted = work.body_state == BodyState::Extracted;
    match page {
        PageResult::Read(page)
            if page.has_the_article(&work.feed_text) && (!was_extracted || page.goes_on(article)) =>
        {
            article.body_markdown.clone_from(&page.extraction.markdown);
            article.body_text.clone_from(&page.extraction.text);
            take_metadata(now, article, &page, is_dated, was_extracted, &work.feed_text);
            TextStep {
                body_state: BodyState::Extracted,
                verdict: Some(page.extraction.verdict),
                validators: page.validators,
                wants_page: true,
                attempts: 0,
                retry_at: None,
            }
        }
        // A wall, an error, less of it or something else takes nothing from a text that was read.
        PageResult::Read(_) if was_extracted => look_again(now, work),
        PageResult::Read(page) => {
            // A wall, a banner or a challenge: what the page says about itself may still be used, its text is not.
            take_feed_text(article, work);
            if page.extraction.metadata_is_articles {
                take_metadata(now, article, &page, is_dated, false, &work.feed_text);
            }
            TextStep {
                body_state: BodyState::FromFeed,
                verdict: Some(page.extraction.verdict),
                validators: PageValidators::default(),
                wants_page: false,
                attempts: 0,
                retry_at: None,
            }
        }
        PageResult::Failed(failure) => {
            let tries = if failure.is_ours { 0 } else { work.attempts };
            let retry_at = failure.is_transient.then(|| retry_at(now, tries)).flatten();
            if !was_extracted {
                take_feed_text(article, work);
            }
            let has_looks = was_extracted && failure.is_transient;
            TextStep {
                body_state: if was_extracted {
                    BodyState::Extracted
                } else {
                    BodyState::Failed
                },
                wants_page: retry_at.is_some() || has_looks,
                // The next look has tries of its own.
                attempts: if has_looks && retry_at.is_none() {
                    0
                } else {
                    work.attempts + u32::from(!failure.is_ours)
                },
                retry_at,
                ..as_it_is
            }
        }
        PageResult::NotWanted if was_extracted => as_it_is,
        PageResult::NotWanted => {
            take_feed_text(article, work);
            TextStep {
                body_state: BodyState::FromFeed,
                ..as_it_is
            }
        }
    }
}

/// Returns a step that leaves a text that was read as it is after a look at something else: the page is asked for again some
/// times, and then at the next look.
fn look_again(now: Timestamp, work: &ArticleWork) -> TextStep {
    let retry_at = ask_again_at(now, work.attempts);
    TextStep {
        attempts: if retry_at.is_some() { work.attempts + 1 } else { 0 },
        retry_at,
        ..TextStep::none(work)
    }
}

fn named(matcher: &Matcher, matches: Vec<Match>) -> Vec<(String, Match)> {
    let name = |found: &Match| matcher.name(found.topic).expect("it matched this topic").to_owned();
    matches.into_iter().map(|found| (name(&found), found)).collect()
}

fn take_feed_text(article: &mut Article, work: &ArticleWork) {
    article.body_markdown.clone_from(&work.feed_markdown);
    article.body_text.clone_from(&work.feed_text);
}

#[cfg(test)]
mod tests;
