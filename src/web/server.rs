//! The server: takes requests within bounds, and answers those that may be.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;

use super::access::{self, Admission, COOKIE, Credentials};
use super::answer::{Answer, HTML};
use super::answering;
use super::api;
use super::cache::{AnswerCache, TaggedAnswer};
use super::desk::{Desk, LinkForm};
use super::mcp;
use super::routes::Route;
use crate::assistant::service::Assistant;
use crate::blocking;
use crate::clock::Clock;
use crate::config::{Config, WebPlace, WebSettings};
use crate::listening::{self, ListenLimits};
use crate::store::Store;
use crate::text;
use crate::views::ViewError;

const LIMITS: ListenLimits = ListenLimits {
    connections_max: 512,
    seconds_max: 120,
    keep_alive: true,
};
/// Answers made at the same time; others wait.
const MADE_AT_ONCE: usize = 4;
/// Its user and its group may use a socket.
const SOCKET_MODE: u32 = 0o660;
/// How long the last answers may take to be read, in milliseconds.
const FAREWELL_MILLISECONDS: u64 = 300;
/// A browser keeps a reader's token this long, in seconds.
const COOKIE_SECONDS: u32 = 180 * 24 * 3600;

/// What is served: the store, and the configuration as it is at each request.
pub struct WebService {
    pub store: Store,
    pub config: watch::Receiver<Arc<Config>>,
    pub clock: Clock,
}

struct WebState {
    service: WebService,
    settings: WebSettings,
    is_unix: bool,
    cache: AnswerCache,
    room: Semaphore,
    /// Of all assistants together.
    calls: Arc<Semaphore>,
}

/// A place that listens, before it serves.
pub struct WebListener {
    kind: ListenerKind,
}

enum ListenerKind {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl WebListener {
    /// Listens at a place.
    ///
    /// # Errors
    /// It is taken, is none of this machine's, or may not be made.
    pub async fn bind(place: &WebPlace) -> io::Result<Self> {
        let kind = match place {
            WebPlace::Tcp(address) => ListenerKind::Tcp(TcpListener::bind(address).await?),
            WebPlace::Unix(path) => ListenerKind::Unix(bind_unix(path)?),
        };
        Ok(Self { kind })
    }

    /// Returns where it listens, as an address to open where it has one.
    pub fn address(&self) -> String {
        match &self.kind {
            ListenerKind::Tcp(listener) => listener
                .local_addr()
                .map(|at| format!("http://{at}/"))
                .unwrap_or_default(),
            ListenerKind::Unix(listener) => {
                let at = listener.local_addr().ok();
                let path = at.and_then(|at| at.as_pathname().map(Path::to_owned));
                path.map(|path| path.display().to_string()).unwrap_or_default()
            }
        }
    }

    /// Serves until it is told to stop.
    pub async fn serve(self, service: WebService, settings: WebSettings, stop: CancellationToken) {
        let state = Arc::new(WebState {
            service,
            settings,
            is_unix: matches!(self.kind, ListenerKind::Unix(_)),
            cache: AnswerCache::default(),
            room: Semaphore::new(MADE_AT_ONCE),
            calls: Assistant::bound(),
        });
        let router = Router::new().fallback(respond).with_state(state);
        let connections = match self.kind {
            ListenerKind::Tcp(listener) => listening::accept(listener, router, LIMITS, &stop).await,
            ListenerKind::Unix(listener) => listening::accept(listener, router, LIMITS, &stop).await,
        };
        listening::end(connections, Duration::from_millis(FAREWELL_MILLISECONDS)).await;
    }
}

/// A socket that nobody listens at any more is taken away first.
fn bind_unix(path: &Path) -> io::Result<UnixListener> {
    let is_socket = fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket());
    let is_dead = |error: io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    if is_socket && std::os::unix::net::UnixStream::connect(path).is_err_and(is_dead) {
        fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, Permissions::from_mode(SOCKET_MODE))?;
    Ok(listener)
}

async fn respond(State(state): State<Arc<WebState>>, request: Request) -> Response {
    let (request, body) = request.into_parts();
    let config = state.service.config.borrow().clone();
    // Who may read follows a reload; where it is listened does not.
    let settings = config.web.as_ref().unwrap_or(&state.settings);
    let (path, query) = (
        request.uri.path().to_owned(),
        request.uri.query().unwrap_or("").to_owned(),
    );
    let below = below(settings);
    let own = path
        .strip_prefix(&below)
        .filter(|own| own.starts_with('/'))
        .unwrap_or(&path)
        .to_owned();
    let is_mcp = own == mcp::PATH;
    let head = request.method == Method::HEAD;
    if is_mcp && request.method != Method::POST {
        return not_allowed("an assistant asks here, with POST\n", "POST");
    }
    if !is_mcp && !head && request.method != Method::GET {
        return not_allowed("this is only read: ask with GET or HEAD\n", "GET, HEAD");
    }
    let route = Route::parse(&own, &access::without_token(&query));
    let text = |name: HeaderName| request.headers.get(name).and_then(|value| value.to_str().ok());
    let asked = Credentials {
        host: listening::named_host(&request.uri, &request.headers),
        query: &query,
        // What a browser sends by itself opens pages only.
        cookie: text(header::COOKIE).filter(|_| !is_mcp),
        authorization: text(header::AUTHORIZATION),
        is_unix: state.is_unix,
        is_page: !is_mcp
            && route.as_ref().is_none_or(Route::is_page)
            && text(header::ACCEPT).is_some_and(|accept| accept.contains("text/html")),
    };
    let token = match access::admit(settings, asked) {
        Admission::Admitted { token } => token,
        Admission::Remember { token } => {
            let to = route.as_ref().map_or_else(|| Route::Today.path(), Route::path);
            return remember(settings, &format!("{below}{to}"), &token);
        }
        Admission::WrongName => {
            let message = "this place does not know that name: ask for it as localhost or 127.0.0.1, or write the name \
                           readers use as web.base_url\n";
            return plain(StatusCode::MISDIRECTED_REQUEST, message);
        }
        Admission::Unknown => {
            let mut response = match route {
                Some(Route::Api { .. }) => respond_with(&tagged(api::unknown_reader()), &request.headers, head),
                _ => plain(StatusCode::UNAUTHORIZED, "this is for readers with a token\n"),
            };
            let challenge = HeaderValue::from_static("Basic realm=\"Tidings\", charset=\"UTF-8\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            return response;
        }
    };
    if is_mcp {
        let said = request.headers.get(header::ORIGIN);
        if !access::is_own_origin(settings, asked.host, said.map(|origin| origin.to_str().unwrap_or(""))) {
            return plain(StatusCode::FORBIDDEN, "this is not for pages of the web\n");
        }
        return converse(&state, &config, request, body).await;
    }
    let origin = origin(settings, asked.host);
    let asked = Asked {
        route,
        origin,
        below,
        token,
    };
    let answer = made(&state, &config, asked).await;
    respond_with(&answer, &request.headers, head)
}

/// Answers a message of an assistant.
async fn converse(state: &WebState, config: &Arc<Config>, request: Parts, body: Body) -> Response {
    let body = match mcp::read(body).await {
        Ok(body) => body,
        Err((status, message)) => return plain(status, message),
    };
    let WebService { store, clock, .. } = &state.service;
    let (store, clock) = (store.clone(), clock.clone());
    let assistant = Assistant::new(Arc::clone(config), clock, Arc::clone(&state.calls), move || {
        Ok(store.clone())
    });
    let mut response = mcp::answer(assistant, Request::from_parts(request, body)).await;
    guard(response.headers_mut());
    let never = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, never);
    response
}

/// What is asked for, and how this place is called by whoever asks.
struct Asked {
    route: Option<Route>,
    origin: String,
    below: String,
    token: Option<String>,
}

/// Returns the answer: the one that was made before, if nothing was written since.
async fn made(state: &Arc<WebState>, config: &Arc<Config>, asked: Asked) -> Arc<TaggedAnswer> {
    let now = state.service.clock.now();
    let _place = state.room.acquire().await;
    blocking::run(|| {
        let links = LinkForm::Served { below: asked.below };
        let desk = Desk {
            token: asked.token,
            ..Desk::new(&state.service.store, config, now, links, asked.origin)
        };
        let Some(route) = asked.route else {
            return tagged(answering::missing(&desk));
        };
        match state.service.store.data_version() {
            Ok(version) => kept(state, config, &desk, &route, version),
            Err(error) => tagged(answering::failed(&desk, &route, ViewError::Store(error))),
        }
    })
}

fn kept(state: &WebState, config: &Arc<Config>, desk: &Desk<'_>, route: &Route, version: i64) -> Arc<TaggedAnswer> {
    let address = format!("{} {:?} {}", desk.origin, desk.token, route.path());
    if let Some(answer) = state.cache.get(&address, config, version, desk.now) {
        return answer;
    }
    // A panic costs this answer.
    let made = catch_unwind(AssertUnwindSafe(|| answering::answer(desk, route)));
    let answer = tagged(made.unwrap_or_else(|panic| {
        tracing::error!(
            "{} cannot be shown: it panicked: {}",
            route.path(),
            text::of_panic(&*panic)
        );
        answering::fault(desk, route)
    }));
    if answer.answer.status == 200 {
        state.cache.put(address, config, version, desk.now, Arc::clone(&answer));
    }
    answer
}

fn tagged(answer: Answer) -> Arc<TaggedAnswer> {
    let tag = answer.tag();
    Arc::new(TaggedAnswer { answer, tag })
}

/// Returns the path this place is below, as the owner's server before it passes it on.
fn below(settings: &WebSettings) -> String {
    let path = settings.base_url.as_ref().map(|url| url.path().trim_end_matches('/'));
    path.unwrap_or_default().to_owned()
}

/// Returns the address of this place without a path.
fn origin(settings: &WebSettings, host: Option<&str>) -> String {
    match &settings.base_url {
        Some(url) => url.origin().ascii_serialization(),
        None => format!("http://{}", host.unwrap_or("localhost")),
    }
}

/// Gives a browser the token as a cookie and leads it to the same page without it in the address.
fn remember(settings: &WebSettings, to: &str, token: &str) -> Response {
    let mut response = plain(StatusCode::SEE_OTHER, "");
    let is_secure = settings.base_url.as_ref().is_some_and(|url| url.scheme() == "https");
    let secure = if is_secure { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={token}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Lax{secure}");
    for (name, value) in [(header::LOCATION, to.to_owned()), (header::SET_COOKIE, cookie)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn not_allowed(text: &'static str, allowed: &'static str) -> Response {
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, text);
    let allowed = HeaderValue::from_static(allowed);
    response.headers_mut().insert(header::ALLOW, allowed);
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    guard(response.headers_mut());
    let media = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, media);
    response
}

fn respond_with(made: &TaggedAnswer, asked: &HeaderMap, is_head: bool) -> Response {
    let answer = &made.answer;
    let mut headers = HeaderMap::new();
    guard(&mut headers);
    let mut set = |name: HeaderName, text: &str| {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, answer.media);
    if answer.media == HTML {
        set(header::CONTENT_SECURITY_POLICY, answer.policy);
    }
    let is_found = answer.status == 200;
    match is_found {
        true => set(
            header::CACHE_CONTROL,
            &format!("private, max-age={}", answer.fresh_seconds),
        ),
        false => set(header::CACHE_CONTROL, "no-store"),
    }
    if is_found {
        set(header::ETAG, &made.tag);
        set(header::VARY, "Cookie, Authorization");
        if let Some(at) = answer.modified {
            set(
                header::LAST_MODIFIED,
                &at.format("%a, %d %b %Y %H:%M:%S GMT").to_string(),
            );
        }
    }
    let is_known = is_found && is_known(made, asked);
    let status = if is_known { 304 } else { answer.status };
    let body = match is_known {
        true => Body::empty(),
        false => {
            set(header::CONTENT_LENGTH, &answer.body.len().to_string());
            if is_head {
                Body::empty()
            } else {
                Body::from(answer.body.clone())
            }
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    response
}

/// Whether whoever asks has these bytes already, by their tag (RFC 9110, section 13.1.2). A date says less than it seems: an entry
/// may leave a feed, or an outlet change its name, without any later date.
fn is_known(made: &TaggedAnswer, asked: &HeaderMap) -> bool {
    let text = |name: HeaderName| asked.get(name).and_then(|value| value.to_str().ok());
    text(header::IF_NONE_MATCH).is_some_and(|tags| {
        let mut tags = tags.split(',').map(|tag| tag.trim().trim_start_matches("W/"));
        tags.any(|tag| tag == made.tag || tag == "*")
    })
}

/// What every answer says to browsers.
fn guard(headers: &mut HeaderMap) {
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
