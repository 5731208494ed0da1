//! What whole-flow tests share: a world with a clock that stands, a store, and a site on loopback.

pub mod database;
pub mod homes;
#[cfg(feature = "postgres")]
pub mod postgres_server;
pub mod proxy;
pub mod hooks;
pub mod proof;
pub mod server;
pub mod site;
pub mod web;
pub mod smtp;
pub mod week;

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use tidings::clock::Clock;
use tidings::config::Config;
use tidings::jobs::Context;
use tidings::jobs::digest::{self, delivery};
use tidings::jobs::worker_pool::{PoolTotals, WorkerPool};
use tidings::store::Store;
use tidings::store::articles::ArticleFilter;
use tidings::store::stories::StoredStory;
use tokio_util::sync::CancellationToken;

use database::Database;
use site::Site;

/// Saturday noon, when every world begins.
pub const START: &str = "2026-06-13T12:00:00Z";

/// One feed whose articles are all read, and a topic that follows them.
pub const HARBOUR: &str = r#"
[[source]]
feed = "{site}/feed.xml"
schedule = "every 1h"
full_text = "always"

[[topic]]
name = "Harbour"
query = "harbour"
"#;

/// A feed, a topic that follows it, and a digest.
pub const FACE_SCANS: &str = r#"
[[topic]]
name = "Face Scans"
query = '"face scan"'

[[source]]
feed = "{site}/feed.xml"
schedule = "every 1h"

[[digest]]
name = "daily"
topics = ["Face Scans"]
schedule = "0 7 * * *"
deliver = ["log"]
"#;

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Returns all stories, newest first.
pub fn stories(store: &Store) -> Vec<StoredStory> {
    let ids = store.story_ids(None, None, usize::MAX >> 1).unwrap();
    ids.into_iter().map(|id| store.story(id).unwrap().unwrap()).collect()
}

/// The source of a world with one feed.
pub const THE_FEED: &str = r#"
[[source]]
feed = "{site}/feed.xml"
name = "The Feed"
schedule = "every 1h"
full_text = "never"
"#;

/// One feed, and a topic of all that it brings.
pub fn all_of_the_feed() -> String {
    format!("{THE_FEED}\n[[topic]]\nname = \"All\"\nquery = \"source:feed\"\n")
}

/// A folder, a clock, a site and everything a job needs.
pub struct World {
    pub folder: TempDir,
    pub clock: Clock,
    pub site: Site,
    pub ctx: Arc<Context>,
}

impl World {
    /// Returns the database beside the store that the world works with.
    pub fn database(&self) -> Database {
        Database::at(self.ctx.store.path())
    }

    /// Returns a world whose configuration ends with `rest`, in which `{site}` is the site's address.
    pub async fn new(rest: &str) -> Self {
        Self::starting(at(START), rest).await
    }

    /// Returns the same, beginning at another moment.
    pub async fn starting(moment: DateTime<Utc>, rest: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::start().await;
        let clock = Clock::manual(moment);
        let ctx = open(folder.path(), &site, clock.clone(), rest).await;
        Self {
            folder,
            clock,
            site,
            ctx,
        }
    }

    /// Returns a world whose hosts are asked one request at a time, `gap` apart.
    pub async fn paced(gap: &str, rest: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::start().await;
        let clock = Clock::manual(at(START));
        let text = config_text(folder.path(), &site.address(), rest);
        let text = text.replace(
            "host_gap = \"0s\"\nper_host = 4",
            &format!("host_gap = \"{gap}\"\nper_host = 1"),
        );
        let ctx = open_text(folder.path(), &text, clock.clone()).await;
        Self {
            folder,
            clock,
            site,
            ctx,
        }
    }

    /// Polls and extracts whatever is due now.
    pub async fn work(&self) -> PoolTotals {
        work(&self.ctx).await
    }

    /// Returns another worker of the same store, whose configuration ends with `rest` too.
    #[cfg(feature = "postgres")]
    pub async fn other_worker(&self, rest: &str) -> (TempDir, Arc<Context>) {
        let folder = tempfile::tempdir().unwrap();
        let ctx = open(folder.path(), &self.site, self.clock.clone(), rest).await;
        (folder, ctx)
    }

    /// Moves the clock on, then works.
    pub async fn work_after(&self, span: TimeDelta) -> PoolTotals {
        self.clock.advance(span);
        self.work().await
    }

    /// Composes and freezes the first configured digest and returns its text, if there was anything new.
    pub async fn digest(&self) -> Option<String> {
        let settings = self.ctx.config.digests[0].clone();
        match digest::run(&self.ctx, self.clock.now(), &settings).await.unwrap() {
            digest::DigestRunResult::Nothing => None,
            digest::DigestRunResult::Recorded(id) => {
                delivery::deliver_due(&self.ctx).await.unwrap();
                self.ctx.store.digest_text(id).unwrap()
            }
        }
    }

    /// Returns the titles of the stored articles, sorted.
    pub fn titles(&self) -> Vec<String> {
        let articles = self.ctx.store.list_articles(&ArticleFilter::default()).unwrap();
        let mut titles: Vec<String> = articles.into_iter().map(|article| article.title).collect();
        titles.sort();
        titles
    }

    /// Returns the documents in the archive by name.
    pub fn documents(&self) -> Vec<(String, String)> {
        documents(&self.ctx.config.archive.path)
    }

    /// Ends this world as a stop of the process would and returns it opened again.
    pub async fn reopened(self, rest: &str) -> Self {
        self.reopened_after(rest, |_, _| {}).await
    }

    /// Returns the same after something was done to its folder that only one process at a time may do.
    pub async fn reopened_after(self, rest: &str, done: impl FnOnce(&Path, &Site)) -> Self {
        let Self {
            folder,
            clock,
            site,
            ctx,
        } = self;
        // What was cut off lets go of it at its next turn.
        let held = Arc::downgrade(&ctx);
        drop(ctx);
        while held.strong_count() > 0 {
            tokio::task::yield_now().await;
        }
        done(folder.path(), &site);
        let ctx = open(folder.path(), &site, clock.clone(), rest).await;
        Self {
            folder,
            clock,
            site,
            ctx,
        }
    }
}

/// Polls and extracts whatever is due now.
pub async fn work(ctx: &Arc<Context>) -> PoolTotals {
    let mut pool = WorkerPool::new();
    pool.finish_all(ctx, &CancellationToken::new(), |_| {}).await.unwrap();
    pool.done
}

/// Returns the files of an archive folder, by name.
pub fn documents(folder: &Path) -> Vec<(String, String)> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<_> = entries
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                std::fs::read_to_string(entry.path()).unwrap(),
            )
        })
        .collect();
    found.sort();
    found
}

/// Returns the text of a configuration for loopback, in which `{elsewhere}` is the site under another name and `{port}` its
/// port.
pub fn config_text(folder: &Path, site: &str, rest: &str) -> String {
    format!(
        "[daemon]\nstate_dir = \"{}\"\ntime_zone = \"Europe/Berlin\"\n\n\
         [fetch]\nallow_private = [\"127.0.0.1\"]\nhost_gap = \"0s\"\nper_host = 4\ntimeout = \"10s\"\n\n{}",
        folder.display(),
        rest.replace("{site}", site)
            .replace("{elsewhere}", &site.replace("127.0.0.1", "localhost"))
            .replace("{port}", site.rsplit(':').next().unwrap_or_default())
    )
}

async fn open(folder: &Path, site: &Site, clock: Clock, rest: &str) -> Arc<Context> {
    open_text(folder, &config_text(folder, &site.address(), rest), clock).await
}

async fn open_text(folder: &Path, text: &str, clock: Clock) -> Arc<Context> {
    let path = folder.join("tidings.toml");
    std::fs::write(&path, text).unwrap();
    let config = Config::load(&path).unwrap_or_else(|errors| panic!("{errors}"));
    let store = Store::open(&config).unwrap();
    Arc::new(Context::open(config, store, clock).await.unwrap())
}
