//! The full-text index at a server: the words of an article with the parts of it they stand in.
//!
//! Which words follow which is not kept: whoever needs exactly the query looks again at what was found. So an article of any
//! length fits, and a word takes up three places at most.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::client::{Connection, ToSql};
use super::database_error::DatabaseResult;
use super::fulltext_row::FullTextRow;
use crate::domain::ArticleId;

/// A word is kept as far as this, in bytes; the index knows none longer than 2,046.
const WORD_BYTES_MAX: usize = 512;
/// All of an article's words; the index holds a mebibyte of them.
const WORDS_BYTES_MAX: usize = 900_000;
/// Articles that are handed over at once: a statement may have a gibibyte.
const ROWS_MAX: usize = 200;
/// Words of the list that are remembered, so that it is not asked for each again.
const LISTED_MAX: usize = 200_000;
/// The parts of an article in the order of the index: 1A, 2B and 3C, a weight in the upper two bits and a place.
const PLACES: [u16; 3] = [3 << 14 | 1, 2 << 14 | 2, 1 << 14 | 3];

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

/// Writes the rows of articles, in place of older ones, and their words to the list of all.
pub fn write(c: &Connection, rows: &[FullTextRow], listed: &mut HashSet<String>) -> DatabaseResult<()> {
    rows.chunks(ROWS_MAX).try_for_each(|rows| write_some(c, rows, listed))
}

fn write_some(c: &Connection, rows: &[FullTextRow], listed: &mut HashSet<String>) -> DatabaseResult<()> {
    if listed.len() > LISTED_MAX {
        listed.clear();
    }
    // In their order: two workers that list the same words wait for each other, and never both.
    let mut new = BTreeSet::new();
    // The last row of each: the server is handed all at once, and changes none twice.
    let mut vectors = BTreeMap::new();
    for row in rows {
        let words = words_of(row);
        vectors.insert(row.article.0, vector(&words));
        new.extend(words.into_keys().filter(|word| !listed.contains(*word)));
    }
    let vectors: Vec<_> = vectors
        .iter()
        .map(|(article, words)| [article.value(), words.value()])
        .collect();
    c.execute_each(
        "INSERT INTO article_text (article, words) VALUES (?1, CAST(?2 AS TSVECTOR))
         ON CONFLICT (article) DO UPDATE SET words = excluded.words",
        &vectors,
    )?;
    let new: Vec<&str> = new.into_iter().collect();
    if !new.is_empty() {
        let sql =
            "INSERT INTO article_text_words (term) SELECT unnest(string_to_array(?1, ' ')) ON CONFLICT DO NOTHING";
        c.prepare_cached(sql)?.execute([new.join(" ")])?;
        listed.extend(new.into_iter().map(str::to_owned));
    }
    Ok(())
}

/// Returns the words of an article with the parts of it that each stands in.
fn words_of(row: &FullTextRow) -> BTreeMap<&str, [bool; 3]> {
    let mut words: BTreeMap<&str, [bool; 3]> = BTreeMap::new();
    let mut bytes = 0;
    for (place, text) in [&row.title, &row.excerpt, &row.body].into_iter().enumerate() {
        for word in text.split_ascii_whitespace().map(clipped) {
            if bytes > WORDS_BYTES_MAX {
                tracing::warn!(
                    article = row.article.0,
                    "the end of an article is not searched: it has too many words"
                );
                return words;
            }
            let places = words.entry(word).or_insert_with(|| {
                bytes += word.len() + PLACES.len() * 4;
                [false; 3]
            });
            places[place] = true;
        }
    }
    words
}

/// Returns words as a server takes them: their number, then each with an end and its places.
fn vector(words: &BTreeMap<&str, [bool; 3]>) -> Vec<u8> {
    let count = u32::try_from(words.len()).unwrap_or(u32::MAX);
    let mut vector = count.to_be_bytes().to_vec();
    for (word, places) in words {
        let stands: Vec<u16> = PLACES
            .iter()
            .zip(places)
            .filter(|(_, stands)| **stands)
            .map(|(place, _)| *place)
            .collect();
        vector.extend_from_slice(word.as_bytes());
        vector.extend([0, 0, stands.len() as u8]);
        vector.extend(stands.into_iter().flat_map(u16::to_be_bytes));
    }
    vector
}
