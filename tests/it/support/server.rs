//! A web server on loopback that answers as a script says, well or badly.
//!
//! It speaks just enough HTTP/1.1 to misbehave in ways a proper server cannot: bodies that never end, stop half way, or
//! claim to be longer than they are. One request a connection; everything asked is remembered.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Largest request head that is read, in bytes.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
}

impl Seen {
    /// Returns a header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }
}

/// How a body goes.
#[derive(Debug, Clone)]
enum Body {
    Whole(Vec<u8>),
    /// These bytes, and then nothing while the connection stays open.
    Stalls(Vec<u8>),
    /// These bytes, over and over.
    Endless(Vec<u8>),
    /// These bytes, although more were announced.
    Cut(Vec<u8>),
    /// The connection is closed without an answer.
    HangUp,
    /// The connection stays open without an answer.
    Silence,
    /// These bytes instead of a proper answer, one at a time for as long as anyone listens.
    Drips {
        head: Vec<u8>,
        part: Vec<u8>,
    },
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Body,
}

impl Reply {
    fn new(status: u16, body: Body) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body,
        }
    }

    /// Returns 200 with a body.
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, Body::Whole(body.into()))
    }

    /// Returns a status without a body.
    pub fn status(status: u16) -> Self {
        Self::new(status, Body::Whole(Vec::new()))
    }

    /// Returns a redirect.
    pub fn redirect(status: u16, to: &str) -> Self {
        Self::status(status).with("Location", to)
    }

    /// Returns 200 and a body that stops half way, the connection staying open.
    pub fn stalls(start: impl Into<Vec<u8>>) -> Self {
        Self::new(200, Body::Stalls(start.into()))
    }

    /// Returns 200 and a body that never ends.
    pub fn endless(part: impl Into<Vec<u8>>) -> Self {
        Self::new(200, Body::Endless(part.into()))
    }

    /// Returns 200 and a body shorter than announced.
    pub fn cut(start: impl Into<Vec<u8>>) -> Self {
        Self::new(200, Body::Cut(start.into()))
    }

    /// Closes the connection without an answer.
    pub fn hang_up() -> Self {
        Self::new(0, Body::HangUp)
    }

    /// Never answers.
    pub fn silence() -> Self {
        Self::new(0, Body::Silence)
    }

    /// Sends an answer's head and then its body one byte at a time, without an end.
    pub fn drips_body(part: &str) -> Self {
        let head = b"HTTP/1.1 200 Scripted\r\n\r\n".to_vec();
        Self::new(
            0,
            Body::Drips {
                head,
                part: part.into(),
            },
        )
    }

    /// Sends an answer's head one byte at a time, without an end.
    pub fn drips_head(part: &str) -> Self {
        let head = b"HTTP/1.1 200 Scripted\r\n".to_vec();
        Self::new(
            0,
            Body::Drips {
                head,
                part: part.into(),
            },
        )
    }

    /// Adds a header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Answers with another status.
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    fn head(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Scripted\r\nConnection: close\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        match &self.body {
            Body::Whole(bytes) if !matches!(self.status, 204 | 304) => {
                head.push_str(&format!("Content-Length: {}\r\n", bytes.len()));
            }
            Body::Cut(bytes) => head.push_str(&format!("Content-Length: {}\r\n", bytes.len() + 100)),
            _ => {}
        }
        head.push_str("\r\n");
        head.into_bytes()
    }
}

/// The server; it ends when dropped.
pub struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    _tasks: JoinSet<()>,
}

impl Server {
    /// Starts a server on 127.0.0.1 that answers each request as `script` says.
    pub async fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (script, log) = (Arc::new(script), Arc::clone(&seen));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (script, log) = (Arc::clone(&script), Arc::clone(&log));
                connections.spawn(async move {
                    // A client that goes away in the middle is part of many tests.
                    let _ = serve(stream, script.as_ref(), &log).await;
                });
                while connections.try_join_next().is_some() {}
            }
        });
        Self {
            address,
            seen,
            _tasks: tasks,
        }
    }

    /// Returns the address of a path.
    pub fn url(&self, path: &str) -> url::Url {
        url::Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns what was asked so far, in order of arrival.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Returns the paths asked for so far.
    pub fn paths(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.path).collect()
    }
}

async fn serve(
    mut stream: TcpStream,
    script: &(impl Fn(&Seen) -> Reply + ?Sized),
    log: &Mutex<Vec<Seen>>,
) -> std::io::Result<()> {
    let Some(seen) = read_head(&mut stream).await? else {
        return Ok(());
    };
    log.lock().unwrap().push(seen.clone());
    let reply = script(&seen);
    match &reply.body {
        Body::HangUp => return Ok(()),
        Body::Silence => return std::future::pending().await,
        Body::Drips { head, part } => return drip(&mut stream, head, part).await,
        _ => stream.write_all(&reply.head()).await?,
    }
    match &reply.body {
        Body::Whole(bytes) | Body::Cut(bytes) => stream.write_all(bytes).await?,
        Body::Stalls(bytes) => {
            stream.write_all(bytes).await?;
            stream.flush().await?;
            return std::future::pending().await;
        }
        Body::Endless(bytes) => loop {
            stream.write_all(bytes).await?;
        },
        Body::HangUp | Body::Silence | Body::Drips { .. } => {}
    }
    stream.shutdown().await
}

/// What a slow-loris server does: never silent for long, and never done.
async fn drip(stream: &mut TcpStream, head: &[u8], part: &[u8]) -> std::io::Result<()> {
    stream.write_all(head).await?;
    for byte in part.iter().cycle() {
        stream.write_u8(*byte).await?;
        // Its pace is what it is asked for; nothing waits for it.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    Ok(())
}

async fn read_head(stream: &mut TcpStream) -> std::io::Result<Option<Seen>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < HEAD_BYTES_MAX {
        match stream.read_u8().await {
            // A TLS handshake; it gets a plain answer.
            Ok(0x16) if head.is_empty() => break,
            Ok(byte) => head.push(byte),
            // A connection opened and closed without a word.
            Err(_) if head.is_empty() => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    let head: String = head.iter().copied().map(char::from).collect();
    let mut lines = head.lines();
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    Ok(Some(Seen {
        method: method.to_owned(),
        path: path.to_owned(),
        headers,
    }))
}

/// Returns bytes as a gzip file of one stored block. At most 65,535 bytes.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap();
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    out.extend(length.to_le_bytes());
    out.extend((!length).to_le_bytes());
    out.extend(bytes);
    out.extend(crc32(bytes).to_le_bytes());
    out.extend(u32::from(length).to_le_bytes());
    out
}

/// Returns a gzip file of about `zeros` zero bytes that is a hundred and fifty times smaller; it has no proper end.
pub fn gzip_bomb(zeros: usize) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut bits: Vec<bool> = vec![true, true, false];
    // One literal zero, and then copies of 258 bytes from one byte back, in the fixed Huffman code.
    bits.extend([false, false, true, true, false, false, false, false]);
    for _ in 0..zeros / 258 {
        bits.extend([true, true, false, false, false, true, false, true]);
        bits.extend([false; 5]);
    }
    out.extend(
        bits.chunks(8)
            .map(|byte| byte.iter().rev().fold(0, |value, bit| value << 1 | u8::from(*bit))),
    );
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| {
        if crc & 1 == 1 {
            (crc >> 1) ^ 0xedb8_8320
        } else {
            crc >> 1
        }
    };
    !bytes
        .iter()
        .fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}
