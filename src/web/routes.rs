//! Addresses: what each leads to, and how it is written.

use url::form_urlencoded;

use crate::domain::{ArticleId, DigestId, SourceId, StoryId};

/// A path and a query may be this long together, in bytes.
pub const ADDRESS_BYTES_MAX: usize = 4096;
/// What ends the name of a feed.
pub(super) const ATOM: &str = ".atom";
const JSON_FEED: &str = ".json";
/// The name of a calendar.
pub(super) const CALENDAR: &str = "dates.ics";

/// What an address leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Route {
    Today,
    /// Every topic.
    Topics,
    /// A topic's stories, before an article where older ones are asked for.
    Topic {
        name: String,
        before: Option<ArticleId>,
    },
    TopicFeed {
        name: String,
        form: FeedForm,
        only_new: bool,
    },
    /// All stories as a feed.
    StoriesFeed {
        form: FeedForm,
        only_new: bool,
    },
    /// The dates of documents of a topic, or of all, as a calendar.
    Calendar {
        topic: Option<String>,
    },
    Story(StoryId),
    Article(ArticleId),
    Sources,
    Source(SourceId),
    Search(SearchTerms),
    SearchFeed(SearchTerms),
    Digests,
    Digest(DigestId),
    /// A digest's HTML as it was sent.
    SentDigest(DigestId),
    DigestFeed {
        name: String,
    },
    /// Which feeds there are, with their addresses.
    Feeds,
    /// All feeds as a reading list.
    Opml,
    Style,
    Icon,
    /// A kept picture, by its hash and the ending of its kind.
    Image(String),
    /// Below `/api/`: the rest of the path and the query.
    Api {
        path: String,
        query: Vec<(String, String)>,
    },
}

/// How a feed is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FeedForm {
    Atom,
    Json,
}

impl FeedForm {
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Atom => ATOM,
            Self::Json => JSON_FEED,
        }
    }
}

/// What a search asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SearchTerms {
    pub query: String,
    pub topic: Option<String>,
    pub source: Option<String>,
    /// How far back, as `7d`.
    pub since: Option<String>,
}

impl Route {
    /// Returns what a path and a query lead to, if to anything.
    pub fn parse(path: &str, query: &str) -> Option<Self> {
        let asked_by_program = path.starts_with("/api/");
        if path.len() + query.len() > ADDRESS_BYTES_MAX {
            // Programs are told so in their own form: no address is below `/api/` itself.
            let (path, query) = (String::new(), Vec::new());
            return asked_by_program.then_some(Self::Api { path, query });
        }
        let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let value = |key: &str| {
            let found = query.iter().find(|(own, _)| own == key).map(|(_, value)| value.trim());
            found.filter(|value| !value.is_empty()).map(str::to_owned)
        };
        let only_new = value("only").as_deref() == Some("new");
        let terms = || SearchTerms {
            query: value("q").unwrap_or_default(),
            topic: value("topic"),
            source: value("source"),
            since: value("since"),
        };
        let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        Some(match segments.as_slice() {
            [""] => Self::Today,
            ["topics"] => Self::Topics,
            ["topics", file] => match feed_name(file) {
                Some((name, form)) => Self::TopicFeed {
                    name: decoded(name)?,
                    form,
                    only_new,
                },
                None => Self::Topic {
                    name: decoded(file)?,
                    before: value("before").and_then(|id| id.parse().ok()).map(ArticleId),
                },
            },
            ["topics", name, CALENDAR] => Self::Calendar {
                topic: Some(decoded(name)?),
            },
            [CALENDAR] => Self::Calendar { topic: None },
            ["stories.atom"] => Self::StoriesFeed {
                form: FeedForm::Atom,
                only_new,
            },
            ["stories.json"] => Self::StoriesFeed {
                form: FeedForm::Json,
                only_new,
            },
            ["stories", id] => Self::Story(StoryId(number(id)?)),
            ["articles", id] => Self::Article(ArticleId(number(id)?)),
            ["sources"] => Self::Sources,
            ["sources", id] => Self::Source(SourceId(number(id)?)),
            ["search"] => Self::Search(terms()),
            ["search.atom"] => Self::SearchFeed(terms()),
            ["digests"] => Self::Digests,
            ["digests", file] => match (feed_name(file), file.strip_suffix(".html")) {
                (Some((name, FeedForm::Atom)), _) => Self::DigestFeed { name: decoded(name)? },
                (_, Some(id)) => Self::SentDigest(DigestId(number(id)?)),
                _ => Self::Digest(DigestId(number(file)?)),
            },
            ["feeds"] => Self::Feeds,
            ["feeds.opml"] => Self::Opml,
            ["style.css"] => Self::Style,
            ["icon.svg"] => Self::Icon,
            ["images", file] => Self::Image((*file).to_owned()),
            ["api", rest @ ..] => Self::Api {
                path: rest.join("/"),
                query,
            },
            _ => return None,
        })
    }

    /// Whether it is a page, which a person looks at.
    pub fn is_page(&self) -> bool {
        match self {
            Self::Today
            | Self::Topics
            | Self::Topic { .. }
            | Self::Story(_)
            | Self::Article(_)
            | Self::Sources
            | Self::Source(_)
            | Self::Search(_)
            | Self::Digests
            | Self::Digest(_)
            | Self::Feeds => true,
            Self::TopicFeed { .. }
            | Self::StoriesFeed { .. }
            | Self::Calendar { .. }
            | Self::SearchFeed(_)
            | Self::SentDigest(_)
            | Self::DigestFeed { .. }
            | Self::Opml
            | Self::Style
            | Self::Icon
            | Self::Image(_)
            | Self::Api { .. } => false,
        }
    }

    /// Returns the path and the query that lead here.
    pub fn path(&self) -> String {
        match self {
            Self::Today => "/".to_owned(),
            Self::Topics => "/topics".to_owned(),
            Self::Topic { name, before } => {
                let before = before.map(|id| ("before", id.to_string()));
                with_query(format!("/topics/{}", encoded(name)), before)
            }
            Self::TopicFeed { name, form, only_new } => {
                with_query(format!("/topics/{}{}", encoded(name), form.ending()), only(*only_new))
            }
            Self::StoriesFeed { form, only_new } => with_query(format!("/stories{}", form.ending()), only(*only_new)),
            Self::Calendar { topic: None } => format!("/{CALENDAR}"),
            Self::Calendar { topic: Some(name) } => format!("/topics/{}/{CALENDAR}", encoded(name)),
            Self::Story(id) => format!("/stories/{id}"),
            Self::Article(id) => format!("/articles/{id}"),
            Self::Sources => "/sources".to_owned(),
            Self::Source(id) => format!("/sources/{id}"),
            Self::Search(terms) => with_query("/search".to_owned(), terms.pairs()),
            Self::SearchFeed(terms) => with_query("/search.atom".to_owned(), terms.pairs()),
            Self::Digests => "/digests".to_owned(),
            Self::Digest(id) => format!("/digests/{id}"),
            Self::SentDigest(id) => format!("/digests/{id}.html"),
            Self::DigestFeed { name } => format!("/digests/{}{ATOM}", encoded(name)),
            Self::Feeds => "/feeds".to_owned(),
            Self::Opml => "/feeds.opml".to_owned(),
            Self::Style => "/style.css".to_owned(),
            Self::Icon => "/icon.svg".to_owned(),
            Self::Image(file) => format!("/images/{file}"),
            Self::Api { path, query } => {
                let pairs = query.iter().map(|(key, value)| (key.as_str(), value.clone()));
                with_query(format!("/api/{path}"), pairs)
            }
        }
    }
}

impl SearchTerms {
    fn pairs(&self) -> impl Iterator<Item = (&'static str, String)> {
        let query = Some(self.query.clone()).filter(|query| !query.is_empty());
        [
            ("q", query),
            ("topic", self.topic.clone()),
            ("source", self.source.clone()),
            ("since", self.since.clone()),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
    }
}

fn only(new: bool) -> Option<(&'static str, String)> {
    new.then(|| ("only", "new".to_owned()))
}

fn with_query<'a>(path: String, pairs: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    match query.is_empty() {
        true => path,
        false => format!("{path}?{query}"),
    }
}

/// Parts the name of a feed from its ending. A name that ends so itself is written with an encoded dot.
fn feed_name(file: &str) -> Option<(&str, FeedForm)> {
    let atom = file.strip_suffix(ATOM).map(|name| (name, FeedForm::Atom));
    atom.or_else(|| Some((file.strip_suffix(JSON_FEED)?, FeedForm::Json)))
}

fn number(text: &str) -> Option<i64> {
    // One address a thing: no signs, no zeros before it.
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| is_plain)
}

/// Writes a name as one segment of a path: everything but letters and digits of ASCII, `-` and `_` is encoded.
fn encoded(name: &str) -> String {
    encoded_but(name, b"-_")
}

/// Writes a text as one segment of a path: everything but letters and digits of ASCII and what is `plain` is encoded.
pub(super) fn encoded_but(name: &str, plain: &[u8]) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte.is_ascii_alphanumeric() || plain.contains(&byte) {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn decoded(segment: &str) -> Option<String> {
    let bytes = segment.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'%' {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        let digits = std::str::from_utf8(bytes.get(at + 1..at + 3)?).ok()?;
        out.push(u8::from_str_radix(digits, 16).ok()?);
        at += 3;
    }
    String::from_utf8(out).ok().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(address: &str) -> Option<Route> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        Route::parse(path, query)
    }

    #[test]
    fn every_route_has_one_address() {
        let names = ["Face scans", "a/b", "..", "x.atom", "q?&=#%", "Überwachung", "顔認証"];
        let terms = SearchTerms {
            query: "\"a b\" AND c:d & +".to_owned(),
            topic: Some("Überwachung".to_owned()),
            ..SearchTerms::default()
        };
        let mut routes = vec![
            Route::Today,
            Route::Topics,
            Route::Story(StoryId(12)),
            Route::Article(ArticleId(3)),
            Route::Sources,
            Route::Source(SourceId(4)),
            Route::Search(terms.clone()),
            Route::SearchFeed(terms),
            Route::Digests,
            Route::Digest(DigestId(9)),
            Route::SentDigest(DigestId(9)),
            Route::Feeds,
            Route::Opml,
            Route::StoriesFeed {
                form: FeedForm::Json,
                only_new: true,
            },
            Route::Calendar { topic: None },
        ];
        for name in names {
            let name = name.to_owned();
            routes.push(Route::Topic {
                name: name.clone(),
                before: Some(ArticleId(7)),
            });
            for form in [FeedForm::Atom, FeedForm::Json] {
                routes.push(Route::TopicFeed {
                    name: name.clone(),
                    form,
                    only_new: false,
                });
            }
            let topic = Some(name.clone());
            routes.push(Route::Calendar { topic });
            routes.push(Route::DigestFeed { name });
        }
        for route in routes {
            assert_eq!(parse(&route.path()), Some(route.clone()), "{}", route.path());
            assert!(!route.path().contains("/../"));
        }
    }

    #[test]
    fn what_leads_nowhere_is_no_route() {
        for address in [
            "",
            "x",
            "/nothing",
            "/stories/",
            "/stories/x",
            "/stories/-1",
            "/stories/01",
            "/topics/%zz",
            "/topics/%ff",
            "//",
            "/stories/1/2",
        ] {
            assert_eq!(parse(address), None, "{address}");
        }
    }

    proptest! {
        #[test]
        fn any_name_comes_back(name in "\\PC{1,40}") {
            let route = Route::Topic { name, before: None };
            prop_assert_eq!(parse(&route.path()), Some(route));
        }

        #[test]
        fn any_address_is_read(path in "\\PC{0,60}", query in "\\PC{0,60}") {
            Route::parse(&path, &query);
        }
    }
}
