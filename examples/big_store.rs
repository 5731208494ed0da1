//! Makes a store to measure with: `cargo run --profile quick --example big_store -- FOLDER [SOURCES] [ARTICLES] [LIVE] [DAYS]`.
//!
//! FOLDER gets `state/` and `tidings.toml`. 500 feeds on loopback bring 100,000 articles, 10,000 of which match one of six
//! topics, within 6 days; with 35 days those of the last 20 are live in the story index. Each day is polled once, and told
//! in a digest to the log, so the store is what a daemon would have. The text is invented words; then nothing is due for
//! months.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::{Path, State};
use chrono::TimeDelta;
use tidings::clock::Clock;
use tidings::config::Config;
use tidings::domain::Timestamp;
use tidings::jobs::Context;
use tidings::jobs::digest::{self, delivery};
use tidings::jobs::worker_pool::WorkerPool;
use tidings::store::Store;
use tokio_util::sync::CancellationToken;

const SYLLABLES: [&str; 16] = [
    "ka", "lo", "mi", "ne", "ru", "ta", "so", "pe", "vi", "du", "ga", "ho", "ze", "wi", "ba", "cu",
];
/// What the topics look for.
const TOPICS: [&str; 6] = ["scan", "court", "harbour", "budget", "vaccine", "railway"];
/// Words of an article's text.
const WORDS: u64 = 120;
/// Articles that report one event, on the same day.
const PER_EVENT: u64 = 6;

#[derive(Clone)]
struct News {
    /// Articles of one feed and day.
    per_day: u64,
    /// One article in so many matches a topic.
    one_in: u64,
    first_day: Timestamp,
    /// Days since the first one.
    day: Arc<AtomicU64>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, usual: u64| arguments.get(at).map_or(Ok(usual), |text| text.parse());
    let folder = std::path::absolute(arguments.first().map_or("big", String::as_str))?;
    let (sources, articles, live, days) = (number(1, 500)?, number(2, 100_000)?, number(3, 10_000)?, number(4, 6)?);
    let now = Clock::system().now();
    let news = News {
        per_day: (articles / sources / days).max(1),
        one_in: (articles / live).max(1),
        first_day: now - TimeDelta::days(days.cast_signed()),
        day: Arc::default(),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let router = Router::new()
        .route("/{feed}", axum::routing::get(feed))
        .with_state(news.clone());
    let server = tokio::spawn(async move { axum::serve(listener, router).await });

    std::fs::create_dir_all(&folder)?;
    let path = folder.join("tidings.toml");
    let schedule = |every: &str| configuration(&folder, sources, port, every);
    std::fs::write(&path, schedule("every 20h"))?;
    let config = Config::load(&path).map_err(|errors| anyhow::anyhow!("{errors}"))?;
    let store = Store::open(&config.state_dir)?;
    let clock = Clock::manual(news.first_day);
    let ctx = Arc::new(Context::open(config, store, clock.clone()).await?);
    for day in 0..days {
        news.day.store(day, Ordering::Relaxed);
        clock.set(news.first_day + TimeDelta::days(day.cast_signed()));
        let mut pool = WorkerPool::new();
        pool.finish_all(&ctx, &CancellationToken::new(), |_| {}).await?;
        if day + 1 < days {
            // The last day is left for others to tell.
            let told = digest::run_due(&ctx).await?;
            delivery::deliver_due(&ctx).await?;
            eprintln!("day {day}: {:?}, {told} digests", pool.done);
        }
    }
    println!("{:?}", ctx.store.stats()?);
    std::fs::write(&path, schedule("0 0 1 1 *"))?;
    server.abort();
    Ok(())
}

fn configuration(folder: &std::path::Path, sources: u64, port: u16, every: &str) -> String {
    let state: PathBuf = folder.join("state");
    let mut text = format!(
        "[daemon]\nstate_dir = {state:?}\n\n[archive]\nwrite = \"none\"\n\n[fetch]\nallow_private = [\"127.0.0.1\"]\n\
         host_gap = \"0s\"\nper_host = 8\n\n[[digest]]\nname = \"daily\"\ntopics = {TOPICS:?}\nschedule = \"0 0 * * *\"\n\
         deliver = [\"file:{}\"]\n",
        folder.join("digests").display()
    );
    for topic in TOPICS {
        text.push_str(&format!("\n[[topic]]\nname = \"{topic}\"\nkeywords = [\"{topic}\"]\n"));
    }
    for source in 0..sources {
        text.push_str(&format!(
            "\n[[source]]\nfeed = \"http://127.0.0.1:{port}/{source}\"\nschedule = \"{every}\"\nfull_text = \"never\"\n"
        ));
    }
    text
}

async fn feed(State(news): State<News>, Path(feed): Path<u64>) -> ([(&'static str, &'static str); 1], String) {
    let day = news.day.load(Ordering::Relaxed);
    let mut items = String::new();
    for n in 0..news.per_day {
        let article = (day * news.per_day + n) * 1_000_003 + feed * 7919;
        let followed = article % news.one_in == 0;
        let mut dice = article.wrapping_mul(2_654_435_761) + 17;
        let words: Vec<String> = (0..WORDS).map(|_| word(&mut dice)).collect();
        let mut title = words[..7].join(" ");
        if followed {
            // The event gives the headline its words, the outlet the rest.
            let event = article / news.one_in / PER_EVENT;
            let mut dice = event.wrapping_mul(40_503) + day + 1;
            let event: Vec<String> = (0..6).map(|_| word(&mut dice)).collect();
            let topic = TOPICS[(dice >> 40) as usize % TOPICS.len()];
            title = format!("{topic} {} {}", event.join(" "), words[0]);
        }
        let at = news.first_day + TimeDelta::days(day.cast_signed())
            - TimeDelta::seconds(((feed * 37 + n * 2551) % 80_000).cast_signed());
        items.push_str(&format!(
            "<item><guid isPermaLink=\"false\">{feed}-{day}-{n}</guid><title>{title}</title>\
             <link>http://feed-{feed}.example/{day}/{n}</link><pubDate>{}</pubDate><description>{}</description></item>",
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
