//! DKIM (RFC 6376, and RFC 8463 for Ed25519): a header by which a receiver sees that a mail is its domain's.
//!
//! Relaxed on both sides, and without a time: the same message is signed with the same bytes on every try. Where a mail
//! server signs by itself, this is not needed.

use data_encoding::BASE64;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Digest as _, Sha256};

use super::error::DeliverError;

/// The headers that are signed where a message has them.
const SIGNED: [&str; 13] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "auto-submitted",
    "mime-version",
    "content-type",
];
/// Characters of the signature in one line.
const LINE_CHARS: usize = 70;

/// Who signs.
#[derive(Clone, PartialEq, Eq)]
pub struct DkimOptions {
    pub domain: String,
    pub selector: String,
    /// The private key as PEM.
    pub key: String,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

/// Signs messages for a domain.
pub struct Signer {
    domain: String,
    selector: String,
    key: Key,
}

impl Signer {
    /// Returns a signer.
    ///
    /// # Errors
    /// The key is neither RSA nor Ed25519 in PEM.
    pub fn new(options: &DkimOptions) -> Result<Self, DeliverError> {
        let wrong = |why: &str| {
            DeliverError::Settings(format!(
                "the DKIM key {why}; make one with `openssl genrsa 2048` or `openssl genpkey -algorithm ed25519`"
            ))
        };
        let key = PrivateKeyDer::from_pem_slice(options.key.as_bytes()).map_err(|_| wrong("is no PEM private key"))?;
        let key = match &key {
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der())
                .ok()
                .map(Box::new)
                .map(Key::Rsa),
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                let rsa = RsaKeyPair::from_pkcs8(der).ok().map(Box::new).map(Key::Rsa);
                rsa.or_else(|| Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok().map(Key::Ed25519))
            }
            _ => None,
        };
        Ok(Self {
            domain: idna::domain_to_ascii(&options.domain).map_err(|_| wrong("has no valid domain"))?,
            selector: options.selector.clone(),
            key: key.ok_or_else(|| wrong("is neither RSA (2048 bits or more) nor Ed25519"))?,
        })
    }

    /// Returns a message with its signature before it.
    ///
    /// # Errors
    /// The key cannot sign.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, DeliverError> {
        let end = message.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.ok_or_else(|| DeliverError::Message("it has no body to sign".to_owned()))?;
        let (head, body) = (String::from_utf8_lossy(&message[..end + 2]), &message[end + 4..]);
        let headers = unfolded(&head);
        let mut names = Vec::new();
        let mut data = String::new();
        for name in SIGNED {
            if let Some(value) = headers
                .iter()
                .rev()
                .find(|(own, _)| own == name)
                .map(|(_, value)| value)
            {
                names.push(name);
                data.push_str(&format!("{name}:{value}\r\n"));
            }
        }
        let algorithm = match self.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        };
        let hash = BASE64.encode(&Sha256::digest(relaxed_body(body)));
        let tags = format!(
            "v=1; a={algorithm}; c=relaxed/relaxed; d={}; s={};\r\n h={};\r\n bh={hash};\r\n b=",
            self.domain,
            self.selector,
            names.join(":\r\n  ")
        );
        data.push_str(&format!("dkim-signature:{}", relaxed(&tags)));
        let signature = BASE64.encode(&self.signature(data.as_bytes())?);
        let lines: Vec<&str> = (0..signature.len())
            .step_by(LINE_CHARS)
            .map(|at| &signature[at..signature.len().min(at + LINE_CHARS)])
            .collect();
        let mut signed = format!("DKIM-Signature: {tags}{}\r\n", lines.join("\r\n  ")).into_bytes();
        signed.extend_from_slice(message);
        Ok(signed)
    }

    fn signature(&self, data: &[u8]) -> Result<Vec<u8>, DeliverError> {
        match &self.key {
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature)
                    .map_err(|_| DeliverError::Settings("the DKIM key cannot sign; make a new one".to_owned()))?;
                Ok(signature)
            }
            Key::Ed25519(key) => Ok(key.sign(&Sha256::digest(data)).as_ref().to_vec()),
        }
    }
}

/// Returns the headers with lower-case names and relaxed values.
fn unfolded(head: &str) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.split_inclusive("\r\n") {
        match (line.starts_with([' ', '\t']), headers.last_mut()) {
            (true, Some((_, value))) => value.push_str(line),
            _ => {
                if let Some((name, value)) = line.split_once(':') {
                    headers.push((name.trim().to_ascii_lowercase(), value.to_owned()));
                }
            }
        }
    }
    for (_, value) in &mut headers {
        *value = relaxed(value);
    }
    headers
}

/// Returns a header's value on one line, with single spaces.
fn relaxed(value: &str) -> String {
    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns a body without spaces at the ends of lines, with single ones within, and no empty lines at its end.
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for line in body.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut out: Vec<u8> = Vec::with_capacity(line.len());
        for byte in line {
            match byte {
                b' ' | b'\t' if out.last() == Some(&b' ') => {}
                b' ' | b'\t' => out.push(b' '),
                byte => out.push(*byte),
            }
        }
        if out.last() == Some(&b' ') {
            out.pop();
        }
        lines.push(out);
    }
    while lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    lines
        .into_iter()
        .flat_map(|line| [line, b"\r\n".to_vec()].concat())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_and_values_are_relaxed_as_the_standard_says() {
        // RFC 6376, 3.4.5.
        assert_eq!(relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n"), b" C\r\nD E\r\n");
        assert_eq!(relaxed_body(b""), b"");
        assert_eq!(relaxed_body(b"\r\n\r\n"), b"");
        let headers = unfolded("A: X\r\nB : Y\t\r\n\tZ  \r\n");
        assert_eq!(
            headers,
            [("a".to_owned(), "X".to_owned()), ("b".to_owned(), "Y Z".to_owned())]
        );
    }

    #[test]
    fn a_key_that_is_none_is_told() {
        for key in [
            "",
            "hunter2",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ] {
            let options = DkimOptions {
                domain: "example.org".to_owned(),
                selector: "s".to_owned(),
                key: key.to_owned(),
            };
            let error = Signer::new(&options).err().unwrap().to_string();
            assert!(error.contains("openssl") && !error.contains("hunter2"), "{error}");
        }
    }
}
