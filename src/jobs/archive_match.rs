//! Matches a new topic, or one with a new rule, over the articles that are already there.
//!
//! It only finds them: an article that matches becomes due, and `extract` places it like any other.

use std::sync::Arc;

use super::{Context, JobError};

/// Articles read and matched at a time.
const BATCH: usize = 500;

/// Matches every topic that is not yet matched over the whole archive.
///
/// # Errors
/// The store cannot be used.
pub async fn run(ctx: &Arc<Context>) -> Result<(), JobError> {
    let _one_at_a_time = ctx.shared.matching.lock().await;
    for topic in ctx.store.unmatched_topics()? {
        let Some(position) = ctx.config.topics.iter().position(|t| t.name == topic.name) else {
            continue;
        };
        let mut done_to = topic.matched_to;
        while done_to < topic.archive_to {
            let articles = ctx.store.articles_after(done_to, BATCH)?;
            let last = articles.last().map_or(topic.archive_to, |article| article.id);
            let wordings = ctx.store.wordings_between(done_to, last)?;
            let hits = articles
                .iter()
                .filter(|article| {
                    let own = wordings.iter().filter(|(id, _)| *id == article.id);
                    ctx.matcher
                        .matches_worded(article, own.map(|(_, wording)| wording))
                        .iter()
                        .any(|m| m.topic == position)
                })
                .map(|article| article.id)
                .collect();
            ctx.store
                .finish_archive_match(ctx.clock.now(), topic.name.clone(), done_to, last, hits)
                .await?;
            done_to = last;
            tokio::task::yield_now().await;
        }
    }
    Ok(())
}
