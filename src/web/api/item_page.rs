//! One page of a list.

use serde::Serialize;
use serde_json::{Value, json};

/// Bytes of the items of one page; one item is always given.
const BYTES_MAX: usize = 2 * 1024 * 1024;

/// A page that is being filled.
pub struct ItemPage {
    items: Vec<Value>,
    limit: usize,
    bytes: usize,
    /// Where the next page begins, should there be one.
    last: Option<String>,
    next: Option<String>,
}

impl ItemPage {
    /// Returns a page for so many items.
    pub fn new(limit: usize) -> Self {
        Self {
            items: Vec::new(),
            limit,
            bytes: 0,
            last: None,
            next: None,
        }
    }

    /// Takes an item, behind which `cursor` goes on; says whether it had room. The item that finds none is the first of the
    /// next page.
    pub fn push(&mut self, item: &impl Serialize, cursor: String) -> bool {
        if self.items.len() == self.limit {
            self.next = self.last.take();
            return false;
        }
        let item = json!(item);
        let bytes = item.to_string().len();
        if !self.items.is_empty() && self.bytes + bytes > BYTES_MAX {
            self.next = self.last.take();
            return false;
        }
        self.bytes += bytes;
        self.items.push(item);
        self.last = Some(cursor);
        true
    }

    /// Passes over what is not there any more.
    pub fn pass(&mut self, cursor: String) {
        self.last = Some(cursor);
    }

    /// Takes note that there was more than was looked at.
    pub fn goes_on(&mut self) {
        if self.next.is_none() {
            self.next = self.last.take();
        }
    }

    /// Returns the page.
    pub fn finish(self) -> Value {
        json!({ "items": self.items, "next": self.next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(limit: usize, items: &[&str]) -> Value {
        let mut page = ItemPage::new(limit);
        for (at, item) in items.iter().enumerate() {
            if !page.push(item, at.to_string()) {
                break;
            }
        }
        page.finish()
    }

    #[test]
    fn a_page_goes_on_only_where_there_is_more() {
        assert_eq!(filled(2, &["a", "b", "c"]), json!({ "items": ["a", "b"], "next": "1" }));
        assert_eq!(
            filled(3, &["a", "b", "c"]),
            json!({ "items": ["a", "b", "c"], "next": null })
        );
        assert_eq!(filled(3, &[]), json!({ "items": [], "next": null }));
        let mut page = ItemPage::new(2);
        page.push(&"a", "0".to_owned());
        for gone in ["1", "2"] {
            page.pass(gone.to_owned());
        }
        page.goes_on();
        assert_eq!(page.finish(), json!({ "items": ["a"], "next": "2" }));
        let long = "x".repeat(BYTES_MAX);
        assert_eq!(filled(3, &[&long, "b"])["next"], "0");
        assert_eq!(filled(3, &["b", &long])["items"], json!(["b"]));
    }
}
