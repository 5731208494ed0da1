//! `tidings extract`: one page to a document, text or JSON. No store; a configuration is used where there is one, for its
//! `[[site]]` rules and for how to fetch.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::ValueEnum;
use serde_json::json;
use url::Url;

use crate::cli::open;
use crate::cli::output::format::WrongUse;
use crate::cli::output::json;
use crate::cli::output::print::{print, tell};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::document::Document;
use crate::document::build::{self, DocumentContext};
use crate::document::scalar::{cut_excerpt, date_time};
use crate::domain::ArticleId;
use crate::domain::article::{Article, Zone};
use crate::domain::url::{registrable_domain, without_tracking};
use crate::extract::{self, ExtractOptions, Extraction, PageExplanation, SiteRules, pdf};
use crate::fetch::{Purpose, Request, Response};
use crate::files;
use crate::jobs::SharedState;
use crate::jobs::articles::article_pages::{self, FirstPage};
use crate::pdf_reader::PdfReader;
use crate::text;

/// A page in a file may be this large, in bytes.
const PAGE_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// A list of pages may be this large, in bytes.
const LIST_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// What the links of a file are resolved against where nobody knows its address; no reader sees it.
const NO_ADDRESS: &str = "http://address.invalid/";

/// Extracts the article of a page: a document with front matter, plain text, or JSON
#[derive(Debug, clap::Args)]
pub(crate) struct ExtractArgs {
    /// Files or addresses; - reads standard input
    #[arg(value_name = "FILE|URL")]
    pages: Vec<String>,
    /// A document with front matter, the plain text, or one JSON object a line
    #[arg(long, value_enum, default_value_t)]
    format: PageFormat,
    /// The address a file came from: its links are resolved against it; else the one it names itself, if it does
    #[arg(long, value_name = "URL")]
    url: Option<Url>,
    /// A file with a path, a tab and its address on each line
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// Shows what was taken for the article and, block by block, what was kept or dropped and why
    #[arg(long, conflicts_with = "format")]
    explain: bool,
}

/// How the article is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
enum PageFormat {
    #[default]
    Document,
    Text,
    Json,
}

/// Runs the command.
pub(crate) fn run(config: Option<&Path>, args: &ExtractArgs) -> anyhow::Result<ExitCode> {
    let mut pages: Vec<(String, Option<Url>)> =
        args.pages.iter().map(|page| (page.clone(), args.url.clone())).collect();
    if let Some(list) = &args.list {
        let text =
            files::read_named_text(list, LIST_BYTES_MAX).with_context(|| format!("cannot read {}", list.display()))?;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let (path, url) = line.split_once('\t').unwrap_or((line, ""));
            pages.push((path.to_owned(), Url::parse(url.trim()).ok()));
        }
    }
    if pages.is_empty() {
        let message = "name a file or an address, or give a list with --list";
        return Err(WrongUse(message.to_owned()).into());
    }
    let config = configuration(config)?;
    let mut code = ExitCode::SUCCESS;
    for (page, url) in pages {
        let result = if page.starts_with("http://") || page.starts_with("https://") {
            fetched(&page, config.as_ref(), args)
        } else {
            from_file(&page, url, config.as_ref(), args)
        };
        match result {
            Ok(text) => print(text.as_bytes())?,
            Err(error) => {
                tell!("tidings: {page}: {error:#}");
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

/// Returns the configuration that was named, or the one that applies. Without one pages are read all the same, and one in a
/// usual place that cannot be used is told and left aside: it may be the daemon's, which not everybody may read.
fn configuration(named: Option<&Path>) -> anyhow::Result<Option<Config>> {
    if named.is_some() {
        return open::config(named).map(Some);
    }
    let Ok(path) = config::find(None) else { return Ok(None) };
    match Config::load(&path) {
        Ok(config) => Ok(Some(config)),
        Err(errors) => {
            tell!("tidings: read without the configuration:\n{errors}");
            Ok(None)
        }
    }
}

fn rules(config: Option<&Config>, url: &Url) -> Option<SiteRules> {
    config?.site_rules(url)
}

fn from_file(page: &str, url: Option<Url>, config: Option<&Config>, args: &ExtractArgs) -> anyhow::Result<String> {
    let bytes = files::read_named(Path::new(page), PAGE_BYTES_MAX)?;
    if pdf::is_pdf(&bytes, None) {
        let extraction = open::runtime()?.block_on(PdfReader::default().read(&bytes))?;
        return Ok(match args.explain {
            true => explained(&PageExplanation::of_pdf(extraction)),
            false => shown(page, &extraction, url.as_ref(), args.format),
        });
    }
    let html = extract::decode(&bytes, None);
    // Not the front page, which has no date.
    let nowhere = Url::parse(NO_ADDRESS)
        .and_then(|site| site.join("page"))
        .context("no address")?;
    let known = url.or_else(|| extract::named_address(&html));
    let url = known.as_ref().unwrap_or(&nowhere);
    let site = rules(config, url);
    let options = ExtractOptions {
        site: site.as_ref(),
        ..ExtractOptions::default()
    };
    if args.explain {
        return Ok(explained(&extract::explain(&html, url, &options)));
    }
    let mut extraction = extract::extract(&html, url, &options);
    if known.is_none() {
        forget_address(&mut extraction);
    }
    Ok(shown(page, &extraction, known.as_ref(), args.format))
}

/// Takes out of a page without a known address what only seems to have one. Its links lead from the root again, as most
/// pages write them.
fn forget_address(extraction: &mut Extraction) {
    extraction.markdown = extraction.markdown.replace(NO_ADDRESS, "/");
    let metadata = &mut extraction.metadata;
    let is_nowhere = |url: &str| url.starts_with(NO_ADDRESS);
    metadata.canonical_url.take_if(|url| is_nowhere(url));
    metadata.amp_url.take_if(|url| is_nowhere(url));
    metadata.image.take_if(|image| is_nowhere(&image.url));
}

/// Asks for a page, and for those that go on with its article.
fn fetched(page: &str, config: Option<&Config>, args: &ExtractArgs) -> anyhow::Result<String> {
    let url = Url::parse(page).context("not an address")?;
    let fetcher = open::fetcher(config)?;
    let now = Clock::system().now();
    open::runtime()?.block_on(async {
        let response = fetcher.get(now, Request::new(url, Purpose::Article)).await?;
        if args.explain {
            let Response {
                body,
                content_type,
                url,
                ..
            } = response;
            let site = rules(config, &url);
            let options = ExtractOptions {
                site: site.as_ref(),
                ..ExtractOptions::default()
            };
            if pdf::is_pdf(&body, content_type.as_deref()) {
                let extraction = PdfReader::default().read(&body).await?;
                return Ok(explained(&PageExplanation::of_pdf(extraction)));
            }
            let html = extract::decode(&body, content_type.as_deref());
            return Ok(explained(&extract::explain(&html, &url, &options)));
        }
        let shared: Arc<SharedState> = SharedState::new();
        let first = article_pages::first(&fetcher, &shared, now, response, |url| rules(config, url)).await;
        let FirstPage {
            extraction, url, site, ..
        } = first.map_err(|failure| anyhow::Error::msg(failure.message))?;
        let whole = article_pages::follow(&fetcher, &shared, now, &url, extraction, site.as_ref(), None).await;
        if let Some(missing) = &whole.missing {
            let pages = whole.pages();
            tell!(
                "tidings: {page}: read up to page {pages}; {} is missing: {}",
                missing.url,
                missing.reason
            );
        }
        Ok(shown(page, &whole.extraction, Some(&url), args.format))
    })
}

/// Text of a block that `--explain` shows on a terminal, in characters.
const EXPLAINED_CHARS: usize = 100;

fn explained(told: &extract::PageExplanation) -> String {
    // On a terminal one line a block; elsewhere the whole text.
    let chars = if std::io::stdout().is_terminal() {
        EXPLAINED_CHARS
    } else {
        usize::MAX
    };
    let metadata = &told.extraction.metadata;
    let note = metadata.published_zone.and_then(Zone::note);
    let note = note.map(|note| format!(" ({note})")).unwrap_or_default();
    let date = metadata.published_at.map(|at| format!("{}{note}", date_time(at)));
    let unknown = || "(none found)".to_owned();
    let mut out = format!(
        "title    {}\nauthor   {}\ndate     {}\n",
        metadata.title,
        metadata.byline.clone().unwrap_or_else(unknown),
        date.unwrap_or_else(unknown)
    );
    for rule in &told.idle_rules {
        out.push_str(&format!("rule     {rule} names nothing on this page\n"));
    }
    match &told.container {
        Some((path, why)) => out.push_str(&format!("article  {path}\n         {why}\n")),
        None => out.push_str("article  no part of the page has prose\n"),
    }
    if !told.reading.is_empty() {
        out.push_str(&format!("reading  {}\n", told.reading));
    }
    out.push_str(&format!("verdict  {}\n", told.extraction.verdict.as_str()));
    if !told.why.is_empty() {
        out.push_str(&format!("         {}\n", told.why));
    }
    if let Some(to) = &told.extraction.leads_on {
        out.push_str(&format!("leads to {to}\n"));
    }
    if let Some(next) = &told.extraction.next_part {
        out.push_str(&format!("goes on  {next}\n"));
    }
    out.push('\n');
    for block in &told.blocks {
        let line = text::line(&block.text);
        let mut text: String = line.chars().take(chars).collect();
        if text.len() < line.len() {
            text.push('…');
        }
        match block.dropped {
            None => out.push_str(&format!("kept     {text}\n")),
            Some(reason) => out.push_str(&format!("dropped  {text}\n         {reason}: {}\n", block.path)),
        }
    }
    out
}

/// Returns the article of a page; without an address it names none.
fn shown(page: &str, extraction: &Extraction, url: Option<&Url>, format: PageFormat) -> String {
    match format {
        PageFormat::Text => format!("{}\n", extraction.text),
        PageFormat::Json => json::line(&as_json(page, extraction, url)),
        PageFormat::Document => crate::document::render(&document(extraction, url)),
    }
}

/// Returns when the page was published, in the page's own zone where it names one: its day is the day it shows.
fn published(extraction: &Extraction) -> Option<String> {
    let metadata = &extraction.metadata;
    let at = metadata.published_at?;
    let zone = metadata
        .published_offset
        .filter(|minutes| *minutes != 0)
        .and_then(|minutes| chrono::FixedOffset::east_opt(minutes * 60));
    Some(match zone {
        Some(zone) => at
            .with_timezone(&zone)
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, false),
        None => date_time(at),
    })
}

fn as_json(page: &str, extraction: &Extraction, url: Option<&Url>) -> serde_json::Value {
    let metadata = &extraction.metadata;
    json!({
        "file": page,
        "title": metadata.title,
        "byline": metadata.byline,
        "excerpt": metadata.excerpt,
        "publishedDateTime": published(extraction),
        "publishedZone": metadata.published_zone.map(Zone::as_str),
        "webUrl": metadata.canonical_url.clone().or_else(|| url.map(Url::to_string)),
        "siteName": metadata.site_name,
        "image": metadata.image.as_ref().map(|image| image.url.clone()),
        "language": metadata.language,
        "body": extraction.text,
        "verdict": extraction.verdict.as_str(),
    })
}

fn document(extraction: &Extraction, url: Option<&Url>) -> Document {
    let article = article(extraction, url);
    let mut document = build::build(&article, &DocumentContext::default());
    if url.is_none() {
        document.original_url = None;
        document.web_url = None;
        document.provider = document.provider.filter(|_| !article.provider_name.is_empty());
        if let Some(provider) = &mut document.provider {
            provider.domain = None;
        }
    }
    document
}

fn article(extraction: &Extraction, url: Option<&Url>) -> Article {
    let metadata = &extraction.metadata;
    let now = Clock::system().now();
    let domain = registrable_domain(url.and_then(Url::host_str).unwrap_or_default());
    Article {
        id: ArticleId(0),
        source: domain.clone(),
        title: metadata.title.clone(),
        excerpt: cut_excerpt(metadata.excerpt.as_deref().unwrap_or(&extraction.text)),
        body_markdown: extraction.markdown.clone(),
        body_text: extraction.text.clone(),
        byline: metadata.byline.clone(),
        published_at: metadata.published_at.unwrap_or(now),
        published_zone: metadata.published_zone,
        seen_at: now,
        original_url: url.map(Url::to_string).unwrap_or_default(),
        web_url: metadata
            .canonical_url
            .clone()
            .or_else(|| url.map(|url| without_tracking(url).to_string()))
            .unwrap_or_default(),
        amp_url: metadata.amp_url.clone(),
        language: metadata.language.clone(),
        provider_name: metadata.site_name.clone().unwrap_or_else(|| domain.clone()),
        provider_domain: domain,
        image: metadata.image.clone(),
        is_video: metadata.is_video,
    }
}
