//! The known word a mistyped one most likely meant.

/// Keys longer than this are not compared with the known ones, in bytes.
const SUGGEST_BYTES_MAX: usize = 64;

/// Returns the known word nearest to a mistyped one, if one is near.
pub(super) fn nearest<'k, T: AsRef<str>>(word: &str, known: &'k [T]) -> Option<&'k str> {
    if word.len() > SUGGEST_BYTES_MAX {
        return None;
    }
    let word: Vec<char> = word
        .to_lowercase()
        .chars()
        .map(|c| if c == '-' { '_' } else { c })
        .collect();
    let near = |known: &&'k str| distance(&word, &known.to_lowercase().chars().collect::<Vec<_>>());
    let candidates = known
        .iter()
        .map(AsRef::as_ref)
        .filter(|known: &&str| known.len() <= SUGGEST_BYTES_MAX);
    let (found, edits) = candidates
        .map(|known| (known, near(&known)))
        .min_by_key(|(_, edits)| *edits)?;
    let edits_max = (word.len().max(found.chars().count()) / 3).clamp(1, 3);
    (edits <= edits_max).then_some(found)
}

/// Counts the insertions, deletions, replacements and swaps of neighbours that lead from one word to the other.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
    for i in 0..=one.len() {
        for j in 0..=other.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i.max(j)
            } else {
                let replaced = rows[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]);
                let mut least = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                    least = least.min(rows[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    rows[one.len()][other.len()]
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
        assert_eq!(nearest("colour", &known), None);
        assert_eq!(nearest("", &known), None);
        assert_eq!(nearest(&"x".repeat(1000), &known), None);
    }
}
