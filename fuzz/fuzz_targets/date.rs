//! No text panics the lenient date reader.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = tidings::feed::date::parse_lenient(text);
});
