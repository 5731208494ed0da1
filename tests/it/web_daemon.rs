//! The pages a running daemon shows, and the commands that show pages and write sites.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Stdio;

use crate::process::{Daemon, tidings};
use crate::support::config_text;

const REST: &str = "[[source]]\nfeed = \"{site}/feed.xml\"\nschedule = \"0 0 1 1 *\"\n\n[[topic]]\nname = \"Scans\"\nkeywords = [\"scan\"]\n";

fn configure(folder: &Path, web: &str) {
    let text = config_text(folder, "http://127.0.0.1:9", REST);
    fs::write(folder.join("tidings.toml"), format!("{text}\n{web}")).unwrap();
}

fn ask(mut stream: impl Read + Write, path: &str) -> (u16, String) {
    let _ = stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").as_bytes());
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    (text.split(' ').nth(1).unwrap().parse().unwrap(), text)
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn a_reload_takes_tokens_over_and_a_taken_port_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let port = free_port();
    let web = format!("[web]\nlisten = \"127.0.0.1:{port}\"\n");
    configure(folder, &web);
    let mut daemon = Daemon::start_told(folder);
    daemon.hear("READY=1");
    let page = || ask(TcpStream::connect(("127.0.0.1", port)).unwrap(), "/");
    let (status, text) = page();
    assert_eq!(status, 200);
    assert!(text.contains("Nothing new in any topic"), "{text}");

    fs::write(folder.join("token"), "a-token-of-ann-12345").unwrap();
    let token = folder.join("token");
    configure(
        folder,
        &format!("{web}tokens = [{{ name = \"ann\", token = {{ file = {token:?} }} }}]\n"),
    );
    daemon.signal("HUP");
    daemon.hear("READY=1");
    assert_eq!(page().0, 401);
    daemon.signal("TERM");
    let said = daemon.said();
    assert!(
        said.contains(&format!("pages are shown at http://127.0.0.1:{port}/")),
        "{said}"
    );

    let taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
    fs::remove_file(folder.join("notify")).unwrap();
    let mut daemon = Daemon::start_told(folder);
    daemon.hear("READY=1");
    drop(taken);
    daemon.signal("TERM");
    let said = daemon.said();
    assert!(
        said.contains("no pages are shown") && said.contains("web.listen"),
        "{said}"
    );
}

#[test]
fn a_unix_socket_is_served_and_a_dead_one_is_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let path = folder.join("web");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    configure(folder, &format!("[web]\nlisten = \"unix:{}\"\n", path.display()));
    let mut daemon = Daemon::start_told(folder);
    daemon.hear("READY=1");
    assert_eq!(ask(UnixStream::connect(&path).unwrap(), "/topics").0, 200);
    daemon.signal("TERM");
    let said = daemon.said();
    assert!(said.contains("pages are shown at"), "{said}");
}

#[test]
fn what_cannot_be_shown_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    configure(folder, "");
    let said = |args: &[&str]| {
        let output = tidings(folder).args(args).stdout(Stdio::piped()).output().unwrap();
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        (output.status.code(), text)
    };
    let (code, text) = said(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(code == Some(1) && text.contains("tidings poll"), "{text}");
    // One source fails: there is a database all the same.
    said(&["poll"]);
    let (code, text) = said(&["serve", "--listen", "0.0.0.0:8470"]);
    assert!(code == Some(2) && text.contains("tokens"), "{text}");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, text) = said(&["serve", "--listen", &address]);
    assert!(
        code == Some(1) && text.contains(&address) && text.contains("name another address"),
        "{text}"
    );
    let (code, text) = said(&["site", "elsewhere"]);
    assert!(code == Some(2) && text.contains("--base"), "{text}");
    let site = folder.join("site").display().to_string();
    let (code, text) = said(&["site", &site, "--base", "https://news.example.org/"]);
    assert!(code == Some(0) && text.contains("index.html"), "{code:?} {text}");
}
