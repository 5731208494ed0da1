//! A PostgreSQL server of the tests' own, in a folder of its own: one for each test program, ended with it.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Makes and starts a server in the folder `$1` with the programs of `$2`, says so, and ends it when nobody holds its input.
const SCRIPT: &str = r#"
    set -e
    "$2/initdb" -D "$1/data" -U tidings --auth=trust --encoding=UTF8 --no-locale --no-sync >"$1/log" 2>&1
    "$2/postgres" -D "$1/data" -k "$1" -c listen_addresses= -c fsync=off -c max_connections=200 >>"$1/log" 2>&1 &
    server=$!
    until "$2/pg_isready" -q -h "$1"; do sleep 0.05; done
    echo ready
    read -r _ || true
    kill -QUIT "$server"
    wait || true
    rm -rf "$1"
"#;

static SERVER: OnceLock<Option<(Child, PathBuf)>> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// Returns the address of a new, empty database; nothing where no PostgreSQL is installed, which is said.
pub fn empty_database() -> Option<String> {
    let (_, folder) = SERVER.get_or_init(start).as_ref()?;
    let name = format!("tidings_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let address = |name: &str| format!("postgres:///{name}?user=tidings&host={}", folder.display());
    run_sql(&address("postgres"), &format!("CREATE DATABASE {name}"));
    Some(address(&name))
}

/// Runs a statement beside the store.
#[track_caller]
pub fn run_sql(url: &str, sql: &str) {
    let told = Command::new("psql").args(["-qX", "-d", url, "-c", sql]).output();
    let told = told.expect("psql comes with the server");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
}

fn start() -> Option<(Child, PathBuf)> {
    let Some(programs) = programs() else {
        eprintln!("SKIPPED: no PostgreSQL is installed (apt-get install postgresql)");
        return None;
    };
    let folder = tempfile::Builder::new()
        .prefix("tidings-pg")
        .tempdir()
        .expect("a folder")
        .keep();
    let mut server = Command::new("sh");
    server
        .args(["-c", SCRIPT, "sh"])
        .arg(&folder)
        .arg(programs)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    // The server refuses to be root.
    if rustix::process::geteuid().is_root() {
        let (user, group) = (id("-u"), id("-g"));
        chown(&folder, Some(user), Some(group)).expect("root may");
        server.uid(user).gid(group);
    }
    let mut server = server.current_dir("/").spawn().expect("sh starts");
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("it is piped"))
        .read_line(&mut line)
        .expect("it can be read");
    assert_eq!(
        line,
        "ready\n",
        "no server: {}",
        std::fs::read_to_string(folder.join("log")).unwrap_or_default()
    );
    Some((server, folder))
}

/// Returns where Debian and others keep the newest server's programs.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|one| Some(one.ok()?.path().join("bin")))
        .collect();
    versions.sort();
    versions.pop().filter(|programs| programs.join("initdb").exists())
}

fn id(which: &str) -> u32 {
    let told = Command::new("id").args([which, "postgres"]).output().expect("id runs");
    String::from_utf8_lossy(&told.stdout)
        .trim()
        .parse()
        .expect("the package makes the user postgres")
}
