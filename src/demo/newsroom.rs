//! The newsroom's server: every outlet of the demo, and its register, as a host of its own on one loopback port.
//!
//! It never reads the clock: what is on show follows from the moment it was last told, and before
//! it is told one nothing is published. Requests are told apart by their Host header.

use std::io;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode, header};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::content::{self, NewsroomFeed, Outlet};
use super::site::{OutletSite, http_date};
use super::{feeds, metadata, picture, register, templates};
use crate::domain::Timestamp;

const HTML: &str = "text/html";

/// A running newsroom. Dropping it asks the server to end; `stop` also waits until it has.
#[derive(Debug)]
pub struct Newsroom {
    desk: Arc<Desk>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<io::Result<()>>,
}

#[derive(Debug)]
struct Desk {
    outlets: Vec<Outlet>,
    port: u16,
    now: Mutex<Timestamp>,
    requests: AtomicUsize,
}

impl Newsroom {
    /// Starts the newsroom on a free loopback port.
    ///
    /// # Errors
    /// When no loopback port can be opened.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let desk = Arc::new(Desk {
            outlets: content::shipped(),
            port: listener.local_addr()?.port(),
            now: Mutex::new(Timestamp::UNIX_EPOCH),
            requests: AtomicUsize::new(0),
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&desk));
        let server = axum::serve(listener, router).with_graceful_shutdown(async {
            // A sender that is gone means the same as one that sent.
            let _ = stopped.await;
        });
        Ok(Self {
            desk,
            stop,
            server: tokio::spawn(server.into_future()),
        })
    }

    /// Returns the port all outlets are served on.
    pub fn port(&self) -> u16 {
        self.desk.port
    }

    /// Puts on show what has been published by `now`, with corrections that are due, and nothing later.
    pub fn publish_until(&self, now: Timestamp) {
        *self.desk.now.lock().expect("nobody panics while telling the time") = now;
    }

    /// Returns how many requests have come in so far.
    pub fn requests(&self) -> usize {
        self.desk.requests.load(Ordering::Relaxed)
    }

    /// Stops taking requests and waits until those under way are answered.
    ///
    /// # Errors
    /// When the server had already ended with an error.
    pub async fn stop(self) -> io::Result<()> {
        // The server may have ended by itself; then there is nobody to tell.
        let _ = self.stop.send(());
        self.server.await.map_err(io::Error::other)?
    }
}

async fn answer(State(desk): State<Arc<Desk>>, request: Request) -> Response<Body> {
    desk.requests.fetch_add(1, Ordering::Relaxed);
    let now = *desk.now.lock().expect("nobody panics while telling the time");
    let host = host_name(&request).unwrap_or_default();
    if host == register::HOST {
        return match of_register(desk.port, now, request.uri().path()) {
            Page::Found { content_type, body } => conditional(None, request.headers(), &content_type, body),
            _ => plain(StatusCode::NOT_FOUND, "There is no such notice.\n"),
        };
    }
    let Some(outlet) = desk.outlets.iter().find(|outlet| outlet.host == host) else {
        return plain(StatusCode::NOT_FOUND, "There is no such outlet.\n");
    };
    let site = OutletSite {
        outlet,
        port: desk.port,
        now,
    };
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    match page(&site, path) {
        Page::Found { content_type, body } => conditional(site.changed_at(), request.headers(), &content_type, body),
        Page::Missing => plain(StatusCode::NOT_FOUND, "There is no such page.\n"),
        Page::Broken => plain(StatusCode::INTERNAL_SERVER_ERROR, "The feed is out of order.\n"),
    }
}

/// The first label of the host that was asked for, without the port.
fn host_name(request: &Request) -> Option<&str> {
    let host = request.headers().get(header::HOST)?.to_str().ok()?;
    host.split(':').next()?.strip_suffix(".localhost")
}

enum Page {
    Found { content_type: String, body: Vec<u8> },
    Missing,
    Broken,
}

impl Page {
    fn new(content_type: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self::Found {
            content_type: content_type.into(),
            body: body.into(),
        }
    }

    fn html(site: &OutletSite<'_>, text: &str) -> Self {
        let charset = templates::charset(site);
        let body = match charset {
            "windows-1252" => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
            _ => text.as_bytes().to_vec(),
        };
        Self::new(format!("{HTML}; charset={charset}"), body)
    }
}

fn page(site: &OutletSite<'_>, path_and_query: &str) -> Page {
    if let Some((article, version)) = site
        .find(path_and_query)
        .or_else(|| site.find(without_campaign(path_and_query)))
    {
        return Page::html(site, &templates::article(site, article, version));
    }
    let path = path_and_query.split('?').next().unwrap_or_default();
    if let Some(slug) = path.strip_prefix("/amp/") {
        let found = site
            .on_show()
            .into_iter()
            .find(|(article, _)| metadata::amp_path(article) == path);
        return match found {
            Some((article, version)) if !slug.is_empty() => Page::html(site, &templates::amp(site, article, version)),
            _ => Page::Missing,
        };
    }
    match path {
        "/" | "/news" => Page::html(site, &templates::front(site)),
        "/robots.txt" => Page::new("text/plain", "User-agent: *\nAllow: /\n"),
        "/feed.xml" => match feeds::render(site) {
            Some((content_type, text)) => Page::new(content_type, text),
            None if site.outlet.feed == Some(NewsroomFeed::Failing) => Page::Broken,
            None => Page::Missing,
        },
        _ if path.starts_with("/archive/") => Page::html(site, &templates::aside(site)),
        _ if path.starts_with("/images/") && path.ends_with(".png") => Page::new("image/png", picture::png(path)),
        _ => Page::Missing,
    }
}

fn of_register(port: u16, now: Timestamp, path: &str) -> Page {
    let base = format!("http://{}.localhost:{port}", register::HOST);
    match path {
        "/robots.txt" => Page::new("text/plain", "User-agent: *\nAllow: /\n"),
        "/api/notices.json" => Page::new("application/json", register::answer(&base, now)),
        _ => match path
            .strip_prefix("/notices/")
            .and_then(|number| register::page(number, now))
        {
            Some(html) => Page::new(format!("{HTML}; charset=utf-8"), html),
            None => Page::Missing,
        },
    }
}

/// Campaign parameters are for the people who count visitors; the page is the same without.
fn without_campaign(path_and_query: &str) -> &str {
    path_and_query.split("?utm_").next().unwrap_or(path_and_query)
}

/// Answers 304 where the asker already has this very body, else with the body and its validators.
fn conditional(modified: Option<Timestamp>, asked: &HeaderMap, content_type: &str, body: Vec<u8>) -> Response<Body> {
    let etag = format!("\"{}\"", &HEXLOWER.encode(&Sha256::digest(&body))[..20]);
    let mut response = Response::builder()
        .header(header::ETAG, &etag)
        .header(header::CACHE_CONTROL, "max-age=60");
    if let Some(at) = modified {
        response = response.header(header::LAST_MODIFIED, http_date(at));
    }
    let (status, body) = if is_known(asked, &etag, modified) {
        (StatusCode::NOT_MODIFIED, Body::empty())
    } else {
        response = response.header(header::CONTENT_TYPE, content_type);
        (StatusCode::OK, Body::from(body))
    };
    response
        .status(status)
        .body(body)
        .expect("these headers are plain ASCII")
}

/// An ETag outweighs a date (RFC 9110, section 13.2.2).
fn is_known(asked: &HeaderMap, etag: &str, modified: Option<Timestamp>) -> bool {
    let text = |name| {
        asked
            .get(name)
            .and_then(|value: &header::HeaderValue| value.to_str().ok())
    };
    if let Some(tags) = text(header::IF_NONE_MATCH) {
        return tags
            .split(',')
            .any(|tag| tag.trim() == "*" || tag.trim().trim_start_matches("W/") == etag);
    }
    let since = text(header::IF_MODIFIED_SINCE).and_then(|date| chrono::DateTime::parse_from_rfc2822(date).ok());
    matches!((since, modified), (Some(since), Some(modified)) if modified <= since)
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "text/plain; charset=utf-8");
    response.body(Body::from(text)).expect("these headers are plain ASCII")
}
