//! One poll of a page that lists articles.

use std::sync::Arc;

use super::failure::{checked, panicked, troubled};
use super::request::{PollAnswer, ask, request};
use crate::decide::Outcome;
use crate::domain::Timestamp;
use crate::domain::feed::Entry;
use crate::domain::source::{Failure, Source, SourceState, Trouble};
use crate::extract;
use crate::feed::Parsed;
use crate::fetch::{Purpose, Response};
use crate::jobs::runtime::Context;

/// Asks for a list.
pub(super) async fn read(
    ctx: &Arc<Context>,
    now: Timestamp,
    source: &Source,
    state: &SourceState,
) -> Result<Outcome, Failure> {
    let (answer, response) = match ask(ctx, now, state, request(source, state, Purpose::Page)?).await? {
        PollAnswer::Same(answer) => return Ok(Outcome::NotModified(answer)),
        PollAnswer::Body(answer, response) => (answer, response),
    };
    let links = source.links.clone();
    let read = ctx.shared.parse(move || read_listing(&response, links.as_deref()));
    let parsed = read.await.unwrap_or_else(|said| Err(panicked(&said)))?;
    Ok(Outcome::Fetched(answer, Box::new(parsed)))
}

fn read_listing(response: &Response, links: Option<&str>) -> Result<Parsed, Failure> {
    let html = extract::decode(&response.body, response.content_type.as_deref());
    let found = extract::listing(&html, &response.url, links);
    let found = found.map_err(|error| match extract::is_refusal(&html, &response.url) {
        true => checked(),
        false => troubled(Trouble::Markup, error.to_string()),
    })?;
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
    Ok(Parsed::of(None, entries))
}
