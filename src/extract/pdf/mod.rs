//! From a PDF to its article: the text it shows in reading order, its headline, authors and date.
//!
//! A PDF says where letters stand and nothing else: lines, paragraphs and headings are told from that (`page_lines`,
//! `paragraphs`), and what repeats on its pages is taken off (`running_heads`). The file is read by a library that bounds
//! neither time nor memory: whoever reads one from outside does it through `pdf_reader`, in a process of its own.

#![cfg_attr(
    not(feature = "pdf"),
    expect(dead_code, reason = "only what draws the pages is left out")
)]

mod article;
mod shown;
#[cfg(feature = "pdf")]
mod glyphs;
mod page_lines;
mod running_heads;
mod paragraphs;
mod document_info;
mod extraction;

use shown::{Shown, ShownPage};

pub use article::{PdfArticle, PdfError};
pub(super) use extraction::{blocks, metadata};

/// Fewer letters a page, on the average, are no text of a page but what a scanner's program wrote on it.
const PAGE_LETTERS_MIN: usize = 20;
/// How many of a hundred letters may be of a kind that nobody can tell.
const UNKNOWN_PERCENT_MAX: usize = 30;

/// Whether an answer is a PDF, by what its server calls it or by how it begins.
pub fn is_pdf(bytes: &[u8], content_type: Option<&str>) -> bool {
    /// Some servers put a line of their own before it.
    const LOOKED_AT: usize = 1024;
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    let begins = head.trim_ascii_start().starts_with(b"%PDF-");
    begins || (content_type.is_some_and(is_named_pdf) && memchr::memmem::find(head, b"%PDF-").is_some())
}

/// Whether a server calls its answer a PDF.
pub fn is_named_pdf(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/pdf") || kind.eq_ignore_ascii_case("application/x-pdf")
}

/// Reads a PDF.
///
/// # Errors
/// It holds no text that can be read; the error says why.
#[cfg(feature = "pdf")]
pub fn read(bytes: Vec<u8>) -> Result<PdfArticle, PdfError> {
    of_shown(glyphs::read(bytes)?)
}

/// Says that no PDFs are read.
///
/// # Errors
/// Always.
#[cfg(not(feature = "pdf"))]
pub fn read(_: Vec<u8>) -> Result<PdfArticle, PdfError> {
    Err(PdfError::NotBuilt)
}

fn of_shown(shown: Shown) -> Result<PdfArticle, PdfError> {
    let letters: usize = shown.pages.iter().map(ShownPage::letters).sum();
    if shown.unknown_letters * 100 > (letters + shown.unknown_letters) * UNKNOWN_PERCENT_MAX {
        return Err(PdfError::UnknownLetters);
    }
    if letters < PAGE_LETTERS_MIN * shown.pages.len() && shown.pictures > 0 {
        return Err(PdfError::Scanned);
    }
    if letters == 0 {
        return Err(PdfError::NoText);
    }
    let mut pages: Vec<_> = shown.pages.into_iter().map(page_lines::lines).collect();
    running_heads::remove(&mut pages);
    let lines: Vec<_> = pages.into_iter().flatten().collect();
    let mut paragraphs = paragraphs::join(&lines);
    let mut article = document_info::of(&shown.info, &paragraphs, &lines);
    paragraphs.retain(|paragraph| !paragraph.is_headline(&article.title));
    document_info::remove_about(&mut paragraphs, article.byline.as_deref());
    article.is_cut = shown.is_cut;
    article.paragraphs = paragraphs;
    Ok(article)
}

#[cfg(all(test, feature = "pdf"))]
mod tests;
