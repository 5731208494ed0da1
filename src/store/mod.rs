//! The store: SQLite in WAL mode or a PostgreSQL server, one writer thread, readers apart; the only place that knows the database.
//!
//! Every write is a closure that runs on the writer thread inside a savepoint of its own; the writer gathers what is
//! waiting into one transaction and answers only after the commit. So what one closure changes happens whole or not
//! at all, and an answer means it is on disk. No transaction stays open across network work.
//!
//! One process owns a store in a file (`lock` in the state folder). Leases left by a process that died are void at the next
//! start, because whoever holds the lock is alone. At a server several workers share it; a worker's leases are void when its
//! term has ended (`engine/postgres/term.rs`).

mod engine;
mod rows;
pub mod stories;
pub mod documents;
pub mod articles;
pub mod sources;
pub mod digests;
mod images;
pub mod maintenance;
#[cfg(test)]
mod query_plans;

pub use engine::{
    DATABASE_NAME, DatabaseError, LOG_BYTES_KEPT, Role, Roles, SCHEMA, ServerAddress, Store, StoreError, StorePlace,
};
