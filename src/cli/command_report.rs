//! What a command did, in words or as JSON.

use chrono_tz::Tz;

use crate::cli::output::format::Format;
use crate::cli::output::json;
use crate::cli::output::print::{print, tell};
use crate::commands::CommandReport;
use crate::domain::plural::counted;
use crate::jobs::worker_pool::PoolTotals;
use crate::text;

/// Shows a report: results on standard output, the rest on standard error. It may be a daemon's, which reads the web, and
/// whoever runs this command may be root, at a terminal.
///
/// # Errors
/// Standard output cannot be written.
pub(super) fn show(report: &CommandReport, format: Format, zone: Tz) -> anyhow::Result<()> {
    let result = match (report, format) {
        (CommandReport::Polled(done), Format::Json) => json::line(done),
        (CommandReport::NothingDue { .. }, Format::Json) => json::line(&PoolTotals::default()),
        (CommandReport::StoriesMerged(merge), Format::Json) => json::line(merge),
        (CommandReport::StorySplit(split), Format::Json) => json::line(split),
        (CommandReport::StoriesMerged(_) | CommandReport::StorySplit(_), Format::Text) => {
            format!("{}\n", told(report, zone))
        }
        (other, _) => {
            tell!("{}", told(other, zone));
            return Ok(());
        }
    };
    Ok(print(result.as_bytes())?)
}

fn told(report: &CommandReport, zone: Tz) -> String {
    let words = match report {
        CommandReport::Polled(done) => polled(done),
        CommandReport::NothingDue { at: None, .. } => {
            "nothing is due: no source is polled; `tidings sources` says why".to_owned()
        }
        CommandReport::NothingDue { at: Some(at), failing } => {
            let at = at.with_timezone(&zone).format("%Y-%m-%d %H:%M");
            let failing = match failing {
                0 => String::new(),
                number => format!("{number} failing, see `tidings sources`; "),
            };
            format!("nothing is due before {at} ({failing}`tidings poll SOURCE` polls one now)")
        }
        CommandReport::TestSent { channel, subject } => format!("sent to {channel}: {subject}"),
        CommandReport::NothingNew(digest) => {
            format!("digest {digest}: nothing new since the last one, so nothing is sent")
        }
        CommandReport::Delivered(recipients) => {
            let recipients = counted(*recipients, "recipient", "recipients");
            format!("delivered to {recipients}; `tidings digests` says what to whom")
        }
        CommandReport::SentAgain { channel, error: None } => format!("sent again to {channel}"),
        CommandReport::SentAgain {
            channel,
            error: Some(error),
        } => format!("tidings: not sent to {channel}: {error}"),
        CommandReport::StoriesMerged(merge) => format!("story {} is now part of story {}", merge.merged, merge.story),
        CommandReport::StorySplit(split) => format!("they are story {} now", split.story),
    };
    text::clean(&words).into_owned()
}

fn polled(done: &PoolTotals) -> String {
    let failed = match done.failed_polls {
        0 => String::new(),
        n => format!(" ({n} failed, see `tidings sources`)"),
    };
    format!(
        "{} polled{failed}, {}, {} read, {} written",
        counted(done.polls, "source", "sources"),
        counted(done.new_articles, "new article", "new articles"),
        done.articles,
        counted(done.documents, "document", "documents")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        let report = CommandReport::NothingNew("a\u{1b}[2Jb\tc\u{202e}\u{9b}d".to_owned());
        let expected = "digest a[2Jb\tcd: nothing new since the last one, so nothing is sent";
        assert_eq!(told(&report, Tz::UTC), expected);
    }
}
