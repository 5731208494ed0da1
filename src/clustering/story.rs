//! A live story: when it was reported, by how many, and the words of all its members together.

use crate::domain::{StoryId, Timestamp};

/// Terms of a story; of more, the weightiest stay.
const TERMS_MAX: usize = 256;

/// A live story.
#[derive(Debug, Clone)]
pub struct LiveStory {
    pub id: StoryId,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    pub size: u32,
    /// Topics of its members; 0 stands for none.
    pub topics: Vec<u32>,
    /// Sum of the members' weights.
    pub words: TermSums,
    /// Length of the words' vector as weighed at the last change in `topics[0]`.
    pub length: f32,
}

impl LiveStory {
    /// Returns a story of so many members at one moment, of whose words nothing is known yet.
    pub fn new(id: StoryId, at: Timestamp, size: u32, topics: Vec<u32>) -> Self {
        Self {
            id,
            first_at: at,
            last_at: at,
            size,
            topics,
            words: TermSums::default(),
            length: 0.0,
        }
    }

    /// Returns the story as one so close.
    pub fn scored(&self, cosine: f64) -> ScoredStory {
        ScoredStory {
            story: self.id,
            cosine,
            last_at: self.last_at,
            size: self.size,
        }
    }
}

/// A story and how close it is.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredStory {
    pub story: StoryId,
    pub cosine: f64,
    pub last_at: Timestamp,
    pub size: u32,
}

/// Terms and the sum of their weights in all members, sorted by term.
///
/// The terms stand together, before the weights: whoever looks for terms reads nothing else.
#[derive(Debug, Clone, Default)]
pub struct TermSums {
    /// The terms, and then the bits of their weights.
    cells: Box<[u32]>,
}

impl TermSums {
    /// Returns the terms, sorted.
    pub fn terms(&self) -> &[u32] {
        &self.cells[..self.cells.len() / 2]
    }

    /// Returns the weight of the term at a place.
    pub fn weight(&self, place: usize) -> f32 {
        f32::from_bits(self.cells[self.cells.len() / 2 + place])
    }

    /// Returns the terms with their weights, sorted.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u32, f32)> + '_ {
        let (terms, weights) = self.cells.split_at(self.cells.len() / 2);
        let weights = weights.iter().map(|bits| f32::from_bits(*bits));
        terms.iter().copied().zip(weights)
    }

    /// Adds terms with their weights, sorted by term. Tells of each term that is new, with true, and of each that fell
    /// away because there were too many, with false.
    pub fn add(&mut self, terms: impl ExactSizeIterator<Item = (u32, f32)>, mut tell: impl FnMut(u32, bool)) {
        let mut sum: Vec<(u32, f32)> = Vec::with_capacity(self.terms().len() + terms.len());
        let mut own = self.iter().peekable();
        for (term, weight) in terms {
            while let Some(before) = own.next_if(|(known, _)| *known < term) {
                sum.push(before);
            }
            match own.next_if(|(known, _)| *known == term) {
                Some((_, known)) => sum.push((term, known + weight)),
                None => {
                    sum.push((term, weight));
                    tell(term, true);
                }
            }
        }
        sum.extend(own);
        if sum.len() > TERMS_MAX + TERMS_MAX / 4 {
            sum.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            sum.drain(TERMS_MAX..).for_each(|(term, _)| tell(term, false));
            sum.sort_unstable_by_key(|(term, _)| *term);
        }
        let terms = sum.iter().map(|(term, _)| *term);
        self.cells = terms.chain(sum.iter().map(|(_, weight)| weight.to_bits())).collect();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    proptest::proptest! {
        #[test]
        fn sums_are_those_of_a_map(added in proptest::collection::vec(proptest::collection::btree_map(0u32..900, 1u8..9, 0..90), 0..12)) {
            let (mut words, mut plain) = (TermSums::default(), BTreeMap::new());
            for terms in added {
                let before = plain.clone();
                for (term, weight) in &terms {
                    *plain.entry(*term).or_insert(0.0) += f32::from(*weight);
                }
                let (mut new, mut gone) = (Vec::new(), Vec::new());
                let terms: Vec<(u32, f32)> = terms.iter().map(|(term, weight)| (*term, f32::from(*weight))).collect();
                words.add(terms.into_iter(), |term, is_new| if is_new { new.push(term) } else { gone.push(term) });
                proptest::prop_assert!(new.iter().all(|term| !before.contains_key(term)));
                let gone: Vec<f32> = gone.iter().map(|term| plain.remove(term).unwrap()).collect();
                proptest::prop_assert!(gone.iter().all(|weight| plain.values().all(|kept| kept >= weight)));
                proptest::prop_assert_eq!(words.iter().collect::<Vec<_>>(), plain.clone().into_iter().collect::<Vec<_>>());
                proptest::prop_assert!(words.terms().len() <= TERMS_MAX + TERMS_MAX / 4);
                proptest::prop_assert!(words.terms().iter().enumerate().all(|(place, term)| words.weight(place) == plain[term]));
            }
        }
    }
}
