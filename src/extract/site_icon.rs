//! The icon a page names for its site: the smallest that is large enough to be looked at.

use url::Url;

use crate::extract::page::head_data::HeadData;
use crate::extract::page::items::absolute;

/// An icon is shown at this size, in pixels.
const SHOWN: u32 = 50;
/// What an icon for the first screen of a telephone measures where nothing is said.
const TOUCH: u32 = 180;
/// What any other measures then.
const SMALL: u32 = 16;

/// Returns where the site's icon is, of those that are pictures: no drawings, and no bundles of pictures.
pub fn of(head_data: &HeadData<'_>, base: Option<&Url>) -> Option<String> {
    let pictures = head_data.icons.iter().filter_map(|[rel, href, sizes, kind]| {
        let url = Url::parse(&absolute(href, base)?).ok()?;
        let path = url.path().to_ascii_lowercase();
        let is_other = ["svg", "icon"].iter().any(|word| kind.contains(word));
        if is_other || path.ends_with(".svg") || path.ends_with(".ico") {
            return None;
        }
        let usual = if rel.to_ascii_lowercase().contains("touch") {
            TOUCH
        } else {
            SMALL
        };
        Some((size(sizes).unwrap_or(usual), url))
    });
    // Of those that are too small the largest, behind all others.
    let order = |(size, _): &(u32, Url)| match *size {
        SHOWN.. => (0, *size),
        _ => (1, SHOWN - size),
    };
    pictures.min_by_key(order).map(|(_, url)| url.into())
}

/// Returns the first of `sizes` (`"32x32 16x16"`).
fn size(sizes: &str) -> Option<u32> {
    let first = sizes.split_whitespace().next()?.to_ascii_lowercase();
    first.split('x').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use url::Url;

    #[track_caller]
    fn check(head: &str, expected: Option<&str>) {
        let url = Url::parse("https://example.org/a/b").unwrap();
        let found = crate::extract::extract(head, &url, &crate::extract::ExtractOptions::default());
        assert_eq!(found.metadata.icon_url.as_deref(), expected, "{head}");
    }

    #[test]
    fn the_smallest_that_is_large_enough_is_taken() {
        let touch = "<link rel=apple-touch-icon href=/touch.png>";
        check(touch, Some("https://example.org/touch.png"));
        let small = "<link rel='shortcut icon' href=s.png>";
        check(small, Some("https://example.org/a/s.png"));
        check(&format!("{small}{touch}"), Some("https://example.org/touch.png"));
        let sized = "<link rel=icon sizes=16x16 href=/16.png><link rel=icon sizes=32x32 href=/32.png>";
        check(sized, Some("https://example.org/32.png"));
        let more = "<link rel=icon sizes='512x512' href=/512.png><link rel=icon sizes=64X64 href=/64.png>";
        check(&format!("{sized}{more}{touch}"), Some("https://example.org/64.png"));
    }

    #[test]
    fn drawings_bundles_and_what_is_no_address_are_none() {
        check(
            "<link rel=icon href=/favicon.ico><link rel=icon type=image/x-icon href=/i>",
            None,
        );
        check(
            "<link rel=icon href=/i.svg><link rel=icon sizes=any type=image/svg+xml href=/i>",
            None,
        );
        check("<link rel=icon href='data:image/png;base64,AAAA'>", None);
        check("<link rel=mask-icon href=/mask.png><title>None</title>", None);
    }
}
