//! `[[source]]` tables to copy into a configuration.

use std::collections::HashSet;
use std::fmt::Write as _;

use crate::config::toml_string;
use crate::domain::source::Source;

/// Returns a `[[source]]` table to copy, each line behind `mark`. Two sources of one name are a mistake: the second keeps its
/// name as a comment. `names` are those in use, as they are compared.
pub(super) fn as_table(source: &Source, mark: &str, names: &mut HashSet<String>) -> String {
    let mut out = format!(
        "{mark}[[source]]\n{mark}{} = {}\n",
        source.kind.as_str(),
        toml_string(&source.address)
    );
    if let Some(name) = &source.name {
        let is_taken = mark.is_empty() && !names.insert(name.to_lowercase());
        let second = if is_taken { "# taken by another: " } else { "" };
        let _ = writeln!(out, "{mark}{second}name = {}", toml_string(name));
    }
    if let Some(folder) = &source.folder {
        let _ = writeln!(out, "{mark}folder = {}", toml_string(folder));
    }
    out
}

/// Returns the names that sources have, as they are compared.
pub(super) fn names_of(sources: &[Source]) -> HashSet<String> {
    let names = sources.iter().filter_map(|source| source.name.as_deref());
    names.map(str::to_lowercase).collect()
}
