//! No bytes panic the sitemap reader, and its bounds hold.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::feed::{SITEMAP_ENTRIES_MAX, SITEMAPS_MAX, Sitemap, merged, parse_sitemap};

fuzz_target!(|bytes: &[u8]| {
    let base = url::Url::parse("https://example.org/sitemap.xml").expect("an address");
    match parse_sitemap(bytes, None, &base) {
        Ok(Sitemap::Urls(parsed)) => {
            assert!(parsed.feed.entries.len() <= SITEMAP_ENTRIES_MAX);
            merged(vec![(*parsed).clone(), *parsed]);
        }
        Ok(Sitemap::Index(maps)) => assert!(maps.len() <= SITEMAPS_MAX),
        Err(_) => {}
    }
});
