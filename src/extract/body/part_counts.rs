//! How many items of a kind stand in a part of a page, for those who ask it of many parts: a page may hold 500,000 pictures
//! in one element, or as many forms.

use std::ops::Range;

use crate::extract::page::items::{Page, PageItem};

/// How many items of one kind stand before each place of a page.
pub struct PartCounts(Vec<u32>);

impl PartCounts {
    /// Counts the items of a page that are of a kind.
    pub fn of(page: &Page<'_>, is_of_kind: impl Fn(&PageItem<'_>) -> bool) -> Self {
        let mut before = 0;
        let mut counts = vec![before];
        counts.extend(page.items.iter().map(|item| {
            before += u32::from(is_of_kind(item));
            before
        }));
        Self(counts)
    }

    /// Whether there are some in a part.
    pub fn any(&self, part: Range<usize>) -> bool {
        part.start < part.end && self.0[part.end] > self.0[part.start]
    }
}

#[cfg(test)]
mod tests {
    use super::PartCounts;
    use crate::extract::page::dom;
    use crate::extract::page::items::Page;

    #[test]
    fn a_part_holds_what_stands_in_it() {
        let tree = dom::parse("<body><div><p><b>The ferry</b></p></div><p>is back.</p></body>", None);
        let page = Page::of(&tree);
        let at = |name: &str| page.items.iter().position(|item| item.name == name).unwrap();
        let bold = PartCounts::of(&page, |item| item.name == "b");
        let end = page.items.len();
        assert!(bold.any(0..end) && bold.any(at("div")..page.items[at("div")].end) && bold.any(at("b")..at("b") + 1));
        assert!(!bold.any(page.items[at("div")].end..end) && !bold.any(0..at("b")) && !bold.any(end..end));
    }
}
