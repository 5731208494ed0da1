//! Which parts of a message are what it says, and their text.

use std::collections::BTreeSet;

use data_encoding::{BASE64_NOPAD, Specification};
use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

use super::bounds::{fields, is_named};
use super::plain_text::as_html;
use super::{TEXT_BYTES_MAX, TEXTS_MAX};
use crate::extract::{self, LetterBody};
use crate::text::encoding;

/// What the parts of a message came to.
#[derive(Debug, Default)]
pub struct Bodies {
    pub body: LetterBody,
    pub attachments: usize,
    pub warnings: Vec<String>,
}

/// Reads what a message says: its HTML, else its plain text.
pub fn read(message: &Message<'_>, bytes: &[u8]) -> Bodies {
    let mut found = Bodies::default();
    let cut = cut_texts(message);
    found.attachments = message.attachments.iter().filter(|id| !cut.contains(id)).count();
    let parts = |ids: &[u32]| -> Vec<&MessagePart<'_>> {
        let ids = ids.iter().chain(cut.iter().filter(|id| !ids.contains(id)));
        ids.take(TEXTS_MAX).filter_map(|id| message.part(*id)).collect()
    };
    let subject = message.subject().unwrap_or_default();
    let html_parts = parts(&message.html_body);
    if html_parts.iter().any(|part| is_html(part) == Some(true)) {
        let mut html = String::new();
        for part in html_parts {
            match is_html(part) {
                Some(true) => html.push_str(&text_of(part, bytes, true, &mut found.warnings)),
                // A list adds its last words as a part of its own.
                Some(false) => html.push_str(&as_html(&text_of(part, bytes, false, &mut found.warnings))),
                None => {}
            }
        }
        found.body = extract::letter_of_html(&html, subject);
    }
    if found.body.text.trim().is_empty() {
        // Each by itself: the end of one is not that of all.
        let plain: Vec<String> = parts(&message.text_body)
            .into_iter()
            .filter(|part| is_html(part) == Some(false))
            .map(|part| as_html(&text_of(part, bytes, false, &mut found.warnings)))
            .collect();
        if !plain.is_empty() {
            let web_version = found.body.web_version.take();
            found.body = extract::letter_of_html(&plain.concat(), subject);
            found.body.web_version = found.body.web_version.take().or(web_version);
        }
    }
    found.warnings.dedup();
    found
}

/// Returns the texts that the parser takes for files: those whose end is not there, as in a message that was cut, and what is
/// said to be several parts and names no boundary.
fn cut_texts(message: &Message<'_>) -> BTreeSet<u32> {
    let ids = message.attachments.iter().copied();
    let is_cut = |id: &u32| {
        message.part(*id).is_some_and(|part| {
            let is_cut = part.content_type().is_none_or(|kind| kind.ctype() == "text") && part.is_encoding_problem;
            let is_file = part
                .content_disposition()
                .is_some_and(mail_parser::ContentType::is_attachment);
            (is_cut || is_whole(part)) && !is_file && is_html(part).is_some()
        })
    };
    ids.filter(is_cut).collect()
}

/// Whether a text is HTML; nothing for what is no text.
fn is_html(part: &MessagePart<'_>) -> Option<bool> {
    let says_html = || part.content_type().is_some_and(|kind| kind.subtype() == Some("html"));
    match part.body {
        PartType::Html(_) => Some(true),
        PartType::Text(_) => Some(says_html()),
        _ if is_whole(part) => Some(false),
        _ => None,
    }
}

/// Whether a part is said to be several, and is one.
fn is_whole(part: &MessagePart<'_>) -> bool {
    matches!(part.body, PartType::Binary(_)) && part.content_type().is_some_and(|kind| kind.ctype() == "multipart")
}

/// Returns the text of a part from its own bytes.
fn text_of(part: &MessagePart<'_>, bytes: &[u8], is_html: bool, warnings: &mut Vec<String>) -> String {
    let at = |offset: u32| (offset as usize).min(bytes.len());
    let (head, body, end) = (at(part.offset_header), at(part.offset_body), at(part.offset_end));
    let raw = bytes.get(body..end.max(body)).unwrap_or_default();
    let head = bytes.get(head..body).unwrap_or_default();
    let is_encoded_as = |name: &str| {
        fields(head)
            .filter(|field| is_named(field, "content-transfer-encoding"))
            .any(|field| String::from_utf8_lossy(field).to_ascii_lowercase().contains(name))
    };
    let (mut decoded, is_damaged) = if is_encoded_as("base64") {
        base64(raw)
    } else if is_encoded_as("quoted-printable") {
        quoted_printable(raw)
    } else {
        (raw.to_vec(), false)
    };
    if is_damaged {
        warnings.push("its encoding is damaged".to_owned());
    }
    if decoded.len() > TEXT_BYTES_MAX {
        decoded.truncate(TEXT_BYTES_MAX);
        warnings.push(format!("a text of it is read up to {TEXT_BYTES_MAX} bytes"));
    }
    let charset = part.content_type().and_then(|kind| kind.attribute("charset"));
    if is_html {
        let said = charset.map(|charset| format!("text/html; charset={charset}"));
        return extract::decode(&decoded, said.as_deref());
    }
    let said: Vec<_> = charset.and_then(encoding::known).into_iter().collect();
    encoding::decode(&decoded, &said).text.into_owned()
}

/// Decodes base64, whatever else stands in it. Returns whether something did.
fn base64(raw: &[u8]) -> (Vec<u8>, bool) {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    // Behind the padding nothing belongs to it, but a list may have appended its own words.
    let end = raw.iter().position(|byte| *byte == b'=').unwrap_or(raw.len());
    let mut letters: Vec<u8> = raw[..end].iter().copied().filter(is_letter).collect();
    let is_foreign = |byte: &u8| !is_letter(byte) && !byte.is_ascii_whitespace();
    let mut is_damaged = raw[..end].iter().any(is_foreign);
    if letters.len() % 4 == 1 {
        letters.pop();
        is_damaged = true;
    }
    let mut lenient: Specification = BASE64_NOPAD.specification();
    lenient.check_trailing_bits = false;
    let lenient = lenient.encoding().unwrap_or(BASE64_NOPAD);
    match lenient.decode(&letters) {
        Ok(decoded) => (decoded, is_damaged),
        Err(_) => (Vec::new(), true),
    }
}

/// Decodes quoted-printable (RFC 2045, 6.7); what is none stands for itself. Returns whether something was none.
fn quoted_printable(raw: &[u8]) -> (Vec<u8>, bool) {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut is_damaged = false;
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let whole = line.strip_suffix(b"\n").unwrap_or(line);
        let text = whole.trim_ascii_end();
        let (text, goes_on) = match text.strip_suffix(b"=") {
            Some(text) => (text, true),
            None => (text, false),
        };
        let mut rest = text;
        while let Some((first, behind)) = rest.split_first() {
            rest = behind;
            let byte = behind.get(..2).filter(|_| *first == b'=').and_then(hex);
            match byte {
                Some(byte) => {
                    decoded.push(byte);
                    rest = &behind[2..];
                }
                None => {
                    is_damaged |= *first == b'=';
                    decoded.push(*first);
                }
            }
        }
        if !goes_on && whole.len() < line.len() {
            decoded.push(b'\n');
        }
    }
    (decoded, is_damaged)
}

fn hex(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
