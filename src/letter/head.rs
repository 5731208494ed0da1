//! Who a letter is from, over which list it came, to whom it was delivered, when it was sent, and what it is known by.
//!
//! All of it is what the letter says of itself.

use chrono::DateTime;
use mail_parser::{HeaderName, HeaderValue, Message, MessageParser};

use super::HEAD_BYTES_MAX;
use super::bounds::{fields, head_end, value};
use crate::domain::Timestamp;
use crate::text;
use crate::text::encoding::decode;

/// A name or an address has at most this many characters.
const NAME_CHARS_MAX: usize = 200;
/// A Message-ID has at most this many bytes; what is longer is none.
const ID_BYTES_MAX: usize = 900;
/// An alias has at most this many characters.
const ALIAS_CHARS_MAX: usize = 40;
/// Headers that name to whom a message was delivered, what is nearest to the folder first.
const DELIVERED_TO: [&str; 5] = ["delivered-to", "x-original-to", "envelope-to", "x-delivered-to", "to"];

/// Who a letter says it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    pub name: Option<String>,
    pub address: String,
}

/// The list a letter says it came over (RFC 2919).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailingList {
    pub name: Option<String>,
    pub id: String,
}

/// Returns the id of the message these bytes begin, without its angle brackets.
pub fn message_id(bytes: &[u8]) -> Option<String> {
    let value = raw(bytes, "message-id")?;
    let value = String::from_utf8_lossy(value);
    let inner = value.split_once('<').map_or(&*value, |(_, rest)| rest);
    let id = inner.split('>').next().unwrap_or_default().trim();
    let is_id =
        !id.is_empty() && id.len() <= ID_BYTES_MAX && !id.contains(|c: char| c.is_whitespace() || c.is_control());
    is_id.then(|| id.to_owned())
}

/// Returns a letter's subject.
pub fn subject(message: &Message<'_>, bytes: &[u8]) -> Option<String> {
    let read = message.subject().map(str::to_owned);
    let text = unbroken(read, bytes, "subject")?;
    Some(text::one_line(&text)).filter(|text| !text.is_empty())
}

/// Returns when a letter says it was sent.
pub fn sent_at(message: &Message<'_>) -> Option<Timestamp> {
    let date = message.date().filter(|date| date.is_valid())?;
    DateTime::from_timestamp(date.to_timestamp(), 0)
}

/// Returns who a letter says it is from.
pub fn from(message: &Message<'_>, bytes: &[u8]) -> Option<Sender> {
    let first = message.from()?.first()?;
    let address = first.address().map(short).filter(|address| address.contains('@'))?;
    let name = first.name().map(str::to_owned);
    let is_broken = name.as_deref().is_some_and(|name| name.contains('\u{fffd}'));
    let name = match is_broken {
        true => raw(bytes, "from").map(|value| {
            let whole = decode(value, &[]).text.into_owned();
            let name = whole.split('<').next().unwrap_or_default();
            name.trim().trim_matches('"').to_owned()
        }),
        false => name,
    };
    let name = name.map(|name| short(&name)).filter(|name| !name.is_empty());
    Some(Sender { name, address })
}

/// Returns the list a letter says it came over.
pub fn list(bytes: &[u8]) -> Option<MailingList> {
    let value = decoded(bytes, "list-id")?;
    let (name, id) = match value.rsplit_once('<') {
        Some((name, id)) => (name, id.split('>').next().unwrap_or_default()),
        None => ("", value.as_str()),
    };
    let id = short(id).to_ascii_lowercase();
    let is_id = id.contains('.') && !id.contains(|c: char| c.is_whitespace() || c == '@');
    let name = short(name.trim().trim_matches(['"', '\'']));
    is_id.then(|| MailingList {
        name: Some(name).filter(|name| !name.is_empty()),
        id,
    })
}

/// Returns what stands behind the plus of the address a letter was delivered to, where a person may have written it.
pub fn alias(bytes: &[u8]) -> Option<String> {
    let delivered = DELIVERED_TO.iter().filter_map(|name| decoded(bytes, name));
    let mut aliases = delivered.filter_map(|value| {
        let address = value.split(['<', '>', ',', ' ', '"']).find(|word| word.contains('@'))?;
        let (local, _) = address.rsplit_once('@')?;
        let (_, alias) = local.split_once('+')?;
        let is_name = !alias.is_empty()
            && alias.chars().count() <= ALIAS_CHARS_MAX
            && alias
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
        is_name.then(|| alias.to_owned())
    });
    aliases.next()
}

/// Returns a header's value with its encoded words read.
fn decoded(bytes: &[u8], name: &str) -> Option<String> {
    let value = raw(bytes, name)?;
    let mut header = b"Subject: ".to_vec();
    header.extend_from_slice(value);
    header.extend_from_slice(b"\r\n\r\n");
    let parser = MessageParser::new()
        .default_header_ignore()
        .header_text(HeaderName::Subject);
    let message = parser.parse_headers(&header)?;
    let read = match message.header(HeaderName::Subject)? {
        HeaderValue::Text(text) => Some(text.to_string()),
        HeaderValue::TextList(texts) => Some(texts.join(" ")),
        _ => None,
    };
    unbroken(read, bytes, name)
}

/// Returns a header as it was read; where bytes of no encoding stand in it, as they are most likely meant.
fn unbroken(read: Option<String>, bytes: &[u8], name: &str) -> Option<String> {
    match read {
        Some(text) if !text.contains('\u{fffd}') => Some(text),
        _ => raw(bytes, name).map(|value| decode(value, &[]).text.into_owned()),
    }
}

/// Returns the value of the first header of this name.
fn raw<'a>(bytes: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let head = &bytes[..bytes.len().min(HEAD_BYTES_MAX)];
    let head = &head[..head_end(head)];
    fields(head)
        .find_map(|field| value(field, name))
        .map(<[u8]>::trim_ascii)
}

fn short(text: &str) -> String {
    text::one_line(text).chars().take(NAME_CHARS_MAX).collect()
}
