//! Every source with its health in words, the troubled first; and one with what it gave and how often it is asked.

use maud::{Markup, html};
use url::Url;

use super::bars;
use super::text_changes::changed;
use crate::decide::poll_schedule::HINT_DAYS_MAX;
use crate::domain::SourceId;
use crate::domain::health::Condition;
use crate::domain::schedule::Schedule;
use crate::domain::source::SourceKind;
use crate::views::ViewError;
use crate::views::sources::{self, SourceView};
use crate::views::without_secrets;
use crate::web::answer::Answer;
use crate::web::desk::Desk;
use crate::web::layout::{self, PageLayout, counted, dot, foreign, outside, time};
use crate::web::routes::{Route, SearchTerms};
use crate::web::source_words::{self, span};

/// Articles shown of one source.
const ARTICLES_SHOWN: usize = 30;

/// Returns the page of all sources.
pub fn list(desk: &Desk<'_>) -> Result<Answer, ViewError> {
    let all = sources::list_shown(desk.config, desk.store, desk.now)?;
    let (troubled, well): (Vec<&SourceView>, Vec<&SourceView>) =
        all.iter().partition(|view| view.health.condition.is_trouble());
    let content = html! {
        h1 { "Sources" }
        @if all.is_empty() {
            p.notice {
                "Nothing is followed yet. A " code { "[[source]]" } " in the configuration names a feed or a page; "
                code { "tidings sources discover ADDRESS" } " finds what a site has."
            }
        } @else {
            p.faint { (counted(all.len(), "source", "sources")) @if troubled.is_empty() { ", all of them read as they should be" } }
        }
        @if !troubled.is_empty() {
            h2 { (counted(troubled.len(), "source in trouble", "sources in trouble")) }
            ul.stories { @for view in troubled { li.story { h3 { (named(desk, view)) } (health(desk, view)) } } }
        }
        @if !well.is_empty() {
            h2 { "Read as they should be" }
            div.scroll role="region" aria-label="Sources that are read" tabindex="0" { table {
                thead { tr { th scope="col" { "Source" } th scope="col" { "Last read" } th scope="col" { "Next poll" } th.number scope="col" { "Articles" } } }
                tbody { @for view in well { (row(desk, view)) } }
            } }
        }
    };
    let page = PageLayout {
        here: Some(Route::Sources),
        ..PageLayout::new("Sources", content)
    };
    Ok(Answer {
        is_of_the_moment: true,
        ..Answer::page(200, page.render(desk))
    })
}

/// Returns the page of a source.
pub fn page(desk: &Desk<'_>, id: SourceId) -> Result<Answer, ViewError> {
    let view = sources::one(desk.config, desk.store, desk.now, id)?;
    let gave = sources::activity(desk.store, desk.now, desk.config.zone, id, ARTICLES_SHOWN)?;
    let changes = if desk.hides_texts() {
        Vec::new()
    } else {
        sources::changes(desk.store, &view.source)?
    };
    let source = &view.source;
    let search = Route::Search(SearchTerms {
        query: format!("source:\"{}\"", source.display_name().replace('"', " ")),
        ..SearchTerms::default()
    });
    let content = html! {
        h1 { (layout::icon(desk, &source.address)) (foreign(source.display_name(), None)) }
        p.faint {
            (kind(source.kind))
            @if let Some(folder) = &source.folder { (dot()) "in " bdi { (folder) } }
            @if !source.active { (dot()) "not followed any more" }
            @if desk.answers_queries() && without_secrets::is_whole(source.display_name()) { (dot()) a href=(desk.link(&search)) { "Search in it" } }
        }
        (health(desk, &view))
        (bars::bars(&gave.days))
        h2 { "Rhythm and text" }
        (rhythm(desk, &view))
        @if !changes.is_empty() {
            h2 { "What changed in it" }
            @for (at, change) in changes.iter().enumerate() { (changed(desk, change, at == 0)) }
        }
        h2 { "What it brought last" }
        @if gave.latest.is_empty() { p.notice { "Nothing yet that no other source had brought before." } }
        ul.plain {
            @for article in &gave.latest {
                li {
                    a href=(desk.link(&Route::Article(article.id))) { (foreign(&article.title, None)) }
                    div.faint {
                        (time(desk, article.published_at))
                        @if let Some(story) = article.story { (dot()) a href=(desk.link(&Route::Story(story))) { "story " (story) } }
                        @for topic in &article.topics { (dot()) a href=(desk.link(&Route::Topic { name: topic.clone(), before: None })) { bdi { (topic) } } }
                    }
                }
            }
        }
    };
    let layout = PageLayout::new(source.display_name().to_owned(), content);
    Ok(Answer {
        is_of_the_moment: true,
        ..Answer::page(200, layout.render(desk))
    })
}

fn named(desk: &Desk<'_>, view: &SourceView) -> Markup {
    html! { (layout::icon(desk, &view.source.address)) a href=(desk.link(&Route::Source(view.source.id))) { (foreign(view.source.display_name(), None)) } }
}

/// Returns how it fares, since when, why, and what to do about it.
fn health(desk: &Desk<'_>, view: &SourceView) -> Markup {
    let (condition, state) = (view.health.condition, &view.source.state);
    let class = if condition.is_trouble() { "notice bad" } else { "faint" };
    // Late ones are late for one reason.
    let is_told = desk.answers_queries() && condition != Condition::Late;
    let why = view.health.why.as_deref().filter(|_| is_told);
    html! {
        div class=(class) {
            p {
                strong { (condition.as_str()) } ": " (source_words::meaning(condition))
                @if let Some(since) = view.health.since { ", since " (time(desk, since)) }
                @if state.failures > 1 { ", " (state.failures) " polls in a row" }
                "."
            }
            @if let Some(why) = why { p { (foreign(why, None)) } }
            @if let Some(remedy) = source_words::remedy(condition, &view.source).filter(|_| desk.answers_queries()) {
                p { "What helps: " (remedy) }
            }
        }
    }
}

fn row(desk: &Desk<'_>, view: &SourceView) -> Markup {
    html! {
        tr {
            th scope="row" { (named(desk, view)) @if let Some(folder) = &view.source.folder { " " small { bdi { (folder) } } } }
            td { (last_read(desk, view)) }
            td { (next_poll(desk, view)) }
            td.number { (view.source.articles) }
        }
    }
}

fn last_read(desk: &Desk<'_>, view: &SourceView) -> String {
    let read = view.source.state.succeeded_at;
    read.map_or_else(|| "never".to_owned(), |at| format!("{} ago", span(desk.now - at)))
}

fn next_poll(desk: &Desk<'_>, view: &SourceView) -> String {
    match view.next_poll_at() {
        Some(at) if at > desk.now => format!("in {}", span(at - desk.now)),
        Some(_) => "due".to_owned(),
        None => "none".to_owned(),
    }
}

fn rhythm(desk: &Desk<'_>, view: &SourceView) -> Markup {
    let (source, state) = (&view.source, &view.source.state);
    let seconds = |seconds: i64| span(chrono::TimeDelta::seconds(seconds));
    let is_adaptive = source.schedule == Schedule::Adaptive.to_string();
    html! {
        dl {
            dt { "Address" } dd { (address(desk, view)) }
            dt { "Schedule" }
            dd {
                @if is_adaptive { "by its own rhythm" @if let Some(interval) = state.interval_seconds { ", every " (seconds(interval)) " now" } }
                @else { (source.schedule) }
            }
            dt { "Last read" } dd { @if let Some(at) = state.succeeded_at { (time(desk, at)) } @else { "never" } }
            dt { "Next poll" } dd { @if let Some(at) = view.next_poll_at() { (time(desk, at)) } @else { "none" } }
            @if let Some(gap) = state.usual_gap_seconds { dt { "Something new" } dd { "usually every " (seconds(gap)) } }
            @if let Some(asked) = state.asked_rest_seconds.filter(|asked| *asked > 0) {
                dt { "It asks for" }
                dd { (seconds(asked)) " between polls" @if view.capped_rest().is_some() { "; " (HINT_DAYS_MAX) " days are granted" } }
            }
            dt { "Text" }
            dd {
                @if let Some(told) = source_words::teasers(view) { (told) }
                @else if source_words::gives_whole_texts(view) { "whole texts" }
                @else if source.kind == SourceKind::Feed { "not measured yet" }
                @else if source.kind == SourceKind::Mail { "whole letters" }
                @else { "from its pages" }
            }
            dt { "Articles" } dd { (source.articles) }
        }
    }
}

/// Returns its address; what is read by strangers as files names the place alone, for a path may hold a key too.
fn address(desk: &Desk<'_>, view: &SourceView) -> Markup {
    let whole = &view.source.address;
    match desk.answers_queries() {
        true if without_secrets::is_whole(whole) => outside(whole, &html! { bdi { (whole) } }),
        true => html! { bdi { (whole) } },
        false => {
            let host = Url::parse(whole).ok().and_then(|url| url.host_str().map(str::to_owned));
            html! { bdi { (host.unwrap_or_default()) } }
        }
    }
}

fn kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Feed => "A feed",
        SourceKind::Page => "A page that is watched",
        SourceKind::Listing => "A page that lists articles",
        SourceKind::Sitemap => "A sitemap",
        SourceKind::Json => "A register",
        SourceKind::Documents => "Documents on this machine",
        SourceKind::Mail => "Letters by mail",
    }
}
