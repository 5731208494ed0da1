//! Copies of a text, and what only looks like one: how many of each are folded.

use std::collections::BTreeMap;

use serde_json::Value;
use tidings::clustering::{ClusterItem, Placement, StoryIndex};
use tidings::domain::{ArticleId, StoryId};

use crate::support::at;

/// Kinds of pairs in the data, how many of each are folded today, and of how many: no fewer copies later, and no more of
/// what is none.
const EXPECTED: [(&str, usize, usize); 8] = [
    ("agency copy", 12, 12),
    ("bulletin", 0, 6),
    ("cut at the end", 8, 12),
    ("other headline", 12, 12),
    ("other lead", 12, 12),
    ("other report", 0, 12),
    ("same text", 12, 12),
    ("same title, other text", 0, 6),
];

fn item(number: i64, article: &Value) -> ClusterItem<'_> {
    let text = |key: &str| article[key].as_str().unwrap();
    ClusterItem {
        id: ArticleId(number),
        title: text("title"),
        excerpt: text("excerpt"),
        body: text("body"),
        published_at: at("2026-06-12T10:00:00Z"),
        topic: None,
    }
}

#[test]
fn copies_are_folded_and_near_misses_are_not() {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for line in include_str!("../data/copies.jsonl").lines() {
        let pair: Value = serde_json::from_str(line).unwrap();
        let mut index = StoryIndex::new(&[]);
        let now = at("2026-06-12T12:00:00Z");
        let first = index.prepare(&item(1, &pair["a"]));
        assert_eq!(index.place(now, &first), Placement::Start);
        index.add(now, &first, StoryId(1));
        let second = index.prepare(&item(2, &pair["b"]));
        let is_folded = matches!(index.place(now, &second), Placement::CopyOf(ArticleId(1), StoryId(1)));
        let count = counts.entry(pair["kind"].as_str().unwrap().to_owned()).or_default();
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
