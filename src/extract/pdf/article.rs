//! What is read from a PDF, as values that one process can hand to another.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::text::is_same_text;

/// Pages that are read; an article on more of them is kept up to there.
pub const PAGES_MAX: usize = 500;
/// Letters of all pages that are read.
pub const LETTERS_MAX: usize = 3_000_000;
/// Why a PDF gave no article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum PdfError {
    #[error("the PDF cannot be opened without its password")]
    Encrypted,
    #[error("the PDF is damaged")]
    Damaged,
    #[error("the PDF holds pictures of its pages (a scan) and no text")]
    Scanned,
    #[error("the PDF holds no text")]
    NoText,
    #[error("the PDF does not say which letters its text is made of")]
    UnknownLetters,
    #[error("it is a PDF, and this tidings was built without the reading of PDFs")]
    NotBuilt,
}

/// What a PDF gave.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PdfArticle {
    pub title: String,
    pub byline: Option<String>,
    /// When it was published, in seconds since 1970.
    pub published_at: Option<i64>,
    /// The offset from UTC that time is written with, in minutes, where it is written with one.
    pub published_offset: Option<i32>,
    /// The text shows that date; else the file says when it was made.
    pub is_date_shown: bool,
    pub language: Option<String>,
    pub paragraphs: Vec<Paragraph>,
    /// There is more than was read.
    pub is_cut: bool,
}

/// What a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ParagraphKind {
    Text,
    Heading(u8),
    Item,
}

/// A paragraph of a PDF.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Paragraph {
    pub kind: ParagraphKind,
    pub text: String,
    #[serde(skip)]
    pub size: f64,
    #[serde(skip)]
    pub page: usize,
}

impl Paragraph {
    /// Whether it is the article's headline again.
    pub fn is_headline(&self, title: &str) -> bool {
        self.page == 0 && matches!(self.kind, ParagraphKind::Heading(_)) && is_same_text(&self.text, title)
    }
}
