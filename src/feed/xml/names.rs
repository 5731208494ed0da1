//! Names: which vocabulary an element belongs to, and what it means there.
//!
//! Namespaces are known by address; a prefix that was never declared, or declared with an address nobody knows, means
//! what it means everywhere else. Element names are compared without case: feeds in the wild write `<PubDate>`.

/// The vocabularies that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// RSS of all versions, and what has no namespace.
    Core,
    Atom,
    Dc,
    DcTerms,
    Content,
    Media,
    Itunes,
    Syndication,
    /// Services that publish a feed for someone else: FeedBurner, and Pheedo before it.
    Relay,
    Xhtml,
    Rdf,
    Other,
}

/// Beginnings of namespace addresses, in lower case.
const ADDRESSES: &[(&str, Space)] = &[
    ("http://www.w3.org/2005/atom", Space::Atom),
    ("https://www.w3.org/2005/atom", Space::Atom),
    ("http://purl.org/atom/", Space::Atom),
    ("http://purl.org/echo", Space::Atom),
    ("http://purl.org/pie", Space::Atom),
    ("http://example.com/newformat#", Space::Atom),
    ("http://example.com/necho", Space::Atom),
    ("uri/of/echo/namespace#", Space::Atom),
    ("http://purl.org/dc/elements/", Space::Dc),
    ("http://dublincore.org/documents/dcmi", Space::Dc),
    ("http://purl.org/dc/terms/", Space::DcTerms),
    ("http://purl.org/rss/1.0/modules/dcterms", Space::DcTerms),
    ("http://purl.org/rss/1.0/modules/dc", Space::Dc),
    ("http://purl.org/rss/1.0/modules/content", Space::Content),
    ("http://purl.org/rss/1.0/modules/syndication", Space::Syndication),
    ("http://purl.org/rss/1.0/modules/", Space::Other),
    ("http://purl.org/rss/", Space::Core),
    ("http://purl.org/net/rss1.1#", Space::Core),
    ("http://my.netscape.com/", Space::Core),
    ("http://channel.netscape.com/", Space::Core),
    ("http://backend.userland.com/", Space::Core),
    ("http://blogs.law.harvard.edu/tech/rss", Space::Core),
    ("http://cyber.law.harvard.edu/rss", Space::Core),
    ("http://search.yahoo.com/mrss", Space::Media),
    ("https://search.yahoo.com/mrss", Space::Media),
    ("http://www.rssboard.org/media-rss", Space::Media),
    ("http://www.itunes.com/", Space::Itunes),
    ("https://www.itunes.com/", Space::Itunes),
    ("http://example.com/dtds/podcast", Space::Itunes),
    ("http://rssnamespace.org/feedburner/ext/", Space::Relay),
    ("https://rssnamespace.org/feedburner/ext/", Space::Relay),
    ("http://www.pheedo.com/namespace/pheedo", Space::Relay),
    ("http://www.w3.org/1999/xhtml", Space::Xhtml),
    ("http://www.w3.org/1999/02/22-rdf-syntax", Space::Rdf),
];

/// What a prefix means where nothing else says so.
const PREFIXES: &[(&str, Space)] = &[
    ("atom", Space::Atom),
    ("atom10", Space::Atom),
    ("a10", Space::Atom),
    ("dc", Space::Dc),
    ("dcterms", Space::DcTerms),
    ("content", Space::Content),
    ("media", Space::Media),
    ("itunes", Space::Itunes),
    ("sy", Space::Syndication),
    ("feedburner", Space::Relay),
    ("pheedo", Space::Relay),
    ("xhtml", Space::Xhtml),
    ("rdf", Space::Rdf),
    ("rss", Space::Core),
];

/// Returns the vocabulary an address names.
fn by_address(address: &str) -> Option<Space> {
    let address = address.trim();
    ADDRESSES
        .iter()
        .find(|(start, _)| {
            address
                .get(..start.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(start))
        })
        .map(|row| row.1)
}

fn by_prefix(prefix: &str) -> Option<Space> {
    PREFIXES
        .iter()
        .find(|row| row.0.eq_ignore_ascii_case(prefix))
        .map(|row| row.1)
}

/// Returns the vocabulary a declaration binds its prefix to; the empty prefix is the default namespace.
pub fn bound(prefix: &str, address: &str) -> Space {
    by_address(address).unwrap_or_else(|| match prefix {
        "" => Space::Core,
        _ => by_prefix(prefix).unwrap_or(Space::Other),
    })
}

/// Returns the vocabulary of a prefix without a declaration.
pub fn undeclared(prefix: &str) -> Space {
    match prefix {
        "" => Space::Core,
        _ => by_prefix(prefix).unwrap_or(Space::Other),
    }
}

/// Splits a name into prefix and local name.
pub fn parts(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}
