//! A PDF's article in the terms of a page's.

use chrono::DateTime;

use super::article::{Paragraph, ParagraphKind, PdfArticle};
use crate::domain::article::Zone;
use crate::extract::body::block::{Block, BlockKind};
use crate::extract::date::date_evidence::DateBasis;
use crate::extract::metadata::Metadata;
use crate::text::markdown;

/// Returns what a PDF says of its article beside the text.
pub fn metadata(article: &PdfArticle) -> Metadata {
    let published_at = article.published_at.and_then(|at| DateTime::from_timestamp(at, 0));
    let zone = match article.published_offset {
        Some(_) => Zone::Stated,
        None => Zone::Utc,
    };
    Metadata {
        has_headline: !article.title.is_empty(),
        title: article.title.clone(),
        byline: article.byline.clone(),
        published_at,
        published_offset: article.published_offset,
        published_zone: published_at.map(|_| zone),
        published_basis: published_at.map(|_| match article.is_date_shown {
            true => DateBasis::Shown,
            false => DateBasis::Made,
        }),
        language: article.language.clone(),
        ..Metadata::default()
    }
}

/// Returns the blocks of a PDF's text.
pub fn blocks(paragraphs: Vec<Paragraph>) -> Vec<Block> {
    paragraphs
        .into_iter()
        .enumerate()
        .map(|(at, paragraph)| block(at, paragraph))
        .collect()
}

fn block(at: usize, paragraph: Paragraph) -> Block {
    let Paragraph { kind, text, .. } = paragraph;
    let mut written = String::with_capacity(text.len());
    markdown::push_line(&text, &mut written);
    Block {
        kind: match kind {
            ParagraphKind::Text => BlockKind::Paragraph,
            ParagraphKind::Heading(level) => BlockKind::Heading(level),
            ParagraphKind::Item => BlockKind::Item { depth: 0, number: None },
        },
        chars: text.chars().filter(|c| !c.is_whitespace()).count(),
        text,
        markdown: written,
        link_chars: 0,
        at,
        is_quote: false,
        is_about: false,
        drop_reason: None,
        is_caption: false,
        is_strong: false,
    }
}
