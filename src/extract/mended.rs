//! JSON as pages hold it: in comments, with raw line ends in strings, with commas too many.

use serde_json::Value;

/// Returns the value a block holds; none when it is no JSON even when mended.
pub fn parse(block: &str) -> Option<Value> {
    let trimmed = block
        .trim()
        .trim_start_matches("<!--")
        .trim_start_matches("//<![CDATA[")
        .trim_start_matches("/*<![CDATA[*/");
    let trimmed = trimmed
        .trim_end_matches("-->")
        .trim_end_matches("//]]>")
        .trim_end_matches("/*]]>*/")
        .trim()
        .trim_end_matches(';');
    serde_json::from_str(trimmed)
        .ok()
        .or_else(|| serde_json::from_str(&mended(trimmed)).ok())
}

/// Returns JSON without raw control characters in strings and without commas before a closing bracket.
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in text.chars() {
        if in_string {
            if c.is_control() {
                out.push(' ');
                continue;
            }
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if c == '"' {
            in_string = true;
        } else if matches!(c, '}' | ']') {
            let kept = out.trim_end().trim_end_matches(',').len();
            out.truncate(kept);
        }
        out.push(c);
    }
    out
}
