//! Press and records in one story by the numbers they name: whichever comes first, and only where the number says it.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tidings::domain::topic::Reasoning;
use tidings::domain::{ArticleId, StoryId};
use tidings::store::articles::ArticleFilter;
use tidings::views::stories;

use crate::support::World;
use crate::support::homes::store_tables;
use crate::support::site::{Answer, Item, rss};
use crate::support::web::WebFace;

const PRESS_AND_REGISTER: &str = r#"
[[source]]
feed = "{site}/press.xml"
name = "Press"
schedule = "every 1h"
full_text = "never"

[[source]]
json = "{site}/list"
name = "The Register"
schedule = "every 1h"
full_text = "never"
[source.paths]
items = "notices[]"
id = "no"
title = "title"
link = "https://register.example/n/{no}"
date = "date"
summary = "about"
[source.fields]
document_number = "no"
celex = "celex"
procedure = "procedure"
bill = "bill"
state = "state"
case_number = "case"
court = "court"
agency = "agency"
comments_close_on = "closes"

[[topic]]
name = "All"
query = "source:press OR source:register"
"#;

const FIRST_DAY: &str = "Fri, 12 Jun 2026 10:00:00 GMT";

/// Words that no two of these share, so that likeness joins none of them.
const ACT_IN_GERMAN: (&str, &str) = (
    "Kameras an Bahnhöfen: was jetzt verboten ist",
    "Die Verordnung (EU) 2026/1187 gilt ab Juli, sagt der Minister. The text is long.",
);
const ACT_IN_FRENCH: (&str, &str) = (
    "Reconnaissance faciale : un texte attendu",
    "Le dossier 2025/0106 (COD) est clos, et cela dès cet été. The senators disagree.",
);
const FERRIES: (&str, &str) = (
    "Ferry timetable returns to winter hours",
    "Boats cross at noon, the harbour office said.",
);

fn act() -> Value {
    json!({
        "no": "A-1", "title": "Regulation (EU) 2026/1187 on remote biometric identification", "date": "2026-06-12",
        "about": "Laying down the rules.", "celex": "32026R1187", "procedure": "2025/0106(COD)", "agency": "EP", "closes": "2026-07-03",
    })
}

fn press(world: &World, items: &[(&'static str, (&str, &str))]) {
    press_of(world, FIRST_DAY, items);
}

fn press_of(world: &World, date: &'static str, items: &[(&'static str, (&str, &str))]) {
    let link = |guid: &str| format!("http://news.example/{guid}");
    let item = |(guid, (title, text)): &(&'static str, (&str, &str))| Item::new(guid, title, link(guid), date, text);
    let items: Vec<Item> = items.iter().map(item).collect();
    world.site.set("/press.xml", Answer::feed(rss("Press", &items)));
}

fn register(world: &World, notices: &[Value]) {
    let body = json!({ "notices": notices }).to_string();
    world.site.set("/list", Answer::new(200, "application/json", body));
}

/// Returns the story of the article whose headline begins so, and why it is there.
fn placed(world: &World, title: &str) -> (StoryId, ArticleId, Reasoning) {
    let store = &world.ctx.store;
    let articles = store.list_articles(&ArticleFilter::default()).unwrap();
    let found = articles.iter().find(|article| article.title.starts_with(title));
    let id = found.unwrap_or_else(|| panic!("{title}")).id;
    let now = crate::support::stories(store);
    let story = now
        .iter()
        .find(|story| story.members.iter().any(|member| member.article.id == id));
    (story.unwrap().id, id, store.reasoning(id).unwrap().unwrap())
}

fn story(world: &World, title: &str) -> StoryId {
    placed(world, title).0
}

async fn hour(world: &World) {
    world.work_after(TimeDelta::hours(1)).await;
}

#[tokio::test]
async fn press_joins_the_document_it_names_in_every_language() {
    for store in store_tables() {
        let world = World::new(&format!("{PRESS_AND_REGISTER}{store}")).await;
        press(&world, &[]);
        register(&world, &[act()]);
        world.work().await;
        press(
            &world,
            &[("de", ACT_IN_GERMAN), ("fr", ACT_IN_FRENCH), ("ferry", FERRIES)],
        );
        hour(&world).await;
        let (document, id, _) = placed(&world, "Regulation (EU) 2026/1187");
        let (german, _, why) = placed(&world, "Kameras");
        assert_eq!(
            (german, why.names.as_deref()),
            (document, Some("Regulation (EU) 2026/1187"))
        );
        assert_eq!(story(&world, "Reconnaissance"), document);
        assert_ne!(story(&world, "Ferry"), document);

        // A month later its story is over, and who names it belongs to it all the same.
        world.clock.advance(TimeDelta::days(30));
        let later = (
            "What the station law costs",
            "Bills under Regulation (EU) 2026/1187 reach the towns.",
        );
        press_of(&world, "Mon, 13 Jul 2026 13:00:00 GMT", &[("later", later)]);
        hour(&world).await;
        assert_eq!(story(&world, "What the station"), document);
        let view = stories::timeline(&world.ctx.store, document, chrono_tz::Tz::UTC).unwrap();
        let heads: Vec<_> = view
            .documents
            .iter()
            .map(|head| (head.article, head.told.as_str()))
            .collect();
        assert_eq!(
            heads,
            [(
                id,
                "document A-1, CELEX 32026R1187, EP, comments close 3 July 2026, procedure 2025/0106(COD)"
            )]
        );
        let page = WebFace::of(&world).await.get(&format!("/stories/{document}")).await;
        assert!(
            page.body
                .contains("document A-1, CELEX 32026R1187, EP, comments close 3 July 2026, procedure 2025/0106(COD)"),
            "{}",
            page.body
        );
        assert!(page.body.contains("names Regulation (EU) 2026/1187"), "{}", page.body);
    }
}

#[tokio::test]
async fn a_document_joins_those_who_named_it_before() {
    let world = World::new(PRESS_AND_REGISTER).await;
    press(
        &world,
        &[("de", ACT_IN_GERMAN), ("fr", ACT_IN_FRENCH), ("ferry", FERRIES)],
    );
    register(&world, &[]);
    world.work().await;
    assert_ne!(story(&world, "Kameras"), story(&world, "Reconnaissance"));
    register(&world, &[act()]);
    hour(&world).await;
    let (document, _, why) = placed(&world, "Regulation (EU) 2026/1187");
    assert_eq!(
        (why.names.as_deref(), why.is_document),
        (Some("Regulation (EU) 2026/1187"), true)
    );
    // Both were about it alone: they are one story now.
    assert_eq!(
        (story(&world, "Kameras"), story(&world, "Reconnaissance")),
        (document, document)
    );
    assert_ne!(story(&world, "Ferry"), document);
}

#[tokio::test]
async fn what_a_reader_split_stays_apart() {
    let world = World::new(PRESS_AND_REGISTER).await;
    press(&world, &[]);
    register(&world, &[act()]);
    world.work().await;
    press(&world, &[("de", ACT_IN_GERMAN), ("fr", ACT_IN_FRENCH)]);
    hour(&world).await;
    let (document, german, _) = placed(&world, "Kameras");
    world
        .ctx
        .store
        .split_story(world.clock.now(), document, vec![german])
        .await
        .unwrap()
        .unwrap();
    assert_ne!(story(&world, "Kameras"), document);
    // A second document of the same number comes.
    let again = json!({ "no": "A-2", "title": "Notice of entry into force", "date": "2026-06-12",
                        "about": "Of the act above.", "celex": "32026R1187" });
    register(&world, &[act(), again]);
    hour(&world).await;
    assert_eq!(story(&world, "Notice of entry"), document);
    assert_ne!(story(&world, "Kameras"), document);
}

#[tokio::test]
async fn the_same_number_elsewhere_is_another_document() {
    let world = World::new(PRESS_AND_REGISTER).await;
    let notice = |no: &str, title: &str, about: &str, fields: Value| {
        let mut notice = json!({ "no": no, "title": title, "date": "2026-06-12", "about": about });
        let fields = fields.as_object().unwrap().clone();
        notice.as_object_mut().unwrap().extend(fields);
        notice
    };
    press(&world, &[]);
    register(
        &world,
        &[
            notice(
                "1",
                "Austin: scanners in school halls",
                "An act on the pupils of public schools.",
                json!({ "bill": "HB 12", "state": "TX" }),
            ),
            notice(
                "2",
                "Tallahassee: tolls for heavy lorries",
                "Charging the axle weight on turnpikes.",
                json!({ "bill": "HB 12", "state": "Florida" }),
            ),
            notice(
                "3",
                "Okarie v. Sedgeworth",
                "Affirmed in the part on evidence.",
                json!({ "case": "25-1432", "court": "Court of Appeals for the Ninth Circuit" }),
            ),
            notice(
                "4",
                "Lease of an apple orchard ends early, says Marsh against Quill",
                "Vacated: who tends trees may leave once a harvest fails twice.",
                json!({ "case": "25-1432", "court": "Court of Appeals for the Fifth Circuit" }),
            ),
            notice(
                "5",
                "Warrants for face pictures",
                "To require the consent of a magistrate.",
                json!({ "bill": "119hr4403" }),
            ),
        ],
    );
    world.work().await;
    press(
        &world,
        &[
            ("tx", ("Pupils protest", "In the capitol, Texas HB 12 drew a crowd.")),
            (
                "fl",
                (
                    "Hauliers furious",
                    "Florida House Bill 12 would raise what the trucks pay.",
                ),
            ),
            (
                "ca9",
                (
                    "Judges split on evidence",
                    "The Ninth Circuit decided No. 25-1432 on Monday.",
                ),
            ),
            ("none", ("Clerks weary", "The clerk filed No. 25-1432 late.")),
            (
                "old",
                ("Archive opened", "The papers on H.R. 4403 (118th Congress) are public."),
            ),
            ("new", ("Sheriffs object", "The sheriffs fear H.R. 4403.")),
            (
                "both",
                ("A week of votes", "Texas HB 12 and H.R. 4403 moved, as the week ended."),
            ),
        ],
    );
    hour(&world).await;
    let of = |title: &str| story(&world, title);
    assert_eq!(of("Pupils"), of("Austin"));
    assert_eq!(of("Hauliers"), of("Tallahassee"));
    assert_eq!(of("Judges"), of("Okarie"));
    assert_eq!(of("Sheriffs"), of("Warrants"));
    assert_ne!(of("Austin"), of("Tallahassee"));
    assert_ne!(of("Okarie"), of("Lease"));
    assert_eq!(placed(&world, "Lease").2.names, None);
    for unsaid in ["Clerks", "Archive", "A week"] {
        assert_eq!(placed(&world, unsaid).2.names, None, "{unsaid}");
    }
}

#[tokio::test]
async fn numbers_go_with_their_articles() {
    let world = World::new(&format!("[archive]\nkeep = \"90d\"\n{PRESS_AND_REGISTER}")).await;
    press(&world, &[("de", ACT_IN_GERMAN)]);
    register(&world, &[act()]);
    world.work().await;
    assert_eq!(world.database().count("identifier"), 3);
    world.clock.advance(TimeDelta::days(200));
    tidings::jobs::maintenance::purge::run(&world.ctx).await.unwrap();
    assert_eq!(world.database().count("identifier"), 0);
}
