//! JSON as the web holds it: read as far as it makes sense, so that one bad value costs only itself.
//!
//! Half a surrogate is U+FFFD, a number no computer holds is the text it was written as, `NaN` is null. Control characters
//! and quotation marks may stand bare in texts, commas where none belong, anything behind the end. Of a name that is there
//! twice the later value counts, lists are joined. Time and memory grow with the length of the text, which its caller bounds.

use serde_json::{Map, Number, Value};

/// How deep lists and objects are followed.
const DEPTH_MAX: usize = 128;
/// The most values read from one text; they take some seventy bytes each.
const VALUES_MAX: usize = 2_000_000;

/// How far a text can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Damage {
    None,
    /// Single values were not as they ought to be.
    Values,
    /// It is not clear what belongs to what: brackets or colons are missing.
    Structure,
    /// It breaks off, or goes on longer than is read.
    End,
}

/// Returns the first value in a text and how damaged it was; none where there is no value.
pub fn parse(text: &str) -> Option<(Value, Damage)> {
    let mut reader = Reader {
        text,
        at: 0,
        depth: 0,
        values: 0,
        damage: Damage::None,
    };
    reader.skip_blanks();
    reader.peek()?;
    let value = reader.value();
    reader.skip_blanks();
    if reader.peek().is_some() {
        reader.harm(Damage::Values);
    }
    Some((value, reader.damage))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    values: usize,
    damage: Damage,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, c: char) {
        self.at += c.len_utf8();
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest().trim_start_matches(is_blank);
        self.at = self.text.len() - rest.len();
    }

    fn harm(&mut self, damage: Damage) {
        self.damage = self.damage.max(damage);
    }

    /// Leaves the rest unread; what is open is closed as it stands.
    fn stop(&mut self) {
        self.at = self.text.len();
        self.harm(Damage::End);
    }

    fn value(&mut self) -> Value {
        self.values += 1;
        if self.values > VALUES_MAX || self.depth > DEPTH_MAX {
            self.stop();
        }
        self.skip_blanks();
        match self.peek() {
            Some('{') => self.inside(Self::object),
            Some('[') => self.inside(Self::list),
            Some('"') => Value::String(self.string()),
            Some(_) => self.word(),
            None => {
                self.harm(Damage::End);
                Value::Null
            }
        }
    }

    fn inside(&mut self, read: fn(&mut Self) -> Value) -> Value {
        self.at += 1;
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn list(&mut self) -> Value {
        let mut values = Vec::new();
        let mut is_due = true;
        while !self.ends(']', &mut is_due) {
            let before = self.at;
            values.push(self.value());
            self.go_on_from(before);
        }
        Value::Array(values)
    }

    fn object(&mut self) -> Value {
        let mut map = Map::new();
        let mut is_due = true;
        while !self.ends('}', &mut is_due) {
            let before = self.at;
            let name = match self.peek() {
                Some('"') => self.string(),
                _ => {
                    self.harm(Damage::Structure);
                    let word = self.bare();
                    word.to_owned()
                }
            };
            self.skip_blanks();
            if self.peek() == Some(':') {
                self.skip(':');
                let value = self.value();
                add(&mut map, name, value);
            } else {
                self.harm(Damage::Structure);
            }
            self.go_on_from(before);
        }
        Value::Object(map)
    }

    /// Skips what parts the values of a list, and its end where it comes. `is_due`: a value may come next.
    fn ends(&mut self, end: char, is_due: &mut bool) -> bool {
        loop {
            self.skip_blanks();
            match self.peek() {
                Some(',') => {
                    if *is_due {
                        self.harm(Damage::Values);
                    }
                    *is_due = true;
                    self.skip(',');
                }
                Some(c @ (']' | '}')) => {
                    // The other kind of bracket closes too: what follows is then more likely a neighbour than inside.
                    if c != end {
                        self.harm(Damage::Structure);
                    }
                    self.skip(c);
                    return true;
                }
                Some(_) => {
                    if !*is_due {
                        self.harm(Damage::Structure);
                    }
                    *is_due = false;
                    return false;
                }
                None => {
                    self.harm(Damage::End);
                    return true;
                }
            }
        }
    }

    /// What took nothing would be met again for ever.
    fn go_on_from(&mut self, before: usize) {
        if self.at == before
            && let Some(c) = self.peek()
        {
            self.harm(Damage::Structure);
            self.skip(c);
        }
    }

    /// Returns what stands bare up to the next sign of structure.
    fn bare(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| is_blank(c) || matches!(c, ',' | ':' | '{' | '}' | '[' | ']' | '"'));
        let word = &rest[..end.unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    fn word(&mut self) -> Value {
        let word = self.bare();
        match word {
            "true" => return Value::Bool(true),
            "false" => return Value::Bool(false),
            "null" => return Value::Null,
            _ => {}
        }
        let is_whole = word.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        match serde_json::from_str::<Number>(word) {
            Ok(number) if !is_whole || number.is_i64() || number.is_u64() => Value::Number(number),
            // All digits of an id count.
            Ok(_) => Value::String(word.to_owned()),
            Err(_) => {
                self.harm(Damage::Values);
                match word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
                    && word.contains(|c: char| c.is_ascii_digit())
                {
                    true => Value::String(word.to_owned()),
                    false => Value::Null,
                }
            }
        }
    }

    fn string(&mut self) -> String {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let Some(stop) = rest.find(|c: char| matches!(c, '"' | '\\') || c < ' ') else {
                out.push_str(rest);
                self.stop();
                return out;
            };
            out.push_str(&rest[..stop]);
            self.at += stop;
            match rest.as_bytes()[stop] {
                b'"' => {
                    self.at += 1;
                    let behind = self.rest().trim_start_matches(is_blank);
                    if behind.is_empty() || behind.starts_with([',', ':', '}', ']']) {
                        return out;
                    }
                    // At the end of a text that is all there is, anything may follow.
                    if self.depth == 0 {
                        return out;
                    }
                    self.harm(Damage::Structure);
                    out.push('"');
                }
                b'\\' => {
                    self.at += 1;
                    self.escape(&mut out);
                }
                bare => {
                    self.harm(Damage::Values);
                    out.push(char::from(bare));
                    self.at += 1;
                }
            }
        }
    }

    fn escape(&mut self, out: &mut String) {
        let Some(c) = self.peek() else { return };
        self.skip(c);
        match c {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            '"' | '\\' | '/' => out.push(c),
            'u' => {
                let character = self.code().unwrap_or_else(|| {
                    self.harm(Damage::Values);
                    char::REPLACEMENT_CHARACTER
                });
                out.push(character);
            }
            c => {
                self.harm(Damage::Values);
                out.push(c);
            }
        }
    }

    /// Reads four digits, and the other half of a surrogate where it follows.
    fn code(&mut self) -> Option<char> {
        let first = self.digits()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first);
        }
        let before = self.at;
        if self.rest().starts_with("\\u") {
            self.at += 2;
            if let Some(second) = self.digits().filter(|second| (0xDC00..0xE000).contains(second)) {
                return char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
            }
        }
        self.at = before;
        None
    }

    fn digits(&mut self) -> Option<u32> {
        let digits = self
            .rest()
            .get(..4)
            .filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}

fn add(map: &mut Map<String, Value>, name: String, value: Value) {
    let says_more = |old: &Value| old.is_array() || old.is_object();
    match (map.get_mut(&name), value) {
        (Some(Value::Array(old)), Value::Array(more)) => old.extend(more),
        (Some(_), Value::Null) => {}
        (Some(old), value) if says_more(old) && !says_more(&value) => {}
        (Some(old), value) => *old = value,
        (None, value) => {
            map.insert(name, value);
        }
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use serde_json::json;

    #[track_caller]
    fn check(text: &str, expected: Value, damage: Damage) {
        assert_eq!(parse(text), Some((expected, damage)), "{text}");
    }

    #[test]
    fn a_bad_value_costs_only_itself() {
        check(
            r#"{"a":"x\ud83d","b":1}"#,
            json!({ "a": "x\u{fffd}", "b": 1 }),
            Damage::Values,
        );
        check(
            r#"{"a":"\udc00\ud83d\ude00\ud83dz"}"#,
            json!({ "a": "\u{fffd}😀\u{fffd}z" }),
            Damage::Values,
        );
        check(
            r#"{"a":"\ud83dA","b":"\u12"}"#,
            json!({ "a": "\u{fffd}A", "b": "\u{fffd}12" }),
            Damage::Values,
        );
        check(
            r#"[1e400,-1E999,NaN,-Infinity,01,+1,.5,undefined]"#,
            json!(["1e400", "-1E999", null, null, "01", "+1", ".5", null]),
            Damage::Values,
        );
        check(
            "[123456789012345678901234567890,18446744073709551615,-1,1.5]",
            json!(["123456789012345678901234567890", u64::MAX, -1, 1.5]),
            Damage::None,
        );
        check(
            "{\"a\":\"x\ny\u{7}\",\"b\":\"\\x\"}",
            json!({ "a": "x\ny\u{7}", "b": "x" }),
            Damage::Values,
        );
    }

    #[test]
    fn commas_and_what_follows_the_end_do_not_matter() {
        check("\u{feff}[1,,2,]", json!([1, 2]), Damage::Values);
        check("{\"a\":1,} trailing { [", json!({ "a": 1 }), Damage::Values);
        check("\"whole\" text", json!("whole"), Damage::Values);
        assert_eq!(parse(" \u{feff} "), None);
    }

    #[test]
    fn of_names_that_are_there_twice_the_later_counts_and_lists_are_joined() {
        check(r#"{"a":1,"a":2,"a":null}"#, json!({ "a": 2 }), Damage::None);
        check(r#"{"a":[1],"a":[2],"a":"x"}"#, json!({ "a": [1, 2] }), Damage::None);
    }

    #[test]
    fn what_breaks_off_or_is_closed_wrongly_is_read_as_far_as_it_goes() {
        check(
            r#"{"a":[{"b":"c"},{"d":"e"#,
            json!({ "a": [{ "b": "c" }, { "d": "e" }] }),
            Damage::End,
        );
        check(
            r#"[{"a":1],{"b":2}]"#,
            json!([{ "a": 1 }, { "b": 2 }]),
            Damage::Structure,
        );
        check(
            r#"{"a":"the "best" day","b":1}"#,
            json!({ "a": "the \"best\" day", "b": 1 }),
            Damage::Structure,
        );
        check(r#"{a:1,"c":3}"#, json!({ "a": 1, "c": 3 }), Damage::Structure);
        for text in ["[", "{", "\"", "{\"a\"", "{\"a\":", ":", "]", "{]", "[:", "\\"] {
            assert!(parse(text).is_some(), "{text}");
        }
    }

    #[test]
    fn depth_and_number_are_bounded() {
        assert!(parse(&"[".repeat(1_000_000)).is_some());
        assert!(parse(&"{\"a\":".repeat(200_000)).is_some());
        let Some((Value::Array(values), Damage::End)) = parse(&format!("[{}", "0,".repeat(3_000_000))) else {
            panic!("no list");
        };
        assert!(values.len() <= VALUES_MAX);
    }

    proptest! {
        #[test]
        fn what_is_json_is_read_as_such(text in "[a-z\"\\\\/\u{e9}\u{1f600}\u{1}\n]{0,12}", number in any::<i64>()) {
            let quarters = (number % 100_000) as f64 / 4.0;
            let value = json!({ "a": [text.clone(), number, quarters, null, true, {}], &text: { "b": [] } });
            prop_assert_eq!(parse(&value.to_string()), Some((value, Damage::None)));
        }

        #[test]
        fn no_text_panics_or_hangs(text in "([\\[\\]{},:\"0-9eE.+-]|\\\\u?|[dD][89a-fA-F]|true|null|NaN|\u{e9}| ){0,60}") {
            parse(&text);
        }
    }
}
