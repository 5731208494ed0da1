//! The most words that two texts have in the same order, found for all places of one text at a time: a bit each.

/// Words of a text that is searched.
pub const WORDS_MAX: usize = u128::BITS as usize;
/// Rows of the table that words are looked up in, a power of two: twice as many as words.
const ROWS: usize = 2 * WORDS_MAX;
/// No word: words have fewer bits.
const NONE: u16 = u16::MAX;

/// The places at which each word of a text stands, the last of them as the lowest bit.
pub struct PlacesOfWord {
    count: usize,
    words: [u16; ROWS],
    places: [u128; ROWS],
}

impl PlacesOfWord {
    /// Returns the places of the first words of a text.
    pub fn of(words: impl ExactSizeIterator<Item = u16>) -> Self {
        let mut all = Self {
            count: words.len().min(WORDS_MAX),
            words: [NONE; ROWS],
            places: [0; ROWS],
        };
        for (word, place) in words.zip((0..all.count).rev()) {
            let row = all.row(word);
            all.words[row] = word;
            all.places[row] |= 1 << place;
        }
        all
    }

    /// Whether a word stands in the text.
    pub fn have(&self, word: u16) -> bool {
        self.of_word(word) != 0
    }

    /// Returns the most words that another text, of at most as many words, and this one have in the same order, each by its
    /// place in both.
    pub fn pairs(&self, text: impl ExactSizeIterator<Item = u16>) -> Vec<(usize, usize)> {
        // How many there are from a place in each on is the number of bits that are clear, from the place in this text
        // down, behind the place in the other (Crochemore and others, 2001).
        let mut behind = [u128::MAX; WORDS_MAX + 1];
        let mut at_word = [0; WORDS_MAX];
        let length = text.len().min(WORDS_MAX);
        for (word, at) in text.zip(&mut at_word) {
            *at = self.of_word(word);
        }
        for a in (0..length).rev() {
            let row = behind[a + 1];
            let met = row & at_word[a];
            behind[a] = row.wrapping_add(met) | (row - met);
        }
        let left = |a: usize, b: usize| (!behind[a] & low_bits(self.count - b)).count_ones() as usize;
        let mut due = left(0, 0);
        let mut found = Vec::with_capacity(due);
        let (mut a, mut b) = (0, 0);
        while due > 0 {
            if at_word[a] >> (self.count - 1 - b) & 1 == 1 {
                found.push((a, b));
                (a, b, due) = (a + 1, b + 1, due - 1);
            } else if left(a + 1, b) == due {
                a += 1;
            } else {
                b += 1;
            }
        }
        found
    }

    fn of_word(&self, word: u16) -> u128 {
        self.places[self.row(word)]
    }

    /// Returns where a word stands in the table, or would.
    fn row(&self, word: u16) -> usize {
        let mut row = usize::from(word) % ROWS;
        while self.words[row] != word && self.words[row] != NONE {
            row = (row + 1) % ROWS;
        }
        row
    }
}

fn low_bits(count: usize) -> u128 {
    u128::MAX.checked_shr((WORDS_MAX - count) as u32).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts from each pair of places on, and goes along the larger count, in the first text where they are equal.
    fn plain_pairs(one: &[u16], two: &[u16]) -> Vec<(usize, usize)> {
        let mut most = vec![vec![0; two.len() + 1]; one.len() + 1];
        for a in (0..one.len()).rev() {
            for b in (0..two.len()).rev() {
                most[a][b] = match one[a] == two[b] {
                    true => most[a + 1][b + 1] + 1,
                    false => most[a + 1][b].max(most[a][b + 1]),
                };
            }
        }
        let (mut a, mut b, mut found) = (0, 0, Vec::new());
        while a < one.len() && b < two.len() {
            if one[a] == two[b] {
                found.push((a, b));
                (a, b) = (a + 1, b + 1);
            } else if most[a + 1][b] >= most[a][b + 1] {
                a += 1;
            } else {
                b += 1;
            }
        }
        found
    }

    proptest::proptest! {
        #[test]
        fn pairs_are_those_of_the_plain_table(
            one in proptest::collection::vec(0u16..24, 0..=WORDS_MAX),
            two in proptest::collection::vec(0u16..24, 0..=WORDS_MAX),
            spread in 1u16..600,
        ) {
            let spread = |words: Vec<u16>| -> Vec<u16> { words.into_iter().map(|word| word * spread).collect() };
            let (one, two) = (spread(one), spread(two));
            let places = PlacesOfWord::of(two.iter().copied());
            proptest::prop_assert_eq!(places.pairs(one.iter().copied()), plain_pairs(&one, &two));
            proptest::prop_assert!(one.iter().all(|word| places.have(*word) == two.contains(word)));
        }
    }
}
