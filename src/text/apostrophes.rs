//! Words with an apostrophe: what is elided before one, and the endings written behind one, are words of their own.
//!
//! The language of a text is not known here, so the lists of all languages count for every text. A word that is both found
//! whole and in its parts stands as its parts, one after the other: "D'Angelo" is found by `angelo` and by `D'Angelo`.

use std::sync::LazyLock;

use super::fold::fold;
use crate::lexicon::all;

/// "l" of "l'eau", in every language.
static ELISIONS: LazyLock<Vec<&str>> = LazyLock::new(|| all(|language| language.elisions));
/// "nin" of "Türkiye'nin", in every language.
static ENDINGS: LazyLock<Vec<&str>> = LazyLock::new(|| all(|language| language.apostrophe_endings));
static FUNCTION_WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| all(|language| language.function_words));
/// Letters of a word behind which an ending may stand.
const BEFORE_ENDING_MIN: usize = 2;
/// The e first.
const VOWELS: &[char] = &['e', 'E', 'a', 'i', 'o', 'u', 'A', 'I', 'O', 'U'];

/// Calls `see` with the parts of a folded word at its apostrophes; one that is no other's elision or ending keeps them.
pub(super) fn each_part(word: &str, mut see: impl FnMut(&str)) {
    let mut rest = word;
    while let Some((head, behind)) = rest.split_once('\'').filter(|(head, _)| is_one_of(&ELISIONS, head)) {
        see(head);
        rest = behind;
    }
    match rest.rsplit_once('\'') {
        Some((before, ending)) if is_ending(before, ending) => {
            see(before);
            see(ending);
        }
        _ => see(rest),
    }
}

/// Returns a term without what is elided at its beginning in lower case: who writes "l'école" means the school.
pub fn without_elision(term: &str) -> &str {
    let mut rest = term;
    loop {
        let end = rest.find(|letter: char| !letter.is_lowercase()).unwrap_or(rest.len());
        let (head, behind) = rest.split_at(end);
        let mut letters = behind.chars();
        match letters.next() {
            Some(sign) if fold(sign.encode_utf8(&mut [0; 4])) == "'" && is_one_of(&ELISIONS, head) => {}
            _ => return rest,
        }
        match letters.as_str() {
            whole if whole.starts_with(char::is_alphanumeric) && !says_little(whole) => rest = whole,
            _ => return rest,
        }
    }
}

/// Whether a term begins with a word that would find nearly everything by itself: "un" of "quelqu'un", "or" of "d'or".
fn says_little(term: &str) -> bool {
    let word = term
        .split(|letter: char| !letter.is_alphanumeric())
        .next()
        .unwrap_or_default();
    let is_short = word.chars().nth(2).is_none() && !word.starts_with(char::is_uppercase);
    is_short || is_one_of(&FUNCTION_WORDS, word)
}

fn is_ending(before: &str, ending: &str) -> bool {
    // "Shi'a": a vowel alone is an ending only behind a consonant, or behind an e that is not spoken ("Google'a").
    let is_vowel_alone = ending.len() == 1 && ending.ends_with(VOWELS);
    let fits = !is_vowel_alone || !before.ends_with(&VOWELS[2..]);
    fits && before.chars().nth(BEFORE_ENDING_MIN - 1).is_some() && is_one_of(&ENDINGS, ending)
}

fn is_one_of(list: &[&str], word: &str) -> bool {
    list.iter().any(|own| own.eq_ignore_ascii_case(word))
}

/// Whether an apostrophe in a text as it stands may fall away between two equal vowels.
pub fn may_join_vowels(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'\'', 0xE2, bytes).any(|at| {
        let length = match bytes.get(at..at + 3) {
            _ if bytes[at] == b'\'' => 1,
            // ‘, ’ and ‛.
            Some([_, 0x80, 0x98 | 0x99 | 0x9B]) => 3,
            _ => return false,
        };
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        before.is_some_and(|before| {
            let after = bytes.get(at + length);
            before.is_ascii_alphabetic() && after.is_some_and(|after| after.eq_ignore_ascii_case(before))
        })
    })
}

/// Returns where an apostrophe begins that only parts two equal vowels, as in "Hawai'i" and "Sana'a", if there is one.
pub(super) fn between_equal_vowels(word: &str) -> Option<usize> {
    let bytes = word.as_bytes();
    memchr::memchr_iter(b'\'', bytes).find(|at| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let before = before.map(u8::to_ascii_lowercase);
        matches!(before, Some(b'a' | b'i' | b'o' | b'u')) && before == bytes.get(at + 1).map(u8::to_ascii_lowercase)
    })
}
