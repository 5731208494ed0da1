//! The table of `tidings sources`: the worst first, then by name.

use std::fmt::Write as _;
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use chrono_tz::Tz;

use crate::cli::open;
use crate::cli::output::format::Format;
use crate::cli::output::print::print;
use crate::cli::output::{json, table};
use crate::clock::Clock;
use crate::domain::Timestamp;
use crate::domain::health::Condition;
use crate::domain::plural::counted;
use crate::store::digests::TroubledDelivery;
use crate::text::flattened;
use crate::views::digests;
use crate::views::sources::{self, SourceView};
use crate::web::source_words::{self, span};

/// Width of the table where nobody says how wide the terminal is, in characters.
const WIDTH: usize = 100;
/// A name gets at least and at most so many of them.
const NAME_MIN: usize = 18;
const NAME_MAX: usize = 48;
/// What the columns beside the name take.
const OTHERS: usize = 58;

/// Deliveries in trouble named below the table.
const DELIVERIES_MAX: usize = 5;

/// Shows how each source fares.
pub(super) fn run(config: Option<&Path>, format: Format) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    let now = Clock::system().now();
    let store = open::reader(&config)?;
    let sources = sources::list(&config, &store, now)?;
    if format == Format::Json {
        print(sources.iter().map(json::line).collect::<String>().as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let is_terminal = std::io::stdout().is_terminal();
    let is_colourful = is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let table = shown(now, &sources, width(is_terminal), is_colourful, config.zone);
    let deliveries = undelivered(&digests::undelivered(&store, DELIVERIES_MAX + 1)?);
    print(format!("{table}{deliveries}").as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Returns what did not arrive, the other way in which a reader hears nothing; empty where all is well.
fn undelivered(troubled: &[TroubledDelivery]) -> String {
    let mut out = String::new();
    for delivery in troubled.iter().take(DELIVERIES_MAX) {
        let state = if delivery.is_given_up {
            "not delivered"
        } else {
            "not delivered yet, tried again"
        };
        let (channel, error) = (flattened(&delivery.channel), flattened(&delivery.error));
        let _ = write!(out, "\ndigest {} to {channel}: {state}\n  {error}\n", delivery.digest);
    }
    if troubled.len() > DELIVERIES_MAX {
        out.push_str("\nmore was not delivered: `tidings digests` lists it\n");
    }
    out
}

fn width(is_terminal: bool) -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let own = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    said.or_else(|| is_terminal.then(own).flatten()).unwrap_or(WIDTH)
}

/// Returns the table: one line a source, what is wrong with it below, and a sum.
fn shown(now: Timestamp, sources: &[SourceView], width: usize, is_colourful: bool, zone: Tz) -> String {
    let names = sources.iter().map(|view| view.source.display_name().chars().count());
    let room = width.saturating_sub(OTHERS).clamp(NAME_MIN, NAME_MAX);
    let name_width = names.max().unwrap_or(0).clamp("source".len(), room);
    let mut out = String::new();
    let mut line = |name: &str, rest: [&str; 5], colour: Option<&str>| {
        let [condition, since, read, next, articles] = rest;
        let padding = " ".repeat(14_usize.saturating_sub(condition.chars().count()));
        let condition = match colour {
            Some(colour) => format!("\u{1b}[{colour}m{condition}\u{1b}[0m"),
            None => condition.to_owned(),
        };
        let name = cut(name, name_width);
        let padded = " ".repeat(name_width - name.chars().count());
        let text = format!("{name}{padded}  {condition}{padding}  {since:<8}  {read:<9}  {next:<9}  {articles:>8}");
        out.push_str(text.trim_end());
        out.push('\n');
    };
    line(
        "source",
        ["health", "since", "last read", "next poll", "articles"],
        None,
    );
    let mut notes = Vec::new();
    for view in sources {
        let (source, health) = (&view.source, &view.health);
        let since = health.since.map(|at| span(now - at)).unwrap_or_default();
        let read = source
            .state
            .succeeded_at
            .map_or_else(|| "never".to_owned(), |at| span(now - at));
        let next = match view.next_poll_at() {
            Some(at) if at > now => format!("in {}", span(at - now)),
            Some(_) => "due".to_owned(),
            None => "-".to_owned(),
        };
        let articles = source.articles.to_string();
        let colour = is_colourful.then(|| colour(health.condition));
        let word = health.condition.as_str();
        line(source.display_name(), [word, &since, &read, &next, &articles], colour);
        // Late ones are late for one reason.
        if !matches!(health.condition, Condition::Ok | Condition::Late) || source.state.held_back > 0 {
            notes.push((source, health));
        }
    }
    for (source, health) in notes {
        let name = table::tidy(source.display_name());
        let since = health
            .since
            .map(|at| format!(" since {}", at.with_timezone(&zone).format("%Y-%m-%d %H:%M")))
            .unwrap_or_default();
        let times = match source.state.failures {
            0 => String::new(),
            1 => ", one poll".to_owned(),
            polls => format!(", {polls} polls in a row"),
        };
        let _ = writeln!(out, "\n{name}: {}{since}{times}", health.condition.as_str());
        if let Some(why) = &health.why {
            let _ = writeln!(out, "  {}", flattened(why));
        }
        let _ = writeln!(out, "  {} = {}", source.kind.as_str(), flattened(&source.address));
        if let Some(remedy) = source_words::remedy(health.condition, source) {
            let _ = writeln!(out, "  {remedy}");
        }
    }
    if sources.iter().any(|view| view.health.condition == Condition::Late) {
        out.push_str("\nlate: due for more than half an hour and not polled; is the daemon running?\n");
    }
    out.push_str(&texts(sources));
    out.push_str(&capped(sources));
    let _ = writeln!(out, "\n{}", sum(sources));
    out
}

/// Returns how much of their articles feeds give and what follows from it, a line for each that gives teasers.
fn texts(sources: &[SourceView]) -> String {
    let line = |view: &SourceView| {
        let name = table::tidy(view.source.display_name());
        Some(format!("{name} gives {}\n", source_words::teasers(view)?))
    };
    let mut out: String = sources.iter().filter_map(line).collect();
    match sources
        .iter()
        .filter(|view| source_words::gives_whole_texts(view))
        .count()
    {
        0 => {}
        1 => out.push_str("1 feed gives whole texts\n"),
        whole => {
            let _ = writeln!(out, "{whole} feeds give whole texts");
        }
    }
    if !out.is_empty() {
        out.insert(0, '\n');
    }
    out
}

/// Returns which sources ask to be polled less often than they are, a line each.
fn capped(sources: &[SourceView]) -> String {
    let line = |view: &SourceView| {
        let name = table::tidy(view.source.display_name());
        Some(format!("{name} {}\n", source_words::capped(view)?))
    };
    let mut out: String = sources.iter().filter_map(line).collect();
    if !out.is_empty() {
        out.insert(0, '\n');
    }
    out
}

/// Returns "43 sources: 1 gone, 2 failing, 40 ok".
fn sum(sources: &[SourceView]) -> String {
    let counts: Vec<String> = Condition::ALL
        .into_iter()
        .filter_map(|condition| {
            let number = sources.iter().filter(|view| view.health.condition == condition).count();
            (number > 0).then(|| format!("{number} {}", condition.as_str()))
        })
        .collect();
    match sources.len() {
        0 => "no sources yet; add a [[source]] to the configuration and run `tidings poll`".to_owned(),
        number => format!("{}: {}", counted(number, "source", "sources"), counts.join(", ")),
    }
}

fn colour(condition: Condition) -> &'static str {
    match condition {
        Condition::Ok => "32",
        Condition::Moved | Condition::Late | Condition::Silent => "33",
        Condition::Gone | Condition::Blocked | Condition::Failing | Condition::ChangedMarkup => "31",
    }
}

fn cut(text: &str, width: usize) -> String {
    let text = table::tidy(text);
    match text.char_indices().nth(width) {
        Some(_) => {
            let end = text.char_indices().nth(width - 1).map_or(text.len(), |(at, _)| at);
            format!("{}…", &text[..end])
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;

    use super::*;
    use crate::domain::SourceId;
    use crate::domain::health::health;
    use crate::domain::source::{FullText, SourceKind, SourceState};
    use crate::domain::teasers::EntryLengths;
    use crate::store::sources::StoredSource;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn source(name: &str, change: impl FnOnce(&mut SourceState)) -> SourceView {
        let mut state = SourceState {
            polled_at: Some(at("2026-06-13T11:00:00Z")),
            succeeded_at: Some(at("2026-06-13T11:00:00Z")),
            next_poll_at: Some(at("2026-06-13T12:40:00Z")),
            ..SourceState::default()
        };
        change(&mut state);
        let stored = StoredSource {
            id: SourceId(1),
            kind: SourceKind::Feed,
            address: "https://example.org/feed".to_owned(),
            name: Some(name.to_owned()),
            folder: None,
            active: true,
            schedule: "adaptive".to_owned(),
            state,
            articles: 12_345,
        };
        let health = health(at("2026-06-13T12:00:00Z"), SourceKind::Feed, &stored.state);
        SourceView {
            source: stored,
            health,
            full_text: FullText::Matched,
        }
    }

    #[test]
    fn a_cap_is_told_where_it_holds() {
        const DAY: i64 = 86_400;
        let asks = |seconds| move |state: &mut SourceState| state.asked_rest_seconds = Some(seconds);
        let mut own = source("Own", asks(365 * DAY));
        own.source.schedule = "every 1h".to_owned();
        let sources = [source("Year", asks(365 * DAY)), source("Week", asks(7 * DAY)), own];
        assert_eq!(
            capped(&sources),
            "\nYear asks for 365 days between polls (max-age, Expires or ttl) and is polled every 7 days; \
             schedule = \"every …\" sets another rhythm\n"
        );
        assert_eq!(capped(&sources[1..]), "");
    }

    #[test]
    fn it_fits_eighty_columns_and_says_why() {
        let failing = source("A name that is much longer than any column can be wide", |state| {
            state.failures = 3;
            state.failing_since = Some(at("2026-06-10T12:00:00Z"));
            state.last_error = Some("https://example.org/feed answered 500\u{1b}[2J".to_owned());
        });
        let text = shown(
            at("2026-06-13T12:00:00Z"),
            &[failing, source("B", |_| {})],
            80,
            false,
            Berlin,
        );
        assert_eq!(
            text,
            "source                  health          since     last read  next poll  articles\n\
             A name that is much l…  failing         3 days    60 min     in 40 min     12345\n\
             B                       ok                        60 min     in 40 min     12345\n\
             \n\
             A name that is much longer than any column can be wide: failing since 2026-06-10 14:00, 3 polls in a row\n  \
             https://example.org/feed answered 500[2J\n  feed = https://example.org/feed\n\
             \n\
             2 sources: 1 failing, 1 ok\n"
        );
        let table = text.lines().take(3);
        assert!(table.map(|line| line.chars().count()).all(|width| width <= 80));
    }

    #[test]
    fn what_feeds_give_and_what_follows() {
        let of = |name: &str, lengths: &str, full_text, leads_away| SourceView {
            full_text,
            ..source(name, |state| {
                state.entry_lengths = EntryLengths::of_text(lengths);
                state.leads_away = leads_away;
            })
        };
        let sources = [
            of("Ledger", "21 19 24 700 30", FullText::Matched, false),
            of("Links", "0 0 4", FullText::Matched, true),
            of("Notices", "12", FullText::Never, false),
            of("Pilot", "1", FullText::Always, false),
            of("Tribune", "640 410 22", FullText::Matched, false),
            of("New", "", FullText::Matched, false),
        ];
        assert_eq!(
            texts(&sources),
            "\nLedger gives 24 words of an article on average; its pages are read before a topic says no\n\
             Links gives 0 words of an article on average; it leads to other sites, whose pages are read only where these speak of a topic\n\
             Notices gives 12 words of an article on average; topics judge by these alone (full_text = \"never\")\n\
             Pilot gives 1 word of an article on average; all its pages are read (full_text = \"always\")\n\
             1 feed gives whole texts\n"
        );
        assert_eq!(texts(&sources[5..]), "");
    }

    #[test]
    fn colour_marks_the_word_alone() {
        let text = shown(at("2026-06-13T12:00:00Z"), &[source("B", |_| {})], 100, true, Berlin);
        assert!(text.contains("\u{1b}[32mok\u{1b}[0m            "), "{text:?}");
    }
}
