//! Articles on several pages: the pages that go on with one are asked for, one after the other, and joined.
//!
//! What a page says comes next is only tried: `Extraction::join` decides whether it goes on. Whatever fails, the article
//! keeps the parts read until then, and what is missing is said.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::decide::article::PageFailure;
use crate::domain::Timestamp;
use crate::domain::article::Verdict;
use crate::domain::source::Validators;
use crate::extract::{self, Continuation, ExtractOptions, Extraction, SiteRules, pdf};
use crate::fetch::{Fetcher, Purpose, Request, Response};
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
    /// Pages it was read from.
    pub pages: usize,
    /// Why there are no more of them, although the article goes on.
    pub missing: Option<MissingPage>,
}

/// What became of the page an article goes on at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingPage {
    pub url: Url,
    pub reason: String,
    /// Asking again later may bring it.
    pub is_transient: bool,
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
    let request = Request::new(to, Purpose::Page);
    let response = fetcher.get(now, request).await.map_err(|error| PageFailure {
        message: format!("{} only leads on: {error}", stub.url),
        is_transient: error.is_transient(),
        is_ours: error.is_ours(),
    })?;
    read_first(shared, response, &rules).await
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

/// Asks for the pages that go on with an article, as long as they do, and joins them.
pub async fn follow(
    fetcher: &Fetcher,
    shared: &Arc<SharedState>,
    now: Timestamp,
    url: &Url,
    first: Extraction,
    site: Option<&SiteRules>,
) -> WholeArticle {
    let mut whole = WholeArticle {
        extraction: first,
        pages: 1,
        missing: None,
    };
    let limit = Duration::from_secs(PARTS_SECONDS_MAX);
    let mut asked = HashSet::from([url.clone()]);
    let ended = tokio::time::timeout(limit, collect(fetcher, shared, now, &mut whole, &mut asked, site)).await;
    whole.missing = match ended {
        Ok(missing) => missing,
        Err(_) => whole.extraction.next_part.clone().map(|url| MissingPage {
            url,
            reason: format!("its parts take more than {PARTS_SECONDS_MAX} s"),
            is_transient: true,
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
    asked: &mut HashSet<Url>,
    site: Option<&SiteRules>,
) -> Option<MissingPage> {
    let mut bytes = 0;
    while let Some(url) = whole.extraction.next_part.clone() {
        let missing = |reason: String, is_transient: bool| {
            Some(MissingPage {
                url: url.clone(),
                reason,
                is_transient,
            })
        };
        if !asked.insert(url.clone()) {
            // The pages lead in a circle: there is nothing more.
            return None;
        }
        if whole.pages == PARTS_MAX {
            return missing(format!("an article is read up to {PARTS_MAX} pages"), false);
        }
        let response = match fetcher.get(now, Request::new(url.clone(), Purpose::Page)).await {
            Ok(response) => response,
            Err(error) => return missing(error.to_string(), error.is_transient()),
        };
        bytes += response.body.len();
        if bytes > PARTS_BYTES_MAX {
            return missing(
                format!("the pages of an article are read up to {PARTS_BYTES_MAX} bytes"),
                false,
            );
        }
        let is_led_back = response.url != url && !asked.insert(response.url.clone());
        if is_led_back || response.url.host() != url.host() {
            // A page too many leads back to the first, or to the site's front page elsewhere.
            return None;
        }
        let read = read(
            shared,
            site.cloned(),
            response.body,
            response.content_type,
            response.url,
        );
        match read.await {
            Ok(part) => match whole.extraction.join(part) {
                Continuation::Added => whole.pages += 1,
                Continuation::NoPart => return None,
            },
            Err(failure) => return missing(failure.message, failure.is_transient),
        }
    }
    None
}
