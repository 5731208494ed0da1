//! No bytes panic the feed reader, and reading them twice gives the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::feed;

// feed-rs may panic behind the second opinion, which takes that for none: only a panic that comes out here is a finding.
fuzz_target!(init: drop(std::panic::take_hook()), |bytes: &[u8]| {
    let base = url::Url::parse("https://example.org/feed").ok();
    if let Ok(parsed) = feed::parse(bytes, None, base.as_ref()) {
        let again = feed::parse(bytes, None, base.as_ref()).expect("what was read once is read twice");
        assert_eq!(parsed.feed, again.feed);
        for entry in &parsed.feed.entries {
            feed::entry_key(entry);
            feed::fingerprint(entry);
            for text in [&entry.summary, &entry.content].into_iter().flatten() {
                feed::markup::to_plain(text);
                feed::markup::sanitize(text, base.as_ref());
            }
        }
    }
});
