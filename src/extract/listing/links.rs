//! What links are by their words: menus and other frames, tags and page numbers, "read more", addresses with names.

use url::Url;

use super::link_words::{FILE_ENDINGS, FRAME_WORDS, LIST_PARAMETERS, LIST_SEGMENTS, MORE, OWN_WORDS};
use crate::extract::page::items::Page;
use crate::text;

/// Returns the links of a page that do not stand in its frame: menus, footers, columns beside the list.
pub fn outside_frames(page: &Page<'_>) -> Vec<usize> {
    let total = page.items.len();
    let mut in_frame = vec![false; total];
    let mut in_content = vec![false; total];
    let mut found = Vec::new();
    for at in 0..total {
        let item = &page.items[at];
        let (outer_frame, outer_content) = if at == 0 {
            (false, false)
        } else {
            (in_frame[item.parent], in_content[item.parent])
        };
        in_content[at] = outer_content || matches!(item.name, "article" | "main" | "li" | "section" | "td");
        // A header within an article is its headline's.
        in_frame[at] = outer_frame
            || matches!(item.name, "nav" | "footer" | "aside" | "menu") && !(item.name == "footer" && outer_content)
            || (item.name == "header" && !outer_content)
            || (!matches!(item.name, "html" | "body" | "main" | "article" | "a" | "") && is_named_frame(page, at));
        if item.name == "a" && !in_frame[at] {
            found.push(at);
        }
    }
    found
}

fn is_named_frame(page: &Page<'_>, at: usize) -> bool {
    let item = &page.items[at];
    let role = item.attr("role").unwrap_or_default();
    if matches!(
        role,
        "navigation" | "contentinfo" | "banner" | "complementary" | "search"
    ) {
        return true;
    }
    // A part that holds most of a page's text is no frame, whatever it is called.
    if item.chars * 2 > page.items[0].chars {
        return false;
    }
    [item.attr("class"), item.attr("id")]
        .into_iter()
        .flatten()
        .any(|names| {
            names
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| FRAME_WORDS.iter().any(|own| own.eq_ignore_ascii_case(word)))
        })
}

/// Whether an address leads to something else than an article: a list, a file, the site's own affairs.
pub fn is_no_article(url: &Url, rel: Option<&str>) -> bool {
    let is_rel = |word: &str| {
        matches!(
            word.to_ascii_lowercase().as_str(),
            "tag" | "author" | "next" | "prev" | "home"
        )
    };
    if rel.is_some_and(|rel| rel.split_whitespace().any(is_rel)) {
        return true;
    }
    let segments: Vec<String> = url
        .path()
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let is_list_name = |segment: &String| LIST_SEGMENTS.contains(segment.as_str());
    let has_query = url.query().is_some_and(|query| !query.is_empty());
    let is_list = match segments.as_slice() {
        [] => !has_query,
        // Another language of the front page.
        [only] if only.len() == 2 && !has_query => true,
        [.., last] if is_list_name(last) && !has_query => true,
        [.., before, last] if is_list_name(before) => last.len() < 40 && last.matches('-').count() < 4,
        _ => false,
    };
    let is_own = segments.last().is_some_and(|last| {
        last.split(|c: char| !c.is_alphanumeric())
            .all(|word| OWN_WORDS.contains(word))
    }) && !has_query;
    let is_file = segments
        .last()
        .and_then(|last| last.rsplit_once('.'))
        .is_some_and(|(_, ending)| FILE_ENDINGS.contains(&ending));
    let is_numbered = url
        .query_pairs()
        .any(|(name, _)| LIST_PARAMETERS.iter().any(|own| own.eq_ignore_ascii_case(&name)));
    is_list || is_own || is_file || is_numbered
}

/// Whether an address holds a name of several words.
pub fn has_name(url: &Url) -> bool {
    let last = url.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let name = last.rsplit_once('.').map_or(last, |(name, _)| name);
    name.split(['-', '_', '+']).filter(|word| word.len() > 1).count() >= 4 || name.matches("%20").count() >= 3
}

/// Whether an address holds a number that may be an article's.
pub fn has_number(url: &Url) -> bool {
    let in_path = url
        .path()
        .rsplit('/')
        .take(2)
        .any(|part| part.bytes().filter(u8::is_ascii_digit).count() >= 3);
    in_path
        || url
            .query_pairs()
            .any(|(_, value)| value.len() <= 12 && value.bytes().any(|b| b.is_ascii_digit()))
}

/// Whether a link's words lead on to an article instead of naming it.
pub fn says_more(text: &str) -> bool {
    let plain: String = text
        .chars()
        .filter(|c| c.is_alphanumeric() || c.is_whitespace())
        .collect::<String>()
        .to_lowercase();
    let plain = text::line(&plain);
    plain.is_empty() || MORE.contains(plain.as_str())
}

/// Returns what a link names: its first line of several words, without dates and labels.
pub fn headline(page: &Page<'_>, anchor: usize) -> String {
    let end = page.items[anchor].end;
    let mut lines: Vec<String> = vec![String::new()];
    let mut at = anchor + 1;
    while at < end {
        let item = &page.items[at];
        if is_label(page, at) {
            at = item.end.max(at + 1);
            continue;
        }
        if item.is_block || item.name == "br" {
            lines.push(String::new());
        }
        if let Some(last) = lines.last_mut() {
            last.push_str(item.text);
            last.push_str(if item.name == "span" { " " } else { "" });
        }
        at += 1;
    }
    let lines: Vec<String> = lines
        .iter()
        .map(|text| text::line(text))
        .filter(|line| !line.is_empty() && !says_more(line))
        .collect();
    let telling = lines.iter().find(|line| line.chars().count() >= 12);
    telling
        .or_else(|| lines.iter().max_by_key(|line| line.chars().count()))
        .cloned()
        .unwrap_or_default()
}

/// Whether a part of a link is a date or a label before the headline.
fn is_label(page: &Page<'_>, at: usize) -> bool {
    let item = &page.items[at];
    if item.name == "time" {
        return true;
    }
    let class = item.attr("class").unwrap_or_default().to_ascii_lowercase();
    let mut words = class.split(|c: char| !c.is_alphanumeric());
    let is_one = words.clone().any(|word| {
        matches!(
            word,
            "date"
                | "time"
                | "timestamp"
                | "kicker"
                | "eyebrow"
                | "category"
                | "meta"
                | "byline"
                | "author"
                | "label"
                | "badge"
                | "count"
                | "duration"
        )
    });
    is_one && !words.any(|word| matches!(word, "title" | "headline"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, expected: bool) {
        let url = Url::parse(address).unwrap();
        assert_eq!(is_no_article(&url, None), expected, "{address}");
    }

    #[test]
    fn lists_files_and_the_sites_own_affairs_are_no_articles() {
        for address in [
            "https://a.example/",
            "https://a.example/de/",
            "https://a.example/tag/privacy",
            "https://a.example/news/page/2/",
            "https://a.example/news?page=3",
            "https://a.example/privacy-policy",
            "https://a.example/terms-of-use.html",
            "https://a.example/ueber-uns/",
            "https://a.example/author/jo-smith/",
            "https://a.example/feed.xml",
            "https://a.example/picture.jpg",
        ] {
            check(address, true);
        }
        for address in [
            "https://a.example/2026/privacy-law-passes",
            "https://a.example/?p=123",
            "https://a.example/news/article.php?id=7",
            "https://a.example/press/report.pdf",
            "https://a.example/topics/council-votes-on-the-bridge-at-last",
            "https://a.example/en/bridge",
        ] {
            check(address, false);
        }
    }

    #[test]
    fn words_that_lead_on() {
        for text in ["Read more »", "Weiterlesen …", "", "→", "Leer más"] {
            assert!(says_more(text), "{text}");
        }
        assert!(!says_more("More rain for the valley"));
    }
}
