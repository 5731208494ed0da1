//! One request and its answer: sent, checked against the guard, read within its bounds, told apart.
//!
//! It follows nothing and waits for nobody: `mod.rs` does.

use std::time::Duration;

use reqwest::Client;
use reqwest::header::{CONTENT_ENCODING, CONTENT_RANGE, COOKIE, HeaderMap, LOCATION};
use tokio::time::{Instant, timeout};
use url::Url;

use crate::domain::Timestamp;
use crate::domain::source::Validators;
use crate::domain::url::ADDRESS_BYTES_MAX;
use crate::extract::{self, pdf};

use super::address_guard::{AddressGuard, host_of};
use super::chain_cookies::ChainCookies;
use super::decompress::{ContentEncoding, GZIP_MAGIC, decompress};
use super::error::{FetchError, shortened, shown};
use super::options::{BODY_MAX_MOST, FetchOptions};
use super::request::{Purpose, Request, keeps_credentials};
use super::response::{Response, content_type, fresh_until, links, lossy, refreshed, retry_at, validators};
use super::transport_errors::{damaged, failed, failed_body, on_its_way, stalled};

/// What one request came to.
#[derive(Debug)]
pub(super) enum ExchangeResult {
    Moved { status: u16, to: Url },
    Good(Response),
}

/// Asks once.
///
/// # Errors
/// Anything but a redirect, a good body or a 304 that was asked for.
pub(super) async fn exchange(
    client: &Client,
    options: &FetchOptions,
    guard: &AddressGuard,
    now: Timestamp,
    request: &Request,
    url: &Url,
    cookies: &mut ChainCookies,
) -> Result<ExchangeResult, FetchError> {
    let mut headers = request.headers_for(url)?;
    if let Some(all) = cookies.header_for(url, headers.get(COOKIE)) {
        headers.insert(COOKIE, all);
    }
    let sending = client.get(url.clone()).headers(headers).send();
    let sent = timeout(options.idle_timeout, sending)
        .await
        .map_err(|_| stalled(url, options.idle_timeout))?;
    let mut answer = sent.map_err(|error| on_its_way(options, failed(url, error)))?;
    // The resolver gave only allowed addresses; this is who really answered. Behind a proxy that is the proxy.
    let peer = answer.remote_addr().filter(|_| options.proxy.is_none());
    if let Some(peer) = peer.filter(|peer| !guard.allows(peer.ip())) {
        return Err(FetchError::PrivateAddress {
            host: host_of(url),
            address: peer.ip(),
        });
    }
    let status = answer.status().as_u16();
    match status {
        301 | 302 | 303 | 307 | 308 => {
            let to = answer
                .headers()
                .get(LOCATION)
                .and_then(|location| target(request, url, location.as_bytes()));
            let to = to.ok_or_else(|| FetchError::BadRedirect {
                url: shown(url),
                status,
            })?;
            cookies.take(now, url, answer.headers());
            Ok(ExchangeResult::Moved { status, to })
        }
        304 if request.validators.is_empty() => Err(FetchError::UnaskedNotModified { url: shown(url) }),
        304 => {
            let validators = refreshed(&request.validators, answer.headers());
            Ok(ExchangeResult::Good(good(
                now,
                url,
                answer.headers(),
                status,
                validators,
                Vec::new(),
            )))
        }
        206 if !is_first_part(request, answer.headers()) => Err(refused(now, url, answer.headers(), status, false)),
        // Entries a server left out are not gone: what is known is never taken away by an answer.
        226 if !is_asked_change(request, answer.headers()) => Err(FetchError::Undecodable {
            url: shown(url),
            reason: "it is a change to something else than a feed".to_owned(),
        }),
        200..=299 => {
            let (body, is_whole) = read(&mut answer, options, request, url).await?;
            let validators = match is_whole && matches!(status, 200 | 226) {
                true => validators(answer.headers()),
                false => Validators::default(),
            };
            Ok(ExchangeResult::Good(good(
                now,
                url,
                answer.headers(),
                status,
                validators,
                body,
            )))
        }
        // Only a proxy asks so: a server's own would be 401.
        407 if let Some(proxy) = &options.proxy => Err(FetchError::ProxyLogin { proxy: proxy.shown() }),
        _ => {
            let is_check = match status {
                429 | 503 => is_check(&refusal_page(&mut answer, options).await, url),
                _ => false,
            };
            Err(refused(now, url, answer.headers(), status, is_check))
        }
    }
}

fn good(
    now: Timestamp,
    url: &Url,
    headers: &HeaderMap,
    status: u16,
    validators: Validators,
    body: Vec<u8>,
) -> Response {
    Response {
        status,
        url: url.clone(),
        redirects: Vec::new(),
        body,
        not_modified: status == 304,
        validators,
        content_type: content_type(headers),
        links: links(headers),
        fresh_until: fresh_until(now, headers),
        retry_at: retry_at(now, headers),
    }
}

fn refused(now: Timestamp, url: &Url, headers: &HeaderMap, status: u16, is_check: bool) -> FetchError {
    FetchError::Status {
        url: shown(url),
        status,
        retry_at: retry_at(now, headers),
        is_check,
    }
}

/// A page that comes with a refusal is read up to this many bytes.
const REFUSAL_BYTES_MAX: usize = 64 * 1024;

/// Returns how the page begins that comes with a refusal; as much as comes in time, since the status is the answer.
async fn refusal_page(answer: &mut reqwest::Response, options: &FetchOptions) -> Vec<u8> {
    let is_page = content_type(answer.headers()).is_some_and(|kind| kind.contains("html"));
    let mut page = Vec::new();
    if !is_page || answer.headers().contains_key(CONTENT_ENCODING) {
        return page;
    }
    let reading = async {
        while let Ok(Some(chunk)) = answer.chunk().await {
            page.extend_from_slice(&chunk);
            if page.len() >= REFUSAL_BYTES_MAX {
                break;
            }
        }
    };
    // Whether it came whole or not, there is no more to do with it.
    let _ = timeout(options.idle_timeout, reading).await;
    page.truncate(REFUSAL_BYTES_MAX);
    page
}

/// Whether the page that came with a refusal is a check of who asks.
fn is_check(page: &[u8], url: &Url) -> bool {
    !page.is_empty() && extract::is_refusal(&extract::decode(page, None), url)
}

/// Whether a 226 holds what was asked for: the new entries of a feed.
fn is_asked_change(request: &Request, headers: &HeaderMap) -> bool {
    let made = headers.get("im").map(|value| lossy(value.as_bytes()));
    request.wants_changes() && made.is_some_and(|made| made.trim().eq_ignore_ascii_case("feed"))
}

/// Whether a 206 is the beginning that was asked for.
fn is_first_part(request: &Request, headers: &HeaderMap) -> bool {
    let range = headers.get(CONTENT_RANGE).map(|value| lossy(value.as_bytes()));
    request.first_bytes.is_some() && range.is_some_and(|range| range.trim().starts_with("bytes 0-"))
}

/// Returns where a redirect leads. The fragment stays, and so do name and password where they were meant for.
fn target(request: &Request, from: &Url, location: &[u8]) -> Option<Url> {
    let location = lossy(location);
    let location = location.trim();
    if location.is_empty() || location.len() > ADDRESS_BYTES_MAX {
        return None;
    }
    let mut to = from.join(location).ok()?;
    if to.fragment().is_none() {
        to.set_fragment(from.fragment());
    }
    let is_meant = keeps_credentials(&request.url, &to);
    let (name, password) = match is_meant && to.username().is_empty() {
        true => (request.url.username(), request.url.password()),
        false if is_meant => return Some(to),
        // What a server writes into another host's address is not ours to present there.
        false => ("", None),
    };
    // An address that cannot hold them is of no web scheme; the guard refuses it next.
    let _ = to.set_username(name).and_then(|()| to.set_password(password));
    Some(to)
}

/// Bytes of a body by which text is told from what is still packed.
const TEXT_BYTES_LOOKED_AT: usize = 1024;
/// A body that has come more slowly than this on average is given up after `FetchOptions::trickle_after`.
const TRICKLE_BYTES_PER_SECOND: u64 = 64;

/// Reads a body. Returns it and whether it is whole.
async fn read(
    answer: &mut reqwest::Response,
    options: &FetchOptions,
    request: &Request,
    url: &Url,
) -> Result<(Vec<u8>, bool), FetchError> {
    let Packing { known, unknown } = packing(answer.headers(), url)?;
    let content_type = content_type(answer.headers());
    let max = request.purpose.body_max(options.body_max, content_type.as_deref());
    let refuses_pdf = request.purpose == Purpose::Page;
    let is_refused = refuses_pdf && content_type.as_deref().is_some_and(pdf::is_named_pdf);
    let stated = answer.content_length().filter(|length| *length > max && !is_refused);
    let too_large = || FetchError::BodyTooLarge {
        url: shown(url),
        max,
        needs: match request.purpose {
            Purpose::Image => None,
            // It goes on growing.
            _ => {
                Some(stated.map_or(max * 2, |length| length.saturating_add(length / 4))).filter(|n| *n <= BODY_MAX_MOST)
            }
        },
    };
    let stop = request.read_max().map(|stop| stop.min(max));
    if stop.is_none() && stated.is_some() {
        return Err(too_large());
    }
    let (mut body, mut is_cut) = (Vec::new(), false);
    let begun = Instant::now();
    loop {
        let next = timeout(options.idle_timeout, answer.chunk())
            .await
            .map_err(|_| stalled(url, options.idle_timeout))?;
        let Some(chunk) = next.map_err(|error| failed_body(url, error))? else {
            break;
        };
        body.extend_from_slice(&chunk);
        // What only calls itself a PDF is no larger than any page.
        if body.len() as u64 > options.body_max
            && max > options.body_max
            && !pdf::is_pdf(&body, content_type.as_deref())
        {
            return Err(too_large());
        }
        // Whoever asked refuses it by how it begins: the rest is left where it is.
        if refuses_pdf && pdf::is_pdf(&body, content_type.as_deref()) {
            is_cut = true;
            break;
        }
        if is_trickle(options.trickle_after, begun.elapsed(), body.len()) {
            return Err(FetchError::TooSlow {
                host: host_of(url),
                least: TRICKLE_BYTES_PER_SECOND,
            });
        }
        match stop {
            Some(stop) if body.len() as u64 >= stop => {
                is_cut = true;
                break;
            }
            None if body.len() as u64 > max => return Err(too_large()),
            _ => {}
        }
    }
    if let Some(packing) = known.filter(|_| !body.is_empty()) {
        let mut whole = Vec::new();
        let unpacked = decompress(&body, packing, stop.unwrap_or(max), &mut whole);
        // Of a body that we cut the beginning does.
        unpacked.or_else(|error| if is_cut { Ok(()) } else { Err(damaged(url, &error)) })?;
        body = whole;
    }
    if let Some(label) = unknown.filter(|_| !is_text(&body)) {
        return Err(undecodable(url, &label));
    }
    match stop {
        Some(stop) if is_cut || body.len() as u64 > stop => {
            body.truncate(usize::try_from(stop).unwrap_or(usize::MAX));
            return Ok((body, false));
        }
        None if body.len() as u64 > max => return Err(too_large()),
        _ => {}
    }
    if body.is_empty() && !request.purpose.may_be_empty() {
        let (url, status) = (shown(url), answer.status().as_u16());
        return Err(FetchError::Empty { url, status });
    }
    if body.starts_with(&GZIP_MAGIC) && request.purpose != Purpose::Image {
        // Served as it lies on the disk. Half a feed under the whole one's validators would hide the other half.
        let mut whole = Vec::new();
        decompress(&body, ContentEncoding::Gzip, max, &mut whole).map_err(|error| damaged(url, &error))?;
        if whole.len() as u64 > max {
            return Err(too_large());
        }
        body = whole;
    }
    Ok((body, request.first_bytes.is_none() && !is_cut))
}

/// Whether a body comes so slowly that the other end means to hold us.
fn is_trickle(after: Duration, elapsed: Duration, bytes: usize) -> bool {
    // In milliseconds, since `after` may be short.
    elapsed >= after && (bytes as u128) * 1000 < u128::from(TRICKLE_BYTES_PER_SECOND) * elapsed.as_millis()
}

/// How a body says it is packed.
struct Packing {
    known: Option<ContentEncoding>,
    /// Words nobody knows, which over a text mean nothing.
    unknown: Option<String>,
}

/// Returns how a body is packed. The client takes off what it knows; what is left over is ours, or a word that means nothing
/// to anyone ("utf-8", "aws-chunked").
fn packing(headers: &HeaderMap, url: &Url) -> Result<Packing, FetchError> {
    let left = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .map(|value| lossy(value.as_bytes()));
    let left = left.collect::<Vec<_>>().join(", ");
    let mut packing = Packing {
        known: None,
        unknown: None,
    };
    for word in left.split(',').map(|word| word.trim().to_ascii_lowercase()) {
        let known = match word.as_str() {
            "" | "identity" => continue,
            "gzip" | "x-gzip" => ContentEncoding::Gzip,
            "deflate" => ContentEncoding::Deflate,
            _ => {
                packing.unknown = Some(left.clone());
                continue;
            }
        };
        if packing.known.replace(known).is_some() {
            return Err(undecodable(url, &left));
        }
    }
    Ok(packing)
}

fn undecodable(url: &Url, label: &str) -> FetchError {
    FetchError::Undecodable {
        url: shown(url),
        reason: format!("its content encoding is {}", shortened(label)),
    }
}

/// Whether a body begins as text does: without control characters but for those that part lines and switch alphabets.
fn is_text(body: &[u8]) -> bool {
    let begin = &body[..body.len().min(TEXT_BYTES_LOOKED_AT)];
    let is_utf16 = begin.starts_with(&[0xff, 0xfe]) || begin.starts_with(&[0xfe, 0xff]);
    is_utf16
        || begin
            .iter()
            .all(|byte| *byte >= b' ' || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b))
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::fetch::Purpose;

    #[track_caller]
    fn check(asked: &str, from: &str, location: &str, expected: Option<&str>) {
        let request = Request::new(Url::parse(asked).unwrap(), Purpose::Feed);
        let to = target(&request, &Url::parse(from).unwrap(), location.as_bytes());
        assert_eq!(to.as_ref().map(Url::as_str), expected, "{location}");
    }

    #[test]
    fn redirects_lead_where_they_say() {
        let from = "http://a.example/x/feed?q#top";
        check(from, from, "other", Some("http://a.example/x/other#top"));
        check(from, from, "/other#new", Some("http://a.example/other#new"));
        check(from, from, "//b.example/y", Some("http://b.example/y#top"));
        check(from, from, "?p=2", Some("http://a.example/x/feed?p=2#top"));
        check(
            from,
            from,
            " https://b.example/caf\u{e9} ",
            Some("https://b.example/caf%C3%A9#top"),
        );
        check(from, from, "", None);
        check(from, from, "http://[", None);
        check(from, from, &"x".repeat(10_000), None);
    }

    #[test]
    fn credentials_stay_with_their_host() {
        let asked = "http://jo:p%40ss@a.example/feed";
        check(asked, asked, "/new", Some("http://jo:p%40ss@a.example/new"));
        check(
            asked,
            asked,
            "http://a.example/new",
            Some("http://jo:p%40ss@a.example/new"),
        );
        check(
            asked,
            asked,
            "https://a.example/new",
            Some("https://jo:p%40ss@a.example/new"),
        );
        check(asked, asked, "https://b.example/new", Some("https://b.example/new"));
        check(
            asked,
            asked,
            "https://me:mine@b.example/new",
            Some("https://b.example/new"),
        );
        check(
            asked,
            "http://b.example/new",
            "http://a.example/back",
            Some("http://jo:p%40ss@a.example/back"),
        );
        check(asked, asked, "file:///etc/passwd", Some("file:///etc/passwd"));
    }

    #[test]
    fn a_trickle_is_told_from_a_slow_line() {
        let seconds = Duration::from_secs;
        let is_trickle = |elapsed, bytes| is_trickle(seconds(7), seconds(elapsed), bytes);
        assert!(!is_trickle(6, 0), "the idle limit is for silence");
        assert!(is_trickle(8, 30));
        assert!(!is_trickle(8, 4_000));
        assert!(is_trickle(60, 3_000));
    }
}
