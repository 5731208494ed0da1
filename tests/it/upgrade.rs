//! A database written by each earlier schema opens and keeps everything.
//!
//! `tests/data/upgrade/NNNN.sql` holds what a program of schema N may have written with what was new in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tidings::store::maintenance::CheckDepth;
use tidings::store::{SCHEMA, Store, StoreError};

use crate::support::database::Database;

/// Returns the numbered files of a folder.
fn texts(folder: &str) -> BTreeMap<i64, String> {
    let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    let numbered = files.map(|file| {
        let file = file.unwrap();
        let number = file.file_name().to_string_lossy()[..4].parse().unwrap();
        (number, fs::read_to_string(file.path()).unwrap())
    });
    numbered.collect()
}

/// Returns the steps of the schema.
pub fn migration_steps() -> BTreeMap<i64, String> {
    texts("src/store/engine/migrations")
}

/// Hosts that refuse, as a table of their own had them.
const REFUSING: &str = "SELECT quote(name) || ', ' || quote(refusals) || ', ' || quote(wait_until) FROM host
    WHERE wait_until IS NOT NULL ORDER BY 1";

/// Returns for each table that is read as rows what asks for all of them, each as one text.
pub fn queries(database: &Database) -> BTreeMap<String, String> {
    let sql = "SELECT m.name || ': SELECT ' || group_concat('quote(\"' || p.name || '\")', ' || '', '' || ')
                      || ' FROM \"' || m.name || '\" ORDER BY 1'
               FROM sqlite_schema AS m, pragma_table_info(m.name) AS p
               WHERE m.type = 'table' AND m.name NOT LIKE 'article_text%' AND m.name NOT LIKE 'sqlite_%'
               GROUP BY m.name";
    let found: Vec<String> = database.all(sql);
    let named = found.iter().filter_map(|line| line.split_once(": "));
    named
        .map(|(table, query)| (table.to_owned(), query.to_owned()))
        .collect()
}

/// Returns the rows of each table, as these ask for them.
pub fn rows(database: &Database, queries: &BTreeMap<String, String>) -> BTreeMap<String, Vec<String>> {
    let each = queries.iter();
    each.map(|(table, query)| (table.clone(), database.all(query)))
        .collect()
}

/// Makes the database of a folder as a program of this schema wrote it.
pub fn of_schema(folder: &Path, schema: i64) -> Database {
    let (steps, data) = (migration_steps(), texts("tests/data/upgrade"));
    let old = Database::of(folder);
    for step in 1..=schema {
        old.run(&steps[&step]);
        old.run(&data[&step]);
    }
    old.set_schema(schema);
    old
}

#[tokio::test]
async fn every_earlier_schema_opens_and_keeps_everything() {
    let (steps, data) = (migration_steps(), texts("tests/data/upgrade"));
    assert!(
        steps.keys().eq(data.keys()),
        "each schema has rows of its own in tests/data/upgrade"
    );
    for schema in 1..=SCHEMA {
        let folder = tempfile::tempdir().unwrap();
        let old = of_schema(folder.path(), schema);
        let mut queries = queries(&old);
        // What is left to do is done below.
        queries.remove("reindex");
        let before = rows(&old, &queries);
        assert!(before["article"].len() == 3, "schema {schema}");
        drop(old);
        // They stand beside the other hosts now.
        if let Some(refusing) = queries.get_mut("refusing_host") {
            *refusing = REFUSING.to_owned();
        }

        let store = Store::open(folder.path()).unwrap();
        assert!(
            store.check(CheckDepth::Full).unwrap().run().unwrap().is_empty(),
            "schema {schema}"
        );
        while store.reindex(2).await.unwrap() > 0 {}
        drop(store);

        let new = Database::of(folder.path());
        let found = |word: &str| -> Option<i64> {
            new.one(&format!(
                "SELECT max(rowid) FROM article_text WHERE article_text MATCH '{word}'"
            ))
        };
        // The index says what the articles do, whatever stood in it.
        assert_eq!((found("scan"), found("votes")), (Some(2), None), "schema {schema}");
        // Made by chance where a store is first opened to be written.
        new.run("DELETE FROM setting WHERE name = 'identity'");
        assert_eq!(rows(&new, &queries), before, "schema {schema}");
    }
}

#[test]
fn a_reader_of_an_earlier_schema_brings_it_up_to_date_unless_it_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    drop(of_schema(folder.path(), 1));
    // The daemon of that time holds the lock.
    let lock = fs::File::create(folder.path().join("lock")).unwrap();
    lock.lock().unwrap();
    let told = Store::open_to_read(folder.path()).err().expect("it is in use");
    assert!(matches!(told, StoreError::Older { found: 1, .. }), "{told}");
    assert!(told.to_string().contains("restart"), "{told}");
    drop(lock);
    let store = Store::open_to_read(folder.path()).unwrap();
    assert_eq!(store.schema().unwrap(), SCHEMA);
    let reasons = Database::of(folder.path()).count("pragma_table_info('member') WHERE name = 'reasons'");
    assert_eq!(reasons, 1);
}
