//! Search in the language of topics: what was found and why, what is wrong with a query, and the query as a topic to copy.

use maud::{Markup, html};

use super::article::place;
use super::search_help;
use crate::config::toml_string;
use crate::domain::schedule;
use crate::query::snippet::{self, Piece};
use crate::query::{self, Query, QueryError, suspicions};
use crate::store::articles::ArticleFilter;
use crate::text;
use crate::views::ViewError;
use crate::views::search::{self, HitView, SearchView};
use crate::views::without_secrets;
use crate::web::answer::Answer;
use crate::web::desk::Desk;
use crate::web::layout::{self, PageLayout, counted, dot, time};
use crate::web::routes::{Route, SearchTerms};

/// Articles shown of one search.
const SHOWN: usize = 30;
/// Characters of a topic's name that is made from a query.
const NAME_CHARS_MAX: usize = 60;
/// Sources that are offered by name.
const SOURCES_OFFERED: usize = 200;
/// How far back one may look, as an address says it.
const SPANS: [(&str, &str); 4] = [
    ("all", "Any time"),
    ("7d", "The last 7 days"),
    ("30d", "The last 30 days"),
    ("1y", "The last year"),
];

/// Returns the page of a search.
pub fn page(desk: &Desk<'_>, asked: &SearchTerms) -> Result<Answer, ViewError> {
    let terms = SearchTerms {
        query: text::one_line(&asked.query),
        ..asked.clone()
    };
    if terms.query.is_empty() {
        let content = html! { h1 { "Search" } (form(desk, &terms)) (search_help::language(desk)) };
        return Ok(Answer::page(200, PageLayout::new("Search", content).render(desk)));
    }
    let (status, found) = match query::parse(&terms.query) {
        Err(error) => (
            400,
            html! { (wrong(&terms.query, &error)) (search_help::language(desk)) },
        ),
        Ok(query) => match find(desk, &terms, &query) {
            Ok(view) => (
                200,
                html! { (results(desk, &terms, &query, &view)) (as_topic(desk, &terms, &query)) },
            ),
            Err(ViewError::Invalid(message)) => (400, html! { p.notice.bad role="alert" { (message) } }),
            Err(error @ (ViewError::NotFound(_) | ViewError::Unknown { .. })) => {
                (404, html! { p.notice.bad role="alert" { (error.to_string()) } })
            }
            Err(error) => return Err(error),
        },
    };
    let page = PageLayout {
        feed: (status == 200).then(|| Route::SearchFeed(terms.clone())),
        query: terms.query.clone(),
        ..PageLayout::new(
            format!("{} – search", terms.query),
            html! { h1 { "Search" } (form(desk, &terms)) (found) },
        )
    };
    Ok(Answer {
        is_of_the_moment: terms.since.is_some(),
        ..Answer::page(status, page.render(desk))
    })
}

fn find(desk: &Desk<'_>, terms: &SearchTerms, query: &Query) -> Result<SearchView, ViewError> {
    let since = schedule::since(desk.now, terms.since.as_deref()).map_err(ViewError::Invalid)?;
    let filter = ArticleFilter {
        source: terms.source.clone(),
        topic: terms.topic.clone(),
        since,
        limit: Some(SHOWN),
        ..ArticleFilter::default()
    };
    search::search(desk.store, desk.config, query, filter)
}

fn form(desk: &Desk<'_>, terms: &SearchTerms) -> Markup {
    let chosen = terms.topic.as_deref();
    let since = terms.since.as_deref().unwrap_or("all");
    let is_own = SPANS.iter().all(|(span, _)| *span != since);
    // One that has but an address with a key is not offered: it is not for everyone who reads.
    let names = desk.config.sources.iter().map(|source| source.display_name());
    let sources = names
        .filter(|name| without_secrets::address(name) == *name)
        .take(SOURCES_OFFERED);
    html! {
        form.filters action=(desk.link(&Route::Search(SearchTerms::default()))) aria-label="Search with filters" {
            label.wide { "Query" input type="search" name="q" value=(terms.query) autocapitalize="off" spellcheck="false"; }
            label { "Topic"
                select name="topic" {
                    option value="" selected[chosen.is_none()] { "All" }
                    @for topic in &desk.config.topics { option value=(topic.name) selected[chosen == Some(topic.name.as_str())] { (topic.name) } }
                    @if let Some(own) = chosen.filter(|own| desk.config.topics.iter().all(|topic| topic.name != *own)) {
                        option value=(own) selected { (own) }
                    }
                }
            }
            label { "Source" input type="text" name="source" value=(terms.source.as_deref().unwrap_or_default()) list="sources" placeholder="All"; }
            datalist id="sources" { @for source in sources { option value=(source) {} } }
            label { "Published"
                select name="since" {
                    @for (span, words) in SPANS { option value=(span) selected[span == since] { (words) } }
                    @if is_own { option value=(since) selected { "The last " (since) } }
                }
            }
            button type="submit" { "Search" }
        }
    }
}

/// Returns what is wrong with a query, where, and what to write.
fn wrong(query: &str, error: &QueryError) -> Markup {
    let (before, rest) = query.split_at_checked(error.span.start).unwrap_or((query, ""));
    let (place, after) = rest.split_at_checked(error.span.len()).unwrap_or((rest, ""));
    html! {
        div.notice.bad role="alert" {
            p { strong { "This query cannot be read: " } (error.message) "." }
            pre { code { (before) mark { @if place.is_empty() { "‸" } @else { (place) } } (after) } }
            p { "At column " (error.column()) ": " (error.remedy) "." }
        }
    }
}

fn results(desk: &Desk<'_>, terms: &SearchTerms, query: &Query, view: &SearchView) -> Markup {
    html! {
        @for suspicion in suspicions::in_query(&terms.query) {
            p.notice { (suspicion.message) " (column " (suspicion.column()) "): " (suspicion.remedy) "." }
        }
        h2 { (number(view)) }
        p.faint {
            a href=(desk.link(&Route::SearchFeed(terms.clone()))) { "Feed of this search" }
            @if view.ranked.is_some() && view.candidates.is_none() { (dot()) "only the newest articles were looked at" }
            @else if view.ranked.is_some() { (dot()) "its words are so common that only the newest articles with them were ranked" }
        }
        @if view.unindexed > 0 {
            p.notice { "Not searched yet: the oldest articles, " (view.unindexed) " at most; since the upgrade the archive is being indexed anew." }
        }
        @if view.hits.is_empty() {
            p { "Fewer words, " code { "word*" } " for any ending, or " code { "OR" } " between two find more." }
            @if terms.topic.is_some() || terms.source.is_some() || terms.since.is_some() {
                p { a href=(desk.link(&Route::Search(SearchTerms { query: terms.query.clone(), ..SearchTerms::default() }))) { "Search everything, without filters" } }
            }
        }
        ol.stories { @for hit in &view.hits { li.story { (result(desk, query, hit)) } } }
    }
}

fn number(view: &SearchView) -> String {
    match (view.hits.len(), view.candidates) {
        (0, _) => "Nothing found".to_owned(),
        (SHOWN, Some(all)) if view.ranked.is_some() => format!("The best {SHOWN} of more than {all}"),
        (SHOWN, Some(all)) if all > SHOWN => format!("The best {SHOWN} of {all} with these words"),
        (SHOWN, None) => format!("The newest {SHOWN}"),
        (some, _) => format!("{} found", counted(some, "article", "articles")),
    }
}

fn result(desk: &Desk<'_>, query: &Query, hit: &HitView) -> Markup {
    let article = &hit.article;
    html! {
        h3 { a href=(desk.link(&Route::Article(article.id))) { (marked(&snippet::highlight(&query.positive_terms(), &text::flattened(&article.title)))) } }
        @if !hit.part.is_empty() { p { (marked(&hit.part)) } }
        p.faint.outlets {
            (layout::outlet(desk, &article.web_url, &article.provider)) (dot()) (time(desk, article.published_at))
            @if let Some(story) = article.story { (dot()) a href=(desk.link(&Route::Story(story))) { "story " (story) } }
            @for topic in &article.topics { (dot()) a href=(desk.link(&Route::Topic { name: topic.clone(), before: None })) { bdi { (topic) } } }
        }
        @if !hit.reasons.is_empty() {
            details {
                summary { "Why it was found" }
                ul.plain { @for reason in &hit.reasons { li { "“" bdi { (reason.term.trim_matches('"')) } "” in " (place(reason.place)) @if reason.count > 1 { ", " (reason.count) " times" } } } }
            }
        }
    }
}

fn marked(pieces: &[Piece]) -> Markup {
    html! { bdi dir="auto" { @for piece in pieces { @if piece.is_found { mark { (piece.text) } } @else { (piece.text) } } } }
}

/// Returns the query as a topic to copy into the configuration.
fn as_topic(desk: &Desk<'_>, terms: &SearchTerms, query: &Query) -> Markup {
    let words = query
        .positive_terms()
        .first()
        .map(|term| term.written.clone())
        .unwrap_or_default();
    let words = if words.trim().is_empty() { &terms.query } else { &words };
    let mut name: String = words.chars().take(NAME_CHARS_MAX).collect();
    while desk
        .config
        .topics
        .iter()
        .any(|topic| topic.name.eq_ignore_ascii_case(&name))
    {
        name.push_str(" too");
    }
    let block = format!(
        "[[topic]]\nname = {}\nquery = {}\n",
        toml_string(&name),
        toml_string(&terms.query)
    );
    html! {
        details {
            summary { "Follow this as a topic" }
            p { "Copied into the configuration, it is looked for in all that is stored and all that comes:" }
            pre { code { (block) } }
        }
    }
}
