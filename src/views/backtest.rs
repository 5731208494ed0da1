//! What a topic's rule, or another one in its place, finds in the stored archive.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{NaiveDate, Weekday};
use chrono_tz::Tz;
use serde::Serialize;

use super::error::ViewError;
use crate::domain::article::Article;
use crate::domain::topic::{Rule, Topic};
use crate::domain::{ArticleId, Timestamp};
use crate::matching::{Matcher, Subject};
use crate::store::Store;

/// Articles read at a time.
const BATCH: usize = 500;

/// What a topic's rule finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Backtest {
    /// Newest first.
    pub found: Vec<BacktestHit>,
    /// How many articles were looked at.
    pub read: usize,
}

/// An article that a rule finds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BacktestHit {
    pub id: ArticleId,
    pub title: String,
    pub web_url: String,
    pub published_date_time: Timestamp,
    pub score: f32,
}

/// What another rule finds in place of a topic's own.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RuleComparison {
    /// How many its own finds.
    pub before: usize,
    /// When what the other finds was published.
    pub found: Vec<Timestamp>,
    pub added: Vec<RuleChange>,
    pub dropped: Vec<RuleChange>,
}

/// An article that only one of two rules finds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleChange {
    pub id: ArticleId,
    pub title: String,
    pub web_url: String,
    /// `added` or `dropped`.
    pub change: &'static str,
}

/// Returns what a topic's rule finds among the articles published since `since`.
///
/// # Errors
/// The topic cannot be followed, or the store cannot be read.
pub fn backtest(store: &Store, topic: &Topic, since: Timestamp) -> Result<Backtest, ViewError> {
    let matcher = alone(topic)?;
    let (mut found, mut read) = (Vec::new(), 0);
    each_article(store, since, |article| {
        read += 1;
        found.extend(matcher.matches(&Subject::of(article)).pop().map(|hit| BacktestHit {
            id: article.id,
            title: article.title.clone(),
            web_url: article.web_url.clone(),
            published_date_time: article.published_at,
            score: hit.score,
        }));
    })?;
    found.sort_by_key(|hit| Reverse(hit.published_date_time));
    Ok(Backtest { found, read })
}

/// Returns what a query would add to a topic and drop from it.
///
/// # Errors
/// The topic or the query cannot be followed, or the store cannot be read.
pub fn compare(store: &Store, topic: &Topic, query: &str, since: Timestamp) -> Result<RuleComparison, ViewError> {
    let old = alone(topic)?;
    let new = alone(&Topic {
        rule: Rule::Query(query.to_owned()),
        ..topic.clone()
    })?;
    let mut comparison = RuleComparison::default();
    each_article(store, since, |article| {
        let subject = Subject::of(article);
        let (was, is) = (old.matches_any(&subject), new.matches_any(&subject));
        comparison.before += usize::from(was);
        if is {
            comparison.found.push(article.published_at);
        }
        let (changed, change) = match (was, is) {
            (false, true) => (&mut comparison.added, "added"),
            (true, false) => (&mut comparison.dropped, "dropped"),
            _ => return,
        };
        changed.push(RuleChange {
            id: article.id,
            title: article.title.clone(),
            web_url: article.web_url.clone(),
            change,
        });
    })?;
    Ok(comparison)
}

/// Returns how many fall into each week of the reader, by its Monday, none left out between the first and the last.
pub fn weeks(found: impl Iterator<Item = Timestamp>, zone: Tz) -> Vec<(NaiveDate, usize)> {
    let mut counts: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    for at in found {
        let day = at.with_timezone(&zone).date_naive();
        *counts.entry(day.week(Weekday::Mon).first_day()).or_default() += 1;
    }
    let (Some(first), Some(last)) = (counts.keys().next(), counts.keys().next_back()) else {
        return Vec::new();
    };
    let all = first.iter_weeks().take_while(|monday| monday <= last);
    all.map(|monday| (monday, counts.get(&monday).copied().unwrap_or(0)))
        .collect()
}

fn each_article(store: &Store, since: Timestamp, mut look: impl FnMut(&Article)) -> Result<(), ViewError> {
    let mut last: Option<Article> = None;
    loop {
        let articles = store.articles_since(since, last.as_ref(), BATCH)?;
        if articles.is_empty() {
            return Ok(());
        }
        articles.iter().for_each(&mut look);
        last = articles.into_iter().next_back();
    }
}

/// Compiles one topic: no other's words are looked for.
fn alone(topic: &Topic) -> Result<Matcher, ViewError> {
    Matcher::compile(std::slice::from_ref(topic)).map_err(|errors| {
        let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
        ViewError::Invalid(all.join("\n"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_monday_in_the_readers_zone_and_leave_none_out() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        // The first is Sunday in London and Monday in Berlin.
        let found = ["2026-03-01T23:30:00Z", "2026-03-04T10:00:00Z", "2026-03-20T10:00:00Z"].map(at);
        let check = |found: &[Timestamp], zone, expected: &[(&str, usize)]| {
            let expected: Vec<_> = expected
                .iter()
                .map(|(day, count)| (day.parse().unwrap(), *count))
                .collect();
            assert_eq!(weeks(found.iter().copied(), zone), expected);
        };
        let berlin = chrono_tz::Europe::Berlin;
        check(
            &found,
            berlin,
            &[("2026-03-02", 2), ("2026-03-09", 0), ("2026-03-16", 1)],
        );
        check(&[], chrono_tz::UTC, &[]);
        check(&found[..1], chrono_tz::UTC, &[("2026-02-23", 1)]);
    }
}
