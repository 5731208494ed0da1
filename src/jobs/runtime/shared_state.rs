//! What every job of a process shares, whatever is reloaded meanwhile: locks, counters, the order to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use tokio::sync::{Mutex, Notify, Semaphore};
use tokio_util::sync::CancellationToken;

use super::counters::Counters;
use super::poll_lock::PollLock;
use super::read_files::ReadFiles;
use crate::domain::Timestamp;
use crate::pdf_reader::PdfReader;
use crate::text;

/// How long it is not said again that this machine lacks something, in seconds.
const WANT_TOLD_SECONDS: i64 = 600;

/// What outlives a reload.
pub struct SharedState {
    /// Bounds how many pages are parsed at once.
    extractions: Semaphore,
    /// Reads PDFs, a few at once.
    pub pdf_reader: PdfReader,
    /// One delivery run at a time, so that nothing is sent twice.
    pub deliveries: Mutex<()>,
    /// Nothing is composed while something else is, so that no story is told twice.
    pub digests: Mutex<()>,
    /// Documents are written by one at a time.
    pub writing_documents: Mutex<()>,
    /// Held while a picture's file and its row come, or go.
    pub images: Mutex<()>,
    /// The archive is matched by one at a time.
    pub matching: Mutex<()>,
    /// What was done, counted.
    pub counters: Counters,
    /// Who polls.
    pub poll_lock: PollLock,
    /// Letters that need not be read again.
    pub read_files: ReadFiles,
    /// Told when work is due that nobody waited for.
    pub work_found: Notify,
    /// The one order to stop, for whoever waits.
    stop: CancellationToken,
    /// The same order for a page being parsed, which looks at it with every element: that may take no lock, and knows no
    /// runtime.
    pub(crate) is_cancelled: AtomicBool,
    /// When it was last said that this machine lacks something, in seconds.
    want_told_at: AtomicI64,
}

impl SharedState {
    /// Says that this machine lacks something, or that its proxy is in the way: not once for each source.
    pub fn tell_want(&self, now: Timestamp, message: &str) {
        let (now, last) = (now.timestamp(), self.want_told_at.load(Ordering::Relaxed));
        if (now - last).abs() >= WANT_TOLD_SECONDS {
            self.want_told_at.store(now, Ordering::Relaxed);
            tracing::warn!("sources are put off, which is no failure of theirs: {message}");
        }
    }

    /// Returns the shared state of a process.
    pub fn new() -> Arc<Self> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Arc::new(Self {
            extractions: Semaphore::new(cores),
            pdf_reader: PdfReader::default(),
            deliveries: Mutex::new(()),
            digests: Mutex::new(()),
            writing_documents: Mutex::new(()),
            images: Mutex::new(()),
            matching: Mutex::new(()),
            counters: Counters::default(),
            poll_lock: PollLock::default(),
            read_files: ReadFiles::default(),
            work_found: Notify::new(),
            stop: CancellationToken::new(),
            is_cancelled: AtomicBool::new(false),
            want_told_at: AtomicI64::new(i64::MIN / 2),
        })
    }

    /// Parses on a thread where nobody waits for it, when there is room among the extractions.
    ///
    /// # Errors
    /// It panicked; says how.
    pub async fn parse<T, F>(&self, work: F) -> Result<T, String>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let _slot = self.extractions.acquire().await.expect("the pool is never closed");
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|error| match error.try_into_panic() {
            Ok(payload) => text::of_panic(&*payload),
            Err(error) => error.to_string(),
        })
    }

    /// Whether everything was told to stop: what was read since may be cut, and is not to be kept.
    pub fn was_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    /// Tells everything to stop. What it may still do, and how long, is for `daemon::stop` to say.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
        self.stop.cancel();
    }

    /// Returns what is cancelled when everything is told to stop. To cancel it stops only those who hold it.
    pub fn stop(&self) -> CancellationToken {
        self.stop.child_token()
    }
}
