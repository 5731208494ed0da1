//! Which links of a letter stand as items of a list, and what is said of each.
//!
//! A link that begins its line does, or one that leads on below a headline; none amid the prose of a paragraph. A letter that
//! says more beside its items than in them is no list of links.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::click_counters::ClickCounters;
use super::furniture::{is_button, is_left_out, leads_on, names_advertisement, names_subscription, names_web_version};
use super::social_links::is_social;
use crate::domain::url::{CanonicalUrl, web};
use crate::extract::body::block::{Block, BlockKind};
use crate::extract::body::phrases::is_interruption;
use crate::extract::page::items::Page;
use crate::text::{head, is_unspaced, line, sentences};

/// Links taken from one letter.
const LINKS_MAX: usize = 200;
/// Links looked at in one letter.
const ANCHORS_MAX: usize = 5_000;
/// What names a link has at least this many letters and digits, of scripts without spaces a third.
const TITLE_CHARS_MIN: usize = 12;
/// A headline has at most this many characters.
const TITLE_CHARS_MAX: usize = 300;
/// A line that may be a headline without being marked as one has at most this many characters.
const HEADLINE_CHARS_MAX: usize = 160;
/// As much of a paragraph is looked at for each of its links, in bytes.
const SAID_BYTES_MAX: usize = 4_000;
/// Paragraphs below a headline that belong to it.
const SECTION_BLOCKS_MAX: usize = 3;

/// A link of a letter with what is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterLink {
    pub url: Url,
    pub title: String,
    pub text: String,
}

/// A link as it stands in the letter.
pub struct Anchor {
    pub at: usize,
    pub url: Url,
}

/// Returns the links of a letter.
pub fn anchors(page: &Page<'_>) -> Vec<Anchor> {
    let all = page.items.iter().enumerate().filter(|(_, item)| item.name == "a");
    let read = |(at, _): (usize, _)| {
        let url = web(page.items[at].attr("href")?)?;
        Some(Anchor { at, url })
    };
    all.take(ANCHORS_MAX).filter_map(read).collect()
}

/// Returns the links that stand as items with what is said of them, and how many others lead nobody knows where.
pub fn link_items(
    page: &Page<'_>,
    anchors: &[Anchor],
    all: &[Block],
    is_out: &[bool],
    own: Option<&Url>,
) -> (Vec<LetterLink>, usize) {
    let letter = LetterText::of(page, anchors, all, is_out);
    let counters = ClickCounters::of(&anchors.iter().map(|anchor| &anchor.url).collect::<Vec<_>>());
    let own = own.map(CanonicalUrl::new);
    let mut seen: HashMap<CanonicalUrl, (usize, bool)> = HashMap::new();
    let (mut found, mut untold): (Vec<LetterLink>, HashSet<CanonicalUrl>) = (Vec::new(), HashSet::new());
    let mut is_item = vec![false; all.len()];
    for anchor in anchors {
        let key = CanonicalUrl::new(&anchor.url);
        // A front page is no article, and the letter itself is none of its links.
        let is_front = anchor.url.path().len() <= 1 && anchor.url.query().is_none();
        if is_front || own.as_ref() == Some(&key) || is_social(&anchor.url) {
            continue;
        }
        let Some(item) = letter.item(anchor) else { continue };
        letter.mark(&item, &mut is_item);
        if counters.hide(&anchor.url) {
            untold.insert(key);
            continue;
        }
        let link = || LetterLink {
            url: anchor.url.clone(),
            text: letter.said(&item),
            title: item.title.clone(),
        };
        match seen.get_mut(&key) {
            // A picture before it has no words.
            Some((number, was_named)) if item.is_named && !*was_named => {
                *was_named = true;
                found[*number] = link();
            }
            None if found.len() < LINKS_MAX => {
                seen.insert(key, (found.len(), item.is_named));
                found.push(link());
            }
            _ => {}
        }
    }
    match letter.is_list(&is_item) {
        // Where most of a list leads to nobody knows where, the letter itself says more.
        true if found.len() < untold.len() => (Vec::new(), untold.len()),
        true => (found, untold.len()),
        false => (Vec::new(), 0),
    }
}

/// A link that stands as an item.
struct LinkItem {
    /// The block it begins in, and the headline above that which names it.
    own: usize,
    headline: Option<usize>,
    /// The last block that the link stands around.
    last: usize,
    title: String,
    /// Its own words name it.
    is_named: bool,
}

/// A letter's text, with what is asked of each of its links.
struct LetterText<'a> {
    page: &'a Page<'a>,
    all: &'a [Block],
    is_out: &'a [bool],
    /// Stands below a line that says it is an advertisement.
    is_ad: Vec<bool>,
    /// How many links with words each block has, and the words of the one at its end that only leads on.
    links: Vec<usize>,
    calls: HashMap<usize, String>,
    /// How many letters stand before each item of the page.
    letters: Vec<usize>,
    /// Where the line begins that each item of the page stands in, and where it ends.
    line_starts: Vec<usize>,
    line_ends: Vec<usize>,
}

impl<'a> LetterText<'a> {
    fn of(page: &'a Page<'a>, anchors: &[Anchor], all: &'a [Block], is_out: &'a [bool]) -> Self {
        let count = page.items.len();
        let mut begins_line = vec![false; count + 1];
        for block in all {
            begins_line[(block.at + 1).min(count)] = true;
        }
        let (mut letters, mut line_starts) = (Vec::with_capacity(count + 1), Vec::with_capacity(count + 1));
        let (mut seen, mut start, mut out_end) = (0, 0, 0);
        for (at, item) in page.items.iter().enumerate() {
            begins_line[at] |= item.is_block || matches!(item.name, "br" | "td" | "th" | "tr" | "li");
            if begins_line[at] {
                start = at;
            }
            letters.push(seen);
            line_starts.push(start);
            if at >= out_end && item.element.is_some() && is_left_out(item) {
                out_end = item.end;
            }
            if at >= out_end && item.element.is_none() {
                seen += item.text.chars().filter(|c| c.is_alphabetic()).count();
            }
        }
        letters.push(seen);
        let (mut line_ends, mut end) = (vec![count; count + 1], count);
        for at in (0..count).rev() {
            line_ends[at] = end;
            if begins_line[at] {
                end = at;
            }
        }
        let mut letter = Self {
            page,
            all,
            is_out,
            is_ad: advertisements(all),
            links: vec![0; all.len()],
            calls: HashMap::new(),
            letters,
            line_starts,
            line_ends,
        };
        for anchor in anchors {
            if let Some(own) = letter.block_of(anchor.at) {
                let words = page.text_of(anchor.at);
                letter.links[own] += usize::from(!words.is_empty());
                if leads_on(&words) {
                    letter.calls.insert(own, words);
                }
            }
        }
        letter
    }

    /// Returns the block that what stands at an item belongs to: known by where its text ends, the first that ends behind it.
    fn block_of(&self, at: usize) -> Option<usize> {
        let own = self.all.partition_point(|block| block.at < at);
        (own < self.all.len()).then_some(own)
    }

    /// Returns what a link is as an item of a list, if it stands as one.
    fn item(&self, anchor: &Anchor) -> Option<LinkItem> {
        let own = self.block_of(anchor.at)?;
        let end = self.page.items[anchor.at].end;
        // A link around a whole card is named by what stands first in it.
        let behind = self.all.partition_point(|block| block.at < end);
        let is_around = behind > own + 1;
        let words = match is_around {
            true => line(head(&self.all[own].text, SAID_BYTES_MAX)),
            false => self.page.text_of(anchor.at),
        };
        let is_furniture = names_subscription(&words)
            || names_web_version(&words)
            || names_advertisement(&words)
            || is_button(&words, &anchor.url);
        if self.is_out[own] || self.is_ad[own] || is_furniture {
            return None;
        }
        let begins = self.letters[anchor.at] == self.letters[self.line_starts[anchor.at]];
        let ends = is_around || self.letters[end] == self.letters[self.line_ends[end - 1]];
        let (title, headline, is_named) = self.named(own, &words, begins, ends)?;
        let is_plain = !is_interruption(&title) && !names_advertisement(&title);
        is_plain.then_some(LinkItem {
            own,
            last: if is_around { behind - 1 } else { own },
            headline,
            title,
            is_named,
        })
    }

    /// Returns what names a link that begins or ends its line, the headline above it if that does, and whether its own words do.
    fn named(&self, own: usize, words: &str, begins: bool, ends: bool) -> Option<(String, Option<usize>, bool)> {
        let named = without_addresses(words);
        let block = &self.all[own];
        let above = || self.headline_above(own).map(|(title, at)| (title, at, false));
        if words.is_empty() {
            // A picture is named by the headline below it.
            let has_headline = is_headline(block) || head(&block.text, SAID_BYTES_MAX).contains('\n');
            return first_title(block)
                .filter(|_| begins && has_headline)
                .map(|title| (title, None, false));
        }
        if named.is_empty() {
            // An address that is written out stands behind what it is about.
            let is_one = |title: &String| sentences(title).nth(1).is_none();
            let title = first_title(block).filter(|title| self.links[own] == 1 && is_one(title));
            return match title {
                Some(title) => (begins || ends).then_some((title, None, false)),
                None => above().filter(|_| begins && ends),
            };
        }
        if leads_on(words) || (begins && ends && !is_title(&named)) {
            return above().filter(|_| begins || ends);
        }
        if !begins {
            return None;
        }
        match is_title(&named) {
            true => Some((named, None, true)),
            // A word or two before what they are about.
            false => first_title(block).map(|title| (title, None, false)),
        }
    }

    /// Returns the headline above a link, the first line of its own block or one of the blocks before.
    fn headline_above(&self, own: usize) -> Option<(String, Option<usize>)> {
        let titled = |at: usize| first_title(&self.all[at]).map(|title| (title, Some(at)));
        if let Some((first, _)) = head(self.all[own].text.trim(), SAID_BYTES_MAX).split_once('\n') {
            let first = without_addresses(first);
            if is_title(&first) {
                return Some((first, None));
            }
        }
        let before: Vec<usize> = (0..own).rev().filter(|at| !self.is_out[*at]).take(2).collect();
        let marked = before.iter().find(|at| is_headline(&self.all[**at]));
        let is_short = |at: &&usize| {
            let block = &self.all[**at];
            block.link_chars == 0
                && block.chars <= HEADLINE_CHARS_MAX
                && !block.text.trim_end().ends_with([':', '.', '。', '：'])
        };
        let (at, first) = (marked.copied(), before.first().filter(is_short).copied());
        at.and_then(titled).or_else(|| first.and_then(titled))
    }

    /// Marks what of the letter belongs to an item.
    fn mark(&self, item: &LinkItem, is_item: &mut [bool]) {
        is_item[item.headline.unwrap_or(item.own)..=item.last].fill(true);
        let own = &self.all[item.own];
        let is_whole = own.link_chars == own.chars;
        let below = match is_headline(own) || is_whole {
            true => 1,
            false => usize::from(self.next(item.last).is_some()),
        };
        let mut section = (item.last + 1..self.all.len()).take(below);
        while let Some(at) = section.next().filter(|at| !is_headline(&self.all[*at])) {
            is_item[at] = true;
        }
    }

    /// Whether a letter says as much in its items as beside them.
    fn is_list(&self, is_item: &[bool]) -> bool {
        let (mut within, mut beside) = (0, 0);
        for (at, block) in self.all.iter().enumerate() {
            if is_item[at] {
                within += block.chars;
            } else if !self.is_out[at] && !self.is_ad[at] && !matches!(block.kind, BlockKind::Heading(_)) {
                beside += block.chars;
            }
        }
        beside <= within
    }

    /// Returns what is said of a link: what stands below its headline, the rest of its own paragraph, else the one behind it.
    fn said(&self, item: &LinkItem) -> String {
        let own = head(&self.all[item.own].text, SAID_BYTES_MAX);
        let is_list = self.links[item.own] > 1 && own.contains('\n');
        // Of several lines with links each has its own.
        let own = match own.lines().find(|line| is_list && line.contains(&item.title)) {
            Some(line) => without_addresses(line),
            None => self.told(item.own),
        };
        let rest = own
            .strip_prefix(item.title.as_str())
            .unwrap_or(&own)
            .trim_start_matches([':', '.', '-', '–', ' '])
            .trim_end();
        let joined = |blocks: &mut dyn Iterator<Item = usize>| -> Vec<String> {
            blocks.filter(|at| !self.is_out[*at]).map(|at| self.told(at)).collect()
        };
        if let Some(headline) = item.headline {
            let mut texts = joined(&mut (headline + 1..item.own));
            texts.push(rest.to_owned());
            return line(&texts.join(" "));
        }
        if item.last > item.own {
            return line(&joined(&mut (item.own + 1..=item.last)).join(" "));
        }
        if is_list || rest.chars().count() > item.title.chars().count() / 2 {
            return rest.to_owned();
        }
        let next = self.next(item.last).map(|at| line(&self.told(at)));
        next.unwrap_or_default()
    }

    /// Returns what a block says beside addresses and the words that only lead on.
    fn told(&self, at: usize) -> String {
        let text = without_addresses(head(&self.all[at].text, SAID_BYTES_MAX));
        let call = self.calls.get(&at).map(|words| without_addresses(words));
        let without = call.and_then(|call| Some(text.strip_suffix(call.as_str())?.trim_end().to_owned()));
        without.unwrap_or(text)
    }

    /// Returns the paragraph behind a block, if it may be said of a link in that.
    fn next(&self, own: usize) -> Option<usize> {
        let (at, next) = (own + 1, self.all.get(own + 1)?);
        let has_others = self.links[at] > usize::from(self.calls.contains_key(&at));
        let is_of_link = match (&self.all[own].kind, &next.kind) {
            (_, BlockKind::Heading(_)) => false,
            (BlockKind::Item { .. }, other) => matches!(other, BlockKind::ItemText { .. }),
            _ => next.is_quote == self.all[own].is_quote,
        };
        (is_of_link && !has_others && !self.is_out[at]).then_some(at)
    }
}

/// Marks what stands below lines that say it is an advertisement, up to the next headline; below a line that is none itself so
/// many paragraphs at most.
fn advertisements(all: &[Block]) -> Vec<bool> {
    let mut is_ad = vec![false; all.len()];
    for (at, label) in all
        .iter()
        .enumerate()
        .filter(|(_, block)| names_advertisement(&block.text))
    {
        // Its own headline may stand right behind the line.
        let has_headline = label.link_chars == 0 && all.get(at + 1).is_some_and(is_headline);
        let first = at + 1 + usize::from(has_headline);
        let is_item = matches!(label.kind, BlockKind::Item { .. }) || label.link_chars > 0;
        let most = match (is_headline(label), is_item) {
            (true, _) => all.len(),
            // It speaks of itself.
            (false, true) => 0,
            (false, false) => SECTION_BLOCKS_MAX,
        };
        let below = all[first..].iter().take(most).take_while(|block| !is_headline(block));
        let end = first + below.count();
        is_ad[at..end].fill(true);
    }
    is_ad
}

fn is_headline(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Heading(_)) || (block.is_strong && block.chars <= HEADLINE_CHARS_MAX)
}

/// Returns a block's first line, else all of it, if that may name a link.
fn first_title(block: &Block) -> Option<String> {
    let first = head(block.text.trim(), SAID_BYTES_MAX)
        .lines()
        .next()
        .unwrap_or_default();
    let lines = [first, &block.text].map(|text| without_addresses(head(text, SAID_BYTES_MAX)));
    lines.into_iter().find(|text| is_title(text))
}

/// Returns a line without the addresses that stand in it, and without signs before and behind its words.
fn without_addresses(text: &str) -> String {
    let is_word = |word: &&str| !word.contains("http://") && !word.contains("https://");
    let line = text.split_whitespace().filter(is_word).collect::<Vec<_>>().join(" ");
    let line = line.trim_start_matches(['*', '-', '•', '·', '>', ' ']);
    line.trim_end_matches([':', ' ', '-', '–', '→', '»', '<', '('])
        .to_owned()
}

fn is_title(text: &str) -> bool {
    let weight: usize = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| if is_unspaced(c) { 3 } else { 1 })
        .sum();
    weight >= TITLE_CHARS_MIN && text.chars().count() <= TITLE_CHARS_MAX
}
