//! The words that links and the parts around them are known by.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::lexicon::all;

/// Words of class names and ids of parts that hold no list of articles.
#[rustfmt::skip]
pub const FRAME_WORDS: &[&str] = &[
    "nav", "navbar", "navigation", "menu", "submenu", "breadcrumb", "breadcrumbs", "footer", "sidebar", "pagination",
    "pager", "paging", "tags", "taglist", "tagcloud", "social", "share", "sharing", "cookie", "cookies", "consent",
    "login", "signin", "newsletter", "popular", "mostread", "trending", "ad", "ads", "advert", "advertisement",
    "sponsored", "topbar", "masthead", "languages", "skip", "toolbar", "promo",
];
/// Parts of addresses that lead to lists: what follows them is a name in a list, not an article.
pub static LIST_SEGMENTS: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.links.list_segments));
/// Words of which the addresses of a site's own affairs are made.
pub static OWN_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.links.own_words));
/// Parameters of page numbers, sorting and sharing.
#[rustfmt::skip]
pub const LIST_PARAMETERS: &[&str] = &[
    "page", "paged", "offset", "start", "sort", "order", "filter", "tag", "tags", "cat", "category", "author", "s", "q",
    "query", "search", "share", "replytocom", "print", "lang",
];
/// Endings of addresses that are no pages.
pub const FILE_ENDINGS: &[&str] = &[
    "jpg", "jpeg", "png", "gif", "webp", "svg", "zip", "mp3", "mp4", "xml", "rss", "atom", "json", "ics", "css", "js",
];
/// What a link says that leads on to an article named elsewhere.
pub static MORE: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.links.calls));
