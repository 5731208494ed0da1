//! Logins in the addresses and the names of a list: they stay in the file.

use url::Url;

use crate::domain::url::{has_credentials, of_browser, without_credentials};

/// Returns an address without the user and the password it may hold, and whether it held any.
pub(super) fn without_login(address: &str) -> (String, bool) {
    match Url::parse(&of_browser(address)).ok().filter(has_credentials) {
        Some(url) => (without_credentials(&url).to_string(), true),
        None => (address.to_owned(), false),
    }
}

/// Returns a name without the login it may hold: some readers name a feed by its address. One that cannot be told from the
/// words around it takes them along.
pub(super) fn name_without_login(name: &str) -> Option<String> {
    let (name, _) = without_login(name);
    let plain = decoded(&name);
    let from = [plain.find(':'), plain.find("//")].into_iter().flatten().min();
    let behind = from.map_or("", |from| &plain[from..]);
    // Somebody's name ("News: @mill", "https://a.example/@mill") has no password before it.
    let mut pairs = behind.chars().zip(behind.chars().skip(1));
    let is_login = pairs.any(|(before, at)| at == '@' && before != '/' && !before.is_whitespace());
    (!is_login).then_some(name)
}

/// Returns what may be said of an address that cannot be read, and so may hold a login anywhere.
pub(super) fn shown(address: &str) -> &str {
    match decoded(address).contains('@') {
        true => "its address",
        false => address,
    }
}

/// Returns a text with the signs around logins as they are meant.
fn decoded(text: &str) -> String {
    text.to_ascii_lowercase().replace("%40", "@").replace("%3a", ":")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::opml::parse;

    #[test]
    fn logins_stay_in_the_file() {
        for (address, feed) in [
            ("https://hush:hush@a.example/f", "https://a.example/f"),
            ("feed://h%2Bush%40b.example:hush@a.example/f", "https://a.example/f"),
            ("http://hush@a.example:81/f", "http://a.example:81/f"),
            ("https://hush:@a.example/f", "https://a.example/f"),
            (
                "https://hush0123456789abcdef0123456789:x@a.example/f",
                "https://a.example/f",
            ),
            ("https://KEY:hush@a.example/f", "https://a.example/f"),
            ("https://hush:X@a.example/f", "https://a.example/f"),
            ("https://:hush@a.example/f", "https://a.example/f"),
        ] {
            let found = parse(format!("<outline text=\"A\" xmlUrl=\"{address}\"/>").as_bytes()).unwrap();
            let told = format!("{found:?}");
            let one = &found.subscriptions[0];
            assert_eq!((one.feed.as_str(), one.has_login), (feed, true));
            assert!(
                !told.contains("hush") && found.warnings[0].contains("holds a login"),
                "{told}"
            );
        }
        for outline in [
            "<outline text='https://me:hush@a.example/f' xmlUrl='https://me:hush@a.example/f'/>",
            "<outline xmlUrl='https://me:hush@a.example/f'/><outline xmlUrl='https://me:hush@a.example/f'/>",
            "<outline xmlUrl='ftp://me:hush@a.example/f'/><outline xmlUrl='https//me:hush@a.example/f'/>",
            "<outline xmlUrl='https://me:hush@a.example:99999/f' htmlUrl='https://me:hush@a.example/'/>",
            "<outline text='https://me:hush@a.example/'><outline xmlUrl='https://b.example/'/></outline>",
            "<outline text='https//me:hush@a.example/f' xmlUrl='https://a.example/f'/>",
            "<outline text='me:hush@a.example' xmlUrl='me:hush@a.example/f'/>",
            "<outline text='Mill (https://me:hush@a.example/f)' xmlUrl='https//me%3Ahush%40a.example/f'/>",
            "<outline text='//me%3ahush%40a.example' xmlUrl='//me:hush@a.example/f'/>",
            "<outline title='https//me:hu hush@a.example/f' type='rss'/><outline text='me:hush@a.example'><outline xmlUrl='https://b.example/'/></outline>",
        ] {
            let told = format!("{:?}", parse(outline.as_bytes()).unwrap());
            assert!(!told.contains("hush"), "{told}");
        }
    }

    #[test]
    fn names_with_an_at_stay() {
        for name in [
            "Mill & Mill",
            "News: @mill",
            "mill@a.example",
            "jo@a.example: notes",
            "https://a.example/@mill",
            "Mill // Wheel",
        ] {
            assert_eq!(name_without_login(name).as_deref(), Some(name));
        }
    }
}
