//! What is stored: whether it is whole, how the clock stands to it, and what waits in it for its owner.

use std::path::Path;

use chrono::TimeDelta;

use super::finding::{CheckVerdict, Finding};
use crate::cli::lists::topics::told_quiet;
use crate::cli::open;
use crate::config::Config;
use crate::domain::Timestamp;
use crate::domain::plural::counted;
use crate::store::maintenance::CheckDepth;
use crate::store::{SCHEMA, Store, StoreError};
use crate::views::{self, quiet_topics};

/// A clock may be this far behind what is stored, in minutes.
const BEHIND_MINUTES: i64 = 10;
/// Half of the sources are polled so late, in seconds: it is not one slow host.
const LATE_SECONDS: i64 = 600;
/// Where systemd-timesyncd says that it runs, and that the clock is right.
const TIMESYNC: &str = "/run/systemd/timesync";
/// Problems of the database that are shown.
const PROBLEMS_SHOWN: usize = 5;

/// Looks at the database and the clock.
pub(super) fn check(config: &Config, now: Timestamp, is_full: bool) -> Vec<Finding> {
    const NAME: &str = "database";
    let store = match Store::open_to_look(config) {
        Ok(store) => store,
        Err(StoreError::Missing { path }) => {
            let said = format!("{} is not there yet", path.display());
            return vec![
                Finding::warn(NAME, said, "the first `tidings run` or `tidings poll` makes it"),
                clock(config, now, None),
            ];
        }
        Err(error @ StoreError::CutOff { .. }) => {
            let finding = Finding {
                verdict: CheckVerdict::Warn,
                ..unusable(NAME, &error)
            };
            return vec![finding, clock(config, now, None)];
        }
        Err(error) => return vec![unusable(NAME, &error), clock(config, now, None)],
    };
    let mut found = vec![whole(&store, is_full)];
    let newest = store.newest_moment();
    found.push(clock(config, now, newest.as_ref().ok().copied().flatten()));
    if store.schema().is_ok_and(|schema| schema == SCHEMA) && newest.is_ok() {
        found.extend(workers(&store));
        found.push(sources(&store));
        found.extend(lateness(&store));
        found.push(deliveries(&store));
        found.extend(topics(&store, config, now));
    }
    found
}

/// The workers of a store at a server.
fn workers(store: &Store) -> Vec<Finding> {
    const NAME: &str = "workers";
    let workers = match store.workers() {
        Ok(workers) => workers,
        Err(error) => return vec![unusable(NAME, &error)],
    };
    let told = workers.iter().map(|worker| {
        let roles: Vec<&str> = worker.roles.iter().map(|role| role.as_str()).collect();
        let does = match roles.as_slice() {
            [] => String::new(),
            roles => format!(", does the {} for all", roles.join(" and the ")),
        };
        let held = counted(worker.hosts, "host", "hosts");
        match worker.is_alive {
            true => Finding::ok(NAME, format!("{} asks {held}{does}", worker.name)),
            false => Finding::warn(
                NAME,
                format!("{} has given no sign for half a minute", worker.name),
                "see whether it runs; another goes on with its work, if one is there",
            ),
        }
    });
    told.collect()
}

/// How late sources are polled, where that may be because there is too little to poll them with.
fn lateness(store: &Store) -> Option<Finding> {
    const NAME: &str = "lateness";
    let late = match views::lateness::of(store) {
        Ok(late) => late?,
        Err(error) => return Some(unusable(NAME, &error)),
    };
    let said = format!(
        "half of the sources are polled within {} s of when they are due, all but one in a hundred within {} s",
        late.median_seconds, late.most_seconds
    );
    Some(match late.median_seconds > LATE_SECONDS {
        true => Finding::warn(
            NAME,
            said,
            "unless the daemon was stopped: raise fetch.concurrency, or see docs/several-machines.md",
        ),
        false => Finding::ok(NAME, said),
    })
}

/// Topics that nothing matches.
fn topics(store: &Store, config: &Config, now: Timestamp) -> Vec<Finding> {
    const NAME: &str = "topics";
    match quiet_topics::list(store, config, now) {
        Ok(quiet) => {
            let findings = quiet.iter().map(|topic| {
                let text = told_quiet(topic);
                let (said, remedy) = text.split_once("; ").unwrap_or((&text, "see docs/topics.md"));
                Finding::warn(NAME, said, remedy)
            });
            findings.collect()
        }
        Err(error) => vec![Finding::fail(NAME, error.to_string(), "see docs/topics.md")],
    }
}

fn unusable(check: &'static str, error: &StoreError) -> Finding {
    // Its words hold the remedy after the semicolon, as everywhere.
    let text = error.to_string();
    let (said, remedy) = text.split_once("; ").unwrap_or((&text, "see docs/operations.md"));
    Finding::fail(check, said, remedy)
}

fn whole(store: &Store, is_full: bool) -> Finding {
    const NAME: &str = "database";
    let (depth, name) = match is_full {
        true => (CheckDepth::Full, "full check"),
        false => (CheckDepth::Quick, "quick check"),
    };
    if store.is_at_server() {
        return match store.schema() {
            Ok(schema) => Finding::ok(NAME, format!("at the server, schema {schema}")),
            Err(error) => unusable(NAME, &error),
        };
    }
    let problems = match store.check(depth).and_then(|check| check.run()) {
        Ok(problems) => problems,
        Err(error) => return unusable(NAME, &error),
    };
    if !problems.is_empty() {
        let told: Vec<&str> = problems.iter().map(String::as_str).take(PROBLEMS_SHOWN).collect();
        return Finding::fail(
            NAME,
            format!("it is damaged:\n{}", told.join("\n")),
            "stop tidings and restore the latest backup (docs/operations.md, \"Backup and restore\")",
        );
    }
    match store.schema() {
        Ok(schema) if schema < SCHEMA => Finding::warn(
            NAME,
            format!(
                "whole ({name}), of an earlier version (schema {schema}, this one writes {})",
                SCHEMA
            ),
            "make a `tidings backup`; the next start brings it up to date",
        ),
        Ok(schema) => Finding::ok(NAME, format!("whole ({name}), schema {schema}")),
        Err(error) => unusable(NAME, &error),
    }
}

fn clock(config: &Config, now: Timestamp, newest: Option<Timestamp>) -> Finding {
    const NAME: &str = "clock";
    let written = std::fs::metadata(&config.path).and_then(|file| file.modified());
    let written = written.ok().map(Timestamp::from);
    let known = newest.into_iter().chain(written).max();
    let shown = format!("{} ({})", open::local(now, config), config.zone);
    if let Some(known) = known
        && known - now > TimeDelta::minutes(BEHIND_MINUTES)
    {
        return Finding::fail(
            NAME,
            format!(
                "it says {shown}, but there is something from {}",
                open::local(known, config)
            ),
            "set the clock (timedatectl set-ntp true); schedules and secure connections need it",
        );
    }
    let service = Path::new(TIMESYNC);
    if service.is_dir() && !service.join("synchronized").exists() {
        return Finding::warn(
            NAME,
            format!("it says {shown}; systemd-timesyncd has not set it yet"),
            "see `timedatectl timesync-status`",
        );
    }
    Finding::ok(NAME, format!("it says {shown}"))
}

fn sources(store: &Store) -> Finding {
    const NAME: &str = "sources";
    match store.failing_sources() {
        Ok(0) => Finding::ok(NAME, "none is failing"),
        Ok(failing) => Finding::warn(
            NAME,
            format!("{failing} failing"),
            "`tidings sources` says why and what to do",
        ),
        Err(error) => unusable(NAME, &error),
    }
}

fn deliveries(store: &Store) -> Finding {
    const NAME: &str = "deliveries";
    match store.open_deliveries() {
        Ok((0, 0)) => Finding::ok(NAME, "nothing waits"),
        Ok((waiting, failed)) => Finding::warn(
            NAME,
            format!("{waiting} waiting, {failed} given up"),
            "`tidings digests` says why; `--resend ID` sends the same bytes again",
        ),
        Err(error) => unusable(NAME, &error),
    }
}
