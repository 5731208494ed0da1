//! Silence is explained; what is told once is not told again; what is cool waits until it is hot.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tidings::domain::DigestId;
use tidings::jobs::digest::{self, delivery};

use crate::support::World;
use crate::support::hooks::Hooks;
use crate::support::site::{Answer, Item, rss};
use crate::support::smtp::{self, Step, Trouble};

fn rest(more: &str) -> String {
    format!(
        "[[source]]\nfeed = \"{{site}}/feed.xml\"\nschedule = \"every 1h\"\n\
         [[source]]\nfeed = \"{{site}}/other.xml\"\nschedule = \"every 1h\"\n\
         [[topic]]\nname = \"Face Scans\"\nquery = '\"face scan\"'\n\
         [[digest]]\nname = \"daily\"\nschedule = \"0 7 * * *\"\n{more}\n"
    )
}

fn tell(world: &World, guid: &'static str, date: &'static str) {
    let link = format!("{}/a", world.site.address());
    let item = Item::new(
        guid,
        "Face scan at the harbour gate",
        link,
        date,
        "A face scan, it says.",
    );
    world.site.set("/feed.xml", Answer::feed(rss("F", &[item])));
    world.site.set("/other.xml", Answer::feed(rss("O", &[])));
}

#[tokio::test]
async fn a_changed_date_or_guid_is_no_news() {
    let world = World::new(&rest("")).await;
    tell(&world, "a", "Sat, 13 Jun 2026 09:00:00 GMT");
    world.work().await;
    assert!(world.digest().await.is_some());
    for (guid, date) in [
        ("a", "Sun, 14 Jun 2026 06:00:00 GMT"),
        ("b", "Sun, 14 Jun 2026 07:00:00 GMT"),
    ] {
        tell(&world, guid, date);
        world.work_after(TimeDelta::hours(24)).await;
        assert_eq!(world.digest().await, None, "{guid} {date}");
    }
}

#[tokio::test]
async fn failing_sources_raise_an_alarm_once() {
    let world = World::new(&rest("")).await;
    tell(&world, "a", "");
    world.work().await;
    assert!(world.digest().await.is_some());
    world.site.set("/other.xml", Answer::status(500));
    world.work_after(TimeDelta::hours(24)).await;
    let text = world.digest().await.unwrap();
    assert!(
        text.contains("could not be read") && text.contains("answered 500"),
        "{text}"
    );
    let newest = world.ctx.store.digests(1).unwrap().remove(0);
    assert!(newest.subject.contains("1 of 2 sources not read"), "{}", newest.subject);
    world.work_after(TimeDelta::hours(24)).await;
    assert_eq!(world.digest().await, None, "the same trouble is not told every day");
    world.site.set("/feed.xml", Answer::status(500));
    world.work_after(TimeDelta::hours(24)).await;
    assert!(world.digest().await.is_some(), "more of it is");
}

#[tokio::test]
async fn an_empty_digest_and_a_heartbeat_come_on_demand_only() {
    let world = World::new(&rest("heartbeat = \"7d\"")).await;
    tell(&world, "a", "");
    world.work().await;
    assert!(world.digest().await.is_some());
    for day in 1..=7 {
        world.work_after(TimeDelta::hours(24)).await;
        let sent = world.digest().await;
        assert_eq!(sent.is_some(), day == 7, "{day} {sent:?}");
    }
    let world = world.reopened(&rest("send_empty = true")).await;
    assert!(world.digest().await.unwrap().contains("No new stories."));
}

#[tokio::test]
async fn digests_of_the_same_second_have_message_ids_of_their_own() {
    let world = World::new(&rest("send_empty = true")).await;
    tell(&world, "a", "");
    world.work().await;
    let mut ids = HashSet::new();
    for number in 1..=4 {
        assert!(world.digest().await.is_some());
        let deliveries = world.ctx.store.deliveries_of(DigestId(number)).unwrap();
        ids.extend(deliveries.into_iter().map(|delivery| delivery.message_id));
    }
    assert_eq!(ids.len(), 4, "{ids:?}");
}

#[tokio::test]
async fn a_cool_story_is_told_as_a_whole_once_it_is_hot() {
    let world = World::new(&rest("heat_min = 500")).await;
    tell(&world, "a", "");
    world.work().await;
    assert_eq!(world.digest().await, None);
    let world = world.reopened(&rest("heat_min = 1\nlanguage = \"de\"")).await;
    let text = world.digest().await.unwrap();
    assert!(
        text.contains("harbour gate") && text.contains("Samstag, 13. Juni 2026"),
        "{text}"
    );
}

#[tokio::test]
async fn at_most_once_is_not_sent_again_and_is_named_in_the_next_digest() {
    let server = smtp::start(Some((Step::End, Trouble::HangUp)), 1).await;
    let mail = format!(
        "[mail]\nfrom = \"t@example.org\"\nsmtp = \"smtp://127.0.0.1:{}\"\n",
        server.port
    );
    let deliver = "thread = true\ndeliver = [{ to = \"mail:reader@example.org\", guarantee = \"at-most-once\" }]";
    let world = World::new(&(mail + &rest(deliver))).await;
    tell(&world, "a", "");
    world.work().await;
    world.digest().await.unwrap();
    world.clock.advance(TimeDelta::days(1));
    assert_eq!(delivery::deliver_due(&world.ctx).await.unwrap(), 0);
    assert_eq!(server.seen.lock().unwrap().messages.len(), 1);
    let text = world.digest().await.unwrap();
    assert!(
        text.contains("Not delivered") && text.contains("at-most-once"),
        "{text}"
    );

    // The next one answers the one that arrived.
    let settings = world.ctx.config.digests[0].clone();
    world.site.set(
        "/feed.xml",
        Answer::feed(rss(
            "F",
            &[Item::new(
                "z",
                "Face scan in the opera",
                format!("{}/z", world.site.address()),
                "",
                "",
            )],
        )),
    );
    world.work_after(TimeDelta::hours(24)).await;
    digest::run(&world.ctx, world.clock.now(), &settings).await.unwrap();
    delivery::deliver_due(&world.ctx).await.unwrap();
    let seen = server.seen.lock().unwrap();
    let id = |message: &str, name: &str| {
        let line = message
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap_or_else(|| panic!("no {name}"));
        line[name.len()..].trim().to_owned()
    };
    assert_eq!(
        id(&seen.messages[2], "In-Reply-To:"),
        id(&seen.messages[1], "Message-ID:")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_slept_reads_before_it_tells() {
    let hooks = Hooks::start().await;
    let deliver = format!(
        "deliver = [\"webhook:told\"]\n[[webhook]]\nname = \"told\"\nservice = \"json\"\nurl = \"http://127.0.0.1:{}/\"\n",
        hooks.port
    );
    let world = World::new(&rest(&deliver)).await;
    tell(&world, "a", "");
    world.work().await;
    assert!(world.digest().await.is_some());
    world.clock.advance(TimeDelta::days(3));
    let link = format!("{}/z", world.site.address());
    let item = Item::new("z", "Face scan in the opera", link, "", "Singers stay outside.");
    world.site.set("/feed.xml", Answer::feed(rss("F", &[item])));
    let daemon = tokio::spawn(tidings::daemon::run(Arc::clone(&world.ctx)));
    let told = async {
        loop {
            if let Some(text) = world.ctx.store.digest_text(DigestId(2)).unwrap() {
                return text;
            }
            hooks.arrival().await;
        }
    };
    let text = tokio::time::timeout(Duration::from_secs(60), told).await.unwrap();
    assert!(text.contains("Face scan in the opera"), "{text}");
    world.ctx.shared.cancel();
    daemon.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_late_source_is_not_told_as_read_where_nobody_asked() {
    let world = World::new(&rest("")).await;
    tell(&world, "a", "");
    world.work().await;
    assert!(world.digest().await.is_some());
    world.clock.advance(TimeDelta::days(1));
    let text = world.digest().await.unwrap();
    assert!(text.contains("\n0 of 2 sources read; 2 late:\n"), "{text}");
    let newest = world.ctx.store.digests(1).unwrap().remove(0);
    assert!(newest.subject.contains("2 of 2 sources not read"), "{}", newest.subject);
}
