//! Who wrote an article, and what a headline is without the site's name.

use super::metadata::line;

/// Authors named at most.
pub(super) const AUTHORS_MAX: usize = 8;
/// A name longer than this is a sentence, in characters.
const NAME_MAX: usize = 80;

const PREFIXES: &[&str] = &[
    "by ",
    "by: ",
    "by\u{a0}",
    "written by ",
    "written by: ",
    "authored by: ",
    "authored by ",
    "article by ",
    "article by: ",
    "by by ",
    "author ",
    "автор: ",
    "作者：",
    "文/",
    "posted by ",
    "words by ",
    "words: ",
    "story by ",
    "text by ",
    "from ",
    "author: ",
    "authors: ",
    "von ",
    "par ",
    "por ",
    "de ",
    "di ",
    "door ",
    "av ",
    "reported by ",
    "review by ",
    "published by ",
    "reporting by ",
    "interview by ",
    "analysis by ",
    "opinion by ",
    "column by ",
    "photographs by ",
];
const NO_NAMES: &[&str] = &[
    "admin",
    "administrator",
    "staff",
    "editor",
    "editors",
    "webmaster",
    "guest",
    "unknown",
    "none",
    "null",
    "undefined",
    "author",
    "anonymous",
    "newsroom",
    "redaktion",
    "user",
    "root",
    "news",
    "web",
    "test",
    "super user",
    "site admin",
    "contributor",
    "posted",
    "team",
    "wpadmin",
];
const SEPARATORS: &[&str] = &[
    " | ", " - ", " – ", " — ", " :: ", " » ", " « ", " • ", " · ", " / ", " < ", " > ",
];

/// Returns the byline that lines from a page give; none when they name nobody.
pub fn byline(lines: Vec<String>, site_name: Option<&str>, title: &str) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for text in lines {
        for part in text.split([';', '|', '•', '·', '/']).flat_map(split_names) {
            let Some(name) = clean(&part) else { continue };
            let is_known = names.iter().any(|own| own.eq_ignore_ascii_case(&name));
            let is_site = site_name.is_some_and(|site| site.eq_ignore_ascii_case(&name));
            if !is_known && !is_site && name != title && names.len() < AUTHORS_MAX {
                names.push(name);
            }
        }
    }
    (!names.is_empty()).then(|| names.join(", "))
}

/// Returns the parts of a line that may each be a name.
pub(super) fn split_names(text: &str) -> Vec<String> {
    let text = line(text);
    let spelled = text
        .replace(" and ", ", ")
        .replace(" And ", ", ")
        .replace(" AND ", ", ")
        .replace(" & ", ", ")
        .replace(" und ", ", ")
        .replace(" et ", ", ")
        .replace(" with ", ", ");
    spelled
        .split(", ")
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

/// Returns a name without what stands around it; none where it is no name.
pub(super) fn clean(text: &str) -> Option<String> {
    let mut name = line(text);
    loop {
        let lower = name.to_lowercase();
        let Some(prefix) = PREFIXES.iter().find(|prefix| lower.starts_with(*prefix)) else {
            break;
        };
        name = name.get(prefix.len()..).unwrap_or_default().trim().to_owned();
    }
    // What stands behind a name in its line: a date, a place to write to.
    const ENDS: &[&str] = &[
        "posted",
        "updated",
        "published",
        "last",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "jan",
        "january",
        "feb",
        "february",
        "mar",
        "march",
        "apr",
        "april",
        "jun",
        "june",
        "jul",
        "july",
        "aug",
        "august",
        "sep",
        "sept",
        "september",
        "oct",
        "october",
        "nov",
        "november",
        "dec",
        "december",
        "co-founder",
        "founder",
        "ceo",
        "cto",
        "chief",
        "editor",
        "writer",
        "director",
        "manager",
        "head",
        "senior",
        "contributor",
        "reporter",
        "correspondent",
        "freelance",
        "staff",
        "president",
        "twitter",
        "new york daily",
    ];
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let kept: Vec<&str> = name
        .split(' ')
        .enumerate()
        .take_while(|(at, word)| {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            *at == 0
                || !(word.starts_with(|c: char| c.is_ascii_digit() || c == '(')
                    || (*at > 1 && ENDS.contains(&bare.as_str())))
        })
        .map(|(_, word)| word)
        .collect();
    name = kept.join(" ");
    let lower = name.to_lowercase();
    for cut in [
        " on ",
        " updated",
        " published",
        " posted",
        " for ",
        " in ",
        " at ",
        " @",
        " (",
        " special to",
        " staff writer",
        " senior ",
        " reporter",
        " correspondent",
        " associated press writer",
    ] {
        if let Some(at) = lower.find(cut)
            && at > 3
            && let Some(kept) = name.get(..at)
        {
            name = kept.trim().to_owned();
            break;
        }
    }
    let name = name
        .trim_matches([',', '.', ':', '-', '–', '—', ' ', '"', '“', '”'])
        .to_owned();
    let is_name = name.chars().count() >= 3
        && name.chars().count() <= NAME_MAX
        && name.chars().any(char::is_alphabetic)
        && name.chars().filter(char::is_ascii_digit).count() < 3
        && name.split_whitespace().count() <= 7
        && !name.contains("http")
        && !name.contains('@')
        && !NO_NAMES.contains(&name.to_lowercase().as_str())
        && !is_role(&name)
        && !ENDS.contains(&name.split(' ').next().unwrap_or_default().to_lowercase().as_str())
        && !is_account(&name);
    is_name.then_some(name)
}

/// Whether a name is that of an account: one word without a capital.
fn is_account(name: &str) -> bool {
    name.is_ascii() && !name.contains(' ') && !name.contains(|c: char| c.is_ascii_uppercase())
}

fn is_role(name: &str) -> bool {
    let lower = name.to_lowercase();
    [
        "writer",
        "editor",
        "reporter",
        "correspondent",
        "contributor",
        "columnist",
        "staff",
        "associate",
        "senior",
        "updated",
        "published",
        "minutes",
        "read",
        "follow",
        "comments",
        "share",
        "twitter",
        "facebook",
        "email",
    ]
    .iter()
    .any(|role| lower.split(|c: char| !c.is_alphanumeric()).any(|word| word == *role))
}

/// Returns a page's name without the site's name behind or before it.
pub fn without_site(title: &str, site_name: Option<&str>) -> String {
    let squeezed = super::boundary::squeezed;
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
