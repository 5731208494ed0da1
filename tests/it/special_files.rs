//! Pipes, devices, sockets and folders where a file is expected: no command waits for one or takes all memory.

use std::fs;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::archive::said;
use crate::process::tidings;
use crate::support::site::{Answer, Item, Site, rss};
use crate::support::{config_text, documents};

/// A command that takes longer than this waits for something that never comes.
const PATIENCE: Duration = Duration::from_secs(20);

fn within(mut command: Command) -> Output {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let id = child.id().to_string();
    let (sender, ended) = channel();
    std::thread::spawn(move || sender.send(child.wait_with_output().unwrap()));
    match ended.recv_timeout(PATIENCE) {
        Ok(output) => output,
        Err(_) => {
            Command::new("kill").args(["-KILL", &id]).status().unwrap();
            panic!("{command:?} does not end");
        }
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = tidings(folder);
    command.args(arguments);
    within(command)
}

fn make_pipe(path: &Path) {
    mknodat(CWD, path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
}

/// What is no file, by the word that names it.
fn special(folder: &Path) -> (Vec<(PathBuf, &'static str)>, UnixListener) {
    let (pipe, socket, sub) = (folder.join("pipe"), folder.join("socket"), folder.join("folder"));
    make_pipe(&pipe);
    fs::create_dir(&sub).unwrap();
    let listener = UnixListener::bind(&socket).unwrap();
    let zero = PathBuf::from("/dev/zero");
    (
        vec![(pipe, "pipe"), (socket, "socket"), (sub, "folder"), (zero, "device")],
        listener,
    )
}

#[test]
fn files_named_to_a_command_are_files() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("tidings.toml"), config_text(&folder.join("state"), "", "")).unwrap();
    fs::write(
        folder.join("topics.toml"),
        "[[topic]]\nname = \"A\"\nkeywords = [\"a\"]\n",
    )
    .unwrap();
    fs::write(folder.join("items"), "{\"id\":1}\n").unwrap();
    let (special, _listener) = special(folder);
    let (topics, items) = (folder.join("topics.toml"), folder.join("items"));
    let (topics, items) = (topics.to_str().unwrap(), items.to_str().unwrap());
    for (path, kind) in &special {
        let path = path.to_str().unwrap();
        let commands: &[&[&str]] = &[
            &["extract", path],
            &["extract", "--list", path],
            &["feed", "parse", path],
            &["doc", "fmt", path],
            &["doc", "json", path],
            &["match", "--topics", topics, path],
            &["match", "--topics", path, items],
            &["cluster", path],
            &["cluster", "--topics", path, items],
            &["sources", "import", path],
        ];
        for arguments in commands {
            let output = run(folder, arguments);
            let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), said(&output));
            assert_eq!(output.status.code(), Some(1), "{arguments:?}: {told}");
            assert!(told.contains(kind) && told.contains(path), "{arguments:?}: {told}");
        }
        let mut check = Command::new(env!("CARGO_BIN_EXE_tidings"));
        check.args(["--config", path, "check"]);
        let output = within(check);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(kind), "{}", said(&output));
    }
}

#[test]
fn a_pipe_and_standard_input_are_read_where_they_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = "---\ntitle: A\n\n---\n\nText.\n";
    fs::write(folder.path().join("a.md"), text).unwrap();
    let program = env!("CARGO_BIN_EXE_tidings");
    for line in [
        "\"$0\" doc fmt <(cat a.md)",
        "cat a.md | \"$0\" doc fmt -",
        "cat a.md | \"$0\" doc fmt /dev/stdin",
        "\"$0\" doc fmt /dev/stdin <a.md",
    ] {
        let mut shell = Command::new("bash");
        shell.args(["-c", line, program]).current_dir(folder.path());
        let output = within(shell);
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            text,
            "{line}: {}",
            said(&output)
        );
    }
    let mut endless = Command::new("bash");
    endless.args(["-c", "\"$0\" extract - </dev/zero", program]);
    let output = within(endless);
    assert!(
        said(&output).contains("larger than"),
        "{:?} {}",
        output.status,
        said(&output)
    );
}

#[test]
fn what_a_configuration_names_is_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (special, _listener) = special(folder);
    for (path, kind) in &special {
        let shown = path.display();
        for rest in [
            format!("include = [\"{shown}\"]"),
            format!("[fetch]\nca_file = \"{shown}\""),
            format!("[[source]]\nfeed = \"https://a.example/f\"\nuser = \"u\"\npassword = {{ file = \"{shown}\" }}"),
        ] {
            fs::write(folder.join("tidings.toml"), &rest).unwrap();
            let output = run(folder, &["check"]);
            assert_eq!(output.status.code(), Some(2), "{rest}: {}", said(&output));
            assert!(said(&output).contains(kind), "{rest}: {}", said(&output));
        }
        let rest = format!("[[source]]\ndocuments = \"{shown}\"\n[[topic]]\nname = \"A\"\nkeywords = [\"a\"]\n");
        let state = folder.join(format!("state-{kind}"));
        fs::write(folder.join("tidings.toml"), config_text(&state, "", &rest)).unwrap();
        let output = run(folder, &["poll"]);
        let sources = run(folder, &["sources"]);
        let told = String::from_utf8_lossy(&sources.stdout).into_owned();
        assert!(told.contains(kind), "{kind}: {told} {}", said(&output));
    }
}

/// Writes a configuration and polls two articles that have documents.
pub async fn poll_two(folder: &Path, state: &Path) {
    let site = Site::start().await;
    let rest = "[[source]]\nfeed = \"{site}/feed.xml\"\nfull_text = \"never\"\nschedule = \"every 1s\"\n\
                [[topic]]\nname = \"Scans\"\nkeywords = [\"scan\"]\n\
                [[digest]]\nname = \"daily\"\ntopics = [\"Scans\"]\nschedule = \"0 7 * * *\"\ndeliver = [\"log\"]\n";
    let text = config_text(state, &site.address(), rest);
    fs::write(folder.join("tidings.toml"), text).unwrap();
    let item = |guid, title: &str| Item::new(guid, title, format!("{}/{guid}", site.address()), "", "A scan.");
    let items = [
        item("a", "A scan at the harbour"),
        item("b", "The opera has a scan too"),
    ];
    site.set("/feed.xml", Answer::feed(rss("Feed", &items)));
    let polled = run(folder, &["poll"]);
    assert!(polled.status.success(), "{}", said(&polled));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_under_a_documents_name_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let state = folder.join("state");
    poll_two(folder, &state).await;
    let news = state.join("news");
    let names: Vec<String> = documents(&news).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), 2);
    let (first, second) = (news.join(&names[0]), news.join(&names[1]));
    fs::remove_file(&first).unwrap();
    make_pipe(&first);
    fs::remove_file(&second).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &second).unwrap();

    let verified = run(folder, &["archive", "verify"]);
    let told = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert_eq!(verified.status.code(), Some(1), "{told}");
    assert!(told.contains("2 unreadable") && told.contains("a pipe"), "{told}");

    let rebuilt = run(folder, &["archive", "rebuild", "--documents"]);
    assert_eq!(rebuilt.status.code(), Some(1), "{}", said(&rebuilt));
    assert!(said(&rebuilt).contains("a device"), "{}", said(&rebuilt));

    fs::remove_file(&first).unwrap();
    fs::remove_file(&second).unwrap();
    // What stands where a document is written first is no way out of the folder.
    make_pipe(&news.join(format!(".tidings-{}", names[0])));
    assert!(run(folder, &["archive", "rebuild", "--documents"]).status.success());
    assert!(run(folder, &["archive", "verify"]).status.success());
}
