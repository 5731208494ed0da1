//! No bytes panic the OPML reader, and what it read is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::feed::opml::{FOLDER_DEPTH_MAX, parse, render};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(list) = parse(bytes) {
        assert!(list.subscriptions.iter().all(|one| one.folders.len() <= FOLDER_DEPTH_MAX));
        if !list.subscriptions.is_empty() {
            let again = parse(render("All", &list.subscriptions).as_bytes()).expect("what was written is read");
            assert_eq!(again.subscriptions.len(), list.subscriptions.len());
        }
    }
});
