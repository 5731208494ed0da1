//! Whole pages beside what is to be read from them: `tests/data/pages/NAME.html` and `NAME.expected`.
//!
//! `PAGES_WRITE=1 cargo test pages::` writes the expected files anew; read the difference before it is kept.

use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;
use tidings::extract::{self, ExtractOptions, SiteRules};
use url::Url;

fn address() -> Url {
    Url::parse("https://news.example/2026/06/12/page").unwrap()
}

fn shown(html: &str) -> String {
    let page = extract::extract(html, &address(), &ExtractOptions::default());
    let mut out = String::new();
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            writeln!(out, "{name}: {value}").unwrap();
        }
    };
    line("verdict", Some(page.verdict.as_str().to_owned()));
    line("title", Some(page.metadata.title));
    line("byline", page.metadata.byline);
    line("excerpt", page.metadata.excerpt);
    line("published", page.metadata.published_at.map(|at| at.to_rfc3339()));
    line("canonical", page.metadata.canonical_url);
    line("amp", page.metadata.amp_url);
    line("site", page.metadata.site_name);
    line(
        "image",
        page.metadata
            .image
            .map(|image| format!("{} {:?}x{:?}", image.url, image.width, image.height)),
    );
    line("language", page.metadata.language);
    format!("{out}\n{}\n", page.markdown)
}

#[test]
fn pages_give_what_is_expected_of_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pages");
    let mut names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|e| e == "html"));
    names.sort();
    assert!(names.len() >= 10, "the samples were not found");
    for path in names {
        let bytes = std::fs::read(&path).unwrap();
        let found = shown(&extract::decode(&bytes, None));
        let expected = path.with_extension("expected");
        if std::env::var_os("PAGES_WRITE").is_some() {
            std::fs::write(&expected, &found).unwrap();
        }
        let expected = std::fs::read_to_string(expected).unwrap();
        assert!(
            found == expected,
            "{}:\n{found}\n--- expected ---\n{expected}",
            path.display()
        );
    }
}

#[test]
fn the_readers_rules_for_a_site_win() {
    let html = "<html><body><div class=a><p>Not this one, although it is long enough to be taken for the article by anybody who looks.</p></div>\
        <div class=b><h4 class=t>The headline</h4><p>This is it.</p><p class=promo>Buy a hat.</p><i class=d>12 June 2026</i></div></body></html>";
    let rules = SiteRules {
        body: Some("div.b".to_owned()),
        remove: vec![".promo".to_owned(), ".t".to_owned(), ".d".to_owned()],
        title: Some(".t".to_owned()),
        date: Some(".d".to_owned()),
        author: None,
    };
    let page = extract::extract(
        html,
        &address(),
        &ExtractOptions {
            site: Some(&rules),
            ..ExtractOptions::default()
        },
    );
    assert_eq!(
        (page.metadata.title.as_str(), page.text.as_str()),
        ("The headline", "This is it.")
    );
    assert_eq!(
        page.metadata.published_at.unwrap().to_rfc3339(),
        "2026-06-12T00:00:00+00:00"
    );
}

#[test]
fn what_a_page_says_stays_text_in_a_document() {
    let html = "<article><h1>A</h1><p>&lt;script&gt;alert(1)&lt;/script&gt; and [a](javascript:alert(1)) and # no heading, a paragraph long enough to be one.</p>\
        <p><a href=\"javascript:alert(1)\">a link that does something</a> and a text behind it that makes this a paragraph worth keeping.</p></article>";
    let page = extract::extract(html, &address(), &ExtractOptions::default());
    assert!(
        !page.markdown.contains("<script") || page.markdown.contains("\\<script"),
        "{}",
        page.markdown
    );
    assert!(
        page.markdown.contains("\\[a\\]") && !page.markdown.contains("](<javascript"),
        "{}",
        page.markdown
    );
}

#[test]
fn what_became_of_a_block_is_told() {
    let html =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pages/builder.html")).unwrap();
    let told = extract::explain(&html, &address(), &ExtractOptions::default());
    let kept: Vec<&str> = told
        .blocks
        .iter()
        .filter(|b| b.dropped.is_none())
        .map(|b| b.text.as_str())
        .collect();
    let whole = extract::extract(&html, &address(), &ExtractOptions::default());
    assert_eq!(kept.join("\n\n"), whole.text);
    let notices: Vec<_> = told
        .blocks
        .iter()
        .filter(|b| b.text.starts_with("Our readers"))
        .collect();
    // One is kept: nothing tells a notice from a refrain.
    assert_eq!(notices[0].dropped, None);
    let notice = notices[1];
    assert_eq!(notice.dropped, Some("the same text stands elsewhere"));
    assert!(notice.path.ends_with("div.elementor-widget > p"), "{}", notice.path);
    let teaser = told
        .blocks
        .iter()
        .find(|b| b.text.starts_with("Another council"))
        .unwrap();
    assert_eq!(teaser.dropped, Some("its element is named as furniture"));
    assert!(told.container.is_some() && told.reading.is_empty());
    let again =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pages/again-hidden.html"));
    let told = extract::explain(&again.unwrap(), &address(), &ExtractOptions::default());
    assert!(told.reading.starts_with("what is hidden"), "{}", told.reading);
    assert!(
        told.blocks
            .iter()
            .any(|block| block.dropped.is_none() && block.path.contains("main > div > p"))
    );
}

#[test]
fn a_listing_is_found_or_says_what_to_do() {
    let articles: String = (1..6)
        .map(|n| format!("<li><h3><a href=/story-{n}?utm_source=front>Council story number {n} today</a></h3></li>"))
        .collect();
    let html = format!(
        "<body><nav><a href=/about>All about our little house</a></nav><ul>{articles}</ul><footer><a href=/imprint>Imprint and other legal things</a></footer></body>"
    );
    let links = extract::listing(&html, &address(), None).unwrap();
    assert_eq!(links.len(), 5);
    assert_eq!(
        (links[0].url.as_str(), links[0].title.as_str()),
        ("https://news.example/story-1", "Council story number 1 today")
    );
    assert_eq!(extract::listing(&html, &address(), Some("h3 a")).unwrap().len(), 5);
    for (html, selector, part) in [
        ("<p>nothing</p>", None, "links ="),
        (html.as_str(), Some("h3 >"), "no CSS"),
        (html.as_str(), Some("h5 a"), "finds no link"),
    ] {
        let error = extract::listing(html, &address(), selector).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_page_panics_and_extracting_twice_changes_nothing(html in "(<(p|div|article|h1|ul|li|b|a href=x|table|tr|td|br|/p|/div|pre|blockquote|time)>|[a-zé&;*_\\[\\] \n.,]{0,12}){0,60}") {
        let first = shown(&html);
        prop_assert_eq!(&first, &shown(&html));
        let fragment = extract::fragment(&html, Some(&address()));
        prop_assert!(fragment.text.len() <= html.len() * 4 + 64);
        let _ = extract::listing(&html, &address(), None);
    }

    #[test]
    fn no_bytes_panic_the_decoder(bytes in prop::collection::vec(any::<u8>(), 0..400), kind in "[ -~]{0,40}") {
        let _ = extract::decode(&bytes, Some(&kind));
        let _ = shown(&extract::decode(&bytes, None));
    }
}

#[test]
fn an_explanation_tells_what_the_rules_did_and_which_do_nothing() {
    let html = "<html><body><h4 class=t>The headline</h4><div class=b><p>This is it, and it is told in one sentence.</p>\
        <p class=promo>Buy a hat.</p></div></body></html>";
    let rules = SiteRules {
        body: Some("div.b".to_owned()),
        remove: vec![".promo".to_owned(), ".gone".to_owned()],
        title: Some(".t".to_owned()),
        date: Some(".when".to_owned()),
        author: None,
    };
    let options = ExtractOptions {
        site: Some(&rules),
        ..ExtractOptions::default()
    };
    let told = extract::explain(html, &address(), &options);
    assert_eq!(
        (told.extraction.metadata.title.as_str(), told.extraction.metadata.byline),
        ("The headline", None)
    );
    assert_eq!(told.idle_rules, ["date = \".when\"", "remove = \".gone\""]);
    assert_eq!(told.container.unwrap().1, "the rules for this site");
    let fates: Vec<_> = told.blocks.iter().map(|block| block.dropped).collect();
    assert_eq!(fates, [None, Some("the rules for this site remove it")]);
}

#[test]
fn the_readers_rule_for_the_author_wins() {
    let read = |shown: &str| {
        let html = format!(
            "<html><head><meta name=author content=\"Jo Marsh\"></head><body><article><h1>Council closes the hall</h1>\
             <p class=by>By Jo Marsh</p><p>The council voted on Tuesday to close the old swimming hall and to sell the land.</p>\
             <div class=writer>{shown}</div></article></body></html>"
        );
        let rules = SiteRules {
            author: Some(".writer".to_owned()),
            ..SiteRules::default()
        };
        let options = ExtractOptions {
            site: Some(&rules),
            ..ExtractOptions::default()
        };
        let read = extract::extract(&html, &address(), &options);
        assert_eq!(
            read.metadata.byline,
            extract::explain(&html, &address(), &options).extraction.metadata.byline
        );
        read.metadata.byline
    };
    assert_eq!(read("By Ida Holm").as_deref(), Some("Ida Holm"));
    assert_eq!(read("Ida Holm").as_deref(), Some("Ida Holm"));
    assert_eq!(read("The editors").as_deref(), Some("The editors"));
    // What names nobody says nothing.
    assert_eq!(read("").as_deref(), Some("Jo Marsh"));
}
