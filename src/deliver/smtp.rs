//! One conversation with a mail server (RFC 5321), led step by step, so that each has its own time limit and an error names
//! where it ended.
//!
//! A message is delivered when the server has answered its last line with a code that says so; what happens to the
//! connection then is of no interest. Passwords go over TLS or to this machine itself only, and only to a server that asks
//! for them there. Messages are 7-bit; only addresses that have no ASCII form need a server with SMTPUTF8 (RFC 6531).

use std::net::IpAddr;
use std::time::Duration;

use data_encoding::BASE64;
use lettre::address::Address;

use super::connection::{ConversationError, MailConnection, TlsClient};
use super::error::{DeliverError, END, RECIPIENT, SENDER, START, one_line, said};
use super::reply::Reply;
use crate::fetch::{Peer, connection_errors};

/// The steps of a conversation before a message.
const GREETING: &str = "the greeting";
const STARTTLS: &str = "STARTTLS";
const LOGIN: &str = "the login";

/// How long taking leave may last, in seconds: the result stands, and what waits for it should not.
const GOODBYE_SECONDS: u64 = 2;

/// A mail server and how to speak with it.
#[derive(Clone)]
pub(super) struct SmtpClient {
    host: String,
    port: u16,
    tls: Encryption,
    /// User and password.
    login: Option<(String, String)>,
    /// Of each step.
    limit: Duration,
}

/// How a connection is protected.
#[derive(Clone)]
pub(super) enum Encryption {
    None,
    First(TlsClient),
    StartTls(TlsClient),
}

/// What an answer must be to go on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// 2xx.
    Done,
    /// 3xx.
    GoOn,
}

impl SmtpClient {
    /// Returns a server and who logs in there, if anybody does; nothing is connected yet.
    pub fn new(host: &str, port: u16, tls: Encryption, login: Option<(String, String)>, limit: Duration) -> Self {
        Self {
            host: bare(host).to_owned(),
            port,
            tls,
            login,
            limit,
        }
    }

    /// Sends one message to one address.
    ///
    /// # Errors
    /// The error names the step at which the conversation ended.
    pub async fn send(&self, from: &Address, to: &Address, bytes: &[u8]) -> Result<(), DeliverError> {
        let mut connection = self.open().await?;
        let result = match self.greet(&mut connection).await {
            Ok(hello) => self.hand_over(&mut connection, &hello, from, to, bytes).await,
            Err(error) => Err(error),
        };
        leave(connection, &result).await;
        result
    }

    /// Greets the server and logs in, as for a message, and takes leave.
    ///
    /// # Errors
    /// The error names the step at which the conversation ended.
    pub async fn knock(&self, is_international: bool) -> Result<(), DeliverError> {
        let mut connection = self.open().await?;
        let greeted = self.greet(&mut connection).await;
        let result = greeted.and_then(|hello| match is_international {
            true => self.check_smtputf8(&hello),
            false => Ok(()),
        });
        leave(connection, &result).await;
        result
    }

    async fn open(&self) -> Result<MailConnection, DeliverError> {
        let opened = MailConnection::open(&self.host, self.port, self.limit).await;
        opened.map_err(|trouble| self.trouble(GREETING, trouble))
    }

    /// Protects the connection as configured, and logs in. Returns what the server offers then.
    async fn greet(&self, connection: &mut MailConnection) -> Result<Reply, DeliverError> {
        let trouble = |step| move |trouble| self.trouble(step, trouble);
        if let Encryption::First(tls) = &self.tls {
            connection.secure(tls).await.map_err(trouble(GREETING))?;
        }
        let greeting = connection.listen().await;
        self.judge(GREETING, Wanted::Done, greeting)?;
        let mut hello = self.hello(connection).await?;
        if let Encryption::StartTls(tls) = &self.tls {
            if hello.extension("STARTTLS").is_none() {
                return Err(self.unusable(STARTTLS, "STARTTLS is not supported on this server".to_owned()));
            }
            self.command(connection, STARTTLS, "STARTTLS", Wanted::Done).await?;
            connection.secure(tls).await.map_err(trouble(STARTTLS))?;
            // What was offered in the clear may have been anybody's words.
            hello = self.hello(connection).await?;
        }
        if let Some((user, password)) = &self.login {
            self.log_in(connection, &hello, user, password).await?;
        }
        Ok(hello)
    }

    /// Tells our name, to a server of the old days too, and returns what is offered.
    async fn hello(&self, connection: &mut MailConnection) -> Result<Reply, DeliverError> {
        let name = own_name();
        let ehlo = format!("EHLO {name}");
        let refused = match self.command(connection, GREETING, &ehlo, Wanted::Done).await {
            Err(refused @ DeliverError::Refused { code: 500..=504, .. }) => refused,
            other => return other,
        };
        let helo = format!("HELO {name}");
        match self.command(connection, GREETING, &helo, Wanted::Done).await {
            Ok(hello) => Ok(Reply {
                // It offers nothing, whatever words it has for that.
                lines: Vec::new(),
                ..hello
            }),
            Err(_) => Err(refused),
        }
    }

    async fn log_in(
        &self,
        connection: &mut MailConnection,
        hello: &Reply,
        user: &str,
        password: &str,
    ) -> Result<(), DeliverError> {
        let offered = hello.extension("AUTH").unwrap_or_default();
        let offers = |mechanism: &str| {
            offered
                .split_whitespace()
                .any(|own| own.eq_ignore_ascii_case(mechanism))
        };
        let encoded = |text: &str| format!("{}\r\n", BASE64.encode(text.as_bytes()));
        let (first, mut answers) = if offers("PLAIN") {
            let both = encoded(&format!("\0{user}\0{password}"));
            (format!("AUTH PLAIN {both}"), vec![])
        } else if offers("LOGIN") {
            ("AUTH LOGIN\r\n".to_owned(), vec![encoded(password), encoded(user)])
        } else {
            let reason = "it takes no login by PLAIN or LOGIN here".to_owned();
            return Err(self.unusable(LOGIN, reason));
        };
        let mut answer = connection.ask(first.as_bytes()).await;
        while matches!(&answer, Ok(reply) if reply.code == 334 && reply.cut.is_none()) {
            let Some(next) = answers.pop() else { break };
            answer = connection.ask(next.as_bytes()).await;
        }
        self.judge(LOGIN, Wanted::Done, answer).map(drop)
    }

    async fn hand_over(
        &self,
        connection: &mut MailConnection,
        hello: &Reply,
        from: &Address,
        to: &Address,
        bytes: &[u8],
    ) -> Result<(), DeliverError> {
        let mut sender = format!("MAIL FROM:<{from}>");
        if let Some(most) = hello.extension("SIZE") {
            if most
                .parse()
                .is_ok_and(|most: u64| most > 0 && most < bytes.len() as u64)
            {
                return Err(DeliverError::Message(format!(
                    "it has {} bytes, and {} takes {most}",
                    bytes.len(),
                    self.host
                )));
            }
            sender = format!("{sender} SIZE={}", bytes.len());
        }
        let is_international = [from, to]
            .iter()
            .any(|address| !AsRef::<str>::as_ref(address).is_ascii());
        if is_international || !bytes.is_ascii() {
            self.check_smtputf8(hello)?;
            sender = format!("{sender} BODY=8BITMIME SMTPUTF8");
        }
        self.command(connection, SENDER, &sender, Wanted::Done).await?;
        self.command(connection, RECIPIENT, &format!("RCPT TO:<{to}>"), Wanted::Done)
            .await?;
        self.command(connection, START, "DATA", Wanted::GoOn).await?;
        let answer = connection.ask(&transparent(bytes)).await;
        self.judge(END, Wanted::Done, answer).map(drop)
    }

    fn check_smtputf8(&self, hello: &Reply) -> Result<(), DeliverError> {
        match hello.extension("SMTPUTF8") {
            Some(_) => Ok(()),
            None => Err(DeliverError::NoSmtpUtf8 {
                host: self.host.clone(),
            }),
        }
    }

    async fn command(
        &self,
        connection: &mut MailConnection,
        step: &'static str,
        line: &str,
        wanted: Wanted,
    ) -> Result<Reply, DeliverError> {
        let answer = connection.ask(format!("{line}\r\n").as_bytes()).await;
        self.judge(step, wanted, answer)
    }

    /// Decides by its code what an answer means at a step.
    fn judge(
        &self,
        step: &'static str,
        wanted: Wanted,
        answer: Result<Reply, ConversationError>,
    ) -> Result<Reply, DeliverError> {
        let reply = answer.map_err(|trouble| self.trouble(step, trouble))?;
        let text = one_line(&reply.text());
        match (reply.code, wanted) {
            (200..300, Wanted::Done) | (300..400, Wanted::GoOn) => match &reply.cut {
                // Nothing is asked after the message's end, so how its answer goes on is all the same.
                Some(why) if step != END => Err(self.trouble(step, ConversationError::Malformed(why.clone()))),
                _ => Ok(reply),
            },
            (400.., _) => Err(DeliverError::Refused {
                host: self.host.clone(),
                step,
                code: reply.code,
                answer: text,
                remedy: remedy(step, reply.code),
            }),
            (code, _) => Err(self.dropped(
                step,
                format!("it answered {}, which means nothing there", said(code, &text)),
            )),
        }
    }

    fn trouble(&self, step: &'static str, trouble: ConversationError) -> DeliverError {
        let reason = match trouble {
            ConversationError::TimedOut => {
                return DeliverError::TimedOut {
                    host: self.host.clone(),
                    step,
                    seconds: self.limit.as_secs(),
                };
            }
            ConversationError::Ended => "it ended the connection".to_owned(),
            ConversationError::Network(error) => connection_errors::plain(&error, Peer::Mail),
            ConversationError::Malformed(malformed) => malformed.to_string(),
            ConversationError::SaidTooEarly => {
                "more than its answer came before TLS began; it may be somebody on the way".to_owned()
            }
        };
        self.dropped(step, one_line(&reason))
    }

    fn dropped(&self, step: &'static str, reason: String) -> DeliverError {
        let host = self.host.clone();
        DeliverError::Dropped { host, step, reason }
    }

    fn unusable(&self, step: &'static str, reason: String) -> DeliverError {
        let host = self.host.clone();
        DeliverError::Unusable { host, step, reason }
    }
}

impl Encryption {
    /// Returns TLS from the first byte.
    ///
    /// # Errors
    /// The host is no name a certificate could have.
    pub fn first(host: &str) -> Result<Self, DeliverError> {
        TlsClient::new(bare(host)).map(Self::First)
    }

    /// Returns TLS after STARTTLS, which the server must offer.
    ///
    /// # Errors
    /// The host is no name a certificate could have.
    pub fn start_tls(host: &str) -> Result<Self, DeliverError> {
        TlsClient::new(bare(host)).map(Self::StartTls)
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
            "smtp:// without TLS goes to this machine only, not to {host}; use smtps:// or smtp+starttls://, \
             or smtp+plain:// if the network is yours alone"
        )))
    }
}

/// Returns a host without the brackets of an IPv6 address.
fn bare(host: &str) -> &str {
    host.trim_matches(['[', ']'])
}

fn is_loopback(host: &str) -> bool {
    let host = bare(host);
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

/// Returns this machine's name as it is told to servers, or what stands for one where it has none.
fn own_name() -> String {
    let name = rustix::system::uname();
    let name = name.nodename().to_string_lossy();
    match !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => name.into_owned(),
        false => "[127.0.0.1]".to_owned(),
    }
}

/// Returns a message as it is sent: a dot that begins a line doubled, and the line that ends it.
fn transparent(message: &[u8]) -> Vec<u8> {
    let mut sent = Vec::with_capacity(message.len() + 64);
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            sent.push(b'.');
        }
        sent.extend_from_slice(line);
    }
    if !sent.ends_with(b"\r\n") {
        sent.extend_from_slice(b"\r\n");
    }
    sent.extend_from_slice(b".\r\n");
    sent
}

/// Takes leave of a server that can still be spoken with. Taken or refused, that stands: how the goodbye goes decides
/// nothing.
async fn leave(connection: MailConnection, result: &Result<(), DeliverError>) {
    if !matches!(
        result,
        Err(DeliverError::TimedOut { .. } | DeliverError::Dropped { .. })
    ) {
        connection.leave(Duration::from_secs(GOODBYE_SECONDS)).await;
    }
}

fn remedy(step: &str, code: u16) -> &'static str {
    match (step, code) {
        (_, 400..500) => "it is tried again later",
        (LOGIN, _) => "check the user in `smtp` and its `password`",
        (SENDER, _) => "check `from` in [mail]: the server must be allowed to send for it",
        (RECIPIENT, _) => "check the address in `deliver`",
        _ => "ask the mail server's owner, or resend with `tidings digests --resend`",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, sent: &str) {
        assert_eq!(String::from_utf8_lossy(&transparent(message.as_bytes())), sent);
    }

    #[test]
    fn a_message_ends_where_it_ends() {
        check("a\r\n", "a\r\n.\r\n");
        check("a", "a\r\n.\r\n");
        check(".\r\n..\r\na.\r\n", "..\r\n...\r\na.\r\n.\r\n");
        check("", "\r\n.\r\n");
    }
}
