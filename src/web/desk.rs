//! What an answer is made from: the store, the configuration, the moment, and how links are written.

use std::cell::RefCell;
use std::collections::HashMap;

use url::Url;

use crate::config::Config;
use crate::domain::Timestamp;
use crate::domain::url::registrable_domain;
use crate::store::Store;
use crate::views::images::{self, ImageView};
use crate::web::routes::Route;
use crate::web::site_files;

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
    /// Pages of a site that were linked to.
    pub linked: RefCell<Vec<Route>>,
    /// The token of whoever reads, to be written into addresses of feeds.
    pub token: Option<String>,
    /// Icons of publishers that were asked for, by domain.
    pub icons: RefCell<HashMap<String, Option<ImageView>>>,
}

impl<'a> Desk<'a> {
    /// Returns a desk for whoever needs no token.
    pub fn new(store: &'a Store, config: &'a Config, now: Timestamp, links: LinkForm, origin: String) -> Self {
        Self {
            store,
            config,
            now,
            links,
            origin,
            linked: RefCell::default(),
            token: None,
            icons: RefCell::default(),
        }
    }

    /// Returns the link to a page.
    pub fn link(&self, to: &Route) -> String {
        match &self.links {
            LinkForm::Served { below } => format!("{below}{}", to.path()),
            LinkForm::Files { below } => match site_files::file_of(to) {
                Some(file) => {
                    self.linked.borrow_mut().push(to.clone());
                    format!("{below}/{}", site_files::file_address(&file))
                }
                // No page writes such a link where `answers_queries` says no.
                None => format!("{below}/"),
            },
        }
    }

    /// Returns the whole address of a page.
    pub fn address(&self, to: &Route) -> String {
        format!("{}{}", self.origin, self.link(to))
    }

    /// Returns the kept icon of whoever publishes at an address.
    pub fn icon(&self, address: &str) -> Option<ImageView> {
        let domain = registrable_domain(Url::parse(address).ok()?.host_str()?);
        let mut icons = self.icons.borrow_mut();
        // It only adorns: where the store cannot be read, what the page is made of says so.
        let asked = |domain: &String| images::of_publisher(self.store, domain).ok().flatten();
        icons.entry(domain).or_insert_with_key(asked).clone()
    }

    /// Whether what a form or a query asks for can be answered: files answer none.
    pub fn answers_queries(&self) -> bool {
        matches!(self.links, LinkForm::Served { .. })
    }

    /// Whether texts of articles are for those only who have the key: what is secured in documents stands in no site.
    pub fn hides_texts(&self) -> bool {
        matches!(self.links, LinkForm::Files { .. }) && self.config.archive.secure.is_some()
    }

    /// Returns a moment in the reader's zone.
    pub fn local(&self, at: Timestamp) -> String {
        at.with_timezone(&self.config.zone)
            .format("%-d %b %Y, %H:%M")
            .to_string()
    }
}
