//! When a source is polled and a digest is due: adaptive, every so often, or Unix cron in a named zone.
//!
//! The `cron` crate only iterates plain wall-clock time; fields, weekdays and daylight saving are ours
//! (`cron.rs`, `wall.rs`). A run that falls into a spring gap happens once, right after it; in the autumn fold a job
//! at fixed times runs once and an interval job keeps its rhythm.

mod cron;
mod due_runs;
mod wall;

use std::fmt;

use chrono::TimeDelta;
use chrono_tz::Tz;
use thiserror::Error;

use super::Timestamp;
pub use cron::Cron;
pub use due_runs::LastRun;

/// The shortest rhythm `every` accepts, in seconds.
const EVERY_SECONDS_MIN: i64 = 1;
/// The longest rhythm `every` accepts, in days.
const EVERY_DAYS_MAX: i64 = 366;

/// When something is due.
#[derive(Debug, Clone, PartialEq)]
pub enum Schedule {
    /// Learned from the source; see `decide`.
    Adaptive,
    /// At a fixed rhythm, anchored at the last run.
    Every(TimeDelta),
    /// Unix cron on the wall clock of a zone.
    Cron(Box<Cron>),
}

/// Why a text is no schedule, with the fix.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct ScheduleError(String);

fn wrong(message: impl Into<String>) -> ScheduleError {
    ScheduleError(message.into())
}

impl Schedule {
    /// Returns the schedule a configuration names: `adaptive`, `every 20m`, `@daily`, or five cron fields in `zone`.
    ///
    /// # Errors
    /// The text is none of these, or a cron expression that never happens.
    pub fn parse(text: &str, zone: Tz) -> Result<Self, ScheduleError> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("adaptive") {
            return Ok(Self::Adaptive);
        }
        if let Some(span) = text.strip_prefix("every ") {
            let span = parse_span(span.trim()).ok_or_else(|| {
                wrong(format!(
                    "\"{span}\" is no span of time; write for example \"every 20m\" or \"every 6h\""
                ))
            })?;
            let (least, most) = (TimeDelta::seconds(EVERY_SECONDS_MIN), TimeDelta::days(EVERY_DAYS_MAX));
            if span < least || span > most {
                return Err(wrong(format!(
                    "\"{text}\" is out of range; between 1s and {EVERY_DAYS_MAX}d is possible"
                )));
            }
            return Ok(Self::Every(span));
        }
        Ok(Self::Cron(Box::new(Cron::parse(text, zone)?)))
    }

    /// Returns the first run after `after`; none for an adaptive schedule, which `decide` paces.
    pub fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Adaptive => None,
            Self::Every(span) => after.checked_add_signed(*span),
            Self::Cron(cron) => cron.next_after(after),
        }
    }

    /// Returns the latest run after `since` and not after `now`: what is owed, once, however much was missed.
    pub fn last_due(&self, since: Timestamp, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Adaptive => None,
            Self::Every(span) => {
                let runs = (now - since).num_seconds() / span.num_seconds().max(1);
                (runs > 0).then(|| since + TimeDelta::seconds(runs * span.num_seconds().max(1)))
            }
            // Recent windows first: a minutely job after a year of sleep need not count every minute of it.
            Self::Cron(cron) => [TimeDelta::hours(1), TimeDelta::days(2), TimeDelta::days(40)]
                .into_iter()
                .filter_map(|back| now.checked_sub_signed(back).filter(|start| *start > since))
                .chain([since])
                .find_map(|start| {
                    let runs = std::iter::successors(cron.next_after(start), |run| cron.next_after(*run));
                    runs.take_while(|run| *run <= now).last()
                }),
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Adaptive => f.write_str("adaptive"),
            Self::Every(span) => write!(f, "every {}", format_span(*span)),
            Self::Cron(cron) => write!(f, "{} ({})", cron.expression, cron.zone),
        }
    }
}

/// Returns the moment since which things are wanted, as a reader wrote it: `all`, `1y`, or a span before now. Longer ago than
/// there are dates is no bound.
///
/// # Errors
/// It is none of these.
pub fn since(now: Timestamp, text: Option<&str>) -> Result<Option<Timestamp>, String> {
    let span = match text.map(str::trim) {
        None | Some("all") => return Ok(None),
        Some("1y") => TimeDelta::try_days(365),
        Some(text) => parse_span(text),
    };
    match (span, text) {
        (Some(span), _) => Ok(now.checked_sub_signed(span)),
        (None, text) => Err(format!(
            "`since` is a span of time before now, such as 12h, 7d or 4w; this is none: {}",
            text.unwrap_or_default()
        )),
    }
}

/// Returns the span of time a text like `90s`, `20m`, `6h`, `2d` or `1w` names.
pub fn parse_span(text: &str) -> Option<TimeDelta> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let number: i64 = text[..digits].parse().ok()?;
    let seconds = match text[digits..].trim() {
        "s" | "sec" | "second" | "seconds" => 1,
        "m" | "min" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3600,
        "d" | "day" | "days" => 86_400,
        "w" | "week" | "weeks" => 604_800,
        _ => return None,
    };
    TimeDelta::try_seconds(number.checked_mul(seconds)?)
}

/// Returns a span of time in the largest unit that divides it.
pub fn format_span(span: TimeDelta) -> String {
    let seconds = span.num_seconds();
    for (unit, name) in [(86_400, "d"), (3600, "h"), (60, "m")] {
        if seconds >= unit && seconds % unit == 0 {
            return format!("{}{name}", seconds / unit);
        }
    }
    format!("{seconds}s")
}

#[cfg(test)]
mod tests;
