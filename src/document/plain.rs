//! The words of a body: Markdown as documents hold it without its marks.
//!
//! Made for what `extract::markdown` writes, where every mark that is text stands escaped; of other Markdown some marks
//! may stay, which costs a matcher nothing.

/// Returns the plain text of a body, paragraphs separated by blank lines.
pub fn plain_text(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    for line in markdown.lines() {
        let line = without_line_marks(line);
        if is_rule(line) {
            continue;
        }
        without_marks(line, &mut text);
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

fn without_marks(line: &str, text: &mut String) {
    let mut rest = line;
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
            '!' if after.starts_with('[') => match link_end(after) {
                Some((_, end)) => &after[end..],
                None => {
                    text.push('!');
                    after
                }
            },
            '[' => match link_end(rest) {
                Some((words, end)) => {
                    without_marks(words, text);
                    &rest[end..]
                }
                None => {
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
    let close = unescaped(text, 1, b']')?;
    let target = text[close + 1..].strip_prefix('(')?;
    let at = close + 2;
    let from = match target.starts_with('<') {
        true => unescaped(text, at, b'>')?,
        false => at,
    };
    let end = unescaped(text, from, b')')?;
    Some((&text[1..close], end + 1))
}

/// Returns where a mark stands next that is not escaped, pictures within brackets passed over.
fn unescaped(text: &str, from: usize, mark: u8) -> Option<usize> {
    let bytes = text.as_bytes();
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
