//! What a digest is composed from, and how.

use super::dates::DigestLanguage;
use crate::domain::deadline::{DateTelling, Deadline};
use crate::domain::health::Health;
use crate::domain::named::named;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::text::sentence_diff::SentenceChange;

/// Why a digest is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DigestKind {
    /// Its time has come.
    #[default]
    Digest,
    /// There is nothing to tell, because sources cannot be read.
    Alarm,
    /// There is nothing to tell, and that has been so for long.
    Heartbeat,
    /// A story has become hot.
    Alert,
}

// Its name in the store and in JSON.
named!(
    DigestKind,
    Digest = "digest",
    Alarm = "alarm",
    Heartbeat = "heartbeat",
    Alert = "alert"
);

/// How a digest is composed and rendered.
#[derive(Debug, Clone, PartialEq)]
pub struct DigestOptions {
    /// The zone of the reader's dates.
    pub zone: chrono_tz::Tz,
    /// The language of every word that no source wrote.
    pub language: DigestLanguage,
    /// Heat from which a story no digest has told is told.
    pub heat_min: i32,
    /// Dates that begin up to here are near enough to be told once again; none is where this is absent.
    pub remind_until: Option<Timestamp>,
    /// Stories one rendering shows; the others are counted.
    pub stories_max: usize,
    /// Columns of the plain text, 40 to 78.
    pub text_width: usize,
    /// Bytes one rendering may have once encoded for mail; what does not fit is counted and `archive_hint` named.
    pub html_max: usize,
    /// Where the stories that did not fit are found: a command, folder or address.
    pub archive_hint: Option<String>,
    /// Where the reader ends the digest: `mailto:` or `https:`.
    pub unsubscribe: Option<String>,
}

impl DigestOptions {
    /// Returns the usual sizes in a zone.
    pub fn new(zone: chrono_tz::Tz) -> Self {
        Self {
            zone,
            language: DigestLanguage::default(),
            heat_min: 0,
            remind_until: None,
            stories_max: usize::MAX,
            text_width: 78,
            html_max: 85_000,
            archive_hint: None,
            unsubscribe: None,
        }
    }
}

/// The time a digest covers, after `from` and up to `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The end of the last digest's window; none for the first.
    pub from: Option<Timestamp>,
    pub to: Timestamp,
}

impl Window {
    /// Whether a moment lies in the window.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| at > from) && at <= self.to
    }
}

/// Everything a digest is composed from.
#[derive(Debug, Clone, PartialEq)]
pub struct DigestInput {
    /// The digest's name in the configuration.
    pub name: String,
    pub kind: DigestKind,
    pub sections: Vec<TopicInput>,
    /// Watched pages that changed and match none of its topics.
    pub pages: Vec<PageInput>,
    /// Dates of documents that match its topics.
    pub deadlines: Vec<DeadlineInput>,
    pub coverage: Coverage,
    pub undelivered: Vec<UndeliveredDigest>,
}

/// One followed topic and its current stories.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicInput {
    pub topic: String,
    /// The topic was added since the last digest, and shows its last days.
    pub is_introduction: bool,
    pub stories: Vec<StoryInput>,
    /// Watched pages that changed.
    pub pages: Vec<PageInput>,
}

/// A watched page that changed.
#[derive(Debug, Clone, PartialEq)]
pub struct PageInput {
    /// The reader's name for it, else its title.
    pub name: String,
    pub web_url: String,
    pub provider: String,
    pub changed_at: Timestamp,
    pub language: Option<String>,
    /// What came, went and changed in its title and text.
    pub changes: Vec<SentenceChange>,
    /// The story it is in as an article.
    pub member: Option<(StoryId, ArticleId)>,
}

/// A date of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadlineInput {
    pub article: ArticleId,
    pub story: Option<StoryId>,
    pub title: String,
    pub web_url: String,
    pub provider: String,
    pub published_at: Timestamp,
    pub language: Option<String>,
    pub deadline: Deadline,
    /// What digests of this name told of it, the latest last.
    pub told: Vec<(String, DateTelling)>,
    /// A digest of this name has told the document.
    pub was_told: bool,
}

/// One story with all its members, told and untold: the same in every section it stands in, but for what they match.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryInput {
    pub id: StoryId,
    pub members: Vec<MemberInput>,
    pub headline_changes: Vec<HeadlineChange>,
    /// When an alert told it, if one has.
    pub alerted_at: Option<Timestamp>,
    /// The story that it continues, if it is new.
    pub continues: Option<ContinuedStory>,
}

/// An earlier story, by one of its articles.
#[derive(Debug, Clone, PartialEq)]
pub struct ContinuedStory {
    pub id: StoryId,
    pub title: String,
    pub web_url: String,
    pub provider: String,
    pub published_at: Timestamp,
    pub language: Option<String>,
}

/// One article of a story.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberInput {
    pub article: ArticleId,
    pub title: String,
    pub excerpt: String,
    /// The body as plain text.
    pub text: String,
    pub web_url: String,
    /// The outlet, by the reader's own name for it where there is one.
    pub provider: String,
    pub published_at: Timestamp,
    pub quality: i32,
    pub copy_of: Option<ArticleId>,
    /// No digest of this name has told it; of a story none of which was told, every member is new.
    pub is_new: bool,
    /// A digest of this name has told it.
    pub was_told: bool,
    /// The terms by which it matches the section's topic where none stands in its headline; nothing where it does not match.
    pub matched: Option<Vec<String>>,
    /// The outlet has headed articles of other days so.
    pub has_standing_title: bool,
    pub language: Option<String>,
}

/// An outlet put another headline over an article.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadlineChange {
    pub at: Timestamp,
    pub article: ArticleId,
    pub before: String,
    pub after: String,
}

/// How well the sources could be read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Coverage {
    pub sources: usize,
    pub read: usize,
    /// Articles of the window of which nothing but a teaser was read.
    pub judged_by_teaser: usize,
    /// The sources of which a reader may miss something.
    pub troubled: Vec<TroubledSource>,
}

/// A source of which a reader may miss something.
#[derive(Debug, Clone, PartialEq)]
pub struct TroubledSource {
    pub name: String,
    pub health: Health,
}

/// An earlier digest that could not be delivered.
#[derive(Debug, Clone, PartialEq)]
pub struct UndeliveredDigest {
    pub subject: String,
    pub channel: String,
    /// The end of its window.
    pub to: Timestamp,
    pub error: String,
}
