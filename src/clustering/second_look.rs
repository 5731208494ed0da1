//! A second look at the stories of some days, with more time: every article against all others at once, with what all of
//! them together say of a word. What it finds otherwise than the placing did is doubtful, and a reader's to decide.
//!
//! Groups grow from single articles, the two closest first. What is together while they are still close is surely one
//! event; what is apart even when they have grown wide is surely two (docs/decisions/0020-doubtful-stories.md).

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{COSINE_POWER, PreparedArticle, StoryIndex};
use crate::domain::topic::Topic;
use crate::domain::{ArticleId, StoryId};

/// How close two groups are at least that are one event, and how close at most those that are two.
const ONE_EVENT_MIN: f64 = 0.45;
const TWO_EVENTS_MAX: f64 = 0.35;
/// The share of closeness that days between two groups take away at most, and the days in which half of that is taken.
const AGE_SHARE: f64 = 0.5;
const AGE_HALF_DAYS: f64 = 3.0;
/// Rounds in which groups grow: each may double them.
const ROUNDS_MAX: usize = 40;

/// An article as it was placed.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedArticle {
    pub item: PreparedArticle,
    pub story: StoryId,
}

/// A story, or two, of which the second look thinks otherwise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum StoryDoubt {
    /// Two stories that may be one.
    One(StoryId, StoryId),
    /// A story of which these articles may be another event.
    Two(StoryId, Vec<ArticleId>),
}

/// Returns what is doubtful about the placing of articles that are copies of no other; each pair or part once.
pub fn doubts(topics: &[Topic], placed: &[PlacedArticle]) -> Vec<StoryDoubt> {
    let mut groups = Groups::new(topics, placed);
    groups.grow(ONE_EVENT_MIN);
    let mut doubts = one_event(placed, &groups);
    groups.grow(TWO_EVENTS_MAX);
    doubts.extend(two_events(placed, &groups));
    doubts
}

/// Articles in groups, each known by the place of its first article.
struct Groups {
    index: StoryIndex,
    /// The group that took in each article's; itself where none did.
    taken_by: Vec<usize>,
}

impl Groups {
    fn new(topics: &[Topic], placed: &[PlacedArticle]) -> Self {
        let mut index = StoryIndex::new(topics);
        for (place, article) in placed.iter().enumerate() {
            // As `StoryIndex::add` would, but that nothing is forgotten, however old.
            let PreparedArticle {
                id,
                published_at,
                vector,
                fingerprint,
            } = &article.item;
            index.index.add(vector, group(place), *published_at);
            index.copies.add(fingerprint, *published_at, *id, group(place));
        }
        Self {
            index,
            taken_by: (0..placed.len()).collect(),
        }
    }

    fn of(&self, mut place: usize) -> usize {
        while self.taken_by[place] != place {
            place = self.taken_by[place];
        }
        place
    }

    /// Puts groups together that are at least so close, the closest first.
    fn grow(&mut self, closeness_min: f64) {
        for _ in 0..ROUNDS_MAX {
            let mut pairs = self.pairs(closeness_min);
            pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
            let mut grown = HashSet::new();
            for (_, one, other) in pairs {
                // How close one that grew is now is seen in the next round.
                if !grown.contains(&one) && !grown.contains(&other) {
                    grown.extend([one, other]);
                    self.index.merge(group(one.min(other)), group(one.max(other)));
                    self.taken_by[one.max(other)] = one.min(other);
                }
            }
            if grown.is_empty() {
                return;
            }
        }
    }

    fn pairs(&mut self, closeness_min: f64) -> Vec<(f64, usize, usize)> {
        let mut pairs = Vec::new();
        for one in (0..self.taken_by.len())
            .filter(|place| self.taken_by[*place] == *place)
            .collect::<Vec<_>>()
        {
            for other in self.index.index.alike(group(one)) {
                let hours = self.index.index.gap_hours(group(one), other.story).unwrap_or(0);
                let lost = 1.0 - (-(hours as f64) / 24.0 / AGE_HALF_DAYS).exp2();
                let closeness = other.cosine.max(0.0).powf(COSINE_POWER) * (1.0 - AGE_SHARE * lost);
                if closeness >= closeness_min && !self.index.copies.look_alike(group(one), other.story) {
                    pairs.push((closeness, one, other.story.0 as usize));
                }
            }
        }
        pairs
    }
}

/// Returns the number under which the index knows a group.
fn group(place: usize) -> StoryId {
    StoryId(place as i64)
}

/// The places of the articles of each story in each group.
fn parts(placed: &[PlacedArticle], groups: &Groups) -> BTreeMap<StoryId, BTreeMap<usize, Vec<usize>>> {
    let mut parts: BTreeMap<StoryId, BTreeMap<usize, Vec<usize>>> = BTreeMap::new();
    for (place, article) in placed.iter().enumerate() {
        let of_story = parts.entry(article.story).or_default();
        of_story.entry(groups.of(place)).or_default().push(place);
    }
    parts
}

/// Stories most of whose articles are in one group, each with the largest of that group.
fn one_event(placed: &[PlacedArticle], groups: &Groups) -> Vec<StoryDoubt> {
    let mut by_group: HashMap<usize, Vec<(usize, StoryId)>> = HashMap::new();
    for (story, parts) in parts(placed, groups) {
        let articles: usize = parts.values().map(Vec::len).sum();
        for (group, part) in parts.iter().filter(|(_, part)| part.len() * 2 > articles) {
            by_group.entry(*group).or_default().push((part.len(), story));
        }
    }
    let mut doubts = Vec::new();
    for mut stories in by_group.into_values() {
        stories.sort_by_key(|(articles, story)| (std::cmp::Reverse(*articles), *story));
        let pairs = stories[1..]
            .iter()
            .map(|(_, other)| StoryDoubt::One(stories[0].1, *other));
        doubts.extend(pairs);
    }
    doubts.sort();
    doubts
}

/// Parts of stories that are not in the group of the largest part.
fn two_events(placed: &[PlacedArticle], groups: &Groups) -> Vec<StoryDoubt> {
    let mut doubts = Vec::new();
    for (story, parts) in parts(placed, groups) {
        let Some(main) = parts
            .iter()
            .max_by_key(|(group, part)| (part.len(), std::cmp::Reverse(**group)))
        else {
            continue;
        };
        for (_, part) in parts.iter().filter(|(group, _)| *group != main.0) {
            doubts.push(StoryDoubt::Two(
                story,
                part.iter().map(|place| placed[*place].item.id).collect(),
            ));
        }
    }
    doubts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clustering::ClusterItem;
    use crate::domain::Timestamp;

    /// Places articles, each given with its story, a day's tenth apart, and returns what is doubtful.
    fn look(articles: &[(i64, &str)]) -> Vec<StoryDoubt> {
        let mut index = StoryIndex::new(&[]);
        let first: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        let placed = articles.iter().zip(1..).map(|((story, title), id)| PlacedArticle {
            item: index.prepare(&ClusterItem {
                id: ArticleId(id),
                title,
                excerpt: "",
                body: "",
                published_at: first + chrono::TimeDelta::minutes(144 * id),
                topic: None,
            }),
            story: StoryId(*story),
        });
        doubts(&[], &placed.collect::<Vec<_>>())
    }

    /// Each of its own event.
    const OTHERS: [(i64, &str); 5] = [
        (90, "Museum shows forgotten painter's letters"),
        (91, "Norra lanserar nattåg till kusten i höst"),
        (92, "Wheat harvest smallest in eleven years, farmers say"),
        (93, "Goalkeeper Lindqvist joins Karlow for a record sum"),
        (94, "県議会、河川の堤防工事を承認"),
    ];

    fn with_others(articles: &[(i64, &'static str)]) -> Vec<StoryDoubt> {
        look(&[articles, &OTHERS].concat())
    }

    #[test]
    fn two_stories_of_one_event_may_be_one() {
        let bridge = [
            (1, "Velden closes harbour bridge after crack is found"),
            (1, "Crack found: Velden harbour bridge closed"),
            (2, "Harbour bridge in Velden closed, crack found in pillar"),
        ];
        assert_eq!(with_others(&bridge), [StoryDoubt::One(StoryId(1), StoryId(2))]);
        let camera = [
            (7, "El Senado de Alcorán aprueba la ley de cámaras"),
            (8, "Alcorán: la ley de cámaras, aprobada en el Senado"),
        ];
        assert_eq!(with_others(&camera), [StoryDoubt::One(StoryId(7), StoryId(8))]);
    }

    #[test]
    fn a_story_of_two_events_may_be_two() {
        let both = [
            (1, "Velden closes harbour bridge after crack is found"),
            (1, "Crack found: Velden harbour bridge closed"),
            (1, "Auditor resigns over Calder station cameras"),
        ];
        assert_eq!(with_others(&both), [StoryDoubt::Two(StoryId(1), vec![ArticleId(3)])]);
    }

    #[test]
    fn nothing_is_doubtful_where_both_agree() {
        assert_eq!(look(&[]), []);
        assert_eq!(look(&OTHERS), []);
        let right = [
            (1, "Velden closes harbour bridge after crack is found"),
            (1, "Crack found: Velden harbour bridge closed"),
            (2, "Auditor resigns over Calder station cameras"),
            (2, "Station cameras: Calder auditor resigns"),
        ];
        assert_eq!(with_others(&right), []);
    }

    #[test]
    fn days_of_a_column_stay_apart() {
        let column = [
            (1, "Morning briefing: ferries, a strike and the price of salt"),
            (2, "Morning briefing: a new mayor, rain and two lost dogs"),
            (3, "Morning briefing: the lift at Halden, trams and a vote"),
        ];
        assert_eq!(with_others(&column), []);
    }
}
