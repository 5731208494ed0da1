//! Which articles are about the same event.
//!
//! One pass in order of arrival: an article joins the story it is closest to, starts one, or is a copy of another
//! article. Nothing already placed is moved: that two stories are one is proposed here, and done by who asks for it. Only
//! what went before decides, so the same articles in the same order give the same stories. The work for one article
//! depends on its own length and on the bounds below, not on history; stories whose last article left the window are
//! forgotten.

mod ambiguous_joins;
pub mod duplicate_stories;
mod encoding;
mod index;
mod near_duplicates;
mod postings;
mod story;
mod term_dictionary;
mod vectorize;
mod words;

use crate::domain::article::Article;
use crate::domain::topic::Topic;
use crate::domain::{ArticleId, StoryId, Timestamp};

use ambiguous_joins::{AmbiguousJoin, AmbiguousJoins};
use index::Index;
use near_duplicates::{Copies, Fingerprint};
use story::ScoredStory;
use vectorize::{TermVector, Vectorizer};

/// Days after its last article during which a story can be joined, and its documents are ranked and name what is related.
pub const WINDOW_DAYS: i64 = 20;
/// Stories forgotten in one call.
const EVICTIONS_PER_CALL: usize = 64;

/// Similarity at which an article joins a story.
pub const THRESHOLD: f64 = 0.36;
/// Exponent of the cosine: lifts middling similarity.
const COSINE_POWER: f64 = 0.55;
/// What age takes away at most, and the days in which half of it is taken.
const AGE_COST: f64 = 0.35;
const AGE_HALF_DAYS: f64 = 0.8;
/// What a large story gains, per natural logarithm of its size, and the size beyond which it gains no more.
const SIZE_GAIN: f64 = 0.03;
const SIZE_MAX: u32 = 50;

/// An article as far as stories are concerned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusterItem<'a> {
    pub id: ArticleId,
    pub title: &'a str,
    pub excerpt: &'a str,
    pub body: &'a str,
    pub published_at: Timestamp,
    /// The article's most specific topic, if it matches one.
    pub topic: Option<&'a str>,
}

impl<'a> ClusterItem<'a> {
    /// Returns an article as far as stories are concerned, under its most specific topic if it matches one.
    pub fn of(article: &'a Article, topic: Option<&'a str>) -> Self {
        Self {
            id: article.id,
            title: &article.title,
            excerpt: &article.excerpt,
            body: &article.body_text,
            published_at: article.published_at,
            topic,
        }
    }
}

/// An article read: its words weighed and its fingerprint taken, once for all that is asked of the index.
#[derive(Debug, Clone, PartialEq)]
pub struct PreparedArticle {
    id: ArticleId,
    published_at: Timestamp,
    vector: TermVector,
    fingerprint: Fingerprint,
}

/// Where an article belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// It is the first of its story.
    Start,
    Join(StoryId),
    /// It has the text of this article, a member of this story.
    CopyOf(ArticleId, StoryId),
}

/// Two stories that articles show to be one: so many would have joined either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Union {
    pub into: StoryId,
    pub from: StoryId,
    pub articles: u32,
}

impl Union {
    /// Returns in a few words why the two are one.
    pub fn reason(&self) -> String {
        format!("{} articles fit both", self.articles)
    }
}

/// The live stories.
#[derive(Debug, Clone)]
pub struct StoryIndex {
    vectorizer: Vectorizer,
    index: Index,
    copies: Copies,
    ambiguous_joins: AmbiguousJoins,
    /// What the article placed last says of two stories.
    ambiguous_join: Option<(ArticleId, AmbiguousJoin)>,
    /// Of the topics it was made for.
    marks: encoding::TopicMarks,
    /// The story closest to the article placed last, and its similarity.
    best_candidate: Option<(StoryId, f64)>,
}

impl StoryIndex {
    /// Returns an index without stories for these topics.
    ///
    /// A topic whose rule cannot be read weighs its articles' words like any other; matching reports such a rule.
    pub fn new(topics: &[Topic]) -> Self {
        Self {
            vectorizer: Vectorizer::new(topics),
            index: Index::new(topics.len()),
            copies: Copies::default(),
            ambiguous_joins: AmbiguousJoins::default(),
            ambiguous_join: None,
            marks: encoding::TopicMarks::new(topics),
            best_candidate: None,
        }
    }

    /// Returns a prepared article as bytes that can be kept beside it.
    pub fn to_bytes(&self, item: &PreparedArticle) -> Vec<u8> {
        encoding::to_bytes(item, &self.marks)
    }

    /// Returns the article that kept bytes stand for; none when they were made for other topics or in another way.
    pub fn from_bytes(&self, id: ArticleId, published_at: Timestamp, bytes: &[u8]) -> Option<PreparedArticle> {
        encoding::from_bytes(id, published_at, bytes, &self.marks)
    }

    /// Reads an article. Counts nothing.
    pub fn prepare(&mut self, item: &ClusterItem<'_>) -> PreparedArticle {
        self.vectorizer.vectorize(item)
    }

    /// Returns where an article belongs. Decides only: `add` or `add_copy` makes it so, and if neither follows,
    /// nothing was counted.
    pub fn place(&mut self, now: Timestamp, item: &PreparedArticle) -> Placement {
        self.evict(now);
        self.best_candidate = None;
        self.ambiguous_join = None;
        if let Some((original, story)) = self.copies.find(item.id, item.published_at, &item.fingerprint) {
            return Placement::CopyOf(original, story);
        }
        let rate = |found: &ScoredStory| similarity(item.published_at, found);
        let best = self
            .index
            .best(&item.vector, ambiguous_joins::FLOOR, ambiguous_joins::REACH, rate);
        self.best_candidate = best.map(|best| (best.story, best.rated));
        let Some(best) = best.filter(|best| best.rated >= THRESHOLD) else {
            return Placement::Start;
        };
        if let Some((next, size)) = best.next {
            let ambiguous_join = self.ambiguous_joins.weigh((best.story, best.size), (next, size));
            self.ambiguous_join = Some((item.id, ambiguous_join));
        }
        Placement::Join(best.story)
    }

    /// Returns the story closest to the article that `place` placed last, and its similarity; of a copy none was
    /// sought.
    pub fn best_candidate(&self) -> Option<(StoryId, f64)> {
        self.best_candidate
    }

    /// Returns the two stories that are one, as the article placed last and others before it show. They become one only
    /// by `merge`, and the article is then of the first.
    pub fn union(&self) -> Option<Union> {
        let settled = self
            .ambiguous_join
            .filter(|(_, ambiguous_join)| ambiguous_join.is_settled);
        settled.map(|(_, ambiguous_join)| Union {
            into: ambiguous_join.larger,
            from: ambiguous_join.smaller,
            articles: ambiguous_join.articles,
        })
    }

    /// Makes the two stories one that `union` names, if it names any, and returns which.
    pub fn unite(&mut self) -> Option<Union> {
        let union = self.union()?;
        self.merge(union.into, union.from);
        Some(union)
    }

    /// Adds an article to a story, which begins with it if it is not live.
    pub fn add(&mut self, now: Timestamp, item: &PreparedArticle, story: StoryId) {
        // Before anything is forgotten: of a story that is over nothing is to be remembered.
        if let Some((_, ambiguous_join)) = self.ambiguous_join.take_if(|(id, _)| *id == item.id)
            && !ambiguous_join.is_settled
        {
            self.ambiguous_joins.count(&ambiguous_join);
        }
        self.evict(now);
        // A date in the future must not keep a story alive.
        let at = item.published_at.min(now);
        self.index.add(&item.vector, story, at);
        self.copies.add(&item.fingerprint, item.published_at, item.id, story);
    }

    /// Adds an article to a story to which others will be added at once, the last of them with `add`: until then the story
    /// is found by nothing, and how long its words are need not be known.
    pub fn add_amid(&mut self, now: Timestamp, item: &PreparedArticle, story: StoryId) {
        self.evict(now);
        self.index.add_amid(&item.vector, story, item.published_at.min(now));
        self.copies.add(&item.fingerprint, item.published_at, item.id, story);
    }

    /// Adds a copy of an article: later copies are known by it too, but its words count no second time.
    pub fn add_copy(&mut self, now: Timestamp, item: &PreparedArticle, original: ArticleId, story: StoryId) {
        self.evict(now);
        self.copies.add(&item.fingerprint, item.published_at, original, story);
    }

    /// Returns the stories most like an article, best first: at most `k`, of the article's own topic if it has one.
    /// The article's own story is among them once it was added.
    pub fn nearest(&mut self, item: &PreparedArticle, k: usize) -> Vec<StoryId> {
        let topic = item.vector.topic;
        let mut rated: Vec<ScoredStory> = self.index.candidates(&item.vector);
        rated.retain(|found| topic == 0 || self.index.has_topic(found.story, topic));
        rated.sort_by(|a, b| b.cosine.total_cmp(&a.cosine).then(a.story.cmp(&b.story)));
        rated.truncate(k);
        rated.into_iter().map(|found| found.story).collect()
    }

    /// Returns the number of live stories.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether no story is live.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn evict(&mut self, now: Timestamp) {
        let Some(before) = now.checked_sub_signed(chrono::TimeDelta::days(WINDOW_DAYS)) else {
            return;
        };
        for _ in 0..EVICTIONS_PER_CALL {
            let Some(story) = self.index.evict_one(before) else {
                return;
            };
            self.copies.forget(story);
            self.ambiguous_joins.forget(story);
        }
    }
}

/// How readily an article published then joins a story.
fn similarity(published_at: Timestamp, found: &ScoredStory) -> f64 {
    let days = (published_at - found.last_at).num_seconds().abs() as f64 / 86_400.0;
    let age = AGE_COST * ((-days / AGE_HALF_DAYS).exp2() - 1.0);
    let size = SIZE_GAIN * f64::from(found.size.min(SIZE_MAX)).ln();
    found.cosine.max(0.0).powf(COSINE_POWER) + age + size
}

#[cfg(test)]
mod tests;
