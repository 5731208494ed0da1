//! What is told when an article, a feed or a watched page says something else than before.

use chrono::TimeDelta;
use tidings::domain::schedule::LastRun;
use tidings::jobs::digest;
use tidings::store::articles::ArticleFilter;
use tidings::store::digests::NewDigest;

use crate::poll::{ONE_FEED, hour, item, page, paragraphs};
use crate::support::World;
use crate::support::site::{Answer, rss};

#[tokio::test]
async fn a_corrected_headline_is_a_revision_and_news_of_its_story() {
    let world = World::new(ONE_FEED).await;
    let entry = |title: &str| item(&world, "1", "/a", title, "A face scan was tried on 40 people.");
    world
        .site
        .set("/feed.xml", Answer::feed(rss("F", &[entry("Face scan tried on 40")])));
    world.site.set(
        "/a",
        page(
            "Face scan tried on 40",
            &paragraphs("A face scan was tried on 40 people."),
        ),
    );
    world.work().await;
    world.digest().await.unwrap();
    world.site.set(
        "/feed.xml",
        Answer::feed(rss("F", &[entry("Face scan tried on 400, not 40")])),
    );
    world.site.set(
        "/a",
        page(
            "Face scan tried on 400, not 40",
            &paragraphs("A face scan was tried on 400 people."),
        ),
    );
    world.work_after(hour()).await;
    let id = world.ctx.store.list_articles(&ArticleFilter::default()).unwrap()[0].id;
    let revisions = world.ctx.store.history(id).unwrap().0;
    assert_eq!(
        revisions.first().map(|r| r.title.as_str()),
        Some("Face scan tried on 40")
    );
    world.clock.advance(TimeDelta::days(1));
    let text = world.digest().await.unwrap();
    assert!(text.contains("400, not 40"), "{text}");
    let documents = world.documents();
    assert_eq!(documents.len(), 1, "a corrected title does not rename: {documents:?}");
    assert!(documents[0].1.contains("400, not 40"));
}

#[tokio::test]
async fn a_live_page_has_the_lead_of_its_headline() {
    let world = World::new(ONE_FEED).await;
    let tell = |title: &str, teaser: &str| {
        let entry = item(&world, "1", "/live", title, teaser);
        world.site.set("/feed.xml", Answer::feed(rss("F", &[entry])));
    };
    let show = |title: &str, lead: &str| world.site.set("/live", page(title, &paragraphs(lead)));
    let excerpt = || {
        let id = world.ctx.store.list_articles(&ArticleFilter::default()).unwrap()[0].id;
        world.ctx.store.article(id).unwrap().unwrap().excerpt
    };
    tell("Live: face scan march begins", "09:00 The march has begun.");
    show(
        "Live: face scan march begins",
        "The march against the face scan has begun.",
    );
    world.work().await;
    assert_eq!(excerpt(), "09:00 The march has begun.");
    // The feed goes on.
    tell("Live: 3,900 at face scan march", "16:00 Police count 3,900.");
    show(
        "Live: 3,900 at face scan march",
        "Police count 3,900 at the face scan march.",
    );
    world.work_after(hour()).await;
    assert_eq!(world.titles(), ["Live: 3,900 at face scan march"]);
    assert_eq!(excerpt(), "16:00 Police count 3,900.");
    // The page goes on alone.
    show("Live: face scan march is over", "The square was empty by ten.");
    world.work_after(TimeDelta::days(1)).await;
    assert_eq!(world.titles(), ["Live: face scan march is over"]);
    assert!(excerpt().starts_with("The square was empty by ten."), "{}", excerpt());
}

#[tokio::test]
async fn a_live_page_is_not_new_the_next_morning() {
    let world = World::new(&ONE_FEED.replacen("schedule", "full_text = \"never\"\nschedule", 1)).await;
    let tell = |guid: &'static str, date: &'static str, title: &str, words: &str| {
        let mut entry = item(&world, guid, "/live", title, words);
        entry.date = date.to_owned();
        world.site.set("/feed.xml", Answer::feed(rss("F", &[entry])));
    };
    tell(
        "1",
        "Fri, 12 Jun 2026 11:00:00 GMT",
        "Live: thousands march against the face scan in Ostmere",
        "09:00 The march against the face scan has begun at the harbour of Ostmere.",
    );
    world.work().await;
    assert!(world.digest().await.unwrap().contains("NEW · Live: thousands"));
    tell(
        "2",
        "Sat, 13 Jun 2026 11:00:00 GMT",
        "Ostmere counts its arrests after the face scan march",
        "Three marchers were let go on Saturday; the harbour of Ostmere is open again.",
    );
    world.work_after(TimeDelta::days(1)).await;
    let text = world.digest().await.unwrap();
    assert!(text.contains("DEVELOPING · Ostmere counts its arrests"), "{text}");
    // The address is used again for something else.
    tell(
        "3",
        "Sun, 14 Jun 2026 11:00:00 GMT",
        "Supermarkets want a face scan at the till",
        "A chain of shops asked the regulator whether customers may pay by a look into a camera.",
    );
    world.work_after(TimeDelta::days(1)).await;
    let text = world.digest().await.unwrap();
    assert!(text.contains("NEW · Supermarkets want a face scan"), "{text}");
}

#[tokio::test]
async fn a_feed_that_changes_its_date_takes_no_headline_from_the_page() {
    let world = World::new(ONE_FEED).await;
    let mut entry = item(&world, "1", "/a", "Face scan", "A face scan was tried.");
    world
        .site
        .set("/feed.xml", Answer::feed(rss("F", std::slice::from_ref(&entry))));
    world.site.set(
        "/a",
        page(
            "Face scan tried on 40 people",
            &paragraphs("A face scan was tried on 40 people."),
        ),
    );
    world.work().await;
    assert_eq!(world.titles(), ["Face scan tried on 40 people"]);
    entry.date = "Fri, 12 Jun 2026 11:00:00 GMT".to_owned();
    world.site.set("/feed.xml", Answer::feed(rss("F", &[entry])));
    world.work_after(hour()).await;
    let id = world.ctx.store.list_articles(&ArticleFilter::default()).unwrap()[0].id;
    assert_eq!(world.titles(), ["Face scan tried on 40 people"]);
    assert_eq!(world.ctx.store.history(id).unwrap().0, []);
}

#[tokio::test]
async fn a_watched_page_changes_when_its_text_does_and_not_with_its_clock() {
    let config = "[[source]]\npage = \"{site}/tracker\"\nschedule = \"every 1h\"\n\n\
                  [[topic]]\nname = \"Face Scans\"\nkeywords = [\"face scan\"]\nwhere = \"text\"\n";
    let world = World::new(config).await;
    let tracker = |towns: &str, minutes: u32| {
        let body = format!(
            "<p>Updated {minutes} minutes ago</p>{}<p>It is now 12:{minutes}:07 UTC</p><p>You are visitor {}</p>\
             <p nonce=x{minutes}>Session 4f2a9c0e17b04d{minutes}a1</p>",
            paragraphs(&format!("{towns} towns use a face scan, the authority says.")),
            10_000 + minutes
        );
        page("Face scan tracker", &body)
    };
    let revisions = |world: &World| {
        let id = world.ctx.store.list_articles(&ArticleFilter::default()).unwrap()[0].id;
        world.ctx.store.history(id).unwrap().0
    };
    world.site.set("/tracker", tracker("Twelve", 11));
    assert_eq!(world.work().await.new_articles, 1);
    for minutes in [25, 48] {
        world.site.set("/tracker", tracker("Twelve", minutes));
        let done = world.work_after(hour()).await;
        assert_eq!((done.failed_polls, done.new_articles), (0, 0));
        assert_eq!(revisions(&world), [], "after {minutes} minutes");
    }
    world.site.set("/tracker", tracker("Thirteen", 49));
    assert_eq!(world.work_after(hour()).await.new_articles, 0);
    let found = revisions(&world);
    assert_eq!(found.len(), 1);
    assert!(found[0].text.contains("Twelve towns"), "{}", found[0].text);
    assert!(world.documents()[0].1.contains("Thirteen towns"));

    let listed = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tidings"));
        command.arg("--config").arg(&world.ctx.config.path);
        let output = command
            .args(["articles", "--changes"])
            .args(arguments)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let text = listed(&[]);
    assert!(text.contains("changed by 2026-06-13 17:00"), "{text}");
    assert!(
        text.contains("    ~ [Twelve → Thirteen] towns use a face scan, the authority says.\n"),
        "{text}"
    );
    assert!(!text.contains("visitor") && !text.contains("Updated"), "{text}");
    assert!(
        !text.contains("four hours of evidence"),
        "what stayed is not shown: {text}"
    );
    let line: serde_json::Value = serde_json::from_str(&listed(&["--format", "json"])).unwrap();
    let added = &line["changes"][0]["added"];
    assert_eq!(
        *added,
        serde_json::json!(["Thirteen towns use a face scan, the authority says."])
    );
    assert!(listed(&["--source", "elsewhere"]).is_empty());
}

#[tokio::test]
async fn what_a_poll_finds_while_a_digest_is_made_is_told_by_the_next() {
    let world = World::new(ONE_FEED).await;
    let tell = |titles: &[(&'static str, &str)]| {
        let entry = |(guid, title): &(&'static str, &str)| item(&world, guid, &format!("/{guid}"), title, title);
        let entries: Vec<_> = titles.iter().map(entry).collect();
        world.site.set("/feed.xml", Answer::feed(rss("F", &entries)));
    };
    let (before, other, after) = (
        "Face scan tried on 40",
        "Mayor of Ostmere wants a face scan at the harbour",
        "Face scan tried on 400, not 40",
    );
    tell(&[("1", before)]);
    world.work().await;
    world.digest().await.unwrap();
    tell(&[("1", before), ("2", other)]);
    world.work_after(hour()).await;
    // The poll begins, the digest is recorded, the poll ends.
    tell(&[("1", after), ("2", other)]);
    world.clock.advance(hour());
    let settings = world.ctx.config.digests[0].clone();
    let during = world.clock.now() + TimeDelta::seconds(20);
    let digest = digest::run(&world.ctx, during, &settings).await.unwrap();
    assert!(matches!(digest, digest::DigestRunResult::Recorded(_)));
    world.work().await;
    world.clock.advance(TimeDelta::days(1));
    let text = world.digest().await.unwrap();
    assert!(text.contains(after), "{text}");
    world.clock.advance(TimeDelta::days(1));
    let again = world.digest().await;
    assert!(again.is_none_or(|text| !text.contains(after)), "once");
}

#[tokio::test]
async fn what_is_written_while_a_digest_is_composed_is_left_to_the_next() {
    let world = World::new(ONE_FEED).await;
    let tell = |title: &str| {
        let entry = item(&world, "1", "/a", title, "A face scan was tried on 40 people.");
        world.site.set("/feed.xml", Answer::feed(rss("F", &[entry])));
    };
    tell("Face scan tried on 40");
    world.work().await;
    world.digest().await.unwrap();
    let seen = world.ctx.store.last_revision().unwrap();
    tell("Face scan tried on 400, not 40");
    world.work_after(hour()).await;
    let to = world.clock.now() + TimeDelta::seconds(20);
    let settings = &world.ctx.config.digests[0];
    let stories = |to, last| {
        let from = Some(to - TimeDelta::hours(1));
        let found = world
            .ctx
            .store
            .digest_stories(&settings.name, &settings.topics[0], from, to, last);
        found.unwrap().len()
    };
    assert_eq!((stories(to, seen), stories(to, i64::MAX)), (0, 1));
    let last = world.ctx.store.last_sent(&settings.name).unwrap().unwrap();
    let new = NewDigest {
        name: settings.name.clone(),
        kind: last.kind,
        from: Some(last.at),
        to,
        last_revision: seen,
        done: LastRun::starting(to),
        subject: String::new(),
        text: String::new(),
        html: String::new(),
        stories: 0,
        unread: 0,
        items: Vec::new(),
        dates: Vec::new(),
        reported: Vec::new(),
        deliveries: Vec::new(),
    };
    world.ctx.store.record_digest(new).await.unwrap();
    world.clock.advance(TimeDelta::days(1));
    let text = world.digest().await.unwrap();
    assert!(text.contains("400, not 40"), "{text}");
}
