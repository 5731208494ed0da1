//! Whose turn it is: articles begun together are placed in the order they were begun, however their pages came in.
//!
//! A story told in order is told better, and the same articles give the same stories. Nobody waits for long: a page that
//! takes its time loses its turn, and one that ends without being placed passes it on.

use std::time::Duration;

use tokio::sync::oneshot;

/// An article waits this long for those before it, in seconds.
const PATIENCE_SECONDS: u64 = 10;

/// The end of a queue.
#[derive(Debug, Default)]
pub struct PlacementOrder {
    last: Option<oneshot::Receiver<()>>,
}

/// A place in a queue; the next one's turn comes when this is dropped.
#[derive(Debug)]
pub struct PlacementTurn {
    before: Option<oneshot::Receiver<()>>,
    _own: oneshot::Sender<()>,
}

impl PlacementOrder {
    /// Returns a place behind all given before.
    pub fn take(&mut self) -> PlacementTurn {
        let (own, end) = oneshot::channel();
        PlacementTurn {
            before: self.last.replace(end),
            _own: own,
        }
    }
}

impl PlacementTurn {
    /// Waits until those before are done, or patience is.
    pub async fn wait(&mut self) {
        if let Some(before) = self.before.take() {
            // Done or given up: either way it is this one's turn.
            let _ = tokio::time::timeout(Duration::from_secs(PATIENCE_SECONDS), before).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PlacementOrder;

    #[tokio::test(start_paused = true)]
    async fn turns_come_in_order_and_a_late_one_holds_nobody_for_ever() {
        let mut queue = PlacementOrder::default();
        let (first, mut second, mut third) = (queue.take(), queue.take(), queue.take());
        let begun = tokio::time::Instant::now();
        second.wait().await;
        assert!(begun.elapsed().as_secs() >= 10, "the first never ended");
        drop(second);
        let begun = tokio::time::Instant::now();
        third.wait().await;
        assert_eq!(begun.elapsed().as_secs(), 0);
        drop(first);
    }
}
