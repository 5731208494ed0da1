//! Who may ask a host, where several machines ask: only the one that holds it.

use std::fmt::Debug;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::host_state::HostState;

/// The right of this machine to ask a host; it is kept while any is held.
#[derive(Debug, Clone, Default)]
pub struct HostHold(Arc<()>);

impl HostHold {
    /// Whether somebody has it besides the one who asks.
    pub fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }
}

/// Gives the right to ask hosts, among several machines.
pub trait HostClaims: Debug + Send + Sync {
    /// Whether this machine may go by the rights it has: it was not away for so long that others may have them by now.
    fn may_ask(&self) -> bool;

    /// Waits for the right to ask a host, for a while. Returns it with what others have learned of the host, where this machine
    /// did not hold it already; nothing where another machine goes on asking it.
    fn hold<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Option<(HostHold, Option<HostState>)>>;
}
