//! Articles on several pages: the pages that go on with one are asked for, one after the other, and joined.
//!
//! What a page says comes next is only tried: `Extraction::join` decides whether it goes on. Whatever fails, the article
//! keeps the parts read until then, and what is missing is said. At a later look each part is asked whether it changed; since
//! their texts are not kept apart, one that did has the others read again.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::decide::article::PageFailure;
use crate::domain::Timestamp;
use crate::domain::article::Verdict;
use crate::domain::source::{PageValidators, PartValidators, Validators};
use crate::extract::{self, Continuation, ExtractOptions, Extraction, SiteRules, pdf};
use crate::fetch::{FetchError, Fetcher, Purpose, Request, Response};
use crate::jobs::runtime::SharedState;
use crate::pdf_reader::PdfReadError;

/// Pages of one article that are read, the first included.
pub const PARTS_MAX: usize = 20;
/// Bytes of all pages behind the first together.
pub const PARTS_BYTES_MAX: usize = 20_000_000;
/// Time for all pages behind the first, waiting for the host's pace included, in seconds. It ends well within the lease on
/// an article.
pub const PARTS_SECONDS_MAX: u64 = 240;

/// An article with its parts.
#[derive(Debug)]
pub struct WholeArticle {
    pub extraction: Extraction,
    /// The pages behind the first that it was read from.
    pub later: Vec<PartValidators>,
    /// Why there are no more of them, although the article goes on.
    pub missing: Option<MissingPage>,
}

impl WholeArticle {
    /// Returns from how many pages it was read.
    pub fn pages(&self) -> usize {
        self.later.len() + 1
    }

    /// Returns what its pages are known by; nothing where it may go on, so that a later look asks for what was a wall, say.
    pub fn validators(&self, first: Validators) -> PageValidators {
        match self.extraction.next_part.is_none() || self.pages() == PARTS_MAX {
            true => PageValidators::new(first, self.later.clone()),
            false => PageValidators::default(),
        }
    }
}

/// What a page behind the first one answered when it was asked whether it changed.
#[derive(Debug)]
pub struct ChangedPart {
    url: Url,
    answer: Result<Response, FetchError>,
}

/// What became of the page an article goes on at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingPage {
    pub url: Url,
    pub reason: String,
    /// Asking again later may bring it.
    pub is_transient: bool,
    /// It is gone, or not read by a bound of ours, so that nothing is to be expected of it.
    pub is_final: bool,
}

/// The page an article begins on.
#[derive(Debug)]
pub struct FirstPage {
    pub extraction: Extraction,
    /// Where it stands.
    pub url: Url,
    pub validators: Validators,
    pub site: Option<SiteRules>,
}

/// Reads the page an article begins on. One that only leads on within its site is followed, once.
///
/// # Errors
/// The reading panicked, or the page that was led to cannot be had.
pub async fn first(
    fetcher: &Fetcher,
    shared: &Arc<SharedState>,
    now: Timestamp,
    response: Response,
    rules: impl Fn(&Url) -> Option<SiteRules>,
) -> Result<FirstPage, PageFailure> {
    let stub = read_first(shared, response, &rules).await?;
    let Some(to) = stub.extraction.leads_on.clone() else {
        return Ok(stub);
    };
    let request = Request::new(to, Purpose::Article);
    let response = fetcher.get(now, request).await.map_err(|error| PageFailure {
        message: format!("{} only leads on: {error}", stub.url),
        ..not_had(&error)
    })?;
    read_first(shared, response, &rules).await
}

/// Returns what comes of a page that could not be had.
pub fn not_had(error: &FetchError) -> PageFailure {
    PageFailure {
        message: error.to_string(),
        is_transient: error.is_transient(),
        is_ours: error.is_ours(),
    }
}

/// Asks the pages behind an article's first whether they changed, in their order, and returns the first that did or that is
/// gone, if any.
///
/// # Errors
/// One of them cannot be had now, so that nobody knows.
pub async fn first_changed(
    fetcher: &Fetcher,
    now: Timestamp,
    parts: &[PartValidators],
) -> Result<Option<ChangedPart>, PageFailure> {
    let asking = async {
        for PartValidators { url, validators } in parts {
            let mut request = Request::new(url.clone(), Purpose::Article);
            request.validators = validators.clone();
            match fetcher.get(now, request).await {
                Ok(response) if response.not_modified => {}
                Err(error) if error.is_transient() => return Err(not_had(&error)),
                answer => {
                    let url = url.clone();
                    return Ok(Some(ChangedPart { url, answer }));
                }
            }
        }
        Ok(None)
    };
    let limit = Duration::from_secs(PARTS_SECONDS_MAX);
    tokio::time::timeout(limit, asking).await.unwrap_or_else(|_| {
        Err(PageFailure {
            message: too_slow(),
            is_transient: true,
            is_ours: false,
        })
    })
}

fn too_slow() -> String {
    format!("its parts take more than {PARTS_SECONDS_MAX} s")
}

async fn read_first(
    shared: &Arc<SharedState>,
    response: Response,
    rules: impl Fn(&Url) -> Option<SiteRules>,
) -> Result<FirstPage, PageFailure> {
    let Response {
        url,
        validators,
        body,
        content_type,
        ..
    } = response;
    let site = rules(&url);
    let extraction = read(shared, site.clone(), body, content_type, url.clone()).await?;
    Ok(FirstPage {
        extraction,
        url,
        validators,
        site,
    })
}

/// Reads one page's article from its bytes, whether it is HTML or a PDF.
///
/// # Errors
/// The reading panicked, or a PDF has no text that can be read; the message says where, and why.
pub async fn read(
    shared: &Arc<SharedState>,
    site: Option<SiteRules>,
    body: Vec<u8>,
    content_type: Option<String>,
    url: Url,
) -> Result<Extraction, PageFailure> {
    if pdf::is_pdf(&body, content_type.as_deref()) {
        return read_pdf(shared, &body).await;
    }
    let own = Arc::clone(shared);
    let read = shared.parse(move || {
        let html = extract::decode(&body, content_type.as_deref());
        let options = ExtractOptions {
            cancelled: Some(&own.is_cancelled),
            site: site.as_ref(),
        };
        extract::extract(&html, &url, &options)
    });
    read.await.map_err(|said| PageFailure {
        message: format!("extraction panicked: {said}"),
        is_transient: false,
        is_ours: false,
    })
}

/// Reads a PDF in a process of its own, which ends with the order to stop.
async fn read_pdf(shared: &SharedState, body: &[u8]) -> Result<Extraction, PageFailure> {
    let stop = shared.stop();
    let read = tokio::select! {
        read = shared.pdf_reader.read(body) => read,
        () = stop.cancelled() => Err(PdfReadError::Waiting),
    };
    read.map_err(|error| PageFailure {
        message: error.to_string(),
        is_transient: error.is_transient(),
        is_ours: false,
    })
}

/// Asks for the pages that go on with an article, as long as they do, and joins them; not for the one that was asked already.
pub async fn follow(
    fetcher: &Fetcher,
    shared: &Arc<SharedState>,
    now: Timestamp,
    url: &Url,
    first: Extraction,
    site: Option<&SiteRules>,
    changed: Option<ChangedPart>,
) -> WholeArticle {
    let mut whole = WholeArticle {
        extraction: first,
        later: Vec::new(),
        missing: None,
    };
    let limit = Duration::from_secs(PARTS_SECONDS_MAX);
    let asked = HashSet::from([url.clone()]);
    let ended = tokio::time::timeout(limit, collect(fetcher, shared, now, &mut whole, asked, site, changed)).await;
    whole.missing = match ended {
        Ok(missing) => missing,
        Err(_) => whole.extraction.next_part.clone().map(|url| MissingPage {
            url,
            reason: too_slow(),
            is_transient: true,
            is_final: false,
        }),
    };
    if whole.missing.is_some() {
        // The text breaks off.
        whole.extraction.verdict = Verdict::Teaser;
    }
    whole
}

/// Adds part after part to `whole`; what it holds is an article at every moment. Returns what is missing at the end.
async fn collect(
    fetcher: &Fetcher,
    shared: &Arc<SharedState>,
    now: Timestamp,
    whole: &mut WholeArticle,
    mut asked: HashSet<Url>,
    site: Option<&SiteRules>,
    mut changed: Option<ChangedPart>,
) -> Option<MissingPage> {
    let mut bytes = 0;
    while let Some(url) = whole.extraction.next_part.clone() {
        let missing = |reason: String, is_transient: bool, is_final: bool| {
            Some(MissingPage {
                url: url.clone(),
                reason,
                is_transient,
                is_final,
            })
        };
        if !asked.insert(url.clone()) {
            // The pages lead in a circle: there is nothing more.
            whole.extraction.next_part = None;
            return None;
        }
        if whole.pages() == PARTS_MAX {
            return missing(format!("an article is read up to {PARTS_MAX} pages"), false, true);
        }
        let answer = match changed.take_if(|part| part.url == url) {
            Some(part) => part.answer,
            None => fetcher.get(now, Request::new(url.clone(), Purpose::Article)).await,
        };
        let response = match answer {
            Ok(response) => response,
            Err(error) => {
                let is_gone = matches!(error, FetchError::Status { status: 404 | 410, .. });
                return missing(error.to_string(), error.is_transient(), is_gone);
            }
        };
        bytes += response.body.len();
        if bytes > PARTS_BYTES_MAX {
            return missing(
                format!("the pages of an article are read up to {PARTS_BYTES_MAX} bytes"),
                false,
                true,
            );
        }
        if response.url != url && !asked.insert(response.url.clone()) {
            // A page too many leads back to the first.
            whole.extraction.next_part = None;
            return None;
        }
        if response.url.host() != url.host() {
            // The site's front page elsewhere, or where readers log in.
            return None;
        }
        let Response {
            validators,
            body,
            content_type,
            url: ended_at,
            ..
        } = response;
        let read = read(shared, site.cloned(), body, content_type, ended_at);
        match read.await {
            Ok(part) => match whole.extraction.join(part) {
                Continuation::Added => whole.later.push(PartValidators { url, validators }),
                Continuation::NoPart => return None,
            },
            Err(failure) => return missing(failure.message, failure.is_transient, false),
        }
    }
    None
}
