//! Watched pages that changed since a digest's reader was last told, and the topic each stands under.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;

use super::input::OutletNames;
use crate::blocking;
use crate::config::DigestSettings;
use crate::decide::page_noise;
use crate::digest::{self, PageInput, StoryInput};
use crate::domain::{ArticleId, Timestamp};
use crate::jobs::runtime::JobError;
use crate::store::Store;
use crate::store::digests::{FIRST_DAYS, PageHistory};

/// The changed pages that a digest tells.
#[derive(Default)]
pub struct ChangedPages {
    /// By the first of the digest's topics that each matches.
    pub by_topic: HashMap<String, Vec<PageInput>>,
    /// Those that match none.
    pub others: Vec<PageInput>,
    /// All of them, as articles: no story tells them as new or corrected too.
    pub articles: HashSet<ArticleId>,
}

/// Returns what a digest tells of watched pages, beside the stories it tells.
///
/// A page that matches none of its topics is told where the digest tells such pages and no other topic has it, and where the
/// digest told it before: what made it match may be what is gone.
///
/// # Errors
/// The store cannot be read.
pub fn changed_pages<'a>(
    store: &Store,
    now: Timestamp,
    settings: &DigestSettings,
    from: Option<Timestamp>,
    last_revision: i64,
    stories: impl Iterator<Item = &'a StoryInput>,
    outlets: &OutletNames,
) -> Result<ChangedPages, JobError> {
    let since = from.unwrap_or(now - TimeDelta::days(FIRST_DAYS));
    let (mut new, mut waiting) = (HashSet::new(), HashSet::new());
    for story in stories {
        if digest::is_cold(story, settings.heat_min) {
            waiting.insert(story.id);
        } else {
            new.extend(
                story
                    .members
                    .iter()
                    .filter(|member| member.is_new)
                    .map(|member| member.article),
            );
        }
    }
    let mut found = ChangedPages::default();
    for mut page in store.changed_pages(&settings.name, since, now, last_revision)? {
        // What is new to the reader is told as it stands.
        if page.article.seen_at > since && new.contains(&page.article.id) {
            continue;
        }
        // A story that waits is told with all its members later, this one among them.
        page.story = page.story.filter(|story| !waiting.contains(story));
        let topic = settings.topics.iter().find(|topic| page.topics.contains(topic));
        let is_other = |told: &Vec<String>| !page.topics.iter().any(|topic| told.contains(topic));
        let is_told = topic.is_some() || page.was_told || settings.other_pages_but_of.as_ref().is_some_and(is_other);
        let input = input(page, outlets);
        if !is_told || input.changes.is_empty() {
            continue;
        }
        found.articles.extend(input.member.map(|(_, article)| article));
        match topic {
            Some(topic) => found.by_topic.entry(topic.clone()).or_default().push(input),
            None => found.others.push(input),
        }
    }
    Ok(found)
}

fn input(page: PageHistory, outlets: &OutletNames) -> PageInput {
    let changes = blocking::run(|| {
        let mut changes = page_noise::changes(&page.title_before, &page.title);
        changes.extend(page_noise::changes(&page.text_before, &page.text));
        changes
    });
    PageInput {
        provider: outlets.of(&page.article).to_owned(),
        name: page.name.unwrap_or(page.title),
        changed_at: page.changed_at,
        changes,
        member: page.story.map(|story| (story, page.article.id)),
        web_url: page.article.web_url,
        language: page.article.language,
    }
}
