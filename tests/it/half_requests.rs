//! Who asks the daemon for metrics, health or an order: by which name, and what whoever asks nothing keeps from others.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::process::{Daemon, tidings};
use crate::support::config_text;

/// What is answered later than this was kept away.
const AT_ONCE: Duration = Duration::from_secs(5);

fn ask(mut stream: impl Read + Write, head: &str) -> String {
    // The other side may have answered and closed already.
    let _ = stream.write_all(format!("{head}\r\n\r\n").as_bytes());
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
}

fn start(folder: &Path) -> (Daemon, u16) {
    // Free a moment ago, as it is when somebody writes it into a configuration.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let rest = format!(
        "[metrics]\nlisten = \"127.0.0.1:{port}\"\n[[topic]]\nname = \"Scans\"\nkeywords = [\"scan\"]\n\
         [[digest]]\nname = \"daily\"\ntopics = [\"Scans\"]\nschedule = \"0 0 1 1 *\"\ndeliver = [\"log\"]\n"
    );
    fs::write(
        folder.join("tidings.toml"),
        config_text(&folder.join("state"), "", &rest),
    )
    .unwrap();
    let daemon = Daemon::start(folder);
    daemon.hear("READY=1");
    (daemon, port)
}

#[test]
fn a_page_under_another_name_reads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (_daemon, port) = start(folder.path());
    let tcp = |head: &str| ask(TcpStream::connect(("127.0.0.1", port)).unwrap(), head);
    for path in ["/metrics", "/health", "/nothing"] {
        for head in [
            format!("GET {path} HTTP/1.1\r\nHost: rebound.example:{port}"),
            format!("GET {path} HTTP/1.1\r\nHost: localhost.rebound.example"),
            format!("GET http://rebound.example{path} HTTP/1.1\r\nHost: localhost"),
            format!("GET {path} HTTP/1.1\r\nHost: 192.168.7.9"),
            format!("GET {path} HTTP/1.1\r\nHost:"),
        ] {
            let answer = tcp(&head);
            assert!(answer.starts_with("HTTP/1.1 421"), "{head}: {answer}");
            assert!(!answer.contains("tidings_"), "{head}: {answer}");
        }
    }
    for head in [
        format!("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close"),
        "GET /health HTTP/1.1\r\nHost: LOCALHOST\r\nConnection: close".to_owned(),
        "GET /health HTTP/1.1\r\nHost: [::1]:9464\r\nConnection: close".to_owned(),
        "GET /health HTTP/1.0".to_owned(),
    ] {
        let answer = tcp(&head);
        assert!(answer.contains(" 200 OK"), "{head}: {answer}");
    }
    // No page reaches the socket.
    let socket = UnixStream::connect(folder.path().join("state/control.sock")).unwrap();
    let answer = ask(socket, "GET /health HTTP/1.1\r\nHost: any\r\nConnection: close");
    assert!(answer.contains(" 200 OK"), "{answer}");
}

#[test]
fn half_requests_keep_nobody_away() {
    let folder = tempfile::tempdir().unwrap();
    let (_daemon, port) = start(folder.path());
    let half: Vec<TcpStream> = (0..145)
        .map(|n| {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
            let begun = [
                "",
                "GET /health HTTP/1.1\r\nHost: loc",
                "GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: y\r\n",
            ];
            // It may have had to give way already.
            let _ = stream.write_all(begun[n % begun.len()].as_bytes());
            stream
        })
        .collect();
    let begun = Instant::now();
    let answer = ask(
        TcpStream::connect(("127.0.0.1", port)).unwrap(),
        "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close",
    );
    assert!(
        answer.contains(" 200 OK") && begun.elapsed() < AT_ONCE,
        "{:?} {answer}",
        begun.elapsed()
    );
    drop(half);

    let socket = folder.path().join("state/control.sock");
    let half: Vec<UnixStream> = (0..400)
        .map(|n| {
            let mut stream = UnixStream::connect(&socket).unwrap();
            let begun = [
                "",
                "POST /commands/2 HTTP/1.1\r\n",
                "POST /commands/2 HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
            ];
            let _ = stream.write_all(begun[n % begun.len()].as_bytes());
            stream
        })
        .collect();
    let begun = Instant::now();
    let output = tidings(folder.path())
        .args(["digest", "--due"])
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success() && begun.elapsed() < AT_ONCE,
        "{:?} {said}",
        begun.elapsed()
    );
    drop(half);
}
