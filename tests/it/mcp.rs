//! The assistant's door as a process: by the protocol's own client in each of its revisions, and whatever comes as a message.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::Stdio;

use rmcp::RoleClient;
use rmcp::model::{CallToolRequestParams, CallToolResult, ClientConfig, ProtocolVersion};
use rmcp::service::{ClientLifecycleMode, RunningService, serve_client_with_lifecycle};
use serde_json::{Value, json};
use tidings::assistant::answer::ANSWER_BYTES_MAX;
use tidings::store::Store;
use tokio::process::{Child, Command};

use crate::assistant::world_of;
use crate::process::tidings;
use crate::support::{all_of_the_feed, config_text};

pub type Client = RunningService<RoleClient, ClientConfig>;

/// Starts the program as an assistant does.
fn start(folder: &Path) -> Child {
    let mut command = tidings(folder);
    command.arg("mcp").stdin(Stdio::piped()).stdout(Stdio::piped());
    Command::from(command).kill_on_drop(true).spawn().unwrap()
}

async fn connect(child: &mut Child, version: ProtocolVersion) -> Client {
    let streams = (child.stdout.take().unwrap(), child.stdin.take().unwrap());
    let (config, lifecycle) = lifecycle_of(version);
    serve_client_with_lifecycle(config, streams, lifecycle).await.unwrap()
}

/// Returns how a client of this revision begins.
pub fn lifecycle_of(version: ProtocolVersion) -> (ClientConfig, ClientLifecycleMode) {
    let lifecycle = match version.has_initialize() {
        true => ClientLifecycleMode::Initialize,
        false => ClientLifecycleMode::Discover {
            preferred_versions: vec![version.clone()],
        },
    };
    let mut config = ClientConfig::default();
    config.protocol_version = version;
    (config, lifecycle)
}

pub async fn call(client: &Client, tool: &'static str, arguments: Value) -> (bool, String) {
    let Value::Object(arguments) = arguments else {
        panic!("arguments are an object")
    };
    let request = CallToolRequestParams::new(tool).with_arguments(arguments);
    let CallToolResult { content, is_error, .. } = client.call_tool(request).await.unwrap();
    let text = content[0].as_text().unwrap().text.clone();
    (is_error == Some(true), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_revision_of_the_protocol_is_answered_beside_a_daemon() {
    let world = world_of(3, "").await;
    for version in [
        ProtocolVersion::V_2024_11_05,
        ProtocolVersion::V_2025_06_18,
        ProtocolVersion::V_2025_11_25,
        ProtocolVersion::V_2026_07_28,
    ] {
        let mut child = start(world.folder.path());
        let client = connect(&mut child, version.clone()).await;
        let tools = client.list_all_tools().await.unwrap();
        let names: Vec<&str> = tools.iter().map(|tool| &*tool.name).collect();
        assert_eq!(
            names,
            ["topics", "stories", "story", "search", "article", "sources", "digests"],
            "{version}"
        );
        assert!(serde_json::to_string(&tools).unwrap().len() < ANSWER_BYTES_MAX);
        let schemas = serde_json::to_string(&tools).unwrap();
        assert!(
            !schemas.contains("\"null\"") && !schemas.contains("$schema"),
            "{schemas}"
        );
        assert!(
            tools
                .iter()
                .all(|tool| tool.annotations.as_ref().unwrap().read_only_hint == Some(true))
        );
        let (is_error, text) = call(&client, "search", json!({ "query": "alpha2" })).await;
        assert!(!is_error, "{text}");
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(answer["items"][0]["address"], "http://news.example/2", "{version}");
        assert!(
            answer["coverage"]
                .as_str()
                .unwrap()
                .starts_with("1 of 1 sources read, last 2026-06-13 14:00")
        );
        let (is_error, text) = call(&client, "search", json!({ "query": "a OR" })).await;
        assert!(is_error && text.contains("column"), "{text}");
        let refused = client
            .call_tool(CallToolRequestParams::new("delete"))
            .await
            .unwrap_err();
        assert!(refused.to_string().contains("there is no such tool"), "{refused}");
        client.cancel().await.unwrap();
        assert!(child.wait().await.unwrap().success(), "{version}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_found_as_soon_as_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(
        folder.join("tidings.toml"),
        config_text(folder, "http://127.0.0.1:9", &all_of_the_feed()),
    )
    .unwrap();
    let mut child = start(folder);
    let client = connect(&mut child, ProtocolVersion::LATEST).await;
    for tool in ["topics", "stories", "search", "sources", "digests"] {
        let (is_error, text) = call(&client, tool, json!({})).await;
        assert!(is_error && text.contains("nothing is stored yet"), "{tool}: {text}");
    }
    drop(Store::open(folder).unwrap());
    for tool in ["topics", "stories", "search", "sources", "digests"] {
        let (is_error, text) = call(&client, tool, json!({})).await;
        assert!(
            !is_error && text.contains("0 of 0 sources read, none yet"),
            "{tool}: {text}"
        );
    }
    client.cancel().await.unwrap();
    assert!(child.wait().await.unwrap().success());
}

#[test]
fn wrong_lines_are_passed_over_and_the_end_of_input_is_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(
        folder.join("tidings.toml"),
        config_text(folder, "http://127.0.0.1:9", &all_of_the_feed()),
    )
    .unwrap();
    let begin = || {
        let mut command = tidings(folder);
        let command = command
            .arg("mcp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let output = begin().wait_with_output().unwrap();
    assert!(
        output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(),
        "{output:?}"
    );
    let mut child = begin();
    let (mut input, mut lines) = (
        child.stdin.take().unwrap(),
        BufReader::new(child.stdout.take().unwrap()).lines(),
    );
    let mut answer = |id: &str| loop {
        let line = lines.next().expect("an answer").unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        if answer["id"] == *id {
            return answer;
        }
        assert!(answer["error"].is_object(), "{line}");
    };
    let garbage = [
        "",
        "no JSON",
        "{\"jsonrpc\":\"2.0\"",
        "{\"jsonrpc\":\"2.0\"}",
        "[1,2]",
        "null",
        "\"\\ud800\"",
        "{\"jsonrpc\":\"1.0\",\"id\":7,\"method\":\"x\"}",
    ];
    let long = "x".repeat(3 << 20);
    let write_garbage = |input: &mut std::process::ChildStdin| {
        for line in garbage {
            writeln!(input, "{line}").unwrap();
        }
        writeln!(input, "{{\"jsonrpc\":\"2.0\",\"id\":\"big\",\"method\":\"{long}\"}}").unwrap();
        input.write_all(b"\xff\xfe\x00\n").unwrap();
    };
    write_garbage(&mut input);
    let hello = json!({ "jsonrpc": "2.0", "id": "hello", "method": "initialize", "params": {
        "protocolVersion": "1999-01-01", "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } } });
    writeln!(input, "{hello}").unwrap();
    let said = answer("hello");
    assert_eq!(said["result"]["protocolVersion"], "2025-11-25", "{said}");
    assert!(said["result"]["instructions"].as_str().unwrap().contains("untrusted"));
    write_garbage(&mut input);
    for (id, method, params) in [
        ("a", "tools/call", json!({ "name": "no such tool" })),
        ("b", "tools/call", json!({ "name": "topics", "arguments": [] })),
        ("c", "resources/list", json!({})),
        ("d", "no/such", json!({})),
    ] {
        writeln!(
            input,
            "{}",
            json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
        )
        .unwrap();
        let said = answer(id);
        assert!(said["error"]["code"].is_i64(), "{said}");
    }
    writeln!(input, "{}", json!({ "jsonrpc": "2.0", "id": "last", "method": "ping" })).unwrap();
    assert_eq!(answer("last")["result"], json!({}));
    drop(input);
    assert!(child.wait().unwrap().success());
}
