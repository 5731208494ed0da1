//! No text panics the query parser or what walks a query, and a mistake's place lies in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::query;
use tidings::store::articles::fts_query::{self, Completions};

fuzz_target!(|text: &str| match query::parse(text) {
    Ok(query) => {
        fts_query::of(&query, &Completions::wanted(&query));
        query.after();
        query.positive_terms();
    }
    Err(error) => assert!(error.span.end <= text.len()),
});
