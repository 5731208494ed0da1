//! Stories in a list, as several pages show them.

use maud::{Markup, html};

use crate::views::story_lines::StoryLine;
use crate::web::desk::Desk;
use crate::web::layout::{self, counted, dot, foreign, time};
use crate::web::routes::Route;

/// Outlets named of one story in a list.
const OUTLETS_SHOWN: usize = 6;

/// Returns stories as a list.
pub fn list<'a>(desk: &Desk<'_>, stories: impl IntoIterator<Item = &'a StoryLine>) -> Markup {
    html! {
        ul.stories {
            @for story in stories { li.story { (line(desk, story)) } }
        }
    }
}

fn line(desk: &Desk<'_>, story: &StoryLine) -> Markup {
    let language = story.language.as_deref();
    html! {
        h3 { a href=(desk.link(&Route::Story(story.id))) { (foreign(&story.title, language)) } }
        @if !story.excerpt.is_empty() { p { (foreign(&story.excerpt, language)) } }
        p.faint.outlets {
            @for (at, outlet) in story.outlets.iter().take(OUTLETS_SHOWN).enumerate() {
                @if at > 0 { ", " }
                (layout::outlet(desk, &outlet.web_url, &outlet.name))
                @if outlet.only_copies { " (copy)" }
            }
            @if story.outlets.len() > OUTLETS_SHOWN { " and " (counted(story.outlets.len() - OUTLETS_SHOWN, "more", "more")) }
            (dot()) (time(desk, story.newest_date_time))
            @if story.articles > 1 { (dot()) (counted(story.articles, "article", "articles")) }
        }
    }
}
