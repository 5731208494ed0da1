//! A message cut to what is read of it, before it is parsed: so many bytes, headers and parts.

use std::borrow::Cow;

use super::{HEAD_BYTES_MAX, HEADERS_MAX, MESSAGE_BYTES_MAX, PARTS_MAX};

/// A message within the bounds, and what was cut off.
pub struct Bounded<'a> {
    pub bytes: Cow<'a, [u8]>,
    pub warnings: Vec<String>,
}

/// Cuts a message.
pub fn bounded(bytes: &[u8]) -> Bounded<'_> {
    let mut warnings = Vec::new();
    let mut kept = bytes;
    if kept.len() > MESSAGE_BYTES_MAX {
        kept = &kept[..MESSAGE_BYTES_MAX];
        warnings.push(format!("it is read up to {MESSAGE_BYTES_MAX} bytes"));
    }
    let head_end = head_end(kept);
    let head_kept = head_kept(&kept[..head_end]);
    let body_kept = parts_kept(kept, head_end);
    if body_kept < kept.len() {
        warnings.push(format!("it is read up to {PARTS_MAX} parts"));
        kept = &kept[..body_kept];
    }
    if head_kept == head_end {
        let bytes = Cow::Borrowed(kept);
        return Bounded { bytes, warnings };
    }
    warnings.push(format!(
        "its headers are read up to {HEADERS_MAX}, and up to {HEAD_BYTES_MAX} bytes"
    ));
    // The headers that say what its body is may stand behind the bound.
    let says_body = |field: &&[u8]| {
        ["content-type", "content-transfer-encoding"]
            .iter()
            .any(|name| is_named(field, name))
    };
    let mut whole = kept[..head_kept].to_vec();
    for header in fields(&kept[head_kept..head_end]).filter(says_body).take(2) {
        whole.extend_from_slice(&header[..header.len().min(HEAD_BYTES_MAX)]);
        if !whole.ends_with(b"\n") {
            whole.push(b'\n');
        }
    }
    whole.extend_from_slice(b"\n");
    whole.extend_from_slice(&kept[head_end..]);
    Bounded {
        bytes: Cow::Owned(whole),
        warnings,
    }
}

/// Returns where a message's headers end: behind the first empty line.
pub fn head_end(bytes: &[u8]) -> usize {
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        if at > line.len() && line.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            return at;
        }
    }
    bytes.len()
}

/// Returns the headers of a head, each with the lines that go on with it.
pub fn fields(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = head;
    std::iter::from_fn(move || {
        let mut end = 0;
        for line in rest.split_inclusive(|byte| *byte == b'\n') {
            if end > 0 && !matches!(line.first(), Some(b' ' | b'\t')) {
                break;
            }
            end += line.len();
        }
        let (field, behind) = rest.split_at(end);
        rest = behind;
        (!field.is_empty()).then_some(field)
    })
}

/// Whether a header has this name, however it is written.
pub fn is_named(field: &[u8], name: &str) -> bool {
    begins(field, name.as_bytes()).is_some_and(|rest| rest.trim_ascii_start().starts_with(b":"))
}

/// Whether a message has at least one header.
pub fn has_header(bytes: &[u8]) -> bool {
    let is_name = |name: &[u8]| !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    let mut fields = fields(&bytes[..head_end(bytes)]);
    fields.any(|field| {
        field
            .split(|byte| *byte == b':')
            .next()
            .is_some_and(|name| name.len() < field.len() && is_name(name.trim_ascii()))
    })
}

fn head_kept(head: &[u8]) -> usize {
    let mut kept = 0;
    for (number, field) in fields(head).enumerate() {
        if number >= HEADERS_MAX || kept + field.len() > HEAD_BYTES_MAX {
            return kept;
        }
        kept += field.len();
    }
    head.len()
}

/// Returns where the part begins that is one too many. Parts begin with a boundary or with a header that says that they are
/// messages, so the lines that may be either are counted; how deep parts nest is bounded with that.
fn parts_kept(bytes: &[u8], head_end: usize) -> usize {
    let (mut at, mut count) = (head_end, 0);
    for line in bytes[head_end..].split_inclusive(|byte| *byte == b'\n') {
        let begins_part =
            line.starts_with(b"--") && line.len() > 4 && !line[2..].iter().all(|byte| b"-\r\n".contains(byte));
        if begins_part || begins(line, b"content-type").is_some() {
            count += 1;
            // Each part has both lines.
            if count > PARTS_MAX * 2 {
                return at;
            }
        }
        at += line.len();
    }
    bytes.len()
}

/// Returns what stands behind a word at the beginning of a line. The parser reads names of headers over blanks within them.
fn begins<'a>(line: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let mut left = word;
    for (at, byte) in line.iter().enumerate() {
        match left {
            [] => return Some(&line[at..]),
            _ if byte.is_ascii_whitespace() => {}
            [next, behind @ ..] if byte.eq_ignore_ascii_case(next) => left = behind,
            _ => return None,
        }
    }
    left.is_empty().then_some(&[])
}
