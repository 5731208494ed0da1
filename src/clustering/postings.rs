//! Lists of stories: they grow at their end, where the latest stand, and lose mostly what is old, at their front.
//!
//! All stand in one vector, each in a block of a power of two in which it runs round, so that taking the oldest story
//! from a list of a thousand moves next to nothing. A list of one story is that story itself and has no block.

/// Stories remembered per list; a term that so many share leads nowhere.
const STORIES_MAX: usize = 1 << CLASS_MAX;
/// Blocks hold two to the power of their class.
const CLASS_MAX: usize = 10;
/// Bits of `PostingList::shape` for the length; the class stands above them.
const LENGTH_BITS: u32 = 11;

const _: () = assert!(STORIES_MAX < 1 << LENGTH_BITS && CLASS_MAX < 1 << (u16::BITS - LENGTH_BITS));

/// A list of stories, each by its slot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PostingList {
    /// Where its block begins, or its only story.
    at: u32,
    /// Where in the block it begins.
    begin: u16,
    shape: u16,
}

impl PostingList {
    /// Returns the number of stories.
    pub fn len(self) -> usize {
        usize::from(self.shape) & ((1 << LENGTH_BITS) - 1)
    }

    /// Whether no story is in it.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    fn class(self) -> usize {
        usize::from(self.shape) >> LENGTH_BITS
    }

    fn new(at: u32, begin: usize, len: usize, class: usize) -> Self {
        Self {
            at,
            begin: begin as u16,
            shape: (class << LENGTH_BITS | len) as u16,
        }
    }
}

/// The blocks of all lists.
#[derive(Debug, Clone, Default)]
pub struct Postings {
    cells: Vec<u32>,
    /// Blocks that hold no list, by their class.
    free: [Vec<u32>; CLASS_MAX + 1],
}

impl Postings {
    /// Returns a list's stories, the latest last; what stands at the block's end comes first.
    pub fn of<'a>(&'a self, list: &'a PostingList) -> [&'a [u32]; 2] {
        let len = list.len();
        if list.class() == 0 {
            return [&std::slice::from_ref(&list.at)[..len], &[]];
        }
        let block = &self.cells[list.at as usize..][..1 << list.class()];
        let begin = usize::from(list.begin);
        let before = len.min(block.len() - begin);
        [&block[begin..begin + before], &block[..len - before]]
    }

    /// Adds a story at the end of a list.
    pub fn push(&mut self, list: &mut PostingList, slot: u32) {
        let (len, class) = (list.len(), list.class());
        if len == 0 {
            *list = PostingList::new(slot, 0, 1, 0);
            return;
        }
        if len == STORIES_MAX {
            let begin = usize::from(list.begin) + STORIES_MAX / 2;
            *list = PostingList::new(list.at, begin % STORIES_MAX, STORIES_MAX / 2, class);
        } else if len == 1 << class {
            self.move_to(list, class + 1);
        }
        let (len, class, begin) = (list.len(), list.class(), usize::from(list.begin));
        self.cells[list.at as usize + ((begin + len) & ((1 << class) - 1))] = slot;
        *list = PostingList::new(list.at, begin, len + 1, class);
    }

    /// Takes a story from a list, if it is there; an old one is looked for from the front.
    pub fn remove(&mut self, list: &mut PostingList, slot: u32, is_old: bool) {
        let (len, class) = (list.len(), list.class());
        if class == 0 {
            if len == 1 && list.at == slot {
                *list = PostingList::default();
            }
            return;
        }
        let [first, second] = self.of(list);
        let mut all = first.iter().chain(second);
        let found = match is_old {
            true => all.position(|own| *own == slot),
            false => all.rev().position(|own| *own == slot).map(|back| len - 1 - back),
        };
        let Some(found) = found else {
            return;
        };
        let mask = (1 << class) - 1;
        let begin = usize::from(list.begin);
        let block = &mut self.cells[list.at as usize..][..1 << class];
        if found < len / 2 {
            for at in (0..found).rev() {
                block[(begin + at + 1) & mask] = block[(begin + at) & mask];
            }
            *list = PostingList::new(list.at, (begin + 1) & mask, len - 1, class);
        } else {
            for at in found + 1..len {
                block[(begin + at - 1) & mask] = block[(begin + at) & mask];
            }
            *list = PostingList::new(list.at, begin, len - 1, class);
        }
        // Half of what it falls to stays free, so that a list on the edge does not move to and fro.
        if list.len() == 1 {
            self.move_to(list, 0);
        } else if list.len() <= 1 << class >> 2 {
            self.move_to(list, class - 1);
        }
    }

    /// Moves a list to a block of another class that has room for it.
    fn move_to(&mut self, list: &mut PostingList, class: usize) {
        let (old_at, old_class, len) = (list.at, list.class(), list.len());
        if class == 0 {
            let [first, _] = self.of(list);
            *list = PostingList::new(first[0], 0, 1, 0);
        } else {
            let at = self.free[class].pop().unwrap_or_else(|| {
                let at = self.cells.len();
                self.cells.resize(at + (1 << class), 0);
                at as u32
            });
            for offset in 0..len {
                let story = match old_class {
                    0 => old_at,
                    _ => self.cells[old_at as usize + ((usize::from(list.begin) + offset) & ((1 << old_class) - 1))],
                };
                self.cells[at as usize + offset] = story;
            }
            *list = PostingList::new(at, 0, len, class);
        }
        if old_class > 0 {
            self.free[old_class].push(old_at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stories(lists: &Postings, list: &PostingList) -> Vec<u32> {
        lists.of(list).concat()
    }

    proptest::proptest! {
        #[test]
        fn they_hold_what_plain_lists_would(steps in proptest::collection::vec((0usize..4, 0u32..40, 0u32..5), 0..400)) {
            let mut lists = Postings::default();
            let mut ours = [PostingList::default(); 4];
            let mut plain: [Vec<u32>; 4] = Default::default();
            for (which, slot, what) in steps {
                let (list, expected) = (&mut ours[which], &mut plain[which]);
                if what > 1 && !expected.contains(&slot) {
                    expected.push(slot);
                    lists.push(list, slot);
                } else {
                    expected.retain(|own| *own != slot);
                    lists.remove(list, slot, what == 0);
                }
                for (list, expected) in ours.iter().zip(&plain) {
                    proptest::prop_assert_eq!(&stories(&lists, list), expected);
                    proptest::prop_assert_eq!(list.len(), expected.len());
                }
            }
            let free: usize = lists.free.iter().enumerate().map(|(class, blocks)| blocks.len() << class).sum();
            let used: usize = ours.iter().filter(|list| list.class() > 0).map(|list| 1 << list.class()).sum();
            proptest::prop_assert_eq!(free + used, lists.cells.len());
        }
    }

    #[test]
    fn a_list_of_many_keeps_the_latest_and_its_order() {
        let (mut lists, mut list) = (Postings::default(), PostingList::default());
        (0..2_000).for_each(|slot| lists.push(&mut list, slot));
        let kept = stories(&lists, &list);
        assert!(kept.len() <= STORIES_MAX && kept.is_sorted());
        assert_eq!(kept.last(), Some(&1_999));
        // Old ones leave at the front, where the block's end is passed on the way.
        kept.iter().for_each(|slot| lists.remove(&mut list, *slot, true));
        assert!(list.is_empty());
    }
}
