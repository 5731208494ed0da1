//! What one poll changes, as a value before it is a write.
//!
//! Touches nothing: time, stored state and answer come in as values, and a plan comes out that
//! `Store::finish_poll` writes in one transaction. When the next poll is due is `pacing`'s subject, what an entry
//! becomes as an article is `draft`'s.

pub mod draft;
pub mod pacing;

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;

use crate::domain::feed::{EntryKey, Feed};
use crate::domain::source::{Failure, FullText, Source, SourceKind, SourceState, Validators};
use crate::domain::url::CanonicalUrl;
use crate::domain::{ArticleId, Timestamp};
use crate::feed::Parsed;
use crate::matching::Matcher;
use draft::Draft;

/// A source's first poll makes news of what is at most this old; what is older is known, not new.
pub const NEWS_DAYS: i64 = 7;
/// Polls in a row on which a permanent redirect must lead to a valid feed before the stored address moves.
pub const MOVE_POLLS: u32 = 3;
/// Polls in a row that must answer 410 before a source is stopped.
pub const GONE_POLLS: u32 = 2;

/// What came back from one poll.
#[derive(Debug)]
pub enum Outcome {
    /// 304, or the same body again.
    NotModified(Answer),
    /// A body that could be read.
    Fetched(Answer, Box<Parsed>),
    Failed(Failure),
}

/// What a good answer says beside its entries.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// What the server sent now; absent parts of a 304 keep what is stored.
    pub validators: Validators,
    pub body_hash: Option<Vec<u8>>,
    /// Until when the server says its answer stays fresh.
    pub fresh_until: Option<Timestamp>,
    /// Where permanent redirects, and only such, led.
    pub moved_to: Option<String>,
    /// 304: the validators add to the stored ones instead of replacing them.
    pub is_not_modified: bool,
}

/// What an entry is known by, and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub key: EntryKey,
    pub url_key: String,
    pub fingerprint: i64,
}

/// A stored entry; the article's address and title only where the fingerprint differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownEntry {
    pub fingerprint: i64,
    pub article: ArticleId,
    pub url_key: Option<String>,
    pub title: Option<String>,
}

/// What the store knows of the entries a poll brought.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub entries: HashMap<EntryKey, KnownEntry>,
    /// Articles by their address key, from whatever source.
    pub articles: HashMap<String, ArticleId>,
}

/// Everything one poll changes.
#[derive(Debug)]
pub struct PollPlan {
    pub state: SourceState,
    pub new: Vec<NewArticle>,
    /// Entries under a new key, or saying the same in other bytes, of articles we have.
    pub seen: Vec<SeenEntry>,
    pub changed: Vec<ChangedEntry>,
}

impl PollPlan {
    fn quiet(state: SourceState) -> Self {
        Self {
            state,
            new: Vec::new(),
            seen: Vec::new(),
            changed: Vec::new(),
        }
    }
}

/// An entry that becomes an article.
#[derive(Debug)]
pub struct NewArticle {
    pub identity: Identity,
    pub draft: Draft,
    /// May stand in a digest: not old when its source was first read.
    pub is_news: bool,
    pub wants_page: bool,
    /// There is work left on it: a page to fetch or a topic to match.
    pub is_pending: bool,
}

/// An entry of an article we have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenEntry {
    pub key: EntryKey,
    pub fingerprint: i64,
    pub article: ArticleId,
}

/// An entry that says something else than before.
#[derive(Debug)]
pub struct ChangedEntry {
    pub identity: Identity,
    pub article: ArticleId,
    pub draft: Draft,
}

/// Decides what one poll changes.
pub fn decide(
    now: Timestamp,
    source: &Source,
    old: &SourceState,
    outcome: Outcome,
    known: &Known,
    topics: &Matcher,
    limits: &pacing::Limits,
) -> PollPlan {
    match outcome {
        Outcome::Failed(failure) => PollPlan::quiet(after_failure(now, source, old, &failure, limits)),
        Outcome::NotModified(answer) => PollPlan::quiet(after_success(now, source, old, &answer, None, false, limits)),
        Outcome::Fetched(answer, parsed) => plan_entries(now, source, old, &answer, &parsed, known, topics, limits),
    }
}

/// Returns what each entry of a feed is known by, in order.
///
/// A key that several entries of one feed share tells nothing, so their addresses are added to it; an address that
/// several share, or that is the feed's own home page, does not make two entries one article.
pub fn identify(source: &Source, feed: &Feed) -> Vec<Identity> {
    let keys: Vec<EntryKey> = feed.entries.iter().map(crate::feed::entry_key).collect();
    let links: Vec<Option<String>> = feed
        .entries
        .iter()
        .map(|entry| {
            let link = url::Url::parse(entry.link.as_deref()?).ok()?;
            matches!(link.scheme(), "http" | "https").then(|| CanonicalUrl::new(&link).as_str().to_owned())
        })
        .collect();
    let home = feed.link.as_deref().and_then(|link| url::Url::parse(link).ok());
    let home = home.map(|link| CanonicalUrl::new(&link).as_str().to_owned());
    let mut key_count: HashMap<&EntryKey, usize> = HashMap::new();
    keys.iter().for_each(|key| *key_count.entry(key).or_default() += 1);
    let mut link_count: HashMap<&str, usize> = HashMap::new();
    links
        .iter()
        .flatten()
        .for_each(|link| *link_count.entry(link).or_default() += 1);

    let mut identities = Vec::with_capacity(keys.len());
    for ((entry, key), link) in feed.entries.iter().zip(&keys).zip(&links) {
        let mut own = key.clone();
        if key_count[key] > 1 {
            own.0.push('\n');
            own.0
                .push_str(link.as_deref().or(entry.title.as_deref()).unwrap_or_default());
        }
        let telling = link
            .as_ref()
            .filter(|l| link_count[l.as_str()] == 1 && home.as_ref() != Some(l));
        let url_key = match telling {
            Some(link) => link.clone(),
            None => format!("{}\n{}", source.address, own.0),
        };
        identities.push(Identity {
            key: own,
            url_key,
            fingerprint: crate::feed::fingerprint(entry),
        });
    }
    identities
}

#[expect(
    clippy::too_many_arguments,
    reason = "one call site; the arguments are the whole truth about one poll"
)]
fn plan_entries(
    now: Timestamp,
    source: &Source,
    old: &SourceState,
    answer: &Answer,
    parsed: &Parsed,
    known: &Known,
    topics: &Matcher,
    limits: &pacing::Limits,
) -> PollPlan {
    let feed = &parsed.feed;
    let first_poll = old.succeeded_at.is_none();
    let mut plan = PollPlan::quiet(old.clone());
    let mut taken: HashSet<String> = HashSet::new();
    for (entry, identity) in feed.entries.iter().zip(identify(source, feed)) {
        let stored = known.entries.get(&identity.key);
        if stored.is_some_and(|stored| stored.fingerprint == identity.fingerprint) {
            continue;
        }
        if !taken.insert(identity.url_key.clone()) {
            continue;
        }
        let mut draft = Draft::of(now, source, old, feed, entry, &identity);
        if let Some(stored) = stored.filter(|stored| is_same_article(stored, &identity, &draft)) {
            draft.mark_up(source, entry);
            plan.changed.push(ChangedEntry {
                article: stored.article,
                identity,
                draft,
            });
        } else if let Some(&article) = known.articles.get(&identity.url_key) {
            plan.seen.push(SeenEntry {
                key: identity.key,
                fingerprint: identity.fingerprint,
                article,
            });
        } else {
            let is_news = !first_poll || draft.published_at >= now - TimeDelta::days(NEWS_DAYS);
            let mut new = with_interest(source, topics, identity, draft, is_news);
            if new.is_pending {
                new.draft.mark_up(source, entry);
            }
            plan.new.push(new);
        }
    }
    plan.state = after_success(now, source, old, answer, Some(feed), !plan.new.is_empty(), limits);
    plan
}

/// Whether a known key that says something else still speaks of the same article: a publisher that re-uses a guid
/// changes address and headline together, an edited article keeps one of them.
fn is_same_article(stored: &KnownEntry, identity: &Identity, draft: &Draft) -> bool {
    stored.url_key.as_deref() == Some(identity.url_key.as_str())
        || stored.title.as_deref() == Some(draft.title.as_str())
}

fn with_interest(source: &Source, topics: &Matcher, identity: Identity, draft: Draft, is_news: bool) -> NewArticle {
    let has_page = draft.has_page;
    let (wants_page, is_pending) = match (source.kind, source.full_text) {
        // A listing's link is all there is of an article, and a reading list is to be fetched by the owner's word.
        (SourceKind::Listing | SourceKind::Documents, _) => (has_page, true),
        (SourceKind::Page, _) => (false, true),
        (SourceKind::Feed, FullText::Always) => (has_page && is_news, true),
        (SourceKind::Feed, choice) => {
            let interesting = topics.may_match(&draft.title, &draft.feed_text);
            (
                interesting && has_page && is_news && choice == FullText::Matched,
                interesting,
            )
        }
    };
    NewArticle {
        identity,
        draft,
        is_news,
        wants_page,
        is_pending,
    }
}

fn after_success(
    now: Timestamp,
    source: &Source,
    old: &SourceState,
    answer: &Answer,
    feed: Option<&Feed>,
    brought_news: bool,
    limits: &pacing::Limits,
) -> SourceState {
    let mut state = SourceState {
        polled_at: Some(now),
        succeeded_at: Some(now),
        failures: 0,
        failing_since: None,
        last_error: None,
        gone_polls: 0,
        ..old.clone()
    };
    if brought_news {
        state.changed_at = Some(now);
    }
    if answer.is_not_modified {
        let Validators { etag, last_modified } = answer.validators.clone();
        state.validators.etag = etag.or(state.validators.etag);
        state.validators.last_modified = last_modified.or(state.validators.last_modified);
    } else {
        state.validators = answer.validators.clone();
        state.body_hash = answer.body_hash.clone();
    }
    if let Some(title) = feed
        .and_then(|feed| feed.title.clone())
        .filter(|title| !title.is_empty())
    {
        state.title = Some(title);
    }
    if let Some(feed) = feed {
        state.pace = pacing::pace(feed);
    }
    follow_move(source, &mut state, answer);
    state.interval_seconds = Some(pacing::rhythm(now, old, feed, brought_news, limits));
    state.next_poll_at = pacing::next_after_success(now, source, &state, answer.fresh_until, limits);
    state
}

fn follow_move(source: &Source, state: &mut SourceState, answer: &Answer) {
    let asked = state.current_address.clone().unwrap_or_else(|| source.address.clone());
    match &answer.moved_to {
        Some(target) if *target != asked => {
            state.moved_polls = if state.moved_to.as_ref() == Some(target) {
                state.moved_polls + 1
            } else {
                1
            };
            state.moved_to = Some(target.clone());
            let is_upgrade = asked
                .strip_prefix("http://")
                .is_some_and(|rest| target.strip_prefix("https://") == Some(rest));
            if is_upgrade || state.moved_polls >= MOVE_POLLS {
                state.current_address = Some(target.clone());
                state.moved_to = None;
                state.moved_polls = 0;
            }
        }
        _ => {
            state.moved_to = None;
            state.moved_polls = 0;
        }
    }
}

fn after_failure(
    now: Timestamp,
    source: &Source,
    old: &SourceState,
    failure: &Failure,
    limits: &pacing::Limits,
) -> SourceState {
    let gone_polls = if failure.status == Some(410) {
        old.gone_polls + 1
    } else {
        0
    };
    let mut state = SourceState {
        polled_at: Some(now),
        failures: old.failures.saturating_add(1),
        failing_since: old.failing_since.or(Some(now)),
        last_error: Some(failure.message.clone()),
        gone_polls,
        stopped: gone_polls >= GONE_POLLS,
        ..old.clone()
    };
    state.next_poll_at = pacing::next_after_failure(now, source, &state, failure.retry_at, limits);
    state
}

#[cfg(test)]
mod tests;
