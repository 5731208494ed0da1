//! `topics`: what is followed.

use rmcp::schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::assistant::answer::ToolAnswer;
use crate::assistant::asked::Asked;
use crate::assistant::cited;
use crate::assistant::context::ToolContext;
use crate::assistant::error::ToolError;
use crate::digest::display_text;
use crate::domain::topic::Topic;
use crate::store::articles::StoredTopic;
use crate::views::topics;

/// Characters of a rule that are told.
const RULE_CHARS_MAX: usize = 2_000;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub struct TopicsArguments {}

/// Lists the topics by name, with their rules.
pub fn answer(context: &ToolContext<'_>, asked: &Asked<TopicsArguments>) -> Result<String, ToolError> {
    let mut answer = ToolAnswer::new(context.head()?);
    let all = topics::list(context.store)?;
    let from = asked.offset();
    for topic in all.iter().skip(from).take(asked.limit) {
        let configured = context.config.topics.iter().find(|own| own.name == topic.name);
        if !answer.push(item(topic, configured)) {
            break;
        }
    }
    let told = from + answer.told();
    let cursor = (told < all.len()).then(|| asked.cursor(told as i64, 0));
    Ok(answer.finish(cursor))
}

fn item(topic: &StoredTopic, configured: Option<&Topic>) -> Value {
    let mut fields = Map::new();
    fields.insert("id".to_owned(), display_text::line(&topic.name, RULE_CHARS_MAX).into());
    if let Some(own) = configured {
        fields.extend(
            own.parent
                .as_deref()
                .map(|parent| ("parent".to_owned(), cited::title(parent).into())),
        );
        if let Some(query) = own.rule.as_query() {
            fields.insert("query".to_owned(), display_text::line(&query, RULE_CHARS_MAX).into());
        }
    }
    fields.insert("articles".to_owned(), topic.articles.into());
    fields.insert("stories".to_owned(), topic.stories.into());
    Value::Object(fields)
}
