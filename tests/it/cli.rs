//! The command line as its users meet it: what it prints, where, and how it ends.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn tidings(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command
        .args(arguments)
        .env_remove("TIDINGS_CONFIG")
        .env_remove("STATE_DIRECTORY");
    command
}

fn output(arguments: &[&str]) -> Output {
    tidings(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn write_config(folder: &Path, rest: &str) -> String {
    let path = folder.join("tidings.toml");
    std::fs::write(
        &path,
        format!("[daemon]\nstate_dir = \"{}\"\n{rest}", folder.join("state").display()),
    )
    .unwrap();
    path.display().to_string()
}

const PAGE: &str = "<html><head><title>Ferry returns | The Lake Letter</title></head><body><article><h1>Ferry returns</h1>\
    <p>The small ferry that crossed the lake until the autumn storms is running again, the harbour office said on Friday, with six crossings a day.</p>\
    <p>Repairs took seven months because the drive shaft had to be cast anew, and because the only yard able to do so was busy with a lock gate.</p></article></body></html>";

#[test]
fn wrong_use_ends_with_2_and_failure_with_1() {
    assert_eq!(output(&["no-such-command"]).status.code(), Some(2));
    assert_eq!(output(&["extract"]).status.code(), Some(2));
    assert_eq!(output(&["doc", "json", "/no/such/file"]).status.code(), Some(1));
    assert_eq!(
        output(&["--config", "/no/such/tidings.toml", "check"]).status.code(),
        Some(2)
    );
}

#[test]
fn every_mistake_of_a_configuration_is_shown_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let config = write_config(
        folder.path(),
        "[[source]]\nfeed = \"htp://x\"\n[[source]]\nfeed = \"https://example.org/\"\nshedule = \"adaptive\"\n[[topic]]\nname = \"A\"\nquery = \"(a\"\n",
    );
    let output = output(&["--config", &config, "poll"]);
    assert_eq!(output.status.code(), Some(2));
    let shown = text(&output.stderr);
    for part in [
        "tidings.toml:4:",
        "tidings.toml:7:",
        "did you mean \"schedule\"",
        "tidings.toml:10:",
        "parenthesis",
    ] {
        assert!(shown.contains(part), "{part} is missing in:\n{shown}");
    }
    assert!(!folder.path().join("state").exists());
}

#[test]
fn commands_that_only_read_create_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let config = write_config(
        folder.path(),
        "[[source]]\nfeed = \"https://example.org/f\"\n[[topic]]\nname = \"A\"\nkeywords = [\"a\"]\n",
    );
    for arguments in [
        &["sources"][..],
        &["articles"],
        &["stories"],
        &["stats"],
        &["digests"],
        &["digest", "--dry-run"],
        &["search", "a"],
        &["topics"],
    ] {
        let output = output(&[&["--config", &config], arguments].concat());
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(
            text(&output.stderr).contains("no database"),
            "{arguments:?}: {}",
            text(&output.stderr)
        );
    }
    assert!(!folder.path().join("state").exists());
}

#[test]
fn init_writes_a_configuration_that_check_accepts_and_refuses_to_overwrite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    assert!(output(&["init", &path]).status.success());
    let config = folder.path().join("tidings.toml").display().to_string();
    let checked = output(&["--config", &config, "check"]);
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    assert!(text(&checked.stdout).contains("0 7 * * *"));
    assert!(!output(&["init", &path]).status.success());
}

#[test]
fn a_page_becomes_a_document_text_or_json() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    std::fs::write(&page, PAGE).unwrap();
    let page = page.display().to_string();
    let url = "https://lake.example/ferry?utm_source=x";
    let document = text(&output(&["extract", &page, "--url", url]).stdout);
    assert!(
        document.starts_with("---\ncategory: news\ntitle: \"Ferry returns\"\n"),
        "{document}"
    );
    assert!(
        document.contains("webUrl: \"https://lake.example/ferry\"\n") && document.ends_with("lock gate.\n"),
        "{document}"
    );
    let list = folder.path().join("list");
    std::fs::write(&list, format!("{page}\t{url}\n/no/such/page.html\t{url}\n")).unwrap();
    let listed = output(&["extract", "--format", "json", "--list", &list.display().to_string()]);
    assert_eq!(listed.status.code(), Some(1), "one bad page is told");
    let line: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(
        (
            line["title"].as_str(),
            line["publishedDateTime"].is_null(),
            line["verdict"].as_str()
        ),
        (Some("Ferry returns"), true, Some("complete"))
    );
}

#[test]
fn a_page_without_an_address_gets_none_but_what_it_says_itself() {
    let folder = tempfile::tempdir().unwrap();
    let read = |html: &str, format: &str| {
        let page = folder.path().join("page.html");
        std::fs::write(&page, html).unwrap();
        text(&output(&["extract", &page.display().to_string(), "--format", format]).stdout)
    };
    let linked = PAGE.replace("harbour office said", "<a href=\"/office\">harbour office</a> said");
    let document = read(&linked, "document");
    for absent in ["Url:", "provider:", "domain:", "http", "localhost", "invalid"] {
        assert!(!document.contains(absent), "{absent} is in\n{document}");
    }
    assert!(
        document.contains("[harbour office](</office>)") || document.contains("[harbour office](/office)"),
        "{document}"
    );
    let line: serde_json::Value = serde_json::from_str(&read(&linked, "json")).unwrap();
    assert!(line["webUrl"].is_null() && line["title"] == "Ferry returns", "{line}");

    // What a page calls its own address is where its links lead from.
    for head in [
        "<link rel=canonical href=\"https://lake.example/ferry\">",
        "<LINK rel=canonical href=/ferry><meta property=og:url content=\"https://lake.example/ferry\">",
    ] {
        let document = read(&linked.replace("</head>", &format!("{head}</head>")), "document");
        for part in [
            "\nwebUrl: \"https://lake.example/ferry\"\n",
            "  domain: lake.example\n",
            "https://lake.example/office",
        ] {
            assert!(document.contains(part), "{head}: {part} is not in\n{document}");
        }
    }
}

#[test]
fn init_writes_the_file_that_was_named() {
    let folder = tempfile::tempdir().unwrap();
    let named = folder.path().join("new/mine.toml");
    let init = |arguments: &[&str]| {
        let mut command = tidings(&["--config", named.to_str().unwrap(), "init"]);
        command.args(arguments).current_dir(folder.path()).output().unwrap()
    };
    let both = init(&["elsewhere"]);
    assert_eq!(both.status.code(), Some(2), "{}", text(&both.stderr));
    assert!(init(&[]).status.success());
    assert!(named.exists() && !folder.path().join("tidings.toml").exists());
}

#[test]
fn a_document_on_standard_input_comes_back_byte_for_byte() {
    let document = "---\ntitle: \"A \\\"b\\\"\"\ntype: article\n\ntopics:\n  - \n\n---\n\n";
    let mut child = tidings(&["doc", "fmt", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(document.as_bytes()).unwrap();
    assert_eq!(text(&child.wait_with_output().unwrap().stdout), document);
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    std::fs::write(&page, PAGE).unwrap();
    let list = folder.path().join("list");
    std::fs::write(
        &list,
        format!("{}\thttps://lake.example/\n", page.display()).repeat(3_000),
    )
    .unwrap();
    let mut child = tidings(&["extract", "--format", "text", "--list", &list.display().to_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}

#[test]
fn a_store_in_use_is_named_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let config = write_config(folder.path(), "");
    let _owner = tidings::store::Store::open(&folder.path().join("state")).unwrap();
    let output = output(&["--config", &config, "poll"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("in use by another tidings"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn the_demo_leaves_everything_where_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let output = tidings(&["demo"]).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    for path in [
        "tidings-demo/news",
        "tidings-demo/digests",
        "tidings-demo/tidings.sqlite",
    ] {
        assert!(said.contains(path), "{said}");
        assert!(folder.path().join(path).exists(), "{path} is not there");
    }
    let next = tidings(&["--config", "tidings-demo/tidings.toml", "stories"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(next.status.success(), "{}", text(&next.stderr));
    // The digest and the list count one story alike.
    let listed = text(&next.stdout);
    assert!(said.contains("9 articles in 6 days, 2 of them copies"), "{said}");
    assert!(
        listed.contains(" 9 articles, 2 of them copies · Facial Recognition Policy\n"),
        "{listed}"
    );
    let tested = tidings(&[
        "--config",
        "tidings-demo/tidings.toml",
        "topics",
        "backtest",
        "Harbour Strike",
    ])
    .args(["--since", "20000d"])
    .current_dir(folder.path())
    .output()
    .unwrap();
    let days: Vec<String> = text(&tested.stdout)
        .lines()
        .filter(|line| line.starts_with("2026-"))
        .map(str::to_owned)
        .collect();
    assert_eq!(days.len(), 6, "{}", text(&tested.stderr));
    assert!(
        days.is_sorted_by(|one, next| one[..16] >= next[..16]),
        "newest first: {days:#?}"
    );
}

#[test]
fn opml_goes_in_as_toml_that_loads_and_comes_out_again() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.opml");
    let opml = "<opml version=\"2.0\"><head><title>Mine</title></head><body>\
        <outline text=\"News\"><outline text=\"Tech &amp; more\"><outline text=\"A &quot;quoted&quot; \\ name\" xmlUrl=\"https://a.example/feed?x=1&amp;y=2\"/></outline></outline>\
        <outline text=\"B\" xmlUrl=\"https://b.example/feed\"/><outline text=\"twin\" xmlUrl=\"http://www.b.example/feed/\"/>\
        <outline text=\"no\" xmlUrl=\"file:///etc/passwd\"/></body></opml>";
    std::fs::write(&list, opml).unwrap();
    let list = list.display().to_string();
    let imported = tidings(&["sources", "import", &list])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(imported.status.success(), "{}", text(&imported.stderr));
    assert!(text(&imported.stderr).contains("file:///etc/passwd is no web address"));
    let toml = text(&imported.stdout);
    assert!(toml.contains("# the same as one above:\n# [[source]]"), "{toml}");
    let config = write_config(folder.path(), &toml);
    let exported = output(&["--config", &config, "sources", "export"]);
    assert!(exported.status.success(), "{}", text(&exported.stderr));
    let exported = text(&exported.stdout);
    for part in [
        "<outline text=\"News\" title=\"News\">",
        "text=\"Tech &amp; more\"",
        "text=\"A &quot;quoted&quot; \\ name\"",
        "xmlUrl=\"https://a.example/feed?x=1&amp;y=2\"",
        "text=\"B\"",
    ] {
        assert!(exported.contains(part), "{part} is missing in\n{exported}");
    }
    assert_eq!(exported.matches("xmlUrl").count(), 2);
    // Everything it names is configured now.
    let again = output(&["--config", &config, "sources", "import", &list]);
    assert_eq!(text(&again.stdout).matches("# already configured:").count(), 3);
    let import = |opml: &str| {
        let list = folder.path().join("other.opml");
        std::fs::write(&list, opml).unwrap();
        let list = list.display().to_string();
        let done = tidings(&["sources", "import", &list])
            .current_dir(folder.path())
            .output()
            .unwrap();
        (done.status.code(), text(&done.stdout), text(&done.stderr))
    };
    let (status, toml, told) = import(
        "<opml><body><outline text=\"Members\" xmlUrl=\"https://me:hush@m.example/feed\"/><outline type=\"rss\" url=\"https://u.example/\"/></body></opml>",
    );
    assert!(!toml.contains("hush") && !told.contains("hush"), "{toml}{told}");
    assert!(told.contains("Members: its address holds a login"), "{told}");
    assert_eq!(status, Some(0));
    let config = write_config(folder.path(), &toml);
    let checked = output(&["--config", &config, "check"]);
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    std::fs::write(folder.path().join("m"), "hush").unwrap();
    let written = toml
        .replace("# user = \"…\"", "user = \"me\"")
        .replace("# password = { file = \"…\" }", "password = { file = \"m\" }");
    assert!(written.contains("user = \"me\"\npassword"), "{written}");
    let config = write_config(folder.path(), &written);
    let checked = output(&["--config", &config, "check"]);
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    for opml in [
        "<opml><body><outline text=\"A\"><outline text=\"B\"/></outline></body></opml>",
        "<opml><body><outline text=\"A\" xmlUrl=\"ftp://a.example/\"/></body></opml>",
    ] {
        let (status, toml, told) = import(opml);
        assert_eq!((status, toml.as_str()), (Some(1), ""));
        assert!(told.contains("no feed in it that can be read"), "{told}");
    }
    let broken = tidings(&["sources", "import", "-"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(broken.status.code(), Some(1));
    assert!(text(&broken.stderr).contains("no OPML"), "{}", text(&broken.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn discover_checks_what_it_prints() {
    use crate::support::site::{Answer, Item, Site, rss};
    let site = Site::start().await;
    let address = site.address();
    let items = |n: usize| -> Vec<Item> {
        (1..=n)
            .map(|n| {
                Item::new(
                    "1",
                    "Title",
                    format!("{address}/{n}"),
                    "Fri, 12 Jun 2026 10:00:00 GMT",
                    "text",
                )
            })
            .collect()
    };
    let links: String = (1..=4)
        .map(|n| {
            format!("<li><a href=/2026/06/1{n}/council-story-number-{n}>Council story number {n} of June</a></li>")
        })
        .collect();
    site.set(
        "/",
        Answer::page(format!(
            "<html><head><title>Home</title><link rel=alternate type=application/rss+xml title=Main href=/main.xml>\
             <link rel=alternate type=application/rss+xml href=/dead.xml></head><body><a href=/twin.rss>RSS</a><ul>{links}</ul></body></html>"
        )),
    );
    site.set("/main.xml", Answer::feed(rss("The \"Example\"", &items(3))));
    site.set("/twin.rss", Answer::feed(rss("The same", &items(3))));
    site.set("/news-twin.rss", Answer::feed(rss("The same", &items(3))));
    site.set("/bare", Answer::page("<html><body><p>Nothing here.</p></body></html>"));
    site.set(
        "/robots.txt",
        Answer::new(
            200,
            "text/plain",
            format!("User-agent: *\nSitemap: {address}/news-twin.rss\nSitemap: {address}/news-map.xml\n"),
        ),
    );
    site.set(
        "/news-map.xml",
        Answer::new(
            200,
            "application/xml",
            "<urlset><url><loc>/n</loc><news:news><news:title>N</news:title></news:news></url></urlset>",
        ),
    );
    let folder = tempfile::tempdir().unwrap();
    let config = write_config(
        folder.path(),
        "[fetch]\nallow_private = [\"127.0.0.1\"]\nhost_gap = \"0s\"\n",
    );
    let run = |path: &str, more: &[&str]| {
        let address = format!("{address}{path}");
        let arguments = [&["--config", &config, "sources", "discover", &address], more].concat();
        tokio::task::block_in_place(|| output(&arguments))
    };
    let found = run("/", &[]);
    assert!(found.status.success(), "{}", text(&found.stderr));
    let toml = text(&found.stdout);
    assert_eq!(toml.matches("\n[[source]]\n").count(), 1, "{toml}");
    for part in [
        "# The \"Example\": 3 entries, newest 2026-06-12; named by the page\n[[source]]\nfeed = ",
        "name = \"The \\\"Example\\\"\"",
        "# sitemap = ",
        "# listing = ",
        ": 4 links, newest 2026-06-14",
    ] {
        assert!(toml.contains(part), "{part} is missing in\n{toml}");
    }
    assert!(!toml.contains("dead.xml") && !toml.contains("twin.rss"), "{toml}");
    let json = run("/main.xml", &["--format", "json"]);
    assert!(
        text(&json.stdout).starts_with("{\"kind\":\"feed\""),
        "{}",
        text(&json.stdout)
    );
    // Without a scheme https is tried first, and where nothing speaks it, http.
    let bare = address.trim_start_matches("http://");
    let found = tokio::task::block_in_place(|| output(&["--config", &config, "sources", "discover", bare]));
    let told = text(&found.stderr);
    assert!(
        found.status.success() && text(&found.stdout).contains("feed = "),
        "{told}"
    );
    assert!(
        told.contains("no secure connection") && told.contains("trying http://"),
        "{told}"
    );
    let wrong = output(&["--config", &config, "sources", "discover", "https//x.example/"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(
        text(&wrong.stderr).contains("write \"https://x.example/\""),
        "{}",
        text(&wrong.stderr)
    );
    site.set("/robots.txt", Answer::status(404));
    let nothing = run("/bare", &[]);
    assert_eq!(nothing.status.code(), Some(1));
    assert!(
        text(&nothing.stderr).contains("/rss.xml answered 404"),
        "{}",
        text(&nothing.stderr)
    );
}
