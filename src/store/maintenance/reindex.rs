//! Full-text rows of articles that were stored before a change of how texts are cut into words, written again a few at a
//! time, the newest first: until the last is done a search finds no older ones, and says so.
//!
//! A step is one unit of work and notes how far it went; killed anywhere, the next run goes on from there.

use crate::domain::ArticleId;
use crate::store::engine::client::{Connection, params};
use crate::store::engine::fulltext::FullTextRow;
use crate::store::engine::statement::select_optional;
use crate::store::engine::{Role, Store, StoreError, WriterState};

impl Store {
    /// Writes the full-text rows of up to `limit` articles again. Returns how many it looked at: none when all are done.
    ///
    /// # Errors
    /// The database cannot be read or written.
    pub async fn reindex(&self, limit: usize) -> Result<usize, StoreError> {
        if self.read(left)?.is_none() {
            return Ok(0);
        }
        self.enqueue_as(Role::Stories, move |c, writer_state| step(c, writer_state, limit))
            .await
    }
}

/// Returns the numbers between which articles are left.
fn left(c: &Connection) -> Result<Option<(i64, i64)>, StoreError> {
    let sql = "SELECT done_to, up_to FROM reindex";
    select_optional(c, sql, (), |row| Ok((row.get(0)?, row.get(1)?)))
}

fn step(c: &Connection, writer_state: &mut WriterState, limit: usize) -> Result<usize, StoreError> {
    let Some((done_to, up_to)) = left(c)? else {
        return Ok(0);
    };
    let sql = "SELECT article.id, article.body_state = 'pending', article.title, article.excerpt,
                      coalesce(body.text, body.feed_text)
               FROM article JOIN body ON body.article = article.id
               WHERE article.id > ?1 AND article.id <= ?2 ORDER BY article.id DESC LIMIT ?3";
    let mut statement = c.prepare_cached(sql)?;
    let mut rows = statement.query(params![done_to, up_to, limit as i64])?;
    let (mut looked_at, mut last) = (0, up_to);
    while let Some(row) = rows.next()? {
        last = row.get(0)?;
        looked_at += 1;
        // An article with work left gets its row when that is done.
        if !row.get::<bool>(1)? {
            writer_state.texts.add(FullTextRow {
                article: ArticleId(last),
                is_indexed: true,
                title: row.get(2)?,
                excerpt: row.get(3)?,
                body: row.get(4)?,
            });
        }
    }
    match looked_at == limit {
        true => c.execute("UPDATE reindex SET up_to = ?1", [last - 1])?,
        false => c.execute("DELETE FROM reindex", ())?,
    };
    // A step that found none left takes the mark away, which counts too.
    Ok(looked_at.max(1))
}
