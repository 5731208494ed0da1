//! No answer panics the reader of registers, whatever the recipe, and no text the reader of paths.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::domain::json_path::TextPattern;
use tidings::feed::records::{self, recipes::RECIPES};
use url::Url;

fuzz_target!(|text: &str| {
    let _ = TextPattern::parse(text);
    for recipe in &RECIPES {
        let address = Url::parse(recipe.newest).expect("a test reads each recipe");
        let _ = records::read(text.as_bytes(), None, &address, &recipe.format(None), 1);
    }
});
