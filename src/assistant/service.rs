//! The tools as a server of the Model Context Protocol, for any transport: the revisions with a handshake and the stateless
//! one alike, since nothing is remembered between calls.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData, Implementation, JsonObject,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::{RoleServer, ServerHandler};
use tokio::sync::Semaphore;

use super::context::{NOTICE, ToolContext};
use super::error::ToolError;
use super::tools::{TOOLS, ToolKind};
use crate::blocking;
use crate::clock::Clock;
use crate::config::Config;
use crate::store::{Store, StoreError};
use crate::text;

/// Calls answered at a time; the others wait.
const CALLS_AT_ONCE: usize = 4;

/// How the store is opened for one call: it may not be there yet, and be put in another's place meanwhile.
type OpenStore = dyn Fn() -> Result<Store, StoreError> + Send + Sync;

/// The server; clones share everything.
#[derive(Clone)]
pub struct Assistant {
    config: Arc<Config>,
    clock: Clock,
    open: Arc<OpenStore>,
    calls: Arc<Semaphore>,
}

impl Assistant {
    /// Returns what bounds the calls that are answered at once, to be shared by all servers of a process.
    pub fn bound() -> Arc<Semaphore> {
        Arc::new(Semaphore::new(CALLS_AT_ONCE))
    }

    /// Returns a server that reads the store which `open` gives for each call.
    pub fn new(
        config: Arc<Config>,
        clock: Clock,
        calls: Arc<Semaphore>,
        open: impl Fn() -> Result<Store, StoreError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            config,
            clock,
            open: Arc::new(open),
            calls,
        }
    }

    /// Answers a call of a tool with JSON.
    ///
    /// # Errors
    /// The arguments are wrong, nothing is known by what they name, or the store cannot be read; in words for an assistant.
    pub fn answer(&self, tool: &ToolKind, arguments: JsonObject) -> Result<String, ToolError> {
        let store = (self.open)()?;
        let context = ToolContext {
            store: &store,
            config: &self.config,
            now: self.clock.now(),
        };
        // A fault of ours costs one call, and who asked is told.
        catch_unwind(AssertUnwindSafe(|| (tool.answer)(&context, arguments))).unwrap_or_else(|payload| {
            let said = text::of_panic(&*payload);
            Err(ToolError::new(format!(
                "the tool panicked: {said}; this is a fault of tidings, please report it"
            )))
        })
    }
}

impl ServerHandler for Assistant {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("tidings", env!("CARGO_PKG_VERSION")).with_title("Tidings"))
            .with_instructions(format!(
                "The owner's own archive of news and pages, read-only. `topics` says what is followed, `stories` what happened, \
                 `search` finds articles, `story` and `article` give one whole, `sources` says how complete it is, `digests` what \
                 was told already. Every answer is one JSON object: `coverage` (how much of what is followed was read, and when \
                 last), `items`, `truncated`, and `cursor` where there is more. Name publisher, date and address of what you \
                 report, and the coverage where you conclude from silence. {NOTICE}"
            ))
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(TOOLS.iter().map(described).collect()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        TOOLS.iter().find(|tool| tool.name == name).map(described)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = TOOLS.iter().find(|tool| tool.name == request.name) else {
            let names: Vec<&str> = TOOLS.iter().map(|tool| tool.name).collect();
            let message = format!("there is no such tool; there is {}", names.join(", "));
            return Err(ErrorData::invalid_params(message, None));
        };
        // Who asked may be gone before its turn comes; what is answered all the same counts until it is done.
        let _turn = tokio::select! {
            turn = self.calls.acquire() => turn,
            () = context.ct.cancelled() => return Err(ErrorData::internal_error("nobody waits for it any more", None)),
        };
        let answered = blocking::run(|| self.answer(tool, request.arguments.unwrap_or_default()));
        let result = match answered {
            Ok(json) => CallToolResult::success(vec![ContentBlock::text(json)]),
            Err(error) => CallToolResult::error(vec![ContentBlock::text(error.to_string())]),
        };
        Ok(result.into())
    }
}

/// Returns a tool as clients see it.
fn described(tool: &ToolKind) -> Tool {
    Tool::new(tool.name, tool.description, (tool.schema)())
        .with_title(tool.title)
        // What it gives was written by strangers, though no one is asked: clients that guard against that go by this hint.
        .with_annotations(ToolAnnotations::from_raw(
            None,
            Some(true),
            Some(false),
            Some(true),
            Some(true),
        ))
}
