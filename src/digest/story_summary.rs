//! How one story is told: its headline, who else reports it, what is new, and how its headlines changed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::ranking;

use super::display_text::{self, NAME_CHARS_MAX, TITLE_CHARS_MAX};
use super::input::{DigestOptions, MemberInput, StoryInput, Window};
use super::model::{Alerted, ChangedHeadline, Developing, Headline, NewStory, Running};
use super::{chart, wording};

/// New headlines listed in one developing story.
const FRESH_MAX: usize = 5;
/// Headline corrections listed in one story.
const CHANGES_MAX: usize = 3;
/// Other outlets kept per story.
const ALSO_MAX: usize = 20;

/// Returns a story no digest has told.
pub(super) fn new(
    window: &Window,
    story: &StoryInput,
    lead: &MemberInput,
    members: &[&MemberInput],
    options: &DigestOptions,
) -> NewStory {
    let mut others: Vec<&&MemberInput> = members
        .iter()
        .filter(|m| m.copy_of.is_none() && m.article != lead.article)
        .collect();
    others.sort_by_key(|member| (Reverse(member.quality), member.published_at, member.article));
    let mut seen = HashSet::from([outlet(lead).to_lowercase()]);
    let mut also: Vec<String> = others.iter().map(|member| outlet(member)).collect();
    also.retain(|name| !name.is_empty() && seen.insert(name.to_lowercase()));
    also.truncate(ALSO_MAX);
    let is_copy = |member: &MemberInput| member.copy_of.is_some() && member.article != lead.article;
    NewStory {
        id: story.id,
        headline: headline(lead),
        summary: display_text::summary(&lead.title, &lead.excerpt, &lead.text),
        started_at: story.started_at.min(lead.published_at).min(window.to),
        also,
        copies: members.iter().filter(|member| is_copy(member)).count(),
        chart: chart::days(
            members.iter().map(|member| (member.published_at, is_copy(member))),
            window.to,
            options.zone,
        ),
    }
}

/// Returns a story told before, with what is new about it.
pub(super) fn developing(
    window: &Window,
    id: StoryId,
    lead: &MemberInput,
    members: &[&MemberInput],
    changes: Vec<ChangedHeadline>,
    options: &DigestOptions,
) -> Developing {
    // The reader recognises a story by what was told of it, so its new articles do not head it.
    let known = best(members.iter().copied().filter(|member| !member.is_new)).unwrap_or(lead);
    let mut new_members: Vec<&&MemberInput> = members.iter().filter(|member| is_new_member(member)).collect();
    new_members.sort_by_key(|member| (Reverse(member.published_at), member.article));
    let more = new_members.len().saturating_sub(FRESH_MAX);
    Developing {
        id,
        headline: headline(known),
        new_members: new_members
            .iter()
            .take(FRESH_MAX)
            .map(|member| headline(member))
            .collect(),
        more,
        copies: members
            .iter()
            .filter(|member| member.is_new && member.copy_of.is_some())
            .count(),
        changes,
        chart: chart::days(
            members
                .iter()
                .map(|member| (member.published_at, member.copy_of.is_some())),
            window.to,
            options.zone,
        ),
    }
}

/// Returns the corrections within the window, the first and the last wording of each article, if they differ.
pub(super) fn changes(
    window: &Window,
    members: &[&MemberInput],
    all: &[(Timestamp, ArticleId, &str, &str)],
) -> Vec<ChangedHeadline> {
    let mut spans: BTreeMap<ArticleId, (&str, &str)> = BTreeMap::new();
    for (_, article, before, after) in all.iter().filter(|(at, ..)| window.contains(*at)) {
        spans.entry(*article).or_insert((before, after)).1 = after;
    }
    let members: HashMap<ArticleId, &MemberInput> = members.iter().map(|member| (member.article, *member)).collect();
    let change = |(article, (before, after)): (ArticleId, (&str, &str))| {
        let member = members.get(&article);
        // A copy's headline, or one the reader never saw, is no correction to them.
        if member.is_some_and(|member| member.is_new || member.copy_of.is_some()) {
            return None;
        }
        let (before, after) = (
            display_text::line(before, TITLE_CHARS_MAX),
            display_text::line(after, TITLE_CHARS_MAX),
        );
        let outlet = member.map(|member| outlet(member)).unwrap_or_default();
        (before != after && !before.is_empty() && !after.is_empty()).then_some(ChangedHeadline {
            outlet,
            before,
            after,
        })
    };
    spans.into_iter().filter_map(change).take(CHANGES_MAX).collect()
}

/// Returns a developing story in one line.
pub(super) fn running(story: Developing) -> Running {
    let new_members = story.new_members.len() + story.more;
    Running {
        id: story.id,
        headline: story.headline,
        new_members,
        changes: story.changes.len(),
    }
}

/// Returns a story an alert has told, in one line.
pub(super) fn alerted(id: StoryId, lead: &MemberInput, members: &[&MemberInput], told_at: Timestamp) -> Alerted {
    let since = members
        .iter()
        .filter(|member| is_new_member(member) && member.published_at > told_at);
    Alerted {
        id,
        headline: headline(lead),
        told_at,
        since: since.count(),
    }
}

fn headline(member: &MemberInput) -> Headline {
    let title = display_text::line(&member.title, TITLE_CHARS_MAX);
    Headline {
        title: if title.is_empty() {
            wording::UNTITLED.to_owned()
        } else {
            title
        },
        url: display_text::link(&member.web_url),
        outlet: outlet(member),
        published_at: member.published_at,
        language: display_text::language(member.language.as_deref()),
    }
}

/// Whether an article is new in its story and says it in words of its own.
pub(super) fn is_new_member(member: &MemberInput) -> bool {
    member.is_new && member.copy_of.is_none()
}

/// Returns the member a story is told by.
pub(super) fn best<'a>(members: impl Iterator<Item = &'a MemberInput>) -> Option<&'a MemberInput> {
    members.min_by_key(|m| ranking::lead_order(m.copy_of.is_some(), m.quality, m.published_at, m.article))
}

/// Returns the outlet of an article.
pub(super) fn outlet(member: &MemberInput) -> String {
    display_text::line(&member.provider, NAME_CHARS_MAX)
}
