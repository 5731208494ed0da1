//! The pages of a world, asked for over loopback.

use std::sync::Arc;

use tidings::config::{WebPlace, WebSettings};
use tidings::web::server::{WebListener, WebService};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::World;

/// A server of a world's pages; it ends with this.
pub struct WebFace {
    port: u16,
    stop: CancellationToken,
}

/// What was answered.
#[derive(Debug)]
pub struct Shown {
    pub status: u16,
    /// In lower case.
    head: String,
    pub body: String,
}

impl Shown {
    pub fn header(&self, name: &str) -> Option<&str> {
        let prefix = format!("{name}: ");
        self.head.lines().find_map(|line| line.strip_prefix(&prefix))
    }
}

impl WebFace {
    /// Serves what a world has stored, to whoever is on this machine.
    pub async fn of(world: &World) -> Self {
        let listen = WebPlace::Tcp(([127, 0, 0, 1], 0).into());
        let settings = world.ctx.config.web.clone().unwrap_or(WebSettings {
            listen: listen.clone(),
            base_url: None,
            readers: Vec::new(),
        });
        let listener = WebListener::bind(&listen).await.unwrap();
        let port = listener
            .address()
            .trim_end_matches('/')
            .rsplit_once(':')
            .unwrap()
            .1
            .parse()
            .unwrap();
        let stop = CancellationToken::new();
        let (_, config) = watch::channel(Arc::new(world.ctx.config.clone()));
        let service = WebService {
            store: world.ctx.store.clone(),
            config,
            clock: world.clock.clone(),
        };
        tokio::spawn(listener.serve(service, settings, stop.clone()));
        Self { port, stop }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Asks for a page as a browser does.
    pub async fn get(&self, path: &str) -> Shown {
        self.ask(
            "GET",
            path,
            &format!("host: localhost:{}\r\naccept: text/html\r\n", self.port),
        )
        .await
    }

    /// Asks with these lines of a head.
    pub async fn ask(&self, method: &str, path: &str, head: &str) -> Shown {
        self.ask_with(method, path, head, "").await
    }

    /// Asks with these lines of a head and a body.
    pub async fn ask_with(&self, method: &str, path: &str, head: &str, body: &str) -> Shown {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let request = format!("{method} {path} HTTP/1.1\r\n{head}connection: close\r\n\r\n{body}");
        // One that is refused may be cut off.
        let _ = stream.write_all(request.as_bytes()).await;
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes).await;
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("no answer: {text}"));
        Shown {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head
                .lines()
                .map(|line| match line.split_once(": ") {
                    Some((name, value)) => format!("{}: {value}\n", name.to_ascii_lowercase()),
                    None => format!("{line}\n"),
                })
                .collect(),
            body: body.to_owned(),
        }
    }
}

impl Drop for WebFace {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
