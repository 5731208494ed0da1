//! `[[topic]]`: what the reader follows, and whether it can be looked for.

use std::collections::{HashMap, HashSet};

use crate::config::reading::context::{Origin, seen};
use crate::config::reading::errors::Mistake;
use crate::config::reading::raw::{File, StringValue, Table};
use crate::config::reading::values::{choice, name};
use crate::config::settings::{AlertSettings, DigestSettings};
use crate::domain::topic::{Rule, Topic, Where};
use crate::matching::Matcher;
use crate::query::{QueryError, suspicions};
use crate::{query, text};

/// A topic as its file has it.
pub struct PendingTopic {
    /// Absent when its rule is wrong; its name counts all the same, so that digests do not miss it.
    topic: Option<Topic>,
    name: String,
    origin: Origin,
}

/// The topics and the names that digests may use.
pub struct Topics {
    pub topics: Vec<Topic>,
    pub names: Vec<String>,
    origins: Vec<Origin>,
}

impl Topics {
    /// Returns a warning for each topic that neither a digest nor an alert names.
    pub fn untold(&self, digests: &[DigestSettings], alerts: &[AlertSettings]) -> Vec<Mistake> {
        let in_digests = digests.iter().flat_map(|digest| &digest.topics);
        let told: HashSet<&String> = in_digests.chain(alerts.iter().map(|alert| &alert.topic)).collect();
        let untold = self.topics.iter().zip(&self.origins);
        // What is only a parent has nothing to be told of it.
        let untold = untold.filter(|(topic, _)| topic.rule != Rule::None && !told.contains(&topic.name));
        let message = "is in no digest and no alert, so nobody is told of it; name it in topics of a [[digest]], or leave topics \
                       out there to tell all";
        untold.map(|(_, origin)| origin.wrong(message.to_owned())).collect()
    }
}

/// Reads one topic.
pub fn read(file: &mut File<'_>, mut table: Table<'_>) -> Option<PendingTopic> {
    let has_name = table.has("name");
    let own = name(file, &mut table, "name");
    if !has_name {
        file.wrong_table(&table, "has no name; write name = \"…\"");
    }
    let parent = name(file, &mut table, "parent").map(|text| text.text);
    let rule = rule(file, &mut table);
    let stem = table.boolean(file, "stem").unwrap_or_default();
    table.close(file);
    let own = own?;
    let origin = Origin::of(file, &own.value);
    let topic = rule.map(|rule| Topic {
        name: own.text.clone(),
        parent,
        rule,
        stem,
    });
    Some(PendingTopic {
        topic,
        name: own.text,
        origin,
    })
}

/// Takes `query` or `keywords`; nothing when they are wrong.
fn rule(file: &mut File<'_>, table: &mut Table<'_>) -> Option<Rule> {
    let (has_query, has_keywords, has_where) = (table.has("query"), table.has("keywords"), table.has("where"));
    let query = table.text(file, "query");
    let keywords = table.texts(file, "keywords");
    let choices = [("title", Where::Title), ("lead", Where::Lead), ("text", Where::Text)];
    let place = choice(file, table, "where", &choices).unwrap_or_default();
    if has_query && has_keywords {
        file.wrong_table(table, "has both query and keywords; keep one of them");
        return None;
    }
    if has_where && !has_keywords {
        file.wrong_table(
            table,
            "has where without keywords; in a query write title: before a word",
        );
        return None;
    }
    if has_keywords {
        let keywords = keywords?;
        if keywords.is_empty() {
            file.wrong_table(table, "has no word in keywords; write keywords = [\"…\"]");
            return None;
        }
        let mut any = Vec::with_capacity(keywords.len());
        for keyword in keywords {
            if keyword.text.chars().any(char::is_alphanumeric) {
                for suspicion in suspicions::in_keyword(&keyword.text) {
                    file.warn(&keyword.value, told(&suspicion));
                }
                any.push(keyword.text);
            } else {
                file.wrong(&keyword.value, "holds no word; write one or take it out");
            }
        }
        return Some(Rule::Keywords { any, place });
    }
    if !has_query {
        return Some(Rule::None);
    }
    let text = query?;
    match query::parse(&text.text) {
        Ok(_) => {
            for suspicion in suspicions::in_query(&text.text) {
                let (line, shown) = shown_at(file, &text, &suspicion);
                file.warn_line(line, text.value.key.clone(), shown, told(&suspicion));
            }
            Some(Rule::Query(text.text))
        }
        Err(error) => {
            let (line, shown) = shown_at(file, &text, &error);
            let message = format!("{}; {}", error.message, error.remedy);
            file.note_line(line, text.value.key.clone(), shown, message);
            None
        }
    }
}

/// Returns the line of a place in a query, and what stands there.
fn shown_at(file: &File<'_>, text: &StringValue<'_>, error: &QueryError) -> (usize, String) {
    let line = file.line_inside(&text.value.at, &text.text, error.span.start);
    let near = text.text.get(error.span.clone()).unwrap_or_default().trim();
    if near.is_empty() {
        return (line, file.shown(&text.value.at));
    }
    let cut: String = text::line(near).chars().take(60).collect();
    (line, format!("… {cut} …"))
}

/// Returns what may be meant otherwise, for a message.
fn told(suspicion: &QueryError) -> String {
    format!(
        "column {}: {}; {}",
        suspicion.column(),
        suspicion.message,
        suspicion.remedy
    )
}

/// Checks the topics together: names, parents, and that they can all be looked for at once.
pub fn checked(found: Vec<PendingTopic>, mistakes: &mut Vec<Mistake>) -> Topics {
    let mut first = HashMap::new();
    let mut is_fine = true;
    for topic in &found {
        if let Some(place) = seen(&mut first, topic.name.to_lowercase(), &topic.origin) {
            mistakes.push(
                topic
                    .origin
                    .wrong(format!("is the name of {place} too; give it another name")),
            );
            is_fine = false;
        }
    }
    let names: Vec<String> = found.iter().map(|topic| topic.name.clone()).collect();
    let origins: HashMap<&str, &Origin> = found.iter().map(|topic| (topic.name.as_str(), &topic.origin)).collect();
    is_fine &= check_parents(&found, mistakes) && found.iter().all(|topic| topic.topic.is_some());
    let topics: Vec<Topic> = found.iter().filter_map(|topic| topic.topic.clone()).collect();
    // What is wrong with one topic alone was found at its line; only a sound list is worth compiling.
    if is_fine && let Err(errors) = Matcher::compile(&topics) {
        for error in errors {
            let message = error.to_string();
            match origins.get(error.topic.as_str()) {
                Some(origin) => mistakes.push(origin.wrong(message)),
                None => mistakes.extend(found.first().map(|topic| topic.origin.wrong(message))),
            }
        }
    }
    let origins = found.iter().filter(|topic| topic.topic.is_some());
    let origins = origins.map(|topic| topic.origin.clone()).collect();
    Topics { topics, names, origins }
}

/// Notes each circle of parents once, and returns whether there is none.
fn check_parents(found: &[PendingTopic], mistakes: &mut Vec<Mistake>) -> bool {
    let parents: HashMap<&str, &str> = found
        .iter()
        .filter_map(|topic| Some((topic.name.as_str(), topic.topic.as_ref()?.parent.as_deref()?)))
        .collect();
    // Names whose way up is known: each is walked once, so a long chain costs no more than its length.
    let mut settled = std::collections::HashSet::new();
    let mut is_fine = true;
    for topic in found {
        let (mut way, mut at) = (Vec::new(), topic.name.as_str());
        let mut on_way = std::collections::HashSet::new();
        while !settled.contains(at) && on_way.insert(at) {
            way.push(at);
            match parents.get(at) {
                Some(parent) => at = parent,
                None => break,
            }
        }
        if on_way.contains(at) && parents.contains_key(at) && !settled.contains(at) {
            let from = way.iter().position(|name| *name == at).unwrap_or_default();
            let circle: Vec<&str> = way[from..].iter().copied().take(8).chain([at]).collect();
            let message = format!("is its own parent ({}); take one parent out", circle.join(" < "));
            mistakes.push(topic.origin.wrong(message));
            is_fine = false;
        }
        settled.extend(way);
    }
    is_fine
}
