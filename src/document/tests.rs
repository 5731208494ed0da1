use proptest::prelude::*;

use super::scalar::{amp_cache_url, cut_excerpt, needs_quotes, unquote};
use super::{Document, Newline, Picture, Provider, RelatedItem, ScalarText, Tail, parse, render};

#[track_caller]
fn round_trip(text: &str) {
    let document = parse(text).unwrap();
    assert_eq!(render(&document), text);
}

#[test]
fn irregular_files_come_back_byte_for_byte() {
    let text = "---\ncategory: news\ntitle: \"A \\\"b\\\" \\\\ c\\n\"\nexcerpt: \"\"\npublishedDateTime: 2026-06-12T14:54:00Z\nwebUrl: \"https://example.org/%252F?a=$\"\ntype: article\npublished: true\nremoved: true\n\nprovider:\n  name: Example, News!\n  domain: example.org\n  images:\n    - url: \"https://example.org/l.png\"\n      width: 50\n      height: 50\n\ntopics:\n  - AI\n  - \n\nrelated:\n  - title: \"Other\"\n    webUrl: \"\"\n    type: video\n    provider:\n      name: Other\n      domain: example.net\n    quality: 89\n    images:\n      - url: \"https://example.net/a.jpg\"\n        width: 2400\n        height: 1600\n        isCached: true\n\nsecured: \"abc;def\"\n---\n\n";
    round_trip(text);
    round_trip(&text.replace('\n', "\r\n"));
    round_trip(&format!("{text}A body.\n\nWith --- in it.\n---\n"));
}

#[test]
fn unknown_scalars_are_kept() {
    round_trip("---\ntitle: \"A\"\nauthor: Jo\n\n---\n\n");
}

#[test]
fn what_is_not_understood_is_named_with_its_line() {
    for (text, line, part) in [
        ("title: x", 1, "begins"),
        ("---\ntitle: \"x\"\n", 3, "missing"),
        ("---\ntitle: \"x\n---\n", 2, "closing quote"),
        ("---\n\nquality: high\n---\n", 3, "whole number"),
        ("---\ntitle: a\ntitle: b\n---\n", 3, "twice"),
        ("---\nthings:\n  - a\n---\n", 2, "not a group"),
        ("---\ntopics:\n  - a\n bad\n---\n", 4, "not understood"),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!(
            (error.line, error.message.contains(part)),
            (line, true),
            "{text:?}: {error}"
        );
    }
}

#[test]
fn excerpts_end_at_a_sentence_or_word() {
    let long = "The council met on Tuesday evening. ".repeat(12);
    let cut = cut_excerpt(&long);
    assert!(cut.ends_with("evening.") && cut.chars().count() <= 256, "{cut}");
    let words = "word ".repeat(100);
    let cut = cut_excerpt(&words);
    assert!(cut.ends_with("word…") && cut.chars().count() <= 256, "{cut}");
    assert_eq!(cut_excerpt(" a\n b "), "a b");
    let first = "The rule was put to the public on Tuesday, and hardly anybody noticed it. ".repeat(3);
    let number = format!("{first}Read it: Docket No. OPC-2026-0031 is {words}");
    assert!(
        cut_excerpt(&number).ends_with("noticed it."),
        "{}",
        cut_excerpt(&number)
    );
    let capitals = format!("{first}They stay in the UK. The {words}");
    assert!(
        cut_excerpt(&capitals).ends_with("the UK."),
        "{}",
        cut_excerpt(&capitals)
    );
}

#[test]
fn amp_cache_addresses() {
    for (amp, expected) in [
        (
            "https://www.research-live.com/a?b=1#c",
            "https://www-research--live-com.cdn.ampproject.org/c/s/www.research-live.com/a?b=1",
        ),
        (
            "http://example.org/amp",
            "https://example-org.cdn.ampproject.org/c/example.org/amp",
        ),
        (
            "https://en-us.example.com/a",
            "https://0-en--us-example-com-0.cdn.ampproject.org/c/s/en-us.example.com/a",
        ),
    ] {
        assert_eq!(amp_cache_url(amp).as_deref(), Some(expected));
    }
    assert_eq!(amp_cache_url("ftp://example.org/"), None);
}

fn any_text() -> impl Strategy<Value = ScalarText> {
    prop_oneof![
        any::<String>().prop_map(ScalarText::quoted),
        any::<String>().prop_map(ScalarText::plain),
        "[ -~]{0,30}".prop_map(ScalarText::plain),
    ]
}

fn any_picture() -> impl Strategy<Value = Picture> {
    (
        any_text(),
        any::<Option<i64>>(),
        any::<Option<i64>>(),
        any::<Option<bool>>(),
        prop::option::of(any_text()),
    )
        .prop_map(|(url, width, height, is_cached, title)| Picture {
            url,
            width,
            height,
            is_cached,
            title,
        })
}

fn any_provider() -> impl Strategy<Value = Provider> {
    let pictures = prop::option::of(prop::collection::vec(any_picture(), 0..2));
    (prop::option::of(any_text()), prop::option::of(any_text()), pictures).prop_map(|(name, domain, images)| Provider {
        name,
        domain,
        images,
    })
}

fn any_document() -> impl Strategy<Value = Document> {
    let head = (
        any_text(),
        prop::option::of(any_text()),
        prop::option::of(any_text()),
        any::<Option<i64>>(),
        any::<Option<bool>>(),
        any::<Option<bool>>(),
    );
    let groups = (
        prop::option::of(any_provider()),
        prop::option::of(prop::collection::vec(any_text(), 0..3)),
        prop::option::of(prop::collection::vec(any_picture(), 0..3)),
        prop::option::of(prop::collection::vec(
            (any_text(), any_text(), prop::option::of(any_provider())),
            0..3,
        )),
        prop::option::of(any_text()),
    );
    let tail = prop_oneof![Just(Tail::None), "[a-z#\\- \n]{0,40}".prop_map(Tail::Body)];
    (head, groups, tail).prop_map(
        |((title, excerpt, web_url, quality, published, removed), groups, tail)| Document {
            newline: Newline::Lf,
            title: Some(title),
            excerpt,
            web_url,
            quality,
            published,
            removed,
            provider: groups.0,
            topics: groups.1,
            images: groups.2,
            related: groups.3.map(|items| {
                let item = |(title, excerpt, provider)| RelatedItem {
                    title: Some(title),
                    excerpt: Some(excerpt),
                    provider,
                    ..RelatedItem::default()
                };
                items.into_iter().map(item).collect()
            }),
            secured: groups.4,
            tail,
            ..Document::default()
        },
    )
}

proptest! {
    #[test]
    fn render_and_parse_are_inverse(document in any_document()) {
        // A file that holds \r\n anywhere counts as one with such line ends.
        prop_assume!(!render(&document).contains("\r\n"));
        prop_assert_eq!(parse(&render(&document)).unwrap(), document);
    }

    #[test]
    fn no_text_panics_the_reader(text in any::<String>(), inner in "[ -~\n]{0,200}") {
        let _ = parse(&text);
        if let Ok(document) = parse(&format!("---\n{inner}\n---\n\n")) {
            let again = render(&document);
            prop_assert_eq!(render(&parse(&again).unwrap()), again);
        }
        let _ = unquote(&text);
        let _ = cut_excerpt(&text);
        let _ = needs_quotes(&text);
        let _ = amp_cache_url(&text);
    }
}
