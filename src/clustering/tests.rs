use super::*;

fn at(hours: i64) -> Timestamp {
    "2026-03-01T00:00:00Z".parse::<Timestamp>().unwrap() + chrono::TimeDelta::hours(hours)
}

fn item(id: i64, title: &str, hours: i64) -> ClusterItem<'_> {
    ClusterItem {
        id: ArticleId(id),
        title,
        excerpt: "",
        body: "",
        published_at: at(hours),
        topic: None,
    }
}

/// Places and adds an article, which gives its number to the story it starts.
fn assign(index: &mut StoryIndex, item: &ClusterItem<'_>) -> Placement {
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
        &ClusterItem {
            body: &body,
            ..item(1, "Ferry service ends", 0)
        },
    );
    let other = ClusterItem {
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
    let excerpt = |id, title, excerpt, hours| ClusterItem {
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
    let odd = ClusterItem {
        excerpt: &long,
        body: &long,
        published_at: Timestamp::MAX_UTC,
        ..item(1, "", 0)
    };
    let read = index.prepare(&odd);
    assert_eq!(index.place(at(0), &read), Placement::Start);
    index.add(at(0), &read, StoryId(1));
    index.add(Timestamp::MIN_UTC, &read, StoryId(2));
    let early = index.prepare(&ClusterItem {
        published_at: Timestamp::MIN_UTC,
        ..odd
    });
    index.place(Timestamp::MAX_UTC, &early);
}

/// Two events whose reports flow together: a story of each, and then articles that are about both.
fn flowing_together(index: &mut StoryIndex) -> Vec<ClusterItem<'static>> {
    let bridge = item(1, "Crack closes stone harbour bridge Velden inspectors", 0);
    let ferry = item(2, "Ferry queue strands islanders Ostmere pier overnight", 0);
    assert_eq!(assign(index, &bridge), Placement::Start);
    assert_eq!(assign(index, &ferry), Placement::Start);
    let titles = [
        "Update: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders Ostmere pier overnight",
        "Later: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders Ostmere pier overnight",
        "Again: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders Ostmere pier overnight",
        "Evening: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders Ostmere pier overnight",
        "Morning: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders Ostmere pier overnight",
        "Live: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders Ostmere pier overnight",
        "Video: Crack closes stone harbour bridge Velden inspectors, ferry queue strands islanders Ostmere pier overnight",
    ];
    let both: Vec<ClusterItem<'static>> = titles.iter().zip(3..).map(|(title, id)| item(id, title, 1)).collect();
    for item in &both {
        assert_eq!(assign(index, item), Placement::Join(StoryId(1)), "{}", item.title);
    }
    let mut all = vec![bridge, ferry];
    all.extend(both);
    all
}

#[test]
fn stories_that_flow_together_are_twins_and_become_one() {
    let mut index = StoryIndex::new(&[]);
    assign(&mut index, &item(50, "Night train to the coast returns in June", 0));
    let all = flowing_together(&mut index);
    let twins = index.duplicate_stories(StoryId(1));
    let [twin] = twins.as_slice() else { panic!("{twins:?}") };
    assert_eq!((twin.story, twin.gap_hours, twin.is_copied), (StoryId(2), 0, false));
    assert!(twin.reason().ends_with(" alike, at the same time"), "{}", twin.reason());
    assert_eq!(index.duplicate_stories(StoryId(2))[0].story, StoryId(1));
    assert_eq!(index.duplicate_stories(StoryId(50)), []);

    index.merge(StoryId(1), StoryId(2));
    assert_eq!((index.len(), index.duplicate_stories(StoryId(1))), (2, vec![]));
    // What is like the second joins the first, and so do copies; just as if its articles had been there.
    let mut anew = StoryIndex::new(&[]);
    let train = anew.prepare(&item(50, "Night train to the coast returns in June", 0));
    anew.add(at(0), &train, StoryId(50));
    for item in &all {
        let prepared = anew.prepare(item);
        anew.add(item.published_at, &prepared, StoryId(1));
    }
    for (title, expected) in [
        (
            "Stranded islanders wait: ferry queue at Ostmere pier",
            Placement::Join(StoryId(1)),
        ),
        (
            "Ferry queue strands islanders, Ostmere pier, overnight",
            Placement::CopyOf(ArticleId(2), StoryId(1)),
        ),
        ("Museum shows letters of a painter", Placement::Start),
    ] {
        let (one, other) = (index.prepare(&item(90, title, 2)), anew.prepare(&item(90, title, 2)));
        assert_eq!(index.place(at(2), &one), expected, "{title}");
        assert_eq!(anew.place(at(2), &other), expected, "{title}");
    }
}

#[test]
fn articles_that_fit_two_stories_show_that_they_are_one() {
    let mut index = StoryIndex::new(&[]);
    let titles = [
        "Crack closes stone harbour bridge Velden inspectors Thursday",
        "Ferry queue strands islanders Ostmere pier overnight",
        "Museum shows letters of a forgotten painter",
        "Crack closes stone harbour, ferry queue strands islanders",
    ];
    for (title, id) in titles.iter().zip(1..) {
        assign(&mut index, &item(id, title, 0));
        assert_eq!(index.union(), None, "{title}");
    }
    let last = index.prepare(&item(5, "Velden inspectors Thursday, Ostmere pier overnight", 1));
    // Asked again it says the same: nothing was counted.
    for _ in 0..2 {
        assert!(matches!(index.place(at(1), &last), Placement::Join(_)));
        let union = index.union().unwrap();
        assert_eq!((union.into.0 + union.from.0, union.articles), (3, 2));
        assert_eq!(union.reason(), "2 articles fit both");
    }
    // Whoever leaves them apart is told again with the next.
    index.add(at(1), &last, StoryId(1));
    assert_eq!((index.len(), index.union()), (3, None));
    let next = index.prepare(&item(
        6,
        "Stone harbour crack, ferry queue, Velden inspectors, Ostmere pier",
        2,
    ));
    index.place(at(2), &next);
    let union = index.unite().unwrap();
    index.add(at(2), &next, union.into);
    assert_eq!(index.len(), 2);
    let ferry = index.prepare(&item(7, "Islanders stranded by ferry queue", 3));
    assert_eq!(index.place(at(3), &ferry), Placement::Join(union.into));
}

#[test]
fn twins_are_near_in_time_and_share_a_topic_or_a_text() {
    let told = "The ferry between Velden and the outer islands will stop at the end of March because nobody has offered \
        to run it after the only company that did gave up its licence and sold both of its boats";
    let mut index = StoryIndex::new(&[]);
    let copy = |id, title, hours| ClusterItem {
        excerpt: told,
        ..item(id, title, hours)
    };
    for (id, title, hours) in [
        (1, "Ferry service ends", 0),
        (2, "No more boats", 40),
        (3, "Licence gone", 100),
    ] {
        let prepared = index.prepare(&copy(id, title, hours));
        index.add(at(hours), &prepared, StoryId(id));
    }
    let twins = index.duplicate_stories(StoryId(1));
    let [twin] = twins.as_slice() else { panic!("{twins:?}") };
    assert_eq!((twin.story, twin.gap_hours, twin.is_copied), (StoryId(2), 40, true));
    assert!(
        twin.reason().starts_with("the same text in both, "),
        "{}",
        twin.reason()
    );
}

proptest::proptest! {
    #[test]
    fn the_best_is_that_of_all_candidates(words in proptest::collection::vec(proptest::collection::vec(0u8..40, 3..9), 2..60)) {
        let mut index = StoryIndex::new(&[]);
        for (words, id) in words.iter().zip(1..) {
            let title: Vec<String> = words.iter().map(|word| format!("w{word}x")).collect();
            let title = title.join(" ");
            let item = item(id, &title, id / 4);
            let prepared = index.prepare(&item);
            let rate = |found: &ScoredStory| similarity(item.published_at, found);
            let mut all: Vec<(f64, StoryId, u32)> =
                index.index.candidates(&prepared.vector).iter().map(|found| (rate(found), found.story, found.size)).collect();
            all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            let expected = all.first().map(|first| {
                let next = all.get(1).filter(|next| next.0 > NEXT_MIN);
                (first.1, first.0, next.map(|next| (next.1, next.0, next.2)))
            });
            let best = index.index.best(&prepared.vector, &[], NEXT_MIN, rate);
            let found = best.map(|(best, next)| (best.story, best.rate, next.map(|next| (next.story, next.rate, next.size))));
            proptest::prop_assert_eq!(found, expected);
            assign(&mut index, &item);
        }
    }
}
