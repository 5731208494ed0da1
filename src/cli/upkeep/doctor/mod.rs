//! `tidings doctor`: what is wrong with this installation, and how to mend it.
//!
//! Each check says ok, warn or fail with the remedy. Nothing is created, changed or sent.

mod finding;
mod folders;
mod mail;
mod network;
mod state;

use std::path::Path;
use std::process::ExitCode;

use crate::cli::open;
use crate::cli::output::format::Format;
use crate::cli::output::json;
use crate::cli::output::print::print;
use crate::clock::Clock;
use crate::commands::FAILED;
use crate::config::Config;
use crate::control::SocketPath;
use crate::domain::plural::counted;
use crate::files;
use crate::text::flattened;
use finding::{CheckVerdict, Finding};

/// Checks this installation and says how to mend what is wrong; creates, changes and sends nothing
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit status: 0 nothing failed (there may be warnings), 1 something failed. Run it as the user the daemon \
                  runs as, or as root; it works beside the daemon."
)]
pub(crate) struct DoctorArgs {
    /// Check every index and reference of the database too; minutes for a large one
    #[arg(long)]
    full: bool,
    /// Output for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(config: Option<&Path>, args: &DoctorArgs) -> anyhow::Result<ExitCode> {
    let mut failed = false;
    let mut show = |finding: Finding| {
        failed |= finding.verdict == CheckVerdict::Fail;
        print(shown(&finding, args.format).as_bytes())
    };
    match open::config(config) {
        Ok(config) => {
            for finding in configuration(&config) {
                show(finding)?;
            }
            let now = Clock::system().now();
            show(daemon(&config))?;
            for finding in folders::check(&config) {
                show(finding)?;
            }
            for finding in state::check(&config, now, args.full) {
                show(finding)?;
            }
            let asked = open::runtime()?.block_on(async {
                let mut found = network::check(&config).await;
                found.extend(mail::check(&config).await);
                found
            });
            for finding in asked {
                show(finding)?;
            }
        }
        Err(error) => show(Finding::fail(
            "configuration",
            format!("{error:#}"),
            "mend it until `tidings check` says nothing; the other checks need it",
        ))?,
    }
    Ok(ExitCode::from(if failed { FAILED } else { 0 }))
}

fn shown(finding: &Finding, format: Format) -> String {
    let Finding {
        check,
        verdict,
        said,
        remedy,
    } = finding;
    let verdict = verdict.as_str();
    match format {
        Format::Json => json::line(finding),
        Format::Text => {
            let mut lines = said.lines();
            let first = flattened(lines.next().unwrap_or_default());
            let mut text = format!("{verdict:<5} {check:<14} {first}\n");
            for line in lines {
                text.push_str(&format!("                     {}\n", flattened(line)));
            }
            if let Some(remedy) = remedy {
                text.push_str(&format!("                     -> {}\n", flattened(remedy)));
            }
            text
        }
    }
}

fn configuration(config: &Config) -> Vec<Finding> {
    const NAME: &str = "configuration";
    let counts = format!(
        "{}: {}, {}, {}",
        config.path.display(),
        counted(config.sources.len(), "source", "sources"),
        counted(config.topics.len(), "topic", "topics"),
        counted(config.digests.len(), "digest", "digests")
    );
    let mut found = vec![match (
        config.sources.is_empty(),
        config.topics.is_empty(),
        config.digests.is_empty(),
    ) {
        (false, false, false) => Finding::ok(NAME, counts),
        (true, _, _) => Finding::warn(NAME, counts, "nothing is polled before there is a [[source]]"),
        (_, true, _) => Finding::warn(NAME, counts, "nothing is followed before there is a [[topic]]"),
        (..) => Finding::warn(NAME, counts, "nothing is told before there is a [[digest]]"),
    }];
    found.extend(config.warnings.iter().map(|warning| {
        let text = warning.to_string();
        let (said, remedy) = text.rsplit_once("; ").unwrap_or((&text, "see docs/topics.md"));
        Finding::warn(NAME, said, remedy)
    }));
    found.extend(config.unready().into_iter().map(|missing| {
        let remedy = "put the secret there and reload; under systemd it is handed in with LoadCredential=, and only the \
                      service sees it";
        // A credential is there for the service alone: here it can only be missing.
        match missing.contains("CREDENTIALS_DIRECTORY") {
            true => Finding::warn("secrets", missing, remedy),
            false => Finding::fail("secrets", missing, remedy),
        }
    }));
    found
}

fn daemon(config: &Config) -> Finding {
    const NAME: &str = "daemon";
    match SocketPath::is_listening(&config.state_dir) {
        Ok(true) => Finding::ok(NAME, "it runs and takes commands"),
        Ok(false) => Finding::warn(
            NAME,
            "none runs on this state folder",
            "`tidings run` starts it, under systemd `systemctl enable --now tidings`; with the timer nothing is to do",
        ),
        Err(error) => Finding::warn(
            NAME,
            format!("its control socket cannot be used: {error}"),
            files::remedy_of_rights(&config.state_dir),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_a_line_and_its_remedy_another() {
        let finding = Finding::fail("dns", "no\u{1b}[2J address\nfor a.example", "ask");
        assert_eq!(
            shown(&finding, Format::Text),
            "fail  dns            no[2J address\n                     for a.example\n                     -> ask\n"
        );
        assert_eq!(
            shown(&Finding::ok("dns", "fine"), Format::Json),
            "{\"check\":\"dns\",\"state\":\"ok\",\"message\":\"fine\",\"remedy\":null}\n"
        );
    }
}
