//! The full-text index at a server: the words of an article with the parts of it they stand in.
//!
//! Which words follow which is not kept: whoever needs exactly the query looks again at what was found. So an article of any
//! length fits, and a word takes up three places at most.

use std::collections::{BTreeMap, HashSet};

use super::client::{Connection, params};
use super::database_error::DatabaseResult;
use super::fulltext_row::FullTextRow;
use crate::domain::ArticleId;

/// A word is kept as far as this, in bytes; the index knows none longer than 2,046.
const WORD_BYTES_MAX: usize = 512;
/// All of an article's words; the index holds a mebibyte of them.
const WORDS_BYTES_MAX: usize = 900_000;
/// Words of the list that are remembered, so that it is not asked for each again.
const LISTED_MAX: usize = 200_000;
/// The parts of an article in the order of the index, as they are written behind a word.
const PLACES: [&str; 3] = ["1A", "2B", "3C"];

/// Returns as much of a word as the index has.
pub fn clipped(word: &str) -> &str {
    &word[..word.floor_char_boundary(WORD_BYTES_MAX)]
}

/// Returns a word as the index reads it.
pub fn quoted(word: &str) -> String {
    format!("'{}'", clipped(word).replace('\\', "\\\\").replace('\'', "''"))
}

/// Returns the statement that ranks the newest articles with some words: ?4 is the query.
pub fn ranking(narrowed: &str, limit: usize) -> String {
    let narrowed = narrowed.replace("article_text.rowid", "article_text.article");
    format!(
        "SELECT article_text.article, ts_rank('{{0, 0.125, 0.375, 1}}', words, CAST(?4 AS TEXT)::TSQUERY) FROM article_text
         WHERE words @@ CAST(?4 AS TEXT)::TSQUERY {narrowed}
         ORDER BY article_text.article DESC LIMIT {limit}"
    )
}

/// Takes an article's row out.
pub fn remove(c: &Connection, article: ArticleId) -> DatabaseResult<()> {
    c.prepare_cached("DELETE FROM article_text WHERE article = ?1")?
        .execute([article.0])?;
    Ok(())
}

/// Writes an article's row, in place of an older one, and its words to the list of all.
pub fn write(c: &Connection, row: &FullTextRow, listed: &mut HashSet<String>) -> DatabaseResult<()> {
    let mut words: BTreeMap<&str, [bool; 3]> = BTreeMap::new();
    let mut bytes = 0;
    'parts: for (place, text) in [&row.title, &row.excerpt, &row.body].into_iter().enumerate() {
        for word in text.split_ascii_whitespace().map(clipped) {
            if bytes > WORDS_BYTES_MAX {
                tracing::warn!(
                    article = row.article.0,
                    "the end of an article is not searched: it has too many words"
                );
                break 'parts;
            }
            let places = words.entry(word).or_insert_with(|| {
                bytes += word.len() + PLACES.len() * 4;
                [false; 3]
            });
            places[place] = true;
        }
    }
    let mut vector = String::with_capacity(bytes);
    for (word, places) in &words {
        let stands = PLACES.iter().zip(places).filter(|(_, stands)| **stands);
        let places: Vec<&str> = stands.map(|(place, _)| *place).collect();
        vector.push_str(&format!("{}:{} ", quoted(word), places.join(",")));
    }
    c.prepare_cached(
        "INSERT INTO article_text (article, words) VALUES (?1, CAST(?2 AS TEXT)::TSVECTOR)
         ON CONFLICT (article) DO UPDATE SET words = excluded.words",
    )?
    .execute(params![row.article.0, vector])?;
    if listed.len() > LISTED_MAX {
        listed.clear();
    }
    // In their order: two workers that list the same words wait for each other, and never both.
    let new: Vec<&str> = words.keys().copied().filter(|word| !listed.contains(*word)).collect();
    if !new.is_empty() {
        let sql =
            "INSERT INTO article_text_words (term) SELECT unnest(string_to_array(?1, ' ')) ON CONFLICT DO NOTHING";
        c.prepare_cached(sql)?.execute([new.join(" ")])?;
        listed.extend(new.into_iter().map(str::to_owned));
    }
    Ok(())
}
