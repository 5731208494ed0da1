//! What the store and the configuration hold, in the words of the modules that compose and send.

use std::collections::{HashMap, HashSet};

use url::Url;

use crate::digest::{ContinuedStory, Coverage, HeadlineChange, MemberInput, StoryInput, TroubledSource};
use crate::domain::article::Article;
use crate::domain::url::registrable_domain;
use crate::domain::{ArticleId, Timestamp, health};
use crate::jobs::runtime::JobError;
use crate::query::ArticlePart;
use crate::store::Store;
use crate::store::articles::MatchedTerm;
use crate::store::digests::{DigestStory, FIRST_DAYS};
use crate::store::sources::StoredSource;

/// Returns a stored story as the digest's composer sees it. New is what is `fresh`; headline changes count since `from`.
pub fn story(
    found: DigestStory,
    fresh: &HashSet<ArticleId>,
    outlets: &OutletNames,
    from: Option<Timestamp>,
) -> StoryInput {
    let DigestStory {
        story,
        told,
        matches,
        standing_titles,
        revisions,
        alerted_at,
        continues,
        ..
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
            provider: outlets.of(&m.article).to_owned(),
            published_at: m.article.published_at,
            quality: m.quality,
            copy_of: m.copy_of,
            was_told: told.contains(&m.article.id),
            is_new: is_untold || (fresh.contains(&m.article.id) && !told.contains(&m.article.id)),
            matched: matches.get(&m.article.id).map(|terms| unseen_terms(terms)),
            has_standing_title: standing_titles.contains(&m.article.id),
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
        members,
        headline_changes,
        alerted_at,
        continues: continues.map(|earlier| ContinuedStory {
            id: earlier.story,
            title: earlier.article.title,
            web_url: earlier.article.web_url,
            provider: earlier.article.provider_name,
            published_at: earlier.article.published_at,
            language: earlier.article.language,
        }),
    }
}

/// Leaves the news of watched pages to where they are told by themselves: here they are known.
pub fn leave_out(pages: &HashSet<ArticleId>, story: &mut StoryInput) {
    for member in story
        .members
        .iter_mut()
        .filter(|member| pages.contains(&member.article))
    {
        (member.was_told, member.is_new) = (true, false);
    }
    story.headline_changes.retain(|change| !pages.contains(&change.article));
}

/// Returns the terms of a match that stand in its text, where none stands in its headline.
pub fn unseen_terms(terms: &[MatchedTerm]) -> Vec<String> {
    let stands_in = |term: &MatchedTerm, part: ArticlePart| term.place == part.as_str();
    if terms.iter().any(|term| stands_in(term, ArticlePart::Title)) {
        return Vec::new();
    }
    let in_text = |term: &&MatchedTerm| stands_in(term, ArticlePart::Lead) || stands_in(term, ArticlePart::Body);
    terms.iter().filter(in_text).map(|term| term.term.clone()).collect()
}

/// The reader's own names of outlets: those of the sources that bear one and do not gather from many.
pub struct OutletNames {
    by_name: HashMap<String, StoredSource>,
}

impl OutletNames {
    /// Returns the names in the configuration.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn of_sources(store: &Store) -> Result<Self, JobError> {
        let mut by_name = HashMap::new();
        for source in store.sources()? {
            if let Some(name) = source.name.clone()
                && !store.gathers(source.id)?
            {
                by_name.insert(name, source);
            }
        }
        Ok(Self { by_name })
    }

    /// Returns the name to show of an article's outlet.
    pub fn of<'a>(&'a self, article: &'a Article) -> &'a str {
        let is_own = |source: &&StoredSource| {
            let host = Url::parse(&source.address).ok();
            let host = host.as_ref().and_then(Url::host_str).map(registrable_domain);
            host.as_ref() == Some(&article.provider_domain)
                || source.state.title.as_ref() == Some(&article.provider_name)
        };
        match self.by_name.get(&article.source).filter(is_own) {
            Some(_) => &article.source,
            None => &article.provider_name,
        }
    }
}

/// Whether any source was read after a moment.
pub fn was_read_since(store: &Store, at: Timestamp) -> Result<bool, JobError> {
    let mut sources = store.sources()?.into_iter().filter(|source| source.active);
    Ok(sources.any(|source| source.state.succeeded_at.is_some_and(|read| read > at)))
}

/// Returns how many of the configured sources are read, what is wrong with which, and how much was seen in part only since a
/// moment.
pub fn coverage(store: &Store, now: Timestamp, from: Option<Timestamp>) -> Result<Coverage, JobError> {
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
        judged_by_teaser: store.judged_by_teaser(from.or(Some(now - chrono::TimeDelta::days(FIRST_DAYS))))?,
        troubled,
    })
}
