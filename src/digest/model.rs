//! The digest as composed, before it is rendered.
//!
//! Strings here are clean (`display_text.rs`) but not escaped: that is the renderer's part.

use crate::domain::deadline::{DateTelling, DeadlineKind, StatedDate};
use crate::domain::health::Condition;
use crate::domain::named::named;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::text::sentence_diff::SentenceChange;

use super::input::{Coverage, DigestKind, TroubledSource, UndeliveredDigest, Window};

/// A composed digest.
#[derive(Debug, Clone, PartialEq)]
pub struct Digest {
    /// The mail's subject: its first news, or counts and the local date.
    pub subject: String,
    /// The digest's name in the configuration.
    pub name: String,
    pub kind: DigestKind,
    pub window: Window,
    /// The sections with something to tell.
    pub sections: Vec<Section>,
    /// What matters most of all topics, a topic once before any twice.
    pub news: Vec<TopNews>,
    pub coverage: Coverage,
    pub undelivered: Vec<UndeliveredDigest>,
    /// Dates that stand by themselves, the nearest first.
    pub dates: Vec<DateNote>,
    pub(super) told_dates: Vec<ToldDate>,
    pub(super) told: Vec<(StoryId, ArticleId)>,
}

impl Digest {
    /// Whether there is nothing a reader should be sent: no story, and no earlier digest that failed to arrive.
    pub fn is_empty(&self) -> bool {
        self.has_no_news() && self.undelivered.is_empty()
    }

    /// Whether it tells no story, no page and no date.
    pub fn has_no_news(&self) -> bool {
        self.sections.is_empty() && self.dates.is_empty()
    }

    /// Returns every date this digest tells, wherever it stands.
    pub fn told_dates(&self) -> Vec<ToldDate> {
        self.told_dates.clone()
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

    /// Returns how many stories it tells, and changed pages.
    pub fn stories(&self) -> usize {
        self.sections.iter().map(Section::stories).sum()
    }

    /// Returns how many things it tells: stories, changed pages, and dates that stand by themselves.
    pub fn news_count(&self) -> usize {
        self.stories() + self.dates.len()
    }

    /// Returns how many watched pages it tells.
    pub fn pages(&self) -> usize {
        self.sections.iter().map(|section| section.pages.len()).sum()
    }

    /// Returns how many stories are new, how many develop, and how many an alert has told.
    pub fn counts(&self) -> (usize, usize, usize) {
        let full = self.sections.iter().flat_map(|section| &section.told);
        let brief = self.sections.iter().flat_map(|section| &section.brief);
        let (mut new, mut developing, mut told) = (0, 0, 0);
        for story in full {
            match story.status {
                StoryStatus::New => new += 1,
                StoryStatus::Developing => developing += 1,
            }
        }
        for story in brief {
            match story.what {
                BriefNote::New { .. } => new += 1,
                BriefNote::Developing { .. } => developing += 1,
                BriefNote::Alerted { .. } => told += 1,
            }
        }
        (new, developing, told)
    }
}

/// A headline among the first words of a digest, and the topic it stands under.
#[derive(Debug, Clone, PartialEq)]
pub struct TopNews {
    pub topic: String,
    pub title: String,
}

/// What one topic has to tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    pub topic: String,
    pub is_introduction: bool,
    /// Stories told at length, what matters most first.
    pub told: Vec<ToldStory>,
    /// Watched pages that changed.
    pub pages: Vec<ChangedPage>,
    /// Stories in a line each: those beyond what is told at length, then those an alert has told.
    pub brief: Vec<BriefStory>,
    /// Its stories that stand under another topic.
    pub elsewhere: Vec<Elsewhere>,
}

impl Section {
    /// Returns how many stories it holds, and changed pages.
    pub fn stories(&self) -> usize {
        self.told.len() + self.pages.len() + self.brief.len()
    }
}

/// A watched page that changed.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedPage {
    /// Its name, and when the change became known.
    pub headline: Headline,
    pub sentences: Vec<SentenceChange>,
    /// Sentences beyond those.
    pub more_sentences: usize,
}

/// A date of a document, and what is told of it.
#[derive(Debug, Clone, PartialEq)]
pub struct DateNote {
    /// The document's.
    pub headline: Headline,
    pub kind: DeadlineKind,
    pub date: StatedDate,
    pub news: DateNews,
}

/// What is told of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateNews {
    /// It is ahead.
    Ahead,
    /// The reader was told another.
    Moved { was: StatedDate },
    /// It is stated no more.
    Withdrawn,
}

/// A date as it is recorded once it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldDate {
    pub article: ArticleId,
    pub kind: DeadlineKind,
    pub value: String,
    pub what: DateTelling,
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

/// Whether a digest of this name has told a story before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoryStatus {
    New,
    Developing,
}

// Its name in JSON.
named!(StoryStatus, New = "new", Developing = "developing");

/// A story told at length.
#[derive(Debug, Clone, PartialEq)]
pub struct ToldStory {
    pub id: StoryId,
    pub status: StoryStatus,
    /// Its newest own headline.
    pub headline: Headline,
    /// The article of `headline` is new.
    pub is_fresh: bool,
    /// The headline the reader knows, where that is another one.
    pub so_far: Option<Headline>,
    /// The story that it continues, if it is new.
    pub continues: Option<Continued>,
    /// One or two sentences of the source; may be empty.
    pub summary: String,
    /// A term of the topic, where neither headline nor summary shows one.
    pub why: Option<String>,
    /// New headlines that say something else, newest first.
    pub further: Vec<Headline>,
    /// The newest headline of each other outlet that reports it, best first.
    pub also: Vec<Headline>,
    /// New articles in words of their own.
    pub new_articles: usize,
    /// Those of them that are neither the headline nor among `further`.
    pub unlisted: usize,
    pub copies: usize,
    /// Headlines corrected, of which `changes` lists some.
    pub corrections: usize,
    pub changes: Vec<ChangedHeadline>,
    /// Dates of its new documents.
    pub dates: Vec<DateNote>,
    /// Articles per day, for a story over several days.
    pub chart: Vec<ChartBar>,
}

/// An earlier story that another continues.
#[derive(Debug, Clone, PartialEq)]
pub struct Continued {
    pub id: StoryId,
    pub headline: Headline,
}

/// A story in one line.
#[derive(Debug, Clone, PartialEq)]
pub struct BriefStory {
    pub id: StoryId,
    pub headline: Headline,
    pub what: BriefNote,
}

/// What is said of a story in one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BriefNote {
    New { other_outlets: usize },
    Developing { new_articles: usize, changes: usize },
    Alerted { told_at: Timestamp, since: usize },
}

/// Stories that stand under another topic, by the headlines they have there.
#[derive(Debug, Clone, PartialEq)]
pub struct Elsewhere {
    pub topic: String,
    pub headlines: Vec<Headline>,
}

/// A corrected headline.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedHeadline {
    /// It is the one the story stands under.
    pub is_head: bool,
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
