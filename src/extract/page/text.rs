//! Texts to compare.

use scraper::Html;

use crate::text::{clean, line};

/// Letters of a script without small ones that stand for a word.
const ALIKE_CHARS: usize = 4;
/// A line that holds tags is read up to so many bytes: what nests deep costs its square.
const MARKUP_BYTES_MAX: usize = 8_000;

/// Where a word may be parted at the end of a line; it is no letter of a name or a headline.
pub const SOFT_HYPHEN: char = '\u{ad}';

/// Returns a text as its letters and digits alone, lower case.
pub fn squeezed(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            // Most letters are; they need no tables.
            if c.is_ascii_alphanumeric() {
                letters.push(c.to_ascii_lowercase());
            }
        } else if c.is_alphanumeric() {
            letters.extend(c.to_lowercase());
        }
    }
    letters
}

/// Returns how much a text says, in characters of an alphabet, white space left out: one of Chinese, Japanese or Korean
/// stands for several.
pub fn weight(text: &str) -> usize {
    if text.is_ascii() {
        return text.len() - ascii_spaces(text);
    }
    let wide = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}');
    let halves = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if wide(c) { 5 } else { 2 });
    halves.sum::<usize>() / 2
}

/// What may stand behind the end of a sentence.
const CLOSERS: &[char] = &['"', '”', '’', '»', ')', ' ', '\'', '」', '』', '）', '“'];

/// Whether a text ends as a sentence does: with a sign, in whatever script; or without one in a script that has none.
pub fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end().trim_end_matches(CLOSERS);
    text.ends_with([
        '.', '!', '?', '…', '。', '！', '？', '｡', '।', '॥', '۔', '؟', '։', '።', '။', '៕', '។',
    ]) || text.ends_with(is_unsigned)
}

/// Whether a letter is of a script that parts sentences by blanks: Thai, Lao, Khmer, Burmese.
fn is_unsigned(c: char) -> bool {
    matches!(c, '\u{e01}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

/// Returns how many words of a text behind the first are neither names nor numbers, as far as letters tell: those that begin
/// with a small letter. Where letters are all alike a text of one clause has some.
pub fn small_words(text: &str) -> usize {
    let mut words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let is_alike = |c: char| c.is_alphabetic() && !c.is_uppercase() && !c.is_lowercase();
    let alike = text.chars().filter(|c| is_alike(*c)).count();
    let first = words
        .next()
        .map_or(0, |word| usize::from(word.starts_with(char::is_lowercase)));
    let small = words.filter(|word| word.starts_with(char::is_lowercase) && word.chars().nth(1).is_some());
    first + small.count() + alike / ALIKE_CHARS
}

/// Returns how many characters of a text that is ASCII are white space.
pub fn ascii_spaces(text: &str) -> usize {
    let is_space = |byte: &&u8| matches!(byte, b'\t'..=b'\r' | b' ');
    text.as_bytes().iter().filter(is_space).count()
}

/// Returns a text in which entities that were escaped twice are read.
pub fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let fragment = Html::parse_fragment(&text.replace('<', "&lt;"));
    let text: String = fragment.root_element().text().collect();
    clean(&text).into_owned()
}

/// Returns what is to be read of a text in which entities or markup were escaped once more than they ought to be: without
/// its tags.
pub fn plain(text: &str) -> String {
    let text = unescaped(text);
    if !has_markup(&text) {
        return text;
    }
    let fragment = Html::parse_fragment(&text[..floor(&text, MARKUP_BYTES_MAX)]);
    let texts: Vec<&str> = fragment.root_element().text().collect();
    line(&texts.join(" "))
}

/// Whether a text holds tags.
pub fn has_markup(text: &str) -> bool {
    ["</", "<br", "<p>", "<img "].iter().any(|tag| text.contains(tag))
}

/// Returns the largest end of a character at or below `at`.
pub fn floor(text: &str, at: usize) -> usize {
    let mut end = at.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

/// Returns the number a heading begins with: "3. Harbour Town", "#3 Harbour Town", "3) Harbour Town".
pub fn counted(text: &str) -> Option<u32> {
    let text = text.trim_start();
    let bare = text.strip_prefix('#').unwrap_or(text);
    let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
    let is_counted = bare.len() < text.len() || bare[digits..].starts_with(['.', ')', ':']);
    // "2.5 million" and "12.06." count nothing.
    let is_over = !bare[digits..]
        .get(1..)
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    bare[..digits]
        .parse()
        .ok()
        .filter(|_| is_counted && is_over && digits <= 3)
}

#[cfg(test)]
mod tests {
    use super::{MARKUP_BYTES_MAX, counted, ends_sentence, plain, small_words};

    #[test]
    fn sentences_end_in_every_script() {
        for text in [
            "The wall is down.",
            "“The wall is down.”",
            "堤は倒れた。",
            "「堤は倒れた。」",
            "दीवार गिर गई।",
            "دیوار گر گئی۔",
            "هل سقط الجدار؟",
            "ชาวประมงขอคำสัญญา",
            "ជញ្ជាំងបានរលំ។",
        ] {
            assert!(ends_sentence(text), "{text}");
        }
        for text in ["The wall", "Harrow Vale, 12 May", "堤防の記事", "दीवार"] {
            assert!(!ends_sentence(text), "{text}");
        }
    }

    #[test]
    fn a_line_with_tags_is_read_up_to_a_bound() {
        assert_eq!(plain("The &lt;b&gt;ferry&lt;/b&gt; is back"), "The ferry is back");
        let nested = format!("Ferry {}</b>é{}", "<div>".repeat(1_000), "é".repeat(MARKUP_BYTES_MAX));
        assert!(plain(&nested).len() < MARKUP_BYTES_MAX);
    }

    #[test]
    fn a_line_that_tells_something_has_words_that_are_no_names() {
        for (text, words) in [
            ("On 12 May 2026 the board met.", 3),
            ("By Ada March", 0),
            ("It is done.", 2),
            ("堤は倒れた。", 1),
        ] {
            assert_eq!(small_words(text), words, "{text}");
        }
    }

    #[test]
    fn headings_that_count_are_told_from_those_with_a_number() {
        for text in [
            "3. Harbour Town",
            "#3 Harbour Town",
            "3) Harbour Town",
            "3: Harbour Town",
        ] {
            assert_eq!(counted(text), Some(3), "{text}");
        }
        for text in [
            "3 ways home",
            "2.5 million",
            "12.06. in Ostmere",
            "9:30 in the morning",
            "",
            "#",
            "2026. A year",
        ] {
            assert_eq!(counted(text), None, "{text}");
        }
    }
}
