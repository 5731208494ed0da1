//! Character references: `&amp;`, `&hellip;`, `&#8217;`.
//!
//! The named ones are those of HTML. A name nobody knows stays as it was written: text is never lost here.

use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// The longest reference looked for, in bytes between `&` and `;`.
const REFERENCE_BYTES_MAX: usize = 32;

/// Returns what a reference stands for, given without `&` and `;`: one character or two, or nothing where it names a
/// control character, which has no place in text.
pub fn resolve(name: &str) -> Option<Cow<'static, str>> {
    // Escaped markup consists of these.
    match name {
        "lt" => return Some(Cow::Borrowed("<")),
        "gt" => return Some(Cow::Borrowed(">")),
        "amp" => return Some(Cow::Borrowed("&")),
        "quot" => return Some(Cow::Borrowed("\"")),
        "apos" => return Some(Cow::Borrowed("'")),
        // As HTML 4 has them; HTML since then means another pair.
        "lang" => return Some(Cow::Borrowed("\u{2329}")),
        "rang" => return Some(Cow::Borrowed("\u{232a}")),
        _ => {}
    }
    if name.starts_with('#') {
        return match number(name)? {
            // What Windows wrote where Unicode has control characters (HTML, 13.2.5.80).
            code @ 128..=159 => C1_REPLACEMENTS[usize::try_from(code - 128).ok()?].or(char::from_u32(code)),
            0..=8 | 11 | 12 | 14..=31 => return Some(Cow::Borrowed("")),
            code => char::from_u32(code),
        }
        .map(|character| Cow::Owned(character.to_string()));
    }
    // The beginnings of names are in the table too, and stand for nothing.
    let (first, second) = NAMED_ENTITIES
        .get(&format!("{name};"))
        .filter(|(first, _)| *first != 0)?;
    let both = [*first, *second].into_iter().filter(|code| *code != 0);
    Some(Cow::Owned(both.filter_map(char::from_u32).collect()))
}

/// Returns the code that a numeric reference names.
fn number(name: &str) -> Option<u32> {
    let number = name.strip_prefix('#')?;
    match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => number.parse().ok(),
    }
}

/// Returns text with its references replaced, once.
pub fn unescape(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (found, length) = reference(rest);
        match found {
            Some(found) => out.push_str(&found),
            None => out.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Returns what a text beginning with `&` refers to, and the bytes that took.
pub fn reference(text: &str) -> (Option<Cow<'static, str>>, usize) {
    let Some(name) = name(text) else { return (None, 1) };
    let length = name.len() + 2;
    // Each half of a pair by itself is no character; programs that count in UTF-16 write them so.
    if let Some(high @ 0xD800..=0xDBFF) = number(name)
        && let Some(next) = text[length..]
            .starts_with('&')
            .then(|| self::name(&text[length..]))
            .flatten()
        && let Some(low @ 0xDC00..=0xDFFF) = number(next)
        && let Some(pair) = char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    {
        return (Some(Cow::Owned(pair.to_string())), length + next.len() + 2);
    }
    match resolve(name) {
        Some(found) => (Some(found), length),
        None => (None, 1),
    }
}

/// Returns the name between a `&` and its `;`.
fn name(text: &str) -> Option<&str> {
    let window = &text.as_bytes()[1..text.len().min(REFERENCE_BYTES_MAX + 2)];
    let end = window.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'#')?;
    (window[end] == b';').then(|| &text[1..=end])
}

/// Appends text with `<`, `>` and `&` escaped.
pub fn escape_into(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['<', '>', '&']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&amp;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(unescape(text), expected, "{text}");
    }

    #[test]
    fn names_and_numbers() {
        check("a &amp; b &hellip; &#233;&#xE9;&#XE9; &Eacute;", "a & b … ééé É");
        check("it&#146;s", "it\u{2019}s");
        check("&amp;amp;", "&amp;");
        check(
            "&Uring;vod na&dcaron;je &Zdot;ycie w &Lstrok;odzi Ko&umacr;",
            "Ůvod naďje Życie w Łodzi Koū",
        );
        check(
            "&check;&lbrace;&NotEqualTilde;&CounterClockwiseContourIntegral;",
            "✓{≂̸∳",
        );
        check("&#55357;&#56832; &#xD83D;&#xDE00;", "😀 😀");
        check("a&#8;b&#0;c&#x1F;", "abc");
    }

    #[test]
    fn what_is_no_reference_stays() {
        check(
            "AT&T & co; &nonsense; &#xD800; &#xD800;&#65; &lbr; &",
            "AT&T & co; &nonsense; &#xD800; &#xD800;A &lbr; &",
        );
        check("&ä;", "&ä;");
        check(
            "&thisnameislongerthananyreferencecouldbe;",
            "&thisnameislongerthananyreferencecouldbe;",
        );
    }
}
