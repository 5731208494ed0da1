//! What servers asked for with 429, 503 and Retry-After: whom to leave alone, and until when.
//!
//! An address waits at once, its whole host only after several refusals in a row without a success between: one busy
//! page says little about the others. Pure and bounded; time comes in as a value.

use std::collections::HashMap;

use chrono::TimeDelta;

use crate::domain::Timestamp;

/// Refusals in a row after which a whole host is left alone.
const HOST_REFUSALS_MAX: u32 = 3;
/// How long a host is left alone that refuses without saying until when, in seconds.
const HOST_WAIT_SECONDS: i64 = 60;
/// Addresses, and hosts, that are remembered.
const REMEMBERED_MAX: usize = 4096;

/// Whom to leave alone.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    addresses: HashMap<String, Timestamp>,
    hosts: HashMap<String, Host>,
}

#[derive(Debug, Clone, Copy)]
struct Host {
    refusals: u32,
    wait_until: Timestamp,
}

impl Refusals {
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

    /// Remembers a refusal of some addresses (the one asked for and the one that answered) by a host.
    pub fn refused(&mut self, now: Timestamp, host: &str, addresses: &[&str], retry_at: Option<Timestamp>) {
        if let Some(until) = retry_at.filter(|until| *until > now) {
            for address in addresses {
                make_room(&mut self.addresses, |until| *until, now);
                self.addresses.insert((*address).to_owned(), until);
            }
        }
        let until = retry_at.unwrap_or(now + TimeDelta::seconds(HOST_WAIT_SECONDS));
        if !self.hosts.contains_key(host) {
            make_room(&mut self.hosts, |host| host.wait_until, now);
        }
        let entry = self.hosts.entry(host.to_owned()).or_insert(Host {
            refusals: 0,
            wait_until: until,
        });
        entry.refusals = entry.refusals.saturating_add(1);
        entry.wait_until = entry.wait_until.max(until);
    }

    /// Remembers that a host answered well, which ends a row of refusals.
    pub fn answered(&mut self, host: &str) {
        self.hosts.remove(host);
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
        let mut refusals = Refusals::default();
        refusals.refused(at(0), "h", &["h/a"], Some(at(60)));
        assert_eq!(refusals.waits(at(59), "h", "h/a"), Some(at(60)));
        assert_eq!(refusals.waits(at(60), "h", "h/a"), None);
        assert_eq!(refusals.waits(at(1), "h", "h/b"), None);
    }

    #[test]
    fn a_host_waits_after_three_refusals_in_a_row() {
        let mut refusals = Refusals::default();
        for number in 0..3 {
            assert_eq!(refusals.waits(at(number), "h", "h/other"), None, "{number}");
            refusals.refused(at(number), "h", &[&format!("h/{number}")], Some(at(100)));
        }
        assert_eq!(refusals.waits(at(3), "h", "h/other"), Some(at(100)));
        assert_eq!(refusals.waits(at(100), "h", "h/other"), None);
    }

    #[test]
    fn a_success_between_breaks_the_row() {
        let mut refusals = Refusals::default();
        refusals.refused(at(0), "h", &["h/a"], Some(at(100)));
        refusals.refused(at(1), "h", &["h/b"], Some(at(100)));
        refusals.answered("h");
        refusals.refused(at(2), "h", &["h/c"], Some(at(100)));
        assert_eq!(refusals.waits(at(3), "h", "h/d"), None);
        assert_eq!(refusals.waits(at(3), "h", "h/a"), Some(at(100)), "its own wait stays");
    }

    #[test]
    fn refusals_without_a_time_stop_a_host_for_a_minute() {
        let mut refusals = Refusals::default();
        for number in 0..3 {
            refusals.refused(at(number), "h", &["h/a"], None);
        }
        assert_eq!(refusals.waits(at(3), "h", "h/a"), Some(at(62)));
        assert_eq!(refusals.waits(at(62), "h", "h/a"), None);
    }

    #[test]
    fn memory_is_bounded() {
        let mut refusals = Refusals::default();
        for number in 0..3 * REMEMBERED_MAX {
            let address = format!("h{number}/a");
            let until = at(1_000_000 + i64::try_from(number).unwrap());
            refusals.refused(at(0), &format!("h{number}"), &[&address], Some(until));
            assert_eq!(refusals.waits(at(1), "h", &address), Some(until));
        }
        assert!(refusals.addresses.len() <= REMEMBERED_MAX && refusals.hosts.len() <= REMEMBERED_MAX);
    }
}
