//! The wire to a mail server: bytes out, answers in (`reply`), with TLS from the first byte, later or never.
//!
//! Every wait has an end, and what is kept of what comes is within the bounds of `reply`. It knows no commands.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use super::error::DeliverError;
use super::reply::{self, Malformed, Reply};

/// Bytes read at once.
const CHUNK_BYTES: usize = 4096;
/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 8;
/// How long an answer that could end here is waited for to go on, in milliseconds: a CR whose LF is late, and what a server
/// said before it stopped listening.
const GRACE_MILLISECONDS: u64 = 1_000;

/// Why a conversation cannot go on.
#[derive(Debug)]
pub(super) enum ConversationError {
    TimedOut,
    /// The server ended it, in the middle of an answer or before one.
    Ended,
    Network(io::Error),
    Malformed(Malformed),
    /// Something was said in the clear that would count as said in secret.
    SaidTooEarly,
}

/// Whom TLS is spoken with, and who vouches for it.
#[derive(Clone)]
pub(super) struct TlsClient {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

impl TlsClient {
    /// Returns TLS with a host that the system's certificates vouch for.
    ///
    /// # Errors
    /// The host is no name a certificate could have.
    pub fn new(host: &str) -> Result<Self, DeliverError> {
        let wrong = |error: String| DeliverError::Settings(format!("no TLS to {host}: {error}; correct `smtp`"));
        let name = server_name(host).map_err(wrong)?;
        let mut roots = RootCertStore::empty();
        // A certificate that cannot be read vouches for nobody; whom it vouched for is refused and told so.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            config: Arc::new(config),
            name,
        })
    }
}

/// Returns a host as a name a certificate could have.
///
/// # Errors
/// No host can be called so.
pub(super) fn server_name(host: &str) -> Result<ServerName<'static>, String> {
    ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection; what was read of it and belongs to no answer yet is kept.
pub(super) struct MailConnection {
    stream: Box<dyn Stream>,
    heard: Vec<u8>,
    /// For each thing that is waited for.
    limit: Duration,
}

impl MailConnection {
    /// Connects to the first address of a host that answers.
    ///
    /// # Errors
    /// The host has no address, or none of them takes the connection in time.
    pub async fn open(host: &str, port: u16, limit: Duration) -> Result<Self, ConversationError> {
        let deadline = Instant::now() + limit;
        let found = timeout_at(deadline, tokio::net::lookup_host((host, port))).await;
        let addresses: Vec<_> = found
            .map_err(|_| ConversationError::TimedOut)?
            .map_err(ConversationError::Network)?
            .take(ADDRESSES_MAX)
            .collect();
        let mut trouble = ConversationError::Network(io::Error::other("its name has no address"));
        for (tried, address) in addresses.iter().enumerate() {
            // One that is silent leaves the others their share of the time.
            let now = Instant::now();
            let shares = u32::try_from(addresses.len() - tried).unwrap_or(1);
            let until = now + deadline.saturating_duration_since(now) / shares;
            match timeout_at(until, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    return Ok(Self {
                        stream: Box::new(stream),
                        heard: Vec::new(),
                        limit,
                    });
                }
                Ok(Err(error)) => trouble = ConversationError::Network(error),
                Err(_) => trouble = ConversationError::TimedOut,
            }
        }
        Err(trouble)
    }

    /// Puts the connection under TLS. After an error nothing can be said or heard any more.
    ///
    /// # Errors
    /// Something was said already that would count as said under it, or the server is not who it should be.
    pub async fn secure(&mut self, tls: &TlsClient) -> Result<(), ConversationError> {
        if !self.heard.is_empty() {
            return Err(ConversationError::SaidTooEarly);
        }
        let stream = std::mem::replace(&mut self.stream, Box::new(tokio::io::empty()));
        let handshake = TlsConnector::from(Arc::clone(&tls.config)).connect(tls.name.clone(), stream);
        match timeout_at(Instant::now() + self.limit, handshake).await {
            Ok(Ok(stream)) => {
                self.stream = Box::new(stream);
                Ok(())
            }
            Ok(Err(error)) => Err(ConversationError::Network(error)),
            Err(_) => Err(ConversationError::TimedOut),
        }
    }

    /// Waits for an answer to nothing: the greeting.
    ///
    /// # Errors
    /// None came, or it is none.
    pub async fn listen(&mut self) -> Result<Reply, ConversationError> {
        self.answer(Instant::now() + self.limit).await
    }

    /// Sends bytes and waits for the answer to them.
    ///
    /// # Errors
    /// They were not taken, or no answer came, or it is none.
    pub async fn ask(&mut self, bytes: &[u8]) -> Result<Reply, ConversationError> {
        // What was said before the question is no answer to it.
        self.heard.clear();
        let deadline = Instant::now() + self.limit;
        let sent = timeout_at(deadline, async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        });
        match sent.await {
            Ok(Ok(())) => self.answer(deadline).await,
            Ok(Err(error)) => {
                // One that hangs up on us may have said why.
                let until = deadline.min(Instant::now() + Duration::from_millis(GRACE_MILLISECONDS));
                match self.answer(until).await {
                    Ok(reply) if reply.code >= 400 => Ok(reply),
                    _ => Err(ConversationError::Network(error)),
                }
            }
            Err(_) => Err(ConversationError::TimedOut),
        }
    }

    /// Takes leave: never an error, and never long.
    pub async fn leave(mut self, limit: Duration) {
        self.limit = self.limit.min(limit);
        if self.ask(b"QUIT\r\n").await.is_ok() {
            // Tells a TLS server that this is the end; nothing depends on it.
            let _told = timeout_at(Instant::now() + self.limit, self.stream.shutdown()).await;
        }
    }

    async fn answer(&mut self, deadline: Instant) -> Result<Reply, ConversationError> {
        loop {
            match reply::read(&self.heard) {
                Ok(Some((reply, length))) => {
                    self.heard.drain(..length);
                    return Ok(reply);
                }
                Ok(None) => {}
                Err(malformed) => return Err(ConversationError::Malformed(malformed)),
            }
            let is_ripe =
                self.heard.ends_with(b"\r") && reply::read_ended(&self.heard).is_some_and(|r| r.cut.is_none());
            let until = match is_ripe {
                true => deadline.min(Instant::now() + Duration::from_millis(GRACE_MILLISECONDS)),
                false => deadline,
            };
            let mut chunk = [0; CHUNK_BYTES];
            let trouble = match timeout_at(until, self.stream.read(&mut chunk)).await {
                Ok(Ok(count)) if count > 0 => {
                    self.heard.extend_from_slice(&chunk[..count]);
                    continue;
                }
                Ok(Ok(_)) => ConversationError::Ended,
                Ok(Err(error)) => ConversationError::Network(error),
                Err(_) => ConversationError::TimedOut,
            };
            // An answer without its end is one all the same: the code was told.
            let heard = std::mem::take(&mut self.heard);
            return reply::read_ended(&heard).ok_or(trouble);
        }
    }
}
