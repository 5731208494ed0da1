//! What no text from outside may bring along: characters that are not shown and steer a terminal or a reader.
//!
//! Taken off where texts enter, so that documents, tables, mails and JSON need not ask again; taken off once more where
//! texts that were stored before are written out. What right-to-left scripts, Indic scripts and emoji are written with
//! stays: the marks U+200E, U+200F and U+061C, the joiners U+200C and U+200D.

use std::any::Any;
use std::borrow::Cow;

use serde_json::Value;

/// A panic is told in so many characters at most; some quote what they broke on.
const PANIC_CHARS_MAX: usize = 300;

/// Returns text without control characters other than line feed and tab, without bidirectional embeddings, overrides and
/// isolates, byte order marks and code points that are no characters. All kinds of line ends become line feeds.
pub fn clean(text: &str) -> Cow<'_, str> {
    match text.char_indices().find(|(_, c)| !is_kept(*c)) {
        None => Cow::Borrowed(text),
        Some((first, _)) => {
            let mut out = String::with_capacity(text.len());
            out.push_str(&text[..first]);
            let mut rest = text[first..].chars().peekable();
            while let Some(c) = rest.next() {
                match c {
                    '\r' if rest.peek() == Some(&'\n') => {}
                    '\r' | '\u{85}' | '\u{2028}' => out.push('\n'),
                    '\u{2029}' => out.push_str("\n\n"),
                    '\u{B}' | '\u{C}' => out.push(' '),
                    c if is_kept(c) => out.push(c),
                    _ => {}
                }
            }
            Cow::Owned(out)
        }
    }
}

/// Cleans a text where it stands; most need nothing.
pub fn clean_up(text: &mut String) {
    if let Cow::Owned(clean) = clean(text) {
        *text = clean;
    }
}

/// Cleans the texts in a value: JSON leaves as they are what a terminal or a page acts on.
pub fn clean_json(value: &mut Value) {
    match value {
        Value::String(text) => clean_up(text),
        Value::Array(values) => values.iter_mut().for_each(clean_json),
        Value::Object(map) => map.values_mut().for_each(clean_json),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Returns clean text on one line: every run of white space is one blank.
pub fn one_line(text: &str) -> String {
    line(&clean(text))
}

/// Returns text on one line as it is: every run of white space is one blank.
pub fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Returns text on one line without control characters: every white space is a blank.
pub fn flattened(text: &str) -> String {
    let blank = |c: char| if c.is_whitespace() { ' ' } else { c };
    text.chars().map(blank).filter(|c| is_kept(*c)).collect()
}

/// Returns text that is nothing but text in HTML and XML, in an element or in a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Returns what a panic said, on one line and not endless.
pub fn of_panic(payload: &(dyn Any + Send)) -> String {
    let said = payload.downcast_ref::<&str>().copied();
    let said = said.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let line = one_line(said.unwrap_or("it did not say why"));
    line.chars().take(PANIC_CHARS_MAX).collect()
}

/// Whether a text stands on one line and holds nothing `clean` takes off.
pub fn is_clean_line(text: &str) -> bool {
    text.chars().all(|c| is_kept(c) && !matches!(c, '\n' | '\t'))
}

/// Whether a character is shown, parts words, or is needed to write one.
pub fn is_kept(c: char) -> bool {
    match c {
        '\n' | '\t' | ' '..='~' => true,
        '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => false,
        '\u{FDD0}'..='\u{FDEF}' => false,
        _ => !c.is_control() && !is_no_character(c),
    }
}

/// The last two code points of every plane are no characters.
fn is_no_character(c: char) -> bool {
    c as u32 & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(clean(text), expected, "{text:?}");
    }

    #[test]
    fn what_steers_or_is_no_character_goes() {
        check("a\u{0}b\u{7}\u{1b}[2J\u{7f}\u{9b}31mc", "ab[2J31mc");
        check("x\u{202e}evil\u{202c} \u{2066}y\u{2069}", "xevil y");
        check("\u{feff}a\u{feff}\u{fffe}\u{ffff}\u{fdd0}\u{1fffe}\u{10ffff}", "a");
    }

    #[test]
    fn line_ends_of_all_kinds_are_line_feeds() {
        check(
            "a\r\nb\rc\u{85}d\u{2028}e\u{2029}f\u{c}g\th\n",
            "a\nb\nc\nd\ne\n\nf g\th\n",
        );
        assert_eq!(one_line(" a\r\n\u{2028} b\u{85}c\u{202e} "), "a b c");
    }

    #[test]
    fn markup_in_text_stays_text() {
        assert_eq!(
            escape(r#"<b a="1">R&D's</b>"#),
            "&lt;b a=&quot;1&quot;&gt;R&amp;D&#39;s&lt;/b&gt;"
        );
    }

    #[test]
    fn what_scripts_are_written_with_stays() {
        for text in [
            "می‌خواهم",
            "क्‍ष",
            "👩‍👩‍👧",
            "\u{200e}a\u{200f}b\u{61c}c",
            "no\u{a0}break",
            "soft\u{ad}hyphen",
            "\u{fffd}",
            "\u{e000}",
        ] {
            check(text, text);
        }
    }

    proptest! {
        #[test]
        fn clean_text_is_clean_and_stays_as_it_is(text in "\\PC{0,20}|(.|\\s|[\\x00-\\x1f\\x7f-\\x9f\u{2028}-\u{202e}\u{2066}-\u{2069}]){0,40}") {
            let once = clean(&text).into_owned();
            prop_assert!(once.chars().all(is_kept), "{:?}", once);
            prop_assert_eq!(clean(&once), once.as_str());
        }
    }
}
