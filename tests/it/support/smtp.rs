//! A mail server on loopback that follows a script: it takes messages, refuses, says any bytes, falls silent or hangs up at
//! any step, in the clear or under TLS.

use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// A point of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Greeting,
    Hello,
    StartTls,
    /// EHLO under TLS after STARTTLS.
    HelloAgain,
    Auth,
    Sender,
    Recipient,
    Data,
    End,
    Quit,
}

/// What the server does at that point instead of its part.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// Answers this line.
    Answer(&'static str),
    /// Answers these bytes, with whatever end they have.
    Bytes(Vec<u8>),
    /// Answers these bytes and hangs up.
    Last(Vec<u8>),
    /// Answers these bytes again and again, for ever.
    Endless(&'static [u8]),
    /// Refuses EHLO and takes HELO.
    OldDays,
    /// Says nothing and keeps the connection.
    Stall,
    HangUp,
}

/// What a server has seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Commands, in order, over all connections; `TLS` where it began.
    pub commands: Vec<String>,
    /// Messages as received, without the dots of transparency.
    pub messages: Vec<String>,
}

/// A running server; it ends with its value.
pub struct Server {
    pub port: u16,
    pub seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// How a server is spoken with.
#[derive(Clone)]
pub enum Way {
    Plain,
    StartTls(TlsAcceptor),
    First(TlsAcceptor),
}

/// A key and certificate for localhost.
pub struct Identity {
    pub acceptor: TlsAcceptor,
    /// The certificate, which vouches for itself.
    pub pem: String,
}

impl Identity {
    /// Makes one; that of an issuer (`is_issuer`) is not fit for a server.
    pub fn new(name: &str, is_issuer: bool) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        if is_issuer {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        let certificate = params.self_signed(&key).unwrap();
        let secret = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], secret)
            .unwrap();
        Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            pem: certificate.pem(),
        }
    }
}

/// Starts a server that has this trouble on its first `times` connections.
pub async fn start(trouble: Option<(Step, Trouble)>, times: usize) -> Server {
    start_by(Way::Plain, trouble, times).await
}

/// Starts the same, spoken with in this way.
pub async fn start_by(way: Way, trouble: Option<(Step, Trouble)>, times: usize) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(Mutex::new(Seen::default()));
    let shared = Arc::clone(&seen);
    let task = tokio::spawn(async move {
        let mut served = 0;
        while let Ok((stream, _)) = listener.accept().await {
            let trouble = trouble.clone().filter(|_| served < times);
            served += 1;
            let stream: Wire = match &way {
                Way::First(acceptor) => match acceptor.accept(stream).await {
                    Ok(stream) => BufReader::new(Box::new(stream)),
                    Err(_) => continue,
                },
                Way::Plain | Way::StartTls(_) => BufReader::new(Box::new(stream)),
            };
            // A client that goes away ends its conversation, not the server.
            let _ended = serve(stream, &way, trouble, &shared).await;
        }
    });
    Server { port, seen, task }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

type Wire = BufReader<Box<dyn Stream>>;

async fn serve(
    mut stream: Wire,
    way: &Way,
    trouble: Option<(Step, Trouble)>,
    seen: &Mutex<Seen>,
) -> std::io::Result<()> {
    let mut is_secured = false;
    if !answer(&mut stream, Step::Greeting, "220 loopback ready", trouble.as_ref()).await? {
        return Ok(());
    }
    loop {
        let Some(command) = heard(&mut stream, seen).await? else {
            return Ok(());
        };
        let verb = command
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        let (step, usual) = match verb.as_str() {
            "EHLO" if is_secured => (Step::HelloAgain, "250-loopback\r\n250 AUTH PLAIN LOGIN"),
            "EHLO" if matches!(way, Way::StartTls(_)) => {
                (Step::Hello, "250-loopback\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN")
            }
            "EHLO" => (Step::Hello, "250-loopback\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN"),
            "STARTTLS" => (Step::StartTls, "220 go ahead"),
            "AUTH" => (Step::Auth, "235 welcome"),
            "MAIL" => (Step::Sender, "250 sender fine"),
            "RCPT" => (Step::Recipient, "250 recipient fine"),
            "DATA" => (Step::Data, "354 go ahead"),
            "QUIT" => (Step::Quit, "221 goodbye"),
            "HELO" => (Step::Hello, "250 loopback, of the old days"),
            _ => (Step::Hello, "500 what"),
        };
        if command.eq_ignore_ascii_case("AUTH LOGIN") {
            for question in ["334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n"] {
                stream.write_all(question.as_bytes()).await?;
                heard(&mut stream, seen).await?;
            }
        }
        if !answer(&mut stream, step, usual, trouble.as_ref()).await? || verb == "QUIT" {
            return Ok(());
        }
        if let (Step::StartTls, Way::StartTls(acceptor)) = (step, way) {
            stream = BufReader::new(Box::new(acceptor.accept(stream.into_inner()).await?));
            seen.lock().unwrap().commands.push("TLS".to_owned());
            is_secured = true;
        }
        let is_refused = match &trouble {
            Some((at, Trouble::Answer(_))) => *at == step,
            Some((at, Trouble::Bytes(bytes))) => *at == step && !bytes.starts_with(b"354"),
            _ => false,
        };
        if step == Step::Data && !is_refused {
            let message = read_message(&mut stream).await?;
            seen.lock().unwrap().messages.push(message);
            if !answer(&mut stream, Step::End, "250 taken", trouble.as_ref()).await? {
                return Ok(());
            }
        }
    }
}

/// Reads one line of the client's.
async fn heard(stream: &mut Wire, seen: &Mutex<Seen>) -> std::io::Result<Option<String>> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let line = line.trim_end().to_owned();
    seen.lock().unwrap().commands.push(line.clone());
    Ok(Some(line))
}

/// Answers at a step; false where the connection is to end.
async fn answer(
    stream: &mut Wire,
    step: Step,
    usual: &str,
    trouble: Option<&(Step, Trouble)>,
) -> std::io::Result<bool> {
    let (bytes, goes_on) = match trouble {
        Some((at, trouble)) if *at == step => match trouble {
            Trouble::Answer(line) => (format!("{line}\r\n").into_bytes(), true),
            Trouble::OldDays if usual.starts_with("250-") => (b"502 5.5.1 what\r\n".to_vec(), true),
            Trouble::OldDays => (format!("{usual}\r\n").into_bytes(), true),
            Trouble::Bytes(bytes) => (bytes.clone(), true),
            Trouble::Last(bytes) => (bytes.clone(), false),
            Trouble::Endless(bytes) => loop {
                // Until the client has had enough.
                stream.write_all(&bytes.repeat(4096 / bytes.len())).await?;
            },
            Trouble::HangUp => return Ok(false),
            Trouble::Stall => {
                // Until the client has had enough.
                let mut rest = String::new();
                while stream.read_line(&mut rest).await? > 0 {}
                return Ok(false);
            }
        },
        _ => (format!("{usual}\r\n").into_bytes(), true),
    };
    stream.write_all(&bytes).await?;
    stream.flush().await?;
    Ok(goes_on)
}

async fn read_message(stream: &mut Wire) -> std::io::Result<String> {
    let mut message = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(message);
        }
        message.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
