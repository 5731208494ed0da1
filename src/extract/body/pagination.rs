//! Articles on several pages: which page goes on with one, and the parts joined without telling anything twice.
//!
//! What says that an article goes on stands in lists of articles as well, and under articles that lead to the next one. So
//! an address must differ from this page's in nothing but the number of the page, and what stands there is looked at before
//! it is joined. Nothing here fetches.

use std::collections::HashSet;
use std::sync::LazyLock;

use url::Url;

use super::block::{Block, BlockKind};
use crate::extract::page::head_data::HeadData;
use crate::extract::page::items::Page;
use crate::extract::page::text::squeezed;
use crate::extract::phrase_sets::PhraseSet;
use crate::lexicon::all;

/// Highest number of a page; a higher one is an article's.
const NUMBER_MAX: usize = 99;
/// Words of a link that leads to the next part, in characters.
const LINK_CHARS_MAX: usize = 40;
/// Text two parts may share although it is no paragraph told twice, in bytes of its letters.
const REPEAT_MIN: usize = 20;
/// Headlines shorter than this must be the same, in bytes of their letters.
const TITLE_MIN: usize = 12;
/// Text a part must bring to go on with an article, in bytes of its letters.
const NEW_MIN: usize = 80;
/// Parameters that number pages.
static PARAMETERS: LazyLock<Vec<&str>> = LazyLock::new(|| all(|language| language.links.page_parameters));
/// Words before the number of a page in a path.
static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.links.page_words));
/// Words of links to the next page, and what they hold in scripts without spaces.
static NEXT: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.links.next_page));
static NEXT_PARTS: LazyLock<PhraseSet> = LazyLock::new(|| all(|language| language.links.next_page_parts));

/// Whether a page goes on with an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Continuation {
    /// Its text was added.
    Added,
    /// It is another article, a list, a wall, or tells nothing new: the article ends before it.
    NoPart,
}

/// Returns the page that goes on with the article of this one by the page's own word, on the same host.
pub fn next(page: &Page<'_>, head_data: &HeadData<'_>, url: &Url, base: &Url) -> Option<Url> {
    let number = number_of(url);
    let wanted = (number + 1).to_string();
    let goes_on = |href: &str| {
        // Most links lead elsewhere; an address is read only where the number stands in it.
        let next = holds_number(href, &wanted).then(|| base.join(href).ok())??;
        is_next(url, &next, number + 1).then(|| without_fragment(next))
    };
    if let Some(next) = head_data.next.and_then(goes_on) {
        return Some(next);
    }
    page.items
        .iter()
        .enumerate()
        .filter(|(_, item)| item.name == "a")
        .find_map(|(at, item)| {
            let is_marked = item.attr("rel").is_some_and(|rel| has_word(rel, "next"));
            if !is_marked && item.chars > LINK_CHARS_MAX {
                return None;
            }
            let next = goes_on(item.attr("href")?)?;
            (is_marked || says_next(&page.text_of(at), &wanted)).then_some(next)
        })
}

/// Whether a number stands in a text, not as a piece of another number.
fn holds_number(text: &str, number: &str) -> bool {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    text.match_indices(number).any(|(at, _)| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        !is_digit(before) && !is_digit(bytes.get(at + number.len()))
    })
}

/// Whether the words of a link are the number of the next page, or say that it is one.
fn says_next(text: &str, wanted: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let says = words.clone().any(|word| NEXT.contains(word)) || NEXT_PARTS.is_in(&lower);
    says || (words.next() == Some(wanted) && words.next().is_none())
}

fn has_word(text: &str, word: &str) -> bool {
    text.split_whitespace().any(|own| own.eq_ignore_ascii_case(word))
}

fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

/// Returns the number an address bears as a page, 1 if it bears none.
fn number_of(url: &Url) -> usize {
    let address = plain(url);
    let told = (2..=NUMBER_MAX)
        .rev()
        .find(|number| without_number(&address, *number).is_some());
    told.unwrap_or(1)
}

/// Whether an address is this one's with the next number of a page.
fn is_next(url: &Url, next: &Url, number: usize) -> bool {
    let is_here = url.scheme() == next.scheme()
        && url.host() == next.host()
        && url.port_or_known_default() == next.port_or_known_default();
    if !is_here || number > NUMBER_MAX {
        return false;
    }
    let Some(whole) = numbered(next, number) else {
        return false;
    };
    // The first page often bears no number, the others do.
    numbered(url, number - 1) == Some(whole.clone()) || (number == 2 && plain(url) == whole)
}

/// An address as path and parameters.
type Plain = (String, Vec<(String, String)>);

/// Returns an address as it is without the number of a page, if it bears this one.
fn numbered(url: &Url, number: usize) -> Option<Plain> {
    without_number(&plain(url), number)
}

fn without_number((path, pairs): &Plain, number: usize) -> Option<Plain> {
    let wanted = number.to_string();
    let is_number = |(name, value): &(String, String)| {
        *value == wanted && PARAMETERS.iter().any(|own| own.eq_ignore_ascii_case(name))
    };
    if let Some(at) = pairs.iter().position(is_number) {
        let mut pairs = pairs.clone();
        pairs.remove(at);
        return Some((path.clone(), pairs));
    }
    let (stem, ending) = split_ending(path);
    let before = stem.strip_suffix(&wanted)?;
    if before.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (mut rest, mut word) = before
        .char_indices()
        .rev()
        .find(|(_, c)| !c.is_alphabetic())
        .map(|(at, c)| before.split_at(at + c.len_utf8()))?;
    // "story/page-2", "story/page/2": the word stands in a part of its own.
    if word.is_empty()
        && let Some(cut) = rest.strip_suffix(['/', '-', '_', '='])
        && let Some(at) = cut.rfind(|c: char| !c.is_alphabetic())
        && WORDS.contains(&cut[at + 1..])
    {
        word = &cut[at + 1..];
        rest = &cut[..=at];
    }
    if !word.is_empty() && !WORDS.contains(word.to_lowercase().as_str()) {
        return None;
    }
    let base = rest.strip_suffix(['/', '-', '_', ',', '.', ';'])?;
    // A front page has no parts, it is a list.
    (!base.trim_matches('/').is_empty()).then(|| (format!("{}{ending}", base.trim_end_matches('/')), pairs.clone()))
}

/// Returns an address as path and parameters, without what makes no other page of it.
fn plain(url: &Url) -> Plain {
    let pairs = url
        .query_pairs()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .filter(|(name, _)| !name.starts_with("utm_"))
        .collect();
    (url.path().trim_end_matches('/').to_owned(), pairs)
}

/// Returns a path without the ending of its file, and that ending.
fn split_ending(path: &str) -> (&str, &str) {
    let at = path.rfind('.').filter(|at| {
        let ending = &path[at + 1..];
        ["html", "htm", "shtml", "php", "aspx", "asp", "jsp"].contains(&ending)
    });
    path.split_at(at.unwrap_or(path.len()))
}

/// Adds a part's blocks to those of the article of this headline, if they go on with it; the parts are given in order.
pub fn append(title: &str, article: &mut Vec<Block>, mut part: Vec<Block>) -> Continuation {
    let told: HashSet<String> = article.iter().map(key).collect();
    let title = squeezed(title);
    let (mut new, mut old) = (0, 0);
    part.retain(|block| {
        let text = key(block);
        if told.contains(&text) && (text.len() >= REPEAT_MIN || block.kind == BlockKind::Image) {
            old += text.len();
            return false;
        }
        new += squeezed(&block.text).len();
        !(matches!(block.kind, BlockKind::Heading(_)) && !title.is_empty() && text.starts_with(&title))
    });
    if new < NEW_MIN || old > new {
        return Continuation::NoPart;
    }
    article.append(&mut part);
    Continuation::Added
}

/// Returns what a block is known by.
fn key(block: &Block) -> String {
    match block.kind {
        BlockKind::Image => block.markdown.clone(),
        _ => squeezed(&block.text),
    }
}

/// Whether two pages bear the same headline, but for the number of the page.
pub fn is_same_headline(article: &str, part: &str) -> bool {
    let (one, other) = (squeezed(article), squeezed(part));
    if one.is_empty() || other.is_empty() {
        return false;
    }
    // "Headline", "Headline - Page 2", "Page 2: Headline"; a headline cut short in the page's name.
    one == other || (one.len().min(other.len()) >= TITLE_MIN && (one.contains(&other) || other.contains(&one)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(here: &str, there: &str, expected: bool) {
        let url = Url::parse("https://news.example").unwrap().join(here).unwrap();
        let next = url.join(there).unwrap();
        assert_eq!(is_next(&url, &next, number_of(&url) + 1), expected, "{here} {there}");
    }

    #[test]
    fn an_address_that_differs_in_the_number_of_the_page_is_the_next_part() {
        for (here, there) in [
            ("/a/story", "/a/story?page=2"),
            ("/a/story?id=7", "/a/story?id=7&page=2"),
            ("/a/story?page=2&id=7", "/a/story?page=3&id=7"),
            ("/a/story?utm_source=x", "/a/story?page=2"),
            ("/a/story/", "/a/story/2/"),
            ("/a/story/2/", "/a/story/3/"),
            ("/a/story/9", "/a/story/10"),
            ("/a/story", "/a/story/page/2"),
            ("/a/story/page/2/", "/a/story/page/3/"),
            ("/a/story", "/a/story/page-2"),
            ("/a/story.html", "/a/story-2.html"),
            ("/a/story.html", "/a/story_p2.html"),
            ("/a/story_p2.html", "/a/story_p3.html"),
            ("/a/bericht-123.html", "/a/bericht-123-seite-2.html"),
            ("/story-2026", "/story-2026?p=2"),
            ("/a/story/1", "/a/story/2"),
        ] {
            check(here, there, true);
        }
    }

    #[test]
    fn other_addresses_are_not() {
        for (here, there) in [
            ("/a/story", "/a/other?page=2"),
            ("/a/story", "/b/story/2"),
            ("/a/story", "/a/story?page=3"),
            ("/a/story?page=2", "/a/story?page=2"),
            ("/a/story?page=2", "/a/story"),
            ("/a/story", "https://elsewhere.example/a/story?page=2"),
            ("/a/story", "/a/story/comment-page-2/"),
            ("/a/story", "/a/story?cpage=2"),
            ("/articles/1041", "/articles/1042"),
            ("/a/chapter-11", "/a/chapter-112"),
            ("/", "/page/2/"),
            ("/", "/2/"),
            ("/a/story", "/a/story2"),
            ("/a/story", "/a/story?id=2"),
        ] {
            check(here, there, false);
        }
    }

    #[test]
    fn links_that_say_so() {
        for text in [
            "2",
            "Next page »",
            "Nächste Seite",
            "Page 2",
            "次のページ",
            "Lire la suite",
            "[2]",
        ] {
            assert!(says_next(text, "2"), "{text}");
        }
        for text in ["3", "12", "Comments", "Share 2", ""] {
            assert!(!says_next(text, "2"), "{text}");
        }
    }
}
