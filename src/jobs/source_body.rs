//! What a source is asked, and its answer read as what the source is configured to be: a feed, a page with links, a page.

use std::sync::Arc;

use url::Url;

use super::Context;
use crate::decide::FetchMeta;
use crate::domain::Timestamp;
use crate::domain::article::Verdict;
use crate::domain::feed::{Entry, Feed};
use crate::domain::source::{Failure, Source, SourceKind, SourceState, Trouble};
use crate::feed::{ParseError, Parsed};
use crate::fetch::{FetchError, Hop, Purpose, Request, Response};

/// Bodies above this size are read on a blocking thread, in bytes.
const INLINE_MAX: usize = 256 * 1024;
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
