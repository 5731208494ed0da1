//! The entities a document declares for itself.
//!
//! Only plain ones: a value that refers to others is taken as it stands, so nothing grows. Files are never read.

use crate::feed::ENTITY_BYTES_MAX;

/// The most entities a document may declare.
const ENTITIES_MAX: usize = 256;

/// Declared entities, and how much more they may add to the text.
#[derive(Debug)]
pub struct Entities {
    declared: Vec<(String, String)>,
    bytes_left: usize,
}

impl Default for Entities {
    fn default() -> Self {
        Self {
            declared: Vec::new(),
            bytes_left: ENTITY_BYTES_MAX,
        }
    }
}

impl Entities {
    /// Reads the declarations in a document type.
    pub fn declare(&mut self, doctype: &str) {
        for declaration in doctype.split("<!ENTITY").skip(1) {
            let declaration = declaration.trim_start();
            let Some((name, rest)) = declaration.split_once(char::is_whitespace) else {
                continue;
            };
            let rest = rest.trim_start();
            let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
                continue;
            };
            let Some((value, _)) = rest[1..].split_once(quote) else {
                continue;
            };
            if self.declared.len() < ENTITIES_MAX && !self.declared.iter().any(|(known, _)| known == name) {
                // Only characters are decoded in a declaration, never other entities.
                let value = crate::feed::char_refs::unescape(value).into_owned();
                self.declared.push((name.to_owned(), value));
            }
        }
    }

    /// Returns what a name stands for, until the document has had its share.
    pub fn expand(&mut self, name: &str) -> Option<&str> {
        let (_, value) = self.declared.iter().find(|(known, _)| known == name)?;
        self.bytes_left = self.bytes_left.checked_sub(value.len())?;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_entities_only() {
        let mut entities = Entities::default();
        entities.declare(
            "<!DOCTYPE rss [<!ENTITY a \"one&#8230;\"> <!ENTITY b '&a;&a;'> <!ENTITY c SYSTEM \"file:///x\">]>",
        );
        assert_eq!(entities.expand("a"), Some("one…"));
        assert_eq!(entities.expand("b"), Some("&a;&a;"));
        assert_eq!(entities.expand("c"), None);
    }

    #[test]
    fn expansion_ends() {
        let mut entities = Entities::default();
        entities.declare(&format!("<!DOCTYPE r [<!ENTITY a \"{}\">]>", "x".repeat(1000)));
        let given = std::iter::repeat_with(|| entities.expand("a").is_some())
            .take_while(|given| *given)
            .count();
        assert!(given * 1000 <= ENTITY_BYTES_MAX);
    }
}
