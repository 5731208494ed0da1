//! Links that lead over a counter of clicks: where they lead, if the address itself says so.
//!
//! Nothing is asked. A target that stands in a parameter or a part of the path, as it is, encoded or in base64, is taken; what
//! only the counter knows stays unknown.

use data_encoding::{BASE64URL_NOPAD, Specification};
use url::Url;

use super::social_links::is_social;
use crate::domain::url::{web, without_tracking};

/// "http" in base64.
const BASE64_OF_WEB: &str = "aHR0c";
/// Counters behind counters that are followed.
const LAYERS_MAX: usize = 3;
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
/// Returns where a link of a letter leads, without its tracking parameters.
pub fn resolved(link: &Url) -> Url {
    let mut at = link.clone();
    for _ in 0..LAYERS_MAX {
        // What is to be shared is not where a button leads.
        if is_social(&at) {
            break;
        }
        match target(&at) {
            Some(to) => at = to,
            None => break,
        }
    }
    without_tracking(&at)
}

/// Returns the address that a link holds whole in a parameter or in its path.
fn target(link: &Url) -> Option<Url> {
    let is_named = |name: &str| TARGETS.iter().any(|own| own.eq_ignore_ascii_case(name));
    let mut named = link.query_pairs().filter(|(name, _)| is_named(name));
    let in_query = named.find_map(|(_, value)| address(&value));
    let of_step = |step: &str| {
        (step.contains('%') || step.starts_with(BASE64_OF_WEB))
            .then(|| address(step))
            .flatten()
    };
    let mut steps = link.path_segments().into_iter().flatten();
    in_query.or_else(|| steps.find_map(of_step))
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
    if !value.starts_with(BASE64_OF_WEB) {
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
            (
                "https://click.kit-mail3.example/ab/cd/aHR0cHM6Ly9wYXBlci5leGFtcGxlL2E=",
                "https://paper.example/a",
            ),
            (
                "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fpaper.example%2Fa",
                "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fpaper.example%2Fa",
            ),
        ] {
            assert_eq!(resolved(&link(given)).as_str(), expected, "{given}");
        }
    }
}
