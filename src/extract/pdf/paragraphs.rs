//! From the lines of a PDF to its paragraphs: lines that go on with each other are joined, hyphens at their ends closed,
//! and what is set larger than the text is a heading.

use std::collections::{HashMap, HashSet};

use unicode_normalization::UnicodeNormalization as _;

use super::article::{Paragraph, ParagraphKind};
use super::page_lines::{BULLETS, TextLine};

/// Text is a heading from this many times the size of the running text on.
const HEADING_SIZE: f64 = 1.14;
/// Longer ones are paragraphs in large letters, in characters.
const HEADING_CHARS_MAX: usize = 250;
/// Sizes within this part of each other are one.
const SAME_SIZE: f64 = 0.08;
/// Signs that begin an item of a list, or go on with a sentence.
const DASHES: [char; 3] = ['-', '–', '—'];
/// Levels of headings.
const LEVELS_MAX: usize = 3;

/// Joins lines to paragraphs.
pub fn join(lines: &[TextLine]) -> Vec<Paragraph> {
    let body_size = body_size(lines);
    let pitch = pitch(lines, body_size);
    let compounds = compounds(lines);
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let (mut before, mut right): (Option<&TextLine>, f64) = (None, f64::MIN);
    for line in lines {
        let is_item = paragraphs.last().is_some_and(|last| last.kind == ParagraphKind::Item);
        let goes_on = before.is_some_and(|before| {
            let amid = !is_item && is_dash_amid(before, line, right);
            goes_on(before, line, right, pitch * line.size, body_size, amid)
        });
        match paragraphs.last_mut().filter(|_| goes_on) {
            Some(paragraph) => {
                push(&mut paragraph.text, &line.text, &compounds);
                let is_next_column = before.is_some_and(|before| line.baseline < before.baseline);
                right = if is_next_column {
                    line.right
                } else {
                    right.max(line.right)
                };
            }
            None => {
                let (kind, text) = match item(&line.text) {
                    Some(text) => (ParagraphKind::Item, text),
                    None => (ParagraphKind::Text, line.text.as_str()),
                };
                paragraphs.push(Paragraph {
                    kind,
                    text: text.to_owned(),
                    size: line.size,
                    page: line.page,
                });
                right = line.right;
            }
        }
        before = Some(line);
    }
    for paragraph in &mut paragraphs {
        // Letters that fonts draw as one are several; nothing else is changed.
        if paragraph.text.contains(is_ligature) {
            let letters = |c: char| {
                if is_ligature(c) {
                    c.nfkc().collect()
                } else {
                    c.to_string()
                }
            };
            paragraph.text = paragraph.text.chars().map(letters).collect();
        }
        paragraph.text.retain(|c| c != '\u{ad}');
    }
    name_headings(&mut paragraphs, body_size);
    paragraphs
}

fn is_ligature(c: char) -> bool {
    ('\u{FB00}'..='\u{FB06}').contains(&c)
}

/// Returns the size most of the text is set in.
pub fn body_size(lines: &[TextLine]) -> f64 {
    let mut letters: HashMap<i64, usize> = HashMap::new();
    for line in lines {
        // In half points.
        *letters.entry((line.size * 2.0).round() as i64).or_default() += line.text.len();
    }
    let most = letters.into_iter().max_by_key(|(size, letters)| (*letters, *size));
    most.map_or(0.0, |(size, _)| size as f64 / 2.0)
}

/// Returns the usual distance of two lines of running text, as a multiple of their size.
fn pitch(lines: &[TextLine], body_size: f64) -> f64 {
    let mut pitches: Vec<f64> = lines
        .windows(2)
        .filter(|pair| is_near(pair[0].size, body_size) && is_near(pair[1].size, body_size))
        .map(|pair| (pair[1].baseline - pair[0].baseline) / body_size)
        .filter(|pitch| (0.8..3.0).contains(pitch))
        .collect();
    pitches.sort_by(f64::total_cmp);
    // Nearer the closest than the middle: gaps between paragraphs are none.
    pitches.get(pitches.len() * 2 / 5).copied().unwrap_or(1.2)
}

fn is_near(one: f64, other: f64) -> bool {
    (one / other - 1.0).abs() < SAME_SIZE
}

/// Whether a line goes on with the paragraph of the line before it, whose longest line ends at `right`.
fn goes_on(before: &TextLine, line: &TextLine, right: f64, pitch: f64, body_size: f64, is_dash_amid: bool) -> bool {
    let size = line.size;
    if !is_near(before.size, size) {
        return false;
    }
    let ends = ends_sentence(&before.text);
    let down = line.baseline - before.baseline;
    if line.page != before.page || down < 0.5 * size || line.left > before.right {
        if size > HEADING_SIZE * body_size {
            return false;
        }
        // At the head of the next column or page a sentence goes on.
        return !ends && item(&line.text).is_none() && !line.text.starts_with(char::is_uppercase)
            || before.text.ends_with(['-', '\u{ad}', '\u{2010}', ',']);
    }
    if down > 1.35 * pitch.max(size) || line.right < before.left {
        return false;
    }
    if item(&line.text).is_some() {
        return is_dash_amid;
    }
    let is_short = before.right < right.max(line.right) - 2.5 * size;
    let is_indented = line.left > before.left + 0.8 * size && item(&before.text).is_none();
    // A heading in the text's own size, a line of an address.
    let stands_alone =
        before.right - before.left < 0.6 * (line.right - line.left) && line.text.starts_with(char::is_uppercase);
    !(ends && (is_short || is_indented) || is_short && (is_numbered(&line.text) || stands_alone))
}

/// Whether a line begins with the dash of a sentence: one that goes on from a full line, at the same margin.
fn is_dash_amid(before: &TextLine, line: &TextLine, right: f64) -> bool {
    let is_full = before.right >= right.max(line.right) - 2.5 * line.size;
    let is_level = (line.left - before.left).abs() < 0.3 * line.size;
    line.text.starts_with(DASHES) && is_full && is_level && !ends_sentence(&before.text)
}

/// Whether a line ends as a sentence does.
fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(['"', '”', '’', '»', ')', '\'', ']', '“']);
    text.ends_with(['.', '!', '?', '…', ':', ';', '。', '！', '？', '؟', '।'])
}

/// Returns the text of a list's item, if a line begins one.
fn item(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(BULLETS).or_else(|| text.strip_prefix(['-', '*']))?;
    rest.starts_with(' ').then(|| rest.trim_start())
}

/// Whether a line begins with a number or a letter that counts: `1.`, `(a)`, `§ 3`.
fn is_numbered(text: &str) -> bool {
    let word = text.split(' ').next().unwrap_or_default();
    let core = word.trim_matches(['(', ')', '.']);
    let is_count = core.len() <= 4 && !core.is_empty() && core.len() < word.len();
    word == "§" || is_count && (core.bytes().all(|b| b.is_ascii_digit()) || core.len() == 1)
}

/// Returns the words that are written with a hyphen within a line.
fn compounds(lines: &[TextLine]) -> HashSet<String> {
    let words = lines.iter().flat_map(|line| line.text.split_whitespace());
    words
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.contains('-'))
        .map(str::to_lowercase)
        .collect()
}

/// Adds a line to a paragraph; a word parted at the end of the line is closed, unless it has its hyphen elsewhere too.
fn push(text: &mut String, line: &str, compounds: &HashSet<String>) {
    let is_parted = text.ends_with(['-', '\u{2010}', '\u{ad}'])
        && text
            .trim_end_matches(['-', '\u{2010}', '\u{ad}'])
            .ends_with(char::is_alphabetic)
        && line.starts_with(char::is_alphabetic);
    if !is_parted {
        // Chinese and Japanese have no blanks between words.
        let is_dense = text.ends_with(is_han) && line.starts_with(is_han);
        if !is_dense {
            text.push(' ');
        }
        text.push_str(line);
        return;
    }
    let word = |word: &str| {
        word.trim_matches(|c: char| !c.is_alphanumeric() && c != '-')
            .to_lowercase()
    };
    let left = word(text.rsplit(' ').next().unwrap_or_default());
    let right = word(line.split(' ').next().unwrap_or_default());
    let is_compound = compounds.contains(&format!("{left}{right}")) || !line.starts_with(char::is_lowercase);
    if !is_compound || text.ends_with('\u{ad}') {
        text.pop();
    }
    text.push_str(line);
}

fn is_han(c: char) -> bool {
    matches!(c as u32, 0x3000..=0x30ff | 0x3400..=0x9fff | 0xff00..=0xffef)
}

/// Makes headings of what is set larger than the text: the largest is the first level.
fn name_headings(paragraphs: &mut [Paragraph], body_size: f64) {
    let is_heading = |paragraph: &Paragraph| {
        let chars = paragraph.text.chars();
        paragraph.size > HEADING_SIZE * body_size
            && chars.clone().count() <= HEADING_CHARS_MAX
            && chars.filter(|c| c.is_alphabetic()).count() >= 2
    };
    let mut sizes: Vec<f64> = paragraphs.iter().filter(|p| is_heading(p)).map(|p| p.size).collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    sizes.dedup_by(|a, b| is_near(*a, *b));
    for paragraph in paragraphs.iter_mut().filter(|paragraph| is_heading(paragraph)) {
        let level = sizes
            .iter()
            .position(|size| is_near(paragraph.size, *size) || *size <= paragraph.size);
        let level = level.unwrap_or(0).min(LEVELS_MAX - 1) as u8;
        paragraph.kind = ParagraphKind::Heading(level + 1);
    }
}
