//! What two texts have in common.

use super::hash::{mix, word_hash};
use super::{each_word, fold};

/// Places of a signature.
const BINS: usize = 64;
/// Words in a shingle.
const SHINGLE: usize = 3;
/// A place of a signature no shingle fell into.
const EMPTY: u16 = u16::MAX;
/// Places of a signature that make one band.
const BAND: usize = 4;

/// A sketch of a text's word sequence; two sketches tell how much of it two texts share.
///
/// One hash per shingle decides the place and the value kept there (the least), so a sketch of any length of text
/// has one size and equal texts have equal sketches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    bins: Box<[u16; BINS]>,
}

impl Signature {
    /// Returns the signature of a text.
    pub fn of(text: &str) -> Self {
        let mut hashes = Vec::new();
        each_word(text, |word| hashes.push(word_hash(word)));
        Self::of_hashes(&hashes)
    }

    /// Returns the signature of a sequence of words given by their hashes.
    pub fn of_hashes(hashes: &[u64]) -> Self {
        let mut least = [u32::MAX; BINS];
        let mut keep = |shingle: &[u64]| {
            let hash = shingle.iter().fold(0u64, |sum, word| mix(sum.rotate_left(5) ^ word));
            let bin = &mut least[(hash % BINS as u64) as usize];
            *bin = (*bin).min((hash >> 32) as u32);
        };
        if hashes.len() < SHINGLE {
            if !hashes.is_empty() {
                keep(hashes);
            }
        } else {
            hashes.windows(SHINGLE).for_each(&mut keep);
        }
        // The low half of the least hash tells texts apart as well as the whole.
        let kept = |hash: u32| {
            if hash == u32::MAX {
                EMPTY
            } else {
                (hash as u16).min(EMPTY - 1)
            }
        };
        Self {
            bins: Box::new(least.map(kept)),
        }
    }

    /// Returns the signature's places, to be kept.
    pub fn bins(&self) -> &[u16] {
        self.bins.as_slice()
    }

    /// Returns the signature whose places `next` gives one after the other, if it gives them all.
    pub fn from_bins(mut next: impl FnMut() -> Option<u16>) -> Option<Self> {
        let mut bins = Box::new([EMPTY; BINS]);
        for bin in bins.iter_mut() {
            *bin = next()?;
        }
        Some(Self { bins })
    }

    /// Returns hashes of parts of the signature: texts that share most of their words share at least one of them.
    pub fn bands(&self) -> impl Iterator<Item = u64> + '_ {
        self.bins
            .chunks_exact(BAND)
            .enumerate()
            .filter(|(_, band)| band.iter().any(|bin| *bin != EMPTY))
            .map(|(position, band)| {
                band.iter().fold(
                    position as u64 + 1,
                    |sum, bin| mix(sum.rotate_left(7) ^ u64::from(*bin)),
                )
            })
    }
}

/// Returns how much of their word sequences two texts share: 0 nothing, 1 everything.
pub fn similarity(one: &Signature, other: &Signature) -> f32 {
    let (mut same, mut used) = (0u32, 0u32);
    for (a, b) in one.bins.iter().zip(other.bins.iter()) {
        if *a != EMPTY || *b != EMPTY {
            used += 1;
            same += u32::from(a == b);
        }
    }
    if used == 0 { 0.0 } else { same as f32 / used as f32 }
}

/// Whether two texts differ in no more than trifles: white space, punctuation and case.
pub fn is_same_text(a: &str, b: &str) -> bool {
    a == b || letters(a).eq(letters(b))
}

/// Returns what `is_same_text` compares of a text.
pub fn comparable(text: &str) -> String {
    letters(text).collect()
}

/// Letters and digits, folded. Punctuation between digits counts: "1.5" and "15" are not the same news.
fn letters(text: &str) -> impl Iterator<Item = char> + use<> {
    let plain: Vec<char> = fold(text).chars().collect();
    let kept: Vec<char> = (0..plain.len())
        .filter(|&at| {
            let is_digit = |at: Option<usize>| at.and_then(|at| plain.get(at)).is_some_and(char::is_ascii_digit);
            plain[at].is_alphanumeric()
                || (!plain[at].is_whitespace() && is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)))
        })
        .map(|at| plain[at])
        .collect();
    kept.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similarity_follows_the_share_of_words() {
        let base = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen";
        let near = format!("{base} seventeen");
        let of = |text: &str| Signature::of(text);
        assert_eq!(similarity(&of(base), &of(&base.to_uppercase())), 1.0);
        assert!(similarity(&of(base), &of(&near)) > 0.8);
        assert!(similarity(&of(base), &of("something else entirely is written in this other text")) < 0.1);
        assert_eq!(similarity(&of(""), &of("")), 0.0);
    }

    #[test]
    fn same_text_despite_trifles() {
        assert!(is_same_text("Won’t  sell, it says", "won't sell it says."));
        assert!(is_same_text("data-base", "database"));
        assert!(!is_same_text("It grew 1.5 percent", "It grew 15 percent"));
        assert!(!is_same_text("a b", "a c"));
    }
}
