//! What is gathered about a feed or an entry while it is read.
//!
//! The same thing is said in several vocabularies, in any order. Each way of saying it has a rank, and the lowest
//! rank wins, the first of equals. Nothing is resolved or cleaned here.

use crate::domain::Timestamp;
use crate::domain::feed::{Enclosure, Entry, Markup};
use crate::feed::NAME_BYTES_MAX;
use crate::text::head;

/// The most authors, categories or enclosures kept of one entry.
const LIST_MAX: usize = 100;

/// The rank of what is said within an attached file.
pub const MEDIA_RANK: u8 = 6;

/// A value and how directly it was said.
#[derive(Debug, Clone)]
pub struct Ranked<T>(Option<(u8, T)>);

impl<T> Default for Ranked<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Ranked<T> {
    /// Keeps a value unless a better one is known.
    pub fn offer(&mut self, rank: u8, value: T) {
        if self.0.as_ref().is_none_or(|(known, _)| rank < *known) {
            self.0 = Some((rank, value));
        }
    }

    /// Whether the best value was said as directly as this, or more so.
    pub fn is_said(&self, rank: u8) -> bool {
        self.0.as_ref().is_some_and(|(known, _)| *known <= rank)
    }

    /// Returns the best value.
    pub fn take(&mut self) -> Option<T> {
        self.0.take().map(|(_, value)| value)
    }
}

/// A feed or an entry as far as it has been read.
#[derive(Debug, Default)]
pub struct FeedItem {
    pub id: Ranked<String>,
    pub title: Ranked<String>,
    pub link: Ranked<String>,
    /// The publisher's own link, where a service put another in its place.
    pub original_link: Ranked<String>,
    pub published: Ranked<Timestamp>,
    pub updated: Ranked<Timestamp>,
    pub summary: Ranked<Markup>,
    pub content: Ranked<Markup>,
    pub language: Ranked<String>,
    pub publisher: Ranked<String>,
    authors: Vec<(u8, String)>,
    enclosures: Vec<(u8, Enclosure)>,
    categories: Vec<String>,
}

impl FeedItem {
    /// Adds an author; only those of the best rank are kept in the end.
    pub fn author(&mut self, rank: u8, mut name: String) {
        name.truncate(head(&name, NAME_BYTES_MAX).len());
        if self.authors.len() < LIST_MAX && !name.is_empty() && !self.authors.iter().any(|(_, known)| *known == name) {
            self.authors.push((rank, name));
        }
    }

    /// Adds a category once.
    pub fn category(&mut self, mut name: String) {
        name.truncate(head(&name, NAME_BYTES_MAX).len());
        if self.categories.len() < LIST_MAX && !name.is_empty() && !self.categories.contains(&name) {
            self.categories.push(name);
        }
    }

    /// Adds an attached file once.
    pub fn enclosure(&mut self, rank: u8, enclosure: Enclosure) {
        let is_known = self.enclosures.iter().any(|(_, known)| known.url == enclosure.url);
        if self.enclosures.len() < LIST_MAX && !enclosure.url.is_empty() && !is_known {
            self.enclosures.push((rank, enclosure));
        }
    }

    /// Returns the authors of the best rank; an address stands only where there is no name.
    pub fn take_authors(&mut self) -> Vec<String> {
        let authors = std::mem::take(&mut self.authors);
        let is_address = |name: &str| name.contains('@') && !name.contains(' ');
        let worth = |(rank, name): &(u8, String)| *rank + if is_address(name) { 100 } else { 0 };
        let best = authors.iter().map(worth).min().unwrap_or(0);
        authors
            .into_iter()
            .filter(|author| worth(author) == best)
            .map(|author| author.1)
            .collect()
    }

    /// Returns the finished entry.
    pub fn into_entry(mut self) -> Entry {
        self.enclosures.sort_by_key(|(rank, _)| *rank);
        // Beside an entry's own text, what is said of its picture or film is no summary of it.
        let is_of_file = !self.summary.is_said(MEDIA_RANK - 1) && self.content.is_said(u8::MAX);
        let summary = self.summary.take().filter(|_| !is_of_file);
        Entry {
            id: self.id.take(),
            title: self.title.take(),
            link: self.link.take(),
            original_link: self.original_link.take(),
            published: self.published.take(),
            updated: self.updated.take(),
            authors: self.take_authors(),
            summary,
            content: self.content.take(),
            categories: self.categories,
            enclosures: self.enclosures.into_iter().map(|(_, enclosure)| enclosure).collect(),
            language: self.language.take(),
            publisher: self.publisher.take(),
            record: Vec::new(),
            publisher_domain: None,
        }
    }
}
