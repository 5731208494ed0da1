//! `tidings site`: pages and feeds as files for any web server.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use url::Url;

use crate::cli::open;
use crate::cli::output::format::WrongUse;
use crate::cli::output::print::{print, tell};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::plural::counted;
use crate::web::site::{self, PAGES_MAX};

/// Writes pages and feeds as files, for any web server; only what changed is written
///
/// Run it after each digest, and let a web server show the folder. What a search or a form would answer is left out.
#[derive(Debug, clap::Args)]
pub(super) struct SiteArgs {
    /// Where the files go: an empty folder, or one an earlier site is in
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The address the site will have, which feeds need; else web.base_url
    #[arg(long, value_name = "URL")]
    base: Option<Url>,
}

/// Runs the command.
pub(super) fn run(config: Option<&Path>, args: &SiteArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    write(&config, args, &Clock::system())
}

fn write(config: &Config, args: &SiteArgs, clock: &Clock) -> anyhow::Result<ExitCode> {
    let configured = config.web.as_ref().and_then(|web| web.base_url.as_ref());
    let base = args.base.as_ref().or(configured);
    let Some(base) = base.filter(|url| matches!(url.scheme(), "http" | "https")) else {
        let message =
            "no address for the site; write --base https://news.example.org/, or [web] base_url in the configuration";
        return Err(WrongUse(message.to_owned()).into());
    };
    let store = open::reader(config)?;
    let done = site::write(&store, config, clock.now(), base, &args.folder, |_| {})?;
    if done.is_cut {
        tell!("tidings: the site has more than {PAGES_MAX} pages; the rest is missing");
    }
    let text = format!(
        "{}: {} written, {} removed; open {}\n",
        counted(done.pages, "page", "pages"),
        done.written,
        done.removed,
        args.folder.join("index.html").display()
    );
    print(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
