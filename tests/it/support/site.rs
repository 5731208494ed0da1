//! A site on loopback whose answers a test sets, with a record of what was asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What a path answers.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Answer {
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
        }
    }

    pub fn feed(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "application/rss+xml", body)
    }

    pub fn page(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "text/html; charset=utf-8", body)
    }

    pub fn status(status: u16) -> Self {
        Self::new(status, "text/plain", "no")
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub headers: HeaderMap,
    /// What was answered.
    pub status: u16,
}

#[derive(Debug, Default)]
struct Shared {
    answers: HashMap<String, Answer>,
    asked: Vec<Asked>,
}

/// The site; it ends when it is dropped.
pub struct Site {
    port: u16,
    shared: Arc<Mutex<Shared>>,
    server: JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Site {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Mutex::new(Shared::default()));
        let app = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { port, shared, server }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Sets what a path answers from now on. An answer with an ETag answers 304 to whoever has it.
    pub fn set(&self, path: &str, answer: Answer) {
        self.shared.lock().unwrap().answers.insert(path.to_owned(), answer);
    }

    /// Returns all requests so far, but for the first so many.
    pub fn requests_after(&self, number: usize) -> Vec<Asked> {
        self.shared.lock().unwrap().asked[number..].to_vec()
    }

    /// Returns the requests for a path so far.
    pub fn asked(&self, path: &str) -> Vec<Asked> {
        self.shared
            .lock()
            .unwrap()
            .asked
            .iter()
            .filter(|asked| asked.path == path)
            .cloned()
            .collect()
    }
}

async fn answer(State(shared): State<Arc<Mutex<Shared>>>, request: Request) -> Response<Body> {
    let path = request
        .uri()
        .path_and_query()
        .map_or_else(String::new, ToString::to_string);
    let mut shared = shared.lock().unwrap();
    let found = shared.answers.get(&path).cloned();
    let answer = found.unwrap_or_else(|| Answer::status(404));
    let etag = answer
        .headers
        .iter()
        .find(|(name, _)| *name == "etag")
        .map(|(_, value)| value.clone());
    let is_known =
        etag.is_some() && request.headers().get("if-none-match").and_then(|v| v.to_str().ok()) == etag.as_deref();
    let status = if is_known { 304 } else { answer.status };
    shared.asked.push(Asked {
        path,
        headers: request.headers().clone(),
        status,
    });
    let mut response = Response::new(if is_known {
        Body::empty()
    } else {
        Body::from(answer.body)
    });
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    for (name, value) in &answer.headers {
        response
            .headers_mut()
            .append(*name, HeaderValue::from_str(value).unwrap());
    }
    response
}

/// An item of a feed made for a test.
pub struct Item {
    pub guid: &'static str,
    pub title: String,
    pub link: String,
    pub date: String,
    pub text: String,
}

impl Item {
    pub fn new(guid: &'static str, title: &str, link: impl Into<String>, date: impl Into<String>, text: &str) -> Self {
        Self {
            guid,
            title: title.to_owned(),
            link: link.into(),
            date: date.into(),
            text: text.to_owned(),
        }
    }
}

/// Returns an RSS feed of these items.
pub fn rss(title: &str, items: &[Item]) -> String {
    let items: String = items
        .iter()
        .map(|item| {
            format!(
                "<item><guid isPermaLink=\"false\">{}</guid><title>{}</title><link>{}</link><pubDate>{}</pubDate><description>{}</description></item>",
                item.guid, item.title, item.link, item.date, item.text
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{title}</title><link>http://home.example/</link><description>d</description>{items}</channel></rss>"
    )
}
