//! The picture a page leads with.

use url::Url;

use crate::domain::article::Image;
use crate::extract::page::head_data::HeadData;
use crate::extract::page::items::{Page, PageItem, absolute};
use crate::extract::page::text::squeezed;

/// Shorter headlines may be what any picture is called, in bytes of their letters.
const HEADLINE_MIN: usize = 12;

/// Returns where the picture of an image element is.
pub fn source(item: &PageItem<'_>, base: Option<&Url>) -> Option<String> {
    let names = ["src", "data-src", "data-lazy-src", "data-original"];
    names.into_iter().find_map(|name| {
        let value = item.attr(name).filter(|value| !value.starts_with("data:"))?;
        absolute(first_of_set(value), base)
    })
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
        |item: &&PageItem<'_>| item.name == "img" && item.attr("alt").is_some_and(|alt| squeezed(alt) == title);
    let item = page.items.iter().find(is_called)?;
    let size = |name| {
        item.attr(name)
            .and_then(|text| text.trim_end_matches("px").parse().ok())
    };
    Some(Image {
        url: source(item, base)?,
        width: size("width"),
        height: size("height"),
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
        });
    }
    if let Some((href, width, height)) = &head_data.structured.image
        && let Some(url) = absolute(href, base)
    {
        return Some(Image {
            url,
            width: *width,
            height: *height,
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
    Some(Image {
        url,
        width: None,
        height: None,
    })
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
