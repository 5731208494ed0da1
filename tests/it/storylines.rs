//! Storylines: which stories continue which, and that nothing else is made of it.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::Deserialize;
use tidings::clustering::{ClusterItem, Placement, StoryIndex};
use tidings::domain::{ArticleId, StoryId};

use crate::support::at;

#[derive(Deserialize)]
struct Told {
    article: Vec<Piece>,
}

#[derive(Deserialize)]
struct Piece {
    day: i64,
    line: Option<String>,
    title: String,
    text: String,
}

/// Plays the articles and returns what became of each: a line of the expectation, and the two headlines of each link.
fn play(pieces: &[Piece]) -> (String, Vec<(&Piece, &Piece)>) {
    let mut order: Vec<&Piece> = pieces.iter().collect();
    order.sort_by_key(|piece| piece.day);
    let mut index = StoryIndex::new(&[]);
    let (mut firsts, mut told, mut links) = (BTreeMap::new(), String::new(), Vec::new());
    for (piece, number) in order.into_iter().zip(1..) {
        let now = at("2026-06-01T08:00:00Z") + TimeDelta::days(piece.day) + TimeDelta::minutes(number);
        let item = index.prepare(&ClusterItem {
            id: ArticleId(number),
            title: &piece.title,
            excerpt: &piece.text,
            body: "",
            published_at: now,
            topic: None,
        });
        let (story, own) = match index.place(now, &item) {
            Placement::Start => (StoryId(number), None),
            Placement::Join(story) | Placement::CopyOf(_, story) => (story, Some(story)),
        };
        let earlier = index.predecessor(&item, own).map(|earlier| firsts[&earlier]);
        index.add(now, &item, story);
        let first: &Piece = firsts.entry(story).or_insert(piece);
        links.extend((story.0 != number).then_some((piece, first)));
        links.extend(earlier.map(|earlier| (piece, earlier)));
        told.push_str(&format!("{}\n", piece.title));
        if story.0 != number {
            told.push_str(&format!("  joins {}\n", first.title));
        }
        if let Some(earlier) = earlier {
            told.push_str(&format!("  continues {}\n", earlier.title));
        }
    }
    (told, links)
}

#[test]
fn what_continues_a_story_is_linked_and_nothing_else() {
    let pieces: Told = toml::from_str(include_str!("../data/storylines.toml")).unwrap();
    let (told, links) = play(&pieces.article);
    for (piece, earlier) in links {
        let is_one = piece.line.is_some() && piece.line == earlier.line;
        assert!(is_one, "{} is none of {}", piece.title, earlier.title);
    }
    assert_eq!(told, include_str!("../data/storylines.expected"), "{told}");
}
