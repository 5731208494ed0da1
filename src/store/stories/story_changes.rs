//! What changed in the articles of a story: each revision with the headline before it and after it.

use serde::Serialize;

use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::store::engine::client::Connection;
use crate::store::engine::statement::select_all;
use crate::store::engine::{Store, StoreError, moment};
use crate::text::is_same_text;

/// A change of an article that is in a story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoryChange {
    pub article: ArticleId,
    #[serde(rename = "dateTime")]
    pub at: Timestamp,
    /// Its headline before and after.
    pub before: String,
    pub after: String,
}

impl StoryChange {
    /// Whether the headline changed in more than trifles; if not, the text did.
    pub fn is_headline(&self) -> bool {
        !is_same_text(&self.before, &self.after)
    }
}

impl Store {
    /// Returns the changes of a story's articles, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn story_changes(&self, id: StoryId) -> Result<Vec<StoryChange>, StoreError> {
        self.read(|c| story_changes(c, id))
    }
}

fn story_changes(c: &Connection, id: StoryId) -> Result<Vec<StoryChange>, StoreError> {
    // What an article says after a change is what its next revision said before, or what it says now.
    let sql = "SELECT article.id, revision.replaced_at, revision.title,
                      coalesce(lead(revision.title) OVER (PARTITION BY article.id ORDER BY revision.id), article.title)
               FROM member JOIN article ON article.id = member.article JOIN revision ON revision.article = article.id
               WHERE member.story = ?1 ORDER BY revision.replaced_at, revision.id";
    select_all(c, sql, [id.0], |row| {
        Ok(StoryChange {
            article: row.get(0)?,
            at: moment(row.get(1)?),
            before: row.get(2)?,
            after: row.get(3)?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::engine::migrations;

    #[test]
    fn a_change_is_told_by_what_came_next_not_by_what_is_said_now() {
        let c = migrations::in_memory();
        c.execute_batch(
            "PRAGMA foreign_keys = OFF;
             INSERT INTO article (id, source, url_key, title, excerpt, original_url, web_url, published_at, seen_at,
                                  provider_name, provider_domain, is_news, is_dated, body_state, wants_page)
                 VALUES (7, 1, 'k', 'B', '', '', '', 0, 0, '', '', 1, 1, 'from-feed', 0);
             INSERT INTO member (article, story, joined_at) VALUES (7, 1, 0);
             INSERT INTO revision (article, replaced_at, title, excerpt, text)
                 VALUES (7, 10, 'A', '', 'one'), (7, 20, 'A', '', 'two'), (7, 30, 'b!', '', 'three');",
        )
        .unwrap();
        let told: Vec<_> = story_changes(&c, StoryId(1))
            .unwrap()
            .into_iter()
            .map(|change| (change.at.timestamp(), change.is_headline(), change.before, change.after))
            .collect();
        let text = |text: &str| text.to_owned();
        assert_eq!(
            told,
            [
                (10, false, text("A"), text("A")),
                (20, true, text("A"), text("b!")),
                (30, false, text("b!"), text("B")),
            ]
        );
        assert_eq!(story_changes(&c, StoryId(2)).unwrap(), []);
    }
}
