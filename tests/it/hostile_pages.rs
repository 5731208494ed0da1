//! Pages made to be dear: each is read within its bounds, whatever it holds.

use std::time::Duration;

use tidings::extract::{self, Options};
use url::Url;

/// CPU time one page may take without optimisation; with it the dearest takes a twentieth of this.
const CPU_MAX: Duration = Duration::from_secs(20);

#[track_caller]
fn check(name: &str, html: &str) {
    let url = Url::parse("https://example.org/2026/06/12/a").unwrap();
    let before = cpu();
    let read = extract::extract(html, &url, &Options::default());
    let taken = cpu() - before;
    assert!(taken < CPU_MAX, "{name}: {taken:?}");
    assert!(read.text.len() <= html.len() && read.published_at.is_some(), "{name}");
}

/// Returns the CPU time of this thread.
fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
}

fn numbered(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

#[test]
fn deep_and_unclosed_pages_end() {
    for tag in ["div", "b", "blockquote", "ul><li"] {
        check(
            tag,
            &format!("<p>before</p>{}text", format!("<{tag}>").repeat(1_000_000)),
        );
    }
    check("unclosed links", &"<a href=/x><div>".repeat(20_000));
    check("unclosed fonts", &numbered(20_000, |n| format!("<font color={n}>")));
    check("unclosed marks", &numbered(20_000, |n| format!("<b id=x{n}><i><p>")));
}

#[test]
fn large_pages_end() {
    let attributes = numbered(100_000, |n| format!(" a{n}=v"));
    check("attributes", &format!("<p>before</p><div{attributes}>text</div>"));
    let classes = numbered(100_000, |n| format!("c{n}-story-body "));
    check("classes", &format!("<div class=\"{classes}\">text</div>"));
    check(
        "cells",
        &format!("<table>{}</table>", "<tr><td>a<td>b<td>c".repeat(520_000)),
    );
    let line = "<p>The council of Harbour Town voted on Tuesday to close <a href=/x>the old hall</a>.</p>";
    check("paragraphs", &line.repeat(10_000_000 / line.len()));
    check("dates", &"<time datetime=x>12 Jxx 2026</time>".repeat(100_000));
}

#[test]
fn a_page_that_tells_much_of_itself_ends() {
    let told = format!(
        r#"<script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{}"}}</script>"#,
        "word ".repeat(150_000)
    );
    let line = "<p>The council of Harbour Town voted on Tuesday to close the old swimming hall.</p>";
    check("structured data", &format!("{told}{}", line.repeat(10_000)));
    check(
        "metadata",
        &numbered(50_000, |n| format!("<meta name=author content=\"Name {n} x\">")),
    );
    check("headlines", &numbered(20_000, |n| format!("<h1>Title number {n}</h1>")));
    let nested = format!(r#"<script type="application/ld+json">{}</script>"#, "[".repeat(500_000));
    check("nested data", &nested);
}
