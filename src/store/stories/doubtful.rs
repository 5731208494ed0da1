//! A second look at the stories of the last days: which of them may be one, and which two.

use super::{live_members, story_edits, storylines};
use crate::clustering::StoryIndex;
use crate::clustering::second_look::{self, PlacedArticle, StoryDoubt};
use crate::domain::Timestamp;
use crate::domain::topic::Topic;
use crate::store::engine::client::Connection;
use crate::store::engine::statement::select_optional;
use crate::store::engine::{Store, StoreError, moment, seconds};

/// Days whose articles are looked at again.
const DOUBTFUL_DAYS: i64 = 7;
/// Articles looked at, the latest; a look at so many takes half a minute.
const ARTICLES_MAX: i64 = 20_000;
/// Members read at a time.
const READ_AT_ONCE: usize = 2_000;

/// What a second look found.
#[derive(Debug, Clone, PartialEq)]
pub struct SecondLook {
    /// It looked at the articles that joined a story since.
    pub since: Timestamp,
    /// So many, copies apart.
    pub articles: usize,
    /// Nothing that a reader decided by hand is doubtful, nor that one story continues another.
    pub doubts: Vec<StoryDoubt>,
}

impl Store {
    /// Looks again at the articles of the last days before the last one, of at most so many, as they are weighed for these
    /// topics; nothing where there are no stories.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn second_look(&self, topics: &[Topic]) -> Result<Option<SecondLook>, StoreError> {
        self.read(|c| {
            let Some(since) = since(c)? else {
                return Ok(None);
            };
            let placed = placed_since(c, topics, since)?;
            let mut doubts = Vec::new();
            for doubt in second_look::doubts(topics, &placed) {
                let is_settled = match &doubt {
                    StoryDoubt::One(one, other) => {
                        story_edits::were_split(c, *one, *other)? || storylines::are_linked(c, *one, *other)?
                    }
                    StoryDoubt::Two(story, articles) => {
                        let mut by_hand = false;
                        for article in articles {
                            by_hand |= story_edits::was_merged_by_hand(c, *story, *article)?;
                        }
                        by_hand
                    }
                };
                if !is_settled {
                    doubts.push(doubt);
                }
            }
            Ok(Some(SecondLook {
                since,
                articles: placed.len(),
                doubts,
            }))
        })
    }
}

fn since(c: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let joined = |before: i64| {
        let sql = "SELECT joined_at FROM member ORDER BY joined_at DESC LIMIT 1 OFFSET ?1";
        select_optional(c, sql, [before], |row| Ok(moment(row.get(0)?)))
    };
    let Some(last) = joined(0)? else { return Ok(None) };
    let days = last - chrono::TimeDelta::days(DOUBTFUL_DAYS);
    Ok(Some(joined(ARTICLES_MAX)?.map_or(days, |bound| days.max(bound))))
}

fn placed_since(c: &Connection, topics: &[Topic], since: Timestamp) -> Result<Vec<PlacedArticle>, StoreError> {
    let mut index = StoryIndex::new(topics);
    let (mut placed, mut last) = (Vec::new(), (seconds(since), 0));
    loop {
        let members = live_members::members_after(c, last, i64::MAX, READ_AT_ONCE)?;
        let Some((member, _)) = members.last() else {
            return Ok(placed);
        };
        last = (seconds(member.joined_at), member.article.0);
        for (member, bytes) in members.iter().filter(|(member, _)| member.copy_of.is_none()) {
            let kept = bytes.as_deref();
            let kept = kept.and_then(|bytes| index.from_bytes(member.article, member.published_at, bytes));
            placed.push(PlacedArticle {
                item: match kept {
                    Some(item) => item,
                    None => live_members::with_item(c, member.article, |item| index.prepare(item))?,
                },
                story: member.story,
            });
        }
    }
}
