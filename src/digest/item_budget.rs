//! How many items of each section fit into a rendering.
//!
//! Sections share the room: one that needs less than its part leaves the rest to the others, so a busy topic never
//! pushes a quiet one out.

/// Returns, per section, how many of its items from the front fit, given every item's size and the room for all.
pub fn fit(sizes: &[Vec<usize>], room: usize) -> Vec<usize> {
    let mut order: Vec<(usize, usize)> = sizes.iter().map(|items| items.iter().sum()).zip(0..).collect();
    order.sort_unstable();
    let mut kept = vec![0; sizes.len()];
    let mut left = room;
    for (done, (_, section)) in order.iter().enumerate() {
        let part = left / (sizes.len() - done);
        let mut used = 0;
        for size in &sizes[*section] {
            if used + size > part {
                break;
            }
            used += size;
            kept[*section] += 1;
        }
        left -= used;
    }
    kept
}

/// Returns what of the items to keep where at most `most` of all sections may be shown.
pub fn within(kept: &[usize], sizes: &[Vec<usize>], most: usize) -> Vec<usize> {
    let ones: Vec<Vec<usize>> = sizes.iter().map(|items| vec![1; items.len()]).collect();
    let allowed = fit(&ones, most);
    kept.iter()
        .zip(allowed)
        .map(|(kept, allowed)| *kept.min(&allowed))
        .collect()
}

/// Returns how many bytes a text takes in a mail, in the shorter of the two encodings used there: quoted-printable
/// (three bytes for each byte outside plain ASCII, a soft break per line) or base64 (four for three, a break per line).
pub fn encoded_len(text: &str) -> usize {
    let escaped = text.bytes().filter(|b| !matches!(b, b' '..=b'~') || *b == b'=').count();
    let quoted = (text.len() + 2 * escaped) * 76 / 72 + 3;
    let base64 = text.len().div_ceil(3) * 4 * 78 / 76 + 2;
    quoted.min(base64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_section_leaves_room_for_a_quiet_one() {
        assert_eq!(fit(&[vec![10; 100], vec![10; 2]], 100), [8, 2]);
        assert_eq!(fit(&[vec![10; 3], vec![10; 2]], 100), [3, 2]);
        assert_eq!(fit(&[vec![200], vec![10; 2]], 100), [0, 2]);
        assert_eq!(fit(&[], 100), [0; 0]);
    }

    #[test]
    fn the_shorter_encoding_counts() {
        assert!(encoded_len(&"a".repeat(1_000)) < 1_100);
        assert!(encoded_len(&"日".repeat(1_000)) < 4_200);
    }
}
