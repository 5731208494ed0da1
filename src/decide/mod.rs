//! What one poll, or one step on an article, changes, as a value before it is a write.
//!
//! Touches nothing: time, stored state and answer come in as values, and a plan comes out that
//! `Store::finish_poll` writes in one transaction. When the next poll is due is `poll_schedule`'s subject, which
//! article an entry is `identity`'s, what it becomes as one `draft`'s, what a step makes of it then `article`'s.

pub mod html_instead_of_feed;
pub mod page_noise;
pub mod poll_schedule;
mod redirects;
mod stored_entries;
pub mod draft;
pub mod teasers;
pub mod entry_identities;
pub mod identity;
mod syndication;
mod plan;
pub mod revision;
pub mod article;
pub mod tombstone;

use std::cmp::Reverse;
use std::collections::HashSet;

use chrono::TimeDelta;

use crate::domain::feed::{Entry, EntryKey, Feed};
use crate::domain::source::{Failure, FullText, Source, SourceKind, SourceState, Trouble, Validators};
use crate::domain::{ArticleId, Timestamp};
use crate::feed::Parsed;
use crate::matching::Matcher;
use draft::{ArticleDraft, NEWS_DAYS};
use identity::{EntryMatch, IncomingEntry};
pub use plan::{ChangedEntry, NewArticle, PollPlan, SeenEntry, SyndicatedEntry};
use poll_schedule::PollLimits;
pub use stored_entries::{EntryIdentity, EntryMark, KnownEntry, PreviousEntry, StoredEntries, SyndicatedArticle};
pub use syndication::SyndicatedChange;
use teasers::{FeedTeasers, TEASER_PAGES_PER_DAY_MAX};

/// New entries of one source that are stored in a day; the others wait for later polls. Above what the first poll of a large
/// feed or sitemap brings.
pub const ENTRIES_PER_DAY_MAX: usize = 100_000;
/// Polls in a row that must answer 410 before a source is stopped.
pub const GONE_POLLS: u32 = 2;

/// What came back from one poll.
#[derive(Debug)]
pub enum Outcome {
    /// 304, or the same body again.
    NotModified(FetchMeta),
    /// A body that could be read.
    Fetched(FetchMeta, Box<Parsed>),
    Failed(Failure),
}

/// What a good answer says beside its entries.
#[derive(Debug, Clone, Default)]
pub struct FetchMeta {
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

/// What is followed, and how often is asked: what a poll's plan rests on beside its source.
#[derive(Debug, Clone, Copy)]
pub struct PollPolicy<'a> {
    pub matcher: &'a Matcher,
    /// Every article becomes a document, whatever it matches.
    pub documents_for_all: bool,
    pub limits: &'a PollLimits,
}

/// Decides what one poll changes.
pub fn decide(
    now: Timestamp,
    source: &Source,
    old: &SourceState,
    outcome: &Outcome,
    known: StoredEntries,
    policy: &PollPolicy<'_>,
) -> PollPlan {
    let limits = policy.limits;
    match outcome {
        Outcome::Failed(failure) => PollPlan::quiet(after_failure(now, source, old, failure, limits)),
        Outcome::NotModified(answer) => PollPlan::quiet(after_success(now, source, old, answer, None, false, limits)),
        Outcome::Fetched(answer, parsed) => plan_entries(now, source, old, answer, &parsed.feed, known, policy),
    }
}

fn plan_entries(
    now: Timestamp,
    source: &Source,
    old: &SourceState,
    answer: &FetchMeta,
    feed: &Feed,
    mut known: StoredEntries,
    policy: &PollPolicy<'_>,
) -> PollPlan {
    let identities = std::mem::take(&mut known.identities);
    let known = &known;
    let mut plan = PollPlan::quiet(old.clone());
    let is_news = |draft: &ArticleDraft| {
        // A sitemap lists a whole site: what has no date in it is no news when it is first read.
        // What waited since the first poll is as old as it was then.
        let last_asked = old.succeeded_at.filter(|_| old.held_back == 0);
        // What a feed lists later than this was published late; what is older only stands there now.
        draft.published_at >= last_asked.unwrap_or(now) - TimeDelta::days(NEWS_DAYS)
            && (draft.is_dated || last_asked.is_some() || source.kind != SourceKind::Sitemap)
    };
    let (day_began_at, day_new, day_pages) = match old.day_began_at {
        Some(at) if (TimeDelta::zero()..TimeDelta::days(1)).contains(&(now - at)) => (at, old.day_new, old.day_pages),
        _ => (now, 0, 0),
    };
    let mut teasers = FeedTeasers::of(source, old, feed, day_pages);
    let take_note = |plan: &mut PollPlan,
                     teasers: &mut FeedTeasers,
                     incoming: IncomingEntry<'_>,
                     article: ArticleId,
                     past: Option<&PreviousEntry>| {
        let Some(stands) = known.syndicated.get(&article) else {
            return plan.record(source, incoming, article, past);
        };
        // What another list does not state is no withdrawal.
        let mut incoming = incoming;
        incoming.draft.record.retain(|field| !field.value.is_empty());
        let is_news = is_news(&incoming.draft);
        let interest = interest(now, source, policy, teasers, &incoming, is_news);
        let IncomingEntry {
            entry,
            identity,
            mark,
            mut draft,
            ..
        } = incoming;
        let other = syndication::OtherEntry {
            source,
            draft: &draft,
            has_title: teasers::has_title(entry),
            is_first: past.is_none(),
            is_news,
            wants_page: interest.wants_page || (interest.is_teaser && teasers.room > 0),
        };
        let change = syndication::plan_syndicated(now, &other, stands, policy.matcher);
        teasers.room -= u32::from(change.wants_page && !interest.wants_page);
        if change.is_nothing() {
            plan.seen.push(SeenEntry {
                identity,
                mark,
                article,
                record: draft.record,
            });
        } else {
            draft.mark_up(source, entry);
            plan.syndicated.push(SyndicatedEntry {
                identity,
                mark,
                article,
                draft,
                change,
            });
        }
    };
    let mut taken: HashSet<EntryKey> = HashSet::new();
    let mut claimed: HashSet<ArticleId> = HashSet::new();
    let mut unsettled = Vec::new();
    for (entry, identity) in feed.entries.iter().zip(identities) {
        match known.entries.get(&identity.key) {
            Some(stored) if stored.fingerprint == identity.fingerprint => {
                claimed.insert(stored.article);
            }
            None if known.purged.contains(&identity.key) => {}
            _ if taken.contains(&identity.key) => {}
            _ => {
                taken.insert(identity.key.clone());
                unsettled.push((entry, identity));
            }
        }
    }
    // Known keys first: what they speak of is taken when the others are compared.
    let read = |(entry, identity)| IncomingEntry::of(now, source, old, feed, entry, identity);
    let unsettled: Vec<IncomingEntry<'_>> = unsettled.into_iter().map(read).collect();
    let is_unknown = |incoming: &&IncomingEntry<'_>| !known.entries.contains_key(&incoming.identity.key);
    let measured = unsettled
        .iter()
        .filter(is_unknown)
        .map(|incoming| (incoming.entry, incoming.length));
    if source.kind == SourceKind::Feed {
        teasers.measure(feed, !known.entries.is_empty(), measured);
    }
    let mut unknown = Vec::new();
    for incoming in unsettled {
        match identity::by_key(&incoming, known).filter(|(article, _)| claimed.insert(*article)) {
            Some((article, past)) => take_note(&mut plan, &mut teasers, incoming, article, past),
            None => unknown.push(incoming),
        }
    }
    let has_other_links = identity::has_other_links(&unknown, known);
    let mut addresses: HashSet<String> = HashSet::new();
    // New articles that only their pages can tell more of.
    let mut untold: Vec<(usize, &Entry)> = Vec::new();
    for mut incoming in unknown {
        match identity::by_link_or_title(&incoming, known, &claimed, has_other_links) {
            EntryMatch::Known(article, past) => {
                claimed.insert(article);
                take_note(&mut plan, &mut teasers, incoming, article, past);
                continue;
            }
            EntryMatch::NewAtUsedLink => {
                incoming.identity.url_key = identity::at_used_link(source, &incoming.identity);
            }
            EntryMatch::New => {}
        }
        if !addresses.insert(incoming.identity.url_key.clone()) {
            continue;
        }
        let is_news = is_news(&incoming.draft);
        let interest = interest(now, source, policy, &teasers, &incoming, is_news);
        if interest.is_pending {
            incoming.draft.mark_up(source, incoming.entry);
        }
        if interest.is_teaser && !interest.wants_page {
            untold.push((plan.new.len(), incoming.entry));
        }
        plan.new.push(NewArticle {
            identity: incoming.identity,
            mark: incoming.mark,
            draft: incoming.draft,
            is_news,
            wants_page: interest.wants_page,
            is_teaser: interest.is_teaser,
            is_pending: interest.is_pending,
        });
    }
    let room = ENTRIES_PER_DAY_MAX.saturating_sub(day_new as usize);
    let held_back = plan.new.len().saturating_sub(room);
    plan.new.truncate(room);
    untold.retain(|(at, _)| *at < plan.new.len());
    untold.sort_by_key(|(at, _)| Reverse(plan.new[*at].draft.published_at));
    for (at, entry) in untold.into_iter().take(teasers.room as usize) {
        let new = &mut plan.new[at];
        teasers.room -= 1;
        new.wants_page = true;
        if !std::mem::replace(&mut new.is_pending, true) {
            new.draft.mark_up(source, entry);
        }
    }
    let mut state = after_success(
        now,
        source,
        old,
        answer,
        Some(feed),
        !plan.new.is_empty(),
        policy.limits,
    );
    state.day_began_at = Some(day_began_at);
    state.day_new = day_new.saturating_add(u32::try_from(plan.new.len()).unwrap_or(u32::MAX));
    state.held_back = u32::try_from(held_back).unwrap_or(u32::MAX);
    state.day_pages = TEASER_PAGES_PER_DAY_MAX - teasers.room;
    state.leads_away = teasers.site.leads_away;
    state.entry_lengths = teasers.lengths;
    if held_back > 0 {
        // The same answer is to be read again, when there is room for what it holds.
        state.validators = Validators::default();
        state.body_hash = None;
        state.next_poll_at = state.next_poll_at.max(Some(day_began_at + TimeDelta::days(1)));
    }
    plan.state = state;
    plan
}

/// What is wanted of a new article.
struct Interest {
    wants_page: bool,
    /// There is work left on it.
    is_pending: bool,
    /// Only its page can tell whether it is about a topic.
    is_teaser: bool,
}

fn interest(
    now: Timestamp,
    source: &Source,
    policy: &PollPolicy<'_>,
    teasers: &FeedTeasers,
    incoming: &IncomingEntry<'_>,
    is_news: bool,
) -> Interest {
    let draft = &incoming.draft;
    let has_page = draft.has_page;
    let of = |wants_page, is_pending| Interest {
        wants_page,
        is_pending,
        is_teaser: false,
    };
    match (source.kind, source.full_text) {
        // A listing's link is all there is of an article, and a reading list is to be fetched by the owner's word.
        (SourceKind::Listing | SourceKind::Documents, _) => of(has_page, true),
        // It lists whole sites: only what is news is worth its page.
        (SourceKind::Sitemap, _) => of(has_page && is_news, is_news),
        (SourceKind::Page, _) => of(false, true),
        // A link of a letter, not the letter.
        (SourceKind::Mail, FullText::Always | FullText::Matched) if incoming.entry.content.is_none() && has_page => {
            of(is_news, is_news)
        }
        (SourceKind::Feed | SourceKind::Json, FullText::Always) => of(has_page && is_news, true),
        (SourceKind::Feed | SourceKind::Json, FullText::Matched) if has_page && is_news => {
            // The feed's text may be the beginning of the article: any term of a topic makes its page worth reading.
            let language = draft.language.as_deref();
            let is_promising = policy.matcher.may_match(language, &draft.title, &draft.feed_text);
            Interest {
                is_teaser: teasers.has(now, incoming.entry, draft, incoming.length)
                    && (is_promising || policy.matcher.may_match_page(&draft.subject(source))),
                ..of(is_promising, is_promising || policy.documents_for_all)
            }
        }
        // This text is all there will be, so it decides here, and only what matches is worth another step.
        (SourceKind::Feed | SourceKind::Json | SourceKind::Mail, _) => {
            let is_wanted = policy.documents_for_all || policy.matcher.matches_any(&draft.subject(source));
            of(false, is_wanted)
        }
    }
}

fn after_success(
    now: Timestamp,
    source: &Source,
    old: &SourceState,
    answer: &FetchMeta,
    feed: Option<&Feed>,
    brought_news: bool,
    limits: &PollLimits,
) -> SourceState {
    let mut state = SourceState {
        polled_at: Some(now),
        late_seconds: lateness(now, old),
        succeeded_at: Some(now),
        failures: 0,
        failing_since: None,
        last_error: None,
        trouble: None,
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
        state.pace = poll_schedule::pace(feed);
        state.usual_gap_seconds = poll_schedule::usual_gap(now, old, feed, brought_news);
        state.newest_at = poll_schedule::newest_at(now, old, feed);
    }
    redirects::follow(source, &mut state, answer.moved_to.as_deref(), feed.is_some());
    let learned = poll_schedule::poll_interval(now, old, feed, brought_news, limits);
    state.interval_seconds = Some(match old.interval_seconds {
        // Every poll of a source that is moving asks the old server too; it wants us gone, so this is settled first.
        Some(last) if state.moved_to.is_some() => learned.min(last),
        _ => learned,
    });
    state.asked_rest_seconds = poll_schedule::asked_rest(now, state.pace, answer.fresh_until);
    state.next_poll_at = poll_schedule::next_after_success(now, source, &state, limits);
    state
}

fn after_failure(
    now: Timestamp,
    source: &Source,
    old: &SourceState,
    failure: &Failure,
    limits: &PollLimits,
) -> SourceState {
    let gone_polls = if failure.status == Some(410) {
        old.gone_polls + 1
    } else {
        0
    };
    // A wait says nothing new: who was kept out keeps being so, and the reason is the one to know.
    let is_still_blocked = failure.is_wait && old.failures > 0 && old.trouble == Some(Trouble::Blocked);
    let (last_error, trouble) = match is_still_blocked {
        true => (old.last_error.clone(), old.trouble),
        false => (Some(failure.message.clone()), failure.trouble),
    };
    let mut state = SourceState {
        polled_at: Some(now),
        late_seconds: lateness(now, old),
        failures: old.failures.saturating_add(1),
        failing_since: old.failing_since.or(Some(now)),
        last_error,
        trouble,
        gone_polls,
        stopped: gone_polls >= GONE_POLLS,
        ..old.clone()
    };
    state.next_poll_at = poll_schedule::next_after_failure(now, source, &state, failure.retry_at, limits);
    state
}

#[cfg(test)]
mod tests;

/// Returns how long after it was due a source is polled, in seconds; nothing where nobody waited for it.
fn lateness(now: Timestamp, old: &SourceState) -> Option<i64> {
    old.next_poll_at.map(|due| (now - due).num_seconds().max(0))
}
