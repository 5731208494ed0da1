//! What the reader follows, and what was found to be about it.

use super::StoryId;

/// Where the words of a `keywords` topic must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Where {
    /// In the title, or twice in the text.
    #[default]
    TitleOrTwice,
    Title,
    Lead,
    Text,
}

/// How a topic says what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Text in the topic query language.
    Query(String),
    /// Any of these as whole words.
    Keywords { any: Vec<String>, place: Where },
    /// Nothing matches by itself; the topic is only a parent.
    None,
}

/// A followed topic. Topics are known by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    pub name: String,
    /// Another topic's name, or just a label.
    pub parent: Option<String>,
    pub rule: Rule,
    /// Whether words are found in all their forms.
    pub stem: bool,
}

/// One piece of evidence for a match: what was looked for and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The term as the topic wrote it.
    pub term: String,
    /// `title`, `lead`, `body`, `source`, `domain` or `lang`.
    pub place: &'static str,
    pub count: u32,
}

/// An article found to be about a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Position of the topic in the list the matcher was compiled from.
    pub topic: usize,
    pub score: f32,
    pub reasons: Vec<Reason>,
}

/// Why the assigner placed an article where it did, as it was known then.
#[derive(Debug, Clone, PartialEq)]
pub struct Reasoning {
    /// The story it was placed in; a merge or a split may have moved it since.
    pub story: StoryId,
    /// The article it has the text of.
    pub copy_of: Option<super::ArticleId>,
    /// The live story most like it, and its likeness; not sought for a copy.
    pub closest: Option<(StoryId, f64)>,
    /// Likeness at which it joins a story.
    pub threshold: f64,
    /// Words of its headline that stood in the headlines of the closest story.
    pub words: Vec<String>,
}

/// Where the assigner placed an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignment {
    Join(StoryId),
    Start(StoryId),
    /// The same text as an article already in this story.
    CopyOf(super::ArticleId, StoryId),
}
