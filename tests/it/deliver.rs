//! Delivery against a mail server that refuses, stalls and hangs up; and the bytes of a message.

use std::time::Duration;

use tidings::deliver::DeliverError;
use tidings::deliver::mail::{MailOptions, Mailer, SmtpServer, TlsMode, Transport};
use tidings::deliver::message::{DigestKey, Envelope, freeze, message_id};
use tidings::digest::Window;

use crate::support::smtp::{self, Step, Trouble};

fn options(transport: Transport) -> MailOptions {
    MailOptions {
        transport,
        user: None,
        password: None,
        from: "Tidings <tidings@example.org>".to_owned(),
        timeout: Duration::from_millis(300),
        dkim: None,
    }
}

fn plain(port: u16) -> Transport {
    Transport::Smtp(SmtpServer {
        tls: TlsMode::Plain,
        host: "127.0.0.1".to_owned(),
        port,
    })
}

fn daily() -> DigestKey {
    DigestKey {
        name: "daily".to_owned(),
        window: Window {
            from: None,
            to: "2026-06-13T05:00:00Z".parse().unwrap(),
        },
        earlier: 0,
        is_test: false,
    }
}

fn envelope() -> Envelope {
    Envelope {
        from: "Tidings <tidings@bücher.example>".to_owned(),
        to: "reader@example.org".to_owned(),
        subject: "Fähren: 4 new stories, Sat 13 June".to_owned(),
        message_id: message_id(&daily(), "mail:reader@example.org", "bücher.example"),
        date: "2026-06-13T05:00:00Z".parse().unwrap(),
        list_id: "daily.tidings.example.org".to_owned(),
        in_reply_to: None,
        list_unsubscribe: None,
    }
}

fn message() -> Vec<u8> {
    freeze(&envelope(), "Hello\n.\nWörld\n", "<p>Hello</p>\n").unwrap()
}

async fn send_against(step: Step, trouble: Trouble) -> Result<(), DeliverError> {
    let server = smtp::start(Some((step, trouble)), usize::MAX).await;
    Mailer::new(&options(plain(server.port)))
        .unwrap()
        .send("reader@example.org", &message())
        .await
}

#[track_caller]
fn check(result: Result<(), DeliverError>, is_transient: bool, words: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.is_transient(), is_transient, "{error}");
    assert!(error.to_string().contains(words), "{error}");
    assert!(!error.to_string().contains("reader@"), "{error}");
}

const TALK: [Step; 6] = [
    Step::Greeting,
    Step::Hello,
    Step::Sender,
    Step::Recipient,
    Step::Data,
    Step::End,
];

#[tokio::test]
async fn a_message_arrives_as_it_was_frozen() {
    let server = smtp::start(None, 0).await;
    let mailer = Mailer::new(&options(plain(server.port))).unwrap();
    mailer.send("Reader <reader@bücher.example>", &message()).await.unwrap();
    let seen = server.seen.lock().unwrap();
    assert_eq!(seen.messages.len(), 1);
    assert_eq!(
        seen.messages[0].trim_end(),
        String::from_utf8(message()).unwrap().trim_end()
    );
    assert!(
        seen.commands
            .iter()
            .any(|line| line.starts_with("MAIL FROM:<tidings@example.org>")),
        "{:?}",
        seen.commands
    );
    assert!(
        seen.commands
            .iter()
            .any(|line| line.starts_with("RCPT TO:<reader@xn--bcher-kva.example>"))
    );
}

#[tokio::test]
async fn refusals_are_told_apart_by_their_code() {
    for step in TALK {
        check(
            send_against(step, Trouble::Answer("450 4.2.1 later, please")).await,
            true,
            "450",
        );
        // What is about us may be mended while the mail waits; what is about the recipient or the message is final.
        let is_ours = matches!(step, Step::Greeting | Step::Hello);
        check(
            send_against(step, Trouble::Answer("550 5.1.1 <reader@example.org>: nobody here")).await,
            is_ours,
            "nobody here",
        );
    }
}

#[tokio::test]
async fn silence_and_hanging_up_pass() {
    for step in TALK {
        check(send_against(step, Trouble::Stall).await, true, "again later");
        check(send_against(step, Trouble::HangUp).await, true, "again later");
        check(
            send_against(step, Trouble::Answer("what is this")).await,
            true,
            "again later",
        );
    }
}

#[tokio::test]
async fn a_message_that_was_taken_is_delivered_whatever_follows() {
    for trouble in [Trouble::HangUp, Trouble::Stall, Trouble::Answer("421 closing")] {
        send_against(Step::Quit, trouble).await.unwrap();
    }
}

#[tokio::test]
async fn a_login_is_made_and_its_refusal_names_the_remedy() {
    let server = smtp::start(Some((Step::Auth, Trouble::Answer("535 5.7.8 no"))), 1).await;
    let login = MailOptions {
        user: Some("me".into()),
        password: Some("secret".into()),
        ..options(plain(server.port))
    };
    let mailer = Mailer::new(&login).unwrap();
    check(mailer.send("reader@example.org", &message()).await, true, "password");
    mailer.send("reader@example.org", &message()).await.unwrap();
    assert_eq!(server.seen.lock().unwrap().messages.len(), 1);
}

#[tokio::test]
async fn a_second_attempt_bears_the_same_message_id() {
    let server = smtp::start(Some((Step::End, Trouble::HangUp)), 1).await;
    let mailer = Mailer::new(&options(plain(server.port))).unwrap();
    check(mailer.send("reader@example.org", &message()).await, true, "again later");
    mailer.send("reader@example.org", &message()).await.unwrap();
    let seen = server.seen.lock().unwrap();
    assert_eq!(seen.messages.len(), 2);
    assert_eq!(seen.messages[0], seen.messages[1]);
}

#[tokio::test]
async fn nobody_at_the_port_passes() {
    let port = smtp::start(None, 0).await.port;
    tokio::task::yield_now().await;
    let mailer = Mailer::new(&options(plain(port))).unwrap();
    check(mailer.send("reader@example.org", &message()).await, true, "again later");
}

#[test]
fn plain_mail_never_leaves_this_machine() {
    let out = |host: &str| {
        Mailer::new(&options(Transport::Smtp(SmtpServer {
            tls: TlsMode::Plain,
            host: host.to_owned(),
            port: 25,
        })))
    };
    for host in [
        "mail.example.org",
        "192.168.1.5",
        "localhost.example.org",
        "127.0.0.1.example.org",
    ] {
        assert!(
            out(host).is_err_and(|error| error.to_string().contains("smtps://")),
            "{host}"
        );
    }
    for host in ["localhost", "127.0.0.1", "::1", "[::1]", "::ffff:127.0.0.1"] {
        assert!(out(host).is_ok(), "{host}");
    }
}

#[test]
fn plain_mail_over_a_network_is_the_owners_word_and_takes_no_password() {
    let over = |user: Option<&str>| {
        Mailer::new(&MailOptions {
            user: user.map(str::to_owned),
            password: user.map(str::to_owned),
            ..options(Transport::Smtp(SmtpServer {
                tls: TlsMode::PlainNetwork,
                host: "192.168.1.5".to_owned(),
                port: 25,
            }))
        })
    };
    assert!(over(None).is_ok());
    assert!(over(Some("me")).is_err_and(|error| error.to_string().contains("in the clear")));
}

/// What a server answers that takes addresses without an ASCII form.
const OFFERS_SMTPUTF8: &[u8] = b"250-loopback\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n";

/// From, to, and how the message begins.
const INTERNATIONAL: [(&str, &str, &str); 3] = [
    ("t@example.org", "jörg@bücher.example", "To: jörg@xn--bcher-kva.example"),
    ("t@example.org", "用户@example.org", "To: 用户@example.org"),
    ("Jörg <jörg@example.org>", "r@example.org", "<jörg@example.org>"),
];

#[tokio::test]
async fn an_address_without_an_ascii_form_goes_to_servers_that_take_it() {
    for (from, to, header) in INTERNATIONAL {
        let trouble = Trouble::Bytes(OFFERS_SMTPUTF8.to_vec());
        let server = smtp::start(Some((Step::Hello, trouble)), usize::MAX).await;
        let own = |transport| MailOptions {
            from: from.to_owned(),
            ..options(transport)
        };
        let envelope = Envelope {
            from: from.to_owned(),
            to: to.to_owned(),
            ..envelope()
        };
        let bytes = freeze(&envelope, "Hello\n", "<p>Hello</p>\n").unwrap();
        let mailer = Mailer::new(&own(plain(server.port))).unwrap();
        mailer.send(to, &bytes).await.unwrap();
        mailer.knock(true).await.unwrap();
        {
            let seen = server.seen.lock().unwrap();
            let (head, body) = seen.messages[0].split_once("\r\n\r\n").unwrap();
            assert!(head.contains(header) && body.is_ascii(), "{head}");
            let sender = seen.commands.iter().find(|line| line.starts_with("MAIL FROM")).unwrap();
            assert!(sender.ends_with("> BODY=8BITMIME SMTPUTF8"), "{sender}");
            assert_eq!(seen.messages[0].trim_end().as_bytes(), bytes.trim_ascii_end());
        }

        let server = smtp::start(None, 0).await;
        let mailer = Mailer::new(&own(plain(server.port))).unwrap();
        check(mailer.send(to, &bytes).await, false, "does not offer SMTPUTF8");
        check(mailer.knock(true).await, false, "does not offer SMTPUTF8");
        mailer.knock(false).await.unwrap();
        let seen = server.seen.lock().unwrap();
        assert!(
            !seen.commands.iter().any(|line| line.starts_with("MAIL")),
            "{:?}",
            seen.commands
        );
    }
}

#[tokio::test]
async fn memory_keeps_what_would_have_been_sent() {
    let mailer = Mailer::new(&options(Transport::Memory)).unwrap();
    mailer.send("reader@example.org", &message()).await.unwrap();
    assert_eq!(mailer.kept().len(), 1);
    assert_eq!(mailer.kept()[0].bytes, message());
    check(mailer.send("reader", &message()).await, false, "no @");
    check(
        mailer
            .send("reader@example.org\r\nRCPT TO:<x@example.org>", &message())
            .await,
        false,
        "line break",
    );
    check(mailer.send("reader@example.org", b"a\n.\nb").await, false, "CRLF");
    check(
        mailer.send("reader@example.org", "ä\r\n".as_bytes()).await,
        false,
        "7-bit",
    );
}

#[test]
fn a_message_is_seven_bit_in_short_lines_and_always_the_same() {
    let long = format!("{} {}\n.\n\r\nFrom me\n", "x".repeat(5_000), "日本語".repeat(400));
    for (text, html) in [("Hello\n", "<p>Hi"), (long.as_str(), long.as_str()), ("", "")] {
        let bytes = freeze(&envelope(), text, html).unwrap();
        assert_eq!(bytes, freeze(&envelope(), text, html).unwrap());
        let message = String::from_utf8(bytes).unwrap();
        assert!(message.is_ascii());
        assert!(!message.replace("\r\n", "").contains(['\r', '\n']));
        assert!(message.split("\r\n").all(|line| line.len() <= 998), "{message}");
    }
}

#[test]
fn headers() {
    let mut envelope = envelope();
    envelope.in_reply_to = Some("<digest-16.x@example.org>".to_owned());
    envelope.list_unsubscribe = Some("mailto:me@example.org".to_owned());
    envelope.subject = "Fähren \"halten\"\r\nBcc: x@example.org".to_owned();
    let message = String::from_utf8(freeze(&envelope, "t", "h").unwrap()).unwrap();
    let head = message.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    for line in [
        "From: Tidings <tidings@xn--bcher-kva.example>",
        "To: reader@example.org",
        "Date: Sat, 13 Jun 2026 05:00:00 +0000",
        "List-Id: <daily.tidings.example.org>",
        "List-Unsubscribe: <mailto:me@example.org>",
        "Auto-Submitted: auto-generated",
        "In-Reply-To: <digest-16.x@example.org>",
        "MIME-Version: 1.0",
    ] {
        assert!(head.lines().any(|own| own == line), "{line}\n{head}");
    }
    assert!(head.contains("Subject: =?utf-8?"), "{head}");
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    assert!(head.contains(&format!("Message-ID: {}", envelope.message_id)), "{head}");
    assert!(head.contains("Content-Type: multipart/alternative"), "{head}");
}

#[test]
fn what_cannot_stand_in_a_header_is_refused() {
    let with = |change: fn(&mut Envelope)| {
        let mut envelope = envelope();
        change(&mut envelope);
        freeze(&envelope, "t", "h").unwrap_err().to_string()
    };
    assert!(with(|e| e.to = "a@b\r\nBcc: c@d".to_owned()).contains("more than one address"));
    assert!(with(|e| e.list_id = "x\r\nBcc: c@d".to_owned()).contains("List-Id"));
    assert!(with(|e| e.message_id = String::new()).contains("Message-ID"));
    assert!(with(|e| e.from = "jürgen example.org".to_owned()).contains("no @"));
    assert!(with(|e| e.date = chrono::DateTime::from_timestamp(-5, 0).unwrap()).contains("date"));
}

#[test]
fn a_message_id_is_made_from_digest_and_channel() {
    let (channel, domain) = ("mail:reader@example.org", "bücher.example");
    let id = message_id(&daily(), channel, domain);
    assert!(
        id.starts_with("<digest-1781326800.") && id.ends_with("@xn--bcher-kva.example>"),
        "{id}"
    );
    assert_eq!(id, message_id(&daily(), channel, domain));
    assert_ne!(id, message_id(&daily(), "mail:other@example.org", domain));
    assert!(message_id(&daily(), "log", "a b\r\nc").ends_with("@localhost>"));
}

#[test]
fn no_two_digests_share_a_message_id() {
    let with = |change: fn(&mut DigestKey)| {
        let mut key = daily();
        change(&mut key);
        message_id(&key, "log", "example.org")
    };
    let ids = [
        with(|_| ()),
        with(|key| key.name = "weekly".to_owned()),
        with(|key| key.name = "daily\",null".to_owned()),
        with(|key| key.window.from = Some(chrono::DateTime::UNIX_EPOCH)),
        with(|key| key.window.to += chrono::TimeDelta::seconds(1)),
        with(|key| key.earlier = 1),
        with(|key| key.is_test = true),
    ];
    let different: std::collections::HashSet<_> = ids.iter().collect();
    assert_eq!(different.len(), ids.len(), "{ids:?}");
}
