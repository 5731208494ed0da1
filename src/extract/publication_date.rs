//! When a page was published: which of its dates is believed.
//!
//! In this order: structured data, meta elements, elements marked as the date of publication, a line near the headline
//! that says so, the address, other dates near the headline, elements named after dates. What says "updated" is never
//! when it was published, and a date in another article's card is that article's. A time without a zone is the site's.

use chrono::{DurationRound, Offset, TimeDelta};
use url::Url;

use super::head_data::HeadData;
use super::headline_lines::HeadlineLines;
use super::page::Page;
use super::time_zone::Moment;
use super::visible_dates::shown;
use super::{dates, script_dates, time_zone, wiki_revisions};
use crate::domain::Timestamp;
use crate::domain::article::Zone;

/// No clock is farther from UTC, in minutes.
const OFFSET_MAX: i32 = 14 * 60;

/// Dates of an address and a page are one date when they are not farther apart, in hours.
pub const SAME_HOURS_MAX: i64 = 36;

/// Meta elements that say when the article was published, the surest first.
#[rustfmt::skip]
const PUBLISHED: &[&str] = &[
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished",
    "date", "pubdate", "publishdate", "publish-date", "publish_date", "published_on", "published_at",
    "published-date", "published_date", "published_time", "publication_date", "parsely-pub-date", "sailthru.date",
    "dc.date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dcterms.date", "dc.date.created",
    "citation_publication_date", "citation_date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "rnews:datepublished", "article.published", "originalpublicationdate", "bt:pubdate", "displaydate", "created",
    "timestamp", "article_date_original", "ptime", "release_date",
];

#[rustfmt::skip]
const MODIFIED: &[&str] = &[
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "last-modified",
];

/// What the question is answered from.
pub struct DateEvidence<'k, 'a> {
    pub head_data: &'k HeadData<'a>,
    pub page: &'k Page<'a>,
    pub near: &'k HeadlineLines<'a>,
    pub url: &'k Url,
    pub language: Option<&'k str>,
}

/// Returns when a page was published; none where nothing on it says so.
pub fn of(evidence: &DateEvidence<'_, '_>) -> Option<Moment> {
    let structured = &evidence.head_data.structured;
    if evidence.url.path() == "/" && !structured.is_article {
        return None;
    }
    if let Some(revision) = wiki_revisions::of(evidence) {
        return Some(revision);
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
    declared.map(|at| evidence.with_zone(at)).or_else(|| shown(evidence))
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
    /// Returns the moment a date in data stands for.
    pub fn moment(&self, text: &str) -> Option<Moment> {
        let at = dates::parse(text)?;
        let at = dates::readings(text, at).map_or(at, |both| self.likelier(both));
        Some(time_zone::told(self.url, text, at))
    }

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

    /// Returns the date a line holds.
    pub fn in_line(&self, text: &str) -> Option<Moment> {
        let (_, written) = dates::written(text)?;
        self.moment(&written)
    }

    /// Returns the reading of a date that another date of the page bears out, else the one of the page's country.
    fn likelier(&self, [month_first, day_first]: [Timestamp; 2]) -> Timestamp {
        let is_borne_out = |at: Timestamp| self.sure().any(|own| (own - at).num_hours().abs() <= SAME_HOURS_MAX);
        let is_american = match (is_borne_out(month_first), is_borne_out(day_first)) {
            (true, false) => true,
            (false, true) => false,
            _ => self.is_american(),
        };
        if is_american { month_first } else { day_first }
    }

    /// Whether the page is from where the month comes first: an English one, of no other country.
    fn is_american(&self) -> bool {
        let language = self.language.unwrap_or("en");
        let suffix = self
            .url
            .host_str()
            .and_then(|host| host.rsplit('.').next())
            .unwrap_or_default();
        language == "en-us" || (language == "en" && (suffix.len() != 2 || suffix == "us"))
    }

    /// Returns the dates of the page that can be read in one way only.
    fn sure(&self) -> impl Iterator<Item = Timestamp> {
        let data = [
            self.head_data.structured.published.as_deref(),
            self.head_data.structured.modified.as_deref(),
            self.head_data.first(PUBLISHED),
            self.head_data.first(MODIFIED),
        ];
        let sure = |text: &str| dates::parse(text).filter(|at| dates::readings(text, *at).is_none());
        let data = data.into_iter().flatten().filter_map(sure);
        let lines = self.near.lines.iter().filter_map(|line| dates::written(&line.text()));
        let lines = lines.filter_map(move |(_, written)| sure(&written));
        data.chain(lines).chain(dates::in_address(self.url))
    }
}

#[cfg(test)]
mod tests {
    use super::{DateEvidence, Moment, Zone, of};
    use crate::extract::head_data::HeadData;
    use crate::extract::headline_lines::HeadlineLines;
    use crate::extract::page::Page;
    use url::Url;

    #[track_caller]
    fn check_at(url: &str, html: &str, expected: Option<&str>) {
        let found = read(url, html).map(|moment| {
            let zone = chrono::FixedOffset::east_opt(moment.offset.unwrap_or(0) * 60).unwrap();
            moment.at.with_timezone(&zone).to_rfc3339()
        });
        assert_eq!(found.as_deref(), expected, "{html}");
    }

    #[track_caller]
    fn zone_at(url: &str, html: &str) -> Zone {
        read(url, html).unwrap().zone
    }

    fn read(url: &str, html: &str) -> Option<Moment> {
        let tree = crate::extract::dom::parse(html, None);
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
