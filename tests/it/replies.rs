//! Mail servers that answer any bytes: the code decides, the text is text, and nothing of it is without bound.

use std::process::{Output, Stdio};
use std::time::Duration;

use tidings::deliver::DeliverError;
use tidings::deliver::mail::{MailOptions, Mailer, SmtpServer, TlsMode, Transport};

use crate::process::tidings;
use crate::support::config_text;
use crate::support::smtp::{self, Identity, Server, Step, Trouble, Way};

const MESSAGE: &[u8] = b"Subject: x\r\n\r\nHello\r\n.\r\n";
/// A limit no step comes near: what ends before it, ends by itself.
const LONG: Duration = Duration::from_secs(120);

fn options(port: u16, timeout: Duration) -> MailOptions {
    MailOptions {
        transport: Transport::Smtp(SmtpServer {
            tls: TlsMode::Plain,
            host: "127.0.0.1".to_owned(),
            port,
        }),
        user: None,
        password: None,
        from: "tidings@example.org".to_owned(),
        timeout,
        dkim: None,
    }
}

async fn send(server: &Server, timeout: Duration) -> Result<(), DeliverError> {
    let mailer = Mailer::new(&options(server.port, timeout)).unwrap();
    mailer.send("reader@example.org", MESSAGE).await
}

#[track_caller]
fn check(result: Result<(), DeliverError>, is_transient: bool, words: &str) {
    let error = result.unwrap_err();
    let text = error.to_string();
    assert_eq!(error.is_transient(), is_transient, "{text}");
    assert!(text.contains(words), "{words}: {text}");
    assert!(
        !text.contains("reader@") && !text.contains(char::is_control),
        "{text:?}"
    );
    assert!(text.chars().count() < 600, "{text}");
}

const ABOUT_THE_MAIL: [Step; 4] = [Step::Sender, Step::Recipient, Step::Data, Step::End];

#[tokio::test]
async fn what_was_taken_is_taken_in_any_words() {
    let many = [b"250-and on\r\n".repeat(3_000), b"250 at last\r\n".to_vec()].concat();
    let long = [b"250 ", b"x".repeat(100_000).as_slice(), b"\r\n"].concat();
    for bytes in [
        b"250 2.0.0 Message accept\xe9\r\n".as_slice(),
        b"250\r\n",
        b"250 \r\n",
        b"250-\r\n250\r\n",
        b"250 a\0b\x1b[2J\r\n",
        b"250\xff\xfe\r\n",
        b"250 lone feed\n",
        b"250 return\rwithin\r\n",
        b"250-one\xe9\r\n250 two\r\n",
        b"250-queued\r\n251 forwarded\r\n",
        b"250-wrapped\r\nby hand\r\n250 so\r\n",
        b"\r\n250 late\r\n",
        b"299 by no book\r\n",
        &many,
        &long,
    ] {
        let server = smtp::start(Some((Step::End, Trouble::Bytes(bytes.to_vec()))), 9).await;
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(80)]);
        send(&server, LONG)
            .await
            .unwrap_or_else(|error| panic!("{shown}: {error}"));
        assert_eq!(server.seen.lock().unwrap().messages.len(), 1);
    }
    let server = smtp::start(Some((Step::End, Trouble::Endless(b"250 taken "))), 9).await;
    send(&server, LONG).await.unwrap();
}

#[tokio::test]
async fn an_answer_without_its_end_has_its_code() {
    for bytes in [
        b"250".as_slice(),
        b"250 taken",
        b"250 taken\r",
        b"250-taken\r\n250 \xe9",
    ] {
        let server = smtp::start(Some((Step::End, Trouble::Last(bytes.to_vec()))), 9).await;
        send(&server, LONG).await.unwrap();
        // The server waits, too: the limit decides, and of a bare CR its grace.
        let server = smtp::start(Some((Step::End, Trouble::Bytes(bytes.to_vec()))), 9).await;
        send(&server, Duration::from_millis(300)).await.unwrap();
    }
    for bytes in [b"".as_slice(), b"2", b"25", b"\r\n"] {
        let server = smtp::start(Some((Step::End, Trouble::Last(bytes.to_vec()))), 9).await;
        check(send(&server, LONG).await, true, "it ended the connection");
    }
}

#[tokio::test]
async fn a_refusal_is_final_or_not_by_its_code_in_any_words() {
    for step in ABOUT_THE_MAIL {
        for (bytes, is_transient, words) in [
            (
                b"550 5.1.1 unbekannter Empf\xe4nger\r\n".as_slice(),
                false,
                "unbekannter Empfänger;",
            ),
            (
                b"550 5.1.1 \xd0\xbd\xd0\xb5\xd1\x82 <reader@example.org>\r\n",
                false,
                "550 5.1.1 нет (address);",
            ),
            (b"550\r\n", false, ": 550; "),
            (
                b"550-5.7.1 a\0b\x07\xe9\r\n550 5.7.1 \x1b[31mred\x9b\r\n",
                false,
                "550 5.7.1 a b é",
            ),
            (b"450 4.2.1 sp\xe4ter\r\n", true, "450 4.2.1 später;"),
            (b"421\n", true, "421"),
            (b"250-fine\r\n550 not so\r\n", false, "550 fine not so"),
            (b"599 by no book\r\n", false, "599"),
        ] {
            let server = smtp::start(Some((step, Trouble::Bytes(bytes.to_vec()))), 9).await;
            check(send(&server, LONG).await, is_transient, words);
        }
        let server = smtp::start(Some((step, Trouble::Endless(b"550-5.7.1 \xe9\r\n"))), 9).await;
        check(send(&server, LONG).await, false, "550 5.7.1 é");
    }
}

#[tokio::test]
async fn what_has_no_end_ends_soon_and_is_told() {
    for step in [Step::Greeting, Step::Hello, Step::Sender, Step::Recipient, Step::Data] {
        for (endless, words) in [
            (b"2".as_slice(), "its answer is not SMTP (\"2222"),
            (b"\xff", "is not SMTP"),
            (b"250 ", "a line of more than 4096 bytes"),
            (b"250-x\r\n", "more than 500 lines"),
            (b"250-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n", "longer than 65536 bytes"),
            (b"\r\n", "longer than 65536 bytes"),
        ] {
            // DATA wants another class, which is looked at first.
            let words = if step == Step::Data && endless.starts_with(b"250") { "250" } else { words };
            let server = smtp::start(Some((step, Trouble::Endless(endless))), 9).await;
            check(send(&server, LONG).await, true, words);
        }
    }
    // After the message its code is all that is wanted; this has none.
    let server = smtp::start(Some((Step::End, Trouble::Endless(b"2"))), 9).await;
    let result = send(&server, LONG).await;
    assert!(result.as_ref().is_err_and(DeliverError::may_have_arrived));
    check(result, true, "not SMTP");
}

#[tokio::test]
async fn other_protocols_and_steps_are_told_at_once() {
    for (step, bytes, words) in [
        (
            Step::Greeting,
            "SSH-2.0-OpenSSH_9.2\r\n",
            "not SMTP (\"SSH-2.0-OpenSSH_9.2\"); is it another port?",
        ),
        (Step::Greeting, "HTTP/1.1 400 Bad Request\r\n\r\n", "not SMTP"),
        (Step::Greeting, "999 hello\r\n", "not SMTP"),
        (Step::Greeting, "354 hello\r\n", "it answered 354 hello"),
        (Step::Data, "250 what now\r\n", "it answered 250 what now"),
        (Step::End, "354 more\r\n", "it answered 354 more"),
    ] {
        let server = smtp::start(Some((step, Trouble::Bytes(bytes.into()))), 9).await;
        check(send(&server, LONG).await, true, words);
    }
}

#[tokio::test]
async fn what_is_said_unasked_answers_nothing() {
    // Each answer is followed by one to nothing; the message's own is a refusal.
    for step in [Step::Greeting, Step::Hello, Step::Sender, Step::Recipient] {
        let bytes = b"250 fine\r\n250 and fine\r\n354 and go on\r\n".to_vec();
        let server = smtp::start(Some((step, Trouble::Bytes(bytes))), 9).await;
        send(&server, LONG).await.unwrap();
        assert_eq!(server.seen.lock().unwrap().messages.len(), 1, "{step:?}");
    }
}

#[tokio::test]
async fn a_server_of_the_old_days_is_told_helo() {
    let server = smtp::start(Some((Step::Hello, Trouble::OldDays)), 9).await;
    send(&server, LONG).await.unwrap();
    let seen = server.seen.lock().unwrap();
    assert!(seen.commands[1].starts_with("HELO "), "{:?}", seen.commands);
    assert_eq!(seen.messages.len(), 1);
}

#[tokio::test]
async fn a_size_is_told_where_it_is_asked_for() {
    let (plain, asked) = ("250 loopback", "250-loopback\r\n250 size 1000");
    for (hello, sender) in [
        (plain, "MAIL FROM:<tidings@example.org>".to_owned()),
        (asked, format!("MAIL FROM:<tidings@example.org> SIZE={}", MESSAGE.len())),
        (
            "250-loopback\r\n250 SIZE",
            format!("MAIL FROM:<tidings@example.org> SIZE={}", MESSAGE.len()),
        ),
    ] {
        let server = smtp::start(Some((Step::Hello, Trouble::Answer(hello))), 9).await;
        send(&server, LONG).await.unwrap();
        assert_eq!(server.seen.lock().unwrap().commands[1], sender);
    }
    let server = smtp::start(Some((Step::Hello, Trouble::Answer("250-loopback\r\n250 SIZE 20"))), 9).await;
    check(send(&server, LONG).await, false, "takes 20");
    assert_eq!(server.seen.lock().unwrap().commands.last().unwrap(), "QUIT");
}

#[tokio::test]
async fn a_login_is_made_as_the_server_asks_or_not_at_all() {
    let log_in = async |hello: &'static str| {
        let server = smtp::start(Some((Step::Hello, Trouble::Answer(hello))), 9).await;
        let login = MailOptions {
            user: Some("me".to_owned()),
            password: Some("open sesame".to_owned()),
            ..options(server.port, LONG)
        };
        let result = Mailer::new(&login).unwrap().send("reader@example.org", MESSAGE).await;
        let commands = server.seen.lock().unwrap().commands.clone();
        (result, commands)
    };
    let (result, commands) = log_in("250-loopback\r\n250 auth login plain").await;
    result.unwrap();
    // NUL, user, NUL, password.
    assert_eq!(commands[1], "AUTH PLAIN AG1lAG9wZW4gc2VzYW1l");
    for hello in ["250-loopback\r\n250 AUTH LOGIN", "250-loopback\r\n250 AUTH=LOGIN"] {
        let (result, commands) = log_in(hello).await;
        result.unwrap();
        assert_eq!(commands[1..4], ["AUTH LOGIN", "bWU=", "b3BlbiBzZXNhbWU="]);
    }
    for hello in ["250 loopback", "250-loopback\r\n250 AUTH CRAM-MD5"] {
        let (result, commands) = log_in(hello).await;
        check(result, true, "no login by PLAIN or LOGIN");
        assert_eq!(commands.last().map(String::as_str), Some("QUIT"));
        assert!(
            !commands.iter().any(|command| command.starts_with("AUTH")),
            "{commands:?}"
        );
    }
}

/// Runs a command with mail over TLS, trusting a certificate.
fn run(scheme: &str, server: &Server, trusted: &str, command: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let rest = format!(
        "[mail]\nfrom = \"a@b.example\"\nsmtp = \"{scheme}://me@localhost:{}\"\npassword = {{ env = \"SECRET\" }}\n\
         [[source]]\nfeed = \"{{site}}/feed.xml\"\nschedule = \"0 0 1 1 *\"\n\
         [[topic]]\nname = \"Scans\"\nkeywords = [\"scan\"]\n\
         [[digest]]\nname = \"daily\"\ntopics = [\"Scans\"]\nschedule = \"0 7 * * *\"\ndeliver = [\"log\"]\n",
        server.port
    );
    let text = config_text(&folder.path().join("state"), "http://feeds.localhost:9", &rest);
    std::fs::write(folder.path().join("tidings.toml"), text).unwrap();
    std::fs::write(folder.path().join("ca.pem"), trusted).unwrap();
    tidings(folder.path())
        .args(command)
        .env("SSL_CERT_FILE", folder.path().join("ca.pem"))
        .env("SECRET", "open sesame")
        .stdout(Stdio::piped())
        .output()
        .unwrap()
}

const SEND: [&str; 4] = ["digest", "daily", "--to", "mail:reader@example.org"];

#[track_caller]
fn check_told(output: &Output, words: &str) {
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(!output.status.success() && told.contains(words), "{words}: {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn under_tls_it_is_the_same() {
    let identity = Identity::new("ours", false);
    for (scheme, way) in [
        ("smtps", Way::First(identity.acceptor.clone())),
        ("smtp+starttls", Way::StartTls(identity.acceptor.clone())),
    ] {
        let taken = Trouble::Bytes(b"250 2.0.0 Message accept\xe9\r\n".to_vec());
        let server = smtp::start_by(way.clone(), Some((Step::End, taken)), 9).await;
        let output = run(scheme, &server, &identity.pem, &SEND);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let seen = std::mem::take(&mut *server.seen.lock().unwrap());
        assert_eq!(seen.messages.len(), 1);
        let place = |start: &str| seen.commands.iter().position(|own| own.starts_with(start));
        assert!(place("AUTH") > place("TLS"), "{:?}", seen.commands);

        let refused = Trouble::Bytes(b"550 5.1.1 unbekannter Empf\xe4nger\r\n".to_vec());
        let server = smtp::start_by(way.clone(), Some((Step::Recipient, refused)), 9).await;
        check_told(&run(scheme, &server, &identity.pem, &SEND), "unbekannter Empfänger");

        let step = if scheme == "smtps" {
            Step::Hello
        } else {
            Step::HelloAgain
        };
        let server = smtp::start_by(way.clone(), Some((step, Trouble::Endless(b"250-x\r\n"))), 9).await;
        check_told(&run(scheme, &server, &identity.pem, &SEND), "more than 500 lines");

        let stranger = Identity::new("stranger", false);
        check_told(
            &run(scheme, &server, &stranger.pem, &SEND),
            "add the issuer's certificate to the system's",
        );
    }
    let issuer = Identity::new("issuer", true);
    let server = smtp::start_by(Way::First(issuer.acceptor.clone()), None, 9).await;
    check_told(
        &run("smtps", &server, &issuer.pem, &SEND),
        "an issuer's own, not a server's",
    );
    let server = smtp::start(None, 9).await;
    check_told(
        &run("smtps", &server, &issuer.pem, &SEND),
        "is it smtp+starttls:// or another port?",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn before_tls_nothing_is_believed_and_nothing_told() {
    let identity = Identity::new("ours", false);
    let endless = |step| (step, Trouble::Endless(b"2"));
    for (trouble, words) in [
        // Words slipped in before TLS, to be taken for the server's under it.
        (
            (
                Step::StartTls,
                Trouble::Bytes(b"220 go\r\n250-evil\r\n250 AUTH PLAIN\r\n".to_vec()),
            ),
            "before TLS began",
        ),
        (
            (Step::StartTls, Trouble::Bytes(b"220 go\n\0".to_vec())),
            "before TLS began",
        ),
        (
            (Step::Hello, Trouble::Answer("250-loopback\r\n250 AUTH PLAIN")),
            "STARTTLS is not supported",
        ),
        ((Step::Hello, Trouble::OldDays), "STARTTLS is not supported"),
        ((Step::StartTls, Trouble::Answer("454 not now")), "454 not now"),
        ((Step::StartTls, Trouble::HangUp), "it ended the connection"),
        (
            (Step::StartTls, Trouble::Last(b"220 go\r\n".to_vec())),
            "it ended the connection",
        ),
        (endless(Step::Greeting), "not SMTP (\"2222"),
        (endless(Step::Hello), "not SMTP (\"2222"),
        (endless(Step::StartTls), "not SMTP (\"2222"),
        (
            (Step::StartTls, Trouble::Endless(b"220 ")),
            "a line of more than 4096 bytes",
        ),
        // Under TLS it offers no login any more.
        (
            (Step::HelloAgain, Trouble::Answer("250 loopback")),
            "no login by PLAIN or LOGIN",
        ),
    ] {
        let server = smtp::start_by(Way::StartTls(identity.acceptor.clone()), Some(trouble), 9).await;
        check_told(&run("smtp+starttls", &server, &identity.pem, &SEND), words);
        let seen = server.seen.lock().unwrap();
        assert!(
            !seen
                .commands
                .iter()
                .any(|own| own.starts_with("AUTH") || own.starts_with("MAIL")),
            "{:?}",
            seen.commands
        );
    }
}
