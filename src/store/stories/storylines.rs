//! Storylines: which earlier story each story continues, and in which words the two agree.
//!
//! A story continues one with a smaller number, if any: so there is no circle, whatever is merged.

use std::collections::HashSet;

use crate::clustering::ClusterItem;
use crate::clustering::storyline::FIRST_MEMBERS;
use crate::domain::article::Article;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::lexicon::LANGUAGES;
use crate::store::engine::DatabaseResult;
use crate::store::engine::client::{Connection, Row, params};
use crate::store::engine::statement::{execute, select_all, select_optional};
use crate::store::engine::{Store, StoreError, moment};
use crate::store::rows::article::{self, head};
use crate::store::rows::document_marks;
use crate::text;

/// Stories told of a storyline before one, and behind it.
const STEPS_MAX: i64 = 6;
/// Articles of the earlier story whose words are compared, letters of a word that says anything, and words that are kept.
const COMPARED_MAX: i64 = 8;
const LETTERS_MIN: usize = 3;
const WORDS_MAX: usize = 6;

/// A story of a storyline.
#[derive(Debug, Clone, PartialEq)]
pub struct StorylineStep {
    pub story: StoryId,
    pub started_at: Timestamp,
    pub continues: Option<StoryId>,
    /// Words it shares with the one it continues.
    pub words: Vec<String>,
    /// The article it is known by, without text: of the topic asked for where there is one, no copy, the newest.
    pub article: Article,
}

impl Store {
    /// Returns the storyline a story is in, oldest first, with up to six stories before it and six behind it; nothing where
    /// it continues none and none continues it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn storyline(&self, id: StoryId) -> Result<Vec<StorylineStep>, StoreError> {
        self.read(|c| {
            let mut stories = before(c, id)?;
            stories.push(id);
            stories.extend(behind(c, id)?);
            if stories.len() == 1 {
                return Ok(Vec::new());
            }
            let mut steps = Vec::with_capacity(stories.len());
            for story in stories {
                steps.extend(step(c, story, None)?);
            }
            Ok(steps)
        })
    }
}

/// Returns a story as a step of its storyline; nothing where it has no members.
pub fn step(c: &Connection, story: StoryId, topic: Option<&str>) -> Result<Option<StorylineStep>, StoreError> {
    let head = head::SQL;
    let sql = format!(
        "SELECT {head}, story.started_at, story.continues, story.continues_words, article.language
         FROM story JOIN member ON member.story = story.id JOIN article ON article.id = member.article
         WHERE story.id = ?1
         ORDER BY EXISTS (SELECT 1 FROM match WHERE match.article = article.id
                          AND match.topic = (SELECT id FROM topic WHERE name = ?2)) DESC,
                  member.copy_of IS NOT NULL, article.published_at DESC, article.id LIMIT 1"
    );
    select_optional(c, &sql, params![story.0, topic], |row| {
        let article = Article {
            language: row.get("language")?,
            ..article::head_from(row)?
        };
        Ok(StorylineStep {
            story,
            started_at: moment(row.get("started_at")?),
            continues: row.get("continues")?,
            words: words_from(row)?,
            article,
        })
    })
}

fn words_from(row: &Row<'_>) -> DatabaseResult<Vec<String>> {
    let kept: Option<String> = row.get("continues_words")?;
    Ok(kept
        .and_then(|words| serde_json::from_str(&words).ok())
        .unwrap_or_default())
}

/// Returns the story that a story continues.
pub fn predecessor(c: &Connection, story: StoryId) -> Result<Option<StoryId>, StoreError> {
    let sql = "SELECT continues FROM story WHERE id = ?1";
    Ok(select_optional(c, sql, [story.0], |row| row.get(0))?.flatten())
}

/// Whether one of two stories continues the other, be it by stories between them.
pub fn are_linked(c: &Connection, one: StoryId, other: StoryId) -> Result<bool, StoreError> {
    Ok(before(c, one.max(other))?.contains(&one.min(other)))
}

/// Returns the stories before one, oldest first.
fn before(c: &Connection, id: StoryId) -> Result<Vec<StoryId>, StoreError> {
    let mut found = Vec::new();
    let mut last = id;
    while let Some(earlier) = predecessor(c, last)?
        && found.len() < STEPS_MAX as usize
    {
        found.push(earlier);
        last = earlier;
    }
    found.reverse();
    Ok(found)
}

/// Returns the stories that continue one, and those that continue these.
fn behind(c: &Connection, id: StoryId) -> Result<Vec<StoryId>, StoreError> {
    let sql = "WITH RECURSIVE later (id) AS (
                   SELECT id FROM story WHERE continues = ?1
                   UNION SELECT story.id FROM story JOIN later ON story.continues = later.id)
               SELECT id FROM later LIMIT ?2";
    let mut found: Vec<StoryId> = select_all(c, sql, params![id.0, STEPS_MAX], |row| row.get(0))?;
    found.sort_unstable();
    Ok(found)
}

/// Notes what a story continues, where it continues nothing yet, and why: the words of its article that stand in the other
/// story. Marks the documents of both.
pub fn link(c: &Connection, story: StoryId, earlier: StoryId, item: &ClusterItem<'_>) -> Result<(), StoreError> {
    debug_assert!(earlier < story, "a story continues an earlier one");
    if predecessor(c, story)?.is_some() {
        return Ok(());
    }
    let words = serde_json::json!(shared_words(c, item, earlier)?).to_string();
    let sql = "UPDATE story SET continues = ?2, continues_words = ?3 WHERE id = ?1 AND continues IS NULL";
    if execute(c, sql, params![story.0, earlier.0, words])? > 0 {
        document_marks::mark_story(c, story)?;
    }
    Ok(())
}

/// Has what continued a story that is merged into another continue that one, as far as it is earlier.
pub fn merge(c: &Connection, into: StoryId, from: StoryId) -> Result<(), StoreError> {
    for sql in [
        // Where it continues nothing, or what has just become part of it, it continues what that did.
        "UPDATE story SET (continues, continues_words) =
             (SELECT other.continues, other.continues_words FROM story AS other WHERE other.id = ?2 AND other.continues < ?1)
         WHERE id = ?1 AND coalesce(continues, ?2) = ?2",
        "UPDATE story SET continues = ?1 WHERE continues = ?2 AND id > ?1",
        "UPDATE story SET continues = NULL, continues_words = NULL WHERE continues = ?2 AND id <> ?1",
    ] {
        execute(c, sql, [into.0, from.0])?;
    }
    execute(
        c,
        "UPDATE story SET continues = NULL, continues_words = NULL WHERE id = ?1",
        [from.0],
    )?;
    Ok(())
}

/// Has a story continue none that a reader parts among the members its link was found by: the link may be theirs, and a wrong
/// one is worse than none. To be called before they are moved.
pub fn split(c: &Connection, story: StoryId, moved: &[ArticleId]) -> Result<(), StoreError> {
    let sql = "SELECT article FROM member WHERE story = ?1 ORDER BY joined_at, article LIMIT ?2";
    let first: Vec<ArticleId> = select_all(c, sql, params![story.0, FIRST_MEMBERS], |row| row.get(0))?;
    if first.iter().any(|article| moved.contains(article)) {
        document_marks::mark_story(c, story)?;
        let sql = "UPDATE story SET continues = NULL, continues_words = NULL WHERE id = ?1";
        execute(c, sql, [story.0])?;
    }
    Ok(())
}

/// Has no story continue one that goes.
pub fn forget(c: &Connection, story: StoryId) -> Result<(), StoreError> {
    let sql = "UPDATE story SET continues = NULL, continues_words = NULL WHERE continues = ?1";
    execute(c, sql, [story.0])?;
    Ok(())
}

/// Returns the words of an article that say something and stand in a story's articles too, in order.
fn shared_words(c: &Connection, item: &ClusterItem<'_>, story: StoryId) -> Result<Vec<String>, StoreError> {
    let mut theirs = HashSet::new();
    let sql = "SELECT article.title, article.excerpt FROM member JOIN article ON article.id = member.article
               WHERE member.story = ?1 ORDER BY member.joined_at DESC LIMIT ?2";
    let texts: Vec<[String; 2]> = select_all(c, sql, params![story.0, COMPARED_MAX], |row| {
        Ok([row.get(0)?, row.get(1)?])
    })?;
    texts.iter().flatten().for_each(|text| {
        text::each_word(text, |word| {
            theirs.insert(word.to_owned());
        });
    });
    let is_function_word = |word: &str| LANGUAGES.iter().any(|language| language.function_words.contains(&word));
    let mut words: Vec<String> = Vec::new();
    for own in [item.title, item.excerpt] {
        text::each_word(own, |word| {
            let is_known = || words.iter().any(|own| own == word);
            // Pairs of letters are no words to a reader.
            let says_something = word.chars().count() >= LETTERS_MIN && !word.chars().any(text::is_unspaced);
            if words.len() < WORDS_MAX
                && says_something
                && theirs.contains(word)
                && !is_known()
                && !is_function_word(word)
            {
                words.push(word.to_owned());
            }
        });
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::engine::migrations;

    /// A store with stories 1 to 5, each of one article; 2 continues 1, 4 continues 2 and 5 continues 3.
    fn stories() -> Connection {
        let c = migrations::in_memory();
        c.execute_batch(
            "PRAGMA foreign_keys = OFF;
             INSERT INTO story (id, started_at, updated_at, continues) VALUES
                 (1, 0, 0, NULL), (2, 0, 0, 1), (3, 0, 0, NULL), (4, 0, 0, 2), (5, 0, 0, 3);
             INSERT INTO member (article, story, joined_at) VALUES (1, 1, 0), (2, 2, 0), (3, 3, 0), (4, 4, 0), (5, 5, 0);
             INSERT INTO document (article, name, dirty) VALUES (1, '1', 0), (2, '2', 0), (3, '3', 0), (4, '4', 0), (5, '5', 0);",
        )
        .unwrap();
        c
    }

    fn links(c: &Connection) -> Vec<Option<i64>> {
        select_all(c, "SELECT continues FROM story ORDER BY id", (), |row| row.get(0)).unwrap()
    }

    #[test]
    fn what_continued_a_merged_story_continues_the_one_it_became_part_of() {
        let c = stories();
        merge(&c, StoryId(1), StoryId(2)).unwrap();
        assert_eq!(links(&c), [None, None, None, Some(1), Some(3)]);
        let c = stories();
        merge(&c, StoryId(3), StoryId(2)).unwrap();
        assert_eq!(links(&c), [None, None, Some(1), Some(3), Some(3)]);
    }

    #[test]
    fn no_story_continues_itself_or_a_later_one() {
        let c = stories();
        // The larger of two keeps its number, and may be the later one.
        merge(&c, StoryId(5), StoryId(2)).unwrap();
        assert_eq!(links(&c), [None, None, None, None, Some(3)]);
        let c = stories();
        merge(&c, StoryId(4), StoryId(1)).unwrap();
        assert_eq!(links(&c), [None, None, None, Some(2), Some(3)]);
        merge(&c, StoryId(4), StoryId(2)).unwrap();
        assert_eq!(links(&c), [None, None, None, None, Some(3)]);
    }

    #[test]
    fn a_split_among_the_first_members_ends_a_link() {
        let c = stories();
        c.execute_batch("INSERT INTO member (article, story, joined_at) VALUES (21, 2, 1), (22, 2, 2), (23, 2, 3)")
            .unwrap();
        split(&c, StoryId(2), &[ArticleId(23)]).unwrap();
        assert_eq!(links(&c), [None, Some(1), None, Some(2), Some(3)], "it came later");
        split(&c, StoryId(2), &[ArticleId(22)]).unwrap();
        assert_eq!(links(&c), [None, None, None, Some(2), Some(3)]);
    }

    #[test]
    fn a_story_that_goes_is_continued_by_none() {
        let c = stories();
        forget(&c, StoryId(2)).unwrap();
        assert_eq!(links(&c), [None, Some(1), None, None, Some(3)]);
    }

    #[test]
    fn a_change_of_a_story_marks_what_names_it() {
        let c = stories();
        document_marks::mark_story(&c, StoryId(2)).unwrap();
        let sql = "SELECT article FROM document WHERE dirty > 0 ORDER BY article";
        let marked: Vec<i64> = select_all(&c, sql, (), |row| row.get(0)).unwrap();
        assert_eq!(marked, [1, 2, 4]);
    }

    #[test]
    fn a_chain_is_told_in_order() {
        let c = stories();
        let ids = |numbers: &[i64]| numbers.iter().copied().map(StoryId).collect::<Vec<_>>();
        assert_eq!(
            (before(&c, StoryId(4)).unwrap(), behind(&c, StoryId(1)).unwrap()),
            (ids(&[1, 2]), ids(&[2, 4]))
        );
    }
}
