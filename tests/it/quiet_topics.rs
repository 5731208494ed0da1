//! Topics that nothing matches, and the broader form of their rule that would find something.

use tidings::views::quiet_topics;

use crate::support::World;
use crate::support::site::{Answer, Item, rss};

const TOPICS: &str = r#"
[[source]]
feed = "{site}/feed.xml"
schedule = "every 1h"
full_text = "never"

[[topic]]
name = "Found"
query = "bridge"

[[topic]]
name = "Forms"
query = "regulation"

[[topic]]
name = "Places"
query = "title:senate"

[[topic]]
name = "Phrases"
query = '"river senate" OR "no such words"'

[[topic]]
name = "Nowhere"
query = "zeppelin"

[[topic]]
name = "Once"
keywords = ["council"]

[[topic]]
name = "Short phrases"
keywords = ["regulations council"]

[[topic]]
name = "Only a parent"
"#;

#[tokio::test]
async fn a_topic_nothing_matches_is_named_with_what_would_match() {
    let world = World::new(TOPICS).await;
    let quiet = || {
        let found = quiet_topics::list(&world.ctx.store, &world.ctx.config, world.clock.now()).unwrap();
        let told = found
            .into_iter()
            .map(|topic| format!("{}: {} {}", topic.name, topic.articles, topic.form));
        told.collect::<Vec<_>>()
    };
    assert!(quiet().is_empty(), "nothing was read");
    let link = format!("{}/a", world.site.address());
    let text = "The council hears the senate on regulations at the river.";
    world.site.set(
        "/feed.xml",
        Answer::feed(rss("F", &[Item::new("a", "Bridge closes", link, "", text)])),
    );
    world.work().await;
    let expected = [
        "Forms: 1 with stem = true",
        "Once: 1 with where = \"text\"",
        "Phrases: 1 with the words of its phrases apart",
        "Places: 1 without title:, lead: and body:",
        "Short phrases: 1 with the words of its phrases apart, in a query",
    ];
    assert_eq!(quiet(), expected);
    world.clock.advance(chrono::TimeDelta::days(40));
    assert!(quiet().is_empty(), "what is older is not looked at");
}
