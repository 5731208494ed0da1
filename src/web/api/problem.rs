//! Why a question has no answer, as RFC 9457 writes it.

use serde_json::json;

use crate::views::ViewError;
use crate::web::answer::Answer;

pub const MEDIA: &str = "application/problem+json";

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: u16,
    title: &'static str,
    detail: String,
}

impl Problem {
    /// What was asked cannot be meant.
    pub fn wrong(detail: impl Into<String>) -> Self {
        Self {
            status: 400,
            title: "Not understood",
            detail: detail.into(),
        }
    }

    /// What was asked for is not there.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self {
            status: 404,
            title: "Not here",
            detail: detail.into(),
        }
    }

    /// Whoever asks is no reader.
    pub fn unknown_reader() -> Self {
        Self {
            status: 401,
            title: "Not a reader",
            detail: "this is for readers with a token".to_owned(),
        }
    }

    /// This program is at fault.
    pub fn fault(title: &'static str, detail: &str) -> Self {
        Self {
            status: 500,
            title,
            detail: detail.to_owned(),
        }
    }

    /// Returns it as it is answered.
    pub fn answer(&self) -> Answer {
        let Self { status, title, detail } = self;
        let body = json!({ "type": "about:blank", "title": title, "status": status, "detail": detail });
        Answer {
            status: *status,
            ..Answer::found(MEDIA, body.to_string())
        }
    }
}

impl From<ViewError> for Problem {
    fn from(error: ViewError) -> Self {
        match error {
            error @ ViewError::Unknown { .. } => Self::not_found(error.to_string()),
            ViewError::NotFound(message) => Self::not_found(message),
            ViewError::Invalid(message) => Self::wrong(message),
            ViewError::Store(error) => {
                tracing::error!("a question of a program cannot be answered: {error}");
                Self {
                    status: 503,
                    title: "The store cannot be read",
                    detail: error.to_string(),
                }
            }
        }
    }
}
