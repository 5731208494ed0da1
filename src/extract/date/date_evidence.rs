//! What the date of a page is told from, and how a date on it is read: dates that can be read in two ways, by the others of
//! the page and by its country.

use url::Url;

use super::time_zone::Moment;
use super::{dates, time_zone};
use crate::domain::Timestamp;
use crate::extract::page::head_data::HeadData;
use crate::extract::page::headline_lines::HeadlineLines;
use crate::extract::page::items::Page;

/// Dates of an address, a page and a feed are one date when they are not farther apart, in hours: the clocks of the world.
pub const SAME_HOURS_MAX: i64 = 36;

/// Meta elements that say when the article was published, the surest first.
#[rustfmt::skip]
pub const PUBLISHED: &[&str] = &[
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished",
    "date", "pubdate", "publishdate", "publish-date", "publish_date", "published_on", "published_at",
    "published-date", "published_date", "published_time", "publication_date", "parsely-pub-date", "sailthru.date",
    "dc.date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dcterms.date", "dc.date.created",
    "citation_publication_date", "citation_date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "rnews:datepublished", "article.published", "originalpublicationdate", "bt:pubdate", "displaydate", "created",
    "timestamp", "article_date_original", "ptime", "release_date",
];

/// Meta elements that say when it was last changed.
#[rustfmt::skip]
pub const MODIFIED: &[&str] = &[
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "last-modified",
];

/// What tells when a page was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateBasis {
    /// Data made to be read by programs, an element marked as the date of publication, or the address.
    Declared,
    /// Only what the page shows its readers: the date may be misread, or tell of something else.
    Shown,
    /// Only the file, which says when it was made.
    Made,
}

/// What is known of a page where its dates are read.
pub struct DateEvidence<'k, 'a> {
    pub head_data: &'k HeadData<'a>,
    pub page: &'k Page<'a>,
    pub near: &'k HeadlineLines<'a>,
    pub url: &'k Url,
    pub language: Option<&'k str>,
}

impl DateEvidence<'_, '_> {
    /// Returns the moment a date in data stands for.
    pub fn moment(&self, text: &str) -> Option<Moment> {
        let at = dates::parse(text)?;
        let at = dates::readings(text).map_or(at, |both| self.likelier(both));
        Some(time_zone::told(self.url, text, at))
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
        let sure = |text: &str| dates::parse(text).filter(|_| dates::readings(text).is_none());
        let data = data.into_iter().flatten().filter_map(sure);
        let lines = self.near.lines.iter().filter_map(|line| dates::written(&line.text()));
        let lines = lines.filter_map(move |(_, written)| sure(&written));
        data.chain(lines).chain(dates::in_address(self.url))
    }
}
