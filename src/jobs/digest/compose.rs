//! A digest of what is new, composed from the store; changes nothing.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;

use super::changed_pages::changed_pages;
use super::deadlines::{deadlines, remind_until};
use super::input::{self, OutletNames};
use crate::config::DigestSettings;
use crate::digest::{
    self, Digest, DigestInput, DigestKind, DigestOptions, PageInput, TopicInput, UndeliveredDigest, Window,
};
use crate::domain::health::Condition;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::jobs::runtime::JobError;
use crate::store::Store;

/// A digest as composed, and what its record needs.
pub struct ComposedDigest {
    pub digest: Digest,
    pub options: DigestOptions,
    pub window: Window,
    /// Later revisions are the next one's to tell.
    pub(super) last_revision: i64,
    /// Failed deliveries it mentions.
    pub(super) reported: Vec<i64>,
    /// There is something to send: news, or a reason to break the silence.
    pub is_due: bool,
}

impl ComposedDigest {
    /// Composes what is given, to be sent whatever is in it.
    pub fn of(input: &DigestInput, window: Window, options: DigestOptions, reported: Vec<i64>) -> Self {
        Self {
            digest: digest::compose(&window, input, &options),
            options,
            window,
            last_revision: i64::MAX,
            reported,
            is_due: true,
        }
    }
}

/// Composes a digest of what is new at `now`; changes nothing.
///
/// # Errors
/// The store cannot be read.
pub fn compose(store: &Store, now: Timestamp, settings: &DigestSettings) -> Result<ComposedDigest, JobError> {
    // What was told is known by its own record; a window from a future that never came would hide all that is new.
    let from = store.last_digest_to(&settings.name)?.map(|from| match from > now {
        true => now - TimeDelta::days(1),
        false => from,
    });
    let last_revision = store.last_revision()?;
    let failures = store.unreported_failures(&settings.name)?;
    let undelivered = failures
        .iter()
        .map(|f| UndeliveredDigest {
            subject: f.subject.clone(),
            channel: f.channel.clone(),
            to: f.to,
            error: f.error.clone(),
        })
        .collect();
    let outlets = OutletNames::of_sources(store)?;
    let (sections, pages) = sections(store, now, settings, from, last_revision, &outlets)?;
    let mut input = DigestInput {
        name: settings.name.clone(),
        kind: DigestKind::Digest,
        sections,
        pages,
        deadlines: deadlines(store, now, settings, &outlets)?,
        coverage: input::coverage(store, now, from)?,
        undelivered,
    };
    let window = Window { from, to: now };
    let reported: Vec<i64> = failures.into_iter().map(|f| f.id).collect();
    let composed = ComposedDigest {
        last_revision,
        ..ComposedDigest::of(&input, window, options(now, settings), reported.clone())
    };
    if !composed.digest.is_empty() {
        return Ok(composed);
    }
    // Sources that were not due yet have missed nothing.
    let is_behind =
        |t: &digest::TroubledSource| t.health.condition.is_unread() || t.health.condition == Condition::Late;
    let was_read = match store.digest_last(&settings.name)? {
        Some(last) if input.coverage.troubled.iter().any(is_behind) => input::was_read_since(store, last.at)?,
        _ => true,
    };
    let last = store.last_sent(&settings.name)?;
    match digest::kind_when_empty(now, &settings.silence, &input.coverage, was_read, last) {
        Some(kind) => {
            input.kind = kind;
            Ok(ComposedDigest {
                last_revision,
                ..ComposedDigest::of(&input, window, options(now, settings), reported)
            })
        }
        None => Ok(ComposedDigest {
            is_due: false,
            ..composed
        }),
    }
}

/// Returns the topics with their stories and changed pages, and the pages that stand under none.
fn sections(
    store: &Store,
    now: Timestamp,
    settings: &DigestSettings,
    from: Option<Timestamp>,
    last_revision: i64,
    outlets: &OutletNames,
) -> Result<(Vec<TopicInput>, Vec<PageInput>), JobError> {
    let mut found = Vec::new();
    // What is new under one topic is new of the story under every other.
    let mut fresh: HashMap<StoryId, HashSet<ArticleId>> = HashMap::new();
    for topic in &settings.topics {
        let is_introduction = from.is_none() || !store.topic_was_told(&settings.name, topic)?;
        let since = if is_introduction { None } else { from };
        let stories = store.digest_stories(&settings.name, topic, since, now, last_revision)?;
        for story in &stories {
            fresh.entry(story.story.id).or_default().extend(&story.fresh);
        }
        found.push((topic, is_introduction, stories));
    }
    let sections = found.into_iter().map(|(topic, is_introduction, stories)| TopicInput {
        topic: topic.clone(),
        is_introduction,
        stories: stories
            .into_iter()
            .map(|found| {
                let fresh = &fresh[&found.story.id];
                input::story(found, fresh, outlets, from)
            })
            .collect(),
        pages: Vec::new(),
    });
    let mut sections: Vec<TopicInput> = sections.collect();
    let stories = sections.iter().flat_map(|topic| &topic.stories);
    let mut pages = changed_pages(store, now, settings, from, last_revision, stories, outlets)?;
    for topic in &mut sections {
        topic.pages = pages.by_topic.remove(&topic.topic).unwrap_or_default();
        for story in &mut topic.stories {
            input::leave_out(&pages.articles, story);
        }
    }
    Ok((sections, pages.others))
}

fn options(now: Timestamp, settings: &DigestSettings) -> DigestOptions {
    DigestOptions {
        language: settings.language,
        heat_min: settings.heat_min,
        remind_until: remind_until(now, settings),
        stories_max: settings.stories_max.unwrap_or(usize::MAX),
        archive_hint: Some(match settings.topics.first() {
            Some(topic) => format!("tidings stories --topic \"{topic}\""),
            None => "tidings articles --changes".to_owned(),
        }),
        ..DigestOptions::new(settings.zone)
    }
}
