//! Which words of an article are names: those written with a capital in the middle of a sentence.

use crate::text;

/// Bytes of a text in which names are looked for; what an article is about is named early.
const BYTES_MAX: usize = 1024;
/// Capitals before which a text whose words nearly all have one is told from one full of names.
const CAPITALS_MIN: usize = 3;
/// Letters of a short word, which stays small in a headline whose other words are all large.
const SHORT_LETTERS_MAX: usize = 3;
/// Bytes of an article or preposition that stands before an apostrophe ("d'Ostmere", "nell'Alta").
const ELIDED_BYTES_MAX: usize = 4;

/// The names in an article's texts.
#[derive(Debug, Default)]
pub struct Names {
    /// Hashes of their words, sorted.
    words: Vec<u64>,
    /// Whether the texts tell large letters from small ones.
    pub has_case: bool,
}

impl Names {
    /// Returns the names in these texts, each of which begins a sentence.
    pub fn of(texts: &[&str]) -> Self {
        let mut names = Self::default();
        texts.iter().for_each(|text| names.add(text::head(text, BYTES_MAX)));
        names.words.sort_unstable();
        names
    }

    /// Whether a word with this hash is part of a name.
    pub fn has(&self, word: u64) -> bool {
        self.words.binary_search(&word).is_ok()
    }

    fn add(&mut self, text: &str) {
        let known = self.words.len();
        let (mut large, mut small) = (0, 0);
        let mut is_start = true;
        for token in text.split_whitespace() {
            // Most are such, and need no closer look.
            if token.bytes().all(|byte| byte.is_ascii_lowercase()) {
                small += usize::from(!is_start && token.len() > SHORT_LETTERS_MAX);
                is_start = false;
                continue;
            }
            let word = token.trim_start_matches(|letter: char| !letter.is_alphanumeric());
            // Speech begins with a capital, whatever stands before it.
            is_start |= token.starts_with(['"', '“', '„', '«', '‘']);
            if !is_start && !word.is_empty() {
                if is_large(word) {
                    large += 1;
                    text::each_hashed_word(word, |_, hash| self.words.push(hash));
                } else if word.starts_with(char::is_lowercase) && word.chars().nth(SHORT_LETTERS_MAX).is_some() {
                    small += 1;
                }
            }
            is_start = token
                .trim_end_matches(['"', '”', '»', ')', '’'])
                .ends_with(['.', '!', '?', ':']);
        }
        self.has_case |= large + small > 0;
        if large >= CAPITALS_MIN && large > 2 * small {
            // A headline in capitals: all words are large, and none says why.
            self.words.truncate(known);
        }
    }
}

/// Whether a word begins with a capital, behind an elided one too.
fn is_large(word: &str) -> bool {
    let behind = || {
        let mut beginning = word.char_indices().take_while(|(at, _)| *at <= ELIDED_BYTES_MAX);
        let (at, _) = beginning.find(|(_, letter)| matches!(letter, '\'' | '’'))?;
        word[at..].chars().nth(1)
    };
    word.starts_with(char::is_uppercase) || behind().is_some_and(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let names = Names::of(&[text]);
        let found: Vec<String> = text::words(text)
            .filter(|word| names.has(text::word_hash(word)))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn capitals_within_a_sentence_are_names() {
        check(
            "The mayor of Velden met Inge Tolland. She left.",
            &["velden", "inge", "tolland"],
        );
        check(
            "Les élus d'Ostmere votent, dit Marta Lind",
            &["d", "ostmere", "marta", "lind"],
        );
        check("He said: “We will stay in Karlow.”", &["karlow"]);
        check("Ночью из музея Карлова украли картины", &["карлова"]);
    }

    #[test]
    fn a_headline_in_capitals_names_nothing() {
        check("Council of Velden Votes to Limit Face Scans at Stations", &[]);
        let names = Names::of(&[
            "Council Votes To Limit Face Scans",
            "The council of Velden voted on it last night.",
        ]);
        assert!(names.has(text::word_hash("velden")) && !names.has(text::word_hash("limit")));
    }

    #[test]
    fn scripts_without_capitals_are_known_as_such() {
        assert!(!Names::of(&["警察は顔認証の利用を停止した", "أوقفت الشرطة الكاميرات"]).has_case);
        assert!(Names::of(&["police stopped the cameras"]).has_case);
    }
}
