//! What in a figure is a caption: its `figcaption`, and short text beside a picture. Code, quotations, lists and
//! paragraphs stand in figures as well, and are the article.

use crate::extract::page::items::Page;
use crate::extract::picture::is_picture;

/// Text beside a picture that is longer is no caption, in characters.
const CAPTION_CHARS_MAX: usize = 500;
/// The same for text in several paragraphs.
const PARAGRAPHS_CHARS_MAX: usize = 250;

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// A picture or the like: what is written beside it is its caption.
    Picture,
    /// A quotation: what is written below it says whose.
    Quotation,
    /// Anything else.
    Other,
}

impl Figure {
    /// Returns what the figure at an item is, with the figures within.
    pub fn of(page: &Page<'_>, figure: usize) -> Self {
        let end = page.items[figure].end;
        let (mut text, mut paragraphs, mut at) = (0, 0, figure + 1);
        let (mut shows, mut quotes) = (page.holds_media(figure), false);
        while at < end {
            let item = &page.items[at];
            match item.name {
                "" => text += item.chars,
                "blockquote" => {
                    quotes = true;
                    at = item.end;
                    continue;
                }
                "figcaption" | "pre" | "table" | "ul" | "ol" => {
                    at = item.end;
                    continue;
                }
                "p" => paragraphs += 1,
                _ => shows |= is_picture(item) || item.name == "noscript",
            }
            at += 1;
        }
        let text_max = if paragraphs > 1 {
            PARAGRAPHS_CHARS_MAX
        } else {
            CAPTION_CHARS_MAX
        };
        match (shows, quotes) {
            (true, _) if text <= text_max => Self::Picture,
            (false, true) => Self::Quotation,
            _ => Self::Other,
        }
    }
}
