//! A morning's digest, and what of the expectations it does not meet.
//!
//! Stories, their order and their headlines are read from the digest as data; what merely has to be said, from its text.

use std::collections::HashMap;

use serde_json::Value;

use super::expectations::{Day, Detail, ExpectedStory, Line, Place, What};
use super::recording::Recording;

/// A digest as it was told.
pub struct Morning {
    json: Value,
    pub text: String,
    /// The text in one line without spaces: where it is wrapped is no matter.
    packed: String,
}

fn packed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether a headline is the one that is meant: all of it, or its beginning where that ends in "…".
fn is_meant(meant: &str, headline: &str) -> bool {
    match meant.strip_suffix('…') {
        Some(start) => headline.starts_with(start),
        None => headline == meant,
    }
}

/// Returns every object within a value, itself first.
fn objects(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(map) => std::iter::once(value).chain(map.values().flat_map(objects)).collect(),
        Value::Array(list) => list.iter().flat_map(objects).collect(),
        _ => Vec::new(),
    }
}

fn word<'v>(object: &'v Value, key: &str) -> &'v str {
    object[key].as_str().unwrap_or_default()
}

impl Morning {
    pub fn new(json: &Value, text: String) -> Self {
        Self {
            json: json.clone(),
            packed: packed(&text),
            text,
        }
    }

    pub fn subject(&self) -> &str {
        word(&self.json, "subject")
    }

    /// Returns the addresses that head a new story.
    pub fn told_as_new(&self) -> Vec<String> {
        let new = self
            .stories(None)
            .into_iter()
            .filter(|story| word(story, "status") == "new");
        new.map(|story| word(story, "webUrl").to_owned()).collect()
    }

    /// Returns the stories of a topic, or of all.
    fn stories(&self, topic: Option<&str>) -> Vec<&Value> {
        let sections = self.json["sections"].as_array().into_iter().flatten();
        let sections = sections.filter(|section| topic.is_none_or(|topic| word(section, "topic") == topic));
        sections
            .flat_map(|section| section["stories"].as_array().into_iter().flatten())
            .collect()
    }

    fn shows(&self, meant: &str) -> bool {
        let meant = packed(meant.trim_end_matches('…'));
        self.packed.to_lowercase().contains(&meant.to_lowercase())
    }

    /// Returns the text of a topic: from its heading, which is underlined, to the next.
    fn section_text(&self, topic: &str) -> String {
        let lines: Vec<&str> = self.text.lines().collect();
        let is_heading = |at: usize| {
            let underline = lines.get(at + 1).copied().unwrap_or_default();
            !lines[at].is_empty() && underline.starts_with("===")
        };
        let start =
            (0..lines.len()).find(|at| is_heading(*at) && lines[*at].to_lowercase().starts_with(&topic.to_lowercase()));
        let Some(start) = start else { return String::new() };
        let end = (start + 1..lines.len())
            .find(|at| is_heading(*at))
            .unwrap_or(lines.len());
        lines[start..end].join(" ")
    }
}

impl ExpectedStory {
    fn is_headed(&self, story: &Value) -> bool {
        let is_linked = |path: &String| {
            let mut told = objects(story).into_iter();
            told.any(|own| word(own, "webUrl").ends_with(path.as_str()))
        };
        let is_titled = |headline: &String| is_meant(headline, word(story, "title"));
        self.headlines.iter().any(is_titled)
            && self.details.iter().all(|detail| match detail {
                Detail::Link(path) => is_linked(path),
                _ => true,
            })
    }
}

impl Detail {
    fn complaint(&self, story: &Value, morning: &Morning) -> Option<String> {
        let (is_met, complaint) = match self {
            // The story was found by it.
            Self::Link(_) => return None,
            Self::Also(headlines) => {
                let is_linked = |meant: &String| {
                    let mut others = objects(story).into_iter().skip(1);
                    others.any(|own| is_meant(meant, word(own, "title")) && !word(own, "webUrl").is_empty())
                };
                let is_met = headlines.iter().any(|meant| is_linked(meant) && morning.shows(meant));
                (is_met, format!("does not also show: {}", headlines.join(" | ")))
            }
            Self::Says(words) => (
                story.to_string().contains(words.as_str()),
                format!("does not say: {words}"),
            ),
            Self::Copies(number) => (
                story["copies"].as_u64() == Some(*number),
                format!("{number} copies, not {}", story["copies"]),
            ),
        };
        (!is_met).then_some(complaint)
    }
}

/// Which stories of a topic have been found, and what place they were to have.
type Found = HashMap<(String, usize), Place>;

impl Day {
    /// Returns the lines that a digest does not meet, each with what is wrong.
    pub fn unmet(&self, morning: &Morning, recording: &Recording) -> Vec<String> {
        let mut unmet = Vec::new();
        let mut found = Found::new();
        // What goes last is looked at when all other places are known.
        let is_last = |line: &&Line| matches!(&line.what, What::Story(story) if story.place.is_last());
        let others = self.lines.iter().filter(|line| !is_last(line));
        for line in others.chain(self.lines.iter().filter(is_last)) {
            let complaint = match &line.what {
                What::Story(story) => {
                    let topic = line
                        .topic
                        .as_deref()
                        .unwrap_or_else(|| panic!("no topic: {}", line.text));
                    story.complaint(topic, morning, &mut found)
                }
                _ => line.complaint(morning, recording),
            };
            if let Some(complaint) = complaint {
                let topic = line.topic.iter().map(|topic| format!(", {topic}")).collect::<String>();
                unmet.push(format!("{}{topic}: {}\n    {complaint}", self.name, line.text));
            }
        }
        unmet
    }
}

impl ExpectedStory {
    fn complaint(&self, topic: &str, morning: &Morning, found: &mut Found) -> Option<String> {
        let stories = morning.stories(Some(topic));
        let is_free = |at: &usize| !found.contains_key(&(topic.to_owned(), *at));
        let at = (0..stories.len())
            .filter(is_free)
            .find(|at| self.is_headed(stories[*at]));
        let Some(at) = at else {
            return (self.place != Place::LastOrCut).then(|| self.whereabouts(morning));
        };
        let of_topic = found
            .iter()
            .filter(|((other, _), place)| other == topic && !place.is_last() && **place != Place::Anywhere);
        let end_of_others = of_topic.map(|((_, at), _)| *at).max();
        found.insert((topic.to_owned(), at), self.place);
        let mut complaints = Vec::new();
        let status = word(stories[at], "status");
        let is_status = |wanted: &str| status == wanted || (wanted == "developing" && status == "running");
        if self.status.is_some_and(|wanted| !is_status(wanted)) {
            complaints.push(format!("is {}", status.to_uppercase()));
        }
        let is_placed = match self.place {
            Place::Top(places) => at < places,
            Place::Lower => at >= 3,
            Place::Last | Place::LastOrCut => end_of_others.is_none_or(|end| at > end),
            Place::Any | Place::Anywhere => true,
        };
        if !is_placed {
            complaints.push(format!("stands at {} of {}", at + 1, stories.len()));
        }
        complaints.extend(
            self.details
                .iter()
                .filter_map(|detail| detail.complaint(stories[at], morning)),
        );
        (!complaints.is_empty()).then(|| complaints.join("; "))
    }

    /// Says where its headline is when it heads no story of the topic.
    fn whereabouts(&self, morning: &Morning) -> String {
        let is_own = |object: &&Value| {
            let mut headlines = self.headlines.iter();
            headlines.any(|headline| is_meant(headline, word(object, "title")))
        };
        let all = morning.stories(None);
        match all.iter().find(|story| objects(story).iter().any(is_own)) {
            Some(holder) if is_own(holder) => "heads no other story here".to_owned(),
            Some(holder) => format!("stands within: {}", word(holder, "title")),
            None if self.headlines.iter().any(|headline| morning.shows(headline)) => "is no headline".to_owned(),
            None => "is not told".to_owned(),
        }
    }
}

impl Line {
    fn complaint(&self, morning: &Morning, recording: &Recording) -> Option<String> {
        let stories = morning.stories(self.topic.as_deref());
        let (is_met, complaint) = match &self.what {
            What::Story(_) => return None,
            What::Subject(words) => {
                let subject = morning.subject();
                (
                    words.iter().any(|words| subject.contains(words.as_str())),
                    format!("is: {subject}"),
                )
            }
            What::Shown(words) => (
                words.iter().any(|words| morning.shows(words)),
                "is not shown".to_owned(),
            ),
            What::NotShown(words) => (!morning.shows(words), "is shown".to_owned()),
            What::NotHeading(status, headline) => {
                let mut heading = stories.iter().filter(|story| is_meant(headline, word(story, "title")));
                let is_so = heading.any(|story| status.is_none_or(|status| word(story, "status") == status));
                (!is_so, "is".to_owned())
            }
            What::Apart(headlines) => {
                let holds = |story: &Value, meant: &String| {
                    let mut told = objects(story).into_iter();
                    told.any(|own| is_meant(meant, word(own, "title")))
                };
                let held = |story: &&&Value| headlines.iter().filter(|meant| holds(story, meant)).count();
                let fused = stories.iter().find(|story| held(story) > 1);
                let heading = fused.map_or("", |story| word(story, "title"));
                (fused.is_none(), format!("stand within: {heading}"))
            }
            What::Elsewhere(other) => {
                let text = morning.section_text(self.topic.as_deref().unwrap_or_default());
                (
                    text.to_lowercase().contains(&other.to_lowercase()),
                    "is not said".to_owned(),
                )
            }
            What::Full(most) => {
                let is_full = |story: &&&Value| {
                    let mut leads = recording.leads(word(story, "title"));
                    leads.any(|lead| {
                        morning
                            .packed
                            .contains(&packed(lead).chars().take(24).collect::<String>())
                    })
                };
                let full = stories.iter().filter(is_full).count();
                (
                    full <= *most && full > 0,
                    format!("{full} of {} are told in full", stories.len()),
                )
            }
        };
        (!is_met).then_some(complaint)
    }
}
