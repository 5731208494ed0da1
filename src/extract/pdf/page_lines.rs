//! From the pieces of a page to its lines in reading order.
//!
//! Most programs draw a text in the order in which it is read, column by column; that order is kept, tables included. Where
//! a page jumps about, the places decide: columns where a gutter parts them, else from above.

use super::shown::{BASELINE_NEAR, ShownPage, TextPiece};

/// A page with more pieces is read in the order it is drawn in.
const PIECES_SORTED_MAX: usize = 20_000;
/// What items of lists begin with.
pub const BULLETS: [char; 14] = [
    '•', '‣', '◦', '▪', '■', '●', '○', '–', '—', '∙', '·', '➢', '✓', '\u{2043}',
];
/// Bullets of a page that are put before their lines.
const BULLETS_MAX: usize = 500;
/// Cuts within cuts.
const CUTS_MAX: usize = 40;

/// One line of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct TextLine {
    pub text: String,
    pub left: f64,
    pub right: f64,
    pub baseline: f64,
    pub size: f64,
    pub page: usize,
}

/// Returns the lines of a page in reading order. Which page it is, is for the caller to say.
pub fn lines(page: ShownPage) -> Vec<TextLine> {
    let mut pieces = page.pieces;
    remove_line_numbers(&mut pieces);
    place_bullets(&mut pieces);
    if jumps(&pieces) > 3 + pieces.len() / 12 && pieces.len() <= PIECES_SORTED_MAX {
        let mut sorted = Vec::with_capacity(pieces.len());
        sort(pieces, CUTS_MAX, &mut sorted);
        pieces = sorted;
    }
    let mut lines: Vec<TextLine> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            Some(line) if goes_on(line, &piece) => {
                line.text.push(' ');
                line.text.push_str(&piece.text);
                line.right = line.right.max(piece.right);
                if piece.size > line.size && piece.text.len() * 2 > line.text.len() {
                    line.size = piece.size;
                }
            }
            _ => lines.push(TextLine {
                text: piece.text,
                left: piece.left,
                right: piece.right,
                baseline: piece.baseline,
                size: piece.size,
                page: 0,
            }),
        }
    }
    lines.retain(|line| !is_of_contents(&line.text));
    lines
}

/// Whether it is a line of a table of contents: dots that lead to a number.
fn is_of_contents(text: &str) -> bool {
    let name = text.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    name.len() < text.len() && (name.ends_with("....") || name.ends_with(". . . ."))
}

fn is_level(one: f64, other: f64, size: f64) -> bool {
    (one - other).abs() < BASELINE_NEAR * size
}

fn goes_on(line: &TextLine, piece: &TextPiece) -> bool {
    is_level(line.baseline, piece.baseline, line.size.max(piece.size)) && piece.left >= line.right - 0.5 * line.size
}

/// Returns how often what is drawn next stands above what was drawn before, or behind it in the same line.
fn jumps(pieces: &[TextPiece]) -> usize {
    let is_jump = |pair: &&[TextPiece]| {
        let (before, after) = (&pair[0], &pair[1]);
        let is_level = is_level(before.baseline, after.baseline, before.size.max(after.size));
        match is_level {
            true => after.right < before.left,
            false => after.baseline < before.baseline,
        }
    };
    pieces.windows(2).filter(is_jump).count()
}

/// Sorts pieces by their places: columns from the left, parts of a column from above.
fn sort(mut pieces: Vec<TextPiece>, cuts_left: usize, sorted: &mut Vec<TextPiece>) {
    if pieces.len() > 1 && cuts_left > 0 {
        for cut in [column_cut, row_cut] {
            if let Some(behind) = cut(&mut pieces) {
                sort(pieces, cuts_left - 1, sorted);
                sort(behind, cuts_left - 1, sorted);
                return;
            }
        }
    }
    // Pieces of one line may differ by a hair in height: the line is told by its first.
    pieces.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut begin = 0;
    while begin < pieces.len() {
        let first = (pieces[begin].baseline, pieces[begin].size);
        let is_same = |piece: &&TextPiece| is_level(first.0, piece.baseline, first.1);
        let end = begin + pieces[begin..].iter().take_while(is_same).count().max(1);
        pieces[begin..end].sort_by(|a, b| a.left.total_cmp(&b.left));
        begin = end;
    }
    sorted.extend(pieces);
}

/// Cuts off what stands right of a gutter: both sides have lines of text, and are about as high as all of it.
fn column_cut(pieces: &mut Vec<TextPiece>) -> Option<Vec<TextPiece>> {
    /// Lines a column has at least.
    const LINES_MIN: usize = 4;
    pieces.sort_by(|a, b| a.left.total_cmp(&b.left));
    let height = |pieces: &[TextPiece]| {
        let (top, bottom) = pieces.iter().fold((f64::MAX, f64::MIN), |(top, bottom), piece| {
            (top.min(piece.baseline), bottom.max(piece.baseline))
        });
        bottom - top
    };
    let whole = height(pieces);
    let mut right = f64::MIN;
    for at in 0..pieces.len() {
        let is_gutter = at >= LINES_MIN && pieces[at].left > right + 0.7 * pieces[at].size;
        if is_gutter && pieces.len() - at >= LINES_MIN {
            let (left_side, right_side) = pieces.split_at(at);
            let is_prose =
                |side: &[TextPiece]| side.iter().map(|piece| piece.text.len()).sum::<usize>() / side.len() > 20;
            let is_high = |side: &[TextPiece]| height(side) > 0.4 * whole;
            if [left_side, right_side]
                .into_iter()
                .all(|side| is_prose(side) && is_high(side))
            {
                return Some(pieces.split_off(at));
            }
        }
        right = right.max(pieces[at].right);
    }
    None
}

/// Cuts off what stands below the widest gap.
fn row_cut(pieces: &mut Vec<TextPiece>) -> Option<Vec<TextPiece>> {
    pieces.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let gap = |at: usize| pieces[at].baseline - pieces[at - 1].baseline;
    let widest = (1..pieces.len()).max_by(|a, b| gap(*a).total_cmp(&gap(*b)))?;
    (gap(widest) > 1.8 * pieces[widest].size).then(|| pieces.split_off(widest))
}

/// Puts the bullets of lists before their lines: some programs draw them after everything else.
fn place_bullets(pieces: &mut Vec<TextPiece>) {
    // A dash alone may be an empty cell.
    let is_bullet = |piece: &TextPiece| {
        piece.text.chars().count() == 1 && piece.text.starts_with(BULLETS) && !piece.text.starts_with(['–', '—'])
    };
    let (bullets, mut rest): (Vec<TextPiece>, Vec<TextPiece>) = std::mem::take(pieces).into_iter().partition(is_bullet);
    for bullet in bullets.iter().take(BULLETS_MAX) {
        let is_its =
            |piece: &&mut TextPiece| is_level(piece.baseline, bullet.baseline, piece.size) && piece.left >= bullet.left;
        let its = rest.iter_mut().filter(is_its).min_by(|a, b| a.left.total_cmp(&b.left));
        if let Some(line) = its.filter(|line| !line.text.starts_with(BULLETS)) {
            line.text = format!("{} {}", bullet.text, line.text);
            line.left = bullet.left;
        }
    }
    *pieces = rest;
}

/// Takes off the numbers beside the lines of a bill or a ruling: short numbers in one column that count the lines.
fn remove_line_numbers(pieces: &mut Vec<TextPiece>) {
    /// Fewer are the numbers of a list.
    const NUMBERS_MIN: usize = 8;
    let number = |piece: &TextPiece| {
        let is_short = piece.text.len() <= 3;
        is_short.then(|| piece.text.parse::<u32>().ok()).flatten()
    };
    let is_text = |piece: &&TextPiece| number(piece).is_none() && piece.text.len() > 20;
    let mut lefts: Vec<f64> = pieces.iter().filter(is_text).map(|piece| piece.left).collect();
    lefts.sort_by(f64::total_cmp);
    let Some(edge) = lefts.get(lefts.len() / 2).copied() else {
        return;
    };
    let is_beside = |piece: &TextPiece| number(piece).is_some() && piece.right < edge;
    let mut numbers: Vec<(f64, u32)> = pieces
        .iter()
        .filter(|piece| is_beside(piece))
        .filter_map(|piece| Some((piece.baseline, number(piece)?)))
        .collect();
    numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
    if numbers.len() < NUMBERS_MIN {
        return;
    }
    // Every line is counted, or every fifth.
    let counted = |step: u32| numbers.windows(2).filter(|pair| pair[0].1 + step == pair[1].1).count();
    let is_count = |step: u32| {
        let covered = numbers.len() * step as usize;
        counted(step) * 10 >= (numbers.len() - 1) * 8 && covered * 10 >= lefts.len() * 6
    };
    if is_count(1) || is_count(5) {
        pieces.retain(|piece| !is_beside(piece));
    }
}
