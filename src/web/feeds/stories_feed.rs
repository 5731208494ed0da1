//! Stories as feeds: of a topic, of all, and of what a search finds.

use chrono::TimeDelta;

use super::entry_content::{self, content, summary};
use super::entry_id;
use super::feed_document::{FeedDocument, FeedEntry};
use super::written;
use crate::digest::display_text;
use crate::domain::schedule::parse_span;
use crate::query;
use crate::store::articles::ArticleFilter;
use crate::views::ViewError;
use crate::views::story_entries::{self, EntrySubject, StoryEntry};
use crate::web::answer::Answer;
use crate::web::desk::Desk;
use crate::web::routes::{FeedForm, Route, SearchTerms};

/// Returns the stories of a topic as a feed, or all. `only_new`: an entry is never updated, whatever joins it later.
pub fn stories(desk: &Desk<'_>, topic: Option<&str>, form: FeedForm, only_new: bool) -> Result<Answer, ViewError> {
    let found = story_entries::latest(desk.store, desk.config, topic)?;
    let own = |form| match topic.map(str::to_owned) {
        Some(name) => Route::TopicFeed { name, form, only_new },
        None => Route::StoriesFeed { form, only_new },
    };
    let home = match topic.map(str::to_owned) {
        Some(name) => Route::Topic { name, before: None },
        None => Route::Today,
    };
    let mut entries: Vec<FeedEntry> = found.iter().map(|found| entry(desk, found)).collect();
    if only_new {
        for entry in &mut entries {
            entry.updated = entry.published;
        }
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.published));
    }
    let title = entry_content::title(topic.unwrap_or("All stories"));
    let mut feed = FeedDocument::new(desk, &own(form), title, &home, entries);
    // However it is written, it is the same feed.
    feed.id = entry_id::of_feed(&own(FeedForm::Atom));
    Ok(written::answer(&feed, form))
}

/// Returns what a search finds as a feed, the newest first.
pub fn search(desk: &Desk<'_>, terms: &SearchTerms) -> Result<Answer, ViewError> {
    let query = query::parse(&terms.query).map_err(|error| ViewError::Invalid(error.to_string()))?;
    let since = terms.since.as_deref().map(|text| {
        let span: Option<TimeDelta> = parse_span(text);
        span.ok_or_else(|| {
            ViewError::Invalid(format!(
                "since={text}: no span of time; write for example 12h, 1d or 4w"
            ))
        })
    });
    let filter = ArticleFilter {
        source: terms.source.clone(),
        topic: terms.topic.clone(),
        since: since.transpose()?.and_then(|span| desk.now.checked_sub_signed(span)),
        ..ArticleFilter::default()
    };
    let found = story_entries::found(desk.store, desk.config, &query, filter, desk.now)?;
    let entries = found.iter().map(|found| entry(desk, found)).collect();
    let title = entry_content::title(&format!("Search: {}", terms.query));
    let home = Route::Search(terms.clone());
    let feed = FeedDocument::new(desk, &Route::SearchFeed(terms.clone()), title, &home, entries);
    Ok(Answer {
        is_of_the_moment: true,
        ..written::answer(&feed, FeedForm::Atom)
    })
}

fn entry(desk: &Desk<'_>, found: &StoryEntry) -> FeedEntry {
    let page = desk.address(&match found.subject {
        EntrySubject::Story { id, .. } => Route::Story(id),
        EntrySubject::Article { id, .. } => Route::Article(id),
    });
    FeedEntry {
        id: entry_id::of_subject(found.subject),
        title: entry_content::title(&found.line.title),
        url: display_text::link(&found.line.web_url),
        author: entry_content::name(&found.author),
        published: found.begun_at,
        updated: found.news_at,
        summary: summary(found),
        html: content(found, &page),
        language: display_text::language(found.line.language.as_deref()),
        page,
    }
}
