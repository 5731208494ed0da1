//! Reads a document: the lines of its front matter into values.
//!
//! Fields may stand in any order with any empty lines between them; what is not understood is an error with its line,
//! never a value lost in silence.

use super::{Document, DocumentError, Newline, Picture, Provider, RelatedItem, ScalarText, Tail};

const FENCE: &str = "---";
/// A document larger than this is refused, in bytes.
pub const BYTES_MAX: usize = 16 * 1024 * 1024;

struct Lines<'a> {
    lines: Vec<&'a str>,
    at: usize,
}

/// Returns the document a text holds.
///
/// # Errors
/// The text has no front matter, or a line of it is not understood.
pub fn parse(text: &str) -> Result<Document, DocumentError> {
    if text.len() > BYTES_MAX {
        return Err(DocumentError {
            line: 1,
            message: format!("larger than {BYTES_MAX} bytes"),
        });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let newline = if text.contains("\r\n") {
        Newline::CrLf
    } else {
        Newline::Lf
    };
    let separator = newline.as_str();
    let Some(rest) = text.strip_prefix(FENCE).and_then(|rest| rest.strip_prefix(separator)) else {
        return Err(DocumentError {
            line: 1,
            message: "front matter begins with a line of three hyphens".to_owned(),
        });
    };
    let mut lines = Vec::new();
    let mut remaining = rest;
    let tail = loop {
        match remaining.split_once(separator) {
            Some((FENCE, tail)) => break tail,
            Some((line, more)) => {
                lines.push(line);
                remaining = more;
            }
            None if remaining == FENCE => break "",
            None => {
                let message = "front matter ends with a line of three hyphens, which is missing".to_owned();
                return Err(DocumentError {
                    line: lines.len() + 2,
                    message,
                });
            }
        }
    };
    let mut document = Document {
        newline,
        tail: read_tail(tail, separator),
        ..Document::default()
    };
    let mut lines = Lines { lines, at: 0 };
    while let Some(line) = lines.peek() {
        if line.is_empty() {
            lines.at += 1;
            continue;
        }
        read_field(&mut document, &mut lines)?;
    }
    Ok(document)
}

fn read_tail(tail: &str, newline: &str) -> Tail {
    if tail == newline {
        return Tail::None;
    }
    match tail.strip_prefix(newline).and_then(|rest| rest.strip_suffix(newline)) {
        Some(body) => Tail::Body(body.to_owned()),
        None => Tail::Other(tail.to_owned()),
    }
}

fn read_field(document: &mut Document, lines: &mut Lines<'_>) -> Result<(), DocumentError> {
    let (key, value) = lines.key("")?;
    let fresh = |is_there: bool| {
        if is_there {
            Err(lines.wrong(format!("{key} stands there twice")))
        } else {
            Ok(())
        }
    };
    macro_rules! scalar {
        ($field:ident, $read:ident) => {{
            fresh(document.$field.is_some())?;
            document.$field = Some(lines.$read(key, value)?);
        }};
    }
    match key {
        "category" => scalar!(category, text),
        "title" => scalar!(title, text),
        "excerpt" => scalar!(excerpt, text),
        "publishedDateTime" => scalar!(published_date_time, text),
        "originalUrl" => scalar!(original_url, text),
        "webUrl" => scalar!(web_url, text),
        "ampWebUrl" => scalar!(amp_web_url, text),
        "cdnAmpWebUrl" => scalar!(cdn_amp_web_url, text),
        "type" => scalar!(kind, text),
        "featuredContent" => scalar!(featured_content, text),
        "secured" => scalar!(secured, text),
        "quality" => scalar!(quality, number),
        "heat" => scalar!(heat, number),
        "published" => scalar!(published, flag),
        "removed" => {
            document.removed_after_published = document.published.is_some();
            scalar!(removed, flag);
        }
        "provider" if value.is_none() => {
            fresh(document.provider.is_some())?;
            lines.at += 1;
            document.provider = Some(lines.provider("  ")?);
            return Ok(());
        }
        "topics" if value.is_none() => {
            fresh(document.topics.is_some())?;
            lines.at += 1;
            document.topics = Some(lines.topics()?);
            return Ok(());
        }
        "images" if value.is_none() => {
            fresh(document.images.is_some())?;
            lines.at += 1;
            document.images = Some(lines.pictures("  ")?);
            return Ok(());
        }
        "related" if value.is_none() => {
            fresh(document.related.is_some())?;
            lines.at += 1;
            document.related = Some(lines.related()?);
            return Ok(());
        }
        _ if value.is_some() => {
            let text = lines.text(key, value)?;
            document.others.push((key.to_owned(), text));
        }
        _ => return Err(lines.wrong(format!("{key} is not a group of this format"))),
    }
    lines.at += 1;
    Ok(())
}

impl<'a> Lines<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.lines.get(self.at).copied()
    }

    fn wrong(&self, message: String) -> DocumentError {
        // The opening line is the first.
        DocumentError {
            line: self.at + 2,
            message,
        }
    }

    /// Splits the line here into key and value, without going on.
    fn key(&self, indent: &str) -> Result<(&'a str, Option<&'a str>), DocumentError> {
        let line = self.peek().unwrap_or_default();
        let not_understood = || self.wrong(format!("not understood: {}", line.chars().take(60).collect::<String>()));
        let content = line.strip_prefix(indent).ok_or_else(not_understood)?;
        let (key, value) = content.split_once(':').ok_or_else(not_understood)?;
        let is_name = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        match value {
            _ if !is_name => Err(not_understood()),
            "" => Ok((key, None)),
            _ => value
                .strip_prefix(' ')
                .map(|value| (key, Some(value)))
                .ok_or_else(not_understood),
        }
    }

    /// Whether the line here is a key at exactly this indentation.
    fn has_key(&self, indent: &str) -> bool {
        let content = self.peek().and_then(|line| line.strip_prefix(indent));
        content.is_some_and(|content| content.starts_with(|c: char| c.is_ascii_alphabetic()))
    }

    fn text(&self, key: &str, value: Option<&str>) -> Result<ScalarText, DocumentError> {
        let value = value.ok_or_else(|| self.wrong(format!("{key} has no value")))?;
        self.scalar(value)
    }

    fn scalar(&self, value: &str) -> Result<ScalarText, DocumentError> {
        let unquoted = match value.as_bytes().first() {
            Some(b'"') => super::scalar::unquote(value),
            Some(b'\'') if value.len() > 1 && value.ends_with('\'') => Ok(value[1..value.len() - 1].replace("''", "'")),
            _ => {
                return Ok(ScalarText {
                    value: value.to_owned(),
                    is_quoted: false,
                });
            }
        };
        let value = unquoted.map_err(|message| self.wrong(message.to_owned()))?;
        Ok(ScalarText { value, is_quoted: true })
    }

    fn number(&self, key: &str, value: Option<&str>) -> Result<i64, DocumentError> {
        let number = value.and_then(|value| value.parse().ok());
        number.ok_or_else(|| {
            self.wrong(format!(
                "{key} is a whole number, not \"{}\"",
                value.unwrap_or_default()
            ))
        })
    }

    fn flag(&self, key: &str, value: Option<&str>) -> Result<bool, DocumentError> {
        match value {
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            other => Err(self.wrong(format!("{key} is true or false, not \"{}\"", other.unwrap_or_default()))),
        }
    }

    fn topics(&mut self) -> Result<Vec<ScalarText>, DocumentError> {
        let mut topics = Vec::new();
        while let Some(item) = self.peek().and_then(|line| line.strip_prefix("  -")) {
            let item = item.strip_prefix(' ').unwrap_or(item);
            topics.push(self.scalar(item)?);
            self.at += 1;
        }
        Ok(topics)
    }

    fn provider(&mut self, indent: &str) -> Result<Provider, DocumentError> {
        let mut provider = Provider::default();
        while self.has_key(indent) {
            let (key, value) = self.key(indent)?;
            match key {
                "name" => provider.name = Some(self.text(key, value)?),
                "domain" => provider.domain = Some(self.text(key, value)?),
                "images" if value.is_none() => {
                    self.at += 1;
                    provider.images = Some(self.pictures(&format!("{indent}  "))?);
                    continue;
                }
                _ => return Err(self.wrong(format!("{key} is not a field of a provider"))),
            }
            self.at += 1;
        }
        Ok(provider)
    }

    fn pictures(&mut self, indent: &str) -> Result<Vec<Picture>, DocumentError> {
        let (start, inner) = (format!("{indent}- url: "), format!("{indent}  "));
        let mut pictures = Vec::new();
        while let Some(url) = self.peek().and_then(|line| line.strip_prefix(start.as_str())) {
            let url = self.scalar(url)?;
            let mut picture = Picture {
                url,
                width: None,
                height: None,
                is_cached: None,
                title: None,
            };
            self.at += 1;
            while self.has_key(&inner) {
                let (key, value) = self.key(&inner)?;
                match key {
                    "width" => picture.width = Some(self.number(key, value)?),
                    "height" => picture.height = Some(self.number(key, value)?),
                    "isCached" => picture.is_cached = Some(self.flag(key, value)?),
                    "title" => picture.title = Some(self.text(key, value)?),
                    _ => return Err(self.wrong(format!("{key} is not a field of an image"))),
                }
                self.at += 1;
            }
            pictures.push(picture);
        }
        Ok(pictures)
    }

    fn related(&mut self) -> Result<Vec<RelatedItem>, DocumentError> {
        let mut items = Vec::new();
        while let Some(title) = self.peek().and_then(|line| line.strip_prefix("  - title: ")) {
            let mut item = RelatedItem {
                title: Some(self.scalar(title)?),
                ..RelatedItem::default()
            };
            self.at += 1;
            while self.has_key("    ") {
                self.related_field(&mut item)?;
            }
            items.push(item);
        }
        Ok(items)
    }

    fn related_field(&mut self, item: &mut RelatedItem) -> Result<(), DocumentError> {
        let (key, value) = self.key("    ")?;
        match key {
            "excerpt" => item.excerpt = Some(self.text(key, value)?),
            "publishedDateTime" => item.published_date_time = Some(self.text(key, value)?),
            "webUrl" => item.web_url = Some(self.text(key, value)?),
            "ampWebUrl" => item.amp_web_url = Some(self.text(key, value)?),
            "cdnAmpWebUrl" => item.cdn_amp_web_url = Some(self.text(key, value)?),
            "type" => item.kind = Some(self.text(key, value)?),
            "quality" => item.quality = Some(self.number(key, value)?),
            "provider" if value.is_none() => {
                self.at += 1;
                item.provider = Some(self.provider("      ")?);
                return Ok(());
            }
            "images" if value.is_none() => {
                self.at += 1;
                item.images = Some(self.pictures("      ")?);
                return Ok(());
            }
            _ => return Err(self.wrong(format!("{key} is not a field of a related item"))),
        }
        self.at += 1;
        Ok(())
    }
}
