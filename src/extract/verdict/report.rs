//! Articles that are about walls: what speaks like a consent banner, a check or an error, and is a report of one.

use super::evidence::{VerdictEvidence, folded};
use super::wall_phrases::{BLOCKED, CONSENT, MISSING, PRIVACY};
use super::{bot_check, truncated};
use crate::extract::body::block::Block;
use crate::extract::page::text::weight;
use crate::extract::phrase_sets::PhraseSet;

/// A whole report says more than this.
const REPORT_MIN: usize = 250;
/// A line says less than this, a paragraph more.
const LINE_MAX: usize = 120;
/// A paragraph of a report says no less than this.
const PROSE_MIN: usize = 70;
/// A declared article with fewer paragraphs free of a wall's words may be the wall.
const PARAGRAPHS_MIN: usize = 2;

/// Whether a page tells of refusals and checks, and is none: it is made as articles are, and no line of its own refuses.
pub fn is_report(evidence: &VerdictEvidence<'_, '_>, said: usize) -> bool {
    let refuses = |block: &Block| weight(&block.text) < LINE_MAX && BLOCKED.is_in(&folded(&block.text));
    said >= REPORT_MIN && bot_check::is_framed(evidence) && !evidence.body.iter().any(refuses)
}

/// Whether a declared article has more to tell than what it says of walls: proper paragraphs without a word of theirs.
pub fn tells_all_the_same(evidence: &VerdictEvidence<'_, '_>, said: usize) -> bool {
    if !evidence.is_declared() {
        return false;
    }
    let is_clean = |text: &&str| {
        let folded = folded(text);
        let walls: [&PhraseSet; 4] = [&CONSENT, &PRIVACY, &BLOCKED, &MISSING];
        weight(text) >= PROSE_MIN && truncated::ends_properly(text) && !walls.iter().any(|words| words.is_in(&folded))
    };
    let texts = evidence.body.iter().map(|block| block.text.as_str());
    let clean: Vec<usize> = texts.filter(is_clean).map(weight).collect();
    clean.len() >= PARAGRAPHS_MIN && clean.iter().sum::<usize>() * 2 > said
}

/// Whether the words of a refusal stand between quotation marks only: somebody says them.
pub fn is_quoted(evidence: &VerdictEvidence<'_, '_>) -> bool {
    let mut refusing = evidence
        .body
        .iter()
        .filter(|block| BLOCKED.is_in(&folded(&block.text)))
        .peekable();
    let stands_between = |text: &str| {
        let parts: Vec<&str> = text.split(['“', '”', '„', '"', '«', '»', '「', '」']).collect();
        // Every second part stands between marks.
        let outside = parts.iter().step_by(2).any(|part| BLOCKED.is_in(&folded(part)));
        parts.len() > 2 && !outside
    };
    refusing.peek().is_some() && refusing.all(|block| stands_between(&block.text))
}
