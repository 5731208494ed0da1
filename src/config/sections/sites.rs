//! `[[site]]`: how articles of one site are extracted, where the general way fails.

use std::collections::HashMap;

use url::Host;

use crate::config::reading::context::{Origin, seen};
use crate::config::reading::errors::Mistake;
use crate::config::reading::raw::{File, Table};
use crate::config::reading::values::{checked_selector, selector};
use crate::config::settings::SiteSettings;
use crate::extract::SiteRules;

/// Reads one site.
pub fn read(file: &mut File<'_>, mut table: Table<'_>) -> Option<(SiteSettings, Origin)> {
    if !table.has("host") {
        file.wrong_table(&table, "has no host; write host = \"example.org\"");
    }
    let host = table.text(file, "host");
    let body = selector(file, &mut table, "body");
    let removed = table.texts(file, "remove").unwrap_or_default();
    let removed = removed.into_iter().filter_map(|text| checked_selector(file, text));
    let rules = SiteRules {
        body,
        remove: removed.collect(),
        title: selector(file, &mut table, "title"),
        date: selector(file, &mut table, "date"),
        author: selector(file, &mut table, "author"),
    };
    table.close(file);
    let text = host?;
    match Host::parse(text.text.trim()) {
        Ok(host) => {
            let origin = Origin::of(file, &text.value);
            let host = host.to_string();
            Some((SiteSettings { host, rules }, origin))
        }
        Err(_) => {
            file.wrong(
                &text.value,
                "is no host; write only the name, such as \"www.example.org\"",
            );
            None
        }
    }
}

/// Returns the sites, each host once; a second one is noted.
pub fn distinct(found: Vec<(SiteSettings, Origin)>, mistakes: &mut Vec<Mistake>) -> Vec<SiteSettings> {
    let mut first = HashMap::new();
    let mut sites = Vec::with_capacity(found.len());
    for (site, origin) in found {
        if let Some(place) = seen(&mut first, site.host.clone(), &origin) {
            mistakes.push(origin.wrong(format!("is the host of {place} too; write one [[site]] with both")));
        }
        sites.push(site);
    }
    sites
}
