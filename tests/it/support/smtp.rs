//! A mail server on loopback that follows a script: it takes messages, refuses, falls silent or hangs up at any step.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A point of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Greeting,
    Hello,
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
    /// Says nothing and keeps the connection.
    Stall,
    HangUp,
}

/// What a server has seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Commands, in order, over all connections.
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

/// Starts a server that has this trouble on its first `times` connections.
pub async fn start(trouble: Option<(Step, Trouble)>, times: usize) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(Mutex::new(Seen::default()));
    let shared = Arc::clone(&seen);
    let task = tokio::spawn(async move {
        let mut served = 0;
        while let Ok((stream, _)) = listener.accept().await {
            let trouble = trouble.clone().filter(|_| served < times);
            served += 1;
            // A client that goes away ends its conversation, not the server.
            let _ended = serve(stream, trouble, &shared).await;
        }
    });
    Server { port, seen, task }
}

async fn serve(stream: TcpStream, trouble: Option<(Step, Trouble)>, seen: &Mutex<Seen>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    if !answer(&mut stream, Step::Greeting, "220 loopback ready", trouble.as_ref()).await? {
        return Ok(());
    }
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let command = line.trim_end().to_owned();
        seen.lock().unwrap().commands.push(command.clone());
        let verb = command
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        let (step, usual) = match verb.as_str() {
            "EHLO" => (Step::Hello, "250-loopback\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN"),
            "AUTH" => (Step::Auth, "235 welcome"),
            "MAIL" => (Step::Sender, "250 sender fine"),
            "RCPT" => (Step::Recipient, "250 recipient fine"),
            "DATA" => (Step::Data, "354 go ahead"),
            "QUIT" => (Step::Quit, "221 goodbye"),
            _ => (Step::Hello, "500 what"),
        };
        if !answer(&mut stream, step, usual, trouble.as_ref()).await? || step == Step::Quit {
            return Ok(());
        }
        let is_refused = matches!(&trouble, Some((at, Trouble::Answer(_))) if *at == step);
        if step == Step::Data && !is_refused {
            let message = read_message(&mut stream).await?;
            seen.lock().unwrap().messages.push(message);
            if !answer(&mut stream, Step::End, "250 taken", trouble.as_ref()).await? {
                return Ok(());
            }
        }
    }
}

/// Answers at a step; false where the connection is to end.
async fn answer(
    stream: &mut BufReader<TcpStream>,
    step: Step,
    usual: &str,
    trouble: Option<&(Step, Trouble)>,
) -> std::io::Result<bool> {
    let line = match trouble {
        Some((at, trouble)) if *at == step => match trouble {
            Trouble::Answer(line) => line,
            Trouble::HangUp => return Ok(false),
            Trouble::Stall => {
                // Until the client has had enough.
                let mut rest = String::new();
                while stream.read_line(&mut rest).await? > 0 {}
                return Ok(false);
            }
        },
        _ => usual,
    };
    stream.write_all(format!("{line}\r\n").as_bytes()).await?;
    Ok(true)
}

async fn read_message(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut message = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(message);
        }
        message.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
