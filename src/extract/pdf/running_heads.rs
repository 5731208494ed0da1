//! Running heads and page numbers: what repeats at the head and the foot of a PDF's pages is not its text.

use std::collections::HashMap;

use super::page_lines::TextLine;
use super::shown::BASELINE_NEAR;

/// Rows at the head, and at the foot, of a page that may be no part of its text.
const ROWS_LOOKED_AT: usize = 4;
/// The number of a page stands farther from the text than this, in its size; a line of the text does not.
const NUMBER_GAP: f64 = 1.8;
/// Pages a row stands on before it is a running head; of fewer pages, all.
const PAGES_MIN: usize = 3;

/// Takes off what repeats at the head and the foot of pages, and numbers the lines' pages.
pub fn remove(pages: &mut [Vec<TextLine>]) {
    for (page, lines) in pages.iter_mut().enumerate() {
        for line in lines {
            line.page = page;
        }
    }
    let edges: Vec<Vec<usize>> = pages.iter().map(|lines| edge_lines(lines)).collect();
    let mut pages_with: HashMap<String, usize> = HashMap::new();
    for (lines, edges) in pages.iter().zip(&edges) {
        let mut keys: Vec<String> = edges.iter().map(|at| key(&lines[*at])).collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            *pages_with.entry(key).or_default() += 1;
        }
    }
    let least = PAGES_MIN.min(pages.len()).max(2);
    for (lines, edges) in pages.iter_mut().zip(&edges) {
        let by_height = |a: &&usize, b: &&usize| lines[**a].baseline.total_cmp(&lines[**b].baseline);
        let (first, last) = (edges.iter().min_by(by_height), edges.iter().max_by(by_height));
        let repeats = |at: &usize| pages_with.get(&key(&lines[*at])).is_some_and(|pages| *pages >= least);
        let is_number = |at: &usize| Some(at) == last && is_page_number(&lines[*at].text) && stands_apart(lines, *at);
        let mut gone: Vec<usize> = edges
            .iter()
            .copied()
            .filter(|at| repeats(at) || is_number(at))
            .collect();
        let letters = |at: &usize| lines[*at].text.len();
        let whole: usize = lines.iter().map(|line| line.text.len()).sum();
        if gone.iter().map(letters).sum::<usize>() * 2 > whole {
            // Pages that tell the same of different things, as forms do.
            gone.retain(|at| Some(at) == first || Some(at) == last);
        }
        let mut at = 0;
        lines.retain(|_| {
            at += 1;
            gone.binary_search(&(at - 1)).is_err()
        });
    }
}

/// Whether no line of a page is as near above this one as the lines of a text are.
fn stands_apart(lines: &[TextLine], at: usize) -> bool {
    let own = &lines[at];
    let is_near = |line: &TextLine| {
        let up = own.baseline - line.baseline;
        up > BASELINE_NEAR * own.size && up <= NUMBER_GAP * own.size.max(line.size)
    };
    !lines.iter().any(is_near)
}

/// Returns the lines of the first and of the last rows of a page.
fn edge_lines(lines: &[TextLine]) -> Vec<usize> {
    let mut by_height: Vec<usize> = (0..lines.len()).collect();
    by_height.sort_by(|a, b| lines[*a].baseline.total_cmp(&lines[*b].baseline));
    let mut edges = rows(lines, by_height.iter().copied());
    edges.extend(rows(lines, by_height.iter().rev().copied()));
    edges.sort_unstable();
    edges.dedup();
    edges
}

fn rows(lines: &[TextLine], order: impl Iterator<Item = usize>) -> Vec<usize> {
    let (mut found, mut row_at, mut rows) = (Vec::new(), f64::NAN, 0);
    for at in order {
        let line = &lines[at];
        let is_level = (line.baseline - row_at).abs() < BASELINE_NEAR * line.size;
        if !is_level {
            rows += 1;
            row_at = line.baseline;
        }
        if rows > ROWS_LOOKED_AT {
            break;
        }
        found.push(at);
    }
    found
}

/// Returns what a row is known again by on another page: its place, its size and its words, every number being the same.
fn key(line: &TextLine) -> String {
    let mut key = format!("{:.0} {:.0} ", line.baseline, line.size);
    for word in line.text.split_whitespace() {
        if word.chars().any(|c| c.is_ascii_digit()) || is_roman(word) {
            key.push('#');
        } else {
            key.extend(word.chars().flat_map(char::to_lowercase));
        }
        key.push(' ');
    }
    key
}

fn is_roman(word: &str) -> bool {
    word.len() <= 6 && !word.is_empty() && word.bytes().all(|b| b"ivxl".contains(&b))
}

/// Whether a line is the number of its page and nothing else: "3", "- 3 -", "3/12".
fn is_page_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (1..=8).contains(&digits)
        && text.len() <= 12
        && !text.chars().any(char::is_alphabetic)
        && !text.contains(['.', ',', '%', '$', '€'])
}
