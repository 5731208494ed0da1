//! What the store and the configuration hold, in the words of the modules that compose and send.

use crate::digest::{Coverage, HeadlineChange, MemberInput, StoryInput, TroubledSource};
use crate::domain::{Timestamp, health};
use crate::jobs::runtime::JobError;
use crate::store::Store;
use crate::store::digests::DigestStory;

/// Returns a stored story as the digest's composer sees it. Headline changes count since `from`.
pub fn story(found: DigestStory, from: Option<Timestamp>) -> StoryInput {
    let DigestStory {
        story,
        told,
        fresh,
        revisions,
        alerted_at,
    } = found;
    // A story of which nothing was told is new as a whole.
    let is_untold = told.is_empty();
    let members = story
        .members
        .iter()
        .map(|m| MemberInput {
            article: m.article.id,
            title: m.article.title.clone(),
            excerpt: m.article.excerpt.clone(),
            text: m.article.body_text.clone(),
            web_url: m.article.web_url.clone(),
            provider: m.article.provider_name.clone(),
            published_at: m.article.published_at,
            quality: m.quality,
            copy_of: m.copy_of,
            is_new: is_untold || (fresh.contains(&m.article.id) && !told.contains(&m.article.id)),
            language: m.article.language.clone(),
        })
        .collect::<Vec<_>>();
    let mut headline_changes = Vec::new();
    for (position, (article, revision)) in revisions.iter().enumerate() {
        let is_recent = from.is_some_and(|from| revision.replaced_at > from) && told.contains(article);
        let later = revisions[position + 1..]
            .iter()
            .find(|(other, _)| other == article)
            .map(|(_, r)| r.title.clone());
        let now = members.iter().find(|m| m.article == *article).map(|m| m.title.clone());
        let Some(after) = later.or(now) else { continue };
        if is_recent && !crate::text::is_same_text(&revision.title, &after) {
            let change = HeadlineChange {
                at: revision.replaced_at,
                article: *article,
                before: revision.title.clone(),
                after,
            };
            headline_changes.push(change);
        }
    }
    StoryInput {
        id: story.id,
        started_at: story.started_at,
        members,
        headline_changes,
        alerted_at,
    }
}

/// Whether any source was read after a moment.
pub fn was_read_since(store: &Store, at: Timestamp) -> Result<bool, JobError> {
    let mut sources = store.sources()?.into_iter().filter(|source| source.active);
    Ok(sources.any(|source| source.state.succeeded_at.is_some_and(|read| read > at)))
}

/// Returns how many of the configured sources are read, and what is wrong with which.
pub fn coverage(store: &Store, now: Timestamp) -> Result<Coverage, JobError> {
    let sources: Vec<_> = store.sources()?.into_iter().filter(|source| source.active).collect();
    let troubled: Vec<TroubledSource> = sources
        .iter()
        .map(|source| TroubledSource {
            name: source.display_name().to_owned(),
            health: health::health(now, source.kind, &source.state),
        })
        .filter(|source| source.health.condition.is_trouble())
        .collect();
    let unread = troubled
        .iter()
        .filter(|source| source.health.condition.is_unread())
        .count();
    Ok(Coverage {
        sources: sources.len(),
        read: sources.len() - unread,
        troubled,
    })
}
