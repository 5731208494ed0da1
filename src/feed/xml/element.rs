//! What an element means: one table for all versions of RSS and Atom and the modules beside them.

use super::names::Space;
use crate::feed::html_to_text::lowercase;

/// The longest element name that is looked up, in bytes.
const NAME_BYTES_MAX: usize = 24;

/// Where in a feed the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Before or around the root element.
    Outside,
    Feed,
    Entry,
    /// The feed an entry was taken from.
    Source,
    /// An author; the rank tells whose word counts.
    Person(u8),
    /// `skipHours`, `skipDays`
    Skip,
    /// `media:group`, `media:content`, `itunes:category`: what is inside speaks about what is around.
    Group,
    /// Of no interest, with all that is inside.
    Ignored,
}

/// A piece of text that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Id(u8),
    Title(u8),
    Link(u8),
    Published(u8),
    Updated(u8),
    Summary(u8),
    Content(u8),
    Language(u8),
    Author(u8),
    PersonName,
    PersonMail,
    Category,
    Keywords,
    Publisher(u8),
    Ttl,
    Period,
    Frequency,
    Hour,
    Day,
}

impl Field {
    /// Whether the field may be marked up.
    pub fn is_markup(self) -> bool {
        matches!(self, Self::Summary(_) | Self::Content(_) | Self::Title(_))
    }
}

/// What to do with an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    Feed,
    Entry,
    Source,
    Person(u8),
    Skip,
    Group,
    Ignored,
    Text(Field),
    /// A link by attribute (Atom) or by text (RSS).
    Link,
    Enclosure,
    Category,
    MediaContent,
    MediaThumbnail,
    ItunesCategory,
    RssSource,
    /// `content` of an Atom entry, which may also only point to it.
    Content,
    Guid,
}

/// Returns what an element means at its place.
pub fn meaning(place: Place, space: Space, local: &str) -> Meaning {
    let mut buffer = [0; NAME_BYTES_MAX];
    let name = lowercase(local, &mut buffer);
    match space {
        Space::Core | Space::Atom if matches!(name, "item" | "entry") && place != Place::Source => Meaning::Entry,
        Space::Core | Space::Atom => core(place, name, space),
        _ if matches!(place, Place::Ignored | Place::Outside) => Meaning::Ignored,
        Space::Dc | Space::DcTerms => dublin_core(place, name),
        Space::Content => match name {
            "encoded" => Meaning::Text(Field::Content(0)),
            _ => Meaning::Ignored,
        },
        Space::Media => media(name),
        Space::Itunes => itunes(name),
        Space::Syndication if place == Place::Feed => match name {
            "updateperiod" => Meaning::Text(Field::Period),
            "updatefrequency" => Meaning::Text(Field::Frequency),
            _ => Meaning::Ignored,
        },
        Space::Xhtml if matches!(name, "body" | "div") && place == Place::Entry => Meaning::Text(Field::Content(2)),
        _ => Meaning::Ignored,
    }
}

fn core(place: Place, name: &str, space: Space) -> Meaning {
    match place {
        Place::Person(_) => match name {
            "name" => Meaning::Text(Field::PersonName),
            "email" => Meaning::Text(Field::PersonMail),
            _ => Meaning::Ignored,
        },
        Place::Skip => match name {
            "hour" => Meaning::Text(Field::Hour),
            "day" => Meaning::Text(Field::Day),
            _ => Meaning::Ignored,
        },
        Place::Feed | Place::Entry | Place::Source => described(place, name, space),
        Place::Outside if name == "channel" => Meaning::Feed,
        Place::Outside | Place::Group | Place::Ignored => Meaning::Ignored,
    }
}

fn described(place: Place, name: &str, space: Space) -> Meaning {
    let is_feed = place == Place::Feed;
    // What another vocabulary says beside an item's own words counts less.
    let rank = u8::from(space == Space::Atom);
    match name {
        "title" => Meaning::Text(Field::Title(rank)),
        "link" => Meaning::Link,
        "url" => Meaning::Text(Field::Link(3)),
        "guid" => Meaning::Guid,
        "id" => Meaning::Text(Field::Id(rank)),
        "description" | "tagline" | "subtitle" | "summary" | "abstract" => Meaning::Text(Field::Summary(rank)),
        "info" if is_feed => Meaning::Text(Field::Summary(3)),
        "content" if !is_feed => Meaning::Content,
        "body" | "fullitem" if !is_feed => Meaning::Text(Field::Content(3)),
        "pubdate" | "published" | "issued" => Meaning::Text(Field::Published(rank)),
        "created" => Meaning::Text(Field::Published(4)),
        "date" => Meaning::Text(Field::Published(3)),
        "updated" | "modified" | "lastbuilddate" => Meaning::Text(Field::Updated(rank)),
        "author" if space == Space::Atom => Meaning::Person(0),
        "author" => Meaning::Text(Field::Author(0)),
        "contributor" => Meaning::Person(5),
        "managingeditor" => Meaning::Text(Field::Author(2)),
        "creator" => Meaning::Text(Field::Author(0)),
        "category" => Meaning::Category,
        "keywords" => Meaning::Text(Field::Keywords),
        "enclosure" => Meaning::Enclosure,
        "source" if space == Space::Atom => Meaning::Source,
        "source" => Meaning::RssSource,
        "language" => Meaning::Text(Field::Language(0)),
        "ttl" => Meaning::Text(Field::Ttl),
        "skiphours" | "skipdays" => Meaning::Skip,
        "channel" | "feed" if is_feed => Meaning::Feed,
        _ => Meaning::Ignored,
    }
}

fn dublin_core(place: Place, name: &str) -> Meaning {
    Meaning::Text(match name {
        "title" => Field::Title(2),
        "identifier" => Field::Id(4),
        "description" | "abstract" => Field::Summary(2),
        "creator" => Field::Author(0),
        "date" | "issued" | "available" if place == Place::Feed => Field::Updated(3),
        "date" | "issued" => Field::Published(2),
        "created" => Field::Published(3),
        "modified" => Field::Updated(2),
        "subject" => Field::Category,
        "language" => Field::Language(1),
        "source" => Field::Publisher(3),
        _ => return Meaning::Ignored,
    })
}

fn media(name: &str) -> Meaning {
    match name {
        "group" => Meaning::Group,
        "content" => Meaning::MediaContent,
        "thumbnail" => Meaning::MediaThumbnail,
        "title" => Meaning::Text(Field::Title(6)),
        "description" => Meaning::Text(Field::Summary(6)),
        "keywords" => Meaning::Text(Field::Keywords),
        "category" => Meaning::Text(Field::Category),
        _ => Meaning::Ignored,
    }
}

fn itunes(name: &str) -> Meaning {
    match name {
        "category" => Meaning::ItunesCategory,
        "author" => Meaning::Text(Field::Author(3)),
        "summary" => Meaning::Text(Field::Summary(4)),
        "subtitle" => Meaning::Text(Field::Summary(5)),
        "title" => Meaning::Text(Field::Title(5)),
        "keywords" => Meaning::Text(Field::Keywords),
        _ => Meaning::Ignored,
    }
}

/// Whether an element cannot stand inside a text, so that the text before it was never closed.
pub fn ends_text(field: Field, space: Space, local: &str) -> bool {
    let mut buffer = [0; NAME_BYTES_MAX];
    let name = lowercase(local, &mut buffer);
    match space {
        Space::Core | Space::Atom => match name {
            "item" | "entry" | "pubdate" | "guid" | "channel" | "description" | "enclosure" | "updated"
            | "published" | "lastbuilddate" | "comments" => true,
            // HTML knows these too.
            "link" | "title" | "author" | "category" | "content" | "summary" => {
                !field.is_markup() || matches!(field, Field::Title(_))
            }
            _ => false,
        },
        Space::Dc | Space::DcTerms | Space::Content | Space::Media | Space::Itunes => true,
        _ => false,
    }
}
