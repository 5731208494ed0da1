//! Who may read: whoever calls this machine by its own name, or a reader by a token.

use data_encoding::BASE64;
use ring::hmac;
use url::{Url, form_urlencoded};

use crate::config::WebSettings;
use crate::listening::is_local_name;

/// The cookie a reader's token is kept in by a browser.
pub const COOKIE: &str = "tidings";

/// What is to be done with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// It is answered; `token` is the reader's, where readers have some.
    Admitted { token: Option<String> },
    /// It names its token in the address of a page: the browser is given it as a cookie and led to the same page without it.
    Remember { token: String },
    /// It calls this place by a name that is not its own.
    WrongName,
    /// It says nobody's token.
    Unknown,
}

/// What a request says of who sends it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Credentials<'a> {
    /// The name it calls this place by, with or without a port.
    pub host: Option<&'a str>,
    pub query: &'a str,
    pub cookie: Option<&'a str>,
    pub authorization: Option<&'a str>,
    /// It came through a Unix socket, whose file says who may.
    pub is_unix: bool,
    /// It asks for a page, which a person looks at.
    pub is_page: bool,
}

/// Decides whether a request is answered.
pub fn admit(settings: &WebSettings, asked: Credentials<'_>) -> Admission {
    if !is_own_name(settings, asked) {
        return Admission::WrongName;
    }
    if settings.readers.is_empty() {
        return Admission::Admitted { token: None };
    }
    let named = form_urlencoded::parse(asked.query.as_bytes()).find(|(key, _)| key == "token");
    if let Some((_, token)) = named {
        let token = token.into_owned();
        return match (is_token(settings, &token), asked.is_page) {
            (false, _) => Admission::Unknown,
            (true, false) => Admission::Admitted { token: Some(token) },
            (true, true) => Admission::Remember { token },
        };
    }
    let found = [
        asked.authorization.and_then(of_authorization),
        asked.cookie.and_then(of_cookie),
    ];
    let known = found.into_iter().flatten().find(|token| is_token(settings, token));
    known.map_or(Admission::Unknown, |token| Admission::Admitted { token: Some(token) })
}

/// Returns a query without the token it names.
pub fn without_token(query: &str) -> String {
    let rest = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key != "token");
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(rest)
        .finish()
}

fn is_own_name(settings: &WebSettings, asked: Credentials<'_>) -> bool {
    let Some(host) = asked.host else { return true };
    // Whoever must show a token gains nothing by another name.
    if asked.is_unix || !settings.readers.is_empty() || is_local_name(host) {
        return true;
    }
    let own = settings.base_url.as_ref().and_then(Url::host_str);
    let bare = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let bare = bare.map_or(host, |(name, _)| name);
    own.is_some_and(|own| own.eq_ignore_ascii_case(bare.trim_end_matches('.')))
}

/// Whether a request comes from no page of the web but one of this place: a browser says whose page asks. What is no browser
/// says nothing.
pub fn is_own_origin(settings: &WebSettings, host: Option<&str>, origin: Option<&str>) -> bool {
    let Some(origin) = origin else { return true };
    let is_ours = |own: &Url| Url::parse(origin).is_ok_and(|origin| origin.origin() == own.origin());
    let asked = host.and_then(|host| Url::parse(&format!("http://{host}")).ok());
    settings.base_url.iter().chain(&asked).any(is_ours)
}

/// Whether a text is some reader's token. It takes as long whatever the text is.
fn is_token(settings: &WebSettings, text: &str) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"tidings");
    let sign = |text: &str| hmac::sign(&key, text.as_bytes());
    let tokens = settings.readers.iter().filter_map(|reader| reader.token.as_ref().ok());
    let own = sign(text);
    tokens.fold(false, |found, token| {
        let is_this = hmac::verify(&key, token.expose().as_bytes(), own.as_ref()).is_ok();
        found | is_this
    })
}

/// The password of Basic, whatever the user's name, or a bearer's token.
fn of_authorization(header: &str) -> Option<String> {
    let (scheme, rest) = header.trim().split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(BASE64.decode(rest.trim().as_bytes()).ok()?).ok()?;
    Some(pair.split_once(':')?.1.to_owned())
}

fn of_cookie(header: &str) -> Option<String> {
    let pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    let own = pairs.into_iter().find(|(name, _)| *name == COOKIE)?;
    Some(own.1.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{WebPlace, WebReader};
    use crate::domain::secret::Secret;

    const TOKEN: &str = "abcdefgh12345678";

    fn settings(base_url: Option<&str>, tokens: &[&str]) -> WebSettings {
        WebSettings {
            listen: WebPlace::Tcp(([127, 0, 0, 1], 8470).into()),
            base_url: base_url.map(|url| Url::parse(url).expect("an address")),
            readers: tokens
                .iter()
                .map(|token| WebReader {
                    name: "ann".to_owned(),
                    token: Ok(Secret::from(*token)),
                })
                .collect(),
        }
    }

    fn admitted(settings: &WebSettings, asked: Credentials<'_>) -> bool {
        matches!(admit(settings, asked), Admission::Admitted { .. })
    }

    #[test]
    fn without_tokens_only_its_own_names_are_answered() {
        let host = |name| Credentials {
            host: Some(name),
            ..Credentials::default()
        };
        let open = settings(None, &[]);
        assert!(admitted(&open, host("localhost:8470")));
        assert!(admitted(&open, host("[::1]:8470")));
        for name in [
            "evil.example",
            "evil.example:8470",
            "192.168.1.2:8470",
            "localhost.evil.example",
            "",
        ] {
            assert_eq!(admit(&open, host(name)), Admission::WrongName, "{name}");
        }
        let proxied = settings(Some("https://News.example.org/tidings/"), &[]);
        assert!(admitted(&proxied, host("news.example.org")));
        assert!(admitted(&proxied, host("news.example.org:8443")));
        assert!(!admitted(&proxied, host("news.example.org.evil.example")));
    }

    #[test]
    fn only_its_own_pages_ask_by_a_browser() {
        let check = |base, host, origin, expected| {
            let found = is_own_origin(&settings(base, &[]), host, Some(origin));
            assert_eq!(found, expected, "{base:?} {host:?} {origin}");
        };
        let base = Some("https://news.example.org/tidings/");
        check(None, Some("localhost:8470"), "http://localhost:8470", true);
        check(None, Some("[::1]:8470"), "http://[::1]:8470", true);
        check(base, Some("127.0.0.1:8470"), "https://NEWS.example.org", true);
        for origin in [
            "null",
            "",
            "localhost:8470",
            "http://localhost",
            "http://localhost:3000",
            "https://localhost:8470",
            "http://127.0.0.1:8470",
            "http://localhost:8470.evil.example",
            "http://localhost:8470@evil.example",
            "file://localhost:8470",
        ] {
            check(None, Some("localhost:8470"), origin, false);
        }
        check(base, Some("localhost"), "https://news.example.org.evil.example", false);
        check(base, None, "http://news.example.org", false);
        check(None, None, "null", false);
        check(None, Some("null"), "null", false);
        assert!(is_own_origin(&settings(None, &[]), None, None));
    }

    #[test]
    fn a_token_is_taken_wherever_it_stands() {
        let guarded = settings(None, &["another-token-of-bob", TOKEN]);
        let asked = Credentials {
            host: Some("news.example.org"),
            ..Credentials::default()
        };
        assert_eq!(admit(&guarded, asked), Admission::Unknown);
        let query = format!("q=a+b&token={TOKEN}");
        assert!(admitted(&guarded, Credentials { query: &query, ..asked }));
        let page = Credentials {
            query: &query,
            is_page: true,
            ..asked
        };
        let remembered = Admission::Remember {
            token: TOKEN.to_owned(),
        };
        assert_eq!(admit(&guarded, page), remembered);
        let cookie = format!("a=b; tidings={TOKEN}");
        assert!(admitted(
            &guarded,
            Credentials {
                cookie: Some(&cookie),
                ..asked
            }
        ));
        let basic = format!("Basic {}", BASE64.encode(format!("ann:{TOKEN}").as_bytes()));
        assert!(admitted(
            &guarded,
            Credentials {
                authorization: Some(&basic),
                ..asked
            }
        ));
        let bearer = format!("bearer {TOKEN}");
        assert!(admitted(
            &guarded,
            Credentials {
                authorization: Some(&bearer),
                ..asked
            }
        ));
        for wrong in ["", "abcdefgh1234567", "ABCDEFGH12345678", "abcdefgh123456789"] {
            let cookie = format!("tidings={wrong}");
            assert!(
                !admitted(
                    &guarded,
                    Credentials {
                        cookie: Some(&cookie),
                        ..asked
                    }
                ),
                "{wrong}"
            );
        }
    }
}
