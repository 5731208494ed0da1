//! The headings of a page as their readers see them: words of two elements apart, and without the mark of a link to itself.

use super::page::items::{Page, PageItem};
use super::page::text::{squeezed, unescaped};
use crate::text::line;

/// Headings of one rank that are looked at.
const HEADINGS_MAX: usize = 12;
/// Marks of a link to the heading itself.
const PERMALINK_MARKS: &[char] = &['#', '¶', '§', '🔗', '⚓'];
/// The end of a heading that is a headline without its kicker is not shorter than this, in letters.
const KICKED_MIN: usize = 8;
/// A piece of a heading shorter than this is no word of its own, in characters.
const WORD_MIN: usize = 3;

/// One heading of a page.
pub struct Heading {
    pub text: String,
    /// The same, as it stands in its pieces.
    pieces: Vec<String>,
    /// It leads to the front page, or is named after the site: it is the site's name.
    pub is_site: bool,
}

/// Returns the first headings of a rank.
pub fn headings(page: &Page<'_>, name: &str) -> Vec<Heading> {
    let is_heading = |item: &PageItem<'_>| item.name == name && item.chars > 0 && item.chars < 300;
    let items = page.items.iter().enumerate().filter(|(_, item)| is_heading(item));
    items.take(HEADINGS_MAX).map(|(at, _)| heading(page, at)).collect()
}

/// Returns a heading, with a blank where words of two elements would run together, and without the mark of a link to itself.
fn heading(page: &Page<'_>, at: usize) -> Heading {
    let inside = &page.items[at..page.items[at].end];
    let mut pieces: Vec<String> = Vec::new();
    let mut is_apart = false;
    for item in inside {
        is_apart |= item.is_block || item.name == "br";
        let Some(piece) = Some(item.text).filter(|text| !text.is_empty()) else {
            continue;
        };
        let runs_on = pieces.last().is_some_and(|last| run_together(last, piece));
        let blank = if is_apart || runs_on { " " } else { "" };
        pieces.push(format!("{blank}{piece}"));
        is_apart = false;
    }
    let text = line(&unescaped(&pieces.concat()));
    let text = text.trim_matches(|c: char| PERMALINK_MARKS.contains(&c)).trim();
    let is_root = |href: &str| {
        let (place, part) = href.split_once('#').unwrap_or((href, ""));
        // A query names one page of many, and so does the part of a page whose script shows another.
        let is_route = part.starts_with(['/', '!']);
        let is_front = |url: url::Url| url.path() == "/" && url.query().is_none();
        !is_route && (place == "/" || url::Url::parse(place).is_ok_and(is_front))
    };
    let leads_home = |item: &PageItem<'_>| item.name == "a" && item.attr("href").is_some_and(is_root);
    let around = std::iter::once(&page.items[page.items[at].parent]);
    let is_whole = |item: &&PageItem<'_>| item.chars == page.items[at].chars;
    Heading {
        text: text.to_owned(),
        is_site: inside.iter().chain(around).filter(is_whole).any(leads_home),
        pieces,
    }
}

/// Whether two pieces of one heading are words of their own that nothing parts: a kicker and what stands behind it.
fn run_together(before: &str, behind: &str) -> bool {
    let begins = behind.chars().next().is_some_and(char::is_uppercase);
    let last = before.chars().next_back();
    let is_word = before.trim().chars().count() >= WORD_MIN && last.is_some_and(char::is_lowercase);
    (is_word && begins)
        || (last.is_some_and(|c| matches!(c, ':' | '.' | '!' | '?')) && behind.starts_with(char::is_alphanumeric))
}

impl Heading {
    /// Whether its last pieces are this headline, behind a kicker, a badge or a date of their own.
    pub fn ends_with(&self, headline: &str) -> bool {
        let wanted = squeezed(headline);
        if wanted.chars().count() < KICKED_MIN {
            return false;
        }
        let mut rest = wanted.as_str();
        // From the end, each piece once: a heading may have any number of empty ones.
        for piece in self.pieces.iter().skip(1).rev() {
            let Some(before) = rest.strip_suffix(squeezed(piece).as_str()) else {
                return false;
            };
            rest = before;
            if rest.is_empty() {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod site_name_tests {
    use super::headings;
    use crate::extract::page::dom;
    use crate::extract::page::items::Page;

    #[test]
    fn only_a_heading_that_leads_to_the_front_page_is_the_sites_name() {
        for (href, is_site) in [
            ("/", true),
            ("https://news.example/#top", true),
            ("/?p=77", false),
            ("https://news.example/?p=77", false),
            ("/#/ferry", false),
            ("/#!ferry", false),
        ] {
            let tree = dom::parse(&format!("<h1><a href='{href}'>The ferry is back</a></h1>"), None);
            assert_eq!(headings(&Page::of(&tree), "h1")[0].is_site, is_site, "{href}");
        }
    }
}
