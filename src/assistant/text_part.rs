//! A long text in parts that follow on each other, each as long as there is room for.

/// A part of a text, and where the next one begins, in bytes; nothing behind the last.
#[derive(Debug, PartialEq, Eq)]
pub struct TextPart<'t> {
    pub text: &'t str,
    pub next: Option<usize>,
}

/// Returns the part that begins at a byte and has so many at most as they go over the wire; a place within a character is
/// that of the next.
pub fn part(text: &str, from: usize, wire_bytes_max: usize) -> TextPart<'_> {
    let from = (from..text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len());
    let rest = &text[from..];
    let mut bytes = 0;
    let overflow = rest.char_indices().find(|(_, c)| {
        bytes += wire_bytes_of(*c);
        bytes > wire_bytes_max
    });
    let Some((end, first)) = overflow else {
        return TextPart { text: rest, next: None };
    };
    // However little room there is, a reader comes to the end.
    let end = if end == 0 { first.len_utf8() } else { end };
    // A paragraph, a line or at least a word stays whole, if that costs no more than a quarter.
    let ends = ["\n\n", "\n", " "].iter();
    let whole = ends
        .filter_map(|mark| rest[..end].rfind(mark).map(|at| at + mark.len()))
        .find(|whole| *whole >= end - end / 4);
    let end = whole.unwrap_or(end);
    TextPart {
        text: &rest[..end],
        next: (end < rest.len()).then_some(from + end),
    }
}

/// Returns how many bytes a character has in JSON within a text.
fn wire_bytes_of(c: char) -> usize {
    match c {
        '"' | '\\' => 4,
        '\n' | '\t' | '\r' => 3,
        c if c < ' ' => 7,
        c => c.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::assistant::answer::wire_bytes;

    #[test]
    fn words_stay_whole() {
        let text = "one two three four five";
        assert_eq!(
            part(text, 0, 10),
            TextPart {
                text: "one two ",
                next: Some(8)
            }
        );
        assert_eq!(
            part(text, 8, 100),
            TextPart {
                text: "three four five",
                next: None
            }
        );
        assert_eq!(part(text, 999, 100), TextPart { text: "", next: None });
        assert_eq!(
            part("ééé", 1, 2),
            TextPart {
                text: "é",
                next: Some(4)
            }
        );
    }

    proptest! {
        #[test]
        fn the_parts_are_the_text(text in "(?s).{0,600}", room in 1_usize..80) {
            let (mut whole, mut from) = (String::new(), Some(0));
            while let Some(at) = from {
                let part = part(&text, at, room);
                let bytes = wire_bytes(&Value::String(part.text.to_owned()));
                // The quotes of the inner text are escaped; one character is more than there may be room for.
                prop_assert!(bytes - 4 <= room || part.text.chars().count() == 1);
                whole.push_str(part.text);
                from = part.next;
            }
            prop_assert_eq!(whole, text);
        }
    }
}
