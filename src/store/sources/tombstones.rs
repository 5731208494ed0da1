//! Tombstones: what purged articles and their entries were known by, so that none comes back as new.

use sha2::{Digest, Sha256};

use crate::decide::tombstone::Tombstone;
use crate::decide::{EntryIdentity, EntryMark};
use crate::domain::{ArticleId, SourceId, Timestamp};
use crate::store::engine::client::{Connection, Row, params};
use crate::store::engine::statement::{select_all, select_each, select_one};
use crate::store::engine::{StoreError, moment, seconds};

/// Bytes kept of a hash.
const HASH_BYTES: usize = 16;

/// Keeps what an article and its entries were known by.
pub fn leave(c: &Connection, now: Timestamp, article: ArticleId) -> Result<(), StoreError> {
    let sql = "SELECT url_key FROM article WHERE id = ?1";
    let key: String = select_one(c, sql, [article.0], |row| row.get(0))?;
    let sql = "SELECT source, key, title_hash FROM entry WHERE article = ?1";
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let entries: Vec<(i64, String, Option<i64>)> = select_all(c, sql, [article.0], read)?;
    let title = entries.iter().find_map(|(_, _, title)| *title);
    c.prepare_cached("INSERT INTO tombstone (address, title_hash, purged_at) VALUES (?1, ?2, ?3)
                    ON CONFLICT (address) DO UPDATE SET title_hash = excluded.title_hash, purged_at = excluded.purged_at")?
        .execute(params![hash(&key), title, seconds(now)])?;
    let mut insert = c.prepare_cached(
        "INSERT INTO tombstone_entry (source, key, title_hash, purged_at) VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT (source, key) DO UPDATE SET title_hash = excluded.title_hash, purged_at = excluded.purged_at",
    )?;
    for (source, key, title) in &entries {
        insert.execute(params![source, hash(key), title, seconds(now)])?;
    }
    Ok(())
}

/// Returns for each entry whether it speaks of a purged article, by its address or by its key.
pub fn are_purged(
    c: &Connection,
    source: SourceId,
    entries: &[(&EntryIdentity, EntryMark)],
) -> Result<Vec<bool>, StoreError> {
    let by_address = "SELECT title_hash, purged_at FROM tombstone WHERE address = ?1";
    let by_key = "SELECT title_hash, purged_at FROM tombstone_entry WHERE key = ?1 AND source = ?2";
    let stone = |row: &Row<'_>| {
        Ok(Tombstone {
            title: row.get(0)?,
            purged_at: moment(row.get(1)?),
        })
    };
    let hashes: Vec<_> = entries
        .iter()
        .map(|(identity, _)| (hash(&identity.url_key), hash(&identity.key.0)))
        .collect();
    let addresses: Vec<_> = hashes.iter().map(|(address, _)| [address.into()]).collect();
    let keys: Vec<_> = hashes.iter().map(|(_, key)| [key.into(), source.0.into()]).collect();
    let stones = select_each(c, by_address, &addresses, stone)?
        .into_iter()
        .zip(select_each(c, by_key, &keys, stone)?);
    let covers = |said, stones: &[Tombstone]| stones.iter().any(|stone| stone.covers(said));
    Ok(stones
        .zip(entries)
        .map(|((address, key), (_, said))| covers(*said, &address) || covers(*said, &key))
        .collect())
}

/// Whether an entry of a source, known by this key, speaks of a purged article, whatever it says.
pub fn has_entry_tombstone(c: &Connection, source: SourceId, key: &str) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM tombstone_entry WHERE key = ?1 AND source = ?2)";
    Ok(c.prepare_cached(sql)?
        .query_row(params![hash(key), source.0], |row| row.get(0))?)
}

/// Whether an article known by this key was purged.
pub fn has_tombstone(c: &Connection, key: &str) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM tombstone WHERE address = ?1)";
    Ok(c.prepare_cached(sql)?.query_row([hash(key)], |row| row.get(0))?)
}

fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text)[..HASH_BYTES].to_vec()
}
