//! HTTP for whoever connects: over TCP or a Unix socket, within named bounds.
//!
//! Whoever opens many connections and asks nothing keeps nobody away: the oldest that has brought no work gives way.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri, header};
use axum::serve::Listener;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::{AbortHandle, JoinSet};
use tokio_util::sync::CancellationToken;

/// A request's head may be this long, in bytes.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// A request's head is there within this time, in seconds.
pub const REQUEST_SECONDS_MAX: u64 = 10;
/// A connection with work of its own lasts this much longer, in hours: a poll of everything may take its time.
const BUSY_HOURS_MAX: u64 = 6;

/// How many connections one place takes, and how long each lasts.
#[derive(Debug, Clone, Copy)]
pub struct ListenLimits {
    /// Connections without work of their own; one more and the oldest gives way.
    pub connections_max: usize,
    /// A connection without work of its own is over within this time, in seconds: whoever reads slowly too.
    pub seconds_max: u64,
    /// Whether a connection may bring several requests, one after the other.
    pub keep_alive: bool,
}

/// Whether a connection has brought work of its own: it may then take its time.
#[derive(Clone, Default)]
pub struct Busy(Arc<AtomicBool>);

impl Busy {
    pub fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Takes connections until it is told to stop, and returns those that are still open then.
pub async fn accept<L: Listener>(
    mut listener: L,
    router: Router,
    limits: ListenLimits,
    stop: &CancellationToken,
) -> JoinSet<()> {
    let mut connections = JoinSet::new();
    // The oldest first.
    let mut open: VecDeque<(Busy, AbortHandle)> = VecDeque::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => return connections,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            (stream, _) = listener.accept() => {
                open.retain(|(busy, task)| !busy.get() && !task.is_finished());
                if open.len() >= limits.connections_max && let Some((_, oldest)) = open.pop_front() {
                    oldest.abort();
                }
                let busy = Busy::default();
                let router = router.clone().layer(Extension(busy.clone()));
                let task = connections.spawn(converse(stream, router, limits, busy.clone()));
                open.push_back((busy, task));
            }
        }
    }
}

/// Gives open connections this long for their last words, and ends them.
pub async fn end(mut connections: JoinSet<()>, grace: Duration) {
    let all = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(grace, all).await;
    connections.shutdown().await;
}

/// Serves one connection to its end, or to the end of its time.
async fn converse<S>(stream: S, router: Router, limits: ListenLimits, busy: Busy)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(REQUEST_SECONDS_MAX))
        .max_buf_size(HEAD_BYTES_MAX)
        .keep_alive(limits.keep_alive)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let end_of_time = async {
        tokio::time::sleep(Duration::from_secs(limits.seconds_max)).await;
        if busy.get() {
            tokio::time::sleep(Duration::from_secs(BUSY_HOURS_MAX * 3600)).await;
        }
    };
    tokio::pin!(connection);
    let result = tokio::select! {
        result = connection.as_mut() => Some(result),
        () = end_of_time => {
            // An answer under way is finished.
            connection.as_mut().graceful_shutdown();
            tokio::time::timeout(Duration::from_secs(REQUEST_SECONDS_MAX), connection).await.ok()
        }
    };
    match result {
        Some(Ok(())) => {}
        Some(Err(error)) => tracing::debug!("a connection failed: {error}"),
        None => tracing::debug!("a connection lasted too long"),
    }
}

/// Returns the name a request calls this machine by; nothing where it names none, as what is no browser may.
pub fn named_host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    match uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => headers.get(header::HOST).map(|host| host.to_str().unwrap_or("")),
    }
}

/// Whether a name, with or without a port, is one of this machine itself: a page of the web may have given its own name our
/// address, and would read what we answer.
pub fn is_local_name(host_and_port: &str) -> bool {
    let Ok(authority) = host_and_port.parse::<Authority>() else {
        return false;
    };
    let host = authority.host();
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    match bare.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => bare.trim_end_matches('.').eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::is_local_name;

    #[test]
    fn only_this_machine_has_a_local_name() {
        for name in [
            "localhost",
            "LocalHost.:9464",
            "127.0.0.1:9464",
            "127.8.9.1",
            "[::1]:9464",
            "[::ffff:127.0.0.1]",
        ] {
            assert!(is_local_name(name), "{name}");
        }
        for name in [
            "",
            "evil.example",
            "localhost.evil.example:9464",
            "evil-localhost",
            "127.0.0.1.evil.example",
            "127.0.0.1@evil.example",
            "192.168.1.2",
            "0.0.0.0",
            "2130706433",
            "[::]",
            "localhost:9464/x",
            "localhost evil.example",
        ] {
            assert!(!is_local_name(name), "{name}");
        }
    }
}
