//! Words of any language in one comparable form, and what two texts have in common.
//!
//! A word here is lower-case, without diacritics, compatibility forms resolved; scripts that put no spaces between
//! words give overlapping pairs of characters. What is elided before an apostrophe, and an ending behind one, is a word
//! of its own. There is no stemming and no list of stop words: those belong to the one user that wants them. Equal texts
//! give equal words, whatever their white space, punctuation and case; topics, search and stories all cut by this rule.

mod apostrophes;
mod ascii;
mod clean;
pub mod encoding;
mod fold;
mod hash;
pub mod json;
pub mod markdown;
mod sentences;
mod similarity;
pub mod sentence_diff;
pub mod word_diff;

use unicode_segmentation::UnicodeSegmentation;

pub use apostrophes::{may_join_vowels, without_elision};
use ascii::each_ascii_word;
pub use clean::{clean, clean_json, clean_up, escape, flattened, is_clean_line, is_kept, line, of_panic, one_line};
pub use fold::{fold, is_invisible, is_raised};
pub use hash::{HashedMap, mix, word_hash};
pub use sentences::{sentence_ends, sentences};
pub use similarity::{Signature, comparable, is_same_text, similarity};

/// Bytes of one word; a longer run of letters is no word, and its rest is dropped.
const WORD_BYTES_MAX: usize = 120;

/// Returns the words of a text in their comparable form, in order.
pub fn words(text: &str) -> impl Iterator<Item = String> + use<> {
    let mut found = Vec::new();
    each_word(text, |word| found.push(word.to_owned()));
    found.into_iter()
}

/// Calls `see` with every word of a text in its comparable form, in order, without allocating per word.
pub fn each_word(text: &str, mut see: impl FnMut(&str)) {
    each_hashed_word(text, |word, _| see(word));
}

/// Calls `see` with every word of a text in its comparable form and its `word_hash`, in order.
pub fn each_hashed_word(text: &str, mut see: impl FnMut(&str, u64)) {
    let plain = fold(text);
    if plain.is_ascii() {
        return each_ascii_word(&plain, see);
    }
    each_unicode_word(&plain, |word| see(word, word_hash(word)));
}

/// Returns the words of a text in their comparable form but for their capitals, which stand as they are written.
pub fn cased_words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    each_unicode_word(&fold::fold_cased(text), |word| found.push(word.to_owned()));
    found
}

fn each_unicode_word(plain: &str, mut see: impl FnMut(&str)) {
    // Characters of an unspaced script wait here for their partner.
    let mut previous: Option<(usize, char)> = None;
    let mut is_paired = false;
    let mut pair = String::new();
    let mut joined = String::new();
    for (start, token) in plain.unicode_word_indices() {
        if !token.chars().next().is_some_and(is_unspaced) {
            if let Some((_, single)) = previous.take().filter(|_| !is_paired) {
                see(single.encode_utf8(&mut [0; 4]));
            }
            spaced(token, &mut joined, &mut see);
            continue;
        }
        for (offset, letter) in token.char_indices() {
            let at = start + offset;
            match previous {
                Some((end, before)) if end == at => {
                    pair.clear();
                    pair.push(before);
                    pair.push(letter);
                    see(&pair);
                    is_paired = true;
                }
                Some((_, before)) => {
                    if !is_paired {
                        see(before.encode_utf8(&mut [0; 4]));
                    }
                    is_paired = false;
                }
                None => is_paired = false,
            }
            previous = Some((at + letter.len_utf8(), letter));
        }
    }
    if let Some((_, single)) = previous.filter(|_| !is_paired) {
        see(single.encode_utf8(&mut [0; 4]));
    }
}

/// Cuts one token of a spaced script where readers would, although the segmentation rules keep it whole.
fn spaced(token: &str, joined: &mut String, see: &mut impl FnMut(&str)) {
    let token = without_s(token).unwrap_or(token);
    if token.contains(['\'', '"']) {
        apostrophes::each_part(token, |part| at_points(part, joined, see));
    } else {
        at_points(token, joined, see);
    }
}

/// Returns an English word without its possessive ending, if it has one.
fn without_s(token: &str) -> Option<&str> {
    token.strip_suffix("'s").or_else(|| token.strip_suffix("'S"))
}

fn at_points(token: &str, joined: &mut String, see: &mut impl FnMut(&str)) {
    if !token.contains(['.', '_', ':']) {
        return whole(token, see);
    }
    let is_number = token.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_acronym = token.split('.').all(|part| part.chars().count() <= 1);
    if is_number {
        see(cut(token));
    } else if is_acronym {
        // "u.s" and "us": the reader who writes one means the other.
        joined.clear();
        joined.extend(token.chars().filter(|letter| *letter != '.'));
        see(cut(joined));
    } else {
        for part in token.split(['.', '_', ':']).filter(|part| !part.is_empty()) {
            if part.contains('\'') {
                apostrophes::each_part(part, |part| whole(part, see));
            } else {
                whole(part, see);
            }
        }
    }
}

/// Takes out of a word what is written in it and not always: an apostrophe between two equal vowels ("Hawai'i"), the marks
/// of a Hebrew acronym.
fn whole(word: &str, see: &mut impl FnMut(&str)) {
    // What is cut off below is not looked at either.
    let word = head(word, 4 * WORD_BYTES_MAX);
    if !word.contains('"') && apostrophes::between_equal_vowels(word).is_none() {
        return see(cut(word.trim_end_matches('\'')));
    }
    let mut plain = word.replace('"', "");
    while let Some(at) = apostrophes::between_equal_vowels(&plain) {
        plain.remove(at);
    }
    see(cut(plain.trim_end_matches('\'')));
}

fn cut(word: &str) -> &str {
    head(word, WORD_BYTES_MAX)
}

/// Returns the beginning of a text: at most so many bytes, and whole characters.
pub fn head(text: &str, bytes_max: usize) -> &str {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Returns the end of a text: at most so many bytes, and whole characters.
pub fn tail(text: &str, bytes_max: usize) -> &str {
    let mut begun = text.len().saturating_sub(bytes_max);
    while !text.is_char_boundary(begun) {
        begun += 1;
    }
    &text[begun..]
}

/// Whether the script of a character puts no spaces between words, or inflects so that pairs find more.
pub fn is_unspaced(letter: char) -> bool {
    matches!(letter as u32,
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3041..=0x30FF | 0x31F0..=0x31FF
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(words(text).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn words_of_spaced_scripts() {
        check("The Café’s “Façade”, No. 4.5!", &["the", "cafe", "facade", "no", "4.5"]);
        check("won't self-driving AT&T", &["won't", "self", "driving", "at", "t"]);
        check(
            "the U.S. ban.Then snake_case",
            &["the", "us", "ban", "then", "snake", "case"],
        );
        check("ＦＵＬＬ ﬁne Straße", &["full", "fine", "strasse"]);
        check("  \u{0}… ", &[]);
    }

    proptest::proptest! {
        #[test]
        fn ascii_is_cut_as_the_common_rule_cuts_it(text in "[aB1 '.:,;_s-]{0,24}") {
            let (mut own, mut common) = (Vec::new(), Vec::new());
            let plain = fold(&text);
            each_ascii_word(&plain, |word, hash| own.push((word.to_owned(), hash)));
            each_unicode_word(&plain, |word| common.push((word.to_owned(), word_hash(word))));
            proptest::prop_assert_eq!(own, common);
        }
    }

    #[test]
    fn elisions_and_endings_are_words_of_their_own() {
        check("L’intelligence de l'ÉCOLE", &["l", "intelligence", "de", "l", "ecole"]);
        check("qu'il jusqu’à aujourd'hui", &["qu", "il", "jusqu", "a", "aujourd'hui"]);
        check("qu’aujourd’hui", &["qu", "aujourd'hui"]);
        check(
            "dell’Unione europea un'altra",
            &["dell", "unione", "europea", "un", "altra"],
        );
        check("D'Angelo l’O.N.U.", &["d", "angelo", "l", "onu"]);
        check("İstanbul’da TÜRKİYE'NİN", &["istanbul", "da", "turkiye", "nin"]);
        check("ABD'nin A.B.D.'ye 2026'da", &["abd", "nin", "abd", "ye", "2026", "da"]);
        check("Google'a EU:n EU:s", &["google", "a", "eu", "n", "eu", "s"]);
        check(
            "O'Neill's об’єднує rock'n'roll Don't",
            &["o'neill", "об'єднує", "rock'n'roll", "don't"],
        );
        check(
            "Shi'a Qur’an the workers’ MAYOR'S",
            &["shi'a", "qur'an", "the", "workers", "mayor"],
        );
        check(
            "Hawaiʻi Hawai‘i Hawaii O‘ahu Sana'a",
            &["hawaii", "hawaii", "hawaii", "o'ahu", "sanaa"],
        );
        check("צה״ל צה\"ל ג׳ורג׳ בית־ספר", &["צהל", "צהל", "ג'ורג", "בית", "ספר"]);
    }

    #[test]
    fn signs_end_a_word_or_are_no_part_of_it() {
        check(
            "Clearview AI™ ban¹ 50 m² CO₂",
            &["clearview", "ai", "ban", "50", "m2", "co2"],
        );
        check(
            "recog\u{AD}nition bio\u{200B}metric\u{FEFF}",
            &["recognition", "biometric"],
        );
        check("کتاب\u{200C}ها التعرّف", &["كتاب", "ها", "التعرف"]);
    }

    #[test]
    fn words_with_their_capitals_are_the_same_words() {
        let text = "The U.S. ban, D’Angelo’s İSTANBUL'DA Łódź MAYOR'S Straße 4.5 人脸 US";
        let cased = cased_words(text);
        let expected = [
            "The", "US", "ban", "D", "Angelo", "ISTANBUL", "DA", "Lodz", "MAYOR", "Strasse", "4.5", "人脸", "US",
        ];
        assert_eq!(cased, expected);
        assert_eq!(
            cased.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>(),
            words(text).collect::<Vec<_>>()
        );
    }

    #[test]
    fn words_of_unspaced_scripts() {
        check("人脸识别", &["人脸", "脸识", "识别"]);
        check("人 AI 脸识 x", &["人", "ai", "脸识", "x"]);
        check("がぎ", &["がぎ"]);
        check("한국 a", &["한국", "a"]);
    }

    #[test]
    fn no_word_costs_its_square() {
        for piece in ["i'", "א\"", "a'a.", "l'", "x:"] {
            let found = words(&piece.repeat(500_000));
            assert!(found.take(1_000).all(|word| word.len() <= WORD_BYTES_MAX), "{piece}");
        }
        check("צה\"ל.הודעה צה\"ל", &["צהל", "הודעה", "צהל"]);
    }

    #[test]
    fn a_word_without_end_is_cut() {
        assert!(words(&"é".repeat(10_000)).all(|word| word.len() <= WORD_BYTES_MAX));
    }
}
