//! The picture a page leads with.

use scraper::Html;
use scraper::node::Element;
use url::Url;

use crate::domain::article::Image;
use crate::extract::page::head_data::HeadData;
use crate::extract::page::items::{Page, PageItem, absolute, attr};
use crate::extract::page::text::squeezed;

/// Shorter headlines may be what any picture is called, in bytes of their letters.
const HEADLINE_MIN: usize = 12;
/// Images that are narrower or lower are no pictures of an article, in pixels.
const TINY: u32 = 60;
/// Addresses of one set that are looked at.
const SET_MAX: usize = 50;

/// Whether an element is a picture.
pub fn is_picture(item: &PageItem<'_>) -> bool {
    matches!(item.name, "img" | "amp-img" | "amp-anim")
}

/// Returns where the picture of an image element is. What waits in its attributes for a script is the picture; what is
/// shown until then is not.
pub fn source(element: &Element, base: Option<&Url>) -> Option<String> {
    let late = || element.attrs().find_map(|(name, value)| late_source(name, value, base));
    let shown = || {
        let value = attr(element, "src").filter(|value| !value.starts_with("data:"))?;
        absolute(first_of_set(value.trim()), base)
    };
    late()
        .or_else(shown)
        .or_else(|| absolute(widest(attr(element, "srcset")?)?, base))
}

/// Returns where the picture is that stands at an item: what its element says, or the `picture` around it.
pub fn source_at(page: &Page<'_>, at: usize, base: Option<&Url>) -> Option<String> {
    let own = source(page.items[at].element?, base);
    let around = page.items[at].parent;
    own.or_else(|| {
        (page.items[around].name == "picture")
            .then(|| of_sources(page, around, base))
            .flatten()
    })
}

/// Returns where the picture is that stands in a `picture`, by the sources it names.
pub fn of_sources(page: &Page<'_>, picture: usize, base: Option<&Url>) -> Option<String> {
    let within = &page.items[picture + 1..page.items[picture].end];
    let mut sources = within.iter().filter(|item| item.name == "source");
    sources.find_map(|item| source(item.element?, base))
}

/// Returns the picture that is written for those without scripts, if it is one that is seen.
pub fn without_scripts(html: &str) -> Option<Element> {
    let tree = Html::parse_fragment(html);
    let mut elements = tree.tree.nodes().filter_map(|node| node.value().as_element());
    let image = elements.find(|element| element.name() == "img")?;
    let is_shown = attr(image, "style").is_none_or(|style| !style.contains("none"));
    (is_shown && !is_tiny(image)).then(|| image.clone())
}

/// Whether an image is no picture of an article by its size: an icon, a counter of readers.
pub fn is_tiny(element: &Element) -> bool {
    ["width", "height"].into_iter().any(|name| {
        attr(element, name)
            .and_then(|value| value.trim().parse::<u32>().ok())
            .is_some_and(|size| size < TINY)
    })
}

/// Returns the picture an attribute keeps for a script: one whose name says so (`data-src`, `data-lazy-srcset`,
/// `data-original`), and whose value is an address.
fn late_source(name: &str, value: &str, base: Option<&Url>) -> Option<String> {
    let name = name.strip_prefix("data-")?;
    let value = value.trim();
    if value.starts_with("data:") || value.contains(['{', '<', '"']) {
        return None;
    }
    if name.ends_with("srcset") {
        return absolute(widest(value)?, base);
    }
    let is_address = value.contains(['/', '.']) && !value.ends_with('/');
    let is_named = name.ends_with("src") || name.contains("original") || name == "lazy";
    (is_named && is_address)
        .then(|| absolute(first_of_set(value), base))
        .flatten()
}

/// Returns the address with the largest width or density of a list of them.
fn widest(set: &str) -> Option<&str> {
    let mut best: Option<(f32, &str)> = None;
    let mut rest = set;
    for _ in 0..SET_MAX {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        let (mut address, mut size) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
        rest = size;
        if let Some(whole) = address.strip_suffix(',') {
            (address, size) = (whole, "");
        } else {
            (size, rest) = rest.split_once(',').unwrap_or((rest, ""));
        }
        let size = size.trim().trim_end_matches(['w', 'x']).parse().unwrap_or(0.0);
        let is_address = !address.is_empty() && !address.starts_with("data:");
        if is_address && best.is_none_or(|(most, _)| size > most) {
            best = Some((size, address));
        }
    }
    best.map(|(_, address)| address)
}

/// Returns the first address of a list of addresses with widths, which some pages write where one belongs.
fn first_of_set(value: &str) -> &str {
    let descriptor = |gap: &str| {
        let (first, rest) = value.split_once(gap)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let is_width = digits > 0 && (rest[digits..].starts_with("w,") || rest[digits..].starts_with("x,"));
        is_width.then_some(first)
    };
    descriptor(" ").or_else(|| descriptor("%20")).unwrap_or(value)
}

/// Returns the picture that is called by the article's headline.
pub fn of_headline(page: &Page<'_>, title: &str, base: Option<&Url>) -> Option<Image> {
    let title = squeezed(title);
    if title.len() < HEADLINE_MIN {
        return None;
    }
    let is_called =
        |item: &&PageItem<'_>| is_picture(item) && item.attr("alt").is_some_and(|alt| squeezed(alt) == title);
    let at = page.items.iter().position(|item| is_called(&item))?;
    let item = &page.items[at];
    let size = |name| {
        item.attr(name)
            .and_then(|text| text.trim_end_matches("px").parse().ok())
    };
    Some(Image {
        url: source_at(page, at, base)?,
        width: size("width"),
        height: size("height"),
        is_kept: false,
    })
}

/// Returns the picture a page names for its article.
pub fn of(head_data: &HeadData<'_>, base: Option<&Url>) -> Option<Image> {
    let open_graph = head_data
        // The secure one is named for those who can show it.
        .first(&["og:image:secure_url", "og:image", "og:image:url"])
        .and_then(|href| absolute(href, base));
    let size = |name| {
        head_data
            .first(&[name])
            .and_then(|text| text.trim_end_matches("px").parse::<u32>().ok())
            .filter(|n| *n > 0)
    };
    if let Some(url) = open_graph {
        let structured = head_data
            .structured
            .image
            .as_ref()
            .filter(|(own, ..)| absolute(own, base).as_deref() == Some(url.as_str()));
        let (width, height) = structured.map_or((None, None), |(_, width, height)| (*width, *height));
        return Some(Image {
            url,
            width: size("og:image:width").or(width),
            height: size("og:image:height").or(height),
            is_kept: false,
        });
    }
    if let Some((href, width, height)) = &head_data.structured.image
        && let Some(url) = absolute(href, base)
    {
        return Some(Image {
            url,
            width: *width,
            height: *height,
            is_kept: false,
        });
    }
    let url = head_data
        .first(&[
            "twitter:image",
            "twitter:image:src",
            "image",
            "thumbnail",
            "sailthru.image.full",
        ])
        .and_then(|href| absolute(href, base))?;
    Some(Image::at(url))
}

#[cfg(test)]
mod tests {
    use url::Url;

    #[track_caller]
    fn check(html: &str, expected: Option<&str>) {
        let url = Url::parse("https://example.org/a").unwrap();
        let text = "<p>The council of Harbour Town voted on Tuesday, by 61 to 44, to close the old swimming hall.</p>";
        let html = format!("<article><h1>Ferry returns to harbour</h1>{html}{text}{text}</article>");
        let found = crate::extract::extract(&html, &url, &crate::extract::ExtractOptions::default());
        assert_eq!(
            found.metadata.image.map(|image| image.url).as_deref(),
            expected,
            "{html}"
        );
    }

    #[test]
    fn the_picture_called_by_the_headline_is_the_articles() {
        let named = "<img src=/first.jpg alt=Logo><img src=/ferry.jpg alt='Ferry returns to harbour'>";
        check(named, Some("https://example.org/ferry.jpg"));
        check("<img src=/first.jpg alt=Ferry>", Some("https://example.org/first.jpg"));
    }

    #[test]
    fn of_a_list_of_pictures_the_first_counts() {
        let first = Some("https://example.org/a.jpg");
        check("<img src='/a.jpg 3500w, /b.jpg 768w'>", first);
        check("<img src='/a.jpg%203500w,%20/b.jpg%20768w'>", first);
        check("<img src='/a%20b.jpg'>", Some("https://example.org/a%20b.jpg"));
    }
}
