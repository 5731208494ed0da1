//! Dates that documents of a topic state: what a calendar holds.

use chrono::TimeDelta;

use super::articles;
use super::error::ViewError;
use crate::config::Config;
use crate::domain::Timestamp;
use crate::domain::article::Article;
use crate::domain::deadline::{Deadline, StatedDate};
use crate::domain::record::RecordFact;
use crate::store::Store;

/// How long a date stays once it has passed, in days.
const PAST_DAYS: i64 = 90;
/// Dates of one calendar: what has passed is left out first, then those farthest ahead.
const DATES_MAX: usize = 2000;

/// A date that stands, and the document it is of.
#[derive(Debug, Clone, PartialEq)]
pub struct StandingDate {
    pub article: Article,
    pub deadline: Deadline,
    pub date: StatedDate,
    /// What the register says of the document.
    pub facts: Vec<RecordFact>,
}

/// Returns the dates of a topic, or of all, the earliest first.
///
/// # Errors
/// The topic is unknown, or the store cannot be read.
pub fn standing(
    store: &Store,
    config: &Config,
    now: Timestamp,
    topic: Option<&str>,
) -> Result<Vec<StandingDate>, ViewError> {
    articles::check_topic(store, config, topic)?;
    let from = now.date_naive() - TimeDelta::days(PAST_DAYS);
    let mut found = Vec::new();
    for dates in store.articles_with_dates(topic, from)? {
        let stand = dates.deadlines.into_iter().filter(|deadline| !deadline.is_withdrawn);
        for deadline in stand {
            if let Some(date) = StatedDate::parse(deadline.value()).filter(|date| date.day() >= from) {
                found.push((date, deadline, dates.article.clone()));
            }
        }
    }
    found.sort_by_key(|(date, deadline, article)| (date.begins_at(config.zone), deadline.kind, article.id));
    let passed = found.partition_point(|(date, ..)| date.begins_at(config.zone) < now);
    let ahead = (found.len() - passed).min(DATES_MAX);
    found.drain(..passed - passed.min(DATES_MAX - ahead));
    found.truncate(DATES_MAX);
    let with_facts = found.into_iter().map(|(date, deadline, article)| {
        let facts = store.record_of(article.id)?;
        Ok(StandingDate {
            article,
            deadline,
            date,
            facts,
        })
    });
    with_facts.collect()
}
