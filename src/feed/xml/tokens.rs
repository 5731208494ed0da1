//! XML cut into pieces, whatever its state.
//!
//! quick-xml does the cutting. Where it gives up (an unclosed tag, comment or CDATA section, `<` in text) this takes
//! up the reading behind the damage. Pieces are slices of the input, in order and without gaps except for what no
//! reader needs: comments, declarations, processing instructions.

use quick_xml::Reader;
use quick_xml::events::Event;

/// How many bytes may be read in vain because of damage, beside twice the input.
const REPAIR_BYTES_MAX: usize = 8 * 1024 * 1024;

/// What texts glued together have in their middle too.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// One piece of XML; all text still as written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum XmlToken<'a> {
    Start {
        name: &'a str,
        attributes: &'a str,
        is_empty: bool,
    },
    End(&'a str),
    /// Text without references.
    Text(&'a str),
    CData(&'a str),
    /// The name between `&` and `;`.
    Reference(&'a str),
    /// What stands in the document type declaration.
    DocType(&'a str),
}

/// Reads tokens.
#[derive(Debug)]
pub struct Tokens<'a> {
    input: &'a str,
    reader: Reader<&'a [u8]>,
    /// Where `reader` began within `input`.
    origin: usize,
    /// Where the next token begins within `input`.
    at: usize,
    repair_bytes: usize,
    /// What was damaged first.
    pub damage: Option<&'static str>,
}

fn reader(input: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(input);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    reader
}

impl<'a> Tokens<'a> {
    /// Returns the tokens of a text.
    pub fn new(input: &'a str) -> Self {
        let input = input.trim_start_matches(BYTE_ORDER_MARK);
        Self {
            input,
            reader: reader(input),
            origin: 0,
            at: 0,
            repair_bytes: REPAIR_BYTES_MAX + 2 * input.len(),
            damage: None,
        }
    }

    /// Goes on reading at another place; `cost` bytes were read in vain.
    fn seek(&mut self, to: usize, cost: usize, damage: &'static str) {
        self.damage.get_or_insert(damage);
        let is_affordable = cost <= self.repair_bytes;
        self.repair_bytes = self.repair_bytes.saturating_sub(cost);
        self.at = if is_affordable {
            to.min(self.input.len())
        } else {
            self.input.len()
        };
        // quick-xml would pass over it without counting it.
        let rest = &self.input[self.at..];
        self.at += rest.len() - rest.trim_start_matches(BYTE_ORDER_MARK).len();
        self.origin = self.at;
        self.reader = reader(&self.input[self.at..]);
    }

    /// Continues behind an error at the current place; returns what can be saved.
    fn recover(&mut self) -> Option<XmlToken<'a>> {
        let rest = &self.input[self.at..];
        if rest.is_empty() {
            return None;
        }
        let cost = rest.len();
        let at = self.at;
        if starts_with(rest, "<![cdata[") {
            let (end, next) = rest.find("]]>").map_or((rest.len(), rest.len()), |end| (end, end + 3));
            self.seek(at + next, 0, "CDATA section not closed");
            return Some(XmlToken::CData(&rest["<![CDATA[".len()..end]));
        }
        if rest.starts_with("<!--") {
            self.seek(at + 4, cost, "comment not closed");
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            self.seek(
                at + rest.find('>').map_or(2, |end| end + 1),
                cost,
                "declaration not closed",
            );
        } else {
            let next = rest[1..].find('<').map_or(rest.len(), |next| next + 1);
            self.seek(at + next, cost, "tag not closed");
            // Only a quote was left open: the tag itself has its end.
            if let Some(end) = rest[..next].find('>').filter(|_| rest[1..].starts_with(is_name_start)) {
                return Some(split(&rest[1..end], false));
            }
        }
        Some(XmlToken::Text(""))
    }

    /// Returns a start tag, or text where `<` begins none.
    fn start(&mut self, from: usize, is_empty: bool) -> XmlToken<'a> {
        let raw = &self.input[from..self.at];
        let inside = &raw[1..raw.len() - 1];
        if !inside.starts_with(is_name_start) {
            self.seek(from + 1, raw.len(), "\"<\" in text");
            return XmlToken::Text("<");
        }
        // A quote that is not closed swallows the tags behind it.
        if let Some(swallowed) = swallowed_tag(inside) {
            let end = inside[..swallowed].find('>').map_or(swallowed, |end| end + 1);
            self.seek(from + 1 + end, raw.len(), "attribute not closed");
            let kept = inside[..end].trim_end_matches('>');
            return split(kept.strip_suffix('/').unwrap_or(kept), kept.ends_with('/'));
        }
        split(
            if is_empty {
                inside.strip_suffix('/').unwrap_or(inside)
            } else {
                inside
            },
            is_empty,
        )
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = XmlToken<'a>;

    fn next(&mut self) -> Option<XmlToken<'a>> {
        loop {
            let from = self.at;
            let event = self.reader.read_event();
            let position = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
            let next = self.origin.saturating_add(position).min(self.input.len());
            let event = match event {
                Ok(event) => event,
                Err(_) => return self.recover(),
            };
            self.at = next;
            let raw = &self.input[from..next];
            return Some(match event {
                Event::Start(_) => self.start(from, false),
                Event::Empty(_) => self.start(from, true),
                Event::End(_) => XmlToken::End(raw[2..raw.len() - 1].trim()),
                Event::Text(_) => XmlToken::Text(raw),
                Event::CData(_) => XmlToken::CData(&raw[9..raw.len() - 3]),
                Event::GeneralRef(_) => XmlToken::Reference(&raw[1..raw.len() - 1]),
                Event::DocType(_) => XmlToken::DocType(raw),
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => continue,
                Event::Eof => return None,
            });
        }
    }
}

fn starts_with(text: &str, lower: &str) -> bool {
    text.get(..lower.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(lower))
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | ':')
}

/// Returns where, inside a tag, another tag seems to begin.
fn swallowed_tag(inside: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = inside[from..].find('<') {
        let at = from + at;
        if inside[at + 1..].starts_with(|c| is_name_start(c) || matches!(c, '/' | '!')) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

fn split(tag: &str, is_empty: bool) -> XmlToken<'_> {
    let end = tag.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(tag.len());
    XmlToken::Start {
        name: &tag[..end],
        attributes: tag[end..].trim(),
        is_empty,
    }
}

/// Returns the attributes of a tag: name and value as written. Values may lack quotes, names may lack values.
pub fn attributes(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '='));
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let name = &rest[..end];
        let after = rest[end..].trim_start();
        let Some(value) = after.strip_prefix('=').map(str::trim_start) else {
            rest = after;
            return Some((name, ""));
        };
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, next) = match quote {
            Some(quote) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            None => value.split_once(char::is_whitespace).unwrap_or((value, "")),
        };
        rest = next;
        Some((name, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expected: &str) {
        let shown: Vec<String> = Tokens::new(input)
            .filter(|token| *token != XmlToken::Text(""))
            .map(|token| match token {
                XmlToken::Start {
                    name,
                    attributes,
                    is_empty,
                } => format!("<{name}|{attributes}{}", if is_empty { "|/" } else { "" }),
                XmlToken::End(name) => format!("/{name}"),
                XmlToken::Text(text) => format!("'{text}'"),
                XmlToken::CData(text) => format!("[{text}]"),
                XmlToken::Reference(name) => format!("&{name}"),
                XmlToken::DocType(text) => text.to_owned(),
            })
            .collect();
        assert_eq!(shown.join(" "), expected, "{input}");
    }

    #[test]
    fn sound_xml() {
        check(
            "<?xml version='1.0'?><a b=\"c\"><d/>x&amp;y<![CDATA[<z>]]></a >",
            "<a|b=\"c\" <d||/ 'x' &amp 'y' [<z>] /a",
        );
    }

    #[test]
    fn damage_costs_only_itself() {
        check("<a>1 < 2 & 3</a>", "<a| '1 ' '<' ' 2 ' '& 3' /a");
        check("<a><![CDATA[x", "<a| [x]");
        check("<a><!-- x <b>y</b>", "<a| ' x ' <b| 'y' /b");
        check("<a>x<b", "<a| 'x'");
        check("<a b=\"c><d>x</d></a>", "<a|b=\"c <d| 'x' /d /a");
        check("<a>x<b <c>y", "<a| 'x' <b| <c| 'y'");
        check("\u{feff}\u{feff}<a>1 <\u{feff}<b>é", "<a| '1 ' '<' <b| 'é'");
    }

    #[test]
    fn attributes_of_all_kinds() {
        let found: Vec<_> = attributes("a=\"1\" b = '2' c=3 d e=\"x").collect();
        assert_eq!(found, [("a", "1"), ("b", "2"), ("c", "3"), ("d", ""), ("e", "x")]);
    }

    #[test]
    fn hostile_input_takes_no_time() {
        for piece in [
            "<",
            "<a \"",
            "<!--",
            "<![CDATA[",
            "<?",
            "<!x",
            "&",
            "<a",
            "</",
            "<a b='",
        ] {
            assert!(Tokens::new(&piece.repeat(200_000)).count() < 500_000, "{piece}");
        }
    }
}
