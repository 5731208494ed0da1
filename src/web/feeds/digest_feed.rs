//! Digests as a feed: each as it was sent.

use super::entry_content;
use super::entry_id::EntryIds;
use super::feed_document::{FeedDocument, FeedEntry};
use super::written;
use crate::store::digests::FrozenDigest;
use crate::views::{ViewError, digests as view};
use crate::web::answer::Answer;
use crate::web::desk::Desk;
use crate::web::routes::{FeedForm, Route};

/// Digests of one feed, the latest.
const DIGESTS_MAX: usize = 30;

/// Returns the digests of a name as a feed.
pub fn digests(desk: &Desk<'_>, name: &str) -> Result<Answer, ViewError> {
    let found = view::frozen(desk.store, desk.config, name, DIGESTS_MAX)?;
    let ids = EntryIds::of(desk)?;
    let entries = found.iter().map(|digest| entry(desk, ids, digest)).collect();
    let title = entry_content::title(&format!("Digest: {name}"));
    let own = Route::DigestFeed { name: name.to_owned() };
    let feed = FeedDocument::new(desk, ids, &own, title, &Route::Digests, entries);
    Ok(written::answer(&feed, FeedForm::Atom))
}

fn entry(desk: &Desk<'_>, ids: EntryIds, digest: &FrozenDigest) -> FeedEntry {
    FeedEntry {
        id: ids.of_digest(digest.id),
        title: entry_content::title(&digest.subject),
        url: None,
        page: desk.address(&Route::Digest(digest.id)),
        author: "Tidings".to_owned(),
        published: digest.to,
        updated: digest.to,
        summary: String::new(),
        html: body(&digest.html).to_owned(),
        language: None,
    }
}

/// Returns what stands in the body of a document: a reader has a head of its own.
fn body(html: &str) -> &str {
    let inner = html.find("<body").and_then(|at| {
        let start = at + html[at..].find('>')? + 1;
        let end = html.rfind("</body>").filter(|end| *end >= start)?;
        html.get(start..end)
    });
    inner.unwrap_or(html).trim()
}

#[cfg(test)]
mod tests {
    use super::body;

    #[test]
    fn a_body_is_what_stands_in_it() {
        assert_eq!(
            body("<html><head></head><body class=x>\n<p>a</p>\n</body></html>"),
            "<p>a</p>"
        );
        assert_eq!(body("<p>a</p>"), "<p>a</p>");
        assert_eq!(body("</body><body"), "</body><body");
    }
}
