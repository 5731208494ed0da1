//! The English of the digest: every word a reader sees that no source wrote.
//!
//! Nothing here knows where a word is placed; both renderings say the same.

use chrono::{DateTime, Datelike, TimeDelta};
use chrono_tz::Tz;

use crate::domain::Timestamp;

use super::dates::DateLanguage;
use super::display_text;
use super::input::{DigestKind, DigestOptions, TroubledSource, UndeliveredDigest, Window};
use super::model::{Digest, Section};
use crate::domain::health::Condition;
use crate::domain::plural::counted;

pub const NEW: &str = "New";
pub const DEVELOPING: &str = "Developing";
pub const RUNNING: &str = "Still running";
pub const FRESH: &str = "New since the last digest:";
pub const ALSO: &str = "also:";
pub const HEADLINE_CHANGED: &str = "Headline changed";
pub const INTRODUCTION: &str = "A topic you have just begun to follow: the stories of its last days.";
pub const ALERTED: &str = "Already told";
pub const ALERT: &str = "Alert";
pub const UNDELIVERED: &str = "Not delivered";
pub const UNTITLED: &str = "(without a headline)";
/// Where stories that did not fit are found when the configuration names no place.
const STORIES_COMMAND: &str = "`tidings stories`";

/// Names in a list before the rest is counted.
const NAMES_MAX: usize = 5;
/// Topics a subject names before the rest is counted.
const SUBJECT_TOPICS_MAX: usize = 2;
/// Characters of the subject's topics.
const SUBJECT_TOPICS_CHARS_MAX: usize = 80;

/// Where the reader is and how dates are written there.
#[derive(Debug, Clone, Copy)]
pub struct LocalFormat {
    zone: Tz,
    language: DateLanguage,
}

impl LocalFormat {
    /// Returns what the options say of it.
    pub fn of(options: &DigestOptions) -> Self {
        Self {
            zone: options.zone,
            language: options.language,
        }
    }

    fn at(self, at: Timestamp) -> DateTime<Tz> {
        at.with_timezone(&self.zone)
    }
}

/// Returns the subject of a digest.
pub fn subject(digest: &Digest, local: LocalFormat) -> String {
    let topics: Vec<&str> = digest.sections.iter().map(|section| section.topic.as_str()).collect();
    let topics = match topics.len() {
        0 => digest.name.clone(),
        1..=SUBJECT_TOPICS_MAX => topics.join(" and "),
        more => format!("{} and {} more topics", topics[0], more - 1),
    };
    let topics = display_text::line(&topics, SUBJECT_TOPICS_CHARS_MAX);
    let told = digest.sections.iter().flat_map(|section| &section.new);
    if digest.kind == DigestKind::Alert
        && let [only] = told.collect::<Vec<_>>().as_slice()
    {
        return format!("{ALERT}: {}", only.headline.title);
    }
    let unread = digest.coverage.sources.saturating_sub(digest.read());
    let mut parts = Vec::new();
    let (new, developing) = digest.counts();
    let alerted: usize = digest.sections.iter().map(|section| section.alerted.len()).sum();
    if new > 0 {
        parts.push(counted(new, "new story", "new stories"));
    }
    if developing > 0 {
        parts.push(format!("{developing} developing"));
    }
    if alerted > 0 {
        parts.push(format!("{alerted} already told"));
    }
    if parts.is_empty() {
        parts.extend((digest.kind != DigestKind::Alarm).then(|| "no new stories".to_owned()));
        if unread > 0 {
            let of = format!(" of {} not read", counted(digest.coverage.sources, "source", "sources"));
            parts.push(format!("{unread}{of}"));
        } else if digest.kind == DigestKind::Alarm {
            parts.push("no source was read".to_owned());
        }
    }
    let what = if digest.kind == DigestKind::Alert {
        format!("{ALERT}: ")
    } else {
        String::new()
    };
    format!(
        "{what}{topics}: {}, {}",
        parts.join(", "),
        short_day(digest.window.to, local)
    )
}

/// Returns the day in one line: "5 new stories, 1 developing; 15 of 16 sources read".
pub fn overview(digest: &Digest) -> String {
    let (new, developing) = digest.counts();
    let alerted: usize = digest.sections.iter().map(|section| section.alerted.len()).sum();
    let mut parts = Vec::new();
    parts.extend((new > 0).then(|| counted(new, "new story", "new stories")));
    parts.extend((developing > 0).then(|| format!("{developing} developing")));
    parts.extend((alerted > 0).then(|| format!("{alerted} already told")));
    let mut line = parts.join(", ");
    if digest.kind != DigestKind::Alert {
        let sources = counted(digest.coverage.sources, "source", "sources");
        let gap = if line.is_empty() { "" } else { "; " };
        line.push_str(&format!("{gap}{} of {sources} read", digest.read()));
    }
    line
}

/// Returns what stands where there are no stories.
pub fn nothing(digest: &Digest) -> &'static str {
    match digest.kind {
        DigestKind::Alarm => {
            "Nothing new is known, but too many sources could not be read to be sure. They are named below."
        }
        DigestKind::Heartbeat => "No new stories for some time. Tidings is running, and this is how the sources fare:",
        DigestKind::Digest | DigestKind::Alert => "No new stories.",
    }
}

/// Returns what is told of a story an alert has told: "told Sat 13 June, 14:05; 2 articles since".
pub fn alerted(told_at: Timestamp, since: usize, local: LocalFormat) -> String {
    let told = format!(
        "told {}, {}",
        short_day(told_at, local),
        local.at(told_at).format("%H:%M")
    );
    match since {
        0 => told,
        since => format!("{told}; {} since", counted(since, "article", "articles")),
    }
}

/// Returns "4 new, 3 developing" for a section.
pub fn section_counts(section: &Section) -> String {
    let developing = section.developing.len() + section.running.len();
    let counts = [
        (section.new.len(), "new"),
        (developing, "developing"),
        (section.alerted.len(), "already told"),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    counts.join(", ")
}

/// Returns the local date in full: "Saturday 13 June 2026".
pub fn long_day(at: Timestamp, local: LocalFormat) -> String {
    local.language.long(local.at(at).date_naive())
}

/// Returns the local date as the subject has it: "Sat 13 June".
pub fn short_day(at: Timestamp, local: LocalFormat) -> String {
    local.language.short(local.at(at).date_naive())
}

/// Returns a day of a chart: "Sat 13 June".
pub fn chart_day(day: chrono::NaiveDate, local: LocalFormat) -> String {
    local.language.short(day)
}

/// Returns a past local date, with its year where that is another one.
fn past_day(at: Timestamp, now: Timestamp, local: LocalFormat) -> String {
    let (day, today) = (local.at(at).date_naive(), local.at(now).date_naive());
    match day.year() == today.year() {
        true => local.language.short(day),
        false => local.language.plain(day),
    }
}

/// Returns the local date and time: "Saturday 13 June 2026, 07:00".
pub fn moment(at: Timestamp, local: LocalFormat) -> String {
    let at = local.at(at);
    format!("{}, {}", local.language.long(at.date_naive()), at.format("%H:%M"))
}

/// Returns the time a digest covers.
pub fn window(window: &Window, local: LocalFormat) -> String {
    let until = local.at(window.to);
    match window.from {
        None => format!("until {}", until.format("%H:%M")),
        Some(from) => format!(
            "since {}, {}",
            past_day(from, window.to, local),
            local.at(from).format("%H:%M")
        ),
    }
}

/// Returns how long before the digest something was: "9 h ago".
pub fn age(at: Timestamp, now: Timestamp, local: LocalFormat) -> String {
    let span = now - at;
    if span < TimeDelta::minutes(1) {
        "just now".to_owned()
    } else if span < TimeDelta::hours(1) {
        format!("{} min ago", span.num_minutes())
    } else if span < TimeDelta::hours(48) {
        format!("{} h ago", span.num_hours())
    } else if span < TimeDelta::days(15) {
        format!("{} days ago", span.num_days())
    } else {
        past_day(at, now, local)
    }
}

/// Returns the names a list shows, and how many it only counts.
pub fn split_names(names: &[String]) -> (&[String], usize) {
    let shown = names.len().min(NAMES_MAX);
    (&names[..shown], names.len() - shown)
}

/// Returns what ends a list of names that goes on: " and 3 more".
pub fn more_names(number: usize) -> String {
    if number == 0 {
        String::new()
    } else {
        format!(" and {number} more")
    }
}

/// Returns names as a list, the rest counted: "Meridian, The Post and 3 more".
pub fn names(names: &[String]) -> String {
    let (shown, more) = split_names(names);
    format!("{}{}", shown.join(", "), more_names(more))
}

/// Returns "2 copies".
pub fn copies(number: usize) -> String {
    counted(number, "copy", "copies")
}

/// Returns what a chart shows.
pub fn chart_sum(articles: usize, days: usize) -> String {
    format!("{} in {days} days", counted(articles, "article", "articles"))
}

/// Returns what is new in a story that gets one line.
pub fn running(fresh: usize, changes: usize) -> String {
    match (fresh, changes) {
        (0, changes) => counted(changes, "headline changed", "headlines changed"),
        (fresh, _) => counted(fresh, "new article", "new articles"),
    }
}

/// Returns the line for articles of one story that are not listed.
pub fn more_articles(number: usize) -> String {
    format!("and {}", counted(number, "more article", "more articles"))
}

/// Returns the line for stories that did not fit, with the place to find them.
pub fn more_stories(number: usize, hint: Option<&str>) -> String {
    format!(
        "+{} in {}",
        counted(number, "more story", "more stories"),
        hint.unwrap_or(STORIES_COMMAND)
    )
}

/// Returns the coverage line: "41 of 43 sources read; 2 failing, 1 silent".
pub fn coverage(digest: &Digest) -> String {
    let coverage = &digest.coverage;
    let mut line = format!(
        "{} of {} read",
        digest.read(),
        counted(coverage.sources, "source", "sources")
    );
    let number = |condition| {
        coverage
            .troubled
            .iter()
            .filter(|t| t.health.condition == condition)
            .count()
    };
    let troubles: Vec<String> = Condition::ALL
        .into_iter()
        .filter(|condition| number(*condition) > 0)
        .map(|condition| format!("{} {}", number(condition), condition.as_str()))
        .collect();
    if !troubles.is_empty() {
        line.push_str("; ");
        line.push_str(&troubles.join(", "));
        line.push(':');
    }
    line
}

/// Returns what follows the name of a troubled source: "failing since Mon 8 June (answered 500)".
pub fn troubled(source: &TroubledSource, now: Timestamp, local: LocalFormat) -> String {
    let mut words = source.health.condition.as_str().to_owned();
    if let Some(since) = source.health.since {
        words.push_str(&format!(" since {}", past_day(since, now, local)));
    }
    if let Some(why) = source.health.why.as_deref().filter(|why| !why.is_empty()) {
        words.push_str(&format!(" ({why})"));
    }
    words
}

/// Returns what happened to an earlier digest, after its subject: "to mail:a@example.org (answered 550)".
pub fn undelivered(digest: &UndeliveredDigest) -> String {
    if digest.error.is_empty() {
        format!("to {}", digest.channel)
    } else {
        format!("to {} ({})", digest.channel, digest.error)
    }
}

/// Returns the name of a digest as its heading shows it.
pub fn masthead(name: &str) -> String {
    format!("Tidings · {name}")
}
