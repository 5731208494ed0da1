//! Configuration files as a whole: the examples load, and every mistake is told at its line.

use std::fs;
use std::path::Path;

use tidings::config::Config;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_examples_load() {
    for name in ["tidings.toml", "minimal.toml"] {
        let path = root().join("config").join(name);
        let config = Config::load(&path).unwrap_or_else(|errors| panic!("{errors}"));
        assert!(
            !config.sources.is_empty() && !config.topics.is_empty() && !config.digests.is_empty(),
            "{name}"
        );
    }
}

#[test]
fn every_mistake_is_told() {
    let folder = root().join("tests/data/config");
    let mut count = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let name = Path::new(path.file_name().unwrap());
        let found = match Config::parse(&text, name) {
            Ok(config) => format!("{} sources\n", config.sources.len()),
            Err(errors) => format!("{errors}\n"),
        };
        let expected = fs::read_to_string(path.with_extension("expected")).unwrap();
        assert_eq!(found, expected, "{}", path.display());
        count += 1;
    }
    assert!(count > 0, "no samples in {}", folder.display());
}
