//! An output that is full or that nobody reads: no command panics, results that cannot be written are an error, and
//! whoever has seen enough is none.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::config_text;

const REST: &str = r#"
[[topic]]
name = "Scans"
keywords = ["scan"]

[[digest]]
name = "daily"
topics = ["Scans"]
schedule = "0 7 * * *"
deliver = ["log"]
"#;

/// What every command says something with; `@` stands for the folder.
const COMMANDS: &[&[&str]] = &[
    &["--help"],
    &["poll", "--help"],
    &["help", "search"],
    &["--version"],
    &["completions", "bash"],
    &["check"],
    &["check", "--format", "json"],
    &["--config", "@/wrong.toml", "check", "--format", "json"],
    &["stats"],
    &["stats", "--format", "json"],
    &["sources"],
    &["topics"],
    &["doctor"],
    &["archive", "verify"],
    &["archive", "rebuild", "--documents"],
    &["backup", "@/copy.sqlite", "--force"],
    &["sources", "export"],
    &["sources", "import", "@/list.opml"],
    &["extract", "@/page.html"],
    &["feed", "parse", "@/feed.xml"],
    &["doc", "fmt", "@/a.md"],
    &["doc", "json", "@/a.md"],
    &["match", "--topics", "@/topics.toml", "@/items.jsonl"],
    &["cluster", "@/items.jsonl"],
    &["digest", "--dry-run"],
];

/// What may have nothing to say, and tells on standard error only.
const QUIET: &[&[&str]] = &[
    &["poll"],
    &["articles"],
    &["stories"],
    &["search", "scan"],
    &["digests"],
    &["digest"],
    &["no-such-command"],
    &["stories", "show", "7"],
    &["--config", "@/wrong.toml", "check"],
    &["--config", "@/none.toml", "stats"],
    &["extract", "@/none.html"],
];

fn set_up(folder: &Path) {
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("tidings.toml", &config_text(&folder.join("state"), "", REST));
    write("wrong.toml", "[daemon]\nstate = 3\n");
    write(
        "list.opml",
        "<opml><body><outline xmlUrl='https://a.example/f'/></body></opml>",
    );
    write(
        "page.html",
        "<title>A scan</title><article><p>A scan of it.</p></article>",
    );
    write(
        "feed.xml",
        "<rss><channel><item><title>A</title></item></channel></rss>",
    );
    write("a.md", "---\ntitle: A scan\n---\n\nText.\n");
    write("topics.toml", "[[topic]]\nname = \"Scans\"\nkeywords = [\"scan\"]\n");
    write("items.jsonl", "{\"id\":1,\"title\":\"A scan\"}\n");
    run(folder, &["poll"], Stdio::piped(), Stdio::piped());
}

fn run(folder: &Path, arguments: &[&str], out: impl Into<Stdio>, err: impl Into<Stdio>) -> Output {
    let arguments = arguments.iter().map(|word| word.replace('@', folder.to_str().unwrap()));
    // By the environment, so that a command may name another configuration.
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1");
    command.env("TIDINGS_CONFIG", folder.join("tidings.toml"));
    let child = command.stdout(out).stderr(err).spawn().unwrap();
    child.wait_with_output().unwrap()
}

fn full() -> File {
    OpenOptions::new().write(true).open("/dev/full").unwrap()
}

/// Returns a pipe that nobody reads from.
fn unread() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

fn words(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_full_standard_output_is_told_and_an_unread_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    for command in COMMANDS {
        let told = run(folder.path(), command, full(), Stdio::piped());
        let said = words(&told);
        assert_eq!(told.status.code(), Some(1), "{command:?}: {said}");
        assert!(said.contains("cannot write to standard output"), "{command:?}: {said}");
        assert!(!said.contains("panicked"), "{command:?}: {said}");

        let unread = run(folder.path(), command, unread(), Stdio::piped());
        let said = words(&unread);
        assert!(
            matches!(unread.status.code(), Some(0..=2)) && !said.contains("panicked") && !said.contains("roken pipe"),
            "{command:?}: {:?} {said}",
            unread.status
        );
    }
    let target = tempfile::tempdir().unwrap();
    let init = run(target.path(), &["init"], full(), Stdio::piped());
    assert_eq!(init.status.code(), Some(1), "{}", words(&init));
}

#[test]
fn what_cannot_be_told_changes_no_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    for command in COMMANDS.iter().chain(QUIET) {
        let told = run(folder.path(), command, Stdio::null(), Stdio::piped()).status.code();
        for err in [full().into(), unread()] {
            let untold = run(folder.path(), command, Stdio::null(), err).status.code();
            assert_eq!(untold, told, "{command:?}");
        }
        let nowhere = run(folder.path(), command, full(), full()).status.code();
        assert!(matches!(nowhere, Some(0..=2)), "{command:?}: {nowhere:?}");
    }
}

#[test]
fn no_other_way_to_write_is_used() {
    // These end the program where an output takes nothing.
    let ways = ["println!(", "print!(", "dbg!("];
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for way in ways {
                    assert!(!text.contains(way), "{} writes with {way}", path.display());
                }
            }
        }
    }
}
