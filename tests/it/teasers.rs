//! Feeds that give teasers: what their pages hold is found, within bounds, and what was not read is said.

use chrono::TimeDelta;
use tidings::jobs::digest;

use crate::poll::page;
use crate::support::site::{Answer, Site};
use crate::support::{FACE_SCANS, World};

const TEASER: &str = "The council met on Friday in its old hall; what it decided will be of interest to many.";

/// Returns an item at an address on this site, unless that names a host.
fn item(site: &Site, number: usize, link: &str, text: &str) -> String {
    let link = match link.starts_with("http") {
        true => link.to_owned(),
        false => format!("{}{link}", site.address()),
    };
    let (hour, minute) = (number / 60, number % 60);
    format!(
        "<item><guid isPermaLink=\"false\">{number}</guid><title>Report {number}</title><link>{link}</link>\
         <pubDate>Sat, 13 Jun 2026 {hour:02}:{minute:02}:00 GMT</pubDate><description>{text}</description></item>"
    )
}

fn feed(items: &[String]) -> Answer {
    let items = items.concat();
    Answer::feed(format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Gazette</title>{items}</channel></rss>"
    ))
}

fn long_page(title: &str, sentence: &str) -> Answer {
    let rest =
        "The members spoke for an hour and then voted, as they do each month, on what the mayor had laid before them. ";
    page(
        title,
        &format!("<p>{}{sentence}</p><p>{}</p>", rest.repeat(3), rest.repeat(3)),
    )
}

impl World {
    /// Returns how many pages of reports were asked for so far.
    fn pages_asked(&self) -> usize {
        let asked = self.site.requests_after(0);
        asked.iter().filter(|asked| asked.path.starts_with("/report")).count()
    }

    fn judged_by_teaser(&self) -> usize {
        let settings = &self.ctx.config.digests[0];
        let composed = digest::compose(&self.ctx.store, self.clock.now(), settings).unwrap();
        composed.digest.coverage.judged_by_teaser
    }
}

#[tokio::test]
async fn what_only_the_page_says_is_told() {
    let world = World::new(FACE_SCANS).await;
    let items: Vec<String> = (1..=3)
        .map(|n| item(&world.site, n, &format!("/report/{n}"), TEASER))
        .collect();
    world.site.set("/feed.xml", feed(&items));
    world
        .site
        .set("/report/1", long_page("Report 1", "Nothing else was said."));
    world.site.set(
        "/report/2",
        long_page("Report 2", "The station held each face scan for a year."),
    );
    world
        .site
        .set("/report/3", long_page("Report 3", "Nothing more was said."));
    world.work().await;
    let told = world.digest().await.unwrap();
    assert!(told.contains("Report 2") && !told.contains("Report 1"), "{told}");
    assert!(!told.contains("teaser"), "{told}");
    assert_eq!(world.pages_asked(), 3);
    // What was read and is about nothing is not asked for again, whatever the feed goes on with.
    let newer = item(&world.site, 4, "/report/4", TEASER);
    world.site.set("/report/4", long_page("Report 4", "No word."));
    world.site.set("/feed.xml", feed(&[vec![newer], items].concat()));
    world.work_after(TimeDelta::hours(1)).await;
    assert_eq!(world.pages_asked(), 4);
    let world = world.reopened(FACE_SCANS).await;
    world.work_after(TimeDelta::hours(1)).await;
    assert_eq!(world.pages_asked(), 4);
}

#[tokio::test]
async fn what_could_not_be_read_is_judged_by_its_teaser_and_said() {
    let world = World::new(FACE_SCANS).await;
    let mut items: Vec<String> = (1..=3)
        .map(|n| item(&world.site, n, &format!("/report/{n}"), TEASER))
        .collect();
    items.push(item(
        &world.site,
        4,
        "/report/4",
        "A face scan at the station is what the council spoke of on Friday.",
    ));
    world.site.set("/feed.xml", feed(&items));
    world.site.set("/report/1", Answer::status(403));
    world.site.set(
        "/report/2",
        page(
            "Sign in",
            "<p>Subscribe to continue reading. Already a subscriber? Sign in.</p>",
        ),
    );
    world
        .site
        .set("/report/3", long_page("Report 3", "Nothing more was said."));
    world.site.set("/report/4", Answer::status(500));
    world.work().await;
    assert_eq!(world.judged_by_teaser(), 3);
    let told = world.digest().await.unwrap();
    assert!(
        told.contains("1 of 1 source read; 3 articles judged by a teaser alone\n"),
        "{told}"
    );
    // Of the next morning's digest it is no matter, and a page that came after all is read.
    world
        .site
        .set("/report/4", long_page("Report 4", "Each face scan is held for a year."));
    world.work_after(TimeDelta::days(1)).await;
    assert_eq!(world.judged_by_teaser(), 0);
    assert_eq!(world.ctx.store.stats().unwrap().judged_by_teaser, 2);
}

#[tokio::test]
async fn a_day_has_its_bound_also_over_a_restart() {
    let world = World::new(FACE_SCANS).await;
    let mut items: Vec<String> = (1..=120)
        .map(|n| item(&world.site, n, &format!("/report/{n}"), TEASER))
        .collect();
    for number in 1..=125 {
        world
            .site
            .set(&format!("/report/{number}"), long_page("A report", "Nothing."));
    }
    world.site.set("/feed.xml", feed(&items));
    world.work().await;
    assert_eq!((world.pages_asked(), world.judged_by_teaser()), (100, 20));
    // The newest were read.
    assert!(world.site.asked("/report/20").is_empty() && world.site.asked("/report/21").len() == 1);
    let world = world.reopened(FACE_SCANS).await;
    items.push(item(&world.site, 121, "/report/121", TEASER));
    world.site.set("/feed.xml", feed(&items));
    world.work_after(TimeDelta::hours(1)).await;
    assert_eq!((world.pages_asked(), world.judged_by_teaser()), (100, 21));
    items.push(item(&world.site, 122, "/report/122", TEASER));
    world.site.set("/feed.xml", feed(&items));
    world.work_after(TimeDelta::days(1)).await;
    assert_eq!((world.pages_asked(), world.judged_by_teaser()), (101, 21));
}

#[tokio::test]
async fn no_page_is_read_that_no_topic_could_match() {
    let asked = async |topics: &str| {
        let rest = FACE_SCANS.replacen("query = '\"face scan\"'", "query = '\"face scan\" source:herald'", 1);
        let world = World::new(&format!("{rest}\n{topics}")).await;
        world
            .site
            .set("/feed.xml", feed(&[item(&world.site, 1, "/report/1", TEASER)]));
        world
            .site
            .set("/report/1", long_page("Report 1", "The face scan and the river."));
        world.work().await;
        (
            world.pages_asked(),
            world.judged_by_teaser(),
            world.ctx.store.stats().unwrap().matches,
        )
    };
    assert_eq!(asked("").await, (0, 0, 0));
    assert_eq!(
        asked("[[topic]]\nname = \"Rivers\"\nquery = \"title:river\"").await,
        (0, 0, 0)
    );
    assert_eq!(
        asked("[[topic]]\nname = \"Rivers\"\nquery = \"river\"").await,
        (1, 0, 1)
    );
}

#[tokio::test]
async fn pages_of_others_are_not_read_for_a_list_of_links() {
    let world = World::new(FACE_SCANS).await;
    let links = ["a", "b", "c"].map(|host| format!("http://{host}.localhost:{}/report/{host}", world.site.port()));
    let items: Vec<String> = (1..)
        .zip(&links)
        .map(|(n, link)| item(&world.site, n, link, ""))
        .collect();
    world.site.set("/feed.xml", feed(&items));
    world.work().await;
    assert_eq!((world.pages_asked(), world.judged_by_teaser()), (0, 0));
    // Where a topic's word stands in what is said of it, as ever.
    let told = item(
        &world.site,
        4,
        &links[0].replace("/report/a", "/report/d"),
        "A face scan",
    );
    world.site.set("/feed.xml", feed(&[vec![told], items].concat()));
    world.work_after(TimeDelta::hours(1)).await;
    assert_eq!(world.pages_asked(), 1);
}

#[tokio::test]
async fn what_another_named_first_is_read_where_its_publisher_gives_a_teaser() {
    let other = "[[source]]\nfeed = \"{elsewhere}/links.xml\"\nschedule = \"every 1h\"\nfull_text = \"never\"\n";
    let world = World::new(&format!("{FACE_SCANS}\n{other}")).await;
    let own = item(&world.site, 1, "/report/1", TEASER);
    world
        .site
        .set("/links.xml", feed(&[own.replace("Report 1", "Worth a read")]));
    world.site.set("/feed.xml", feed(&[]));
    world.site.set(
        "/report/1",
        long_page("Report 1", "The station held each face scan for a year."),
    );
    world.work().await;
    assert_eq!(world.pages_asked(), 0);
    world.site.set("/feed.xml", feed(&[own]));
    world.work_after(TimeDelta::hours(1)).await;
    assert_eq!(world.pages_asked(), 1);
    assert!(world.digest().await.unwrap().contains("Report 1"));
}
