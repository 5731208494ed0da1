//! An article's page as it was read, and what of it is the article's.

use chrono::{NaiveTime, TimeDelta};
use url::Url;

use super::own_page::{Titled, is_own_page, is_same_article, speaks_for_title};
use crate::document::scalar;
use crate::domain::Timestamp;
use crate::domain::article::{Article, Verdict, Zone};
use crate::domain::source::PageValidators;
use crate::domain::url::{is_same_site, registrable_domain, web, without_tracking};
use crate::extract::{BlockMark, Boilerplate, DateBasis, Extraction, Metadata, SAME_HOURS_MAX};
use crate::text::is_same_text;

/// A date that a page only shows is believed this far from the feed's, in days: beyond, one of the two is misread.
const SHOWN_DAYS_MAX: i64 = 2;
/// An editor's cut leaves at least this part of a text; less of it is a page that does not show all.
const KEPT_OF: (usize, usize) = (2, 3);

/// An article's page as it was read.
pub struct ArticlePage {
    pub extraction: Extraction,
    /// Where the request ended.
    pub url: Url,
    pub validators: PageValidators,
    /// What is known to repeat on its host.
    pub(super) boilerplate: Boilerplate,
    /// What its host's boilerplate is learned from, where it was read whole.
    pub(super) own: Option<LearnedBoilerplate>,
}

/// The blocks of an article that was read for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearnedBoilerplate {
    pub host: String,
    pub marks: Vec<BlockMark>,
}

impl ArticlePage {
    /// Returns a page of which nothing is known but itself.
    pub fn new(extraction: Extraction, url: Url, validators: PageValidators) -> Self {
        Self {
            extraction,
            url,
            validators,
            boilerplate: Boilerplate::default(),
            own: None,
        }
    }

    /// Returns the host that the page's boilerplate is known by.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Takes off what repeats on the host, and keeps what this page adds to that.
    pub fn remove_boilerplate(&mut self, boilerplate: Boilerplate) {
        self.own = (self.extraction.verdict == Verdict::Complete).then(|| LearnedBoilerplate {
            host: self.host().to_owned(),
            marks: self.extraction.marks(),
        });
        self.extraction.remove_boilerplate(&boilerplate);
        self.boilerplate = boilerplate;
    }

    /// Sees that a page which may be a check of who asks is one, where nothing on it has to do with the entry.
    pub(super) fn recognise(&mut self, title: &str, feed_text: &str) {
        if self.extraction.may_be_check && !self.is_own_page(title, feed_text) {
            self.extraction.verdict = Verdict::Blocked;
            self.extraction.metadata_is_articles = false;
        }
    }

    /// Whether its words have to do with an entry's.
    fn is_own_page(&self, title: &str, text: &str) -> bool {
        is_own_page(Titled { title, text }, self.titled())
    }

    /// Whether its text speaks for its title.
    fn speaks_for_title(&self) -> bool {
        speaks_for_title(self.titled())
    }

    fn titled(&self) -> Titled<'_> {
        Titled {
            title: &self.extraction.metadata.title,
            text: &self.extraction.text,
        }
    }

    /// Whether its text goes on from the one that was read before: the same article, and not much less of it.
    pub(super) fn goes_on(&self, article: &Article) -> bool {
        let (had, has) = (article.body_text.len(), self.extraction.text.len());
        let is_enough = match self.extraction.verdict {
            Verdict::Complete => has * KEPT_OF.1 >= had * KEPT_OF.0,
            // What breaks off says no more than what was there only if it is as long.
            _ => has >= had,
        };
        is_enough
            && is_same_article(
                Titled {
                    title: &article.title,
                    text: &article.body_text,
                },
                self.titled(),
            )
    }

    /// Whether its text is the article: complete, or a teaser that says more than the feed does.
    pub fn has_the_article(&self, feed_text: &str) -> bool {
        let page = &self.extraction;
        match page.verdict {
            Verdict::Complete => !page.text.trim().is_empty(),
            Verdict::Teaser | Verdict::Paywall => page.text.len() > feed_text.len() + feed_text.len() / 4,
            Verdict::Consent | Verdict::Blocked | Verdict::NotAnArticle => false,
        }
    }
}

/// Gives the article what its page says of it beside its text.
pub(super) fn take_metadata(
    now: Timestamp,
    article: &mut Article,
    page: &ArticlePage,
    is_dated: &mut bool,
    is_later_look: bool,
    feed_text: &str,
) {
    let is_own = page.is_own_page(&article.title, feed_text) || page.speaks_for_title();
    let ArticlePage { extraction, url, .. } = page;
    let page = &extraction.metadata;
    // The name of a page may be its site's alone, or that of something else; then the feed knows better.
    let mut is_retitled = false;
    if !page.title.is_empty() && is_own && (page.has_headline || article.title.is_empty()) {
        is_retitled = !is_same_text(&article.title, &page.title);
        article.title.clone_from(&page.title);
    }
    // A page that goes on being written has another headline at a later look, and its lead with it.
    if article.excerpt.is_empty() || (is_retitled && is_later_look) {
        article.excerpt = scalar::cut_excerpt(page.excerpt.as_deref().unwrap_or(&extraction.text));
    }
    if let Some(at) = page.published_at.filter(|at| *at <= now)
        && !(*is_dated && is_told_better(article, at, page))
    {
        article.published_at = at;
        article.published_zone = page.published_zone;
        *is_dated = true;
    }
    article.web_url = final_address(page, url);
    article.provider_domain = registrable_domain(url.host_str().unwrap_or_default());
    if let Some(name) = page
        .site_name
        .as_deref()
        .filter(|name| !name.is_empty() && *name != article.title)
    {
        name.clone_into(&mut article.provider_name);
    }
    article.byline = page.byline.clone().or(article.byline.take());
    article.amp_url = page.amp_url.clone().or(article.amp_url.take());
    article.language = page.language.clone().or(article.language.take());
    article.image = page.image.clone().or(article.image.take());
    article.is_video |= page.is_video;
}

/// Whether what is known of a publication is more than what the page tells: it names an hour, where the page tells the day
/// on a clock it does not name; or it lies far from a date that the page only shows its readers.
fn is_told_better(article: &Article, at: Timestamp, page: &Metadata) -> bool {
    let has_hour = article.published_at.time() != NaiveTime::MIN;
    let apart = (article.published_at - at).abs();
    let names_hour = article.published_zone.is_none()
        && has_hour
        && page.published_zone != Some(Zone::Stated)
        && apart.num_hours() <= SAME_HOURS_MAX;
    names_hour || (page.published_basis != Some(DateBasis::Declared) && apart > TimeDelta::days(SHOWN_DAYS_MAX))
}

/// Returns the canonical address when it is on the same registrable domain, else where the request ended.
fn final_address(page: &Metadata, url: &Url) -> String {
    let canonical = page.canonical_url.as_deref().and_then(web);
    let chosen = canonical
        .filter(|c| is_same_site(c, url))
        .unwrap_or_else(|| url.clone());
    without_tracking(&chosen).to_string()
}
