//! When a page says it was published: in its elements, its visible lines, its address.

use chrono::{Datelike, NaiveDate, TimeZone, Utc};
use url::Url;

use super::metadata::text_of;
use super::page::Page;
use crate::domain::Timestamp;
use crate::feed::date::parse_lenient;

/// Years a news page may be from.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;
/// Lines looked at for a visible date.
const LINES_MAX: usize = 60;

/// Returns the moment a date in a page's data stands for.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > 60 || !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    parse_lenient(text).filter(|at| YEARS.contains(&at.year()))
}

/// Returns the offset from UTC, in minutes, that a date is written with: `+08:00`, `-0500`. None for names of zones.
pub fn offset(text: &str) -> Option<i32> {
    let text = text.trim();
    let at = text
        .rfind(['+', '-', '−'])
        .filter(|at| *at > 10 && text[..*at].contains(':'))?;
    let sign = if text[at..].starts_with('+') { 1 } else { -1 };
    let digits: String = text[at..].chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = match digits.len() {
        2 => (&digits[..], "0"),
        4 => digits.split_at(2),
        _ => return None,
    };
    let minutes: i32 = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
    (minutes <= 14 * 60).then_some(sign * minutes)
}

/// Returns the date a page or its address shows: what is marked as published, the address, the first time element, a
/// line that is a date.
pub fn in_page(page: &Page<'_>, url: &Url) -> Option<Timestamp> {
    let marked = |wanted: &dyn Fn(usize) -> bool| {
        page.items
            .iter()
            .enumerate()
            .filter(|(at, item)| item.element.is_some() && wanted(*at))
            .find_map(|(at, item)| {
                let value = item
                    .attr("datetime")
                    .or_else(|| item.attr("content"))
                    .or_else(|| item.attr("data-datetime"))
                    .and_then(parse);
                value.or_else(|| {
                    if item.chars > 0 && item.chars < 60 {
                        in_line(&text_of(page, at))
                    } else {
                        None
                    }
                })
            })
    };
    let published = |at: usize| {
        let item = &page.items[at];
        let is_marked = |name: &str| {
            item.attr(name)
                .is_some_and(|p| p.eq_ignore_ascii_case("datePublished") || p.eq_ignore_ascii_case("dateCreated"))
        };
        let is_time = || {
            item.name == "time"
                && item.attr("class").is_some_and(|class| {
                    class
                        .split_whitespace()
                        .any(|word| word.contains("publish") || matches!(word, "entry-date" | "post-date"))
                })
        };
        is_marked("itemprop") || is_marked("property") || item.attr("pubdate").is_some() || is_time()
    };
    let in_noise = |at: usize| {
        let mut own = at;
        while own > 0 {
            let item = &page.items[own];
            if item.sense.is_noise && !matches!(item.name, "html" | "body" | "main" | "article") {
                return true;
            }
            own = page.items[own].parent;
        }
        false
    };
    if let Some(at) = marked(&published) {
        return Some(at);
    }
    let shown = marked(&|at| page.items[at].name == "time" && !in_noise(at))
        .or_else(|| {
            marked(&|at| {
                page.items[at]
                    .attr("class")
                    .or(page.items[at].attr("id"))
                    .is_some_and(is_date_class)
                    && page.items[at].chars < 60
                    && !in_noise(at)
            })
        })
        .or_else(|| visible(page));
    let addressed = in_address(url);
    match (shown, addressed) {
        // The same day, with the hour; other dates of a page are often not its own.
        (Some(shown), Some(addressed)) if (shown - addressed).num_hours().abs() <= 36 => Some(shown),
        _ => addressed.or(shown),
    }
}

fn is_date_class(class: &str) -> bool {
    class.split_whitespace().any(|word| {
        let word = word.to_ascii_lowercase();
        matches!(
            word.as_str(),
            "date"
                | "dateline"
                | "timestamp"
                | "published"
                | "pubdate"
                | "post-date"
                | "entry-date"
                | "article-date"
                | "publish-date"
                | "published-date"
                | "date-published"
                | "post__date"
                | "article__date"
                | "posted-on"
                | "time"
                | "datetime"
                | "byline-date"
                | "created"
                | "submitted"
                | "postdate"
                | "pub-date"
                | "story-date"
                | "meta-date"
                | "article-timestamp"
                | "publication-date"
                | "date-display-single"
                | "updated"
        )
    })
}

/// Returns the date of the first short line that is one, near the headline.
fn visible(page: &Page<'_>) -> Option<Timestamp> {
    let from = page.items.iter().position(|item| item.name == "h1").unwrap_or(0);
    let near = page
        .items
        .iter()
        .enumerate()
        .skip(from)
        .filter(|(_, item)| item.is_block && item.chars >= 6 && item.chars < 70);
    near.take(LINES_MAX).find_map(|(at, _)| in_line(&text_of(page, at)))
}

/// Returns the date a line holds, if it holds little else.
pub fn in_line(text: &str) -> Option<Timestamp> {
    // Two digits are too few to be believed in a line of text.
    if !has_year(text) || text.chars().count() > 90 {
        return None;
    }
    const LEADS: &[&str] = &[
        "published",
        "posted",
        "updated",
        "on",
        "date",
        "created",
        "first published",
        "last updated",
        "veröffentlicht",
        "stand",
        "publié",
        "le",
        "am",
        "publicado",
        "originally published",
        "added",
        "submitted",
    ];
    let mut rest = text.trim();
    loop {
        let lower = rest.to_lowercase();
        let lead = LEADS
            .iter()
            .find(|lead| lower.strip_prefix(*lead).is_some_and(|r| r.starts_with([' ', ':'])));
        let Some(lead) = lead else { break };
        rest = rest.get(lead.len()..)?.trim_start_matches([':', ' ', '-', '–']);
    }
    let candidates = [
        rest,
        rest.split(['|', '•', '·', '/']).next().unwrap_or(rest),
        rest.split(" at ").next().unwrap_or(rest),
        rest.split(" - ").next().unwrap_or(rest),
    ];
    candidates.into_iter().find_map(parse).or_else(|| within(rest))
}

fn has_year(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .any(|n| (n.len() == 4 && (n.starts_with("20") || n.starts_with("19"))) || n.len() == 8)
        || text.contains('年')
}

/// Returns a date like `12 June 2020` or `June 12, 2020` somewhere in a line.
fn within(text: &str) -> Option<Timestamp> {
    let words: Vec<&str> = text
        .split([' ', ',', '\u{a0}'])
        .filter(|word| !word.is_empty())
        .collect();
    words.windows(3).find_map(|three| {
        let joined = three.join(" ");
        let has_year = three
            .iter()
            .any(|word| word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()));
        let has_month = three.iter().any(|word| word.chars().all(char::is_alphabetic));
        (has_year && has_month).then(|| parse(&joined)).flatten()
    })
}

/// Returns the date an address holds: `/2020/06/12/`, `/20200612/` or `2020-06-12`.
pub fn in_address(url: &Url) -> Option<Timestamp> {
    let numbers: Vec<&str> = url.path().split(['/', '-', '_', '.']).collect();
    let date = |year: &str, month: &str, day: &str| {
        let year: i32 = year.parse().ok().filter(|year| YEARS.contains(year))?;
        let date = NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)?;
        Some(Utc.from_utc_datetime(&date.and_hms_opt(0, 0, 0)?))
    };
    numbers
        .windows(3)
        .find_map(|w| {
            if w[0].len() == 4 && w[1].len() <= 2 && w[2].len() <= 2 {
                date(w[0], w[1], w[2])
            } else {
                None
            }
        })
        .or_else(|| {
            let whole = numbers
                .iter()
                .find(|n| n.len() == 8 && n.starts_with("20") && n.bytes().all(|b| b.is_ascii_digit()))?;
            date(&whole[..4], &whole[4..6], &whole[6..])
        })
}

#[cfg(test)]
mod tests {
    use super::{in_line, offset};

    #[test]
    fn an_offset_is_what_is_written() {
        for (text, expected) in [
            ("2026-06-12T00:10:00+08:00", Some(480)),
            ("2026-06-12T00:10:00-0330", Some(-210)),
            ("2026-06-12T00:10:00+02", Some(120)),
            ("2026-06-12T00:10:00Z", None),
            ("2026-06-12", None),
            ("12 June 2026 10:00 EST", None),
            ("2026-06-12T00:10:00+99:00", None),
        ] {
            assert_eq!(offset(text), expected, "{text}");
        }
    }

    #[test]
    fn a_line_without_a_year_is_no_date() {
        assert_eq!(in_line("Published 06/12/26"), None);
        let at = in_line("Published: 12 June 2026").map(|at| at.to_rfc3339());
        assert_eq!(at.as_deref(), Some("2026-06-12T00:00:00+00:00"));
    }
}
