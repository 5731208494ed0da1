//! `[metrics]`: where the daemon tells how it goes, over TCP.

use std::net::SocketAddr;

use crate::config::reading::raw::{File, Table};

/// Reads `listen`; nothing when it is not there, or a mistake was noted.
pub fn read(file: &mut File<'_>, root: &mut Table<'_>) -> Option<SocketAddr> {
    let mut table = root.table(file, "metrics")?;
    let text = table.text(file, "listen");
    table.close(file);
    let text = text?;
    let example = "write for example \"127.0.0.1:9464\"";
    match text.text.parse::<SocketAddr>() {
        Err(_) => file.wrong(&text.value, format!("is no address with a port; {example}")),
        Ok(address) if !address.ip().to_canonical().is_loopback() => file.wrong(
            &text.value,
            format!("is not this machine itself, and whoever can reach it could read it; {example}, and put a server with a login in front of it"),
        ),
        Ok(address) if address.port() == 0 => file.wrong(&text.value, format!("names no port; {example}")),
        Ok(address) => return Some(address),
    }
    None
}
