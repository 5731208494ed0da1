//! The hosts that this worker holds, where there are several: claimed with the work that asks them, or when a redirect or a page
//! leads there, and let go once nobody here wants them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::fetch::{HostClaims, HostHold, HostState};
use crate::store::{Store, StoreError};

/// How long is waited for a host that another worker holds, and how often is looked.
const WAIT: Duration = Duration::from_secs(20);
const LOOK: Duration = Duration::from_millis(500);

/// The hosts that this worker holds.
pub struct HeldHosts {
    store: Store,
    /// The distance that is kept between two requests to one host.
    gap_millis: i64,
    hosts: Mutex<HashMap<String, HeldHost>>,
}

#[derive(Debug, Default)]
struct HeldHost {
    hold: HostHold,
    /// Nobody wanted it when it was last looked.
    was_idle: bool,
}

impl fmt::Debug for HeldHosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeldHosts")
            .field("hosts", &self.count())
            .finish_non_exhaustive()
    }
}

impl HeldHosts {
    /// Returns the hosts of a store at a server, of which this worker holds none yet.
    pub fn new(store: Store, gap: Duration) -> Self {
        Self {
            store,
            gap_millis: i64::try_from(gap.as_millis()).unwrap_or(i64::MAX),
            hosts: Mutex::default(),
        }
    }

    /// Returns the distance that is kept between two requests to one host, in milliseconds.
    pub fn gap_millis(&self) -> i64 {
        self.gap_millis
    }

    /// Takes note of hosts that were claimed with work.
    pub fn add(&self, claimed: impl IntoIterator<Item = String>) {
        let mut hosts = self.lock();
        for host in claimed {
            hosts.entry(host).or_default().was_idle = false;
        }
    }

    /// Returns the right to ask a host, if this worker has it.
    pub fn hold_of(&self, host: &str) -> Option<HostHold> {
        let mut hosts = self.lock();
        let held = hosts.get_mut(host)?;
        held.was_idle = false;
        Some(held.hold.clone())
    }

    /// Returns how many hosts this worker holds.
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    /// Lets go of the hosts that nobody wanted since this was last called.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn release_idle(&self) -> Result<(), StoreError> {
        let mut idle = Vec::new();
        let released = {
            let mut hosts = self.lock();
            hosts.retain(|host, held| {
                let is_idle = !held.hold.is_shared();
                let goes = is_idle && held.was_idle;
                held.was_idle = is_idle;
                if goes {
                    idle.push(host.clone());
                }
                !goes
            });
            if idle.is_empty() {
                return Ok(());
            }
            // Handed over while nobody can claim one of them anew.
            self.store.release_hosts(idle.clone())
        };
        // What is not free is this worker's still.
        match released.await {
            Ok(released) => {
                idle.retain(|host| !released.contains(host));
                self.add(idle);
                Ok(())
            }
            Err(error) => {
                self.add(idle);
                Err(error)
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, HeldHost>> {
        self.hosts
            .lock()
            .expect("nobody panics while it holds the list of hosts")
    }

    async fn claim(&self, host: &str) -> Option<(HostHold, Option<HostState>)> {
        let until = tokio::time::Instant::now() + WAIT;
        loop {
            // A worker that others count as dead has lost what it holds.
            if self.store.is_sure_of_term() {
                if let Some(hold) = self.hold_of(host) {
                    return Some((hold, None));
                }
                match self.store.claim_host(host.to_owned(), self.gap_millis).await {
                    Ok(Some(learned)) => {
                        let hold = self.lock().entry(host.to_owned()).or_default().hold.clone();
                        return Some((hold, Some(learned)));
                    }
                    Ok(None) => {}
                    Err(error) => {
                        tracing::debug!("{host} is not claimed: {error}");
                        return None;
                    }
                }
            }
            if tokio::time::Instant::now() >= until {
                return None;
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

impl HostClaims for HeldHosts {
    fn may_ask(&self) -> bool {
        self.store.is_sure_of_term()
    }

    fn hold<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Option<(HostHold, Option<HostState>)>> {
        Box::pin(self.claim(host))
    }
}
