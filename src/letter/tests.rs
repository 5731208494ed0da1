//! Every letter of `tests/data/letters` gives what stands beside it; and what a letter is known by and whose it is.

use std::fmt::Write as _;
use std::path::Path;
use url::Url;

use super::*;
use crate::domain::feed::Entry;

/// Returns a letter as it was read, and its entries.
fn told(letter: &Letter) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            writeln!(out, "{name}: {value}").unwrap();
        }
    };
    let own = outlet(letter);
    line("id", letter.message_id.clone());
    line("subject", letter.subject.clone());
    line("sent", letter.sent_at.map(|at| at.to_rfc3339()));
    line("outlet", own.name);
    line("domain", own.domain);
    line(
        "authors",
        Some(letter.body.authors.join(", ")).filter(|names| !names.is_empty()),
    );
    line("web version", letter.body.web_version.as_ref().map(Url::to_string));
    line(
        "attachments",
        (letter.attachments > 0).then(|| letter.attachments.to_string()),
    );
    line(
        "untold links",
        (letter.body.untold_links > 0).then(|| letter.body.untold_links.to_string()),
    );
    for warning in &letter.warnings {
        line("warning", Some(warning.clone()));
    }
    let key = key(letter.message_id.as_deref(), "file");
    for entry in entries(letter, &key, false).iter().chain(&linked(letter, &key)) {
        let Entry {
            id,
            title,
            link,
            summary,
            ..
        } = entry;
        let shown = |text: &Option<String>| text.clone().unwrap_or_default();
        writeln!(out, "entry: {} | {} | {}", shown(id), shown(link), shown(title)).unwrap();
        if let Some(summary) = summary {
            writeln!(out, "  {}", summary.value).unwrap();
        }
    }
    format!("{out}\n{}\n", letter.body.markdown.trim())
}

fn linked(letter: &Letter, key: &str) -> Vec<Entry> {
    let mut linked = entries(letter, key, true);
    linked.retain(|entry| entry.content.is_none());
    linked
}

#[test]
fn every_letter_gives_what_stands_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/letters");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "eml") {
            continue;
        }
        seen += 1;
        let told = told(&parse(&std::fs::read(&path).unwrap()).unwrap());
        let beside = path.with_extension("expected");
        if std::env::var_os("WRITE_LETTERS").is_some() {
            std::fs::write(&beside, &told).unwrap();
        }
        assert_eq!(told, std::fs::read_to_string(&beside).unwrap(), "{}", path.display());
    }
    assert!(seen > 10, "the letters were not found");
}

/// Returns a message with these headers beside its subject.
fn message(headers: &str, body: &str) -> Vec<u8> {
    format!("Subject: A letter\nMessage-ID: <1@a.example>\n{headers}\n{body}").into_bytes()
}

#[test]
fn subjects_in_any_charset() {
    for (written, expected) in [
        ("=?koi8-r?B?8NLJ18XU?=", "Привет"),
        ("=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?=", "Привет"),
        ("=?utf-8?Q?a_=F0=9F=9A=A2_b?=", "a 🚢 b"),
        ("=?big5?B?pKSk5Q==?=", "中文"),
        ("=?euc-kr?B?x9G8vA==?=", "한세"),
        ("=?UTF-8?Q?one?= =?UTF-8?Q?_two?=", "one two"),
        ("plain\n and folded", "plain and folded"),
    ] {
        let bytes = format!("Subject: {written}\n\nx");
        assert_eq!(
            parse(bytes.as_bytes()).unwrap().subject.as_deref(),
            Some(expected),
            "{written}"
        );
    }
    // What is no encoded word stands for itself.
    for odd in ["=?utf-8?B?????=", "=?x-nobody?Q?abc?=", "=?", "=?utf-8?Q?=ZZ?="] {
        let bytes = format!("Subject: {odd}\n\nx");
        assert!(parse(bytes.as_bytes()).is_ok(), "{odd}");
    }
}

#[test]
fn what_a_letter_is_known_by() {
    for (head, expected) in [
        (
            "Message-ID: <a/b%c?d#e@x.example>\n\n",
            "mid:a%2Fb%25c%3Fd%23e@x.example",
        ),
        ("message-id :\n <folded@x.example>\n\n", "mid:folded@x.example"),
        ("Message-ID: bare@x.example\n\n", "mid:bare@x.example"),
        ("Message-ID: <two words>\n\n", "mid:17.M1.host@maildir.invalid"),
        ("Message-ID: <>\n\n", "mid:17.M1.host@maildir.invalid"),
        (
            "Subject: none\n\nMessage-ID: <body@x.example>\n",
            "mid:17.M1.host@maildir.invalid",
        ),
    ] {
        let id = message_id(head.as_bytes());
        assert_eq!(key(id.as_deref(), "17.M1.host"), expected, "{head}");
    }
}

#[test]
fn whose_letter_it_is() {
    let names = |headers: &str| {
        let own = outlet(&parse(&message(headers, "x")).unwrap());
        (own.name.unwrap_or_default(), own.domain.unwrap_or_default())
    };
    for (headers, name, domain) in [
        (
            "From: Ada <a@mail.quay.example>\nList-Id: Quay <l.quay.example>\n",
            "Quay",
            "quay.example",
        ),
        (
            "From: Ada <a@quay.example>\nList-Id: <l.other.example>\n",
            "Ada",
            "other.example",
        ),
        (
            "From: Ada <a@quay.example>\nList-Id: 12345678 <12345678.service.example>\n",
            "Ada",
            "quay.example",
        ),
        (
            "From: Ada <a@quay.example>\nDelivered-To: <me+port@home.example>\n",
            "port",
            "quay.example",
        ),
        (
            "From: Ada <a@quay.example>\nTo: me+bounce=x=y@home.example\n",
            "Ada",
            "quay.example",
        ),
        ("From: a@quay.example\n", "a@quay.example", "quay.example"),
        (
            "From: =?utf-8?Q?M=C3=BCller?= <a@quay.example>\n",
            "Müller",
            "quay.example",
        ),
        ("From: nobody\n", "", ""),
        (
            "From: a@b@quay.example, other@x.example\n",
            "a@b@quay.example",
            "quay.example",
        ),
        ("From: x <a@[127.0.0.1]>\n", "x", ""),
    ] {
        assert_eq!(names(headers), (name.to_owned(), domain.to_owned()), "{headers}");
    }
}

#[test]
fn only_a_plain_page_of_the_senders_site_is_where_a_letter_stands() {
    let link_of = |headers: &str, address: &str| {
        let html = format!(
            "<p><a href=\"{address}\">View in browser</a></p><p>The ferry is late again, and nobody knows why.</p>"
        );
        let letter = parse(&message(&format!("{headers}\nContent-Type: text/html\n"), &html)).unwrap();
        let entries = entries(&letter, "mid:1@a.example", false);
        entries[0].link.clone().unwrap()
    };
    let link = |address: &str| link_of("From: Ada <a@quay.example>", address);
    for (address, expected) in [
        (
            "https://letters.quay.example/24?utm_source=mail",
            "https://letters.quay.example/24",
        ),
        ("https://quay.example/", "mid:1@a.example"),
        ("https://service.example/24", "mid:1@a.example"),
        ("https://quay.example/24?e=reader@home.example", "mid:1@a.example"),
        (
            "https://quay.example/24/9f86d081884c7d659a2feaa0c55ad015",
            "mid:1@a.example",
        ),
        (
            "https://click.quay.example/?url=https%3A%2F%2Fquay.example%2F24",
            "https://quay.example/24",
        ),
        ("https://quay.example/24?subscriber=7", "mid:1@a.example"),
        ("https://quay.example/24?n=48213", "mid:1@a.example"),
        ("https://quay.example/p?issue=24", "https://quay.example/p?issue=24"),
        ("javascript:alert(1)", "mid:1@a.example"),
        ("file:///etc/passwd", "mid:1@a.example"),
    ] {
        assert_eq!(link(address), expected, "{address}");
    }
    // List and sender both name the domain.
    for (headers, is_own) in [
        ("From: a@mail.quay.example\nList-Id: <l.quay.example>", true),
        ("From: a@quay.example\nList-Id: 1 <12345678.service.example>", true),
        ("From: a@forger.example\nList-Id: <l.quay.example>", false),
        ("From: a@quay.example\nList-Id: <l.forger.example>", false),
        ("List-Id: <l.quay.example>", false),
    ] {
        let page = "https://quay.example/24";
        assert_eq!(link_of(headers, page) == page, is_own, "{headers}");
    }
}

#[test]
fn only_a_signature_ends_a_text_and_each_part_has_its_own() {
    let text = |headers: &str, body: &str| parse(&message(headers, body)).unwrap().body.text;
    for (body, shows) in [
        ("The ferry is late.\n--\nThe bridge is open.\n", true),
        ("The ferry is late.\n--   \nThe bridge is open.\n", true),
        ("The ferry is late.\r\n--\r\nThe bridge is open.\r\n", true),
        ("The ferry is late.\n-- \nThe bridge is open.\n", false),
        ("The ferry is late.\r\n-- \r\nThe bridge is open.\r\n", false),
    ] {
        let text = text("", body);
        assert!(text.contains("The ferry is late."), "{body:?}");
        assert_eq!(text.contains("The bridge is open."), shows, "{body:?}");
    }
    let parts = "--b\n\nThe ferry is late.\n-- \nAda\n--b\n\nThe bridge is open.\n--b--\n";
    let text = text("Content-Type: multipart/mixed; boundary=b\n", parts);
    assert!(text.contains("The bridge is open.") && !text.contains("Ada"), "{text}");
}
