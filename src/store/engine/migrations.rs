//! Numbered schema steps, embedded and never edited after a release.

use std::path::Path;

use super::client::Connection;
use super::error::StoreError;
#[cfg(feature = "postgres")]
use super::postgres;

const STEPS: &[&str] = &[
    include_str!("migrations/0001_initial.sql"),
    include_str!("migrations/0002_entry_traits.sql"),
    include_str!("migrations/0003_source_health.sql"),
    include_str!("migrations/0004_fulltext_merges.sql"),
    include_str!("migrations/0005_member_words.sql"),
    include_str!("migrations/0006_hosts.sql"),
    include_str!("migrations/0007_delivery_promises.sql"),
    include_str!("migrations/0008_furniture.sql"),
    include_str!("migrations/0009_placing_reasons.sql"),
    include_str!("migrations/0010_document_material.sql"),
    include_str!("migrations/0011_merge_looks.sql"),
    include_str!("migrations/0012_reindex.sql"),
    include_str!("migrations/0013_published_zone.sql"),
    include_str!("migrations/0014_tombstones.sql"),
    include_str!("migrations/0015_plans.sql"),
    include_str!("migrations/0016_wordings.sql"),
    include_str!("migrations/0017_day_bound.sql"),
    include_str!("migrations/0018_due.sql"),
    include_str!("migrations/0019_storylines.sql"),
    include_str!("migrations/0020_teasers.sql"),
    include_str!("migrations/0021_folded_words.sql"),
    include_str!("migrations/0022_asked_rest.sql"),
    include_str!("migrations/0023_page_parts.sql"),
    include_str!("migrations/0024_images.sql"),
    include_str!("migrations/0025_article_source.sql"),
    include_str!("migrations/0026_reading.sql"),
    include_str!("migrations/0027_records.sql"),
    include_str!("migrations/0028_workers.sql"),
    include_str!("migrations/0029_deadlines.sql"),
    include_str!("migrations/0030_identifiers.sql"),
];

/// The schema this program knows.
pub const SCHEMA: i64 = STEPS.len() as i64;

/// Returns the number of a database's schema.
pub fn schema_of(c: &Connection) -> Result<i64, StoreError> {
    match c {
        Connection::Sqlite(file) => Ok(schema_of_file(file)?),
        #[cfg(feature = "postgres")]
        Connection::Postgres(session) => postgres::schema_of(session),
    }
}

pub fn schema_of_file(file: &rusqlite::Connection) -> rusqlite::Result<i64> {
    file.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings the database up to the known schema, each step in a transaction of its own.
///
/// # Errors
/// The database is newer than this program, or a step fails (the database is then as before that step).
pub fn apply(connection: &rusqlite::Connection, path: &Path) -> Result<(), StoreError> {
    let found = schema_of_file(connection)?;
    if found > SCHEMA {
        return Err(StoreError::Newer {
            path: path.to_path_buf(),
            found,
            known: SCHEMA,
        });
    }
    for (step, sql) in STEPS.iter().enumerate().skip(usize::try_from(found).unwrap_or(0)) {
        connection
            .execute_batch(&format!(
                "BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {};\nCOMMIT;",
                step + 1
            ))
            .inspect_err(|_| {
                // After a failed step the transaction may still be open.
                let _ = connection.execute_batch("ROLLBACK");
            })?;
    }
    Ok(())
}

/// Returns an empty store in memory.
#[cfg(test)]
pub fn in_memory() -> Connection {
    let file = rusqlite::Connection::open_in_memory().expect("memory is there");
    apply(&file, Path::new(":memory:")).expect("the steps are whole");
    file.into()
}

#[cfg(all(test, feature = "postgres"))]
#[test]
fn a_server_comes_to_the_schema_of_a_file() {
    assert_eq!(postgres::newest(), Some(SCHEMA));
}
