//! Links that lead over a counter of clicks: where they lead, if the address itself says so.
//!
//! Nothing is asked. A target that stands in a parameter or a part of the path, as it is, encoded or in base64, is taken; what
//! only the counter knows stays unknown.

use data_encoding::{BASE64URL_NOPAD, Specification};
use url::Url;

use crate::domain::url::{registrable_domain, web, without_tracking};

/// Counters behind counters that are followed.
const LAYERS_MAX: usize = 3;
/// A code that stands for a link or a reader has at least this many characters.
const CODE_CHARS_MIN: usize = 24;
/// Parameters that hold where a link leads.
const TARGETS: &[&str] = &[
    "url",
    "u",
    "redirect",
    "redirect_url",
    "redirect_uri",
    "redirecturl",
    "q",
    "target",
    "to",
    "dest",
    "destination",
    "link",
    "goto",
    "out",
    "r",
    "l",
];
/// Registrable domains of nothing but counters of clicks in letters.
const COUNTERS: &[&str] = &[
    "list-manage.com",
    "list-manage1.com",
    "list-manage2.com",
    "mailchimpapp.net",
    "sendgrid.net",
    "mandrillapp.com",
    "hubspotlinks.com",
    "hubspotemail.net",
    "exct.net",
    "exacttarget.com",
    "klclick.com",
    "klclick1.com",
    "klclick2.com",
    "klclick3.com",
    "rs6.net",
    "createsend.com",
    "createsend1.com",
    "cmail19.com",
    "cmail20.com",
    "mlsend.com",
    "mlsnd.com",
    "mailerlite.com",
    "mjt.lu",
    "awstrack.me",
    "convertkit-mail.com",
    "convertkit-mail2.com",
    "ck.page",
    "getresponse.com",
    "acemlnb.com",
    "acemlna.com",
    "activehosted.com",
    "sendibt2.com",
    "sendibm1.com",
    "sendinblue.com",
    "sparkpostmail.com",
    "mailgun.org",
    "mailgun.net",
    "postmarkapp.com",
    "pstmrk.it",
    "omeclk.com",
    "bmetrack.com",
    "sailthru.com",
    "everlytic.net",
    "benchurl.com",
    "rapidmail.de",
    "emlnk.com",
];
/// Names of hosts, and steps of paths, at which clicks are counted.
const COUNTING: &[&str] = &["click", "clicks", "clk", "trk", "track", "tracking", "ct", "lnk", "ls"];

/// Returns where a link of a letter leads, without its tracking parameters.
pub fn resolved(link: &Url) -> Url {
    let mut at = link.clone();
    for _ in 0..LAYERS_MAX {
        match target(&at) {
            Some(to) => at = to,
            None => break,
        }
    }
    without_tracking(&at)
}

/// Whether a link leads over a counter that keeps to itself where it leads.
pub fn is_opaque(link: &Url) -> bool {
    let host = link.host_str().unwrap_or_default();
    if COUNTERS.contains(&registrable_domain(host).as_str()) {
        return true;
    }
    let is_counting = |word: &str| COUNTING.iter().any(|own| own.eq_ignore_ascii_case(word));
    let counts = host.split('.').next().is_some_and(is_counting) || segments(link).any(is_counting);
    let values = link.query_pairs().any(|(_, value)| is_code(&value));
    let has_code = values || segments(link).any(is_code);
    // A name of several words in the path is an article's own.
    let has_name = segments(link).any(|segment| segment.split('-').filter(|word| is_word(word)).count() >= 3);
    has_code && (counts || !has_name)
}

fn segments(link: &Url) -> impl Iterator<Item = &str> {
    link.path_segments().into_iter().flatten()
}

fn is_word(text: &str) -> bool {
    text.len() >= 2 && text.chars().all(char::is_alphabetic)
}

/// Whether a text is a code: long, and of letters and digits as no words have them.
fn is_code(text: &str) -> bool {
    let is_mixed = |part: &str| {
        let has = |is_kind: fn(&u8) -> bool| part.bytes().any(|byte| is_kind(&byte));
        part.len() >= CODE_CHARS_MIN / 2 && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
    };
    let is_of_code = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=' | b'.' | b'~' | b'%');
    text.len() >= CODE_CHARS_MIN
        && text.bytes().all(is_of_code)
        && text.split(['-', '_', '.']).any(is_mixed)
        && text.split(['-', '_']).filter(|word| is_word(word)).count() < 3
}

/// Returns the address that a link holds whole in a parameter or in its path.
fn target(link: &Url) -> Option<Url> {
    let is_named = |name: &str| TARGETS.iter().any(|own| own.eq_ignore_ascii_case(name));
    let mut named = link.query_pairs().filter(|(name, _)| is_named(name));
    let in_query = named.find_map(|(_, value)| address(&value));
    in_query.or_else(|| segments(link).find_map(|segment| segment.contains('%').then(|| address(segment)).flatten()))
}

/// Returns the address a value is: as it stands, encoded once more, or in base64.
fn address(value: &str) -> Option<Url> {
    let value = value.trim();
    if is_web(value) {
        return web(value);
    }
    let encoded = value.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http"));
    if encoded && value.contains('%') {
        let pair = format!("v={value}");
        let (_, decoded) = url::form_urlencoded::parse(pair.as_bytes()).next()?;
        return is_web(&decoded).then(|| web(&decoded)).flatten();
    }
    // "http" in base64.
    if !value.starts_with("aHR0c") {
        return None;
    }
    let plain: String = value
        .trim_end_matches('=')
        .chars()
        .map(|c| match c {
            '+' => '-',
            '/' => '_',
            c => c,
        })
        .collect();
    let decoded = lenient().decode(plain.as_bytes()).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    is_web(&decoded).then(|| web(&decoded)).flatten()
}

/// Base64 of addresses; what is left over in the last character is not looked at.
fn lenient() -> data_encoding::Encoding {
    let mut specification: Specification = BASE64URL_NOPAD.specification();
    specification.check_trailing_bits = false;
    specification.encoding().unwrap_or(BASE64URL_NOPAD)
}

fn is_web(text: &str) -> bool {
    let starts = |start: &str| {
        text.get(..start.len())
            .is_some_and(|own| own.eq_ignore_ascii_case(start))
    };
    starts("https://") || starts("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_target_in_the_address_is_where_it_leads() {
        for (given, expected) in [
            (
                "https://click.news.example/?url=https%3A%2F%2Fpaper.example%2Fa%3Fid%3D7",
                "https://paper.example/a?id=7",
            ),
            (
                "https://click.news.example/c?u=https%253A%252F%252Fpaper.example%252Fa",
                "https://paper.example/a",
            ),
            (
                "https://r.example/go?q=aHR0cHM6Ly9wYXBlci5leGFtcGxlL2E",
                "https://paper.example/a",
            ),
            (
                "https://r.example/go?redirect=aHR0cHM6Ly9wYXBlci5leGFtcGxlL2E%3D&id=5",
                "https://paper.example/a",
            ),
            (
                "https://x.r.eu.awstrack.me/L0/https:%2F%2Fpaper.example%2Fa%3Futm_source=mail/1/0102-00/x=1",
                "https://paper.example/a",
            ),
            (
                "https://a.example/?to=https%3A%2F%2Fb.example%2F%3Fto%3Dhttps%253A%252F%252Fpaper.example%252Fa",
                "https://paper.example/a",
            ),
            (
                "https://paper.example/a?utm_source=letter&mc_eid=77",
                "https://paper.example/a",
            ),
            (
                "https://paper.example/a?url=javascript:alert(1)",
                "https://paper.example/a?url=javascript:alert(1)",
            ),
            (
                "https://paper.example/find?q=harbour",
                "https://paper.example/find?q=harbour",
            ),
            ("https://paper.example/a?u=aHR0not", "https://paper.example/a?u=aHR0not"),
        ] {
            assert_eq!(resolved(&link(given)).as_str(), expected, "{given}");
        }
    }

    #[test]
    fn a_code_alone_says_nothing() {
        for (given, is) in [
            ("https://news.us1.list-manage.com/track/click?u=1&id=2&e=3", true),
            (
                "https://click.paper.example/ls/click?upn=u001.Ab3dEf9hIjKlMn0pQrStUvWx",
                true,
            ),
            (
                "https://link.paper.example/c/443/9f86d081884c7d659a2feaa0c55ad015",
                true,
            ),
            ("https://paper.example/2026/06/harbour-bridge-opens-again", false),
            (
                "https://paper.example/harbour-bridge-opens-again-9f86d081884c7d659a2feaa0c55ad015",
                false,
            ),
            ("https://paper.example/news/article-12345678901234567890", false),
            ("https://paper.example/?p=77", false),
            ("https://track.paper.example/harbour", false),
        ] {
            assert_eq!(is_opaque(&link(given)), is, "{given}");
        }
    }
}
