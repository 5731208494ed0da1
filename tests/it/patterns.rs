//! What an outlet or a template repeats makes no event.

use chrono::TimeDelta;
use tidings::clustering::{ClusterItem, Placement, StoryIndex};
use tidings::domain::{ArticleId, StoryId};

use crate::support::at;

/// Headlines, each with a town, a person and what the page says of the event itself.
const EVENTS: [[&str; 4]; 10] = [
    [
        "Crack closes harbour bridge",
        "Velden",
        "Inge Tolland",
        "A crack was found in a pillar, and cars are sent over the old dam.",
    ],
    [
        "Nurses walk out for a day",
        "Ostmere",
        "Ruud Amsel",
        "Three hospitals cancelled all operations that could wait until spring.",
    ],
    [
        "Paintings stolen from museum",
        "Karlow",
        "Mara Quist",
        "Thieves cut four canvases from their frames while the guard slept.",
    ],
    [
        "River takes the lower road",
        "Sarna",
        "Olaf Brandt",
        "Boats brought three hundred people to a school above the valley.",
    ],
    [
        "New mayor wins by nine votes",
        "Halden",
        "Sena Orrin",
        "The loser wants every ballot to be counted once more by hand.",
    ],
    [
        "Boy of fourteen wins at chess",
        "Brunn",
        "Piet Vossen",
        "He sacrificed a queen in the last game and mated eleven moves later.",
    ],
    [
        "School shuts for want of teachers",
        "Ashby",
        "Lise Hammer",
        "Pupils will take a bus to the next parish after the holidays.",
    ],
    [
        "Satellite goes up to measure ice",
        "Kiruna",
        "Tomas Urban",
        "The rocket left its tower at dawn with a radar of new design.",
    ],
    [
        "Sugar works lays off its night shift",
        "Grolsch",
        "Edda Kroll",
        "Beet has become dear, and half of the ovens are cold already.",
    ],
    [
        "Wolf kills sheep on the meadow",
        "Underwood",
        "Nora Fels",
        "The shepherd asks for a higher fence and two large dogs.",
    ],
];
/// What every page says besides, with its own town, person and number.
const PATTERN: [&str; 5] = [
    "The matter has kept TOWN busy for weeks.",
    "NAME, who has lived in TOWN for NUMBER years, keeps a list of everything that was promised.",
    "Nobody at the town hall of TOWN wanted to say how much it will cost, but NAME puts it at NUMBER thousand crowns.",
    "A meeting is planned for the coming week, and everybody in TOWN is invited to speak.",
    "Whoever wants to know more can turn to the office at the market of TOWN, which is open in the mornings.",
];
/// What every page says besides, word for word.
const HOUSE_PHRASES: [&str; 2] = [
    "Nobody owns this newspaper but its readers, and no advertiser tells us what to write.",
    "If you like what you read here, please tell a friend, and think about supporting us with a small gift each month.",
];

/// Returns how many stories the ten events are whose pages say this besides, before or behind what is their own.
fn stories(besides: &[&str], is_before: bool) -> usize {
    let mut index = StoryIndex::new(&[]);
    for (number, [title, town, name, own]) in EVENTS.iter().enumerate() {
        let number = i64::try_from(number).unwrap();
        let fill = |text: &str| {
            let years = (20 + 3 * number).to_string();
            text.replace("TOWN", town)
                .replace("NAME", name)
                .replace("NUMBER", &years)
        };
        let besides = fill(&besides.join(" "));
        let body = match is_before {
            true => format!("{besides} {own}"),
            false => format!("{own} {besides}"),
        };
        let published_at = at("2026-06-12T08:00:00Z") + TimeDelta::hours(number);
        let item = index.prepare(&ClusterItem {
            id: ArticleId(number),
            title,
            excerpt: "",
            body: &body,
            published_at,
            topic: None,
        });
        match index.place(published_at, &item) {
            Placement::Start => index.add(published_at, &item, StoryId(number)),
            Placement::Join(story) => index.add(published_at, &item, story),
            Placement::CopyOf(original, story) => index.add_copy(published_at, &item, original, story),
        }
    }
    index.len()
}

#[test]
fn events_of_one_pattern_are_stories_of_their_own() {
    for is_before in [true, false] {
        assert_eq!(stories(&PATTERN, is_before), EVENTS.len(), "before: {is_before}");
    }
}

#[test]
fn house_phrases_are_no_event() {
    for is_before in [true, false] {
        assert_eq!(stories(&HOUSE_PHRASES, is_before), EVENTS.len(), "before: {is_before}");
    }
}
