//! Every topic, and one with its stories by day.

use maud::html;

use super::{bars, story_list};
use crate::domain::ArticleId;
use crate::views::story_lines::{self, TOPIC_DAYS};
use crate::views::{ViewError, today};
use crate::web::answer::Answer;
use crate::web::desk::Desk;
use crate::web::layout::{PageLayout, counted, dot};
use crate::web::routes::{FeedForm, Route, SearchTerms};

/// Returns the page of all topics.
pub fn list(desk: &Desk<'_>) -> Result<Answer, ViewError> {
    let mut found = Vec::new();
    for name in today::topics(desk.config) {
        found.push((name, story_lines::articles_of_late(desk.store, name, desk.now)?));
    }
    let content = html! {
        h1 { "Topics" }
        @if found.is_empty() {
            p.notice { "No topic is followed yet. A " code { "[[topic]]" } " in the configuration names one; a search that finds what you want can be copied as one." }
        }
        ul.stories {
            @for (name, articles) in &found {
                li.story {
                    h3 { a href=(desk.link(&Route::Topic { name: (*name).to_owned(), before: None })) { bdi { (name) } } }
                    p.faint { (counted(*articles, "article", "articles")) " in " (TOPIC_DAYS) " days" }
                }
            }
        }
    };
    let page = PageLayout {
        here: Some(Route::Topics),
        ..PageLayout::new("Topics", content)
    };
    Ok(Answer {
        is_of_the_moment: true,
        ..Answer::page(200, page.render(desk))
    })
}

/// Returns the page of a topic.
pub fn page(desk: &Desk<'_>, name: &str, before: Option<ArticleId>) -> Result<Answer, ViewError> {
    let found = story_lines::page(desk.store, desk.config, Some(name), before)?;
    let zone = desk.config.zone;
    let configured = desk.config.topics.iter().find(|topic| topic.name == name);
    let activity = match before {
        None => Some(story_lines::activity(desk.store, name, desk.now, zone)?),
        Some(_) => None,
    };
    let feed = Route::TopicFeed {
        name: name.to_owned(),
        form: FeedForm::Atom,
        only_new: false,
    };
    let query = configured.and_then(|topic| topic.rule.as_query());
    let search = query.as_ref().map(|query| {
        Route::Search(SearchTerms {
            query: query.clone(),
            ..SearchTerms::default()
        })
    });
    let content = html! {
        h1 { bdi { (name) } @if before.is_some() { " – earlier" } }
        p.faint {
            a href=(desk.link(&feed)) { "Feed" }
            @if desk.answers_queries() { @if let Some(search) = &search { (dot()) a href=(desk.link(search)) { "Search with its query" } } }
        }
        @if let Some(activity) = &activity {
            (bars::bars(&activity.days))
            @if let Some(query) = &query {
                details {
                    summary { "Its query, and what each part found in " (TOPIC_DAYS) " days" }
                    pre { code { (query) } }
                    @if !activity.terms.is_empty() {
                        div.scroll { table {
                            thead { tr { th scope="col" { "Term" } th.number scope="col" { "Articles" } } }
                            tbody { @for (term, number) in &activity.terms { tr { td { bdi { (term) } } td.number { (number) } } } }
                        } }
                    }
                }
            }
        }
        @if found.stories.is_empty() {
            p.notice {
                "Nothing has been found for this topic yet. "
                code { "tidings backtest" } " shows what its query would find; the " a href=(desk.link(&Route::Sources)) { "sources" } " say whether they are read."
            }
        }
        @for (day, stories) in story_lines::by_day(&found.stories, zone) {
            h2 { (day.format("%A, %-d %B %Y")) }
            (story_list::list(desk, stories))
        }
        @if let Some(next) = found.next {
            p { a rel="next" href=(desk.link(&Route::Topic { name: name.to_owned(), before: Some(next) })) { "Earlier stories" } }
        }
    };
    let page = PageLayout {
        feed: Some(feed),
        ..PageLayout::new(name, content)
    };
    Ok(Answer {
        is_of_the_moment: true,
        ..Answer::page(200, page.render(desk))
    })
}
