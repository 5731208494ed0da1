//! No text panics the configuration reader; all it says is mistakes.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use tidings::config::Config;

fuzz_target!(|text: &str| {
    // Files it names are the machine's own, and none of this test's business.
    if text.contains("include") || text.contains("file") {
        return;
    }
    match Config::parse(text, Path::new("/nowhere/tidings.toml")) {
        Ok(config) => drop(format!("{config:?}")),
        Err(errors) => assert!(!errors.mistakes.is_empty() && !errors.to_string().is_empty()),
    }
});
