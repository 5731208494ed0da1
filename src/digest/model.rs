//! The digest as composed, before it is rendered.
//!
//! Strings here are clean (`display_text.rs`) but not escaped: that is the renderer's part.

use crate::domain::health::Condition;
use crate::domain::{ArticleId, StoryId, Timestamp};

use super::input::{Coverage, DigestKind, TroubledSource, UndeliveredDigest, Window};

/// A composed digest.
#[derive(Debug, Clone, PartialEq)]
pub struct Digest {
    /// The mail's subject: topic, counts and local date.
    pub subject: String,
    /// The digest's name in the configuration.
    pub name: String,
    pub kind: DigestKind,
    pub window: Window,
    /// The sections with something to tell.
    pub sections: Vec<Section>,
    pub coverage: Coverage,
    pub undelivered: Vec<UndeliveredDigest>,
    pub(super) told: Vec<(StoryId, ArticleId)>,
}

impl Digest {
    /// Whether there is nothing a reader should be sent: no story, and no earlier digest that failed to arrive.
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty() && self.undelivered.is_empty()
    }

    /// Returns every article this digest tells, folded copies included, in order and without repetition.
    pub fn told(&self) -> Vec<(StoryId, ArticleId)> {
        self.told.clone()
    }

    /// Returns how many of the sources were read. In an alarm a late one was not: nobody asked when it was due.
    pub fn read(&self) -> usize {
        let is_late = |source: &&TroubledSource| source.health.condition == Condition::Late;
        let late = match self.kind {
            DigestKind::Alarm => self.coverage.troubled.iter().filter(is_late).count(),
            DigestKind::Digest | DigestKind::Heartbeat | DigestKind::Alert => 0,
        };
        self.coverage.read.saturating_sub(late)
    }

    /// Returns how many stories it tells.
    pub fn stories(&self) -> usize {
        self.sections.iter().map(Section::stories).sum()
    }

    /// Returns how many stories are new, and how many developing.
    pub fn counts(&self) -> (usize, usize) {
        let new = self.sections.iter().map(|section| section.new.len()).sum();
        let developing = self
            .sections
            .iter()
            .map(|section| section.developing.len() + section.running.len())
            .sum();
        (new, developing)
    }
}

/// What one topic has to tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    pub topic: String,
    pub is_introduction: bool,
    pub new: Vec<NewStory>,
    pub developing: Vec<Developing>,
    /// Developing stories beyond those told at length.
    pub running: Vec<Running>,
    /// Stories an alert has told already.
    pub alerted: Vec<Alerted>,
}

impl Section {
    /// Returns how many stories it holds.
    pub fn stories(&self) -> usize {
        self.new.len() + self.developing.len() + self.running.len() + self.alerted.len()
    }
}

/// A headline with its outlet and, if it has a usable one, its address.
#[derive(Debug, Clone, PartialEq)]
pub struct Headline {
    pub title: String,
    pub url: Option<String>,
    pub outlet: String,
    pub published_at: Timestamp,
    /// Language tag of the title, where known.
    pub language: Option<String>,
}

/// A story no digest has told.
#[derive(Debug, Clone, PartialEq)]
pub struct NewStory {
    pub id: StoryId,
    pub headline: Headline,
    /// One or two sentences of the source; may be empty.
    pub summary: String,
    pub started_at: Timestamp,
    /// The other outlets that report it, best first.
    pub also: Vec<String>,
    pub copies: usize,
    /// Articles per day, for a story over several days.
    pub chart: Vec<ChartBar>,
}

/// A story told before with something new.
#[derive(Debug, Clone, PartialEq)]
pub struct Developing {
    pub id: StoryId,
    /// The headline the reader knows.
    pub headline: Headline,
    /// The headlines since the last digest, newest first.
    pub new_members: Vec<Headline>,
    /// New articles beyond `new_members`.
    pub more: usize,
    pub copies: usize,
    pub changes: Vec<ChangedHeadline>,
    pub chart: Vec<ChartBar>,
}

/// A developing story in one line.
#[derive(Debug, Clone, PartialEq)]
pub struct Running {
    pub id: StoryId,
    pub headline: Headline,
    pub new_members: usize,
    pub changes: usize,
}

/// A story an alert has told, in one line.
#[derive(Debug, Clone, PartialEq)]
pub struct Alerted {
    pub id: StoryId,
    pub headline: Headline,
    pub told_at: Timestamp,
    /// Articles since the alert.
    pub since: usize,
}

/// A corrected headline.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedHeadline {
    /// Empty where the article is no longer a member.
    pub outlet: String,
    pub before: String,
    pub after: String,
}

/// How many articles of a story appeared on one local day, and how many of them are copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChartBar {
    pub day: chrono::NaiveDate,
    pub articles: usize,
    pub copies: usize,
}
