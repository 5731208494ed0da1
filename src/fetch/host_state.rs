//! What is known of hosts, as values that outlast the process: the store keeps them, and gives them back at a start.

use crate::domain::Timestamp;

/// What became known of hosts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostState {
    /// Addresses that are left alone, and until when.
    pub addresses: Vec<(String, Timestamp)>,
    /// Hosts that refuse; none for one that answers again.
    pub hosts: Vec<(String, Option<HostBackoff>)>,
    /// What robots.txt of an origin says.
    pub rules: Vec<(String, SavedRobots)>,
}

/// A host that refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostBackoff {
    /// Refusals in a row.
    pub refusals: u32,
    pub wait_until: Timestamp,
}

/// The rules of one origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedRobots {
    /// As `Robots` writes them, or why there are none to go by.
    pub rules: Result<String, String>,
    /// Until when they are gone by without asking again.
    pub until: Timestamp,
}

impl HostState {
    /// Whether nothing became known.
    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty() && self.hosts.is_empty() && self.rules.is_empty()
    }
}
