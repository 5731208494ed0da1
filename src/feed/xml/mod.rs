//! RSS of all versions, RDF and Atom, read in one pass and without a tree.
//!
//! The reader keeps the list of open elements and closes them itself when the feed does not: an end tag closes
//! everything inside its element, a new item closes the one before. What is not understood is passed over with all
//! it contains, except for items, which are found anywhere. Never fails: what is no feed yields none.

mod capture;
mod element;
mod entities;
mod fields;
mod item;
mod names;
mod tokens;

use url::Url;

use self::capture::Capture;
use self::element::{FeedPosition, Meaning};
use self::entities::Entities;
use self::item::{FeedItem, Ranked};
use self::names::Space;
use self::tokens::{Tokens, XmlToken};
use super::date::DayOrder;
use super::{BASE_BYTES_MAX, DEPTH_MAX, ENTRIES_MAX, LANGUAGE_BYTES_MAX, NAMESPACES_MAX};
use crate::domain::feed::{Entry, Feed, FeedKind};

/// An element whose end has not come yet.
#[derive(Debug)]
struct Open<'a> {
    name: &'a str,
    /// Where what is inside stands.
    place: FeedPosition,
    bindings: usize,
    bases: usize,
    languages: usize,
}

/// What only feeds have.
#[derive(Debug, Default)]
struct Pace {
    ttl_minutes: Option<u32>,
    period_minutes: Option<u32>,
    frequency: Option<u32>,
    skip_hours: Vec<u8>,
    skip_days: Vec<u8>,
}

/// An author as far as he has been read.
#[derive(Debug, Default)]
struct Person {
    name: Ranked<String>,
    mail: Ranked<String>,
}

struct Reader<'a> {
    day_order: DayOrder,
    /// The orders that only fitted, each once.
    day_orders: Vec<DayOrder>,
    kind: Option<FeedKind>,
    document_base: Option<&'a Url>,
    open: Vec<Open<'a>>,
    bindings: Vec<(&'a str, Space)>,
    bases: Vec<Url>,
    languages: Vec<String>,
    entities: Entities,
    capture: Option<Capture>,
    feed: FeedItem,
    entry: Option<FeedItem>,
    /// The feed the entry was taken from.
    source: FeedItem,
    person: Person,
    pace: Pace,
    entries: Vec<Entry>,
    warnings: Vec<String>,
}

/// Returns the feed in a text, if its root is one, and what was wrong with it.
pub fn read(text: &str, base: Option<&Url>) -> Option<(Feed, Vec<String>)> {
    let mut reader = read_in(text, base, DayOrder::MonthFirst)?;
    // A feed has one order, and one of its dates may tell which.
    if reader.day_orders == [DayOrder::DayFirst] {
        reader = read_in(text, base, DayOrder::DayFirst)?;
    }
    reader.finish()
}

fn read_in<'a>(text: &'a str, base: Option<&'a Url>, day_order: DayOrder) -> Option<Reader<'a>> {
    let mut reader = Reader {
        day_order,
        day_orders: Vec::new(),
        kind: None,
        document_base: base,
        open: Vec::with_capacity(16),
        bindings: Vec::new(),
        bases: Vec::new(),
        languages: Vec::new(),
        entities: Entities::default(),
        capture: None,
        feed: FeedItem::default(),
        entry: None,
        source: FeedItem::default(),
        person: Person::default(),
        pace: Pace::default(),
        entries: Vec::new(),
        warnings: Vec::new(),
    };
    let mut tokens = Tokens::new(text);
    for token in tokens.by_ref() {
        match token {
            XmlToken::Start { name, .. } if reader.kind.is_none() && name.eq_ignore_ascii_case("html") => return None,
            XmlToken::Start {
                name,
                attributes,
                is_empty,
            } => reader.start(name, attributes, is_empty),
            XmlToken::End(name) => reader.end(name),
            XmlToken::DocType(text) => reader.entities.declare(text),
            XmlToken::Text(text) => {
                if let Some(capture) = &mut reader.capture {
                    capture.text(text);
                }
            }
            XmlToken::CData(text) => {
                if let Some(capture) = &mut reader.capture {
                    capture.cdata(text);
                }
            }
            XmlToken::Reference(name) => {
                if let Some(capture) = &mut reader.capture {
                    capture.reference(name, reader.entities.expand(name));
                }
            }
        }
        if reader.entries.len() >= ENTRIES_MAX {
            reader
                .warnings
                .push(format!("only the first {ENTRIES_MAX} entries were read"));
            break;
        }
    }
    let damage = tokens.damage.map(|damage| format!("broken XML: {damage}"));
    if !reader.open.is_empty() {
        reader.warnings.push("the feed ends before its elements do".to_owned());
        reader.close_to(0);
        // The item that was open at the limit is one more.
        reader.entries.truncate(ENTRIES_MAX);
    }
    reader.warnings.extend(damage);
    Some(reader)
}

impl<'a> Reader<'a> {
    fn place(&self) -> FeedPosition {
        self.open.last().map_or(FeedPosition::Outside, |open| open.place)
    }

    /// Whether an extension's element within an entry is open: what looks like an item in it is its own (an earlier
    /// version, say), not one of the feed.
    fn is_inside_extension(&self) -> bool {
        let entry = self.open.iter().rposition(|open| open.place == FeedPosition::Entry);
        entry.is_some_and(|entry| {
            let inside = &self.open[entry + 1..];
            inside
                .iter()
                .any(|open| open.place == FeedPosition::Ignored && open.name.contains(':'))
        })
    }

    fn space(&self, prefix: &str) -> Space {
        let bound = self.bindings.iter().rev().find(|(own, _)| *own == prefix);
        bound.map_or_else(|| names::undeclared(prefix), |(_, space)| *space)
    }

    fn start(&mut self, name: &'a str, attributes: &'a str, is_empty: bool) {
        let mut open = Open {
            name,
            place: FeedPosition::Ignored,
            bindings: self.bindings.len(),
            bases: self.bases.len(),
            languages: self.languages.len(),
        };
        if attributes.contains("xml") {
            self.declare(attributes);
        }
        let (prefix, local) = names::parts(name);
        let space = self.space(prefix);
        if let Some(capture) = &mut self.capture {
            let depth = capture.depth;
            if capture.form == capture::Form::Xhtml || !element::ends_text(capture.field, space, local) {
                capture.start(name, attributes, is_empty, self.open.len());
                self.opened(open, is_empty);
                return;
            }
            self.warnings.push(format!(
                "<{}> not closed",
                self.open.get(depth).map_or("", |open| open.name)
            ));
            self.close_to(depth);
        }
        if self.kind.is_none() {
            open.place = self.root(space, local);
            self.opened(open, is_empty);
            return;
        }
        let mut meaning = element::meaning(self.place(), space, local);
        // An empty item within an item holds nothing and closes nothing.
        let is_hollow = is_empty && attributes.is_empty() && self.entry.is_some();
        if meaning == Meaning::Entry && (is_hollow || self.is_inside_extension()) {
            meaning = Meaning::Ignored;
        }
        if meaning == Meaning::Entry {
            self.begin_entry(attributes);
        }
        open.place = self.begin(meaning, space, attributes);
        self.opened(open, is_empty);
    }

    /// Puts an element on the list; an empty one is closed at once.
    fn opened(&mut self, open: Open<'a>, is_empty: bool) {
        // Beyond the limit nothing can be of interest; unmatched end tags are passed over anyway.
        if self.open.len() >= DEPTH_MAX {
            self.leave(&open);
            if self.capture.as_ref().is_some_and(|capture| capture.depth >= DEPTH_MAX) {
                self.capture = None;
            }
            return;
        }
        if !is_empty {
            self.open.push(open);
            return;
        }
        if self
            .capture
            .as_ref()
            .is_some_and(|capture| capture.depth < self.open.len())
        {
            self.leave(&open);
            return;
        }
        self.open.push(open);
        self.close_to(self.open.len() - 1);
    }

    fn leave(&mut self, open: &Open<'a>) {
        self.bindings.truncate(open.bindings);
        self.bases.truncate(open.bases);
        self.languages.truncate(open.languages);
    }

    fn end(&mut self, name: &str) {
        let local = names::parts(name).1;
        let found = self
            .open
            .iter()
            .rposition(|open| open.name.eq_ignore_ascii_case(name))
            .or_else(|| {
                self.open
                    .iter()
                    .rposition(|open| names::parts(open.name).1.eq_ignore_ascii_case(local))
            });
        if let Some(found) = found {
            self.close_to(found);
        }
    }

    /// Closes elements until only `count` are open.
    fn close_to(&mut self, count: usize) {
        while self.open.len() > count {
            let Some(open) = self.open.pop() else { return };
            let depth = self.open.len();
            match self.capture.take() {
                Some(mut capture) if depth > capture.depth => {
                    capture.end(open.name, depth);
                    self.capture = Some(capture);
                }
                Some(capture) => self.keep(capture),
                None => match open.place {
                    FeedPosition::Entry => self.finish_entry(),
                    FeedPosition::Person(rank) => self.finish_person(rank),
                    FeedPosition::Source => self.finish_source(),
                    _ => {}
                },
            }
            self.leave(&open);
        }
    }

    /// Reads namespace declarations, `xml:base` and `xml:lang`.
    fn declare(&mut self, attributes: &'a str) {
        let (mut own_base, mut language) = (None, None);
        for (name, value) in tokens::attributes(attributes) {
            if let Some(prefix) = name.strip_prefix("xmlns") {
                if self.bindings.len() < NAMESPACES_MAX {
                    self.bindings.push((
                        prefix.trim_start_matches(':'),
                        names::bound(prefix.trim_start_matches(':'), value),
                    ));
                }
            } else if name == "xml:base" {
                own_base = own_base.or(Some(value));
            } else if name == "xml:lang" && value.len() <= LANGUAGE_BYTES_MAX {
                language = language.or(Some(value));
            }
        }
        // An element has one of each: what is written again is damage, and each would be kept.
        if let Some(address) = own_base.filter(|address| address.len() <= BASE_BYTES_MAX) {
            let resolved = self.resolved(&fields::value(address));
            self.bases
                .extend(resolved.filter(|base| base.as_str().len() <= BASE_BYTES_MAX));
        }
        self.languages
            .extend(language.map(|language| fields::value(language).replace('_', "-")));
    }

    fn resolved(&self, address: &str) -> Option<Url> {
        match self.base() {
            Some(base) => base.join(address).ok(),
            None => Url::parse(address).ok(),
        }
    }

    fn base(&self) -> Option<&Url> {
        self.bases.last().or(self.document_base)
    }

    /// Recognises a root element.
    fn root(&mut self, space: Space, local: &str) -> FeedPosition {
        let is_ours = matches!(space, Space::Core | Space::Atom | Space::Rdf);
        let kind = match local.to_ascii_lowercase().as_str() {
            "rss" | "channel" if space != Space::Xhtml => FeedKind::Rss,
            "feed" if is_ours => FeedKind::Atom,
            "rdf" => FeedKind::Rdf,
            "entry" if space == Space::Atom => {
                self.kind = Some(FeedKind::Atom);
                self.begin_entry("");
                return FeedPosition::Entry;
            }
            _ => return FeedPosition::Ignored,
        };
        self.kind = Some(kind);
        if let Some(language) = self.languages.last() {
            self.feed.language.offer(3, language.clone());
        }
        FeedPosition::Feed
    }
}
