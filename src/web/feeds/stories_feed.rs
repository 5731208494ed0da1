//! Stories as feeds: of a topic, of all, and of what a search finds.

use super::entry_content::{self, content, summary};
use super::entry_id::EntryIds;
use super::feed_document::{FeedDocument, FeedEntry};
use super::written;
use crate::digest::display_text;
use crate::domain::schedule;
use crate::query;
use crate::store::articles::ArticleFilter;
use crate::views::ViewError;
use crate::views::story_entries::{self, EntrySubject, StoryEntry};
use crate::web::answer::Answer;
use crate::web::desk::Desk;
use crate::web::routes::{FeedForm, Route, SearchTerms};

/// Returns the stories of a topic as a feed, or all. `only_new`: an entry is never updated, whatever joins it later.
pub fn stories(desk: &Desk<'_>, topic: Option<&str>, form: FeedForm, only_new: bool) -> Result<Answer, ViewError> {
    let ids = EntryIds::of(desk)?;
    let found = story_entries::latest(desk.store, desk.config, topic)?;
    let own = |form| match topic.map(str::to_owned) {
        Some(name) => Route::TopicFeed { name, form, only_new },
        None => Route::StoriesFeed { form, only_new },
    };
    let home = match topic.map(str::to_owned) {
        Some(name) => Route::Topic { name, before: None },
        None => Route::Today,
    };
    let mut entries: Vec<FeedEntry> = found.iter().map(|found| entry(desk, ids, found)).collect();
    if only_new {
        for entry in &mut entries {
            entry.updated = entry.published;
        }
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.published));
    }
    let title = entry_content::title(topic.unwrap_or("All stories"));
    let mut feed = FeedDocument::new(desk, ids, &own(form), title, &home, entries);
    // However it is written, it is the same feed.
    feed.id = ids.of_feed(&own(FeedForm::Atom));
    Ok(written::answer(&feed, form))
}

/// Returns what a search finds as a feed, the newest first.
pub fn search(desk: &Desk<'_>, terms: &SearchTerms) -> Result<Answer, ViewError> {
    let query = query::parse(&terms.query).map_err(|error| ViewError::Invalid(error.to_string()))?;
    let since = schedule::since(desk.now, terms.since.as_deref()).map_err(ViewError::Invalid)?;
    let filter = ArticleFilter {
        source: terms.source.clone(),
        topic: terms.topic.clone(),
        since,
        ..ArticleFilter::default()
    };
    let ids = EntryIds::of(desk)?;
    let found = story_entries::found(desk.store, desk.config, &query, filter, desk.now)?;
    let entries = found.iter().map(|found| entry(desk, ids, found)).collect();
    let title = entry_content::title(&format!("Search: {}", terms.query));
    let home = Route::Search(terms.clone());
    let feed = FeedDocument::new(desk, ids, &Route::SearchFeed(terms.clone()), title, &home, entries);
    Ok(Answer {
        is_of_the_moment: true,
        ..written::answer(&feed, FeedForm::Atom)
    })
}

fn entry(desk: &Desk<'_>, ids: EntryIds, found: &StoryEntry) -> FeedEntry {
    let page = desk.address(&match found.subject {
        EntrySubject::Story(id) => Route::Story(id),
        EntrySubject::Article { id, .. } => Route::Article(id),
    });
    FeedEntry {
        id: ids.of_subject(found.subject),
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
