//! No text panics the search for numbers of documents; what is found is bounded, has a kind that is known, and a label.
#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use tidings::identifiers::{self, IDENTIFIERS_MAX};

fuzz_target!(|input: (i32, &str, &str)| {
    let (seconds, title, text) = input;
    let at = DateTime::from_timestamp(i64::from(seconds), 0).expect("it is in range");
    let named = identifiers::of_article(title, text, text, at);
    assert!(named.all.len() <= IDENTIFIERS_MAX);
    for one in &named.all {
        assert!(!identifiers::label(&one.key()).is_empty(), "{one:?}");
    }
    assert!(named.subject.iter().all(|one| named.all.contains(one)));
});
