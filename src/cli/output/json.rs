//! JSON lines for standard output.

use serde::Serialize;

use crate::text;

/// Returns a value on a line of its own. Its texts are clean: what was stored by earlier versions need not be, and a
/// terminal acts on some characters that JSON leaves as they are.
pub(crate) fn line(value: &impl Serialize) -> String {
    let mut value = serde_json::to_value(value).expect("what is shown is texts, numbers and lists of them");
    text::clean_json(&mut value);
    format!("{value}\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::line;

    #[test]
    fn nothing_in_a_line_steers_a_terminal() {
        let value = json!({ "a": ["x\u{202e}y\u{9b}31m"], "b": { "c": "\u{1b}[2J\u{7}z\nw" }, "d": 1 });
        assert_eq!(line(&value), "{\"a\":[\"xy31m\"],\"b\":{\"c\":\"[2Jz\\nw\"},\"d\":1}\n");
    }
}
