//! One outlet of the newsroom at one moment: its addresses, what is on show, how it tells the time.
//!
//! Holds what feeds and pages share, and renders neither. Every text passes `escape` on its way
//! into markup.

use chrono::{DateTime, FixedOffset, TimeDelta};

use super::content::{DemoArticle, Outlet, Version};
use crate::domain::Timestamp;
use crate::text::escape;

/// An outlet as it stands at `now`, served on `port`.
#[derive(Debug, Clone, Copy)]
pub struct OutletSite<'a> {
    pub outlet: &'a Outlet,
    pub port: u16,
    pub now: Timestamp,
}

impl<'a> OutletSite<'a> {
    /// Returns the address of the outlet, without a slash at the end.
    pub fn base(&self) -> String {
        format!("http://{}.localhost:{}", self.outlet.host, self.port)
    }

    /// Returns the full address of a path on this outlet.
    pub fn link(&self, path: &str) -> String {
        self.base() + path
    }

    /// Returns the full address of an article's lead picture.
    pub fn picture(&self, article: &DemoArticle) -> String {
        self.link(&format!("/images/{}-{}.png", article.number, article.slug))
    }

    /// Returns the articles on show with their current versions, newest first.
    pub fn on_show(&self) -> Vec<(&'a DemoArticle, &'a Version)> {
        self.outlet.on_show(self.now)
    }

    /// Returns the article that stands at `path_and_query`, if it is published by now.
    pub fn find(&self, path_and_query: &str) -> Option<(&'a DemoArticle, &'a Version)> {
        self.on_show()
            .into_iter()
            .find(|(article, _)| article.path == path_and_query)
    }

    /// Returns when the outlet last published or corrected anything.
    pub fn changed_at(&self) -> Option<Timestamp> {
        self.on_show().iter().map(|(_, version)| version.at).max()
    }
}

/// Returns a moment in the time zone the outlet writes in.
pub fn local(at: Timestamp, version: &Version) -> DateTime<FixedOffset> {
    let offset = FixedOffset::east_opt(version.offset_hours * 3600).expect("offsets are read from valid times");
    at.with_timezone(&offset)
}

/// Returns a moment as HTTP headers write it.
pub fn http_date(at: Timestamp) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Returns a moment as a reader of the outlet would write it.
pub fn spoken_date(at: Timestamp, version: &Version, language: &str) -> String {
    let at = local(at, version);
    match language {
        "de" => at.format("%d.%m.%Y, %H.%M Uhr").to_string(),
        "fr" => at.format("%d/%m/%Y à %Hh%M").to_string(),
        _ => at.format("%B %-d, %Y, %-I:%M %p").to_string(),
    }
}

/// Returns the clock time `minutes` after a version appeared, for comments.
pub fn clock_after(version: &Version, minutes: i64) -> String {
    local(version.at + TimeDelta::minutes(minutes), version)
        .format("%H:%M")
        .to_string()
}

/// Returns the article's text as HTML paragraphs, without any of the page around it.
pub fn plain_body(version: &Version) -> String {
    version
        .paragraphs
        .iter()
        .map(|p| format!("<p>{}</p>\n", escape(p)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_speak_the_language_of_the_piece() {
        let version = Version {
            at: Timestamp::from_timestamp(1_781_040_600, 0).unwrap(),
            offset_hours: -4,
            headline: String::new(),
            standfirst: String::new(),
            paragraphs: Vec::new(),
        };
        assert_eq!(http_date(version.at), "Tue, 09 Jun 2026 21:30:00 GMT");
        assert_eq!(spoken_date(version.at, &version, "en"), "June 9, 2026, 5:30 PM");
        assert_eq!(spoken_date(version.at, &version, "de"), "09.06.2026, 17.30 Uhr");
        assert_eq!(clock_after(&version, 31), "18:01");
    }
}
