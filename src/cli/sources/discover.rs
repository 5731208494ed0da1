//! `tidings sources discover URL`: what of a site can be a source, as a block to copy. Needs no configuration.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

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
use crate::domain::url::{NoWebAddress, source_address};
use crate::fetch::FetchError;
use crate::jobs::discover::{self, Discovery, REQUESTS_MAX};
use crate::text;

/// Prints what was found.
pub(super) fn run(config: Option<&Path>, address: &str, format: Format) -> anyhow::Result<ExitCode> {
    let (mut address, is_assumed) =
        web_address(address).map_err(|error| anyhow::anyhow!("{} {error}", shown(address)))?;
    let config = match config {
        Some(_) => Some(open::config(config)?),
        // A configuration tells our contact and what is polled already; whoever has none yet needs none.
        None => config::find(None).ok().and_then(|path| Config::load(&path).ok()),
    };
    let fetcher = open::fetcher(config.as_ref())?;
    let now = Clock::system().now();
    let runtime = open::runtime()?;
    let mut found = runtime.block_on(discover::discover(&fetcher, now, &address));
    if let Err(error) = &found
        && let Some(plain) = over_http(&address, error).filter(|_| is_assumed)
    {
        tell!("tidings: {error}; trying {plain}");
        address = plain;
        found = runtime.block_on(discover::discover(&fetcher, now, &address));
    }
    let found = found?;
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

/// Returns an argument as it may be shown: it may hold a password.
fn shown(address: &str) -> &str {
    if address.contains('@') { "the address" } else { address }
}

/// Returns the address to look at, and whether its scheme was only assumed.
fn web_address(text: &str) -> Result<(Url, bool), NoWebAddress> {
    match source_address(text) {
        Ok(url) => Ok((url, false)),
        // What has no scheme at all is not mistyped here.
        Err(NoWebAddress::Mistyped(whole)) if whole.strip_prefix("https://") == Some(text.trim()) => {
            Ok((source_address(&whole)?, true))
        }
        Err(error) => Err(error),
    }
}

/// Returns what is asked where https was only assumed and nothing speaks it there.
fn over_http(url: &Url, error: &FetchError) -> Option<Url> {
    // A certificate that does not hold is no reason to go without.
    let is_mute = matches!(
        error,
        FetchError::Tls { is_spoken: false, .. } | FetchError::Connect { .. }
    );
    let mut plain = url.clone();
    (is_mute && plain.set_scheme("http").is_ok()).then_some(plain)
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
        let _ = match find.kind {
            SourceKind::Json => writeln!(out, "# {title}: {}", find.how),
            _ => writeln!(out, "# {title}: {what}, {newest}; {}", find.how),
        };
        let source = Source {
            name,
            ..Source::new(find.kind, find.address.as_str())
        };
        let is_known = known.contains(&config::source_key(&source));
        // A listing or a sitemap beside a feed would bring the same articles twice.
        let is_spare = has_feed && !matches!(find.kind, SourceKind::Feed | SourceKind::Json);
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
        let shown = |text: &str| {
            web_address(text)
                .map(|(url, is_assumed)| (url.to_string(), is_assumed))
                .ok()
        };
        let is = |text: &str, is_assumed| Some((text.to_owned(), is_assumed));
        assert_eq!(shown("example.org/news"), is("https://example.org/news", true));
        assert_eq!(shown("127.0.0.1:8080/"), is("https://127.0.0.1:8080/", true));
        assert_eq!(shown("http://example.org"), is("http://example.org/", false));
        assert_eq!(shown("feed://example.org/f"), is("https://example.org/f", false));
        for text in [
            "ftp://example.org",
            "file:///etc/passwd",
            "https//example.org",
            "https://me:hush@example.org/",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
    #[test]
    fn http_is_tried_only_where_nothing_speaks_https() {
        let url = Url::parse("https://example.org/news").unwrap();
        let tls = |is_spoken| FetchError::Tls {
            host: String::new(),
            reason: String::new(),
            is_spoken,
        };
        let refused = FetchError::Connect {
            host: String::new(),
            reason: String::new(),
        };
        let stalled = FetchError::Stalled {
            host: String::new(),
            seconds: 1,
        };
        for (error, is_tried) in [
            (tls(true), false),
            (tls(false), true),
            (refused, true),
            (stalled, false),
        ] {
            let plain = over_http(&url, &error);
            let expected = is_tried.then_some("http://example.org/news");
            assert_eq!(plain.as_ref().map(Url::as_str), expected, "{error:?}");
        }
    }
}
