//! The text of a body, and what was wrong with its encoding.
//!
//! Characters that XML forbids are taken out, so that nothing later meets a NUL.

use std::borrow::Cow;

use crate::text::encoding;

/// How many bytes are looked through at once for control characters.
const CONTROL_BLOCK_BYTES: usize = 1024;

/// Text and what was wrong with its encoding.
#[derive(Debug)]
pub struct DecodedFeed<'a> {
    pub text: Cow<'a, str>,
    pub warning: Option<String>,
}

/// Returns the text of a body. `content_type` is the HTTP header's value.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> DecodedFeed<'a> {
    let label = encoding::xml_label(bytes);
    let said = [
        content_type.and_then(encoding::charset),
        label.and_then(encoding::known),
    ];
    let said: Vec<_> = said.into_iter().flatten().collect();
    let decoded = encoding::decode(bytes, &said);
    let name = decoded.encoding.name();
    let declared = said.first().map(|said| said.name()).or(label).unwrap_or("nothing");
    let is_otherwise = !said.contains(&decoded.encoding) && (!said.is_empty() || name != "UTF-8");
    let warning = match decoded.has_errors {
        true => Some(format!("some bytes are not {name}")),
        false if is_otherwise && !name.starts_with("UTF-16") && !decoded.text.is_ascii() => {
            Some(format!("declared as {declared}, read as {name}"))
        }
        false => None,
    };
    DecodedFeed {
        text: without_control_characters(decoded.text),
        warning,
    }
}

fn without_control_characters(text: Cow<'_, str>) -> Cow<'_, str> {
    // Counting whole blocks without a way out is what a compiler makes fast.
    let is_control = |b: &u8| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r');
    if !text
        .as_bytes()
        .chunks(CONTROL_BLOCK_BYTES)
        .any(|block| block.iter().fold(false, |found, b| found | is_control(b)))
    {
        return text;
    }
    Cow::Owned(
        text.chars()
            .filter(|c| *c >= ' ' || matches!(c, '\t' | '\n' | '\r'))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], content_type: Option<&str>, expected: &str) {
        assert_eq!(decode(bytes, content_type).text, expected, "{content_type:?}");
    }

    #[test]
    fn the_bytes_beat_every_declaration() {
        check(b"\xEF\xBB\xBFcaf\xC3\xA9", Some("text/xml; charset=iso-8859-1"), "café");
        check(b"caf\xC3\xA9", Some("text/xml; charset=iso-8859-1"), "café");
        check(b"<\0a\0>\0", None, "<a>");
        check(b"\xFE\xFF\0<\0a", Some("text/xml; charset=utf-8"), "<a");
        check(
            b"<?xml version='1.0' encoding='utf-16'?>caf\xC3\xA9",
            None,
            "<?xml version='1.0' encoding='utf-16'?>café",
        );
    }

    #[test]
    fn declarations_count_where_the_bytes_are_silent() {
        check(b"caf\xE9", Some("text/xml; Charset=\"ISO-8859-1\""), "café");
        check(
            b"<?xml encoding=\"windows-1251\"?>\xCC\xE8\xF0",
            None,
            "<?xml encoding=\"windows-1251\"?>Мир",
        );
        check(b"\x1B$B$\"\x1B(B", Some("text/xml; charset=iso-2022-jp"), "あ");
    }

    #[test]
    fn one_bad_byte_does_not_change_the_encoding() {
        check("Žluťoučký kůň \u{0}".as_bytes(), None, "Žluťoučký kůň ");
        check(b"\xC5\xBDlu\xC5\xA5ou\xC4\x8Dk\xC3\xBD \x92", None, "Žluťoučký ");
        check(
            b"\xC5\xBDlu\xC5\xA5ou\xC4\x8Dk\xC3\xBD \x92s",
            None,
            "Žluťoučký \u{2019}s",
        );
    }

    #[test]
    fn no_bytes_panic() {
        for first in 0..=255_u8 {
            for second in 0..=255_u8 {
                decode(&[first, second, b'<', 0], Some("text/xml; charset=gb18030"));
            }
        }
    }
}
