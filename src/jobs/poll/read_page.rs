//! One poll of something that is a page: asked for, read, and followed once where it only leads on within its site.

use std::sync::Arc;

use url::Url;

use super::failure::{panicked, troubled};
use super::request::{PollAnswer, ask, follow, request};
use crate::decide::{FetchMeta, Outcome};
use crate::domain::Timestamp;
use crate::domain::source::{Failure, Source, SourceState, Trouble};
use crate::extract::pdf;
use crate::feed::Parsed;
use crate::fetch::{Purpose, Response};
use crate::jobs::runtime::Context;

/// What a page gives.
pub(super) enum PageContent {
    Entries(Parsed),
    /// Nothing but where it leads on.
    LeadsOn(Url),
}

/// Asks for a source's page and reads it with `read`.
pub(super) async fn read_page(
    ctx: &Arc<Context>,
    now: Timestamp,
    source: &Source,
    state: &SourceState,
    read: impl Fn(&Response) -> Result<PageContent, Failure> + Clone + Send + 'static,
) -> Result<Outcome, Failure> {
    let asked = ask(ctx, now, state, request(source, state, Purpose::Page)?).await?;
    let (first, to) = match contents(ctx, asked, read.clone()).await? {
        Reading::Done(outcome) => return Ok(outcome),
        Reading::LeadsOn(answer, to) => (answer, to),
    };
    let told = |failure: Failure| Failure {
        message: format!("the page only leads on, and where it leads fails: {}", failure.message),
        ..failure
    };
    let next = follow(ctx, now, source, state, to, Purpose::Page).await.map_err(told)?;
    // Whether the source has moved is what the way to the first page says.
    match contents(ctx, next.moved_to(first.moved_to), read).await.map_err(told)? {
        Reading::Done(outcome) => Ok(outcome),
        Reading::LeadsOn(_, to) => {
            let message =
                format!("the page only leads on, to one that does so too; write where it ends: {to} or beyond");
            Err(troubled(Trouble::Markup, message))
        }
    }
}

enum Reading {
    Done(Outcome),
    LeadsOn(FetchMeta, Url),
}

async fn contents(
    ctx: &Context,
    asked: PollAnswer,
    read: impl FnOnce(&Response) -> Result<PageContent, Failure> + Send + 'static,
) -> Result<Reading, Failure> {
    let (answer, response) = match asked {
        PollAnswer::Same(answer) => return Ok(Reading::Done(Outcome::NotModified(answer))),
        PollAnswer::Body(answer, response) => (answer, response),
    };
    if pdf::is_pdf(&response.body, response.content_type.as_deref()) {
        let message = "a PDF, which is read as an article only; name the page that links to it".to_owned();
        return Err(troubled(Trouble::Markup, message));
    }
    let read = ctx.shared.parse(move || read(&response)).await;
    Ok(match read.unwrap_or_else(|said| Err(panicked(&said)))? {
        PageContent::Entries(parsed) => Reading::Done(Outcome::Fetched(answer, Box::new(parsed))),
        PageContent::LeadsOn(to) => Reading::LeadsOn(answer, to),
    })
}
