//! One poll of one source: ask, read, decide, write.

use std::sync::Arc;

use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use url::Url;

use super::catch_panic::{self, WorkFailure};
use super::{Context, JobError, html_instead_of_feed, reading_list};
use crate::config::WriteDocuments;
use crate::decide::{self, FetchMeta, Outcome, poll_schedule};
use crate::domain::article::Verdict;
use crate::domain::feed::{Entry, Feed};
use crate::domain::health::{self, Condition};
use crate::domain::source::{Failure, Lease, Source, SourceKind, SourceState, Trouble};
use crate::domain::{SourceId, Timestamp};
use crate::feed::{ParseError, Parsed};
use crate::fetch::{FetchError, Hop, Purpose, Request, Response};
use crate::store::StoreError;

/// A source claimed for a poll.
pub type SourceLease = Lease<(SourceId, SourceState)>;

/// Bodies above this size are read on a blocking thread, in bytes.
const INLINE_MAX: usize = 256 * 1024;
/// How long a source waits that this machine was not able to ask, in minutes.
const WANT_MINUTES: i64 = 5;

/// How one poll ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PollReport {
    pub failed: bool,
    pub new_articles: usize,
}

/// Polls one source and writes what that changes. A failure of the source is part of what is written. With `is_last`
/// nothing else waits for its host, and the connection is not kept.
///
/// # Errors
/// The store cannot be used.
pub async fn poll(ctx: &Arc<Context>, lease: SourceLease, is_last: bool) -> Result<PollReport, JobError> {
    let now = ctx.clock.now();
    let work = async {
        match read(ctx, now, &lease, is_last).await? {
            Some(outcome) => finish(ctx, now, &lease, outcome).await,
            None => Ok(UNREAD),
        }
    };
    or_failed(ctx, now, &lease, work).await
}

/// What a poll that was given up comes to.
const UNREAD: PollReport = PollReport {
    failed: false,
    new_articles: 0,
};

/// Does the work of one poll. One that panics, wherever it does, is a failed poll like any other: counted, told and tried
/// again later.
///
/// # Errors
/// The store cannot be used.
pub async fn or_failed(
    ctx: &Arc<Context>,
    now: Timestamp,
    lease: &SourceLease,
    work: impl Future<Output = Result<PollReport, JobError>>,
) -> Result<PollReport, JobError> {
    match catch_panic::catch(work).await {
        Ok(polled) => Ok(polled),
        Err(WorkFailure::Failed(error)) => Err(error),
        Err(WorkFailure::Panicked(said)) => finish(ctx, now, lease, Outcome::Failed(panicked(&said))).await,
    }
}

/// Asks a source; none when the poll is given up, and its lease with it.
async fn read(
    ctx: &Arc<Context>,
    now: Timestamp,
    lease: &SourceLease,
    is_last: bool,
) -> Result<Option<Outcome>, JobError> {
    let (id, state) = &lease.item;
    let Some(source) = ctx.sources.get(id) else {
        // Taken out of the configuration while it was due.
        ctx.store.return_source(*id).await?;
        return Ok(None);
    };
    let outcome = match source.kind {
        SourceKind::Feed => {
            let request = request(source, state, Purpose::Feed).map(|request| Request { is_last, ..request });
            ask(ctx, now, source, state, request).await
        }
        SourceKind::Sitemap => super::sitemap::read(ctx, now, source, state).await,
        SourceKind::Listing | SourceKind::Page => {
            ask(ctx, now, source, state, request(source, state, Purpose::Page)).await
        }
        SourceKind::Documents => reading_list::read(source, state),
    };
    if source.kind == SourceKind::Page && ctx.shared.was_cancelled() {
        // The page may have been cut; that is no change of it.
        ctx.store.return_source(*id).await?;
        return Ok(None);
    }
    Ok(Some(outcome.unwrap_or_else(Outcome::Failed)))
}

/// Decides what an outcome changes and writes it.
async fn finish(
    ctx: &Arc<Context>,
    now: Timestamp,
    lease: &SourceLease,
    outcome: Outcome,
) -> Result<PollReport, JobError> {
    let (id, state) = (lease.item.0, &lease.item.1);
    let Some(source) = ctx.sources.get(&id) else {
        ctx.store.return_source(id).await?;
        return Ok(UNREAD);
    };
    if let Outcome::Failed(failure) = &outcome
        && failure.trouble == Some(Trouble::Own)
    {
        ctx.shared.tell_want(now, &failure.message);
        ctx.store
            .reschedule_source(id, now + TimeDelta::minutes(WANT_MINUTES))
            .await?;
        return Ok(PollReport {
            failed: true,
            new_articles: 0,
        });
    }
    let failure = match &outcome {
        Outcome::Failed(failure) => Some(failure.message.clone()),
        _ => None,
    };
    let limits = poll_schedule::PollLimits {
        min: ctx.config.adaptive.min,
        max: ctx.config.adaptive.max,
    };
    let following = decide::Following {
        matcher: &ctx.matcher,
        documents_for_all: ctx.config.archive.write == WriteDocuments::All,
    };
    let (result, items) = match &outcome {
        Outcome::NotModified(_) => ("not-modified", 0),
        Outcome::Fetched(_, parsed) => ("nothing-new", parsed.feed.entries.len()),
        Outcome::Failed(_) => ("failed", 0),
    };
    let was = health::health(now, source.kind, state).condition;
    let until = lease.until;
    let (new_state, changed, new_articles) = loop {
        let known = known(ctx, id, source, &outcome)?;
        let plan = decide::decide(now, source, state, &outcome, known, &following, &limits);
        let (new_state, changed) = (plan.state.clone(), plan.changed.len() + plan.syndicated.len());
        // Both at once, so that they share a transaction.
        let written = ctx.store.finish_poll(now, Lease { item: id, until }, plan);
        let (kept, written) = tokio::join!(ctx.remember_hosts(now), written);
        kept?;
        // Another source may have brought one of the articles meanwhile, which makes this one a second voice.
        if let Some(new_articles) = written? {
            break (new_state, changed, new_articles);
        }
    };
    let failures = new_state.failures;
    let is = health::health(now, source.kind, &new_state).condition;
    let moved = new_state
        .current_address
        .filter(|address| Some(address) != state.current_address.as_ref());
    let counters = &ctx.shared.counters;
    counters.polls.count(if new_articles > 0 { "new" } else { result });
    counters.items.add(items);
    counters.new_articles.add(new_articles);
    let name = source.display_name();
    match &failure {
        Some(error) if is == Condition::Gone => {
            tracing::warn!(name: "source-gone", source = %id, health = is.as_str(), "{name} is gone and will not be polled again: {error}");
        }
        Some(error) => {
            tracing::warn!(name: "source-failing", source = %id, health = is.as_str(), failures, "could not poll {name}: {error}");
        }
        None if was.is_unread() => {
            tracing::info!(name: "source-recovered", source = %id, health = is.as_str(), "{name} is {} again", is.as_str())
        }
        None if new_articles + changed > 0 => {
            tracing::info!(name: "poll-done", source = %id, new = new_articles, changed, "polled {name}: {new_articles} new, {changed} changed");
        }
        None => tracing::debug!(source = %id, "polled {name}: nothing new"),
    }
    if let Some(address) = moved {
        tracing::info!(name: "source-moved", source = %id, "{name} has moved to {address}; `was` in the configuration makes it permanent");
    }
    Ok(PollReport {
        failed: failure.is_some(),
        new_articles,
    })
}

/// Returns what is stored of the entries a poll brought.
fn known(ctx: &Context, id: SourceId, source: &Source, outcome: &Outcome) -> Result<decide::StoredEntries, StoreError> {
    let Outcome::Fetched(_, parsed) = outcome else {
        return Ok(decide::StoredEntries::default());
    };
    let identities = decide::identity::identify(source, &parsed.feed);
    let said = |at: usize| decide::identity::entry_mark(&parsed.feed.entries[at]);
    ctx.store.known_entries(id, identities, said)
}

async fn ask(
    ctx: &Arc<Context>,
    now: Timestamp,
    source: &Source,
    state: &SourceState,
    request: Result<Request, Failure>,
) -> Result<Outcome, Failure> {
    let response = get(ctx, now, request?).await?;
    let mut answer = answer(&response);
    if response.not_modified {
        return Ok(Outcome::NotModified(answer));
    }
    answer.body_hash = Some(Sha256::digest(&response.body).to_vec());
    if answer.body_hash == state.body_hash {
        return Ok(Outcome::NotModified(answer));
    }
    let page = response.url.clone();
    let parsed = match read_body(ctx, source, response).await {
        Ok(parsed) => parsed,
        Err(unread) => match html_instead_of_feed::target(state, &page, &unread.feeds) {
            Some(feed) => return html_instead_of_feed::follow(ctx, now, source, state, feed).await,
            None => return Err(unread.failure),
        },
    };
    Ok(Outcome::Fetched(answer, Box::new(parsed)))
}

/// Returns what a source is asked, where it is read from now.
pub(super) fn request(source: &Source, state: &SourceState, purpose: Purpose) -> Result<Request, Failure> {
    let address = state.current_address.as_deref().unwrap_or(&source.address);
    let url = Url::parse(address).map_err(|error| failed(format!("{address} is not an address: {error}")))?;
    let mut request = Request::new(url, purpose).with_headers_for(&source.address, &source.headers);
    request.validators = state.validators.clone();
    Ok(request)
}

/// Asks for something in a source's name.
pub(super) async fn get(ctx: &Context, now: Timestamp, request: Request) -> Result<Response, Failure> {
    ctx.fetcher.get(now, request).await.map_err(|error| failure_of(&error))
}

/// Returns what a response says beside its body.
pub(super) fn answer(response: &Response) -> FetchMeta {
    FetchMeta {
        validators: response.validators.clone(),
        body_hash: None,
        fresh_until: response.fresh_until,
        moved_to: permanent_target(&response.redirects),
        is_not_modified: response.not_modified,
    }
}

/// Why a body gave nothing, and the feeds it names where it is a page instead of one.
pub(super) struct UnreadableBody {
    pub failure: Failure,
    pub feeds: Vec<String>,
}

impl From<Failure> for UnreadableBody {
    fn from(failure: Failure) -> Self {
        let feeds = Vec::new();
        Self { failure, feeds }
    }
}

/// Reads a body as what its source is configured to be.
pub(super) async fn read_body(
    ctx: &Arc<Context>,
    source: &Source,
    response: Response,
) -> Result<Parsed, UnreadableBody> {
    if source.kind == SourceKind::Feed && response.body.len() <= INLINE_MAX {
        return read_feed(&response);
    }
    let (shared, kind, links) = (Arc::clone(&ctx.shared), source.kind, source.links.clone());
    let site = super::extract::site_of(&ctx.config, &response.url);
    let read = ctx.shared.parse(move || match kind {
        SourceKind::Feed => read_feed(&response),
        SourceKind::Listing => read_listing(&response, links.as_deref()).map_err(UnreadableBody::from),
        _ => read_page(&response, site.as_ref(), &shared.is_cancelled).map_err(UnreadableBody::from),
    });
    read.await.unwrap_or_else(|said| Err(panicked(&said).into()))
}

fn read_feed(response: &Response) -> Result<Parsed, UnreadableBody> {
    let parsed = crate::feed::parse(&response.body, response.content_type.as_deref(), Some(&response.url));
    let parsed = parsed.map_err(|error| UnreadableBody {
        feeds: match &error {
            ParseError::HtmlPage { feeds } => feeds.clone(),
            _ => Vec::new(),
        },
        failure: unreadable(error),
    })?;
    for warning in &parsed.warnings {
        tracing::debug!("{}: {warning}", response.url);
    }
    Ok(parsed)
}

pub(super) fn unreadable(error: ParseError) -> Failure {
    match error {
        ParseError::LoginPage => troubled(Trouble::Blocked, error.to_string()),
        _ => failed(error.to_string()),
    }
}

fn read_listing(response: &Response, links: Option<&str>) -> Result<Parsed, Failure> {
    let html = crate::extract::decode(&response.body, response.content_type.as_deref());
    let found = crate::extract::listing(&html, &response.url, links)
        .map_err(|error| troubled(Trouble::Markup, error.to_string()))?;
    let entries = found
        .into_iter()
        .map(|link| Entry {
            id: Some(link.url.to_string()),
            title: Some(link.title),
            link: Some(link.url.to_string()),
            published: link.published_at,
            ..Entry::default()
        })
        .collect();
    Ok(as_parsed(None, entries))
}

fn read_page(
    response: &Response,
    site: Option<&crate::extract::SiteRules>,
    is_cancelled: &std::sync::atomic::AtomicBool,
) -> Result<Parsed, Failure> {
    let html = crate::extract::decode(&response.body, response.content_type.as_deref());
    let options = crate::extract::ExtractOptions {
        cancelled: Some(is_cancelled),
        site,
    };
    let page = crate::extract::extract(&html, &response.url, &options);
    if page.text.trim().is_empty() {
        let trouble = match page.verdict {
            Verdict::Blocked | Verdict::Consent | Verdict::Paywall => Trouble::Blocked,
            Verdict::Complete | Verdict::Teaser | Verdict::NotAnArticle => Trouble::Markup,
        };
        let message = format!("the page holds no text to watch ({})", page.verdict.as_str());
        return Err(troubled(trouble, message));
    }
    let entry = Entry {
        id: Some(response.url.to_string()),
        title: Some(page.title.clone()),
        link: Some(page.canonical_url.unwrap_or_else(|| response.url.to_string())),
        published: page.published_at,
        updated: page.modified_at,
        authors: page.byline.into_iter().collect(),
        summary: page.excerpt.map(crate::domain::feed::Markup::text),
        content: Some(crate::domain::feed::Markup::markdown(page.markdown)),
        language: page.language.clone(),
        ..Entry::default()
    };
    Ok(as_parsed(Some(page.title), vec![entry]))
}

/// Returns entries that came from something else than a feed as what a feed would have been.
pub(super) fn as_parsed(title: Option<String>, entries: Vec<Entry>) -> Parsed {
    let feed = Feed {
        title,
        entries,
        ..Feed::default()
    };
    Parsed {
        feed,
        warnings: Vec::new(),
    }
}

/// Returns where the unbroken run of permanent redirects at the start led, if there is one.
fn permanent_target(hops: &[Hop]) -> Option<String> {
    hops.iter()
        .take_while(|hop| matches!(hop.status, 301 | 308))
        .last()
        .map(|hop| hop.to.to_string())
}

pub(super) fn failed(message: String) -> Failure {
    Failure {
        message,
        status: None,
        retry_at: None,
        trouble: None,
    }
}

/// Returns the failure of a poll that panicked: the fault is ours, but the source goes unread and its owner has to know.
pub(super) fn panicked(said: &str) -> Failure {
    failed(format!(
        "tidings broke on what it was sent ({said}); please report this with its address"
    ))
}

fn troubled(trouble: Trouble, message: String) -> Failure {
    Failure {
        trouble: Some(trouble),
        ..failed(message)
    }
}

fn failure_of(error: &FetchError) -> Failure {
    Failure {
        message: error.to_string(),
        status: error.status(),
        retry_at: error.retry_at(),
        trouble: match error {
            _ if error.is_ours() => Some(Trouble::Own),
            _ if error.is_refusal() => Some(Trouble::Blocked),
            _ => None,
        },
    }
}
