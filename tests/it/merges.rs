//! Stories that turn out to be one: merged by a look, told as found, undone by hand for good.

use chrono::TimeDelta;
use tidings::clock::Clock;
use tidings::domain::{ArticleId, StoryId};
use tidings::jobs::maintenance::merge;
use tidings::jobs::worker_pool::WorkerPool;
use tidings::store::Store;
use tidings::store::stories::{EditCause, EditKind};
use tokio_util::sync::CancellationToken;

use crate::process::Daemon;
use crate::support::site::{Answer, Item, rss};
use crate::support::{self, World, all_of_the_feed};

/// A digest of what one feed brings.
fn followed() -> String {
    format!(
        "{}\n[[digest]]\nname = \"daily\"\ntopics = [\"All\"]\nschedule = \"0 7 * * *\"\ndeliver = [\"log\"]\n",
        all_of_the_feed()
    )
}

const FIRST: [&str; 2] = [
    "Crack closes stone harbour bridge Velden inspectors",
    "Ferry queue strands islanders overnight",
];
/// What flows together afterwards.
const BOTH: [&str; 7] = [
    "Update: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders overnight",
    "Later: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders overnight",
    "Again: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders overnight",
    "Evening: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders overnight",
    "Morning: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders overnight",
    "Live: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders overnight",
    "Video: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders overnight",
];

fn items(titles: &[&'static str]) -> Vec<Item> {
    let item = |title: &&'static str| {
        let link = format!("http://news.example/{}", title.replace(' ', "-"));
        Item::new(title, title, link, "Sat, 13 Jun 2026 10:00:00 GMT", "")
    };
    titles.iter().map(item).collect()
}

/// Returns the stories that have members, with how many.
fn stories(world: &World) -> Vec<(StoryId, usize)> {
    let mut found: Vec<_> = support::stories(&world.ctx.store)
        .into_iter()
        .map(|story| (story.id, story.members.len()))
        .collect();
    found.sort();
    found
}

async fn publish(world: &World, titles: &[&'static str]) {
    world.site.set("/feed.xml", Answer::feed(rss("F", &items(titles))));
    world.work_after(TimeDelta::hours(1)).await;
}

/// A world in which story 2 has become part of story 1; its first digest told both.
async fn merged() -> World {
    let world = World::new(&followed()).await;
    publish(&world, &FIRST).await;
    assert_eq!(stories(&world), [(StoryId(1), 1), (StoryId(2), 1)]);
    let told = world.digest().await.unwrap();
    assert!(FIRST.iter().all(|title| told.contains(title)), "{told}");
    publish(&world, &BOTH).await;
    assert_eq!(stories(&world), [(StoryId(1), 9)]);
    world
}

#[tokio::test]
async fn a_merge_is_logged_with_its_reason_and_is_no_news() {
    let world = merged().await;
    let store = &world.ctx.store;
    let (into, from) = (
        store.story_edits(StoryId(1)).unwrap(),
        store.story_edits(StoryId(2)).unwrap(),
    );
    let ([into], [from]) = (into.as_slice(), from.as_slice()) else {
        panic!("{into:?} {from:?}")
    };
    assert_eq!(
        (into.change, from.change),
        (EditKind::MergedFrom(StoryId(2)), EditKind::MergedInto(StoryId(1)))
    );
    assert_eq!(into.articles, [ArticleId(2)]);
    let EditCause::Found(reason) = &into.cause else {
        panic!("{into:?}")
    };
    assert!(reason.ends_with(" alike, at the same time"), "{reason}");
    // The documents of both name each other as related.
    let documents = world.documents();
    let ferry = documents
        .iter()
        .find(|(name, _)| name.contains("ferry-queue-strands"))
        .unwrap();
    assert!(
        ferry
            .1
            .contains("http://news.example/Crack-closes-stone-harbour-bridge-Velden-inspectors"),
        "{}",
        ferry.1
    );
    // The digest knows the story: nothing of it is new again.
    let digest = world.digest().await.unwrap();
    assert!(!digest.contains("\nNEW\n"), "{digest}");
    assert!(!digest.contains(FIRST[1]), "{digest}");
}

/// Each is half about the one and half about the other.
const EITHER: [&str; 2] = [
    "Crack closes stone harbour, ferry queue strands islanders",
    "Harbour bridge inspectors, islanders overnight queue",
];

#[tokio::test]
async fn articles_that_fit_two_stories_make_them_one_until_a_reader_parts_them() {
    let world = World::new(&followed()).await;
    publish(&world, &FIRST).await;
    publish(&world, &EITHER[..1]).await;
    assert_eq!(stories(&world).len(), 2, "one such article is not enough");
    publish(&world, &EITHER[1..]).await;
    let [(story, 4)] = stories(&world)[..] else {
        panic!("{:?}", stories(&world))
    };
    let store = &world.ctx.store;
    let corrections = store.story_edits(story).unwrap();
    let [merge] = corrections.as_slice() else {
        panic!("{corrections:?}")
    };
    assert_eq!(merge.cause, EditCause::Found("2 articles fit both".to_owned()));
    let EditKind::MergedFrom(from) = merge.change else {
        panic!("{merge:?}")
    };
    // Its reason says where the article went, not where it would have gone.
    let last = store.reasoning(ArticleId(4)).unwrap().unwrap();
    assert_eq!((last.story, last.closest), (story, Some(story)));

    let back = store
        .split_story(world.clock.now(), story, merge.articles.clone())
        .await
        .unwrap();
    assert_eq!(back, Ok(from));
    // These fit both as well.
    let more = [
        "Harbour bridge Velden, islanders",
        "Bridge crack, ferry",
        "Bridge inspectors, pier",
    ];
    for title in more {
        publish(&world, &[title]).await;
    }
    let left = stories(&world);
    assert!(
        left.iter().any(|(id, _)| *id == from) && left.iter().any(|(id, _)| *id == story),
        "{left:?}"
    );
}

#[tokio::test]
async fn what_was_split_by_hand_is_never_merged_again() {
    let world = merged().await;
    let store = &world.ctx.store;
    let now = world.clock.now();
    let back = store.split_story(now, StoryId(1), vec![ArticleId(2)]).await.unwrap();
    assert_eq!(back, Ok(StoryId(2)));
    let more = [
        "Night: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders overnight",
        "Noon: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders overnight",
    ];
    publish(&world, &more).await;
    let world = world.reopened(&followed()).await;
    publish(
        &world,
        &["Dusk: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders overnight"],
    )
    .await;
    let left = stories(&world);
    assert_eq!(left.len(), 2, "{left:?}");
    // Not by way of a third either: whatever took one of them in stays apart from the other.
    let store = &world.ctx.store;
    let third = store
        .split_story(world.clock.now(), StoryId(1), vec![ArticleId(3)])
        .await
        .unwrap()
        .unwrap();
    store
        .merge_stories(world.clock.now(), third, StoryId(2))
        .await
        .unwrap()
        .unwrap();
    publish(
        &world,
        &["Dawn: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders overnight"],
    )
    .await;
    assert_eq!(stories(&world).len(), 2, "{:?}", stories(&world));
}

#[tokio::test]
async fn a_look_is_made_once_an_hour_and_only_where_something_grew() {
    let world = merged().await;
    let store = &world.ctx.store;
    assert!(!store.merge_sweep_due(world.clock.now()).unwrap());
    world.clock.advance(TimeDelta::hours(2));
    assert!(!store.merge_sweep_due(world.clock.now()).unwrap(), "nothing grew");
    publish(&world, &["Night train returns to the coast"]).await;
    assert!(
        !store.merge_sweep_due(world.clock.now()).unwrap(),
        "it was looked at by the run"
    );
    assert_eq!(merge::run(&world.ctx).await.unwrap(), 0);
    // A clock that jumped back owes a look; it finds nothing, and the next hour is its own.
    world.clock.advance(-TimeDelta::days(2));
    assert!(store.merge_sweep_due(world.clock.now()).unwrap());
    assert_eq!(merge::run(&world.ctx).await.unwrap(), 0);
    assert!(!store.merge_sweep_due(world.clock.now()).unwrap());
}

#[tokio::test]
async fn a_merge_stands_over_a_restart() {
    let world = merged().await;
    let world = world.reopened(&followed()).await;
    assert_eq!(stories(&world), [(StoryId(1), 9)]);
    publish(&world, &["Islanders strands Ostmere pier ferry queue continues"]).await;
    assert_eq!(stories(&world), [(StoryId(1), 10)]);
}

#[tokio::test]
async fn a_look_that_fails_leaves_nothing_behind_and_is_made_again() {
    let world = World::new(&followed()).await;
    publish(&world, &FIRST).await;
    let database = world.database();
    // The last thing a look writes is how far it went.
    database.run("CREATE TRIGGER stop BEFORE INSERT ON merge_look BEGIN SELECT RAISE(ABORT, 'stopped'); END");
    world.site.set("/feed.xml", Answer::feed(rss("F", &items(&BOTH))));
    world.clock.advance(TimeDelta::hours(1));
    let worked = WorkerPool::new()
        .finish_all(&world.ctx, &CancellationToken::new(), |_| {})
        .await;
    assert!(worked.is_err());
    assert_eq!(stories(&world), [(StoryId(1), 8), (StoryId(2), 1)]);
    assert_eq!(world.ctx.store.story_edits(StoryId(1)).unwrap(), []);
    database.run("DROP TRIGGER stop");
    assert_eq!(merge::run(&world.ctx).await.unwrap(), 1);
    assert_eq!(stories(&world), [(StoryId(1), 9)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_daemon_merges_too() {
    let world = World::starting(
        Clock::system().now() - TimeDelta::hours(2),
        &followed().replace("every 1h", "every 30m"),
    )
    .await;
    let publish = async |titles: &[&'static str], minutes| {
        let undated = items(titles).into_iter().map(|item| Item {
            date: String::new(),
            ..item
        });
        let feed = rss("F", &undated.collect::<Vec<_>>());
        world.site.set("/feed.xml", Answer::feed(feed));
        world.work_after(TimeDelta::minutes(minutes)).await;
    };
    publish(&FIRST, 0).await;
    publish(&BOTH, 59).await;
    assert_eq!(stories(&world).len(), 2, "the last look is not yet an hour ago");
    let World { folder, ctx, .. } = world;
    drop(ctx);
    let mut daemon = Daemon::start_told(folder.path());
    let told = daemon.wait_for("merged story");
    assert!(told.contains("merged story 2 into story 1"), "{told}");
    daemon.signal("TERM");
    assert!(daemon.child.wait().unwrap().success());
    let store = Store::open_to_read(folder.path()).unwrap();
    let sizes = support::stories(&store).into_iter().map(|story| story.members.len());
    assert_eq!(sizes.collect::<Vec<_>>(), [9]);
}
