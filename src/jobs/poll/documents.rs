//! A source of kind `documents`: front-matter files whose `webUrl` and every related `webUrl` are to be fetched.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::failure::failed;
use crate::decide::{FetchMeta, Outcome};
use crate::document::{self, Document};
use crate::domain::feed::{Entry, Markup};
use crate::domain::source::{Failure, Source, SourceState};
use crate::domain::url::web;
use crate::feed::Parsed;
use crate::files;

/// A reading list longer than this is cut, in files.
const FILES_MAX: usize = 10_000;

/// Reads the documents a source names; unchanged files are as good as a 304.
pub(super) fn read(source: &Source, state: &SourceState) -> Result<Outcome, Failure> {
    let mut files = crate::config::expand_pattern(Path::new(&source.address))
        .map_err(|error| failed(format!("cannot read {}: {error}", source.address)))?;
    files.truncate(FILES_MAX);
    if files.is_empty() {
        return Err(failed(format!("no file matches {}", source.address)));
    }
    let (mut hash, mut entries, mut wrong) = (Sha256::new(), Vec::new(), Vec::new());
    for path in files {
        match files::read_text(&path, document::FILE_BYTES_MAX) {
            Ok(text) => {
                hash.update(text.as_bytes());
                match document::parse(&text) {
                    Ok(document) => entries.extend(entries_of(&document)),
                    Err(error) => wrong.push(format!("{}: {error}", path.display())),
                }
            }
            Err(error) => wrong.push(format!("{}: {error}", path.display())),
        }
    }
    for error in &wrong {
        tracing::warn!("cannot read a document of the reading list: {error}");
    }
    if entries.is_empty() {
        let why = wrong
            .into_iter()
            .next()
            .unwrap_or_else(|| "no document names a webUrl".to_owned());
        return Err(failed(format!("{}: {why}", source.address)));
    }
    let hash = hash.finalize().to_vec();
    let is_same = state.body_hash.as_ref() == Some(&hash);
    let answer = FetchMeta {
        body_hash: Some(hash),
        ..FetchMeta::default()
    };
    if is_same {
        return Ok(Outcome::NotModified(answer));
    }
    Ok(Outcome::Fetched(answer, Box::new(Parsed::of(None, entries))))
}

/// Returns an entry for the document's own address and one for each related one that has an address.
fn entries_of(document: &Document) -> Vec<Entry> {
    let own = (
        document.web_url().unwrap_or_default(),
        document.title(),
        document.excerpt(),
        document.published_at(),
        document.provider_name(),
    );
    let related = document.related().iter().map(|r| {
        (
            r.web_url().unwrap_or_default(),
            r.title(),
            r.excerpt(),
            r.published_at(),
            r.provider_name(),
        )
    });
    std::iter::once(own)
        .chain(related)
        // A document of somebody else's may name a file or a script.
        .filter(|(url, ..)| web(url).is_some())
        .map(|(url, title, excerpt, published, publisher)| Entry {
            id: Some(url.to_owned()),
            title: Some(title.to_owned()),
            link: Some(url.to_owned()),
            published,
            summary: excerpt.map(|text| Markup::text(text.to_owned())),
            publisher: publisher.map(str::to_owned),
            ..Entry::default()
        })
        .collect()
}
