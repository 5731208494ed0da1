//! What stories and topics cost: `cargo bench --bench stories`. Invented words; nothing is read from outside.
//!
//! Prints items placed per second of processor time with 100,000 articles live, of a headline and an excerpt alone and with
//! the article's text, the resident memory they take, and articles matched per second against 5,000 topics. Figures are of
//! one core.

#[expect(dead_code, reason = "steps are not compared here")]
mod common;

use std::fs;
use std::hint::black_box;

use common::cpu_seconds;
use tidings::clustering::{ClusterItem, Placement, StoryIndex};
use tidings::domain::topic::{Rule, Topic, Where};
use tidings::domain::{ArticleId, StoryId, Timestamp};
use tidings::matching::{Matcher, Subject};

const LIVE: i64 = 100_000;
const MEASURED: i64 = 20_000;
/// Words of an article's text.
const TEXT_WORDS: usize = 400;
/// Articles whose texts are made at a time, apart from what is measured.
const BATCH: usize = 1_000;
const TOPICS: usize = 5_000;
const MATCHED: usize = 5_000;
/// Articles that arrive a day, so that `LIVE` of them are in the window.
const PER_DAY: i64 = LIVE / tidings::clustering::WINDOW_DAYS;

/// The same numbers in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % sides
    }

    /// A word; low numbers are common, as in a language.
    fn word(&mut self) -> String {
        let spread = 1u64 << self.roll(17);
        name(self.roll(spread))
    }
}

fn name(mut number: u64) -> String {
    let mut word = String::from("v");
    loop {
        word.push_str(["ka", "lo", "mi", "ne", "ru", "ta", "so", "pe"][(number % 8) as usize]);
        number /= 8;
        if number == 0 {
            return word;
        }
    }
}

struct Text {
    title: String,
    excerpt: String,
    body: String,
}

/// An article of one event: some of its words, and others.
fn article(dice: &mut Dice, event: u64, text_words: usize) -> Text {
    let mut words = |count: usize, own: u64| -> String {
        let pick = |dice: &mut Dice| {
            if dice.roll(100) < own {
                name(100_000 + event * 12 + dice.roll(12))
            } else {
                dice.word()
            }
        };
        (0..count).map(|_| pick(dice) + " ").collect()
    };
    Text {
        title: words(9, 45),
        excerpt: words(30, 20),
        body: words(text_words, 10),
    }
}

fn resident() -> f64 {
    let statm = fs::read_to_string("/proc/self/statm").expect("Linux tells a process about itself");
    let pages: f64 = statm
        .split_whitespace()
        .nth(1)
        .expect("resident pages")
        .parse()
        .expect("a number");
    pages * 4096.0
}

/// Seconds of the clock spent in reading, placing and adding: how the processor's are shared out among them.
type Spent = [f64; 3];

/// The text of an article: its number says which event it is about.
fn numbered(dice: &mut Dice, number: i64, text_words: usize) -> Text {
    // New events all the time; most articles are about one of the latest.
    let events = number as u64 / 4;
    let reach = 1u64 << dice.roll(11);
    let event = events.saturating_sub(dice.roll(reach));
    article(dice, event, text_words)
}

fn place(index: &mut StoryIndex, text: &Text, number: i64, spent: &mut Spent) -> bool {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a date");
    let now = start + chrono::TimeDelta::seconds(number * 86_400 / PER_DAY);
    let item = ClusterItem {
        id: ArticleId(number),
        title: &text.title,
        excerpt: &text.excerpt,
        body: &text.body,
        published_at: now,
        topic: None,
    };
    let started = std::time::Instant::now();
    let item = index.prepare(&item);
    let read = std::time::Instant::now();
    let placement = index.place(now, &item);
    let placed = std::time::Instant::now();
    match placement {
        Placement::Start => index.add(now, &item, StoryId(number)),
        Placement::Join(story) => {
            let story = index.unite().map_or(story, |union| union.into);
            index.add(now, &item, story);
        }
        Placement::CopyOf(original, story) => index.add_copy(now, &item, original, story),
    }
    spent[0] += (read - started).as_secs_f64();
    spent[1] += (placed - read).as_secs_f64();
    spent[2] += placed.elapsed().as_secs_f64();
    placement == Placement::Start
}

/// Returns the bytes that an article takes; only the first call in a process can tell, for the next gets what it freed.
fn clustering(text_words: usize) -> f64 {
    let mut index = StoryIndex::new(&[]);
    let mut dice = Dice(7);
    let before = resident();
    for number in 0..LIVE {
        let text = numbered(&mut dice, number, text_words);
        place(&mut index, &text, number, &mut Spent::default());
    }
    let grown = resident() - before;
    let live = index.len();
    let (mut spent, mut starts, mut seconds) = (Spent::default(), 0, 0.0);
    for first in (LIVE..LIVE + MEASURED).step_by(BATCH) {
        let texts: Vec<Text> = (first..)
            .take(BATCH)
            .map(|n| numbered(&mut dice, n, text_words))
            .collect();
        let before = cpu_seconds();
        for (text, number) in texts.iter().zip(first..) {
            starts += i64::from(place(&mut index, text, number, &mut spent));
        }
        seconds += cpu_seconds() - before;
    }
    let share = |spent: f64, all: &Spent| spent / all.iter().sum::<f64>() * seconds * 1e6 / MEASURED as f64;
    println!(
        "placing, {text_words} words of text: {:.0} items/s with {LIVE} live items in {live} stories ({:.0} % start one); \
         us an item: {:.1} to read it, {:.1} to place it, {:.1} to add it",
        MEASURED as f64 / seconds,
        100.0 * starts as f64 / MEASURED as f64,
        share(spent[0], &spent),
        share(spent[1], &spent),
        share(spent[2], &spent),
    );
    grown / LIVE as f64
}

fn matching() {
    let mut dice = Dice(11);
    let topics: Vec<Topic> = (0..TOPICS)
        .map(|number| Topic {
            name: format!("Topic {number}"),
            parent: None,
            stem: false,
            rule: if number % 2 == 0 {
                Rule::Keywords {
                    any: vec![
                        format!("{} {}", dice.word(), dice.word()),
                        name(200_000 + number as u64),
                    ],
                    place: Where::default(),
                }
            } else {
                let (a, b, c) = (name(40_000 + number as u64), dice.word(), name(300_000 + number as u64));
                Rule::Query(format!(
                    "(\"{a} {b}\" OR {c}) AND ({b}* OR {a} NEAR/3 {c}) NOT title:{c}"
                ))
            },
        })
        .collect();
    let before = cpu_seconds();
    let matcher = Matcher::compile(&topics).expect("these topics are well formed");
    let compiled = cpu_seconds() - before;
    let texts: Vec<Text> = (0..MATCHED)
        .map(|n| article(&mut dice, 8_000 + n as u64, TEXT_WORDS))
        .collect();
    let before = cpu_seconds();
    let mut found = 0;
    for text in &texts {
        let subject = Subject {
            title: &text.title,
            lead: &text.excerpt,
            body: &text.body,
            source: "Bench",
            ..Subject::default()
        };
        found += black_box(matcher.matches(&subject)).len();
    }
    println!(
        "matching: {:.0} articles/s against {TOPICS} topics ({found} matches; compiled in {compiled:.2} s)",
        MATCHED as f64 / (cpu_seconds() - before)
    );
}

fn main() {
    println!("memory: {:.0} bytes an item", clustering(TEXT_WORDS));
    clustering(0);
    matching();
}
