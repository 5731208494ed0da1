//! Words of a text that is ASCII, which most is.

use super::hash::{NO_BYTES, mix, with_byte, word_hash};
use super::{WORD_BYTES_MAX, cut, spaced, without_s};

/// Which bytes are letters or digits.
const IS_LETTER_OR_DIGIT: [bool; 256] = {
    let mut is = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        is[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    is
};

/// Does what the rules of Unicode text segmentation (UAX 29) say, and hashes each word on the way.
pub(super) fn each_ascii_word(plain: &str, mut see: impl FnMut(&str, u64)) {
    let bytes = plain.as_bytes();
    let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut joined = String::new();
    let mut at = 0;
    while at < bytes.len() {
        if !IS_LETTER_OR_DIGIT[usize::from(bytes[at])] && bytes[at] != b'_' {
            at += 1;
            continue;
        }
        let start = at;
        let (mut has_letter, mut has_joint) = (false, false);
        let mut apostrophes = 0;
        let mut sum = NO_BYTES;
        loop {
            while let Some(byte) = bytes.get(at)
                && IS_LETTER_OR_DIGIT[usize::from(*byte)]
            {
                sum = with_byte(sum, *byte);
                has_letter = true;
                at += 1;
            }
            match bytes.get(at) {
                Some(b'_') => has_joint = true,
                Some(b'\'') if joins(at, is_letter) || joins(at, is_digit) => apostrophes += 1,
                Some(b'.') if joins(at, is_letter) || joins(at, is_digit) => has_joint = true,
                Some(b':') if joins(at, is_letter) => has_joint = true,
                Some(b',' | b';') if joins(at, is_digit) => {}
                _ => break,
            }
            sum = with_byte(sum, bytes[at]);
            at += 1;
        }
        let token = &plain[start..at];
        if !has_letter {
            continue;
        }
        let own = without_s(token);
        if has_joint || apostrophes > usize::from(own.is_some()) {
            spaced(token, &mut joined, &mut |word: &str| see(word, word_hash(word)));
        } else if own.is_some() || token.len() > WORD_BYTES_MAX {
            let word = cut(own.unwrap_or(token));
            see(word, word_hash(word));
        } else {
            see(token, mix(sum));
        }
    }
}

/// Whether characters of one kind stand on both sides of a place.
fn joins(at: usize, is_kind: impl Fn(usize) -> bool) -> bool {
    at > 0 && is_kind(at - 1) && is_kind(at + 1)
}
