//! `article`: the text of one article, or what changed in it.

use rmcp::schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::assistant::answer::ToolAnswer;
use crate::assistant::asked::{Asked, number};
use crate::assistant::cited::{self, cited, marked, moment};
use crate::assistant::context::ToolContext;
use crate::assistant::error::ToolError;
use crate::assistant::text_part;
use crate::digest::display_text::{self, SUMMARY_CHARS_MAX};
use crate::domain::ArticleId;
use crate::text::word_hash;
use crate::views::revision_diff::ArticleChange;
use crate::views::{UnknownKind, articles};

/// Sentences of one change that are told, and characters of one.
const SENTENCES_MAX: usize = 20;
const SENTENCE_CHARS_MAX: usize = 500;
/// What a register says of an article: things that are told.
const FACTS_MAX: usize = 20;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub struct ArticleArguments {
    /// The article's `id`, as `search` and `story` give it (`article` in `stories`).
    #[serde(default, deserialize_with = "number")]
    #[schemars(with = "Option<i64>")]
    id: Option<i64>,
    /// Or its web address.
    address: Option<String>,
    /// Tells what changed since it was first read, the latest change first, in place of the text.
    changes: Option<bool>,
}

/// Tells an article.
pub fn answer(context: &ToolContext<'_>, asked: &Asked<ArticleArguments>) -> Result<String, ToolError> {
    let ArticleArguments { id, address, changes } = &asked.arguments;
    let id = match (id, address) {
        (Some(id), _) => ArticleId(*id),
        (None, Some(address)) => articles::find(context.store, address.trim())?,
        (None, None) => {
            return Err(ToolError::new(
                "`article` needs `id` or `address`; `search` and `stories` give both",
            ));
        }
    };
    let article = articles::citation(context.store, id)?.ok_or_else(|| UnknownKind::Article.named(id))?;
    let mut fields = cited(&article);
    fields.insert("source".to_owned(), cited::name(&article.source).into());
    fields.insert("byline".to_owned(), article.byline.as_deref().map(cited::title).into());
    fields.insert(
        "language".to_owned(),
        display_text::language(article.language.as_deref()).into(),
    );
    fields.insert("textFrom".to_owned(), article.body_state.clone().into());
    fields.insert("story".to_owned(), json!(article.story));
    fields.insert("topics".to_owned(), json!(cited::topics(&article.topics)));
    let record = articles::record(context.store, id)?;
    if !record.is_empty() {
        let facts = record.iter().take(FACTS_MAX).map(|fact| {
            let value = display_text::line(&fact.value, SENTENCE_CHARS_MAX);
            let was = fact
                .was
                .as_deref()
                .map(|was| display_text::line(was, SENTENCE_CHARS_MAX));
            json!({ "name": fact.name, "value": value, "was": was })
        });
        fields.insert("record".to_owned(), facts.collect());
    }
    match changes.unwrap_or(false) {
        true => changes_of(context, asked, id, fields, &article.title),
        false => text_of(context, asked, id, fields, &article.excerpt),
    }
}

fn text_of(
    context: &ToolContext<'_>,
    asked: &Asked<ArticleArguments>,
    id: ArticleId,
    mut fields: Map<String, Value>,
    excerpt: &str,
) -> Result<String, ToolError> {
    let text = display_text::lines(&articles::text(context.store, id)?);
    let mark = mark_of(&text);
    if asked.from.is_some_and(|from| from.id != mark) {
        return Err(ToolError::new(
            "the text has changed since the last answer; read it again from the beginning, without the cursor",
        ));
    }
    if text.is_empty() {
        fields.insert(
            "excerpt".to_owned(),
            display_text::line(excerpt, SUMMARY_CHARS_MAX).into(),
        );
    }
    let mut answer = ToolAnswer::new(context.head()?);
    let from = asked.offset();
    fields.insert("textBytes".to_owned(), text.len().into());
    fields.insert("textBegins".to_owned(), from.min(text.len()).into());
    fields.insert("text".to_owned(), Value::String(String::new()));
    let room = answer.room_beside(&marked(fields.clone()));
    let part = text_part::part(&text, from, room);
    fields.insert("text".to_owned(), part.text.into());
    let is_told = answer.push(marked(fields));
    debug_assert!(is_told, "the first item always has room");
    Ok(answer.finish(part.next.map(|next| asked.cursor(next as i64, mark))))
}

/// Returns a mark by which a text is known again.
pub fn mark_of(text: &str) -> i64 {
    (word_hash(text) >> 32) as i64
}

fn changes_of(
    context: &ToolContext<'_>,
    asked: &Asked<ArticleArguments>,
    id: ArticleId,
    fields: Map<String, Value>,
    title: &str,
) -> Result<String, ToolError> {
    let mut head = context.head()?;
    head.insert("article".to_owned(), marked(fields));
    let mut answer = ToolAnswer::new(head);
    let changes = articles::changes(context.store, id, title)?;
    let from = asked.offset();
    for change in changes.iter().skip(from).take(asked.limit) {
        if !answer.push(change_item(change)) {
            break;
        }
    }
    let told = from + answer.told();
    let cursor = (told < changes.len()).then(|| asked.cursor(told as i64, 0));
    Ok(answer.finish(cursor))
}

fn change_item(change: &ArticleChange) -> Value {
    let sentences = change.sentences.iter().take(SENTENCES_MAX);
    let sentences: Vec<Value> = sentences
        .map(|sentence| {
            json!({
                "status": sentence.status,
                "words": display_text::line(&sentence.marked(), SENTENCE_CHARS_MAX),
            })
        })
        .collect();
    marked(Map::from_iter([
        ("changedBy".to_owned(), moment(change.replaced_date_time).into()),
        (
            "headlineBefore".to_owned(),
            change.title.as_deref().map(cited::title).into(),
        ),
        ("sentences".to_owned(), sentences.into()),
        (
            "moreSentences".to_owned(),
            change.sentences.len().saturating_sub(SENTENCES_MAX).into(),
        ),
    ]))
}
