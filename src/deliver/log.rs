//! A digest in the log: one record for the digest and one for each of its stories, with fields that can be searched.

use serde_json::Value;

/// Writes the records of a digest: its data as [`crate::digest::to_json`] gives it.
pub fn write(subject: &str, digest: &Value) {
    let (name, kind) = (text(&digest["name"]), text(&digest["kind"]));
    tracing::info!(target: "tidings::digest", digest = name, kind, "digest: {subject}");
    for section in list(&digest["sections"]) {
        let topic = text(&section["topic"]);
        for story in list(&section["stories"]) {
            let title = text(&story["title"]);
            tracing::info!(
                target: "tidings::digest",
                digest = name,
                topic,
                story = story["id"].as_i64().unwrap_or_default(),
                status = text(&story["status"]),
                outlet = text(&story["outlet"]),
                url = text(&story["webUrl"]),
                "{topic}: {title}"
            );
        }
        for page in list(&section["pages"]) {
            let name_of_page = text(&page["name"]);
            let sentences: Vec<&str> = list(&page["sentences"]).iter().map(|one| text(&one["text"])).collect();
            tracing::info!(
                target: "tidings::digest",
                digest = name,
                topic,
                page = name_of_page,
                status = "changed",
                outlet = text(&page["outlet"]),
                url = text(&page["webUrl"]),
                "{topic}: {name_of_page} changed: {}",
                sentences.join(" / ")
            );
        }
    }
    for date in list(&digest["dates"]) {
        let (title, kind, day) = (text(&date["title"]), text(&date["kind"]), text(&date["date"]));
        tracing::info!(
            target: "tidings::digest",
            digest = name,
            kind,
            date = day,
            status = text(&date["dateStatus"]),
            outlet = text(&date["outlet"]),
            url = text(&date["webUrl"]),
            "{title}: {kind} {day}"
        );
    }
    for source in list(&digest["coverage"]["troubled"]) {
        let (source, health) = (text(&source["name"]), text(&source["health"]));
        tracing::info!(target: "tidings::digest", digest = name, source, health, "{source} is {health}");
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
