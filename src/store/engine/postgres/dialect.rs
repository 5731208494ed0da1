//! The statements of the store in the words of PostgreSQL.

/// What comes before the name of an index that SQLite is to use.
const INDEXED_BY: &str = " INDEXED BY ";

/// Returns a statement with its values named as PostgreSQL does, and without what only SQLite's planner needs: a plus that
/// keeps it from an index, a join that keeps the order of tables, and the name of an index. With it come the places of the values it uses, in the order in which it is handed them: a server
/// wants no others.
pub fn of(sql: &str) -> (String, Vec<usize>) {
    named(sql, |at| format!("${at}"))
}

/// Returns a statement as it is run for many rows of values at once, of which it is handed the columns, of these kinds. An
/// addition adds a row for each of them; a query finds what it finds for each, as it would for this one alone, and after
/// that the row's place.
pub fn for_each(sql: &str, kinds: &[&str]) -> String {
    let (text, _) = named(sql, |at| format!("given.v{at}"));
    let numbered = || (1..).zip(kinds);
    let columns: Vec<String> = numbered().map(|(at, kind)| format!("${at}::{kind}[]")).collect();
    let names: Vec<String> = numbered().map(|(at, _)| format!("v{at}")).collect();
    let (columns, names) = (columns.join(", "), names.join(", "));
    match text.split_once("VALUES (") {
        Some((into, values)) => {
            let mut depth = 1;
            let end = values.find(|letter| {
                depth += i32::from(letter == '(') - i32::from(letter == ')');
                depth == 0
            });
            let (values, rest) = values.split_at(end.unwrap_or(values.len()));
            let rest = rest.trim_start_matches(')');
            format!("{into}SELECT {values} FROM unnest({columns}) AS given ({names}){rest}")
        }
        None => format!(
            "SELECT found.*, given.place FROM unnest({columns}) WITH ORDINALITY AS given ({names}, place)
             CROSS JOIN LATERAL ({text} OFFSET 0) AS found"
        ),
    }
}

/// Returns a statement with its values named by their order of use, from 1.
fn named(sql: &str, name: impl Fn(usize) -> String) -> (String, Vec<usize>) {
    let mut text = String::with_capacity(sql.len() + 8);
    let mut used = Vec::new();
    let mut before = ' ';
    let mut is_quoted = false;
    let mut sql = sql.replace("CROSS JOIN", "JOIN");
    while let Some(at) = sql.find(INDEXED_BY) {
        let name = at + INDEXED_BY.len();
        let end = sql[name..].find(' ').map_or(sql.len(), |length| name + length);
        sql.replace_range(at..end, "");
    }
    let mut letters = sql.chars().peekable();
    while let Some(letter) = letters.next() {
        is_quoted ^= letter == '\'';
        let is_next_name = letters.peek().is_some_and(|next| next.is_ascii_lowercase());
        match letter {
            '?' if !is_quoted => {
                let mut place = 0;
                while let Some(digit) = letters.peek().and_then(|next| next.to_digit(10)) {
                    place = place * 10 + digit as usize;
                    letters.next();
                }
                // One without a number is the next.
                let place = if place == 0 { used.len() } else { place - 1 };
                let at = used.iter().position(|one| *one == place);
                let at = at.unwrap_or_else(|| {
                    used.push(place);
                    used.len() - 1
                });
                text.push_str(&name(at + 1));
            }
            '+' if !is_quoted && matches!(before, ' ' | '(') && is_next_name => {}
            letter => text.push(letter),
        }
        before = letter;
    }
    (text, used)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_signs_for_the_planner_are_told_from_text() {
        for (sql, expected) in [
            (
                "SELECT a FROM t WHERE +t.b = ?1 AND c = '?+x'",
                ("SELECT a FROM t WHERE t.b = $1 AND c = '?+x'", vec![0]),
            ),
            (
                "SELECT (+t.b + ?12), ?3, ?12 +1",
                ("SELECT (t.b + $1), $2, $1 +1", vec![11, 2]),
            ),
            (
                "SELECT a FROM t INDEXED BY t_a CROSS JOIN u ON b = c",
                ("SELECT a FROM t JOIN u ON b = c", vec![]),
            ),
            (
                "SET dirty = dirty + 1, a = ?, b = ?",
                ("SET dirty = dirty + 1, a = $1, b = $2", vec![0, 1]),
            ),
        ] {
            let (text, used) = of(sql);
            assert_eq!((text.as_str(), used), expected);
        }
    }

    #[test]
    fn many_rows_of_values_are_one_table() {
        for (sql, expected) in [
            (
                "INSERT INTO t (a, b) VALUES (?2, f(?1)) ON CONFLICT (a) DO UPDATE SET b = excluded.b",
                "INSERT INTO t (a, b) SELECT given.v1, f(given.v2) FROM unnest($1::int8[], $2::text[]) AS given (v1, v2) \
                 ON CONFLICT (a) DO UPDATE SET b = excluded.b",
            ),
            (
                "SELECT b FROM t WHERE a = ?1 AND c = ?2 LIMIT 1",
                "SELECT found.*, given.place FROM unnest($1::int8[], $2::text[]) WITH ORDINALITY AS given (v1, v2, place)
             CROSS JOIN LATERAL (SELECT b FROM t WHERE a = given.v1 AND c = given.v2 LIMIT 1 OFFSET 0) AS found",
            ),
        ] {
            assert_eq!(for_each(sql, &["int8", "text"]), expected);
        }
    }
}
