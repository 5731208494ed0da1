//! How far a piece of work is, shown while it runs.

use std::io::{self, IsTerminal as _, Write as _};

use crate::domain::plural::counted;
use crate::jobs::worker_pool::PoolTotals;

/// One line on a terminal that counts up; nothing elsewhere.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    is_terminal: bool,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let is_terminal = io::stderr().is_terminal();
        Self { is_terminal }
    }

    pub(crate) fn show(&self, line: &str) {
        if self.is_terminal {
            let mut err = io::stderr().lock();
            // Progress that cannot be shown is no reason to stop working.
            let _ = write!(err, "\r\u{1b}[K{line}").and_then(|()| err.flush());
        }
    }

    pub(crate) fn show_round(&self, done: &PoolTotals) {
        self.show(&format!(
            "  {} polled, {}, {} read",
            counted(done.polls, "source", "sources"),
            counted(done.new_articles, "new article", "new articles"),
            done.articles
        ));
    }

    pub(crate) fn clear(&self) {
        self.show("");
    }
}
