//! JSON as pages hold it: in comments, with raw line ends in strings, with commas too many.

use serde_json::Value;

use crate::text::json::{self, Damage};

/// Returns the value a block holds; none when it is no JSON even when mended.
pub fn parse(block: &str) -> Option<Value> {
    let trimmed = block
        .trim()
        .trim_start_matches("<!--")
        .trim_start_matches("//<![CDATA[")
        .trim_start_matches("/*<![CDATA[*/");
    let trimmed = trimmed
        .trim_end_matches("-->")
        .trim_end_matches("//]]>")
        .trim_end_matches("/*]]>*/")
        .trim()
        .trim_end_matches(';');
    // Where it is not clear what belongs to what, a headline may be cut, or another's.
    let (value, damage) = json::parse(trimmed)?;
    (damage < Damage::Structure).then_some(value)
}
