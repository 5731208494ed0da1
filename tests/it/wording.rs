//! What a reader is told when little happened or something is mistyped: the way on, not a silence.

use std::path::Path;
use std::process::Command;

use tidings::clock::Clock;

use crate::support::config_text;
use crate::support::site::{Answer, Item, Site, rss};

async fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.arg("--config").arg(folder.join("tidings.toml")).args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_is_told_from_an_empty_archive() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start().await;
    let date: &'static str = Clock::system().now().to_rfc2822().leak();
    let item = Item::new(
        "1",
        "A bridge of chairs",
        format!("{}/1", site.address()),
        date,
        "The bridge stands.",
    );
    site.set("/feed.xml", Answer::feed(rss("Small Paper", &[item])));
    // A port that was just free: nobody listens there.
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
        .to_string();
    let rest = "[[source]]\nfeed = \"{site}/feed.xml\"\nfull_text = \"never\"\n\n\
                [[source]]\nfeed = \"http://127.0.0.1:{closed}/none.xml\"\n\n\
                [[topic]]\nname = \"Bridges\"\nkeywords = [\"bridge\"]\n\n\
                [[digest]]\nname = \"daily\"\ntopics = [\"Bridges\"]\nschedule = \"0 7 * * *\"\ndeliver = [\"log\"]\n";
    std::fs::write(
        folder.path().join("tidings.toml"),
        config_text(folder.path(), &site.address(), &rest.replace("{closed}", &closed)),
    )
    .unwrap();

    let (code, _, told) = run(folder.path(), &["poll"]).await;
    assert!(code == Some(0) && told.contains("2 sources polled (1 failed"), "{told}");
    let (code, _, told) = run(folder.path(), &["poll"]).await;
    assert!(
        code == Some(0) && told.contains("nothing is due before 20") && told.contains("(1 failing"),
        "{told}"
    );
    let (_, shown, _) = run(folder.path(), &["sources"]).await;
    assert!(
        shown.contains("cannot connect to 127.0.0.1: it refuses the connection\n"),
        "{shown}"
    );

    // Without a name of its own a source is shown, and found, under its feed's.
    let (code, _, told) = run(folder.path(), &["poll", "Small Paper"]).await;
    assert!(
        code == Some(0) && told.contains("1 source polled, 0 new articles"),
        "{told}"
    );

    for (arguments, expected, part) in [
        (
            &["search", "bridge", "--topic", "Bridge"][..],
            2,
            "no topic is called \"Bridge\"",
        ),
        (
            &["search", "bridge", "--source", "Small"],
            2,
            "no source is called \"Small\"",
        ),
        (&["articles", "--topic", "Bridge"], 2, "no topic is called \"Bridge\""),
        (&["search", "ferry or bridge"], 0, "column 7: \"or\" is a word here"),
        (&["search", "-x bridge"], 2, "write NOT x"),
        (&["search", "--limit", "5", "-x"], 2, "write NOT x"),
        (&["search", "/bridge(s)?/"], 2, "there are no regular expressions"),
        (
            &["topics", "backtest", "Bridges", "--query", "bridge|ferry"],
            0,
            "write (bridge OR ferry)",
        ),
        (&["digest", "--to", "foo"], 2, "--to foo: is no channel"),
        (
            &["digest", "--to", "mail:me@example.org"],
            2,
            "the configuration has no [mail]",
        ),
        (
            &["digest", "weekly"],
            2,
            "no digest is called \"weekly\"; there is daily",
        ),
    ] {
        let (code, _, told) = run(folder.path(), arguments).await;
        assert!(
            code == Some(expected) && told.contains(part),
            "{arguments:?}: {code:?} {told}"
        );
    }
    for arguments in [
        &["search", "bridge", "--topic", "Bridges"][..],
        &["articles", "--source", "Small Paper"],
    ] {
        let (code, shown, told) = run(folder.path(), arguments).await;
        assert!(
            code == Some(0) && shown.contains("A bridge of chairs"),
            "{arguments:?}: {shown} {told}"
        );
    }
}
