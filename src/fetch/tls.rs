//! Why a secure connection did not come about, in words an owner can act on.

use rustls::{AlertDescription, CertificateError, Error};

use super::error::shortened;

/// Tells the cause, and the fix where there is one on our side.
pub(super) fn cause(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(error) => certificate(error),
        Error::PeerIncompatible(_) | Error::AlertReceived(AlertDescription::ProtocolVersion) => {
            "it speaks neither TLS 1.2 nor 1.3".to_owned()
        }
        Error::AlertReceived(AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity) => {
            "it agrees to no version of TLS (1.2, 1.3) or cipher that we know".to_owned()
        }
        Error::AlertReceived(AlertDescription::UnrecognisedName) => "it does not know the host name".to_owned(),
        Error::AlertReceived(AlertDescription::CertificateRequired) => {
            "it wants a certificate from us, which is not possible".to_owned()
        }
        Error::InvalidMessage(_) => "its answer is not TLS; is it http:// or another port?".to_owned(),
        other => shortened(&other.to_string()),
    }
}

fn certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired (or this machine's clock is wrong)".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet (or this machine's clock is wrong)".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another host name".to_owned()
        }
        CertificateError::UnknownIssuer => "its certificate is from an issuer this machine does not know; if that is \
                                            meant, put the issuer's certificate into a file and name that in \
                                            fetch.ca_file"
            .to_owned(),
        CertificateError::Revoked => "its certificate was revoked".to_owned(),
        other => format!("its certificate is not valid: {}", shortened(&other.to_string())),
    }
}
