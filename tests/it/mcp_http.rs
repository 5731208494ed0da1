//! The assistant's door on the web server: by the protocol's own client in each of its revisions, and by those who may not ask.

use rmcp::model::{CallToolRequestParams, ProtocolVersion};
use rmcp::service::serve_client_with_lifecycle;
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use serde_json::{Value, json};

use crate::assistant::world_of;
use crate::mcp::{Client, call, lifecycle_of};
use crate::support::web::{Shown, WebFace};

const TOKEN: &str = "a-token-of-ann-12345";
const ACCEPT: &str = "accept: application/json, text/event-stream\r\n";
const PLAIN: &str = "host: localhost\r\ncontent-type: application/json\r\n";

fn with_token(folder: &std::path::Path) -> String {
    let path = folder.join("token");
    std::fs::write(&path, TOKEN).unwrap();
    format!("[web]\nlisten = \"127.0.0.1:8470\"\ntokens = [{{ name = \"ann\", token = {{ file = {path:?} }} }}]\n")
}

async fn connect(web: &WebFace, version: ProtocolVersion, token: Option<&str>) -> Result<Client, String> {
    let address = format!("http://127.0.0.1:{}/mcp", web.port());
    let mut config = StreamableHttpClientTransportConfig::with_uri(address);
    if let Some(token) = token {
        config = config.auth_header(token);
    }
    let transport = StreamableHttpClientTransport::from_config(config);
    let (config, lifecycle) = lifecycle_of(version);
    let client = serve_client_with_lifecycle(config, transport, lifecycle).await;
    client.map_err(|error| error.to_string())
}

async fn post(web: &WebFace, path: &str, head: &str, body: &str) -> Shown {
    let head = format!("{ACCEPT}{head}content-length: {}\r\n", body.len());
    web.ask_with("POST", path, &head, body).await
}

fn ask_topics() -> String {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "topics" } }).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_revision_of_the_protocol_is_answered() {
    let world = world_of(3, "").await;
    let web = WebFace::of(&world).await;
    for version in [
        ProtocolVersion::V_2025_03_26,
        ProtocolVersion::V_2025_06_18,
        ProtocolVersion::V_2025_11_25,
        ProtocolVersion::V_2026_07_28,
    ] {
        let client = connect(&web, version.clone(), None).await.unwrap();
        let tools = client.list_all_tools().await.unwrap();
        let names: Vec<&str> = tools.iter().map(|tool| &*tool.name).collect();
        let expected = ["topics", "stories", "story", "search", "article", "sources", "digests"];
        assert_eq!(names, expected, "{version}");
        let (is_error, text) = call(&client, "search", json!({ "query": "alpha2" })).await;
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert!(
            !is_error && answer["items"][0]["address"] == "http://news.example/2",
            "{version}: {text}"
        );
        let (is_error, text) = call(&client, "search", json!({ "query": "a OR" })).await;
        assert!(is_error && text.contains("column"), "{text}");
        let refused = client.call_tool(CallToolRequestParams::new("delete")).await;
        assert!(refused.unwrap_err().to_string().contains("there is no such tool"));
        client.cancel().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_read_may_ask_and_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let world = world_of(1, &with_token(folder.path())).await;
    let web = WebFace::of(&world).await;
    for version in [ProtocolVersion::V_2025_11_25, ProtocolVersion::V_2026_07_28] {
        let client = connect(&web, version.clone(), Some(TOKEN)).await.unwrap();
        assert!(!call(&client, "topics", json!({})).await.0);
        for wrong in [None, Some("a-token-of-ann-12346")] {
            assert!(
                connect(&web, version.clone(), wrong).await.is_err(),
                "{version} {wrong:?}"
            );
        }
    }
    let ask = ask_topics();
    let in_address = format!("/mcp?token={TOKEN}");
    assert_eq!(post(&web, &in_address, PLAIN, &ask).await.status, 200);
    // A browser sends its cookie whoever asks.
    for head in [
        "".to_owned(),
        format!("cookie: tidings={TOKEN}\r\n"),
        "authorization: Bearer x\r\n".to_owned(),
    ] {
        let refused = post(&web, "/mcp", &format!("{PLAIN}{head}"), &ask).await;
        assert_eq!(refused.status, 401, "{head}");
        assert!(!refused.body.contains("result"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_the_web_asks() {
    let world = world_of(1, "").await;
    let web = WebFace::of(&world).await;
    let media = "content-type: application/json\r\n";
    for (head, status) in [
        ("host: localhost\r\n", 200),
        ("host: localhost:8470\r\norigin: http://localhost:8470\r\n", 200),
        ("host: evil.example\r\n", 421),
        ("host: 192.168.0.7:8470\r\norigin: http://192.168.0.7:8470\r\n", 421),
        ("host: localhost\r\norigin: http://evil.example\r\n", 403),
        ("host: localhost\r\norigin: null\r\n", 403),
        ("host: localhost\r\norigin: http://localhost:3000\r\n", 403),
    ] {
        let shown = post(&web, "/mcp", &format!("{head}{media}"), &ask_topics()).await;
        assert_eq!(shown.status, status, "{head}: {}", shown.body);
        assert_eq!(shown.body.contains("result"), status == 200, "{head}");
        assert_eq!(shown.header("access-control-allow-origin"), None);
    }
    // What a form of a page can send without asking first.
    for media in [
        "",
        "content-type: text/plain\r\n",
        "content-type: application/x-www-form-urlencoded\r\n",
    ] {
        let shown = post(&web, "/mcp", &format!("host: localhost\r\n{media}"), &ask_topics()).await;
        assert_eq!(shown.status, 415, "{media}");
    }
    for method in ["GET", "HEAD", "DELETE", "OPTIONS", "PUT"] {
        let shown = web.ask(method, "/mcp", &format!("{ACCEPT}host: localhost\r\n")).await;
        assert_eq!((shown.status, shown.header("allow")), (405, Some("POST")), "{method}");
    }
    assert_eq!(post(&web, "/topics", PLAIN, &ask_topics()).await.status, 405);
    assert_eq!(post(&web, "/mcp/", PLAIN, &ask_topics()).await.status, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_messages_are_told_apart_from_answers() {
    let world = world_of(1, "").await;
    let web = WebFace::of(&world).await;
    let long =
        json!({ "jsonrpc": "2.0", "id": 1, "method": "ping", "params": { "x": "x".repeat(200_000) } }).to_string();
    for (body, status) in [
        ("", 415),
        ("no JSON", 415),
        ("{\"jsonrpc\":\"2.0\"", 415),
        ("[1,2]", 415),
        ("null", 415),
        ("\"\\ud800\"", 415),
        (&long, 413),
    ] {
        let shown = post(&web, "/mcp", PLAIN, body).await;
        assert_eq!(shown.status, status, "{}: {}", &body[..body.len().min(40)], shown.body);
    }
    // Without its length said before, too.
    let chunks = format!("30d41\r\n{}\r\n0\r\n\r\n", "x".repeat(0x30d41));
    let head = format!("{ACCEPT}{PLAIN}transfer-encoding: chunked\r\n");
    assert_eq!(web.ask_with("POST", "/mcp", &head, &chunks).await.status, 413);
    for (method, params) in [
        ("tools/call", json!({ "name": "no such tool" })),
        ("tools/call", json!({ "name": "topics", "arguments": [] })),
        ("resources/list", json!({})),
        ("no/such", json!({})),
    ] {
        let ask = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params }).to_string();
        let shown = post(&web, "/mcp", PLAIN, &ask).await;
        let said: Value = serde_json::from_str(&shown.body).unwrap();
        assert!(said["error"]["code"].is_i64() && said["id"] == 7, "{method}: {said}");
        assert_eq!(shown.header("cache-control"), Some("no-store"));
        assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
    }
    assert_eq!(web.get("/").await.status, 200);
}
