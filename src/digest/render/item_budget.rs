//! How many items of each section fit into a rendering.
//!
//! Sections share the room: one that needs less than its part leaves the rest to the others, so a busy topic never
//! pushes a quiet one out.

/// One section as rendered.
pub struct RenderedSection {
    pub head: String,
    /// Its stories; after them there may be one item that is none.
    pub items: Vec<String>,
    pub stories: usize,
}

/// Returns the sections with what fits into so many bytes, at most `stories_max` stories of all; `more` renders how many
/// stories were left out.
pub fn fitted(
    sections: &[RenderedSection],
    bytes_max: usize,
    stories_max: usize,
    more: impl Fn(usize) -> String,
) -> String {
    let rest = encoded_len(&more(usize::MAX));
    let sizes: Vec<Vec<usize>> = sections.iter().map(|section| sizes(section, rest)).collect();
    let ones: Vec<Vec<usize>> = sections.iter().map(|section| vec![1; section.stories]).collect();
    let (fitting, allowed) = (fit(&sizes, bytes_max.saturating_sub(rest)), fit(&ones, stories_max));
    let (mut out, mut left_out) = (String::new(), 0);
    for (section, (fitting, allowed)) in sections.iter().zip(fitting.into_iter().zip(allowed)) {
        let kept = match allowed < section.stories {
            true => fitting.min(allowed),
            false => fitting,
        };
        if kept == 0 {
            left_out += section.stories;
            continue;
        }
        out.push_str(&section.head);
        out.extend(section.items[..kept].iter().map(String::as_str));
        if kept < section.stories {
            out.push_str(&more(section.stories - kept));
        }
    }
    match left_out {
        0 => out,
        left_out => out + &more(left_out),
    }
}

/// Returns what each item takes, the first with what stands around all of them.
fn sizes(section: &RenderedSection, rest: usize) -> Vec<usize> {
    let mut sizes: Vec<usize> = section.items.iter().map(|item| encoded_len(item)).collect();
    if let Some(first) = sizes.first_mut() {
        *first += encoded_len(&section.head) + rest;
    }
    sizes
}

/// Returns, per section, how many of its items from the front fit, given every item's size and the room for all.
fn fit(sizes: &[Vec<usize>], room: usize) -> Vec<usize> {
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
