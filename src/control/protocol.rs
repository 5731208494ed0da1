//! What a command and the daemon say to each other.

use serde::{Deserialize, Serialize};

use crate::commands::CommandOutput;

/// Where commands are posted. Another form of commands or answers needs another path: what only one side understands must be
/// refused before anything is done.
pub(super) const COMMANDS: &str = "/commands/2";

/// One line of the answer to a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Line {
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
