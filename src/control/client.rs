//! The command's side: hands a command to the daemon and hears what it says.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use futures_util::StreamExt as _;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use thiserror::Error;
use tokio::net::UnixStream;

use super::protocol::{COMMANDS, CommandEnd, Line};
use super::socket_path::SocketPath;
use crate::commands::{CommandOutput, StoreCommand};
use crate::text;

/// The daemon begins to answer within this time, in seconds.
const ANSWER_SECONDS_MAX: u64 = 30;
/// A line of the answer may be this long, in bytes.
const LINE_BYTES_MAX: usize = 1024 * 1024;

/// Why a running daemon could not be asked.
#[derive(Debug, Error)]
pub enum ClientError {
    #[error("{path}: {error}; the daemon listens to its own user, its group and root")]
    Refused { path: PathBuf, error: io::Error },
    #[error(
        "the running daemon does not take this command: {0}; is it of another version? (systemctl restart tidings)"
    )]
    NotTaken(String),
    #[error("the daemon is busy: {0}")]
    Busy(String),
    #[error("the daemon does not answer on {path}: {reason}")]
    Silent { path: PathBuf, reason: String },
    #[error("the daemon has ended before this was finished; what was begun is done at its next start")]
    CutOff,
    #[error(transparent)]
    Output(#[from] anyhow::Error),
}

/// Hands a command to the daemon over this state folder. Returns how it ended, or nothing when no daemon is there.
///
/// # Errors
/// The daemon is there and does not carry it out to the end, or `hear` fails.
pub async fn send_command(
    state_dir: &Path,
    command: &StoreCommand,
    mut hear: impl FnMut(CommandOutput) -> anyhow::Result<()>,
) -> Result<Option<CommandEnd>, ClientError> {
    let path = SocketPath::find(state_dir);
    let stream = match UnixStream::connect(&path).await {
        Ok(stream) => stream,
        Err(error) if error.kind() == ErrorKind::PermissionDenied && path.exists() => {
            return Err(ClientError::Refused { path, error });
        }
        // Nobody is there, or only what a killed daemon left: the lock of the store has the last word.
        Err(_) => return Ok(None),
    };
    let silent = |reason: String| ClientError::Silent {
        path: path.clone(),
        reason,
    };
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| silent(error.to_string()))?;
    let connection = tokio::spawn(connection);
    let command = serde_json::to_vec(command).expect("an order is plain data");
    let request = Request::post(COMMANDS)
        .header(header::HOST, "tidings")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(command))
        .expect("the request is made of constants");
    let answer = tokio::time::timeout(Duration::from_secs(ANSWER_SECONDS_MAX), sender.send_request(request));
    let answer = answer
        .await
        .map_err(|_| silent(format!("nothing came within {ANSWER_SECONDS_MAX} s")))?
        .map_err(|error| silent(error.to_string()))?;
    let status = answer.status();
    let mut body = Body::new(answer.into_body()).into_data_stream();
    let mut line = Vec::new();
    let mut end = None;
    while let Some(piece) = body.next().await {
        let Ok(piece) = piece else { break };
        for byte in piece {
            if byte != b'\n' {
                line.push(byte);
                if line.len() > LINE_BYTES_MAX {
                    return Err(silent("a line is too long".to_owned()));
                }
                continue;
            }
            if status == StatusCode::OK {
                match serde_json::from_slice(&line).map_err(|error| silent(error.to_string()))? {
                    Line::Said(said) => hear(said)?,
                    Line::End(last) => end = Some(last),
                }
                line.clear();
            }
        }
    }
    drop(sender);
    connection.abort();
    if status != StatusCode::OK {
        let reason = String::from_utf8_lossy(&line).trim().to_owned();
        let reason = match reason.is_empty() {
            true => status.to_string(),
            false => reason,
        };
        return Err(match status {
            StatusCode::SERVICE_UNAVAILABLE => ClientError::Busy(reason),
            _ => ClientError::NotTaken(reason),
        });
    }
    match end {
        Some(CommandEnd { code, message }) => Ok(Some(CommandEnd {
            code,
            // The daemon reads the web; whoever runs this command may be root, at a terminal.
            message: message.map(|text| text::clean(&text).into_owned()),
        })),
        None => Err(ClientError::CutOff),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_a_daemon_there_is_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let command = StoreCommand::DigestsDue;
        assert!(
            send_command(folder.path(), &command, |_| Ok(()))
                .await
                .unwrap()
                .is_none()
        );
        // What a killed daemon left.
        drop(std::os::unix::net::UnixListener::bind(folder.path().join("control.sock")).unwrap());
        assert!(
            send_command(folder.path(), &command, |_| Ok(()))
                .await
                .unwrap()
                .is_none()
        );
    }
}
