//! `cargo run --release --example digest_week FILE.jsonl [WORDS]`: a recording of entries (a JSON object a line with `id`,
//! `title`, `publishedDateTime`, `provider`, perhaps `excerpt`) served as feeds that misbehave, told once a day; counts what
//! stands in two digests.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should say where")]

#[path = "../tests/it/support/mod.rs"]
#[expect(dead_code, reason = "what the integration tests share is more than is used here")]
mod support;

use std::collections::HashMap;

use chrono::Duration;
use support::week;

/// Words of a query made from the recording's own most frequent words.
const WORDS: usize = 120;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let recording = week::read(&std::fs::read_to_string(arguments.next().expect("a file")).unwrap());
    let words = arguments.next().map_or(WORDS, |text| text.parse().unwrap());
    let mut counts: HashMap<String, usize> = HashMap::new();
    for entry in &recording {
        for word in entry
            .title
            .split(|c: char| !c.is_alphabetic())
            .filter(|word| word.chars().count() > 3)
        {
            *counts.entry(word.to_lowercase()).or_default() += 1;
        }
    }
    let mut ranked: Vec<(String, usize)> = counts.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let query: Vec<String> = ranked
        .into_iter()
        .take(words)
        .map(|(word, _)| format!("\"{word}\""))
        .collect();
    let told = week::play(&recording, &query.join(" OR "), Duration::hours(1)).await;
    let rate = |again: usize| 100.0 * again as f64 / told.news.max(1) as f64;
    println!(
        "{} entries, {} articles, {} digests, {} told as news; told twice: {} addresses ({:.2} %), {} headlines ({:.2} %)",
        recording.len(),
        told.articles,
        told.digests,
        told.news,
        told.addresses_again.len(),
        rate(told.addresses_again.len()),
        told.headlines_again.len(),
        rate(told.headlines_again.len()),
    );
    for headline in &told.headlines_again {
        println!("  {headline}");
    }
}
