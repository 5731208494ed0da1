//! A PostgreSQL server as it is configured, and connections to it.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use postgres::Config;
use postgres::config::Host;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::session::{Session, outside_runtimes};
use crate::store::engine::error::StoreError;
use crate::store::engine::place::ServerAddress;
use crate::store::engine::server_errors::said;

/// The oldest server that knows all that is said to it, as it numbers itself.
const VERSION_MIN: i64 = 130_000;
/// How long a server may take to answer a connection.
const CONNECT_WAIT: Duration = Duration::from_secs(10);
/// How long a server may give no sign before its connection counts as lost.
const SILENCE_WAIT: Duration = Duration::from_secs(15);
/// What each connection says first: a plan then depends on no bound value, as with a file, nobody waits for ever for a row
/// that another holds, and words go into the index of the full text many articles at a time.
const SETTINGS: &str = "SET client_min_messages = warning; SET plan_cache_mode = force_generic_plan; SET jit = off;
    SET gin_pending_list_limit = '16MB'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '30s';
    SET synchronous_commit = on; SET TimeZone = 'UTC'";

/// A server that can be connected to.
#[derive(Clone)]
pub struct DatabaseServer {
    config: Config,
    tls: MakeRustlsConnect,
    /// What its database is called in messages: no password is in it.
    pub name: String,
}

impl DatabaseServer {
    /// Returns a server by its address.
    ///
    /// # Errors
    /// The address is none.
    pub fn of(address: &ServerAddress) -> Result<Self, StoreError> {
        let unusable = |error: String| StoreError::ServerAddress(error);
        let mut config = Config::from_str(&address.url).map_err(|error| unusable(said(&error)))?;
        if let Some(password) = &address.password {
            config.password(password.expose());
        }
        config
            .application_name("tidings")
            .connect_timeout(CONNECT_WAIT)
            .tcp_user_timeout(SILENCE_WAIT)
            .keepalives_idle(SILENCE_WAIT);
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            name: name_of(&config),
            config,
            tls: MakeRustlsConnect::new(tls),
        })
    }

    /// Returns a new connection.
    ///
    /// # Errors
    /// The server cannot be reached, lets nobody in, or is too old.
    pub fn connect(&self) -> Result<Session, StoreError> {
        let (client, version) = outside_runtimes(|| {
            let mut client = self.config.connect(self.tls.clone())?;
            client.batch_execute(SETTINGS)?;
            let version = client.query_one("SELECT current_setting('server_version_num')::bigint", &[])?;
            Ok::<_, ::postgres::Error>((client, version))
        })?;
        let version: i64 = version.get(0);
        if version < VERSION_MIN {
            return Err(StoreError::ServerTooOld {
                name: self.name.clone(),
                found: version / 10_000,
                needed: VERSION_MIN / 10_000,
            });
        }
        Ok(Session::new(client))
    }
}

fn name_of(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        Some(Host::Unix(path)) => path.display().to_string(),
        None => "localhost".to_owned(),
    };
    let database = config.get_dbname().or(config.get_user()).unwrap_or("postgres");
    format!("{database} at {host}")
}
