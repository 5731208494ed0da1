//! Why a secure connection did not come about, in words an owner can act on.

use rustls::{AlertDescription, CertificateError, Error};

use super::error::{Peer, shortened};

/// What the verifier says of certificates beyond the library's own list, and what that means.
const MADE_WRONG: [(&str, &str); 7] = [
    (
        "CaUsedAsEndEntity",
        "its certificate is an issuer's own, not a server's (it says CA:TRUE); the server needs one that says CA:FALSE",
    ),
    (
        "EndEntityUsedAsCa",
        "its certificate was signed with one that is no issuer's",
    ),
    (
        "NameConstraintViolation",
        "its certificate has a name that its issuer may not vouch for",
    ),
    (
        "PathLenConstraintViolated",
        "between its certificate and the issuer are more than that allows",
    ),
    (
        "UnsupportedCertVersion",
        "its certificate is of an old form (not X.509 version 3)",
    ),
    (
        "UnsupportedCriticalExtension",
        "its certificate makes a condition that is not known here",
    ),
    (
        "SignatureAlgorithmMismatch",
        "its certificate says two things about how it is signed",
    ),
];

/// Tells the cause, and the fix where there is one on our side.
pub(super) fn cause(error: &Error, peer: Peer) -> String {
    let plain = match error {
        Error::InvalidCertificate(error) => return certificate(error, peer),
        Error::PeerIncompatible(_) | Error::AlertReceived(AlertDescription::ProtocolVersion) => {
            "it speaks neither TLS 1.2 nor 1.3"
        }
        Error::AlertReceived(AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity) => {
            "it agrees to no version of TLS (1.2, 1.3) or cipher that we know"
        }
        Error::AlertReceived(AlertDescription::UnrecognisedName) => "it does not know the host name",
        Error::AlertReceived(AlertDescription::CertificateRequired) => {
            "it wants a certificate from us, which is not possible"
        }
        Error::AlertReceived(alert) => {
            return format!(
                "it ended the TLS handshake with the alert \"{}\"",
                spaced(&format!("{alert:?}"))
            );
        }
        Error::InvalidMessage(_) => match peer {
            Peer::Mail => "its answer is not TLS; is it smtp+starttls:// or another port?",
            Peer::Web | Peer::Webhook => "its answer is not TLS; is it http:// or another port?",
        },
        Error::NoCertificatesPresented => "it shows no certificate",
        Error::DecryptError => "what it sent under TLS cannot be decrypted",
        Error::InappropriateMessage { .. } | Error::InappropriateHandshakeMessage { .. } => {
            "it does not keep to TLS (a message out of turn)"
        }
        Error::PeerSentOversizedRecord => "it does not keep to TLS (a record too large)",
        Error::PeerMisbehaved(how) => return format!("it does not keep to TLS ({})", spaced(&format!("{how:?}"))),
        Error::NoApplicationProtocol => "it and we have no protocol in common",
        other => return spaced(&other.to_string()),
    };
    plain.to_owned()
}

fn certificate(error: &CertificateError, peer: Peer) -> String {
    let plain = match error {
        CertificateError::BadEncoding => "its certificate is damaged",
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired (or this machine's clock is wrong)"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet (or this machine's clock is wrong)"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another host name"
        }
        CertificateError::UnknownIssuer => match peer {
            Peer::Web => {
                "its certificate is from an issuer this machine does not know; if that is meant, put the issuer's \
                 certificate into a file and name that in fetch.ca_file"
            }
            Peer::Webhook | Peer::Mail => {
                "its certificate is from an issuer this machine does not know; if that is meant, add the issuer's \
                 certificate to the system's"
            }
        },
        CertificateError::Revoked => "its certificate was revoked",
        CertificateError::UnknownRevocationStatus
        | CertificateError::ExpiredRevocationList
        | CertificateError::ExpiredRevocationListContext { .. }
        | CertificateError::InvalidOcspResponse => "whether its certificate was revoked cannot be found out",
        CertificateError::UnhandledCriticalExtension => "its certificate makes a condition that is not known here",
        CertificateError::BadSignature => {
            "its certificate is not signed by the issuer that is known here under that name"
        }
        CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "its certificate is signed in a way that is not known here"
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "its certificate is not made for servers"
        }
        CertificateError::ApplicationVerificationFailure => "its certificate was not accepted",
        CertificateError::Other(other) => {
            let said = other.0.to_string();
            match MADE_WRONG.iter().find(|(name, _)| said == *name) {
                Some((_, words)) => words,
                None => return format!("its certificate is not made as it should be ({})", spaced(&said)),
            }
        }
        other => return format!("its certificate is not valid ({})", spaced(&other.to_string())),
    };
    plain.to_owned()
}

/// Returns a name out of source code as words: `MaximumPathDepthExceeded` as "maximum path depth exceeded", and of names
/// within names the innermost.
fn spaced(name: &str) -> String {
    let is_name = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let name = shortened(name);
    let inner = name.trim_end_matches(')').rsplit('(').next().unwrap_or_default();
    let inner = match is_name(inner) {
        true => inner,
        false => return name.replace(['{', '}'], ""),
    };
    let mut words = String::new();
    let mut was_lower = false;
    for c in inner.chars() {
        if (c.is_ascii_uppercase() && was_lower) || c == '_' {
            words.push(' ');
        }
        was_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        if c != '_' {
            words.push(c.to_ascii_lowercase());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::pki_types::{ServerName, UnixTime};
    use rustls::{OtherError, PeerMisbehaved};

    use super::*;

    /// What the verifier says beyond the library's own list.
    #[derive(Debug)]
    struct Said(&'static str);

    impl std::fmt::Display for Said {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            out.write_str(self.0)
        }
    }

    impl std::error::Error for Said {}

    #[track_caller]
    fn check(error: Error, words: &str) {
        for peer in [Peer::Web, Peer::Webhook, Peer::Mail] {
            let told = cause(&error, peer);
            assert!(told.contains(words), "{error:?}: {told}");
            // Nothing of the source code's names: those have capitals within.
            let is_dump = told
                .split(|c: char| !c.is_ascii_alphanumeric())
                .any(|word| word.chars().skip(1).any(|c| c.is_uppercase()) && word.chars().any(|c| c.is_lowercase()));
            assert!(!is_dump && !told.contains(['{', '}']), "{told}");
        }
    }

    fn other(said: &'static str) -> CertificateError {
        CertificateError::Other(OtherError(Arc::new(Said(said))))
    }

    #[test]
    fn every_fault_of_a_certificate() {
        let (time, name) = (UnixTime::now(), ServerName::try_from("a.example").unwrap());
        let not_valid_for = CertificateError::NotValidForNameContext {
            expected: name,
            presented: vec!["b.example".to_owned()],
        };
        #[expect(deprecated, reason = "a verifier may still say it")]
        let old = CertificateError::UnsupportedSignatureAlgorithm;
        for (error, words) in [
            (CertificateError::BadEncoding, "damaged"),
            (CertificateError::Expired, "has expired"),
            (
                CertificateError::ExpiredContext { time, not_after: time },
                "has expired",
            ),
            (CertificateError::NotValidYet, "not valid yet"),
            (
                CertificateError::NotValidYetContext { time, not_before: time },
                "not valid yet",
            ),
            (CertificateError::Revoked, "was revoked"),
            (CertificateError::UnhandledCriticalExtension, "a condition"),
            (CertificateError::UnknownIssuer, "does not know"),
            (
                CertificateError::UnknownRevocationStatus,
                "whether its certificate was revoked",
            ),
            (
                CertificateError::ExpiredRevocationList,
                "whether its certificate was revoked",
            ),
            (CertificateError::BadSignature, "not signed by the issuer"),
            (old, "unsupported signature algorithm"),
            (CertificateError::NotValidForName, "another host name"),
            (not_valid_for, "another host name"),
            (CertificateError::InvalidPurpose, "not made for servers"),
            (
                CertificateError::InvalidOcspResponse,
                "whether its certificate was revoked",
            ),
            (CertificateError::ApplicationVerificationFailure, "not accepted"),
            (other("CaUsedAsEndEntity"), "an issuer's own"),
            (other("EndEntityUsedAsCa"), "no issuer's"),
            (other("NameConstraintViolation"), "may not vouch for"),
            (other("MaximumPathDepthExceeded"), "(maximum path depth exceeded)"),
            (other("TrailingData(CertificateExtensions)"), "(certificate extensions)"),
        ] {
            check(Error::InvalidCertificate(error), words);
        }
    }

    #[test]
    fn handshakes() {
        for (error, words) in [
            (
                Error::AlertReceived(AlertDescription::BadCertificate),
                "the alert \"bad certificate\"",
            ),
            (Error::AlertReceived(AlertDescription::ProtocolVersion), "neither TLS"),
            (
                Error::PeerMisbehaved(PeerMisbehaved::TooMuchEarlyDataReceived),
                "(too much early data received)",
            ),
            (Error::DecryptError, "cannot be decrypted"),
            (Error::NoCertificatesPresented, "no certificate"),
            (Error::General("out of luck".to_owned()), "out of luck"),
        ] {
            check(error, words);
        }
    }
}
