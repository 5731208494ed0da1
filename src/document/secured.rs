//! `secured`: a document's text for those only who have the key, in the file that everybody may have.
//!
//! The field is `base64;base64`. The first part is a JSON object, `webUrl` and `body`, with blanks to a multiple of 16 bytes,
//! encrypted with AES-256-GCM, its tag at the end. The second part, 16 bytes, is four that tell which key it was, and the
//! nonce of twelve.
//!
//! A document is a function of what is stored, so chance has no place here: the nonce is made of the key and of what is
//! encrypted (HMAC-SHA256). The same text gives the same bytes, another text another nonce; two that meet in 96 bits are as
//! likely as a guess right at once among 2^50 in an archive of ten million texts. `webUrl` stands inside so that two articles
//! of one text do not show that they are, and a text moved to another document is known.

use data_encoding::BASE64;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hmac;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Document, ScalarText, Tail};
use crate::domain::secret::Secret;

/// A key is this long at least, in bytes: shorter ones can be tried out by whoever has a document.
const KEY_BYTES_MIN: usize = 32;
/// What is encrypted has a multiple of this length, in bytes.
const BLOCK: usize = 16;
/// Bytes that tell which key it was.
const KEY_MARK: usize = 4;
/// Bytes of the nonce, which stands behind them.
const NONCE: usize = 12;

/// Why a document's text is not to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OpenError {
    #[error("it is not secured: it has no `secured` field, and its text stands in it as it is")]
    NotSecured,
    #[error(
        "what stands in `secured` is not of this program's form, or was cut; take the document as it was published, or \
         write it again with `tidings archive rebuild --documents`"
    )]
    Form,
    #[error("it was secured with another key; give the one that `archive.secure` had when it was written")]
    OtherKey,
    #[error(
        "it was changed after it was secured; take it as it was published, or write it again with \
         `tidings archive rebuild --documents`"
    )]
    Changed,
    #[error("the text in `secured` belongs to another document; take this one as it was published")]
    OtherDocument,
}

/// What is encrypted.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SecuredText<'a> {
    web_url: std::borrow::Cow<'a, str>,
    body: std::borrow::Cow<'a, str>,
}

/// What secures documents and opens them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecureKey(Secret);

impl SecureKey {
    /// Returns the key that a secret is.
    ///
    /// # Errors
    /// It is too short.
    pub fn new(secret: Secret) -> Result<Self, String> {
        match secret.expose().len() {
            KEY_BYTES_MIN.. => Ok(Self(secret)),
            bytes => Err(format!(
                "the key is too short: {bytes} bytes, at least {KEY_BYTES_MIN} are needed; make one with `openssl rand -base64 32`"
            )),
        }
    }

    /// Returns a number that stands for this key and does not give it away.
    pub fn mark(&self) -> u32 {
        u32::from_le_bytes(self.derive(b"tidings secured mark", b""))
    }

    fn derive<const N: usize>(&self, what: &[u8], of: &[u8]) -> [u8; N] {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, self.0.expose().as_bytes()));
        context.update(what);
        context.update(of);
        let mut bytes = [0; N];
        bytes.copy_from_slice(&context.sign().as_ref()[..N]);
        bytes
    }

    fn cipher(&self) -> LessSafeKey {
        let key: [u8; 32] = self.derive(b"tidings secured key", b"");
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).expect("32 bytes are a key of AES-256"))
    }
}

/// Takes a document's text out of it and puts it into `secured`; without a text there is nothing to do.
pub fn secure(document: &mut Document, key: &SecureKey) {
    let Tail::Body(body) = std::mem::take(&mut document.tail) else {
        return;
    };
    let text = SecuredText {
        web_url: document.web_url().unwrap_or_default().into(),
        body: body.into(),
    };
    let mut bytes = serde_json::to_vec(&text).expect("two texts are JSON");
    bytes.resize(bytes.len().next_multiple_of(BLOCK), b' ');
    let mark: [u8; KEY_MARK] = key.derive(b"tidings secured mark", b"");
    let nonce: [u8; NONCE] = key.derive(b"tidings secured nonce\0", &bytes);
    key.cipher()
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut bytes)
        .expect("a document is shorter than what AES-GCM can take");
    let second = [&mark[..], &nonce].concat();
    let value = format!("{};{}", BASE64.encode(&bytes), BASE64.encode(&second));
    document.secured = Some(ScalarText::quoted(value));
}

/// Returns the text that `secure` took out of a document.
///
/// # Errors
/// There is none, the key is another one, or the document was changed.
pub fn open(document: &Document, key: &SecureKey) -> Result<String, OpenError> {
    let secured = document.secured.as_ref().ok_or(OpenError::NotSecured)?;
    let (first, second) = secured.as_str().split_once(';').ok_or(OpenError::Form)?;
    let decoded = |part: &str| BASE64.decode(part.as_bytes()).map_err(|_| OpenError::Form);
    let (mut bytes, second) = (decoded(first)?, decoded(second)?);
    let (mark, nonce) = second.split_at_checked(KEY_MARK).ok_or(OpenError::Form)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| OpenError::Form)?;
    if mark != key.derive::<KEY_MARK>(b"tidings secured mark", b"") {
        return Err(OpenError::OtherKey);
    }
    let opened = key.cipher().open_in_place(nonce, Aad::empty(), &mut bytes);
    let opened = opened.map_err(|_| OpenError::Changed)?;
    let text: SecuredText<'_> = serde_json::from_slice(opened).map_err(|_| OpenError::Form)?;
    match text.web_url == document.web_url().unwrap_or_default() {
        true => Ok(text.body.into_owned()),
        false => Err(OpenError::OtherDocument),
    }
}

/// Puts a secured text back into its document, where it has none beside it.
///
/// # Errors
/// As `open`; a document that is not secured stays as it is.
pub fn restore(document: &mut Document, key: &SecureKey) -> Result<(), OpenError> {
    if document.secured.is_some() && document.body().is_none() {
        document.tail = Tail::Body(open(document, key)?);
        document.secured = None;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{parse, render};

    fn key(secret: &str) -> SecureKey {
        SecureKey::new(Secret::from(secret)).unwrap()
    }

    fn own() -> SecureKey {
        key("5zqUS0Yf4J2mV7h0pW1n3cK8xQ6tB9rD")
    }

    fn document(url: &str, body: &str) -> Document {
        parse(&format!("---\ntitle: \"A\"\nwebUrl: \"{url}\"\n\n---\n\n{body}\n")).unwrap()
    }

    fn secured(url: &str, body: &str) -> Document {
        let mut secured = document(url, body);
        secure(&mut secured, &own());
        parse(&render(&secured)).unwrap()
    }

    #[test]
    fn a_text_comes_back_and_stands_nowhere() {
        for body in [
            "A",
            "\"Quotes\" \\ and `---`\n\n---\n\nÜber 市议会 🎉",
            &"word ".repeat(9_000),
        ] {
            let own_text = document("https://a.example/", body);
            let mut one = secured("https://a.example/", body);
            assert_eq!(one.body(), None);
            let value = one.secured.as_ref().unwrap().as_str().to_owned();
            let parts: Vec<Vec<u8>> = value
                .split(';')
                .map(|part| BASE64.decode(part.as_bytes()).unwrap())
                .collect();
            assert_eq!((parts.len(), parts[0].len() % 16, parts[1].len()), (2, 0, 16));
            assert_eq!(open(&one, &own()).ok().as_deref(), own_text.body());
            restore(&mut one, &own()).unwrap();
            assert_eq!(render(&one), render(&own_text));
        }
    }

    #[test]
    fn the_same_text_gives_the_same_bytes_and_another_one_another_nonce() {
        let nonce = |document: &Document| {
            document
                .secured
                .as_ref()
                .unwrap()
                .as_str()
                .split_once(';')
                .unwrap()
                .1
                .to_owned()
        };
        let one = secured("https://a.example/", "A text");
        assert_eq!(secured("https://a.example/", "A text"), one);
        assert_ne!(nonce(&secured("https://a.example/", "A text.")), nonce(&one));
        assert_ne!(nonce(&secured("https://b.example/", "A text")), nonce(&one));
    }

    #[test]
    fn what_does_not_open_says_why() {
        let one = secured("https://a.example/", "A text");
        let other = key("another key of more than 32 bytes");
        assert_eq!(open(&one, &other), Err(OpenError::OtherKey));
        let plain = document("https://a.example/", "A text");
        assert_eq!(open(&plain, &own()), Err(OpenError::NotSecured));
        let mut moved = one.clone();
        moved.web_url = Some(ScalarText::quoted("https://b.example/"));
        assert_eq!(open(&moved, &own()), Err(OpenError::OtherDocument));
        let value = one.secured.as_ref().unwrap().as_str().to_owned();
        let mut with = one.clone();
        for form in [
            "",
            ";",
            "abc",
            "abc;def",
            &value[..value.len() - 4],
            &value[1..],
            &value.replace(';', ";;"),
        ] {
            with.secured = Some(ScalarText::quoted(form));
            assert_eq!(open(&with, &own()), Err(OpenError::Form), "{form}");
        }
        // Every bit counts.
        let (first, second) = value.split_once(';').unwrap();
        let (first, second) = (
            BASE64.decode(first.as_bytes()).unwrap(),
            BASE64.decode(second.as_bytes()).unwrap(),
        );
        for at in 0..first.len() + second.len() {
            let mut bytes = [&first[..], &second[..]].concat();
            bytes[at] ^= 1;
            let (first, second) = bytes.split_at(first.len());
            with.secured = Some(ScalarText::quoted(format!(
                "{};{}",
                BASE64.encode(first),
                BASE64.encode(second)
            )));
            let is_mark = (first.len()..first.len() + KEY_MARK).contains(&at);
            let expected = if is_mark {
                OpenError::OtherKey
            } else {
                OpenError::Changed
            };
            assert_eq!(open(&with, &own()), Err(expected), "byte {at}");
        }
    }

    #[test]
    fn a_long_text_is_read_once_it_is_secured() {
        for line in ["All that is known of the harbour.\n", "\"\\"] {
            let mut one = document("https://a.example/", &line.repeat(4_000_000 / line.len()));
            secure(&mut one, &own());
            assert!(render(&one).len() as u64 <= crate::document::FILE_BYTES_MAX, "{line}");
        }
    }

    #[test]
    fn a_key_that_can_be_tried_out_is_none() {
        let message = SecureKey::new(Secret::from("hunter2")).unwrap_err();
        assert!(
            message.contains("too short: 7 bytes") && message.contains("openssl rand"),
            "{message}"
        );
        assert!(!format!("{:?}", own()).contains("5zq"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_the_opening(value in "[A-Za-z0-9+/=;]{0,80}", any in proptest::prelude::any::<String>()) {
            for value in [value, any] {
                let mut one = document("https://a.example/", "");
                one.secured = Some(ScalarText::quoted(value));
                proptest::prop_assert!(open(&one, &own()).is_err());
            }
        }
    }
}
