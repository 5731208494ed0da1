//! A reader's week: nineteen sources in five languages, three topics, a digest each morning, and what it must tell.
//!
//! The week is `tests/data/reader_week.toml`, what each morning must and must not say `reader_week.expected` beside it: a
//! new expectation needs no code. Every one that is not met is listed. `READER_WEEK_SHOW=1` prints the digests.

mod expectations;
mod recording;
mod morning;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use tidings::digest::to_json;
use tidings::jobs::digest;

use crate::support::World;
use expectations::Expectations;
use morning::Morning;
use recording::Recording;

/// Hours between polls.
const STEP: i64 = 3;

#[tokio::test]
async fn each_morning_tells_what_matters() {
    let recording = Recording::read(include_str!("../data/reader_week.toml"));
    let expected = Expectations::read(include_str!("../data/reader_week.expected"));
    let world = World::starting(recording.start(), &recording.config()).await;
    let mut unmet = Vec::new();
    let mut told_as_new: BTreeMap<String, String> = BTreeMap::new();
    let (mut now, mut due) = (recording.start(), recording.start() + TimeDelta::days(1));
    for day in &expected.days {
        while now < due {
            now += TimeDelta::hours(STEP);
            world.clock.set(now);
            recording.publish(&world.site, now);
            world.work().await;
        }
        due += TimeDelta::days(1);
        let composed = digest::compose(&world.ctx.store, now, &world.ctx.config.digests[0]).unwrap();
        let text = world.digest().await.unwrap_or_default();
        let morning = Morning::new(&to_json(&composed.digest), text);
        if std::env::var_os("READER_WEEK_SHOW").is_some() {
            println!("Subject: {}\n\n{}\n", morning.subject(), morning.text);
        }
        unmet.extend(day.unmet(&morning, &recording));
        let of_every_day = expected.every_day.unmet(&morning, &recording);
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
}
