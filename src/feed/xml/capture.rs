//! The text of one element while it is read.
//!
//! Text is kept decoded until an element turns up inside; from then on it is kept as markup, escaped. What came out
//! of CDATA was markup all along.

use super::element::FeedField;
use super::names;
use crate::feed::{TEXT_BYTES_MAX, char_refs, html_to_text};

/// Elements that are written without an end tag in HTML.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
];

/// How an element says its text is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// RSS: nobody knows.
    Unsaid,
    Text,
    Html,
    Xhtml,
    Base64,
}

/// Text being gathered.
#[derive(Debug)]
pub struct Capture {
    pub field: FeedField,
    pub form: Form,
    /// How many elements were open around it.
    pub depth: usize,
    /// Value of `isPermaLink`.
    pub is_link: bool,
    text: String,
    /// Nothing but white space so far; known at every moment, so that long white space is not looked through again.
    is_blank: bool,
    is_markup: bool,
    is_cdata: bool,
    has_elements: bool,
    /// The wrapper an XHTML text construct has by rule, which is no part of the text.
    wrapper_depth: Option<usize>,
    pub is_cut: bool,
}

impl Capture {
    /// Returns an empty text.
    pub fn new(field: FeedField, form: Form, depth: usize) -> Self {
        let is_markup = form == Form::Xhtml;
        Self {
            field,
            form,
            depth,
            is_link: true,
            text: String::new(),
            is_blank: true,
            is_markup,
            is_cdata: false,
            has_elements: false,
            wrapper_depth: None,
            is_cut: false,
        }
    }

    /// Appends text as it stands in the XML.
    pub fn text(&mut self, text: &str) {
        if self.is_markup && text.contains(['&', '>', '<']) {
            let mut escaped = String::new();
            char_refs::escape_into(text, &mut escaped);
            self.push(&escaped);
        } else {
            self.push(text);
        }
    }

    /// Appends the content of a CDATA section.
    pub fn cdata(&mut self, text: &str) {
        if self.form == Form::Xhtml {
            self.text(text);
        } else {
            self.is_cdata = true;
            self.push(text);
        }
    }

    /// Appends what a reference stands for.
    pub fn reference(&mut self, name: &str, value: Option<&str>) {
        // What the feed itself declares comes before what HTML calls so, but for what XML knows anyway.
        let is_xmls = name.starts_with('#') || matches!(name, "lt" | "gt" | "amp" | "quot" | "apos");
        match (value.filter(|_| !is_xmls), char_refs::resolve(name)) {
            (Some(value), _) => self.text(value),
            (None, Some(found)) => self.text(&found),
            (None, None) => {
                self.text("&");
                self.text(name);
                self.text(";");
            }
        }
    }

    /// Appends a start tag; `depth` elements are open around it.
    pub fn start(&mut self, name: &str, attributes: &str, is_empty: bool, depth: usize) {
        let local = names::parts(name).1;
        self.has_elements = true;
        let is_wrapper = self.form == Form::Xhtml && self.is_blank && local.eq_ignore_ascii_case("div") && !is_empty;
        if is_wrapper && self.wrapper_depth.is_none() {
            self.text.clear();
            self.wrapper_depth = Some(depth);
            return;
        }
        if !self.is_markup {
            self.is_markup = true;
            if !self.is_cdata && self.text.contains(['<', '&', '>']) {
                let text = std::mem::take(&mut self.text);
                char_refs::escape_into(&text, &mut self.text);
            }
        }
        self.push("<");
        self.push(local);
        if !attributes.is_empty() {
            self.push(" ");
            self.push(attributes);
        }
        let is_void = VOID.iter().any(|void| void.eq_ignore_ascii_case(local));
        self.push(">");
        if is_empty && !is_void {
            self.end(name, usize::MAX);
        }
    }

    /// Appends an end tag.
    pub fn end(&mut self, name: &str, depth: usize) {
        if self.wrapper_depth == Some(depth) {
            return;
        }
        let local = names::parts(name).1;
        if !VOID.iter().any(|void| void.eq_ignore_ascii_case(local)) {
            self.push("</");
            self.push(local);
            self.push(">");
        }
    }

    fn push(&mut self, text: &str) {
        if self.text.len() + text.len() > TEXT_BYTES_MAX {
            self.is_cut = true;
        }
        if !self.is_cut {
            self.is_blank = self.is_blank && text.trim_start().is_empty();
            self.text.push_str(text);
        }
    }

    /// Returns the text, trimmed, and whether it is HTML for certain.
    pub fn finish(self) -> (String, bool) {
        let is_html = self.is_markup || self.form == Form::Html;
        let is_escaped = self.form == Form::Xhtml && !self.has_elements && !matches!(self.field, FeedField::Title(_));
        let mut text = self.text;
        // XHTML always has an element around it; without one it is HTML that was written as text.
        if is_escaped {
            let unescaped = char_refs::unescape(&text).into_owned();
            if html_to_text::looks_like_html(&unescaped) {
                text = unescaped;
            }
        }
        text.truncate(text.trim_end().len());
        let start = text.len() - text.trim_start().len();
        if start > 0 {
            text.drain(..start);
        }
        let decoded = if self.form == Form::Base64 {
            decoded(&text)
        } else {
            None
        };
        (decoded.unwrap_or(text), is_html)
    }
}

fn decoded(text: &str) -> Option<String> {
    let dense: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let bytes = data_encoding::BASE64.decode(&dense).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
