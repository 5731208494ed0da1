//! No bytes panic the reader of letters, and its bounds hold.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::letter::{PARTS_MAX, entries, key, message_id, parse};

fuzz_target!(|bytes: &[u8]| {
    let id = message_id(bytes);
    let Ok(letter) = parse(bytes) else { return };
    assert!(letter.attachments <= PARTS_MAX * 2);
    for takes_links in [false, true] {
        let key = key(id.as_deref(), "file");
        let found = entries(&letter, &key, takes_links);
        assert!(found.first().is_some_and(|entry| entry.id.as_deref() == Some(&key)));
    }
});
