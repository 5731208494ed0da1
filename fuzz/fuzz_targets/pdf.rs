//! No PDF panics its reading, and what is read of one is within bounds. The process it runs in elsewhere is not tried here.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::extract::{Extraction, pdf};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(article) = pdf::read(bytes.to_vec()) {
        let _ = Extraction::from(article);
    }
});
