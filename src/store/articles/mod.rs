//! Articles: work on them by lease, the topics they match, lists and searches.

#[doc(hidden)] // Public for its fuzz target.
pub mod fts_query;
pub(super) mod search;
mod citation;
mod boilerplate;
mod part_validators;
pub(super) mod wordings;
pub(super) mod records;
pub(super) mod stated_dates;
pub(super) mod topics;
mod article_standing;
pub(super) mod article_work;

pub use super::rows::membership::MatchedTerm;
pub use super::rows::revisions::StoredRevision;
pub use article_standing::ArticleStanding;
pub use article_work::{DueArticle, DueArticles, FinishResult};
pub use citation::Citation;
pub use search::{ArticleFilter, ListPlace, ListedArticle, SearchHit, SearchResults, Stats};
pub use stated_dates::ArticleDates;
pub use topics::{BackfillStep, StoredTopic, TopicFinds, UnmatchedTopic};
