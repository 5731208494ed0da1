//! What is measured, under which names; docs/metrics.md says the same to people.
//!
//! Counters count since the daemon started; gauges are read from the store when they are asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::openmetrics::{Exposition, MetricFamily, MetricKind};
use crate::domain::Timestamp;
use crate::domain::health::{Condition, health};
use crate::jobs::runtime::counters::LabelledCounter;
use crate::jobs::{Context, JobError, digest};
use crate::store::Role;
use crate::views::lateness;

/// A family a line: its name, kind and unit, and what it is.
macro_rules! families {
    ($($constant:ident = $name:literal, $kind:ident, $unit:literal, $help:literal;)+) => {
        $(const $constant: MetricFamily = MetricFamily {
            name: $name,
            kind: MetricKind::$kind,
            unit: $unit,
            help: $help,
        };)+
    };
}

families! {
    BUILD = "tidings_build", Info, "", "The version that runs.";
    STARTED = "tidings_start_time_seconds", Gauge, "seconds", "When the daemon started, in seconds since 1970.";
    CONFIGURATION = "tidings_configuration_ok", Gauge, "", "1 when the configuration last read is in force, 0 when a reload was refused.";
    MEMORY = "tidings_resident_memory_bytes", Gauge, "bytes", "Memory the process holds.";
    POLLS = "tidings_polls", Counter, "", "Polls that ended, by result.";
    ITEMS = "tidings_items", Counter, "", "Entries found in feeds and pages that had changed.";
    NEW_ARTICLES = "tidings_new_articles", Counter, "", "Articles that were new.";
    STEPS = "tidings_article_steps", Counter, "", "Steps of work on articles that ended.";
    ATTEMPTS = "tidings_delivery_attempts", Counter, "", "Attempts at delivering a digest, by result.";
    SOURCES = "tidings_sources", Gauge, "", "Followed sources, by health (the words of `tidings sources`).";
    LAST_POLL = "tidings_last_poll_timestamp_seconds", Gauge, "seconds", "When any source was last polled, in seconds since 1970.";
    LATENESS = "tidings_poll_lateness_seconds", Gauge, "seconds", "How long after it was due each source was polled last: the middle, and all but one in a hundred.";
    WORKERS = "tidings_workers", Gauge, "", "Workers of this store that have given a sign in time; none where it is a file.";
    ROLE = "tidings_role", Gauge, "", "1 where this worker does for all what only one does, by role.";
    HOSTS = "tidings_hosts_held", Gauge, "", "Hosts that this worker alone may ask now; none where the store is a file.";
    ENTRIES = "tidings_entries", Gauge, "", "Stored entries.";
    ARTICLES = "tidings_articles", Gauge, "", "Stored articles.";
    STORIES = "tidings_stories", Gauge, "", "Stored stories.";
    DIGESTS = "tidings_digests", Gauge, "", "Digests that were made.";
    DELIVERIES = "tidings_deliveries", Gauge, "", "Deliveries of digests, by state.";
    NEXT_DIGEST = "tidings_next_digest_timestamp_seconds", Gauge, "seconds", "When a digest is due next, in seconds since 1970.";
    WRITES = "tidings_store_write_seconds", Summary, "seconds", "Time from handing a write to the store until it is on disk, waiting included.";
    DATABASE = "tidings_store_database_bytes", Gauge, "bytes", "Size of the database.";
    LOG = "tidings_store_log_bytes", Gauge, "bytes", "Size of the write-ahead log.";
}

/// Returns all measurements as OpenMetrics text.
///
/// # Errors
/// The store cannot be read.
pub(super) async fn text(ctx: &Arc<Context>) -> Result<String, JobError> {
    let mut digests = Vec::new();
    for settings in &ctx.config.digests {
        digests.push((settings.name.clone(), digest::next_due_of(ctx, settings).await?));
    }
    let ctx = Arc::clone(ctx);
    let written = tokio::task::spawn_blocking(move || write(&ctx, &digests)).await;
    written.expect("writing numbers does not panic")
}

fn write(ctx: &Context, digests: &[(String, Option<Timestamp>)]) -> Result<String, JobError> {
    let (counters, now) = (&ctx.shared.counters, ctx.clock.now());
    let mut page = Exposition::default();
    page.family(&BUILD).put(&[("version", env!("CARGO_PKG_VERSION"))], 1.0);
    page.family(&STARTED).put(&[], moment(counters.started_at()));
    page.family(&CONFIGURATION)
        .put(&[], f64::from(u8::from(counters.is_configured())));
    page.family(&MEMORY).put(&[], resident_bytes().unwrap_or(f64::NAN));
    counts(&mut page, &POLLS, "result", &counters.polls);
    page.family(&ITEMS).put(&[], counters.items.get());
    page.family(&NEW_ARTICLES).put(&[], counters.new_articles.get());
    page.family(&STEPS).put(&[], counters.article_steps.get());
    counts(&mut page, &ATTEMPTS, "result", &counters.deliveries);

    let sources = ctx.store.active_source_states()?;
    let mut by_health: BTreeMap<Condition, u32> = Condition::ALL.iter().map(|condition| (*condition, 0)).collect();
    for (kind, state) in &sources {
        *by_health.entry(health(now, *kind, state).condition).or_default() += 1;
    }
    let mut samples = page.family(&SOURCES);
    for (condition, count) in &by_health {
        samples.put(&[("health", condition.as_str())], f64::from(*count));
    }
    let last = sources.iter().filter_map(|(_, state)| state.polled_at).max();
    let mut samples = page.family(&LAST_POLL);
    if let Some(at) = last {
        samples.put(&[], moment(at));
    }

    let mut samples = page.family(&LATENESS);
    if let Some(late) = lateness::of(&ctx.store)? {
        samples.put(&[("quantile", "0.5")], late.median_seconds as f64);
        samples.put(&[("quantile", "0.99")], late.most_seconds as f64);
    }
    let workers = ctx.store.workers()?;
    page.family(&WORKERS)
        .put(&[], workers.iter().filter(|worker| worker.is_alive).count() as f64);
    let mut samples = page.family(&ROLE);
    for role in Role::ALL {
        samples.put(&[("role", role.as_str())], f64::from(u8::from(ctx.store.holds(role))));
    }
    let held = ctx.held_hosts.as_ref().map_or(0, |held| held.count());
    page.family(&HOSTS).put(&[], held as f64);

    let stats = ctx.store.stats()?;
    let stored = [
        (&ENTRIES, stats.entries),
        (&ARTICLES, stats.articles),
        (&STORIES, stats.stories),
        (&DIGESTS, stats.digests),
    ];
    for (family, count) in stored {
        page.family(family).put(&[], count as f64);
    }
    let mut samples = page.family(&DELIVERIES);
    for (state, count) in ctx.store.deliveries_by_state()? {
        samples.put(&[("state", state)], count as f64);
    }
    let mut samples = page.family(&NEXT_DIGEST);
    for (name, at) in digests {
        if let Some(at) = at {
            samples.put(&[("digest", name)], moment(*at));
        }
    }
    let (writes, waited) = ctx.store.writes();
    page.family(&WRITES).put_sum(writes, waited.as_secs_f64());
    let (database, log) = ctx.store.sizes();
    page.family(&DATABASE).put(&[], database as f64);
    page.family(&LOG).put(&[], log as f64);
    Ok(page.end())
}

fn counts<const N: usize>(page: &mut Exposition, family: &MetricFamily, label: &str, counts: &LabelledCounter<N>) {
    let mut samples = page.family(family);
    for (value, count) in counts.all() {
        samples.put(&[(label, value)], count);
    }
}

fn moment(at: Timestamp) -> f64 {
    at.timestamp() as f64
}

/// Returns the memory the process holds; the kernel tells it in kibibytes.
fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0)
}
