//! When a page was published: which of its dates is believed.
//!
//! In this order: structured data, meta elements, elements marked as the date of publication, a line near the headline
//! that says so, the address, other dates near the headline, elements named after dates. What says "updated" is never
//! when it was published, and a date in another article's card is that article's. A time without a zone is the site's.

use chrono::{DurationRound, Offset, TimeDelta};

use super::date_evidence::{DateBasis, DateEvidence, MODIFIED, PUBLISHED};
use super::time_zone::Moment;
use super::visible_dates::shown;
use super::{dates, script_dates, time_zone, wiki_revisions};
use crate::domain::article::Zone;

/// No clock is farther from UTC, in minutes.
const OFFSET_MAX: i32 = 14 * 60;

/// Returns when a page was published, and what tells it; none where nothing on it says so.
pub fn of(evidence: &DateEvidence<'_, '_>) -> Option<(Moment, DateBasis)> {
    let structured = &evidence.head_data.structured;
    if evidence.url.path() == "/" && !structured.is_article {
        return None;
    }
    if let Some(revision) = wiki_revisions::of(evidence) {
        return Some((revision, DateBasis::Shown));
    }
    let told = |text: &str| evidence.moment(text);
    let declared = structured
        .published
        .as_deref()
        .and_then(told)
        .or_else(|| evidence.head_data.first(PUBLISHED).and_then(told));
    // A page that calls itself an article elsewhere is one.
    let is_article = || {
        evidence
            .head_data
            .first(&["og:type"])
            .is_some_and(|kind| kind == "article")
    };
    let of_page = || {
        structured
            .page_published
            .as_deref()
            .filter(|_| is_article())
            .and_then(told)
    };
    let declared = declared.or_else(of_page);
    declared
        .map(|at| (evidence.with_zone(at), DateBasis::Declared))
        .or_else(|| shown(evidence))
}

/// Returns when a page says it was last changed.
pub fn modified(evidence: &DateEvidence<'_, '_>) -> Option<Moment> {
    let head_data = evidence.head_data;
    head_data
        .structured
        .modified
        .as_deref()
        .or_else(|| head_data.first(MODIFIED))
        .and_then(|text| evidence.moment(text))
}

impl DateEvidence<'_, '_> {
    /// Returns a moment told in UTC with the offset of the clock the page shows it by, or of the site's country.
    fn with_zone(&self, moment: Moment) -> Moment {
        if moment.offset.is_some() {
            return moment;
        }
        let at = moment.at;
        let shown = self.near.lines.iter().find_map(|line| {
            let (local, written) = dates::written(&line.text())?;
            if !written.contains(':') || time_zone::is_named(&written) {
                return None;
            }
            let minutes = (local - at.duration_trunc(TimeDelta::minutes(1)).ok()?).num_minutes();
            let minutes = i32::try_from(minutes).ok()?;
            // The same moment on another clock is a number of quarters of an hour away.
            (minutes != 0 && minutes % 15 == 0 && minutes.abs() <= OFFSET_MAX).then_some(minutes)
        });
        let of_site = || {
            Some(
                at.with_timezone(&time_zone::of_site(self.url)?)
                    .offset()
                    .fix()
                    .local_minus_utc()
                    / 60,
            )
        };
        let of_scripts = || script_dates::offset(&self.head_data.scripts).filter(|_| moment.zone == Zone::Stated);
        Moment {
            offset: shown
                .or_else(of_site)
                .or_else(of_scripts)
                .filter(|minutes| *minutes != 0),
            ..moment
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DateBasis, DateEvidence, Moment, Zone, of};
    use crate::extract::page::head_data::HeadData;
    use crate::extract::page::headline_lines::HeadlineLines;
    use crate::extract::page::items::Page;
    use url::Url;

    #[track_caller]
    fn check_at(url: &str, html: &str, expected: Option<&str>) {
        let found = read(url, html).map(|(moment, _)| {
            let zone = chrono::FixedOffset::east_opt(moment.offset.unwrap_or(0) * 60).unwrap();
            moment.at.with_timezone(&zone).to_rfc3339()
        });
        assert_eq!(found.as_deref(), expected, "{html}");
    }

    #[track_caller]
    fn zone_at(url: &str, html: &str) -> Zone {
        read(url, html).unwrap().0.zone
    }

    fn read(url: &str, html: &str) -> Option<(Moment, DateBasis)> {
        let tree = crate::extract::page::dom::parse(html, None);
        let (page, head_data) = (Page::of(&tree), HeadData::of(&tree));
        let url = Url::parse(url).unwrap();
        let near = HeadlineLines::of(&page, "Ferry returns to harbour", &url);
        let evidence = DateEvidence {
            head_data: &head_data,
            page: &page,
            near: &near,
            url: &url,
            language: head_data.language,
        };
        of(&evidence)
    }

    #[track_caller]
    fn check(rest: &str, expected: Option<&str>) {
        let html = format!("<h1>Ferry returns to harbour</h1>{rest}");
        check_at(
            "https://example.org/a",
            &html,
            expected.map(|day| format!("{day}T00:00:00+00:00")).as_deref(),
        );
    }

    #[test]
    fn dates_at_the_headline_are_found_in_many_languages() {
        for line in [
            "12 June 2026",
            "Published June 12th, 2026 by Ana Lopez",
            "June 12, 2026 · 8 min read",
            "12.06.2026",
            "Veröffentlicht am 12. Juni 2026",
            "Publié le 12 juin 2026",
            "12 de junio de 2026",
            "Pubblicato il 12 giugno 2026",
            "12 czerwca 2026",
            "12 июня 2026",
            "2026年6月12日",
            "الجمعة، 12 يونيو 2026",
            "١٢ يونيو ٢٠٢٦",
            "June 12, 2026 - Updated July 9, 2026",
            "Updated July 9, 2026. Published June 12, 2026",
        ] {
            check(&format!("<p>{line}</p><p>Text.</p>"), Some("2026-06-12"));
        }
        check("<h4>Published</h4><p>12 June 2026</p>", Some("2026-06-12"));
        check("<p>Text.</p><div>Post time: 06-12-2026</div>", Some("2026-06-12"));
        check(
            "<p>Reviewed by Ana Lopez</p><p>12 June 2026 · 8 min read</p>",
            Some("2026-06-12"),
        );
    }

    #[test]
    fn what_is_no_date_of_publication_gives_none() {
        check("<p>Last reviewed June 12, 2026</p>", None);
        check("<p>June 2026</p>", None);
        check("<footer>© 2026. Last updated June 12, 2026</footer>", None);
        let event = |day| format!("<li><div class=date>March {day}, 2026</div>Meeting</li>");
        check(&(1..9).map(event).collect::<String>(), None);
        let card = "<div><a href=/b>Another story with a headline of its own</a><p>12 June 2026</p></div>";
        check(card, None);
    }

    #[test]
    fn a_change_counts_where_the_headline_shows_no_other_date() {
        check("<p>Updated June 12, 2026</p>", Some("2026-06-12"));
        check("<p>Updated June 12, 2026</p><p>June 1, 2026</p>", Some("2026-06-01"));
    }

    #[test]
    fn day_and_month_are_told_apart() {
        check("<p>03/10/2026</p>", Some("2026-03-10"));
        check("<p>03/10/2026</p><p>Text.</p><p>3 October 2026</p>", Some("2026-10-03"));
        let british = "<html lang=en-GB><h1>Ferry returns to harbour</h1><p>03/10/2026</p>";
        check_at("https://example.org/a", british, Some("2026-10-03T00:00:00+00:00"));
    }

    #[test]
    fn times_without_a_zone_are_the_sites() {
        let html = "<h1>Ferry returns to harbour</h1><p>2026年6月12日 10:30</p>";
        check_at("https://example.jp/a", html, Some("2026-06-12T10:30:00+09:00"));
        let meta = "<meta name=date content=2026-06-12T01:54:29Z><h1>Ferry returns to harbour</h1>";
        check_at("https://example.org/a", meta, Some("2026-06-12T01:54:29+00:00"));
        assert_eq!(zone_at("https://example.jp/a", html), Zone::Site);
        assert_eq!(zone_at("https://example.org/a", html), Zone::Utc);
        assert_eq!(zone_at("https://example.org/a", meta), Zone::Stated);
        assert_eq!(zone_at("https://example.org/2026/06/12/a", "<h1>Ferry</h1>"), Zone::Utc);
        // The clock the page shows the same moment by.
        let shown = format!("{meta}<p>June 11, 2026 at 9:54 PM</p>");
        check_at("https://example.org/a", &shown, Some("2026-06-11T21:54:29-04:00"));
    }

    #[test]
    fn what_tells_the_date_is_known() {
        let basis = |url: &str, html: &str| read(url, html).map(|(_, basis)| basis);
        for declared in [
            "<meta property=article:published_time content=2026-06-12><h1>Ferry</h1>",
            "<h1>Ferry</h1><time itemprop=datePublished datetime=2026-06-12>yesterday</time>",
        ] {
            assert_eq!(basis("https://example.org/a", declared), Some(DateBasis::Declared));
        }
        let address = "https://example.org/2026/06/12/a";
        assert_eq!(
            basis(address, "<h1>Ferry</h1><p>12 June 2026, 10:30</p>"),
            Some(DateBasis::Declared)
        );
        for shown in [
            "<h1>Ferry</h1><p>12 June 2026</p>",
            "<h1>Ferry</h1><p>Published 12. Juni 2026</p>",
        ] {
            assert_eq!(basis("https://example.org/a", shown), Some(DateBasis::Shown));
        }
    }

    #[test]
    fn scripts_tell_what_the_page_does_not() {
        check(
            "<p>Text.</p><script>showDate('2026/06/12')</script>",
            Some("2026-06-12"),
        );
        check(
            "<script>show('2026/06/12')</script><script>show('2026/06/13')</script>",
            None,
        );
        let epoch = "<h1>Ferry</h1><p class=date data-time=1781258400>five hours ago</p>";
        check_at("https://example.org/a", epoch, Some("2026-06-12T10:00:00+00:00"));
        let meta = "<meta name=date content=2026-06-12T01:54:29Z><h1>Ferry</h1>";
        let shows = "<script>a = ['2026-06-11T23:00:00-0400', '2026-06-11T08:00:00-0400']</script>";
        let expected = Some("2026-06-11T21:54:29-04:00");
        check_at("https://example.org/a", &format!("{meta}{shows}"), expected);
    }

    #[test]
    fn a_revision_is_as_old_as_it_says() {
        let html = r#"<script type="application/ld+json">{"@type": "Article", "headline": "Ferry",
            "datePublished": "2005-06-12"}</script><table><tr><td>Revision as of 07:47, 28 March 2020</td>
            <td>Latest revision as of 05:33, 7 April 2020</td></tr></table>"#;
        let compared = Some("2020-04-07T05:33:00+00:00");
        check_at("https://example.org/?title=Ferry&diff=591&oldid=588", html, compared);
        check_at(
            "https://example.org/a?title=Ferry",
            html,
            Some("2005-06-12T00:00:00+00:00"),
        );
    }

    #[test]
    fn a_block_that_is_no_json_still_tells_its_date() {
        let html = r#"<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A "ferry" returns",
            "datePublished": "2026-06-12"}</script>"#;
        check_at("https://example.org/a", html, Some("2026-06-12T00:00:00+00:00"));
    }
}
