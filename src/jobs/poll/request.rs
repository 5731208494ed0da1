//! What a source is asked, and what its answer says beside its body.

use sha2::{Digest, Sha256};
use url::Url;

use super::failure::{failed, failure_of};
use crate::decide::FetchMeta;
use crate::domain::Timestamp;
use crate::domain::source::{Failure, Source, SourceState, Validators};
use crate::fetch::{Hop, Purpose, Request, Response};
use crate::jobs::runtime::Context;

/// What asking a source gave.
pub(super) enum PollAnswer {
    /// 304, or the same body again.
    Same(FetchMeta),
    Body(FetchMeta, Box<Response>),
}

impl PollAnswer {
    /// Returns this with another word on where the source has moved.
    pub fn moved_to(self, moved_to: Option<String>) -> Self {
        match self {
            Self::Same(answer) => Self::Same(FetchMeta { moved_to, ..answer }),
            Self::Body(answer, response) => Self::Body(FetchMeta { moved_to, ..answer }, response),
        }
    }
}

/// Asks a source, where it is read from now.
pub(super) async fn ask(
    ctx: &Context,
    now: Timestamp,
    state: &SourceState,
    request: Request,
) -> Result<PollAnswer, Failure> {
    let response = get(ctx, now, request).await?;
    let answer = answer(&response);
    Ok(match response.not_modified {
        true => PollAnswer::Same(answer),
        false => compared(state, answer, response),
    })
}

/// Asks for what a source's own answer leads to. Next time the source is asked first, and what this answer is known by is not
/// its.
pub(super) async fn follow(
    ctx: &Context,
    now: Timestamp,
    source: &Source,
    state: &SourceState,
    to: Url,
    purpose: Purpose,
) -> Result<PollAnswer, Failure> {
    let request = Request::new(to, purpose).with_headers_for(&source.address, &source.headers);
    let response = get(ctx, now, request).await?;
    let answer = FetchMeta {
        validators: Validators::default(),
        ..answer(&response)
    };
    Ok(compared(state, answer, response))
}

/// Returns what an answer gave: the same body again, or another.
fn compared(state: &SourceState, answer: FetchMeta, response: Response) -> PollAnswer {
    let body_hash = Some(Sha256::digest(&response.body).to_vec());
    let is_same = body_hash == state.body_hash;
    let answer = FetchMeta { body_hash, ..answer };
    match is_same {
        true => PollAnswer::Same(answer),
        false => PollAnswer::Body(answer, Box::new(response)),
    }
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

/// Returns where the unbroken run of permanent redirects at the start led, if there is one. A chain that comes back to where it
/// began, with a cookie, has moved nowhere.
fn permanent_target(hops: &[Hop]) -> Option<String> {
    let first = &hops.first()?.from;
    if hops.iter().any(|hop| hop.to == *first) {
        return None;
    }
    hops.iter()
        .take_while(|hop| matches!(hop.status, 301 | 308))
        .last()
        .map(|hop| hop.to.to_string())
}
