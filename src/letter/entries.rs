//! A letter as entries: itself, or where it is a list of links, one for each.

use std::fmt::Write as _;

use super::outlet::page_domain;
use super::{Letter, outlet};
use crate::domain::feed::{Entry, Markup};
use crate::extract::own_web_version;

/// A letter with fewer links to articles is no list of them.
const LINKS_MIN: usize = 3;

/// Returns what a letter is known by: its Message-ID, else the part of its file's name that stays.
pub fn key(message_id: Option<&str>, file: &str) -> String {
    match message_id {
        Some(id) => address(id),
        None => address(&format!("{file}@maildir.invalid")),
    }
}

/// Returns a letter's entries. The first is always known by the letter's own key, so that a letter which was read is known.
pub fn entries(letter: &Letter, key: &str, takes_links: bool) -> Vec<Entry> {
    if takes_links && letter.body.links.len() >= LINKS_MIN {
        return linked(letter, key);
    }
    let outlet = outlet(letter);
    let web_version = letter.body.web_version.as_ref();
    let web_version = web_version.and_then(|link| own_web_version(link, &page_domain(letter)?));
    vec![Entry {
        id: Some(key.to_owned()),
        title: letter.subject.clone(),
        link: Some(web_version.map_or_else(|| key.to_owned(), String::from)),
        published: letter.sent_at,
        authors: letter.body.authors.clone(),
        content: Some(Markup::markdown(letter.body.markdown.clone())),
        publisher: outlet.name,
        publisher_domain: outlet.domain,
        ..Entry::default()
    }]
}

fn linked(letter: &Letter, key: &str) -> Vec<Entry> {
    let links = letter.body.links.iter().enumerate();
    let entry = |(at, link): (usize, &crate::extract::LetterLink)| Entry {
        id: Some(match at {
            0 => key.to_owned(),
            at => format!("{key}#{at}"),
        }),
        title: Some(link.title.clone()),
        link: Some(link.url.to_string()),
        published: letter.sent_at,
        summary: Some(link.text.clone())
            .filter(|text| !text.is_empty())
            .map(Markup::text),
        // Whoever stands behind the link publishes it, not who sent the letter.
        publisher: link
            .url
            .host_str()
            .map(|host| host.trim_start_matches("www.").to_owned()),
        ..Entry::default()
    };
    links.map(entry).collect()
}

/// Returns the address of a message (RFC 2392).
fn address(id: &str) -> String {
    let mut address = String::from("mid:");
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b'@'
            | b'!'
            | b'$'
            | b'&'
            | b'\''
            | b'('
            | b')'
            | b'*'
            | b'+'
            | b','
            | b';'
            | b'='
            | b':' => address.push(char::from(byte)),
            byte => write!(address, "%{byte:02X}").expect("writing to a string never fails"),
        }
    }
    address
}
