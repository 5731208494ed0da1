//! An article as Markdown with front matter: the values of a document, read and written without loss.
//!
//! What was read is written back byte for byte: newline, quoting, which fields are there, an empty list item. What is
//! new follows the format page (`docs/document-format.md`). Nothing here touches a file.

pub mod build;
pub mod json;
pub mod file_name;
mod parse;
pub mod plain;
mod render;
pub mod scalar;
pub mod to_article;
pub mod secured;

use thiserror::Error;

use crate::domain::Timestamp;
pub use parse::{BYTES_MAX, parse};
pub use render::render;

/// A document among many may be this large, in bytes: four million of text, which `secured` makes a third longer, and twice
/// as long before that where all of it has to be escaped.
pub const FILE_BYTES_MAX: u64 = 12 * 1024 * 1024;

/// Why a text is not a document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {message}")]
pub struct DocumentError {
    /// Counted from 1.
    pub line: usize,
    pub message: String,
}

/// A value and how it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalarText {
    value: String,
    is_quoted: bool,
}

impl ScalarText {
    /// Returns a value in double quotes.
    pub fn quoted(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            is_quoted: true,
        }
    }

    /// Returns a value that stands without quotes unless it would then be read as something else.
    pub fn plain(value: impl Into<String>) -> Self {
        let value = value.into();
        let is_quoted = scalar::needs_quotes(&value);
        Self { value, is_quoted }
    }

    /// Returns the value.
    pub fn as_str(&self) -> &str {
        &self.value
    }
}

/// A picture with its size, of an article or of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub url: ScalarText,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub is_cached: Option<bool>,
    pub title: Option<ScalarText>,
}

/// Who published an article.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provider {
    pub name: Option<ScalarText>,
    pub domain: Option<ScalarText>,
    pub images: Option<Vec<Picture>>,
}

/// Another article on the same story or a near one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RelatedItem {
    pub title: Option<ScalarText>,
    pub excerpt: Option<ScalarText>,
    pub published_date_time: Option<ScalarText>,
    pub web_url: Option<ScalarText>,
    pub amp_web_url: Option<ScalarText>,
    pub cdn_amp_web_url: Option<ScalarText>,
    pub kind: Option<ScalarText>,
    pub provider: Option<Provider>,
    pub quality: Option<i64>,
    pub images: Option<Vec<Picture>>,
}

/// How a file ends its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Newline {
    #[default]
    Lf,
    CrLf,
}

impl Newline {
    fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}

/// What stands after the closing line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Tail {
    /// One empty line.
    #[default]
    None,
    /// An empty line and the article as Markdown.
    Body(String),
    /// Something else, kept as it is.
    Other(String),
}

/// A document: the values of its front matter, and its body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    pub newline: Newline,
    pub category: Option<ScalarText>,
    pub title: Option<ScalarText>,
    pub excerpt: Option<ScalarText>,
    pub published_date_time: Option<ScalarText>,
    pub original_url: Option<ScalarText>,
    pub web_url: Option<ScalarText>,
    pub amp_web_url: Option<ScalarText>,
    pub cdn_amp_web_url: Option<ScalarText>,
    pub kind: Option<ScalarText>,
    pub quality: Option<i64>,
    pub heat: Option<i64>,
    pub removed: Option<bool>,
    pub published: Option<bool>,
    /// `removed` stands behind `published` in this file.
    pub removed_after_published: bool,
    /// Scalar fields this format does not know, in the order they were read; they are kept at the end of the first
    /// group.
    pub others: Vec<(String, ScalarText)>,
    pub featured_content: Option<ScalarText>,
    pub provider: Option<Provider>,
    pub topics: Option<Vec<ScalarText>>,
    pub images: Option<Vec<Picture>>,
    pub related: Option<Vec<RelatedItem>>,
    pub secured: Option<ScalarText>,
    pub tail: Tail,
}

fn moment(text: Option<&ScalarText>) -> Option<Timestamp> {
    let parsed = chrono::DateTime::parse_from_rfc3339(text?.as_str()).ok()?;
    Some(parsed.to_utc())
}

fn filled(text: Option<&ScalarText>) -> Option<&str> {
    text.map(ScalarText::as_str).filter(|value| !value.is_empty())
}

impl Document {
    /// Returns the article's address, if there is one.
    pub fn web_url(&self) -> Option<&str> {
        filled(self.web_url.as_ref())
    }

    /// Returns the headline; empty when there is none.
    pub fn title(&self) -> &str {
        self.title.as_ref().map_or("", ScalarText::as_str)
    }

    /// Returns the excerpt, if there is one.
    pub fn excerpt(&self) -> Option<&str> {
        filled(self.excerpt.as_ref())
    }

    /// Returns when the article was published, if the document says so in a form one can read.
    pub fn published_at(&self) -> Option<Timestamp> {
        moment(self.published_date_time.as_ref())
    }

    /// Returns the publisher's name, if there is one.
    pub fn provider_name(&self) -> Option<&str> {
        filled(self.provider.as_ref()?.name.as_ref())
    }

    /// Returns the related items.
    pub fn related(&self) -> &[RelatedItem] {
        self.related.as_deref().unwrap_or_default()
    }

    /// Returns the body as Markdown, if there is one.
    pub fn body(&self) -> Option<&str> {
        match &self.tail {
            Tail::Body(body) => Some(body),
            Tail::None | Tail::Other(_) => None,
        }
    }
}

impl RelatedItem {
    /// Returns the article's address, if there is one.
    pub fn web_url(&self) -> Option<&str> {
        filled(self.web_url.as_ref())
    }

    /// Returns the headline; empty when there is none.
    pub fn title(&self) -> &str {
        self.title.as_ref().map_or("", ScalarText::as_str)
    }

    /// Returns the excerpt, if there is one.
    pub fn excerpt(&self) -> Option<&str> {
        filled(self.excerpt.as_ref())
    }

    /// Returns when the article was published, if the item says so in a form one can read.
    pub fn published_at(&self) -> Option<Timestamp> {
        moment(self.published_date_time.as_ref())
    }

    /// Returns the publisher's name, if there is one.
    pub fn provider_name(&self) -> Option<&str> {
        filled(self.provider.as_ref()?.name.as_ref())
    }
}

#[cfg(test)]
mod tests;
