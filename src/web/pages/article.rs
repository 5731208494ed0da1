//! An article: the original first, then where its text is from, why it is followed, its text, and what changed in it.

use maud::{Markup, html};

use super::story_list;
use super::text_changes::changed;
use crate::domain::ArticleId;
use crate::domain::article::{BodyState, Verdict};
use crate::domain::record::{self, RecordFact};
use crate::store::articles::MatchedTerm;
use crate::views::ViewError;
use crate::views::article_detail::{self, ArticleDetail};
use crate::views::images;
use crate::web::answer::Answer;
use crate::web::desk::Desk;
use crate::web::layout::{PageLayout, counted, dot, foreign, outside, time};
use crate::web::routes::Route;
use crate::web::{layout, markdown, placement_reason};

/// Terms named for which an article matches a topic.
const TERMS_SHOWN: usize = 8;

/// Returns the page of an article.
pub fn page(desk: &Desk<'_>, id: ArticleId) -> Result<Answer, ViewError> {
    let view = article_detail::detail(desk.store, id)?;
    let (full, article) = (&view.full, &view.full.article);
    let language = full.language.as_deref();
    let (body, excerpt) = (full.body.trim(), full.excerpt.trim());
    let is_hidden = desk.hides_texts();
    let body = if is_hidden { "" } else { body };
    let picture = images::of_article(desk.store, id)?;
    let content = html! {
        h1 { (foreign(&article.title, language)) }
        p { (layout::icon(desk, &article.web_url)) (outside(&article.web_url, &html! { "Read it at " (foreign(&full.provider, None)) })) }
        p.faint {
            @if let Some(byline) = &full.byline { (foreign(byline, language)) (dot()) }
            (time(desk, article.published_at))
            @if let Some(note) = article.published_zone.and_then(|zone| zone.note()) { " (" (note) ")" }
            @if !view.standing.is_dated { " (first seen; it bears no date)" }
            (dot()) "from " a href=(desk.link(&Route::Source(view.standing.source))) { (foreign(&article.source, None)) }
        }
        @if is_hidden { p.faint { "Its text is for those who have the key of the archive; this is its beginning." } } @else { p.faint { (text_from(&view)) } }
        @if let Some(picture) = &picture { (layout::picture(desk, picture)) }
        (topics(desk, &view))
        (record(&full.record))
        @if body.is_empty() && excerpt.is_empty() {
            p.notice { "No text of it is stored: its feed gave none, and its page was not read. The original has it." }
        } @else {
            div.text lang=[language] dir="auto" { @if body.is_empty() { p { (excerpt) } } @else { (markdown::html(body)) } }
        }
        @if !full.changes.is_empty() && !is_hidden {
            h2 { "What changed" }
            @for change in &full.changes { (changed(desk, change, full.changes.len() == 1)) }
        }
        h2 { "Its story" }
        @if let Some(story) = &view.story { (story_list::list(desk, [story])) }
        p.faint { "Why it is there: " (placement_reason::told(view.story.as_ref().map(|story| story.id), view.placed.as_ref())) "." }
    };
    Ok(Answer::page(
        200,
        PageLayout::new(article.title.clone(), content).render(desk),
    ))
}

/// Returns what a register says of it, a line for each name.
fn record(facts: &[RecordFact]) -> Markup {
    let lines = record::in_words(facts);
    html! {
        @if !lines.is_empty() {
            dl { @for line in &lines { dt { (line.label) } dd { bdi { (line.values) } } } }
        }
    }
}

fn topics(desk: &Desk<'_>, view: &ArticleDetail) -> Markup {
    html! {
        @if !view.standing.topics.is_empty() {
            ul.plain aria-label="Topics" {
                @for (topic, terms) in &view.standing.topics {
                    li {
                        a href=(desk.link(&Route::Topic { name: topic.clone(), before: None })) { bdi { (topic) } }
                        @if !terms.is_empty() { span.faint { " for " (found_by(terms)) } }
                    }
                }
            }
        }
    }
}

/// Returns each term once, with every part it stands in.
fn found_by(matched: &[MatchedTerm]) -> Markup {
    let mut terms: Vec<(&str, Vec<&str>)> = Vec::new();
    for one in matched {
        let (term, place) = (one.term.trim_matches('"'), place(&one.place));
        match terms.iter_mut().find(|(known, _)| *known == term) {
            Some((_, places)) => places.push(place),
            None => terms.push((term, vec![place])),
        }
    }
    html! {
        @for (at, (term, places)) in terms.iter().take(TERMS_SHOWN).enumerate() {
            @if at > 0 { "; " }
            "“" bdi { (term) } "” in " (places.join(", "))
        }
        @if terms.len() > TERMS_SHOWN { " and " (counted(terms.len() - TERMS_SHOWN, "more", "more")) }
    }
}

/// Returns the part of an article that a match names.
pub fn place(name: &str) -> &str {
    match name {
        "title" => "headline",
        "body" => "text",
        "lang" => "language",
        "domain" => "address",
        // "lead", "source", and what another program may have named.
        other => other,
    }
}

/// Returns where the text is from, and what its page turned out to be.
fn text_from(view: &ArticleDetail) -> String {
    let text = match view.standing.body_state {
        BodyState::Pending => "The feed's own text; its page is still to be read.",
        BodyState::Extracted => "The text of its page.",
        BodyState::FromFeed => "The feed's own text.",
        BodyState::Failed => "The feed's own text; its page could not be read.",
    };
    let page = match view.standing.verdict {
        Some(Verdict::Complete) if view.standing.body_state == BodyState::Extracted => "It is complete.",
        None | Some(Verdict::Complete) => return text.to_owned(),
        Some(Verdict::Teaser) => "Its page gives no more than the beginning.",
        Some(Verdict::Paywall) => "The rest is for those who pay.",
        Some(Verdict::Consent) => "Its page asks for consent first.",
        Some(Verdict::Blocked) => "Its page wants to be sure that a person reads it.",
        Some(Verdict::NotAnArticle) => "Its page is no article.",
    };
    format!("{text} {page}")
}
