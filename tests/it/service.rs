//! What the service manager hears, and the exit codes it acts on.

use std::path::Path;
use std::process::Command;

use crate::process::{Daemon, tidings};

const REST: &str = "[[topic]]\nname = \"T\"\nkeywords = [\"scan\"]\n\n[[digest]]\nname = \"daily\"\ntopics = [\"T\"]\n\
                    schedule = \"0 7 * * *\"\ndeliver = [\"log\"]\n";

fn write(folder: &Path, rest: &str) {
    let state = folder.join("state");
    let text = format!("[daemon]\nstate_dir = {state:?}\ntime_zone = \"UTC\"\n\n{rest}");
    std::fs::write(folder.join("tidings.toml"), text).unwrap();
}

#[test]
fn the_service_manager_is_told() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), REST);
    let mut daemon = Daemon::start(folder.path());
    let ready = daemon.hear("READY=1");
    assert!(ready.contains("STATUS=0 sources, next digest"), "{ready}");
    daemon.hear("WATCHDOG=1");
    daemon.hear("WATCHDOG=1");

    write(folder.path(), "[[topic]]\nname = 1\n");
    daemon.signal("HUP");
    let reloading = daemon.hear("RELOADING=1");
    assert!(reloading.contains("MONOTONIC_USEC="), "{reloading}");
    let ready = daemon.hear("READY=1");
    assert!(ready.contains("the old settings stay"), "{ready}");

    write(folder.path(), "");
    daemon.signal("HUP");
    daemon.hear("RELOADING=1");
    let ready = daemon.hear("READY=1");
    assert!(ready.contains("STATUS=0 sources, no digest"), "{ready}");

    daemon.signal("TERM");
    daemon.hear("STOPPING=1");
    assert!(daemon.child.wait().unwrap().success());
}

/// Runs the daemon where it cannot begin; returns its exit code and what it says.
fn refused(folder: &Path) -> (Option<i32>, String) {
    let output = tidings(folder).arg("run").output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn what_only_the_owner_can_mend_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said) = refused(folder.path());
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("tidings.toml"), "{said}");

    write(folder.path(), "[fetch]\nconcurency = 3\n");
    let (code, said) = refused(folder.path());
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("concurrency"), "{said}");

    // A file where the folder should be.
    write(folder.path(), "");
    std::fs::write(folder.path().join("state"), "").unwrap();
    let (code, said) = refused(folder.path());
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("state_dir"), "{said}");
    let listed = tidings(folder.path()).arg("stories").output().unwrap();
    assert_eq!(listed.status.code(), Some(2), "a command that reads says the same");

    // The same for documents.
    std::fs::remove_file(folder.path().join("state")).unwrap();
    std::fs::write(folder.path().join("news"), "").unwrap();
    write(folder.path(), "[archive]\npath = \"news\"\n");
    let (code, said) = refused(folder.path());
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("archive.path"), "{said}");
}

#[test]
fn man_pages_and_completions_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man");
    assert!(
        tidings(folder.path())
            .arg("man")
            .arg(&pages)
            .status()
            .unwrap()
            .success()
    );
    let page = std::fs::read_to_string(pages.join("tidings-digest.1")).unwrap();
    assert!(page.contains("dry\\-run"), "{page}");
    assert!(pages.join("tidings.1").exists());
    for shell in ["bash", "zsh", "fish"] {
        let output = Command::new(env!("CARGO_BIN_EXE_tidings"))
            .args(["completions", shell])
            .output()
            .unwrap();
        assert!(
            String::from_utf8(output.stdout).unwrap().contains("backtest"),
            "{shell}"
        );
    }
}
