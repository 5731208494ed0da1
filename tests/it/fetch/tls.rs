//! Secure connections to real TLS servers on loopback: what is trusted, and how a refusal is told.

use std::sync::Arc;

use axum::http::{Response as Answer, Version};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, crypto::ring};
use tidings::config::Config;
use tidings::fetch::{FetchError, FetchOptions, Fetcher, Purpose, Request, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use url::Url;

use super::{now, options};

/// An issuer nobody knows.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: rcgen::Certificate,
}

impl Authority {
    pub(super) fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        Self {
            issuer: Issuer::new(params, key),
            certificate,
        }
    }

    /// Starts a server that speaks HTTP/2 by ALPN alone, with a certificate for `name` that ends with a year.
    pub(super) async fn serve(&self, name: &str, last_year: i32) -> u16 {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(last_year, 1, 1);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                // A client that does not trust us hangs up here.
                let Ok(secured) = acceptor.accept(connection).await else {
                    continue;
                };
                let mut http = h2::server::Builder::new().handshake::<_, &[u8]>(secured).await.unwrap();
                while let Some(Ok((request, mut respond))) = http.accept().await {
                    let is_new = request.version() == Version::HTTP_2;
                    let mut stream = respond.send_response(Answer::new(()), false).unwrap();
                    let body: &[u8] = if is_new { b"over HTTP/2" } else { b"over something else" };
                    stream.send_data(body, true).unwrap();
                }
            }
        });
        port
    }

    pub(super) fn root(&self) -> CertificateDer<'static> {
        self.certificate.der().clone()
    }
}

async fn get(port: u16, roots: Vec<CertificateDer<'static>>) -> Result<Response, FetchError> {
    let options = FetchOptions {
        extra_roots: roots,
        // Handshakes in a busy test run take longer than silence is tested with.
        idle_timeout: std::time::Duration::from_secs(5),
        ..options()
    };
    let url = Url::parse(&format!("https://127.0.0.1:{port}/feed")).unwrap();
    Fetcher::new(&options)
        .unwrap()
        .get(now(), Request::new(url, Purpose::Feed))
        .await
}

#[track_caller]
fn check(answer: Result<Response, FetchError>, cause: &str) {
    let error = answer.unwrap_err();
    assert!(
        matches!(&error, FetchError::Tls { reason, is_spoken, .. } if reason.contains(cause) && *is_spoken != cause.contains("not TLS")),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_issuer_of_the_owners_is_trusted_and_no_other() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let port = ours.serve("127.0.0.1", 2100).await;
    let answer = get(port, vec![other.root(), ours.root()]).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&answer.body), "over HTTP/2");
    check(get(port, vec![]).await, "fetch.ca_file");
    check(
        get(port, vec![other.root()]).await,
        "an issuer this machine does not know",
    );
}

#[tokio::test]
async fn each_cause_of_a_refusal_is_told_in_words() {
    let ours = Authority::new("ours");
    let expired = ours.serve("127.0.0.1", 2010).await;
    check(get(expired, vec![ours.root()]).await, "has expired");
    let elsewhere = ours.serve("other.example", 2100).await;
    check(get(elsewhere, vec![ours.root()]).await, "for another host name");
    // A fatal alert, "protocol version"; and a server that speaks no TLS.
    for (bytes, cause) in [
        (&b"\x15\x03\x01\x00\x02\x02\x46"[..], "neither TLS 1.2 nor 1.3"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "is not TLS"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut connection, _) = listener.accept().await.unwrap();
            let mut hello = [0; 4096];
            assert!(connection.read(&mut hello).await.unwrap() > 0);
            connection.write_all(bytes).await.unwrap();
            connection.shutdown().await.unwrap();
            // Stays until the client has read.
            while connection.read(&mut hello).await.is_ok_and(|count| count > 0) {}
        });
        check(get(port, vec![]).await, cause);
    }
}

#[test]
fn a_ca_file_is_read_and_its_mistakes_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let ours = Authority::new("ours");
    let load = |content: Option<&str>| {
        let path = folder.path().join("ca.pem");
        let _ = std::fs::remove_file(&path);
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        let text = "[fetch]\nca_file = \"ca.pem\"\n[[source]]\nfeed = \"https://a.example/\"\n";
        let config = folder.path().join("tidings.toml");
        std::fs::write(&config, text).unwrap();
        Config::load(&config).map_err(|errors| errors.to_string())
    };
    let two = format!(
        "# ours\n{}\n{}",
        ours.certificate.pem(),
        Authority::new("other").certificate.pem()
    );
    let config = load(Some(&two)).unwrap();
    assert_eq!(
        (config.fetch.extra_roots.len(), &config.fetch.extra_roots[0]),
        (2, &ours.root())
    );
    let key = KeyPair::generate().unwrap().serialize_pem();
    for (content, expected) in [
        (None, "cannot read"),
        (Some(""), "holds no certificate"),
        (Some(key.as_str()), "holds no certificate"),
        (
            Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            "is no certificate",
        ),
        (Some("-----BEGIN CERTIFICATE-----\nAAAA\n"), "is damaged"),
    ] {
        let error = load(content).unwrap_err();
        assert!(error.contains("fetch.ca_file") && error.contains(expected), "{error}");
    }
}
