//! What the answer of a webhook means.

use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use serde_json::Value;

use super::error::{DeliverError, one_line};

/// Bytes of an answer that are read.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// Returns whether an answer says that the message was taken; with `names_event` it has to name the event it became.
///
/// # Errors
/// It says otherwise, or is no answer of a webhook.
pub(super) async fn judge(host: &str, names_event: bool, answer: Response) -> Result<(), DeliverError> {
    let status = answer.status();
    let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
    let is_page = header(CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html"));
    let retry_seconds = header(RETRY_AFTER).and_then(|seconds| seconds.trim().parse().ok());
    let failed = |reason: String, is_final| DeliverError::Webhook {
        host: host.to_owned(),
        reason,
        is_final,
        may_have_arrived: false,
        retry_seconds,
    };
    let body = body(answer).await;
    if status.is_redirection() {
        let reason = format!("answered {status}; redirects are not followed, write the address it leads to");
        return Err(failed(reason, false));
    }
    if !status.is_success() {
        // What is wrong with the message stays wrong; a token or an address can be mended while it waits.
        let is_final = matches!(status.as_u16(), 400 | 413 | 422);
        let said = if is_page {
            String::new()
        } else {
            format!(" {}", one_line(&body))
        };
        return Err(failed(
            format!("answered {status}{said}").trim_end().to_owned(),
            is_final,
        ));
    }
    if is_page || body.trim_start().to_ascii_lowercase().starts_with("<!doctype html") {
        return Err(failed(
            format!("answered {status} with a page, not as a webhook does; check its url"),
            false,
        ));
    }
    let is_event = || serde_json::from_str::<Value>(&body).is_ok_and(|answer| answer.get("event_id").is_some());
    if names_event && !is_event() {
        return Err(failed(
            format!("answered {status} without an event; check its url"),
            false,
        ));
    }
    Ok(())
}

/// Reads an answer as far as it is of interest; one that breaks off has been given all the same.
async fn body(mut answer: Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() >= ANSWER_BYTES_MAX {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
