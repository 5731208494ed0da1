//! The configuration the demo runs with, as text: the same file a user would write.
//!
//! Writes nothing to disk and reads nothing but the list of outlets.

use std::fmt::Write as _;
use std::path::Path;

use super::{content, register};

/// The query of the demo's main topic.
pub const FACIAL_QUERY: &str = concat!(
    r#"("facial recognition" OR "face recognition" OR "face surveillance" OR "face scanning") "#,
    "AND (polic* OR law* OR ban* OR bill OR regulat* OR moratorium OR council OR court OR pledge* OR protest*)",
);

/// The maildir of the demo's letters, in its folder.
pub const MAILBOX: &str = "letters";

/// Returns the demo's `tidings.toml` for a newsroom on `port`, with everything kept under `state_dir`.
pub fn config_text(port: u16, state_dir: &Path) -> String {
    let state = toml::Value::String(state_dir.to_string_lossy().into_owned());
    let mut text = format!(
        r#"# The demo: a newsroom of invented outlets, served on loopback.

[daemon]
state_dir = {state}
time_zone = "Europe/Berlin"

[archive]
path = "{{state_dir}}/news"

[fetch]
contact = "mailto:demo@tidings.example"
allow_private = ["127.0.0.1"]
host_gap = "0s"
per_host = 4

[[topic]]
name = "Facial Recognition Policy"
parent = "AI"
query = '''{FACIAL_QUERY}'''

[[topic]]
name = "Harbour Strike"
keywords = ["harbour strike", "port strike", "dockworkers", "grève du port"]

[[digest]]
name = "daily"
topics = ["Facial Recognition Policy", "Harbour Strike"]
schedule = "0 7 * * *"
deliver = ["file:{{state_dir}}/digests/"]
"#
    );
    for outlet in content::shipped() {
        let (kind, page) = if outlet.feed.is_some() {
            ("feed", "feed.xml")
        } else {
            ("listing", "news")
        };
        let (host, name) = (&outlet.host, toml::Value::String(outlet.name.clone()));
        write!(
            text,
            "\n[[source]]\n{kind} = \"http://{host}.localhost:{port}/{page}\"\nname = {name}\nschedule = \"every 1h\"\n"
        )
        .expect("writing to a string cannot fail");
    }
    write!(
        text,
        r#"
# A register: notices with the dates until which they want comments.
[[source]]
json = "http://{host}.localhost:{port}/api/notices.json"
name = "Calder State Register"
schedule = "every 1h"
[source.paths]
items = "notices[]"
id = "number"
title = "title"
link = "url"
date = "published"
summary = "abstract"
[source.fields]
docket = "number"
agency = "agency"
comments_close_on = "comments_close"
effective_on = "effective"
hearing_on = "hearing"

# Letters by mail, as a mail server or mbsync would deliver them.
[[source]]
mail = "maildir:{{state_dir}}/{MAILBOX}"
name = "Letters"
"#,
        host = register::HOST,
    )
    .expect("writing to a string cannot fail");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_toml_with_one_source_an_outlet() {
        let text = config_text(4711, Path::new(r#"/tmp/a "quoted" place"#));
        let table: toml::Table = toml::from_str(&text).unwrap();
        assert_eq!(table["daemon"]["state_dir"].as_str(), Some(r#"/tmp/a "quoted" place"#));
        assert_eq!(table["topic"][0]["query"].as_str(), Some(FACIAL_QUERY));
        let sources = table["source"].as_array().unwrap();
        let others = sources
            .iter()
            .filter(|source| source.get("json").or(source.get("mail")).is_some());
        assert_eq!((others.count(), sources.len()), (2, content::shipped().len() + 2));
        let listings: Vec<_> = sources
            .iter()
            .filter_map(|source| source.get("listing")?.as_str())
            .collect();
        assert_eq!(listings, ["http://statehouse.localhost:4711/news"]);
    }
}
