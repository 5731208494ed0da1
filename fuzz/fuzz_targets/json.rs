//! No text panics the lenient reader of JSON, and what is JSON is never called broken.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tidings::text::json::{self, Damage};

fuzz_target!(|text: &str| {
    let read = json::parse(text);
    if serde_json::from_str::<Value>(text).is_ok() {
        let (_, damage) = read.expect("a value is one");
        assert!(damage < Damage::Structure, "{text}");
    }
});
