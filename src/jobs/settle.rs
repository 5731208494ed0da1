//! Writes documents that may not say what the store says, each only when its bytes would differ.

use std::sync::Arc;

use chrono::TimeDelta;

use super::{Context, JobError, WINDOW_DAYS};
use crate::document::build::{self, Related, Standing};
use crate::domain::article::Article;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::ranking;
use crate::store::stories::{Member, StoredStory};

/// Documents read and written at a time.
const BATCH: usize = 100;
/// Leads of other stories of the topic that a document names, at most.
const NEAREST: usize = 8;

/// Writes every dirty document whose text changed. Returns how many files were written.
///
/// # Errors
/// The store or the archive cannot be used; what was not written stays dirty.
pub async fn settle(ctx: &Arc<Context>) -> Result<usize, JobError> {
    let Some(archive) = &ctx.archive else { return Ok(0) };
    let now = ctx.clock.now();
    let (mut written, mut after) = (0, ArticleId(0));
    loop {
        let dirty = ctx.store.dirty_documents(after, BATCH)?;
        let Some(last) = dirty.last() else { break };
        after = last.article;
        for document in &dirty {
            let Some(text) = text_of(ctx, now, document.article).await? else {
                continue;
            };
            written += usize::from(archive.write(&document.name, &text)?);
        }
        ctx.store.documents_settled(dirty).await?;
    }
    if written > 0 {
        tracing::info!(documents = written, "wrote {written} documents");
    }
    Ok(written)
}

async fn text_of(ctx: &Arc<Context>, now: Timestamp, id: ArticleId) -> Result<Option<String>, JobError> {
    let Some(article) = ctx.store.article(id)? else {
        return Ok(None);
    };
    let story = match ctx.store.story_of(id)? {
        Some(story) => ctx.store.story(story)?,
        None => None,
    };
    let standing = match &story {
        Some(story) => {
            let near = nearest_leads(ctx, now, story).await?;
            standing(ctx, now, &article, story, near)
        }
        None => Standing {
            quality: Some(ctx.config.ranking.quality(&article, 0.0)),
            ..Standing::default()
        },
    };
    Ok(Some(crate::document::render(&build::build(&article, &standing))))
}

/// Returns the leads of the nearest stories of the same topic.
async fn nearest_leads(ctx: &Arc<Context>, now: Timestamp, story: &StoredStory) -> Result<Vec<Member>, JobError> {
    let Some(lead) = lead_of(&story.members) else {
        return Ok(Vec::new());
    };
    let near = ctx.store.nearest_stories(now, lead, NEAREST + 1).await?;
    let near: Vec<StoryId> = near.into_iter().filter(|id| *id != story.id).take(NEAREST).collect();
    let mut leads = Vec::with_capacity(near.len());
    for id in near {
        let Some(other) = ctx.store.story(id)? else { continue };
        leads.extend(lead_of(&other.members).cloned());
    }
    Ok(leads)
}

/// Returns a story's lead: the member of highest quality that is no copy, of equals the earliest.
pub(super) fn lead_of(members: &[Member]) -> Option<&Member> {
    members
        .iter()
        .filter(|m| m.copy_of.is_none())
        .min_by_key(|m| (std::cmp::Reverse(m.quality), m.article.published_at, m.article.id))
}

fn standing(ctx: &Context, now: Timestamp, article: &Article, story: &StoredStory, near: Vec<Member>) -> Standing {
    let own = story.members.iter().find(|m| m.article.id == article.id);
    let topics = own.map(|m| document_topics(ctx, m)).unwrap_or_default();
    let window = now - TimeDelta::days(WINDOW_DAYS);
    if article.published_at < window {
        return Standing {
            topics,
            ..Standing::default()
        };
    }
    let quality = own.map_or(0, |m| m.quality);
    let others: Vec<&Member> = story
        .members
        .iter()
        .filter(|m| m.article.id != article.id && m.copy_of.is_none() && m.article.published_at >= window)
        .collect();
    let is_lead = lead_of(&story.members).is_some_and(|lead| lead.article.id == article.id);
    let related = others
        .iter()
        .copied()
        .chain(near.iter().filter(|m| m.article.published_at >= window))
        .map(|m| Related {
            article: m.article.clone(),
            quality: m.quality,
        })
        .collect();
    Standing {
        topics,
        quality: Some(quality),
        heat: Some(ranking::heat(quality, others.len(), is_lead)),
        published: Some(is_lead && quality >= ctx.config.ranking.published),
        related,
    }
}

/// Returns the followed topics an article matches with their parents, root first, each once.
fn document_topics(ctx: &Context, member: &Member) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for topic in &member.topics {
        let Some(position) = ctx.config.topics.iter().position(|t| t.name == *topic) else {
            continue;
        };
        for name in ctx.matcher.ancestry(position) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}
