//! Where a page shows its readers who wrote it.
//!
//! For pages that say it nowhere else. What makes a name of a line is `names`'s subject.

use super::metadata::line;
use super::names::{AUTHORS_MAX, clean, split_names};
use super::page::{Item, Page};

/// Returns the lines of a page that say who wrote it, of the surest kind there is: elements named after their author,
/// links to an author's page, lines beginning with "By", names behind "Written by".
pub fn visible_lines(page: &Page<'_>) -> Vec<String> {
    let end = page.items.len();
    let mut furniture = vec![false; end];
    for (at, item) in page.items.iter().enumerate() {
        let is_frame = matches!(item.name, "html" | "body" | "main" | "article");
        // A byline may stand in a part named for sharing; comments and other articles' cards have authors of their own.
        furniture[at] = (at > 0 && furniture[item.parent]) || (!is_frame && is_elsewhere(item));
    }
    let near = || page.items.iter().enumerate().filter(|(at, _)| !furniture[*at]);
    let short = |at: usize| (3..120).contains(&page.items[at].chars);
    let named: Vec<String> = near()
        .filter(|(at, item)| short(*at) && is_author_element(item))
        .map(|(at, _)| parted(page, at))
        .filter(|text| first_name(text).is_some())
        .take(AUTHORS_MAX)
        .collect();
    let person = named
        .iter()
        .find(|text| first_name(text).is_some_and(|name| is_person(&name)));
    if let Some(text) = person.or(named.first()) {
        return vec![text.clone()];
    }
    let linked = near()
        .filter(|(at, item)| short(*at) && item.name == "a" && item.attr("href").is_some_and(is_author_address))
        .map(|(at, _)| parted(page, at))
        .find(|text| is_person(text));
    if let Some(text) = linked {
        return vec![text];
    }
    let begun = near()
        .filter(|(at, item)| short(*at) && item.element.is_some())
        .map(|(at, _)| parted(page, at))
        .find(|text| without_by(text).is_some_and(|rest| first_name(rest).is_some_and(|name| is_person(&name))));
    if let Some(text) = begun {
        return vec![text];
    }
    let mut texts = near().filter(|(_, item)| item.element.is_none() && item.chars > 0);
    while let Some((_, item)) = texts.next() {
        let label = line(item.text).to_lowercase();
        if LABELS.contains(&label.trim_end_matches([':', ' ']))
            && let Some((_, next)) = texts.next()
            && is_person(&line(next.text))
        {
            return vec![line(next.text)];
        }
    }
    Vec::new()
}

/// Returns the text of an item with a space between its texts: "By" and a name are often parted by nothing but markup.
fn parted(page: &Page<'_>, at: usize) -> String {
    let texts: Vec<&str> = page.items[at..page.items[at].end]
        .iter()
        .map(|item| item.text)
        .collect();
    line(&texts.join(" "))
}

/// Lines behind which a name stands.
const LABELS: &[&str] = &[
    "by",
    "written by",
    "author",
    "words by",
    "posted by",
    "published by",
    "story by",
    "article by",
    "reviewed by",
    "von",
    "autor",
    "autorin",
    "text",
    "par",
    "auteur",
    "por",
    "autora",
    "di",
    "autore",
    "door",
    "tekst",
    "автор",
    "文",
    "作者",
    "記者",
    "بقلم",
    "authored by",
    "words",
    "reported by",
];

fn without_by(text: &str) -> Option<&str> {
    const STARTS: &[&str] = &[
        "By ",
        "by ",
        "BY ",
        "By: ",
        "Written by ",
        "Posted by ",
        "Words by ",
        "Story by ",
        "Authored by ",
        "Author: ",
        "Von ",
        "VON ",
        "Par ",
        "PAR ",
        "Por ",
        "POR ",
        "Di ",
        "Door ",
        "Written By ",
        "Published by ",
        "Reported by ",
        "Автор: ",
        "作者：",
        "文/",
        "Tekst: ",
        "Autor: ",
        "Text: ",
    ];
    STARTS.iter().find_map(|start| text.strip_prefix(start))
}

/// Whether an element belongs to other articles, comments or the frame of the page.
fn is_elsewhere(item: &Item<'_>) -> bool {
    if matches!(item.name, "nav" | "footer") {
        return true;
    }
    let names = [item.attr("class"), item.attr("id")];
    names.into_iter().flatten().any(|names| {
        let names = names.to_ascii_lowercase();
        [
            "comment",
            "related",
            "sidebar",
            "footer",
            "recommend",
            "popular",
            "trending",
            "more-",
            "latest",
        ]
        .iter()
        .any(|word| names.contains(word))
    })
}

fn is_author_element(item: &Item<'_>) -> bool {
    let has = |name: &str, word: &str| {
        item.attr(name)
            .is_some_and(|value| value.split_whitespace().any(|own| own.eq_ignore_ascii_case(word)))
    };
    has("itemprop", "author") || has("rel", "author") || item.sense.is_author
}

/// Whether an address is an author's page.
fn is_author_address(href: &str) -> bool {
    let href = href.to_ascii_lowercase();
    [
        "/author/",
        "/authors/",
        "/writer/",
        "/writers/",
        "/contributor",
        "/profile/",
        "/people/",
        "/staff/",
        "/by/",
        "/journalist",
        "/autor/",
        "/autoren/",
        "/auteur",
        "/autore/",
        "/reporter",
        "/columnist",
        "/byline",
    ]
    .iter()
    .any(|part| href.contains(part))
}

/// Returns the first name a line gives.
fn first_name(text: &str) -> Option<String> {
    text.split([';', '|', '•', '·', '/'])
        .flat_map(split_names)
        .find_map(|part| clean(&part))
        .filter(|name| !name.to_lowercase().split(' ').any(|word| NEVER.contains(&word)))
}

/// Words of links and labels that are in no name.
const NEVER: &[&str] = &[
    "the",
    "our",
    "your",
    "all",
    "more",
    "view",
    "read",
    "about",
    "profile",
    "home",
    "news",
    "blog",
    "posts",
    "author",
    "authors",
    "contact",
    "team",
    "us",
    "here",
    "how",
    "why",
    "what",
    "new",
    "see",
    "meet",
    "follow",
    "editorial",
    "login",
    "member",
    "sign",
    "use",
    "case",
    "category",
    "subscribe",
    "share",
    "search",
    "menu",
    "page",
    "posted",
];

/// Whether a text reads like a person's name: a few words, each with a capital.
fn is_person(text: &str) -> bool {
    const PARTICLES: &[&str] = &[
        "de", "da", "di", "del", "della", "van", "von", "der", "den", "la", "le", "el", "al", "bin", "ibn", "dos",
        "du", "and", "und", "et", "y", "e", "zu", "ter", "ten",
    ];
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let is_word = |word: &&str| {
        let lower = word.to_lowercase();
        !NEVER.contains(&lower.as_str())
            && (PARTICLES.contains(&lower.as_str())
                || word.starts_with(|c: char| c.is_uppercase())
                || word.chars().all(|c| c.is_alphabetic() && !c.is_lowercase()))
            && !word.contains(|c: char| c.is_ascii_digit())
    };
    let is_wide = words.len() == 1 && !text.is_ascii() && (2..=5).contains(&text.chars().count());
    is_wide || ((2..=9).contains(&words.len()) && words.iter().all(is_word))
}

#[cfg(test)]
mod tests {
    use super::{Page, visible_lines};
    use crate::extract::names::byline;

    #[track_caller]
    fn check(html: &str, expected: Option<&str>) {
        let tree = super::super::dom::parse(html, None);
        let lines = visible_lines(&Page::of(&tree));
        assert_eq!(byline(lines, None, "").as_deref(), expected, "{html}");
    }

    #[test]
    fn names_stand_in_many_places() {
        check(
            "<p class=c-author__name>Ana Lopez, Senior editor</p>",
            Some("Ana Lopez"),
        );
        check(
            "<div class=byline><span>By</span><a>Ana Lopez</a> June 12, 2026</div>",
            Some("Ana Lopez"),
        );
        check(
            "<a href=/news>News</a><a href=/authors/ana>Ana Lopez</a>",
            Some("Ana Lopez"),
        );
        check("<div>Written by</div><div>Ana Lopez</div>", Some("Ana Lopez"));
        check("<p>Von Ana Lopez und Bo Li</p>", Some("Ana Lopez, Bo Li"));
        check("<p>作者：李小明</p>", Some("李小明"));
    }

    #[test]
    fn what_is_no_name_is_none() {
        check("<p class=author>admin</p><p>By January 12, 2026</p>", None);
        check("<div class=comments><p class=author>Ana Lopez</p></div>", None);
        check(
            "<a href=/author/>View all posts</a><p class=author>Member Login</p>",
            None,
        );
        check("<p>By the end of the year everybody will have one.</p>", None);
    }
}
