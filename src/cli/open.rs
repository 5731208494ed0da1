//! From a configuration file to what a command works with.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;

use crate::clock::Clock;
use crate::config::{self, Config};
use crate::domain::Timestamp;
use crate::domain::schedule::parse_span;
use crate::fetch::{FetchOptions, Fetcher};
use crate::jobs::Context;
use crate::store::Store;

use crate::cli::output::format::WrongUse;

/// Returns the configuration that applies.
///
/// # Errors
/// There is none, or it is wrong: every mistake of it.
pub(crate) fn config(explicit: Option<&Path>) -> anyhow::Result<Config> {
    Ok(Config::load(&config::find(explicit)?)?)
}

/// Returns a runtime for commands that fetch, write or send.
///
/// # Errors
/// The system gives no threads.
pub(crate) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")
}

/// Returns the fetcher a configuration describes, or the usual one.
///
/// # Errors
/// The system has no root certificates.
pub(crate) fn fetcher(config: Option<&Config>) -> anyhow::Result<Fetcher> {
    let usual = FetchOptions::default();
    Ok(Fetcher::new(config.map_or(&usual, |config| &config.fetch))?)
}

/// Opens everything for a command that changes the store.
///
/// # Errors
/// The store is in use or unusable, or a folder or mail setting is.
pub(crate) async fn context(config: Config, clock: Clock) -> anyhow::Result<Arc<Context>> {
    let store = Store::open(&config)?;
    context_with(config, store, clock).await
}

/// Makes everything for work on a store that is open.
///
/// # Errors
/// A folder or mail setting is unusable.
pub(crate) async fn context_with(config: Config, store: Store, clock: Clock) -> anyhow::Result<Arc<Context>> {
    Ok(Arc::new(Context::open(config, store, clock).await?))
}

/// Opens the store for a command that only reads; it never creates one.
///
/// # Errors
/// There is no store yet, or it cannot be read.
pub(crate) fn reader(config: &Config) -> anyhow::Result<Store> {
    Ok(Store::open_to_read(config)?)
}

/// Returns the moment a span like `1d` before now.
///
/// # Errors
/// The text is no span of time.
pub(crate) fn since(text: &str) -> anyhow::Result<Timestamp> {
    let span = parse_span(text).ok_or_else(|| {
        WrongUse(format!(
            "--since {text}: no span of time; write for example 12h, 1d or 4w"
        ))
    })?;
    let now = Clock::system().now();
    now.checked_sub_signed(span)
        .ok_or_else(|| WrongUse(format!("--since {text} is too long ago")).into())
}

/// Returns a moment in the reader's zone, for people.
pub(crate) fn local(at: Timestamp, config: &Config) -> String {
    at.with_timezone(&config.zone).format("%Y-%m-%d %H:%M").to_string()
}
