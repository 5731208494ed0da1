//! The known word a mistyped one most likely meant.

/// Keys longer than this are not compared with the known ones, in bytes.
const SUGGEST_BYTES_MAX: usize = 64;

/// Returns the known word nearest to a mistyped one, if one is near.
pub fn nearest<'k, T: AsRef<str>>(word: &str, known: &'k [T]) -> Option<&'k str> {
    if word.len() > SUGGEST_BYTES_MAX {
        return None;
    }
    let word = word.to_lowercase().replace('-', "_");
    let candidates = known
        .iter()
        .map(AsRef::as_ref)
        .filter(|known: &&str| known.len() <= SUGGEST_BYTES_MAX);
    let (found, edits) = candidates
        .map(|known| (known, strsim::osa_distance(&word, &known.to_lowercase())))
        .min_by_key(|(_, edits)| *edits)?;
    let edits_max = (word.chars().count().max(found.chars().count()) / 3).clamp(1, 3);
    (edits <= edits_max).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_word_is_suggested_and_nothing_far() {
        let known = ["timeout", "host_gap", "per_host", "concurrency"];
        assert_eq!(nearest("time_out", &known), Some("timeout"));
        assert_eq!(nearest("host-gap", &known), Some("host_gap"));
        assert_eq!(nearest("conurrency", &known), Some("concurrency"));
        // Swapped neighbours are one mistake.
        assert_eq!(nearest("tiemout", &known), Some("timeout"));
        assert_eq!(nearest("ab", &["ba"]), Some("ba"));
        assert_eq!(nearest("colour", &known), None);
        assert_eq!(nearest("", &known), None);
        assert_eq!(nearest(&"x".repeat(1000), &known), None);
    }
}
