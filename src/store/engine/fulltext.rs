//! The full-text index, written last in every transaction.
//!
//! FTS5 gathers rows in memory, and writes them out as a segment of their own at every savepoint; SQLite opens one for
//! each unit of work and within many statements. So rows wait here until nothing else is to be written: then hundreds
//! of articles become one segment, at a third of the price. They are part of the same transaction all the same.
//!
//! What is indexed are the words that topics look for, in their comparable form with single spaces between them: the index
//! itself knows no letters, and what it finds is what a topic would.

use super::client::{Connection, params};
use super::database_error::DatabaseResult;

pub use super::fulltext_row::FullTextRow;
#[cfg(feature = "postgres")]
use super::tsvector;
use crate::domain::ArticleId;
use crate::text;

/// Rows that wait for the end of the transaction.
#[derive(Debug, Default)]
pub struct PendingRows {
    rows: Vec<FullTextRow>,
    /// Words that stand in the list of a server's index, as far as it is known.
    #[cfg(feature = "postgres")]
    listed: std::collections::HashSet<String>,
}

impl PendingRows {
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Forgets what was added since there were `len` rows: its unit of work was taken back.
    pub fn truncate(&mut self, len: usize) {
        self.rows.truncate(len);
    }

    /// Forgets all of it: a transaction failed.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Adds an article's row, in place of an older one. An excerpt that is the text's beginning says nothing more.
    pub fn add(&mut self, mut row: FullTextRow) {
        if row.body.starts_with(row.excerpt.trim_end_matches('…')) {
            row.excerpt.clear();
        }
        for text in [&mut row.title, &mut row.excerpt, &mut row.body] {
            *text = comparable(text);
        }
        self.rows.push(row);
    }

    /// Writes what waits. Whatever comes of it, nothing waits afterwards.
    pub fn write(&mut self, c: &Connection) -> DatabaseResult<()> {
        let rows = std::mem::take(&mut self.rows);
        #[cfg(feature = "postgres")]
        if c.sqlite().is_none() {
            return tsvector::write(c, &rows, &mut self.listed);
        }
        let mut delete = c.prepare_cached("DELETE FROM article_text WHERE rowid = ?1")?;
        let mut insert =
            c.prepare_cached("INSERT INTO article_text (rowid, title, excerpt, body) VALUES (?1, ?2, ?3, ?4)")?;
        for row in rows {
            if row.is_indexed {
                delete.execute([row.article.0])?;
            }
            insert.execute(params![row.article.0, row.title, row.excerpt, row.body])?;
        }
        Ok(())
    }
}

/// Takes an article's row out of the index.
pub fn remove(c: &Connection, article: ArticleId) -> DatabaseResult<()> {
    #[cfg(feature = "postgres")]
    if c.sqlite().is_none() {
        return tsvector::remove(c, article);
    }
    c.prepare_cached("DELETE FROM article_text WHERE rowid = ?1")?
        .execute([article.0])?;
    Ok(())
}

/// Returns the words of a text with single spaces between them.
fn comparable(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    text::each_word(text, |word| {
        words.push_str(word);
        words.push(' ');
    });
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query;
    use crate::store::articles::{fts_query, search};
    use crate::store::engine::migrations;

    #[test]
    fn scripts_without_spaces_are_found_by_substring() {
        let c = migrations::in_memory();
        let mut pending = PendingRows::default();
        let row = |article, title: &str, body: &str| FullTextRow {
            article: ArticleId(article),
            is_indexed: false,
            title: title.to_owned(),
            excerpt: String::new(),
            body: body.to_owned(),
        };
        pending.add(row(1, "关于人脸识别的法律", "Über das Gesetz"));
        pending.add(row(2, "A law", "The U.S. Gesetz"));
        pending.write(&c).unwrap();
        for (text, expected) in [
            ("人脸识别", vec![1]),
            ("脸 NOT law", vec![1]),
            ("律", vec![1]),
            ("人识", vec![]),
            ("*setz", vec![1, 2]),
            ("\"*das gesetz\"", vec![1]),
            ("*setz NOT title:law", vec![1]),
            ("gesetz", vec![1, 2]),
            ("US", vec![2]),
            ("us", vec![2]),
            ("u.s.", vec![2]),
            ("\"the us gesetz\"", vec![2]),
            ("u NEAR/3 gesetz", vec![]),
            ("lead:gesetz NOT title:law", vec![1]),
        ] {
            let query = query::parse(text).unwrap();
            let expression = fts_query::of(&query, &search::completions(&c, &query).unwrap())
                .unwrap()
                .fts5();
            let mut statement = c
                .prepare("SELECT rowid FROM article_text WHERE article_text MATCH ?1 ORDER BY rowid")
                .unwrap();
            let found = statement.query_map([&expression], |row| row.get(0)).unwrap();
            assert_eq!(found.collect::<Result<Vec<i64>, _>>().unwrap(), expected, "{text}");
        }
    }
}
