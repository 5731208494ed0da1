//! What a search finds, with the part of each article that shows why.

use serde::{Serialize, Serializer};

use super::articles;
use super::error::ViewError;
use super::without_secrets;
use crate::config::Config;
use crate::domain::topic::Reason;
use crate::matching::{Matcher, Subject};
use crate::query::snippet::{self, Piece};
use crate::query::{Query, Term};
use crate::store::Store;
use crate::store::articles::{ArticleFilter, ListPlace, ListedArticle, SearchHit};
use crate::text;

/// What a search found, best first.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchView {
    pub hits: Vec<HitView>,
    /// So many of the newest articles with its words were ranked; none when it was all of them.
    pub ranked: Option<usize>,
    /// So many articles have its words, as far as they were ranked; none where no words were looked for.
    pub candidates: Option<usize>,
    /// So many of the oldest articles at most are not indexed anew yet since an upgrade, and were not looked at.
    pub unindexed: usize,
}

/// An article that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HitView {
    #[serde(flatten)]
    pub article: ListedArticle,
    /// Higher is better; 0 where no words were looked for.
    pub score: f64,
    /// The part of its text, or else of its lead, that shows why it was found; empty where neither does.
    #[serde(flatten, serialize_with = "as_snippet")]
    pub part: Vec<Piece>,
    /// What of the query was found in it, and where.
    #[serde(skip)]
    pub reasons: Vec<Reason>,
    /// Where what comes behind it goes on.
    #[serde(skip)]
    pub place: ListPlace,
}

/// Returns the articles that satisfy a query among those the filter lets through.
///
/// # Errors
/// The source or the topic is unknown, the query is too large, or the store cannot be read.
pub fn search(
    store: &Store,
    config: &Config,
    query: &Query,
    mut filter: ArticleFilter,
) -> Result<SearchView, ViewError> {
    articles::check(store, config, &filter)?;
    // The index finds what the words say; whether all of the query holds is seen from the article.
    let matcher = Matcher::of_query(query).map_err(|error| ViewError::Invalid(error.to_string()))?;
    let named = query.after().and_then(|day| day.and_hms_opt(0, 0, 0));
    filter.since = filter.since.max(named.map(|at| at.and_utc()));
    filter.query = Some(query.clone());
    let found = store.search(&filter, |article| matcher.matches_any(&Subject::of(article)))?;
    let terms = query.positive_terms();
    Ok(SearchView {
        hits: found
            .articles
            .into_iter()
            .map(|hit| seen(hit, &terms, Some(&matcher)))
            .collect(),
        ranked: found.ranked,
        candidates: found.candidates,
        unindexed: found.unindexed,
    })
}

/// Returns the articles that the filter lets through, newest first.
///
/// # Errors
/// The source or the topic is unknown, or the store cannot be read.
pub fn newest(store: &Store, config: &Config, filter: &ArticleFilter) -> Result<SearchView, ViewError> {
    articles::check(store, config, filter)?;
    let found = store.search(filter, |_| true)?;
    Ok(SearchView {
        hits: found.articles.into_iter().map(|hit| seen(hit, &[], None)).collect(),
        ranked: None,
        unindexed: 0,
        candidates: found.candidates,
    })
}

fn seen(mut hit: SearchHit, terms: &[&Term], matcher: Option<&Matcher>) -> HitView {
    let reasons = matcher.and_then(|matcher| matcher.matches(&Subject::of(&hit.article)).into_iter().next());
    hit.listed.source = without_secrets::address(&hit.listed.source);
    let texts = [&hit.article.body_text, &hit.article.excerpt];
    let part = texts
        .into_iter()
        .find_map(|text| snippet::snippet(terms, &text::flattened(text)));
    HitView {
        article: hit.listed,
        place: hit.place,
        score: hit.score,
        part: part.unwrap_or_default(),
        reasons: reasons.map(|found| found.reasons).unwrap_or_default(),
    }
}

/// A part as text, and where in it, in characters, what was looked for begins and ends.
fn as_snippet<S: Serializer>(part: &[Piece], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Default, Serialize)]
    struct Snippet {
        snippet: String,
        highlights: Vec<(usize, usize)>,
    }
    let mut whole = Snippet::default();
    let mut start = 0;
    for piece in part {
        let end = start + piece.text.chars().count();
        whole.snippet.push_str(&piece.text);
        if piece.is_found {
            whole.highlights.push((start, end));
        }
        start = end;
    }
    whole.serialize(serializer)
}
