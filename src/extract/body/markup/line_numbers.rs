//! Line numbers beside code, which are no part of it: a column of their own, or an element at the beginning of each line.

use std::collections::HashSet;

use crate::extract::page::items::Page;

/// A column of numbers holds no more items than this.
const COLUMN_ITEMS_MAX: usize = 10_000;
/// A column stands in no more parts named as one; with each within the next, each would be read to the end of all.
const NESTED_MAX: usize = 3;
/// Parts around a column whose names are looked at.
const LEVELS: usize = 16;
/// Digits of a line's number.
const DIGITS_MAX: usize = 6;
/// Classes of elements that hold the number of a line; where a code has one line only, numbers are known by nothing else.
const NUMBER_CLASSES: &[&str] = &[
    "ln",
    "lnt",
    "lineno",
    "linenos",
    "gutter",
    "line-number",
    "line-numbers",
    "linenumber",
    "linenumbers",
];

/// Whether an element is a column of line numbers with the code beside it.
pub fn is_column(page: &Page<'_>, at: usize) -> bool {
    let item = &page.items[at];
    let may_be = match item.name {
        "td" | "th" => true,
        "pre" | "div" | "ol" | "ul" => is_named(page, at),
        _ => false,
    };
    may_be
        && item.end - at <= COLUMN_ITEMS_MAX
        && !is_nested(page, at)
        && counts_on(page, at).is_some_and(|lines| lines > 1 || is_named(page, at) || holds_code(page, at))
        && code_beside(page, at)
}

fn is_nested(page: &Page<'_>, at: usize) -> bool {
    let around = std::iter::successors(Some(page.items[at].parent), |own| Some(page.items[*own].parent));
    around.take(LEVELS).filter(|own| is_named(page, *own)).count() > NESTED_MAX
}

/// Whether a cell is code, with the numbers of its lines in the cell before it.
pub fn is_code_cell(page: &Page<'_>, at: usize) -> bool {
    let row = page.items[at].parent;
    let before = (row + 1..at)
        .rev()
        .find(|own| page.items[*own].parent == row && page.items[*own].element.is_some());
    before.is_some_and(|before| is_column(page, before))
}

/// Whether an element is a cell that only stands for a line's number, as a style or a script writes it.
pub fn is_numbered_cell(page: &Page<'_>, at: usize) -> bool {
    let item = &page.items[at];
    matches!(item.name, "td" | "th") && item.attr("data-line-number").is_some()
}

/// Whether a table holds code, a row each line.
pub fn is_code_table(page: &Page<'_>, table: usize) -> bool {
    let cells = page.items[table + 1..page.items[table].end].iter();
    let mut first = cells.filter(|item| matches!(item.name, "td" | "th"));
    first.next().is_some_and(|cell| cell.attr("data-line-number").is_some())
}

/// Returns the elements of a code that only number its lines.
pub fn within(page: &Page<'_>, code: usize) -> HashSet<usize> {
    let mut found = Vec::new();
    let (mut lines, mut next, mut begins_line, mut is_named_all) = (0_usize, None, true, true);
    let mut at = code + 1;
    while at < page.items[code].end {
        let item = &page.items[at];
        if item.element.is_none() {
            for piece in item.text.split_inclusive('\n') {
                if !piece.trim().is_empty() {
                    lines += usize::from(begins_line);
                    begins_line = false;
                }
                begins_line |= piece.ends_with('\n');
            }
        } else if item.is_block || item.name == "br" {
            begins_line = true;
        } else if begins_line && let Some(number) = number_in(page, at) {
            if next.is_some_and(|next| next != number) {
                return HashSet::new();
            }
            next = Some(number + 1);
            is_named_all &= is_named(page, at);
            found.push(at);
            lines += 1;
            // A number may bear the end of its line with it, and does not end it.
            begins_line = false;
            at = item.end;
            continue;
        }
        at += 1;
    }
    let is_all = found.len() == lines && page.items[code].chars > found.len() * DIGITS_MAX.min(2);
    if is_named_all || (is_all && lines > 1) {
        found.into_iter().collect()
    } else {
        HashSet::new()
    }
}

/// Returns the number an element holds, and nothing else.
fn number_in(page: &Page<'_>, at: usize) -> Option<u32> {
    let item = &page.items[at];
    let [text] = &page.items[at + 1..item.end] else {
        return None;
    };
    let digits = text.text.trim();
    let is_number = !digits.is_empty() && digits.len() <= DIGITS_MAX && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// Returns how many numbers, each one more than the one before, are all that stands in a part.
fn counts_on(page: &Page<'_>, at: usize) -> Option<usize> {
    let (mut count, mut before) = (0, None);
    for item in &page.items[at + 1..page.items[at].end] {
        for word in item.text.split_whitespace() {
            let number: u32 = Some(word).filter(|word| word.len() <= DIGITS_MAX)?.parse().ok()?;
            if before.is_some_and(|before: u32| before + 1 != number) {
                return None;
            }
            before = Some(number);
            count += 1;
        }
    }
    (count > 0).then_some(count)
}

/// Whether code stands right behind a part in its parent.
fn code_beside(page: &Page<'_>, at: usize) -> bool {
    let item = &page.items[at];
    let behind = &page.items[item.end..page.items[item.parent].end];
    let Some(first) = behind.iter().position(|item| item.element.is_some()) else {
        return false;
    };
    let beside = item.end + first;
    let within = &page.items[beside..page.items[beside].end.min(beside + COLUMN_ITEMS_MAX)];
    within.iter().any(|item| matches!(item.name, "pre" | "code"))
}

/// Whether an element keeps its lines as they are written, whatever they hold.
fn holds_code(page: &Page<'_>, at: usize) -> bool {
    page.items[at..page.items[at].end].iter().any(|item| item.name == "pre")
}

fn is_named(page: &Page<'_>, at: usize) -> bool {
    let class = page.items[at].attr("class").unwrap_or_default();
    class
        .split_ascii_whitespace()
        .any(|name| NUMBER_CLASSES.iter().any(|own| name.eq_ignore_ascii_case(own)))
}
