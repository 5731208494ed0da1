//! A whole store is carried over into another, whichever databases the two are: row by row, and compared row by row.
//!
//! Each step is one transaction of the other store, and goes on behind the last row that stands there: killed anywhere, the
//! next try goes on. The settings come last, and with them the store's number: until then the other store is nobody's.

use crate::store::engine::client::{Connection, StoredValue};
use crate::store::engine::statement::{execute, select_all, select_optional};
use crate::store::engine::{Store, StoreError};
use crate::store::rows::settings;

/// Rows carried in one step.
const STEP_ROWS: usize = 500;
/// In the other store, until all is carried over: the number of the store it comes from.
const COMES_FROM: &str = "comes-from";
/// Settings of a store, as a table.
const SETTINGS: Carried = keyed("setting", &["name"]);

/// A table, the columns its rows are known by, and whether these are a number the database gives.
struct Carried {
    table: &'static str,
    key: &'static [&'static str],
    /// A number that is never given again is remembered apart from the rows.
    is_numbered: bool,
    /// Rows that refer to others of the same table go in one step.
    is_whole: bool,
}

const fn keyed(table: &'static str, key: &'static [&'static str]) -> Carried {
    Carried {
        table,
        key,
        is_numbered: false,
        is_whole: false,
    }
}

const fn numbered(table: &'static str) -> Carried {
    Carried {
        is_numbered: true,
        ..keyed(table, &["id"])
    }
}

/// All tables in an order in which no row refers to one that is still to come.
const TABLES: [Carried; 33] = [
    numbered("source"),
    numbered("article"),
    keyed("body", &["article"]),
    keyed("entry", &["source", "key"]),
    numbered("revision"),
    numbered("topic"),
    keyed("match", &["topic", "article"]),
    Carried {
        is_whole: true,
        ..numbered("story")
    },
    keyed("member", &["article"]),
    numbered("story_event"),
    keyed("document", &["article"]),
    keyed("digest_run", &["name"]),
    numbered("digest"),
    keyed("digest_item", &["digest", "article"]),
    numbered("delivery"),
    keyed("refused_address", &["address"]),
    keyed("host", &["name"]),
    keyed("robots", &["origin"]),
    keyed("source_alias", &["address"]),
    keyed("host_furniture", &["host"]),
    keyed("near", &["story", "other"]),
    keyed("merge_look", &["id"]),
    keyed("tombstone", &["address"]),
    keyed("tombstone_entry", &["source", "key"]),
    keyed("purged_document", &["name"]),
    keyed("wording", &["article", "source"]),
    keyed("image", &["hash"]),
    keyed("article_image", &["article"]),
    keyed("publisher_icon", &["domain"]),
    keyed("unplaced", &["article"]),
    keyed("record_field", &["article", "name", "value"]),
    keyed("deadline_told", &["article", "kind", "value", "digest"]),
    keyed("identifier", &["article", "value"]),
];

/// What was carried over, and compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CarriedOver {
    /// Rows by table, the same in both.
    pub rows: Vec<(&'static str, usize)>,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CarryStep {
    /// So many rows of a table are carried.
    Carrying(&'static str, usize),
    /// So many rows of a table are compared.
    Comparing(&'static str, usize),
}

type StoredRow = Vec<StoredValue>;

impl Store {
    /// Carries all of this store into another one that is empty, or in which this was begun; nobody else may write to either.
    /// Both are compared row by row before the other counts as whole.
    ///
    /// # Errors
    /// The other store holds something else, one of both cannot be read or written, or they differ in the end.
    pub async fn carry_over_to(
        &self,
        other: &Self,
        mut progress: impl FnMut(CarryStep),
    ) -> Result<CarriedOver, StoreError> {
        if self.is_half_carried()? {
            return Err(StoreError::HalfCarried);
        }
        let identity = self.identity()?;
        let begun = other.read(|c| settings::get(c, COMES_FROM))?;
        if other.identity()? != identity {
            if begun.is_none() && !other.read(has_nothing)? || begun.is_some_and(|from| from != identity) {
                return Err(StoreError::NotEmpty);
            }
            other.write(move |c| settings::set(c, COMES_FROM, identity)).await?;
            for carried in &TABLES {
                self.carry_table(other, carried, &mut progress).await?;
            }
        }
        let mut done = CarriedOver::default();
        for carried in &TABLES {
            let rows = self.compare_table(other, carried, &mut progress)?;
            done.rows.push((carried.table, rows));
        }
        if other.identity()? != identity {
            let kept = self.read(|c| rows_after(c, &SETTINGS, None, usize::MAX))?;
            other.write(move |c| become_whole(c, &kept)).await?;
        }
        Ok(done)
    }

    /// Whether another store is being carried over into this one, and not all of it is there.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn is_half_carried(&self) -> Result<bool, StoreError> {
        self.read(|c| Ok(settings::get(c, COMES_FROM)?.is_some()))
    }

    async fn carry_table(
        &self,
        other: &Self,
        carried: &'static Carried,
        progress: &mut impl FnMut(CarryStep),
    ) -> Result<(), StoreError> {
        let mut last = other.read(|c| last_key(c, carried))?;
        let mut done = 0;
        let limit = if carried.is_whole { usize::MAX } else { STEP_ROWS };
        loop {
            let rows = self.read(|c| rows_after(c, carried, last.as_deref(), limit))?;
            let Some(row) = rows.last() else { break };
            last = Some(self.read(|c| key_of(c, carried, row))?);
            done += rows.len();
            other.write(move |c| insert_rows(c, carried, &rows)).await?;
            progress(CarryStep::Carrying(carried.table, done));
        }
        if carried.is_numbered {
            let number = self.read(|c| Ok(c.last_number(carried.table)?))?;
            other
                .write(move |c| Ok(c.set_last_number(carried.table, number)?))
                .await?;
        }
        if carried.table == "entry" {
            // Each was counted when it came, and the counts had come before them.
            let counted = self.read(|c| {
                select_all(c, "SELECT id, articles FROM source", (), |row| {
                    Ok([row.get(0)?, row.get(1)?])
                })
            })?;
            other
                .write(move |c| {
                    for [source, articles] in counted {
                        let counted: [i64; 2] = [source, articles];
                        execute(c, "UPDATE source SET articles = ?2 WHERE id = ?1", counted)?;
                    }
                    Ok(())
                })
                .await?;
        }
        Ok(())
    }

    /// Compares a table of both, row by row. Returns how many there are.
    fn compare_table(
        &self,
        other: &Self,
        carried: &'static Carried,
        progress: &mut impl FnMut(CarryStep),
    ) -> Result<usize, StoreError> {
        let (mut last, mut done) = (None, 0);
        loop {
            let step = |store: &Self| store.read(|c| rows_after(c, carried, last.as_deref(), STEP_ROWS));
            let (ours, theirs) = (step(self)?, step(other)?);
            let (ours, theirs) = (comparable(ours), comparable(theirs));
            if let Some(at) = (0..ours.len().max(theirs.len())).find(|at| ours.get(*at) != theirs.get(*at)) {
                return Err(StoreError::Differs {
                    table: carried.table,
                    row: done + at + 1,
                });
            }
            let Some(row) = ours.last() else { return Ok(done) };
            last = Some(self.read(|c| key_of(c, carried, row))?);
            done += ours.len();
            progress(CarryStep::Comparing(carried.table, done));
        }
    }
}

/// Whether no table of a store has a row.
fn has_nothing(c: &Connection) -> Result<bool, StoreError> {
    for carried in &TABLES {
        if last_key(c, carried)?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns rows with the one letter replaced that not every database holds.
fn comparable(mut rows: Vec<StoredRow>) -> Vec<StoredRow> {
    for value in rows.iter_mut().flatten() {
        if let StoredValue::Text(text) = value
            && text.contains('\0')
        {
            *text = text.replace('\0', "\u{FFFD}");
        }
    }
    rows
}

fn marks(from: usize, number: usize) -> String {
    let marks: Vec<String> = (from..from + number).map(|at| format!("?{at}")).collect();
    marks.join(", ")
}

/// Returns up to `limit` rows behind a key, in the order of keys.
fn rows_after(
    c: &Connection,
    carried: &Carried,
    after: Option<&[StoredValue]>,
    limit: usize,
) -> Result<Vec<StoredRow>, StoreError> {
    let columns = c.columns_of(carried.table)?;
    let key = carried.key.join(", ");
    let behind = after.map(|_| format!("WHERE ({key}) > ({})", marks(1, carried.key.len())));
    let sql = format!(
        "SELECT {} FROM {} {} ORDER BY {key} LIMIT {}",
        columns.join(", "),
        carried.table,
        behind.unwrap_or_default(),
        i64::try_from(limit).unwrap_or(i64::MAX)
    );
    select_all(c, &sql, after.unwrap_or_default(), |row| {
        (0..columns.len()).map(|at| Ok(row.get_ref(at)?.to_stored())).collect()
    })
}

fn key_of(c: &Connection, carried: &Carried, row: &StoredRow) -> Result<Vec<StoredValue>, StoreError> {
    let columns = c.columns_of(carried.table)?;
    let places = carried
        .key
        .iter()
        .filter_map(|key| columns.iter().position(|one| one == key));
    Ok(places.map(|at| row[at].clone()).collect())
}

fn last_key(c: &Connection, carried: &Carried) -> Result<Option<Vec<StoredValue>>, StoreError> {
    let backwards: Vec<String> = carried.key.iter().map(|key| format!("{key} DESC")).collect();
    let (key, table) = (carried.key.join(", "), carried.table);
    let sql = format!("SELECT {key} FROM {table} ORDER BY {} LIMIT 1", backwards.join(", "));
    select_optional(c, &sql, (), |row| {
        (0..carried.key.len())
            .map(|at| Ok(row.get_ref(at)?.to_stored()))
            .collect()
    })
}

fn insert_rows(c: &Connection, carried: &Carried, rows: &[StoredRow]) -> Result<(), StoreError> {
    c.defer_references()?;
    let columns = c.columns_of(carried.table)?;
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({})",
        carried.table,
        columns.join(", "),
        marks(1, columns.len())
    );
    let mut insert = c.prepare_cached(&sql)?;
    for row in rows {
        insert.execute(row.as_slice())?;
    }
    Ok(())
}

/// Takes on the settings of the store that was carried over, its number among them, and has all texts indexed.
fn become_whole(c: &Connection, kept: &[StoredRow]) -> Result<(), StoreError> {
    execute(c, "DELETE FROM setting", ())?;
    insert_rows(c, &SETTINGS, kept)?;
    execute(c, "DELETE FROM reindex", ())?;
    let sql = "INSERT INTO reindex (id, done_to, up_to) SELECT 1, 0, max(id) FROM article HAVING max(id) IS NOT NULL";
    execute(c, sql, ())?;
    Ok(())
}
