//! A database written by each earlier schema opens and keeps everything.
//!
//! `tests/data/upgrade/NNNN.sql` holds what a program of schema N may have written with what was new in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value;
use tidings::store::maintenance::CheckDepth;
use tidings::store::{DATABASE_NAME, Store, StoreError, migrations};

pub type Rows = Vec<Vec<Value>>;

fn texts(folder: &str) -> BTreeMap<i64, String> {
    let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    let numbered = files.map(|file| {
        let file = file.unwrap();
        let number = file.file_name().to_string_lossy()[..4].parse().unwrap();
        (number, fs::read_to_string(file.path()).unwrap())
    });
    numbered.collect()
}

/// Returns the columns of every table that is read as rows.
pub fn columns(c: &Connection) -> BTreeMap<String, Vec<String>> {
    let sql = "SELECT m.name, p.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS p
               WHERE m.type = 'table' AND m.name NOT LIKE 'article_text%' AND m.name NOT LIKE 'sqlite_%'";
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut query = c.prepare(sql).unwrap();
    let found = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    for pair in found {
        let (table, column): (String, String) = pair.unwrap();
        tables.entry(table).or_default().push(column);
    }
    tables
}

pub fn rows(c: &Connection, table: &str, columns: &[String]) -> Rows {
    let order = if columns.len() > 1 { "1, 2" } else { "1" };
    let sql = format!(
        "SELECT \"{}\" FROM \"{table}\" ORDER BY {order}",
        columns.join("\", \"")
    );
    let mut query = c.prepare(&sql).unwrap();
    let read = query.query_map([], |row| (0..columns.len()).map(|n| row.get(n)).collect());
    read.unwrap().collect::<Result<_, _>>().unwrap()
}

/// Makes a database as a program of this schema wrote it.
pub fn of_schema(path: &Path, schema: i64) -> Connection {
    let (steps, data) = (texts("src/store/engine/migrations"), texts("tests/data/upgrade"));
    let old = Connection::open(path).unwrap();
    for step in 1..=schema {
        old.execute_batch(&steps[&step]).unwrap();
    }
    old.pragma_update(None, "user_version", schema).unwrap();
    for text in data.range(..=schema).map(|(_, text)| text) {
        old.execute_batch(text).unwrap();
    }
    old
}

#[test]
fn every_earlier_schema_opens_and_keeps_everything() {
    let (steps, data) = (texts("src/store/engine/migrations"), texts("tests/data/upgrade"));
    assert!(
        steps.keys().eq(data.keys()),
        "each schema has rows of its own in tests/data/upgrade"
    );
    for schema in 1..=migrations::KNOWN {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(DATABASE_NAME);
        let old = of_schema(&path, schema);
        let tables = columns(&old);
        let before: BTreeMap<_, _> = tables.iter().map(|(t, names)| (t, rows(&old, t, names))).collect();
        assert!(before[&"article".to_owned()].len() == 3, "schema {schema}");
        drop(old);

        let store = Store::open(folder.path()).unwrap();
        assert!(
            store.check(CheckDepth::Full).unwrap().run().unwrap().is_empty(),
            "schema {schema}"
        );
        let found = |word: &str| -> Option<i64> {
            let sql = "SELECT max(rowid) FROM article_text WHERE article_text MATCH ?1";
            store.read(|c| Ok(c.query_row(sql, [word], |row| row.get(0))?)).unwrap()
        };
        assert_eq!(found("scan"), Some(1), "schema {schema}");
        assert_eq!(found("votes"), (schema >= 4).then_some(2), "schema {schema}");
        drop(store);

        let new = Connection::open(&path).unwrap();
        for (table, names) in &tables {
            assert_eq!(rows(&new, table, names), before[table], "{table} of schema {schema}");
        }
    }
}

#[test]
fn a_reader_of_an_earlier_schema_brings_it_up_to_date_unless_it_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(DATABASE_NAME);
    let old = Connection::open(&path).unwrap();
    old.execute_batch(&texts("src/store/engine/migrations")[&1]).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    drop(old);
    // The daemon of that time holds the lock.
    let lock = fs::File::create(folder.path().join("lock")).unwrap();
    lock.lock().unwrap();
    let told = Store::open_to_read(folder.path()).err().expect("it is in use");
    assert!(matches!(told, StoreError::Older { found: 1, .. }), "{told}");
    assert!(told.to_string().contains("restart"), "{told}");
    drop(lock);
    let store = Store::open_to_read(folder.path()).unwrap();
    let schema = store.read(|c| Ok(c.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))?));
    assert_eq!(schema.unwrap(), migrations::KNOWN);
    let reasons = "SELECT count(*) FROM pragma_table_info('member') WHERE name = 'reasons'";
    let columns = store.read(|c| Ok(c.query_row(reasons, [], |row| row.get::<_, i64>(0))?));
    assert_eq!(columns.unwrap(), 1);
}
