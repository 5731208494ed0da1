//! The assistant's door over HTTP: one message in, one answer out, nothing remembered (the protocol's streamable HTTP without
//! sessions). Who may ask is not decided here.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{self, Body};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::time::timeout;

use crate::assistant::service::Assistant;
use crate::listening::REQUEST_SECONDS_MAX;

/// Where an assistant asks.
pub const PATH: &str = "/mcp";
/// Bytes of a message: the longest query, each of its characters escaped, and what stands around it.
const MESSAGE_BYTES_MAX: usize = 128 * 1024;

/// Takes a message in, before anything is kept busy by it.
///
/// # Errors
/// It is too long or too slow, in words for whoever sent it.
pub async fn read(body: Body) -> Result<Body, (StatusCode, &'static str)> {
    let whole = body::to_bytes(body, MESSAGE_BYTES_MAX);
    match timeout(Duration::from_secs(REQUEST_SECONDS_MAX), whole).await {
        Ok(Ok(bytes)) => Ok(Body::from(bytes)),
        // Whoever broke off reads nothing more.
        Ok(Err(_)) => Err((StatusCode::PAYLOAD_TOO_LARGE, "a message has 131072 bytes at most\n")),
        Err(_) => Err((StatusCode::REQUEST_TIMEOUT, "the message did not come\n")),
    }
}

/// Answers a message.
pub async fn answer(assistant: Assistant, request: Request) -> Response {
    let rules = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_sse_keep_alive(None)
        .with_max_request_body_bytes(MESSAGE_BYTES_MAX)
        // By names that only we know.
        .disable_allowed_hosts();
    let service = StreamableHttpService::new(
        move || Ok(assistant.clone()),
        Arc::new(NeverSessionManager::default()),
        rules,
    );
    service.handle(request).await.map(Body::new)
}
