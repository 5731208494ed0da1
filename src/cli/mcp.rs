//! `tidings mcp`: what is stored, for an assistant that started this program.

use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use rmcp::ServiceExt as _;
use rmcp::service::ServerInitializeError;
use rmcp::transport::async_rw::AsyncRwTransport;
use rmcp::transport::stdio;

use crate::assistant::service::Assistant;
use crate::cli::open;
use crate::cli::output::print::tell;
use crate::clock::Clock;
use crate::store::Store;

/// Bytes of a message; questions are short.
const MESSAGE_BYTES_MAX: usize = 1024 * 1024;

/// Serves the archive to an assistant: read-only tools of the Model Context Protocol over standard input and output
///
/// An assistant starts this by itself; docs/assistant.md says how to tell it to. It reads the store only, beside a running daemon or
/// without one, and ends with standard input. Where pages are shown, /mcp gives the same over HTTP.
#[derive(Debug, clap::Args)]
pub(super) struct McpArgs {}

/// Runs the command.
pub(super) fn run(config: Option<&Path>, _args: &McpArgs) -> anyhow::Result<ExitCode> {
    let config = Arc::new(open::config(config)?);
    if io::stdin().is_terminal() {
        tell!("this speaks the Model Context Protocol with a program; see docs/assistant.md, or end it with Ctrl-D");
    }
    let own = Arc::clone(&config);
    let assistant = Assistant::new(config, Clock::system(), Assistant::bound(), move || {
        Store::open_to_read(&*own)
    });
    let runtime = open::runtime()?;
    let served = runtime.block_on(serve(assistant));
    // A read that is under way keeps nobody waiting.
    runtime.shutdown_background();
    served.map(|()| ExitCode::SUCCESS)
}

async fn serve(assistant: Assistant) -> anyhow::Result<()> {
    let (input, output) = stdio();
    let transport = AsyncRwTransport::new_server(input, output).with_max_line_length(MESSAGE_BYTES_MAX);
    let running = match assistant.serve(transport).await {
        Ok(running) => running,
        // It went without a question.
        Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => return Err(error).context("the conversation did not begin"),
    };
    running.waiting().await.context("the conversation broke off")?;
    Ok(())
}
