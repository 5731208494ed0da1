//! The control socket: how commands that write reach the daemon that owns the store.
//!
//! HTTP on a Unix socket that only its owner and group may use. `POST /commands` takes a command and answers with what
//! is said meanwhile, a JSON object a line, and at the end the exit code. The daemon trusts whoever may open the socket
//! as far as it trusts its own command line, and no further: sizes, numbers and times are bounded all the same.

pub mod client;
mod health;
pub mod metrics;
pub mod openmetrics;
pub mod server;
mod socket_path;

use serde::{Deserialize, Serialize};

use crate::commands::CommandOutput;

pub use socket_path::{SocketError, SocketPath};

/// Where commands are posted.
const COMMANDS: &str = "/commands";

/// One line of the answer to a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Said(CommandOutput),
    End(CommandEnd),
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandEnd {
    /// The exit code of the command.
    #[serde(rename = "end")]
    pub code: u8,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}
