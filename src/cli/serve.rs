//! `tidings serve`: pages, feeds, JSON and the assistant's door over what is stored, without polling.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::cli::open;
use crate::cli::output::format::WrongUse;
use crate::cli::output::print::tell;
use crate::clock::Clock;
use crate::config::{Config, WebPlace, WebSettings};
use crate::store::Store;
use crate::web::server::{WebListener, WebService};

/// Where pages are shown if nothing says otherwise.
pub(super) const USUAL: ([u8; 4], u16) = ([127, 0, 0, 1], 8470);

/// Shows what is stored as pages, feeds and JSON, and polls nothing; the daemon may run beside it
///
/// Where it listens and who may read is said by `[web]` in the configuration, else it is http://127.0.0.1:8470/ and whoever
/// is on this machine. /mcp is for assistants (docs/assistant.md).
#[derive(Debug, clap::Args)]
pub(super) struct ServeArgs {
    /// Another address of this machine itself to listen at, such as 127.0.0.1:8471; a port of 0 is any that is free
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

/// Runs the command until it is told to end.
pub(super) fn run(config: Option<&Path>, args: &ServeArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    let store = open::reader(&config)?;
    let configured = config.web.clone();
    let mut settings = configured.unwrap_or_else(|| local_settings(USUAL.into()));
    if let Some(address) = args.listen {
        if !address.ip().to_canonical().is_loopback() && settings.readers.is_empty() && settings.base_url.is_none() {
            let message = "--listen: whoever can reach that address could read everything; write [web] with tokens into the \
                           configuration first";
            return Err(WrongUse(message.to_owned()).into());
        }
        settings.listen = WebPlace::Tcp(address);
    }
    for missing in config.unready().iter().filter(|missing| missing.starts_with("web")) {
        tell!("tidings: {missing}; that reader is not let in");
    }
    open::runtime()?.block_on(show(config, store, Clock::system(), settings))?;
    Ok(ExitCode::SUCCESS)
}

/// Returns the settings of a place on this machine, for whoever is on it.
pub(super) fn local_settings(listen: SocketAddr) -> WebSettings {
    WebSettings {
        listen: WebPlace::Tcp(listen),
        base_url: None,
        readers: Vec::new(),
    }
}

/// Shows what is stored until it is told to end.
///
/// # Errors
/// It cannot listen there.
pub(super) async fn show(config: Config, store: Store, clock: Clock, settings: WebSettings) -> anyhow::Result<()> {
    let place = settings.listen.clone();
    let listener = WebListener::bind(&place).await;
    let listener = listener
        .with_context(|| format!("cannot listen at {place}; end what listens there, or name another address"))?;
    tell!("Reading at {}  (Ctrl-C ends it)", listener.address());
    let stop = CancellationToken::new();
    let mut ended = signal(SignalKind::terminate())?;
    let told = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = ended.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        told.cancel();
    });
    // Nobody sends another one.
    let (_sender, config) = watch::channel(Arc::new(config));
    let service = WebService { store, config, clock };
    listener.serve(service, settings, stop).await;
    Ok(())
}
