//! Where a store can be: what any store must do is tried in each.

use tempfile::TempDir;
use tidings::store::{ServerAddress, Store, StoreError, StorePlace};

/// An empty place of a store.
pub struct Home {
    folder: TempDir,
    server: Option<ServerAddress>,
}

impl Home {
    fn new(server: Option<ServerAddress>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, server }
    }

    /// Returns one in a file.
    pub fn of_file() -> Self {
        Self::new(None)
    }

    /// Returns one in a new database of the tests' server; none where there is no server.
    #[cfg(feature = "postgres")]
    pub fn at_server() -> Option<Self> {
        let url = super::postgres_server::empty_database()?;
        Some(Self::new(Some(ServerAddress { url, password: None })))
    }

    /// Returns another worker's place of the same store.
    #[cfg(feature = "postgres")]
    pub fn of_another_worker(&self) -> Self {
        Self::new(self.server.clone())
    }

    #[cfg(feature = "postgres")]
    pub fn url(&self) -> &str {
        self.server.as_ref().map_or("", |server| &server.url)
    }

    pub fn place(&self) -> StorePlace<'_> {
        StorePlace {
            folder: self.folder.path(),
            server: self.server.as_ref(),
        }
    }

    pub fn open(&self) -> Result<Store, StoreError> {
        Store::open(self.place())
    }
}

/// Returns the table of a configuration for each kind of database there is.
pub fn store_tables() -> Vec<String> {
    let table = |home: Home| match home.server {
        Some(server) => format!("\n[store]\npostgres = {{ url = \"{}\" }}\n", server.url),
        None => String::new(),
    };
    homes().into_iter().map(table).collect()
}

/// Returns an empty place in each kind of database there is.
pub fn homes() -> Vec<Home> {
    #[cfg(feature = "postgres")]
    return [Some(Home::of_file()), Home::at_server()]
        .into_iter()
        .flatten()
        .collect();
    #[cfg(not(feature = "postgres"))]
    vec![Home::of_file()]
}
