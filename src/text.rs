//! Words of any language in one comparable form, and what two texts have in common.
//!
//! A word here is lower-case, without diacritics, compatibility forms resolved; scripts that put no spaces between
//! words give overlapping pairs of characters. There is no stemming and no list of stop words: those belong to the
//! one user that wants them. Equal texts give equal words, whatever their white space, punctuation and case.

mod ascii;
mod clean;
mod hash;
pub mod json;
pub mod markdown;
mod similarity;

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use ascii::each_ascii_word;
pub use clean::{clean, clean_up, escape, flattened, is_clean_line, is_kept, line, of_panic, one_line};
pub use hash::{HashedMap, mix, word_hash};
pub use similarity::{Signature, is_same_text, similarity};

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

/// Returns a text in which letters with points between them stand as the one word they are for `each_word`: "US" for "U.S".
pub fn without_points(text: &str) -> Cow<'_, str> {
    let mut whole = String::new();
    let mut copied = 0;
    for (at, _) in text.match_indices('.') {
        let Some(start) = text[..at].char_indices().next_back().map(|(start, _)| start) else {
            continue;
        };
        if start < copied {
            continue;
        }
        if let Some(end) = end_of_initials(text, start) {
            whole.push_str(&text[copied..start]);
            whole.extend(text[start..end].chars().filter(|letter| *letter != '.'));
            copied = end;
        }
    }
    match copied {
        0 => Cow::Borrowed(text),
        _ => Cow::Owned(whole + &text[copied..]),
    }
}

/// Returns where single letters with points between them end, if such begin here.
fn end_of_initials(text: &str, start: usize) -> Option<usize> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    if text[..start]
        .chars()
        .next_back()
        .is_some_and(|before| is_word(before) || matches!(before, '.' | '\'' | '’' | ':'))
    {
        return None;
    }
    let mut letters = text[start..].char_indices();
    loop {
        let (at, letter) = letters.next().filter(|(_, letter)| letter.is_alphabetic())?;
        let mut rest = letters.clone();
        match (rest.next().map(|(_, sign)| sign), rest.next().map(|(_, sign)| sign)) {
            (Some('.'), Some(next)) if next.is_alphabetic() => {
                letters.next();
            }
            (Some(next), _) if is_word(next) => return None,
            _ => return (at > 0).then_some(start + at + letter.len_utf8()),
        }
    }
}

/// Cuts one token of a spaced script where readers would, although the segmentation rules keep it whole.
fn spaced(token: &str, joined: &mut String, see: &mut impl FnMut(&str)) {
    let token = token.strip_suffix("'s").unwrap_or(token);
    if !token.contains(['.', '_', ':']) {
        return see(cut(token));
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
        token
            .split(['.', '_', ':'])
            .filter(|part| !part.is_empty())
            .for_each(|part| see(cut(part)));
    }
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

/// Whether the script of a character puts no spaces between words, or inflects so that pairs find more.
pub fn is_unspaced(letter: char) -> bool {
    matches!(letter as u32,
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3041..=0x30FF | 0x31F0..=0x31FF
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// Returns a text in small letters without what only decorates them.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let ascii = rest.find(|letter: char| !letter.is_ascii()).unwrap_or(rest.len());
        plain.extend(rest[..ascii].chars().map(|letter| letter.to_ascii_lowercase()));
        rest = &rest[ascii..];
        let other = rest.find(|letter: char| letter.is_ascii()).unwrap_or(rest.len());
        fold_other(&rest[..other], &mut plain);
        rest = &rest[other..];
    }
    plain
}

/// Folds a run of letters that are not ASCII; what decorates an ASCII letter before it falls away with the rest.
fn fold_other(run: &str, plain: &mut String) {
    let undecorated = run
        .nfkd()
        .filter(|letter| !matches!(*letter as u32, 0x0300..=0x036F | 0x00AD | 0x200B..=0x200D));
    for letter in undecorated.nfc().flat_map(char::to_lowercase) {
        match letter {
            '’' | '‘' | 'ʼ' | '′' => plain.push('\''),
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'ı' => plain.push('i'),
            // What lower-casing decomposes again.
            '\u{0300}'..='\u{036F}' => {}
            _ => plain.push(letter),
        }
    }
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
    fn initials_lose_their_points_and_nothing_else_does() {
        for (text, expected) in [
            ("The U.S. ban", "The US. ban"),
            ("(U.S.A) z.B. a.m., J.R.R. Tolkien", "(USA) zB. am., JRR. Tolkien"),
            ("U.S.-led З.Б", "US.-led ЗБ"),
        ] {
            assert_eq!(without_points(text), expected, "{text}");
        }
        for text in [
            "U.S.Then",
            "No. 4.5",
            "ban.Then A. B",
            "a.1",
            "x.y_z",
            "end.",
            ".a",
            "a.",
            "v1.a.b",
            "",
        ] {
            assert!(matches!(without_points(text), Cow::Borrowed(_)), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn without_points_the_words_are_the_same(text in "[aUé1 '.:,_-]{0,16}") {
            let whole = without_points(&text);
            if !text.contains([':', '\'']) {
                proptest::prop_assert_eq!(words(&whole).collect::<Vec<_>>(), words(&text).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn words_of_unspaced_scripts() {
        check("人脸识别", &["人脸", "脸识", "识别"]);
        check("人 AI 脸识 x", &["人", "ai", "脸识", "x"]);
        check("がぎ", &["がぎ"]);
        check("한국 a", &["한국", "a"]);
    }

    #[test]
    fn a_word_without_end_is_cut() {
        assert!(words(&"é".repeat(10_000)).all(|word| word.len() <= WORD_BYTES_MAX));
    }
}
