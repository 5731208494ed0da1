//! `tidings sources import` and `export`: OPML both ways. Neither edits a file.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;

use super::source_table::{as_table, names_of};
use crate::cli::open;
use crate::cli::output::format::{Format, WrongUse};
use crate::cli::output::json;
use crate::cli::output::print::{print, tell};
use crate::config::{self, Config};
use crate::domain::plural::counted;
use crate::domain::source::{FOLDER_CHARS_MAX, Source, SourceKind};
use crate::feed::opml::{self, OPML_BYTES_MAX, Subscription};
use crate::files;
use crate::text;

/// How a login is written, as a comment: what it is and where its password will stand is the reader's to say, and until he
/// does the lines would be a mistake.
const LOGIN_LINES: &str = "# it wants a login: put the password into a file of your own, and take these marks off\n\
    # user = \"…\"\n# password = { file = \"…\" }\n";

/// Prints the feeds of an OPML file as `[[source]]` tables.
pub(super) fn import(config: Option<&Path>, file: &Path, format: Format) -> anyhow::Result<ExitCode> {
    let bytes =
        files::read_named(file, OPML_BYTES_MAX as u64).with_context(|| format!("cannot read {}", file.display()))?;
    let list = opml::parse(&bytes).with_context(|| file.display().to_string())?;
    for warning in &list.warnings {
        tell!("tidings: {}: {warning}", file.display());
    }
    if list.subscriptions.is_empty() {
        anyhow::bail!(
            "{}: there is no feed in it that can be read: a feed is an <outline> with its address in xmlUrl, and others are folders",
            file.display()
        );
    }
    // Whoever has no configuration yet imports into an empty one; a wrong one is for `check` to tell.
    let known = match (config, config::find(config)) {
        (_, Ok(path)) => Config::load(&path).map(|config| config.sources).unwrap_or_default(),
        (Some(path), Err(_)) => return Err(WrongUse(format!("there is no {}", path.display())).into()),
        (None, Err(_)) => Vec::new(),
    };
    let text = match format {
        Format::Json => list.subscriptions.iter().map(json::line).collect(),
        Format::Text => as_toml(list.title.as_deref(), &list.subscriptions, &known),
    };
    print(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the configured feeds as OPML.
pub(super) fn export(config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    let feeds: Vec<&Source> = config
        .sources
        .iter()
        .filter(|source| source.kind == SourceKind::Feed)
        .collect();
    let others = config.sources.len() - feeds.len();
    if others > 0 {
        let others = counted(others, "source", "sources");
        tell!("tidings: left out, since only feeds have a place in OPML: {others}");
    }
    let list: Vec<Subscription> = feeds.into_iter().map(subscription).collect();
    print(opml::render("Tidings", &list).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn subscription(source: &Source) -> Subscription {
    Subscription {
        title: source.name.clone(),
        feed: source.address.clone(),
        site: None,
        folders: source
            .folder
            .as_deref()
            .map(|folder| folder.split('/').map(str::to_owned).collect())
            .unwrap_or_default(),
        has_login: false,
    }
}

/// Returns a folder as the configuration names it: a slash within a name would divide it, and the innermost ones are left out
/// where all together are too long.
fn folder(subscription: &Subscription) -> Option<String> {
    let mut whole = String::new();
    for name in &subscription.folders {
        let longer = format!(
            "{whole}{}{}",
            if whole.is_empty() { "" } else { "/" },
            name.replace('/', "∕")
        );
        if longer.chars().count() > FOLDER_CHARS_MAX {
            break;
        }
        whole = longer;
    }
    (!whole.is_empty()).then_some(whole)
}

fn as_toml(title: Option<&str>, list: &[Subscription], known: &[Source]) -> String {
    let mut names = names_of(known);
    let known: HashSet<String> = known.iter().map(config::source_key).collect();
    let mut seen: HashSet<String> = HashSet::new();
    let mut out = String::new();
    let mut last_folder = None;
    if let Some(title) = title {
        let _ = writeln!(out, "# {}", text::one_line(title));
    }
    for one in list {
        let folder = folder(one);
        if last_folder.as_ref() != Some(&folder) {
            if let Some(folder) = &folder {
                let _ = writeln!(out, "\n# {}", text::one_line(folder));
            }
            last_folder = Some(folder.clone());
        }
        let source = Source {
            name: one.title.clone(),
            folder,
            ..Source::new(SourceKind::Feed, &one.feed)
        };
        let key = config::source_key(&source);
        let (is_known, is_repeated) = (known.contains(&key), !seen.insert(key));
        // What would be a mistake in the configuration is printed too, but put out of action.
        let mark = if is_known || is_repeated { "# " } else { "" };
        out.push('\n');
        if is_known {
            let _ = writeln!(out, "# already configured:");
        } else if is_repeated {
            let _ = writeln!(out, "# the same as one above:");
        }
        out.push_str(&as_table(&source, mark, &mut names));
        if one.has_login {
            out.push_str(LOGIN_LINES);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_prints_a_configuration(outlines: &str, known: &str) {
        let config = |text: &str| Config::parse(text, Path::new("/c/tidings.toml"));
        let list = opml::parse(format!("<opml><body>{outlines}</body></opml>").as_bytes()).unwrap();
        let known_sources = config(known).map(|config| config.sources).unwrap_or_default();
        let printed = as_toml(list.title.as_deref(), &list.subscriptions, &known_sources);
        let sources = |text: &str| match config(text) {
            Ok(config) => config.sources.len(),
            Err(errors) => panic!("{errors}\n{text}"),
        };
        let added = printed.lines().filter(|line| *line == "[[source]]").count();
        assert!(added <= list.subscriptions.len());
        if known.len() + added > 0 {
            assert_eq!(
                sources(&format!("{known}{printed}")),
                known_sources.len() + added,
                "{printed}"
            );
        }
    }

    #[test]
    fn what_is_printed_is_a_configuration() {
        const KNOWN: &str = "[[source]]\nfeed = \"https://known.example/\"\nname = \"Known\"\n";
        let long = |length: usize| format!("https://a.example/{}", "é".repeat(length));
        for (name, address) in [
            ("a", long(1_360)),
            ("too long when it is sent", long(1_370)),
            ("too long as it stands", long(5_000)),
            ("in ASCII", format!("https://a.example/{}", "a".repeat(9_000))),
            ("a query", format!("https://a.example/?q={}", "'\"".repeat(3_000))),
            ("&#x202e;\u{9b}31m &#7; \\ &quot;", "https://b.example/".to_owned()),
            (&"ü".repeat(290), "https://c.example/".to_owned()),
            ("Known", "https://d.example/".to_owned()),
            ("KNOWN", "https://e.example/".to_owned()),
            ("with a user", "https://jo:secret@f.example/".to_owned()),
            ("a port", "http://g.example:99999/".to_owned()),
        ] {
            let address = address.replace('"', "&quot;");
            check_prints_a_configuration(&format!("<outline text=\"{name}\" xmlUrl=\"{address}\"/>"), KNOWN);
        }
        let folder = format!("<outline text=\"{}/\">", "Ordner ".repeat(40));
        let deep = format!("{}<outline xmlUrl=\"https://a.example/\"/>", folder.repeat(20));
        check_prints_a_configuration(&deep, "");
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_imported_is_a_configuration(names in proptest::collection::vec("[^\"&<]{0,12}", 1..6), path in "[^\"&<]{0,20}") {
            let outline = |name: &String| format!("<outline text=\"{name}\"><outline text=\"{name}\" xmlUrl=\"https://a.example/{name}{path}\"/>");
            check_prints_a_configuration(&names.iter().map(outline).collect::<String>(), "");
        }
    }

    #[test]
    fn what_would_be_a_mistake_is_a_comment() {
        let one = |title: &str, feed: &str| Subscription {
            title: Some(title.to_owned()),
            feed: feed.to_owned(),
            site: None,
            folders: vec!["A/B".to_owned(), "C".to_owned()],
            has_login: false,
        };
        let list = [
            one("X", "https://a.example/feed"),
            one("x", "https://b.example/feed"),
            one("Y", "http://www.a.example/feed/"),
            one("Z", "https://known.example/feed"),
        ];
        let known = [Source::new(SourceKind::Feed, "http://known.example/feed")];
        assert_eq!(
            as_toml(Some("Mine\n[[source]]"), &list, &known),
            "# Mine [[source]]\n\n# A∕B/C\n\n[[source]]\nfeed = \"https://a.example/feed\"\nname = \"X\"\nfolder = \"A∕B/C\"\n\n\
             [[source]]\nfeed = \"https://b.example/feed\"\n# taken by another: name = \"x\"\nfolder = \"A∕B/C\"\n\n\
             # the same as one above:\n# [[source]]\n# feed = \"http://www.a.example/feed/\"\n# name = \"Y\"\n# folder = \"A∕B/C\"\n\n\
             # already configured:\n# [[source]]\n# feed = \"https://known.example/feed\"\n# name = \"Z\"\n# folder = \"A∕B/C\"\n"
        );
    }
}
