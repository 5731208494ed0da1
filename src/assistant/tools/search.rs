//! `search`: articles by what they say, or the newest of a topic or a source.

use rmcp::schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::assistant::answer::ToolAnswer;
use crate::assistant::asked::{Asked, since};
use crate::assistant::cited::{self, cited, marked};
use crate::assistant::context::ToolContext;
use crate::assistant::error::ToolError;
use crate::digest::display_text::{self, SUMMARY_CHARS_MAX};
use crate::domain::ArticleId;
use crate::query::snippet::Piece;
use crate::query::{self, suspicions};
use crate::store::articles::{ArticleFilter, ListPlace};
use crate::text;
use crate::views::articles;
use crate::views::search::{self, HitView};

/// Hints on a query that are told.
const HINTS_MAX: usize = 5;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub struct SearchArguments {
    /// What to look for, in the query language of the tool's description; left out, the newest articles are listed.
    query: Option<String>,
    /// Only articles of this topic: an `id` that `topics` gives.
    topic: Option<String>,
    /// Only articles of this source: a `publisher` that `sources` gives.
    source: Option<String>,
    /// Only published within this span before now: 12h, 7d, 4w.
    since: Option<String>,
}

/// Finds articles, best match first; the newest first where there are no words to look for.
pub fn answer(context: &ToolContext<'_>, asked: &Asked<SearchArguments>) -> Result<String, ToolError> {
    let ToolContext { store, config, now } = *context;
    let SearchArguments {
        query: text,
        topic,
        source,
        since: span,
    } = &asked.arguments;
    let filter = ArticleFilter {
        source: source.clone(),
        topic: topic.clone(),
        since: since(now, span.as_deref())?,
        // One more tells whether there are more.
        limit: Some(asked.limit + 1),
        behind: asked.from.map(|from| ListPlace {
            at: from.at,
            article: ArticleId(from.id),
        }),
        ..ArticleFilter::default()
    };
    let mut head = context.head()?;
    let found = match text {
        Some(text) => {
            let query = query::parse(text).map_err(|error| wrong_query(text, &error))?;
            let hints = suspicions::in_query(text);
            let mut hints: Vec<String> = hints
                .iter()
                .take(HINTS_MAX)
                .map(|hint| cited::title(&hint.to_string()))
                .collect();
            let found = search::search(store, config, &query, filter)?;
            if let Some(number) = found.ranked {
                hints.push(format!(
                    "so common are these words that only the newest {number} articles were ranked"
                ));
            }
            if found.unindexed > 0 {
                hints.push(format!(
                    "not searched yet, since an upgrade: the oldest articles, {} at most",
                    found.unindexed
                ));
            }
            if found.hits.is_empty() && asked.from.is_none() {
                hints.push("nothing stored matches; fewer words, `OR`, word*, or no `since` may find more".to_owned());
            }
            if !hints.is_empty() {
                head.insert("hints".to_owned(), json!(hints));
            }
            found
        }
        None => search::newest(store, config, &filter)?,
    };
    let mut answer = ToolAnswer::new(head);
    let (mut last, mut is_all) = (None, found.hits.len() <= asked.limit);
    for hit in found.hits.iter().take(asked.limit) {
        // Purged a moment ago, it is not found any more.
        if let Some(item) = item(context, hit)?
            && !answer.push(item)
        {
            is_all = false;
            break;
        }
        last = Some(hit.place);
    }
    let cursor = last
        .filter(|_| !is_all)
        .map(|place| asked.cursor(place.at, place.article.0));
    Ok(answer.finish(cursor))
}

fn item(context: &ToolContext<'_>, hit: &HitView) -> Result<Option<Value>, ToolError> {
    let Some(article) = articles::citation(context.store, hit.article.id)? else {
        return Ok(None);
    };
    let mut fields = cited(&article);
    fields.insert("story".to_owned(), json!(article.story));
    fields.insert("topics".to_owned(), json!(cited::topics(&article.topics)));
    let found: String = hit.part.iter().map(|Piece { text, .. }| text.as_str()).collect();
    let shown = if found.is_empty() { &article.excerpt } else { &found };
    fields.insert(
        "snippet".to_owned(),
        display_text::line(shown, SUMMARY_CHARS_MAX).into(),
    );
    Ok(Some(marked(fields)))
}

/// Returns what is wrong with a query, the place marked in it, and what to write instead.
fn wrong_query(query: &str, error: &query::QueryError) -> ToolError {
    let at = error.span.start.min(query.len());
    let (before, after) = match query.is_char_boundary(at) {
        true => query.split_at(at),
        false => (query, ""),
    };
    let (before, after) = (text::tail(before, 60), text::head(after, 60));
    ToolError::new(format!(
        "the query has a mistake: {error}. The place is marked >>> here: {before}>>>{after}"
    ))
}
