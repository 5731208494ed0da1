//! A PostgreSQL server of the tests' own, in a folder of its own: one for each test program, ended with it.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::Duration;

/// Makes and starts a server in the folder `$1` with the programs of `$2`, says so, and ends it when nobody holds its input.
const SCRIPT: &str = r#"
    set -e
    "$2/initdb" -D "$1/data" -U tidings --auth=trust --encoding=UTF8 --no-locale --no-sync >"$1/log" 2>&1
    while
        "$2/postgres" -D "$1/data" -k "$1" -c listen_addresses= -c fsync=off -c max_connections=200 >>"$1/log" 2>&1 &
        server=$!
        until "$2/pg_isready" -q -h "$1"; do sleep 0.05; done
        echo ready
        read -r _
    do
        kill -QUIT "$server"
        wait "$server" || true
    done
    kill -QUIT "$server"
    wait || true
    rm -rf "$1"
"#;

static SERVER: OnceLock<Option<Mutex<Server>>> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// Returns the address of a new, empty database; nothing where no PostgreSQL is installed, which is said.
pub fn empty_database() -> Option<String> {
    SERVER.get_or_init(start).as_ref()?;
    Some(made("template1"))
}

/// Returns the address of a new database that is a copy of one which nobody uses.
pub fn copy_of(name: &str) -> String {
    let url = made(name);
    // Else the numbers that the copy gives out are not in the log, and a server that ends amid it gives them out once more.
    until_done(&url, "CHECKPOINT");
    url
}

fn made(template: &str) -> String {
    let name = format!("tidings_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    until_done(
        &address("postgres"),
        &format!("CREATE DATABASE {name} TEMPLATE {template}"),
    );
    address(&name)
}

fn address(name: &str) -> String {
    let folder = server().folder.display().to_string();
    format!("postgres:///{name}?user=tidings&host={folder}")
}

/// Has the server end at once, amid whatever is asked of it, and start again.
pub fn restart() {
    let mut server = server();
    server.orders.write_all(b"again\n").expect("it listens");
    server.wait_until_ready();
}

/// Takes a database away, whoever uses it.
pub fn drop_database(url: &str) {
    let name = url.split(['/', '?']).nth(3).expect("it has a name");
    until_done(&address("postgres"), &format!("DROP DATABASE {name} WITH (FORCE)"));
}

/// Cuts all connections to a database but the one that does it.
pub fn cut_connections(url: &str) {
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    until_done(url, sql);
}

/// Runs a statement beside the store, again where the server was ended in the middle.
pub fn until_done(url: &str, sql: &str) {
    for _ in 0..100 {
        if asked(url, sql).is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    run_sql(url, sql);
}

/// Runs a statement beside the store.
#[track_caller]
pub fn run_sql(url: &str, sql: &str) {
    if let Err(said) = asked(url, sql) {
        panic!("{said}");
    }
}

fn asked(url: &str, sql: &str) -> Result<(), String> {
    let told = Command::new("psql").args(["-qX", "-d", url, "-c", sql]).output();
    let told = told.expect("psql comes with the server");
    match told.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&told.stderr).into_owned()),
    }
}

struct Server {
    /// Ends when nobody holds its input any more.
    _process: Child,
    orders: ChildStdin,
    told: BufReader<ChildStdout>,
    folder: PathBuf,
}

impl Server {
    fn wait_until_ready(&mut self) {
        let mut line = String::new();
        self.told.read_line(&mut line).expect("it can be read");
        let log = || std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        assert_eq!(line, "ready\n", "no server: {}", log());
    }
}

fn server() -> MutexGuard<'static, Server> {
    let server = SERVER.get_or_init(start).as_ref().expect("there is one");
    server.lock().expect("nobody panics while asking it")
}

fn start() -> Option<Mutex<Server>> {
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
    let mut server = Server {
        orders: server.stdin.take().expect("it is piped"),
        told: BufReader::new(server.stdout.take().expect("it is piped")),
        folder,
        _process: server,
    };
    server.wait_until_ready();
    Some(Mutex::new(server))
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
