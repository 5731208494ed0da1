//! Boxes amid the article that are another thing, told by how they are made and not by what they are called: a picture with
//! its caption, a form, a card or a list that leads to other pages.
//!
//! A page may be made of such boxes; so none goes where they hold much of the text.

use std::ops::Range;

use super::block::{Block, BlockKind, DropReason};
use super::phrases;
use crate::extract::page::items::Page;
use crate::extract::rules::{ReadingRule, RuleSet};

/// A caption with its credit says no more than this, in characters.
const CAPTION_CHARS_MAX: usize = 450;
/// What says less is a label, in characters.
const CAPTION_CHARS_MIN: usize = 25;
/// A caption stands in the same element as its picture, or so many above.
const CAPTION_LEVELS: usize = 5;
/// A card that leads to another page says no more than this, in characters.
const CARD_CHARS_MAX: usize = 500;
/// What stands around a form for its sake says no more than this, in characters.
const FORM_CHARS_MAX: usize = 250;
/// An item of a list of other articles is as long as a headline, in characters.
const LISTED_CHARS_MIN: usize = 20;
/// Boxes that lead away hold at most this share of the part that was found, in percent …
const BOXES_PERCENT_MAX: usize = 15;
/// … and captions at most this.
const CAPTIONS_PERCENT_MAX: usize = 20;

/// Returns the boxes of one kind that stand below an element.
type FindBoxes = fn(&Page<'_>, usize) -> Vec<usize>;

/// Marks the blocks of such boxes in the part that begins at `root`.
pub fn mark(page: &Page<'_>, root: usize, blocks: &mut [Block], rules: RuleSet) {
    let kinds: [(ReadingRule, FindBoxes, DropReason); 5] = [
        (ReadingRule::PictureBoxes, picture_boxes, DropReason::Caption),
        (ReadingRule::CaptionNames, named_captions, DropReason::Caption),
        (ReadingRule::FormBoxes, form_boxes, DropReason::Interruption),
        (ReadingRule::CardBoxes, card_boxes, DropReason::Interruption),
        (ReadingRule::LinkLists, link_lists, DropReason::Links),
    ];
    for (rule, find, reason) in kinds {
        if !rules.has(rule) {
            continue;
        }
        let found = outermost(page, find(page, root));
        let chars: usize = found.iter().map(|part| page.items[part.start].chars).sum();
        let percent_max = match reason {
            DropReason::Caption => CAPTIONS_PERCENT_MAX,
            _ => BOXES_PERCENT_MAX,
        };
        if chars * 100 > page.items[root].chars * percent_max {
            continue;
        }
        let mut announced = None;
        for at in 0..blocks.len() {
            let part = found.partition_point(|part| part.end <= blocks[at].at);
            let is_within = found.get(part).is_some_and(|part| part.contains(&blocks[at].at));
            let is_announced =
                rule == ReadingRule::LinkLists && (announced == Some(part) || announces_list(&blocks[..at]));
            announced = (is_within && is_announced).then_some(part);
            if is_within && !is_announced && blocks[at].is_text() {
                blocks[at].drop_reason = Some(reason);
            }
        }
    }
}

/// Whether the article itself announces the list behind these blocks: by a heading, or by a line that ends in a colon.
fn announces_list(before: &[Block]) -> bool {
    let last = before.iter().rev().find(|block| block.kind != BlockKind::Image);
    last.is_some_and(|last| {
        last.drop_reason.is_none()
            && !phrases::is_interruption(&last.text)
            && !phrases::is_tail_heading(&last.text)
            && (matches!(last.kind, BlockKind::Heading(_)) || last.text.trim_end().ends_with([':', '：']))
    })
}

/// Returns the parts that stand in no other of them, in order.
fn outermost(page: &Page<'_>, mut found: Vec<usize>) -> Vec<Range<usize>> {
    found.sort_unstable();
    let mut parts: Vec<Range<usize>> = Vec::new();
    for at in found {
        if parts.last().is_none_or(|last| last.end <= at) {
            parts.push(at..page.items[at].end);
        }
    }
    parts
}

fn within(page: &Page<'_>, root: usize) -> Range<usize> {
    root + 1..page.items[root].end
}

/// Pictures with a short text below, in a box of their own.
fn picture_boxes(page: &Page<'_>, root: usize) -> Vec<usize> {
    let pictures = within(page, root).filter(|at| matches!(page.items[*at].name, "img" | "amp-img"));
    pictures
        .filter_map(|at| {
            let mut own = page.items[at].parent;
            while own > root && page.items[own].chars == 0 {
                own = page.items[own].parent;
            }
            (own > root && is_picture_box(page, root, own, at)).then_some(own)
        })
        .collect()
}

fn is_picture_box(page: &Page<'_>, root: usize, own: usize, picture: usize) -> bool {
    let item = &page.items[own];
    let is_listed = std::iter::successors(Some(own), |own| Some(page.items[*own].parent))
        .take_while(|own| *own > root)
        .any(|own| matches!(page.items[own].name, "li" | "td"));
    matches!(item.name, "div" | "span" | "center" | "section")
        && !is_listed
        && (CAPTION_CHARS_MIN..=CAPTION_CHARS_MAX).contains(&item.chars)
        && item.link_density() < 0.5
        && page.items[picture..item.end].iter().any(|text| text.chars > 0)
        && page.items[own + 1..item.end].iter().all(|inner| {
            !matches!(
                inner.name,
                "h1" | "h2" | "h3" | "h4" | "ul" | "ol" | "table" | "blockquote" | "pre" | "form"
            )
        })
}

/// What is called a caption and stands beside a picture, whether it is a sentence or not.
fn named_captions(page: &Page<'_>, root: usize) -> Vec<usize> {
    let is_named = |at: &usize| page.items[*at].hints.is_caption && page.items[*at].chars <= CAPTION_CHARS_MAX;
    let is_beside_picture = |at: &usize| {
        let around = std::iter::successors(Some(*at), |own| Some(page.items[*own].parent)).take(CAPTION_LEVELS);
        let mut around =
            around.filter(|own| *own > root && page.items[*own].chars <= page.items[*at].chars + CAPTION_CHARS_MAX);
        around.any(|own| {
            page.holds_media(own)
                || page.items[own..page.items[own].end]
                    .iter()
                    .any(|item| item.name == "img")
        })
    };
    within(page, root)
        .filter(|at| is_named(at) && is_beside_picture(at))
        .collect()
}

/// Forms and what stands around them for their sake.
fn form_boxes(page: &Page<'_>, root: usize) -> Vec<usize> {
    let forms = within(page, root).filter(|at| page.items[*at].name == "form");
    forms
        .map(|at| {
            let mut own = at;
            loop {
                let parent = page.items[own].parent;
                let around = page.items[parent].chars - page.items[at].chars;
                if parent <= root || around > FORM_CHARS_MAX || holds_list(page, parent) {
                    return own;
                }
                own = parent;
            }
        })
        .collect()
}

fn holds_list(page: &Page<'_>, at: usize) -> bool {
    page.items[at..page.items[at].end].iter().any(|item| item.name == "li")
}

/// Whether a link leads to another page.
fn leads_away(page: &Page<'_>, at: usize) -> bool {
    let item = &page.items[at];
    item.name == "a" && item.attr("href").is_some_and(|href| !href.starts_with('#'))
}

/// Boxes that lead to another page by their heading.
fn card_boxes(page: &Page<'_>, root: usize) -> Vec<usize> {
    let is_heading = |at: &usize| matches!(page.items[*at].name, "h2" | "h3" | "h4" | "h5" | "h6");
    let headings = within(page, root).filter(is_heading).filter(|at| {
        let item = &page.items[*at];
        let mut links = (*at..item.end).chain([item.parent]);
        item.chars > 0 && item.link_density() > 0.9 && links.any(|at| leads_away(page, at))
    });
    headings
        .filter_map(|at| {
            let mut own = at;
            loop {
                let parent = page.items[own].parent;
                let item = &page.items[parent];
                if parent <= root || item.chars > CARD_CHARS_MAX {
                    break;
                }
                own = parent;
            }
            (own != at).then_some(own)
        })
        .collect()
}

/// Lists of nothing but links as long as headlines.
fn link_lists(page: &Page<'_>, root: usize) -> Vec<usize> {
    let lists = within(page, root).filter(|at| matches!(page.items[*at].name, "ul" | "ol"));
    lists
        .filter(|at| {
            let items = &page.items[*at + 1..page.items[*at].end];
            let own = &page.items[*at];
            let mut entries = items
                .iter()
                .filter(|item| item.name == "li" && item.parent == *at)
                .peekable();
            own.link_density() > 0.85
                && entries.peek().is_some()
                && entries.all(|item| item.chars >= LISTED_CHARS_MIN)
                && !items
                    .iter()
                    .any(|item| item.name == "a" && item.attr("href").is_some_and(|href| href.starts_with('#')))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use url::Url;

    use crate::extract::{ExtractOptions, extract};

    const TEXT: &str = "<p>The council of Harbour Town voted on Tuesday, by 61 to 44, to close the old swimming hall.</p>\
        <p>Repairs would have cost four million, the treasurer said, and nobody knew where a tenth of that was to come from.</p>\
        <p>The hall was built in 1931, and three of its walls stand on timber that the harbour has been eating ever since.</p>\
        <p>Sixty people held up towels in the gallery, and the youngest of them had learned to swim there in the spring.</p>";
    const END: &str =
        "<p>The vote is final, and the water will be let out on the last day of September, the mayor said.</p>";

    /// Reads an article with something amid it.
    fn read(amid: &str) -> String {
        let url = Url::parse("https://example.org/a").unwrap();
        let html = format!("<main><article><h1>Council closes hall</h1>{TEXT}{TEXT2}{amid}{END}</article></main>");
        extract(&html, &url, &ExtractOptions::default()).text
    }

    const TEXT2: &str = "<p>A second hall stands on the hill, but its basin is a third as long and has been shut on Sundays for years.</p>\
        <p>Members of the swimming club asked for a year in which to find the money, and were refused by a wide margin.</p>";

    #[track_caller]
    fn goes(amid: &str) {
        let text = read(amid);
        assert!(!text.contains("towel rack"), "{text}");
        assert!(
            text.contains("refused by") && text.ends_with("the mayor said."),
            "{text}"
        );
    }

    #[track_caller]
    fn stays(amid: &str) {
        let text = read(amid);
        assert!(text.contains("towel rack"), "{text}");
    }

    #[test]
    fn a_picture_and_the_text_below_it_in_a_box_are_a_picture_with_its_caption() {
        let caption = "Ida Holm, 81, beside the towel rack that she gave to the hall in 1967. It is to be sold.";
        goes(&format!(
            "<div><span><img src=/a.jpg></span><p>{caption}</p><p>Image: Jo Marsh</p></div>"
        ));
        goes(&format!("<div><div><img src=/a.jpg></div><div>{caption}</div></div>"));
        goes(&format!("<center><img src=/a.jpg><br>{caption}</center>"));
        goes(&format!(
            "<section><h3>Seen</h3><video src=/a.mp4></video><div class=media-caption>{caption}</div></section>"
        ));
        stays(&format!("<p class=text-caption>{caption}</p>"));
        stays(&format!("<p><img src=/a.jpg>{caption}</p>"));
        stays(&format!("<div><img src=/a.jpg></div><p>{caption}</p>"));
        stays(&format!("<div><h3>The rack</h3><img src=/a.jpg><p>{caption}</p></div>"));
        stays("<ul><li><div><img src=/a.jpg><p>A towel rack of oak</p></div></li><li>Two benches</li></ul>");
    }

    #[test]
    fn a_form_goes_with_what_stands_around_it_for_its_sake() {
        let form = "<form action=/letter><label>Your address</label><input type=email></form>";
        goes(&format!(
            "<div><h3>The towel rack</h3><p>Our letter on Fridays.</p>{form}<p>You can end it at any time.</p></div>"
        ));
        goes("<form action=/poll><p>Would you keep the towel rack?</p><label>Yes</label><label>No</label></form>");
        stays(&format!(
            "<p>A towel rack is left, said the mayor, who had counted what could be sold.</p>{form}"
        ));
        stays(&format!(
            "<div><p>A towel rack is left.</p><ul><li>Two benches</li></ul>{form}</div>"
        ));
    }

    #[test]
    fn a_card_that_leads_to_another_page_by_its_heading_is_no_part_of_the_article() {
        goes("<div><h3><a href=/b>The towel rack of Harbour Town</a></h3><p>Who has it now, and why.</p></div>");
        goes("<div><a href=/b><img src=/b.jpg><h4>The towel rack of Harbour Town</h4></a><p>Who has it now.</p></div>");
        stays("<div><h3><a href='#rack'>The towel rack</a></h3><p>It was given to the hall.</p></div>");
        stays("<div><a id=rack><h3>The towel rack</h3></a><p>It was given to the hall.</p></div>");
        stays("<h3><a href=/b>The towel rack</a></h3><p>It was given to the hall in 1967 by Ida Holm.</p>");
    }

    #[test]
    fn a_list_of_other_articles_goes_and_one_that_the_article_announces_stays() {
        let list = "<ul><li><a href=/b>The towel rack of Harbour Town</a></li><li><a href=/c>Ida Holm swims every Thursday</a></li></ul>";
        goes(list);
        goes(&format!("<p>Read also:</p>{list}"));
        stays(&format!("<p>The club names two sources:</p>{list}"));
        stays(&format!("<h2>What the club has found</h2>{list}"));
        stays("<ul><li><a href=/b>A towel rack</a></li><li><a href=/c>Two benches</a></li></ul>");
        stays(
            "<ul><li><a href='#b'>The towel rack of Harbour Town</a></li><li><a href='#c'>The two benches of Harbour Town</a></li></ul>",
        );
    }

    #[test]
    fn a_page_that_is_made_of_such_boxes_keeps_them() {
        let box_of = |n: usize| {
            format!(
                "<div><img src=/{n}.jpg><p>Rack {n}, a towel rack of oak, was built by the harbour's own carpenters.</p></div>"
            )
        };
        stays(&(1..20).map(box_of).collect::<String>());
    }
}
