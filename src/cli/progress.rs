//! How far a round of work is, shown while it runs.

use std::io::{IsTerminal, Write};

use crate::domain::plural::counted;
use crate::jobs::worker_pool::PoolTotals;

/// One line on a terminal that counts up; nothing elsewhere.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    is_terminal: bool,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            is_terminal: std::io::stderr().is_terminal(),
        }
    }

    pub(super) fn show(&self, done: &PoolTotals) {
        if self.is_terminal {
            self.write(&format!(
                "\r\u{1b}[K  {} polled, {}, {} read",
                counted(done.polls, "source", "sources"),
                counted(done.new_articles, "new article", "new articles"),
                done.articles
            ));
        }
    }

    pub(super) fn clear(&self) {
        if self.is_terminal {
            self.write("\r\u{1b}[K");
        }
    }

    fn write(&self, text: &str) {
        let mut err = std::io::stderr().lock();
        // Progress that cannot be shown is no reason to stop working.
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }
}
