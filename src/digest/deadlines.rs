//! Which dates of documents a digest tells: each once with its document, once again when it is near, and again where it is
//! moved or withdrawn. What has passed is not told.

use std::collections::HashMap;

use super::display_text::{self, NAME_CHARS_MAX, TITLE_CHARS_MAX};
use super::input::{DeadlineInput, DigestOptions};
use super::model::{DateNews, DateNote, Headline, Section, ToldDate, ToldStory};
use crate::domain::deadline::{DateTelling, DeadlineKind, StatedDate};
use crate::domain::{ArticleId, StoryId, Timestamp};

/// Dates that stand by themselves; the others wait for the next digest.
const DATES_MAX: usize = 50;
/// Dates that stand with one story; the others stand by themselves.
const STORY_DATES_MAX: usize = 4;

/// A date of one story, whichever of its documents states it and however: two registers may list one document.
#[derive(Clone, Copy)]
struct DateKey {
    story: Option<StoryId>,
    /// Of a document that is in no story.
    article: Option<ArticleId>,
    kind: DeadlineKind,
    is_withdrawn: bool,
    date: StatedDate,
}

impl DateKey {
    fn is_same(&self, other: &Self) -> bool {
        let place = |key: &Self| (key.story, key.article, key.kind, key.is_withdrawn);
        place(self) == place(other) && self.date.is_same(other.date)
    }
}

/// Returns the dates that stand by themselves, and all that are told; those of documents that are told now stand with their
/// stories, where these are told at length.
pub(super) fn tell_dates(
    now: Timestamp,
    deadlines: &[DeadlineInput],
    told_now: &[(StoryId, ArticleId)],
    sections: &mut [Section],
    options: &DigestOptions,
) -> (Vec<DateNote>, Vec<ToldDate>) {
    let mut stories: HashMap<StoryId, &mut ToldStory> = sections
        .iter_mut()
        .flat_map(|section| &mut section.told)
        .map(|story| (story.id, story))
        .collect();
    let mut found: Vec<(&DeadlineInput, Telling, bool)> = Vec::new();
    for input in deadlines {
        let is_new = told_now.iter().any(|(_, article)| *article == input.article);
        found.extend(decide(now, input, is_new, options).map(|telling| (input, telling, is_new)));
    }
    found.sort_by_key(|(input, telling, _)| (telling.date.begins_at(options.zone), input.deadline.kind, input.article));
    let (mut alone, mut told) = (Vec::new(), Vec::new());
    // What one document of a story withdraws and another states stands.
    let stands = |input: &DeadlineInput, date: StatedDate| {
        let others = deadlines
            .iter()
            .filter(|other| input.story.is_some() && other.story == input.story);
        let others = others.filter(|other| other.deadline.kind == input.deadline.kind && !other.deadline.is_withdrawn);
        others
            .filter_map(|other| StatedDate::parse(other.deadline.value()))
            .any(|other| other.is_same(date))
    };
    let mut keys: Vec<DateKey> = Vec::new();
    for (input, telling, is_new) in found {
        let key = DateKey {
            story: input.story,
            article: input.story.is_none().then_some(input.article),
            kind: input.deadline.kind,
            is_withdrawn: input.deadline.is_withdrawn,
            date: telling.date,
        };
        let is_told = keys.iter().any(|told| told.is_same(&key)) || (key.is_withdrawn && stands(input, key.date));
        if !is_told {
            let story = input.story.filter(|_| is_new).and_then(|story| stories.get_mut(&story));
            let room = story.filter(|story| story.dates.len() < STORY_DATES_MAX);
            let note = note(input, &telling, options);
            match room {
                Some(story) => story.dates.push(note),
                None if alone.len() < DATES_MAX => alone.push(note),
                None => continue,
            }
            keys.push(key);
        }
        told.push(ToldDate {
            article: input.article,
            kind: input.deadline.kind,
            value: telling.value,
            what: telling.what,
        });
    }
    (alone, told)
}

/// What is told of a date, and as what it is recorded.
struct Telling {
    date: StatedDate,
    news: DateNews,
    value: String,
    what: DateTelling,
}

/// Returns what there is to tell of a date, if anything.
fn decide(now: Timestamp, input: &DeadlineInput, is_new: bool, options: &DigestOptions) -> Option<Telling> {
    let last = input.told.last().filter(|(_, what)| *what != DateTelling::Withdrawn);
    let last_date = last.and_then(|(value, _)| StatedDate::parse(value));
    if input.deadline.is_withdrawn {
        let date = last_date.filter(|date| !date.is_over(now, options.zone))?;
        return Some(Telling {
            date,
            news: DateNews::Withdrawn,
            value: last?.0.clone(),
            what: DateTelling::Withdrawn,
        });
    }
    let value = input.deadline.value();
    let date = StatedDate::parse(value).filter(|date| !date.is_over(now, options.zone))?;
    let is_near = options
        .remind_until
        .is_some_and(|until| date.begins_at(options.zone) <= until);
    let news = match (last_date, last) {
        (Some(was), _) if !was.is_same(date) => DateNews::Moved { was },
        (Some(_), Some((_, DateTelling::Stated))) if is_near => DateNews::Ahead,
        (Some(_), _) => return None,
        // A document from before the topic was followed comes to mind when it is time; one whose story waits for its heat waits.
        (None, _) if input.was_told || is_new || (is_near && options.heat_min <= 0) => DateNews::Ahead,
        (None, _) => return None,
    };
    let what = if is_near {
        DateTelling::Reminder
    } else {
        DateTelling::Stated
    };
    Some(Telling {
        date,
        news,
        value: value.to_owned(),
        what,
    })
}

fn note(input: &DeadlineInput, telling: &Telling, options: &DigestOptions) -> DateNote {
    let title = display_text::line(&input.title, TITLE_CHARS_MAX);
    let untitled = options.language.words().untitled;
    DateNote {
        headline: Headline {
            title: if title.is_empty() { untitled.to_owned() } else { title },
            url: display_text::link(&input.web_url),
            outlet: display_text::line(&input.provider, NAME_CHARS_MAX),
            published_at: input.published_at,
            language: display_text::language(input.language.as_deref()),
        },
        kind: input.deadline.kind,
        date: telling.date,
        news: telling.news,
    }
}
