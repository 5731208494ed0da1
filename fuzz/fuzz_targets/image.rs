//! No bytes panic the reading of a picture's head, and what is kept has the size that is told of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::domain::image::{self, KeptImage};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(kept) = KeptImage::of(bytes) {
        assert_eq!(image::size(bytes), Some((kept.width, kept.height)));
    }
});
