//! The dates a page shows: at its headline, in elements that are marked or named after them, behind a label.

use chrono::{NaiveTime, TimeDelta};

use super::date_evidence::{DateBasis, DateEvidence, SAME_HOURS_MAX};
use super::date_words::{CHANGES, PUBLICATION, PUBLISHED, UPDATES, after_change, before_update, names_reader};
use super::time_zone::Moment;
use super::{dates, script_dates};
use crate::domain::article::Zone;
use crate::extract::page::headline_lines::{self, HeadlineLine, is_elsewhere};
use crate::extract::page::items::{Page, PageItem};

/// A label before a date is not longer than this, in characters.
const LABEL_CHARS_MAX: usize = 40;

/// A date of a change counts only this near behind the headline, in lines.
const CHANGED_LINES_MAX: usize = 3;

/// Lines with a date of publication looked at on a whole page.
const LABELLED_MAX: usize = 20;

/// Lines behind the headline with dates that make a list.
const LISTED_MIN: usize = 4;
/// Elements with dates looked at on a page.
const ELEMENTS_MAX: usize = 500;

/// Returns the date a page shows, and what tells it.
pub fn shown(evidence: &DateEvidence<'_, '_>) -> Option<(Moment, DateBasis)> {
    let page = evidence.page;
    let items = || page.items.iter().enumerate().filter(|(_, item)| item.element.is_some());
    let mut marked = items().filter(|(_, item)| is_marked(item)).take(ELEMENTS_MAX);
    let marked = marked.find_map(|(at, _)| evidence.of_element(at).filter(|_| !evidence.near.is_card(page, at)));
    let Nearby {
        labelled,
        plain,
        changed,
        is_list,
    } = near_headline(evidence);
    let marked = marked.map(|found| (found, DateBasis::Declared));
    let labelled = labelled.map(|found| (found, DateBasis::Shown));
    if let Some(found) = marked.or(labelled) {
        return Some(found);
    }
    let named = || {
        let named = items()
            .filter(|(_, item)| item.chars < 60 && (item.name == "time" || is_named_date(item)) && !item.is_update());
        named.take(ELEMENTS_MAX).find_map(|(at, _)| {
            let is_own = !in_furniture(page, at) && !evidence.near.is_card(page, at) && !says_update(page, at);
            is_own.then(|| evidence.of_element(at)).flatten()
        })
    };
    let named = || if is_list { None } else { named() };
    let found = plain
        .or_else(named)
        .or_else(|| labelled_elsewhere(evidence))
        .or_else(|| script_dates::printed(evidence))
        .or(changed);
    let addressed = dates::in_address(evidence.url);
    let Some(at) = addressed else {
        return found.map(|found| (found, DateBasis::Shown));
    };
    // The same day, with the hour; other dates of a page are often not its own.
    let is_same = |found: &Moment| (found.at - at).num_hours().abs() <= SAME_HOURS_MAX;
    let of_address = Moment {
        at,
        offset: None,
        zone: Zone::Utc,
    };
    Some((found.filter(is_same).unwrap_or(of_address), DateBasis::Declared))
}

/// Dates near the headline.
#[derive(Default)]
struct Nearby {
    /// The line says that the article was published then.
    labelled: Option<Moment>,
    /// The nearest date that is just there.
    plain: Option<Moment>,
    /// When it was changed. On a page that shows no other date this one is the bound there is.
    changed: Option<Moment>,
    is_list: bool,
}

/// Returns the dates near the headline.
fn near_headline(evidence: &DateEvidence<'_, '_>) -> Nearby {
    let near = evidence.near;
    let mut nearby = Nearby::default();
    let mut shown = Vec::new();
    for (at, line) in near.lines.iter().enumerate() {
        let text = line.text();
        // The line above this one on the page.
        let label = if at < near.behind {
            at.checked_sub(1)
        } else {
            Some(at + 1)
        };
        let label = label
            .and_then(|at| near.lines.get(at))
            .map(HeadlineLine::text)
            .unwrap_or_default();
        let label = if label.chars().count() < LABEL_CHARS_MAX && dates::in_line(&label).is_none() {
            Some(label.to_lowercase()).filter(|label| !names_reader(label))
        } else {
            None
        };
        let label = label.unwrap_or_default();
        let lower = text.to_lowercase();
        let own = before_update(&text, &lower);
        let is_labelled = PUBLICATION.is_in(&lower) || (PUBLICATION.is_in(&label) && !UPDATES.is_in(&label));
        let is_change =
            own.is_none() || (UPDATES.is_in(&label) && !is_labelled) || (line.is_update && line.moment.is_none());
        let Some(own) = own.filter(|_| !is_change) else {
            let is_close = at < CHANGED_LINES_MAX || (near.behind..near.behind + 3).contains(&at);
            let is_said = line.is_update || CHANGES.is_in(&lower) || CHANGES.is_in(&label);
            if is_close && is_said && near.headline.is_some() && nearby.changed.is_none() {
                nearby.changed = line
                    .moment
                    .and_then(|text| evidence.moment(text))
                    .or_else(|| evidence.in_line(after_change(&text, &lower)));
            }
            continue;
        };
        let written = evidence.in_line(own).or_else(|| short_year(evidence, own, is_labelled));
        // Where the line tells of a change too, the element has to be that of the time before it.
        let moment = line.moment.and_then(|told| evidence.moment(told));
        let moment = moment.filter(|moment| own.len() == text.len() || shows(own, moment));
        let Some(found) = moment.or(written) else { continue };
        if evidence.near.is_card(evidence.page, line.at) {
            continue;
        }
        if is_labelled {
            nearby.labelled = Some(found);
            return nearby;
        }
        if at < near.behind {
            shown.push(kind(evidence.page, line.at));
        }
        nearby.plain = nearby.plain.or(Some(found));
    }
    if shown.iter().filter(|kind| Some(*kind) == shown.first()).count() >= LISTED_MIN {
        // A list of dated things has no date of its own.
        nearby.plain = None;
        nearby.is_list = true;
    }
    nearby
}

/// Returns name and class of the part of a page an item stands in.
fn kind<'a>(page: &Page<'a>, at: usize) -> (&'a str, Option<&'a str>) {
    let item = &page.items[if page.items[at].element.is_some() {
        at
    } else {
        page.items[at].parent
    }];
    (item.name, item.attr("class"))
}

/// Returns the only date that a line anywhere on the page says the article was published.
fn labelled_elsewhere(evidence: &DateEvidence<'_, '_>) -> Option<Moment> {
    let mut found: Vec<(Moment, bool)> = Vec::new();
    let mut is_label_above = false;
    headline_lines::walk(evidence.page, 0..evidence.page.items.len(), None, |line| {
        let text = if line.chars < LABEL_CHARS_MAX * 2 {
            line.text()
        } else {
            String::new()
        };
        let lower = text.to_lowercase();
        let is_labelled = PUBLISHED.of_line(&lower).iter().any(|word| lower.starts_with(word));
        if (is_labelled || is_label_above)
            && let Some(own) = before_update(&text, &lower)
            && let Some(at) = line
                .moment
                .and_then(|text| evidence.moment(text))
                .or_else(|| evidence.in_line(own))
        {
            let in_card = evidence.near.is_card(evidence.page, line.at);
            if !found.contains(&(at, in_card)) {
                found.push((at, in_card));
            }
        }
        is_label_above = is_labelled && text.chars().count() < LABEL_CHARS_MAX / 2;
        found.len() < LABELLED_MAX
    });
    let mut own = found.iter().filter(|(_, in_card)| !in_card);
    match (own.next(), own.next(), &found[..]) {
        (Some((only, _)), None, _) | (None, None, [(only, _)]) => Some(*only),
        _ => None,
    }
}

/// Whether a line shows a moment, on the clock the moment is told by.
fn shows(text: &str, moment: &Moment) -> bool {
    let local = moment.at + TimeDelta::minutes(i64::from(moment.offset.unwrap_or(0)));
    dates::in_line(text).is_some_and(|shown| {
        shown == local || (shown.time() == NaiveTime::MIN && shown.date_naive() == local.date_naive())
    })
}

/// Returns a date whose year has two digits; only where the line says that it is one, by a word or by an hour beside it.
fn short_year(evidence: &DateEvidence<'_, '_>, text: &str, is_labelled: bool) -> Option<Moment> {
    let are_short = |word: &str, signs: &[char]| {
        let parts: Vec<&str> = word.split(signs).collect();
        parts.len() == 3 && parts.iter().all(|part| part.len() <= 2 && part.parse::<u8>().is_ok())
    };
    let mut words = text.split_whitespace();
    if is_labelled {
        return evidence.moment(words.find(|word| are_short(word, &['/', '.']))?);
    }
    let day = words.find(|word| are_short(word, &['.']))?;
    let hour = words.find(|word| is_hour(word))?;
    evidence.moment(&format!("{day} {hour}"))
}

/// Whether a word is the time of a clock: `14:07`.
fn is_hour(word: &str) -> bool {
    let is_number = |part: &str| (1..=2).contains(&part.len()) && part.parse::<u8>().is_ok();
    word.split_once(':')
        .is_some_and(|(hour, minute)| is_number(hour) && is_number(minute))
}

impl DateEvidence<'_, '_> {
    /// Returns the date an element holds, in its attributes or as its text.
    fn of_element(&self, at: usize) -> Option<Moment> {
        let item = &self.page.items[at];
        if let Some(at) = script_dates::epoch(item) {
            return Some(Moment {
                at,
                offset: None,
                zone: Zone::Stated,
            });
        }
        let value = ["datetime", "content", "data-datetime", "title"]
            .into_iter()
            .find_map(|name| item.attr(name));
        value.and_then(|text| self.moment(text)).or_else(|| {
            let text = (item.chars > 0 && item.chars < 60).then(|| self.page.text_of(at))?;
            self.in_line(before_update(&text, &text.to_lowercase())?)
        })
    }
}

/// Whether an element is marked as the date of publication.
fn is_marked(item: &PageItem<'_>) -> bool {
    let is_property = |name: &str| {
        item.attr(name)
            .is_some_and(|p| p.eq_ignore_ascii_case("datePublished") || p.eq_ignore_ascii_case("dateCreated"))
    };
    let has_class = || {
        item.name == "time"
            && !item.is_update()
            && item.attr("class").is_some_and(|class| {
                class
                    .split_whitespace()
                    .any(|word| word.contains("publish") || matches!(word, "entry-date" | "post-date"))
            })
    };
    is_property("itemprop") || is_property("property") || item.attr("pubdate").is_some() || has_class()
}

/// Whether the line an element stands in says that its date is that of a change.
fn says_update(page: &Page<'_>, at: usize) -> bool {
    let parent = page.items[at].parent;
    page.items[parent].chars < 60 && UPDATES.is_in(&page.text_of(parent).to_lowercase())
}

fn in_furniture(page: &Page<'_>, at: usize) -> bool {
    let mut own = at;
    while own > 0 {
        let item = &page.items[own];
        let is_frame = matches!(item.name, "html" | "body" | "main" | "article");
        if !is_frame && (item.hints.is_furniture() || is_elsewhere(page, item)) {
            return true;
        }
        own = item.parent;
    }
    false
}

/// Whether an element is named after the date it holds.
fn is_named_date(item: &PageItem<'_>) -> bool {
    [item.attr("class"), item.attr("id")]
        .into_iter()
        .flatten()
        .any(|names| {
            names.split(|c: char| !c.is_ascii_alphabetic()).any(|word| {
                let word = word.to_ascii_lowercase();
                matches!(
                    word.as_str(),
                    "date"
                        | "dateline"
                        | "timestamp"
                        | "published"
                        | "pubdate"
                        | "time"
                        | "datetime"
                        | "created"
                        | "submitted"
                        | "postdate"
                        | "posted"
                )
            })
        })
}
