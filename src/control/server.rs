//! The daemon's side: takes connections, a few at a time, and carries commands out.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::serve::Listener;
use axum::{Extension, Router};
use futures_util::future::join_all;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::protocol::{COMMANDS, CommandEnd, Line};
use super::socket_path::{SocketError, SocketPath};
use super::{metrics, openmetrics};
use crate::commands::{self, CommandOutput, FAILED, StoreCommand};
use crate::jobs::Context;
use crate::listening::{self, Busy, ListenLimits, REQUEST_SECONDS_MAX};
use crate::views::health;

/// Connections that have brought no command are few and short.
const LIMITS: ListenLimits = ListenLimits {
    connections_max: 32,
    seconds_max: 20,
    keep_alive: false,
};
/// Commands carried out at the same time; others wait.
const ORDERS_MAX: usize = 16;
/// A command waits this long for others to end, in seconds; then it is refused.
const ORDER_SECONDS_MAX: u64 = 15;
/// A request's body may be this long, in bytes.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// Lines that wait for a slow reader; one that lets more wait is taken for gone.
const LINES_MAX: usize = 1024;
/// How long commands under way may go on after the order to stop, in milliseconds.
const GRACE_MILLISECONDS: u64 = 1_000;
/// How long the last word may take to be read, in milliseconds.
const FAREWELL_MILLISECONDS: u64 = 300;

/// What is told of a command that the daemon's end cut off.
const STOPPED: &str = "the daemon was told to stop before this was finished; what was begun is done at its next start";

/// The server of a daemon's control socket, and of its metrics.
pub struct Server {
    place: SocketPath,
    state: Arc<ServerState>,
    tasks: Vec<JoinHandle<()>>,
}

struct ServerState {
    ctx: watch::Receiver<Arc<Context>>,
    stop: CancellationToken,
    commands: TaskTracker,
    room: Arc<Semaphore>,
}

impl Server {
    /// Starts to listen at `place`; `ctx` is what commands are carried out with. The caller owns the store.
    ///
    /// # Errors
    /// The socket cannot be made.
    pub fn start(place: SocketPath, ctx: watch::Receiver<Arc<Context>>) -> Result<Self, SocketError> {
        let listener = place.bind()?;
        let stop = ctx.borrow().shared.stop();
        let state = Arc::new(ServerState {
            ctx,
            stop,
            commands: TaskTracker::new(),
            room: Arc::new(Semaphore::new(ORDERS_MAX)),
        });
        let router = readings().route(COMMANDS, post(command)).with_state(Arc::clone(&state));
        let task = tokio::spawn(serve(listener, router, Arc::clone(&state)));
        Ok(Self {
            place,
            state,
            tasks: vec![task],
        })
    }

    /// Tells metrics and health over TCP too; commands are not taken there.
    ///
    /// # Errors
    /// The address is taken, or is none of this machine's.
    pub async fn tell_metrics(&mut self, address: SocketAddr) -> io::Result<()> {
        let listener = TcpListener::bind(address).await?;
        let router = readings()
            .layer(from_fn(only_by_a_local_name))
            .with_state(Arc::clone(&self.state));
        self.tasks
            .push(tokio::spawn(serve(listener, router, Arc::clone(&self.state))));
        Ok(())
    }

    /// Tells commands under way to end, waits a little for them, and takes the socket away.
    pub async fn stop(self) {
        self.state.stop.cancel();
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
fn readings() -> Router<Arc<ServerState>> {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/health", get(health))
}

async fn serve<L: Listener>(listener: L, router: Router, state: Arc<ServerState>) {
    let connections = listening::accept(listener, router, LIMITS, &state.stop).await;
    state.commands.close();
    let grace = Duration::from_millis(GRACE_MILLISECONDS + FAREWELL_MILLISECONDS);
    // What is not done by then has been told so.
    let _ = tokio::time::timeout(grace, state.commands.wait()).await;
    listening::end(connections, Duration::from_millis(FAREWELL_MILLISECONDS)).await;
}

/// Refuses a request that calls this machine by a name of the web: a page there may have given its own name our address, and
/// would read what we answer. What is no browser may name nothing.
async fn only_by_a_local_name(request: Request, next: Next) -> Response {
    match listening::named_host(request.uri(), request.headers()).is_none_or(listening::is_local_name) {
        true => next.run(request).await,
        false => refused(
            StatusCode::MISDIRECTED_REQUEST,
            "this is told to this machine alone; ask for it as localhost or 127.0.0.1",
        ),
    }
}

async fn metrics(State(state): State<Arc<ServerState>>) -> Response {
    let ctx = state.ctx.borrow().clone();
    match metrics::text(&ctx).await {
        Ok(text) => ([(header::CONTENT_TYPE, openmetrics::MEDIA_TYPE)], text).into_response(),
        Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

async fn health(State(state): State<Arc<ServerState>>) -> Response {
    let ctx = state.ctx.borrow().clone();
    let health = health::of(&ctx).await;
    let status = match health.reason {
        None => StatusCode::OK,
        Some(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    let body = serde_json::to_string(&health).expect("health is plain data") + "\n";
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

async fn command(
    State(state): State<Arc<ServerState>>,
    Extension(busy): Extension<Busy>,
    request: Request,
) -> Response {
    let limit = Duration::from_secs(REQUEST_SECONDS_MAX);
    let body = match tokio::time::timeout(limit, to_bytes(request.into_body(), BODY_BYTES_MAX)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return refused(StatusCode::PAYLOAD_TOO_LARGE, "the request is too long or was cut off"),
        Err(_) => return refused(StatusCode::REQUEST_TIMEOUT, "the request did not come in time"),
    };
    let command: StoreCommand = match serde_json::from_slice(&body) {
        Ok(command) => command,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &format!("no such command: {error}")),
    };
    let room = Arc::clone(&state.room).acquire_owned();
    let Ok(Ok(place)) = tokio::time::timeout(Duration::from_secs(ORDER_SECONDS_MAX), room).await else {
        let why = format!("{ORDERS_MAX} commands are under way already; try again when one has ended");
        return refused(StatusCode::SERVICE_UNAVAILABLE, &why);
    };
    busy.set();
    let (lines, said) = mpsc::channel(LINES_MAX);
    let work = carry_out(Arc::clone(&state), command, lines);
    state.commands.spawn(async move {
        work.await;
        drop(place);
    });
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

/// Carries a command out and tells how it ended, also when the daemon ends first.
async fn carry_out(state: Arc<ServerState>, command: StoreCommand, lines: mpsc::Sender<Line>) {
    let ctx = state.ctx.borrow().clone();
    let stop = state.stop.child_token();
    let (gone, listener) = (CancellationToken::new(), lines.clone());
    let is_gone = gone.clone();
    let say = move |said: CommandOutput| {
        let is_progress = matches!(said, CommandOutput::Progress(_));
        // Progress may be missed; a result may not, and a reader that lets so much wait has gone.
        if listener.try_send(Line::Said(said)).is_err() && !is_progress {
            is_gone.cancel();
        }
    };
    tracing::info!(name: "command-handed", "a command: {}", name_of(&command));
    let mut work = Box::pin(commands::carry_out(&ctx, &command, &stop, &say));
    let cut_off = async {
        state.stop.cancelled().await;
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
    let is_cut = state.stop.is_cancelled() && matches!(command, StoreCommand::Poll { .. });
    let end = match result {
        Some(Ok(_)) if is_cut => CommandEnd {
            code: FAILED,
            message: Some(STOPPED.to_owned()),
        },
        Some(Ok(code)) => CommandEnd { code, message: None },
        Some(Err(error)) => CommandEnd {
            code: error.code(),
            message: Some(error.to_string()),
        },
        None => CommandEnd {
            code: FAILED,
            message: Some(STOPPED.to_owned()),
        },
    };
    if lines.try_send(Line::End(end)).is_err() {
        tracing::info!("whoever gave the command has not waited for its end");
    }
}

fn name_of(command: &StoreCommand) -> &'static str {
    match command {
        StoreCommand::Poll { .. } => "poll",
        StoreCommand::Digest { to: Some(_), .. } => "digest --to",
        StoreCommand::Digest { .. } => "digest",
        StoreCommand::DigestsDue => "digest --due",
        StoreCommand::Resend { .. } => "digests --resend",
        StoreCommand::MergeStories { .. } => "stories merge",
        StoreCommand::SplitStory { .. } => "stories split",
    }
}
