use super::*;

fn at(hours: i64) -> Timestamp {
    "2026-03-01T00:00:00Z".parse::<Timestamp>().unwrap() + chrono::TimeDelta::hours(hours)
}

fn item(id: i64, title: &str, hours: i64) -> Item<'_> {
    Item {
        id: ArticleId(id),
        title,
        excerpt: "",
        body: "",
        published_at: at(hours),
        topic: None,
    }
}

/// Places and adds an article, which gives its number to the story it starts.
fn assign(index: &mut StoryIndex, item: &Item<'_>) -> Placement {
    let (id, now) = (item.id, item.published_at);
    let item = index.prepare(item);
    let placement = index.place(now, &item);
    match placement {
        Placement::Start => index.add(now, &item, StoryId(id.0)),
        Placement::Join(story) => index.add(now, &item, story),
        Placement::CopyOf(original, story) => index.add_copy(now, &item, original, story),
    }
    placement
}

#[test]
fn one_event_is_one_story() {
    let mut index = StoryIndex::new(&[]);
    assert_eq!(
        assign(
            &mut index,
            &item(1, "Old harbour bridge in Velden closed after crack is found", 0)
        ),
        Placement::Start
    );
    assert_eq!(
        assign(
            &mut index,
            &item(2, "Velden closes harbour bridge: crack found in pillar", 2)
        ),
        Placement::Join(StoryId(1))
    );
    assert_eq!(
        assign(&mut index, &item(3, "Museum shows forgotten painter's letters", 3)),
        Placement::Start
    );
    let other = index.prepare(&item(4, "Harbour bridge letters", 4));
    assert_eq!(index.nearest(&other, 1), [StoryId(1)]);
}

#[test]
fn copies_are_folded_onto_the_original() {
    let mut index = StoryIndex::new(&[]);
    assign(&mut index, &item(1, "Council votes for a night train to the coast", 0));
    let copy = Placement::CopyOf(ArticleId(1), StoryId(1));
    assert_eq!(
        assign(&mut index, &item(2, "Council Votes For A Night-Train To The Coast!", 1)),
        copy
    );
    assert_eq!(
        assign(&mut index, &item(3, "Council votes for a night train to the coast", 2)),
        copy
    );
}

#[test]
fn a_long_text_makes_a_copy_despite_another_title() {
    let words: Vec<String> = (0..120).map(|n| format!("word{}", n * n % 997)).collect();
    let body = words.join(" ");
    let later = format!("{body} Reported by our own staff");
    let mut index = StoryIndex::new(&[]);
    assign(
        &mut index,
        &Item {
            body: &body,
            ..item(1, "Ferry service ends", 0)
        },
    );
    let other = Item {
        body: &later,
        ..item(2, "No more boats", 5)
    };
    assert_eq!(assign(&mut index, &other), Placement::CopyOf(ArticleId(1), StoryId(1)));
}

#[test]
fn a_short_text_under_another_headline_is_a_copy() {
    let told = "The ferry between Velden and the outer islands will stop at the end of March because nobody has offered \
        to run it after the only company that did gave up its licence";
    let mut index = StoryIndex::new(&[]);
    let excerpt = |id, title, excerpt, hours| Item {
        excerpt,
        ..item(id, title, hours)
    };
    assign(&mut index, &excerpt(1, "Ferry service ends", told, 0));
    assert_eq!(
        assign(&mut index, &excerpt(2, "No more boats to the islands", told, 5)),
        Placement::CopyOf(ArticleId(1), StoryId(1))
    );
    let reworded = "Islanders will have to fly from April: the company that ran the ferry has handed back its licence, and \
        the county found no other that would take the route for the money it had offered";
    let other = assign(&mut index, &excerpt(3, "Islands lose their ferry", reworded, 6));
    assert!(!matches!(other, Placement::CopyOf(..)), "{other:?}");
}

#[test]
fn placing_counts_nothing() {
    let mut index = StoryIndex::new(&[]);
    let first = index.prepare(&item(1, "Storm cuts power in the northern valleys", 0));
    assert_eq!(index.place(at(0), &first), Placement::Start);
    assert_eq!(index.place(at(0), &first), Placement::Start);
    assert!(index.is_empty());
}

#[test]
fn old_stories_are_forgotten() {
    let mut index = StoryIndex::new(&[]);
    for id in 0..200 {
        let event = index.prepare(&item(id, &format!("Event number {id} of many"), id));
        index.add(at(id), &event, StoryId(id));
    }
    assert_eq!(index.len(), 200);
    let later = at(24 * (WINDOW_DAYS + 30));
    let other = index.prepare(&item(999, "Something else", 0));
    for _ in 0..4 {
        index.place(later, &other);
    }
    assert!(index.is_empty());
}

#[test]
fn odd_items_do_no_harm() {
    let mut index = StoryIndex::new(&[]);
    let long = "漢字 ".repeat(100_000);
    let odd = Item {
        excerpt: &long,
        body: &long,
        published_at: Timestamp::MAX_UTC,
        ..item(1, "", 0)
    };
    let read = index.prepare(&odd);
    assert_eq!(index.place(at(0), &read), Placement::Start);
    index.add(at(0), &read, StoryId(1));
    index.add(Timestamp::MIN_UTC, &read, StoryId(2));
    let early = index.prepare(&Item {
        published_at: Timestamp::MIN_UTC,
        ..odd
    });
    index.place(Timestamp::MAX_UTC, &early);
}
