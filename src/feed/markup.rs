//! A feed's text made safe to show, and made plain to match.
//!
//! `sanitize` parses HTML and is for new and changed entries only; `to_plain` reads tags as they come and keeps only
//! what is between them. Neither fetches anything, and neither takes longer than its input is long: markup nested
//! deeper than any page needs is shown as plain text instead of being parsed.

use std::borrow::Cow;

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::html_to_text::HIDDEN_IN_DRAWINGS;
use super::{char_refs, html_to_text};
use crate::domain::feed::{Markup, MarkupKind};
use crate::text;

/// The most HTML that is parsed for one field, in bytes; more is cut off.
const SANITIZE_BYTES_MAX: usize = 1024 * 1024;
/// Elements open at once. Parsing costs elements times open depth.
const OPEN_ELEMENTS_MAX: usize = 400;
/// Attributes in one tag; comparing them with each other costs their square.
const TAG_ATTRIBUTES_MAX: usize = 200;
/// The longest tag, in bytes: pictures are sometimes written into one.
const TAG_BYTES_MAX: usize = 512 * 1024;
/// Elements that are empty, or that the next one of their kind closes.
const NEVER_DEEP: &[&str] = &[
    "br", "img", "hr", "wbr", "input", "meta", "link", "source", "col", "area", "embed", "param", "track", "p", "li",
    "dt", "dd", "tr", "td", "th", "option", "tbody", "thead",
];

/// Returns safe HTML: no scripts, no styles, no forms, nothing that steers the display, addresses made absolute where a base
/// is known.
pub fn sanitize(markup: &Markup, base: Option<&Url>) -> String {
    let mut safe = safe(markup, base);
    text::clean_up(&mut safe);
    safe
}

fn safe(markup: &Markup, base: Option<&Url>) -> String {
    match markup.kind {
        MarkupKind::Text | MarkupKind::Markdown => {
            let mut safe = String::with_capacity(markup.value.len());
            char_refs::escape_into(cut(&markup.value, SANITIZE_BYTES_MAX), &mut safe);
            safe
        }
        MarkupKind::Html => {
            let html = cut(&markup.value, SANITIZE_BYTES_MAX);
            if !html.contains(['<', '&', '>']) {
                return html.to_owned();
            }
            if is_costly(html) {
                let mut safe = String::new();
                char_refs::escape_into(&html_to_text::from_html(html), &mut safe);
                return safe;
            }
            clean(html, own_base(markup, base).as_deref())
        }
    }
}

/// Returns plain text: no tags, references decoded, white space collapsed, paragraphs parted by blank lines, nothing that
/// steers the display.
pub fn to_plain(markup: &Markup) -> String {
    match markup.kind {
        MarkupKind::Html => {
            let mut plain = html_to_text::from_html(&markup.value);
            text::clean_up(&mut plain);
            plain
        }
        MarkupKind::Text | MarkupKind::Markdown => html_to_text::from_text(&text::clean(&markup.value)),
    }
}

/// Returns what a text's relative addresses are read against: its own base where the feed gives one, else `base`.
pub fn own_base<'a>(markup: &Markup, base: Option<&'a Url>) -> Option<Cow<'a, Url>> {
    let own = markup.base.as_deref().and_then(|own| match base {
        Some(base) => base.join(own).ok(),
        None => Url::parse(own).ok(),
    });
    own.map(Cow::Owned).or(base.map(Cow::Borrowed))
}

fn clean(html: &str, base: Option<&Url>) -> String {
    let mut builder = Builder::default();
    let hidden = ["script", "style", "noframes", "template", "title", "applet"];
    builder.clean_content_tags(hidden.into_iter().chain(HIDDEN_IN_DRAWINGS.iter().copied()).collect());
    // A base that cannot carry relative addresses (mailto:) is none.
    builder.url_relative(match base.filter(|base| !base.cannot_be_a_base()) {
        Some(base) => UrlRelative::RewriteWithBase(base.clone()),
        None => UrlRelative::PassThrough,
    });
    builder.clean(&without_drawings(html)).to_string()
}

/// Returns HTML without the tags of drawings and formulas: their words are then read like any others, which would go with
/// all that is drawn.
fn without_drawings(html: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let (mut kept_to, mut at, mut open) = (0, 0, 0_usize);
    while let Some(found) = html[at..].find('<') {
        let start = at + found;
        let name = html_to_text::tag_name(&html[start..]);
        let is_root = ["svg", "math"].iter().any(|own| own.eq_ignore_ascii_case(name));
        if !is_root && (open == 0 || name.is_empty()) {
            at = start + 1;
            continue;
        }
        let Some(length) = html[start..].find('>') else { break };
        let end = start + length + 1;
        let is = |names: &[&str]| names.iter().any(|own| own.eq_ignore_ascii_case(name));
        let is_end = html[start..].starts_with("</");
        let is_empty = !is_end && html[..end].ends_with("/>");
        // Outside a drawing HTML takes what is closed in itself for open, and a title would take along all that follows.
        let may_swallow = is_empty && !is(NEVER_DEEP);
        if !is_root && !may_swallow && (is(HIDDEN_IN_DRAWINGS) || html_to_text::is_known(name)) {
            at = start + 1;
            continue;
        }
        at = end;
        if is_root && is_end {
            open = open.saturating_sub(1);
        } else if is_root && !is_empty {
            open += 1;
        }
        kept.push_str(&html[kept_to..start]);
        kept_to = at;
    }
    match kept_to {
        0 => Cow::Borrowed(html),
        _ => Cow::Owned(kept + &html[kept_to..]),
    }
}

/// Whether parsing would take more than linear time worth mentioning.
fn is_costly(html: &str) -> bool {
    let mut open = 0_usize;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let is_end = rest.starts_with('/');
        let name = rest.trim_start_matches('/');
        let name = &name[..name.bytes().take_while(u8::is_ascii_alphanumeric).count()];
        if name.is_empty() {
            continue;
        }
        if !NEVER_DEEP.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            open = if is_end { open.saturating_sub(1) } else { open + 1 };
        }
        let tag = &rest[..rest.find('>').unwrap_or(rest.len())];
        // Unquoted, quoted or bare: attributes are parted by blanks, or by the quote before them.
        let attributes = if tag.len() > TAG_ATTRIBUTES_MAX {
            tag.matches('=').count()
        } else {
            0
        };
        if open > OPEN_ELEMENTS_MAX || attributes > TAG_ATTRIBUTES_MAX || tag.len() > TAG_BYTES_MAX {
            return true;
        }
        rest = &rest[tag.len()..];
    }
    false
}

/// Returns at most `bytes_max` bytes, whole characters.
fn cut(text: &str, bytes_max: usize) -> &str {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, base: Option<&str>, expected: &str) {
        let base = base.map(|base| Url::parse(base).unwrap());
        assert_eq!(
            sanitize(&Markup::html(html.to_owned()), base.as_ref()),
            expected,
            "{html}"
        );
    }

    #[test]
    fn words_of_drawings_and_formulas_are_words() {
        for (html, safe, plain) in [
            (
                "<p>So <math><mi>E</mi><mo>=</mo><mi>m</mi><annotation encoding='application/x-tex'>E=m</annotation></math>!</p>",
                "<p>So E=m!</p>",
                "So E=m!",
            ),
            (
                "<svg viewBox='0 0 9 9'><title>Logo</title><desc>A w</desc><path d='M1 1'></path><text x='1'>W</text></svg><p>Mill</p>",
                "W<p>Mill</p>",
                "W\n\nMill",
            ),
            ("<p>a</p><SVG/><p>b</p>", "<p>a</p><p>b</p>", "a\n\nb"),
            ("<svg><title/><desc/><path/></svg><p>Mill</p>", "<p>Mill</p>", "Mill"),
            (
                "<math><annotation encoding='x' /><mi>E</mi><ANNOTATION-XML/></math><p>Mill</p>",
                "E<p>Mill</p>",
                "E\n\nMill",
            ),
            (
                "<svg><style/><script href='x'/><textarea/><foreignObject>one<br/>two</foreignObject></svg><p>Mill</p>",
                "one<br>two<p>Mill</p>",
                "one\ntwo\n\nMill",
            ),
            ("<p>1 <svg</p>", "<p>1 </p>", "1"),
            (
                "<svg><style><!--</style><img src=x onerror=alert(1)>--></style><script>x()</script></svg>a",
                "<img src=\"x\">--&gt;a",
                "-->a",
            ),
        ] {
            check(html, None, safe);
            assert_eq!(to_plain(&Markup::html(html.to_owned())), plain, "{html}");
        }
    }

    #[test]
    fn nothing_that_acts_gets_through() {
        check("<p onclick=x>a<script>b</script></p>", None, "<p>a</p>");
        check(
            "<a href=\"javascript:alert(1)\">x</a>",
            None,
            "<a rel=\"noopener noreferrer\">x</a>",
        );
        check("<iframe src=//example.org></iframe>x<style>y</style>", None, "x");
        check("a < b & c", None, "a &lt; b &amp; c");
    }

    #[test]
    fn addresses_become_absolute() {
        check(
            "<img src=\"a.png\">",
            Some("https://example.org/x/"),
            "<img src=\"https://example.org/x/a.png\">",
        );
        check(
            "<img src=\"a.png\">",
            Some("mailto:x@example.org"),
            "<img src=\"a.png\">",
        );
    }

    #[test]
    fn text_is_not_markup() {
        assert_eq!(
            sanitize(&Markup::text("Vec<T> & more".to_owned()), None),
            "Vec&lt;T&gt; &amp; more"
        );
    }

    #[test]
    fn deep_markup_is_shown_as_text() {
        check(&format!("{}x", "<div>".repeat(100_000)), None, "x");
        check(&format!("<p {}>x", "a=1 ".repeat(100_000)), None, "x");
    }
}
