//! What an answer is made from: the store, the configuration, the moment, and how links are written.

use crate::config::Config;
use crate::domain::Timestamp;
use crate::store::Store;
use crate::web::routes::Route;

/// How addresses of other pages are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkForm {
    /// As the server understands them, below this path; no slash at its end.
    Served { below: String },
    /// As files of a site, below this path; no slash at its end.
    Files { below: String },
}

/// What answers are made from.
pub struct Desk<'a> {
    pub store: &'a Store,
    pub config: &'a Config,
    pub now: Timestamp,
    pub links: LinkForm,
    /// The whole address of this place without a path, for feeds: `https://news.example.org`.
    pub origin: String,
    /// The token of whoever reads, to be written into addresses of feeds.
    pub token: Option<String>,
}

impl Desk<'_> {
    /// Returns the link to a page.
    pub fn link(&self, to: &Route) -> String {
        match &self.links {
            LinkForm::Served { below } => format!("{below}{}", to.path()),
            LinkForm::Files { below } => format!("{below}/{}", file_of(to)),
        }
    }

    /// Returns the whole address of a page.
    pub fn address(&self, to: &Route) -> String {
        format!("{}{}", self.origin, self.link(to))
    }

    /// Whether what a form or a query asks for can be answered: files answer none.
    pub fn answers_queries(&self) -> bool {
        matches!(self.links, LinkForm::Served { .. })
    }

    /// Returns a moment in the reader's zone.
    pub fn local(&self, at: Timestamp) -> String {
        at.with_timezone(&self.config.zone)
            .format("%-d %b %Y, %H:%M")
            .to_string()
    }
}

/// Returns the name of the file a page of a site is.
pub fn file_of(route: &Route) -> String {
    let path = route.path();
    let path = path.split('?').next().unwrap_or_default().trim_start_matches('/');
    let is_file = matches!(
        route,
        Route::TopicFeed { .. }
            | Route::StoriesFeed { .. }
            | Route::SearchFeed(_)
            | Route::SentDigest(_)
            | Route::DigestFeed { .. }
            | Route::Opml
            | Route::Style
            | Route::Icon
            | Route::Api { .. }
    );
    match (path, is_file) {
        ("", _) => "index.html".to_owned(),
        (path, true) => path.to_owned(),
        (path, false) => format!("{path}.html"),
    }
}
