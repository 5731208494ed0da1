//! Formulas as a line of text: what their author wrote where the page tells it, else their markup in a row.

use crate::extract::page::items::{Page, PageItem};
use crate::text::line;

/// A formula is longer in no article, in bytes.
const FORMULA_BYTES_MAX: usize = 4_000;
/// Items of one formula.
const FORMULA_ITEMS_MAX: usize = 2_000;

/// Returns the formula that begins at an item: markup of its own, the source of one a script draws, or a picture of one.
pub fn at(page: &Page<'_>, at: usize) -> Option<String> {
    let item = &page.items[at];
    let formula = match item.name {
        "math" => told(page, at).or_else(|| in_a_row(page, at))?,
        "script" => (*page.sources.get(&at)?).to_owned(),
        "img" => item.attr("alt").filter(|alt| is_tex(item, alt))?.to_owned(),
        _ => return None,
    };
    let formula = line(&formula);
    let bare = formula
        .strip_prefix("{\\displaystyle ")
        .and_then(|rest| rest.strip_suffix('}'))
        .map_or(formula.as_str(), str::trim);
    (!bare.is_empty() && bare.len() <= FORMULA_BYTES_MAX).then(|| bare.to_owned())
}

/// Whether what a picture is called is a formula.
fn is_tex(item: &PageItem<'_>, alt: &str) -> bool {
    let class = item.attr("class").unwrap_or_default();
    let is_named = class
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| matches!(word, "tex" | "latex" | "math"));
    let has_command = |(_, rest): (&str, &str)| rest.starts_with(|c: char| c.is_ascii_alphabetic());
    is_named || (alt.split_once('\\').is_some_and(has_command) && alt.contains(['{', '^', '_', '=', '$']))
}

/// Returns the formula as its author wrote it.
fn told(page: &Page<'_>, math: usize) -> Option<String> {
    let item = &page.items[math];
    let within = &page.items[math..item.end.min(math + FORMULA_ITEMS_MAX)];
    let is_source = |own: &&PageItem<'_>| {
        own.name == "annotation"
            && own
                .attr("encoding")
                .is_some_and(|kind| kind.eq_ignore_ascii_case("application/x-tex"))
    };
    match within.iter().position(|own| is_source(&own)) {
        Some(found) => Some(page.text_of(math + found)),
        None => item.attr("alttext").map(str::to_owned),
    }
}

/// Returns the markup of a formula in a row: `(a+b)/c`, `x^2`.
fn in_a_row(page: &Page<'_>, math: usize) -> Option<String> {
    let end = page.items[math].end;
    if end - math > FORMULA_ITEMS_MAX {
        return None;
    }
    let mut row = String::new();
    // The elements that are open: their item, how many parts were before, what to write behind.
    let mut open: Vec<(usize, usize, &str)> = vec![(math, 0, "")];
    let mut at = math + 1;
    while at < end {
        while let Some((own, _, close)) = open.last()
            && page.items[*own].end <= at
        {
            row.push_str(close);
            open.pop();
        }
        let item = &page.items[at];
        if item.element.is_none() {
            row.push_str(item.text.trim());
            at += 1;
            continue;
        }
        if item.name.starts_with("annotation") {
            at = item.end;
            continue;
        }
        let (sign, is_part) = open.last_mut().map_or(("", false), |(own, before, _)| {
            *before += 1;
            let parts = page.items[*own].name;
            (sign_between(parts, *before), !sign_between(parts, 2).is_empty())
        });
        row.push_str(sign);
        let is_group = is_part && item.end - at > 3 && item.name == "mrow";
        let (begin, close) = match item.name {
            "msqrt" => ("√(", ")"),
            _ if is_group => ("(", ")"),
            _ => ("", ""),
        };
        row.push_str(begin);
        open.push((at, 0, close));
        at += 1;
    }
    while let Some((_, _, close)) = open.pop() {
        row.push_str(close);
    }
    Some(row)
}

/// Returns what stands before the nth part of an element.
fn sign_between(name: &str, part: usize) -> &'static str {
    match (name, part) {
        ("msup" | "mover", 2) | ("msubsup" | "munderover", 3) => "^",
        ("msub" | "munder" | "msubsup" | "munderover", 2) => "_",
        ("mfrac", 2) => "/",
        ("mtr", 2..) => ", ",
        ("mtable", 2..) => "; ",
        _ => "",
    }
}
