//! What is shown to whoever reads pages, feeds, the API and an assistant's answers: names and addresses of sources without
//! what may be a key to them, deliveries without who gets them. The command line, which is its owner's, shows all of it.

use url::Url;

use crate::domain::health::Health;
use crate::store::digests::StoredDigest;
use crate::store::sources::StoredSource;

/// What stands for the query of an address.
const LEFT_OUT: &str = "?…";

/// Returns an address of the web without what may be a key to it: name, password, query and fragment. Anything else, such as
/// the name of a source, stays as it is.
pub fn address(text: &str) -> String {
    let Some(mut url) = Url::parse(text).ok().filter(Url::has_host) else {
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

/// Returns a text or a page as it was sent, without whom another digest did not reach and without the keys of sources in trouble:
/// both are told to the digest's reader alone.
pub fn sent(mut text: String, channels: &[String], sources: &[String]) -> String {
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
    for whole in sources {
        let shown = address(whole);
        if shown != *whole {
            text = text.replace(whole.as_str(), &shown);
            text = text.replace(&whole.replace('&', "&amp;"), &shown);
        }
    }
    text
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
            (
                "https://a.example/?k=1&amp;l=2: failing",
                "https://a.example/?…: failing",
            ),
        ] {
            let sources = ["https://a.example/?k=1&l=2".to_owned()];
            assert_eq!(sent(whole.to_owned(), &channels, &sources), shown);
        }
    }
}
