//! Kept pictures: fetched once, shown by documents and views, gone with their article; none of them ever costs an article.

use std::fs;
use std::path::PathBuf;

use chrono::TimeDelta;
use tidings::domain::ArticleId;
use tidings::domain::image::ImageHash;
use tidings::jobs::archive::verify;
use tidings::jobs::compile;
use tidings::jobs::maintenance::{daily, sweep_images};
use tidings::views::images;
use tidings::web::site;

use crate::poll::{item, paragraphs};
use crate::support::World;
use crate::support::site::{Answer, Item, rss};
use crate::support::web::WebFace;

pub const KEPT: &str = r#"
[images]
keep = true

[archive]
keep = "60d"

[[topic]]
name = "Harbour"
query = "harbour"

[[source]]
feed = "{site}/feed.xml"
schedule = "every 1h"
full_text = "always"
"#;

const TITLE: &str = "Crane in the harbour stays";

pub fn png(width: u32, height: u32, more: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(b"\x08\x02\0\0\0");
    bytes.extend(more);
    bytes
}

pub fn picture(bytes: Vec<u8>) -> Answer {
    Answer::new(200, "image/png", bytes)
}

/// A page that leads with a picture, of a site with an icon.
pub fn page(title: &str, image: &str, said: &str) -> Answer {
    Answer::page(format!(
        "<html><head><title>{title}</title><meta property=og:image content='{image}'>\
         <link rel=apple-touch-icon href=/icon.png></head><body><article><h1>{title}</h1>{}</article></body></html>",
        paragraphs(said)
    ))
}

/// Has the article's page say something else, and lead with this picture.
fn change_page(world: &World, image: &str) {
    let said = "The harbour crane is ninety years old, says the museum.";
    world.site.set("/a", page(TITLE, image, said));
}

fn first_item(world: &World) -> Item {
    let said = "The old crane in the harbour is to be kept.";
    item(world, "1", "/a", TITLE, said)
}

/// Returns a world whose feed has one article at `/a`, not read yet.
async fn with_article(image: Answer, icon: Answer) -> World {
    with_settings(KEPT, image, icon).await
}

async fn with_settings(rest: &str, image: Answer, icon: Answer) -> World {
    let world = World::new(rest).await;
    let feed = rss("The Feed", &[first_item(&world)]);
    world.site.set("/feed.xml", Answer::feed(feed));
    let said = "The harbour crane is a hundred years old.";
    world.site.set("/a", page(TITLE, "/a.png", said));
    world.site.set("/a.png", image);
    world.site.set("/icon.png", icon);
    world
}

fn document(world: &World) -> String {
    let documents = world.documents();
    assert_eq!(documents.len(), 1);
    documents[0].1.clone()
}

pub fn files(world: &World) -> Vec<PathBuf> {
    let folder =
        |path: PathBuf| fs::read_dir(path).map(|all| all.map(|entry| entry.unwrap().path()).collect::<Vec<_>>());
    let folders = folder(world.ctx.config.state_dir.join("images")).unwrap_or_default();
    let mut found: Vec<PathBuf> = folders.into_iter().flat_map(|path| folder(path).unwrap()).collect();
    found.sort();
    found
}

fn rows(world: &World) -> [i64; 3] {
    [
        "image",
        "article_image WHERE hash IS NOT NULL",
        "publisher_icon WHERE hash IS NOT NULL",
    ]
    .map(|table| world.database().count(table))
}

pub fn verified(world: &World) -> bool {
    let ctx = &world.ctx;
    let matcher = compile(&ctx.config).unwrap();
    let report = verify::verify(&ctx.config, &matcher, &ctx.store, 3, |_, _| {}).unwrap();
    report.is_equal() && report.waiting == 0
}

#[tokio::test]
async fn a_picture_and_an_icon_are_fetched_once_and_shown() {
    let world = with_article(picture(png(1200, 630, b"crane")), picture(png(180, 180, b"icon"))).await;
    world.work().await;
    let text = document(&world);
    let site = world.site.address();
    let expected =
        format!("\nimages:\n  - url: \"{site}/a.png\"\n    width: 1200\n    height: 630\n    isCached: true\n\n");
    assert!(text.contains(&expected), "{text}");
    let expected = format!("\n  images:\n    - url: \"{site}/icon.png\"\n      width: 180\n      height: 180\n\n");
    assert!(text.contains(&expected), "{text}");
    assert!(verified(&world));

    let view = images::of_article(&world.ctx.store, ArticleId(1)).unwrap().unwrap();
    assert_eq!((view.media_type, view.width, view.height), ("image/png", 1200, 630));
    let shown = images::bytes(&world.ctx.store, &world.ctx.config, &view.hash)
        .unwrap()
        .unwrap();
    assert_eq!(shown.bytes, png(1200, 630, b"crane"));
    let icon = images::of_publisher(&world.ctx.store, "127.0.0.1").unwrap().unwrap();
    assert_eq!(icon.url, format!("{site}/icon.png"));
    for none in ["", "..", "../../tidings.db", ImageHash::of(b"another").as_str()] {
        assert_eq!(
            images::bytes(&world.ctx.store, &world.ctx.config, none).unwrap(),
            None,
            "{none}"
        );
    }

    // A later look changes nothing, and another article with the same picture asks nobody.
    change_page(&world, "/a.png");
    let items = [
        item(
            &world,
            "2",
            "/b",
            "Second crane for the harbour",
            "A second crane comes to the harbour.",
        ),
        first_item(&world),
    ];
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &items)));
    world.site.set(
        "/b",
        page(
            "Second crane for the harbour",
            "/a.png",
            "A second crane comes to the harbour in May.",
        ),
    );
    world.work_after(TimeDelta::hours(30)).await;
    assert_eq!(
        (world.site.asked("/a.png").len(), world.site.asked("/icon.png").len()),
        (1, 1)
    );
    assert_eq!((rows(&world), files(&world).len()), ([2, 2, 1], 2));
    for (_, text) in world.documents() {
        assert!(
            text.contains("\n    isCached: true\n") && text.contains("/icon.png"),
            "{text}"
        );
    }
    assert!(verified(&world));
}

#[tokio::test]
async fn an_icon_stands_beside_its_publishers_name_on_every_page_and_in_a_site() {
    let world = with_article(Answer::status(404), picture(png(180, 180, b"icon"))).await;
    world.work().await;
    let face = WebFace::of(&world).await;
    let file = format!("{}.png", ImageHash::of(&png(180, 180, b"icon")));
    let icon = |folder: &str| {
        format!("<img class=\"icon\" src=\"{folder}/{file}\" width=\"16\" height=\"16\" alt=\"\" loading=\"lazy\">")
    };
    let paths = [
        "/",
        "/topics/Harbour",
        "/stories/1",
        "/articles/1",
        "/sources",
        "/sources/1",
        "/search?q=harbour",
    ];
    for path in paths {
        let page = face.get(path).await;
        assert!(page.body.contains(&icon("/images")), "{path}: {}", page.body);
    }
    let bytes = face.get(&format!("/images/{file}")).await;
    assert_eq!((bytes.status, bytes.header("content-type")), (200, Some("image/png")));
    let (folder, base) = (tempfile::tempdir().unwrap(), "https://news.example/a/".parse().unwrap());
    let (store, config) = (&world.ctx.store, &world.ctx.config);
    site::write(store, config, world.clock.now(), &base, folder.path(), |_| {}).unwrap();
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert_eq!(read(&format!("images/{file}")), png(180, 180, b"icon"));
    let page = String::from_utf8(read("articles/1.html")).unwrap();
    assert!(page.contains(&icon("/a/images")), "{page}");
}

#[tokio::test]
async fn what_is_no_picture_costs_itself_alone_and_is_asked_for_at_a_later_look() {
    for (what, answer) in [
        ("missing", Answer::status(404)),
        ("broken", Answer::status(500)),
        ("a page", Answer::page("<!doctype html><p>No hotlinks".to_owned())),
        (
            "a drawing",
            Answer::new(200, "image/png", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ),
        ("cut", Answer::new(200, "image/png", &b"\x89PNG\r\n\x1a\n\0\0"[..])),
        ("empty", Answer::new(200, "image/png", "")),
        ("of no size", picture(png(0, 630, b""))),
        ("a bomb", picture(png(60_000, 60_000, b""))),
        ("too large", picture(png(1200, 630, &vec![0; 5_000_001]))),
    ] {
        let world = with_article(answer, picture(png(180, 180, &vec![0; 300_000]))).await;
        world.work().await;
        let text = document(&world);
        // Where its size can be told it is shown, as it is without being kept.
        let has_size = ["a bomb", "too large"].contains(&what);
        assert!(
            text.contains("a hundred years old") && !text.contains("isCached"),
            "{what}: {text}"
        );
        assert_eq!(text.contains("images:"), has_size, "{what}: {text}");
        assert_eq!((rows(&world), files(&world).len()), ([0, 0, 0], 0), "{what}");
        let asked = world.site.asked("/a.png").len();
        world.work().await;
        assert_eq!(
            world.site.asked("/a.png").len(),
            asked,
            "{what}: not asked again at once"
        );
        // Its page has changed at a later look, and by then the picture is there; the icon rests for a week.
        change_page(&world, "/a.png");
        world.site.set("/a.png", picture(png(1200, 630, b"")));
        world.work_after(TimeDelta::hours(30)).await;
        assert_eq!(
            (rows(&world), world.site.asked("/icon.png").len()),
            ([1, 1, 0], 1),
            "{what}"
        );
        assert!(document(&world).contains("isCached: true"), "{what}");
    }
}

#[tokio::test]
async fn without_room_for_it_the_article_stands_without_its_picture() {
    let world = with_article(picture(png(1200, 630, b"")), Answer::status(404)).await;
    let folder = world.ctx.config.state_dir.join("images");
    fs::write(&folder, "in the way").unwrap();
    world.work().await;
    let text = document(&world);
    assert!(
        text.contains("a hundred years old") && !text.contains("isCached"),
        "{text}"
    );
    assert_eq!(rows(&world), [0, 0, 0]);
    fs::remove_file(&folder).unwrap();
    change_page(&world, "/a.png");
    world.work_after(TimeDelta::hours(30)).await;
    assert_eq!((rows(&world), files(&world).len()), ([1, 1, 0], 1));
    assert!(document(&world).contains("isCached: true") && verified(&world));
}

#[tokio::test]
async fn where_the_page_is_as_it_was_only_what_may_come_is_asked_for_again() {
    for (what, answer, is_kept) in [
        ("broken", Answer::status(503), true),
        ("missing", Answer::status(404), false),
        (
            "a page",
            Answer::page("<!doctype html><p>No hotlinks".to_owned()),
            false,
        ),
        ("too large", picture(png(1200, 630, &vec![0; 5_000_001])), false),
    ] {
        let world = with_article(answer, Answer::status(404)).await;
        let page = page(TITLE, "/a.png", "The harbour crane is a hundred years old.");
        world.site.set("/a", page.header("etag", "\"1\""));
        world.work().await;
        let (text, asked) = (document(&world), world.site.asked("/a.png").len());
        world.site.set("/a.png", picture(png(800, 600, b"")));
        world.work_after(TimeDelta::hours(30)).await;
        assert_eq!(world.site.asked("/a").last().unwrap().status, 304, "{what}");
        let later = world.site.asked("/a.png").len() - asked;
        assert_eq!((later, rows(&world)[1]), (is_kept.into(), is_kept.into()), "{what}");
        assert_eq!(document(&world) == text, !is_kept, "{what}");
        // Once it is there, nobody asks for it any more.
        world.work_after(TimeDelta::hours(72)).await;
        assert_eq!(world.site.asked("/a.png").len(), asked + later, "{what}");
        assert!(verified(&world), "{what}");
    }
}

#[tokio::test]
async fn a_picture_that_cannot_be_kept_does_not_vanish() {
    let world = with_article(picture(png(1200, 630, &vec![0; 5_000_001])), Answer::status(404)).await;
    world.work().await;
    let shown = "/a.png\"\n    width: 1200\n    height: 630\n";
    assert!(document(&world).contains(shown), "{}", document(&world));
    world.site.set("/a.png", Answer::status(503));
    change_page(&world, "/a.png");
    world.work_after(TimeDelta::hours(30)).await;
    let text = document(&world);
    assert!(text.contains("ninety") && text.contains(shown), "{text}");
}

#[tokio::test]
async fn a_picture_that_is_the_articles_no_more_goes() {
    let world = with_article(picture(png(1200, 630, b"")), picture(png(180, 180, b""))).await;
    world.work().await;
    change_page(&world, "/other.png");
    world.work_after(TimeDelta::hours(30)).await;
    assert_eq!(images::of_article(&world.ctx.store, ArticleId(1)).unwrap(), None);
    assert_eq!((rows(&world), verified(&world)), ([1, 0, 1], true));
    // Nor is the icon of a publisher whose articles are another's by now.
    world
        .database()
        .run("UPDATE article SET provider_domain = 'new.example'");
    assert_eq!(sweep_images::run(&world.ctx).await.unwrap(), 2);
    assert_eq!((rows(&world), files(&world).len()), ([0, 0, 0], 0));
}

#[tokio::test]
async fn of_an_icon_no_more_is_read_than_it_may_have() {
    let world = with_article(Answer::status(404), picture(png(180, 180, &vec![0; 2_000_000]))).await;
    world.work().await;
    let asked = world.site.asked("/icon.png");
    assert_eq!(asked[0].headers["range"], "bytes=0-262144");
    assert_eq!((asked.len(), rows(&world)), (1, [0, 0, 0]));
}

#[tokio::test]
async fn another_picture_takes_the_place_of_the_first() {
    let world = with_article(picture(png(1200, 630, b"")), Answer::status(404)).await;
    world.work().await;
    change_page(&world, "/other.png");
    world.site.set("/other.png", picture(png(800, 600, b"other")));
    world.work_after(TimeDelta::hours(30)).await;
    let text = document(&world);
    assert!(
        text.contains("/other.png\"\n    width: 800\n    height: 600\n    isCached: true"),
        "{text}"
    );
    assert_eq!((rows(&world), files(&world).len()), ([1, 1, 0], 2));
    assert_eq!(sweep_images::run(&world.ctx).await.unwrap(), 1);
    assert_eq!((files(&world).len(), verified(&world)), (1, true));
}

#[tokio::test]
async fn what_a_kill_left_is_swept_and_a_lost_file_is_said_to_be_lost() {
    let world = with_article(picture(png(1200, 630, b"")), picture(png(180, 180, b""))).await;
    world.work().await;
    let kept = files(&world);
    // Killed while a picture was written, and before its row was.
    let stray = ImageHash::of(b"stray");
    fs::write(kept[0].with_file_name(format!(".tidings-{stray}")), "st").unwrap();
    fs::write(kept[0].with_file_name(stray.as_str()), "stray").unwrap();
    assert_eq!(
        images::bytes(&world.ctx.store, &world.ctx.config, stray.as_str()).unwrap(),
        None
    );
    assert_eq!(sweep_images::run(&world.ctx).await.unwrap(), 2);
    assert_eq!(files(&world), kept);

    let view = images::of_article(&world.ctx.store, ArticleId(1)).unwrap().unwrap();
    let path = kept.iter().find(|path| path.ends_with(&view.hash)).unwrap();
    fs::write(path, "damaged").unwrap();
    assert_eq!(
        images::bytes(&world.ctx.store, &world.ctx.config, &view.hash).unwrap(),
        None
    );
    sweep_images::run(&world.ctx).await.unwrap();
    assert_eq!(rows(&world), [1, 0, 1]);
    world.work().await;
    let text = document(&world);
    assert!(
        !text.contains("isCached") && text.contains("/icon.png") && verified(&world),
        "{text}"
    );
    fs::remove_dir_all(world.ctx.config.state_dir.join("images")).unwrap();
    sweep_images::run(&world.ctx).await.unwrap();
    world.work().await;
    assert_eq!(rows(&world), [0, 0, 0]);
    assert!(!document(&world).contains("/icon.png") && verified(&world));
}

#[tokio::test]
async fn a_picture_goes_with_its_article_and_an_icon_with_the_last() {
    let world = with_article(picture(png(1200, 630, b"")), picture(png(180, 180, b""))).await;
    world.work().await;
    assert_eq!((rows(&world), files(&world).len()), ([2, 1, 1], 2));
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &[])));
    // The clock leaps, and is believed in steps.
    for _ in 0..100 {
        world.clock.advance(TimeDelta::days(1));
        daily::run_daily(&world.ctx).await.unwrap();
    }
    assert!(world.documents().is_empty());
    assert_eq!((rows(&world), files(&world).len()), ([0, 0, 0], 0));
    assert_eq!(world.database().count("publisher_icon"), 0);
}

#[tokio::test]
async fn nothing_is_kept_unless_it_is_wanted() {
    let unwanted = KEPT.replace("keep = true", "keep = false");
    let world = with_settings(&unwanted, picture(png(1200, 630, b"")), picture(png(180, 180, b""))).await;
    world.work().await;
    let text = document(&world);
    assert!(text.contains("width: 1200") && !text.contains("isCached"), "{text}");
    assert!(world.site.asked("/icon.png").is_empty() && files(&world).is_empty());
}
