//! Which stories hold a term, the latest last. Most terms stand in one story: such a one costs a number, and no list.

use super::words::HashedMap;

/// Stories remembered per term; a term that so many share leads nowhere.
const STORIES_MAX: usize = 1024;
/// A number with this bit is the place of a list; one without is the only story itself.
const IS_LIST: u32 = 1 << 31;

/// Stories by term, each by its slot.
#[derive(Debug, Clone, Default)]
pub struct Postings {
    by_term: HashedMap<u32, u32>,
    lists: Vec<Vec<u32>>,
    free: Vec<u32>,
}

impl Postings {
    /// Returns the slots of the stories that hold a term, the latest last.
    pub fn of(&self, term: u32) -> &[u32] {
        match self.by_term.get(&term) {
            None => &[],
            Some(place) if place & IS_LIST != 0 => &self.lists[(place & !IS_LIST) as usize],
            Some(only) => std::slice::from_ref(only),
        }
    }

    /// Adds a story to those that hold a term. Slots are below 2^31.
    pub fn push(&mut self, term: u32, slot: u32) {
        let Self { by_term, lists, free } = self;
        let place = by_term.entry(term).or_insert(slot);
        if *place == slot {
            return;
        }
        if *place & IS_LIST == 0 {
            let list = vec![*place, slot];
            let at = match free.pop() {
                Some(at) => {
                    lists[at as usize] = list;
                    at
                }
                None => {
                    lists.push(list);
                    lists.len() as u32 - 1
                }
            };
            *place = at | IS_LIST;
            return;
        }
        let list = &mut lists[(*place & !IS_LIST) as usize];
        if list.len() >= STORIES_MAX {
            list.drain(..STORIES_MAX / 2);
        }
        list.push(slot);
    }

    /// Takes a story from those that hold a term; an old one is looked for from the front, where the old stand.
    pub fn remove(&mut self, term: u32, slot: u32, is_old: bool) {
        let Some(place) = self.by_term.get_mut(&term) else {
            return;
        };
        if *place & IS_LIST == 0 {
            if *place == slot {
                self.by_term.remove(&term);
            }
            return;
        }
        let at = *place & !IS_LIST;
        let list = &mut self.lists[at as usize];
        let found = match is_old {
            true => list.iter().position(|own| *own == slot),
            false => list.iter().rposition(|own| *own == slot),
        };
        if let Some(found) = found {
            list.remove(found);
        }
        if let [only] = list.as_slice() {
            *place = *only;
            self.lists[at as usize] = Vec::new();
            self.free.push(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    proptest::proptest! {
        #[test]
        fn it_holds_what_a_list_for_every_term_would(steps in proptest::collection::vec((0u32..6, 0u32..8, 0u32..3), 0..200)) {
            let mut postings = Postings::default();
            let mut plain: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
            for (term, slot, what) in steps {
                let list = plain.entry(term).or_default();
                if what > 0 && !list.contains(&slot) {
                    list.push(slot);
                    postings.push(term, slot);
                } else if what == 0 {
                    list.retain(|own| *own != slot);
                    postings.remove(term, slot, slot % 2 == 0);
                }
                for (term, list) in &plain {
                    proptest::prop_assert_eq!(postings.of(*term), list.as_slice());
                }
            }
            let used = plain.values().filter(|list| list.len() > 1).count();
            proptest::prop_assert_eq!(postings.lists.len() - postings.free.len(), used);
        }
    }

    #[test]
    fn a_term_that_many_share_keeps_the_latest() {
        let mut postings = Postings::default();
        (0..2_000).for_each(|slot| postings.push(7, slot));
        let list = postings.of(7);
        assert!(
            list.len() <= STORIES_MAX && list.last() == Some(&1_999),
            "{}",
            list.len()
        );
    }
}
