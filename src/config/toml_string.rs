//! Texts as the configuration writes them, to be copied into one.

use std::fmt::Write as _;

/// Returns a TOML basic string.
pub fn toml_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::toml_string;

    #[test]
    fn texts_are_quoted() {
        assert_eq!(
            toml_string("a \"b\" \\ \n\u{7f}é"),
            "\"a \\\"b\\\" \\\\ \\u000A\\u007Fé\""
        );
    }
}
