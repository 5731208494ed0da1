//! How one story is told: its headline, what else is said of it and by whom, why it is here, and what was corrected.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use super::chart;
use super::columns::is_column;
use super::display_text::{self, NAME_CHARS_MAX, TITLE_CHARS_MAX};
use super::input::{ContinuedStory, DigestOptions, MemberInput, StoryInput, Window};
use super::model::{BriefNote, BriefStory, ChangedHeadline, Continued, Headline, StoryStatus, ToldStory};
use crate::domain::{ArticleId, Timestamp};
use crate::text;

/// Further headlines listed in one story.
const FURTHER_MAX: usize = 3;
/// Headline corrections listed in one story.
const CHANGES_MAX: usize = 3;
/// Other outlets kept per story.
const ALSO_MAX: usize = 20;
/// Articles of one story that are looked at for further headlines, the newest first.
const LOOKED_AT_MAX: usize = 200;

/// Returns a story at length; nothing where there is nothing new to say of it.
pub(super) fn tell(window: &Window, story: &StoryInput, options: &DigestOptions) -> Option<ToldStory> {
    let corrected = corrections(window, story);
    let head = head(story, &corrected)?;
    let mut fresh: Vec<&MemberInput> = story.members.iter().filter(|member| is_new_member(member)).collect();
    if fresh.is_empty() && corrected.is_empty() {
        return None;
    }
    let is_new = story.members.iter().all(|member| member.is_new);
    let own = |member: &&MemberInput| member.copy_of.is_none() && member.was_told && member.article != head.article;
    let known = story.members.iter().filter(own);
    let known = known.min_by_key(|member| (member.matched.is_none(), Reverse(member.published_at), member.article));
    // Where that one was corrected, the correction tells it.
    let is_known = |known: &&MemberInput| {
        head.is_new && !is_new && !corrected.contains_key(&known.article) && !says_the_same(&known.title, &head.title)
    };
    let so_far = known.filter(is_known);
    let mut shown = vec![&*head.title];
    shown.extend(so_far.map(|member| &*member.title));
    let further = further(story, head, &shown);
    let is_listed = |member: &MemberInput| {
        further
            .iter()
            .chain([&head])
            .any(|listed| listed.article == member.article)
    };
    let unlisted = fresh.iter().filter(|member| !is_listed(member)).count();
    fresh.sort_by_key(|member| (Reverse(member.quality), member.published_at, member.article));
    let mut seen: HashSet<String> = further.iter().map(|member| outlet(member).to_lowercase()).collect();
    seen.extend(["".to_owned(), outlet(head).to_lowercase()]);
    let others = fresh.iter().filter(|member| seen.insert(outlet(member).to_lowercase()));
    let also = others.take(ALSO_MAX).map(|member| headline(member)).collect();
    let is_copy = |member: &MemberInput| member.copy_of.is_some() && member.article != head.article;
    let summary = match head.is_new {
        true => display_text::summary(&head.title, &head.excerpt, &head.text),
        false => String::new(),
    };
    Some(ToldStory {
        id: story.id,
        status: if is_new {
            StoryStatus::New
        } else {
            StoryStatus::Developing
        },
        headline: headline(head),
        is_fresh: head.is_new,
        so_far: so_far.map(headline),
        continues: story.continues.as_ref().filter(|_| is_new).and_then(continued),
        why: why(head, &summary),
        summary,
        further: further.into_iter().map(headline).collect(),
        also,
        new_articles: fresh.len(),
        unlisted,
        corrections: corrected.len(),
        copies: story
            .members
            .iter()
            .filter(|member| member.is_new && is_copy(member))
            .count(),
        changes: changes(story, head, &corrected),
        dates: Vec::new(),
        chart: chart::days(
            story
                .members
                .iter()
                .map(|member| (member.published_at, is_copy(member))),
            window.to,
            options.zone,
        ),
    })
}

/// Returns a story in one line.
pub(super) fn in_brief(story: ToldStory) -> BriefStory {
    let what = match story.status {
        StoryStatus::New => {
            let others = story.further.iter().chain(&story.also);
            let mut others: HashSet<String> = others.map(|other| other.outlet.to_lowercase()).collect();
            others.remove("");
            others.remove(&story.headline.outlet.to_lowercase());
            BriefNote::New {
                other_outlets: others.len(),
            }
        }
        StoryStatus::Developing => BriefNote::Developing {
            new_articles: story.new_articles,
            changes: story.corrections,
        },
    };
    BriefStory {
        id: story.id,
        headline: story.headline,
        what,
    }
}

/// Returns a story an alert has told, in one line.
pub(super) fn alerted(story: &StoryInput, told: ToldStory, told_at: Timestamp) -> BriefStory {
    let since = story.members.iter();
    let since = since.filter(|member| is_new_member(member) && member.published_at > told_at);
    BriefStory {
        id: story.id,
        headline: told.headline,
        what: BriefNote::Alerted {
            told_at,
            since: since.count(),
        },
    }
}

/// Returns the article a story stands under: about the topic, no copy, with something new to say, no column, the newest.
fn head<'a>(story: &'a StoryInput, corrected: &Corrections) -> Option<&'a MemberInput> {
    let is_news = |member: &MemberInput| member.is_new || corrected.contains_key(&member.article);
    story.members.iter().min_by_key(|member| {
        let newest = (Reverse(member.published_at), member.article);
        (
            member.matched.is_none(),
            member.copy_of.is_some(),
            !is_news(member),
            is_column(member),
            newest,
        )
    })
}

/// Returns up to `FURTHER_MAX` new members whose headlines say something else, newest first. Those that have least in
/// common with what is shown come in first, so that a report under a headline of its own is not left out.
fn further<'a>(story: &'a StoryInput, head: &MemberInput, shown: &[&str]) -> Vec<&'a MemberInput> {
    let mut shown: Vec<HashSet<String>> = shown.iter().map(|title| text::words(title).collect()).collect();
    let others = story
        .members
        .iter()
        .filter(|member| member.is_new && member.article != head.article);
    let mut others: Vec<&MemberInput> = others.collect();
    // Of two that say the same the one is shown that said it first-hand.
    others.sort_by_key(|member| (member.copy_of.is_some(), Reverse(member.published_at), member.article));
    let words = |member: &&'a MemberInput| (*member, text::words(&member.title).collect::<HashSet<String>>());
    let mut left: Vec<_> = others.iter().take(LOOKED_AT_MAX).map(words).collect();
    let mut found = Vec::new();
    while found.len() < FURTHER_MAX {
        let known = |words: &HashSet<String>| shown.iter().map(|own| in_common(own, words)).max().unwrap_or(0);
        left.retain(|(_, words)| !words.is_empty() && !shown.contains(words));
        let Some(at) = (0..left.len()).min_by_key(|at| known(&left[*at].1)) else {
            break;
        };
        let (member, words) = left.remove(at);
        found.push(member);
        shown.push(words);
    }
    found.sort_by_key(|member| (Reverse(member.published_at), member.article));
    found
}

/// Returns how much of two headlines is the same, in percent.
fn in_common(one: &HashSet<String>, other: &HashSet<String>) -> usize {
    let both = one.intersection(other).count();
    both * 100 / (one.len() + other.len() - both).max(1)
}

fn says_the_same(one: &str, other: &str) -> bool {
    text::words(one).eq(text::words(other))
}

/// Returns a term of the topic, where neither the headline nor the summary shows one.
fn why(head: &MemberInput, summary: &str) -> Option<String> {
    let terms = head.matched.as_ref()?;
    let words: Vec<String> = text::words(summary).collect();
    let is_shown = |term: &String| {
        let wanted: Vec<String> = text::words(term).collect();
        let is_open = term.contains('*');
        let is_there = |found: &[String]| {
            let mut pairs = found.iter().zip(&wanted);
            pairs.all(|(own, word)| own == word || (is_open && own.contains(word.as_str())))
        };
        !wanted.is_empty() && words.windows(wanted.len()).any(is_there)
    };
    let first = terms.first().filter(|_| !terms.iter().any(is_shown))?;
    Some(display_text::line(first.trim_matches(['"', '*', '=']), NAME_CHARS_MAX))
}

/// What each article's headline was at the window's beginning, and what it is now.
type Corrections<'a> = BTreeMap<ArticleId, (&'a str, &'a str)>;

/// Returns the corrections within the window of headlines the reader has seen.
fn corrections<'a>(window: &Window, story: &'a StoryInput) -> Corrections<'a> {
    let mut changes: Vec<_> = story.headline_changes.iter().collect();
    changes.sort_by_key(|change| (change.at, change.article));
    let mut found = Corrections::new();
    for change in changes.into_iter().filter(|change| window.contains(change.at)) {
        found.entry(change.article).or_insert((&change.before, &change.after)).1 = &change.after;
    }
    // A copy's headline, or one the reader never saw, is no correction to them.
    for member in story
        .members
        .iter()
        .filter(|member| member.is_new || member.copy_of.is_some())
    {
        found.remove(&member.article);
    }
    let line = |title: &str| display_text::line(title, TITLE_CHARS_MAX);
    found.retain(|_, (before, after)| {
        let (before, after) = (line(before), line(after));
        before != after && !before.is_empty() && !after.is_empty()
    });
    found
}

fn changes(story: &StoryInput, head: &MemberInput, corrected: &Corrections) -> Vec<ChangedHeadline> {
    let change = |(article, (before, after)): (&ArticleId, &(&str, &str))| {
        let member = story.members.iter().find(|member| member.article == *article);
        ChangedHeadline {
            is_head: *article == head.article,
            outlet: member.map(outlet).unwrap_or_default(),
            before: display_text::line(before, TITLE_CHARS_MAX),
            after: display_text::line(after, TITLE_CHARS_MAX),
        }
    };
    let mut changes: Vec<ChangedHeadline> = corrected.iter().map(change).collect();
    changes.sort_by_key(|change| !change.is_head);
    changes.truncate(CHANGES_MAX);
    changes
}

fn headline(member: &MemberInput) -> Headline {
    Headline {
        title: display_text::line(&member.title, TITLE_CHARS_MAX),
        url: display_text::link(&member.web_url),
        outlet: outlet(member),
        published_at: member.published_at,
        language: display_text::language(member.language.as_deref()),
    }
}

/// Returns an earlier story as it is named; one without a headline is not.
fn continued(story: &ContinuedStory) -> Option<Continued> {
    let title = display_text::line(&story.title, TITLE_CHARS_MAX);
    let headline = Headline {
        url: display_text::link(&story.web_url),
        outlet: display_text::line(&story.provider, NAME_CHARS_MAX),
        published_at: story.published_at,
        language: display_text::language(story.language.as_deref()),
        title,
    };
    (!headline.title.is_empty()).then_some(Continued { id: story.id, headline })
}

/// Whether an article is new in its story and says it in words of its own.
fn is_new_member(member: &MemberInput) -> bool {
    member.is_new && member.copy_of.is_none()
}

fn outlet(member: &MemberInput) -> String {
    display_text::line(&member.provider, NAME_CHARS_MAX)
}
