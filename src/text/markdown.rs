//! Text as Markdown that says the same to every renderer: to CommonMark and kramdown, and to what site builders and note
//! takers look for in it before and after (Liquid, shortcodes, attributes, tags, formulas, comments).

/// A percent sign that begins nothing: kramdown knows no backslash before one.
const PERCENT: &str = "&#37;";

/// Digits of a number that begins an item of a list, and the longest name of an entity that is looked for, in bytes.
const LIST_DIGITS_MAX: usize = 9;
const ENTITY_BYTES_MAX: usize = 32;

/// Appends a character of text.
pub fn push(c: char, markdown: &mut String) {
    if c == '%' && (markdown.ends_with(['{', '%']) || markdown.ends_with(PERCENT)) {
        markdown.push_str(PERCENT);
        return;
    }
    if needs_escape(c, markdown) {
        markdown.push('\\');
    }
    markdown.push(c);
}

/// Takes back the backslash before the point of a number that begins a line, now that what comes next is no blank: `1.2` begins
/// no item.
pub fn settle_number(markdown: &mut String) {
    let is_escaped = |sign| markdown.ends_with(sign);
    if !is_escaped("\\.") && !is_escaped("\\)") {
        return;
    }
    let at = markdown.len() - 2;
    if is_number_of_line(&markdown[..at]) {
        markdown.remove(at);
    }
}

/// Appends a text of one line.
pub fn push_line(text: &str, markdown: &mut String) {
    let begun = markdown.len();
    for c in text.chars() {
        if !c.is_whitespace() {
            settle_number(markdown);
        }
        if c == ';' {
            disarm_entity(markdown, begun);
        }
        push(c, markdown);
    }
}

/// Whether a site builder would take code for its own: Liquid and shortcodes are looked for everywhere, and code knows no
/// escape.
pub fn is_template(code: &str) -> bool {
    ["{{", "{%"].iter().any(|mark| code.contains(mark))
}

/// Keeps `&amp;` in a text what it is, now that its end comes: what is written there is five characters, not one.
pub fn disarm_entity(markdown: &mut String, begun: usize) {
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let name = markdown
        .bytes()
        .rev()
        .take(ENTITY_BYTES_MAX)
        .take_while(is_of_name)
        .count();
    let behind = markdown.len() - name;
    if name > 0 && behind > begun && markdown[..behind].ends_with('&') {
        markdown.insert_str(behind, "amp;");
    }
}

/// Returns an address as the destination of a link or picture.
pub fn destination(address: &str) -> String {
    let mut out = String::with_capacity(address.len() + 2);
    out.push('<');
    let last_end = address.rfind(';').unwrap_or(0);
    for (at, c) in address.char_indices() {
        match c {
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            '{' => out.push_str("%7B"),
            '}' => out.push_str("%7D"),
            // What looks like an entity there is none.
            '&' if at < last_end => out.push_str("&amp;"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.push('>');
    out
}

fn needs_escape(c: char, before: &str) -> bool {
    let at_line_start = before.is_empty() || before.ends_with('\n');
    match c {
        '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '~' | '{' => true,
        '+' | '-' | '>' | '|' | ':' => at_line_start,
        // Not only a heading: behind a blank a tag, behind a brace a comment.
        '#' => at_line_start || before.ends_with([' ', '{']),
        '=' => at_line_start || before.ends_with('='),
        // A sum of money begins no formula, but it would end one.
        '$' => !at_line_start && !before.ends_with(' '),
        '.' | ')' => is_number_of_line(before),
        _ => false,
    }
}

/// Whether a text ends with a line of nothing but a number that may begin an item.
fn is_number_of_line(text: &str) -> bool {
    let digits = text
        .bytes()
        .rev()
        .take(LIST_DIGITS_MAX + 1)
        .take_while(u8::is_ascii_digit)
        .count();
    let begins_line = digits == text.len() || text[..text.len() - digits].ends_with('\n');
    (1..=LIST_DIGITS_MAX).contains(&digits) && begins_line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_begins_no_item_and_a_name_no_entity() {
        let line = |text: &str| {
            let mut out = String::new();
            push_line(text, &mut out);
            out
        };
        for (text, expected) in [
            ("12. x", "12\\. x"),
            ("123456789) x", "123456789\\) x"),
            ("1234567890. x", "1234567890. x"),
            ("a 1. x", "a 1. x"),
            ("1.2", "1.2"),
            ("12.", "12\\."),
            ("3.5. x", "3.5. x"),
            ("30.11.2026 9.30", "30.11.2026 9.30"),
            ("1)x", "1)x"),
            ("7.\u{a0}x", "7\\.\u{a0}x"),
            ("1\\.2", "1\\\\.2"),
            ("&copy; &#38; AT&T; a;b & c;", "&amp;copy; &amp;#38; AT&amp;T; a;b & c;"),
        ] {
            assert_eq!(line(text), expected);
        }
        assert_eq!(destination("/a?b&c;d&e"), "</a?b&amp;c;d&e>");
    }

    #[test]
    fn long_lines_cost_their_length() {
        for piece in [".", ";", "&;", "1)", "&a"] {
            let text = piece.repeat(1_000_000);
            let mut out = String::new();
            push_line(&text, &mut out);
            assert!(out.len() >= text.len() && destination(&text).len() > text.len());
        }
    }
}
