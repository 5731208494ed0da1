//! The language of queries, for whoever has searched for nothing yet or was not understood.

use maud::{Markup, html};

use crate::web::desk::Desk;
use crate::web::routes::{Route, SearchTerms};

/// Queries to begin with, and what each finds.
const EXAMPLES: [(&str, &str); 3] = [
    (
        "\"facial recognition\" AND (ban OR law)",
        "the phrase, and one of two words or both",
    ),
    (
        "title:flood* NOT film",
        "words that begin so in the headline, but no article with the other word",
    ),
    (
        "harbour NEAR/5 (bridge OR tunnel) after:2026-01-01",
        "words close to one another, in what was published since a day",
    ),
];
/// What else may be written.
const SIGNS: [(&str, &str); 7] = [
    (
        "one two",
        "both words, anywhere; capital letters and accents make no difference",
    ),
    ("\"one two\"", "the words side by side"),
    ("one OR two, NOT three", "either of two, and without a third"),
    ("word*  *word", "words that begin or end so"),
    ("=Word", "only as it is written"),
    ("title: lead: body:", "only there"),
    ("source: domain: lang: type:video", "by where it is from and what it is"),
];

/// Returns how queries are written, with examples to follow.
pub fn language(desk: &Desk<'_>) -> Markup {
    html! {
        h2 { "How queries are written" }
        p { "As topics are. Three to begin with:" }
        ul.plain {
            @for (query, found) in EXAMPLES {
                @let terms = SearchTerms { query: query.to_owned(), ..SearchTerms::default() };
                li { a href=(desk.link(&Route::Search(terms))) { code { (query) } } div.faint { (found) } }
            }
        }
        dl { @for (sign, meaning) in SIGNS { dt { code { (sign) } } dd { (meaning) } } }
    }
}
