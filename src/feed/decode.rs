//! From bytes to text.
//!
//! What the bytes themselves show beats what anyone says about them: a byte order mark, the zeros of UTF-16, and
//! UTF-8 that is valid throughout. After that the HTTP header counts, then the XML declaration, then a guess by
//! language. Characters that XML forbids are taken out, so that nothing later meets a NUL.
//!
//! Pages have another decoder (`extract::decode`): browsers believe the header where feed readers believe the bytes, and
//! pages are written for browsers.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Where an XML declaration is looked for, in bytes.
const DECLARATION_BYTES_MAX: usize = 1024;

/// How many bytes are looked through at once for control characters.
const CONTROL_BLOCK_BYTES: usize = 1024;

/// Text and what was wrong with its encoding.
#[derive(Debug)]
pub struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub warning: Option<String>,
}

/// Returns the text of a body. `content_type` is the HTTP header's value.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    let (text, warning) = to_text(bytes, content_type);
    Decoded {
        text: without_control_characters(text),
        warning,
    }
}

fn to_text<'a>(bytes: &'a [u8], content_type: Option<&str>) -> (Cow<'a, str>, Option<String>) {
    if let Some((encoding, mark)) = utf_16(bytes) {
        let (text, has_errors) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return (text, has_errors.then(|| "some bytes are not UTF-16".to_owned()));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let header = content_type.and_then(charset).and_then(known);
    let declaration = declared(bytes);
    let declared = declaration.and_then(known);
    let said = header.or(declared);
    let valid_up_to = match std::str::from_utf8(bytes) {
        Ok(text) => {
            if said == Some(ISO_2022_JP) && bytes.contains(&0x1B) {
                return (ISO_2022_JP.decode_without_bom_handling(bytes).0, None);
            }
            let is_wrong = said.is_some_and(|said| said != UTF_8) && !text.is_ascii();
            let warning = is_wrong.then(|| format!("declared as {}, is UTF-8", said.map_or("", Encoding::name)));
            return (Cow::Borrowed(text), warning);
        }
        Err(error) => error,
    };
    for encoding in [header, declared]
        .into_iter()
        .flatten()
        .filter(|encoding| *encoding != UTF_8)
    {
        let (text, has_errors) = encoding.decode_without_bom_handling(bytes);
        if !has_errors {
            return (text, None);
        }
    }
    if valid_up_to.error_len().is_none() || is_mostly_utf_8(bytes) {
        return (
            Cow::Owned(repaired_utf_8(bytes)),
            Some("some bytes are not UTF-8".to_owned()),
        );
    }
    if let Some(encoding) = said.filter(|encoding| *encoding != UTF_8) {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        return (text, Some(format!("some bytes are not {}", encoding.name())));
    }
    let guess = guess(bytes);
    let said = said.map(Encoding::name).or(declaration).unwrap_or("nothing");
    (
        guess.decode_without_bom_handling(bytes).0,
        Some(format!("declared as {said}, read as {}", guess.name())),
    )
}

/// Recognises UTF-16 by its byte order mark, or by the zero beside the first character.
fn utf_16(bytes: &[u8]) -> Option<(&'static Encoding, usize)> {
    match bytes {
        [0xFF, 0xFE, ..] => Some((UTF_16LE, 2)),
        [0xFE, 0xFF, ..] => Some((UTF_16BE, 2)),
        [b'<' | b'{' | b' ' | b'\n' | b'\r' | b'\t', 0, second, ..] if *second != 0 => Some((UTF_16LE, 0)),
        [0, b'<' | b'{' | b' ' | b'\n' | b'\r' | b'\t', ..] => Some((UTF_16BE, 0)),
        _ => None,
    }
}

/// Returns the charset parameter of a Content-Type.
fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches(['"', '\'']))
    })
}

/// Returns the encoding a label names; none for UTF-16, which would have shown in the bytes.
fn known(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes()).filter(|encoding| encoding.is_ascii_compatible() || *encoding == ISO_2022_JP)
}

/// Returns the label in the XML declaration.
fn declared(bytes: &[u8]) -> Option<&str> {
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES_MAX)];
    let start = find(head, b"<?xml")?;
    let head = &head[start..];
    let head = &head[..find(head, b"?>")?];
    let head = &head[find(head, b"encoding")? + b"encoding".len()..];
    let quote = head.iter().position(|b| matches!(b, b'"' | b'\''))?;
    let label = &head[quote + 1..];
    let end = label.iter().position(|b| *b == head[quote])?;
    std::str::from_utf8(&label[..end]).ok().map(str::trim)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Whether valid characters beyond ASCII outnumber the broken ones: a few stray bytes in UTF-8, not another encoding.
fn is_mostly_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| *b >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 2 * bad
}

/// Reads UTF-8 and takes each stray byte for the Windows-1252 character it most often is.
fn repaired_utf_8(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        text.push_str(chunk.valid());
        // What is cut off at the end is no character at all.
        if chunks.peek().is_some() {
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
        }
    }
    text
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
