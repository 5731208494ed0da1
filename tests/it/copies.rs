//! Copies of a text, and what only looks like one: how many of each are folded.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::Value;
use tidings::clustering::{ClusterItem, Placement, StoryIndex};
use tidings::domain::{ArticleId, StoryId, Timestamp};

use crate::support::at;

/// Kinds of pairs in the data, how many of each are folded today, and of how many: no fewer copies later, and no more of
/// what is none.
const EXPECTED: [(&str, usize, usize); 15] = [
    ("agency copy", 12, 12),
    ("agenda", 0, 6),
    ("bulletin", 0, 6),
    ("column", 0, 6),
    ("cut at the end", 8, 12),
    ("denial", 0, 6),
    ("notice", 0, 6),
    ("other headline", 12, 12),
    ("other lead", 12, 12),
    ("other report", 0, 12),
    ("report", 0, 6),
    ("same text", 12, 12),
    ("same title, other text", 0, 6),
    ("standing title", 0, 6),
    ("table", 0, 6),
];
/// Kinds of which each is to be told: none may join the other's story either.
const APART: [&str; 5] = ["agenda", "column", "notice", "report", "table"];

fn item(number: i64, article: &Value, published_at: Timestamp) -> ClusterItem<'_> {
    let text = |key: &str| article[key].as_str().unwrap();
    ClusterItem {
        id: ArticleId(number),
        title: text("title"),
        excerpt: text("excerpt"),
        body: text("body"),
        published_at,
        topic: None,
    }
}

#[test]
fn copies_are_folded_and_near_misses_are_not() {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for line in include_str!("../data/copies.jsonl").lines() {
        let pair: Value = serde_json::from_str(line).unwrap();
        let kind = pair["kind"].as_str().unwrap();
        let mut index = StoryIndex::new(&[]);
        let now = at("2026-06-12T12:00:00Z");
        let later = now + TimeDelta::hours(pair["hours"].as_i64().unwrap_or(0));
        let first = index.prepare(&item(1, &pair["a"], now));
        assert_eq!(index.place(now, &first), Placement::Start);
        index.add(now, &first, StoryId(1));
        let second = index.prepare(&item(2, &pair["b"], later));
        let placement = index.place(later, &second);
        if APART.contains(&kind) {
            assert_eq!(
                placement,
                Placement::Start,
                "{kind} in {}: {}",
                pair["language"],
                pair["b"]["title"]
            );
        }
        let is_folded = placement == Placement::CopyOf(ArticleId(1), StoryId(1));
        let count = counts.entry(kind.to_owned()).or_default();
        count.0 += usize::from(is_folded);
        count.1 += 1;
    }
    assert_eq!(counts.len(), EXPECTED.len(), "{counts:?}");
    for (kind, folded, of) in EXPECTED {
        let (found, number) = counts[kind];
        assert_eq!(number, of, "{kind}");
        let is_kept = if folded == 0 { found == 0 } else { found >= folded };
        assert!(is_kept, "{kind}: {found} of {number} are folded");
    }
}
