//! A feed's text made safe to show, and made plain to match.
//!
//! `sanitize` parses HTML and is for new and changed entries only; `to_plain` reads tags as they come and keeps only
//! what is between them. Neither fetches anything, and neither takes longer than its input is long: markup nested
//! deeper than any page needs is shown as plain text instead of being parsed.

use std::borrow::Cow;
use std::collections::HashSet;

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::{entity, plain};
use crate::domain::feed::{Markup, MarkupKind};

/// The most HTML that is parsed for one field, in bytes; more is cut off.
const SANITIZE_BYTES_MAX: usize = 1024 * 1024;
/// Elements open at once. Parsing costs elements times open depth.
const OPEN_ELEMENTS_MAX: usize = 400;
/// Attributes in one tag.
const TAG_ATTRIBUTES_MAX: usize = 200;

/// Returns safe HTML: no scripts, no styles, no forms, addresses made absolute where a base is known.
pub fn sanitize(markup: &Markup, base: Option<&Url>) -> String {
    match markup.kind {
        MarkupKind::Text | MarkupKind::Markdown => {
            let mut safe = String::with_capacity(markup.value.len());
            entity::escape_into(cut(&markup.value, SANITIZE_BYTES_MAX), &mut safe);
            safe
        }
        MarkupKind::Html => {
            let html = cut(&markup.value, SANITIZE_BYTES_MAX);
            if !html.contains(['<', '&', '>']) {
                return html.to_owned();
            }
            if is_costly(html) {
                let mut safe = String::new();
                entity::escape_into(&plain::from_html(html), &mut safe);
                return safe;
            }
            clean(html, own_base(markup, base).as_deref())
        }
    }
}

/// Returns plain text: no tags, references decoded, white space collapsed, paragraphs parted by blank lines.
pub fn to_plain(markup: &Markup) -> String {
    match markup.kind {
        MarkupKind::Html => plain::from_html(&markup.value),
        MarkupKind::Text | MarkupKind::Markdown => plain::from_text(&markup.value),
    }
}

fn own_base<'a>(markup: &Markup, base: Option<&'a Url>) -> Option<Cow<'a, Url>> {
    let own = markup.base.as_deref().and_then(|own| match base {
        Some(base) => base.join(own).ok(),
        None => Url::parse(own).ok(),
    });
    own.map(Cow::Owned).or(base.map(Cow::Borrowed))
}

fn clean(html: &str, base: Option<&Url>) -> String {
    let mut builder = Builder::default();
    builder.clean_content_tags(HashSet::from(["script", "style", "noframes", "template", "title", "applet"]));
    // A base that cannot carry relative addresses (mailto:) is none.
    builder.url_relative(match base.filter(|base| !base.cannot_be_a_base()) {
        Some(base) => UrlRelative::RewriteWithBase(base.clone()),
        None => UrlRelative::PassThrough,
    });
    builder.clean(html).to_string()
}

/// Whether parsing would take more than linear time worth mentioning.
fn is_costly(html: &str) -> bool {
    let bytes = html.as_bytes();
    let (mut open, mut attributes) = (0_usize, 0_usize);
    let mut is_inside = false;
    for pair in bytes.windows(2) {
        match pair {
            [b'<', b'/'] => open = open.saturating_sub(1),
            [b'<', next] if next.is_ascii_alphabetic() => {
                open += usize::from(!matches!(next.to_ascii_lowercase(), b'b' | b'h' | b'i' | b'w') || is_counted(pair, bytes));
                attributes = 0;
                is_inside = true;
            }
            [b'>', _] => is_inside = false,
            [b'=', _] | [b' ', _] if is_inside => attributes += 1,
            _ => {}
        }
        if open > OPEN_ELEMENTS_MAX && closing_soon(html) || attributes > 2 * TAG_ATTRIBUTES_MAX {
            return true;
        }
    }
    false
}

fn cut(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}
