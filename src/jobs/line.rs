//! Work that was claimed and waits for a slot: in the order in which it came, but no host takes more than its share.
//!
//! A host that answers slowly, or that wants its requests far apart, then holds a few slots and nobody up.

use std::collections::{HashMap, VecDeque};

use url::Url;

/// Pieces of work for one host that may hold slots at the same time.
const PER_HOST: usize = 4;

/// Work that waits for a slot.
#[derive(Debug)]
pub struct Line<T> {
    waiting: VecDeque<(Option<String>, T)>,
    /// Slots held, by host.
    held: HashMap<String, usize>,
}

/// A slot for one piece of work; to be given back to its line.
#[derive(Debug)]
pub struct Slot {
    host: Option<String>,
}

impl<T> Default for Line<T> {
    fn default() -> Self {
        Self {
            waiting: VecDeque::new(),
            held: HashMap::new(),
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
        self.waiting.push_back((host, work));
    }

    /// Returns the first work whose host has not its share of the slots already.
    pub fn start(&mut self) -> Option<(Slot, T)> {
        let may_start = |host: &Option<String>| {
            let held = host.as_ref().and_then(|host| self.held.get(host));
            held.is_none_or(|held| *held < PER_HOST)
        };
        let position = self.waiting.iter().position(|(host, _)| may_start(host))?;
        let (host, work) = self.waiting.remove(position)?;
        if let Some(host) = &host {
            match self.held.get_mut(host) {
                Some(held) => *held += 1,
                None => {
                    self.held.insert(host.clone(), 1);
                }
            }
        }
        Some((Slot { host }, work))
    }

    /// Takes a slot back.
    pub fn give_back(&mut self, slot: Slot) {
        let Some(host) = slot.host else { return };
        if let Some(held) = self.held.get_mut(&host) {
            *held -= 1;
            if *held == 0 {
                self.held.remove(&host);
            }
        }
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
        line.give_back(held.swap_remove(0));
        assert_eq!(line.start().map(|(_, number)| number), Some(4));
        assert!(line.start().is_none());
    }

    #[test]
    fn order_is_kept_where_nobody_is_in_the_way() {
        let mut line = Line::default();
        for (number, host) in ["a", "b", "a", "c", "b"].into_iter().enumerate() {
            line.push(Some(&format!("http://{host}.example/")), number);
        }
        let begun: Vec<usize> = std::iter::from_fn(|| line.start().map(|(_, number)| number)).collect();
        assert_eq!(begun, [0, 1, 2, 3, 4]);
    }
}
