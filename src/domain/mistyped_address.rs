//! What an address was meant to be that was written without its scheme, or with half of one.

use url::{Host, Url};

/// How the scheme of a web address is written by mistake.
const SCHEMES: &[&str] = &[
    "http", "https", "htp", "htps", "htpp", "htpps", "htt", "htts", "htttp", "htttps", "hhttp", "hhttps", "httpp",
    "httpss", "tttp", "ttp", "ttps", "hxxp", "hxxps",
];
/// Schemes that one address is taken to begin with.
const SCHEMES_MAX: usize = 3;
/// Endings of hosts that are those of files.
const FILES: &[&str] = &[
    "xml", "rss", "atom", "rdf", "json", "opml", "html", "htm", "php", "txt", "toml",
];

/// Returns the address that a text was meant to be, where that can be told: with a scheme, and without what stands around it.
pub fn mended(text: &str) -> Option<String> {
    let mut rest = text.trim_matches(|c: char| c.is_whitespace() || "<>\"'`()[]".contains(c));
    let mut scheme = "https";
    for _ in 0..SCHEMES_MAX {
        match without_scheme(rest) {
            Some((own, behind)) => (scheme, rest) = (own, behind),
            None => break,
        }
    }
    let rest = rest.trim_start_matches(['/', '\\', ':']);
    let url = Url::parse(&format!("{scheme}://{rest}")).ok()?;
    let is_plain = url.username().is_empty() && url.password().is_none() && !rest.contains(char::is_whitespace);
    (is_plain && has_likely_host(&url, rest)).then(|| format!("{scheme}://{rest}"))
}

/// Splits "https//a.example" and the like: a scheme, signs between, slashes.
fn without_scheme(text: &str) -> Option<(&'static str, &str)> {
    let letters = text.find(|c: char| !c.is_ascii_alphabetic())?;
    let word = text[..letters].to_ascii_lowercase();
    let behind = text[letters..].trim_start_matches([':', ';', '.', ',', ' ']);
    let rest = behind.trim_start_matches(['/', '\\', ' ']);
    let is_scheme = SCHEMES.contains(&word.as_str()) && rest.len() < behind.len();
    is_scheme.then_some((if word.ends_with('s') { "https" } else { "http" }, rest))
}

fn has_likely_host(url: &Url, rest: &str) -> bool {
    match url.host() {
        Some(Host::Domain(host)) => {
            let last = host.rsplit('.').next().unwrap_or_default();
            host == "localhost" || host.contains('.') && !FILES.contains(&last)
        }
        // A number alone would be read as an address of four parts.
        Some(Host::Ipv4(address)) => rest.starts_with(&address.to_string()),
        Some(Host::Ipv6(_)) => true,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_mended_as_they_were_meant() {
        for (text, expected) in [
            ("https//x.example/feed", Some("https://x.example/feed")),
            ("http//x.example/feed", Some("http://x.example/feed")),
            ("https: //x.example/feed", Some("https://x.example/feed")),
            ("htps://x.example", Some("https://x.example")),
            ("ttp://x.example", Some("http://x.example")),
            ("hxxps://x.example/a", Some("https://x.example/a")),
            ("https;//x.example", Some("https://x.example")),
            ("https://https//x.example/feed", Some("https://x.example/feed")),
            ("http://https://x.example/feed", Some("https://x.example/feed")),
            ("//x.example/feed", Some("https://x.example/feed")),
            ("://x.example/feed", Some("https://x.example/feed")),
            ("www.x.example/feed?a=b", Some("https://www.x.example/feed?a=b")),
            ("x.example:8080/feed", Some("https://x.example:8080/feed")),
            ("localhost:8080/feed", Some("https://localhost:8080/feed")),
            ("127.0.0.1:8080/feed", Some("https://127.0.0.1:8080/feed")),
            ("[x.example]", Some("https://x.example")),
            ("<https//x.example/feed>", Some("https://x.example/feed")),
            ("http.example.org/feed", Some("https://http.example.org/feed")),
            ("https/x.example", Some("https://x.example")),
            ("ftp://x.example/feed", None),
            ("file:///etc/passwd", None),
            ("javascript:alert(1)", None),
            ("mailto:jo@x.example", None),
            ("https//me:secret@x.example/feed", None),
            ("/feed.xml", None),
            ("feed.xml", None),
            ("news", None),
            ("8080", None),
            ("the feed of x.example", None),
            ("", None),
            ("https://", None),
        ] {
            assert_eq!(mended(text).as_deref(), expected, "{text}");
        }
    }
}
