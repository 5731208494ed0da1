//! Whether a database is whole, as SQLite finds it.

use rusqlite::Connection;

use super::error::StoreError;

/// Problems that are told at most.
const PROBLEMS_MAX: u32 = 20;
/// What a start reads before anything else; these are looked at before the store is used, and the rest afterwards: to
/// read every page of a large database would hold up the start for many seconds.
const NEEDED_TO_START: [&str; 5] = ["sqlite_schema", "source", "topic", "digest_run", "story"];
/// Problems named in one message; the log and `backup` have the others.
const PROBLEMS_NAMED: usize = 3;

/// How thoroughly a database is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckDepth {
    /// Every page, not whether indexes agree with tables.
    Quick,
    /// Indexes, the full-text index and references too.
    Full,
}

/// Looks at what a start needs, after an end out of order.
pub fn check_before_use(connection: &Connection) -> Result<(), StoreError> {
    let mut problems = Vec::new();
    for table in NEEDED_TO_START {
        problems.extend(told(connection, &format!("PRAGMA quick_check({table})"))?);
    }
    match problems.is_empty() {
        true => Ok(()),
        false => Err(StoreError::Damaged(named(&problems))),
    }
}

/// Returns the first problems in words, and how many more there are.
pub fn named(problems: &[String]) -> String {
    let mut text = problems[..problems.len().min(PROBLEMS_NAMED)].join("; ");
    let more = problems.len().saturating_sub(PROBLEMS_NAMED);
    if more > 0 {
        // A check ends at its bound: then nobody knows how many there are.
        let least = if problems.len() >= PROBLEMS_MAX as usize {
            " at least"
        } else {
            ""
        };
        text.push_str(&format!(" (+{more} more{least})"));
    }
    text
}

/// Returns what is wrong with a database, line by line.
pub fn problems(connection: &Connection, depth: CheckDepth) -> Result<Vec<String>, StoreError> {
    let pragma = match depth {
        CheckDepth::Quick => "quick_check",
        CheckDepth::Full => "integrity_check",
    };
    let mut problems = told(connection, &format!("PRAGMA {pragma}({PROBLEMS_MAX})"))?;
    if depth == CheckDepth::Full && problems.is_empty() {
        let mut check = connection.prepare("PRAGMA foreign_key_check")?;
        let lost = check.query_map([], |row| {
            let (table, row_id, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let row_id = row_id.map_or_else(String::new, |id| format!(" {id}"));
            Ok(format!("{table}{row_id} refers to a row of {parent} that is not there"))
        })?;
        for line in lost.take(PROBLEMS_MAX as usize) {
            problems.push(line?);
        }
    }
    Ok(problems)
}

/// Returns the lines of a check that are not "ok"; damage that ends the check is such a line.
fn told(connection: &Connection, check: &str) -> Result<Vec<String>, StoreError> {
    let lines = connection.prepare(check).and_then(|mut check| {
        check
            .query_map([], |row| row.get(0))?
            .collect::<Result<Vec<String>, _>>()
    });
    match lines {
        Ok(lines) => Ok(lines.into_iter().filter(|line| line != "ok").collect()),
        Err(error) if is_damage(&error) => Ok(vec![error.to_string()]),
        Err(error) => Err(error.into()),
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
}
