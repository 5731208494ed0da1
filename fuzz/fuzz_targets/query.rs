//! No text panics the query parser or what walks a query, and a mistake's place lies in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::query;

fuzz_target!(|text: &str| match query::parse(text) {
    Ok(query) => {
        query.to_fts();
        query.after();
        query.positive_terms();
    }
    Err(error) => assert!(error.span.end <= text.len()),
});
