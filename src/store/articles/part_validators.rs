//! What the pages behind an article's first are known by, as the text of one column: a list of address, ETag and
//! Last-Modified.

use serde_json::{Value, json};
use url::Url;

use crate::domain::source::{PartValidators, Validators};

/// Returns what is stored of these pages; nothing of an article on one page.
pub fn to_text(parts: &[PartValidators]) -> Option<String> {
    let rows = parts.iter().map(|PartValidators { url, validators }| {
        let [etag, last_modified] = [&validators.etag, &validators.last_modified].map(|v| v.as_deref().map(chars_of));
        json!([url.as_str(), etag, last_modified])
    });
    (!parts.is_empty()).then(|| Value::from_iter(rows).to_string())
}

/// Returns the pages of a stored text, if it is one.
pub fn from_text(text: &str) -> Option<Vec<PartValidators>> {
    let rows: Vec<(String, Option<String>, Option<String>)> = serde_json::from_str(text).ok()?;
    let part = |(url, etag, last_modified): (String, Option<String>, Option<String>)| {
        let validators = Validators {
            etag: etag.as_deref().map(bytes_of),
            last_modified: last_modified.as_deref().map(bytes_of),
        };
        let url = Url::parse(&url).ok()?;
        Some(PartValidators { url, validators })
    };
    rows.into_iter().map(part).collect()
}

/// Returns a character for each byte: a header may hold any.
fn chars_of(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn bytes_of(chars: &str) -> Vec<u8> {
    chars.chars().filter_map(|c| u8::try_from(c).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(url: &str, etag: Option<&[u8]>, last_modified: Option<&[u8]>) -> PartValidators {
        PartValidators {
            url: Url::parse(url).unwrap(),
            validators: Validators {
                etag: etag.map(<[u8]>::to_vec),
                last_modified: last_modified.map(<[u8]>::to_vec),
            },
        }
    }

    #[test]
    fn what_is_written_is_read_byte_for_byte() {
        let parts = [
            part("https://a.example/story?page=2", Some(b"W/\"caf\xe9\""), None),
            part(
                "https://a.example/story?page=3",
                None,
                Some(b"Mon, 1 Jan 2024 00:00:00 +0000"),
            ),
        ];
        let text = to_text(&parts).unwrap();
        assert_eq!(from_text(&text).unwrap(), parts, "{text}");
        assert_eq!(to_text(&[]), None);
    }

    #[test]
    fn what_is_damaged_is_none() {
        for text in [
            "",
            "{}",
            "[[\"nowhere\", null, null]]",
            "[[1, null, null]]",
            "[[\"https://a.example/\"]]",
        ] {
            assert_eq!(from_text(text), None, "{text}");
        }
    }
}
