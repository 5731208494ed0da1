//! What differs between the settings in use and those just read, for a reload.

use std::collections::HashMap;
use std::fmt;

use super::settings::{Config, WebSettings};

/// What a reload brings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Keys that take effect at the next start only.
    pub needs_restart: Vec<String>,
    /// Addresses, as are the next two.
    pub sources_added: Vec<String>,
    pub sources_removed: Vec<String>,
    pub sources_changed: Vec<String>,
    /// Names, as are the next two.
    pub topics_added: Vec<String>,
    pub topics_removed: Vec<String>,
    pub topics_changed: Vec<String>,
    /// Names of digests that are new, gone or different.
    pub digests_changed: Vec<String>,
    /// Tables and keys that take effect at once.
    pub settings_changed: Vec<String>,
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = [
            (&self.sources_added, "source", "added"),
            (&self.sources_removed, "source", "removed"),
            (&self.sources_changed, "source", "changed"),
            (&self.topics_added, "topic", "added"),
            (&self.topics_removed, "topic", "removed"),
            (&self.topics_changed, "topic", "changed"),
            (&self.digests_changed, "digest", "changed"),
        ];
        let count = |(list, what, how): (&Vec<String>, &str, &str)| match list.len() {
            0 => None,
            1 => Some(format!("1 {what} {how}")),
            n => Some(format!("{n} {what}s {how}")),
        };
        let mut parts: Vec<String> = counted.into_iter().filter_map(count).collect();
        parts.extend(self.settings_changed.iter().map(|key| format!("{key} changed")));
        if parts.is_empty() {
            return f.write_str("nothing changed");
        }
        f.write_str(&parts.join(", "))
    }
}

/// Compares two configurations, and returns the new one with what takes effect at the next start only as it was. A source is
/// known by its address, or the one it had before; topics and digests by name.
pub fn changes(old: &Config, mut new: Config) -> (Config, Changes) {
    let mut changes = Changes::default();
    let later = &mut changes.needs_restart;
    keep(later, "daemon.state_dir", &old.state_dir, &mut new.state_dir);
    keep(later, "store.postgres", &old.server, &mut new.server);
    keep(later, "metrics.listen", &old.metrics, &mut new.metrics);
    keep_place(later, &old.web, &mut new.web);
    let (a, b) = (&old.fetch, &mut new.fetch);
    keep(later, "fetch.contact", &a.contact, &mut b.contact);
    keep(later, "fetch.concurrency", &a.concurrency, &mut b.concurrency);
    keep(later, "fetch.per_host", &a.per_host, &mut b.per_host);
    keep(later, "fetch.host_gap", &a.host_gap, &mut b.host_gap);
    keep(later, "fetch.timeout", &a.timeout, &mut b.timeout);
    keep(later, "fetch.body_max", &a.body_max, &mut b.body_max);
    keep(later, "fetch.allow_private", &a.allow_private, &mut b.allow_private);
    keep(later, "fetch.ca_file", &a.extra_roots, &mut b.extra_roots);
    keep(later, "fetch.proxy", &a.proxy, &mut b.proxy);
    let settings = [
        ("daemon.time_zone", old.zone != new.zone),
        ("archive", old.archive != new.archive),
        ("images", old.keeps_images != new.keeps_images),
        ("adaptive", old.adaptive != new.adaptive),
        ("mail", old.mail != new.mail),
        ("webhook", old.webhooks != new.webhooks),
        ("alert", old.alerts != new.alerts),
        ("web", old.web != new.web),
        ("ranking", old.ranking != new.ranking),
        ("site", old.sites != new.sites),
    ];
    let changed = settings.iter().filter(|(_, is_changed)| *is_changed);
    changes.settings_changed = changed.map(|(key, _)| (*key).to_owned()).collect();

    let mut left: HashMap<&str, _> = old
        .sources
        .iter()
        .map(|source| (source.address.as_str(), source))
        .collect();
    for source in &new.sources {
        let before = left.remove(source.address.as_str());
        match before.or_else(|| left.remove(source.was.as_deref()?)) {
            None => changes.sources_added.push(source.address.clone()),
            Some(before) if before != source => changes.sources_changed.push(source.address.clone()),
            Some(_) => {}
        }
    }
    changes.sources_removed = in_order(old.sources.iter().map(|source| &source.address), &left);

    let mut left: HashMap<&str, _> = old.topics.iter().map(|topic| (topic.name.as_str(), topic)).collect();
    for topic in &new.topics {
        match left.remove(topic.name.as_str()) {
            None => changes.topics_added.push(topic.name.clone()),
            Some(before) if before != topic => changes.topics_changed.push(topic.name.clone()),
            Some(_) => {}
        }
    }
    changes.topics_removed = in_order(old.topics.iter().map(|topic| &topic.name), &left);

    let mut left: HashMap<&str, _> = old
        .digests
        .iter()
        .map(|digest| (digest.name.as_str(), digest))
        .collect();
    for digest in &new.digests {
        if left.remove(digest.name.as_str()) != Some(digest) {
            changes.digests_changed.push(digest.name.clone());
        }
    }
    changes
        .digests_changed
        .extend(in_order(old.digests.iter().map(|digest| &digest.name), &left));
    (new, changes)
}

/// Keeps a value that takes effect at the next start only; its key is told where the new one differs.
fn keep<T: PartialEq + Clone>(told: &mut Vec<String>, key: &str, old: &T, new: &mut T) {
    if old != new {
        told.push(key.to_owned());
        new.clone_from(old);
    }
}

/// Keeps where it is listened; who may read is taken over at once, so that a token taken out of the file is refused. What
/// was meant for another place opens no place that other machines reach: there all stays as it was.
fn keep_place(told: &mut Vec<String>, old: &Option<WebSettings>, new: &mut Option<WebSettings>) {
    match (old, new.as_mut()) {
        (None, None) => {}
        (Some(old), Some(new)) if old.listen == new.listen => {}
        (Some(old), Some(new)) if !is_opened(old, new) => {
            told.push("web.listen".to_owned());
            new.listen.clone_from(&old.listen);
        }
        (None, Some(_)) => {
            told.push("web.listen".to_owned());
            *new = None;
        }
        (Some(_), _) => {
            told.push("web".to_owned());
            new.clone_from(old);
        }
    }
}

/// Whether the place that is listened at would lose what guards it.
fn is_opened(old: &WebSettings, new: &WebSettings) -> bool {
    let loses_readers = new.readers.is_empty() && !old.readers.is_empty();
    let is_bare = new.readers.is_empty() && new.base_url.is_none();
    old.listen.is_beyond_this_machine() && (loses_readers || is_bare)
}

fn in_order<'a, T>(names: impl Iterator<Item = &'a String>, left: &HashMap<&str, T>) -> Vec<String> {
    names.filter(|name| left.contains_key(name.as_str())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        let text = format!("[daemon]\nstate_dir = \"/s\"\n{text}");
        Config::parse(&text, std::path::Path::new("/c/tidings.toml")).unwrap_or_else(|errors| panic!("{errors}"))
    }

    #[test]
    fn what_a_reload_brings() {
        let old = config(
            "[fetch]\nconcurrency = 8\n[[source]]\nfeed = \"https://a.example/\"\n[[source]]\nfeed = \"https://b.example/\"\n\
             [[source]]\nfeed = \"https://c.example/\"\n[[topic]]\nname = \"T\"\nkeywords = [\"t\"]\n",
        );
        let new = config(
            "[fetch]\nconcurrency = 9\n[ranking]\npublished = 60\n[[source]]\nfeed = \"https://a.example/\"\nname = \"A\"\n\
             [[source]]\nfeed = \"https://d.example/\"\nwas = \"https://b.example/\"\n\
             [[source]]\nfeed = \"https://e.example/\"\n[[topic]]\nname = \"T\"\nkeywords = [\"u\"]\n",
        );
        let (merged, found) = changes(&old, new);
        assert_eq!(found.needs_restart, ["fetch.concurrency"]);
        assert_eq!((merged.fetch.concurrency, merged.ranking.published), (8, 60));
        assert_eq!(found.sources_added, ["https://e.example/"]);
        assert_eq!(found.sources_removed, ["https://c.example/"]);
        assert_eq!(found.sources_changed, ["https://a.example/", "https://d.example/"]);
        assert_eq!(found.topics_changed, ["T"]);
        let shown = "1 source added, 1 source removed, 2 sources changed, 1 topic changed, ranking changed";
        assert_eq!(found.to_string(), shown);
        let (same, none) = changes(&merged, merged.clone());
        assert_eq!((same, none.to_string().as_str()), (merged, "nothing changed"));
    }

    #[test]
    fn who_may_read_is_taken_over_and_where_is_not() {
        let web = |listen: &str, more: &str| format!("[web]\nlisten = \"{listen}\"\n{more}\n");
        let tokens = |names: &[&str]| {
            let one = |name: &&str| format!("{{ name = \"{name}\", token = {{ file = \"/nowhere/{name}\" }} }}");
            format!("tokens = [{}]", names.iter().map(one).collect::<Vec<_>>().join(", "))
        };
        let (open, here) = ("0.0.0.0:8470", "127.0.0.1:8471");
        let (both, ann) = (tokens(&["ann", "bob"]), tokens(&["ann"]));
        let base = "base_url = \"https://news.example.org/\"";
        // What was, what is new, what is told to wait, and who may read then where it is listened.
        let cases = [
            (web(open, &both), web(here, &ann), "web.listen", Some((open, 1))),
            (web(open, &both), web(open, &ann), "", Some((open, 1))),
            (web(here, &both), web(open, &ann), "web.listen", Some((here, 1))),
            (web(open, &both), web(here, ""), "web", Some((open, 2))),
            (web(open, &both), web(here, base), "web", Some((open, 2))),
            (web(open, &both), String::new(), "web", Some((open, 2))),
            (web(open, base), web(here, ""), "web", Some((open, 0))),
            (web(here, &both), web("127.0.0.1:1", ""), "web.listen", Some((here, 0))),
            (web(here, &both), String::new(), "web", Some((here, 2))),
            (String::new(), web(open, &both), "web.listen", None),
        ];
        for (before, after, waits, expected) in cases {
            let (merged, found) = changes(&config(&before), config(&after));
            assert_eq!(found.needs_restart.join(", "), waits, "{before}{after}");
            let found = merged.web.map(|web| (web.listen.to_string(), web.readers.len()));
            let expected = expected.map(|(listen, readers): (&str, usize)| (listen.to_owned(), readers));
            assert_eq!(found, expected, "{before}{after}");
        }
    }
}
