//! From bytes to text, for feeds and pages alike.
//!
//! What the bytes themselves show beats what anyone says about them: a byte order mark, the zeros of UTF-16, and UTF-8
//! that no other encoding could be by accident. After that counts what is said, the first that fits, then a guess by
//! language. What means nothing is replaced, never an error.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, ISO_8859_15, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1254};

/// Where an XML declaration is looked for, in bytes.
const DECLARATION_BYTES_MAX: usize = 1024;
/// Bytes a guess is made from.
const GUESS_BYTES_MAX: usize = 256 * 1024;
/// Weight of different characters in valid UTF-8 from which on it is no accident. Of the characters of GBK one in five is
/// a character of two bytes in UTF-8 too ("学习" is two), "PÓŁ" in ISO-8859-2 holds one; those of three bytes come about
/// far more rarely.
const TELLING_WEIGHT_MIN: usize = 6;
const LONG_CHARACTER_WEIGHT: usize = 3;

/// Text, and how it was read.
#[derive(Debug)]
pub struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub encoding: &'static Encoding,
    /// Some bytes meant nothing in that encoding.
    pub has_errors: bool,
}

/// Returns the text of some bytes. `said` is what they are declared as, what counts most first.
pub fn decode<'a>(bytes: &'a [u8], said: &[&'static Encoding]) -> Decoded<'a> {
    if let Some((encoding, mark)) = utf_16(bytes) {
        return decoded_as(encoding, &bytes[mark..]);
    }
    if let Some(bytes) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return utf_8(bytes);
    }
    let is_utf_8 = match std::str::from_utf8(bytes) {
        Ok(text) => {
            said.is_empty()
                || said.contains(&UTF_8)
                || (!text.is_ascii() && said.iter().all(is_western))
                || is_no_accident(text)
        }
        // The body was cut within its last character.
        Err(error) if error.error_len().is_none() => {
            let (whole, _) = bytes.split_at(error.valid_up_to());
            std::str::from_utf8(whole).is_ok_and(is_no_accident)
        }
        Err(_) => false,
    };
    if is_utf_8 || (said.contains(&UTF_8) && is_mostly_utf_8(bytes)) {
        return utf_8(bytes);
    }
    let mut others = said.iter().copied().filter(|encoding| *encoding != UTF_8);
    let mut fitting = others.clone().map(|encoding| decoded_as(encoding, bytes));
    if let Some(fitting) = fitting.find(|decoded| !decoded.has_errors) {
        return fitting;
    }
    if is_mostly_utf_8(bytes) {
        return utf_8(bytes);
    }
    decoded_as(others.next().unwrap_or_else(|| guess(bytes)), bytes)
}

/// Returns the encoding in a Content-Type, of an answer or of a `meta` element.
pub fn charset(content_type: &str) -> Option<&'static Encoding> {
    let lower = content_type.to_ascii_lowercase();
    let (_, rest) = lower.split_once("charset")?;
    let value = rest.trim_start().strip_prefix('=')?;
    let value = value.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | ',' | '>');
    known(value.split(is_end).next()?)
}

/// Returns the encoding a label names; none for UTF-16, which would have shown in the bytes.
pub fn known(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes()).filter(|encoding| encoding.is_ascii_compatible() || *encoding == ISO_2022_JP)
}

/// Returns the label in an XML declaration.
pub fn xml_label(bytes: &[u8]) -> Option<&str> {
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES_MAX)];
    let head = &head[find(head, b"<?xml")?..];
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

/// Whether an encoding has capitals with accents where UTF-8 begins a character, and nothing but signs where it goes on.
fn is_western(encoding: &&'static Encoding) -> bool {
    [WINDOWS_1252, ISO_8859_15, WINDOWS_1254].contains(encoding)
}

/// Whether a text that was read as UTF-8 has enough characters beyond ASCII to be nothing else.
fn is_no_accident(text: &str) -> bool {
    let mut seen: Vec<char> = Vec::with_capacity(TELLING_WEIGHT_MIN);
    let mut weight = 0;
    for c in text.chars().filter(|c| !c.is_ascii()) {
        // Dashes, quotes and dots of printers: what they would be elsewhere nobody writes ("â€™", "вЂ™", "鈥").
        if matches!(c, '\u{2010}'..='\u{2027}') {
            return true;
        }
        if !seen.contains(&c) {
            seen.push(c);
            weight += if c.len_utf8() > 2 { LONG_CHARACTER_WEIGHT } else { 1 };
        }
        if weight >= TELLING_WEIGHT_MIN {
            return true;
        }
    }
    false
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

/// Reads UTF-8 and takes each stray byte for the Windows-1252 character it most often is; what is cut off at the end is
/// no character at all.
fn utf_8(bytes: &[u8]) -> Decoded<'_> {
    let (text, has_errors) = match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (Cow::Owned(repaired(bytes)), true),
    };
    Decoded {
        text,
        encoding: UTF_8,
        has_errors,
    }
}

fn repaired(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        text.push_str(chunk.valid());
        if chunks.peek().is_some() {
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
        }
    }
    text
}

fn decoded_as<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    let (text, has_errors) = encoding.decode_without_bom_handling(bytes);
    Decoded {
        text,
        encoding,
        has_errors,
    }
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(
        &bytes[..bytes.len().min(GUESS_BYTES_MAX)],
        bytes.len() <= GUESS_BYTES_MAX,
    );
    detector.guess(None, Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{GBK, ISO_8859_2, KOI8_U, SHIFT_JIS, WINDOWS_1251};

    #[track_caller]
    fn check(bytes: &[u8], labels: &[&str], expected: &str) {
        let said: Vec<&'static Encoding> = labels.iter().filter_map(|label| known(label)).collect();
        let decoded = decode(bytes, &said);
        assert_eq!(decoded.text, expected, "{labels:?} read as {}", decoded.encoding.name());
    }

    #[test]
    fn utf_8_is_utf_8_whatever_is_declared() {
        for text in [
            "<p>磨坊今天早上七点开门，雨停了。",
            "Молния ударила в мельницу",
            "Žluťoučký kůň",
            "Η φωτιά στον μύλο",
            "The miller’s daughter",
            "“Yes”",
            "Grüße, Öl und Äpfel aß 😀",
        ] {
            for label in [
                "gb2312",
                "gb18030",
                "big5",
                "shift_jis",
                "euc-jp",
                "euc-kr",
                "iso-8859-1",
                "iso-8859-2",
                "iso-8859-15",
                "windows-1250",
                "windows-1251",
                "windows-1253",
                "koi8-r",
                "utf-16",
                "utf-8",
                "no-such-label",
            ] {
                check(text.as_bytes(), &[label], text);
                check(text.as_bytes(), &[label, "windows-1256"], text);
            }
            // A body that was cut within a character.
            let cut = format!("{text} {text} ё");
            let cut = &cut.as_bytes()[..cut.len() - 1];
            check(cut, &["windows-1251"], &format!("{text} {text} "));
            check(cut, &[], &format!("{text} {text} "));
        }
        check("café".as_bytes(), &["iso-8859-1"], "café");
        check("café".as_bytes(), &["windows-1251", "utf-8"], "café");
        // What is declared cannot be.
        check("ё 😀".as_bytes(), &["euc-kr"], "ё 😀");
    }

    #[test]
    fn what_is_valid_utf_8_by_accident_stays_what_is_declared() {
        for (encoding, text) in [
            (GBK, "<p>卤"),
            (GBK, "学习通知"),
            (ISO_8859_2, "PÓŁ RÓŻ"),
            (SHIFT_JIS, "ﾃｱ"),
            (WINDOWS_1251, "НІ, ЦІ"),
            (KOI8_U, "её"),
        ] {
            let bytes = encoding.encode(text).0;
            check(&bytes, &[encoding.name()], text);
        }
    }

    #[test]
    fn a_declaration_that_does_not_fit_gives_way() {
        let russian = WINDOWS_1251.encode("Молния ударила в старую мельницу у моста").0;
        check(
            &russian,
            &["utf-8", "windows-1251"],
            "Молния ударила в старую мельницу у моста",
        );
        check(&russian, &["utf-8"], "Молния ударила в старую мельницу у моста");
        check(b"\x1B$B$\"\x1B(B", &["iso-2022-jp"], "あ");
        check(b"caf\xE9", &["hz-gb-2312", "latin1"], "café");
        // One stray byte, in what one of two declarations says is UTF-8.
        check(
            b"\xC5\xBDlu\xC5\xA5ou\xC4\x8Dk\xC3\xBD \x92s",
            &["latin1", "utf-8"],
            "Žluťoučký ’s",
        );
        check(
            b"\xC5\xBDlu\xC5\xA5ou\xC4\x8Dk\xC3\xBD \x92s",
            &["utf-8"],
            "Žluťoučký ’s",
        );
        check(b"<\0a\0", &["utf-8"], "<a");
    }

    #[test]
    fn charsets_as_they_are_written() {
        for (written, expected) in [
            ("text/html; charset=GB2312", Some(GBK)),
            ("text/xml;Charset = \"ISO-8859-1\" ; x=1", Some(WINDOWS_1252)),
            (
                "<meta http-equiv=content-type content='text/html; charset=shift_jis'",
                Some(SHIFT_JIS),
            ),
            ("text/html; charset=utf-16", None),
            ("text/html; charset=", None),
            ("text/html", None),
        ] {
            assert_eq!(charset(written), expected, "{written}");
        }
        assert_eq!(
            xml_label(b"<?xml version='1.0' encoding = \"koi8-r\"?>"),
            Some("koi8-r")
        );
    }
}
