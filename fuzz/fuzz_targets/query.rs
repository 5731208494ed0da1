//! No text panics the query parser, and a mistake's place lies in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::query;

fuzz_target!(|text: &str| match query::parse(text) {
    Ok(query) => drop(query.to_fts()),
    Err(error) => assert!(error.span.end <= text.len()),
});
