//! Pages of articles, sources, digests and searches, asked of the real server over loopback.

use chrono::TimeDelta;

use crate::support::World;
use crate::support::site::{Answer, Item, rss};
use crate::support::web::{Shown, WebFace};

const REST: &str = r#"
[[source]]
feed = "{site}/feed.xml"
name = "The Feed"
folder = "News/<b>Local"
schedule = "every 1h"

[[source]]
feed = "{site}/none.xml"
name = "Broken"
schedule = "every 1h"

[[topic]]
name = "Harbour"
query = "harbour"

[[digest]]
name = "daily"
topics = ["Harbour"]
schedule = "0 7 * * *"
deliver = ["log"]
"#;

const DATE: &str = "Fri, 12 Jun 2026 10:00:00 GMT";
/// Headlines that would be more than text, escaped as a feed escapes them once for XML and once for HTML.
const HOSTILE: [&str; 4] = [
    "Harbour &amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    "Harbour &amp;quot;onmouseover=alert(2) x=&amp;quot; 'quoted'",
    "Harbour &#x202e;gnirts&#x2066; and&#x9b;31m",
    "harbour مرفأ المدينة",
];

struct Server {
    world: World,
    face: WebFace,
}

impl Server {
    async fn new(rest: &str) -> Self {
        let world = World::new(rest).await;
        let face = WebFace::of(&world).await;
        Self { world, face }
    }

    async fn get(&self, path: &str) -> Shown {
        self.face.get(path).await
    }

    /// Returns a page that is there, and holds it to what every page keeps.
    #[track_caller]
    fn kept(shown: &Shown, path: &str) {
        let body = &shown.body;
        let part = |from: &str, to: &str| {
            let after = body.split_once(from).map(|(_, after)| after);
            after
                .and_then(|after| after.split_once(to))
                .map(|(part, _)| part.to_owned())
        };
        assert!(
            part("<title>", "</title>").is_some_and(|title| title.len() > " – Tidings".len()),
            "{path}"
        );
        assert_eq!(body.matches("<h1>").count(), 1, "{path}");
        let (mut levels, mut rest) = (Vec::new(), body.as_str());
        while let Some((_, after)) = rest.split_once("<h") {
            levels.extend(after.chars().next().and_then(|digit| digit.to_digit(10)));
            rest = after;
        }
        let is_in_order = levels.windows(2).all(|pair| pair[1] <= pair[0] + 1);
        assert!(is_in_order, "{path}: {levels:?}");
        for never in [
            "<script",
            "style=\"",
            " onmouseover=",
            "javascript:",
            "<img",
            "\u{202e}",
            "\u{9b}",
            "\u{7}",
        ] {
            assert!(!body.contains(never), "{path} holds {never:?}");
        }
        assert!(
            !body.contains("<th>") && !body.contains("<th class=\"number\">"),
            "{path}: a column's head has no scope"
        );
        let policy = shown.header("content-security-policy").unwrap_or_default();
        assert!(
            policy.starts_with("default-src 'none'; style-src 'self'; "),
            "{path}: {policy}"
        );
    }

    async fn page(&self, path: &str) -> String {
        let shown = self.get(path).await;
        assert_eq!(shown.status, 200, "{path}: {}", shown.body);
        Self::kept(&shown, path);
        shown.body
    }

    async fn refused(&self, path: &str, status: u16) -> String {
        let shown = self.get(path).await;
        assert_eq!(shown.status, status, "{path}");
        Self::kept(&shown, path);
        shown.body
    }
}

/// Returns a server of a world that has read hostile headlines and sent a digest.
async fn filled() -> Server {
    let server = Server::new(REST).await;
    let world = &server.world;
    let site = world.site.address();
    let mut items: Vec<Item> = Vec::new();
    for (at, title) in HOSTILE.iter().enumerate() {
        let guid = ["a", "b", "c", "d"][at];
        items.push(Item::new(
            guid,
            title,
            format!("{site}/{guid}"),
            DATE,
            "&lt;p&gt;At the harbour.&lt;/p&gt;",
        ));
    }
    let long = format!("Harbour {}", "loooooooooong".repeat(40));
    items.push(Item::new("e", &long, format!("{site}/e"), DATE, "One word."));
    site_page(world, "The quay has twelve cranes. The harbour is old.");
    items.push(Item::new("f", "Harbour cranes", format!("{site}/f"), DATE, "Cranes."));
    world.site.set("/feed.xml", Answer::feed(rss("Feed", &items)));
    world.work().await;
    world.digest().await.unwrap();
    server
}

/// Sets an article's page: a heading, a list, a table, a picture and a link of a stranger, and some text.
fn site_page(world: &World, text: &str) {
    let filler = "Along the quay the harbour pilots told of their work, of the tides and of the ships that came in from the sea. ";
    let page = format!(
        "<html lang=\"en\"><head><title>Harbour cranes</title><meta name=\"author\" content=\"Jo &lt;i&gt;Doe\"></head><body><article>\
         <h1>Harbour cranes</h1><p>{text}</p><p>{}</p><h4>Cranes</h4><p>{}</p>\
         <p>See <a href=\"https://else.example/?a=1&amp;b=2\">the plan</a>, or write &lt;script&gt;alert(3)&lt;/script&gt;.</p>\
         <figure><img src=\"https://pictures.example/crane.jpg\" alt=\"A crane\" width=\"900\" height=\"600\"></figure>\
         <table><tr><th>Crane</th><th>Tons</th></tr><tr><td>One</td><td>12</td></tr><tr><td>Two</td><td>40</td></tr></table>\
         <p>{}</p></article></body></html>",
        filler.repeat(4),
        filler.repeat(4),
        filler.repeat(4),
    );
    world.site.set("/f", Answer::page(page));
}

/// Returns the numbers of the articles a source's page links to.
fn linked(page: &str, room: &str) -> Vec<String> {
    let begin = format!("href=\"/{room}/");
    let links = page.split(&begin).skip(1);
    let mut found: Vec<String> = links.map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    found.dedup();
    found
}

#[tokio::test]
async fn an_article_shows_where_it_is_from_and_nothing_of_it_runs() {
    let server = filled().await;
    let source = server.page("/sources/1").await;
    let articles = linked(&source, "articles");
    assert_eq!(articles.len(), 6, "{source}");
    let mut all = String::new();
    for id in &articles {
        all.push_str(&server.page(&format!("/articles/{id}")).await);
    }
    for text in [
        "Harbour &lt;script&gt;alert(1)&lt;/script&gt;",
        "&quot;onmouseover=alert(2) x=&quot; 'quoted'",
        "dir=\"auto\">harbour مرفأ المدينة<",
        "alert(3)",
        "Read it at ",
        "for “<bdi>harbour</bdi>” in headline",
        "started story ",
        "href=\"https://else.example/?a=1&amp;b=2\" rel=\"noopener noreferrer external\"",
        "<h2>Cranes</h2>",
        "<th scope=\"col\">Tons</th>",
        "The text of its page. It is complete.",
        "href=\"/sources/1\"",
        "href=\"/topics/Harbour\"",
    ] {
        assert!(all.contains(text), "{text} in {all}");
    }
    assert!(
        server
            .refused("/articles/4711", 404)
            .await
            .contains("there is no article 4711")
    );
}

#[tokio::test]
async fn an_article_shows_what_changed_in_it() {
    let server = filled().await;
    site_page(&server.world, "The quay has thirteen cranes. The harbour is old.");
    for _ in 0..8 {
        server.world.work_after(TimeDelta::hours(6)).await;
    }
    let found = server.page("/search?q=cranes").await;
    let page = server
        .page(&format!("/articles/{}", linked(&found, "articles")[0]))
        .await;
    assert!(page.contains("What changed"), "{page}");
    assert!(page.contains("<del>twelve</del> <ins>thirteen</ins>"), "{page}");
}

#[tokio::test]
async fn sources_in_trouble_come_first_and_say_what_helps() {
    let server = filled().await;
    let list = server.page("/sources").await;
    let (broken, well) = (list.find("Broken").unwrap(), list.rfind("The Feed").unwrap());
    assert!(broken < well, "{list}");
    for text in [
        "1 source in trouble",
        "<strong>failing</strong>: it cannot be read",
        "News/&lt;b&gt;Local",
        "scope=\"row\"",
    ] {
        assert!(list.contains(text), "{text} in {list}");
    }
    let page = server.page("/sources/1").await;
    for text in [
        "every 1h",
        "Next poll",
        "of an article on average",
        "/feed.xml</bdi>",
        "Search in it",
        "is read as it should be",
    ] {
        assert!(page.contains(text), "{text} in {page}");
    }
    server.refused("/sources/99", 404).await;
}

#[tokio::test]
async fn a_search_says_what_it_found_and_why() {
    let server = filled().await;
    let page = server.page("/search?q=harbour+cranes&topic=Harbour&since=30d").await;
    for text in [
        "<title>harbour cranes – search – Tidings</title>",
        "1 article found",
        "<mark>Harbour</mark> <mark>cranes</mark>",
        "“<bdi>cranes</bdi>” in headline",
        "name = &quot;harbour too&quot;",
        "query = &quot;harbour cranes&quot;",
        "href=\"/search.atom?q=harbour+cranes&amp;topic=Harbour&amp;since=30d\"",
        "<option value=\"30d\" selected>",
        "<option value=\"Harbour\" selected>",
    ] {
        assert!(page.contains(text), "{text} in {page}");
    }
    let hostile = server
        .page("/search?q=%22script+alert%22+OR+%22%3Cscript%3E%22%07")
        .await;
    assert!(hostile.contains("[[topic]]"));
    let suspicious = server.page("/search?q=harbour+or+quay").await;
    assert!(suspicious.contains("&quot;or&quot; is a word here"), "{suspicious}");
    let nothing = server.page("/search?q=submarine&since=7d").await;
    assert!(nothing.contains("Nothing found") && nothing.contains("without filters"));
    let newest = server.page("/search?q=source:feed").await;
    assert!(newest.contains("6 articles found"), "{newest}");
}

#[tokio::test]
async fn a_search_that_is_not_understood_says_where_and_what_to_write() {
    let server = filled().await;
    for (query, place) in [
        ("harbour+AND", "harbour AND<mark>‸</mark>"),
        ("%22harbour", "<mark>"),
        ("(a+OR+b", "<mark>"),
        ("%3Cb%3E)", "&lt;b&gt;"),
    ] {
        let page = server.refused(&format!("/search?q={query}"), 400).await;
        assert!(page.contains(place) && page.contains("At column"), "{query}: {page}");
        assert!(page.contains("How queries are written"), "{query}");
    }
    assert!(
        server
            .refused("/search?q=a&since=soon", 400)
            .await
            .contains("this is none: ")
    );
    assert!(
        server
            .refused("/search?q=a&topic=Nothing", 404)
            .await
            .contains("no topic is called")
    );
    assert!(
        server
            .refused("/search?q=a&source=%3Cb%3E", 404)
            .await
            .contains("&lt;b&gt;")
    );
    let help = server.page("/search").await;
    for example in help.split("href=\"/search?").skip(1) {
        let query = example.split('"').next().unwrap();
        server.page(&format!("/search?{query}")).await;
    }
    assert_eq!(help.matches("href=\"/search?").count(), 3);
}

#[tokio::test]
async fn digests_stay_as_they_were_sent() {
    let server = filled().await;
    let list = server.page("/digests").await;
    assert!(list.contains("href=\"/digests/1\"") && list.contains("log"), "{list}");
    let page = server.page("/digests/1").await;
    for text in [
        "Where it went",
        "sent <time",
        "href=\"/digests/1.html\"",
        "Its stories, as they stand now",
        "href=\"/digests/daily.atom\"",
    ] {
        assert!(page.contains(text), "{text} in {page}");
    }
    let sent = server.get("/digests/1.html").await;
    assert_eq!(sent.status, 200);
    let policy = sent.header("content-security-policy").unwrap_or_default();
    assert!(policy.contains("sandbox") && !sent.body.contains("<script"), "{policy}");
    assert_eq!(server.get("/digests/7.html").await.status, 404);
    server.refused("/digests/7", 404).await;
}

#[tokio::test]
async fn an_empty_store_says_how_to_begin() {
    let server = Server::new("").await;
    for (path, text) in [
        ("/sources", "[[source]]"),
        ("/digests", "[[digest]]"),
        ("/search", "How queries are written"),
        ("/search?q=harbour", "Nothing found"),
    ] {
        assert!(server.page(path).await.contains(text), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_section_of_today_leads_to_its_topic() {
    let long = "Überlang ".repeat(20);
    let marked = format!("Zalgo{}", "\u{301}".repeat(40));
    let names = [
        "Two  blanks",
        "a\u{a0}b \u{2003}c",
        "\u{202e}turned",
        "zero\u{200b}width",
        "..",
        "x.atom",
        "a/b?c#d%20&e",
        "\"><script>",
        "7",
        "0",
        long.trim(),
        &marked,
    ];
    let mut rest = "[[source]]\nfeed = \"{site}/feed.xml\"\n".to_owned();
    let mut items = Vec::new();
    for (n, name) in names.iter().enumerate() {
        let name = serde_json::to_string(name).unwrap();
        // The last but one finds what the first finds: told there, and named here.
        let word = format!("alpha{}", n % (names.len() - 1));
        rest.push_str(&format!("[[topic]]\nname = {name}\nquery = \"{word}\"\n"));
        let guid: &'static str = Box::leak(format!("g{n}").into_boxed_str());
        let title = format!("alpha{n} bravo{n} delta{n}");
        items.push(Item::new(
            guid,
            &title,
            format!("http://news.example/{n}"),
            DATE,
            &format!("echo{n} golf{n}."),
        ));
    }
    let server = Server::new(&rest).await;
    server.world.site.set("/feed.xml", Answer::feed(rss("Feed", &items)));
    server.world.work().await;
    let today = server.get("/").await.body;
    assert!(!today.contains("<h2>Quiet</h2>"), "{today}");
    let sections: Vec<&str> = today.split("<section><h2><a href=\"").skip(1).collect();
    assert_eq!(sections.len(), names.len());
    for (section, name) in sections.iter().zip(names) {
        let path = section.split('"').next().unwrap();
        let page = server.get(path).await;
        assert_eq!(page.status, 200, "{name:?}: {path}");
        let word = section.split("alpha").nth(1).unwrap().split(' ').next().unwrap();
        assert!(page.body.contains(&format!("alpha{word} ")), "{name:?}: {path}");
    }
}
