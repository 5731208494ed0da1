//! A story: who reports it and who only copies, how it grew, what changed, what it continues and what is near.

use std::collections::HashMap;

use maud::{Markup, html};

use super::text_changes::sentence_change;
use super::{bars, story_list};
use crate::domain::{ArticleId, StoryId};
use crate::store::stories::{EditCause, EditKind, StoryEdit};
use crate::views::images::{self, ImageView};
use crate::views::revision_diff::{self, ArticleChange};
use crate::views::stories::{self, MemberView, StoryTimeline};
use crate::views::{ViewError, story_lines};
use crate::web::answer::Answer;
use crate::web::desk::Desk;
use crate::web::layout::{PageLayout, counted, dot, foreign, time};
use crate::web::routes::Route;
use crate::web::{layout, placement_reason};

/// Articles of one story whose changes of text are shown, those that changed last.
const CHANGED_MAX: usize = 20;
/// Articles asked for a kept picture.
const PICTURES_MAX: usize = 20;
/// Stories named as near.
const NEAR_MAX: usize = 5;

/// Returns the page of a story.
pub fn page(desk: &Desk<'_>, id: StoryId) -> Result<Answer, ViewError> {
    let view = stories::timeline(desk.store, id, desk.config.zone)?;
    if view.story.articles.is_empty() {
        return moved(desk, id, &view);
    }
    let story = &view.story;
    let mut in_order: Vec<&MemberView> = story.articles.iter().collect();
    in_order.sort_by_key(|member| (member.published_date_time, member.id));
    let mut near = desk.store.near_stories(id)?;
    near.truncate(NEAR_MAX);
    let near = story_lines::of_ids(desk.store, &near, None)?;
    let changes = if desk.hides_texts() {
        Vec::new()
    } else {
        changes(desk, &view)?
    };
    let picture = lead_picture(desk, &view)?;
    let titles: HashMap<ArticleId, &MemberView> = story.articles.iter().map(|member| (member.id, member)).collect();
    let outlets = story.articles.iter().filter(|member| member.is_first_of_outlet).count();
    let content = html! {
        h1 { (foreign(&story.title, None)) }
        @for head in &view.documents {
            p {
                a href=(desk.link(&Route::Article(head.article))) { (foreign(&head.title, None)) }
                br; span.faint { (foreign(&head.told, None)) }
            }
        }
        p.faint {
            (counted(outlets, "outlet", "outlets")) (dot()) (counted(story.articles.len(), "article", "articles"))
            @if story.copies() > 0 { ", " (counted(story.copies(), "copy", "copies")) " among them" }
            (dot()) @if let Some(first) = story.articles.iter().map(|member| member.published_date_time).min() { "since " (time(desk, first)) }
            @for topic in &story.topics {
                (dot()) a href=(desk.link(&Route::Topic { name: topic.clone(), before: None })) { bdi { (topic) } }
            }
        }
        @if let Some(picture) = &picture { (layout::picture(desk, picture)) }
        (bars::bars(&view.days))
        @if view.storyline.len() > 1 {
            h2 { "Storyline" }
            ol.timeline {
                @for step in &view.storyline {
                    li class=[(step.id == id).then_some("first")] {
                        @if step.id == id { strong { "This story" } }
                        @else { a href=(desk.link(&Route::Story(step.id))) { (foreign(&step.title, None)) } }
                        div.faint { (time(desk, step.started_date_time)) @if !step.words.is_empty() { (dot()) "for “" bdi { (step.words.join(", ")) } "”" } }
                    }
                }
            }
        }
        h2 { "How it was reported" }
        ol.timeline { @for member in &in_order { (member_line(desk, id, member, &titles)) } }
        @if !story.headline_changes.is_empty() {
            h2 { "Headlines that changed" }
            ul.plain {
                @for change in &story.headline_changes {
                    li {
                        del { (foreign(&change.before, None)) } br; ins { (foreign(&change.after, None)) }
                        div.faint {
                            @if let Some(member) = titles.get(&change.article) { (foreign(&member.provider, None)) (dot()) }
                            (time(desk, change.at))
                        }
                    }
                }
            }
        }
        @if !changes.is_empty() {
            h2 { "Texts that changed" }
            @for (member, change) in &changes {
                details open[changes.len() == 1] {
                    summary { (foreign(&member.provider, None)) (dot()) (time(desk, change.replaced_date_time)) (dot()) (counted(change.sentences.len(), "sentence", "sentences")) }
                    ul.plain { @for sentence in &change.sentences { li { (sentence_change(sentence)) } } }
                }
            }
        }
        @if !view.corrections.is_empty() {
            h2 { "Put right" }
            ul.plain { @for edit in &view.corrections { li { (correction(desk, edit)) } } }
        }
        @if !near.is_empty() { h2 { "Related" } (story_list::list(desk, &near)) }
    };
    Ok(Answer::page(
        200,
        PageLayout::new(story.title.clone(), content).render(desk),
    ))
}

/// A story that was merged into another keeps its address and leads there.
fn moved(desk: &Desk<'_>, id: StoryId, view: &StoryTimeline) -> Result<Answer, ViewError> {
    let content = html! {
        h1 { "Story " (id) " was merged" }
        p { "Its articles stand in another story." }
        ul.plain { @for edit in &view.corrections { li { (correction(desk, edit)) } } }
    };
    Ok(Answer::page(
        200,
        PageLayout::new(format!("Story {id}"), content).render(desk),
    ))
}

/// Returns the kept picture of the newest of its articles that has one.
fn lead_picture(desk: &Desk<'_>, view: &StoryTimeline) -> Result<Option<ImageView>, ViewError> {
    let newest = view.story.articles.iter().rev().take(PICTURES_MAX);
    let found = newest.map(|member| images::of_article(desk.store, member.id));
    found.filter_map(Result::transpose).next().transpose()
}

fn member_line(desk: &Desk<'_>, story: StoryId, member: &MemberView, all: &HashMap<ArticleId, &MemberView>) -> Markup {
    let class = match (member.copy_of, member.is_first_of_outlet) {
        (Some(_), _) => Some("copy"),
        (None, true) => Some("first"),
        (None, false) => None,
    };
    html! {
        li class=[class] {
            a href=(desk.link(&Route::Article(member.id))) { (foreign(&member.title, None)) }
            div.faint {
                (layout::outlet(desk, &member.web_url, &member.provider)) (dot()) (time(desk, member.published_date_time))
                @if let Some(original) = member.copy_of {
                    (dot()) "copy"
                    @if let Some(original) = all.get(&original) { " of " (foreign(&original.provider, None)) }
                }
                @if let Some(Some(why)) = &member.placed {
                    details { summary { "Why it is here" } (placement_reason::brief(story, why)) }
                }
            }
        }
    }
}

/// Returns what changed in the texts of its articles, the latest first.
fn changes<'a>(desk: &Desk<'_>, view: &'a StoryTimeline) -> Result<Vec<(&'a MemberView, ArticleChange)>, ViewError> {
    let mut changed: Vec<ArticleId> = Vec::new();
    for change in view.revisions.iter().rev() {
        if !changed.contains(&change.article) && changed.len() < CHANGED_MAX {
            changed.push(change.article);
        }
    }
    let mut found = Vec::new();
    for member in view.story.articles.iter().filter(|member| changed.contains(&member.id)) {
        let (before, text) = desk.store.history(member.id)?;
        let changes = revision_diff::changes(&before, &member.title, &text).into_iter();
        found.extend(
            changes
                .filter(|change| !change.sentences.is_empty())
                .map(|change| (member, change)),
        );
    }
    found.sort_by_key(|(_, change)| std::cmp::Reverse(change.replaced_date_time));
    found.truncate(CHANGED_MAX);
    Ok(found)
}

fn correction(desk: &Desk<'_>, edit: &StoryEdit) -> Markup {
    let (what, other) = match edit.change {
        EditKind::MergedInto(other) => ("Merged into", other),
        EditKind::MergedFrom(other) => ("Merged from", other),
        EditKind::SplitInto(other) => ("Split into", other),
        EditKind::SplitFrom(other) => ("Split from", other),
    };
    html! {
        (what) " " a href=(desk.link(&Route::Story(other))) { "story " (other) } (dot()) (time(desk, edit.at))
        (dot()) (counted(edit.articles.len(), "article", "articles"))
        @match &edit.cause { EditCause::ByHand => { (dot()) "by hand" }, EditCause::Found(why) => { (dot()) (why) } }
    }
}
