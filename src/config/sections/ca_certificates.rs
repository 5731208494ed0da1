//! `fetch.ca_file`: certificates that are trusted beside the system's own.

use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::config::reading::expand::Places;
use crate::config::reading::raw::{File, Table};
use crate::files;

/// Largest file of certificates, in bytes.
const CA_FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Reads the certificates `ca_file` names; none when it names no file, or a mistake was noted.
pub fn read(file: &mut File<'_>, table: &mut Table<'_>, places: &Places) -> Vec<CertificateDer<'static>> {
    let Some(text) = table.text(file, "ca_file") else {
        return Vec::new();
    };
    match places.expand(&text.text).and_then(|path| certificates(&path)) {
        Ok(found) => found,
        Err(message) => {
            file.wrong(&text.value, message);
            Vec::new()
        }
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let shown = path.display();
    let bytes = files::read(path, CA_FILE_BYTES_MAX)
        .map_err(|error| format!("cannot read {shown}: {error}; name a PEM file of certificates, or take it out"))?;
    let convert = "write it as PEM (openssl x509 -inform der -in FILE -out FILE.pem)";
    let found = CertificateDer::pem_slice_iter(&bytes)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| format!("{shown} is damaged: {error}; {convert}"))?;
    if found.is_empty() {
        return Err(format!("{shown} holds no certificate (BEGIN CERTIFICATE); {convert}"));
    }
    for certificate in &found {
        RootCertStore::empty()
            .add(certificate.clone())
            .map_err(|error| format!("{shown} holds something that is no certificate: {error}; {convert}"))?;
    }
    Ok(found)
}
