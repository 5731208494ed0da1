//! What no message may do: cost more than its bounds, or more than itself where it is damaged.

use super::*;

/// Returns a message with these headers beside its subject.
fn message(headers: &str, body: &str) -> Vec<u8> {
    format!("Subject: A letter\nMessage-ID: <1@a.example>\n{headers}\n{body}").into_bytes()
}

#[track_caller]
fn check(bytes: &[u8], text: &str, warning: &str) {
    let letter = parse(bytes).unwrap();
    assert!(
        letter.body.text.contains(text),
        "{:?}",
        letter.body.text.chars().take(200).collect::<String>()
    );
    let told = letter.warnings.join("; ");
    assert!(
        told.contains(warning) && told.is_empty() == warning.is_empty(),
        "{told}"
    );
}

#[test]
fn a_hundred_thousand_headers_are_read_up_to_the_bound() {
    let many: String = (0..100_000).map(|n| format!("X-Header-{n}: {n}\n")).collect();
    let headers = format!("{many}Content-Type: text/html\n");
    check(
        &message(&headers, "<p>The <b>ferry</b> is late.</p>"),
        "The ferry is late.",
        "headers are read up to",
    );
    let long = format!("X-Long: {}\nContent-Type: text/html\n", "a ".repeat(1_000_000));
    check(
        &message(&long, "<p>The <b>ferry</b> is late.</p>"),
        "The ferry is late.",
        "headers are read up to",
    );
    let late = format!("{many}Content-Type: text/plain\nContent-Transfer-Encoding: base64\n");
    check(
        &message(&late, "VGhlIGZlcnJ5IGlzIGxhdGUu"),
        "The ferry is late.",
        "headers are read up to",
    );
    let endless = format!("Subject: A letter\nX-Long: {}", "a ".repeat(1_000_000));
    assert_eq!(parse(endless.as_bytes()).unwrap().body.text, "");
}

#[test]
fn parts_within_parts_are_read_up_to_the_bound() {
    let nested: String = (0..1_000)
        .map(|n| format!("--b{n}\nContent-Type: multipart/mixed; boundary=b{}\n\n", n + 1))
        .collect();
    let first = "--b0\nContent-Type: text/plain\n\nThe ferry is late.\n";
    let headers = "Content-Type: multipart/mixed; boundary=b0\n";
    check(
        &message(headers, &format!("{first}{nested}")),
        "The ferry is late.",
        "parts",
    );
    let flat = "--b0\n\na\n".repeat(1_000_000);
    check(
        &message(headers, &format!("{first}{flat}")),
        "The ferry is late.",
        "parts",
    );
    // Messages within messages need no boundary.
    for header in [
        "Content-Type: message/rfc822",
        "Con tent-Type : message/rfc822",
        " content-type:message/\n global",
        ":Content-Type: message/rfc822",
        ": :\t:content-type :message/rfc822",
    ] {
        let letters = message(
            "Content-Type: message/rfc822\n",
            &format!("{header}\n\n").repeat(200_000),
        );
        let letter = parse(&letters).unwrap();
        assert!(letter.attachments <= PARTS_MAX && !letter.warnings.is_empty());
    }
    let inner = data_encoding::BASE64.encode("Content-Type: message/rfc822\n\n".repeat(100_000).as_bytes());
    let coded = "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n";
    assert_eq!(parse(&message(coded, &inner)).unwrap().attachments, 1);
}

#[test]
fn parts_that_begin_within_a_line_are_read_up_to_the_bound() {
    for (headers, piece) in [
        ("boundary=b", "x--b Content-Type:multipart/x;boundary=q\n\n"),
        ("boundary=b", "x--b :Content-Type: message/rfc822\n\n"),
        ("boundary=b", "x--b Content-Type:multipart/x\n\n"),
        ("boundary=b", "<!-- x ---b\n\n"),
        ("boundary*0=b; boundary*1=c", "x--bc\n\n"),
        ("boundary*=utf-8''b%0Ac", "x--b\nc\n\n"),
        (
            "boundary=\"b c\"",
            "x--b c Content-Type:multipart/x;boundary=b\n\nx--b\n\n",
        ),
    ] {
        let first = "--b\n\n--bc\n\n--b c\n\n--b\nc\n\nThe ferry is late.\n";
        let headers = format!("Content-Type: multipart/mixed; {headers}\n");
        let letter = parse(&message(&headers, &format!("{first}{}", piece.repeat(200_000)))).unwrap();
        assert!(letter.body.text.contains("The ferry is late."), "{piece:?}");
        assert!(letter.warnings.join(" ").contains("parts"), "{piece:?}");
        assert!(letter.attachments <= PARTS_MAX * 2, "{piece:?}");
    }
    // A head ends where the parser ends it.
    let in_head = "x--b\n Content-Type: multipart/x; boundary=q\n \n".repeat(5_000);
    let head = format!("Content-Type: multipart/mixed; boundary=b\n\x0c\nX: y\n{in_head}");
    assert!(
        !parse(&message(&head, &"x".repeat(1_000_000)))
            .unwrap()
            .warnings
            .is_empty()
    );
    // Each word of a header costs as much as there are others.
    let words: String = (0..300_000).map(|n| format!(" a{n}*1=x;\n")).collect();
    for name in ["Content-Type", "Content-Disposition"] {
        let body = format!("--b\n\nThe ferry is late.\n--b\n{name}: text/plain;\n{words}\n\n--b--\n");
        check(
            &message("Content-Type: multipart/mixed; boundary=b\n", &body),
            "The ferry is late.",
            "parts",
        );
    }
}

#[test]
fn dashes_that_are_no_boundaries_cut_nothing() {
    let html = "<!-- x --><p class=\"a--b\">The ferry is late.</p>\n--\n---- Forwarded\n--bridge\n".repeat(2_000);
    let body = format!("--quay\nContent-Type: text/html\n\n{html}\n<p>The end.</p>\n--quay--\n");
    check(
        &message("Content-Type: multipart/mixed; boundary=quay\n", &body),
        "The end.",
        "",
    );
}

#[test]
fn many_links_in_one_paragraph_cost_no_more_than_the_paragraph() {
    let links: String = (0..20_000)
        .map(|n| format!("<a href='https://a.example/{n}'>x</a> {} ", "word ".repeat(20)))
        .collect();
    let letter = parse(&message("Content-Type: text/html\n", &format!("<p>{links}</p>"))).unwrap();
    assert!(letter.body.links.len() <= 200);
}

#[test]
fn words_of_links_to_web_versions_cost_no_more_than_the_text() {
    let link = format!("<a href='https://a.example/1'>{}</a>", "view ".repeat(40_000));
    let began = std::time::Instant::now();
    parse(&message(
        "Content-Type: text/html\n",
        &format!("<p>{}</p>", link.repeat(4)),
    ))
    .unwrap();
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

#[test]
fn what_is_attached_costs_no_letter() {
    let headers = "Content-Type: multipart/mixed; boundary=b\n";
    let file = "QUJD".repeat(50 * 1024 * 1024 / 4);
    let body = format!(
        "--b\n\nThe ferry is late.\n--b\nContent-Type: application/zip\nContent-Transfer-Encoding: base64\n\n{file}\n--b--\n"
    );
    check(&message(headers, &body), "The ferry is late.", "8388608 bytes");
}

#[test]
fn damage_costs_itself() {
    let of = |kind: &str, encoding: &str| format!("Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n");
    let quoted = of("text/plain; charset=utf-8", "quoted-printable");
    check(
        &message(&quoted, "The caf=C3=A9 =ZZ is=\n open=3D.\n"),
        "The café =ZZ is open=.",
        "damaged",
    );
    let base64 = of("text/plain", "base64");
    check(
        &message(&base64, "VGhlIGZl!!cnJ5IGlz\nIGxhdGUu\n"),
        "The ferry is late.",
        "damaged",
    );
    check(
        &message(&base64, "VGhlIGZlcnJ5IGlzIGxhdGUuA"),
        "The ferry is late.",
        "damaged",
    );
    for charset in ["x-unknown", "\"utf 8\"", "=?x?=", "utf-8; charset=latin1"] {
        let kind = of(&format!("text/plain; charset={charset}"), "8bit");
        check(
            &message(&kind, "The café is open, and the ferry passes the quay."),
            "The café is open",
            "",
        );
    }
    let open = "--b\nContent-Type: text/html\n\n<p>The ferry is late.";
    check(
        &message("Content-Type: multipart/mixed; boundary=b\n", open),
        "The ferry is late.",
        "",
    );
    check(
        &message("Content-Type: multipart/mixed\n", "The ferry is late."),
        "The ferry is late.",
        "",
    );
}

#[test]
fn what_is_no_message_is_told() {
    for (bytes, expected) in [
        (&b""[..], LetterError::Empty),
        (b"\r\n \n", LetterError::Empty),
        (b"no headers at all", LetterError::NoHeaders),
        (b"\x00\x01\x02\xff\xfe", LetterError::NoHeaders),
    ] {
        assert_eq!(parse(bytes).unwrap_err(), expected, "{bytes:?}");
    }
    let letter = parse(b"Subject: only this\n\n").unwrap();
    assert_eq!(
        (letter.subject.as_deref(), letter.body.text.as_str()),
        (Some("only this"), "")
    );
}

proptest::proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        if let Ok(letter) = parse(&bytes) {
            entries(&letter, "mid:1@a.example", true);
        }
    }

    #[test]
    fn no_pieces_panic(pieces in proptest::collection::vec(0..PIECES.len(), 0..40)) {
        let bytes: Vec<u8> = pieces.iter().flat_map(|at| PIECES[*at].as_bytes().to_vec()).collect();
        if let Ok(letter) = parse(&bytes) {
            entries(&letter, "mid:1@a.example", true);
        }
    }
}

/// What messages are made of.
const PIECES: &[&str] = &[
    "Subject: ",
    "From: ",
    "List-Id: <",
    "a@b.example",
    "\n",
    "\n\n",
    "\r\n",
    "Content-Type: ",
    "multipart/mixed; boundary=b",
    "multipart/digest; boundary=b",
    "multipart/alternative; boundary=\"b\"",
    "text/html",
    "text/plain; charset=utf-16",
    "message/rfc822",
    "Content-Transfer-Encoding: base64",
    "Content-Transfer-Encoding: quoted-printable",
    "--b",
    "--b--",
    "=",
    "=3D",
    "QUJD",
    "<p>",
    "<a href=\"https://a.example/b?url=",
    "https%3A%2F%2Fc.example\">",
    "Unsubscribe",
    ">",
    "=?utf-8?Q?",
    "?=",
    " ",
    "\u{fc}",
    "Date: Fri, 99 Jun",
    "Message-ID: <",
    "; ",
];
