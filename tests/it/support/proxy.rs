//! A proxy on loopback that tunnels (CONNECT and SOCKS5) to one fixed place, whatever it is asked for.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The proxy; it ends when dropped.
pub struct Proxy {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

impl Proxy {
    /// Starts a proxy on 127.0.0.1 in front of a port there.
    pub async fn start(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let log = Arc::clone(&log);
                connections.spawn(async move {
                    // A client that goes away in the middle is part of some tests.
                    let _ = serve(client, target, &log).await;
                });
            }
        });
        Self {
            port,
            asked,
            _tasks: tasks,
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns what was asked for so far: `CONNECT HOST:PORT` with its credentials, or `SOCKS HOST:PORT`.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(mut client: TcpStream, target: u16, log: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let asked = match client.read_u8().await? {
        5 => socks(&mut client).await?,
        first => connect(&mut client, first).await?,
    };
    log.lock().unwrap().push(asked);
    let mut server = TcpStream::connect(("127.0.0.1", target)).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

async fn connect(client: &mut TcpStream, first: u8) -> std::io::Result<String> {
    let mut head = vec![first];
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await?;
    let head = String::from_utf8_lossy(&head).into_owned();
    let line = head.lines().next().unwrap_or_default();
    let mut asked = line.trim_end_matches(" HTTP/1.1").to_owned();
    for line in head.lines() {
        if let Some(credentials) = line.to_ascii_lowercase().strip_prefix("proxy-authorization:") {
            asked.push_str(&line[line.len() - credentials.len()..]);
        }
    }
    Ok(asked)
}

async fn socks(client: &mut TcpStream) -> std::io::Result<String> {
    let count = client.read_u8().await?;
    let mut methods = vec![0; usize::from(count)];
    client.read_exact(&mut methods).await?;
    client.write_all(&[5, 0]).await?;
    let mut head = [0; 4];
    client.read_exact(&mut head).await?;
    let host = match head[3] {
        1 => {
            let mut address = [0; 4];
            client.read_exact(&mut address).await?;
            std::net::Ipv4Addr::from(address).to_string()
        }
        _ => {
            let length = client.read_u8().await?;
            let mut name = vec![0; usize::from(length)];
            client.read_exact(&mut name).await?;
            String::from_utf8_lossy(&name).into_owned()
        }
    };
    let port = client.read_u16().await?;
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    Ok(format!("SOCKS {host}:{port}"))
}
