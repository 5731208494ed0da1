//! The words of a body: Markdown as documents hold it without its marks.
//!
//! Made for what `extract::markdown` writes, where every mark that is text stands escaped; of other Markdown some marks
//! may stay, which costs a matcher nothing.

/// Links within links that are read.
const DEPTH_MAX: usize = 4;
/// The words of a link, and its address with its title, are read up to so many bytes.
const WORDS_BYTES_MAX: usize = 2 * 1024;
const ADDRESS_BYTES_MAX: usize = 16 * 1024;

/// Returns the plain text of a body, paragraphs separated by blank lines.
pub fn plain_text(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    for line in markdown.lines() {
        let line = without_line_marks(line);
        if is_rule(line) {
            continue;
        }
        without_marks(line, 0, &mut text);
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
    text.trim_matches('\n').to_owned()
}

/// Takes off what stands before a line: quote marks, list marks, heading marks.
fn without_line_marks(line: &str) -> &str {
    let mut rest = line.trim_start();
    loop {
        let before = rest;
        if let Some(quoted) = rest.strip_prefix('>') {
            rest = quoted.trim_start();
        }
        for mark in ["- ", "* ", "+ "] {
            rest = rest.strip_prefix(mark).unwrap_or(rest);
        }
        let heading = rest.trim_start_matches('#');
        if heading.len() < rest.len() && (heading.is_empty() || heading.starts_with(' ')) {
            rest = heading.trim_start();
        }
        if rest == before {
            return rest.trim_end();
        }
    }
}

/// Whether a line is a thematic break, a code fence or the line under a table's head.
fn is_rule(line: &str) -> bool {
    line.len() >= 3
        && line
            .bytes()
            .all(|b| matches!(b, b'-' | b'|' | b':' | b' ' | b'*' | b'`' | b'~' | b'='))
}

fn without_marks(line: &str, depth: usize, text: &mut String) {
    let mut rest = line;
    // Where one link has no end, what stands behind it has none either.
    let mut may_link = depth < DEPTH_MAX;
    while let Some(letter) = rest.chars().next() {
        let after = &rest[letter.len_utf8()..];
        rest = match letter {
            '\\' => match after.chars().next() {
                Some(own) if own.is_ascii_punctuation() => {
                    text.push(own);
                    &after[own.len_utf8()..]
                }
                _ => {
                    text.push('\\');
                    after
                }
            },
            '&' => match [("amp;", '&'), ("#37;", '%')]
                .iter()
                .find_map(|(name, own)| Some((after.strip_prefix(name)?, own)))
            {
                Some((behind, own)) => {
                    text.push(*own);
                    behind
                }
                None => {
                    text.push('&');
                    after
                }
            },
            '*' | '_' | '`' => after,
            // Blanks stand around it.
            '|' => after.trim_start(),
            // A picture's alternative text is no word of the article.
            '!' if may_link && after.starts_with('[') => match link_end(after) {
                Some((_, end)) => &after[end..],
                None => {
                    may_link = has_end(after);
                    text.push('!');
                    after
                }
            },
            '[' if may_link => match link_end(rest) {
                Some((words, end)) => {
                    without_marks(words, depth + 1, text);
                    &rest[end..]
                }
                None => {
                    may_link = has_end(rest);
                    text.push('[');
                    after
                }
            },
            _ => {
                text.push(letter);
                after
            }
        };
    }
}

/// Returns the words of the link a text begins with, and where it ends: `[words](<address> "title")`.
fn link_end(text: &str) -> Option<(&str, usize)> {
    let close = unescaped(text, 1, b']', WORDS_BYTES_MAX)?;
    let target = text[close + 1..].strip_prefix('(')?;
    let at = close + 2;
    let from = match target.starts_with('<') {
        true => unescaped(text, at, b'>', ADDRESS_BYTES_MAX)?,
        false => at,
    };
    let end = unescaped(text, from, b')', ADDRESS_BYTES_MAX)?;
    Some((&text[1..close], end + 1))
}

/// Whether a bracket that begins a text may be closed in it.
fn has_end(text: &str) -> bool {
    text.contains(']')
}

/// Returns where a mark stands next that is not escaped, pictures within brackets passed over; no farther than so many bytes.
fn unescaped(text: &str, from: usize, mark: u8, bytes_max: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[..text.len().min(from.saturating_add(bytes_max))];
    let (mut at, mut open) = (from, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'[' if mark == b']' => open += 1,
            b']' if mark == b']' && open > 0 => open -= 1,
            _ if *byte == mark => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::plain_text;

    #[test]
    fn nothing_is_too_deep_or_too_long() {
        let deep = format!("{}x{}", "[".repeat(20_000), "](a)".repeat(20_000));
        for hostile in [deep, "[".repeat(300_000), "![".repeat(300_000), "[]".repeat(300_000)] {
            assert!(plain_text(&hostile).len() <= hostile.len());
        }
    }

    #[track_caller]
    fn check(markdown: &str, expected: &str) {
        assert_eq!(plain_text(markdown), expected);
    }

    #[test]
    fn marks_go_and_words_stay() {
        check("## A *heading*\n\nOne **two** `three`.", "A heading\n\nOne two three.");
        check("> - quoted _item_\n> - next", "quoted item\nnext");
        check(
            "see [the *page*](<https://a.example/b(c)> \"640x480\") now",
            "see the page now",
        );
        check("![The hall](<https://a.example/h.jpg> \"6x4\")\n\nText", "Text");
        check("[![x](<i.jpg>)](<https://a.example/>)after", "after");
        check("4 \\* 5 \\[sic\\] a\\_b \\\\ end\\", "4 * 5 [sic] a_b \\ end\\");
        check("| a | b |\n| --- | --- |\n| 1 | 2 |", "a b\n1 2");
        check("[open and (unclosed", "[open and (unclosed");
        check("1 < 2 & ÄÖ [é](x)", "1 < 2 & ÄÖ é");
        check("", "");
    }
}
