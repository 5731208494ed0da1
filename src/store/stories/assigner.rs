//! The one serial assigner: the live stories in memory, on the writer thread, in step with what is committed.
//!
//! Read from the database by the daemon once it serves, or when the first article is to be placed, and again after a write
//! was taken back: what is in memory never says more than the transaction it is asked in. A run that places nothing reads
//! nothing, and no start reads a text: what the stories need of their members is kept beside them.

use std::collections::VecDeque;

use super::story_edits::{self, EditCause, StoryMerge};
use super::{live_members, named_documents, placement_reasons, storylines};
use crate::clustering::duplicate_stories::DuplicateStory;
use crate::clustering::{ClusterItem, Placement, StoryIndex, WINDOW_DAYS};
use crate::domain::topic::{Assignment, Topic};
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::store::engine::client::Connection;
use crate::store::engine::live_stories::{LiveMember, LiveStories, Loading, Replay};
use crate::store::engine::{StoreError, seconds};
use crate::store::rows::membership;

/// Members of live stories read in one unit of work, which is over within some tens of milliseconds.
const LOADED_AT_ONCE: usize = 2_000;
/// Members read of a story that is live again, the newest.
const REVIVED_MAX: usize = 500;
/// Members read at a time while articles are placed by their own dates.
const REPLAY_BATCH: usize = 2_000;

impl LiveStories {
    /// Reads on at the live stories where they are not read yet. Returns whether there is more to read.
    pub fn load_some(&mut self, c: &Connection, now: Timestamp) -> Result<bool, StoreError> {
        if self.index.is_some() || self.replay.is_some() {
            return Ok(false);
        }
        // Told in part it is of no use, should the reading fail.
        self.changed += 1;
        let mut loading = match self.loading.take() {
            Some(loading) => loading,
            None => Loading::begin(c, &self.topics, now)?,
        };
        match loading.read_on(c)? {
            true => self.loading = Some(loading),
            false => self.index = Some(loading.index),
        }
        Ok(self.loading.is_some())
    }

    /// Gives an article its place among the stories of its own time: what was stored before and joined its story by then
    /// is told first. To be called in the order of the dates; the live stories are forgotten for it.
    pub fn place_by_date(
        &mut self,
        c: &Connection,
        at: Timestamp,
        item: &ClusterItem<'_>,
    ) -> Result<Assignment, StoreError> {
        // Told in part it is of no use, should the telling fail.
        self.changed += 1;
        let mut replay = match self.replay.take() {
            Some(replay) => replay,
            None => {
                self.loading = None;
                self.index = Some(StoryIndex::new(&self.topics));
                Replay::begin(c, at)?
            }
        };
        let index = self.index.as_mut().expect("it is kept with the replay");
        replay.tell(c, index, at)?;
        self.replay = Some(replay);
        self.place(c, at, item)
    }

    /// Gives an article its place in a story, in the database and in memory; one that has a place keeps it. Stories that
    /// it and others show to be one are merged.
    pub fn place(&mut self, c: &Connection, now: Timestamp, item: &ClusterItem<'_>) -> Result<Assignment, StoreError> {
        if let Some(story) = membership::story_of(c, item.id)? {
            return Ok(Assignment::Join(story));
        }
        self.changed += 1;
        // While articles are placed by their own dates, what joined later is not told yet: no time to merge its stories.
        let may_merge = self.replay.is_none();
        let index = self.index(c, now)?;
        let prepared = index.prepare(item);
        let bytes = index.to_bytes(&prepared);
        let named = if may_merge {
            named_documents::story_named(c, now, item.id)?
        } else {
            None
        };
        let mut placement = index.place(now, &prepared);
        let mut closest = index.best_candidate();
        // A copy is where its original is.
        let named = named.filter(|_| !matches!(placement, Placement::CopyOf(..)));
        if let Some(named) = &named {
            placement = Placement::Join(named.story);
            index.leave_rivals();
        }
        let merged = if may_merge { unite(c, now, index)? } else { None };
        if let Some(StoryMerge { into, .. }) = merged {
            placement = Placement::Join(into);
            // The likeness stays that of the one it was closest to, which now is a part.
            closest = closest.map(|(_, likeness)| (into, likeness));
        }
        let continues = match placement {
            _ if named.is_some() => None,
            Placement::Start => index.predecessor(&prepared, None),
            Placement::Join(story) => index.predecessor(&prepared, Some(story)),
            Placement::CopyOf(..) => None,
        };
        let placed = live_members::place(c, now, item.id, placement, &bytes)?;
        placement_reasons::keep(c, item, placed, closest, named.as_ref())?;
        match placed {
            Assignment::Start(story) | Assignment::Join(story) => {
                let is_live = index.is_live(story);
                index.add(now, &prepared, story);
                if named.is_some() && !is_live {
                    revive(c, index, story, item.id)?;
                }
                if let Some(earlier) = continues {
                    storylines::link(c, story, earlier, item)?;
                }
            }
            Assignment::CopyOf(original, story) => index.add_copy(now, &prepared, original, story),
        }
        let mut merges: Vec<StoryMerge> = merged.into_iter().collect();
        if let Some(named) = &named {
            let united = named.unite(c, now)?;
            united.iter().for_each(|merge| index.merge(merge.into, merge.from));
            merges.extend(united);
        }
        merges.iter().for_each(StoryMerge::tell);
        Ok(placed)
    }

    /// Returns the stories most like a member of one, at most `k`.
    pub fn nearest_to_member(
        &mut self,
        c: &Connection,
        now: Timestamp,
        article: ArticleId,
        k: usize,
    ) -> Result<Vec<StoryId>, StoreError> {
        let index = self.index(c, now)?;
        let item = match live_members::prepared(c, article, |at, bytes| index.from_bytes(article, at, bytes))? {
            Some(item) => item,
            None => live_members::with_item(c, article, |item| index.prepare(item))?,
        };
        Ok(index.nearest(&item, k))
    }

    /// Returns the live stories that are one with this one, the surest first.
    pub fn duplicate_stories(
        &mut self,
        c: &Connection,
        now: Timestamp,
        story: StoryId,
    ) -> Result<Vec<DuplicateStory>, StoreError> {
        Ok(self.index(c, now)?.duplicate_stories(story))
    }

    /// Makes one live story part of another, as the database has it now.
    pub fn merge(&mut self, into: StoryId, from: StoryId) {
        self.changed += 1;
        // What is read in part may have read one of the two already.
        self.loading = None;
        if let Some(index) = &mut self.index {
            index.merge(into, from);
        }
    }

    fn index(&mut self, c: &Connection, now: Timestamp) -> Result<&mut StoryIndex, StoreError> {
        while self.load_some(c, now)? {}
        Ok(self.index.as_mut().expect("it was made above"))
    }
}

/// Merges the two stories that the article placed last shows to be one, in the database and in memory, and returns what
/// they are now; nothing where there are none, or a reader has parted them.
fn unite(c: &Connection, now: Timestamp, index: &mut StoryIndex) -> Result<Option<StoryMerge>, StoreError> {
    let Some(union) = index.union() else {
        return Ok(None);
    };
    let (into, from, reason) = (union.into, union.from, union.reason());
    if story_edits::were_split(c, into, from)?
        || story_edits::merge(c, now, into, from, &EditCause::Found(reason.clone()))?.is_err()
    {
        return Ok(None);
    }
    index.merge(into, from);
    Ok(Some(StoryMerge { into, from, reason }))
}

/// Adds the earlier members of a story that was over, and is live again by this article.
fn revive(c: &Connection, index: &mut StoryIndex, story: StoryId, by: ArticleId) -> Result<(), StoreError> {
    let members = live_members::members_of(c, story, REVIVED_MAX)?;
    let earlier = members.iter().filter(|(member, _)| member.article != by);
    earlier
        .into_iter()
        .try_for_each(|(member, prepared)| add(c, index, member, prepared.as_deref()))
}

/// Adds a stored member to the live stories; what had to be prepared anew is kept, so that it is once.
fn add(c: &Connection, index: &mut StoryIndex, member: &LiveMember, prepared: Option<&[u8]>) -> Result<(), StoreError> {
    let kept = prepared.and_then(|bytes| index.from_bytes(member.article, member.published_at, bytes));
    let item = match kept {
        Some(item) => item,
        None => {
            let item = live_members::with_item(c, member.article, |item| index.prepare(item))?;
            live_members::keep_prepared(c, member.article, &index.to_bytes(&item))?;
            item
        }
    };
    match member.copy_of {
        None if member.is_last => index.add(member.joined_at, &item, member.story),
        None => index.add_amid(member.joined_at, &item, member.story),
        Some(original) => index.add_copy(member.joined_at, &item, original, member.story),
    }
    Ok(())
}

impl Loading {
    fn begin(c: &Connection, topics: &[Topic], now: Timestamp) -> Result<Self, StoreError> {
        let since = now - chrono::TimeDelta::days(WINDOW_DAYS);
        let first = live_members::live_from(c, since)?.unwrap_or(i64::MAX);
        Ok(Self {
            index: StoryIndex::new(topics),
            since,
            last: (first, i64::MIN),
        })
    }

    /// Reads some more members; returns whether there may be more.
    fn read_on(&mut self, c: &Connection) -> Result<bool, StoreError> {
        let (index, mut last) = (&mut self.index, self.last);
        let count = live_members::each_live_member(c, self.since, self.last, LOADED_AT_ONCE, |member, prepared| {
            last = (seconds(member.joined_at), member.article.0);
            add(c, index, &member, prepared)
        })?;
        self.last = last;
        Ok(count == LOADED_AT_ONCE)
    }
}

impl Replay {
    fn begin(c: &Connection, at: Timestamp) -> Result<Self, StoreError> {
        let since = seconds(at - chrono::TimeDelta::days(WINDOW_DAYS));
        Ok(Self {
            waiting: VecDeque::new(),
            last: (since, 0),
            newest: c.query_row("SELECT coalesce(max(article), 0) FROM member", (), |row| row.get(0))?,
            is_over: false,
        })
    }

    /// Adds what joined its story by `to`.
    fn tell(&mut self, c: &Connection, index: &mut StoryIndex, to: Timestamp) -> Result<(), StoreError> {
        loop {
            if self.waiting.is_empty() && !self.is_over {
                self.waiting = live_members::members_after(c, self.last, self.newest, REPLAY_BATCH)?.into();
                self.is_over = self.waiting.is_empty();
                if let Some((member, _)) = self.waiting.back() {
                    self.last = (seconds(member.joined_at), member.article.0);
                }
            }
            match self.waiting.front() {
                Some((member, prepared)) if member.joined_at <= to => add(c, index, member, prepared.as_deref())?,
                _ => return Ok(()),
            }
            self.waiting.pop_front();
        }
    }
}
