//! Bodies made to cost more than they are long: each ends within the limits, none panics.
//!
//! What is counted is the size of the result. Each body is of a size at which anything quadratic takes minutes or
//! gigabytes.

use proptest::prelude::*;

use super::*;
use crate::domain::feed::{Entry, Markup};

/// Bytes of a hostile body.
const SIZE: usize = 1_000_000;
/// How much longer than its body a result may be.
const GROWTH_MAX: usize = 40;

fn rss(inside: &str) -> String {
    format!("<rss version=\"2.0\"><channel><title>t</title>{inside}<item><title>last</title></item></channel></rss>")
}

fn atom(inside: &str) -> String {
    format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>t</title>{inside}</feed>")
}

fn entry_bytes(entry: &Entry) -> usize {
    let texts = [&entry.id, &entry.title, &entry.link, &entry.language, &entry.publisher];
    let markup = |text: &Markup| text.value.len() + text.base.as_ref().map_or(0, String::len);
    texts.into_iter().flatten().map(String::len).sum::<usize>()
        + [&entry.summary, &entry.content]
            .into_iter()
            .flatten()
            .map(markup)
            .sum::<usize>()
        + entry
            .authors
            .iter()
            .chain(&entry.categories)
            .map(String::len)
            .sum::<usize>()
        + entry.enclosures.iter().map(|file| file.url.len()).sum::<usize>()
}

/// Reads a body and returns its entries, after everything a poll does with them.
#[track_caller]
fn check(name: &str, body: &str) -> usize {
    let Ok(parsed) = parse(body.as_bytes(), None, None) else {
        return 0;
    };
    let entries = &parsed.feed.entries;
    let bytes: usize = entries.iter().map(entry_bytes).sum();
    assert!(bytes <= GROWTH_MAX * body.len(), "{name}: {bytes} from {}", body.len());
    assert!(entries.len() <= ENTRIES_MAX, "{name}");
    for entry in entries {
        entry_key(entry);
        fingerprint(entry);
        title_hash(entry);
        for text in [&entry.summary, &entry.content].into_iter().flatten() {
            markup::to_plain(text);
        }
    }
    entries.len()
}

#[test]
fn many_items_end_at_the_limit() {
    assert_eq!(
        check("items", &rss(&"<item><title>x</title></item>".repeat(300_000))),
        ENTRIES_MAX
    );
}

#[test]
fn many_attributes() {
    let attributes: String = (0..80_000).map(|number| format!(" a{number}=\"1\"")).collect();
    assert_eq!(check("attributes", &rss(&format!("<x{attributes}/>"))), 1);
    // Without entries the second parser is asked too.
    assert_eq!(check("attributes of the root", &format!("<rss{attributes}></rss>")), 0);
    let prefixes: String = (0..40_000).map(|number| format!(" xmlns:a{number}=\"u\"")).collect();
    assert_eq!(check("prefixes", &rss(&format!("<x{prefixes}/>"))), 1);
}

#[test]
fn what_entries_repeat_is_short() {
    let entries = "<entry><title>y</title></entry>".repeat(10_000);
    let long = "a".repeat(SIZE);
    assert_eq!(
        check(
            "author",
            &atom(&format!("<author><name>{long}</name></author>{entries}"))
        ),
        10_000
    );
    let language = format!("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{long}\">{entries}</feed>");
    assert_eq!(check("language", &language), 10_000);
    let texts = "<item><enclosure url=\"a\"/><description>b</description></item>".repeat(5_000);
    let base = format!("<rss xml:base=\"https://example.org/{long}/\"><channel>{texts}</channel></rss>");
    assert_eq!(check("base", &base), 5_000);
    let bases = "xml:base=\"aaaaaaaa/\" ".repeat(50_000);
    let bases = format!("<rss xml:base=\"https://example.org/\" {bases}><channel>{texts}</channel></rss>");
    assert_eq!(check("bases", &bases), 5_000);
}

#[test]
fn deep_nesting() {
    for element in [
        "<a>",
        "<div>",
        "<item>",
        "<channel>",
        "<a xml:base=\"b/\" xml:lang=\"c\">",
    ] {
        check(element, &rss(&element.repeat(SIZE / element.len())));
    }
    let unmatched = format!("{}{}", "<aaaaab>".repeat(300), "</aaaaac>".repeat(SIZE / 20));
    check("unmatched ends", &rss(&unmatched));
    check("json", &"[".repeat(SIZE));
    check("json objects", &"{\"a\":".repeat(SIZE / 5));
}

#[test]
fn one_long_text() {
    let blank = format!(
        "<content type=\"xhtml\">{}{}</content>",
        " ".repeat(SIZE),
        "<b/><div>".repeat(SIZE / 20)
    );
    assert_eq!(check("blanks", &atom(&format!("<entry>{blank}</entry>"))), 1);
    let long = "word and word ".repeat(TEXT_BYTES_MAX / 14 + 1_000);
    assert_eq!(
        check("text", &rss(&format!("<item><description>{long}</description></item>"))),
        2
    );
    for piece in [
        "<",
        "&",
        "&#",
        "<!--",
        "<![CDATA[",
        "]]>",
        "<a b='",
        "</",
        "&lt;",
        "&lt;a '",
    ] {
        let run = piece.repeat(SIZE / 4 / piece.len());
        check(piece, &rss(&format!("<title>{run}")));
        check(piece, &rss(&format!("<item><description>{run}</description></item>")));
    }
}

#[test]
fn entities_do_not_multiply() {
    let mut laughs = String::from("<!DOCTYPE rss [<!ENTITY l0 \"ha ha ha ha \">");
    for level in 1..12 {
        let before = format!("&l{};", level - 1).repeat(10);
        laughs.push_str(&format!("<!ENTITY l{level} \"{before}\">"));
    }
    laughs.push_str("]>");
    assert_eq!(
        check(
            "laughs",
            &format!("{laughs}{}", rss("<description>&l11;</description>"))
        ),
        1
    );
    let value = "x".repeat(50_000);
    let doctype = format!("<!DOCTYPE rss [<!ENTITY l \"{value}\">]>");
    let body = rss(&format!(
        "<item><description>{}</description></item>",
        "&l;".repeat(50_000)
    ));
    let parsed = parse(format!("{doctype}{body}").as_bytes(), None, None).unwrap();
    let text = parsed.feed.entries[0].summary.as_ref().unwrap();
    assert!(
        text.value.len() <= ENTITY_BYTES_MAX + body.len(),
        "{}",
        text.value.len()
    );
}

/// Pieces of feeds, put together as no program would.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<rss>",
        "<channel>",
        "<item>",
        "</item>",
        "<feed xmlns=\"http://www.w3.org/2005/Atom\">",
        "<entry>",
        "</entry>",
        "<title>",
        "</title>",
        "<content type=\"xhtml\">",
        "<div>",
        "</div>",
        "<link href=\"a\"/>",
        "<link>",
        "</link>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<!DOCTYPE a [",
        "<!ENTITY a \"b\">",
        "]>",
        "&a;",
        "&#x",
        "&amp;",
        "<a b='c",
        "<pubDate>",
        "2026-06-12",
        "Fri, 12 Jun 2026",
        "</pubDate>",
        "é",
        "\u{a0}",
        "\u{2028}",
        " ",
        "\n",
        "x",
        "{\"items\":[",
        "{\"id\":1}",
        "]}",
        "xml:base=\"//\"",
        "<author>",
        "a@b (c)",
        "<?xml encoding=\"utf-7\"?>",
        "\u{0}",
        "\u{feff}",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_pieces_of_feeds_panic(body in pieces(), root in prop::sample::select(vec!["", "<rss><channel>", "<feed>"])) {
        let body = format!("{root}{body}");
        check(&body, &format!("{body}{}", " ".repeat(200)));
        prop_assert_eq!(parse(body.as_bytes(), None, None), parse(body.as_bytes(), None, None));
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), kind in "[ -~]{0,30}") {
        let _ = parse(&bytes, Some(&kind), None);
        let text = String::from_utf8_lossy(&bytes);
        date::parse_lenient(&text);
        markup::sanitize(&Markup::html(text.clone().into_owned()), None);
    }
}
