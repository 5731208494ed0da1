//! What is not the article among its blocks, wherever it stands: captions, repetitions, calls to read on.

use std::collections::{HashMap, HashSet};

use super::block::{Block, BlockKind, DropReason};
use super::phrases;
use crate::extract::page::text::{floor, squeezed};
use crate::extract::rules::{ReadingRule, RuleSet};

/// Texts shorter than this may repeat, in bytes of their letters.
const REPEAT_MIN: usize = 50;

/// A text that begins as a picture is called, for so many bytes of letters, is its caption.
const CAPTION_BYTES: usize = 60;

/// A label before a link is as long as this, in characters …
const LABEL_CHARS_MAX: usize = 45;
/// … and the link at least this.
const HEADLINE_CHARS_MIN: usize = 20;

/// Marks the blocks that are not the article.
pub fn mark(blocks: &mut [Block], rules: RuleSet) {
    // The last one that is no caption.
    let mut above: Option<usize> = None;
    for at in 0..blocks.len() {
        let image = above
            .map(|at| &blocks[at])
            .filter(|above| above.kind == BlockKind::Image);
        let block = &blocks[at];
        let tells_image = rules.has(ReadingRule::PictureNames) && image.is_some_and(|image| tells(&block.text, image));
        let fate = if block.drop_reason.is_some() || block.kind == BlockKind::Image {
            block.drop_reason
        } else if tells_image {
            Some(DropReason::Caption)
        } else {
            of(block, rules)
        };
        blocks[at].drop_reason = fate;
        if fate != Some(DropReason::Caption) {
            above = Some(at);
        }
    }
    if rules.has(ReadingRule::CaptionsAgain) {
        mark_captions_again(blocks);
    }
    if rules.has(ReadingRule::Repeated) {
        mark_repeated(blocks);
    }
}

/// Whether a text is what the picture above it is called, or the beginning of that.
fn tells(text: &str, image: &Block) -> bool {
    let Some(alt) = image
        .markdown
        .strip_prefix("![")
        .and_then(|rest| rest.split("](").next())
    else {
        return false;
    };
    let (alt, text) = (squeezed(alt), squeezed(text));
    let beginning = &alt[..floor(&alt, CAPTION_BYTES)];
    text.len() >= CAPTION_BYTES
        && text.len() <= alt.len() + CAPTION_BYTES
        && beginning.len() * 2 > CAPTION_BYTES
        && text.starts_with(beginning)
}

/// What is a caption in one place is one everywhere.
fn mark_captions_again(blocks: &mut [Block]) {
    let captions = blocks
        .iter()
        .filter(|block| block.drop_reason == Some(DropReason::Caption));
    let captions: HashSet<String> = captions
        .map(|block| squeezed(&block.text))
        .filter(|text| text.len() >= CAPTION_BYTES)
        .collect();
    if captions.is_empty() {
        return;
    }
    for block in blocks
        .iter_mut()
        .filter(|block| block.drop_reason.is_none() && !block.text.is_empty())
    {
        if captions.contains(&squeezed(&block.text)) {
            block.drop_reason = Some(DropReason::Caption);
        }
    }
}

fn of(block: &Block, rules: RuleSet) -> Option<DropReason> {
    if rules.has(ReadingRule::FigureCaptions) && block.is_caption && !matches!(block.kind, BlockKind::Row { .. }) {
        return Some(DropReason::Caption);
    }
    if !block.text.chars().any(|c| c.is_alphanumeric() || c == '_') {
        return Some(DropReason::Empty);
    }
    let is_item = matches!(block.kind, BlockKind::Item { .. });
    let is_heading = matches!(block.kind, BlockKind::Heading(_));
    let is_told = block.is_sentence() && block.link_density() < 0.5 && block.chars > 60;
    if rules.has(ReadingRule::Interruptions)
        && block.chars < 160
        && !is_told
        && phrases::is_interruption(&block.text)
        && block.kind != BlockKind::Heading(1)
    {
        return Some(DropReason::Interruption);
    }
    if rules.has(ReadingRule::EndingCredits)
        && block.chars < 160
        && !is_heading
        && !is_item
        && ends_in_credit(&block.text)
    {
        return Some(DropReason::Caption);
    }
    if rules.has(ReadingRule::LinkParagraphs)
        && block.link_density() > 0.85
        && block.chars < 220
        && !is_item
        && !is_heading
        && !block.is_quote
        && (!block.text.trim_end().ends_with(['.', '?', '!']) || is_in_capitals(&block.text))
    {
        return Some(DropReason::Links);
    }
    if rules.has(ReadingRule::LabelledLinks) && !is_item && !is_heading && !block.is_quote && is_labelled_link(block) {
        return Some(DropReason::Links);
    }
    if rules.has(ReadingRule::AboutLines) && block.is_about && block.chars < 120 && !block.is_sentence() && !is_heading
    {
        return Some(DropReason::About);
    }
    None
}

/// Whether a text of several words is all in capitals; letters of scripts that have none are no capitals.
fn is_in_capitals(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    text.split_whitespace().count() > 2 && capitals * 2 > letters && !text.chars().any(char::is_lowercase)
}

/// Whether a line is a label and one link as long as a headline: "Background | The hall that nobody paid for".
fn is_labelled_link(block: &Block) -> bool {
    if block.link_density() < 0.5 || block.chars > 220 || block.text.trim_end().ends_with('.') {
        return false;
    }
    let markdown = block.markdown.trim().trim_matches(['*', '_']);
    let Some((label, link)) = markdown.split_once('[') else {
        return false;
    };
    label.chars().count() <= LABEL_CHARS_MAX
        && label
            .trim_end_matches([' ', '*', '_'])
            .ends_with(['|', '｜', '»', '→', '▶', '►'])
        && link.ends_with(')')
        && link.matches("](").count() == 1
        && block.link_chars >= HEADLINE_CHARS_MIN
}

/// Whether a text ends with the credit of a picture in brackets: "(Photo: Reuters)".
fn ends_in_credit(text: &str) -> bool {
    let Some(text) = text.trim_end().strip_suffix([')', '）']) else {
        return false;
    };
    text.rfind(['(', '（'])
        .is_some_and(|at| at > 0 && phrases::is_credit(&text[at..]))
}

/// The same paragraph twice is a notice the page repeats, or an excerpt of its own text.
fn mark_repeated(blocks: &mut [Block]) {
    let mut seen: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, block) in blocks.iter().enumerate() {
        if block.drop_reason.is_some() || !matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading(_)) {
            continue;
        }
        let text = squeezed(&block.text);
        if text.len() >= REPEAT_MIN {
            seen.entry(text).or_default().push(at);
        }
    }
    for places in seen.into_values().filter(|places| places.len() > 1) {
        // Of a sentence and the same sentence pulled out as a quote, the sentence.
        let kept = places
            .iter()
            .copied()
            .find(|at| !blocks[*at].is_quote)
            .unwrap_or(places[0]);
        for at in places.into_iter().filter(|at| *at != kept) {
            blocks[at].drop_reason = Some(DropReason::Repeated);
        }
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use crate::extract::{ExtractOptions, extract};

    const TEXT: &str = "<p>The council of Harbour Town voted on Tuesday, by 61 to 44, to close the old swimming hall.</p>\
        <p>Repairs would have cost four million, the treasurer said, and nobody knew where a tenth of that was to come from.</p>";
    const CALLED: &str =
        "Ida Holm, 81, holds up the towel with which she has swum every Thursday since the day the hall opened";

    #[track_caller]
    fn check(html: &str, dropped: &str) {
        let url = Url::parse("https://example.org/a").unwrap();
        let html = format!("<article><h1>Council closes hall</h1>{html}{TEXT}</article>");
        let read = extract(&html, &url, &ExtractOptions::default());
        assert!(
            read.text.starts_with("The council") && read.text.ends_with("come from."),
            "{}",
            read.text
        );
        assert!(!read.text.contains(dropped), "{}", read.text);
    }

    #[test]
    fn what_a_picture_is_called_is_its_caption_wherever_it_stands() {
        let image = format!("<img src=/a.jpg alt='{CALLED}. Photo: Jo Marsh / Example'>");
        check(
            &format!("{image}<p>{CALLED}. less</p><p>{CALLED} … more</p>"),
            "Ida Holm",
        );
        check(&format!("{image}<p>{CALLED}.</p><h2>{CALLED}.</h2>"), "Ida Holm");
    }

    #[test]
    fn a_line_that_ends_with_the_credit_of_a_picture_is_a_caption() {
        check("<p>Sixty people held up towels (Image: GETTY)</p>", "towels");
        check("<p>Sechzig Menschen mit Handtüchern (Foto: dpa)</p>", "Handtücher");
    }

    #[test]
    fn a_line_that_is_a_label_and_a_link_leads_away() {
        check(
            "<p><b>MORE OF THIS</b> | <a href=/b>The hall that nobody paid for</a></p>",
            "nobody paid",
        );
        check(
            "<p>Background » <b><a href=/b>The hall that nobody paid for</a></b></p>",
            "nobody paid",
        );
        check(
            "<p><a href=/b>WHO PAYS FOR THE HALL OF HARBOUR TOWN?</a></p>",
            "WHO PAYS",
        );
    }

    #[test]
    fn a_text_without_small_letters_may_be_of_a_script_that_has_none() {
        for (text, is_in_capitals) in [
            ("WHO PAYS FOR IT?", true),
            ("WER ZAHLT 2026?", true),
            ("AI 技术 如何 改变.", false),
            ("NHK が 伝えた 市長の 話.", false),
            ("1931 – 2026.", false),
            ("Who pays for IT?", false),
        ] {
            assert_eq!(super::is_in_capitals(text), is_in_capitals, "{text}");
        }
    }

    #[test]
    fn a_text_in_brackets_is_no_credit() {
        let url = Url::parse("https://example.org/a").unwrap();
        let html = format!("<article><h1>Council closes hall</h1>{TEXT}<p>The vote was open (61 to 44).</p></article>");
        assert!(
            extract(&html, &url, &ExtractOptions::default())
                .text
                .ends_with("(61 to 44).")
        );
    }
}
