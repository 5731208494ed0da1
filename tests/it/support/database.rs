//! The database under a store, looked at and changed beside it: the one place of the tests that knows which it is.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::types::FromSql;
use tidings::store::DATABASE_NAME;

/// How long a change waits for the store's writer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection of its own.
pub struct Database(Connection);

impl Database {
    /// Opens the database of a state folder, an empty one where there is none.
    pub fn of(state: &Path) -> Self {
        Self::at(&state.join(DATABASE_NAME))
    }

    pub fn at(path: &Path) -> Self {
        let connection = Connection::open(path).unwrap();
        connection.busy_timeout(PATIENCE).unwrap();
        Self(connection)
    }

    /// Runs statements whose answers nobody reads.
    #[track_caller]
    pub fn run(&self, sql: &str) {
        self.0.execute_batch(sql).unwrap();
    }

    /// Returns how many rows the statement before changed.
    pub fn changed(&self) -> u64 {
        self.0.changes()
    }

    /// Returns the one value of a query.
    #[track_caller]
    pub fn one<T: FromSql>(&self, sql: &str) -> T {
        self.0.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Returns the first value of each row of a query.
    #[track_caller]
    pub fn all<T: FromSql>(&self, sql: &str) -> Vec<T> {
        let mut statement = self.0.prepare(sql).unwrap();
        let found = statement.query_map([], |row| row.get(0)).unwrap();
        found.collect::<Result<_, _>>().unwrap()
    }

    pub fn count(&self, table: &str) -> i64 {
        self.one(&format!("SELECT count(*) FROM {table}"))
    }

    /// Returns the number of the schema.
    pub fn schema(&self) -> i64 {
        self.one("PRAGMA user_version")
    }

    pub fn set_schema(&self, number: i64) {
        self.run(&format!("PRAGMA user_version = {number}"));
    }
}
