//! Topics that nothing has matched for long, though a broader form of their rule would: what their readers may have meant.

use std::collections::HashMap;

use chrono::TimeDelta;
use serde::Serialize;

use super::error::ViewError;
use crate::config::Config;
use crate::domain::Timestamp;
use crate::domain::article::Article;
use crate::domain::topic::{Rule, Topic, Where};
use crate::matching::{Matcher, Subject};
use crate::query::broader;
use crate::store::Store;

/// How long nothing must have matched, in days.
pub const QUIET_DAYS: i64 = 30;
/// Quiet topics that are looked at.
const TOPICS_MAX: usize = 50;
/// Articles that are read, and how many at a time.
const ARTICLES_MAX: usize = 5_000;
const BATCH: usize = 500;

/// A topic that nothing has matched for long, and a form of it that something would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuietTopic {
    pub name: String,
    /// What to write.
    pub form: &'static str,
    /// How many articles of that time it would have matched, among those that were read.
    pub articles: usize,
}

/// Returns the topics nothing has matched in the last days, of which a broader form would have matched something.
///
/// # Errors
/// The store cannot be read.
pub fn list(store: &Store, config: &Config, now: Timestamp) -> Result<Vec<QuietTopic>, ViewError> {
    let since = now - TimeDelta::days(QUIET_DAYS);
    let quiet = store.topics_quiet_since(since)?;
    let quiet = quiet.into_iter().take(TOPICS_MAX);
    let by_name: HashMap<&str, &Topic> = config.topics.iter().map(|topic| (topic.name.as_str(), topic)).collect();
    let found = quiet.filter_map(|name| by_name.get(name.as_str()).copied());
    let (mut forms, mut topics) = (Vec::new(), Vec::new());
    for topic in found {
        // What the rule itself finds among them is no sign of silence: its last match may be of an old article.
        let own = std::iter::once((None, topic.clone()));
        let broader = broader_forms(topic)
            .into_iter()
            .map(|(form, broader)| (Some(form), broader));
        for (form, broader) in own.chain(broader) {
            // A name of its own: two topics of one name are none.
            topics.push(Topic {
                name: format!("{} {}", topics.len(), topic.name),
                parent: None,
                ..broader
            });
            forms.push((topic.name.clone(), form));
        }
    }
    if topics.is_empty() {
        return Ok(Vec::new());
    }
    let matcher = Matcher::compile(&topics).map_err(|errors| {
        let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
        ViewError::Invalid(all.join("\n"))
    })?;
    let mut counts = vec![0; forms.len()];
    let (mut last, mut read): (Option<Article>, usize) = (None, 0);
    while read < ARTICLES_MAX {
        let articles = store.articles_since(since, last.as_ref(), BATCH)?;
        if articles.is_empty() {
            break;
        }
        read += articles.len();
        for article in &articles {
            for hit in matcher.matches(&Subject::of(article)) {
                counts[hit.topic] += 1;
            }
        }
        last = articles.into_iter().next_back();
    }
    let mut told: Vec<QuietTopic> = Vec::new();
    let mut heard: Option<String> = None;
    for ((name, form), articles) in forms.into_iter().zip(counts) {
        // The first form that finds something is the nearest to what was written.
        if articles > 0 && heard.as_ref() != Some(&name) {
            heard = Some(name.clone());
            told.extend(form.map(|form| QuietTopic { name, form, articles }));
        }
    }
    Ok(told)
}

/// Returns a topic's rule in broader forms, the nearest first, each with what to write.
fn broader_forms(topic: &Topic) -> Vec<(&'static str, Topic)> {
    let with = |rule: Rule| Topic { rule, ..topic.clone() };
    let mut forms = Vec::new();
    if !topic.stem {
        let stemmed = Topic {
            stem: true,
            ..topic.clone()
        };
        forms.push(("with stem = true", stemmed));
    }
    match &topic.rule {
        Rule::Query(text) => {
            let everywhere = broader::everywhere(text).map(|text| ("without title:, lead: and body:", text));
            let apart = broader::words_apart(text).map(|text| ("with the words of its phrases apart", text));
            let queries = everywhere.into_iter().chain(apart);
            forms.extend(queries.map(|(form, text)| (form, with(Rule::Query(text)))));
        }
        Rule::Keywords { any, place } => {
            if *place != Where::Text {
                let (any, place) = (any.clone(), Where::Text);
                forms.push(("with where = \"text\"", with(Rule::Keywords { any, place })));
            }
            if any.iter().any(|keyword| keyword.contains(char::is_whitespace)) {
                let all: Vec<String> = any
                    .iter()
                    .map(|keyword| format!("({})", broader::apart(keyword)))
                    .collect();
                let query = all.join(" OR ");
                if crate::query::parse(&query).is_ok() {
                    forms.push((
                        "with the words of its phrases apart, in a query",
                        with(Rule::Query(query)),
                    ));
                }
            }
        }
        Rule::None => return Vec::new(),
    }
    forms
}
