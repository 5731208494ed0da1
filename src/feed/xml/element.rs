//! What an element means: one table for all versions of RSS and Atom and the modules beside them.

use super::item::MEDIA_RANK;
use super::names::Space;
use crate::feed::html_to_text::lowercase;

/// The longest element name that is looked up, in bytes.
const NAME_BYTES_MAX: usize = 24;

/// Where in a feed the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedPosition {
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
pub enum FeedField {
    Id(u8),
    Title(u8),
    Link(u8),
    /// Where the publisher's own link led, before a service put its own in its place.
    OriginalLink,
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

impl FeedField {
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
    Text(FeedField),
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
pub fn meaning(place: FeedPosition, space: Space, local: &str) -> Meaning {
    let mut buffer = [0; NAME_BYTES_MAX];
    let name = lowercase(local, &mut buffer);
    match space {
        Space::Core | Space::Atom if matches!(name, "item" | "entry") && place != FeedPosition::Source => {
            Meaning::Entry
        }
        Space::Core | Space::Atom => core(place, name, space),
        _ if matches!(place, FeedPosition::Ignored | FeedPosition::Outside) => Meaning::Ignored,
        Space::Dc | Space::DcTerms => dublin_core(place, name),
        Space::Content => match name {
            "encoded" => Meaning::Text(FeedField::Content(0)),
            _ => Meaning::Ignored,
        },
        Space::Media => media(name),
        Space::Itunes => itunes(name),
        Space::Syndication if place == FeedPosition::Feed => match name {
            "updateperiod" => Meaning::Text(FeedField::Period),
            "updatefrequency" => Meaning::Text(FeedField::Frequency),
            _ => Meaning::Ignored,
        },
        Space::Relay if place == FeedPosition::Entry && name == "origlink" => Meaning::Text(FeedField::OriginalLink),
        Space::Xhtml if matches!(name, "body" | "div") && place == FeedPosition::Entry => {
            Meaning::Text(FeedField::Content(2))
        }
        _ => Meaning::Ignored,
    }
}

fn core(place: FeedPosition, name: &str, space: Space) -> Meaning {
    match place {
        FeedPosition::Person(_) => match name {
            "name" => Meaning::Text(FeedField::PersonName),
            "email" => Meaning::Text(FeedField::PersonMail),
            _ => Meaning::Ignored,
        },
        FeedPosition::Skip => match name {
            "hour" => Meaning::Text(FeedField::Hour),
            "day" => Meaning::Text(FeedField::Day),
            _ => Meaning::Ignored,
        },
        FeedPosition::Feed | FeedPosition::Entry | FeedPosition::Source => described(place, name, space),
        FeedPosition::Outside if name == "channel" => Meaning::Feed,
        FeedPosition::Outside | FeedPosition::Group | FeedPosition::Ignored => Meaning::Ignored,
    }
}

fn described(place: FeedPosition, name: &str, space: Space) -> Meaning {
    let is_feed = place == FeedPosition::Feed;
    // What another vocabulary says beside an item's own words counts less.
    let rank = u8::from(space == Space::Atom);
    match name {
        "title" => Meaning::Text(FeedField::Title(rank)),
        "link" => Meaning::Link,
        "url" => Meaning::Text(FeedField::Link(3)),
        "guid" => Meaning::Guid,
        "id" => Meaning::Text(FeedField::Id(rank)),
        "description" | "tagline" | "subtitle" | "summary" | "abstract" => Meaning::Text(FeedField::Summary(rank)),
        "info" if is_feed => Meaning::Text(FeedField::Summary(3)),
        "content" if !is_feed => Meaning::Content,
        "body" | "fullitem" if !is_feed => Meaning::Text(FeedField::Content(3)),
        "pubdate" | "published" | "issued" => Meaning::Text(FeedField::Published(rank)),
        "created" => Meaning::Text(FeedField::Published(4)),
        "date" => Meaning::Text(FeedField::Published(3)),
        "updated" | "modified" | "lastbuilddate" => Meaning::Text(FeedField::Updated(rank)),
        "author" if space == Space::Atom => Meaning::Person(0),
        "author" => Meaning::Text(FeedField::Author(0)),
        "contributor" => Meaning::Person(5),
        "managingeditor" => Meaning::Text(FeedField::Author(2)),
        "creator" => Meaning::Text(FeedField::Author(0)),
        "category" => Meaning::Category,
        "keywords" => Meaning::Text(FeedField::Keywords),
        "enclosure" => Meaning::Enclosure,
        "source" if space == Space::Atom => Meaning::Source,
        "source" => Meaning::RssSource,
        "language" => Meaning::Text(FeedField::Language(0)),
        "ttl" => Meaning::Text(FeedField::Ttl),
        "skiphours" | "skipdays" => Meaning::Skip,
        "channel" | "feed" if is_feed => Meaning::Feed,
        _ => Meaning::Ignored,
    }
}

fn dublin_core(place: FeedPosition, name: &str) -> Meaning {
    Meaning::Text(match name {
        "title" => FeedField::Title(2),
        "identifier" => FeedField::Id(4),
        "description" | "abstract" => FeedField::Summary(2),
        "creator" => FeedField::Author(0),
        "date" | "issued" | "available" if place == FeedPosition::Feed => FeedField::Updated(3),
        "date" | "issued" => FeedField::Published(2),
        "created" => FeedField::Published(3),
        "modified" => FeedField::Updated(2),
        "subject" => FeedField::Category,
        "language" => FeedField::Language(1),
        "source" => FeedField::Publisher(3),
        _ => return Meaning::Ignored,
    })
}

fn media(name: &str) -> Meaning {
    match name {
        "group" => Meaning::Group,
        "content" => Meaning::MediaContent,
        "thumbnail" => Meaning::MediaThumbnail,
        "title" => Meaning::Text(FeedField::Title(MEDIA_RANK)),
        "description" => Meaning::Text(FeedField::Summary(MEDIA_RANK)),
        "keywords" => Meaning::Text(FeedField::Keywords),
        "category" => Meaning::Text(FeedField::Category),
        _ => Meaning::Ignored,
    }
}

fn itunes(name: &str) -> Meaning {
    match name {
        "category" => Meaning::ItunesCategory,
        "author" => Meaning::Text(FeedField::Author(3)),
        "summary" => Meaning::Text(FeedField::Summary(4)),
        "subtitle" => Meaning::Text(FeedField::Summary(5)),
        "title" => Meaning::Text(FeedField::Title(5)),
        "keywords" => Meaning::Text(FeedField::Keywords),
        _ => Meaning::Ignored,
    }
}

/// Whether an element cannot stand inside a text, so that the text before it was never closed.
pub fn ends_text(field: FeedField, space: Space, local: &str) -> bool {
    let mut buffer = [0; NAME_BYTES_MAX];
    let name = lowercase(local, &mut buffer);
    match space {
        Space::Core | Space::Atom => match name {
            "item" | "entry" | "pubdate" | "guid" | "channel" | "description" | "enclosure" | "updated"
            | "published" | "lastbuilddate" | "comments" => true,
            // HTML knows these too.
            "link" | "title" | "author" | "category" | "content" | "summary" => {
                !field.is_markup() || matches!(field, FeedField::Title(_))
            }
            _ => false,
        },
        Space::Dc | Space::DcTerms | Space::Content | Space::Media | Space::Itunes | Space::Relay => true,
        _ => false,
    }
}
