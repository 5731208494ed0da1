//! Feeds as they are found: each file in `tests/data/feeds` beside what must be read from it.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use tidings::feed;

/// Writes a feed down, one line a value.
fn shown(bytes: &[u8]) -> String {
    let base = "https://example.org/feed".parse().unwrap();
    let parsed = match feed::parse(bytes, None, Some(&base)) {
        Ok(parsed) => parsed,
        Err(error) => return format!("error: {error}\n"),
    };
    let feed = parsed.feed;
    let mut text = String::new();
    let or_dash = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    writeln!(
        text,
        "{} | {} | {}",
        feed.kind.as_str(),
        or_dash(&feed.title),
        or_dash(&feed.link)
    )
    .unwrap();
    for entry in &feed.entries {
        let time = entry
            .published
            .or(entry.updated)
            .map(|time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string());
        let markup = entry.content.as_ref().or(entry.summary.as_ref());
        let plain = markup.map(|markup| feed::markup::to_plain(markup).replace('\n', " "));
        writeln!(
            text,
            "- {} | {} | {}",
            feed::entry_key(entry).0,
            or_dash(&entry.title),
            entry.article_link().unwrap_or("-")
        )
        .unwrap();
        writeln!(
            text,
            "  {} | {} | {}",
            or_dash(&time),
            entry.authors.join(", "),
            or_dash(&plain)
        )
        .unwrap();
    }
    text
}

#[test]
fn every_sample_is_read_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/feeds");
    let mut samples = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "expected") {
            continue;
        }
        let expected = fs::read_to_string(path.with_extension("expected")).unwrap();
        assert_eq!(shown(&fs::read(&path).unwrap()), expected, "{}", path.display());
        samples += 1;
    }
    assert!(samples >= 4, "the samples were not found");
}

#[test]
fn reading_twice_finds_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/feeds");
    for file in fs::read_dir(folder).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let prints = || {
            let parsed = feed::parse(&bytes, None, None).ok()?;
            Some(
                parsed
                    .feed
                    .entries
                    .iter()
                    .map(|e| (feed::entry_key(e), feed::fingerprint(e)))
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(prints(), prints());
    }
}
