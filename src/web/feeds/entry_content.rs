//! What an entry tells of a story: who reports it, who copies whom, and which headlines changed.

use maud::{Markup, html};

use crate::digest::display_text;
use crate::domain::plural::counted;
use crate::views::story_entries::StoryEntry;
use crate::views::story_lines::OutletLine;
use crate::web::layout::outside;

/// Outlets named in one entry, those that report and those that copy each for themselves.
const OUTLETS_MAX: usize = 40;
/// Headlines that changed, the latest.
const CHANGES_MAX: usize = 20;
/// Characters of a headline, of a name and of a summary.
pub const TITLE_CHARS_MAX: usize = 300;
const NAME_CHARS_MAX: usize = 100;
const SUMMARY_CHARS_MAX: usize = 600;

/// Returns a text of the world on one line; nothing in it steers a reader.
pub fn title(text: &str) -> String {
    display_text::line(text, TITLE_CHARS_MAX)
}

/// Returns the name of an outlet.
pub fn name(text: &str) -> String {
    display_text::line(text, NAME_CHARS_MAX)
}

/// Returns what a story says in few words.
pub fn summary(entry: &StoryEntry) -> String {
    display_text::line(&entry.line.excerpt, SUMMARY_CHARS_MAX)
}

/// Returns the content of an entry, which names the story's page.
pub fn content(entry: &StoryEntry, page: &str) -> String {
    let (copies, own): (Vec<&OutletLine>, Vec<_>) = entry.line.outlets.iter().partition(|outlet| outlet.only_copies);
    let summary = summary(entry);
    let changes = &entry.headline_changes[entry.headline_changes.len().saturating_sub(CHANGES_MAX)..];
    let content = html! {
        @if !summary.is_empty() { p { (summary) } }
        p { (counted(own.len(), "outlet reports it", "outlets report it")) ":" }
        ul {
            @for outlet in own.iter().take(OUTLETS_MAX) { li { (outside(&outlet.web_url, &html! { (name(&outlet.name)) })) ": " (title(&outlet.title)) } }
            (more(own.len()))
        }
        @if !copies.is_empty() {
            p { "The same text as others have:" }
            ul {
                @for outlet in copies.iter().take(OUTLETS_MAX) {
                    li {
                        (outside(&outlet.web_url, &html! { (name(&outlet.name)) }))
                        @if let Some(original) = entry.copied.get(&outlet.name) { " (copy of " (name(original)) ")" }
                    }
                }
                (more(copies.len()))
            }
        }
        @if !changes.is_empty() {
            p { "Headlines that changed:" }
            ul {
                @for (outlet, change) in changes.iter().rev() {
                    li { (name(outlet)) ": " del { (title(&change.before)) } " " ins { (title(&change.after)) } }
                }
            }
        }
        p { a href=(page) { "The whole story" } }
    };
    content.into_string()
}

fn more(number: usize) -> Markup {
    html! { @if number > OUTLETS_MAX { li { "and " (number - OUTLETS_MAX) " more" } } }
}
