//! Mail: one frozen message to one recipient, over SMTP (`smtp`), through `sendmail`, or kept in memory for tests.
//!
//! No byte leaves that a server could misread: messages are CRLF lines, 7-bit but for the addresses in their headers.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lettre::address::Address;

use super::dkim::{self, Signer};
use super::error::DeliverError;
use super::smtp::{Encryption, SmtpClient};
use super::{connection, message, sendmail};

/// How mail leaves this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transport {
    Smtp(SmtpServer),
    /// The system's `sendmail` program.
    Sendmail,
    /// A setting is not there: nothing is sent, for this reason.
    Unready(String),
    /// Kept, not sent.
    Memory,
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpServer {
    pub tls: TlsMode,
    /// A name in ASCII form, or an address without brackets.
    pub host: String,
    pub port: u16,
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// TLS from the first byte (`smtps://`).
    Tls,
    /// TLS after STARTTLS, which the server must offer (`smtp+starttls://`).
    StartTls,
    /// None; to this machine only (`smtp://`).
    Plain,
    /// None, over a network its owner trusts, and without a login (`smtp+plain://`).
    PlainNetwork,
}

/// The mail settings.
#[derive(Clone)]
pub struct MailOptions {
    pub transport: Transport,
    pub user: Option<String>,
    pub password: Option<String>,
    /// `Name <address>` or an address.
    pub from: String,
    /// Limit of each step of a conversation.
    pub timeout: Duration,
    /// Who signs, where the mail server does not.
    pub dkim: Option<dkim::DkimOptions>,
}

/// What is told of a password that everybody on the way could read.
pub const PASSWORD_OVERHEARD: &str =
    "no password crosses a network in the clear; take user and password out, or write smtps:// or smtp+starttls://";

/// Checks the name of a mail server.
///
/// # Errors
/// No host can have it.
pub fn check_host(host: &str) -> Result<(), String> {
    connection::server_name(host).map(drop)
}

impl MailOptions {
    /// Whether what is said can be heard by others.
    fn is_overheard(&self) -> bool {
        matches!(&self.transport, Transport::Smtp(server) if server.tls == TlsMode::PlainNetwork)
    }

    /// Returns the user and the password of a mail server, if it wants them.
    ///
    /// # Errors
    /// There is a user without a password, or the other way round.
    fn login(&self) -> Result<Option<(String, String)>, DeliverError> {
        match (&self.user, &self.password) {
            (Some(user), Some(password)) => Ok(Some((user.clone(), password.clone()))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(DeliverError::Settings(
                "`smtp` names a user; set `password` too".to_owned(),
            )),
            (None, Some(_)) => Err(DeliverError::Settings(
                "`password` is set; name its user in `smtp` (smtps://USER@HOST)".to_owned(),
            )),
        }
    }
}

/// A message that was kept in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMail {
    pub to: String,
    pub bytes: Vec<u8>,
}

/// Sends frozen messages.
#[derive(Clone)]
pub struct Mailer {
    way: Way,
    from: Address,
    timeout: Duration,
    signer: Option<Arc<Signer>>,
}

#[derive(Clone)]
enum Way {
    Smtp(SmtpClient),
    Sendmail,
    Unready(String),
    Memory(Arc<Mutex<Vec<KeptMail>>>),
}

impl Mailer {
    /// Returns a mailer; nothing is connected yet.
    ///
    /// # Errors
    /// The sender is no address, plain SMTP would leave this machine, the server's name is none a certificate could have, or
    /// a user comes without a password or the other way round.
    pub fn new(options: &MailOptions) -> Result<Self, DeliverError> {
        let way = match &options.transport {
            Transport::Smtp(SmtpServer { tls, host, port }) => {
                let tls = match tls {
                    TlsMode::Tls => Encryption::first(host)?,
                    TlsMode::StartTls => Encryption::start_tls(host)?,
                    TlsMode::Plain => Encryption::none(host)?,
                    TlsMode::PlainNetwork => Encryption::None,
                };
                let login = options.login()?;
                if login.is_some() && options.is_overheard() {
                    return Err(DeliverError::Settings(PASSWORD_OVERHEARD.to_owned()));
                }
                Way::Smtp(SmtpClient::new(host, *port, tls, login, options.timeout))
            }
            Transport::Sendmail => Way::Sendmail,
            Transport::Unready(reason) => Way::Unready(reason.clone()),
            Transport::Memory => Way::Memory(Arc::default()),
        };
        let signer = options.dkim.as_ref().map(Signer::new).transpose()?.map(Arc::new);
        Ok(Self {
            signer,
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
        let signed = self.signer.as_ref().map(|signer| signer.sign(bytes)).transpose()?;
        let bytes = signed.as_deref().unwrap_or(bytes);
        let to = message::address("recipient", to)?;
        match &self.way {
            Way::Smtp(smtp) => smtp.send(&self.from, &to, bytes).await,
            Way::Sendmail => sendmail::send(&self.from, &to, bytes, self.timeout).await,
            Way::Unready(reason) => Err(DeliverError::Settings(reason.clone())),
            Way::Memory(kept) => {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.push(KeptMail {
                    to: to.to_string(),
                    bytes: bytes.to_vec(),
                });
                Ok(())
            }
        }
    }

    /// Tries whether mail could be sent, up to the login, and sends nothing. With `is_international` it is to go to addresses
    /// that have no ASCII form.
    ///
    /// # Errors
    /// As `send`.
    pub async fn knock(&self, is_international: bool) -> Result<(), DeliverError> {
        match &self.way {
            Way::Smtp(smtp) => smtp.knock(is_international).await,
            Way::Sendmail => sendmail::look(),
            Way::Unready(reason) => Err(DeliverError::Settings(reason.clone())),
            Way::Memory(_) => Ok(()),
        }
    }

    /// Returns what was kept in memory, oldest first; nothing for the other transports.
    pub fn kept(&self) -> Vec<KeptMail> {
        match &self.way {
            Way::Memory(kept) => kept.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Way::Smtp(_) | Way::Sendmail | Way::Unready(_) => Vec::new(),
        }
    }
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
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(0);
    let is_clean = bytes[head..].is_ascii() && str::from_utf8(&bytes[..head]).is_ok();
    if has_bare_feed || has_bare_return || !is_clean {
        return Err(DeliverError::Message("it is not 7-bit text in CRLF lines".to_owned()));
    }
    Ok(())
}
