//! The control socket: how commands that write reach the daemon that owns the store.
//!
//! HTTP on a Unix socket that only its owner and group may use. `POST /commands/2` takes a command and answers with what
//! is said meanwhile, a JSON object a line, and at the end the exit code. The daemon trusts whoever may open the socket
//! as far as it trusts its own command line, and no further: sizes, numbers and times are bounded all the same.

mod protocol;
pub mod openmetrics;
pub mod metrics;
mod socket_path;
pub mod client;
pub mod server;

pub use socket_path::{SocketError, SocketPath};
