//! Work that was claimed and waits for a slot: in the order in which it came, but no host takes more than its share, and
//! none takes a slot before it may be asked.
//!
//! A host that answers slowly, or that wants its requests far apart, then holds a few slots and nobody up.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::fetch::HostReady;

/// Pieces of work for one host that may hold slots at the same time.
const PER_HOST: usize = 4;

/// Hosts whose share may be remembered before those without work are looked for.
const HOSTS_MIN: usize = 256;

/// Work that waits for a slot.
#[derive(Debug)]
pub struct HostQueue<T> {
    waiting: VecDeque<(Option<String>, T)>,
    shares: HashMap<String, Share>,
    /// Every slot holds one of it.
    held: Arc<()>,
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
pub struct HostSlot {
    /// Nothing else waited for the same host when this was given out.
    pub is_last: bool,
    _held: Option<Arc<()>>,
    _one_of_all: Arc<()>,
}

/// Work that begins now, and when there may be more.
#[derive(Debug)]
pub struct StartedWork<T> {
    pub work: Vec<(HostSlot, T)>,
    /// When the first host may be asked of those that keep their distance.
    pub next_at: Option<Instant>,
}

impl<T> Default for HostQueue<T> {
    fn default() -> Self {
        Self {
            waiting: VecDeque::new(),
            shares: HashMap::new(),
            held: Arc::default(),
            sweep_at: HOSTS_MIN,
        }
    }
}

impl<T> HostQueue<T> {
    /// Returns how many wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Returns how many slots are held.
    pub fn held(&self) -> usize {
        Arc::strong_count(&self.held) - 1
    }

    /// Puts work at the end; `host` is whom it will ask, if anyone.
    pub fn push(&mut self, host: Option<String>, work: T) {
        if let Some(host) = &host {
            self.shares.entry(host.clone()).or_default().waiting += 1;
        }
        self.waiting.push_back((host, work));
    }

    /// Takes all that waits.
    pub fn clear(&mut self) -> Vec<T> {
        for share in self.shares.values_mut() {
            share.waiting = 0;
        }
        self.waiting.drain(..).map(|(_, work)| work).collect()
    }

    /// Returns what tells, of one piece of work after the other, whether it may be claimed: no more of one host than
    /// `ahead` waits here.
    pub fn admission(&self, ahead: usize) -> impl FnMut(Option<&str>) -> bool + Send + 'static {
        let waiting = self.shares.iter().filter(|(_, share)| share.waiting > 0);
        let mut waiting: HashMap<String, usize> = waiting.map(|(host, share)| (host.clone(), share.waiting)).collect();
        move |host| {
            let Some(host) = host else { return true };
            let count = match waiting.get_mut(host) {
                Some(count) => count,
                None => waiting.entry(host.to_owned()).or_default(),
            };
            let is_admitted = *count < ahead;
            *count += usize::from(is_admitted);
            is_admitted
        }
    }

    /// Takes up to `room` pieces of work whose host has not its share of the slots already and may be asked now.
    pub fn start(&mut self, room: usize, ready: impl Fn(&str) -> HostReady) -> StartedWork<T> {
        let mut begun = StartedWork {
            work: Vec::new(),
            next_at: None,
        };
        let mut hosts: HashMap<String, HostReady> = HashMap::new();
        // Few as a rule, of hosts that may not be asked yet: what stands behind them is not touched.
        let mut left = Vec::new();
        while begun.work.len() < room
            && let Some((host, work)) = self.waiting.pop_front()
        {
            let may_start = host.as_ref().is_none_or(|host| {
                let known = hosts.get(host).copied();
                let state = known.unwrap_or_else(|| ready(host));
                let may_start = matches!(state, HostReady::Now { .. }) && self.has_share(host);
                let next = match state {
                    // What begins now has not asked yet; the next one comes at a distance.
                    HostReady::Now { keeps_distance: true } if may_start => HostReady::Later,
                    state => state,
                };
                if let HostReady::At(at) = state {
                    begun.next_at = Some(begun.next_at.map_or(at, |next| next.min(at)));
                }
                if known != Some(next) {
                    hosts.insert(host.clone(), next);
                }
                may_start
            });
            match may_start {
                true => begun.work.push((self.slot(host), work)),
                false => left.push((host, work)),
            }
        }
        left.into_iter().rev().for_each(|kept| self.waiting.push_front(kept));
        self.sweep();
        begun
    }

    fn has_share(&self, host: &str) -> bool {
        let share = self.shares.get(host);
        share.is_none_or(|share| Arc::strong_count(&share.held) <= PER_HOST)
    }

    fn slot(&mut self, host: Option<String>) -> HostSlot {
        let share = host.and_then(|host| self.shares.get_mut(&host));
        let (is_last, held) = match share {
            Some(share) => {
                share.waiting -= 1;
                (share.waiting == 0, Some(Arc::clone(&share.held)))
            }
            None => (true, None),
        };
        HostSlot {
            is_last,
            _held: held,
            _one_of_all: Arc::clone(&self.held),
        }
    }

    fn sweep(&mut self) {
        if self.shares.len() > self.sweep_at {
            self.shares
                .retain(|_, share| share.waiting > 0 || Arc::strong_count(&share.held) > 1);
            self.sweep_at = HOSTS_MIN.max(2 * self.shares.len());
        }
    }
}

/// Returns how much work for one host may be claimed ahead of its turn, where claims come `every` so often: enough to keep
/// it busy at its pace, and without a pace at most `most`.
pub fn ahead(per_host: usize, gap: Duration, every: Duration, most: usize) -> usize {
    match gap.is_zero() {
        true => most,
        false => (per_host + every.div_duration_f64(gap).ceil() as usize).min(most),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_once(_: &str) -> HostReady {
        HostReady::Now { keeps_distance: false }
    }

    fn host(name: &str) -> Option<String> {
        Some(name.to_owned())
    }

    #[test]
    fn a_host_that_wants_everything_gets_its_share() {
        let mut line = HostQueue::default();
        for number in 0..20 {
            line.push(host("slow.example"), number);
        }
        line.push(host("quick.example"), 100);
        line.push(None, 101);
        let mut begun = line.start(64, at_once).work;
        let numbers: Vec<_> = begun.iter().map(|(_, number)| *number).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 100, 101]);
        assert_eq!((line.len(), line.held()), (20 - PER_HOST, 6));
        let is_last: Vec<_> = begun.iter().map(|(slot, _)| slot.is_last).collect();
        assert_eq!(is_last, [false, false, false, false, true, true]);
        drop(begun.swap_remove(0));
        let mut more = line.start(64, at_once).work;
        let (slot, number) = more.pop().unwrap();
        assert_eq!((number, more.len()), (4, 0), "its share is held again");
        // However the work ended: a slot that goes down with a panic is free too.
        assert!(
            std::thread::spawn(move || {
                let _slot = slot;
                panic!("on purpose")
            })
            .join()
            .is_err()
        );
        assert_eq!(line.start(64, at_once).work.len(), 1);
    }

    #[test]
    fn order_is_kept_where_nobody_is_in_the_way() {
        let mut line = HostQueue::default();
        for (number, name) in ["a", "b", "a", "c", "b"].into_iter().enumerate() {
            line.push(host(name), number);
        }
        let mut begun = line.start(3, at_once).work;
        begun.extend(line.start(64, at_once).work);
        let numbers: Vec<_> = begun.iter().map(|(_, number)| *number).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn who_may_not_be_asked_yet_holds_no_slot() {
        let mut line = HostQueue::default();
        for name in ["paced", "paced", "resting", "busy", "resting"] {
            line.push(host(name), name);
        }
        let soon = Instant::now() + Duration::from_secs(1);
        let begun = line.start(64, |name| match name {
            "paced" => HostReady::Now { keeps_distance: true },
            "resting" => HostReady::At(soon),
            _ => HostReady::Later,
        });
        let names: Vec<_> = begun.work.iter().map(|(_, name)| *name).collect();
        assert_eq!(names, ["paced"], "the second one comes at a distance");
        assert_eq!((begun.next_at, line.len()), (Some(soon), 4));
    }

    #[test]
    fn no_host_fills_the_line() {
        let mut line = HostQueue::default();
        line.push(host("crowd"), 0);
        let mut admit = line.admission(3);
        let asked = ["crowd", "crowd", "other", "crowd", "other"];
        assert_eq!(asked.map(|name| admit(Some(name))), [true, true, true, false, true]);
        assert!(admit(None), "what asks nobody is let through");
        let second = Duration::from_secs(1);
        assert_eq!(ahead(1, second, second / 2, 64), 2);
        assert_eq!(ahead(2, second / 10, second / 2, 64), 7);
        assert_eq!(ahead(1, Duration::ZERO, second, 64), 64);
    }
}
