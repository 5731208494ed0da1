//! Mails read back by a parser that is not ours: Python's `email`. Without python3 these are skipped with a word.

use std::io::Write;
use std::process::{Command, Stdio};

use message::{Envelope, freeze};
use serde_json::Value;
use tidings::deliver::mail::{MailOptions, Mailer, Transport};
use tidings::deliver::{dkim, message};

/// Returns what Python finds in a mail; none where there is no Python.
fn read_back(bytes: &[u8]) -> Option<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/mail_check.py");
    let child = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("skipped: python3 is not installed");
        return None;
    };
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(bytes));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn envelope(subject: &str) -> Envelope {
    Envelope {
        from: "Tidings für mich <tidings@bücher.example>".to_owned(),
        to: "reader@example.org".to_owned(),
        subject: subject.to_owned(),
        message_id: "<digest-17.x@xn--bcher-kva.example>".to_owned(),
        date: "2026-06-13T05:00:00Z".parse().unwrap(),
        list_id: "daily.tidings.example.org".to_owned(),
        in_reply_to: Some("<digest-16.x@example.org>".to_owned()),
        list_unsubscribe: Some("https://example.org/leave?me=1".to_owned()),
    }
}

#[track_caller]
fn check(subject: &str, text: &str, html: &str) {
    let Some(found) = read_back(&freeze(&envelope(subject), text, html).unwrap()) else {
        return;
    };
    assert_eq!(found["defects"], serde_json::json!([]), "{found}");
    assert_eq!(found["type"], "multipart/alternative");
    assert_eq!(found["types"], serde_json::json!(["text/plain", "text/html"]));
    assert_eq!(found["charsets"], serde_json::json!(["utf-8", "utf-8"]));
    for encoding in found["encodings"].as_array().unwrap() {
        assert!(encoding == "quoted-printable" || encoding == "base64", "{encoding}");
    }
    assert!(found["longest"].as_u64().unwrap() <= 998);
    assert_eq!(found["subject"], subject);
    assert_eq!(found["from"], "Tidings für mich <tidings@xn--bcher-kva.example>");
    assert_eq!(found["date"], "2026-06-13T05:00:00+00:00");
    let unified = |value: &Value| value.as_str().unwrap().replace("\r\n", "\n").trim_end().to_owned();
    assert_eq!(unified(&found["text"]), text.replace("\r\n", "\n").trim_end());
    assert_eq!(unified(&found["html"]), html.replace("\r\n", "\n").trim_end());
    for name in [
        "message-id",
        "list-id",
        "auto-submitted",
        "in-reply-to",
        "references",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "mime-version",
    ] {
        assert!(
            found["headers"].as_array().unwrap().iter().any(|own| own == name),
            "{name}: {found}"
        );
    }
}

#[test]
fn another_parser_reads_what_was_written() {
    check(
        "Plain: 1 new story, Sat 13 June",
        "Hello\n.\n..\nFrom me\n",
        "<p>Hello</p>\n",
    );
    check(
        "Fähren 🎉 und سكان: 4 new stories, Sa, 13. Juni",
        &"Grüße, 日本語 🎉 =3D\n".repeat(300),
        "<p>ü</p>\n",
    );
    check(
        "q",
        &format!("{}\n", "x".repeat(5_000)),
        &format!("<p>{}</p>\n", "日".repeat(9_000)),
    );
}

#[test]
fn the_digests_that_are_kept_survive_the_mail() {
    for name in ["morning", "hostile", "quiet"] {
        let read = |ending| std::fs::read_to_string(format!("tests/data/digest/{name}.{ending}")).unwrap();
        check("A digest", &read("txt"), &read("html"));
    }
}

#[tokio::test]
async fn a_signature_is_one_to_a_verifier_that_is_not_ours() {
    let root = env!("CARGO_MANIFEST_DIR");
    let key = format!("{root}/tests/data/dkim-test-key.pem");
    let mailer = Mailer::new(&MailOptions {
        transport: Transport::Memory,
        user: None,
        password: None,
        from: "tidings@example.org".to_owned(),
        timeout: std::time::Duration::from_secs(5),
        dkim: Some(dkim::DkimOptions {
            domain: "bücher.example".to_owned(),
            selector: "tidings".to_owned(),
            key: std::fs::read_to_string(&key).unwrap(),
        }),
    })
    .unwrap();
    let long = "Über  zwei Leerzeichen \r\n\r\n".repeat(50);
    let bytes = freeze(&envelope("Fähren: 4 new stories"), &long, "<p>ü</p>\n\n\n").unwrap();
    mailer.send("reader@example.org", &bytes).await.unwrap();
    mailer.send("reader@example.org", &bytes).await.unwrap();
    let kept = mailer.kept();
    assert_eq!(kept[0], kept[1], "a second try is signed with the same bytes");
    let signed = &kept[0].bytes;
    assert!(signed.ends_with(&bytes));
    let head = String::from_utf8_lossy(signed);
    assert!(head.contains("d=xn--bcher-kva.example; s=tidings;"));
    // One click counts only where both headers are signed (RFC 8058, 4).
    assert!(head.contains("list-unsubscribe:\r\n  list-unsubscribe-post:"), "{head}");
    let verify = |bytes: &[u8]| {
        let mut command = Command::new("python3");
        command.args([&format!("{root}/tests/data/dkim_check.py"), &key]);
        let child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = child.ok()?;
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        Some(child.wait().unwrap().success())
    };
    match verify(signed) {
        None => eprintln!("skipped: python3 is not installed"),
        Some(is_valid) => {
            assert!(is_valid);
            let changed = String::from_utf8(signed.clone())
                .unwrap()
                .replace("reader@example.org", "writer@example.org");
            assert_eq!(verify(changed.as_bytes()), Some(false), "a changed header is seen");
        }
    }
}
