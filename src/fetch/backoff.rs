//! What servers asked for with 429, 503 and Retry-After: whom to leave alone, and until when.
//!
//! An address waits at once, as long as it asks for; its whole host only after several refusals in a row without a success
//! between, and at first for an hour at most: one busy page says little about the others, and many may share a host. Pure
//! and bounded; time comes in as a value.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;

use crate::domain::Timestamp;

use super::host_state::HostBackoff;

/// Refusals in a row after which a whole host is left alone.
const HOST_REFUSALS_MAX: u32 = 3;
/// How long a host is left alone at most when it has refused so often, in seconds; each refusal more doubles it …
const HOST_SECONDS_FIRST: i64 = 3_600;
/// … up to this. What one address asks for beyond that holds for that address alone.
const HOST_SECONDS_MAX: i64 = 8 * 3_600;
/// How long a host is left alone that refuses without saying until when, in seconds.
const HOST_WAIT_SECONDS: i64 = 60;
/// Addresses, and hosts, that are remembered.
const REMEMBERED_MAX: usize = 4096;

/// Whom to leave alone.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    addresses: HashMap<String, Timestamp>,
    hosts: HashMap<String, HostBackoff>,
    /// The hosts among them whose last refusal was a check of who asks. Not kept over a restart.
    checking: HashSet<String>,
    /// What changed since it was last told; what finds no room here is not kept over a restart.
    changed_addresses: Vec<String>,
    changed_hosts: Vec<String>,
}

impl Backoff {
    /// Returns until when an address on a host must wait, if it must.
    pub fn waits(&self, now: Timestamp, host: &str, address: &str) -> Option<Timestamp> {
        let own = self.addresses.get(address).copied();
        let hosts = self
            .hosts
            .get(host)
            .filter(|host| host.refusals >= HOST_REFUSALS_MAX)
            .map(|host| host.wait_until);
        own.max(hosts).filter(|until| *until > now)
    }

    /// Whether a host's last refusal was a check of who asks.
    pub fn checks(&self, host: &str) -> bool {
        self.checking.contains(host)
    }

    /// Remembers a refusal of some addresses (the one asked for and the one that answered) by a host.
    pub fn refused(
        &mut self,
        now: Timestamp,
        host: &str,
        addresses: &[&str],
        retry_at: Option<Timestamp>,
        is_check: bool,
    ) {
        if let Some(until) = retry_at.filter(|until| *until > now) {
            for address in addresses {
                make_room(&mut self.addresses, |until| *until, now);
                self.addresses.insert((*address).to_owned(), until);
                note(&mut self.changed_addresses, address);
            }
        }
        let until = retry_at.unwrap_or(now + TimeDelta::seconds(HOST_WAIT_SECONDS));
        if !self.hosts.contains_key(host) {
            let known = self.hosts.len();
            make_room(&mut self.hosts, |host| host.wait_until, now);
            if self.hosts.len() < known {
                self.checking.retain(|host| self.hosts.contains_key(host));
            }
        }
        match is_check {
            true => self.checking.insert(host.to_owned()),
            false => self.checking.remove(host),
        };
        let entry = self.hosts.entry(host.to_owned()).or_insert(HostBackoff {
            refusals: 0,
            wait_until: until,
        });
        entry.refusals = entry.refusals.saturating_add(1);
        let doublings = entry.refusals.saturating_sub(HOST_REFUSALS_MAX).min(8);
        let most = now + TimeDelta::seconds((HOST_SECONDS_FIRST << doublings).min(HOST_SECONDS_MAX));
        entry.wait_until = entry.wait_until.max(until).min(most);
        note(&mut self.changed_hosts, host);
    }

    /// Remembers that a host answered well, which ends a row of refusals.
    pub fn answered(&mut self, host: &str) {
        self.checking.remove(host);
        if self.hosts.remove(host).is_some() {
            note(&mut self.changed_hosts, host);
        }
    }

    /// Returns what changed since this was last asked: addresses that wait, and hosts that refuse or no longer do.
    #[expect(clippy::type_complexity, reason = "two of the parts of `Remembered`")]
    pub fn drain_changes(&mut self) -> (Vec<(String, Timestamp)>, Vec<(String, Option<HostBackoff>)>) {
        let addresses = std::mem::take(&mut self.changed_addresses);
        let hosts = std::mem::take(&mut self.changed_hosts);
        let until = |address: String| self.addresses.get(&address).map(|until| (address, *until));
        let refusing = |host: String| {
            let refusing = self.hosts.get(&host).copied();
            (host, refusing)
        };
        (
            addresses.into_iter().filter_map(until).collect(),
            hosts.into_iter().map(refusing).collect(),
        )
    }

    /// Takes over what others have learned: it is newer than what is remembered here.
    pub fn learn(&mut self, addresses: Vec<(String, Timestamp)>, hosts: Vec<(String, Option<HostBackoff>)>) {
        self.addresses.extend(addresses);
        for (host, refusing) in hosts {
            match refusing {
                Some(refusing) => self.hosts.insert(host, refusing),
                None => self.hosts.remove(&host),
            };
        }
    }

    /// Takes back what was remembered before a restart, where nothing newer is known.
    pub fn restore(&mut self, addresses: Vec<(String, Timestamp)>, hosts: Vec<(String, Option<HostBackoff>)>) {
        for (address, until) in addresses.into_iter().take(REMEMBERED_MAX) {
            self.addresses.entry(address).or_insert(until);
        }
        for (host, refusing) in hosts.into_iter().take(REMEMBERED_MAX) {
            if let Some(refusing) = refusing {
                self.hosts.entry(host).or_insert(refusing);
            }
        }
    }
}

fn note(changed: &mut Vec<String>, name: &str) {
    if changed.len() < REMEMBERED_MAX && changed.iter().rev().take(8).all(|known| known != name) {
        changed.push(name.to_owned());
    }
}

/// Makes room for one more: what is over goes first, then what ends soonest.
fn make_room<T>(map: &mut HashMap<String, T>, until: impl Fn(&T) -> Timestamp, now: Timestamp) {
    if map.len() < REMEMBERED_MAX {
        return;
    }
    map.retain(|_, value| until(value) > now);
    if map.len() < REMEMBERED_MAX {
        return;
    }
    let mut ends: Vec<Timestamp> = map.values().map(&until).collect();
    // A quarter at once, so that the next insertions need not look again.
    let (_, middle, _) = ends.select_nth_unstable(REMEMBERED_MAX / 4);
    let middle = *middle;
    map.retain(|_, value| until(value) > middle);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn an_address_waits_at_once_and_alone() {
        let mut refusals = Backoff::default();
        refusals.refused(at(0), "h", &["h/a"], Some(at(60)), false);
        assert_eq!(refusals.waits(at(59), "h", "h/a"), Some(at(60)));
        assert_eq!(refusals.waits(at(60), "h", "h/a"), None);
        assert_eq!(refusals.waits(at(1), "h", "h/b"), None);
    }

    #[test]
    fn a_host_waits_after_three_refusals_in_a_row() {
        let mut refusals = Backoff::default();
        for number in 0..3 {
            assert_eq!(refusals.waits(at(number), "h", "h/other"), None, "{number}");
            refusals.refused(at(number), "h", &[&format!("h/{number}")], Some(at(100)), false);
        }
        assert_eq!(refusals.waits(at(3), "h", "h/other"), Some(at(100)));
        assert_eq!(refusals.waits(at(100), "h", "h/other"), None);
    }

    #[test]
    fn what_one_address_asks_for_holds_its_host_for_hours_not_days() {
        const WEEK: i64 = 7 * 24 * 3600;
        let mut refusals = Backoff::default();
        let mut hours = Vec::new();
        for number in 0..8 {
            let address = format!("h/{number}");
            refusals.refused(at(0), "h", &[&address], Some(at(WEEK)), false);
            assert_eq!(
                refusals.waits(at(1), "h", &address),
                Some(at(WEEK)),
                "it waits as long as it asks for"
            );
            let waits = refusals.waits(at(1), "h", "h/other");
            hours.push(waits.map_or(0, |until| (until - at(0)).num_hours()));
        }
        assert_eq!(hours, [0, 0, 1, 2, 4, 8, 8, 8]);
        // Kept by a program that knew no such bound.
        let mut restarted = Backoff::default();
        let kept = HostBackoff {
            refusals: 3,
            wait_until: at(WEEK),
        };
        restarted.restore(Vec::new(), vec![("h".to_owned(), Some(kept))]);
        restarted.refused(at(0), "h", &["h/a"], Some(at(WEEK)), false);
        assert_eq!(restarted.waits(at(1), "h", "h/other"), Some(at(2 * 3600)));
    }

    #[test]
    fn a_success_between_breaks_the_row() {
        let mut refusals = Backoff::default();
        refusals.refused(at(0), "h", &["h/a"], Some(at(100)), false);
        refusals.refused(at(1), "h", &["h/b"], Some(at(100)), false);
        refusals.answered("h");
        refusals.refused(at(2), "h", &["h/c"], Some(at(100)), false);
        assert_eq!(refusals.waits(at(3), "h", "h/d"), None);
        assert_eq!(refusals.waits(at(3), "h", "h/a"), Some(at(100)), "its own wait stays");
    }

    #[test]
    fn refusals_without_a_time_stop_a_host_for_a_minute() {
        let mut refusals = Backoff::default();
        for number in 0..3 {
            refusals.refused(at(number), "h", &["h/a"], None, false);
        }
        assert_eq!(refusals.waits(at(3), "h", "h/a"), Some(at(62)));
        assert_eq!(refusals.waits(at(62), "h", "h/a"), None);
    }

    #[test]
    fn what_changed_is_told_once_and_goes_on_after_a_restart() {
        let mut refusals = Backoff::default();
        refusals.answered("quiet");
        assert_eq!(
            refusals.drain_changes(),
            (vec![], vec![]),
            "a success of a host that never refused is no news"
        );
        for number in 0..2 {
            refusals.refused(at(number), "h", &["h/a"], Some(at(100)), false);
        }
        let (addresses, hosts) = refusals.drain_changes();
        assert_eq!(addresses, [("h/a".to_owned(), at(100))]);
        assert_eq!(hosts.len(), 1, "told once: {hosts:?}");
        assert_eq!(refusals.drain_changes(), (vec![], vec![]));

        let mut restarted = Backoff::default();
        restarted.restore(addresses, hosts);
        assert_eq!(restarted.waits(at(2), "h", "h/a"), Some(at(100)));
        assert_eq!(restarted.waits(at(2), "h", "h/b"), None);
        restarted.refused(at(2), "h", &["h/c"], None, false);
        assert_eq!(restarted.waits(at(3), "h", "h/b"), Some(at(100)), "the third in a row");
        restarted.answered("h");
        assert_eq!(restarted.drain_changes().1, [("h".to_owned(), None)]);
    }

    #[test]
    fn what_a_host_refused_with_last_is_known() {
        let mut refusals = Backoff::default();
        refusals.refused(at(0), "h", &["h/a"], None, true);
        assert!(refusals.checks("h") && !refusals.checks("other"));
        refusals.refused(at(1), "h", &["h/a"], None, false);
        assert!(!refusals.checks("h"));
        refusals.refused(at(2), "h", &["h/a"], None, true);
        refusals.answered("h");
        assert!(!refusals.checks("h"));
    }

    #[test]
    fn memory_is_bounded() {
        let mut refusals = Backoff::default();
        for number in 0..3 * REMEMBERED_MAX {
            let address = format!("h{number}/a");
            let until = at(1_000_000 + i64::try_from(number).unwrap());
            refusals.refused(at(0), &format!("h{number}"), &[&address], Some(until), true);
            assert_eq!(refusals.waits(at(1), "h", &address), Some(until));
        }
        assert!(refusals.addresses.len() <= REMEMBERED_MAX && refusals.hosts.len() <= REMEMBERED_MAX);
        assert!(refusals.checking.len() <= REMEMBERED_MAX);
    }
}
