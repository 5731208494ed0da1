//! Whatever text comes in, no rendering breaks.

use proptest::prelude::*;
use tidings::digest::{Digest, HeadlineChange, compose, to_html, to_text};
use tidings::domain::ArticleId;
use tidings::domain::health::Condition;

use super::samples::{changed_pages, hostile, input, member, morning, options, page, story, topic, troubled, window};

/// Holds HTML to what no outside text may break, and text to its width.
fn hold(digest: &Digest) {
    let html = to_html(digest, &options());
    let page = scraper::Html::parse_document(&html);
    assert!(page.errors.is_empty(), "{:?}", page.errors);
    let count = |css: &str| page.select(&scraper::Selector::parse(css).unwrap()).count();
    assert_eq!(
        count("script, img, iframe, object, link, form, svg, b, i, x, [onclick], [onerror]"),
        0,
        "{html}"
    );
    assert_eq!((count("h1"), count("style"), count("title")), (1, 1, 1));
    assert_eq!(count("a"), count("a[href^='http://'], a[href^='https://']"));
    let steering =
        |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') || (c.is_control() && c != '\n');
    let text = to_text(digest, &options());
    for rendered in [&html, &text] {
        assert!(!rendered.contains(steering), "{rendered}");
    }
    for line in text.lines().filter(|line| !line.trim_start().starts_with("http")) {
        assert!(line.chars().count() <= 78, "{line}");
    }
    assert!(!digest.subject.contains(steering) && digest.subject.chars().count() < 200);
}

#[test]
fn the_samples_hold() {
    for input in [morning(), changed_pages(), hostile()] {
        hold(&compose(&window(), &input, &options()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_input_breaks_a_rendering(words in prop::collection::vec("(\\PC|[<>&\"'\r\n\t]|\\p{M}|[\u{202A}-\u{2069}]){0,120}", 8), hours in 0_i64..200, is_new: bool) {
        let mut member = member(1, &words[0], &words[1], "2026-06-12T12:00:00Z", is_new);
        member.published_at = window().to - chrono::TimeDelta::hours(hours);
        member.excerpt = words[2].clone();
        member.text = words[3].clone();
        member.web_url = format!("https://example.org/{}", words[4]);
        member.language = Some(words[5].clone());
        let mut other = member.clone();
        other.article = ArticleId(2);
        other.is_new = true;
        let mut story = story(1, vec![member, other]);
        story.headline_changes.push(HeadlineChange { at: window().to, article: ArticleId(1), before: words[6].clone(), after: words[7].clone() });
        let mut input = input(vec![topic(&words[7], vec![story])]);
        input.name = words[6].clone();
        input.pages = vec![page(&words[0], &format!("{} {}", words[1], words[2]), &format!("{} {}", words[1], words[3]))];
        input.coverage.troubled = vec![troubled(&words[5], Condition::Blocked, "2026-06-13T05:00:00Z", &words[4])];
        hold(&compose(&window(), &input, &options()));
    }
}
