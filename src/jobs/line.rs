//! Work that was claimed and waits for a slot: in the order in which it came, but no host takes more than its share.
//!
//! A host that answers slowly, or that wants its requests far apart, then holds a few slots and nobody up.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use url::Url;

/// Pieces of work for one host that may hold slots at the same time.
const PER_HOST: usize = 4;

/// Hosts whose share may be remembered before those without work are looked for.
const HOSTS_MIN: usize = 256;

/// Work that waits for a slot.
#[derive(Debug)]
pub struct Line<T> {
    waiting: VecDeque<(Option<String>, T)>,
    shares: HashMap<String, Share>,
    /// Size at which hosts without work are next looked for.
    sweep_at: usize,
}

/// What one host has of the slots.
#[derive(Debug, Default)]
struct Share {
    /// Its slots hold one of it each.
    held: Arc<()>,
    waiting: usize,
}

/// A slot for one piece of work; dropped, however the work ended, it is free again.
#[derive(Debug)]
pub struct Slot {
    /// Nothing else waited for the same host when this was given out.
    pub is_last: bool,
    _held: Option<Arc<()>>,
}

impl<T> Default for Line<T> {
    fn default() -> Self {
        Self {
            waiting: VecDeque::new(),
            shares: HashMap::new(),
            sweep_at: HOSTS_MIN,
        }
    }
}

impl<T> Line<T> {
    /// Returns how many wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Puts work at the end; `address` is what it will ask, if anything.
    pub fn push(&mut self, address: Option<&str>, work: T) {
        let host = address.and_then(|address| Url::parse(address).ok());
        let host = host.and_then(|url| url.host_str().map(str::to_owned));
        if let Some(host) = &host {
            self.shares.entry(host.clone()).or_default().waiting += 1;
        }
        self.waiting.push_back((host, work));
    }

    /// Takes all that waits.
    pub fn clear(&mut self) -> Vec<T> {
        std::mem::take(self).waiting.into_iter().map(|(_, work)| work).collect()
    }

    /// Returns the first work whose host has not its share of the slots already.
    pub fn start(&mut self) -> Option<(Slot, T)> {
        let may_start = |host: &Option<String>| {
            let share = host.as_ref().and_then(|host| self.shares.get(host));
            share.is_none_or(|share| Arc::strong_count(&share.held) <= PER_HOST)
        };
        let position = self.waiting.iter().position(|(host, _)| may_start(host))?;
        let (host, work) = self.waiting.remove(position)?;
        let share = host.and_then(|host| self.shares.get_mut(&host));
        let slot = match share {
            Some(share) => {
                share.waiting -= 1;
                Slot {
                    is_last: share.waiting == 0,
                    _held: Some(Arc::clone(&share.held)),
                }
            }
            None => Slot {
                is_last: true,
                _held: None,
            },
        };
        if self.shares.len() > self.sweep_at {
            self.shares
                .retain(|_, share| share.waiting > 0 || Arc::strong_count(&share.held) > 1);
            self.sweep_at = HOSTS_MIN.max(2 * self.shares.len());
        }
        Some((slot, work))
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, PER_HOST};

    #[test]
    fn a_host_that_wants_everything_gets_its_share() {
        let mut line = Line::default();
        for number in 0..20 {
            line.push(Some("https://slow.example/feed"), number);
        }
        line.push(Some("https://quick.example/feed"), 100);
        line.push(None, 101);
        let mut held = Vec::new();
        let mut begun = Vec::new();
        while let Some((slot, number)) = line.start() {
            held.push(slot);
            begun.push(number);
        }
        assert_eq!(begun, [0, 1, 2, 3, 100, 101]);
        assert_eq!(line.len(), 20 - PER_HOST);
        let is_last: Vec<_> = held.iter().map(|slot: &super::Slot| slot.is_last).collect();
        assert_eq!(is_last, [false, false, false, false, true, true]);
        drop(held.swap_remove(0));
        let (slot, number) = line.start().unwrap();
        assert_eq!(number, 4);
        assert!(line.start().is_none(), "its share is held again");
        // However the work ended: a slot that goes down with a panic is free too.
        assert!(
            std::thread::spawn(move || {
                let _slot = slot;
                panic!("on purpose")
            })
            .join()
            .is_err()
        );
        assert!(line.start().is_some());
    }

    #[test]
    fn order_is_kept_where_nobody_is_in_the_way() {
        let mut line = Line::default();
        for (number, host) in ["a", "b", "a", "c", "b"].into_iter().enumerate() {
            line.push(Some(&format!("http://{host}.example/")), number);
        }
        let begun: Vec<_> = std::iter::from_fn(|| line.start()).collect();
        assert_eq!(
            begun.iter().map(|(_, number)| *number).collect::<Vec<_>>(),
            [0, 1, 2, 3, 4]
        );
    }
}
