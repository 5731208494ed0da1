//! What reading a page costs, as ratios to parsing it alone in the same run: `cargo bench --bench extract`.
//!
//! Pages are made here: an article of 20 to 60 paragraphs between a menu, teasers, comments and a footer, with structured
//! data and meta elements. CPU time of this thread counts, not the clock on the wall; rounds of all steps alternate and
//! the least round of each counts, so that a busy machine changes little.

mod common;

use std::fmt::Write as _;
use std::hint::black_box;

use scraper::Html;
use tidings::extract::{self, ExtractOptions};
use url::Url;

/// Pages in a round.
const PAGES: usize = 40;
/// Rounds of each step.
const ROUNDS: usize = 12;

fn main() {
    let pages: Vec<String> = (0..PAGES).map(render).collect();
    let url = Url::parse("https://example.org/2026/06/12/ferry").expect("it is an address");
    let bytes: usize = pages.iter().map(String::len).sum();
    println!("{PAGES} pages, {} KB each on average", bytes / PAGES / 1024);

    let steps: [(&str, &dyn Fn()); 4] = [
        ("parse", &|| {
            for page in &pages {
                black_box(Html::parse_document(page));
            }
        }),
        ("bytes to text", &|| {
            for page in &pages {
                black_box(extract::decode(page.as_bytes(), None));
            }
        }),
        ("extract", &|| {
            for page in &pages {
                black_box(extract::extract(page, &url, &ExtractOptions::default()));
            }
        }),
        ("whole page, from its bytes", &|| {
            for page in &pages {
                let text = extract::decode(page.as_bytes(), None);
                black_box(extract::extract(&text, &url, &ExtractOptions::default()));
            }
        }),
    ];
    common::compare(ROUNDS, PAGES, "page", &steps);
}

/// Returns a page; the number decides how long it is.
fn render(number: usize) -> String {
    let mut page = format!(
        "<!DOCTYPE html><html lang=en><head><title>Ferry {number} returns - Example News</title>\
         <meta property=og:title content=\"Ferry {number} returns\"><meta name=author content=\"Ana Lopez\">\
         <script type=\"application/ld+json\">{{\"@type\":\"NewsArticle\",\"headline\":\"Ferry {number} returns\",\
         \"datePublished\":\"2026-06-12T10:00:00Z\"}}</script></head><body class=\"single has-sidebar\">\
         <nav class=\"main-nav menu\"><ul>"
    );
    for item in 0..60 {
        let _ = write!(
            page,
            "<li class=\"menu-item item-{item}\"><a href=/section/{item}>Section {item}</a></li>"
        );
    }
    let _ = write!(
        page,
        "</ul></nav><div class=\"wrap container\"><main id=content><article class=\"post type-post hentry\">\
         <h1 class=entry-title>Ferry {number} returns</h1><p class=byline>By <a href=/author/ana>Ana Lopez</a>\
         <time datetime=2026-06-12>June 12, 2026</time></p><div class=entry-content>"
    );
    for paragraph in 0..20 + number % 41 {
        let _ = write!(
            page,
            "<p class=wp-block-paragraph>In paragraph {paragraph} the harbour master, who has kept the books since \
             the spring, said that <a href=/story/{paragraph}>the ferry</a> would sail <em>twice a day</em>, in \
             summer four times, and that nobody needed to wait for longer than an hour.</p>"
        );
    }
    page.push_str("</div></article></main><aside class=\"sidebar widget-area\">");
    for card in 0..30 {
        let _ = write!(
            page,
            "<div class=\"card teaser\"><a href=/other/{card}><img src=/i/{card}.jpg alt=''><h3>Another story with a \
             headline of its own, {card}</h3></a><span class=date>June {}, 2026</span></div>",
            card % 28 + 1
        );
    }
    page.push_str("</aside></div><section id=comments class=comment-list>");
    for comment in 0..20 {
        let _ = write!(
            page,
            "<div class=\"comment depth-1\"><b class=fn>Reader {comment}</b><p>I was there.</p></div>"
        );
    }
    page.push_str("</section><footer class=site-footer><p>© 2026 Example News</p></footer></body></html>");
    page
}
