//! One mail as the bytes that are stored and sent: RFC 5322, multipart/alternative, CRLF, 7-bit throughout but for addresses
//! that have no ASCII form, which stand in their headers as UTF-8 (RFC 6532).
//!
//! The same input gives the same bytes. Both parts are encoded, never raw: a mail server gets no line that it could
//! misread.

use data_encoding::BASE32_NOPAD;
use lettre::Message;
use lettre::address::{Address, Envelope as Route};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{self, Body, MultiPart, SinglePart};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::digest::Window;
use crate::domain::Timestamp;
use crate::domain::mail_address::{MailAddress, Mailbox};

use super::error::DeliverError;

/// Characters of a header value given by the caller.
const HEADER_CHARS_MAX: usize = 900;
/// The last moment a date header can name, in Unix seconds: the end of the year 9998.
const DATE_SECONDS_MAX: i64 = 253_370_764_799;

/// What stands on a mail beside its content.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// `Name <address>` or an address.
    pub from: String,
    pub to: String,
    pub subject: String,
    pub message_id: String,
    pub date: Timestamp,
    pub list_id: String,
    pub in_reply_to: Option<String>,
    /// An address with its scheme: `mailto:` or `https:`.
    pub list_unsubscribe: Option<String>,
}

/// What tells a digest from every other: no two have all of it in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestKey {
    pub name: String,
    pub window: Window,
    /// How many of its name ended at the same second before it.
    pub earlier: usize,
    pub is_test: bool,
}

/// Returns the Message-ID of a digest's mail to one channel, in angle brackets; the same for every attempt.
pub fn message_id(digest: &DigestKey, channel: &str, domain: &str) -> String {
    let DigestKey {
        name,
        window: Window { from, to },
        earlier,
        is_test,
    } = digest;
    let (from, to) = (from.map(|at| at.timestamp()), to.timestamp());
    // As a list in JSON, so that no name can say what a name and a channel say together.
    let said = serde_json::json!([name, from, to, earlier, is_test, channel]).to_string();
    let hash = BASE32_NOPAD
        .encode(&Sha256::digest(said.as_bytes())[..15])
        .to_ascii_lowercase();
    let domain = idna::domain_to_ascii(domain).ok().filter(|domain| is_dot_atom(domain));
    format!("<digest-{to}.{hash}@{}>", domain.as_deref().unwrap_or("localhost"))
}

/// Returns the domain of a mailbox like `Name <me@example.org>`, in ASCII form.
pub fn domain_of(mailbox: &str) -> Option<String> {
    Some(Mailbox::parse(mailbox).ok()?.address.domain)
}

/// Checks an address at which a reader can end a digest: `mailto:` or `https:`.
///
/// # Errors
/// It is none, or cannot stand in a header.
pub fn check_unsubscribe(address: &str) -> Result<(), String> {
    let is_plain = address
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b','));
    let url = Url::parse(address).ok().filter(|_| is_plain);
    match url.as_ref().map(|url| (url.scheme(), url.path())) {
        _ if address.len() > HEADER_CHARS_MAX => Err(format!("is longer than {HEADER_CHARS_MAX} bytes; shorten it")),
        Some(("mailto", to)) => {
            let checked = MailAddress::parse(to);
            checked
                .map(drop)
                .map_err(|error| format!("is no mail address: {error}"))
        }
        Some(("https", _)) => Ok(()),
        _ => Err("is no address to unsubscribe at; write one".to_owned()),
    }
}

/// Returns the complete message.
///
/// # Errors
/// An address is none, or a value cannot stand in a header.
pub fn freeze(envelope: &Envelope, text: &str, html: &str) -> Result<Vec<u8>, DeliverError> {
    if !(0..=DATE_SECONDS_MAX).contains(&envelope.date.timestamp()) {
        return Err(DeliverError::Message(format!(
            "{} is no date for a mail",
            envelope.date
        )));
    }
    let id = bracketed("Message-ID", &envelope.message_id)?;
    let boundary = BASE32_NOPAD.encode(&Sha256::digest(id.as_bytes())[..20]);
    let (from, to) = (mailbox("sender", &envelope.from)?, mailbox("recipient", &envelope.to)?);
    // Else it is read back from the headers, by other rules than ours.
    let route = Route::new(Some(from.email.clone()), vec![to.email.clone()])
        .map_err(|error| DeliverError::Message(error.to_string()))?;
    let mut message = Message::builder()
        .envelope(route)
        .from(from)
        .to(to)
        .subject(header_line(&envelope.subject))
        .date(envelope.date.into())
        .message_id(Some(id))
        .raw_header(header("List-Id", &bracketed("List-Id", &envelope.list_id)?)?)
        .raw_header(header("Auto-Submitted", "auto-generated")?)
        .raw_header(header("X-Auto-Response-Suppress", "All")?);
    if let Some(earlier) = &envelope.in_reply_to {
        let earlier = bracketed("In-Reply-To", earlier)?;
        message = message.in_reply_to(earlier.clone()).references(earlier);
    }
    if let Some(address) = &envelope.list_unsubscribe {
        message = message.raw_header(header("List-Unsubscribe", &bracketed("List-Unsubscribe", address)?)?);
        // RFC 8058: a mail program may do it by a POST, without a page to look at.
        if address
            .get(..6)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"))
        {
            message = message.raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")?);
        }
    }
    let parts = MultiPart::alternative()
        .boundary(format!("=_{boundary}"))
        .singlepart(part(ContentType::TEXT_PLAIN, text)?)
        .singlepart(part(ContentType::TEXT_HTML, html)?);
    let message = message
        .multipart(parts)
        .map_err(|error| DeliverError::Message(error.to_string()))?;
    Ok(message.formatted())
}

/// Returns the address of a mailbox, its domain in ASCII.
///
/// # Errors
/// The text holds no mail address.
pub fn address(role: &'static str, text: &str) -> Result<Address, DeliverError> {
    Ok(mailbox(role, text)?.email)
}

fn mailbox(role: &'static str, text: &str) -> Result<message::Mailbox, DeliverError> {
    let Mailbox { name, address } = Mailbox::parse(text).map_err(|error| DeliverError::Address {
        role,
        reason: error.to_string(),
    })?;
    // It was judged already; a second judge would only have other rules.
    let address = Address::new_dangerous(address.local, address.domain);
    Ok(message::Mailbox::new(name, address))
}

/// Returns a part in the shorter of the two encodings.
fn part(kind: ContentType, text: &str) -> Result<SinglePart, DeliverError> {
    let escaped = text.bytes().filter(|b| !b.is_ascii()).count();
    let is_base64_shorter = escaped > text.len() / 6;
    let encoding = if is_base64_shorter {
        ContentTransferEncoding::Base64
    } else {
        ContentTransferEncoding::QuotedPrintable
    };
    let body = Body::new_with_encoding(text.to_owned(), encoding)
        .map_err(|_| DeliverError::Message("its text cannot be encoded".to_owned()))?;
    Ok(SinglePart::builder().header(kind).body(body))
}

fn header(name: &'static str, value: &str) -> Result<HeaderValue, DeliverError> {
    let header_name = HeaderName::new_from_ascii(name.to_owned())
        .map_err(|_| DeliverError::Message(format!("{name} is no header")))?;
    Ok(HeaderValue::new(header_name, value.to_owned()))
}

/// Returns an identifier or address in angle brackets; text before a bracket stays.
fn bracketed(name: &str, value: &str) -> Result<String, DeliverError> {
    let value = value.trim();
    if value.is_empty() || value.len() > HEADER_CHARS_MAX || !value.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
        return Err(DeliverError::Message(format!(
            "its {name} must be plain ASCII on one line"
        )));
    }
    Ok(if value.ends_with('>') {
        value.to_owned()
    } else {
        format!("<{value}>")
    })
}

fn header_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(HEADER_CHARS_MAX)
        .collect()
}

fn is_dot_atom(domain: &str) -> bool {
    !domain.is_empty()
        && domain.split('.').all(|label| !label.is_empty())
        && domain
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
}
