//! Where logs go: to the journal with fields of their own where standard error is the journal, else to standard error.
//!
//! `TIDINGS_LOG` sets levels (`debug`, `tidings::fetch=trace`), `TIDINGS_LOG_FORMAT` the form: `json`, or `text` also where
//! the journal would be.

use std::fmt::{self, Debug};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use tracing::field::Field;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{self, Writer};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::cli::output::print::tell;
use crate::service::journal::{self, Journal};

/// Begins logging. `usual` are the levels when the environment names none; only a daemon's lines bear the time.
pub(super) fn start(usual: &str, is_daemon: bool) {
    let levels = match std::env::var("TIDINGS_LOG") {
        Ok(levels) => EnvFilter::try_new(&levels).unwrap_or_else(|error| {
            tell!("tidings: TIDINGS_LOG={levels}: {error}; using {usual}");
            EnvFilter::new(usual)
        }),
        Err(_) => EnvFilter::new(usual),
    };
    let registry = tracing_subscriber::registry().with(levels);
    let form = std::env::var("TIDINGS_LOG_FORMAT").unwrap_or_default();
    let is_journal = is_journal();
    if is_journal && form.is_empty() {
        match Journal::open(Path::new(journal::SOCKET)) {
            Ok(journal) => return registry.with(journal).init(),
            // Its lines arrive there all the same, without fields.
            Err(error) => tell!("tidings: the journal takes no fields: {error}"),
        }
    }
    let is_terminal = io::IsTerminal::is_terminal(&io::stderr());
    let colour = is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        // Its way of saying that a line could not be written is a panic where standard error takes nothing.
        .log_internal_errors(false)
        .with_ansi(colour);
    if form == "json" {
        registry.with(lines.json()).init();
    } else if !is_daemon && is_terminal {
        let lines = lines.fmt_fields(format::debug_fn(for_people));
        registry.with(lines.without_time().with_target(false)).init();
    } else if !is_daemon || is_journal {
        // The journal keeps the time itself.
        registry.with(lines.without_time().with_target(false)).init();
    } else {
        registry.with(lines.with_target(false)).init();
    }
}

/// Leaves out what a person at a terminal does not search by: every message reads alone. An address is to be opened.
fn for_people(writer: &mut Writer<'_>, field: &Field, value: &dyn Debug) -> fmt::Result {
    match field.name() {
        "message" => write!(writer, "{value:?}"),
        "url" => write!(writer, " {value:?}"),
        _ => Ok(()),
    }
}

/// Whether standard error is the journal's own stream, not only somebody's who was started by a service: systemd.exec(5).
fn is_journal() -> bool {
    let Ok(stream) = std::env::var("JOURNAL_STREAM") else {
        return false;
    };
    let file = std::fs::metadata("/proc/self/fd/2");
    file.is_ok_and(|file| stream == format!("{}:{}", file.dev(), file.ino()))
}
