//! HTML read for its text alone.
//!
//! One pass over the characters, no tree: tags part words or paragraphs and vanish, references become characters.
//! Good enough to match, compare and preview; what is shown as HTML goes through `markup::sanitize`.

use memchr::memchr2;

use super::char_refs;

/// The longest tag in which quotes are honoured, in bytes.
const TAG_BYTES_MAX: usize = 8 * 1024;
/// How often a quote may turn out to be unclosed before quotes stop counting.
const UNCLOSED_QUOTES_MAX: usize = 32;

/// What stands in drawings and formulas and is shown nowhere: notes for machines, the same once more as TeX.
pub(super) const HIDDEN_IN_DRAWINGS: &[&str] = &["desc", "metadata", "annotation", "annotation-xml"];

/// What text needs before the next word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Line,
    Paragraph,
}

/// Collapses white space and keeps paragraphs apart.
#[derive(Debug)]
struct Writer {
    out: String,
    gap: Gap,
}

impl Writer {
    fn with_capacity(bytes: usize) -> Self {
        Self {
            out: String::with_capacity(bytes),
            gap: Gap::None,
        }
    }

    fn gap(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    /// Appends text in which white space means nothing more than a space.
    fn push(&mut self, text: &str) {
        let mut rest = text;
        loop {
            let word_at = space_bytes(rest);
            if word_at > 0 {
                self.gap(Gap::Space);
                rest = &rest[word_at..];
            }
            if rest.is_empty() {
                return;
            }
            let end = run_bytes(rest);
            self.word(&rest[..end]);
            rest = &rest[end..];
        }
    }

    fn word(&mut self, word: &str) {
        if !self.out.is_empty() {
            self.out.push_str(match self.gap {
                Gap::None => "",
                Gap::Space => " ",
                Gap::Line => "\n",
                Gap::Paragraph => "\n\n",
            });
        }
        self.gap = Gap::None;
        self.out.push_str(word);
    }
}

/// Returns how many bytes of white space a text begins with.
fn space_bytes(text: &str) -> usize {
    match text.as_bytes() {
        [b'!'..=b'~', ..] | [] => 0,
        [b' ', b'!'..=b'~', ..] => 1,
        _ => text.len() - text.trim_start().len(),
    }
}

/// Returns the bytes of the words a text begins with: as far as they may be copied as they stand, with one blank
/// between words.
fn run_bytes(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        at += bytes[at..]
            .iter()
            .position(|byte| !matches!(byte, b'!'..=b'~'))
            .unwrap_or(bytes.len() - at);
        match bytes[at..] {
            [b' ', b'!'..=b'~', ..] => at += 2,
            [] | [b'\t'..=b'\r' | b' ', ..] => return at,
            // Only these begin white space beyond ASCII.
            [0xC2 | 0xE1..=0xE3, ..] => match text[at..].chars().next() {
                Some(character) if character.is_whitespace() => return at,
                character => at += character.map_or(1, char::len_utf8),
            },
            _ => at += 1,
        }
    }
}

/// Returns text with its white space collapsed; an empty line still parts paragraphs.
pub fn from_text(text: &str) -> String {
    let mut writer = Writer::with_capacity(text.len());
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            writer.gap(Gap::Paragraph);
        } else {
            writer.gap(if number == 0 { Gap::None } else { Gap::Line });
            writer.push(line);
        }
    }
    writer.out
}

/// Returns one line of plain text.
pub fn line(text: &str) -> String {
    let mut writer = Writer::with_capacity(text.len());
    writer.push(text);
    writer.out
}

/// Returns one line of plain text from a title that may be HTML: tags vanish if HTML knows them, `Vec<T>` stays.
pub fn title(text: &str) -> String {
    if text.contains(['<', '&']) {
        let mut writer = Writer::with_capacity(text.len());
        read(text, &mut writer, true);
        return line(&writer.out);
    }
    line(text)
}

/// Returns the text of HTML.
pub fn from_html(html: &str) -> String {
    let mut writer = Writer::with_capacity(html.len() / 2);
    read(html, &mut writer, false);
    writer.out
}

/// Whether a text is meant as HTML: it holds a tag HTML knows, a comment, or a reference.
pub fn looks_like_html(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = memchr2(b'<', b'&', rest.as_bytes()) {
        rest = &rest[at..];
        let is_html = if rest.starts_with('&') {
            char_refs::reference(rest).0.is_some()
        } else {
            rest.starts_with("<!--") || is_known(tag_name(rest))
        };
        if is_html {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

fn read(html: &str, writer: &mut Writer, only_known_tags: bool) {
    let last_close = html.rfind('>').unwrap_or(0);
    let mut at = 0;
    let mut unclosed_quotes = 0;
    // Looked for at the first comment only: most texts have none.
    let mut last_comment_end = None;
    while at < html.len() {
        let rest = &html[at..];
        let stop = memchr2(b'<', b'&', rest.as_bytes()).unwrap_or(rest.len());
        writer.push(&rest[..stop]);
        at += stop;
        let rest = &html[at..];
        if rest.is_empty() {
            return;
        }
        if rest.starts_with('&') {
            let (found, length) = char_refs::reference(rest);
            match found {
                Some(found) => writer.push(&found),
                None => writer.push("&"),
            }
            at += length;
            continue;
        }
        let tag = tag_name(rest);
        let is_markup =
            !tag.is_empty() && (!only_known_tags || is_known(tag)) || rest.starts_with("<!") || rest.starts_with("<?");
        if !is_markup || at >= last_close {
            writer.push("<");
            at += 1;
            continue;
        }
        if rest.starts_with("<!--") && *last_comment_end.get_or_insert_with(|| html.rfind("-->").unwrap_or(0)) >= at + 4
        {
            at += 4 + rest[4..].find("-->").map_or(0, |end| end + 3);
            continue;
        }
        // An unclosed comment ends where a tag would.
        at += tag_length(rest, &mut unclosed_quotes);
        // Closed in itself, as XHTML writes it, it hides nothing.
        let is_open = !rest.starts_with("</") && !html[..at].ends_with("/>");
        if is_open && is_hidden(tag) {
            at = end_of_hidden(html, at, tag);
        }
        writer.gap(gap_of(tag));
    }
}

/// Returns the name of the tag a text begins with; empty where there is none.
pub(super) fn tag_name(text: &str) -> &str {
    let name = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return "";
    }
    &name[..name
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b':'))
        .count()]
}

/// Returns the bytes of a tag that is known to close somewhere; `>` in quotes does not close it.
fn tag_length(text: &str, unclosed_quotes: &mut usize) -> usize {
    let bytes = text.as_bytes();
    if *unclosed_quotes < UNCLOSED_QUOTES_MAX {
        let mut quote = None;
        for (at, byte) in bytes.iter().take(TAG_BYTES_MAX).enumerate() {
            match (quote, byte) {
                (None, b'>') => return at + 1,
                (None, b'"' | b'\'') if bytes[at - 1] == b'=' || bytes[at - 1] == b' ' => quote = Some(*byte),
                (Some(open), byte) if open == *byte => quote = None,
                _ => {}
            }
        }
        *unclosed_quotes += 1;
    }
    text.find('>').map_or(text.len(), |at| at + 1)
}

fn is_hidden(tag: &str) -> bool {
    let plain = ["script", "style", "noscript", "template", "title", "iframe"];
    plain
        .iter()
        .chain(HIDDEN_IN_DRAWINGS)
        .any(|own| own.eq_ignore_ascii_case(tag))
}

/// Returns where the content of a hidden element ends: behind its end tag, or with the text.
fn end_of_hidden(html: &str, from: usize, tag: &str) -> usize {
    let mut at = from;
    while let Some(found) = html[at..].find("</") {
        at += found;
        let rest = &html[at..];
        if tag_name(rest).eq_ignore_ascii_case(tag) {
            return rest.find('>').map_or(html.len(), |end| at + end + 1);
        }
        at += 2;
    }
    html.len()
}

fn gap_of(tag: &str) -> Gap {
    let mut lower = [0; 12];
    match lowercase(tag, &mut lower) {
        "br" | "tr" | "li" | "dt" | "dd" | "option" => Gap::Line,
        "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "dl" | "table" | "blockquote" | "pre"
        | "section" | "article" | "header" | "footer" | "aside" | "figure" | "figcaption" | "hr" | "form" | "main"
        | "nav" | "address" | "center" | "fieldset" | "details" | "summary" => Gap::Paragraph,
        "td" | "th" | "img" => Gap::Space,
        _ => Gap::None,
    }
}

/// Whether HTML has an element of this name.
pub(super) fn is_known(tag: &str) -> bool {
    let mut lower = [0; 12];
    let lower = lowercase(tag, &mut lower);
    gap_of(tag) != Gap::None
        || matches!(
            lower,
            "a" | "abbr"
                | "acronym"
                | "b"
                | "bdi"
                | "bdo"
                | "big"
                | "body"
                | "button"
                | "caption"
                | "cite"
                | "code"
                | "col"
                | "del"
                | "dfn"
                | "dir"
                | "em"
                | "embed"
                | "font"
                | "head"
                | "html"
                | "i"
                | "iframe"
                | "input"
                | "ins"
                | "kbd"
                | "label"
                | "legend"
                | "link"
                | "map"
                | "mark"
                | "meta"
                | "noscript"
                | "object"
                | "param"
                | "picture"
                | "q"
                | "s"
                | "samp"
                | "script"
                | "select"
                | "small"
                | "source"
                | "span"
                | "strike"
                | "strong"
                | "style"
                | "sub"
                | "sup"
                | "svg"
                | "tbody"
                | "textarea"
                | "tfoot"
                | "thead"
                | "time"
                | "title"
                | "tt"
                | "u"
                | "var"
                | "video"
                | "audio"
                | "wbr"
                | "area"
                | "base"
                | "frame"
                | "frameset"
                | "blink"
                | "marquee"
                | "applet"
        )
}

/// Returns a name in lower case; names too long for the buffer are nobody's.
pub fn lowercase<'b>(name: &str, buffer: &'b mut [u8]) -> &'b str {
    let Some(target) = buffer.get_mut(..name.len()) else {
        return "";
    };
    target.copy_from_slice(name.as_bytes());
    target.make_ascii_lowercase();
    std::str::from_utf8(target).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(from_html(html), expected, "{html}");
    }

    #[test]
    fn tags_part_words_and_paragraphs() {
        check(
            "<p>One  <b>bold</b>er\nword</p><p>Two<br>lines</p>",
            "One bolder word\n\nTwo\nlines",
        );
        check("a&nbsp;b &amp;lt; c", "a b &lt; c");
        check("<ul><li>x</li><li>y</li></ul>z", "x\ny\n\nz");
    }

    #[test]
    fn what_is_not_shown_is_not_read() {
        check("a<script>if (x < 1) { '</b>' }</script>b", "ab");
        check("a<!-- <p>x</p> -->b<style>c", "ab");
        check("<img alt=\"1 > 0\" src=x>a", "a");
    }

    #[test]
    fn what_is_no_tag_is_text() {
        check("1 < 2 and 3 > 2", "1 < 2 and 3 > 2");
        check("x <y", "x <y");
        assert_eq!(title("Vec&lt;T&gt; and <i>Vec<u8></i>"), "Vec<T> and Vec<u8>");
        assert_eq!(title(" a\n b "), "a b");
    }

    #[test]
    fn hostile_markup_takes_no_time() {
        for piece in ["<a '", "<!--", "<", "<script>", "&", "<a \">", "<!-- >", "</"] {
            from_html(&piece.repeat(50_000));
            title(&piece.repeat(50_000));
            looks_like_html(&piece.repeat(50_000));
        }
    }

    #[test]
    fn white_space_of_all_kinds_parts_words() {
        let spaces = (0..=0x3001).filter_map(char::from_u32).filter(|c| c.is_whitespace());
        for space in spaces {
            assert_eq!(
                line(&format!("{space}a{space}{space}b c{space}é{space}")),
                "a b c é",
                "{space:?}"
            );
        }
        // Neither white space nor the beginning of any.
        for other in [
            '\u{1}', '\u{1f}', '\u{7f}', '\u{200b}', 'é', '\u{a1}', 'あ', '\u{2027}', '😀',
        ] {
            let text = format!("{other}a {other} {other}b{other}");
            assert_eq!(line(&text), text);
        }
    }

    #[test]
    fn text_keeps_its_paragraphs() {
        assert_eq!(from_text("  a  b\nc\n\n \nd "), "a b\nc\n\nd");
    }
}
