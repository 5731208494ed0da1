//! One poll of a register: the first page of its answer, and those behind it while they bring what is unknown.

use std::sync::Arc;

use chrono::TimeDelta;
use url::Url;

use super::failure::{failed, panicked, unreadable};
use super::request::{PollAnswer, ask, get};
use crate::decide::{self, FetchMeta, Outcome, StoredEntries};
use crate::domain::record::{NextPage, RecordFormat};
use crate::domain::source::{Failure, Source, SourceState};
use crate::domain::{SourceId, Timestamp};
use crate::feed::records::{self, Onward, RecordPage};
use crate::feed::{ParseError, Parsed};
use crate::fetch::{Purpose, Request, Response};
use crate::jobs::runtime::Context;
use crate::store::StoreError;

/// Pages of one answer that are read in one poll, the first included, unless its register says fewer.
const PAGES_MAX: usize = 5;
/// How long a register that has brought something may have nothing for today.
const DAYS_WITHOUT_MAX: i64 = 14;

/// Asks a register for its newest documents.
pub(super) async fn read(
    ctx: &Arc<Context>,
    now: Timestamp,
    id: SourceId,
    source: &Source,
    state: &SourceState,
) -> Result<Outcome, Failure> {
    let format = source.record.as_deref().cloned().unwrap_or_default();
    let address = state.current_address.as_deref().unwrap_or(&source.address);
    let url = records::asked(address, &format, now)
        .map_err(|error| failed(format!("{address} is not an address: {error}")))?;
    let is_dated = records::is_dated(address);
    // A poll that failed leaves the validators of an earlier day as they were.
    let is_same_day = || {
        state
            .succeeded_at
            .is_some_and(|at| records::today(&format, at) == records::today(&format, now))
    };
    let mut request = request(source, url);
    if !is_dated || is_same_day() {
        request.validators = state.validators.clone();
    }
    let (mut answer, response) = match ask(ctx, now, state, request).await {
        Err(failure) if is_none_today(now, address, state, &failure) => {
            tracing::debug!("{} has nothing today: {}", source.display_name(), failure.message);
            return Ok(Outcome::NotModified(FetchMeta::default()));
        }
        asked => match asked? {
            PollAnswer::Same(answer) => return Ok(Outcome::NotModified(answer)),
            PollAnswer::Body(answer, response) => (answer, response),
        },
    };
    if is_dated {
        // Where today's answer has moved says nothing of tomorrow's.
        answer.moved_to = None;
    }
    let mut page = parse(ctx, *response, &format, 1).await?;
    let (mut parsed, untold) = (page.parsed, page.untold);
    let mut fresh = brings_unknown(ctx, id, source, &parsed);
    let pages_max = format.pages_max.unwrap_or(PAGES_MAX);
    for number in 2..=pages_max {
        let next = match page.next {
            Onward::Page(ref next) if fresh => next.clone(),
            _ => break,
        };
        // Without it nothing is kept: once the pages before it are known, nobody would ask for it again.
        let told = |failure: Failure| Failure {
            message: format!("page {number}: {}", failure.message),
            ..failure
        };
        let response = match get(ctx, now, self::request(source, next)).await {
            Err(failure) if is_past_the_last(&format, &failure) => {
                tracing::debug!("{} has no page {number}: {}", source.display_name(), failure.message);
                page.next = Onward::Nowhere;
                break;
            }
            answer => answer.map_err(told)?,
        };
        page = parse(ctx, response, &format, number).await.map_err(told)?;
        fresh = brings_unknown(ctx, id, source, &page.parsed);
        parsed.feed.entries.append(&mut page.parsed.feed.entries);
        parsed.warnings.append(&mut page.parsed.warnings);
    }
    let name = source.display_name();
    match page.next {
        Onward::Page(_) if fresh && state.succeeded_at.is_some() => tracing::warn!(
            "{name} has more new documents than {pages_max} pages hold; poll it more often, or ask it for more a page"
        ),
        Onward::Elsewhere(place) if fresh => {
            tracing::warn!("{name} goes on at {place}, which is not asked; name an address there as the source's own");
        }
        _ => {}
    }
    // Who has just written where a register says what, is told where nothing was found.
    for untold in untold.iter().filter(|_| state.succeeded_at.is_none()) {
        tracing::warn!("{name}: {untold}");
    }
    for warning in &parsed.warnings {
        tracing::debug!("{name}: {warning}");
    }
    Ok(Outcome::Fetched(answer, Box::new(parsed)))
}

/// Whether a register says that nothing came out today, as a gazette does on a holiday: asked for the day itself, it has no such
/// place. One that never brought anything is asked at a wrong address, and one that has brought nothing for long has moved.
fn is_none_today(now: Timestamp, address: &str, state: &SourceState, failure: &Failure) -> bool {
    let is_of_today = ["{today}", "{today:compact}"].iter().any(|day| address.contains(day));
    let has_brought = |at: Timestamp| now - at < TimeDelta::days(DAYS_WITHOUT_MAX);
    is_of_today && failure.status == Some(404) && state.changed_at.is_some_and(has_brought)
}

/// Whether an answer says that a page of this number is not there. Many a register that counts pages refuses the one behind its
/// last, and says so in one of these ways.
fn is_past_the_last(format: &RecordFormat, failure: &Failure) -> bool {
    let is_counted = matches!(format.next, Some(NextPage::Number(_)));
    is_counted && matches!(failure.status, Some(400 | 404 | 410 | 416 | 422))
}

fn request(source: &Source, url: Url) -> Request {
    Request::new(url, Purpose::Json).with_headers_for(&source.address, &source.headers)
}

async fn parse(ctx: &Context, response: Response, format: &RecordFormat, number: usize) -> Result<RecordPage, Failure> {
    let format = format.clone();
    let read = ctx.shared.parse(move || {
        let content_type = response.content_type.as_deref();
        records::read(&response.body, content_type, &response.url, &format, number).map_err(|error| {
            let failure = unreadable(&error, &response);
            match error {
                ParseError::HtmlPage if failure.trouble.is_none() => {
                    failed("a web page, where JSON was asked for; is this the address of the API?".to_owned())
                }
                _ => failure,
            }
        })
    });
    read.await.unwrap_or_else(|said| Err(panicked(&said)))
}

/// Whether a page holds what is not known, or says it otherwise than before.
fn brings_unknown(ctx: &Context, id: SourceId, source: &Source, parsed: &Parsed) -> bool {
    let identities = decide::entry_identities::identify(source, &parsed.feed);
    let said = |at: usize| decide::identity::entry_mark(&parsed.feed.entries[at]);
    holds_unknown(ctx.store.known_entries(id, identities, said))
}

fn holds_unknown(known: Result<StoredEntries, StoreError>) -> bool {
    // A store that cannot be read now may be read where the poll ends: what lies behind is then kept with the rest, since nobody
    // asks for it once the pages before it are known.
    let Ok(known) = known else {
        return true;
    };
    known
        .identities
        .iter()
        .any(|identity| match known.entries.get(&identity.key) {
            Some(stored) => stored.fingerprint != identity.fingerprint,
            None => !known.purged.contains(&identity.key),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_cannot_be_read_ends_no_answer() {
        let path = "tidings.db".into();
        assert!(holds_unknown(Err(StoreError::Missing { path })));
        assert!(!holds_unknown(Ok(StoredEntries::default())));
    }
}
