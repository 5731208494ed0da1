//! Lines of plain text within a number of columns.
//!
//! Wide characters (East Asian scripts, emoji) count two columns, everything else one. A line is never wider than
//! asked, except for addresses, which are not broken and do not come through here.

use unicode_segmentation::UnicodeSegmentation;

/// Returns the columns a text takes.
pub fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Appends `text` to `page`, wrapped to `width_max` columns: `first` opens the first line, `rest` every other.
pub fn push(page: &mut String, first: &str, rest: &str, text: &str, width_max: usize) {
    let mut used = columns(first);
    let mut indent = columns(first);
    page.push_str(first);
    for word in text.split_whitespace() {
        let room = width_max.saturating_sub(columns(rest)).max(2);
        let size = columns(word);
        let gap = usize::from(used > indent);
        if used + gap + size <= width_max {
            page.push_str(if gap == 1 { " " } else { "" });
            page.push_str(word);
            used += gap + size;
            continue;
        }
        if used > indent {
            next_line(page, rest, &mut used, &mut indent);
        }
        if size <= room {
            page.push_str(word);
            used += size;
            continue;
        }
        // Longer than a line, as every text is in a script without spaces: broken between characters.
        for piece in word.graphemes(true).flat_map(|piece| narrow(piece, room)) {
            let size = columns(piece);
            if used + size > width_max {
                next_line(page, rest, &mut used, &mut indent);
            }
            page.push_str(piece);
            used += size;
        }
    }
    page.truncate(page.trim_end_matches(' ').len());
    page.push('\n');
}

fn next_line(page: &mut String, rest: &str, used: &mut usize, indent: &mut usize) {
    page.truncate(page.trim_end_matches(' ').len());
    page.push('\n');
    page.push_str(rest);
    *used = columns(rest);
    *indent = *used;
}

/// Returns a character as it is, or its parts where it alone is wider than a line.
fn narrow(piece: &str, room: usize) -> Vec<&str> {
    if columns(piece) <= room {
        return vec![piece];
    }
    piece
        .char_indices()
        .map(|(at, c)| &piece[at..at + c.len_utf8()])
        .collect()
}

fn width(c: char) -> usize {
    match c as u32 {
        0x1100..=0x115F | 0x2E80..=0xA4CF | 0xA960..=0xA97F | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F => 2,
        0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F300..=0x1FAFF | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, width_max: usize, expected: &str) {
        let mut page = String::new();
        push(&mut page, "* ", "  ", text, width_max);
        assert_eq!(page, expected);
    }

    #[test]
    fn words_are_kept_whole_while_they_fit() {
        check("one two three", 9, "* one two\n  three\n");
        check("", 9, "*\n");
        check("abcdefghijkl m", 9, "* abcdefg\n  hijkl m\n");
    }

    #[test]
    fn scripts_without_spaces_break_between_characters() {
        check("顔認識の規制", 8, "* 顔認識\n  の規制\n");
    }
}
