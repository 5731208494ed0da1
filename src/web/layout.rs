//! What stands around every page: head, navigation, footer.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::desk::Desk;
use super::routes::{Route, SearchTerms};
use crate::digest::display_text;
use crate::domain::Timestamp;
use crate::views::images::ImageView;

pub const STYLE: &str = include_str!("style.css");
pub const ICON: &str = include_str!("icon.svg");

/// A page to be laid out.
pub struct PageLayout {
    /// What it is, for the window and for lists of links.
    pub title: String,
    /// Where in the navigation it stands.
    pub here: Option<Route>,
    /// The feed of what it shows.
    pub feed: Option<Route>,
    /// What is searched for.
    pub query: String,
    pub content: Markup,
}

impl PageLayout {
    /// Returns a page with nothing but its title and content.
    pub fn new(title: impl Into<String>, content: Markup) -> Self {
        Self {
            title: title.into(),
            here: None,
            feed: None,
            query: String::new(),
            content,
        }
    }

    /// Lays the page out.
    pub fn render(self, desk: &Desk<'_>) -> Markup {
        let places = [
            (Route::Today, "Today"),
            (Route::Topics, "Topics"),
            (Route::Digests, "Digests"),
            (Route::Sources, "Sources"),
            (Route::Feeds, "Feeds"),
        ];
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    title { (self.title) " – Tidings" }
                    link rel="stylesheet" href=(desk.link(&Route::Style));
                    link rel="icon" type="image/svg+xml" href=(desk.link(&Route::Icon));
                    @if let Some(feed) = &self.feed {
                        link rel="alternate" type="application/atom+xml" title=(self.title) href=(desk.link(feed));
                    }
                }
                body {
                    a.skip href="#content" { "To the content" }
                    header {
                        a.mark href=(desk.link(&Route::Today)) { "Tidings" }
                        nav aria-label="Main" {
                            ul {
                                @for (route, name) in &places {
                                    li { (place(desk, route, name, self.here.as_ref() == Some(route))) }
                                }
                            }
                        }
                        @if desk.answers_queries() {
                            form role="search" action=(desk.link(&Route::Search(SearchTerms::default()))) {
                                input type="search" name="q" value=(self.query) placeholder="Search the archive" aria-label="Search the archive";
                                button type="submit" { "Search" }
                            }
                        }
                    }
                    main #content tabindex="-1" { (self.content) }
                    footer { p { "Times are those of " (desk.config.zone.name()) "." } }
                }
            }
        }
    }
}

fn place(desk: &Desk<'_>, route: &Route, name: &str, is_here: bool) -> Markup {
    let to = desk.link(route);
    match is_here {
        true => html! { a href=(to) aria-current="page" { (name) } },
        false => html! { a href=(to) { (name) } },
    }
}

/// Returns a moment in the reader's zone, as machines read it too.
pub fn time(desk: &Desk<'_>, at: Timestamp) -> Markup {
    html! { time datetime=(at.format("%Y-%m-%dT%H:%M:%SZ")) { (desk.local(at)) } }
}

/// Returns a text of the world in its own direction, with its language where that is known.
pub fn foreign(text: &str, language: Option<&str>) -> Markup {
    html! { bdi lang=[language] dir="auto" { (text) } }
}

/// Returns an address outside as a link, if a browser may follow it; else as text.
pub fn outside(url: &str, content: &Markup) -> Markup {
    match display_text::link(url) {
        Some(url) => html! { a href=(url) rel="noopener noreferrer external" { (content) } },
        None => html! { (content) },
    }
}

/// Returns who publishes at an address: a link there, and the icon before it if one is kept.
pub fn outlet(desk: &Desk<'_>, url: &str, name: &str) -> Markup {
    html! { (icon(desk, url)) (outside(url, &foreign(name, None))) }
}

/// Returns the icon of whoever publishes at an address, if it is kept. It says nothing that the name beside it does not.
pub fn icon(desk: &Desk<'_>, url: &str) -> Markup {
    html! {
        @if let Some(icon) = desk.icon(url) {
            img.icon src=(desk.link(&Route::Image(icon.file_name()))) width="16" height="16" alt="" loading="lazy";
        }
    }
}

/// Returns a kept picture. It says nothing that the headline beside it does not.
pub fn picture(desk: &Desk<'_>, picture: &ImageView) -> Markup {
    let to = Route::Image(picture.file_name());
    html! { img.lead src=(desk.link(&to)) width=(picture.width) height=(picture.height) alt="" loading="lazy"; }
}

/// A separator that is read as none.
pub fn dot() -> PreEscaped<&'static str> {
    PreEscaped(" <span aria-hidden=\"true\">·</span> ")
}

/// Returns a number with its noun.
pub fn counted(number: usize, one: &str, more: &str) -> String {
    crate::domain::plural::counted(number, one, more)
}
