//! One conversation with a mail server, led step by step, so that each has its own time limit and an error names where
//! it ended.
//!
//! A message is delivered when the server has taken its last line; what happens to the connection then is of no
//! interest. Passwords go over TLS or to this machine itself only.

use std::future::Future;
use std::net::IpAddr;
use std::time::Duration;

use lettre::address::Address;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;

use super::mail::Options;
use super::{DeliverError, one_line};

/// The steps of a conversation that are about one message.
pub(super) const SENDER: &str = "the sender";
pub(super) const RECIPIENT: &str = "the recipient";
pub(super) const START: &str = "the message's start";
pub(super) const END: &str = "the message's end";

/// A mail server and how to speak with it.
#[derive(Clone)]
pub(super) struct Smtp {
    host: String,
    port: u16,
    tls: Encryption,
    credentials: Option<Credentials>,
}

/// How a connection is protected.
#[derive(Clone)]
pub(super) enum Encryption {
    None,
    First(TlsParameters),
    StartTls(TlsParameters),
}

impl Smtp {
    /// Returns a server; nothing is connected yet.
    ///
    /// # Errors
    /// There is a user without a password, or the other way round.
    pub fn new(options: &Options, host: &str, port: u16, tls: Encryption) -> Result<Self, DeliverError> {
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
        Ok(Self {
            host: host.trim_matches(['[', ']']).to_owned(),
            port,
            tls,
            credentials,
        })
    }

    /// Sends one message to one address.
    ///
    /// # Errors
    /// The error names the step at which the conversation ended.
    pub async fn send(&self, from: &Address, to: &Address, bytes: &[u8], limit: Duration) -> Result<(), DeliverError> {
        let mut connection = self.greet(limit).await?;
        self.step(
            SENDER,
            limit,
            connection.command(Mail::new(Some(from.clone()), Vec::new())),
        )
        .await?;
        self.step(RECIPIENT, limit, connection.command(Rcpt::new(to.clone(), Vec::new())))
            .await?;
        self.step(START, limit, connection.command(Data)).await?;
        self.step(END, limit, connection.message(bytes)).await?;
        // The message is theirs now: a failing goodbye must not make it go out twice.
        let _goodbye = tokio::time::timeout(limit, connection.quit()).await;
        Ok(())
    }

    /// Greets the server and logs in, as for a message, and takes leave.
    ///
    /// # Errors
    /// The error names the step at which the conversation ended.
    pub async fn knock(&self, limit: Duration) -> Result<(), DeliverError> {
        let mut connection = self.greet(limit).await?;
        self.step("the goodbye", limit, connection.quit()).await.map(drop)
    }

    /// Connects, protects the connection as configured, and logs in.
    async fn greet(&self, limit: Duration) -> Result<AsyncSmtpConnection, DeliverError> {
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
        Ok(connection)
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

impl Encryption {
    /// Returns TLS from the first byte.
    ///
    /// # Errors
    /// The system has no certificates.
    pub fn first(host: &str) -> Result<Self, DeliverError> {
        tls(host).map(Self::First)
    }

    /// Returns TLS after STARTTLS, which the server must offer.
    ///
    /// # Errors
    /// The system has no certificates.
    pub fn start_tls(host: &str) -> Result<Self, DeliverError> {
        tls(host).map(Self::StartTls)
    }

    /// Returns no protection.
    ///
    /// # Errors
    /// The host is not this machine itself.
    pub fn none(host: &str) -> Result<Self, DeliverError> {
        if is_loopback(host) {
            return Ok(Self::None);
        }
        Err(DeliverError::Settings(format!(
            "smtp:// without TLS goes to this machine only, not to {host}; use smtps:// or smtp+starttls://"
        )))
    }
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

fn remedy(step: &str, code: u16) -> &'static str {
    match (step, code) {
        (_, 400..500) => "it is tried again later",
        ("the login", _) => "check the user in `smtp` and its `password`",
        (SENDER, _) => "check `from` in [mail]: the server must be allowed to send for it",
        (RECIPIENT, _) => "check the address in `deliver`",
        _ => "ask the mail server's owner, or resend with `tidings digests --resend`",
    }
}

fn source(error: &lettre::transport::smtp::Error) -> String {
    std::error::Error::source(error)
        .map(|source| answer(&source))
        .unwrap_or_default()
}

/// Returns a foreign error on one line.
pub(super) fn answer(error: &dyn std::fmt::Display) -> String {
    one_line(&error.to_string())
}
