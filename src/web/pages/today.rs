//! The first page: what the last day brought, per topic.

use maud::{Markup, html};

use crate::digest::{BriefNote, BriefStory, Headline, Section, StoryStatus, ToldStory};
use crate::domain::StoryId;
use crate::views::ViewError;
use crate::views::today::{self, TodayView};
use crate::web::answer::Answer;
use crate::web::desk::Desk;
use crate::web::layout::{self, PageLayout, counted, dot, foreign, time};
use crate::web::routes::{FeedForm, Route};

/// Returns the page.
pub fn page(desk: &Desk<'_>) -> Result<Answer, ViewError> {
    let view = today::today(desk.store, desk.config, desk.now)?;
    let day = desk
        .now
        .with_timezone(&desk.config.zone)
        .format("%A, %-d %B %Y")
        .to_string();
    let quiet: Vec<&str> = today::topics(desk.config)
        .into_iter()
        .filter(|topic| view.digest.sections.iter().all(|section| section.topic != *topic))
        .collect();
    let content = html! {
        h1 { (day) }
        p.faint {
            "What the last " (today::HOURS) " hours brought."
            @if let Some(at) = view.last_digest_at { " The last digest was made " (time(desk, at)) "; what came since is marked." }
        }
        @if desk.config.topics.is_empty() {
            p.notice { "No topic is followed yet. Write a " code { "[[topic]]" } " into the configuration; " code { "tidings check" } " says how it is understood." }
        } @else if view.digest.sections.is_empty() {
            p.notice { "Nothing new in any topic. The " a href=(desk.link(&Route::Sources)) { "sources" } " say when each was read last." }
        }
        @for section in &view.digest.sections { (of_topic(desk, &view, section)) }
        @if !quiet.is_empty() && !view.digest.sections.is_empty() {
            h2 { "Quiet" }
            p { @for (at, topic) in quiet.iter().enumerate() { @if at > 0 { ", " } (topic_link(desk, topic)) } }
        }
    };
    let page = PageLayout {
        here: Some(Route::Today),
        feed: Some(Route::StoriesFeed {
            form: FeedForm::Atom,
            only_new: false,
        }),
        ..PageLayout::new("Today", content)
    };
    Ok(Answer {
        is_of_the_moment: true,
        ..Answer::page(200, page.render(desk))
    })
}

fn topic_link(desk: &Desk<'_>, name: &str) -> Markup {
    let route = Route::Topic {
        name: name.to_owned(),
        before: None,
    };
    html! { a href=(desk.link(&route)) { bdi { (name) } } }
}

fn of_topic(desk: &Desk<'_>, view: &TodayView, section: &Section) -> Markup {
    html! {
        section {
            h2 { (topic_link(desk, &section.topic)) }
            ul.stories {
                @for story in &section.told { li.story { (told(desk, view, story)) } }
            }
            @if !section.brief.is_empty() {
                ul.plain { @for story in &section.brief { li { (brief(desk, view, story)) } } }
            }
            @if let Some(number) = view.beyond.get(&section.topic) {
                p.faint { (counted(*number, "more story", "more stories")) " under " (topic_link(desk, &section.topic)) }
            }
            @for other in &section.elsewhere {
                p.faint {
                    "Under " (topic_link(desk, &other.topic)) ": "
                    @for (at, headline) in other.headlines.iter().enumerate() { @if at > 0 { "; " } (foreign(&headline.title, headline.language.as_deref())) }
                }
            }
        }
    }
}

fn mark(view: &TodayView, id: StoryId) -> Markup {
    html! { @if view.last_digest_at.is_some() && view.since_digest.contains(&id) { span.new { "New" } } }
}

fn told(desk: &Desk<'_>, view: &TodayView, story: &ToldStory) -> Markup {
    let language = story.headline.language.as_deref();
    html! {
        h3 { (mark(view, story.id)) a href=(desk.link(&Route::Story(story.id))) { (foreign(&story.headline.title, language)) } }
        @if !story.summary.is_empty() { p { (foreign(&story.summary, language)) } }
        @for other in &story.further {
            p { (outlet(desk, other)) ": " (foreign(&other.title, other.language.as_deref())) }
        }
        p.faint.outlets {
            (outlet(desk, &story.headline)) (dot()) (time(desk, story.headline.published_at))
            @if story.status == StoryStatus::Developing { (dot()) "developing" }
            @if !story.also.is_empty() {
                (dot()) "also: "
                @for (at, other) in story.also.iter().enumerate() { @if at > 0 { ", " } (outlet(desk, other)) }
            }
            @if story.copies > 0 { (dot()) (counted(story.copies, "copy", "copies")) }
            @if let Some(why) = &story.why { (dot()) "here for “" bdi { (why) } "”" }
        }
    }
}

fn brief(desk: &Desk<'_>, view: &TodayView, story: &BriefStory) -> Markup {
    html! {
        (mark(view, story.id))
        a href=(desk.link(&Route::Story(story.id))) { (foreign(&story.headline.title, story.headline.language.as_deref())) }
        span.faint {
            (dot()) (outlet(desk, &story.headline))
            @match story.what {
                BriefNote::New { other_outlets: 0 } => {},
                BriefNote::New { other_outlets } => { " and " (counted(other_outlets, "other", "others")) },
                BriefNote::Developing { new_articles, .. } => { (dot()) (counted(new_articles, "new article", "new articles")) },
                BriefNote::Alerted { .. } => { (dot()) "told by an alert" },
            }
        }
    }
}

fn outlet(desk: &Desk<'_>, headline: &Headline) -> Markup {
    match &headline.url {
        Some(url) => layout::outlet(desk, url, &headline.outlet),
        None => foreign(&headline.outlet, None),
    }
}
