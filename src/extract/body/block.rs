//! A block of text: what it is, what is known of it, and why it is not the article.

use crate::extract::page::text::{ends_sentence, small_words, weight};

/// Shorter lines are no sentences, in weight.
const SENTENCE_MIN: usize = 40;

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockKind {
    Paragraph,
    Heading(u8),
    /// An item of a list: how deep it is, and its number when the list counts.
    Item {
        depth: usize,
        number: Option<usize>,
    },
    /// Text behind an item's first block.
    ItemText {
        depth: usize,
    },
    Pre,
    /// A row of a table; `is_head` opens the table.
    Row {
        is_head: bool,
        cells: Vec<String>,
    },
    Image,
}

/// Why a block is not the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropReason {
    /// The reader's rules for the site say so.
    Ruled,
    /// The page's own names say so.
    Named,
    Caption,
    Repeated,
    Interruption,
    Links,
    About,
    Title,
    Head,
    AfterVote,
    TailHeading,
    Tail,
    Empty,
}

impl DropReason {
    /// Returns the reason in words.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Ruled => "the rules for this site remove it",
            Self::Named => "its element is named as furniture",
            Self::Caption => "caption or credit of a picture",
            Self::Repeated => "the same text stands elsewhere",
            Self::Interruption => "leads away or interrupts",
            Self::Links => "nothing but links",
            Self::About => "byline, date or label",
            Self::Title => "the headline again",
            Self::Head => "before the text begins",
            Self::AfterVote => "behind the structured data's text",
            Self::TailHeading => "behind a heading that ends the article",
            Self::Tail => "closes the page, not the article",
            Self::Empty => "no words",
        }
    }
}

/// One block of text.
#[derive(Debug, Clone)]
pub struct Block {
    pub kind: BlockKind,
    pub text: String,
    pub markdown: String,
    /// Characters, white space left out, and those of them in links.
    pub chars: usize,
    pub link_chars: usize,
    /// The item its text ends in.
    pub at: usize,
    /// Stands in a block quote.
    pub is_quote: bool,
    /// Its element says it is a byline, date or credit.
    pub is_about: bool,
    /// Why it is not the article, if it is not.
    pub drop_reason: Option<DropReason>,
    /// Stands in a figure or is a caption.
    pub is_caption: bool,
    /// Begins with or is wholly strong text, as a lead-in or a heading of sorts.
    pub is_strong: bool,
}

impl Block {
    /// Returns the share of text that stands in links.
    pub fn link_density(&self) -> f32 {
        if self.chars == 0 {
            0.0
        } else {
            self.link_chars as f32 / self.chars as f32
        }
    }
    /// Whether it is text that still counts.
    pub fn is_text(&self) -> bool {
        self.kind != BlockKind::Image && self.drop_reason.is_none()
    }

    /// Whether it is long enough for a sentence; where a character is a word, fewer are.
    pub fn is_long(&self) -> bool {
        self.chars >= SENTENCE_MIN || weight(&self.text) >= SENTENCE_MIN
    }

    /// Whether it reads like a sentence.
    pub fn is_sentence(&self) -> bool {
        self.is_long() && (ends_sentence(&self.text) || self.text.trim_end().ends_with([':', ';']))
    }

    /// Whether it tells something, however short it is: a sentence of words, not of a name and a date. `least` are the words
    /// that takes.
    pub fn tells(&self, least: usize) -> bool {
        ends_sentence(&self.text) && small_words(&self.text) >= least
    }
}
