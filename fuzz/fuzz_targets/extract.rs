//! No page panics extraction, whatever its bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::extract::{self, ExtractOptions};

fuzz_target!(|bytes: &[u8]| {
    let url = url::Url::parse("https://example.org/2026/06/12/a").expect("a fixed address");
    let html = extract::decode(bytes, None);
    let first = extract::extract(&html, &url, &ExtractOptions::default());
    let second = extract::extract(&html, &url, &ExtractOptions::default());
    assert_eq!((first.text, first.markdown), (second.text, second.markdown));
    extract::fragment(&html, Some(&url));
    let _ = extract::listing(&html, &url, None);
});
