//! A reader's week: nineteen sources in five languages, three topics, a digest each morning, and what it must tell.
//!
//! The week is `tests/data/reader_week.toml`, what each morning must and must not say `reader_week.expected` beside it: a
//! new expectation needs no code. Every one that is not met is listed. `READER_WEEK_SHOW=1` prints the digests.

mod expectations;
mod recording;
mod morning;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use tidings::digest::to_json;
use tidings::jobs::digest;

use crate::support::World;
use expectations::Expectations;
use morning::Morning;
use recording::Recording;

/// Hours between polls.
const STEP: i64 = 3;

fn recording() -> Recording {
    Recording::read(include_str!("../data/reader_week.toml"))
}

#[tokio::test]
async fn each_morning_tells_what_matters() {
    live(&recording()).await;
}

/// Feeds that give teasers alone, and a configuration that says nothing of it: the same mornings. What that asks of others is
/// printed: pages read for the first time by host and day, and how many of them the feeds' own words would have had read.
#[tokio::test]
async fn each_morning_tells_the_same_where_feeds_give_teasers() {
    let recording = recording().with_teasers();
    let (world, read) = live(&recording).await;
    let mut pages: BTreeMap<String, [[usize; 2]; 8]> = BTreeMap::new();
    let mut count = |when: usize, host: &str, at: DateTime<Utc>| {
        let day = usize::try_from((at - recording.start()).num_days()).unwrap().min(6);
        for row in [host, "~ all"] {
            let row = pages.entry(row.to_owned()).or_default();
            row[day][when] += 1;
            row[7][when] += 1;
        }
    };
    for ((host, _), at) in recording.promising(&world.ctx.matcher) {
        count(0, &host, at);
    }
    for ((host, _), at) in &read {
        count(1, host, *at);
    }
    println!("pages read, by a feed's own words > now, Monday to Sunday and in all");
    for (host, days) in &pages {
        let days = days.map(|[before, now]| format!("{before:>4} >{now:>3}"));
        println!("{host:<22}{}", days.concat());
    }
    let kept = "SELECT count(*) || ' of them about nothing, ' || sum(length(body.text) + length(body.markdown)) || ' characters'
                FROM body JOIN article ON article.id = body.article
                WHERE text IS NOT NULL AND NOT EXISTS (SELECT 1 FROM match WHERE match.article = article.id)";
    println!("{}", world.database().one::<String>(kept));
    assert!(
        pages
            .iter()
            .all(|(host, days)| host == "~ all" || days[..7].iter().all(|day| day[1] <= 10))
    );
    assert_eq!(world.ctx.store.judged_by_teaser(None).unwrap(), 0);
}

/// Pages by host and path, and when each was first read.
type PagesRead = BTreeMap<(String, String), DateTime<Utc>>;

/// Lives through the week and compares each morning with what is expected of it.
async fn live(recording: &Recording) -> (World, PagesRead) {
    let expected = Expectations::read(include_str!("../data/reader_week.expected"));
    let world = World::starting(recording.start(), &recording.config()).await;
    let mut unmet = Vec::new();
    let mut told_as_new: BTreeMap<String, String> = BTreeMap::new();
    let (mut read, mut requests) = (PagesRead::new(), 0);
    let (mut now, mut due) = (recording.start(), recording.start() + TimeDelta::days(1));
    for day in &expected.days {
        while now < due {
            now += TimeDelta::hours(STEP);
            world.clock.set(now);
            recording.publish(&world.site, now);
            world.work().await;
            let asked = world.site.requests_after(requests);
            requests += asked.len();
            for one in asked
                .into_iter()
                .filter(|one| !one.path.ends_with(".xml") && one.path != "/robots.txt")
            {
                let host = one.headers["host"]
                    .to_str()
                    .unwrap()
                    .split(':')
                    .next()
                    .unwrap()
                    .to_owned();
                read.entry((host, one.path)).or_insert(now);
            }
        }
        due += TimeDelta::days(1);
        let composed = digest::compose(&world.ctx.store, now, &world.ctx.config.digests[0]).unwrap();
        let text = world.digest().await.unwrap_or_default();
        let morning = Morning::new(&to_json(&composed.digest), text);
        if std::env::var_os("READER_WEEK_SHOW").is_some() {
            println!("Subject: {}\n\n{}\n", morning.subject(), morning.text);
        }
        unmet.extend(day.unmet(&morning, recording));
        let of_every_day = expected.every_day.unmet(&morning, recording);
        unmet.extend(of_every_day.iter().map(|line| format!("{}, {line}", day.name)));
        for address in morning.told_as_new() {
            if let Some(earlier) = told_as_new.insert(address.clone(), day.name.clone()) {
                unmet.push(format!("{}: {address} is NEW, as it was on {earlier}", day.name));
            }
        }
    }
    let articles = world.ctx.store.stats().unwrap().articles;
    // An address that stands in a feed twice is one article; the live page's of the day before, with another headline and text
    // under another id, is a second one.
    let wanted = recording.addresses() + 1;
    if articles != wanted {
        unmet.push(format!("{articles} articles, not {wanted}"));
    }
    assert!(
        unmet.is_empty(),
        "{} of {} expectations are not met:\n{}",
        unmet.len(),
        expected.number(),
        unmet.join("\n")
    );
    (world, read)
}
