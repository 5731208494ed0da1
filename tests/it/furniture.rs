//! What repeats on a host's articles goes, once enough of them were read; what was read before does not change by it.

use chrono::TimeDelta;
use tidings::domain::ArticleId;
use tidings::store::search::Filter;

use crate::support::site::{Answer, Item, rss};
use crate::support::{HARBOUR, World};

const DAY: &str = "Fri, 12 Jun 2026 10:00:00 GMT";
const APPEAL: &str =
    "Reporting such as this costs money, and every reader who pays for it keeps it free for all the others.";
const GUIDS: [&str; 7] = ["1", "2", "3", "4", "5", "6", "7"];

fn page(number: usize, extra: &str) -> Answer {
    let places = ["lake", "mill", "bridge", "tower", "market", "chapel", "quarry"];
    let texts: String = (1..=4)
        .map(|n| {
            format!(
                "<p>Beside the {0} the {n}th wall of the harbour has stood since {1}, say those who live near the {0}.</p>",
                places[number],
                1800 + 10 * number + n
            )
        })
        .collect();
    Answer::page(format!(
        "<html><head><title>Harbour report {number}</title></head><body><article><h1>Harbour report {number}</h1>\
         {texts}<p>{APPEAL}</p>{extra}<p>The work by the {0} ends in autumn, and nobody expects it to cost less than planned.</p>\
         </article></body></html>",
        places[number]
    ))
}

/// Sets a feed of the first `count` articles and reads it.
async fn read(world: &World, count: usize) {
    let items: Vec<Item> = (0..count)
        .map(|number| {
            let link = format!("{}/harbour-{number}", world.site.address());
            world.site.set(&format!("/harbour-{number}"), page(number, ""));
            Item::new(
                GUIDS[number],
                &format!("Harbour report {number}"),
                link,
                DAY,
                "The harbour.",
            )
        })
        .collect();
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &items)));
    world.work_after(TimeDelta::hours(1)).await;
}

fn text(world: &World, number: usize) -> (ArticleId, String) {
    let listed = world.ctx.store.list_articles(&Filter::default()).unwrap();
    let title = format!("Harbour report {number}");
    let found = listed.iter().find(|article| article.title == title).unwrap();
    (found.id, world.ctx.store.article(found.id).unwrap().unwrap().body_text)
}

fn revisions(world: &World) -> i64 {
    let path = world.ctx.config.state_dir.join(tidings::store::DATABASE_NAME);
    let database = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    database
        .query_row("SELECT count(*) FROM revision", [], |row| row.get(0))
        .unwrap()
}

#[tokio::test]
async fn furniture_is_learned_from_articles_and_is_no_revision_of_older_ones() {
    let world = World::new(HARBOUR).await;
    for count in 1..=5 {
        read(&world, count).await;
        assert!(text(&world, count - 1).1.contains(APPEAL), "{count}");
    }
    read(&world, 6).await;
    let (_, sixth) = text(&world, 5);
    assert!(
        !sixth.contains(APPEAL) && sixth.matches("wall of the harbour").count() == 4,
        "{sixth}"
    );
    assert!(sixth.contains("ends in autumn"), "{sixth}");
    // The first ones are looked at again: the appeal goes, and nothing has changed by that.
    world.work_after(TimeDelta::hours(7)).await;
    assert!(world.site.asked("/harbour-0").len() > 1);
    assert!(!text(&world, 0).1.contains(APPEAL));
    assert_eq!(revisions(&world), 0);
    // What a newspaper adds is a revision as before.
    world.site.set(
        "/harbour-0",
        page(
            0,
            "<p>On Friday the council put the whole plan for the harbour off by a year.</p>",
        ),
    );
    world.work_after(TimeDelta::hours(24)).await;
    assert!(text(&world, 0).1.contains("put the whole plan"));
    assert_eq!(revisions(&world), 1);
}

#[tokio::test]
async fn an_article_looked_at_again_and_again_teaches_once() {
    let world = World::new(HARBOUR).await;
    read(&world, 1).await;
    for _ in 0..4 {
        world.work_after(TimeDelta::hours(24)).await;
    }
    assert!(world.site.asked("/harbour-0").len() >= 4);
    read(&world, 2).await;
    assert!(text(&world, 1).1.contains(APPEAL));
}
