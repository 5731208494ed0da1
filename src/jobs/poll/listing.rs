//! One poll of a page that lists articles.

use std::sync::Arc;

use super::failure::{checked, troubled};
use super::read_page::{PageContent, read_page};
use crate::decide::Outcome;
use crate::domain::Timestamp;
use crate::domain::feed::Entry;
use crate::domain::source::{Failure, Source, SourceState, Trouble};
use crate::extract;
use crate::feed::Parsed;
use crate::fetch::Response;
use crate::jobs::runtime::Context;

/// Asks for a list.
pub(super) async fn read(
    ctx: &Arc<Context>,
    now: Timestamp,
    source: &Source,
    state: &SourceState,
) -> Result<Outcome, Failure> {
    let links = source.links.clone();
    let list = move |response: &Response| read_listing(response, links.as_deref());
    read_page(ctx, now, source, state, list).await
}

fn read_listing(response: &Response, links: Option<&str>) -> Result<PageContent, Failure> {
    let html = extract::decode(&response.body, response.content_type.as_deref());
    let found = match extract::listing(&html, &response.url, links) {
        Ok(found) => found,
        Err(_) if extract::is_refusal(&html, &response.url) => return Err(checked()),
        Err(error) => {
            let to = extract::leads_on(&html, &response.url).map(PageContent::LeadsOn);
            return to.ok_or_else(|| troubled(Trouble::Markup, error.to_string()));
        }
    };
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
    Ok(PageContent::Entries(Parsed::of(None, entries)))
}
