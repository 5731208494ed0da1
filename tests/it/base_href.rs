//! `<base href>`: what a page's relative addresses are read against, wherever they are read.

use tidings::extract::{self, ExtractOptions};
use url::Url;

const WORDS: &str = "The council met on Tuesday evening and agreed on the new line along the harbour, members said. ";

fn page() -> Url {
    Url::parse("https://news.example/b/news/detail").unwrap()
}

#[test]
fn links_pictures_canonical_and_the_next_page_of_an_article() {
    let html = format!(
        "<html><head><title>The line along the harbour</title><base href='/'>
         <link rel=canonical href='b/news/detail'><link rel=next href='b/news/detail?page=2'>
         <meta property=og:image content='files/og.jpg'></head><body><article><h1>The line along the harbour</h1>
         <p>{0}{0}</p><p>{0}<a href='en/contact.html'>Write to us</a> about it.</p><img src='files/wheel.jpg' alt='A wheel' width=800 height=600>
         <p>{0}{0}</p></article></body></html>",
        WORDS
    );
    let read = extract::extract(&html, &page(), &ExtractOptions::default());
    assert!(
        read.markdown
            .contains("[Write to us](<https://news.example/en/contact.html>)"),
        "{}",
        read.markdown
    );
    assert!(
        read.markdown.contains("(<https://news.example/files/wheel.jpg>"),
        "{}",
        read.markdown
    );
    assert_eq!(
        read.metadata.canonical_url.as_deref(),
        Some("https://news.example/b/news/detail")
    );
    assert_eq!(read.metadata.image.unwrap().url, "https://news.example/files/og.jpg");
    assert_eq!(
        read.next_part.unwrap().as_str(),
        "https://news.example/b/news/detail?page=2"
    );
}

#[test]
fn the_links_of_a_listing() {
    let items: String = (0..6)
        .map(|n| {
            format!(
                "<li><h3><a href='story-{n}.html'>Council agrees on harbour line number {n}</a></h3><p>{WORDS}</p></li>"
            )
        })
        .collect();
    let html =
        format!("<html><head><title>News</title><base href='/lbase/'></head><body><ul>{items}</ul></body></html>");
    for links in [None, Some("h3 a")] {
        let found = extract::listing(&html, &page(), links).unwrap();
        let found: Vec<&str> = found.iter().map(|link| link.url.as_str()).collect();
        assert_eq!(found.len(), 6, "{found:?}");
        assert!(
            found
                .iter()
                .all(|url| url.starts_with("https://news.example/lbase/story-")),
            "{found:?}"
        );
    }
}
