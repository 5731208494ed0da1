//! The statements of the store in the words of PostgreSQL.

/// What comes before the name of an index that SQLite is to use.
const INDEXED_BY: &str = " INDEXED BY ";

/// Returns a statement with its values named as PostgreSQL does, and without what only SQLite's planner needs: a plus that
/// keeps it from an index, a join that keeps the order of tables, and the name of an index. With it come the places of the values it uses, in the order in which it is handed them: a server
/// wants no others.
pub fn of(sql: &str) -> (String, Vec<usize>) {
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
                text.push_str(&format!("${}", at + 1));
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
}
