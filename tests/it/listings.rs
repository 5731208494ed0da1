//! Pages that link to articles: `tests/data/listings/NAME.html` beside the links found on them by themselves.
//!
//! `LISTINGS_WRITE=1` writes the expected files anew; the difference is the review.

use std::path::Path;

use tidings::extract;
use url::Url;

fn address() -> Url {
    Url::parse("https://www.paper.example/news").unwrap()
}

fn shown(html: &str, links: Option<&str>) -> String {
    match extract::listing(html, &address(), links) {
        Err(error) => format!("error: {error}\n"),
        Ok(links) => links
            .into_iter()
            .map(|link| {
                let date = link.published_at.map_or("-".to_owned(), |at| at.to_rfc3339());
                format!("{} | {} | {date}\n", link.url, link.title)
            })
            .collect(),
    }
}

#[test]
fn every_sample_is_read_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/listings");
    let mut samples = 0;
    let mut wrong = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "html") {
            continue;
        }
        let found = shown(&std::fs::read_to_string(&path).unwrap(), None);
        let expected = path.with_extension("expected");
        if std::env::var_os("LISTINGS_WRITE").is_some() {
            std::fs::write(&expected, &found).unwrap();
        }
        let expected = std::fs::read_to_string(expected).unwrap();
        if found != expected {
            wrong.push(format!("{}:\n{found}--- expected ---\n{expected}", path.display()));
        }
        samples += 1;
    }
    assert!(samples >= 10, "the samples were not found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_selector_takes_what_it_names_and_its_dates() {
    let html = "<nav><div class=x><a href=/tag/one>One</a><time datetime=2026-06-12>then</time></div></nav>\
                <div class=x><p><a href=https://elsewhere.example/b>Two</a> 11 June 2026</p></div>";
    assert_eq!(
        shown(html, Some("div.x")),
        "https://www.paper.example/tag/one | One | 2026-06-12T00:00:00+00:00\n\
         https://elsewhere.example/b | Two | 2026-06-11T00:00:00+00:00\n"
    );
}

#[test]
fn a_hostile_page_ends() {
    let nested = format!(
        "{}<a href=/a>one two three four</a>",
        "<div><a href=/b-c-d-e-f>".repeat(3_000)
    );
    shown(&nested, None);
    let many: String = (0..20_000)
        .map(|n| format!("<a href=/n{n}>word word word word</a>"))
        .collect();
    shown(&many, None);
}
