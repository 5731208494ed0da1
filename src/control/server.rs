//! The daemon's side: takes connections, a few at a time, and carries orders out.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::serve::Listener;
use futures_util::future::join_all;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{COMMANDS, End, Line, Place, PlaceError, health, metrics, openmetrics};
use crate::jobs::Context;
use crate::orders::{self, FAILED, Order, Said};

/// Connections served at the same time; others wait.
const CONNECTIONS_MAX: usize = 16;
/// A request's head may be this long, in bytes.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// A request's body may be this long, in bytes.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// A request is there within this time, in seconds.
const REQUEST_SECONDS_MAX: u64 = 10;
/// A connection lasts this long, in hours: a poll of everything may take its time.
const CONNECTION_HOURS_MAX: u64 = 6;
/// Lines that wait for a slow reader; one that lets more wait is taken for gone.
const LINES_MAX: usize = 1024;
/// How long orders under way may go on after the order to stop, in milliseconds.
const GRACE_MILLISECONDS: u64 = 1_000;
/// How long the last word may take to be read, in milliseconds.
const FAREWELL_MILLISECONDS: u64 = 300;

/// What is told of an order that the daemon's end cut off.
const STOPPED: &str = "the daemon was told to stop before this was finished; what was begun is done at its next start";

/// The server of a daemon's control socket, and of its metrics.
pub struct Server {
    place: Place,
    desk: Arc<Desk>,
    tasks: Vec<JoinHandle<()>>,
}

struct Desk {
    ctx: watch::Receiver<Arc<Context>>,
    stop: CancellationToken,
    orders: TaskTracker,
}

impl Server {
    /// Starts to listen at `place`; `ctx` is what orders are carried out with. The caller owns the store.
    ///
    /// # Errors
    /// The socket cannot be made.
    pub fn start(place: Place, ctx: watch::Receiver<Arc<Context>>) -> Result<Self, PlaceError> {
        let listener = place.bind()?;
        let desk = Arc::new(Desk {
            ctx,
            stop: CancellationToken::new(),
            orders: TaskTracker::new(),
        });
        let router = readings().route(COMMANDS, post(command)).with_state(Arc::clone(&desk));
        let task = tokio::spawn(serve(listener, router, Arc::clone(&desk)));
        Ok(Self {
            place,
            desk,
            tasks: vec![task],
        })
    }

    /// Tells metrics and health over TCP too; orders are not taken there.
    ///
    /// # Errors
    /// The address is taken, or is none of this machine's.
    pub async fn tell_metrics(&mut self, address: SocketAddr) -> io::Result<()> {
        let listener = TcpListener::bind(address).await?;
        let router = readings().with_state(Arc::clone(&self.desk));
        self.tasks
            .push(tokio::spawn(serve(listener, router, Arc::clone(&self.desk))));
        Ok(())
    }

    /// Tells orders under way to end, waits a little for them, and takes the socket away.
    pub async fn stop(self) {
        self.desk.stop.cancel();
        for result in join_all(self.tasks).await {
            if let Err(error) = result {
                tracing::error!("the control socket's server failed: {error}");
            }
        }
        if let Err(error) = self.place.clear() {
            tracing::warn!("the control socket stays: {error}");
        }
    }
}

/// What may be read, wherever the daemon listens.
fn readings() -> Router<Arc<Desk>> {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/health", get(health))
}

async fn serve<L: Listener>(mut listener: L, router: Router, desk: Arc<Desk>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            let slot = Arc::clone(&room).acquire_owned().await;
            (slot, listener.accept().await)
        };
        tokio::select! {
            () = desk.stop.cancelled() => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            (slot, (stream, _)) = next => {
                let service = TowerToHyperService::new(router.clone());
                connections.spawn(async move {
                    let connection = http1::Builder::new()
                        .timer(TokioTimer::new())
                        .header_read_timeout(Duration::from_secs(REQUEST_SECONDS_MAX))
                        .max_buf_size(HEAD_BYTES_MAX)
                        .keep_alive(false)
                        .serve_connection(TokioIo::new(stream), service);
                    let limit = Duration::from_secs(CONNECTION_HOURS_MAX * 3600);
                    match tokio::time::timeout(limit, connection).await {
                        Ok(Ok(())) => {}
                        Ok(Err(error)) => tracing::debug!("a connection to the control socket failed: {error}"),
                        Err(_) => tracing::warn!("a connection to the control socket lasted too long"),
                    }
                    drop(slot);
                });
            }
        }
    }
    desk.orders.close();
    let grace = Duration::from_millis(GRACE_MILLISECONDS + FAREWELL_MILLISECONDS);
    // What is not done by then has been told so.
    let _ = tokio::time::timeout(grace, desk.orders.wait()).await;
    let all = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(Duration::from_millis(FAREWELL_MILLISECONDS), all).await;
    connections.shutdown().await;
}

async fn metrics(State(desk): State<Arc<Desk>>) -> Response {
    let ctx = desk.ctx.borrow().clone();
    match metrics::text(&ctx).await {
        Ok(text) => ([(header::CONTENT_TYPE, openmetrics::MEDIA_TYPE)], text).into_response(),
        Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

async fn health(State(desk): State<Arc<Desk>>) -> Response {
    let ctx = desk.ctx.borrow().clone();
    let reason = health::trouble(&ctx).await;
    let status = match reason {
        None => StatusCode::OK,
        Some(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    let body = format!("{}\n", health::as_json(&ctx, reason).await);
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

async fn command(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let limit = Duration::from_secs(REQUEST_SECONDS_MAX);
    let body = match tokio::time::timeout(limit, to_bytes(request.into_body(), BODY_BYTES_MAX)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return refused(StatusCode::PAYLOAD_TOO_LARGE, "the request is too long or was cut off"),
        Err(_) => return refused(StatusCode::REQUEST_TIMEOUT, "the request did not come in time"),
    };
    let order: Order = match serde_json::from_slice(&body) {
        Ok(order) => order,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &format!("no such command: {error}")),
    };
    let (lines, said) = mpsc::channel(LINES_MAX);
    desk.orders.spawn(carry_out(Arc::clone(&desk), order, lines));
    let stream = futures_util::stream::unfold(said, |mut said| async move {
        let line: Line = said.recv().await?;
        let mut text = serde_json::to_vec(&line).expect("a line is plain data");
        text.push(b'\n');
        Some((Ok::<_, Infallible>(Bytes::from(text)), said))
    });
    (
        [(header::CONTENT_TYPE, "application/x-ndjson")],
        Body::from_stream(stream),
    )
        .into_response()
}

fn refused(status: StatusCode, why: &str) -> Response {
    (status, format!("{why}\n")).into_response()
}

/// Carries an order out and tells how it ended, also when the daemon ends first.
async fn carry_out(desk: Arc<Desk>, order: Order, lines: mpsc::Sender<Line>) {
    let ctx = desk.ctx.borrow().clone();
    let stop = desk.stop.child_token();
    let (gone, listener) = (CancellationToken::new(), lines.clone());
    let is_gone = gone.clone();
    let say = move |said: Said| {
        let is_progress = matches!(said, Said::Progress(_));
        // Progress may be missed; a result may not, and a reader that lets so much wait has gone.
        if listener.try_send(Line::Said(said)).is_err() && !is_progress {
            is_gone.cancel();
        }
    };
    tracing::info!(name: "command-handed", "a command: {}", name_of(&order));
    let mut work = Box::pin(orders::carry_out(&ctx, &order, &stop, &say));
    let cut_off = async {
        desk.stop.cancelled().await;
        tokio::time::sleep(Duration::from_millis(GRACE_MILLISECONDS)).await;
    };
    let gone = async {
        tokio::select! {
            () = lines.closed() => {}
            () = gone.cancelled() => {}
        }
    };
    tokio::pin!(cut_off, gone);
    let mut is_heard = true;
    let result = loop {
        tokio::select! {
            result = &mut work => break Some(result),
            () = &mut cut_off => break None,
            () = &mut gone, if is_heard => {
                is_heard = false;
                stop.cancel();
            }
        }
    };
    let is_cut = desk.stop.is_cancelled() && matches!(order, Order::Poll { .. });
    let end = match result {
        Some(Ok(_)) if is_cut => End {
            code: FAILED,
            message: Some(STOPPED.to_owned()),
        },
        Some(Ok(code)) => End { code, message: None },
        Some(Err(error)) => End {
            code: error.code(),
            message: Some(error.to_string()),
        },
        None => End {
            code: FAILED,
            message: Some(STOPPED.to_owned()),
        },
    };
    if lines.try_send(Line::End(end)).is_err() {
        tracing::info!("whoever gave the command has not waited for its end");
    }
}

fn name_of(order: &Order) -> &'static str {
    match order {
        Order::Poll { .. } => "poll",
        Order::Digest { to: Some(_), .. } => "digest --to",
        Order::Digest { .. } => "digest",
        Order::DigestsDue => "digest --due",
        Order::Resend { .. } => "digests --resend",
        Order::MergeStories { .. } => "stories merge",
        Order::SplitStory { .. } => "stories split",
    }
}
