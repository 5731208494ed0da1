//! PostgreSQL: what is said to it otherwise than to SQLite, and how a connection to it is had.

mod dialect;
mod values;
mod session;
mod server;
mod term;
mod schema;

#[cfg(test)]
pub use schema::newest;
pub use schema::{apply, schema_of};
pub use server::DatabaseServer;
pub use session::{Prepared, Session};
pub use term::{WorkerTerm, holder_of};
pub use values::{place_of, value_of};

/// Gives a new store the number that is its alone.
pub const BEGUN: &str = "INSERT INTO setting (name, value)
    VALUES ('identity', (random() * 9e18)::bigint) ON CONFLICT DO NOTHING";

/// Asks which transactions were committed: a number that differs where any was meanwhile.
pub const COMMITTED: &str = "SELECT hashtextextended(pg_current_snapshot()::text, 0)";

/// Asks for the columns of a table.
pub const COLUMNS: &str = "SELECT column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = ?1";

/// Returns the question which number was given to a table's row last.
pub fn last_number(table: &str) -> String {
    format!("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {table}_id_seq")
}

/// Returns what gives numbers for ?1 new rows of a table.
pub fn next_numbers(table: &str) -> String {
    format!("SELECT nextval('{table}_id_seq') FROM generate_series(1, ?1)")
}

/// Returns what has a table's rows numbered from ?1 on.
pub fn set_last_number(table: &str) -> String {
    format!("SELECT setval('{table}_id_seq', ?1)")
}
