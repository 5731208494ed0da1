//! One poll of a sitemap: itself, or the latest of those it names.
//!
//! An index may stay as it is while the sitemaps it names change, so an index is asked for without its validators and
//! what counts as the body is all that was read.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use url::Url;

use super::failure::{failed, panicked, unreadable};
use super::request::{answer, get, request};
use crate::decide::Outcome;
use crate::domain::Timestamp;
use crate::domain::source::{Failure, Source, SourceState, Validators};
use crate::feed::{Parsed, Sitemap, merged, parse_sitemap};
use crate::fetch::{Purpose, Request, Response};
use crate::jobs::runtime::Context;

/// Asks for a sitemap and those it names, one level deep.
pub(super) async fn read(
    ctx: &Arc<Context>,
    now: Timestamp,
    source: &Source,
    state: &SourceState,
) -> Result<Outcome, Failure> {
    // What a site lists for machines is an offer like a feed.
    let first = get(ctx, now, request(source, state, Purpose::Feed)?).await?;
    let mut answer = answer(&first);
    if first.not_modified {
        return Ok(Outcome::NotModified(answer));
    }
    let mut hash = Sha256::new_with_prefix(&first.body);
    let parsed = match parsed(ctx, first).await? {
        Sitemap::Urls(parsed) => merged(vec![*parsed]),
        Sitemap::Index(maps) => {
            answer.validators = Validators::default();
            follow(ctx, now, source, maps, &mut hash).await?
        }
    };
    answer.body_hash = Some(hash.finalize().to_vec());
    if answer.body_hash == state.body_hash {
        return Ok(Outcome::NotModified(answer));
    }
    Ok(Outcome::Fetched(answer, Box::new(parsed)))
}

/// Reads the sitemaps of an index. One that fails is left out, unless all do.
async fn follow(
    ctx: &Arc<Context>,
    now: Timestamp,
    source: &Source,
    maps: Vec<Url>,
    hash: &mut Sha256,
) -> Result<Parsed, Failure> {
    let (mut parts, mut failure) = (Vec::new(), None);
    for url in maps {
        let shown = url.to_string();
        let request = Request::new(url, Purpose::Feed).with_headers_for(&source.address, &source.headers);
        let part = match get(ctx, now, request).await {
            Ok(response) => {
                hash.update(&response.body);
                parsed(ctx, response).await
            }
            Err(failure) => Err(failure),
        };
        match part {
            Ok(Sitemap::Urls(part)) => parts.push(*part),
            Ok(Sitemap::Index(_)) => {
                tracing::debug!("{shown} is an index in an index, which is not followed");
            }
            Err(error) => {
                tracing::debug!("{shown}, named by {}: {}", source.address, error.message);
                failure.get_or_insert(error);
            }
        }
    }
    match (parts.is_empty(), failure) {
        (true, Some(failure)) => Err(failure),
        (true, None) => Err(failed("the sitemap names no other that could be followed".to_owned())),
        _ => Ok(merged(parts)),
    }
}

/// Parses on a blocking thread: a sitemap may hold fifty thousand addresses.
async fn parsed(ctx: &Arc<Context>, response: Response) -> Result<Sitemap, Failure> {
    let read = ctx.shared.parse(move || {
        parse_sitemap(&response.body, response.content_type.as_deref(), &response.url)
            .map_err(|error| unreadable(&error, &response))
    });
    read.await.unwrap_or_else(|said| Err(panicked(&said)))
}
