//! Pages that name as their canonical address what is not theirs: two articles stay two, in a running poll and later.

use chrono::TimeDelta;
use tidings::domain::article::Article;
use tidings::store::articles::ArticleFilter;

use crate::poll::{item, paragraphs};
use crate::support::site::{Answer, rss};
use crate::support::{HARBOUR, World};

const CRANE: [&str; 3] = [
    "/news/harbour-crane-stays-put",
    "Harbour crane stays put after a vote",
    "The crane is a hundred years old.",
];
const FERRY: [&str; 3] = [
    "/news/harbour-ferry-leaves-later",
    "Harbour ferry leaves an hour later",
    "The ferry has a new pier to wait for.",
];

const FERRY_TEXT: &str = "Travellers with tickets for the early boat may take any other on the same day, the company said. The pier was \
     to be finished in spring, but a storm took two of its piles, which came from abroad. Islanders who work in town are not \
     amused, and ask for a bus from the northern landing instead, as there was one before the bridge was built. ";

/// Sets the page of an article, which says that it stands at `canonical`.
fn set_page(world: &World, [path, title, lead]: [&str; 3], canonical: &str) {
    let canonical = canonical.replace("{site}", &world.site.address());
    let body = match path.contains("ferry") || path.ends_with(['b', '9']) {
        true => format!("<p>{lead} {FERRY_TEXT}</p><p>{FERRY_TEXT}</p>"),
        false => paragraphs(lead),
    };
    let page = Answer::page(format!(
        "<html><head><title>{title}</title><link rel=canonical href=\"{canonical}\"></head><body><nav><a href=/>Home</a></nav>\
         <article><h1>{title}</h1>{body}</article><footer>© The Feed</footer></body></html>"
    ));
    world.site.set(path, page);
}

/// Returns the articles, that about the crane first.
fn articles(world: &World) -> Vec<Article> {
    let listed = world.ctx.store.list_articles(&ArticleFilter::default()).unwrap();
    let read = |id| world.ctx.store.article(id).unwrap().unwrap();
    let mut found: Vec<Article> = listed.iter().map(|one| read(one.id)).collect();
    found.sort_by(|a, b| a.title.cmp(&b.title));
    found
}

/// Polls two articles that name these addresses, and looks at them again; both stay what and where they are.
async fn check(name: &str, articles_of: [[&str; 3]; 2], named: [&str; 2], are_at_their_own: bool) {
    let world = World::new(HARBOUR).await;
    let [one, two] = articles_of;
    let items = [
        item(
            &world,
            "1",
            one[0],
            one[1],
            "The old crane in the harbour is to be kept.",
        ),
        item(&world, "2", two[0], two[1], "The harbour ferry leaves later."),
    ];
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &items)));
    for (article, canonical) in articles_of.into_iter().zip(named) {
        set_page(&world, article, canonical);
    }
    // What stands at the addresses they name, if it is asked for.
    let front = format!(
        "<html><head><title>The Feed</title></head><body><article><h1>The Feed</h1>{}</article></body></html>",
        paragraphs("Welcome.")
    );
    for path in ["/", "/news", "/news/"] {
        world.site.set(path, Answer::page(front.clone()));
    }
    for look in ["first", "later", "last"] {
        let found = articles_after(&world, look).await;
        assert_eq!(found.len(), 2, "{name}, {look}");
        for (article, [path, title, lead]) in found.iter().zip(articles_of) {
            assert_eq!(article.title, title, "{name}, {look}");
            assert!(
                article.body_text.contains(lead),
                "{name}, {look}: {}",
                article.body_text
            );
            let own = format!("{}{path}", world.site.address());
            assert!(
                !are_at_their_own || article.web_url == own,
                "{name}, {look}: {}",
                article.web_url
            );
        }
        assert_eq!(world.documents().len(), 2, "{name}, {look}");
    }
    if are_at_their_own {
        for [path, ..] in articles_of {
            assert_eq!(world.site.asked(path).len(), 3, "{name}: {path}");
        }
        for path in ["/", "/news", "/news/"] {
            assert!(world.site.asked(path).is_empty(), "{name}: {path}");
        }
    }
}

/// Works, now or after a while, and returns the articles.
async fn articles_after(world: &World, look: &str) -> Vec<Article> {
    let hours = match look {
        "first" => 0,
        "later" => 7,
        _ => 24,
    };
    world.work_after(TimeDelta::hours(hours)).await;
    articles(world)
}

#[tokio::test]
async fn what_is_not_the_articles_address_makes_two_articles_no_one() {
    for (name, named) in [
        ("the site's root", ["{site}/"; 2]),
        ("a prefix of the path", ["{site}/news"; 2]),
        ("a prefix that ends as a folder", ["{site}/news/"; 2]),
        ("an unfilled template", ["{site}/{{ page.slug }}"; 2]),
        ("another unfilled template", ["{site}/news/${path}"; 2]),
        ("no value", ["{site}/news/undefined"; 2]),
        ("another's page", ["{site}/news/harbour-ferry-leaves-later"; 2]),
        (
            "each other's page",
            [
                "{site}/news/harbour-ferry-leaves-later",
                "{site}/news/harbour-crane-stays-put",
            ],
        ),
    ] {
        check(name, [CRANE, FERRY], named, true).await;
    }
}

#[tokio::test]
async fn an_address_that_says_nothing_overwrites_nothing() {
    let (crane, ferry) = (["/a", CRANE[1], CRANE[2]], ["/b", FERRY[1], FERRY[2]]);
    let numbered = (
        ["/news/771234", CRANE[1], CRANE[2]],
        ["/news/771299", FERRY[1], FERRY[2]],
    );
    check("another's page", [crane, ferry], ["{site}/b"; 2], false).await;
    check("each other's page", [crane, ferry], ["{site}/b", "{site}/a"], false).await;
    check(
        "another's number",
        [numbered.0, numbered.1],
        ["{site}/news/771299"; 2],
        false,
    )
    .await;
}
