//! Where a page says who wrote its article, and which of its words is believed.
//!
//! In this order: a line at the headline that begins with "By"; structured data; meta elements; elements named after
//! their author and links to an author's page; a name behind "Written by". Names of persons come first; where there is
//! none, what the page declares is taken: its account, its team. What makes a name of a text is `byline_names`'s
//! subject.

use super::byline_names::LABELS;
use super::{byline_names, visible_bylines};
use crate::extract::page::head_data::HeadData;
use crate::extract::page::headline_lines::HeadlineLines;
use crate::extract::page::items::Page;
use crate::extract::page::text::{plain, unescaped};

/// Meta elements that name the author, the surest first.
#[rustfmt::skip]
const DECLARED: &[&str] = &[
    "author", "article:author", "og:article:author", "parsely-author", "sailthru.author", "cxenseparse:author",
    "dc.creator", "dcterms.creator", "byl", "article:author_name", "citation_author", "citation_authors",
];

/// Returns who wrote a page's article; none where nothing on it says so.
pub fn byline(
    head_data: &HeadData<'_>,
    page: &Page<'_>,
    near: &HeadlineLines<'_>,
    site: Option<&str>,
    title: &str,
) -> Option<String> {
    let declared = declared(head_data);
    let named: Vec<String> = declared
        .iter()
        .filter_map(|lines| byline_names::byline(lines, site, title))
        .collect();
    let believed = named.first().cloned();
    let told = visible_bylines::at_headline(page, near);
    if let Some(shown) = byline_names::joined(told.into_iter(), None, title) {
        // Who put it on the site is often declared; who wrote it is shown.
        return Some(in_full(shown, &named));
    }
    believed
        .map(|own| in_full(own, &named))
        .or_else(|| byline_names::byline(&visible_bylines::visible(page, near), site, title))
        .or_else(|| byline_names::byline(&visible_bylines::beside_date(page, near), site, title))
        .or_else(|| byline_names::byline(&head_data.rel_author[..head_data.rel_author.len().min(3)], site, title))
        .or_else(|| declared.iter().find_map(|lines| byline_names::account(lines, title)))
        .or_else(|| byline_names::account(&visible_bylines::accounts(page, near), title))
}

/// Returns the longest declaration that names everybody of a byline and others besides, else the byline: one place of a page
/// often names the first author only.
fn in_full(byline: String, declared: &[String]) -> String {
    let names = |line: &str| -> Vec<String> { line.split(", ").map(str::to_lowercase).collect() };
    let own = names(&byline);
    let holds_all = |other: &[String]| other.len() > own.len() && own.iter().all(|name| other.contains(name));
    let fuller = declared.iter().filter(|other| holds_all(&names(other)));
    fuller.max_by_key(|other| names(other).len()).cloned().unwrap_or(byline)
}

/// Returns the lines of each declaration of the authors, in the order they are believed.
fn declared(head_data: &HeadData<'_>) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = vec![head_data.structured.authors.iter().map(|name| plain(name)).collect()];
    for name in DECLARED {
        let values = head_data.all(name).filter(|text| !text.starts_with("http")).map(plain);
        let values = values.map(|text| match text.split_once(", ") {
            // Libraries write the family name first.
            Some((family, given)) if *name == "citation_author" => format!("{given} {family}"),
            _ => text,
        });
        found.push(values.collect());
    }
    // What is said where a page is shared: a label, and what stands behind it.
    for (label, data) in [("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")] {
        let is_author = |text: &str| LABELS.contains(text.trim().to_lowercase().as_str());
        if head_data.first(&[label]).is_some_and(is_author) {
            found.push(head_data.first(&[data]).map(unescaped).into_iter().collect());
        }
    }
    found.retain(|lines| !lines.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::{HeadData, HeadlineLines, Page, byline};

    #[track_caller]
    fn check(html: &str, expected: Option<&str>) {
        let tree = crate::extract::page::dom::parse(html, None);
        let (page, head_data) = (Page::of(&tree), HeadData::of(&tree));
        let near = HeadlineLines::of(&page, "", &url::Url::parse("https://example.org/").unwrap());
        assert_eq!(
            byline(&head_data, &page, &near, None, "").as_deref(),
            expected,
            "{html}"
        );
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
    fn the_headline_is_believed_before_the_account() {
        let page = |rest: &str| format!("<meta name=author content='Kim Poe'><h1>Ferry returns</h1>{rest}");
        check(&page("<p>Text.</p>"), Some("Kim Poe"));
        check(
            &page("<p>By <a>Ana Lopez</a>, PhD and Bo Li | June 12, 2026</p>"),
            Some("Ana Lopez, Bo Li"),
        );
        check(&page("<div>By</div><div>April Fulton</div>"), Some("April Fulton"));
        check(&page("<p>Reviewed by Ana Lopez</p>"), Some("Kim Poe"));
        // What stands under the headline of another article is not this one's.
        let card = "<div><a href=/other>Another story with a headline of its own</a><p>By Ana Lopez</p></div>";
        check(&page(card), Some("Kim Poe"));
    }

    #[test]
    fn without_a_person_the_account_is_named() {
        check("<meta name=author content='Harbour Team'>", Some("Harbour Team"));
        check("<meta name=author content=admin>", None);
        let shared = "<meta name=twitter:label1 content='Written by'><meta name=twitter:data1 content='Ana Lopez'>";
        check(shared, Some("Ana Lopez"));
        let shown = "<h1>Ferry returns</h1><p>Ana Lopez</p><p>June 12, 2026</p>";
        check(shown, Some("Ana Lopez"));
    }

    #[test]
    fn every_author_of_a_paper_is_named() {
        let first = "<meta name=dc.creator content='Ana Lopez'>";
        let all = "<meta name=citation_authors content='Ana Lopez'><meta name=citation_authors content='Bo Li'>";
        check(&format!("{first}{all}"), Some("Ana Lopez, Bo Li"));
        let many: Vec<String> = ('A'..='L').map(|letter| format!("{letter}na Lopez")).collect();
        let live = format!("<meta name=author content='{}'>", many.join(", "));
        check(&live, Some(many.join(", ").as_str()));
        let shared = "<meta name=author content='Ana Lopez, Bo Li, Kim Poe'>";
        let shown = |names: &str| format!("<h1>Ferry returns</h1><p>By <a>{names}</a></p>");
        for names in ["Ana Lopez", "Bo Li", "ANA LOPEZ"] {
            check(
                &format!("{first}{shared}{}", shown(names)),
                Some("Ana Lopez, Bo Li, Kim Poe"),
            );
        }
        check(&format!("{first}{shared}"), Some("Ana Lopez, Bo Li, Kim Poe"));
        // Somebody else is not one of them.
        check(&format!("{shared}{}", shown("Jo Berg")), Some("Jo Berg"));
        check(&format!("{shared}{}", shown("Ana Lopez Vega")), Some("Ana Lopez Vega"));
    }

    #[test]
    fn roles_before_and_between_names_are_left_out() {
        let page = |rest: &str| format!("<h1>Ferry returns</h1>{rest}");
        for line in [
            "By political reporter Ana Lopez and Bo Li in Halden",
            "By Health Editor Ana Lopez and Bo Li",
            "Von unserer Redakteurin Ana Lopez und Bo Li, Ostmere",
            "Von Chefreporter Ana Lopez und Bo Li",
            "Par notre envoyée spéciale Ana Lopez et Bo Li",
            "By <a>Ana Lopez</a>, Senior Reporter, <a>Bo Li</a>, Editor",
            "By <a>Ana Lope<span>z</span></a> and Bo Li",
        ] {
            check(&page(&format!("<p>{line}</p>")), Some("Ana Lopez, Bo Li"));
        }
        for (line, name) in [
            ("By political reporter van der Berg Ana", "van der Berg Ana"),
            ("Von Chefreporter von Ostmere Bo", "von Ostmere Bo"),
            ("Par notre envoyée spéciale de la Tour Ana", "de la Tour Ana"),
            ("By Health Editor Ana van der Berg", "Ana van der Berg"),
        ] {
            check(&page(&format!("<p>{line}</p>")), Some(name));
        }
        check(&page("<p class=author>Ana Lo&shy;pez</p>"), Some("Ana Lopez"));
        check(&page("<p class=author>Ana Lope<span>z</span></p>"), Some("Ana Lopez"));
        for and in ["et", "y", "og", "en"] {
            let line = format!("Par <a>Ana Lopez</a> <span>{and}</span> <a>Bo Berger</a>");
            check(&page(&format!("<p>{line}</p>")), Some("Ana Lopez, Bo Berger"));
        }
        let markup = "<meta name=author content='&lt;a href=/ana&gt;Ana Lopez&lt;/a&gt;'>";
        check(markup, Some("Ana Lopez"));
    }

    #[test]
    fn what_is_no_name_is_none() {
        check("<meta name=author content='undefined undefined'>", None);
        // "Three hours ago", cut at its number.
        for when in ["před 3 hodinami", "há 3 horas", "для 3 часов"] {
            let line = format!("<h1>Ferry</h1><p class=author>Ana Lopez, {when}</p>");
            check(&line, Some("Ana Lopez"));
        }
        let credit = "<h1>Ferry</h1><p>Copyright Ana Lopez</p><p>12 June 2026</p>";
        check(credit, None);
        check(
            "<h1>Ferry</h1><div class=byline-meta><time class=byline-date>May 12, 2026</time></div>",
            None,
        );
        check("<h1>渡し船</h1><p class=author>この記事を書いた人</p>", None);
        check("<p class=author>admin</p><p>By January 12, 2026</p>", None);
        let comment = "<div class=comments><p class=author>Ana Lopez</p></div>";
        check(&format!("<p>The ferry returned to the harbour.</p>{comment}"), None);
        check(
            "<a href=/author/>View all posts</a><p class=author>Member Login</p>",
            None,
        );
        check("<p>By the end of the year everybody will have one.</p>", None);
    }
}
