//! The mail server of the proof: it follows a plan, kills the process that speaks to it, and remembers what it took.

use std::io;
use std::process::Child;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::plan::{Act, Kill, Step, Trouble};

/// A message the server took.
#[derive(Debug, Clone)]
pub struct Taken {
    pub to: String,
    pub message: String,
}

/// What the server and its run share.
#[derive(Default)]
pub struct Shared {
    pub taken: Mutex<Vec<Taken>>,
    troubles: Mutex<Vec<Trouble>>,
    /// The processes that send.
    pub senders: Mutex<Vec<Child>>,
    pub kills: Mutex<usize>,
}

impl Shared {
    /// Kills the process with SIGKILL that speaks from this port, or the first one.
    pub fn kill(&self, port: Option<u16>) {
        let mut senders = self.senders.lock().unwrap();
        let speaks = |sender: &&mut Child| port.is_none_or(|port| owns(sender.id(), port));
        let found = match senders.len() {
            1 => senders.first_mut(),
            _ => senders.iter_mut().find(speaks),
        };
        if let Some(sender) = found
            && sender.try_wait().unwrap().is_none()
        {
            sender.kill().unwrap();
            *self.kills.lock().unwrap() += 1;
        }
    }
}

/// Whether a process has a connection from a port of this machine.
fn owns(process: u32, port: u16) -> bool {
    let connections = std::fs::read_to_string(format!("/proc/{process}/net/tcp")).unwrap_or_default();
    let from = format!(":{port:04X}");
    let inode = connections.lines().find_map(|line| {
        let columns: Vec<&str> = line.split_ascii_whitespace().collect();
        columns
            .get(1)?
            .ends_with(&from)
            .then(|| columns.get(9).copied())
            .flatten()
    });
    let Some(socket) = inode.map(|inode| format!("socket:[{inode}]")) else {
        return false;
    };
    let open = std::fs::read_dir(format!("/proc/{process}/fd"))
        .into_iter()
        .flatten()
        .flatten();
    open.filter_map(|file| std::fs::read_link(file.path()).ok())
        .any(|file| file.as_os_str() == socket.as_str())
}

/// A running server; it ends with its value.
pub struct Server {
    pub port: u16,
    pub shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Starts a server that has these troubles, one a connection.
pub async fn start(mut troubles: Vec<Trouble>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    troubles.reverse();
    let shared = Arc::new(Shared {
        troubles: Mutex::new(troubles),
        ..Shared::default()
    });
    let own = Arc::clone(&shared);
    let task = tokio::spawn(async move {
        // Dropped with the server: a stalled conversation ends with its run.
        let mut conversations = tokio::task::JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let shared = Arc::clone(&own);
            let trouble = shared.troubles.lock().unwrap().pop();
            conversations.spawn(async move {
                // A client that is killed ends its conversation, not the server.
                let _ended = Talk::new(stream, trouble, &shared).lead().await;
            });
        }
    });
    Server { port, shared, task }
}

struct Talk<'a> {
    stream: BufReader<TcpStream>,
    trouble: Option<Trouble>,
    shared: &'a Shared,
    /// From where it speaks.
    port: Option<u16>,
    to: String,
}

/// What became of a step.
#[derive(PartialEq)]
enum Went {
    On,
    Refused,
    Over,
}

impl<'a> Talk<'a> {
    fn new(stream: TcpStream, trouble: Option<Trouble>, shared: &'a Shared) -> Self {
        Self {
            port: stream.peer_addr().map(|peer| peer.port()).ok(),
            stream: BufReader::new(stream),
            trouble,
            shared,
            to: String::new(),
        }
    }

    async fn lead(&mut self) -> io::Result<()> {
        if self.step(Step::Greeting, "220 loopback", None).await? != Went::On {
            return Ok(());
        }
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let (step, usual) = match line.split([' ', ':', '\r']).next().unwrap_or_default() {
                "EHLO" => (Step::Hello, "250 loopback"),
                "MAIL" => (Step::Sender, "250 fine"),
                "RCPT" => (Step::Recipient, "250 fine"),
                "DATA" => (Step::Data, "354 go ahead"),
                "QUIT" => (Step::Quit, "221 goodbye"),
                other => panic!("unexpected {other:?}"),
            };
            if step == Step::Recipient {
                line.trim_end()["RCPT TO:".len()..].clone_into(&mut self.to);
            }
            let went = self.step(step, usual, None).await?;
            if went == Went::Over || step == Step::Quit {
                return Ok(());
            }
            if step == Step::Data && went == Went::On {
                let Some(message) = self.message().await? else {
                    return Ok(());
                };
                if self.step(Step::End, "250 taken", Some(message)).await? == Went::Over {
                    return Ok(());
                }
            }
        }
    }

    /// Does what the plan says at a step; `message` is what may be taken there.
    async fn step(&mut self, step: Step, usual: &str, message: Option<String>) -> io::Result<Went> {
        let (act, kill) = match self.trouble {
            Some(trouble) if trouble.step == step => (trouble.act, trouble.kill),
            _ => (Act::Answer, Kill::Never),
        };
        if let Some(message) = message
            && matches!(act, Act::Answer | Act::HangUpAfter | Act::HangUpTaken)
        {
            let to = self.to.clone();
            self.shared.taken.lock().unwrap().push(Taken { to, message });
        }
        if kill == Kill::BeforeAnswer {
            self.shared.kill(self.port);
        }
        let went = match act {
            Act::Answer => self.say(usual, Went::On).await,
            Act::RefuseForNow => self.say("451 not now", Went::Refused).await,
            Act::RefuseForEver => self.say("550 never", Went::Refused).await,
            Act::HangUpBefore | Act::HangUpTaken => Ok(Went::Over),
            Act::HangUpAfter => self.say(usual, Went::Over).await,
            Act::Stall => {
                let mut rest = String::new();
                while self.stream.read_line(&mut rest).await? > 0 {}
                Ok(Went::Over)
            }
        };
        if kill == Kill::AfterAnswer {
            self.shared.kill(self.port);
        }
        went
    }

    async fn say(&mut self, line: &str, went: Went) -> io::Result<Went> {
        self.stream.write_all(format!("{line}\r\n").as_bytes()).await?;
        Ok(went)
    }

    /// Reads a message to its end; none where the conversation broke off in it.
    async fn message(&mut self) -> io::Result<Option<String>> {
        let mut message = String::new();
        let is_broken_off = self.trouble.is_some_and(|trouble| trouble.step == Step::Body);
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line).await? == 0 {
                return Ok(None);
            }
            if is_broken_off {
                // Nobody answers within a message: whatever the plan says, it ends here.
                if self.trouble.is_some_and(|trouble| trouble.kill != Kill::Never) {
                    self.shared.kill(self.port);
                }
                return Ok(None);
            }
            if line == ".\r\n" {
                return Ok(Some(message));
            }
            message.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
    }
}
