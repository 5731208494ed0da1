//! `stories doubtful`: a second look finds what the placing got wrong, and leaves alone what a reader decided.

use chrono::TimeDelta;
use tidings::clustering::second_look::StoryDoubt;
use tidings::domain::{ArticleId, StoryId};

use crate::support::database::Database;
use crate::support::site::{Answer, Item, rss};
use crate::support::{World, all_of_the_feed};

const TITLES: [&str; 5] = [
    "Velden closes harbour bridge after crack is found",
    "Crack found: Velden harbour bridge closed",
    "Auditor resigns over Calder station cameras",
    "Museum shows forgotten painter's letters",
    "Wheat harvest smallest in eleven years, farmers say",
];

/// A world with three reports of one event and three other events, each in its story.
async fn world() -> World {
    let world = World::new(&all_of_the_feed()).await;
    let item = |title: &&'static str| {
        let link = format!("http://news.example/{}", title.replace(' ', "-"));
        Item::new(title, title, link, "Sat, 13 Jun 2026 10:00:00 GMT", "")
    };
    let items: Vec<Item> = TITLES.iter().map(item).collect();
    world.site.set("/feed.xml", Answer::feed(rss("F", &items)));
    world.work().await;
    world
}

fn doubts(world: &World) -> Vec<StoryDoubt> {
    let ctx = &world.ctx;
    ctx.store.second_look(&ctx.config.topics).unwrap().unwrap().doubts
}

fn story_of(world: &World, article: i64) -> StoryId {
    world.ctx.store.story_of(ArticleId(article)).unwrap().unwrap()
}

#[tokio::test]
async fn what_the_placing_got_wrong_is_found_until_a_reader_decides() {
    let world = world().await;
    assert_eq!(doubts(&world), []);
    let (bridge, auditor) = (story_of(&world, 1), story_of(&world, 3));
    assert_eq!(bridge, story_of(&world, 2));
    // As if it had been placed wrongly.
    let database = Database::of(&world.ctx.config.state_dir);
    database.run(&format!("UPDATE member SET story = {} WHERE article = 2", auditor.0));
    database.run(&format!(
        "UPDATE member SET story = {} WHERE article = 3",
        story_of(&world, 4).0
    ));
    let museum = story_of(&world, 4);
    assert_eq!(
        doubts(&world),
        [
            StoryDoubt::One(bridge, auditor),
            StoryDoubt::Two(museum, vec![ArticleId(4)])
        ]
    );
    let (store, now) = (&world.ctx.store, world.ctx.clock.now());
    // Both are put right by hand, and one wrongly so: that is the reader's business.
    store.merge_stories(now, bridge, auditor).await.unwrap().unwrap();
    store
        .split_story(now, museum, vec![ArticleId(4)])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(doubts(&world), []);
    let harvest = story_of(&world, 5);
    store.merge_stories(now, museum, harvest).await.unwrap().unwrap();
    assert_eq!(doubts(&world), []);
}

#[tokio::test]
async fn the_week_before_the_last_article_is_looked_at() {
    let world = world().await;
    let look = |world: &World| {
        let ctx = &world.ctx;
        ctx.store.second_look(&ctx.config.topics).unwrap().unwrap().articles
    };
    assert_eq!(look(&world), TITLES.len());
    world.clock.advance(TimeDelta::days(8));
    let title = "Goalkeeper Lindqvist joins Karlow for a record sum";
    let item = Item::new(
        title,
        title,
        "http://news.example/goal".to_owned(),
        "Sun, 21 Jun 2026 10:00:00 GMT",
        "",
    );
    world.site.set("/feed.xml", Answer::feed(rss("F", &[item])));
    world.work().await;
    assert_eq!(look(&world), 1);
}
