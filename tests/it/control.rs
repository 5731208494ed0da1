//! Commands beside the daemon: the same words, the same exit codes, the same state afterwards.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Stdio;

use crate::process::{Daemon, tidings};
use crate::support::site::{Answer, Item, Site, rss};
use crate::support::{config_text, documents};

const REST: &str = r#"
[[source]]
feed = "{site}/feed.xml"
name = "Feed"
schedule = "0 0 1 1 *"
full_text = "never"

[[topic]]
name = "Scans"
keywords = ["scan"]

[[digest]]
name = "daily"
topics = ["Scans"]
schedule = "0 0 1 1 *"
deliver = ["file:{folder}/digests/daily.txt"]
"#;

fn write_config(folder: &Path, site: &Site) {
    let rest = REST.replace("{folder}", folder.to_str().unwrap());
    let text = config_text(&folder.join("state"), &site.address(), &rest);
    fs::write(folder.join("tidings.toml"), text).unwrap();
}

fn set_feed(site: &Site, items: &[(&'static str, &str)]) {
    // Dated, an hour apart: else the second in which each was seen would decide which comes first.
    let day = (tidings::clock::Clock::system().now() - chrono::TimeDelta::days(1)).format("%d %b %Y");
    let items = items.iter().enumerate().map(|(hour, (guid, title))| {
        let date = format!("{day} {hour:02}:00:00 GMT");
        Item::new(guid, title, format!("{}/{guid}", site.address()), date, "What it says.")
    });
    let items: Vec<Item> = items.collect();
    site.set("/feed.xml", Answer::feed(rss("Feed", &items)));
}

/// Returns exit code, standard output and standard error of a command.
fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = tidings(folder).args(arguments).stdout(Stdio::piped()).output().unwrap();
    let text = |bytes: Vec<u8>| {
        String::from_utf8(bytes)
            .unwrap()
            .replace(folder.to_str().unwrap(), "HERE")
    };
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &target),
            false => drop(fs::copy(&path, &target).unwrap()),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_command_is_the_same_beside_the_daemon() {
    let site = Site::start().await;
    let (alone, beside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (alone, beside) = (alone.path(), beside.path());
    write_config(alone, &site);
    set_feed(
        &site,
        &[("a", "A scan at the harbour"), ("b", "The opera has a scan too")],
    );
    assert_eq!(run(alone, &["poll"]).0, Some(0));
    copy(&alone.join("state"), &beside.join("state"));
    write_config(beside, &site);
    set_feed(
        &site,
        &[
            ("a", "A scan at the harbour"),
            ("b", "The opera has a scan too"),
            ("c", "Stadium orders a scan of seats"),
        ],
    );
    let daemon = Daemon::start(beside);
    daemon.hear("READY=1");
    let stories = |folder| run(folder, &["stories", "--format", "json"]).1.lines().count();
    assert_eq!(stories(alone), 2);

    let commands: &[(&[&str], i32, &str)] = &[
        (
            &["poll", "Feed"],
            0,
            "1 source polled, 1 new article, 1 read, 3 documents written",
        ),
        (
            &["poll", "Feed", "--format", "json"],
            0,
            "\"polls\":1,\"failed\":0,\"newArticles\":0",
        ),
        (&["poll", "Nobody"], 2, "no source is called \"Nobody\""),
        (&["stories", "merge", "1", "2"], 0, "story 2 is now part of story 1"),
        (&["stories", "merge", "1", "2"], 2, "story 2"),
        (
            &["stories", "split", "1", "2", "--format", "json"],
            0,
            "\"splitFrom\":1",
        ),
        (&["digest", "daily", "--to", "file:test.txt"], 0, "sent to file:"),
        (&["digest", "nightly"], 2, "there is daily"),
        (&["digest"], 0, "delivered to 1 recipient"),
        (&["digest"], 0, "nothing new since the last one"),
        (&["digest", "--due"], 0, ""),
        (&["digests", "--resend", "1"], 0, "sent again to file:"),
        (&["digests", "--resend", "7"], 2, "there is no digest 7"),
    ];
    for (arguments, code, part) in commands {
        let (own, handed) = (run(alone, arguments), run(beside, arguments));
        assert_eq!(own.0, Some(*code), "{arguments:?}: {own:?}");
        assert!(own.1.contains(part) || own.2.contains(part), "{arguments:?}: {own:?}");
        assert_eq!(handed, own, "{arguments:?} beside the daemon");
    }
    let state = |folder: &Path| {
        (
            documents(&folder.join("state/news"))
                .into_iter()
                .map(|(name, _)| name)
                .collect::<Vec<_>>(),
            run(folder, &["stats", "--format", "json"]),
        )
    };
    assert_eq!(state(beside), state(alone));
    assert_eq!(documents(&beside.join("digests")).len(), 1);
    daemon.signal("TERM");
    daemon.hear("STOPPING=1");
}

/// Sends bytes to the socket and returns what is answered.
fn ask(socket: &Path, bytes: &[u8]) -> String {
    let mut stream = UnixStream::connect(socket).unwrap();
    // The daemon may refuse before it has read all.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn posted(path: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_socket_is_private_and_takes_nothing_else() {
    let site = Site::start().await;
    let folder = tempfile::tempdir().unwrap();
    write_config(folder.path(), &site);
    set_feed(&site, &[]);
    let socket = folder.path().join("state/control.sock");
    // What a killed daemon leaves.
    let mut killed = Daemon::start(folder.path());
    killed.hear("READY=1");
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();
    assert!(socket.exists());
    assert_eq!(run(folder.path(), &["poll", "Feed"]).0, Some(0), "nobody listens there");

    fs::remove_file(folder.path().join("notify")).unwrap();
    let mut daemon = Daemon::start(folder.path());
    daemon.hear("READY=1");
    let found = fs::metadata(&socket).unwrap();
    assert!(found.file_type().is_socket());
    assert_eq!(found.permissions().mode() & 0o777, 0o660);

    let refused: &[(Vec<u8>, &str)] = &[
        (b"GET /commands/2 HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(), "405"),
        (posted("/nothing", "{}"), "404"),
        (posted("/commands/2", "{}"), "400"),
        (posted("/commands/2", "\"everything\""), "400"),
        (
            posted("/commands/2", "{\"poll\":{\"sources\":[],\"as\":\"root\"}}"),
            "400",
        ),
        (posted("/commands/2", &" ".repeat(70_000)), "413"),
        (b"no HTTP at all\r\n\r\n".to_vec(), "400"),
        (
            format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(100_000)).into_bytes(),
            "431",
        ),
    ];
    for (bytes, status) in refused {
        let answer = ask(&socket, bytes);
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{start}: {answer}");
    }
    // More connections than are served at once keep nobody out for good.
    let idle: Vec<UnixStream> = (0..40).map(|_| UnixStream::connect(&socket).unwrap()).collect();
    drop(idle);
    assert_eq!(run(folder.path(), &["digest", "--due"]).0, Some(0));
    daemon.signal("TERM");
    assert!(daemon.child.wait().unwrap().success());
    assert!(!socket.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_told_when_the_daemon_ends_first() {
    let folder = tempfile::tempdir().unwrap();
    let slow = TcpListener::bind("127.0.0.1:0").unwrap();
    let rest = "[[source]]\nfeed = \"{site}/feed.xml\"\nname = \"Slow\"\nschedule = \"0 0 1 1 *\"\n";
    let address = format!("http://{}", slow.local_addr().unwrap());
    fs::write(
        folder.path().join("tidings.toml"),
        config_text(&folder.path().join("state"), &address, rest),
    )
    .unwrap();
    let mut daemon = Daemon::start(folder.path());
    daemon.hear("READY=1");
    // The daemon's own poll, which is due at once: it goes on while the command waits.
    let own = slow.accept().unwrap();
    let command = tidings(folder.path())
        .args(["poll", "Slow"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(own);
    let _handed = slow.accept().unwrap();
    daemon.signal("TERM");
    let output = command.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("the daemon was told to stop"), "{said}");
    assert!(daemon.child.wait().unwrap().success());
}
