//! Metrics and health: the form of OpenMetrics, the documented names, the numbers themselves, and who may ask.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Stdio;

use crate::process::{Daemon, tidings};
use crate::support::config_text;
use crate::support::site::{Answer, Item, Site, rss};

const REST: &str = r#"
[[source]]
feed = "{site}/feed.xml"
name = "Feed"
schedule = "0 0 1 1 *"
full_text = "never"

[[source]]
feed = "{site}/broken.xml"
name = "Broken"
schedule = "0 0 1 1 *"

[[topic]]
name = "Scans"
keywords = ["scan"]

[[digest]]
name = "daily \"best\""
topics = ["Scans"]
schedule = "0 0 1 1 *"
deliver = ["file:{folder}/digests/daily.txt"]
"#;

fn answer(mut stream: impl Read + Write, path: &str) -> (u16, String, String) {
    // The other side may have closed already.
    let _ = stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").as_bytes());
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("no answer: {text}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_ascii_lowercase(), body.to_owned())
}

fn get(folder: &Path, path: &str) -> (u16, String, String) {
    answer(UnixStream::connect(folder.join("state/control.sock")).unwrap(), path)
}

/// A family: its kind, and its samples with their labels as written.
type Families = BTreeMap<String, (String, BTreeMap<String, f64>)>;

/// Reads OpenMetrics text and holds it to the rules of the form.
#[track_caller]
fn parse(text: &str) -> Families {
    let body = text
        .strip_suffix("# EOF\n")
        .expect("the text ends with # EOF and a line break");
    assert!(!body.contains("# EOF") && !body.contains('\r') && !body.contains("\n\n"));
    let label = r#"[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*""#;
    let sample = regex::Regex::new(&format!(
        r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{{{label}(?:,{label})*\}})? (-?[0-9.]+(?:e[-+]?[0-9]+)?|NaN)$"
    ))
    .unwrap();
    let mut families = Families::new();
    let mut current = String::new();
    let mut seen_in_current = BTreeSet::new();
    for line in body.lines() {
        if let Some(meta) = line.strip_prefix("# ") {
            let mut words = meta.splitn(3, ' ');
            let (what, name, value) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
            if what == "TYPE" {
                assert!(!families.contains_key(name), "{name} is told in two places");
                current = name.to_owned();
                seen_in_current.clear();
                families.insert(name.to_owned(), (value.to_owned(), BTreeMap::new()));
            }
            assert_eq!(name, current, "{line}");
            assert!(families[name].1.is_empty(), "{line} comes after a sample");
            assert!(seen_in_current.insert(what.to_owned()), "{line} twice");
            match what {
                "UNIT" => assert!(name.ends_with(&format!("_{value}")), "{line}"),
                "HELP" => assert!(value.ends_with('.'), "{line}"),
                "TYPE" => {}
                _ => panic!("{line}"),
            }
            continue;
        }
        let parts = sample.captures(line).unwrap_or_else(|| panic!("no sample: {line}"));
        let family = families.get_mut(&current).unwrap();
        let suffix = parts[1]
            .strip_prefix(&current)
            .unwrap_or_else(|| panic!("{line} is in the middle of {current}"));
        let allowed: &[&str] = match family.0.as_str() {
            "counter" => &["_total"],
            "gauge" => &[""],
            "info" => &["_info"],
            "summary" => &["_count", "_sum"],
            kind => panic!("{kind}"),
        };
        assert!(allowed.contains(&suffix), "{line} in a {}", family.0);
        let labels = parts.get(2).map_or("", |labels| labels.as_str());
        let value: f64 = parts[3].parse().unwrap();
        assert!(family.0 != "counter" || value >= 0.0);
        assert!(
            family.1.insert(format!("{suffix}{labels}"), value).is_none(),
            "{line} twice"
        );
    }
    families
}

/// The names in the table of docs/metrics.md, with their types.
fn documented() -> BTreeSet<(String, String)> {
    let docs = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/metrics.md")).unwrap();
    let cells = |line: &str| {
        let mut cells = line.strip_prefix("| `tidings_")?.split(" | ");
        let name = cells.next()?.trim_end_matches('`').to_owned();
        let kind = cells.next()?.split(' ').next()?.to_owned();
        Some((format!("tidings_{name}"), kind))
    };
    docs.lines().filter_map(cells).collect()
}

fn value(families: &Families, family: &str, sample: &str) -> f64 {
    *families[family]
        .1
        .get(sample)
        .unwrap_or_else(|| panic!("no {sample} in {:?}", families[family]))
}

fn write_config(folder: &Path, site: &Site, more: &str) {
    let rest = format!("{more}{REST}").replace("{folder}", folder.to_str().unwrap());
    let text = config_text(&folder.join("state"), &site.address(), &rest);
    fs::write(folder.join("tidings.toml"), text).unwrap();
}

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = tidings(folder).args(arguments).stdout(Stdio::piped()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_is_documented_well_formed_and_true() {
    let site = Site::start().await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let item = |guid, title: &str| Item::new(guid, title, format!("{}/{guid}", site.address()), "", "It says more.");
    let items = [item("a", "A scan at the harbour"), item("b", "No news")];
    site.set("/feed.xml", Answer::feed(rss("Feed", &items)));
    site.set("/broken.xml", Answer::status(500));
    write_config(folder, &site, "");
    let daemon = Daemon::start(folder);
    daemon.hear("READY=1");
    assert_eq!(run(folder, &["poll", "Feed", "Broken"]).0, Some(0));
    assert_eq!(run(folder, &["digest"]).0, Some(0));

    let (status, head, text) = get(folder, "/metrics");
    assert_eq!(status, 200);
    assert!(
        head.contains("content-type: application/openmetrics-text; version=1.0.0; charset=utf-8"),
        "{head}"
    );
    let families = parse(&text);
    let suffix = |kind: &str| match kind {
        "counter" => "_total",
        "info" => "_info",
        _ => "",
    };
    let told: BTreeSet<_> = families
        .iter()
        .map(|(name, (kind, _))| (format!("{name}{}", suffix(kind)), kind.clone()))
        .collect();
    assert_eq!(told, documented());

    // Both were polled when the daemon started, and again when it was told to.
    let polls = |result: &str| value(&families, "tidings_polls", &format!("_total{{result=\"{result}\"}}"));
    assert_eq!(polls("failed"), 2.0, "{text}");
    assert_eq!(polls("new"), 1.0, "{text}");
    assert_eq!(polls("nothing-new") + polls("not-modified"), 1.0, "{text}");
    assert_eq!(value(&families, "tidings_items", "_total"), 2.0);
    assert_eq!(value(&families, "tidings_new_articles", "_total"), 2.0);
    assert_eq!(value(&families, "tidings_articles", ""), 2.0);
    assert_eq!(value(&families, "tidings_stories", ""), 1.0);
    assert_eq!(value(&families, "tidings_sources", "{health=\"failing\"}"), 1.0);
    assert_eq!(value(&families, "tidings_sources", "{health=\"ok\"}"), 1.0);
    assert_eq!(value(&families, "tidings_deliveries", "{state=\"sent\"}"), 1.0);
    assert_eq!(
        value(&families, "tidings_delivery_attempts", "_total{result=\"sent\"}"),
        1.0
    );
    assert!(
        value(
            &families,
            "tidings_next_digest_timestamp_seconds",
            r#"{digest="daily \"best\""}"#
        ) > 1.7e9
    );
    assert!(value(&families, "tidings_store_write_seconds", "_count") > 3.0);
    assert!(value(&families, "tidings_store_write_seconds", "_sum") > 0.0);
    assert!(value(&families, "tidings_resident_memory_bytes", "") > 1e6);
    assert_eq!(value(&families, "tidings_configuration_ok", ""), 1.0);

    let (status, _, body) = get(folder, "/health");
    let health: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, health["status"].as_str()), (200, Some("ok")), "{body}");
    assert_eq!(
        (health["sources"].as_i64(), health["failingSources"].as_i64()),
        (Some(2), Some(1)),
        "{body}"
    );

    fs::write(folder.join("tidings.toml"), "[[source]]\nfeed = 1\n").unwrap();
    daemon.signal("HUP");
    daemon.hear("the old settings stay");
    assert_eq!(
        value(&parse(&get(folder, "/metrics").2), "tidings_configuration_ok", ""),
        0.0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tcp_there_is_nothing_else_and_a_taken_port_stops_nothing() {
    let site = Site::start().await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    write_config(folder, &site, &format!("[metrics]\nlisten = \"127.0.0.1:{port}\"\n"));
    let mut daemon = Daemon::start_told(folder);
    daemon.hear("READY=1");
    assert_eq!(get(folder, "/health").0, 200);
    daemon.signal("TERM");
    let said = daemon.said();
    assert!(
        said.contains(&format!("127.0.0.1:{port}")) && said.contains("metrics.listen"),
        "{said}"
    );

    drop(taken);
    fs::remove_file(folder.join("notify")).unwrap();
    let mut daemon = Daemon::start_told(folder);
    daemon.hear("READY=1");
    let ask = |path: &str| answer(TcpStream::connect(("127.0.0.1", port)).unwrap(), path);
    assert_eq!(ask("/health").0, 200);
    assert!(!parse(&ask("/metrics").2).is_empty());
    assert_eq!(ask("/commands/2").0, 404, "orders come by the socket alone");
    daemon.signal("TERM");
    assert!(!daemon.said().contains("metrics.listen"));
}

#[test]
fn only_this_machine_may_ask() {
    let folder = tempfile::tempdir().unwrap();
    for (listen, part) in [
        ("0.0.0.0:9464", "127.0.0.1"),
        ("192.168.1.4:9464", "127.0.0.1"),
        ("[::]:9464", "127.0.0.1"),
        ("localhost", "127.0.0.1:9464"),
        ("127.0.0.1:0", "port"),
    ] {
        let text = config_text(
            &folder.path().join("state"),
            "",
            &format!("[metrics]\nlisten = \"{listen}\"\n"),
        );
        fs::write(folder.path().join("tidings.toml"), text).unwrap();
        let (code, said) = run(folder.path(), &["check"]);
        assert_eq!(code, Some(2), "{listen}: {said}");
        assert!(
            said.contains("metrics.listen") && said.contains(part),
            "{listen}: {said}"
        );
    }
    let text = config_text(&folder.path().join("state"), "", "[metrics]\nlisten = \"[::1]:9464\"\n");
    fs::write(folder.path().join("tidings.toml"), text).unwrap();
    assert_eq!(run(folder.path(), &["check"]).0, Some(0));
}

#[test]
fn the_dashboard_asks_for_names_there_are() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("contrib/grafana/tidings.json");
    let text = fs::read_to_string(path).unwrap();
    let _: serde_json::Value = serde_json::from_str(&text).unwrap();
    let known: BTreeSet<String> = documented().into_iter().map(|(name, _)| name).collect();
    let names = regex::Regex::new("tidings_[a-z_]+").unwrap();
    let asked: BTreeSet<&str> = names.find_iter(&text).map(|name| name.as_str()).collect();
    assert!(asked.len() > 10);
    for name in asked {
        let base = name.trim_end_matches("_sum").trim_end_matches("_count");
        assert!(known.contains(base), "{name} is not in docs/metrics.md");
    }
}
