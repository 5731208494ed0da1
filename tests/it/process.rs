//! The real daemon as a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// What does not come within this time never does.
const PATIENCE: Duration = Duration::from_secs(60);

/// The daemon, and the socket on which a service manager would listen.
pub struct Daemon {
    pub child: Child,
    socket: UnixDatagram,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It has ended already when all went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Daemon {
    pub fn start(folder: &Path) -> Self {
        Self::begin(folder, Stdio::null())
    }

    /// Starts a daemon whose words are kept for `said`.
    pub fn start_told(folder: &Path) -> Self {
        Self::begin(folder, Stdio::piped())
    }

    /// Waits for the end and returns what was said until then.
    pub fn said(&mut self) -> String {
        let mut text = String::new();
        let mut told = self.child.stderr.take().expect("started to be heard");
        told.read_to_string(&mut text).unwrap();
        assert!(self.child.wait().unwrap().success(), "{text}");
        text
    }

    /// Waits for the first line that holds `part` and returns it; of a daemon that is heard, once.
    #[track_caller]
    pub fn wait_for(&mut self, part: &str) -> String {
        let told = BufReader::new(self.child.stderr.take().expect("started to be heard"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            let told = told.lines().map_while(Result::ok);
            // Read to the end all the same, so that the daemon never waits for a reader.
            told.for_each(|line| drop(sender.send(line)));
        });
        let end = Instant::now() + PATIENCE;
        let mut seen = Vec::new();
        while let Ok(line) = lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if line.contains(part) {
                return line;
            }
            seen.push(line);
        }
        panic!("\"{part}\" was not logged; this was:\n{}", seen.join("\n"));
    }

    fn begin(folder: &Path, words: Stdio) -> Self {
        let path = folder.join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let child = tidings(folder)
            .arg("run")
            .env("NOTIFY_SOCKET", &path)
            .env("WATCHDOG_USEC", "600000")
            // As on a machine with one core.
            .env("TOKIO_WORKER_THREADS", "1")
            .stderr(words)
            .spawn()
            .unwrap();
        Self { child, socket }
    }

    /// Returns the first message that holds `part`; those before it are dropped.
    #[track_caller]
    pub fn hear(&self, part: &str) -> String {
        let mut bytes = [0; 4096];
        loop {
            let length = self.socket.recv(&mut bytes).expect(part);
            let message = String::from_utf8(bytes[..length].to_vec()).unwrap();
            if message.contains(part) {
                return message;
            }
        }
    }

    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([format!("-{name}"), self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }
}

/// Returns the program with the configuration in this folder.
pub fn tidings(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command
        .arg("--config")
        .arg(folder.join("tidings.toml"))
        .stdout(Stdio::null())
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env_remove("RUNTIME_DIRECTORY")
        .env_remove("XDG_RUNTIME_DIR");
    command
}

/// Waits for `span` or the end of the process, then kills it.
pub fn kill_after(mut child: Child, span: Duration) {
    let end = Instant::now() + span;
    while Instant::now() < end && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    // It may have ended by itself just now.
    let _ = child.kill();
    child.wait().unwrap();
}
