//! Feeds of what is stored, read by our own reader: one entry a story, under an id that stays.

use chrono::{DateTime, TimeDelta, Utc};
use tidings::domain::feed::{Entry, Feed};
use tidings::domain::{ArticleId, StoryId};
use tidings::feed;
use tidings::web::{self, Answer, Desk, FeedForm, LinkForm, Route, SearchTerms};

use crate::support::site::{Answer as SiteAnswer, Item, rss};
use crate::support::web::WebFace;
use crate::support::{World, all_of_the_feed, at};

const CRACK: &str = "Crack closes stone harbour bridge Velden inspectors";
const FERRY: &str = "Ferry queue strands islanders overnight";

fn followed() -> String {
    format!(
        "{}\n[[digest]]\nname = \"daily & more\"\ntopics = [\"All\"]\nschedule = \"0 7 * * *\"\ndeliver = [\"log\"]\n",
        all_of_the_feed()
    )
}

fn item(outlet: &str, title: &'static str) -> Item {
    let link = format!("http://{outlet}.example/{}", title.replace(' ', "-"));
    Item::new(
        title,
        title,
        link,
        "Sat, 13 Jun 2026 10:00:00 GMT",
        "What is told of it.",
    )
}

async fn publish(world: &World, items: &[Item]) {
    world.site.set("/feed.xml", SiteAnswer::feed(rss("F", items)));
    world.work_after(TimeDelta::hours(1)).await;
}

fn asked_as(world: &World, origin: &str, token: Option<&str>, route: &Route) -> Answer {
    let links = LinkForm::Served { below: String::new() };
    let (store, config) = (&world.ctx.store, &world.ctx.config);
    let desk = Desk {
        token: token.map(str::to_owned),
        ..Desk::new(store, config, world.clock.now(), links, origin.to_owned())
    };
    web::answer(&desk, route)
}

fn asked(world: &World, route: &Route) -> Answer {
    asked_as(world, "http://localhost:8470", None, route)
}

fn topic(form: FeedForm, only_new: bool) -> Route {
    let name = "All".to_owned();
    Route::TopicFeed { name, form, only_new }
}

fn read(answer: &Answer) -> Feed {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let parsed = feed::parse(&answer.body, Some(answer.media), None).unwrap();
    assert!(parsed.warnings.is_empty(), "{:?}", parsed.warnings);
    parsed.feed
}

fn titled<'a>(feed: &'a Feed, title: &str) -> &'a Entry {
    let found = feed.entries.iter().find(|entry| entry.title.as_deref() == Some(title));
    found.unwrap_or_else(|| panic!("{title}: {:?}", feed.entries))
}

fn content(entry: &Entry) -> &str {
    &entry.content.as_ref().unwrap().value
}

async fn two_stories() -> World {
    let world = World::new(&followed()).await;
    publish(&world, &[item("one", CRACK), item("one", FERRY)]).await;
    world
}

#[tokio::test]
async fn a_topic_is_a_feed_of_its_stories_in_either_form() {
    let world = two_stories().await;
    for form in [FeedForm::Atom, FeedForm::Json] {
        let answer = asked(&world, &topic(form, false));
        let feed = read(&answer);
        assert_eq!(feed.title.as_deref(), Some("All"));
        assert_eq!(feed.entries.len(), 2);
        let entry = titled(&feed, CRACK);
        assert!(entry.id.as_deref().unwrap().starts_with("urn:uuid:"), "{entry:?}");
        assert_eq!(
            (entry.published, entry.updated),
            (Some(at("2026-06-13T13:00:00Z")), Some(at("2026-06-13T13:00:00Z")))
        );
        assert_eq!(entry.authors.len(), 1);
        assert!(content(entry).contains("1 outlet reports it"), "{}", content(entry));
        assert!(answer.modified.is_some() && answer.fresh_seconds > 0);
    }
    let all = read(&asked(
        &world,
        &Route::StoriesFeed {
            form: FeedForm::Atom,
            only_new: false,
        },
    ));
    let own = read(&asked(&world, &topic(FeedForm::Atom, false)));
    assert_eq!(ids(&all), ids(&own));
    let unknown = Route::TopicFeed {
        name: "Nothing".to_owned(),
        form: FeedForm::Atom,
        only_new: false,
    };
    assert_eq!(asked(&world, &unknown).status, 404);
}

fn ids(feed: &Feed) -> Vec<String> {
    let mut ids: Vec<String> = feed.entries.iter().map(|entry| entry.id.clone().unwrap()).collect();
    ids.sort();
    ids
}

fn updated(feed: &Feed, title: &str) -> DateTime<Utc> {
    titled(feed, title).updated.unwrap()
}

#[tokio::test]
async fn an_entry_is_updated_when_an_outlet_joins_and_keeps_its_id() {
    let world = two_stories().await;
    let route = topic(FeedForm::Atom, false);
    let before = read(&asked(&world, &route));
    publish(
        &world,
        &[item(
            "one",
            "Crack closes stone harbour bridge, Velden inspectors say again",
        )],
    )
    .await;
    let again = read(&asked(&world, &route));
    assert_eq!(ids(&again), ids(&before));
    assert!(
        again
            .entries
            .iter()
            .all(|entry| entry.updated == Some(at("2026-06-13T13:00:00Z"))),
        "{again:?}"
    );
    publish(
        &world,
        &[item("two", "Crack closes stone harbour bridge Velden inspectors warn")],
    )
    .await;
    let joined = read(&asked_as(&world, "https://elsewhere.example", None, &route));
    assert_eq!(ids(&joined), ids(&before), "under another name the ids are the same");
    let newest = &joined.entries[0];
    assert_eq!(newest.updated, Some(at("2026-06-13T15:00:00Z")), "{joined:?}");
    assert!(content(newest).contains("http://two.example/"), "{}", content(newest));
    let only_new = read(&asked(&world, &topic(FeedForm::Atom, true)));
    assert_eq!(ids(&only_new), ids(&before));
    assert!(
        only_new.entries.iter().all(|entry| entry.updated == entry.published),
        "{only_new:?}"
    );
}

#[tokio::test]
async fn a_changed_headline_updates_its_entry_and_is_told() {
    let world = two_stories().await;
    let changed = Item {
        title: "Bridge to open again on Monday".to_owned(),
        ..item("one", CRACK)
    };
    publish(&world, &[changed, item("one", FERRY)]).await;
    let feed = read(&asked(&world, &topic(FeedForm::Atom, false)));
    let entry = titled(&feed, "Bridge to open again on Monday");
    assert_eq!(entry.updated, Some(at("2026-06-13T14:00:00Z")));
    assert!(content(entry).contains("<del>Crack closes"), "{}", content(entry));
    assert_eq!(updated(&feed, FERRY), at("2026-06-13T13:00:00Z"));
}

#[tokio::test]
async fn a_story_that_was_merged_away_leaves_the_feed_and_the_other_stays() {
    let world = two_stories().await;
    let route = topic(FeedForm::Atom, false);
    let before = ids(&read(&asked(&world, &route)));
    let merge = world.ctx.store.merge_stories(world.clock.now(), StoryId(1), StoryId(2));
    merge.await.unwrap().unwrap();
    let feed = read(&asked(&world, &route));
    assert_eq!(feed.entries.len(), 1);
    assert!(before.contains(feed.entries[0].id.as_ref().unwrap()));
}

#[tokio::test]
async fn an_entry_keeps_the_moment_it_began_whatever_is_merged_into_its_story_or_split_from_it() {
    let world = World::new(&followed()).await;
    publish(&world, &[item("one", CRACK)]).await;
    publish(&world, &[item("one", FERRY)]).await;
    let (earlier, later) = (StoryId(1), StoryId(2));
    let moments = |world: &World| {
        let mut found = Vec::new();
        for form in [FeedForm::Atom, FeedForm::Json] {
            for only_new in [false, true] {
                let feed = read(&asked(world, &topic(form, only_new)));
                found.push(feed.entries.iter().map(|entry| entry.published.unwrap()).max().unwrap());
            }
        }
        found
    };
    let before = vec![at("2026-06-13T14:00:00Z"); 4];
    assert_eq!(moments(&world), before);
    let (now, store) = (world.clock.now(), &world.ctx.store);
    store.merge_stories(now, later, earlier).await.unwrap().unwrap();
    assert_eq!(moments(&world), before);
    publish(
        &world,
        &[item("two", "Crack closes stone harbour bridge Velden inspectors warn")],
    )
    .await;
    assert_eq!(moments(&world), before);
    store
        .split_story(now, later, vec![ArticleId(1)])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(moments(&world), before);
}

/// As earlier versions, or other programs, may have left them.
const HOSTILE: &str = "
    UPDATE article SET title = '<script>alert(1)</script> ]]> \u{202E}gniht\u{1}', excerpt = '<img src=x onerror=alert(1)>' WHERE id = 1;
    UPDATE article SET web_url = 'javascript:alert(1)' WHERE id = 2;
    UPDATE article SET title = printf('%.5000c', 'x') WHERE id = 3;";

#[tokio::test]
async fn hostile_headlines_stay_text() {
    let world = World::new(&followed()).await;
    publish(
        &world,
        &[
            item("one", CRACK),
            item("two", FERRY),
            item("three", "Orchard frost ruins cherries"),
        ],
    )
    .await;
    world.database().run(HOSTILE);
    let atom = asked(&world, &topic(FeedForm::Atom, false));
    assert_eq!(read(&atom).entries.len(), 3);
    let atom = String::from_utf8(atom.body.to_vec()).unwrap();
    assert!(
        atom.contains("<title type=\"text\">&lt;script&gt;alert(1)&lt;/script&gt; ]]&gt; gniht</title>"),
        "{atom}"
    );
    let json = asked(&world, &topic(FeedForm::Json, false));
    assert_eq!(read(&json).entries.len(), 3);
    let json: serde_json::Value = serde_json::from_slice(&json.body).unwrap();
    for item in json["items"].as_array().unwrap() {
        let html = item["content_html"].as_str().unwrap();
        assert!(
            !html.contains("<script") && !html.contains("<img") && !html.contains("javascript:"),
            "{html}"
        );
        assert!(item["title"].as_str().unwrap().chars().count() <= 300);
    }
    for text in [atom, json.to_string()] {
        assert!(
            !text.contains(['\u{202E}', '\u{1}']) && !text.contains("javascript:"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_search_is_a_feed_of_stories_and_of_articles_in_none() {
    let world = World::new(&followed().replace("query = \"source:feed\"", "query = \"ferry\"")).await;
    publish(&world, &[item("one", CRACK), item("one", FERRY)]).await;
    let search = |query: &str| {
        let terms = SearchTerms {
            query: query.to_owned(),
            ..SearchTerms::default()
        };
        asked(&world, &Route::SearchFeed(terms))
    };
    let feed = read(&search("harbour OR islanders"));
    assert_eq!(feed.entries.len(), 2, "{feed:?}");
    let own = read(&asked(&world, &topic(FeedForm::Atom, false)));
    assert_eq!(titled(&feed, FERRY).id, titled(&own, FERRY).id);
    assert_eq!(read(&search("nothing")).entries, []);
    for wrong in ["", "(", "source:"] {
        assert_eq!(search(wrong).status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn digests_are_a_feed_of_what_was_sent() {
    let world = two_stories().await;
    let route = Route::DigestFeed {
        name: "daily & more".to_owned(),
    };
    let empty = read(&asked(&world, &route));
    assert_eq!(empty.entries, []);
    world.digest().await.unwrap();
    let answer = asked(&world, &route);
    let feed = read(&answer);
    let [entry] = feed.entries.as_slice() else {
        panic!("{feed:?}")
    };
    assert!(content(entry).contains(CRACK), "{}", content(entry));
    assert!(!content(entry).contains("<style"));
    publish(
        &world,
        &[item("two", "Crack closes stone harbour bridge Velden inspectors warn")],
    )
    .await;
    assert_eq!(asked(&world, &route).body, answer.body, "frozen as it was sent");
    assert_eq!(
        asked(
            &world,
            &Route::DigestFeed {
                name: "other".to_owned()
            }
        )
        .status,
        404
    );
}

#[tokio::test]
async fn all_feeds_are_listed_with_the_readers_token() {
    let world = two_stories().await;
    let token = Some("a+b/c=1234567890");
    let page = asked_as(&world, "https://news.example", token, &Route::Feeds);
    let page = String::from_utf8(page.body.to_vec()).unwrap();
    let written = "token=a%2Bb%2Fc%3D1234567890";
    for path in [
        "/stories.atom",
        "/topics/All.atom",
        "/topics/All.json",
        "/digests/daily%20%26%20more.atom",
        "/feeds.opml",
    ] {
        assert!(
            page.contains(&format!("https://news.example{path}?{written}")),
            "{path}: {page}"
        );
    }
    let list = asked_as(&world, "https://news.example", token, &Route::Opml);
    let found = feed::opml::parse(&list.body).unwrap();
    let addresses: Vec<&str> = found.subscriptions.iter().map(|one| one.feed.as_str()).collect();
    assert_eq!(addresses.len(), 3, "{addresses:?}");
    assert!(
        addresses.iter().all(|address| address.ends_with(written)),
        "{addresses:?}"
    );
    let own = asked_as(&world, "https://news.example", token, &topic(FeedForm::Atom, true));
    let own = String::from_utf8(own.body.to_vec()).unwrap();
    assert!(
        own.contains(&format!("https://news.example/topics/All.atom?only=new&amp;{written}")),
        "{own}"
    );
    assert_eq!(
        own.matches("token=").count(),
        1,
        "links that are passed on hold no token: {own}"
    );
    let without = asked(&world, &Route::Feeds);
    assert!(!String::from_utf8(without.body.to_vec()).unwrap().contains("token="));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_has_a_feed_gets_it_again_only_when_it_changed() {
    let world = two_stories().await;
    let face = WebFace::of(&world).await;
    let first = face.get("/topics/All.atom").await;
    assert_eq!(
        first.header("content-type"),
        Some("application/atom+xml; charset=utf-8")
    );
    assert_eq!(first.header("last-modified"), Some("Sat, 13 Jun 2026 13:00:00 GMT"));
    let host = format!("host: localhost:{}\r\n", face.port());
    let with_tag = format!("{host}if-none-match: {}\r\n", first.header("etag").unwrap());
    let with_date = format!(
        "{host}if-modified-since: {}\r\n",
        first.header("last-modified").unwrap()
    );
    // A date alone does not tell that nothing changed: what leaves a feed has no later one.
    for (head, status) in [(&with_tag, 304), (&with_date, 200)] {
        assert_eq!(face.ask("GET", "/topics/All.atom", head).await.status, status, "{head}");
    }
    publish(
        &world,
        &[item("two", "Crack closes stone harbour bridge Velden inspectors warn")],
    )
    .await;
    for head in [&with_tag, &with_date] {
        assert_eq!(face.ask("GET", "/topics/All.atom", head).await.status, 200, "{head}");
    }
}
