//! What is answered: a status, bytes and what they are.

use axum::body::Bytes;
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest as _, Sha256};

use crate::domain::Timestamp;

pub const HTML: &str = "text/html; charset=utf-8";
pub const JSON: &str = "application/json";

/// Bytes of a page's hash that name it.
const TAG_BYTES: usize = 15;
/// A page loads nothing from anywhere but the stylesheet and kept pictures, sends its forms here and is framed by nobody.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                           frame-ancestors 'none'";
/// A digest as it was sent has its style within it, and does nothing.
const SENT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; \
                           frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

/// What an address gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// Its media type.
    pub media: &'static str,
    pub body: Bytes,
    /// What a browser may do with it.
    pub policy: &'static str,
    /// When what it shows last changed, where that is known.
    pub modified: Option<Timestamp>,
    /// For how long nobody need ask again, in seconds.
    pub fresh_seconds: u32,
    /// It shows what this moment makes of the store, not the store alone.
    pub is_of_the_moment: bool,
}

impl Answer {
    /// Returns what was found.
    pub fn found(media: &'static str, body: impl Into<Bytes>) -> Self {
        Self {
            status: 200,
            media,
            body: body.into(),
            policy: PAGE_POLICY,
            modified: None,
            fresh_seconds: 0,
            is_of_the_moment: false,
        }
    }

    /// Returns a page.
    pub fn page(status: u16, page: maud::Markup) -> Self {
        Self {
            status,
            ..Self::found(HTML, page.into_string())
        }
    }

    /// Returns a digest's HTML as it was sent.
    pub fn sent(html: String) -> Self {
        Self {
            policy: SENT_POLICY,
            ..Self::found(HTML, html)
        }
    }

    /// Returns what it is known by: the same bytes have the same tag.
    pub fn tag(&self) -> String {
        let hash = Sha256::digest(&self.body);
        format!("\"{}\"", BASE64URL_NOPAD.encode(&hash[..TAG_BYTES]))
    }
}
