//! Where the next part of an answer begins, as a text that any process can read again: nothing is remembered between calls.

use super::error::ToolError;
use crate::text::word_hash;

/// A place in a list or a text: what the two numbers count is for the tool to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub at: i64,
    pub id: i64,
}

impl Cursor {
    /// Returns the cursor as text, of use only with the question it answers.
    pub fn to_text(self, question: &str) -> String {
        format!("{}.{}.{:08x}", self.at, self.id, mark(question))
    }

    /// Reads the cursor of an answer to this question.
    ///
    /// # Errors
    /// It is none, or belongs to another question.
    pub fn read(text: &str, question: &str) -> Result<Self, ToolError> {
        let parts: Vec<&str> = text.trim().split('.').collect();
        let numbers = match parts.as_slice() {
            [at, id, mark] => at
                .parse()
                .ok()
                .zip(id.parse().ok())
                .zip(u32::from_str_radix(mark, 16).ok()),
            _ => None,
        };
        match numbers {
            Some(((at, id), found)) if found == mark(question) => Ok(Self { at, id }),
            Some(_) => Err(ToolError::new(
                "this cursor belongs to other arguments; repeat those of the answer it came with, or leave the cursor out to \
                 begin anew",
            )),
            None => Err(ToolError::new(
                "this is no cursor; take it from `cursor` of the last answer as it is, or leave it out to begin anew",
            )),
        }
    }
}

fn mark(question: &str) -> u32 {
    (word_hash(question) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_with_its_own_question_only() {
        for (at, id) in [(0, 0), (40, i64::MAX), (-7, i64::MIN)] {
            let cursor = Cursor { at, id };
            assert_eq!(Cursor::read(&cursor.to_text("stories"), "stories"), Ok(cursor));
        }
        let text = Cursor { at: 1, id: 2 }.to_text("stories");
        for wrong in [
            "",
            "1",
            "1.2",
            "x.y.z",
            "1.2.3.4",
            "99999999999999999999.1.00000000",
            "é.1.2",
        ] {
            let error = Cursor::read(wrong, "stories").unwrap_err().to_string();
            assert!(error.starts_with("this is no cursor"), "{wrong}: {error}");
        }
        let error = Cursor::read(&text, "search").unwrap_err().to_string();
        assert!(error.contains("other arguments"), "{error}");
    }
}
