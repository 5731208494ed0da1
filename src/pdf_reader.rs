//! Reads PDFs in a process of its own: this program again, which bounds itself before it looks at a byte.
//!
//! A thread can be given up, but it can neither be ended nor kept from taking all memory or from overflowing its stack. A
//! process can: whatever a hostile file does to the library that reads it costs that one file, and words for it.

use std::io::{self, Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, Signal, setrlimit};
use thiserror::Error;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::extract::Extraction;
use crate::extract::pdf::{self, PdfArticle, PdfError};
use crate::fetch::PDF_BYTES_MAX;
use crate::text;

/// The hidden command by which this program reads the PDF on its standard input.
pub const COMMAND: &str = "read-pdf";
/// Memory that reading one may take, the PDF included, in bytes.
const MEMORY_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Time of a processor that reading one may take, in seconds.
const CPU_SECONDS_MAX: u64 = 15;
/// How long reading one may take, in seconds, however busy the machine is.
const SECONDS_MAX: u64 = 60;
/// PDFs that are read at once: their memory is the service's.
const READERS_MAX: usize = 1;
/// How long one may wait until it is read, in seconds.
const WAIT_SECONDS_MAX: u64 = 60;
/// Largest article that is taken from a reader, in bytes.
const ARTICLE_BYTES_MAX: u64 = 8_000_000;
/// Signals by which others end a process: whoever runs the machine, or its kernel for want of memory.
const FROM_OUTSIDE: [i32; 4] = [
    Signal::HUP.as_raw(),
    Signal::INT.as_raw(),
    Signal::TERM.as_raw(),
    Signal::KILL.as_raw(),
];
/// How much of what a reader complains of is read, in bytes.
const COMPLAINT_BYTES_MAX: u64 = 2000;

/// Why a PDF gave no article.
#[derive(Debug, Error)]
pub enum PdfReadError {
    #[error(transparent)]
    Pdf(#[from] PdfError),
    #[error("the PDF takes more than {SECONDS_MAX} s to read")]
    TooLong,
    #[error("the PDF breaks its reader: {0}")]
    Broken(String),
    #[error("other PDFs are read before it")]
    Waiting,
    #[error("the reader of PDFs cannot be started: {0}")]
    NotStarted(io::Error),
    #[error("the reader of PDFs was ended from outside: {0}")]
    Ended(ExitStatus),
    #[error("the PDF has more than {PDF_BYTES_MAX} bytes")]
    TooLarge,
}

impl PdfReadError {
    /// Whether trying again later may bring it.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Waiting | Self::NotStarted(_) | Self::TooLong | Self::Ended(_)
        )
    }
}

/// Reads PDFs, a few at once.
#[derive(Debug)]
pub struct PdfReader {
    slots: Semaphore,
}

impl Default for PdfReader {
    fn default() -> Self {
        Self {
            slots: Semaphore::new(READERS_MAX),
        }
    }
}

impl PdfReader {
    /// Returns what a PDF gives. Dropped, it ends its process.
    ///
    /// # Errors
    /// There is no text in it, or it broke the bounds.
    pub async fn read(&self, bytes: &[u8]) -> Result<Extraction, PdfReadError> {
        if bytes.len() as u64 > PDF_BYTES_MAX {
            return Err(PdfReadError::TooLarge);
        }
        let waiting = timeout(Duration::from_secs(WAIT_SECONDS_MAX), self.slots.acquire());
        let _slot = waiting.await.map_err(|_| PdfReadError::Waiting)?;
        let reading = timeout(Duration::from_secs(SECONDS_MAX), hand_over(bytes));
        let article = reading.await.map_err(|_| PdfReadError::TooLong)??;
        Ok(article.into())
    }
}

async fn hand_over(bytes: &[u8]) -> Result<PdfArticle, PdfReadError> {
    let mut command = Command::new(own_program().map_err(PdfReadError::NotStarted)?);
    let mut child = command
        .arg0("tidings")
        .arg(COMMAND)
        .env_clear()
        // What a terminal sends to the daemon is not for it: it ends with the daemon's own order.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(PdfReadError::NotStarted)?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let hand = async {
        if let Some(mut stdin) = stdin {
            // One that ends before it has read everything says why by its exit status.
            let _taken = stdin.write_all(bytes).await;
        }
    };
    let (mut answer, mut complaint) = (Vec::new(), Vec::new());
    let listen = async {
        if let Some(stdout) = stdout {
            let _read = stdout.take(ARTICLE_BYTES_MAX).read_to_end(&mut answer).await;
        }
    };
    let complain = async {
        if let Some(mut stderr) = stderr {
            let _read = (&mut stderr)
                .take(COMPLAINT_BYTES_MAX)
                .read_to_end(&mut complaint)
                .await;
            let _rest = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
        }
    };
    tokio::join!(hand, listen, complain);
    let status = child
        .wait()
        .await
        .map_err(|error| PdfReadError::Broken(error.to_string()))?;
    if complaint.is_empty() && status.signal().is_some_and(|signal| FROM_OUTSIDE.contains(&signal)) {
        return Err(PdfReadError::Ended(status));
    }
    if status.signal() == Some(Signal::XCPU.as_raw()) {
        return Err(PdfReadError::TooLong);
    }
    if !status.success() {
        return Err(PdfReadError::Broken(said(&complaint, status)));
    }
    let article: Result<PdfArticle, PdfError> =
        serde_json::from_slice(&answer).map_err(|error| PdfReadError::Broken(error.to_string()))?;
    Ok(article?)
}

/// Returns what a reader complains of, or how it ended.
fn said(complaint: &[u8], status: ExitStatus) -> String {
    let complaint = text::one_line(&String::from_utf8_lossy(complaint));
    match complaint.is_empty() {
        true => format!("it ended with {status}"),
        false => complaint.chars().take(300).collect(),
    }
}

/// Returns where this program is; on Linux the very file that runs, even where another has taken its name since.
fn own_program() -> io::Result<std::path::PathBuf> {
    if cfg!(target_os = "linux") {
        return Ok("/proc/self/exe".into());
    }
    std::env::current_exe()
}

/// Reads the PDF on standard input, within bounds, and writes what it gives to standard output.
///
/// # Errors
/// The bounds cannot be set, or an end is closed.
pub fn serve() -> io::Result<()> {
    for (resource, most) in [
        (Resource::As, MEMORY_BYTES_MAX),
        (Resource::Cpu, CPU_SECONDS_MAX),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
    ] {
        let limit = Rlimit {
            current: Some(most),
            // Ended by the lower one it can be told why.
            maximum: Some(most + u64::from(resource == Resource::Cpu)),
        };
        setrlimit(resource, limit)?;
    }
    let mut bytes = Vec::new();
    io::stdin().lock().take(PDF_BYTES_MAX).read_to_end(&mut bytes)?;
    let article = pdf::read(bytes);
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, &article)?;
    out.flush()
}
