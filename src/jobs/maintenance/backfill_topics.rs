//! Matches a new topic, or one with a new rule, over the articles that are already there.
//!
//! It only finds them: an article that matches becomes due, and `extract` places it like any other.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::ArticleId;
use crate::jobs::runtime::{Context, JobError};
use crate::store::articles::{BackfillStep, UnmatchedTopic};

/// Articles read and matched at a time.
const BATCH: usize = 500;

/// Matches every topic that is not yet matched over the whole archive, all of them in one pass.
///
/// # Errors
/// The store cannot be used; the next run goes on where this one ended.
pub async fn run(ctx: &Arc<Context>) -> Result<(), JobError> {
    let _one_at_a_time = ctx.shared.matching.lock().await;
    while !ctx.shared.was_cancelled() {
        let mut unmatched: HashMap<usize, UnmatchedTopic> = HashMap::new();
        for topic in ctx.store.unmatched_topics()? {
            let position = ctx.config.topics.iter().position(|own| own.name == topic.name);
            unmatched.extend(position.map(|position| (position, topic)));
        }
        let Some(from) = unmatched.values().map(|topic| topic.matched_to).min() else {
            break;
        };
        let articles = ctx.store.articles_after(from, BATCH)?;
        let to = articles.last().map_or(ArticleId(i64::MAX), |article| article.id);
        let mut steps: HashMap<usize, BackfillStep> = HashMap::new();
        for (position, topic) in unmatched {
            let step = BackfillStep {
                from: topic.matched_to,
                to: to.min(topic.archive_to),
                topic: topic.name,
                hits: Vec::new(),
            };
            // One that was begun before the others waits for them.
            if step.from < step.to {
                steps.insert(position, step);
            }
        }
        let wordings = ctx.store.wordings_between(from, to)?;
        for article in &articles {
            let own = wordings.iter().filter(|(id, _)| *id == article.id);
            for found in ctx.matcher.matches_worded(article, own.map(|(_, wording)| wording)) {
                let step = steps.get_mut(&found.topic);
                let step = step.filter(|step| (step.from..=step.to).contains(&article.id) && article.id != step.from);
                if let Some(step) = step {
                    step.hits.push(article.id);
                }
            }
        }
        let has_hits = steps.values().any(|step| !step.hits.is_empty());
        let steps = steps.into_values().collect();
        ctx.store.finish_backfill(ctx.clock.now(), steps).await?;
        if has_hits {
            ctx.shared.work_found.notify_one();
        }
        tokio::task::yield_now().await;
    }
    Ok(())
}
