//! Columns by their names: what a query selects and the places its rows are read at follow from one list, and so do the
//! columns and the values of a statement that writes.

use super::client::{Connection, ToSql, ValueRef};

use super::error::StoreError;
use super::statement::{execute, execute_each};

/// Declares the columns of a query: `list::SQL` is what it selects, `list::NAME` the place of a column in its rows, a
/// constant. A list `after` another goes on where that ends.
macro_rules! columns {
    ($(#[$doc:meta])* $vis:vis $list:ident $(after $before:ident)? {
        $first:ident = $sql:literal, $($name:ident = $more:literal,)*
    }) => {
        $(#[$doc])*
        $vis mod $list {
            pub const NAMES: &[&str] = &[stringify!($first) $(, stringify!($name))*];
            pub const FROM: usize = 0 $(+ super::$before::FROM + super::$before::NAMES.len())?;
            pub const SQL: &str = concat!($sql $(, ", ", $more)*);
            pub const $first: usize = FROM + crate::store::engine::columns::place(NAMES, stringify!($first));
            $(pub const $name: usize = FROM + crate::store::engine::columns::place(NAMES, stringify!($name));)*
        }
    };
}

pub(crate) use columns;

/// Returns the place of a name that is one of `names`; worked out by the compiler.
pub const fn place(names: &[&str], name: &str) -> usize {
    let mut place = 0;
    while !is_same(names[place].as_bytes(), name.as_bytes()) {
        place += 1;
    }
    place
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// What is written to columns, by their names.
pub type Values<'a> = [(&'a str, &'a dyn ToSql)];

/// Writes values to the row of a table with this number.
pub fn update(c: &Connection, table: &str, id: i64, values: &Values<'_>) -> Result<(), StoreError> {
    let names: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
    let names = names.join(" = ?, ");
    let sql = format!("UPDATE {table} SET {names} = ? WHERE id = ?");
    let id: &dyn ToSql = &id;
    let values: Vec<&dyn ToSql> = values.iter().map(|(_, value)| *value).chain([id]).collect();
    execute(c, &sql, values.as_slice())?;
    Ok(())
}

/// Adds rows to a table, but for those that are known by what another row has. Returns how many were added.
pub fn insert_each<const N: usize>(
    c: &Connection,
    table: &str,
    rows: &[[(&str, ValueRef<'_>); N]],
) -> Result<usize, StoreError> {
    let Some(first) = rows.first() else { return Ok(0) };
    let (names, marks) = (first.map(|(name, _)| name).join(", "), ["?"; N].join(", "));
    let sql = format!("INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING");
    let rows: Vec<_> = rows.iter().map(|row| row.map(|(_, value)| value)).collect();
    execute_each(c, &sql, &rows)
}
