//! Configuration files as a whole: the examples load, and every mistake is told at its line.

use std::fs;
use std::path::Path;

use tidings::config::Config;
use tidings::domain::ArticleId;
use tidings::domain::article::Article;

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
            Ok(config) => {
                let told = config.warnings.iter().map(|warning| format!("{warning}\n"));
                format!("{}{} sources\n", told.collect::<String>(), config.sources.len())
            }
            Err(errors) => format!("{errors}\n"),
        };
        let expected = fs::read_to_string(path.with_extension("expected")).unwrap();
        assert_eq!(found, expected, "{}", path.display());
        count += 1;
    }
    assert!(count > 0, "no samples in {}", folder.display());
}

proptest::proptest! {
    #[test]
    fn no_text_panics_the_configuration(
        noise in "\\PC{0,60}",
        lines in proptest::collection::vec(
            "(\\[{1,2}(daemon|fetch|source|topic|digest|site|mail|archive|adaptive|ranking)\\]{1,2}|\
             (feed|name|query|schedule|token|user|proxy|timeout|deliver|headers|keywords|links|host_gap|body_max|smtp|from|was) = \
             (\"[ -!#-\\[\\]-~é]{0,12}\"|\\[\"a\"\\]|\\{ ?(env|x) = \"[A-Z]{1,4}\" ?\\}|[0-9]{1,20}|true))",
            0..8,
        ),
    ) {
        for text in [noise, lines.join("\n")] {
            if let Err(errors) = Config::parse(&text, Path::new("/nowhere/tidings.toml")) {
                proptest::prop_assert!(!errors.mistakes.is_empty() && !errors.to_string().is_empty());
            }
        }
    }
}

#[test]
fn a_publisher_adds_to_the_quality_of_its_articles() {
    let text = "[ranking.providers]\n\"Courier.example\" = 20\n\"tabloid.example\" = -100\n";
    let config = Config::parse(text, Path::new("tidings.toml")).unwrap_or_else(|errors| panic!("{errors}"));
    let at = "2026-03-01T10:00:00Z".parse().unwrap();
    let of = |domain: &str| {
        let article = Article {
            id: ArticleId(1),
            source: String::new(),
            title: "A bridge opens".to_owned(),
            excerpt: String::new(),
            body_markdown: String::new(),
            body_text: "word ".repeat(400),
            byline: None,
            published_at: at,
            published_zone: None,
            seen_at: at,
            original_url: String::new(),
            web_url: String::new(),
            amp_url: None,
            language: None,
            provider_name: String::new(),
            provider_domain: domain.to_owned(),
            image: None,
            is_video: false,
        };
        config.ranking.quality(&article, 0.0)
    };
    assert_eq!(of("other.example"), 80);
    assert_eq!(of("courier.example"), 100);
    assert_eq!(of("tabloid.example"), 0);
}
