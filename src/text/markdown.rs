//! Text as Markdown that says the same to every renderer: to CommonMark and kramdown, and to what site builders and note
//! takers look for in it before and after (Liquid, shortcodes, attributes, tags, formulas, comments).

/// A percent sign that begins nothing: kramdown knows no backslash before one.
const PERCENT: &str = "&#37;";

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

/// Appends a text of one line.
pub fn push_line(text: &str, markdown: &mut String) {
    let begun = markdown.len();
    for c in text.chars() {
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
    if let Some(at) = markdown.rfind('&').filter(|at| *at >= begun) {
        let name = &markdown[at + 1..];
        if !name.is_empty() && name.len() < 32 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#') {
            markdown.insert_str(at + 1, "amp;");
        }
    }
}

/// Returns an address as the destination of a link or picture.
pub fn destination(address: &str) -> String {
    let mut out = String::with_capacity(address.len() + 2);
    out.push('<');
    for (at, c) in address.char_indices() {
        match c {
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            '{' => out.push_str("%7B"),
            '}' => out.push_str("%7D"),
            // What looks like an entity there is none.
            '&' if address[at + 1..].contains(';') => out.push_str("&amp;"),
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
        '.' | ')' => {
            let line = before.rsplit('\n').next().unwrap_or_default();
            !line.is_empty() && line.len() <= 9 && line.bytes().all(|b| b.is_ascii_digit())
        }
        _ => false,
    }
}
