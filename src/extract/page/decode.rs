//! Bytes of a page as text, and what was encoded twice made right.

use encoding_rs::{Encoding, WINDOWS_1252};

use crate::text::encoding;

/// A page's own declaration stands in its first bytes, says the HTML standard; real ones are later.
const DECLARATION_BYTES: usize = 4 * 1024;

/// Returns the text of a page. The header's word counts before the page's own.
pub fn decode(bytes: &[u8], content_type: Option<&str>) -> String {
    let said = [content_type.and_then(encoding::charset), declared_in(bytes)];
    let said: Vec<_> = said.into_iter().flatten().collect();
    let text = encoding::decode(bytes, &said).text.into_owned();
    if is_encoded_twice(&text) {
        decoded_again(&text)
    } else {
        text
    }
}

/// Whether a page's UTF-8 was taken for Latin text and encoded again before it was sent: `â€™` where `’` was meant.
fn is_encoded_twice(text: &str) -> bool {
    let marks = text
        .match_indices('â')
        .filter(|(at, _)| text[at + 'â'.len_utf8()..].starts_with(['€', '\u{80}']))
        .take(3);
    marks.count() == 3
}

/// Returns a text with the runs that are UTF-8 read as Latin text read as UTF-8.
fn decoded_again(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run: Vec<u8> = Vec::new();
    let mut written = String::new();
    for c in text.chars() {
        if let Some(byte) = latin_byte(c) {
            run.push(byte);
            written.push(c);
            continue;
        }
        out.push_str(&meant(&run, &written));
        run.clear();
        written.clear();
        out.push(c);
    }
    out.push_str(&meant(&run, &written));
    out
}

/// Returns what a run of Latin letters was before it was encoded again; letters that were not stay what they are.
fn meant(run: &[u8], written: &str) -> String {
    let mut out = String::new();
    let mut letters = written.chars();
    let mut rest = run;
    while !rest.is_empty() {
        let good = match std::str::from_utf8(rest) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&rest[..error.valid_up_to()]).unwrap_or_default(),
        };
        out.push_str(good);
        let taken = good.len();
        rest = &rest[taken..];
        letters.by_ref().take(taken).for_each(drop);
        if let (Some(letter), Some((_, more))) = (letters.next(), rest.split_first()) {
            out.push(letter);
            rest = more;
        }
    }
    out
}

fn latin_byte(c: char) -> Option<u8> {
    if c.is_ascii() {
        return None;
    }
    if u32::from(c) < 0x100 {
        return u8::try_from(u32::from(c)).ok();
    }
    let mut buffer = [0; 4];
    let (bytes, _, has_failed) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
    (!has_failed && bytes.len() == 1).then(|| bytes[0])
}

fn declared_in(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION_BYTES)]).to_ascii_lowercase();
    let meta = head.match_indices("<meta").find_map(|(at, _)| {
        let tag = &head[at..at + head[at..].find('>')?];
        encoding::charset(tag)
    });
    meta.or_else(|| encoding::xml_label(bytes).and_then(encoding::known))
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn what_was_encoded_twice_is_decoded_twice() {
        let twice =
            "It\u{e2}\u{80}\u{99}s \u{e2}\u{80}\u{9c}caf\u{c3}\u{a9}\u{e2}\u{80}\u{9d}, \u{a9} and \u{c2}\u{a0}â€“ à";
        assert_eq!(decode(twice.as_bytes(), None), "It’s “café”, © and \u{a0}– à");
        let once = "Le château â la crème, 5 €";
        assert_eq!(decode(once.as_bytes(), None), once);
    }

    #[test]
    fn the_first_sane_word_counts() {
        for (bytes, content_type, expected) in [
            (
                b"caf\xe9 \x80 5".as_slice(),
                Some("text/html; charset=windows-1252"),
                "café € 5",
            ),
            (
                b"<meta charset='iso-8859-1'>caf\xe9".as_slice(),
                None,
                "<meta charset='iso-8859-1'>café",
            ),
            ("\u{feff}café".as_bytes(), Some("text/html; charset=latin1"), "café"),
            (
                "<meta charset=latin1>café".as_bytes(),
                None,
                "<meta charset=latin1>café",
            ),
            (
                b"caf\xe9 au lait, d\xe9j\xe0 vu, gar\xe7on, na\xefve".as_slice(),
                None,
                "café au lait, déjà vu, garçon, naïve",
            ),
            (b"\xff\xfea\0b\0".as_slice(), None, "ab"),
            (b"".as_slice(), Some("text/html; charset="), ""),
        ] {
            assert_eq!(decode(bytes, content_type), expected);
        }
    }
}
