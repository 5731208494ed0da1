//! The queue in front of every request: at most so many in flight to one host, some time between their starts, and at
//! most so many in flight at all.
//!
//! A request takes its host's place first and a global one last, and holds no global one while it waits for its host:
//! one slow host never keeps the others waiting. Hosts nobody asks are forgotten.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::politeness::{Admit, HostPace, HostReady};

/// Hosts that may be remembered before idle ones are looked for.
const HOSTS_MIN: usize = 256;

/// The queue in front of every request.
#[derive(Debug)]
pub(super) struct RateLimiter {
    hosts: Mutex<Hosts>,
    everyone: Arc<Semaphore>,
    per_host: usize,
    gap: Duration,
}

#[derive(Debug, Default)]
struct Hosts {
    by_name: HashMap<String, Arc<Host>>,
    /// Size at which idle hosts are next looked for.
    sweep_at: usize,
}

#[derive(Debug)]
struct Host {
    places: Arc<Semaphore>,
    pace: Mutex<HostPace>,
}

/// The right to make one request; held while it is in flight.
#[derive(Debug)]
pub(super) struct RequestPermit {
    _place: OwnedSemaphorePermit,
    _everyone: OwnedSemaphorePermit,
}

impl RateLimiter {
    /// Returns a gate for `concurrency` requests at once, `per_host` of them to one host, `gap` apart.
    pub fn new(concurrency: usize, per_host: usize, gap: Duration) -> Self {
        let bounded = |count: usize| count.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            hosts: Mutex::default(),
            everyone: Arc::new(Semaphore::new(bounded(concurrency))),
            per_host: bounded(per_host),
            gap,
        }
    }

    /// Waits until a request to `host` may start. Requests to one host start in the order they came.
    pub async fn enter(&self, host: &str) -> RequestPermit {
        let host = self.host(host);
        let place = acquire(&host.places).await;
        loop {
            let free_at = lock(&host.pace).free_at(self.gap);
            if let Some(at) = free_at {
                tokio::time::sleep_until(at).await;
            }
            let everyone = acquire(&self.everyone).await;
            // Another request to the host may have started while this one waited for a global place.
            match lock(&host.pace).admit(Instant::now(), self.gap) {
                Admit::Now => {
                    return RequestPermit {
                        _place: place,
                        _everyone: everyone,
                    };
                }
                Admit::At(_) => drop(everyone),
            }
        }
    }

    /// Returns whether a request to `host` would start at once.
    pub fn ready(&self, host: &str) -> HostReady {
        let keeps_distance = !self.gap.is_zero();
        let hosts = lock(&self.hosts);
        match hosts.by_name.get(host) {
            Some(host) if keeps_distance => match lock(&host.pace).free_at(self.gap) {
                _ if host.places.available_permits() == 0 => HostReady::Later,
                Some(at) if at > Instant::now() => HostReady::At(at),
                _ => HostReady::Now { keeps_distance },
            },
            // Without a pace one request may stand in the queue while another is answered.
            _ => HostReady::Now { keeps_distance },
        }
    }

    fn host(&self, name: &str) -> Arc<Host> {
        let mut hosts = lock(&self.hosts);
        if let Some(host) = hosts.by_name.get(name) {
            return Arc::clone(host);
        }
        if hosts.by_name.len() >= hosts.sweep_at {
            let now = Instant::now();
            hosts.by_name.retain(|_, host| host.is_wanted(now, self.gap));
            hosts.sweep_at = HOSTS_MIN.max(2 * hosts.by_name.len());
        }
        let places = Arc::new(Semaphore::new(self.per_host));
        let host = Arc::new(Host {
            places,
            pace: Mutex::default(),
        });
        hosts.by_name.insert(name.to_owned(), Arc::clone(&host));
        host
    }
}

impl Host {
    /// Whether someone waits for this host, asks it, or would have to keep a distance.
    fn is_wanted(self: &Arc<Self>, now: Instant, gap: Duration) -> bool {
        // A pass keeps its place's semaphore, a waiting request the host itself.
        Arc::strong_count(self) > 1
            || Arc::strong_count(&self.places) > 1
            || lock(&self.pace).free_at(gap).is_some_and(|at| at > now)
    }
}

async fn acquire(places: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    Arc::clone(places)
        .acquire_owned()
        .await
        .expect("the gate never closes its semaphores")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nothing panics while it holds a lock of the gate")
}

#[cfg(test)]
mod tests {
    use super::*;

    use futures_util::future::join_all;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    /// Returns when requests to these hosts start, in seconds, each lasting `length`.
    async fn starts(gate: &RateLimiter, hosts: &[&str], length: Duration) -> Vec<u64> {
        let begin = Instant::now();
        join_all(hosts.iter().map(|host| async move {
            let _pass = gate.enter(host).await;
            let at = begin.elapsed().as_secs();
            tokio::time::sleep(length).await;
            at
        }))
        .await
    }

    #[tokio::test(start_paused = true)]
    async fn one_host_is_asked_at_its_pace() {
        let gate = RateLimiter::new(64, 1, seconds(1));
        assert_eq!(starts(&gate, &["a", "a", "b", "a"], Duration::ZERO).await, [0, 1, 0, 2]);
        assert_eq!(starts(&gate, &["a", "a"], seconds(5)).await, [1, 6]);
    }

    #[tokio::test(start_paused = true)]
    async fn several_at_once_still_start_apart() {
        let gate = RateLimiter::new(64, 2, seconds(1));
        assert_eq!(starts(&gate, &["a", "a", "a"], seconds(10)).await, [0, 1, 10]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_waiting_host_holds_no_global_place() {
        let gate = RateLimiter::new(2, 1, seconds(1));
        assert_eq!(
            starts(&gate, &["slow", "slow", "slow", "b", "c"], seconds(10)).await,
            [0, 10, 20, 0, 10]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_global_place_does_not_shorten_the_gap() {
        let gate = RateLimiter::new(1, 4, seconds(3));
        assert_eq!(starts(&gate, &["other", "a", "a"], seconds(4)).await, [0, 4, 8]);
        let gate = RateLimiter::new(2, 4, seconds(3));
        assert_eq!(starts(&gate, &["x", "y", "a", "a"], seconds(10)).await, [0, 0, 10, 13]);
    }

    #[tokio::test(start_paused = true)]
    async fn idle_hosts_are_forgotten() {
        let gate = RateLimiter::new(64, 1, seconds(1));
        let kept = gate.enter("busy.example").await;
        for number in 0..10_000 {
            drop(gate.enter(&format!("{number}.example")).await);
            tokio::time::advance(seconds(1)).await;
        }
        let hosts = lock(&gate.hosts);
        assert!(hosts.by_name.len() <= HOSTS_MIN, "{}", hosts.by_name.len());
        assert!(hosts.by_name.contains_key("busy.example"));
        drop(kept);
    }
}
