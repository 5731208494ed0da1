//! Full-text rows written before a change of how texts are cut into words, brought up to date a few at a time.
//!
//! A step is one unit of work and notes how far it went; killed anywhere, the next run goes on from there.

use rusqlite::{Connection, OptionalExtension, params};

use crate::domain::ArticleId;
use crate::store::engine::fulltext::{self, FullTextRow};
use crate::store::engine::statement::select_optional;
use crate::store::engine::{Store, StoreError, WriterState};

impl Store {
    /// Looks at up to `limit` articles whose full-text rows may be out of date, and writes those that are. Returns how
    /// many it looked at: none when all are done.
    ///
    /// # Errors
    /// The database cannot be read or written.
    pub async fn reindex(&self, limit: usize) -> Result<usize, StoreError> {
        // Texts are read beside the writer, which so has to do only with the few that are out of date.
        let Some(step) = self.read(|c| next_step(c, limit))? else {
            return Ok(0);
        };
        let looked_at = step.looked_at;
        self.enqueue(move |c, writer_state| write(c, writer_state, &step))
            .await?;
        Ok(looked_at)
    }
}

struct Step {
    looked_at: usize,
    outdated: Vec<ArticleId>,
    /// Where the next one begins; nothing when this was the last.
    done_to: Option<i64>,
}

const TEXTS: &str = "SELECT article.title, article.excerpt, coalesce(body.text, body.feed_text), article.id
                     FROM article JOIN body ON body.article = article.id";

fn next_step(c: &Connection, limit: usize) -> Result<Option<Step>, StoreError> {
    let sql = "SELECT done_to, up_to FROM reindex";
    let open: Option<(i64, i64)> = select_optional(c, sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some((done_to, up_to)) = open else {
        return Ok(None);
    };
    let sql = format!("{TEXTS} WHERE article.id > ?1 AND article.id <= ?2 ORDER BY article.id LIMIT ?3");
    let mut statement = c.prepare_cached(&sql)?;
    let mut rows = statement.query(params![done_to, up_to, limit as i64])?;
    let mut step = Step {
        looked_at: 0,
        outdated: Vec::new(),
        done_to: None,
    };
    let mut last = done_to;
    while let Some(row) = rows.next()? {
        last = row.get(3)?;
        step.looked_at += 1;
        let mut is_outdated = false;
        for column in 0..3 {
            let text = row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?;
            is_outdated |= fulltext::is_cut_anew(text);
        }
        if is_outdated {
            step.outdated.push(ArticleId(last));
        }
    }
    if step.looked_at == limit && last < up_to {
        step.done_to = Some(last);
    }
    // What is left over counts too, so that the mark goes.
    step.looked_at = step.looked_at.max(1);
    Ok(Some(step))
}

fn write(c: &Connection, writer_state: &mut WriterState, step: &Step) -> Result<(), StoreError> {
    // An article with work left has no row yet.
    let sql = format!("{TEXTS} WHERE article.id = ?1 AND article.body_state <> 'pending'");
    let mut read = c.prepare_cached(&sql)?;
    for article in &step.outdated {
        let texts = read.query_row([article.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        if let Some((title, excerpt, body)) = texts.optional()? {
            writer_state.texts.add(FullTextRow {
                article: *article,
                is_indexed: true,
                title,
                excerpt,
                body,
            });
        }
    }
    match step.done_to {
        Some(done_to) => c.execute("UPDATE reindex SET done_to = ?1", [done_to])?,
        None => c.execute("DELETE FROM reindex", [])?,
    };
    Ok(())
}
