//! Plain tables for terminals and pipes.

use crate::text::flattened;

/// How a terminal shows what is beside the point, and how that ends; for an output that leaves it out where it must.
pub(crate) const FAINT: &str = "\x1b[2m";
pub(crate) const PLAIN: &str = "\x1b[0m";
/// A cell is cut at this width, in characters.
const CELL_MAX: usize = 100;

/// Returns rows under their headings, columns aligned, the last one as wide as it is.
pub(crate) fn render(headings: &[&str], rows: &[Vec<String>]) -> String {
    let clean: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| tidy(cell)).collect())
        .collect();
    let width = |column: usize| {
        let cells = clean
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count());
        cells.chain([headings[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let mut out = String::new();
    let head: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    for row in std::iter::once(&head).chain(&clean) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width + 2 - cell.chars().count().min(*width)));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Returns a text on one line without control characters, which could steer a terminal, cut to a cell's width.
pub(crate) fn tidy(text: &str) -> String {
    let line = flattened(text);
    match line.char_indices().nth(CELL_MAX) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = vec![
            vec!["a".to_owned(), "1".to_owned()],
            vec!["long name".to_owned(), "22".to_owned()],
        ];
        assert_eq!(
            render(&["name", "n"], &rows),
            "name       n\na          1\nlong name  22\n"
        );
    }

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(tidy("a\u{1b}[31mred\nb\u{202e}c"), "a[31mred bc");
    }
}
