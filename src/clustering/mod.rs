//! Which articles are about the same event.
//!
//! One pass in order of arrival: an article joins the story it is closest to, starts one, or is a copy of another
//! article. Nothing already placed is moved: that two stories are one is proposed here, and done by who asks for it. Only
//! what went before decides, so the same articles in the same order give the same stories. The work for one article
//! depends on its own length and on the bounds below, not on history; stories whose last article left the window are
//! forgotten.

mod ambiguous_joins;
mod common_sequence;
pub mod duplicate_stories;
mod encoding;
mod index;
mod names;
mod near_duplicates;
mod postings;
pub mod second_look;
mod story;
pub mod storyline;
mod term_dictionary;
mod vectorize;
mod word_sequence;
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

/// Likeness at which an article joins a story.
pub const THRESHOLD: f64 = 0.37;
/// Exponent of the cosine: lifts middling similarity.
const COSINE_POWER: f64 = 0.55;
/// The share of it that age takes away at most, and the days in which half of that is taken: what is hardly alike is over
/// sooner than what is much alike.
const AGE_SHARE: f64 = 0.7;
const AGE_HALF_DAYS: f64 = 4.0;
/// What the first days take away besides, whatever is alike.
const REST_COST: f64 = 0.1;
const REST_HALF_DAYS: f64 = 0.8;
/// What a large story gains, per natural logarithm of its size over the size from which on it is large, and the size
/// beyond which it gains no more.
const SIZE_GAIN: f64 = 0.06;
const SIZE_LARGE: f64 = 6.0;
const SIZE_MAX: u32 = 50;
/// What an article gains by how much closer the best story is than the next, and how close the next always counts as.
const MARGIN_GAIN: f64 = 0.3;
const NEXT_MIN: f64 = 0.3;
/// What an article loses per natural logarithm of its terms over these, at most once: the more words, the more are shared by
/// chance.
const LENGTH_COST: f64 = 0.06;
const LENGTH_TERMS: f64 = 20.0;
/// Stories whose pattern an article follows that are passed over.
const PATTERNS_MAX: usize = 4;

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
    /// The story closest to the article placed last, and how readily that joins it.
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
        let known = self.copies.find(item.id, item.published_at, &item.fingerprint);
        if let Some((original, story)) = known.copy {
            return Placement::CopyOf(original, story);
        }
        let mut passed_over = known.look_alikes;
        let last = passed_over.len() + PATTERNS_MAX;
        let (best, next, likeness) = loop {
            let rate = |found: &ScoredStory| similarity(item.published_at, found);
            let Some((best, next)) = self.index.best(&item.vector, &passed_over, NEXT_MIN, rate) else {
                return Placement::Start;
            };
            let likeness = likeness(&item.vector, best.rate, next.map_or(NEXT_MIN, |next| next.rate));
            if likeness < THRESHOLD || !self.copies.has_pattern_of(best.story, &item.fingerprint) {
                break (best, next, likeness);
            }
            if passed_over.len() == last {
                return Placement::Start;
            }
            passed_over.push(best.story);
        };
        self.best_candidate = Some((best.story, likeness.min(1.0)));
        if likeness < THRESHOLD {
            return Placement::Start;
        }
        let floor = ambiguous_joins::FLOOR.max(best.rate - ambiguous_joins::REACH);
        if let Some(next) = next.filter(|next| next.rate >= floor) {
            let sizes = ((best.story, best.size), (next.story, next.size));
            self.ambiguous_join = Some((item.id, self.ambiguous_joins.weigh(sizes.0, sizes.1)));
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

    /// Has the article placed last say nothing of two stories: it is placed by something else than its words.
    pub fn leave_rivals(&mut self) {
        self.ambiguous_join = None;
    }

    /// Whether a story can be joined by its words.
    pub fn is_live(&self, story: StoryId) -> bool {
        self.index.size(story) > 0
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

/// How near a story is to an article published then.
fn similarity(published_at: Timestamp, found: &ScoredStory) -> f64 {
    let days = (published_at - found.last_at).num_seconds().abs() as f64 / 86_400.0;
    let lost = |half_days: f64| 1.0 - (-days / half_days).exp2();
    let kept = 1.0 - AGE_SHARE * lost(AGE_HALF_DAYS);
    let size = SIZE_GAIN * (f64::from(found.size.min(SIZE_MAX)) / SIZE_LARGE).max(1.0).ln();
    found.cosine.max(0.0).powf(COSINE_POWER) * kept - REST_COST * lost(REST_HALF_DAYS) + size
}

/// How readily an article joins the story nearest to it, by how near that and the next are.
fn likeness(article: &TermVector, best: f64, next: f64) -> f64 {
    let length = (article.terms.len() as f64 / LENGTH_TERMS).ln();
    let length = LENGTH_COST * length.clamp(0.0, 1.0);
    best + MARGIN_GAIN * (best - next.max(NEXT_MIN)) - length
}

#[cfg(test)]
mod tests;
