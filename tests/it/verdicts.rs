//! What pages are, in twelve languages: `tests/data/verdicts/LANGUAGE.pages`, each page behind a line with the verdict that
//! is expected and what the page is.

use std::path::Path;

use tidings::extract::{self, ExtractOptions};
use url::Url;

/// Languages each kind of page is there in.
const LANGUAGES: usize = 12;

/// Returns the pages of a file: the expected verdict, what it is, its HTML.
fn pages(text: &str) -> Vec<(&str, &str, &str)> {
    let parts = text.split("=== ").skip(1);
    parts
        .map(|part| {
            let (head, html) = part.split_once('\n').unwrap();
            let (verdict, what) = head.split_once(": ").unwrap();
            (verdict, what, html)
        })
        .collect()
}

#[test]
fn pages_are_what_they_are_in_twelve_languages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/verdicts");
    let url = Url::parse("https://news.example/town/page").unwrap();
    let mut wrong = Vec::new();
    let mut languages = 0;
    for file in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
        languages += 1;
        let text = std::fs::read_to_string(&file).unwrap();
        let pages = pages(&text);
        for verdict in ["complete", "teaser", "paywall", "consent", "blocked", "not-an-article"] {
            assert!(
                pages.iter().any(|(own, ..)| *own == verdict),
                "{}: no {verdict}",
                file.display()
            );
        }
        for (expected, what, html) in pages {
            let told = extract::explain(html, &url, &ExtractOptions::default());
            let found = extract::extract(html, &url, &ExtractOptions::default());
            assert_eq!(found.verdict, told.extraction.verdict, "{what}");
            let is_article = matches!(expected, "complete" | "teaser" | "paywall");
            if found.verdict.as_str() != expected || found.metadata_is_articles != is_article {
                let name = file.file_stem().unwrap().to_string_lossy();
                wrong.push(format!(
                    "{name}, {what}: {} ({}), not {expected}",
                    found.verdict.as_str(),
                    told.why
                ));
            }
        }
    }
    assert_eq!(languages, LANGUAGES);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
