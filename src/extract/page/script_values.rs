//! The values that a page's scripts hold: JSON of its own (`__NEXT_DATA__`), JSON given to a variable
//! (`window.__STATE__ = {…}`), and the rows that Next.js pushes (`self.__next_f.push`).
//!
//! No script runs. What is no JSON is not read. Values cost far more memory than their text, so they are counted before they
//! are read: `left` is how many more may be.

use serde_json::Value;

/// Values that a script gives to variables and that are looked at.
const GIVEN_MAX: usize = 16;
/// Rows of pushed data that are read.
const ROWS_MAX: usize = 20_000;
/// The length of such a row's text is written in at most so many bytes.
const LENGTH_BYTES_MAX: usize = 10;

/// Returns what a script pushes as data of Next.js.
pub fn pushed(script: &str, left: &mut usize) -> Option<String> {
    let (_, rest) = script.split_once("__next_f.push(")?;
    match first_value(rest, left)?.0 {
        Value::Array(parts) => Some(parts.into_iter().find_map(|part| match part {
            Value::String(text) => Some(text),
            _ => None,
        })?),
        _ => None,
    }
}

/// Returns the values of pushed rows: each a number, a colon and JSON, or a text of so many bytes.
pub fn of_rows(rows: &str, left: &mut usize) -> Vec<Value> {
    let (mut found, mut rest) = (Vec::new(), rows);
    for _ in 0..ROWS_MAX {
        let Some((number, row)) = rest.split_once(':') else {
            break;
        };
        let is_number = number.len() < 9 && number.trim().bytes().all(|byte| byte.is_ascii_hexdigit());
        rest = match counted_text(row) {
            Some((text, behind)) if is_number => {
                found.push(Value::String(text.to_owned()));
                behind
            }
            _ => {
                let (line, behind) = row.split_once('\n').unwrap_or((row, ""));
                found.extend(first_value(line, left).map(|(value, _)| value).filter(|_| is_number));
                behind
            }
        };
    }
    found
}

/// Returns a text that says how many bytes it has, and what stands behind it.
fn counted_text(row: &str) -> Option<(&str, &str)> {
    let comma = row.bytes().take(LENGTH_BYTES_MAX).position(|byte| byte == b',')?;
    let length = usize::from_str_radix(row.get(..comma)?.strip_prefix('T')?, 16).ok()?;
    row.get(comma + 1..)?.split_at_checked(length)
}

/// Returns the values a script holds: it is one, or gives some to variables.
pub fn values(script: &str, left: &mut usize) -> Vec<Value> {
    let script = script.trim_start();
    if script.starts_with(['{', '[']) {
        return first_value(script, left).map(|(value, _)| value).into_iter().collect();
    }
    let (mut found, mut rest) = (Vec::new(), script);
    let mut tried = 0;
    while let Some(at) = rest.find('=')
        && tried < GIVEN_MAX
    {
        rest = &rest[at + 1..];
        let value = rest.trim_start();
        if !value.starts_with(['{', '[']) || value.starts_with("{}") {
            continue;
        }
        tried += 1;
        if let Some((value, end)) = first_value(value, left) {
            found.push(value);
            rest = &rest[rest.len() - rest.trim_start().len() + end..];
        }
    }
    found
}

/// Returns the value a text begins with, and where it ends; none where it holds more values than are left.
fn first_value(text: &str, left: &mut usize) -> Option<(Value, usize)> {
    *left = left.checked_sub(values_in(text, *left)?)?;
    let mut read = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let value = read.next()?.ok()?;
    Some((value, read.byte_offset()))
}

/// Returns how many values the one holds that a text begins with, itself among them, without building any; none where there
/// are more than `most`.
fn values_in(text: &str, most: usize) -> Option<usize> {
    let (mut count, mut depth, mut in_string, mut is_escaped) = (1_usize, 0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_string,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b',' => count += 1,
            b'{' | b'[' => {
                count += 1;
                depth += 1;
            }
            b'}' | b']' if depth <= 1 => break,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        if count > most {
            return None;
        }
    }
    (count <= most).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::{of_rows, pushed, values, values_in};

    #[test]
    fn values_are_counted_before_they_are_read() {
        for (text, count) in [
            ("{}", 2),
            (r#"[1,"a, [b] \" c",{"d":[]}] , rest"#, 6),
            (r#""text, only""#, 1),
            ("[[[", 4),
            ("]]", 1),
        ] {
            assert_eq!(values_in(text, 10), Some(count), "{text}");
            assert_eq!(values_in(text, count - 1), None, "{text}");
        }
    }

    #[test]
    fn no_more_values_are_read_than_are_left() {
        let mut left = 10;
        assert_eq!(
            values("a = [1, 2]; b = [1, 2, 3, 4, 5, 6, 7, 8]; c = [3]", &mut left).len(),
            2
        );
        assert_eq!(of_rows("0:[1,2]\n1:[3]\n2:[4]\n", &mut left).len(), 2);
        assert_eq!(pushed("self.__next_f.push([1,\"a\"])", &mut left), None);
    }
}
