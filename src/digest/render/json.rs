//! The digest as data, for programs: the log's records and plain webhooks.
//!
//! Keys may be added, never renamed. Text is clean and one-line, times are RFC 3339 in UTC.

use serde_json::{Value, json};

use crate::digest::model::{
    BriefNote, BriefStory, ChangedHeadline, ChangedPage, Continued, DateNews, DateNote, Digest, Elsewhere, Headline,
    Section, ToldStory,
};
use crate::document::scalar::date_time;
use crate::domain::StoryId;
use crate::text::sentence_diff::SentenceChange;

/// Returns a digest as one object.
pub fn to_json(digest: &Digest) -> Value {
    let troubled = digest.coverage.troubled.iter().map(|source| {
        let health = &source.health;
        json!({
            "name": source.name, "health": health.condition.as_str(), "since": health.since.map(date_time),
            "why": health.why,
        })
    });
    let undelivered = digest.undelivered.iter();
    let undelivered = undelivered.map(|d| json!({ "subject": d.subject, "channel": d.channel, "error": d.error }));
    json!({
        "name": digest.name,
        "kind": digest.kind.as_str(),
        "subject": digest.subject,
        "from": digest.window.from.map(date_time),
        "to": date_time(digest.window.to),
        "sections": digest.sections.iter().map(section).collect::<Vec<_>>(),
        "dates": digest.dates.iter().map(date).collect::<Vec<_>>(),
        "coverage": {
            "sources": digest.coverage.sources, "read": digest.read(),
            "judgedByTeaser": digest.coverage.judged_by_teaser, "troubled": troubled.collect::<Vec<_>>(),
        },
        "undelivered": undelivered.collect::<Vec<_>>(),
    })
}

fn section(section: &Section) -> Value {
    let stories: Vec<Value> = section
        .told
        .iter()
        .map(told)
        .chain(section.brief.iter().map(brief))
        .collect();
    let pages: Vec<Value> = section.pages.iter().map(page).collect();
    let elsewhere: Vec<Value> = section.elsewhere.iter().map(elsewhere).collect();
    json!({
        "topic": section.topic, "introduction": section.is_introduction, "stories": stories, "pages": pages,
        "elsewhere": elsewhere,
    })
}

fn told(told: &ToldStory) -> Value {
    let headlines = |all: &[Headline]| all.iter().map(headline).collect::<Vec<_>>();
    let outlets: Vec<&str> = told.also.iter().map(|other| &*other.outlet).collect();
    let articles: Vec<Value> = told
        .is_fresh
        .then_some(&told.headline)
        .into_iter()
        .chain(&told.further)
        .map(headline)
        .collect();
    story(
        told.id,
        told.status.as_str(),
        &told.headline,
        json!({
            "summary": told.summary,
            "why": told.why,
            "corrected": told.changes.iter().any(|change| change.is_head),
            "soFar": told.so_far.as_ref().map(headline),
            "continues": told.continues.as_ref().map(continued),
            "furtherHeadlines": headlines(&told.further),
            "also": outlets,
            "alsoArticles": headlines(&told.also),
            "moreArticles": told.unlisted,
            "articles": articles,
            "copies": told.copies,
            "dates": told.dates.iter().map(date).collect::<Vec<_>>(),
            "headlineChanges": told.changes.iter().map(change).collect::<Vec<_>>(),
        }),
    )
}

/// Returns a date as it is stated, with what the reader was told before.
fn date(note: &DateNote) -> Value {
    let (status, was) = match note.news {
        DateNews::Ahead => ("ahead", None),
        DateNews::Moved { was } => ("moved", Some(was.to_string())),
        DateNews::Withdrawn => ("withdrawn", None),
    };
    let mut told = headline(&note.headline);
    for (key, value) in [
        ("kind", json!(note.kind)),
        ("date", json!(note.date.to_string())),
        ("dateStatus", json!(status)),
        ("was", json!(was)),
    ] {
        told[key] = value;
    }
    told
}

fn page(page: &ChangedPage) -> Value {
    let sentence =
        |change: &SentenceChange| json!({ "status": change.status, "text": change.marked(), "words": change.words });
    json!({
        "name": page.headline.title, "webUrl": page.headline.url, "outlet": page.headline.outlet,
        "changedDateTime": date_time(page.headline.published_at), "language": page.headline.language,
        "sentences": page.sentences.iter().map(sentence).collect::<Vec<_>>(), "moreSentences": page.more_sentences,
    })
}

fn brief(brief: &BriefStory) -> Value {
    let (status, more) = match brief.what {
        BriefNote::New { other_outlets } => ("new", json!({ "otherOutlets": other_outlets })),
        BriefNote::Developing { new_articles, .. } => ("running", json!({ "newArticles": new_articles })),
        BriefNote::Alerted { told_at, since } => (
            "told",
            json!({ "toldDateTime": date_time(told_at), "newArticles": since }),
        ),
    };
    story(brief.id, status, &brief.headline, more)
}

/// Returns what every story has, with its status, and what it has besides.
fn story(id: StoryId, status: &str, told: &Headline, more: Value) -> Value {
    let mut story = serde_json::Map::from_iter([("id".to_owned(), json!(id.0)), ("status".to_owned(), json!(status))]);
    for part in [headline(told), more] {
        story.extend(part.as_object().cloned().unwrap_or_default());
    }
    Value::Object(story)
}

fn headline(told: &Headline) -> Value {
    json!({
        "title": told.title, "webUrl": told.url, "outlet": told.outlet,
        "publishedDateTime": date_time(told.published_at), "language": told.language,
    })
}

fn continued(earlier: &Continued) -> Value {
    let mut told = headline(&earlier.headline);
    told["id"] = json!(earlier.id.0);
    told
}

fn change(change: &ChangedHeadline) -> Value {
    json!({ "outlet": change.outlet, "before": change.before, "after": change.after })
}

fn elsewhere(other: &Elsewhere) -> Value {
    json!({ "topic": other.topic, "stories": other.headlines.iter().map(headline).collect::<Vec<_>>() })
}
