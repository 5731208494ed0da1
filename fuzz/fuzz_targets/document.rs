//! What is read as a document is written so that it is read as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::document;

fuzz_target!(|text: &str| {
    if let Ok(read) = document::parse(text) {
        let written = document::render(&read);
        let again = document::parse(&written).expect("what was written is read");
        assert_eq!(document::render(&again), written);
    }
});
