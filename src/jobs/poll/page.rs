//! One poll of a page that is watched: its text is its one entry.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::failure::{checked, troubled};
use super::read_page::{PageContent, read_page};
use crate::decide::Outcome;
use crate::domain::Timestamp;
use crate::domain::article::Verdict;
use crate::domain::feed::{Entry, Markup};
use crate::domain::source::{Failure, Source, SourceState, Trouble};
use crate::extract::{self, ExtractOptions, SiteRules};
use crate::feed::Parsed;
use crate::fetch::Response;
use crate::jobs::runtime::Context;

/// Asks for a page.
pub(super) async fn read(
    ctx: &Arc<Context>,
    now: Timestamp,
    source: &Source,
    state: &SourceState,
) -> Result<Outcome, Failure> {
    let own = Arc::clone(ctx);
    let text = move |response: &Response| {
        let site = own.config.site_rules(&response.url);
        read_text(response, site.as_ref(), &own.shared.is_cancelled)
    };
    read_page(ctx, now, source, state, text).await
}

fn read_text(response: &Response, site: Option<&SiteRules>, is_cancelled: &AtomicBool) -> Result<PageContent, Failure> {
    let html = extract::decode(&response.body, response.content_type.as_deref());
    let options = ExtractOptions {
        cancelled: Some(is_cancelled),
        site,
    };
    let page = extract::extract(&html, &response.url, &options);
    if page.verdict == Verdict::Blocked {
        return Err(checked());
    }
    // What holds a few words may be all there is to watch, and its script for telephones only.
    let leads_on = page
        .leads_on
        .filter(|_| page.leads_all_on || page.text.trim().is_empty());
    if let Some(to) = leads_on {
        return Ok(PageContent::LeadsOn(to));
    }
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
        title: Some(page.metadata.title.clone()),
        link: Some(page.metadata.canonical_url.unwrap_or_else(|| response.url.to_string())),
        published: page.metadata.published_at,
        updated: page.metadata.modified_at,
        authors: page.metadata.byline.into_iter().collect(),
        summary: page.metadata.excerpt.map(Markup::text),
        content: Some(Markup::markdown(page.markdown)),
        language: page.metadata.language.clone(),
        ..Entry::default()
    };
    Ok(PageContent::Entries(Parsed::of(Some(page.metadata.title), vec![entry])))
}
