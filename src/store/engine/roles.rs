//! What only one worker of a store does at a time.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::domain::named::named;

/// Work that one worker does for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// What stands beside the live stories in memory: which topics and sources are followed, what belongs to which story, the
    /// documents written from that, and the care of what is stored.
    Stories,
    /// Digests, alerts and their deliveries.
    Digests,
}

named!(Role, Stories = "stories", Digests = "digests");

/// The roles a worker holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles(u8);

impl Roles {
    /// All there are, as the one worker of a file has them.
    pub const ALL: Self = Self(0b11);

    /// Whether this role is among them.
    pub fn has(self, role: Role) -> bool {
        self.0 & bit(role) != 0
    }

    /// Returns them with one more.
    #[must_use]
    pub fn with(self, role: Role) -> Self {
        Self(self.0 | bit(role))
    }
}

fn bit(role: Role) -> u8 {
    1 << role as u8
}

/// The roles of this worker, for whoever asks.
#[derive(Debug, Default)]
pub struct HeldRoles(AtomicU8);

impl HeldRoles {
    pub fn set(&self, roles: Roles) {
        self.0.store(roles.0, Ordering::Release);
    }

    pub fn get(&self) -> Roles {
        Roles(self.0.load(Ordering::Acquire))
    }
}
