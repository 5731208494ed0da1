//! What a digest takes from the store: outlets under the reader's own names, columns known by their titles, stories that stand
//! under another topic, headlines that were corrected.

use chrono::TimeDelta;

use crate::support::World;
use crate::support::site::{Answer, Item, rss};

const REST: &str = r#"
[[source]]
feed = "{site}/post.xml"
name = "Post (my own name)"
schedule = "every 1h"
full_text = "never"
[[source]]
feed = "{site}/many.xml"
name = "All of them"
schedule = "every 1h"
full_text = "never"
[[topic]]
name = "Face scans"
query = '"face scan*"'
[[topic]]
name = "Optivane"
query = "Optivane"
[[digest]]
name = "daily"
schedule = "0 7 * * *"
deliver = ["log"]
"#;

fn publish(world: &World, items: &[(&'static str, &str, &str)]) {
    let item = |(guid, title, text): &(&'static str, &str, &str)| {
        Item::new(guid, title, format!("{}/{guid}", world.site.address()), "", text)
    };
    let items: Vec<Item> = items.iter().map(item).collect();
    world.site.set("/post.xml", Answer::feed(rss("Latest news", &items)));
}

/// A feed that gathers from three outlets.
fn gather(world: &World) {
    let site = world.site.address();
    let item = |(outlet, title): (&str, &str)| {
        format!(
            "<item><guid>{outlet}</guid><title>{title}</title><link>{site}/many/{outlet}</link>\
             <source url=\"{site}/{outlet}\">{outlet}</source><description>{title}.</description></item>"
        )
    };
    let items = [
        ("Kestrel", "Face scan at the opera: tenors object"),
        ("Beacon", "Librarians vote down a face scan for borrowers"),
        ("Meridian", "Ferry to Skerry drops its face scan"),
    ];
    let items: String = items.into_iter().map(item).collect();
    let feed =
        format!("<rss version=\"2.0\"><channel><title>Gathered</title><link>{site}</link>{items}</channel></rss>");
    world.site.set("/many.xml", Answer::feed(feed));
}

#[tokio::test]
async fn outlets_bear_the_readers_own_names_unless_their_source_gathers() {
    let world = World::new(REST).await;
    publish(
        &world,
        &[("a", "Mayor ends the face scan at the harbour", "It ends in May.")],
    );
    gather(&world);
    world.work().await;
    let text = world.digest().await.unwrap();
    assert!(text.contains("Post (my own name), "), "{text}");
    for other in ["Latest news", "All of them", "Gathered"] {
        assert!(!text.contains(other), "{other}: {text}");
    }
    for outlet in ["Kestrel, ", "Beacon, ", "Meridian, "] {
        assert!(text.contains(outlet), "{outlet}: {text}");
    }
}

#[tokio::test]
async fn a_title_of_other_days_is_a_column_and_stands_last() {
    let world = World::new(REST).await;
    let first = (
        "a",
        "Quay notes",
        "A face scan for gulls, a reader suggests, and a recipe for plums.",
    );
    publish(&world, &[first]);
    world.work().await;
    assert!(world.digest().await.unwrap().contains("NEW · Quay notes"));
    let second = (
        "b",
        "Quay notes",
        "Rain again. The harbourmaster counts ropes. Nobody wants the face scan on the pier; more face scans, no.",
    );
    let exclusive = (
        "c",
        "Chief kept a list",
        "The chief of police kept a list of union members made by face scan.",
    );
    publish(&world, &[second, exclusive, first]);
    world.work_after(TimeDelta::hours(24)).await;
    let text = world.digest().await.unwrap();
    let at = |title: &str| text.find(title).unwrap_or_else(|| panic!("{title}: {text}"));
    assert!(at("· Chief kept a list") < at("· Quay notes"), "{text}");
    // What is shown of the one says why it is here; of the other it does not.
    assert_eq!(text.matches("names: face scan").count(), 1, "{text}");
}

#[tokio::test]
async fn a_topic_whose_story_stands_elsewhere_says_so_and_a_correction_says_what_it_was() {
    let world = World::new(REST).await;
    let text = "The company stops its sales to the police of three states; a face scan is no proof, Optivane says.";
    publish(&world, &[("a", "Optivane pauses face scans for 61 towns", text)]);
    world.work().await;
    let told = world.digest().await.unwrap();
    let elsewhere = "\n\n  Told under Face scans: Optivane pauses face scans for 61 towns\n";
    assert!(
        told.split("OPTIVANE\n")
            .nth(1)
            .is_some_and(|own| own.contains(elsewhere)),
        "{told}"
    );

    publish(&world, &[("a", "Optivane pauses face scans for 41 towns", text)]);
    world.work_after(TimeDelta::hours(24)).await;
    let told = world.digest().await.unwrap();
    assert!(
        told.contains("* DEVELOPING, CORRECTED · Optivane pauses face scans for 41 towns\n"),
        "{told}"
    );
    let said = "Corrected (Post (my own name)); it said: Optivane pauses face scans for 61\n  towns\n";
    assert!(told.contains(said), "{told}");
}
