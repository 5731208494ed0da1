//! Makes a store to measure with: `cargo run --profile quick --example big_store -- FOLDER [SOURCES] [ARTICLES] [LIVE]`.
//!
//! FOLDER gets `state/` and `tidings.toml`. 500 feeds on loopback bring 100,000 articles, 10,000 of which match a topic
//! and are live in the story index; then nothing is due for months. The text is invented words. It goes the usual way,
//! through polls, so the store is what a daemon would have.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use chrono::TimeDelta;
use tidings::clock::Clock;
use tidings::config::Config;
use tidings::domain::Timestamp;
use tidings::fetch::{self, Fetcher};
use tidings::jobs::Context;
use tidings::jobs::crew::Crew;
use tidings::store::Store;
use tokio_util::sync::CancellationToken;

const SYLLABLES: [&str; 16] = [
    "ka", "lo", "mi", "ne", "ru", "ta", "so", "pe", "vi", "du", "ga", "ho", "ze", "wi", "ba", "cu",
];
/// Words of an article's text.
const WORDS: u64 = 120;

#[derive(Clone, Copy)]
struct Size {
    per_source: u64,
    live_per_source: u64,
    now: Timestamp,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, usual: u64| arguments.get(at).map_or(Ok(usual), |text| text.parse());
    let folder = std::path::absolute(arguments.first().map_or("big", String::as_str))?;
    let (sources, articles, live) = (number(1, 500)?, number(2, 100_000)?, number(3, 10_000)?);
    let size = Size {
        per_source: articles / sources,
        live_per_source: live / sources,
        now: Clock::system().now(),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let router = Router::new()
        .route("/{feed}", axum::routing::get(feed))
        .with_state(size);
    let server = tokio::spawn(async move { axum::serve(listener, router).await });

    std::fs::create_dir_all(&folder)?;
    let path = folder.join("tidings.toml");
    std::fs::write(&path, configuration(&folder, sources, port))?;
    let config = Config::load(&path).map_err(|errors| anyhow::anyhow!("{errors}"))?;
    let fetcher = Fetcher::new(&fetch::Options {
        allow_private: config.fetch.allow_private.clone(),
        host_gap: config.fetch.host_gap,
        per_host: config.fetch.per_host,
        ..fetch::Options::default()
    })?;
    let store = Store::open(&config.state_dir)?;
    let ctx = Arc::new(Context::open(config, store, fetcher, Clock::system()).await?);
    let mut crew = Crew::new();
    crew.finish_all(&ctx, &CancellationToken::new(), |_| {}).await?;
    println!("{:?}", crew.done);
    println!("{:?}", ctx.store.stats()?);
    server.abort();
    Ok(())
}

fn configuration(folder: &std::path::Path, sources: u64, port: u16) -> String {
    let state: PathBuf = folder.join("state");
    let mut text = format!(
        "[daemon]\nstate_dir = {state:?}\n\n[archive]\nwrite = \"none\"\n\n[fetch]\nallow_private = [\"127.0.0.1\"]\n\
         host_gap = \"0s\"\nper_host = 8\n\n[[topic]]\nname = \"Scans\"\nkeywords = [\"scan\"]\n\n[[digest]]\nname = \"daily\"\n\
         topics = [\"Scans\"]\nschedule = \"0 0 1 1 *\"\n"
    );
    for source in 0..sources {
        text.push_str(&format!(
            "\n[[source]]\nfeed = \"http://127.0.0.1:{port}/{source}\"\nschedule = \"0 0 1 1 *\"\nfull_text = \"never\"\n"
        ));
    }
    text
}

async fn feed(State(size): State<Size>, Path(feed): Path<u64>) -> ([(&'static str, &'static str); 1], String) {
    let mut items = String::new();
    for n in 0..size.per_source {
        let mut dice = feed * 1_000_003 + n * 7919 + 17;
        let is_live = n < size.live_per_source;
        let words: Vec<String> = (0..WORDS).map(|_| word(&mut dice)).collect();
        let title = format!(
            "{} {}",
            if is_live { "A scan of" } else { "About" },
            words[..7].join(" ")
        );
        let at = size.now - TimeDelta::seconds(((feed * 37 + n * 2551) % (6 * 86_400)) as i64);
        items.push_str(&format!(
            "<item><guid isPermaLink=\"false\">{feed}-{n}</guid><title>{title}</title><link>http://feed-{feed}.example/{n}</link>\
             <pubDate>{}</pubDate><description>{}</description></item>",
            at.to_rfc2822(),
            words.join(" ")
        ));
    }
    let text = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Feed {feed}</title><link>http://feed-{feed}.example/</link>\
         <description>d</description>{items}</channel></rss>"
    );
    ([("content-type", "application/rss+xml")], text)
}

fn word(dice: &mut u64) -> String {
    *dice = dice
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    let mut number = *dice >> 33;
    // Low numbers are common, as in a language.
    number %= 1 << (4 + number % 13);
    let mut word = String::new();
    for _ in 0..4 {
        word.push_str(SYLLABLES[(number % 16) as usize]);
        number /= 16;
    }
    word
}
