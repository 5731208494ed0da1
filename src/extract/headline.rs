//! An article's headline: what the page calls it, and where it stands.

use url::Url;

use crate::domain::url::registrable_domain;
use crate::extract::headings::{Heading, headings};
use crate::extract::page::head_data::HeadData;
use crate::extract::page::items::Page;
use crate::extract::page::text::{SOFT_HYPHEN, plain, squeezed, unescaped};
use crate::text::line;

/// A headline is cut at this length, in characters.
const TITLE_MAX: usize = 500;
/// A headline of no more letters is too short to be known by standing in the page's name.
const SHORT_MAX: usize = 8;
/// What parts the site's name from the page's.
const SEPARATORS: &[&str] = &[
    " | ", " - ", " – ", " — ", " :: ", " » ", " « ", " • ", " · ", " / ", " < ", " > ", " › ", " ‹ ",
];

/// Returns the title, and whether the page calls it a headline.
pub fn title(head_data: &HeadData<'_>, page: &Page<'_>, site_name: Option<&str>, url: &Url) -> (String, bool) {
    let structured = head_data
        .structured
        .headline
        .as_deref()
        .filter(|_| head_data.structured.is_article);
    let site = head_data.first(&["og:site_name"]).or(site_name).map(squeezed);
    let own = |name: &str| -> Vec<Heading> {
        let mut found = headings(page, name);
        found.retain(|heading| !heading.is_site && Some(squeezed(&heading.text)) != site);
        found
    };
    let (first, second, third) = (own("h1"), own("h2"), own("h3"));
    let open_graph = head_data.first(&[
        "og:title",
        "twitter:title",
        "parsely-title",
        "sailthru.title",
        "dc.title",
        "dcterms.title",
    ]);
    let document_title = unescaped(&head_data.document_title);
    let declared: Vec<String> = [structured, open_graph]
        .into_iter()
        .flatten()
        .map(|text| line(&plain(text)))
        .filter(|text| !text.is_empty())
        .collect();
    let mut title = declared.first().unwrap_or(&document_title).clone();
    // The heading that is declared to be the headline, or ends with it behind a kicker.
    let names = || declared.iter().chain([&document_title]);
    let told = || first.iter().chain(&second).chain(&third);
    let declared_shown = told()
        .find(|heading| declared.iter().any(|name| squeezed(name) == squeezed(&heading.text)))
        .map(|heading| heading.text.clone())
        .or_else(|| {
            let mut tops = first.iter().chain(&second);
            let bare: Vec<String> = names().map(|name| without_site(name, site_name)).collect();
            tops.find_map(|heading| names().chain(&bare).find(|name| heading.ends_with(name)).cloned())
        });
    // The visible headline is what the page's name ends with a site's name around.
    let is_named = |own: &&Heading| is_within(&own.text, &title) || is_within(&own.text, &document_title);
    let only = match (&first[..], &second[..]) {
        ([only], _) | ([], [only]) => Some(only).filter(|only| is_about_the_same(&only.text, &title)),
        _ => None,
    };
    let below = || {
        second
            .iter()
            .find(is_named)
            .filter(|_| only.is_none() || first.is_empty())
    };
    // A headline of a word or two is the first part of the page's name.
    let short = || match &first[..] {
        [only] => {
            Some(only).filter(|only| is_first_part(&only.text, &title) || is_first_part(&only.text, &document_title))
        }
        _ => None,
    };
    let named = || first.iter().find(is_named).or_else(below).or_else(short);
    let visible = declared_shown.or_else(|| named().map(|heading| heading.text.clone()));
    let is_visible = visible.is_some();
    if let Some(visible) = visible.or_else(|| only.map(|heading| heading.text.clone())) {
        let with_kicker = structured.and(open_graph).and(kicked(&declared, &visible));
        title = with_kicker.unwrap_or(visible);
    } else {
        title = without_site(&title, site_name);
    }
    title = without_host(&title, url).to_owned();
    if site.is_some_and(|site| site == squeezed(&title))
        && let Some(own) = first.first()
    {
        title.clone_from(&own.text);
    }
    if title.is_empty() {
        let mut any = first
            .into_iter()
            .chain(second)
            .chain(headings(page, "h1"))
            .chain(headings(page, "h2"));
        title = any.next().map(|heading| heading.text).unwrap_or_default();
    }
    let has_headline = !declared.is_empty() || is_visible;
    title.retain(|c| c != SOFT_HYPHEN);
    (title.chars().take(TITLE_MAX).collect(), has_headline)
}

/// Returns a headline with the kicker that all declarations put before it; one word before a headline is its section.
fn kicked(declared: &[String], headline: &str) -> Option<String> {
    let (first, others) = declared.split_first()?;
    let (kicker, rest) = first.split_once(": ")?;
    let is_told = kicker.contains(' ') && squeezed(rest) == squeezed(headline);
    (is_told && others.iter().all(|name| squeezed(name) == squeezed(first))).then(|| first.clone())
}

/// Returns a title without the name of its host behind it.
fn without_host<'t>(title: &'t str, url: &Url) -> &'t str {
    let domain = registrable_domain(url.host_str().unwrap_or_default());
    let label = domain.split('.').next().unwrap_or_default();
    let is_host = |part: &str| [squeezed(label), squeezed(&domain)].contains(&squeezed(part));
    let mut parted = SEPARATORS.iter().filter_map(|separator| title.rsplit_once(*separator));
    parted
        .find(|(_, last)| is_host(last))
        .map_or(title, |(own, _)| own.trim_end())
}

/// Whether a heading is the part of a page's name before the first sign that parts the site's name from it.
fn is_first_part(heading: &str, title: &str) -> bool {
    let own = squeezed(heading);
    let is_parted = |separator: &&str| {
        title
            .split_once(*separator)
            .is_some_and(|(first, _)| squeezed(first) == own)
    };
    (1..=SHORT_MAX).contains(&own.chars().count()) && SEPARATORS.iter().any(is_parted)
}

/// Whether a visible headline stands in the page's name, and is most of it.
fn is_within(heading: &str, title: &str) -> bool {
    let (own, whole) = (squeezed(heading), squeezed(title));
    own.len() > 8 && whole.contains(&own) && own.len() * 10 >= whole.len() * 4
}

/// Whether a page's one headline says what its name says, in other words.
fn is_about_the_same(heading: &str, title: &str) -> bool {
    let words = |text: &str| -> std::collections::HashSet<String> {
        text.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.chars().count() > 2)
            .map(str::to_owned)
            .collect()
    };
    let (own, whole) = (words(heading), words(title));
    own.len() >= 3 && own.intersection(&whole).count() * 3 >= own.len().min(whole.len())
}

/// Returns a page's name without the site's name behind or before it.
fn without_site(title: &str, site_name: Option<&str>) -> String {
    let site = site_name.map(squeezed).unwrap_or_default();
    for separator in SEPARATORS {
        let parts: Vec<&str> = title.split(separator).map(str::trim).collect();
        if parts.len() < 2 {
            continue;
        }
        let is_site = |part: &str| {
            !site.is_empty()
                && (squeezed(part) == site || squeezed(part).contains(&site) || site.contains(&squeezed(part)))
        };
        let (first, last) = (parts[0], parts[parts.len() - 1]);
        if is_site(last) {
            return parts[..parts.len() - 1].join(separator);
        }
        if is_site(first) {
            return parts[1..].join(separator);
        }
        let words = |part: &str| part.split_whitespace().count();
        if words(last) <= 4 && words(first) >= 4 && !matches!(*separator, " - " | " / ") {
            return parts[..parts.len() - 1].join(separator);
        }
        if words(last) <= 3 && words(first) >= 5 {
            return parts[..parts.len() - 1].join(separator);
        }
    }
    title.to_owned()
}

#[cfg(test)]
mod tests {
    use url::Url;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        let url = Url::parse("https://example.org/a").unwrap();
        let found = crate::extract::extract(html, &url, &crate::extract::ExtractOptions::default());
        assert_eq!(found.metadata.title, expected, "{html}");
    }

    #[test]
    fn a_heading_that_is_the_sites_name_is_no_headline() {
        check(
            "<title>Ferry returns to harbour_Town_Example News</title><h1>Example News</h1>
            <article><h2>Ferry returns to harbour</h2><p>Text.</p><h2>What comes next</h2><p>Text.</p></article>",
            "Ferry returns to harbour",
        );
        let declared = "<meta property=og:title content=Fähre>";
        let head = format!("<title>Fähre - Der Hafenbote von Ostmere</title>{declared}");
        check(
            &format!("{head}<h1>Der Hafenbote von Ostmere</h1><h1>Fähre</h1>"),
            "Fähre",
        );
        check(
            &format!("{head}<h1>Der Hafenbote von Ostmere</h1><h3>Fähre</h3>"),
            "Fähre",
        );
        let named = "<meta property=og:site_name content='Le Courrier du Port'><title>Le Courrier du Port</title>";
        check(
            &format!("{named}<h1>Le Courrier du Port</h1><h1>Le bac revient</h1>"),
            "Le bac revient",
        );
        let linked = "<title>渡し船が戻る - 河口町の毎日新報</title><h1><a href=/>河口町の毎日新報</a></h1>";
        check(&format!("{linked}<h1>渡し船が戻る</h1>"), "渡し船が戻る");
        let home = "<title>El barco vuelve tarde - El Correo del Puerto</title><a href=https://example.org/><h1>El Correo del Puerto</h1></a>";
        check(
            &format!("{home}<h1>El barco vuelve tarde</h1>"),
            "El barco vuelve tarde",
        );
    }

    #[test]
    fn a_short_headline_is_the_first_part_of_the_pages_name() {
        check("<title>Ice – The Halden Ledger and Gazette</title><h1>Ice</h1>", "Ice");
        check(
            "<title>Nachruf | Der Hafenbote von Ostmere</title><h1>Nachruf</h1>",
            "Nachruf",
        );
        check("<title>Лёд - Вестник гавани Остмере</title><h1>Лёд</h1>", "Лёд");
    }

    #[test]
    fn a_headline_is_parted_from_what_stands_before_it() {
        let head = "<title>The wall is built in the north</title>";
        for heading in [
            "<span class=kicker>Harbour</span><span>The wall is built in the north</span>",
            "<p>1 May 2026</p><p>The wall is built in the north</p>",
            "<b>LIVE</b> The wall is built in the north",
            "<span aria-label=Plus>Plus</span> The wall is built in the north",
            "<div>1 May 2026</div>The wall is built in the north",
            "The wall is built in the north <a href=#x>#</a>",
            "The wall is built in the north<a href=#x>¶</a>",
        ] {
            check(&format!("{head}<h1>{heading}</h1>"), "The wall is built in the north");
            let head = "<title>The wall is built in the north - The Halden Ledger</title>";
            check(&format!("{head}<h1>{heading}</h1>"), "The wall is built in the north");
        }
        check(
            "<h1><span>Demo in Ostmere</span><span>Der Hafen steht still</span></h1>",
            "Demo in Ostmere Der Hafen steht still",
        );
        check(
            "<h1><i>Marathon:</i><span>Im Laufschritt</span></h1>",
            "Marathon: Im Laufschritt",
        );
        // A letter or a word marked up within is none.
        check(
            "<h1>The Mc<b>Donald</b> <i>i</i>Phone ferr<em>y</em></h1>",
            "The Mc Donald iPhone ferry",
        );
    }

    #[test]
    fn a_kicker_that_is_declared_everywhere_belongs_to_the_headline() {
        let page = |structured: &str, shared: &str| {
            format!(
                r#"<script type=application/ld+json>{{"@type":"NewsArticle","headline":"{structured}"}}</script>
                <meta property=og:title content="{shared}"><div>Kicker</div><h1>The wall is built</h1><p>Text.</p>"#
            )
        };
        let kicked = "After the storm: The wall is built";
        check(&page(kicked, kicked), kicked);
        let german = "Nach dem Sturm: The wall is built";
        check(&page(german, german), german);
        let bare = "The wall is built";
        check(&page(kicked, bare), bare);
        check(&page("Harbour: The wall is built", "Harbour: The wall is built"), bare);
        check(
            &format!("<meta property=og:title content='{kicked}'><h1>{bare}</h1>"),
            bare,
        );
        let other = "After the storm: A wall stands";
        check(&page(other, other), bare);
    }

    #[test]
    fn the_name_of_the_host_behind_a_headline_goes() {
        for site in ["Example", "example.org", "EXAMPLE"] {
            for sign in ["–", "|", "·"] {
                let name = format!("Ferry returns to harbour {sign} {site}");
                check(
                    &format!("<title>{name} - Example</title><h1>{name}</h1>"),
                    "Ferry returns to harbour",
                );
            }
        }
        let kept = "Ferry returns to harbour – an example";
        check(&format!("<title>{kept}</title><h1>{kept}</h1>"), kept);
    }

    #[test]
    fn soft_hyphens_are_no_letters() {
        check(
            "<title>Ha&shy;fen&shy;ge&shy;bühr</title><h1>Ha&shy;fen&shy;ge&shy;bühr steigt</h1>",
            "Hafengebühr steigt",
        );
    }

    #[test]
    fn what_is_escaped_twice_is_read() {
        check(
            "<h1>Smith &amp;amp; Sons build the wall</h1>",
            "Smith & Sons build the wall",
        );
        check(
            "<meta property=og:title content='Smith &amp;amp; S&amp;ouml;hne &amp;lt;b&gt;bauen&amp;lt;/b&gt;'>",
            "Smith & Söhne bauen",
        );
    }
}
