//! Tombstones: what purged articles and their entries were known by, so that none comes back as new.

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use crate::decide::tombstone::Tombstone;
use crate::decide::{EntryIdentity, EntryMark};
use crate::domain::{ArticleId, SourceId, Timestamp};
use crate::store::engine::{StoreError, moment, seconds};

/// Bytes kept of a hash.
const HASH_BYTES: usize = 16;

/// Keeps what an article and its entries were known by.
pub fn leave(c: &Connection, now: Timestamp, article: ArticleId) -> Result<(), StoreError> {
    let key: String = c
        .prepare_cached("SELECT url_key FROM article WHERE id = ?1")?
        .query_row([article.0], |row| row.get(0))?;
    let mut statement = c.prepare_cached("SELECT source, key, title_hash FROM entry WHERE article = ?1")?;
    let entries = statement
        .query_map([article.0], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, Option<i64>>(2)?,
            ))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let title = entries.iter().find_map(|(_, _, title)| *title);
    c.prepare_cached("INSERT OR REPLACE INTO tombstone (address, title_hash, purged_at) VALUES (?1, ?2, ?3)")?
        .execute(params![hash(&key), title, seconds(now)])?;
    let mut insert = c.prepare_cached(
        "INSERT OR REPLACE INTO tombstone_entry (source, key, title_hash, purged_at) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (source, key, title) in &entries {
        insert.execute(params![source, hash(key), title, seconds(now)])?;
    }
    Ok(())
}

/// Whether an entry speaks of a purged article, by its address or by its key.
pub fn is_purged(
    c: &Connection,
    source: SourceId,
    identity: &EntryIdentity,
    said: EntryMark,
) -> Result<bool, StoreError> {
    let by_address = "SELECT title_hash, purged_at FROM tombstone WHERE address = ?1";
    let by_key = "SELECT title_hash, purged_at FROM tombstone_entry WHERE key = ?1 AND source = ?2";
    let stone = |row: &rusqlite::Row<'_>| {
        Ok(Tombstone {
            title: row.get(0)?,
            purged_at: moment(row.get(1)?),
        })
    };
    let address = c
        .prepare_cached(by_address)?
        .query_row([hash(&identity.url_key)], stone)
        .optional()?;
    let key = c
        .prepare_cached(by_key)?
        .query_row(params![hash(&identity.key.0), source.0], stone)
        .optional()?;
    Ok(address
        .into_iter()
        .chain(key)
        .any(|stone: Tombstone| stone.covers(said)))
}

/// Whether an article known by this key was purged.
pub fn has_tombstone(c: &Connection, key: &str) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM tombstone WHERE address = ?1)";
    Ok(c.prepare_cached(sql)?.query_row([hash(key)], |row| row.get(0))?)
}

fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text)[..HASH_BYTES].to_vec()
}
