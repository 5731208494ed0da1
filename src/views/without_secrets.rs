//! What is shown to whoever reads pages, feeds, the API and an assistant's answers: names and addresses of sources without
//! what may be a key to them, deliveries without who gets them. The command line, which is its owner's, shows all of it.

use url::Url;

use crate::domain::health::Health;
use crate::domain::url::ADDRESS_BYTES_MAX;
use crate::store::digests::StoredDigest;
use crate::store::sources::StoredSource;

/// What addresses of sources begin with, before `://`.
const SCHEMES: [&str; 5] = ["feed:https", "feed:http", "feed", "https", "http"];
/// Signs of which each address with a name, a query or a fragment has one.
const SIGNS: [char; 3] = ['@', '?', '#'];
/// What stands for the query of an address.
const LEFT_OUT: &str = "?…";

/// Returns an address of the web without what may be a key to it: name, password, query and fragment. Anything else, such as
/// the name of a source, stays as it is.
pub fn address(text: &str) -> String {
    // As browsers write what they hand to a reader of feeds.
    if let Some(inner) = text.strip_prefix("feed:").filter(|inner| !inner.starts_with("//")) {
        return format!("feed:{}", address(inner));
    }
    let may_hold_one = text.contains(SIGNS);
    let Some(mut url) = may_hold_one
        .then(|| Url::parse(text).ok())
        .flatten()
        .filter(Url::has_host)
    else {
        return text.to_owned();
    };
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if is_plain && url.query().is_none() {
        return text.to_owned();
    }
    // An address that can have neither has none.
    let _ = url.set_username("").and_then(|()| url.set_password(None));
    let had_query = url.query().is_some();
    url.set_query(None);
    url.set_fragment(None);
    match had_query {
        true => format!("{url}{LEFT_OUT}"),
        false => url.to_string(),
    }
}

/// Whether nothing that leads there was left out of an address.
pub fn is_whole(shown: &str) -> bool {
    !shown.ends_with(LEFT_OUT)
}

/// Takes the keys out of a source's addresses, wherever they stand.
pub fn source(source: &mut StoredSource, health: &mut Health) {
    let state = &mut source.state;
    let known: Vec<String> = [Some(&source.address), state.current_address.as_ref()]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    for text in [&mut health.why, &mut state.last_error].into_iter().flatten() {
        for known in &known {
            *text = text.replace(known.as_str(), &address(known));
        }
    }
    let others = [&mut state.current_address, &mut state.title, &mut source.name];
    for text in others.into_iter().flatten() {
        *text = address(text);
    }
    source.address = address(&source.address);
}

/// Returns a digest with the kinds of its channels alone: to whom it goes, and what their servers said, is not for every reader.
pub fn digest(mut digest: StoredDigest) -> StoredDigest {
    for delivery in &mut digest.deliveries {
        delivery.channel.truncate(kind(&delivery.channel).len());
        delivery.error = None;
    }
    digest
}

/// Returns a text or a page as it was sent, without whom another digest did not reach: that is told to its reader alone.
pub fn without_channels(text: &str, channels: &[String]) -> String {
    let mut text = text.to_owned();
    for channel in channels {
        let Some(whom) = channel.get(kind(channel).len() + 1..).filter(|whom| !whom.is_empty()) else {
            continue;
        };
        text = text.replace(channel.as_str(), kind(channel));
        // What a server said names whom it refused.
        if whom.contains('@') {
            text = text.replace(whom, "…");
        }
    }
    text
}

/// Returns where a text or a page has addresses of the web that may hold a key, and what is written from there on: as a page
/// has it, and as a text does.
pub fn places_of_keys(text: &str) -> Vec<(usize, String)> {
    let ends = |c: char| matches!(c, '\n' | '<' | '"');
    let mut found = Vec::new();
    for (colon, _) in text.match_indices("://") {
        if !text[colon..].split(ends).next().unwrap_or_default().contains(SIGNS) {
            continue;
        }
        for scheme in SCHEMES {
            let at = colon.saturating_sub(scheme.len());
            if !text.as_bytes()[at..colon].eq_ignore_ascii_case(scheme.as_bytes()) {
                continue;
            }
            let line = text[at..].split('\n').next().unwrap_or_default();
            let line = &line[..line.floor_char_boundary(ADDRESS_BYTES_MAX)];
            found.push((at, unescaped(line)));
            if line.contains('&') {
                found.push((at, line.to_owned()));
            }
        }
    }
    found
}

/// Returns a text or a page without the keys of sources' addresses, which stand at these places, in order.
pub fn without_keys(text: &str, sources: impl Iterator<Item = (usize, String)>) -> String {
    let (mut shown, mut end) = (String::with_capacity(text.len()), 0);
    for (at, whole) in sources.filter(|(_, whole)| address(whole) != *whole) {
        // As a text has it, or a page.
        let forms = [crate::text::escape(&whole), whole.clone()];
        let form = forms.iter().find(|form| text[at..].starts_with(form.as_str()));
        if let Some(form) = form.filter(|_| at >= end) {
            shown.push_str(&text[end..at]);
            shown.push_str(&address(&whole));
            end = at + form.len();
        }
    }
    shown.push_str(&text[end..]);
    shown
}

/// Returns a text of a page as it was before `text::escape`.
fn unescaped(text: &str) -> String {
    let signs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    signs
        .iter()
        .fold(text.to_owned(), |text, (name, sign)| text.replace(name, sign))
}

fn kind(channel: &str) -> &str {
    channel.split(':').next().unwrap_or(channel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_keys_to_itself() {
        for (whole, shown) in [
            (
                "https://jo:hunter2@news.example/feed.xml",
                "https://news.example/feed.xml",
            ),
            (
                "https://news.example/feed?token=hunter2#x",
                "https://news.example/feed?…",
            ),
            ("https://news.example/feed#hunter2", "https://news.example/feed"),
            ("https://news.example/feed", "https://news.example/feed"),
            (
                "feed:https://news.example/feed?token=hunter2",
                "feed:https://news.example/feed?…",
            ),
            ("feed://jo:hunter2@news.example/feed", "feed://news.example/feed"),
            ("feed: what?", "feed: what?"),
            ("/srv/reading list.md", "/srv/reading list.md"),
            ("News: what? #1", "News: what? #1"),
        ] {
            assert_eq!(address(whole), shown);
        }
    }

    #[test]
    fn a_sent_text_names_nobody_it_could_not_reach() {
        let channels = ["mail:bob@example.org", "log", "ntfy:https://ntfy.example/secret"].map(str::to_owned);
        for (whole, shown) in [
            (
                "to mail:bob@example.org: 550 <bob@example.org> unknown",
                "to mail: 550 <…> unknown",
            ),
            ("to ntfy:https://ntfy.example/secret: refused", "to ntfy: refused"),
            ("a log of it", "a log of it"),
        ] {
            assert_eq!(without_channels(whole, &channels), shown);
        }
    }
    #[test]
    fn a_sent_text_leads_to_a_source_without_its_key() {
        let sources = [
            "https://a.example/?k=1&l=2",
            "https://a.example/",
            "feed://b.example/f#x",
            "https://c.example/?x=1&amp;y=2",
        ];
        let longest = |written: &String| {
            let begun = sources.iter().filter(|source| written.starts_with(**source));
            begun
                .max_by_key(|source| source.len())
                .map(|source| (*source).to_owned())
        };
        for (whole, shown) in [
            (
                "https://a.example/?k=1&amp;l=2: failing",
                "https://a.example/?…: failing",
            ),
            (
                "<a href=\"https://a.example/?k=1&amp;l=2\">https://a.example/?k=1&l=2</a>",
                "<a href=\"https://a.example/?…\">https://a.example/?…</a>",
            ),
            (
                "xhttps://a.example/?k=1&l=23, feed://b.example/f#x",
                "xhttps://a.example/?…3, feed://b.example/f",
            ),
            (
                "feed:HTTPS://a.example/?k=1, feed:https://a.example/?k=1&l=2, https://c.example/?x=1&amp;y=2",
                "feed:HTTPS://a.example/?k=1, feed:https://a.example/?…, https://c.example/?…",
            ),
            ("https://a.example/?k=1&amp;l=3", "https://a.example/?k=1&amp;l=3"),
            (
                "https://a.example/ and https://é.example/?a",
                "https://a.example/ and https://é.example/?a",
            ),
            ("://a.example/?k=1&l=2 s://", "://a.example/?k=1&l=2 s://"),
        ] {
            let places = places_of_keys(whole);
            let found = places.iter().filter_map(|(at, written)| Some((*at, longest(written)?)));
            assert_eq!(without_keys(whole, found), shown);
        }
    }
}
