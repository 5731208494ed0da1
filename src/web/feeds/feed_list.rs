//! Which feeds there are, with their addresses.

use maud::html;

use super::feed_document::address;
use crate::digest::display_text;
use crate::views::story_entries::SEARCH_DAYS;
use crate::views::{ViewError, today};
use crate::web::answer::Answer;
use crate::web::desk::Desk;
use crate::web::layout::{PageLayout, dot};
use crate::web::routes::{FeedForm, Route};

/// A feed that is always there.
pub struct ListedFeed {
    pub title: String,
    pub kind: FeedSubject,
    /// As Atom.
    pub route: Route,
    /// The page of the same.
    pub home: Route,
}

/// What a feed is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedSubject {
    Stories,
    Digests,
}

/// Returns the feeds of all stories, of each topic and of each digest.
pub fn all(desk: &Desk<'_>) -> Vec<ListedFeed> {
    let (form, only_new) = (FeedForm::Atom, false);
    let mut feeds = vec![ListedFeed {
        title: "All stories".to_owned(),
        kind: FeedSubject::Stories,
        route: Route::StoriesFeed { form, only_new },
        home: Route::Today,
    }];
    feeds.extend(today::topics(desk.config).into_iter().map(|name| ListedFeed {
        title: display_text::line(name, usize::MAX),
        kind: FeedSubject::Stories,
        route: Route::TopicFeed {
            name: name.to_owned(),
            form,
            only_new,
        },
        home: Route::Topic {
            name: name.to_owned(),
            before: None,
        },
    }));
    feeds.extend(desk.config.digests.iter().map(|digest| ListedFeed {
        title: format!("Digest: {}", display_text::line(&digest.name, usize::MAX)),
        kind: FeedSubject::Digests,
        route: Route::DigestFeed {
            name: digest.name.clone(),
        },
        home: Route::Digests,
    }));
    feeds
}

/// Returns the page of all feeds.
pub fn page(desk: &Desk<'_>) -> Result<Answer, ViewError> {
    let (digests, stories): (Vec<ListedFeed>, Vec<_>) = all(desk)
        .into_iter()
        .partition(|feed| feed.kind == FeedSubject::Digests);
    let content = html! {
        h1 { "Feeds" }
        p {
            "Copy an address into the reader you use, or all of them at once as a reading list: "
            a href=(address(desk, &Route::Opml)) { "feeds.opml" } "."
        }
        @if desk.token.is_some() {
            p.notice { "Your token stands in these addresses. Whoever has one of them reads what you read." }
        }
        h2 { "Stories" }
        p.faint { "One entry a story. It is updated when another outlet reports it or a headline changes." }
        (list(desk, &stories))
        @if !digests.is_empty() {
            h2 { "Digests" }
            p.faint { "One entry a digest, as it was sent." }
            (list(desk, &digests))
        }
        @if desk.answers_queries() {
            h2 { "Your own" }
            ul {
                li { "With " code { "only=new" } " behind the address of a topic, an entry comes once and is never updated." }
                li { "A search is a feed too: " code { "search.atom" } " with the same words as the search's address, over the last " (SEARCH_DAYS) " days or " code { "since=" } "." }
            }
        }
    };
    let page = PageLayout {
        here: Some(Route::Feeds),
        ..PageLayout::new("Feeds", content)
    };
    Ok(Answer::page(200, page.render(desk)))
}

fn list(desk: &Desk<'_>, feeds: &[ListedFeed]) -> maud::Markup {
    html! {
        ul.stories {
            @for feed in feeds {
                @let atom = address(desk, &feed.route);
                li.story {
                    h3 { a href=(desk.link(&feed.home)) { bdi { (feed.title) } } }
                    p { a href=(atom) type="application/atom+xml" { code { (atom) } } }
                    @if let Some(json) = in_json(&feed.route) {
                        p.faint {
                            "Atom" (dot()) a href=(address(desk, &json)) type="application/feed+json" { "JSON Feed" }
                            @if let Some(dates) = dates(&feed.route) {
                                (dot()) a href=(address(desk, &dates)) type="text/calendar" { "Dates as a calendar" }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Returns the calendar of what a feed is of, where there is one.
fn dates(route: &Route) -> Option<Route> {
    match route.clone() {
        Route::TopicFeed { name, .. } => Some(Route::Calendar { topic: Some(name) }),
        Route::StoriesFeed { .. } => Some(Route::Calendar { topic: None }),
        _ => None,
    }
}

/// Returns the same feed as JSON, where there is one.
fn in_json(route: &Route) -> Option<Route> {
    let form = FeedForm::Json;
    match route.clone() {
        Route::TopicFeed { name, only_new, .. } => Some(Route::TopicFeed { name, form, only_new }),
        Route::StoriesFeed { only_new, .. } => Some(Route::StoriesFeed { form, only_new }),
        _ => None,
    }
}
