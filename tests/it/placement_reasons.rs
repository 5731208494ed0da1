//! Where articles are placed, why, and what odd ones and odd clocks do to it.

use chrono::TimeDelta;
use tidings::domain::topic::Reasoning;
use tidings::store::articles::ArticleFilter;

use crate::support::site::{Answer, Item, rss};
use crate::support::{self, World, all_of_the_feed};

fn item(guid: &'static str, title: &str, text: &str) -> Item {
    let link = format!("http://news.example/{guid}");
    Item::new(guid, title, link, "Fri, 12 Jun 2026 10:00:00 GMT", text)
}

/// Returns why each article was placed, in order of their headlines.
fn reasonings(world: &World) -> Vec<(String, Reasoning)> {
    let store = &world.ctx.store;
    let mut found: Vec<_> = store
        .list_articles(&ArticleFilter::default())
        .unwrap()
        .into_iter()
        .map(|article| (article.title, store.reasoning(article.id).unwrap().unwrap()))
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

#[tokio::test]
async fn each_article_keeps_why_it_is_where_it_is() {
    let world = World::new(&all_of_the_feed()).await;
    let text = "The harbour bridge in Velden was closed on Friday after inspectors found a crack in one of its \
                cables, the city said, and ferries will run every ten minutes until the repairs are done.";
    let first = [item("1", "A crack closes the harbour bridge in Velden", text)];
    world.site.set("/feed.xml", Answer::feed(rss("F", &first)));
    world.work().await;
    let then = [
        item(
            "2",
            "B: Velden harbour bridge closed, crack found",
            "Ferries replace the harbour bridge of Velden.",
        ),
        item(
            "3",
            "C night train returns to the coast",
            "Sleepers run again from June.",
        ),
        item("4", "D the same words under another headline", text),
    ];
    world.site.set("/feed.xml", Answer::feed(rss("F", &then)));
    world.work_after(TimeDelta::hours(1)).await;
    let found = reasonings(&world);
    let [(_, a), (_, b), (_, c), (_, d)] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!((a.closest, a.copy_of), (None, None));
    let likeness = b.likeness.unwrap();
    assert_eq!((b.closest, b.story), (Some(a.story), a.story));
    assert!(likeness >= b.threshold, "{b:?}");
    assert_eq!(b.words, ["velden", "harbour", "bridge", "crack"]);
    assert_ne!(c.story, a.story);
    assert!(c.likeness.is_none_or(|likeness| likeness < c.threshold), "{c:?}");
    assert!(
        d.copy_of.is_some() && d.closest.is_none() && d.story == a.story,
        "{d:?}"
    );
    // What is told later is what was known then.
    let world = world.reopened(&all_of_the_feed()).await;
    assert_eq!(reasonings(&world), found);
}

#[tokio::test]
async fn articles_without_text_title_or_date_are_placed() {
    let world = World::new(&all_of_the_feed()).await;
    let items = [
        "<item><link>http://news.example/bare</link></item>",
        "<item><title>A headline alone</title><link>http://news.example/title</link></item>",
        "<item><description>Ferries cross at noon in June.</description><guid>text</guid></item>",
    ];
    let feed = format!(
        "<rss version=\"2.0\"><channel><title>F</title>{}</channel></rss>",
        items.concat()
    );
    world.site.set("/feed.xml", Answer::feed(feed));
    assert_eq!(world.work().await.new_articles, 3);
    let placed = reasonings(&world);
    let stories: std::collections::BTreeSet<_> = placed.iter().map(|(_, found)| found.story).collect();
    assert_eq!((placed.len(), stories.len()), (3, 3), "{placed:?}");
}

#[tokio::test]
async fn a_clock_that_jumps_back_places_nothing_twice() {
    let world = World::new(&all_of_the_feed()).await;
    let mut items = vec![
        item("1", "Bridge closes in Velden", "A crack."),
        item("2", "Ferry returns", "In June."),
    ];
    world.site.set("/feed.xml", Answer::feed(rss("F", &items)));
    world.work().await;
    let before = reasonings(&world);
    world.clock.advance(-TimeDelta::days(3));
    let world = world.reopened(&all_of_the_feed()).await;
    items.push(item("3", "Night train to the coast", "Sleepers run."));
    world.site.set("/feed.xml", Answer::feed(rss("F", &items)));
    world.work().await;
    for _ in 0..4 {
        world.work_after(TimeDelta::days(1)).await;
    }
    let after = reasonings(&world);
    assert_eq!(after.len(), 3, "{after:?}");
    assert!(before.iter().all(|old| after.contains(old)), "{after:?}");
    let members: usize = support::stories(&world.ctx.store)
        .iter()
        .map(|story| story.members.len())
        .sum();
    assert_eq!(members, 3);
}
