//! What one check of the installation found.

use serde::Serialize;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum CheckVerdict {
    Ok,
    Warn,
    Fail,
}

impl CheckVerdict {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    pub(super) check: &'static str,
    #[serde(rename = "state")]
    pub(super) verdict: CheckVerdict,
    #[serde(rename = "message")]
    pub(super) said: String,
    /// What to do, unless all is well.
    pub(super) remedy: Option<String>,
}

impl Finding {
    pub(super) fn ok(check: &'static str, said: impl Into<String>) -> Self {
        Self {
            check,
            verdict: CheckVerdict::Ok,
            said: said.into(),
            remedy: None,
        }
    }

    pub(super) fn warn(check: &'static str, said: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            verdict: CheckVerdict::Warn,
            remedy: Some(remedy.into()),
            ..Self::ok(check, said)
        }
    }

    pub(super) fn fail(check: &'static str, said: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            verdict: CheckVerdict::Fail,
            remedy: Some(remedy.into()),
            ..Self::ok(check, said)
        }
    }
}
