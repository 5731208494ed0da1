//! The picture a page leads with.

use url::Url;

use super::blocks::absolute;
use super::meta::Gathered;
use crate::domain::article::Image;

/// Returns the picture a page names for its article.
pub fn of(gathered: &Gathered<'_>, base: Option<&Url>) -> Option<Image> {
    let open_graph = gathered
        // The secure one is named for those who can show it.
        .first(&["og:image:secure_url", "og:image", "og:image:url"])
        .and_then(|href| absolute(href, base));
    let size = |name| {
        gathered
            .first(&[name])
            .and_then(|text| text.trim_end_matches("px").parse::<u32>().ok())
            .filter(|n| *n > 0)
    };
    if let Some(url) = open_graph {
        let linked = gathered
            .linked
            .image
            .as_ref()
            .filter(|(own, ..)| absolute(own, base).as_deref() == Some(url.as_str()));
        let (width, height) = linked.map_or((None, None), |(_, width, height)| (*width, *height));
        return Some(Image {
            url,
            width: size("og:image:width").or(width),
            height: size("og:image:height").or(height),
        });
    }
    if let Some((href, width, height)) = &gathered.linked.image
        && let Some(url) = absolute(href, base)
    {
        return Some(Image {
            url,
            width: *width,
            height: *height,
        });
    }
    let url = gathered
        .first(&[
            "twitter:image",
            "twitter:image:src",
            "image",
            "thumbnail",
            "sailthru.image.full",
        ])
        .and_then(|href| absolute(href, base))?;
    Some(Image {
        url,
        width: None,
        height: None,
    })
}
