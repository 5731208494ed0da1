//! The system's own `sendmail`: it takes a message or says why not, in bytes of which a little is read.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use lettre::address::Address;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

use super::error::{DeliverError, END, one_line};
use super::reply;

/// Where it lives on most systems; a service's search path often leaves it out.
const SENDMAIL: &str = "/usr/sbin/sendmail";
/// Bytes of its complaint that are read.
const COMPLAINT_BYTES_MAX: u64 = 4096;

/// Hands over one message to one address.
///
/// # Errors
/// It is not there, did not take the message, or did not end in time.
pub(super) async fn send(from: &Address, to: &Address, bytes: &[u8], limit: Duration) -> Result<(), DeliverError> {
    let program = if Path::new(SENDMAIL).exists() {
        SENDMAIL
    } else {
        "sendmail"
    };
    match tokio::time::timeout(limit, hand_over(program, from, to, bytes)).await {
        Ok(Ok(None)) => Ok(()),
        Ok(Ok(Some(complaint))) => Err(DeliverError::Sendmail(complaint)),
        Ok(Err(error)) => Err(DeliverError::Sendmail(error.to_string())),
        Err(_) => Err(DeliverError::TimedOut {
            host: "sendmail".to_owned(),
            step: END,
            seconds: limit.as_secs(),
        }),
    }
}

/// Looks whether it is there.
///
/// # Errors
/// It is not.
pub(super) fn look() -> Result<(), DeliverError> {
    match Path::new(SENDMAIL).exists() {
        true => Ok(()),
        false => Err(DeliverError::Sendmail(format!("{SENDMAIL} is not there"))),
    }
}

/// Returns what it complains of, if it does.
async fn hand_over(program: &str, from: &Address, to: &Address, bytes: &[u8]) -> std::io::Result<Option<String>> {
    let mut child = Command::new(program)
        .args(["-i", "-f", from.as_ref(), "--", to.as_ref()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    let hand = async {
        // One that ends before it has read everything says why by its exit status.
        if let Some(mut stdin) = stdin {
            let _taken = stdin.write_all(bytes).await;
        }
    };
    let listen = async {
        let mut complaint = Vec::new();
        if let Some(mut stderr) = stderr {
            let _read = (&mut stderr)
                .take(COMPLAINT_BYTES_MAX)
                .read_to_end(&mut complaint)
                .await;
            let _rest = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
        }
        complaint
    };
    let ((), complaint) = tokio::join!(hand, listen);
    let status = child.wait().await?;
    Ok((!status.success()).then(|| {
        let said = one_line(&reply::decoded(&complaint));
        match said.is_empty() {
            true => format!("it ended with {status}"),
            false => said,
        }
    }))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// Hands a message to a script; returns its complaint and what it left in its folder.
    async fn hand_to(script: &str, bytes: &[u8]) -> (Option<String>, String) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("sendmail");
        std::fs::write(&program, format!("#!/bin/sh\ncd \"$(dirname \"$0\")\"\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let address = |text: &str| text.parse::<Address>().unwrap();
        let (from, to) = (address("a@example.org"), address("b@example.org"));
        let complaint = loop {
            match hand_over(program.to_str().unwrap(), &from, &to, bytes).await {
                // Another test's process holds the script open for writing until it has become its own program.
                Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => tokio::task::yield_now().await,
                other => break other.unwrap(),
            }
        };
        let left = std::fs::read_to_string(folder.path().join("left")).unwrap_or_default();
        (complaint, left)
    }

    #[tokio::test]
    async fn it_takes_a_message_or_says_why_not_in_any_bytes() {
        let (complaint, left) = hand_to("echo \"$@\" > left; cat >> left", b"Subject: x\r\n\r\n.\r\n").await;
        assert_eq!(complaint, None);
        assert_eq!(left, "-i -f a@example.org -- b@example.org\nSubject: x\r\n\r\n.\r\n");
        for (script, words) in [
            (
                "printf 'b@example.org: unbekannter Empf\\344nger\\033[1m\\n' >&2; exit 67",
                "(address) unbekannter Empfänger [1m",
            ),
            ("exit 75", "it ended with exit status: 75"),
            ("head -c 3000000 /dev/zero | tr '\\0' 'n' >&2; exit 1", "nnnn"),
        ] {
            let (complaint, _) = hand_to(script, &b"long\r\n".repeat(200_000)).await;
            let complaint = complaint.unwrap();
            assert!(
                complaint.starts_with(words) && complaint.chars().count() <= 301,
                "{complaint}"
            );
        }
    }
}
