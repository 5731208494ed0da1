//! Alerts: told at once, once, together, and not at night; then they stand in the digest as told.

use chrono::TimeDelta;
use tidings::jobs::digest::{alert, delivery};

use crate::support::World;
use crate::support::site::{Answer, Item, rss};

const REST: &str = r#"
[[source]]
feed = "{site}/feed.xml"
schedule = "every 1h"
[[topic]]
name = "Face Scans"
query = '"face scan"'
[[digest]]
name = "daily"
schedule = "0 7 * * *"
deliver = ["log"]
[[alert]]
topic = "Face Scans"
heat = 20
deliver = ["log"]
quiet = "22:00-07:00"
time_zone = "UTC"
batch = "2h"
"#;

fn tell(world: &World, items: &[(&'static str, &str)]) {
    let item = |(guid, title): &(&'static str, &str)| {
        Item::new(
            guid,
            title,
            format!("{}/{guid}", world.site.address()),
            "",
            if *guid == "a" {
                "A face scan, it says."
            } else {
                "Tenor and chorus stay outside on opening night; a face scan is in their contract."
            },
        )
    };
    world.site.set(
        "/feed.xml",
        Answer::feed(rss("F", &items.iter().map(item).collect::<Vec<_>>())),
    );
}

#[tokio::test]
async fn a_hot_story_is_told_once_and_stands_in_the_digest_as_told() {
    let world = World::new(REST).await;
    assert_eq!(alert::run_due(&world.ctx).await.unwrap(), 0, "its life begins");
    tell(&world, &[("a", "Face scan at the harbour gate")]);
    world.work_after(TimeDelta::hours(1)).await;
    assert_eq!(alert::run_due(&world.ctx).await.unwrap(), 1);
    assert_eq!(alert::run_due(&world.ctx).await.unwrap(), 0, "once");
    assert_eq!(delivery::deliver_due(&world.ctx).await.unwrap(), 1);
    let newest = world.ctx.store.digests(1).unwrap().remove(0);
    assert_eq!(newest.subject, "Alert: Face scan at the harbour gate");

    // A second one soon after waits for the batch.
    tell(
        &world,
        &[
            ("a", "Face scan at the harbour gate"),
            ("b", "Opera singers refuse the face scan at the stage door"),
        ],
    );
    world.work_after(TimeDelta::hours(1)).await;
    assert_eq!(alert::run_due(&world.ctx).await.unwrap(), 0, "too soon");
    world.clock.advance(TimeDelta::hours(1));
    assert_eq!(alert::run_due(&world.ctx).await.unwrap(), 1);

    world.clock.advance(TimeDelta::hours(1));
    let text = world.digest().await.unwrap();
    let told = text.split("IN BRIEF").nth(1).unwrap_or_else(|| panic!("{text}"));
    assert!(
        told.contains("harbour gate") && told.contains("Opera singers"),
        "{text}"
    );
    assert!(!text.contains("NEW ·") && told.matches("(told ").count() == 2, "{text}");
    world.work_after(TimeDelta::hours(2)).await;
    assert_eq!(world.digest().await, None, "and nothing twice");
}

#[tokio::test]
async fn the_night_is_quiet_and_a_cool_story_no_alert() {
    let world = World::new(REST).await;
    alert::run_due(&world.ctx).await.unwrap();
    tell(&world, &[("a", "Face scan at the harbour gate")]);
    world.work_after(TimeDelta::hours(11)).await;
    assert_eq!(alert::run_due(&world.ctx).await.unwrap(), 0, "it is 23:00");
    world.clock.advance(TimeDelta::hours(8));
    assert_eq!(alert::run_due(&world.ctx).await.unwrap(), 1, "it is 07:00");

    let world = world
        .reopened(&REST.replace("heat = 20", "heat = 500\nname = \"hot\""))
        .await;
    alert::run_due(&world.ctx).await.unwrap();
    tell(&world, &[("c", "Face scan in the night bus")]);
    world.work_after(TimeDelta::hours(3)).await;
    assert_eq!(alert::run_due(&world.ctx).await.unwrap(), 0);
}
