//! `tidings sources discover URL`: what of a site can be a source, as a block to copy. Needs no configuration.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use url::Url;

use super::source_table::{as_table, names_of};
use crate::cli::open;
use crate::cli::output::format::Format;
use crate::cli::output::json;
use crate::cli::output::print::{print, tell};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::domain::plural::counted;
use crate::domain::source::{NAME_BYTES_MAX, Source, SourceKind};
use crate::domain::url::of_browser;
use crate::jobs::discover::{self, Discovery, REQUESTS_MAX};
use crate::text;

/// Prints what was found.
pub(super) fn run(config: Option<&Path>, address: &str, format: Format) -> anyhow::Result<ExitCode> {
    let address = web_address(address).with_context(|| format!("{address} is no web address"))?;
    let config = match config {
        Some(_) => Some(open::config(config)?),
        // A configuration tells our contact and what is polled already; whoever has none yet needs none.
        None => config::find(None).ok().and_then(|path| Config::load(&path).ok()),
    };
    let fetcher = open::fetcher(config.as_ref())?;
    let now = Clock::system().now();
    let found = open::runtime()?.block_on(discover::discover(&fetcher, now, &address))?;
    if found.finds.is_empty() {
        tell!("tidings: nothing that could be a source was found at {address}");
        for failure in &found.failures {
            tell!("  {}", text::one_line(failure));
        }
        return Ok(ExitCode::FAILURE);
    }
    let text = match format {
        Format::Json => found.finds.iter().map(json::line).collect(),
        Format::Text => as_toml(&found, config.as_ref()),
    };
    print(text.as_bytes())?;
    if found.requests >= REQUESTS_MAX {
        tell!("tidings: stopped after {REQUESTS_MAX} requests; there may be more");
    }
    Ok(ExitCode::SUCCESS)
}

fn web_address(text: &str) -> Option<Url> {
    let text = &*of_browser(text);
    let with_scheme = |text: &str| {
        Url::parse(text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
    };
    if text.contains("://") {
        with_scheme(text)
    } else {
        with_scheme(&format!("https://{text}"))
    }
}

fn as_toml(found: &Discovery, config: Option<&Config>) -> String {
    let known: Vec<String> = config
        .map(|config| config.sources.iter().map(config::source_key).collect())
        .unwrap_or_default();
    let mut names = config.map(|config| names_of(&config.sources)).unwrap_or_default();
    let has_feed = found.finds.iter().any(|find| find.kind == SourceKind::Feed);
    let mut out = String::new();
    for (position, find) in found.finds.iter().enumerate() {
        if position > 0 {
            out.push('\n');
        }
        let name = find.title.as_deref().and_then(name);
        let title = name.clone().unwrap_or_else(|| find.address.clone());
        let what = match (find.kind, find.entries) {
            (SourceKind::Listing, number) => counted(number, "link", "links"),
            (_, number) => counted(number, "entry", "entries"),
        };
        let newest = find.newest_at.map_or_else(
            || "no dates".to_owned(),
            |at| format!("newest {}", at.format("%Y-%m-%d")),
        );
        let _ = writeln!(out, "# {title}: {what}, {newest}; {}", find.how);
        let source = Source {
            name,
            ..Source::new(find.kind, find.address.as_str())
        };
        let is_known = known.contains(&config::source_key(&source));
        // A listing or a sitemap beside a feed would bring the same articles twice.
        let is_spare = has_feed && find.kind != SourceKind::Feed;
        let mark = match (is_known, is_spare) {
            (true, _) => {
                out.push_str("# already configured:\n");
                "# "
            }
            (_, true) => {
                out.push_str("# instead of a feed:\n");
                "# "
            }
            _ => "",
        };
        out.push_str(&as_table(&source, mark, &mut names));
    }
    out
}

/// Returns a title as the configuration takes it for a name.
fn name(title: &str) -> Option<String> {
    let line = text::one_line(title);
    let name = text::head(&line, NAME_BYTES_MAX).trim_end();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_need_no_scheme() {
        let shown = |text: &str| web_address(text).map(String::from);
        assert_eq!(shown("example.org/news").as_deref(), Some("https://example.org/news"));
        assert_eq!(shown("http://example.org").as_deref(), Some("http://example.org/"));
        assert_eq!(shown("ftp://example.org"), None);
        assert_eq!(shown("file:///etc/passwd"), None);
    }
}
