//! A recorded week played again: entries with their times, served as feeds hour by hour, told once a day.
//!
//! The feeds misbehave as feeds do: of what they list, some get a new guid each day, some a new date, some a link with other
//! tracking codes. Whatever a digest then tells twice is counted by what a reader sees: address and headline in the text.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, Duration, NaiveTime, TimeDelta, Utc};
use tidings::clock::Clock;

use super::World;
use super::site::Answer;

/// Entries a feed lists at a time, newest first.
const LISTED: usize = 40;
/// Feeds on the site; outlets share them when there are more.
const FEEDS: usize = 24;
/// When the digest is due, UTC.
const HOUR: u32 = 7;

/// One entry of the recording.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Recorded {
    pub title: String,
    #[serde(default)]
    pub excerpt: String,
    #[serde(rename = "publishedDateTime")]
    pub published_at: DateTime<Utc>,
    pub provider: String,
}

/// Reads a recording: one JSON object a line, in the order of time.
pub fn read(text: &str) -> Vec<Recorded> {
    let mut week: Vec<Recorded> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    week.sort_by_key(|entry| entry.published_at);
    week
}

/// What was told, and what of it twice.
#[derive(Debug, Default)]
pub struct Told {
    pub digests: usize,
    /// Addresses told as news.
    pub news: usize,
    pub addresses_again: Vec<String>,
    /// Headlines told as news in two digests, whoever wrote them.
    pub headlines_again: Vec<String>,
    pub articles: i64,
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn slug(index: usize, day: i64) -> (String, String, i64) {
    // What changes from day to day: an entry's guid, the codes on its link, its date.
    let guid = if index % 7 == 3 {
        format!("e{index}-{day}")
    } else {
        format!("e{index}")
    };
    let codes = if index % 5 == 2 {
        format!("?utm_source=feed&amp;utm_term={day}")
    } else {
        String::new()
    };
    let moved = if index % 11 == 4 { day } else { 0 };
    (guid, format!("/a/{index}{codes}"), moved)
}

/// Returns the feeds as they stand at a moment.
fn publish(world: &World, week: &[Recorded], feed_of: &dyn Fn(&Recorded) -> usize, now: DateTime<Utc>) {
    let site = world.site.address();
    let start = week.first().map_or(now, |entry| entry.published_at);
    let mut feeds: BTreeMap<usize, Vec<(usize, &Recorded)>> = BTreeMap::new();
    for (index, entry) in week
        .iter()
        .enumerate()
        .take_while(|(_, entry)| entry.published_at <= now)
    {
        feeds.entry(feed_of(entry)).or_default().push((index, entry));
    }
    for (feed, entries) in feeds {
        let items: String = entries
            .iter()
            .rev()
            .take(LISTED)
            .map(|(index, entry)| {
                let day = (now - start).num_days();
                let (guid, link, moved) = slug(*index, day);
                let date = (entry.published_at + TimeDelta::days(moved)).min(now);
                format!(
                    "<item><guid isPermaLink=\"false\">{guid}</guid><title>{}</title><link>{site}{link}</link>\
                     <pubDate>{}</pubDate><author>{}</author><description>{}</description></item>",
                    escaped(&entry.title),
                    date.to_rfc2822(),
                    escaped(&entry.provider),
                    escaped(&entry.excerpt),
                )
            })
            .collect();
        let body = format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Feed {feed}</title><link>{site}/</link>\
             <description>d</description>{items}</channel></rss>"
        );
        world.site.set(&format!("/{feed}.xml"), Answer::feed(body));
    }
}

/// Returns the addresses and headlines that a digest's text tells as news.
pub fn news(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut headline = String::new();
    for line in text.lines() {
        let said = line.trim_start();
        if let Some(title) = said.strip_prefix("* ").or_else(|| said.strip_prefix("- ")) {
            title.clone_into(&mut headline);
        } else if said.starts_with("http://") {
            // Behind a label stands the headline of a story; what stands in one line, or below, has its outlet and age.
            let title = match headline.split_once(" · ") {
                Some((_, title)) => title,
                None => headline.rsplit_once(" (").map_or(&*headline, |(title, _)| title),
            };
            found.push((said.to_owned(), title.to_owned()));
        } else if !said.is_empty() && line != said {
            headline.push(' ');
            headline.push_str(said);
        }
    }
    found
}

/// Plays a recording: polls every `step`, tells once a day at seven, and says what was told twice.
pub async fn play(week: &[Recorded], query: &str, step: Duration) -> Told {
    let providers: BTreeSet<&str> = week.iter().map(|entry| entry.provider.as_str()).collect();
    let numbers: BTreeMap<String, usize> = providers
        .iter()
        .enumerate()
        .map(|(n, name)| ((*name).to_owned(), n % FEEDS))
        .collect();
    let feed_of = |entry: &Recorded| numbers[&entry.provider];
    let used: BTreeSet<usize> = numbers.values().copied().collect();
    let sources: String = used
        .iter()
        .map(|feed| {
            format!("[[source]]\nfeed = \"{{site}}/{feed}.xml\"\nschedule = \"every 30m\"\nfull_text = \"never\"\n\n")
        })
        .collect();
    let rest = format!(
        "{sources}[archive]\nwrite = \"none\"\n\n[[topic]]\nname = \"The week\"\nquery = '''{query}'''\n\n\
         [[digest]]\nname = \"daily\"\ntopics = [\"The week\"]\nschedule = \"0 {HOUR} * * *\"\nstories_max = 200\ndeliver = [\"log\"]\n"
    );
    let (first, last) = (week[0].published_at, week[week.len() - 1].published_at);
    // Known, not news, would be what is older than the daemon's first poll by a week: the week begins with it.
    let world = World::starting(first, &rest).await;
    let mut told = Told::default();
    let (mut addresses, mut headlines) = (HashSet::new(), HashSet::new());
    let mut due = first
        .date_naive()
        .and_time(NaiveTime::from_hms_opt(HOUR, 0, 0).unwrap())
        .and_utc();
    while due <= first {
        due += TimeDelta::days(1);
    }
    let mut now = first;
    while now <= last + TimeDelta::days(2) {
        set(&world.clock, now);
        publish(&world, week, &feed_of, now);
        world.work().await;
        if now + step > due {
            set(&world.clock, due.max(now));
            if let Some(text) = world.digest().await {
                told.digests += 1;
                let mut of_today = Vec::new();
                for (address, headline) in news(&text) {
                    told.news += 1;
                    if !addresses.insert(address.clone()) {
                        told.addresses_again.push(address);
                    }
                    of_today.push(headline);
                }
                told.headlines_again
                    .extend(of_today.iter().filter(|title| headlines.contains(*title)).cloned());
                headlines.extend(of_today);
            }
            due += TimeDelta::days(1);
        }
        now += step;
    }
    told.articles = world.ctx.store.stats().unwrap().articles;
    told
}

fn set(clock: &Clock, now: DateTime<Utc>) {
    if now > clock.now() {
        clock.set(now);
    }
}
