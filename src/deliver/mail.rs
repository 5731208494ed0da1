//! Mail: one frozen message to one recipient, over SMTP, through sendmail, or kept in memory for tests.
//!
//! The SMTP conversation is led step by step so that each has its own time limit and an error names where it failed.
//! A message is delivered when the server has taken its last line; what happens to the connection then is of no
//! interest. Passwords go over TLS or to this machine itself only.

use std::future::Future;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lettre::address::{Address, Envelope};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSendmailTransport, AsyncTransport, Tokio1Executor};

use super::{DeliverError, message};

/// Characters of a server's answer that are kept.
const ANSWER_CHARS_MAX: usize = 300;
/// Where sendmail lives on most systems; a service's search path often leaves it out.
const SENDMAIL: &str = "/usr/sbin/sendmail";

/// How mail leaves this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transport {
    /// TLS from the first byte.
    SmtpTls {
        host: String,
        port: u16,
    },
    /// TLS after STARTTLS, which the server must offer.
    SmtpStartTls {
        host: String,
        port: u16,
    },
    /// No TLS: this machine itself only.
    SmtpPlain {
        host: String,
        port: u16,
    },
    Sendmail,
    /// Kept, not sent.
    Memory,
}

/// The mail settings.
#[derive(Clone)]
pub struct Options {
    pub transport: Transport,
    pub user: Option<String>,
    pub password: Option<String>,
    /// `Name <address>` or an address.
    pub from: String,
    /// Limit of each step of a conversation.
    pub timeout: Duration,
}

/// A message that was kept in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub to: String,
    pub bytes: Vec<u8>,
}

/// Sends frozen messages.
#[derive(Clone)]
pub struct Mailer {
    way: Way,
    from: Address,
    timeout: Duration,
}

#[derive(Clone)]
enum Way {
    Smtp(Smtp),
    Sendmail,
    Memory(Arc<Mutex<Vec<Kept>>>),
}

#[derive(Clone)]
struct Smtp {
    host: String,
    port: u16,
    tls: Encryption,
    credentials: Option<Credentials>,
}

#[derive(Clone)]
enum Encryption {
    None,
    First(TlsParameters),
    StartTls(TlsParameters),
}

impl Mailer {
    /// Returns a mailer; nothing is connected yet.
    ///
    /// # Errors
    /// The sender is no address, plain SMTP would leave this machine, or the certificates cannot be read.
    pub fn new(options: &Options) -> Result<Self, DeliverError> {
        // Fails only where a provider is installed already, which then serves as well.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let way = match &options.transport {
            Transport::SmtpTls { host, port } => Way::Smtp(smtp(options, host, *port, Encryption::First(tls(host)?))?),
            Transport::SmtpStartTls { host, port } => {
                Way::Smtp(smtp(options, host, *port, Encryption::StartTls(tls(host)?))?)
            }
            Transport::SmtpPlain { host, port } if is_loopback(host) => {
                Way::Smtp(smtp(options, host, *port, Encryption::None)?)
            }
            Transport::SmtpPlain { host, .. } => {
                return Err(DeliverError::Settings(format!(
                    "smtp:// without TLS goes to this machine only, not to {host}; use smtps:// or smtp+starttls://"
                )));
            }
            Transport::Sendmail => Way::Sendmail,
            Transport::Memory => Way::Memory(Arc::default()),
        };
        Ok(Self {
            way,
            from: message::address("sender", &options.from)?,
            timeout: options.timeout,
        })
    }

    /// Sends one message to one address.
    ///
    /// # Errors
    /// See [`DeliverError::is_transient`] for which of them are worth another attempt.
    pub async fn send(&self, to: &str, bytes: &[u8]) -> Result<(), DeliverError> {
        check_lines(bytes)?;
        let to = message::address("recipient", to)?;
        match &self.way {
            Way::Smtp(smtp) => smtp.send(&self.from, &to, bytes, self.timeout).await,
            Way::Sendmail => self.send_locally(to, bytes).await,
            Way::Memory(kept) => {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.push(Kept {
                    to: to.to_string(),
                    bytes: bytes.to_vec(),
                });
                Ok(())
            }
        }
    }

    /// Returns what was kept in memory, oldest first; nothing for the other transports.
    pub fn kept(&self) -> Vec<Kept> {
        match &self.way {
            Way::Memory(kept) => kept.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Way::Smtp(_) | Way::Sendmail => Vec::new(),
        }
    }

    async fn send_locally(&self, to: Address, bytes: &[u8]) -> Result<(), DeliverError> {
        let envelope = Envelope::new(Some(self.from.clone()), vec![to])
            .map_err(|error| DeliverError::Message(error.to_string()))?;
        let command = if std::path::Path::new(SENDMAIL).exists() {
            SENDMAIL
        } else {
            "sendmail"
        };
        let transport = AsyncSendmailTransport::<Tokio1Executor>::new_with_command(command);
        match tokio::time::timeout(self.timeout, transport.send_raw(&envelope, bytes)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(DeliverError::Sendmail(answer(&error))),
            Err(_) => Err(DeliverError::Sendmail(format!(
                "no end within {} s",
                self.timeout.as_secs()
            ))),
        }
    }
}

impl Smtp {
    async fn send(&self, from: &Address, to: &Address, bytes: &[u8], limit: Duration) -> Result<(), DeliverError> {
        let name = ClientId::default();
        let first = match &self.tls {
            Encryption::First(parameters) => Some(parameters.clone()),
            Encryption::None | Encryption::StartTls(_) => None,
        };
        let server = (self.host.as_str(), self.port);
        let connect = AsyncSmtpConnection::connect_tokio1(server, Some(limit), &name, first, None);
        let mut connection = self.step("the greeting", limit, connect).await?;
        if let Encryption::StartTls(parameters) = &self.tls {
            self.step("STARTTLS", limit, connection.starttls(parameters.clone(), &name))
                .await?;
        }
        if let Some(credentials) = &self.credentials {
            self.step("the login", limit, connection.auth(DEFAULT_MECHANISMS, credentials))
                .await?;
        }
        self.step(
            "the sender",
            limit,
            connection.command(Mail::new(Some(from.clone()), Vec::new())),
        )
        .await?;
        self.step(
            "the recipient",
            limit,
            connection.command(Rcpt::new(to.clone(), Vec::new())),
        )
        .await?;
        self.step("the message's start", limit, connection.command(Data))
            .await?;
        self.step("the message's end", limit, connection.message(bytes)).await?;
        // The message is theirs now: a failing goodbye must not make it go out twice.
        let _goodbye = tokio::time::timeout(limit, connection.quit()).await;
        Ok(())
    }

    async fn step<T>(
        &self,
        step: &'static str,
        limit: Duration,
        work: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
    ) -> Result<T, DeliverError> {
        let host = self.host.clone();
        let error = match tokio::time::timeout(limit, work).await {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(error)) => error,
            Err(_) => {
                return Err(DeliverError::TimedOut {
                    host,
                    step,
                    seconds: limit.as_secs(),
                });
            }
        };
        Err(match error.status() {
            Some(code) => {
                let code = u16::from(code);
                DeliverError::Refused {
                    host,
                    step,
                    code,
                    answer: source(&error),
                    remedy: remedy(step, code),
                }
            }
            None if error.is_timeout() => DeliverError::TimedOut {
                host,
                step,
                seconds: limit.as_secs(),
            },
            None if error.is_client() => DeliverError::Unusable {
                host,
                step,
                reason: source(&error),
            },
            None => DeliverError::Dropped {
                host,
                step,
                reason: answer(&error),
            },
        })
    }
}

fn smtp(options: &Options, host: &str, port: u16, tls: Encryption) -> Result<Smtp, DeliverError> {
    let credentials = match (&options.user, &options.password) {
        (Some(user), Some(password)) => Some(Credentials::new(user.clone(), password.clone())),
        (None, None) => None,
        (Some(_), None) => {
            return Err(DeliverError::Settings(
                "`smtp` names a user; set `password` too".to_owned(),
            ));
        }
        (None, Some(_)) => {
            return Err(DeliverError::Settings(
                "`password` is set; name its user in `smtp` (smtps://USER@HOST)".to_owned(),
            ));
        }
    };
    Ok(Smtp {
        host: host.trim_matches(['[', ']']).to_owned(),
        port,
        tls,
        credentials,
    })
}

fn tls(host: &str) -> Result<TlsParameters, DeliverError> {
    TlsParameters::new(host.trim_matches(['[', ']']).to_owned()).map_err(|error| {
        DeliverError::Settings(format!("no TLS to {host}: {error}; are the CA certificates installed?"))
    })
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

/// Refuses what a server could take for the end of the message, or for bytes it did not agree to.
fn check_lines(bytes: &[u8]) -> Result<(), DeliverError> {
    let has_bare_feed = bytes
        .iter()
        .enumerate()
        .any(|(at, b)| *b == b'\n' && (at == 0 || bytes[at - 1] != b'\r'));
    let has_bare_return = bytes
        .iter()
        .enumerate()
        .any(|(at, b)| *b == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
    if has_bare_feed || has_bare_return || !bytes.is_ascii() {
        return Err(DeliverError::Message("it is not 7-bit text in CRLF lines".to_owned()));
    }
    Ok(())
}

fn remedy(step: &str, code: u16) -> &'static str {
    match (step, code) {
        (_, 400..500) => "it is tried again later",
        ("the login", _) => "check the user in `smtp` and its `password`",
        ("the sender", _) => "check `from` in [mail]: the server must be allowed to send for it",
        ("the recipient", _) => "check the address in `deliver`",
        _ => "ask the mail server's owner, or resend with `tidings digests --resend`",
    }
}

fn source(error: &lettre::transport::smtp::Error) -> String {
    std::error::Error::source(error)
        .map(|source| answer(&source))
        .unwrap_or_default()
}

/// Returns a foreign message on one line, bounded, and without the mail addresses that servers like to repeat.
fn answer(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let words = text
        .split_whitespace()
        .map(|word| if word.contains('@') { "(address)" } else { word });
    let line = words.collect::<Vec<_>>().join(" ");
    line.chars()
        .filter(|c| !c.is_control())
        .take(ANSWER_CHARS_MAX)
        .collect()
}
