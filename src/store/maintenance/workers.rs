//! The workers of a store at a server: what each does and holds.

use crate::domain::Timestamp;
use crate::store::engine::statement::select_all;
use crate::store::engine::{Role, Store, StoreError, moment};

/// A worker of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// Its machine, its state folder and its number.
    pub name: String,
    pub began_at: Timestamp,
    /// What it does for all.
    pub roles: Vec<Role>,
    /// How many hosts it holds.
    pub hosts: usize,
    /// It has given a sign in time.
    pub is_alive: bool,
}

impl Store {
    /// Returns the workers of a store at a server that have not ended in order, in the order in which they first came; none of
    /// one in a file.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn workers(&self) -> Result<Vec<Worker>, StoreError> {
        if !self.is_at_server() {
            return Ok(Vec::new());
        }
        self.read(|c| {
            let sql = "SELECT worker.name, began_at, (SELECT count(*) FROM host WHERE host.worker = worker.id),
                              until > server_seconds(),
                              coalesce((SELECT string_agg(role.name, ' ' ORDER BY role.name)
                                        FROM role WHERE role.worker = worker.id), '')
                       FROM worker WHERE until > 0 ORDER BY id";
            select_all(c, sql, (), |row| {
                let roles: String = row.get(4)?;
                Ok(Worker {
                    name: row.get(0)?,
                    began_at: moment(row.get(1)?),
                    hosts: usize::try_from(row.get::<i64>(2)?).unwrap_or_default(),
                    is_alive: row.get(3)?,
                    roles: roles.split(' ').filter_map(Role::of_name).collect(),
                })
            })
        })
    }
}
