//! Stories in many languages, some of which no lexicon knows: unrelated events stay apart from the first day on, and two
//! reports of one event come together.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use serde::Deserialize;
use tidings::clustering::{ClusterItem, Placement, StoryIndex};
use tidings::demo::content::truth;
use tidings::domain::{ArticleId, StoryId};

use crate::support::at;

/// Events in each language.
const EVENTS: usize = 12;
/// English articles beside which a language is new.
const CROWD: usize = 70;

#[derive(Deserialize, Clone)]
struct Report {
    language: String,
    event: String,
    /// The first or the second outlet's.
    report: u32,
    title: String,
    excerpt: String,
}

fn languages() -> BTreeMap<String, Vec<Report>> {
    let mut languages: BTreeMap<String, Vec<Report>> = BTreeMap::new();
    for line in include_str!("../data/languages.jsonl").lines() {
        let report: Report = serde_json::from_str(line).unwrap();
        languages.entry(report.language.clone()).or_default().push(report);
    }
    languages
}

/// Returns the story of each report, placed every twenty minutes behind these headlines.
fn stories(crowd: &[String], reports: &[&Report]) -> Vec<StoryId> {
    let mut index = StoryIndex::new(&[]);
    let mut place = |number: usize, title: &str, excerpt: &str| {
        let number = i64::try_from(number).unwrap();
        let published_at = at("2026-06-12T08:00:00Z") + TimeDelta::minutes(20 * number);
        let item = index.prepare(&ClusterItem {
            id: ArticleId(number),
            title,
            excerpt,
            body: "",
            published_at,
            topic: None,
        });
        let story = match index.place(published_at, &item) {
            Placement::Start => StoryId(number),
            Placement::Join(story) => index.unite().map_or(story, |union| union.into),
            Placement::CopyOf(original, story) => {
                index.add_copy(published_at, &item, original, story);
                return story;
            }
        };
        index.add(published_at, &item, story);
        story
    };
    for (number, title) in crowd.iter().enumerate() {
        place(number, title, "");
    }
    let numbered = reports.iter().zip(crowd.len()..);
    numbered
        .map(|(report, number)| place(number, &report.title, &report.excerpt))
        .collect()
}

fn assert_apart(reports: &[&Report], stories: &[StoryId]) {
    for (report, story) in reports.iter().zip(stories) {
        let others = reports
            .iter()
            .zip(stories)
            .filter(|(other, _)| other.event != report.event);
        for (other, its) in others {
            assert_ne!(story, its, "{}: {} | {}", report.language, report.title, other.title);
        }
    }
}

#[test]
fn unrelated_events_are_stories_of_their_own_in_every_language() {
    let crowd: Vec<String> = truth().into_iter().map(|told| told.headline).take(CROWD).collect();
    assert_eq!(crowd.len(), CROWD);
    let languages = languages();
    assert!(languages.len() >= 8, "{}", languages.len());
    for reports in languages.values() {
        let firsts: Vec<&Report> = reports.iter().filter(|report| report.report == 1).collect();
        assert_eq!(firsts.len(), EVENTS, "{}", reports[0].language);
        for crowd in [&[][..], &crowd] {
            let found = stories(crowd, &firsts);
            assert_apart(&firsts, &found);
            let apart: BTreeSet<StoryId> = found.into_iter().collect();
            assert_eq!(apart.len(), EVENTS, "{}", reports[0].language);
        }
    }
}

#[test]
fn three_events_in_many_languages_do_not_meet_across_events() {
    let all = languages();
    let events = ["bridge", "leak", "wolf"];
    let reports: Vec<&Report> = all
        .values()
        .flatten()
        .filter(|report| report.report == 1 && events.contains(&report.event.as_str()))
        .collect();
    assert!(reports.len() >= 3 * 14, "{}", reports.len());
    assert_apart(&reports, &stories(&[], &reports));
}

#[test]
fn two_reports_of_one_event_are_one_story_in_every_language() {
    let (mut joined, mut all) = (0, 0);
    for reports in languages().values() {
        let reports: Vec<&Report> = reports.iter().collect();
        let found = stories(&[], &reports);
        assert_apart(&reports, &found);
        for (second, story) in reports.iter().zip(&found).filter(|(report, _)| report.report == 2) {
            let first = reports
                .iter()
                .position(|first| first.report == 1 && first.event == second.event);
            all += 1;
            joined += usize::from(found[first.unwrap()] == *story);
        }
    }
    assert!(all >= 50 && joined * 20 >= all * 19, "{joined} of {all}");
}
