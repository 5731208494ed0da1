//! The digest as data, for programs: the log's records and plain webhooks.
//!
//! Keys may be added, never renamed. Text is clean and one-line, times are RFC 3339 in UTC.

use serde_json::{Value, json};

use crate::document::scalar::date_time;

use super::model::{Alerted, ChangedHeadline, Developing, Digest, Headline, NewStory, Running, Section};

/// Returns a digest as one object.
pub fn to_json(digest: &Digest) -> Value {
    let sections: Vec<Value> = digest.sections.iter().map(section).collect();
    let troubled: Vec<Value> = digest
        .coverage
        .troubled
        .iter()
        .map(|source| {
            let health = &source.health;
            json!({
                "name": source.name, "health": health.condition.as_str(), "since": health.since.map(date_time),
                "why": health.why,
            })
        })
        .collect();
    let undelivered: Vec<Value> = digest
        .undelivered
        .iter()
        .map(|d| json!({ "subject": d.subject, "channel": d.channel, "error": d.error }))
        .collect();
    json!({
        "name": digest.name,
        "kind": digest.kind.as_str(),
        "subject": digest.subject,
        "from": digest.window.from.map(date_time),
        "to": date_time(digest.window.to),
        "sections": sections,
        "coverage": { "sources": digest.coverage.sources, "read": digest.read(), "troubled": troubled },
        "undelivered": undelivered,
    })
}

fn section(section: &Section) -> Value {
    let new = section.new.iter().map(new_story);
    let developing = section.developing.iter().map(developing);
    let running = section.running.iter().map(running);
    let alerted = section.alerted.iter().map(alerted);
    let stories: Vec<Value> = new.chain(developing).chain(running).chain(alerted).collect();
    json!({ "topic": section.topic, "introduction": section.is_introduction, "stories": stories })
}

/// Returns what every story has, with its status.
fn story(id: crate::domain::StoryId, status: &str, told: &Headline) -> serde_json::Map<String, Value> {
    let mut story = serde_json::Map::new();
    story.insert("id".to_owned(), json!(id.0));
    story.insert("status".to_owned(), json!(status));
    if let Value::Object(own) = headline(told) {
        story.extend(own);
    }
    story
}

fn headline(told: &Headline) -> Value {
    json!({
        "title": told.title, "webUrl": told.url, "outlet": told.outlet,
        "publishedDateTime": date_time(told.published_at), "language": told.language,
    })
}

fn new_story(new: &NewStory) -> Value {
    let mut object = story(new.id, "new", &new.headline);
    object.insert("summary".to_owned(), json!(new.summary));
    object.insert("also".to_owned(), json!(new.also));
    object.insert("copies".to_owned(), json!(new.copies));
    Value::Object(object)
}

fn developing(developing: &Developing) -> Value {
    let mut object = story(developing.id, "developing", &developing.headline);
    let fresh: Vec<Value> = developing.new_members.iter().map(headline).collect();
    object.insert("articles".to_owned(), json!(fresh));
    object.insert("moreArticles".to_owned(), json!(developing.more));
    object.insert("copies".to_owned(), json!(developing.copies));
    let changes: Vec<Value> = developing.changes.iter().map(change).collect();
    object.insert("headlineChanges".to_owned(), json!(changes));
    Value::Object(object)
}

fn change(change: &ChangedHeadline) -> Value {
    json!({ "outlet": change.outlet, "before": change.before, "after": change.after })
}

fn running(running: &Running) -> Value {
    let mut object = story(running.id, "running", &running.headline);
    object.insert("newArticles".to_owned(), json!(running.new_members));
    Value::Object(object)
}

fn alerted(alerted: &Alerted) -> Value {
    let mut object = story(alerted.id, "told", &alerted.headline);
    object.insert("toldDateTime".to_owned(), json!(date_time(alerted.told_at)));
    object.insert("newArticles".to_owned(), json!(alerted.since));
    Value::Object(object)
}
