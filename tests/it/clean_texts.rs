//! No text from outside steers a terminal or breaks a document, however it came in and whenever it was stored.

use tidings::store::articles::ArticleFilter;
use tidings::text::is_kept;

use crate::poll::ONE_FEED;
use crate::support::World;
use crate::support::site::Answer;

const BAD: &str = "\u{7}\u{9b}31m\u{7f}\u{202e}\u{2066}\u{feff}\u{fffe}\u{2028}";

fn feed(site: &str, title: &str, text: &str) -> String {
    format!(
        "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"The{title} Feed\",\"items\":[{{\"id\":\"1\",\
         \"url\":\"{site}/a\",\"title\":\"Council weighs face scans {title}\",\"authors\":[{{\"name\":\"Jo{title}\"}}],\
         \"summary\":\"A face scan {title}.\",\"content_text\":\"A face scan is debated {text}. And more of it.\"}}]}}"
    )
}

/// Returns the one document after it was found to be what a reader of YAML takes.
#[track_caller]
fn checked_document(world: &World) -> String {
    let (name, text) = world.documents().remove(0);
    assert!(text.chars().all(is_kept), "{name}: {text:?}");
    let front_matter = text.split("---\n").nth(1).unwrap();
    let read: std::collections::BTreeMap<String, serde_json::Value> = serde_saphyr::from_str(front_matter).unwrap();
    assert!(
        read["title"].as_str().unwrap().starts_with("Council weighs face scans"),
        "{read:?}"
    );
    text
}

#[tokio::test]
async fn what_a_feed_says_is_clean() {
    let world = World::new(&ONE_FEED.replacen("schedule", "full_text = \"never\"\nschedule", 1)).await;
    let escaped: String = BAD.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    let body = feed(&world.site.address(), &escaped, &escaped);
    world
        .site
        .set("/feed.xml", Answer::new(200, "application/feed+json", body));
    world.work().await;
    checked_document(&world);
    let listed = world
        .ctx
        .store
        .list_articles(&ArticleFilter::default())
        .unwrap()
        .remove(0);
    let article = world.ctx.store.article(listed.id).unwrap().unwrap();
    let texts = [
        &article.title,
        &article.excerpt,
        &article.body_text,
        &article.body_markdown,
        &article.provider_name,
    ];
    assert!(texts.into_iter().all(|text| text.chars().all(is_kept)), "{article:?}");
    assert!(article.byline.unwrap().chars().all(is_kept));
    let title = world.ctx.store.sources().unwrap().remove(0).state.title.unwrap();
    assert!(title.chars().all(is_kept), "{title:?}");
}

#[tokio::test]
async fn what_a_page_says_is_clean() {
    let world = World::new(ONE_FEED).await;
    let body = feed(&world.site.address(), "", "");
    world
        .site
        .set("/feed.xml", Answer::new(200, "application/feed+json", body));
    let references: String = BAD.chars().map(|c| format!("&#x{:x};", u32::from(c))).collect();
    let linked = format!(
        "{{\"@type\":\"NewsArticle\",\"headline\":\"Council weighs face scans \\u202e{BAD}\",\"author\":\"Jo\\u0007\\u009b\"}}"
    );
    let text = format!("The council debates a face scan {references}{BAD} at the station. ").repeat(20);
    world.site.set("/a", Answer::page(format!(
        "<html><head><title>Council weighs face scans {references}</title><meta property=\"og:site_name\" content=\"The{BAD}{references} Post\">\
         <script type=\"application/ld+json\">{linked}</script></head><body><article><h1>Council weighs face scans {references}</h1>\
         <p>{text}</p><pre>code {references}{BAD}</pre><p><a href=\"https://example.org/{references}\">{text}</a></p></article></body></html>"
    )));
    world.work().await;
    let document = checked_document(&world);
    assert!(document.contains("at the station"), "{document}");
}

#[tokio::test]
async fn what_was_stored_before_is_clean_in_documents() {
    let world = World::new(&ONE_FEED.replacen("schedule", "full_text = \"never\"\nschedule", 1)).await;
    let body = feed(&world.site.address(), "", "");
    world
        .site
        .set("/feed.xml", Answer::new(200, "application/feed+json", body));
    world.work().await;
    // An earlier version stored, and wrote, what came.
    let title = format!("'Council weighs face scans {BAD}'");
    world.database().run(&format!(
        "UPDATE article SET title = {title}, excerpt = {title}, original_url = 'file:///etc/passwd';
         UPDATE body SET feed_markdown = {title}, feed_text = {title}, markdown = NULL, text = NULL;
         UPDATE setting SET value = 1 WHERE name = 'documents-for';"
    ));
    let name = world.documents().remove(0).0;
    std::fs::write(
        world.ctx.config.archive.path.join(&name),
        format!("---\ntitle: \"{BAD}\"\n---\n"),
    )
    .unwrap();
    world.work().await;
    let document = checked_document(&world);
    assert!(
        !document.contains("file:") && document.contains("originalUrl: \"http"),
        "{document}"
    );
}

#[tokio::test]
async fn addresses_of_other_schemes_are_never_stored() {
    let world = World::new(&ONE_FEED.replacen("schedule", "full_text = \"never\"\nschedule", 1)).await;
    let links = [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org/x",
        "HTTP:",
        "mailto:a@b.example",
    ];
    let items: Vec<String> = links
        .iter()
        .enumerate()
        .map(|(number, link)| {
            format!(
                "{{\"id\":\"{number}\",\"url\":\"{link}\",\"title\":\"A face scan, number {number}\",\"content_text\":\"A face scan {number}\",\
                 \"attachments\":[{{\"url\":\"{link}\",\"mime_type\":\"image/png\"}}]}}"
            )
        })
        .collect();
    let body = format!(
        "{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{}]}}",
        items.join(",")
    );
    world
        .site
        .set("/feed.xml", Answer::new(200, "application/feed+json", body));
    let done = world.work().await;
    assert_eq!(done.new_articles, links.len());
    for listed in world.ctx.store.list_articles(&ArticleFilter::default()).unwrap() {
        let article = world.ctx.store.article(listed.id).unwrap().unwrap();
        let image = article.image.map(|image| image.url);
        for address in [Some(article.original_url), Some(article.web_url), image]
            .into_iter()
            .flatten()
        {
            assert!(address.starts_with("http://127.0.0.1"), "{address}");
        }
    }
}
