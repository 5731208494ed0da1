//! `tidings check`: what it warns of, and what it tells programs.

use std::path::Path;
use std::process::{Command, Output};

fn check(folder: &Path, rest: &str, arguments: &[&str]) -> Output {
    let path = folder.join("tidings.toml");
    let state = folder.join("state");
    std::fs::write(&path, format!("[daemon]\nstate_dir = {state:?}\n{rest}")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.arg("--config").arg(path).arg("check").args(arguments);
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn check_warns_of_sources_that_would_be_refused() {
    let folder = tempfile::tempdir().unwrap();
    let sources = "[[source]]\nfeed = \"http://127.0.0.1/feed\"\n[[source]]\nfeed = \"http://10.0.0.1/feed\"\nname = \"Ten\"\n\
        [[source]]\nfeed = \"http://[::1]/feed\"\n[[source]]\npage = \"http://localhost:8000/p\"\n\
        [[source]]\nfeed = \"https://example.org/feed\"\n";
    let checked = check(folder.path(), sources, &[]);
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    assert_eq!(
        text(&checked.stderr),
        "warning: http://127.0.0.1/feed will not be read: 127.0.0.1 is no public address; if that is meant, add \"127.0.0.1\" to fetch.allow_private\n\
         warning: Ten will not be read: 10.0.0.1 is no public address; if that is meant, add \"10.0.0.1\" to fetch.allow_private\n\
         warning: http://[::1]/feed will not be read: ::1 is no public address; if that is meant, add \"::1\" to fetch.allow_private\n\
         warning: http://localhost:8000/p will not be read: localhost is at 127.0.0.1, which is no public address; if that is meant, add \"127.0.0.1\" to fetch.allow_private\n"
    );
    assert!(text(&checked.stdout).contains("\nsources: 4 feeds, 1 page\n"));
    let allowed = format!("[fetch]\nallow_private = [\"127.0.0.1\", \"10.0.0.0/8\", \"::1\"]\n{sources}");
    let checked = check(folder.path(), &allowed, &["--quiet"]);
    assert!(
        checked.status.success() && checked.stderr.is_empty(),
        "{}",
        text(&checked.stderr)
    );
}

#[test]
fn check_speaks_to_programs_as_all_else_does() {
    let folder = tempfile::tempdir().unwrap();
    let checked = check(
        folder.path(),
        "[[source]]\nfeed = \"http://10.0.0.1/f\"\nschedule = \"30 6 * * *\"\n[[webhook]]\nname = \"w\"\n\
         url = \"https://example.org/hook\"\ntoken = { file = \"none\" }\n",
        &["--format", "json"],
    );
    assert_eq!(checked.status.code(), Some(2), "a secret is not there");
    let line: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(line["ok"], false);
    assert_eq!(line["missingSecrets"].as_array().unwrap().len(), 1);
    assert_eq!(line["warnings"].as_array().unwrap().len(), 1);
    assert_eq!(line["stateDir"], folder.path().join("state").display().to_string());
    let next = line["schedules"][0]["nextDateTimes"].as_array().unwrap();
    assert_eq!(next.len(), 3);
    for run in next {
        assert!(run.as_str().unwrap().ends_with("T06:30:00Z"), "{run}");
    }
    assert_eq!(line["schedules"][0]["timeZone"], "UTC");
}

#[test]
fn check_names_addresses_that_need_smtputf8() {
    let folder = tempfile::tempdir().unwrap();
    let rest = "[mail]\nfrom = \"t@example.org\"\nsendmail = true\n[[topic]]\nname = \"T\"\nkeywords = [\"scan\"]\n\
        [[digest]]\nname = \"daily\"\ndeliver = [\"mail:me@bücher.example\", \"mail:jörg@example.org\"]\n";
    let checked = check(folder.path(), rest, &[]);
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    let said = text(&checked.stderr);
    assert!(
        said.contains("tidings.toml:11: digest.deliver = \"mail:jörg@example.org\": needs a mail server"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}
