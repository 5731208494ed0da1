//! What the elements of a feed say, put where it belongs.

use std::borrow::Cow;

use super::capture::{Capture, Form};
use super::element::{FeedField, FeedPosition, Meaning};
use super::item::FeedItem;
use super::names::Space;
use super::tokens::attributes;
use super::{Person, Reader};
use crate::domain::Timestamp;
use crate::domain::feed::{Enclosure, Feed, FeedKind, Markup};
use crate::domain::url::web;
use crate::feed::{LANGUAGE_BYTES_MAX, char_refs, date, html_to_text, resolve};
use crate::text::is_invisible;

/// Returns an attribute's value, decoded.
pub fn value(written: &str) -> Cow<'_, str> {
    char_refs::unescape(written.trim())
}

fn attribute<'v>(text: &'v str, name: &str) -> Option<Cow<'v, str>> {
    attributes(text)
        .find(|(own, _)| own.eq_ignore_ascii_case(name))
        .map(|(_, found)| value(found))
}

impl Reader<'_> {
    /// The item whose words are being read.
    fn item(&mut self) -> &mut FeedItem {
        let holder = self.open.iter().rev().find(|open| {
            matches!(
                open.place,
                FeedPosition::Feed | FeedPosition::Entry | FeedPosition::Source
            )
        });
        match (holder.map(|open| open.place), &mut self.entry) {
            (Some(FeedPosition::Entry), Some(entry)) => entry,
            (Some(FeedPosition::Source), _) => &mut self.source,
            _ => &mut self.feed,
        }
    }

    fn is_in_entry(&self) -> bool {
        let holder = self.open.iter().rev().find(|open| {
            matches!(
                open.place,
                FeedPosition::Feed | FeedPosition::Entry | FeedPosition::Source
            )
        });
        holder.is_some_and(|open| open.place == FeedPosition::Entry)
    }

    pub(super) fn begin_entry(&mut self, written: &str) {
        if let Some(at) = self.open.iter().rposition(|open| open.place == FeedPosition::Entry) {
            self.close_to(at);
        }
        let mut entry = FeedItem::default();
        if let Some(about) = attribute(written, "rdf:about").filter(|about| !about.is_empty()) {
            entry.link.offer(6, resolve(self.base(), &about));
            entry.id.offer(3, about.into_owned());
        }
        self.entry = Some(entry);
    }

    pub(super) fn finish_entry(&mut self) {
        let Some(entry) = self.entry.take() else { return };
        self.entries.push(entry.into_entry());
    }

    pub(super) fn finish_person(&mut self, rank: u8) {
        let Person { mut name, mut mail } = std::mem::take(&mut self.person);
        if let Some(name) = name.take().or(mail.take()) {
            self.item().author(rank, name);
        }
    }

    pub(super) fn finish_source(&mut self) {
        let mut source = std::mem::take(&mut self.source);
        let publisher = source.title.take();
        if let (Some(entry), Some(publisher)) = (&mut self.entry, publisher) {
            entry.publisher.offer(1, publisher);
        }
    }

    /// Does what an element asks for and returns where its content stands.
    pub(super) fn begin(&mut self, meaning: Meaning, space: Space, written: &str) -> FeedPosition {
        match meaning {
            Meaning::Feed => {
                if let Some(language) = self.languages.last() {
                    self.feed.language.offer(2, language.clone());
                }
                return FeedPosition::Feed;
            }
            Meaning::Entry => return FeedPosition::Entry,
            Meaning::Source => {
                self.source = FeedItem::default();
                return FeedPosition::Source;
            }
            Meaning::Person(rank) => {
                self.person = Person::default();
                return FeedPosition::Person(rank);
            }
            Meaning::Skip => return FeedPosition::Skip,
            Meaning::Group => return FeedPosition::Group,
            Meaning::Ignored => {}
            Meaning::Text(field) => self.capture(field, self.form(field, space, written)),
            Meaning::Guid => {
                self.capture(FeedField::Id(0), Form::Text);
                let is_link =
                    attribute(written, "isPermaLink").is_none_or(|value| !value.eq_ignore_ascii_case("false"));
                if let Some(capture) = &mut self.capture {
                    capture.is_link = is_link;
                }
            }
            Meaning::Link => match attribute(written, "href").filter(|href| !href.is_empty()) {
                Some(href) => self.link(&href, written),
                // An enclosure that is written as text leads to no page.
                None if attribute(written, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("enclosure")) => {}
                None => self.capture(FeedField::Link(u8::from(space == Space::Atom)), Form::Text),
            },
            Meaning::Content => {
                if let Some(src) = attribute(written, "src").filter(|src| !src.is_empty()) {
                    let address = resolve(self.base(), &src);
                    self.item().link.offer(4, address);
                }
                // By rule empty where there is an address; what stands there all the same is the text.
                let field = FeedField::Content(u8::from(space == Space::Atom));
                self.capture(field, self.form(field, space, written));
            }
            Meaning::Category => {
                let term = attribute(written, "term").filter(|term| !term.is_empty());
                let label = attribute(written, "label").filter(|label| !label.is_empty());
                match (term, label) {
                    (Some(term), Some(label)) if term.contains("://") => {
                        self.item().category(html_to_text::line(&label))
                    }
                    (Some(term), _) => self.item().category(html_to_text::line(&term)),
                    (None, Some(label)) => self.item().category(html_to_text::line(&label)),
                    (None, None) => self.capture(FeedField::Category, Form::Unsaid),
                }
            }
            Meaning::ItunesCategory => {
                if let Some(text) = attribute(written, "text") {
                    self.item().category(html_to_text::line(&text));
                }
                return FeedPosition::Group;
            }
            Meaning::RssSource => self.capture(FeedField::Publisher(0), Form::Unsaid),
            Meaning::Enclosure => self.enclosure(0, "url", written),
            Meaning::MediaContent => {
                self.enclosure(1, "url", written);
                return FeedPosition::Group;
            }
            Meaning::MediaThumbnail => self.enclosure(2, "url", written),
        }
        FeedPosition::Ignored
    }

    fn capture(&mut self, field: FeedField, form: Form) {
        self.capture = Some(Capture::new(field, form, self.open.len()));
    }

    /// How an element's text is to be read, from `type` and Atom 0.3's `mode`.
    fn form(&self, field: FeedField, space: Space, written: &str) -> Form {
        if !field.is_markup() {
            return Form::Unsaid;
        }
        match space {
            Space::Content => return Form::Html,
            Space::Xhtml => return Form::Xhtml,
            _ => {}
        }
        let kind = attribute(written, "type").unwrap_or_default().to_ascii_lowercase();
        let mode = attribute(written, "mode").unwrap_or_default().to_ascii_lowercase();
        if mode == "base64" {
            return Form::Base64;
        }
        match kind.split(';').next().unwrap_or_default().trim() {
            "" => Form::Unsaid,
            "html" | "text/html" if mode == "xml" => Form::Xhtml,
            "html" | "text/html" => Form::Html,
            // Escaped XHTML is HTML.
            "xhtml" | "application/xhtml+xml" if mode == "escaped" => Form::Html,
            "xhtml" | "application/xhtml+xml" => Form::Xhtml,
            "text" | "plain" | "text/plain" => Form::Text,
            kind if kind.ends_with("+xml") || kind.ends_with("/xml") => Form::Xhtml,
            kind if kind.starts_with("text/") || !kind.contains('/') => Form::Unsaid,
            _ => Form::Base64,
        }
    }

    fn link(&mut self, href: &str, written: &str) {
        let rel = attribute(written, "rel").unwrap_or_default().to_ascii_lowercase();
        let kind = attribute(written, "type").unwrap_or_default();
        let is_page = kind.is_empty() || kind.contains("html");
        let rank = match rel.rsplit('/').next().unwrap_or_default() {
            "" | "alternate" if is_page => 1,
            "" | "alternate" => 2,
            "related" if self.is_in_entry() => 6,
            "self" if self.is_in_entry() => 7,
            "enclosure" => return self.enclosure(0, "href", written),
            _ => return,
        };
        let address = resolve(self.base(), href);
        self.item().link.offer(rank, address);
    }

    fn enclosure(&mut self, rank: u8, name: &str, written: &str) {
        let Some(address) = attribute(written, name).filter(|address| !address.is_empty()) else {
            return;
        };
        if !self.is_in_entry() {
            return;
        }
        let url = resolve(self.base(), &address);
        let said = attribute(written, "type")
            .filter(|kind| !kind.is_empty())
            .map(Cow::into_owned);
        let is_image = rank == 2 || attribute(written, "medium").is_some_and(|medium| medium == "image");
        let media_type = said.or_else(|| is_image.then(|| "image/*".to_owned()));
        let length = attribute(written, "length").or_else(|| attribute(written, "fileSize"));
        let length = length.and_then(|length| length.trim().parse().ok());
        self.item().enclosure(
            rank,
            Enclosure {
                url,
                media_type,
                length,
            },
        );
    }

    /// Keeps a text that is complete.
    pub(super) fn keep(&mut self, capture: Capture) {
        let (field, form, is_link) = (capture.field, capture.form, capture.is_link);
        if capture.is_cut {
            self.warnings.push("a text was too long and was cut off".to_owned());
        }
        let (text, is_html) = capture.finish();
        if text.is_empty() {
            return;
        }
        match field {
            FeedField::Title(rank) => {
                let title = match form {
                    Form::Text if !is_html => html_to_text::line(&text),
                    Form::Html | Form::Xhtml => html_to_text::line(&html_to_text::from_html(&text)),
                    _ => html_to_text::title(&text),
                };
                self.offer_language(4);
                if !title.is_empty() {
                    self.item().title.offer(rank, title);
                }
            }
            FeedField::Summary(rank) => {
                self.offer_language(3);
                let markup = self.markup(text, form, is_html);
                self.item().summary.offer(rank, markup);
            }
            FeedField::Content(rank) => {
                self.offer_language(2);
                let markup = self.markup(text, form, is_html);
                self.item().content.offer(rank, markup);
            }
            FeedField::Id(rank) => {
                let address = text.trim_matches(is_invisible);
                if is_link && rank == 0 && is_web_address(address) {
                    self.item().link.offer(5, resolve(None, address));
                }
                self.item().id.offer(rank, text);
            }
            FeedField::Link(rank) => {
                let address = resolve(self.base(), &text);
                self.item().link.offer(rank, address);
            }
            FeedField::OriginalLink => {
                if web(&text).is_some() {
                    self.item().original_link.offer(0, resolve(None, &text));
                }
            }
            FeedField::Published(rank) => {
                if let Some(time) = self.date(&text) {
                    self.item().published.offer(rank, time);
                }
            }
            FeedField::Updated(rank) => {
                if let Some(time) = self.date(&text) {
                    self.item().updated.offer(rank, time);
                }
            }
            FeedField::Language(rank) if text.len() <= LANGUAGE_BYTES_MAX => {
                self.item().language.offer(rank, text.replace('_', "-"));
            }
            FeedField::Language(_) => {}
            FeedField::Author(rank) => {
                let name = author(&html_to_text::title(&text));
                self.item().author(rank, name);
            }
            FeedField::PersonName => self.person.name.offer(0, html_to_text::title(&text)),
            FeedField::PersonMail => self.person.mail.offer(0, text),
            FeedField::Category => {
                let name = html_to_text::title(&text);
                self.item().category(name);
            }
            FeedField::Keywords => {
                for name in text.split([',', ';']) {
                    let name = html_to_text::title(name);
                    self.item().category(name);
                }
            }
            FeedField::Publisher(rank) => {
                let name = html_to_text::title(&text);
                self.item().publisher.offer(rank, name);
            }
            FeedField::Ttl => self.pace.ttl_minutes = text.parse().ok().or(self.pace.ttl_minutes),
            FeedField::Period => self.pace.period_minutes = period_minutes(&text),
            FeedField::Frequency => self.pace.frequency = text.parse().ok(),
            FeedField::Hour => self
                .pace
                .skip_hours
                .extend(text.parse::<u8>().ok().filter(|hour| *hour <= 24).map(|h| h % 24)),
            FeedField::Day => self.pace.skip_days.extend(weekday(&text)),
        }
    }

    fn date(&mut self, text: &str) -> Option<Timestamp> {
        let order = date::day_order(text).filter(|order| !self.day_orders.contains(order));
        self.day_orders.extend(order);
        let date = date::parse(text, self.day_order);
        if date.is_none() {
            self.no_date(text);
        }
        date
    }

    fn no_date(&mut self, text: &str) {
        if self.warnings.len() < 20 {
            let shown: String = text.chars().take(40).collect();
            self.warnings.push(format!("no date: \"{shown}\""));
        }
    }

    fn offer_language(&mut self, rank: u8) {
        if self.is_in_entry()
            && let Some(language) = self.languages.last().filter(|language| !language.is_empty()).cloned()
        {
            self.item().language.offer(rank, language);
        }
    }

    fn markup(&self, text: String, form: Form, is_html: bool) -> Markup {
        let is_html = is_html || form != Form::Text && html_to_text::looks_like_html(&text);
        let mut markup = if is_html {
            Markup::html(text)
        } else {
            Markup::text(text)
        };
        markup.base = self.bases.last().map(|base| base.as_str().to_owned());
        markup
    }

    /// Returns what was read, if it was a feed.
    pub(super) fn finish(mut self) -> Option<(Feed, Vec<String>)> {
        let kind = self.kind?;
        let published = self.feed.published.take();
        let period = self
            .pace
            .period_minutes
            .map(|minutes| minutes / self.pace.frequency.unwrap_or(1).max(1));
        let about = self.feed.summary.take();
        let mut feed = Feed {
            kind,
            title: self.feed.title.take(),
            link: self.feed.link.take(),
            description: about.as_ref().map(crate::feed::markup::to_plain),
            description_markup: about,
            language: self.feed.language.take(),
            updated: self.feed.updated.take().or(published),
            ttl_minutes: self.pace.ttl_minutes.into_iter().chain(period).max(),
            skip_hours: self.pace.skip_hours,
            skip_days: self.pace.skip_days,
            entries: self.entries,
        };
        for days in [&mut feed.skip_hours, &mut feed.skip_days] {
            days.sort_unstable();
            days.dedup();
        }
        // RFC 4287, 4.2.1: the feed's author is that of entries which name none.
        let authors = if kind == FeedKind::Atom {
            self.feed.take_authors()
        } else {
            Vec::new()
        };
        for entry in feed.entries.iter_mut().filter(|entry| entry.authors.is_empty()) {
            entry.authors.clone_from(&authors);
        }
        Some((feed, self.warnings))
    }
}

fn is_web_address(text: &str) -> bool {
    let head = text.get(..8).unwrap_or_default().to_ascii_lowercase();
    (head.starts_with("http://") || head.starts_with("https://")) && !text.contains(char::is_whitespace)
}

/// Returns the name in `mail (Name)` or `Name <mail>`.
fn author(text: &str) -> String {
    let trimmed = text.trim();
    if let Some((mail, name)) = trimmed.strip_suffix(')').and_then(|rest| rest.split_once('('))
        && mail.contains('@')
        && !name.trim().is_empty()
    {
        return name.trim().to_owned();
    }
    if let Some((name, mail)) = trimmed.strip_suffix('>').and_then(|rest| rest.split_once('<'))
        && mail.contains('@')
        && !name.trim().is_empty()
    {
        return name.trim().trim_matches('"').to_owned();
    }
    trimmed.to_owned()
}

fn period_minutes(text: &str) -> Option<u32> {
    Some(match text.to_ascii_lowercase().as_str() {
        "hourly" => 60,
        "daily" => 24 * 60,
        "weekly" => 7 * 24 * 60,
        "monthly" => 30 * 24 * 60,
        "yearly" => 365 * 24 * 60,
        _ => return None,
    })
}

/// Returns the number of a weekday, Sunday being 0.
fn weekday(text: &str) -> Option<u8> {
    let day: chrono::Weekday = text.parse().ok()?;
    u8::try_from(day.num_days_from_sunday()).ok()
}
