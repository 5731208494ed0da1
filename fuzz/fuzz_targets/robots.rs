//! No bytes panic the robots.txt reader, and what it read answers at once for any path.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::fetch::Robots;

fuzz_target!(|input: (&[u8], &str)| {
    let (bytes, path) = input;
    let robots = Robots::parse(bytes);
    robots.allows(path);
    assert!(robots.allows("/robots.txt"));
});
