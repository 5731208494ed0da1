//! The schema at a server: numbered as that of a file is, and brought up to date by whoever comes first.

use postgres::error::SqlState;

use super::session::Session;
use super::term;
use crate::store::engine::database_error::{Cause, DatabaseResult};
use crate::store::engine::error::StoreError;

/// Each step with the schema it gives; a server knows none before the first of these.
const STEPS: &[(i64, &str)] = &[
    (25, include_str!("migrations/0025_whole.sql")),
    (26, include_str!("migrations/0026_reading.sql")),
    (27, include_str!("migrations/0027_records.sql")),
    (28, include_str!("migrations/0028_workers.sql")),
    (29, include_str!("migrations/0029_deadlines.sql")),
    (30, include_str!("migrations/0030_identifiers.sql")),
];

/// The one row that says which schema there is; whoever changes it holds it.
const NUMBER: &str = "CREATE TABLE IF NOT EXISTS tidings_schema (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    number BIGINT NOT NULL
);
INSERT INTO tidings_schema (id, number) VALUES (1, 0) ON CONFLICT DO NOTHING";

/// Returns the number of the schema; 0 where there is none.
///
/// # Errors
/// The server cannot be asked.
pub fn schema_of(session: &Session) -> Result<i64, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM information_schema.tables
                              WHERE table_name = 'tidings_schema' AND table_schema = current_schema())";
    let one = |sql: &str| Ok::<_, StoreError>(session.prepare(sql)?.query(&[])?.into_iter().next());
    match one(sql)?.is_some_and(|row| row.get(0)) {
        true => Ok(one("SELECT number FROM tidings_schema")?.map_or(0, |row| row.get(0))),
        false => Ok(0),
    }
}

/// The first schema that knows of several workers.
const OF_WORKERS: i64 = 28;

/// Brings the schema up to the one that is known, all of it or none, once no worker of another one is left; `then` is part of it.
/// Of several workers one does it, the others wait.
///
/// # Errors
/// It is newer than this program, or a step fails.
pub fn apply<T>(
    session: &Session,
    server: &str,
    known: i64,
    then: impl FnOnce() -> DatabaseResult<T>,
) -> Result<T, StoreError> {
    make_number(session)?;
    session.run("BEGIN")?;
    let result = steps(session, server, known).and_then(|()| Ok(then()?));
    session.run(if result.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    result
}

/// Two that make the same table at the same time: one of them is told that it is there.
fn make_number(session: &Session) -> Result<(), StoreError> {
    match session.run(NUMBER) {
        Err(error) if is_there_meanwhile(&error.0) => Ok(session.run(NUMBER)?),
        made => Ok(made?),
    }
}

fn is_there_meanwhile(cause: &Cause) -> bool {
    let Cause::Postgres(error) = cause else { return false };
    matches!(
        error.code(),
        Some(&SqlState::UNIQUE_VIOLATION | &SqlState::DUPLICATE_TABLE | &SqlState::DUPLICATE_OBJECT)
    )
}

fn steps(session: &Session, server: &str, known: i64) -> Result<(), StoreError> {
    let rows = session
        .prepare("SELECT number FROM tidings_schema WHERE id = 1 FOR UPDATE")?
        .query(&[])?;
    let found: i64 = rows.first().map_or(0, |row| row.get(0));
    if found > known {
        return Err(StoreError::Newer {
            path: server.into(),
            found,
            known,
        });
    }
    if found >= OF_WORKERS
        && let Some(holder) = term::of_another_schema(session, known)?
    {
        return Err(StoreError::OfAnotherVersion { holder });
    }
    for (number, sql) in STEPS.iter().filter(|(number, _)| *number > found) {
        session.run(sql)?;
        session.run(&format!("UPDATE tidings_schema SET number = {number}"))?;
    }
    Ok(())
}

/// Returns the newest schema a server comes to.
#[cfg(test)]
pub fn newest() -> Option<i64> {
    STEPS.last().map(|(number, _)| *number)
}
