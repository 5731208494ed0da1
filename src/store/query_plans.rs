//! How the database answers: every query of the store is planned without statistics, as a store has none, and reads no
//! table from end to end that grows with what is stored, nor sorts a whole history, but for those named here with a reason.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;

use super::articles::article_work::work;
use super::articles::search::{self, ArticleFilter, CHANGED, NARROWED};
use super::digests::digest_record::WINDOWS;
use super::documents::document_inputs::related;
use super::engine::migrations;
#[cfg(feature = "postgres")]
use super::engine::{ServerAddress, Store, StorePlace};
use super::rows::article::{head, whole};
use super::rows::host_leases::IS_FREE;
use super::sources::source_state::{self, state};
use crate::domain::Timestamp;

#[cfg(feature = "postgres")]
#[expect(dead_code, reason = "the integration tests use the rest of it")]
#[path = "../../tests/it/support/postgres_server.rs"]
mod postgres_server;

/// Tables that grow with what is stored; all others are as large as the configuration or as what is under way.
const GROWING: [&str; 20] = [
    "article",
    "article_image",
    "article_text_words",
    "body",
    "deadline_told",
    "digest",
    "digest_item",
    "delivery",
    "document",
    "entry",
    "identifier",
    "image",
    "match",
    "member",
    "near",
    "record_field",
    "revision",
    "story",
    "story_event",
    "tombstone",
];

/// Files whose queries are for the other database, about the database itself, or read all there is because that is asked.
const NOT_PLANNED: [&str; 3] = ["tsvector.rs", "client.rs", "carry_over.rs"];

/// Keys whose first column alone names thousands of rows.
const WIDE: [&str; 4] = [
    "entry USING PRIMARY KEY (source=?)",
    "match USING PRIMARY KEY (topic=?)",
    "digest_item USING PRIMARY KEY (digest=?)",
    "digest USING COVERING INDEX digest_name (name=?)",
];

/// Indexes that hold only what is under way.
const FEW: [&str; 4] = ["document_dirty", "article_work", "article_leased", "delivery_due"];

/// File, words of the query, words of the plan, and why that is well.
const ALLOWED: &str = "
backup.rs          | FROM sqlite_schema                     | ORDER BY             | a schema is short
backup.rs          | SELECT count(*) FROM                   | SCAN                 | what a backup compares is counted
changed_pages.rs   | max(article)                          | (source=?)           | a watched page is one entry
deliveries.rs      | FROM delivery                          | ORDER BY             | those that wait or failed, or of one digest, are few
digest_record.rs   | count(DISTINCT article.provider_name)  | count(DISTINCT)      | fifty articles of a source
digest_record.rs   | count(DISTINCT article.provider_name)  | (source=?)           | fifty articles of a source
digest_record.rs   | DISTINCT                               | DISTINCT             | what was revised in a window, or told of one story
digest_record.rs   | SELECT EXISTS (                        | (topic=?)            | ends at the first that was told
digest_record.rs   | DISTINCT member.story FROM digest_item | (digest=?)           | what one digest told
digest_record.rs   | DISTINCT channel FROM delivery         | SCAN                 | deliveries are few, a row a digest and channel
digest_record.rs   | FROM delivery WHERE digest             | ORDER BY             | channels of one digest
digest_record.rs   | ORDER BY member.story                  | ORDER BY             | what is new in a window
document_inputs.rs | SET dirty = dirty + 1                  | SCAN document        | settings changed that all documents show
document_inputs.rs | DISTINCT                               | DISTINCT             | stories of what left the window, or is dirty
document_inputs.rs | FROM near                              | ORDER BY             | eight at most
doubtful.rs        | ORDER BY joined_at DESC                | SCAN                 | the latest, at most so many
document_marks.rs  | SET dirty = dirty + 1                  | (topic=?)            | a topic came or went: its documents change
document_marks.rs  | SELECT EXISTS (SELECT 1 FROM document) | SCAN document        | ends at the first
document_names.rs  | SELECT count(*) FROM document          | SCAN                 | `archive verify` counts
entries.rs         | ORDER BY key                           | ORDER BY             | keys of one article in one source
import.rs          | LIMIT 1                                | SCAN                 | ends at the first
import.rs          | WHERE web_url                          | SCAN article         | while a database is rebuilt an index stands
article_standing.rs | ORDER BY match.score                  | ORDER BY             | topics of one article
live_members.rs    | ORDER BY match.score                   | ORDER BY             | topics of one article
membership.rs      | ORDER BY match.score                   | ORDER BY             | topics of one article
purge.rs           | SELECT count(*) FROM article           | SCAN article         | once a day, for what a day may purge
records.rs         | ORDER BY name, since_at                 | ORDER BY             | what a register says of one article
search.rs          | SELECT term FROM article_text_words           | SCAN                 | a query names only the ends of words
search.rs          | SELECT count(*) FROM                   | SCAN                 | `stats` counts
search.rs          | ORDER BY at DESC                       | revision             | articles that changed are few
search.rs          | ORDER BY at DESC                       | ORDER BY             | articles that changed are few
story.rs           | SELECT match.article, topic.name       | ORDER BY             | topics of one story's articles
story.rs           | AND +id < ?3                           | ORDER BY             | what changed within a span
story.rs           | count(DISTINCT member.story)           | SCAN                 | said where a list is empty
story_changes.rs   | revision.replaced_at                   | ORDER BY             | revisions of one story
story_edits.rs     | SELECT article FROM member             | ORDER BY             | a merge or split rewrites the whole story
story_heads.rs     | SELECT other FROM near                 | ORDER BY             | eight at most
storylines.rs      | ORDER BY EXISTS                        | ORDER BY             | members of one story
topics.rs          | ORDER BY match.article DESC            | (topic=?)            | one step from the end
topics.rs          | count(DISTINCT story)                  |                      | `topics` counts
";

/// Returns words of each query that is put together while it runs, and the ways to fill what is not constant in it.
fn put_together() -> Vec<(&'static str, Vec<Vec<String>>)> {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let filters = (0..8).map(|bits: u32| ArticleFilter {
        source: (bits & 1 > 0).then(String::new),
        topic: (bits & 2 > 0).then(String::new),
        since: (bits & 4 > 0).then_some(Timestamp::UNIX_EPOCH),
        ..ArticleFilter::default()
    });
    let conditions = |moment: &str| {
        filters
            .clone()
            .map(|filter| search::conditions(&filter, moment))
            .collect::<Vec<_>>()
    };
    let published = conditions("article.published_at");
    let changed = conditions("at");
    let lists = |tables: &str, conditions: &[String], moment: &str| {
        conditions
            .iter()
            .map(|asked| texts(&[tables, asked, moment, moment]))
            .collect::<Vec<_>>()
    };
    let listed = |lists: &[&str]| vec![texts(lists)];
    vec![
        ("{head}, {whole}, {work}", listed(&[head::SQL, whole::SQL, work::SQL])),
        ("{head}, {whole}", listed(&[head::SQL, whole::SQL])),
        ("{head}, article.published_zone", listed(&[head::SQL])),
        ("{head}, story.started_at", listed(&[head::SQL])),
        ("{head}, {related}", listed(&[head::SQL, related::SQL])),
        (
            "{state}, {due}",
            listed(&[state::SQL, source_state::due_among_workers::SQL]),
        ),
        ("{state}, {listed}", listed(&[state::SQL, source_state::listed::SQL])),
        (
            "{state}, {followed}",
            listed(&[state::SQL, source_state::followed::SQL]),
        ),
        ("{state}", listed(&[state::SQL])),
        // Which columns are written has no part in how the row is found.
        (
            "UPDATE {table}",
            ["article", "source"].map(|table| texts(&[table, "title"])).to_vec(),
        ),
        ("INSERT INTO {table}", listed(&["article", "url_key", "?"])),
        ("SELECT count(*) FROM", vec![texts(&["article"])]),
        (
            "member.article FROM",
            WINDOWS.iter().map(|window| texts(&[window])).collect(),
        ),
        (
            "SELECT article.id FROM {",
            [
                lists(CHANGED, &changed, "at"),
                lists("article", &published, "article.published_at"),
            ]
            .concat(),
        ),
        (
            "SELECT article.id, article.published_at",
            published.iter().map(|asked| texts(&[asked])).collect(),
        ),
        (
            "article_text MATCH",
            published
                .iter()
                .map(|asked| vec![format!("AND {NARROWED} AND {asked})")])
                .collect(),
        ),
    ]
}

#[test]
fn no_query_reads_what_grows_from_end_to_end() {
    let c = Connection::open_in_memory().unwrap();
    migrations::apply(&c, Path::new(":memory:")).unwrap();
    let mut found = Vec::new();
    let allowed: Vec<Vec<&str>> = ALLOWED
        .lines()
        .skip(1)
        .map(|line| line.split(" | ").map(str::trim).collect())
        .collect();
    let mut used = vec![false; allowed.len()];
    for (file, query) in queries().into_iter().filter(|(_, query)| !is_of_workers(query)) {
        let explained = c.prepare(&format!("EXPLAIN QUERY PLAN {query}"));
        let mut statement = explained.unwrap_or_else(|error| panic!("{file}: {error}\n{query}"));
        let (mut rows, mut steps) = (statement.raw_query(), Vec::new());
        while let Some(row) = rows.next().unwrap() {
            steps.push(row.get::<_, String>(3).unwrap());
        }
        for step in steps.into_iter().filter(|step| is_dear(step)) {
            let is_allowed = |row: &Vec<&str>| file == row[0] && query.contains(row[1]) && step.contains(row[2]);
            let reason = allowed.iter().position(is_allowed);
            match reason {
                Some(position) => used[position] = true,
                None => found.push(format!("{file}: {step}\n    {query}")),
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    let unused: Vec<_> = allowed.iter().zip(used).filter(|(_, used)| !used).collect();
    assert!(unused.is_empty(), "allowed for nothing: {unused:?}");
}

#[cfg(feature = "postgres")]
#[test]
fn a_server_understands_every_statement() {
    let Some(url) = postgres_server::empty_database() else {
        return;
    };
    let address = ServerAddress { url, password: None };
    let folder = tempfile::tempdir().unwrap();
    let place = StorePlace {
        folder: folder.path(),
        server: Some(&address),
    };
    let store = Store::open(place).unwrap();
    let refused: Vec<String> = store
        .read(|c| {
            let not_its_own = |query: &String| {
                !["sqlite_schema", "article_text", "INSERT OR IGNORE"]
                    .iter()
                    .any(|name| query.contains(name))
            };
            let queries = queries().into_iter().filter(|(_, query)| not_its_own(query));
            // A statement that is refused ends a transaction; each has one of its own.
            c.execute_batch("COMMIT")?;
            let tried = queries.map(|(file, query)| (file, c.prepare(&query).map(drop), query));
            let refused =
                tried.filter_map(|(file, tried, query)| Some(format!("{file}: {}\n    {query}", tried.err()?)));
            let refused = refused.collect();
            c.execute_batch("BEGIN")?;
            Ok(refused)
        })
        .unwrap();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

/// Whether a query is asked only where there are several workers, at a server.
fn is_of_workers(query: &str) -> bool {
    ["FOR UPDATE", "string_to_array", "server_seconds()"]
        .iter()
        .any(|words| query.contains(words))
}

fn is_dear(step: &str) -> bool {
    let scanned = step
        .strip_prefix("SCAN ")
        .map(|rest| rest.split(' ').next().unwrap_or_default());
    scanned.is_some_and(|table| GROWING.contains(&table)) && !FEW.iter().any(|index| step.contains(index))
        || step.contains("USE TEMP B-TREE")
        || WIDE
            .iter()
            .any(|key| step.strip_prefix("SEARCH ").is_some_and(|search| search == *key))
}

/// Returns each query that stands in `src/store`, with its file.
fn queries() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut texts = BTreeMap::new();
    let rooms = std::fs::read_dir(folder).unwrap().map(|room| room.unwrap().path());
    let files = rooms
        .filter(|room| room.is_dir())
        .flat_map(|room| std::fs::read_dir(room).unwrap());
    for file in files {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "rs")
            && !path.ends_with("tests.rs")
            && !NOT_PLANNED.iter().any(|file| path.ends_with(file))
        {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            texts.insert(path.file_name().unwrap().to_string_lossy().into_owned(), code);
        }
    }
    let mut found = Vec::new();
    for (file, code) in &texts {
        let named: BTreeMap<String, String> = texts
            .values()
            .flat_map(|code| constants(code))
            .chain(constants(code))
            .chain([("IS_FREE".to_owned(), IS_FREE.to_owned())])
            .collect();
        let fragments: Vec<String> = constants(code).into_iter().map(|(_, text)| text).collect();
        for literal in literals(code)
            .into_iter()
            .filter(|literal| !fragments.contains(literal))
        {
            let whole = named
                .iter()
                .find_map(|(name, value)| Some(format!("{value}{}", literal.strip_prefix(&format!("{{{name}}}"))?)));
            let literal = whole.unwrap_or(literal);
            let verb = literal
                .trim_start()
                .split(|c: char| !c.is_ascii_uppercase())
                .next()
                .unwrap_or_default();
            if ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "REPLACE"].contains(&verb) && literal.contains(' ') {
                let queries = filled(&literal, &named);
                let each = queries.iter().flat_map(|query| query.split(";\n"));
                found.extend(each.map(|query| (file.clone(), query.to_owned())));
            }
        }
    }
    assert!(found.len() > 100, "{} queries", found.len());
    found
}

/// Returns a query for each way to fill it.
fn filled(literal: &str, named: &BTreeMap<String, String>) -> Vec<String> {
    let query = named.iter().fold(literal.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    });
    if !query.contains('{') {
        return vec![query];
    }
    let together = put_together();
    let (_, ways) = together
        .iter()
        .find(|(words, _)| query.contains(words))
        .unwrap_or_else(|| panic!("how is this filled: {query}"));
    let fill = |way: &Vec<String>| {
        way.iter().fold(query.clone(), |text, value| {
            let (before, rest) = text.split_once('{').expect("as many as there are");
            let (_, after) = rest.split_once('}').expect("a name ends");
            format!("{before}{value}{after}")
        })
    };
    ways.iter().map(fill).collect()
}

/// Returns the texts and numbers that have a name.
fn constants(code: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for keyword in ["const ", "let "] {
        for (at, _) in code.match_indices(keyword) {
            let rest = &code[at + keyword.len()..];
            let Some((name, value)) = rest.split_once(" =") else {
                continue;
            };
            let value = value.trim_start();
            let name = name.split(':').next().unwrap_or_default();
            // Named, and not part of anything: a query of its own.
            if !code.contains(&format!("{{{name}}}")) {
                continue;
            }
            let number: String = value.split(';').next().unwrap_or_default().replace('_', "");
            if value.starts_with('"') {
                found.push((name.to_owned(), literals(value).remove(0)));
            } else if number.parse::<i64>().is_ok() {
                found.push((name.to_owned(), number));
            }
        }
    }
    found
}

/// Returns the string literals of Rust code.
fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let after = &rest[at..];
        if after.starts_with("//") {
            rest = after.split_once('\n').map_or("", |(_, next)| next);
        } else if after.starts_with("'\"'") || after.starts_with("'\\\"'") {
            rest = &after[3..];
        } else if let Some(text) = after.strip_prefix('"') {
            let (mut literal, mut chars) = (String::new(), text.char_indices());
            let end = loop {
                match chars.next() {
                    Some((end, '"')) => break end,
                    // Escapes: only a joined line occurs in queries.
                    Some((_, '\\')) => {
                        chars.next();
                        literal.push(' ');
                    }
                    Some((_, c)) => literal.push(c),
                    None => break text.len() - 1,
                }
            };
            found.push(literal);
            rest = &text[end + 1..];
        } else {
            rest = &after[1..];
        }
    }
    found
}
