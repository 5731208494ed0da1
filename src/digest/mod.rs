//! The digest: what is new since the last one, per topic, as one model rendered to plain text and to HTML.
//!
//! Pure: the window's end is the only "now", and nothing here stores or sends. What always holds: a story stands in one
//! section only; every new member of every story given is in [`Digest::told`], so nothing counts as new twice; the
//! model's strings are one-line, bounded and free of control and bidirectional override characters, and renderers
//! escape every one of them; links are http or https.

mod dates;
pub mod display_text;
mod input;
mod empty_digest;
mod model;
pub mod chart;
mod wrap;
mod wording;
mod columns;
mod order;
mod deadline_words;
mod deadlines;
mod story_summary;
mod page_changes;
mod compose;
mod render;

pub use compose::{compose, is_cold};
pub use dates::DigestLanguage;
pub use empty_digest::{EmptyDigestRules, LastSent, kind_when_empty};
pub use input::{
    ContinuedStory, Coverage, DeadlineInput, DigestInput, DigestKind, DigestOptions, HeadlineChange, MemberInput,
    PageInput, StoryInput, TopicInput, TroubledSource, UndeliveredDigest, Window,
};
pub use model::{
    BriefNote, BriefStory, ChangedHeadline, ChangedPage, ChartBar, Continued, DateNews, DateNote, Digest, Elsewhere,
    Headline, Section, StoryStatus, ToldDate, ToldStory, TopNews,
};
pub use render::{ShortMarkup, to_brief, to_html, to_json, to_markdown, to_text};
