//! Digests as they were frozen and sent, and what became of each delivery.

use maud::{Markup, html};

use super::story_list;
use crate::domain::DigestId;
use crate::store::digests::StoredDelivery;
use crate::views::{ViewError, digests};
use crate::web::answer::Answer;
use crate::web::desk::Desk;
use crate::web::layout::{PageLayout, counted, dot, foreign, time};
use crate::web::routes::Route;

/// Digests in the list; earlier ones are reached from one to the next.
const LISTED: usize = 200;

/// Returns the page of all digests.
pub fn list(desk: &Desk<'_>) -> Result<Answer, ViewError> {
    let found = digests::list_shown_before(desk.store, DigestId(i64::MAX), LISTED)?;
    let content = html! {
        h1 { "Digests" }
        @if found.is_empty() {
            p.notice {
                "No digest was made yet. A " code { "[[digest]]" } " in the configuration says which topics are told when and where to; "
                code { "tidings digest --dry-run" } " shows what it would tell now."
            }
        }
        ul.stories {
            @for digest in &found {
                li.story {
                    h2 { a href=(desk.link(&Route::Digest(digest.id))) { (foreign(&digest.subject, None)) } }
                    p.faint {
                        bdi { (digest.name) } (dot()) (time(desk, digest.to)) (dot()) (stories(digest.stories))
                        @for delivery in &digest.deliveries { (dot()) bdi { (delivery.channel) } " " (short_state(delivery)) }
                    }
                }
            }
        }
    };
    let page = PageLayout {
        here: Some(Route::Digests),
        ..PageLayout::new("Digests", content)
    };
    Ok(Answer::page(200, page.render(desk)))
}

/// Returns the page of a digest.
pub fn page(desk: &Desk<'_>, id: DigestId) -> Result<Answer, ViewError> {
    let view = digests::detail(desk.store, id)?;
    let digest = &view.digest;
    let feed = Route::DigestFeed {
        name: digest.name.clone(),
    };
    let content = html! {
        h1 { (foreign(&digest.subject, None)) }
        p.faint {
            bdi { (digest.name) } (dot()) (time(desk, digest.to)) (dot()) (stories(digest.stories))
            @if view.has_html { (dot()) a href=(desk.link(&Route::SentDigest(id))) { "As HTML, as it was sent" } }
            (dot()) a href=(desk.link(&feed)) { "Feed" }
        }
        nav aria-label="Digests of this name" {
            ul {
                @if let Some(before) = view.before { li { a rel="prev" href=(desk.link(&Route::Digest(before))) { "The one before" } } }
                @if let Some(after) = view.after { li { a rel="next" href=(desk.link(&Route::Digest(after))) { "The one after" } } }
                li { a href=(desk.link(&Route::Digests)) { "All digests" } }
            }
        }
        (deliveries(desk, &digest.deliveries))
        h2 { "As it was sent" }
        @if view.text.trim().is_empty() { p.notice { "It could not be made; the next one tells what it would have told." } }
        @else { pre.sent dir="auto" { (view.text) } }
        @if !view.stories.is_empty() {
            h2 { "Its stories, as they stand now" }
            (story_list::list(desk, &view.stories))
        }
    };
    let page = PageLayout {
        feed: Some(feed),
        ..PageLayout::new(digest.subject.clone(), content)
    };
    Ok(Answer::page(200, page.render(desk)))
}

/// Returns a digest's HTML as it was sent.
pub fn sent(desk: &Desk<'_>, id: DigestId) -> Result<Answer, ViewError> {
    let html = digests::html(desk.store, id)?;
    match html.is_empty() {
        true => Err(ViewError::NotFound(format!(
            "digest {id} could not be made, so nothing was sent"
        ))),
        false => Ok(Answer::sent(html)),
    }
}

fn deliveries(desk: &Desk<'_>, deliveries: &[StoredDelivery]) -> Markup {
    html! {
        h2 { "Where it went" }
        @if deliveries.is_empty() { p { "Nowhere: it was to be read here." } }
        @else {
            div.scroll role="region" aria-label="Deliveries" tabindex="0" { table {
                thead { tr { th scope="col" { "To" } th scope="col" { "State" } } }
                tbody { @for delivery in deliveries { tr { td { bdi { (delivery.channel) } } td { (state(desk, delivery)) } } } }
            } }
        }
    }
}

fn short_state(delivery: &StoredDelivery) -> &str {
    match delivery.state.as_str() {
        "pending" => "waits",
        "sending" => "is under way",
        "sent" => "sent",
        "retry" => "not yet sent",
        "failed" => "not sent",
        other => other,
    }
}

fn state(desk: &Desk<'_>, delivery: &StoredDelivery) -> Markup {
    html! {
        @match (delivery.state.as_str(), delivery.sent_at) {
            ("sent", Some(at)) => { "sent " (time(desk, at)) },
            ("pending", _) => "waits to be sent",
            ("sending", _) => "is being sent",
            ("retry", _) => "not sent yet, tried again",
            ("failed", _) => "not sent, and given up",
            (other, _) => (other),
        }
    }
}

fn stories(number: i64) -> String {
    counted(usize::try_from(number).unwrap_or(0), "story", "stories")
}
