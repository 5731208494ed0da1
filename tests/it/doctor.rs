//! `tidings doctor` over installations that are broken in one way each, and over a whole one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use tidings::store::{DATABASE_NAME, Store};

use crate::process::{Daemon, tidings};
use crate::support::config_text;
use crate::support::database::Database;
use crate::support::smtp::{self, Step, Trouble};

const REST: &str = r#"
[[source]]
feed = "{site}/feed.xml"
schedule = "0 0 1 1 *"

[[topic]]
name = "Scans"
keywords = ["scan"]

[[digest]]
name = "daily"
topics = ["Scans"]
schedule = "0 7 * * *"
deliver = ["log"]
"#;

fn set_up(rest: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = config_text(&folder.path().join("state"), "http://feeds.localhost:9", rest);
    fs::write(folder.path().join("tidings.toml"), text).unwrap();
    folder
}

/// What the doctor says of a folder.
struct Told {
    code: Option<i32>,
    /// State and words of each check; of checks of one name, the worst.
    checks: BTreeMap<String, (String, String)>,
}

impl Told {
    #[track_caller]
    fn check(&self, name: &str, state: &str, part: &str) {
        let found = self
            .checks
            .get(name)
            .unwrap_or_else(|| panic!("no {name}: {:?}", self.checks));
        assert_eq!(found.0, state, "{name}: {found:?}");
        assert!(found.1.contains(part), "{name}: {found:?}");
        assert_eq!(
            self.code,
            Some(i32::from(self.checks.values().any(|(state, _)| state == "fail")))
        );
    }
}

fn doctor(folder: &Path, more: &[&str], variables: &[(&str, &str)]) -> Told {
    let output = tidings(folder)
        .args(["doctor", "--format", "json"])
        .args(more)
        .envs(variables.iter().copied())
        .stdout(Stdio::piped())
        .output()
        .unwrap();
    let mut checks = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        assert_eq!(text("remedy").is_empty(), text("state") == "ok", "{line}");
        let new = (text("state"), format!("{} -> {}", text("message"), text("remedy")));
        let rank = |state: &str| ["ok", "warn", "fail"].iter().position(|s| *s == state);
        let kept = checks.entry(text("check")).or_insert_with(|| new.clone());
        if rank(&new.0) > rank(&kept.0) {
            *kept = new;
        }
    }
    Told {
        code: output.status.code(),
        checks,
    }
}

/// Returns every file below a folder.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        found.push(path.display().to_string());
        if path.is_dir() {
            found.extend(files(&path));
        }
    }
    found.sort();
    found
}

#[test]
fn a_new_installation_and_one_with_a_store_are_well_and_left_alone() {
    let folder = set_up(REST);
    let before = files(folder.path());
    let told = doctor(folder.path(), &[], &[]);
    told.check("database", "warn", "not there yet");
    told.check("state folder", "ok", "made when it is needed");
    told.check("dns", "ok", "feeds.localhost");
    assert_eq!((told.code, files(folder.path())), (Some(0), before));

    drop(Store::open(&folder.path().join("state")).unwrap());
    let before = files(folder.path());
    let told = doctor(folder.path(), &["--full"], &[]);
    told.check("database", "ok", "whole (full check)");
    told.check("rights", "ok", "own");
    told.check("clock", "ok", "it says");
    told.check("daemon", "warn", "none runs");
    assert_eq!(
        (told.code, files(folder.path())),
        (Some(0), before),
        "{:?}",
        told.checks
    );
}

#[test]
fn it_works_beside_the_daemon() {
    let folder = set_up("");
    let daemon = Daemon::start(folder.path());
    daemon.hear("READY=1");
    let told = doctor(folder.path(), &[], &[]);
    told.check("daemon", "ok", "it runs");
    told.check("database", "ok", "whole");
    told.check("configuration", "warn", "0 sources");
}

#[test]
fn a_wrong_configuration_and_a_secret_that_is_missing_are_named() {
    let folder = set_up("[fetch2]\n");
    let told = doctor(folder.path(), &[], &[]);
    told.check("configuration", "fail", "fetch2");

    let folder = set_up(
        "[mail]\nfrom = \"a@b.example\"\nsmtp = \"smtps://me@mail.localhost:465\"\npassword = { env = \"NO_SUCH\" }\n",
    );
    let told = doctor(folder.path(), &[], &[]);
    told.check("secrets", "fail", "NO_SUCH");
    told.check("mail", "warn", "not tried");
}

#[test]
fn a_damaged_and_a_newer_database_are_told_apart() {
    let folder = set_up(REST);
    let state = folder.path().join("state");
    drop(Store::open(&state).unwrap());
    let database = state.join(DATABASE_NAME);
    let good = fs::read(&database).unwrap();

    let mut damaged = good.clone();
    let page = 4096;
    for at in (3 * page..damaged.len()).step_by(page) {
        damaged[at..at + 100].fill(0xab);
    }
    fs::write(&database, damaged).unwrap();
    doctor(folder.path(), &[], &[]).check("database", "fail", "restore the latest backup");

    fs::write(
        &database,
        "no database at all, but long enough to look like a file of something else",
    )
    .unwrap();
    doctor(folder.path(), &[], &[]).check("database", "fail", "restore the latest backup");

    fs::write(&database, good).unwrap();
    let database = Database::at(&database);
    database.set_schema(999);
    doctor(folder.path(), &[], &[]).check("database", "fail", "upgrade tidings");
    database.set_schema(1);
    let told = doctor(folder.path(), &[], &[]);
    told.check("database", "warn", "earlier version");
    assert_eq!(database.schema(), 1, "the doctor migrates nothing");
}

#[test]
fn folders_that_cannot_be_written_are_named() {
    let folder = set_up(&REST.replace("[\"log\"]", "[\"file:{folder}/digests/\"]"));
    let path = folder.path().join("tidings.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("{folder}", folder.path().to_str().unwrap())).unwrap();
    fs::write(folder.path().join("state"), "").unwrap();
    fs::write(folder.path().join("digests"), "").unwrap();
    let told = doctor(folder.path(), &[], &[]);
    told.check("state folder", "fail", "no folder");
    told.check("archive", "fail", "cannot be made");
    told.check("digest files", "fail", "no folder");
}

#[test]
fn a_clock_that_is_behind_what_is_stored_is_named() {
    let folder = set_up(REST);
    let state = folder.path().join("state");
    drop(Store::open(&state).unwrap());
    Database::of(&state).run(
        "INSERT INTO digest (name, to_at, subject, text, html, stories) VALUES ('daily', 4102444800, '', '', '', 0)",
    );
    let told = doctor(folder.path(), &[], &[]);
    told.check("clock", "fail", "there is something from 2100");
}

#[test]
fn names_and_certificates_that_are_missing_are_named() {
    let folder = set_up(&REST.replace("feeds.localhost:9", "never.invalid"));
    let path = folder.path().join("tidings.toml");
    let text = fs::read_to_string(&path)
        .unwrap()
        .replace("feeds.localhost:9", "never.invalid");
    fs::write(&path, text).unwrap();
    let nowhere = folder.path().join("nothing");
    let nowhere = nowhere.to_str().unwrap();
    let told = doctor(
        folder.path(),
        &[],
        &[("SSL_CERT_FILE", nowhere), ("SSL_CERT_DIR", nowhere)],
    );
    told.check("dns", "fail", "never.invalid");
    told.check("certificates", "fail", "ca-certificates");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_server_is_logged_in_to_and_gets_no_message() {
    let mail = |port: u16| {
        let settings = format!(
            "[mail]\nfrom = \"a@b.example\"\nsmtp = \"smtp://me@127.0.0.1:{port}\"\npassword = {{ env = \"SECRET\" }}\n"
        );
        set_up(&(settings + REST))
    };
    let secret = [("SECRET", "open sesame")];
    let server = smtp::start(None, 0).await;
    let told = doctor(mail(server.port).path(), &[], &secret);
    told.check("mail", "ok", "takes the login");
    let seen = std::mem::take(&mut *server.seen.lock().unwrap());
    assert!(
        seen.commands.iter().any(|command| command.starts_with("AUTH")),
        "{:?}",
        seen.commands
    );
    assert_eq!(seen.commands.last().map(String::as_str), Some("QUIT"));
    assert!(seen.messages.is_empty());

    let refusing = smtp::start(Some((Step::Auth, Trouble::Answer("535 5.7.8 no"))), 9).await;
    let told = doctor(mail(refusing.port).path(), &[], &secret);
    told.check("mail", "fail", "check the user");
    let hung_up = smtp::start(Some((Step::Greeting, Trouble::HangUp)), 9).await;
    doctor(mail(hung_up.port).path(), &[], &secret).check("mail", "fail", "the greeting");
}
