//! Documents follow what they say: each cause rewrites exactly the files whose text it changes, and nothing else does.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::time::SystemTime;

use chrono::TimeDelta;

use tidings::jobs::maintenance::backfill_topics;

use crate::support::site::{Answer, Item, rss};
use crate::support::{self, THE_FEED, World};

const FERRIES: &str = "\n[[topic]]\nname = \"Ferries\"\nquery = \"ferry\"\n";
const BRIDGES: &str = "\n[[topic]]\nname = \"Bridges\"\nquery = \"bridge\"\n";

/// Articles by the beginning of their documents' names.
const CLOSED: &str = "2026-06-12-velden-harbour-bridge-closes";
const FOUND: &str = "2026-06-12-crack-found";
const FERRY: &str = "2026-06-12-ferry-fares";
const FESTIVAL: &str = "2026-06-12-bridge-festival";
const REPAIRED: &str = "2026-06-13-repair";

fn text(words: &str) -> String {
    format!("{words} The city said on Friday that more would be known after the weekend.")
}

fn items() -> Vec<Item> {
    let item = |guid: &'static str, title: &str, words: &str| {
        Item::new(
            guid,
            title,
            format!("http://news.example/{guid}"),
            "Fri, 12 Jun 2026 10:00:00 GMT",
            &text(words),
        )
    };
    vec![
        item(
            "a",
            "Velden harbour bridge closes after crack",
            "Inspectors saw a crack in the harbour bridge of Velden.",
        ),
        item(
            "b",
            "Crack found: Velden closes harbour bridge",
            "Cars queue at the closed bridge in the harbour of Velden.",
        ),
        item(
            "c",
            "Ferry fares rise in Ostmere",
            "Islanders pay more for the ferry from July.",
        ),
        item(
            "d",
            "Bridge festival: ten choirs sing at night",
            "Singers stand on the old bridge of Lakeside.",
        ),
    ]
}

/// The files as they are, each made to look old.
struct Seen(BTreeMap<String, String>);

impl Seen {
    fn now(world: &World) -> Self {
        let folder = &world.ctx.config.archive.path;
        for (name, _) in world.documents() {
            let file = File::options().append(true).open(folder.join(name)).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        }
        Self(world.documents().into_iter().collect())
    }

    /// Checks which files were written since then: exactly these, and each of them with another text.
    #[track_caller]
    fn check(&self, world: &World, cause: &str, expected: &[&str]) {
        let folder = &world.ctx.config.archive.path;
        let (mut written, mut changed) = (Vec::new(), Vec::new());
        for (name, text) in world.documents() {
            let modified = fs::metadata(folder.join(&name)).unwrap().modified().unwrap();
            if modified != SystemTime::UNIX_EPOCH {
                written.push(name.clone());
            }
            if self.0.get(&name) != Some(&text) {
                changed.push(name);
            }
        }
        assert_eq!(
            written, changed,
            "{cause}: what is written says something else than before"
        );
        let is_expected = |name: &String| expected.iter().any(|beginning| name.starts_with(beginning));
        assert!(
            written.len() == expected.len() && written.iter().all(is_expected),
            "{cause}: {written:?}, expected {expected:?}"
        );
    }
}

/// Returns a value of a document's front matter.
#[track_caller]
fn value(world: &World, document: &str, key: &str) -> String {
    let documents = world.documents();
    let (_, text) = documents.iter().find(|(name, _)| name.starts_with(document)).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{key}: ")));
    line.unwrap_or_default().to_owned()
}

#[tokio::test]
async fn each_cause_rewrites_the_documents_it_changes_and_no_other() {
    let config = format!("{THE_FEED}{FERRIES}{BRIDGES}");
    let world = World::new(&config).await;
    let mut all = items();
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &all)));
    world.work().await;
    assert_eq!(world.documents().len(), 4, "{:?}", world.documents());
    assert_eq!(support::stories(&world.ctx.store).len(), 3);

    // Nothing new, a poll later and after a restart.
    let seen = Seen::now(&world);
    world.work_after(TimeDelta::hours(1)).await;
    seen.check(&world, "a poll without news", &[]);
    let world = world.reopened(&config).await;
    world.work_after(TimeDelta::hours(1)).await;
    seen.check(&world, "a restart", &[]);

    // heat and related: another member.
    all.push(Item::new(
        "e",
        "Repair of cracked Velden harbour bridge begins",
        "http://news.example/e".to_owned(),
        "Sat, 13 Jun 2026 13:00:00 GMT",
        &text("Welders work on the closed harbour bridge in Velden."),
    ));
    let lead = |world: &World| {
        let leads = |name: &&str| value(world, name, "heat") != "-1";
        [CLOSED, FOUND, REPAIRED].into_iter().find(leads).unwrap()
    };
    let before = lead(&world);
    let heat = value(&world, before, "heat");
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &all)));
    world.work_after(TimeDelta::hours(1)).await;
    seen.check(&world, "another member", &[CLOSED, FOUND, REPAIRED]);
    assert_ne!(
        value(&world, before, "heat"),
        heat,
        "it led, and is hotter now or leads no more"
    );

    // quality: its text is longer now.
    let seen = Seen::now(&world);
    let quality = value(&world, FERRY, "quality");
    all[2] = Item::new(
        "c",
        "Ferry fares rise in Ostmere",
        "http://news.example/c".to_owned(),
        "Fri, 12 Jun 2026 10:00:00 GMT",
        &text(&"Islanders pay more for the ferry from July, and less for their cars. ".repeat(30)),
    );
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &all)));
    world.work_after(TimeDelta::hours(1)).await;
    seen.check(&world, "a longer text", &[FERRY]);
    assert_ne!(value(&world, FERRY, "quality"), quality);

    // published: another bar for it.
    let seen = Seen::now(&world);
    let leads = [lead(&world), FERRY, FESTIVAL];
    let is_published = leads.map(|name| value(&world, name, "published") == "true");
    let qualities = leads.map(|name| value(&world, name, "quality").parse::<i32>().unwrap());
    // One that none of them passes if all did, or that all of them pass.
    let bar = match is_published {
        [true, true, true] => 199,
        [false, false, false] => *qualities.iter().min().unwrap(),
        mixed => panic!("{mixed:?} {qualities:?}"),
    };
    let other_bar = format!("[ranking]\npublished = {bar}\n{config}");
    let world = world.reopened(&other_bar).await;
    world.work_after(TimeDelta::hours(1)).await;
    seen.check(&world, "another bar for what is published", &leads);

    // topics: a parent.
    let seen = Seen::now(&world);
    let with_parent = format!("{other_bar}parent = \"Transport\"\n");
    let world = world.reopened(&with_parent).await;
    world.work_after(TimeDelta::hours(1)).await;
    seen.check(&world, "a parent of the topic", &[CLOSED, FOUND, FESTIVAL, REPAIRED]);

    // The window: nobody is current any more.
    let seen = Seen::now(&world);
    world.work_after(TimeDelta::days(22)).await;
    seen.check(&world, "the window", &[CLOSED, FOUND, FERRY, FESTIVAL, REPAIRED]);
    assert_eq!(value(&world, CLOSED, "heat"), "");
    let seen = Seen::now(&world);
    world.work_after(TimeDelta::days(2)).await;
    seen.check(&world, "a later window", &[]);
}

#[tokio::test]
async fn new_topics_find_what_is_stored_wherever_each_was_left() {
    let world = World::new(THE_FEED).await;
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &items())));
    world.work().await;
    let world = world.reopened(&format!("{THE_FEED}{FERRIES}{BRIDGES}")).await;
    // Ferries were looked for up to the third article before the program was ended, and had it not matched.
    let database = world.database();
    database.run("UPDATE topic SET matched_to = 3 WHERE name = 'Ferries'");
    backfill_topics::run(&world.ctx).await.unwrap();
    assert_eq!(world.ctx.store.unmatched_topics().unwrap(), []);
    let woken: i64 = database.one("SELECT count(*) FROM article WHERE work_at IS NOT NULL");
    assert_eq!(woken, 3, "of bridges; the article on ferries was passed already");
    world.work().await;
    let found = world.ctx.store.topics().unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|topic| (topic.name.as_str(), topic.articles))
        .collect();
    // Whatever has one looked at again is matched against all topics.
    assert_eq!(found, [("Bridges", 3), ("Ferries", 0)]);
}
