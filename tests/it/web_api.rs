//! JSON for programs: every address that is described is answered as it is described, and a list gives each item once.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::Value;
use tidings::store::maintenance::RetentionBounds;
use tidings::web::{self, Answer, Desk, LinkForm, Route};

use crate::support::site::{Answer as SiteAnswer, Item, rss};
use crate::support::{World, all_of_the_feed};

fn followed() -> String {
    format!(
        "{}\n[[digest]]\nname = \"daily\"\ntopics = [\"All\"]\nschedule = \"0 7 * * *\"\ndeliver = [\"log\"]\n",
        all_of_the_feed()
    )
}

/// Titles of events that have nothing to do with each other.
const TITLES: [&str; 6] = [
    "Crack closes stone harbour bridge",
    "Ferry queue strands islanders overnight",
    "Orchard frost ruins cherries",
    "Library lends telescopes",
    "Tram drivers vote on contract",
    "Glacier lake drains quietly",
];

async fn publish(world: &World, titles: &[&'static str]) {
    let item = |title: &&'static str| {
        let link = format!("http://news.example/{}", title.replace(' ', "-"));
        Item::new(
            title,
            title,
            link,
            "Sat, 13 Jun 2026 10:00:00 GMT",
            "The town tells of it.",
        )
    };
    let items: Vec<Item> = titles.iter().map(item).collect();
    world.site.set("/feed.xml", SiteAnswer::feed(rss("F", &items)));
    world.work_after(TimeDelta::hours(1)).await;
}

/// A world with a digest, a headline that changed and a merge.
async fn lived_in() -> World {
    let world = World::new(&followed()).await;
    publish(&world, &TITLES[..4]).await;
    world.digest().await.unwrap();
    let changed = Item {
        title: "Library lends binoculars".to_owned(),
        text: "The town tells of it. It is more than was told.".to_owned(),
        ..Item::new(
            TITLES[3],
            "",
            "http://news.example/Library-lends-telescopes",
            "Sat, 13 Jun 2026 10:00:00 GMT",
            "",
        )
    };
    world.site.set("/feed.xml", SiteAnswer::feed(rss("F", &[changed])));
    world.work_after(TimeDelta::hours(1)).await;
    let (now, store) = (world.clock.now(), &world.ctx.store);
    let merge = store.merge_stories(now, tidings::domain::StoryId(1), tidings::domain::StoryId(2));
    merge.await.unwrap().unwrap();
    world
}

fn asked(world: &World, address: &str) -> Answer {
    let below = "/news".to_owned();
    let (store, config, now) = (&world.ctx.store, &world.ctx.config, world.clock.now());
    let desk = Desk::new(
        store,
        config,
        now,
        LinkForm::Served { below },
        "http://localhost:8470".to_owned(),
    );
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    web::answer(&desk, &Route::parse(path, query).expect("an address"))
}

fn found(world: &World, address: &str) -> Value {
    let answer = asked(world, address);
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    assert_eq!(
        (answer.status, answer.media),
        (200, "application/json"),
        "{address}: {text}"
    );
    serde_json::from_str(&text).unwrap()
}

/// Says where a value is not as a schema has it: as much of JSON Schema as the description uses.
fn mistake(value: &Value, schema: &Value, all: &Value, at: &str) -> Option<String> {
    if let Some(name) = schema.get("$ref") {
        let name = name.as_str().unwrap().strip_prefix("#/components/schemas/").unwrap();
        let schema = all.get(name).unwrap_or_else(|| panic!("no schema {name}"));
        return mistake(value, schema, all, at);
    }
    if let Some(ways) = schema["oneOf"].as_array() {
        let fitting = ways.iter().filter(|way| mistake(value, way, all, at).is_none()).count();
        return (fitting != 1).then(|| format!("{at}: {fitting} ways fit {value}"));
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::Array(types) => types.iter().map(|name| name.as_str().unwrap()).collect(),
        name => vec![name.as_str().unwrap()],
    };
    let is_of = |name: &&str| match *name {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other}"),
    };
    if !types.iter().any(is_of) {
        return Some(format!("{at}: {value} is no {types:?}"));
    }
    if schema["enum"].as_array().is_some_and(|known| !known.contains(value)) {
        return Some(format!("{at}: {value} is not named"));
    }
    if let Some(items) = value.as_array() {
        return items
            .iter()
            .enumerate()
            .find_map(|(n, item)| mistake(item, &schema["items"], all, &format!("{at}[{n}]")));
    }
    let map = value.as_object()?;
    let known = schema["properties"].as_object()?;
    let required = schema["required"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap());
    if let Some(name) = required.into_iter().find(|name| !map.contains_key(*name)) {
        return Some(format!("{at}: {name} is missing"));
    }
    map.iter().find_map(|(name, value)| match known.get(name) {
        Some(schema) => mistake(value, schema, all, &format!("{at}.{name}")),
        None => Some(format!("{at}: {name} is not described")),
    })
}

#[tokio::test]
async fn every_address_that_is_described_is_answered_as_described() {
    let world = lived_in().await;
    let document = found(&world, "/api/openapi.json");
    assert_eq!(document["servers"][0]["url"], "http://localhost:8470/news/api");
    let all = &document["components"]["schemas"];
    let mut used = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let get = &item["get"];
        let schema = &get["responses"]["200"]["content"]["application/json"]["schema"];
        let is_asked = |name: &str| {
            get["parameters"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one["name"] == name))
        };
        let query = if is_asked("q") { "?q=town" } else { "" };
        for number in ["1", "2", "4"] {
            let answer = asked(&world, &format!("/api{}{query}", path.replace("{id}", number)));
            if answer.status == 404 {
                continue;
            }
            let value: Value = serde_json::from_slice(&answer.body).unwrap();
            assert_eq!(answer.status, 200, "{path}: {value}");
            assert_eq!(mistake(&value, schema, all, path), None);
            used.insert(path.clone());
            assert_ne!(value["items"], serde_json::json!([]), "{path} shows nothing");
        }
    }
    assert_eq!(used.len(), document["paths"].as_object().unwrap().len(), "{used:?}");
    for wrong in [
        "/api/stories/x",
        "/api/nothing",
        "/api/stories/99",
        "/api/stories?limit=0",
    ] {
        let value: Value = serde_json::from_slice(&asked(&world, wrong).body).unwrap();
        assert_eq!(mistake(&value, &all["Problem"], all, wrong), None);
    }
}

#[tokio::test]
async fn what_has_no_answer_is_a_problem() {
    let world = lived_in().await;
    let long = format!("/api/search?q={}", "x".repeat(5_000));
    for (address, status) in [
        ("/api/", 404),
        ("/api/nothing", 404),
        ("/api/stories/", 400),
        ("/api/stories/0", 400),
        ("/api/stories/-1", 400),
        ("/api/stories/1/2", 400),
        ("/api/stories/99999999999999999999", 400),
        ("/api/stories/77", 404),
        ("/api/articles/77", 404),
        ("/api/sources/77", 404),
        ("/api/digests/77", 404),
        ("/api/digests/9223372036854775807", 404),
        ("/api/stories?topic=Nobody", 404),
        ("/api/stories?topic=", 400),
        ("/api/articles?source=Nobody", 404),
        ("/api/stories?limit=0", 400),
        ("/api/stories?limit=201", 400),
        ("/api/stories?limit=a", 400),
        ("/api/stories?limit=5&limit=6", 400),
        ("/api/stories?since=yesterday", 400),
        ("/api/stories?since=999999w", 200),
        ("/api/stories?cursor=x", 400),
        ("/api/articles?cursor=5", 400),
        ("/api/articles?cursor=999999999999999-1", 200),
        ("/api/articles?cursor=0-0", 200),
        ("/api/search?q=town&cursor=999999999999999-999999999999999", 200),
        ("/api/topics?limit=5", 400),
        ("/api/search", 400),
        ("/api/search?q=", 400),
        ("/api/search?q=(", 400),
        (&long, 404),
    ] {
        let answer = asked(&world, address);
        let value: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(answer.status, status, "{address}: {value}");
        if status != 200 {
            assert_eq!(answer.media, "application/problem+json");
            assert_eq!(value["status"], status);
            assert!(value["detail"].as_str().is_some_and(|text| !text.is_empty()), "{value}");
        }
    }
}

#[tokio::test]
async fn a_list_gives_each_item_once_while_new_ones_arrive() {
    let world = World::new(&followed()).await;
    publish(&world, &TITLES[..4]).await;
    let mut later = TITLES[4..].iter();
    for list in ["/api/stories?", "/api/articles?", "/api/search?q=town&"] {
        let before: BTreeSet<i64> = numbers(&found(&world, list)).into_iter().collect();
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = found(&world, &format!("{list}limit=1{cursor}"));
            seen.extend(numbers(&page));
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
            if let Some(title) = later.next() {
                publish(&world, &[title]).await;
            }
        }
        let once: BTreeSet<i64> = seen.iter().copied().collect();
        assert_eq!(once.len(), seen.len(), "{list}: {seen:?}");
        // A search tells of what arrives where its rank is.
        assert!(once.is_superset(&before), "{list}: {seen:?}");
        assert!(list.contains("search") || once == before, "{list}: {seen:?}");
    }
}

#[tokio::test]
async fn what_goes_meanwhile_hides_nothing() {
    let world = World::new(&followed()).await;
    publish(&world, &TITLES).await;
    world.work_after(TimeDelta::days(30)).await;
    for list in ["/api/articles?", "/api/search?q=town&", "/api/search?q=source:feed&"] {
        let before: BTreeSet<i64> = numbers(&found(&world, list)).into_iter().collect();
        let page = found(&world, &format!("{list}limit=2"));
        let told = numbers(&page);
        // The one the page ends with, which its cursor names.
        let gone = format!("UPDATE article SET seen_at = 0 WHERE id = {}", told[1]);
        world.database().run(&gone);
        let now = world.clock.now();
        let bounds = RetentionBounds {
            before: now,
            live_since: now,
        };
        assert_eq!(world.ctx.store.purge(now, bounds, 1).await.unwrap(), 1);
        let cursor = page["next"].as_str().unwrap();
        let rest = numbers(&found(&world, &format!("{list}cursor={cursor}")));
        let all: BTreeSet<i64> = told.iter().chain(&rest).copied().collect();
        assert_eq!((all, told.len() + rest.len()), (before.clone(), before.len()), "{list}");
    }
}

#[tokio::test]
async fn a_search_says_how_far_it_looked() {
    let world = World::new(&followed()).await;
    publish(&world, &TITLES[..2]).await;
    let page = found(&world, "/api/search?q=town");
    assert_eq!((&page["ranked"], &page["unindexed"]), (&Value::Null, &0.into()));
    world
        .database()
        .run("INSERT OR REPLACE INTO reindex (id, done_to, up_to) SELECT 1, 0, max(id) FROM article");
    let page = found(&world, "/api/search?q=town");
    assert_eq!((&page["ranked"], &page["unindexed"]), (&Value::Null, &2.into()));
}

fn numbers(page: &Value) -> Vec<i64> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|item| item["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn the_values_are_those_of_the_command_line() {
    let world = lived_in().await;
    let (store, config) = (&world.ctx.store, &world.ctx.config);
    let listed = tidings::views::articles::list(store, config, &Default::default()).unwrap();
    assert_eq!(found(&world, "/api/articles")["items"], serde_json::json!(listed));
    let story = tidings::views::stories::timeline(store, tidings::domain::StoryId(1), config.zone).unwrap();
    assert_eq!(found(&world, "/api/stories/1"), serde_json::json!(story));
}

#[tokio::test]
async fn keys_of_sources_and_recipients_stay_with_the_owner() {
    let config = "[[source]]\nfeed = \"{site}/feed.xml?token=hunter2\"\n[[topic]]\nname = \"All\"\nquery = \"bridge\"\n\
                  [[digest]]\nname = \"daily\"\ntopics = [\"All\"]\nschedule = \"0 7 * * *\"\n\
                  deliver = [\"log\", \"file:/hidden/hunter2\"]\n";
    let world = World::new(config).await;
    let untitled = "<rss version=\"2.0\"><channel><item><title>Crack closes stone harbour bridge</title>\
                    <link>http://news.example/crack</link></item></channel></rss>";
    world.site.set("/feed.xml", SiteAnswer::feed(untitled.to_owned()));
    world
        .site
        .set("/feed.xml?token=hunter2", SiteAnswer::feed(untitled.to_owned()));
    world.work_after(TimeDelta::hours(1)).await;
    world.digest().await.unwrap();
    for address in [
        "/api/sources",
        "/api/sources/1",
        "/api/articles",
        "/api/articles/1",
        "/api/search?q=bridge",
        "/api/digests",
        "/api/digests/1",
        "/sources",
        "/sources/1",
        "/articles/1",
        "/stories/1",
        "/search?q=bridge",
        "/digests",
        "/digests/1",
        "/digests/1.html",
        "/digests/daily.atom",
        "/stories.atom",
    ] {
        let answer = asked(&world, address);
        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        assert_eq!(answer.status, 200, "{address}: {text}");
        assert!(!text.contains("hunter2"), "{address}: {text}");
    }
    let source = &found(&world, "/api/sources")["items"][0];
    assert!(source["address"].as_str().unwrap().ends_with("/feed.xml?…"), "{source}");
    let channels = &found(&world, "/api/digests")["items"][0]["deliveries"];
    assert_eq!(channels[1]["channel"], "file", "{channels}");
}
