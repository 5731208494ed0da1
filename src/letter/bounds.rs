//! A message cut to what is read of it, before it is parsed: so many bytes, headers and parts.

use std::borrow::Cow;

use mail_parser::{HeaderName, MessageParser, MimeHeaders};

use super::{HEAD_BYTES_MAX, HEADERS_MAX, MESSAGE_BYTES_MAX, PARTS_MAX};

/// The most of a header that says what a part is, in bytes; the parser compares each of its words with all others.
const KIND_BYTES_MAX: usize = 4 * 1024;
/// How much is compared with boundaries, in bytes of these.
const COMPARED_BYTES_MAX: usize = 32 * MESSAGE_BYTES_MAX;

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
    let parts_kept = parts_kept(kept);
    if parts_kept < kept.len() {
        warnings.push(format!("it is read up to {PARTS_MAX} parts"));
        kept = &kept[..parts_kept];
    }
    let head_end = head_end(kept);
    let head_kept = head_kept(&kept[..head_end]);
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
    value(field, name).is_some()
}

/// Returns what stands in a header, if it has this name.
pub fn value<'a>(field: &'a [u8], name: &str) -> Option<&'a [u8]> {
    begins(field, name.as_bytes())?.trim_ascii_start().strip_prefix(b":")
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

/// Returns where the part begins that is one too many. Parts begin behind a boundary or with a header that says what they
/// are, so the places that may be either are counted; how deep parts nest is bounded with that.
///
/// The parser finds boundaries anywhere in a line, and reads a header right behind one. It ends a head at other lines than
/// `head_end` does, so that the head is counted too.
fn parts_kept(bytes: &[u8]) -> usize {
    let mut places = Places::default();
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if !places.is_within_at_header(&bytes[at..]) {
            return at;
        }
        for dash in memchr::memchr_iter(b'-', line).filter(|dash| line.get(dash + 1) == Some(&b'-')) {
            if !places.is_within_at_dashes(&bytes[at + dash + 2..]) {
                return at + dash;
            }
        }
        at += line.len();
    }
    bytes.len()
}

/// The places of a message where parts may begin, as far as it was gone through.
#[derive(Default)]
struct Places {
    count: usize,
    /// What its headers up to here name.
    boundaries: Vec<Vec<u8>>,
    compared: usize,
}

impl Places {
    /// Goes on to where a header may stand. Returns whether the message is within its bounds with it.
    fn is_within_at_header(&mut self, rest: &[u8]) -> bool {
        let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
        let is_kind = is_named(line, "content-type");
        if !is_kind && !is_named(line, "content-disposition") {
            return true;
        }
        let Some(field) = fields(&rest[..rest.len().min(KIND_BYTES_MAX)])
            .next()
            .filter(|field| field.len() < KIND_BYTES_MAX)
        else {
            return false;
        };
        if is_kind {
            self.count += 1;
            let named = boundary(field).filter(|named| !self.boundaries.contains(named));
            self.boundaries.extend(named);
        }
        // Each part has both a boundary and a header.
        self.count <= PARTS_MAX * 2
    }

    /// Goes on to what stands behind two dashes. Returns whether the message is within its bounds with it.
    fn is_within_at_dashes(&mut self, rest: &[u8]) -> bool {
        self.compared += self.boundaries.iter().map(Vec::len).sum::<usize>();
        let is_here = |boundary: &&Vec<u8>| rest.starts_with(boundary);
        let lengths: Vec<usize> = self.boundaries.iter().filter(is_here).map(Vec::len).collect();
        self.count += usize::from(!lengths.is_empty());
        self.count <= PARTS_MAX * 2
            && self.compared <= COMPARED_BYTES_MAX
            && lengths
                .into_iter()
                .all(|length| self.is_within_at_header(&rest[length..]))
    }
}

/// Returns the boundary that a header names, by the parser's own reading.
fn boundary(field: &[u8]) -> Option<Vec<u8>> {
    let header = [b"Content-Type:", value(field, "content-type")?, b"\n\n"].concat();
    let parser = MessageParser::new()
        .default_header_ignore()
        .header_content_type(HeaderName::ContentType);
    let message = parser.parse_headers(&header)?;
    let boundary = message.content_type()?.attribute("boundary")?.as_bytes();
    (!boundary.is_empty()).then(|| boundary.to_vec())
}

/// Returns what stands behind a word at the beginning of a line. The parser reads names of headers over colons before them
/// and blanks within them.
fn begins<'a>(line: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let mut left = word;
    for (at, byte) in line.iter().enumerate() {
        match left {
            [] => return Some(&line[at..]),
            _ if byte.is_ascii_whitespace() || (*byte == b':' && left.len() == word.len()) => {}
            [next, behind @ ..] if byte.eq_ignore_ascii_case(next) => left = behind,
            _ => return None,
        }
    }
    left.is_empty().then_some(&[])
}
