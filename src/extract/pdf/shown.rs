//! What the pages of a PDF show, as values: pieces of text with their places, in the order in which they are drawn.

/// Letters whose base lines lie closer than this part of their height stand in one line.
pub const BASELINE_NEAR: f64 = 0.3;

/// A piece of a line: letters that stand side by side. Places are in points from the page's upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub struct TextPiece {
    pub text: String,
    pub left: f64,
    pub right: f64,
    pub baseline: f64,
    pub size: f64,
}

/// One page.
#[derive(Debug, Default)]
pub struct ShownPage {
    pub pieces: Vec<TextPiece>,
}

impl ShownPage {
    /// Returns how many letters and digits it shows.
    pub fn letters(&self) -> usize {
        let letters = |piece: &TextPiece| piece.text.chars().filter(|c| c.is_alphanumeric()).count();
        self.pieces.iter().map(letters).sum()
    }
}

/// What a PDF says of itself, as it stands there.
#[derive(Debug, Default)]
pub struct Info {
    pub title: String,
    pub author: String,
    /// When it was made: seconds since 1970 and the offset from UTC in minutes.
    pub made_at: Option<(i64, i32)>,
    pub language: Option<String>,
}

/// What a PDF shows.
#[derive(Debug, Default)]
pub struct Shown {
    pub info: Info,
    pub pages: Vec<ShownPage>,
    pub pictures: usize,
    pub unknown_letters: usize,
    pub is_cut: bool,
}
