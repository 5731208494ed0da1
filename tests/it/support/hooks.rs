//! A server on loopback that takes requests of webhooks and answers what a test sets.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::Response;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Posted {
    pub method: String,
    pub path: String,
    pub authorization: Option<String>,
    pub body: Value,
    pub bytes: usize,
}

/// What is answered: status, headers, body.
pub type Answer = (u16, Vec<(&'static str, &'static str)>, &'static str);

#[derive(Default)]
struct Shared {
    arrived: Notify,
    posted: Mutex<Vec<Posted>>,
    answer: Mutex<Option<Answer>>,
}

/// A running server; it ends with its value.
pub struct Hooks {
    pub port: u16,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Drop for Hooks {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Hooks {
    /// Starts a server that takes everything as a Matrix server would.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared::default());
        let app = Router::new().fallback(take).with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { port, shared, task }
    }

    pub fn answer(&self, answer: Answer) {
        *self.shared.answer.lock().unwrap() = Some(answer);
    }

    /// Waits until something has been posted since the last wait.
    pub async fn arrival(&self) {
        self.shared.arrived.notified().await;
    }

    pub fn posted(&self) -> Vec<Posted> {
        self.shared.posted.lock().unwrap().clone()
    }
}

async fn take(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let bytes = to_bytes(body, 10_000_000).await.unwrap();
    let authorization = head
        .headers
        .get("authorization")
        .map(|value| value.to_str().unwrap().to_owned());
    shared.posted.lock().unwrap().push(Posted {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        authorization,
        body: serde_json::from_slice(&bytes).unwrap(),
        bytes: bytes.len(),
    });
    shared.arrived.notify_one();
    let default: Answer = (200, vec![("content-type", "application/json")], r#"{"event_id":"$1"}"#);
    let (status, headers, body) = shared.answer.lock().unwrap().clone().unwrap_or(default);
    let answer = headers
        .into_iter()
        .fold(Response::builder().status(status), |answer, (name, value)| {
            answer.header(name, value)
        });
    answer.body(Body::from(body)).unwrap()
}
