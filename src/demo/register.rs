//! The demo's register: an office that publishes notices with dates, as JSON and as pages.
//!
//! Reads `demo/register.json` and nothing else, and knows no clock: what is on show follows from the moment that is passed in.

use serde_json::{Value, json};

use super::content;
use crate::domain::Timestamp;
use crate::text::escape;

/// The first label of the register's host name.
pub(super) const HOST: &str = "register";

/// Returns the answer of its API: the notices published by `now`, newest first.
pub(super) fn answer(base: &str, now: Timestamp) -> String {
    let notices: Vec<Value> = on_show(now)
        .map(|mut notice| {
            notice["url"] = Value::from(format!("{base}/notices/{}", text(&notice["number"])));
            // The whole text stands on the page alone, as in most registers.
            notice.as_object_mut().map(|fields| fields.remove("text"));
            notice
        })
        .collect();
    json!({ "count": notices.len(), "notices": notices }).to_string()
}

/// Returns the page of a notice that is published by `now`.
pub(super) fn page(number: &str, now: Timestamp) -> Option<String> {
    let notice = on_show(now).find(|notice| notice["number"] == number)?;
    let (title, agency) = (escape(text(&notice["title"])), escape(text(&notice["agency"])));
    let paragraphs = notice["text"].as_array().into_iter().flatten();
    let paragraphs: String = paragraphs.map(|p| format!("<p>{}</p>\n", escape(text(p)))).collect();
    Some(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n<body>\n\
         <header><p>Calder State Register</p></header>\n<main>\n<h1>{title}</h1>\n<p>{agency}. Docket No. {}.</p>\n\
         {paragraphs}</main>\n</body>\n</html>\n",
        escape(number),
    ))
}

fn on_show(now: Timestamp) -> impl Iterator<Item = Value> {
    let is_out = move |notice: &Value| {
        let at = chrono::DateTime::parse_from_rfc3339(text(&notice["published"]));
        at.expect("the shipped register is read by a test").to_utc() <= now
    };
    notices().into_iter().rev().filter(is_out)
}

fn notices() -> Vec<Value> {
    let file = content::file("register.json").expect("the register is shipped");
    let read: Value = serde_json::from_str(file).expect("the shipped register is read by a test");
    read["notices"].as_array().cloned().unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
