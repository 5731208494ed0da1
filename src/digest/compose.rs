//! What a digest tells: which stories are new, which develop, and in what order.
//!
//! Folded copies are counted, never listed. Stories stand by the number of distinct outlets among their new articles,
//! then quality, then the newest article.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::domain::{ArticleId, StoryId, Timestamp};

use super::clean::{self, ERROR_CHARS_MAX, NAME_CHARS_MAX, TITLE_CHARS_MAX};
use super::model::{Change, Developing, Digest, Headline, NewStory, Running, Section};
use super::{Coverage, DigestInput, MemberInput, Options, StoryInput, TopicInput, Troubled, Undelivered, Window};
use super::{chart, words};

/// Developing stories of a section told at length; the others get a line.
const DEVELOPING_MAX: usize = 7;
/// New headlines listed in one developing story.
const FRESH_MAX: usize = 5;
/// Headline corrections listed in one story.
const CHANGES_MAX: usize = 3;
/// Other outlets kept per story.
const ALSO_MAX: usize = 20;

/// Composes what is new in a window.
///
/// A story in several sections is told in the first, with the members of all of them.
pub fn compose(window: &Window, input: &DigestInput, options: &Options) -> Digest {
    let mut told = Vec::new();
    let mut sections = Vec::new();
    let whole = Stories::collect(&input.sections);
    let mut is_placed = HashSet::new();
    for topic in &input.sections {
        let stories: Vec<&StoryInput> = topic
            .stories
            .iter()
            .filter(|story| is_placed.insert(story.id))
            .collect();
        let section = compose_section(window, topic, &stories, &whole, options, &mut told);
        if !(section.new.is_empty() && section.developing.is_empty()) {
            sections.push(section);
        }
    }
    let mut digest = Digest {
        subject: String::new(),
        name: clean::line(&input.name, NAME_CHARS_MAX),
        window: *window,
        sections,
        coverage: clean_coverage(&input.coverage),
        undelivered: input.undelivered.iter().map(clean_undelivered).collect(),
        told,
    };
    let failing = digest.coverage.troubled.iter();
    let failing = failing.filter(|source| source.health.condition.is_unread()).count();
    digest.subject = words::subject(
        &digest.name,
        &digest.sections,
        digest.counts(),
        failing,
        window.to,
        options.zone,
    );
    digest
}

/// The members and headline changes of each story over all sections, each once.
struct Stories<'a> {
    members: HashMap<StoryId, Vec<&'a MemberInput>>,
    changes: HashMap<StoryId, Vec<(Timestamp, ArticleId, &'a str, &'a str)>>,
}

impl<'a> Stories<'a> {
    fn collect(topics: &'a [TopicInput]) -> Self {
        let mut whole = Self {
            members: HashMap::new(),
            changes: HashMap::new(),
        };
        let mut seen = HashSet::new();
        for story in topics.iter().flat_map(|topic| &topic.stories) {
            let members = whole.members.entry(story.id).or_default();
            members.extend(
                story
                    .members
                    .iter()
                    .filter(|member| seen.insert((story.id, member.article))),
            );
            let changes = whole.changes.entry(story.id).or_default();
            changes.extend(
                story
                    .headline_changes
                    .iter()
                    .map(|c| (c.at, c.article, c.before.as_str(), c.after.as_str())),
            );
        }
        for changes in whole.changes.values_mut() {
            changes.sort_unstable();
            changes.dedup();
        }
        whole
    }
}

/// What a section's stories are ordered by.
type Rank = (Reverse<usize>, Reverse<i32>, Reverse<Timestamp>, StoryId);

fn compose_section(
    window: &Window,
    topic: &TopicInput,
    stories: &[&StoryInput],
    whole: &Stories,
    options: &Options,
    told: &mut Vec<(StoryId, ArticleId)>,
) -> Section {
    let mut new: Vec<(Rank, NewStory)> = Vec::new();
    let mut developing: Vec<(Rank, Developing)> = Vec::new();
    for story in stories {
        let members = whole.members.get(&story.id).map(Vec::as_slice).unwrap_or_default();
        told.extend(
            members
                .iter()
                .filter(|member| member.is_new)
                .map(|member| (story.id, member.article)),
        );
        let Some(lead) = best(members.iter().copied()) else {
            continue;
        };
        if members.iter().all(|member| member.is_new) {
            new.push((
                rank(story.id, lead, members),
                new_story(window, story, lead, members, options),
            ));
        } else {
            let changes = changes(
                window,
                members,
                whole.changes.get(&story.id).map(Vec::as_slice).unwrap_or_default(),
            );
            if !changes.is_empty() || members.iter().any(|member| is_fresh(member)) {
                let rank = rank(story.id, lead, members);
                developing.push((
                    rank,
                    developing_story(window, story.id, lead, members, changes, options),
                ));
            }
        }
    }
    new.sort_by_key(|(rank, _)| *rank);
    developing.sort_by_key(|(rank, _)| *rank);
    let mut developing: Vec<Developing> = developing.into_iter().map(|(_, story)| story).collect();
    let running = developing
        .split_off(developing.len().min(DEVELOPING_MAX))
        .into_iter()
        .map(running)
        .collect();
    Section {
        topic: clean::line(&topic.topic, TITLE_CHARS_MAX),
        is_introduction: topic.is_introduction,
        new: new.into_iter().map(|(_, story)| story).collect(),
        developing,
        running,
    }
}

fn is_fresh(member: &MemberInput) -> bool {
    member.is_new && member.copy_of.is_none()
}

/// Returns the member a story is told by: the best that is no copy, or the best copy where the original is gone.
fn best<'a>(members: impl Iterator<Item = &'a MemberInput>) -> Option<&'a MemberInput> {
    members.min_by_key(|member| {
        (
            member.copy_of.is_some(),
            Reverse(member.quality),
            member.published_at,
            member.article,
        )
    })
}

fn rank(id: StoryId, lead: &MemberInput, members: &[&MemberInput]) -> Rank {
    let fresh = members.iter().filter(|member| is_fresh(member));
    let outlets: HashSet<String> = fresh.clone().map(|member| outlet(member).to_lowercase()).collect();
    let newest = fresh
        .map(|member| member.published_at)
        .max()
        .unwrap_or(lead.published_at);
    (Reverse(outlets.len()), Reverse(lead.quality), Reverse(newest), id)
}

fn new_story(
    window: &Window,
    story: &StoryInput,
    lead: &MemberInput,
    members: &[&MemberInput],
    options: &Options,
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
    NewStory {
        id: story.id,
        headline: headline(lead),
        summary: clean::summary(&lead.title, &lead.excerpt, &lead.text),
        started_at: story.started_at.min(lead.published_at).min(window.to),
        also,
        copies: members
            .iter()
            .filter(|m| m.copy_of.is_some() && m.article != lead.article)
            .count(),
        chart: chart::days(
            members.iter().map(|member| member.published_at),
            window.to,
            options.zone,
        ),
    }
}

fn developing_story(
    window: &Window,
    id: StoryId,
    lead: &MemberInput,
    members: &[&MemberInput],
    changes: Vec<Change>,
    options: &Options,
) -> Developing {
    // The reader recognises a story by what was told of it, so its new articles do not head it.
    let known = best(members.iter().copied().filter(|member| !member.is_new)).unwrap_or(lead);
    let mut fresh: Vec<&&MemberInput> = members.iter().filter(|member| is_fresh(member)).collect();
    fresh.sort_by_key(|member| (Reverse(member.published_at), member.article));
    let more = fresh.len().saturating_sub(FRESH_MAX);
    Developing {
        id,
        headline: headline(known),
        fresh: fresh.iter().take(FRESH_MAX).map(|member| headline(member)).collect(),
        more,
        copies: members
            .iter()
            .filter(|member| member.is_new && member.copy_of.is_some())
            .count(),
        changes,
        chart: chart::days(
            members.iter().map(|member| member.published_at),
            window.to,
            options.zone,
        ),
    }
}

/// Returns the corrections within the window, the first and the last wording of each article, if they differ.
fn changes(window: &Window, members: &[&MemberInput], all: &[(Timestamp, ArticleId, &str, &str)]) -> Vec<Change> {
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
            clean::line(before, TITLE_CHARS_MAX),
            clean::line(after, TITLE_CHARS_MAX),
        );
        let outlet = member.map(|member| outlet(member)).unwrap_or_default();
        (before != after && !before.is_empty() && !after.is_empty()).then_some(Change { outlet, before, after })
    };
    spans.into_iter().filter_map(change).take(CHANGES_MAX).collect()
}

fn running(story: Developing) -> Running {
    let fresh = story.fresh.len() + story.more;
    Running {
        id: story.id,
        headline: story.headline,
        fresh,
        changes: story.changes.len(),
    }
}

fn headline(member: &MemberInput) -> Headline {
    let title = clean::line(&member.title, TITLE_CHARS_MAX);
    Headline {
        title: if title.is_empty() {
            words::UNTITLED.to_owned()
        } else {
            title
        },
        url: clean::link(&member.web_url),
        outlet: outlet(member),
        published_at: member.published_at,
        language: clean::language(member.language.as_deref()),
    }
}

fn outlet(member: &MemberInput) -> String {
    clean::line(&member.provider, NAME_CHARS_MAX)
}

fn clean_coverage(coverage: &Coverage) -> Coverage {
    let mut coverage = coverage.clone();
    for source in &mut coverage.troubled {
        source.name = clean::line(&source.name, NAME_CHARS_MAX);
        source.health.why = source
            .health
            .why
            .as_deref()
            .map(|why| clean::line(why, ERROR_CHARS_MAX));
    }
    // The worst first, and of these the longest broken: the others may mend themselves.
    coverage.troubled.sort_by(|a, b| {
        let order = |t: &Troubled| (t.health.condition, t.health.since);
        (order(a), &a.name).cmp(&(order(b), &b.name))
    });
    coverage
}

fn clean_undelivered(digest: &Undelivered) -> Undelivered {
    Undelivered {
        subject: clean::line(&digest.subject, TITLE_CHARS_MAX),
        channel: clean::line(&digest.channel, TITLE_CHARS_MAX),
        to: digest.to,
        error: clean::line(&digest.error, ERROR_CHARS_MAX),
    }
}
