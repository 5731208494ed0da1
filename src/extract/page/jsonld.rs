//! What a page says of itself in JSON-LD: several blocks, graphs, comments around them, trailing commas.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value;

use super::text::unescaped;
use crate::text::clean;
use crate::text::json::{self, Damage};

/// Blocks read per page.
const BLOCKS_MAX: usize = 40;
/// A block longer than this is left alone, in bytes.
const BLOCK_BYTES_MAX: usize = 1024 * 1024;
/// Nodes looked at per page.
const NODES_MAX: usize = 5_000;

const ARTICLE_TYPES: &[&str] = &[
    "NewsArticle",
    "Article",
    "BlogPosting",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
    "LiveBlogPosting",
    "TechArticle",
    "ScholarlyArticle",
    "Report",
    "ReviewNewsArticle",
    "BackgroundNewsArticle",
    "SocialMediaPosting",
    "Review",
    "Recipe",
    "AdvertiserContentArticle",
    "SatiricalArticle",
    "MedicalWebPage",
];

/// What structured data tells of the article.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct StructuredData {
    pub headline: Option<String>,
    pub description: Option<String>,
    pub authors: Vec<String>,
    pub published: Option<String>,
    /// When the page was made that is called no article.
    pub page_published: Option<String>,
    pub modified: Option<String>,
    pub image: Option<(String, Option<u32>, Option<u32>)>,
    pub publisher: Option<String>,
    pub body: Option<String>,
    pub url: Option<String>,
    pub language: Option<String>,
    pub is_video: bool,
    /// The page says its text is not free.
    pub is_closed: bool,
    /// The page says its text is free.
    pub is_free: bool,
    pub is_article: bool,
    /// When the one event begins that the page tells of.
    pub event: Option<String>,
    /// Articles told of: a page that lists several is none of them.
    pub articles: usize,
}

/// Returns what a page's JSON-LD blocks tell.
pub fn read<'a>(blocks: impl Iterator<Item = &'a str>) -> StructuredData {
    let mut nodes = Vec::new();
    for block in blocks.take(BLOCKS_MAX).filter(|block| block.len() <= BLOCK_BYTES_MAX) {
        match value_of(block) {
            Some(value) => gather(value, &mut nodes),
            None => nodes.extend(salvaged(block)),
        }
    }
    let rank = |node: &Value| {
        let position = types(node)
            .filter_map(|name| ARTICLE_TYPES.iter().position(|own| *own == name))
            .min();
        position.map(|at| (at, node.get("articleBody").is_none(), node.get("headline").is_none()))
    };
    let best = nodes
        .iter()
        .filter_map(|node| Some((rank(node)?, node)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, node)| node);
    let mut structured = best.map(|node| of_article(node, &nodes)).unwrap_or_default();
    let named = nodes.iter().filter(|node| rank(node).is_some());
    let named: HashSet<String> = named.filter_map(|node| text(node, &["headline", "name"])).collect();
    structured.articles = named.len();
    structured.event = event(&nodes);
    if best.is_none() {
        let page = nodes.iter().find(|node| types(node).any(|name| name == "VideoObject"));
        // When a page was made that calls itself no article is no date of publication.
        if let Some(page) = page {
            structured.published = text(page, &["datePublished", "uploadDate"]);
            structured.modified = text(page, &["dateModified"]);
            structured.is_video = types(page).any(|name| name == "VideoObject");
        }
    }
    if structured.published.is_none() {
        // A page by somebody is a text; others are the site's own, made on some day.
        let is_text = |node: &&Value| types(node).any(|name| name.ends_with("Page")) && node.get("author").is_some();
        let page = nodes.iter().find(is_text);
        structured.page_published = page.and_then(|page| text(page, &["datePublished"]));
    }
    if structured.publisher.is_none() {
        let site = nodes
            .iter()
            .find(|node| types(node).any(|name| matches!(name, "WebSite" | "NewsMediaOrganization" | "Organization")));
        structured.publisher = site.and_then(|site| text(site, &["name"]));
    }
    structured
}

/// Returns when the event of a page begins; a page of several tells of none.
fn event(nodes: &[Value]) -> Option<String> {
    let is_event = |node: &&Value| types(node).any(|name| name.ends_with("Event"));
    let begins: HashSet<String> = nodes
        .iter()
        .filter(is_event)
        .filter_map(|node| text(node, &["startDate"]))
        .collect();
    begins
        .into_iter()
        .next()
        .filter(|_| nodes.iter().filter(is_event).count() == 1)
}

/// Returns what can be read of an article's block that is no JSON, such as one with quotes in a headline: its dates.
fn salvaged(block: &str) -> Option<Value> {
    let value = |key: &str| {
        let (_, rest) = block.split_once(&format!("\"{key}\""))?;
        let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
        rest.split('"').next().filter(|text| text.len() < 60)
    };
    let kind = value("@type").filter(|kind| ARTICLE_TYPES.contains(kind))?;
    let mut node = serde_json::Map::new();
    node.insert("@type".to_owned(), Value::from(kind));
    for key in ["datePublished", "dateModified"] {
        node.extend(value(key).map(|text| (key.to_owned(), Value::from(text))));
    }
    Some(Value::Object(node))
}

fn gather(value: Value, nodes: &mut Vec<Value>) {
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        if nodes.len() >= NODES_MAX {
            return;
        }
        match value {
            Value::Array(values) => waiting.extend(values.into_iter().rev()),
            Value::Object(mut map) => {
                if let Some(graph) = map.remove("@graph") {
                    waiting.push(graph);
                }
                for key in ["mainEntity", "mainEntityOfPage"] {
                    if let Some(inner) = map
                        .get(key)
                        .filter(|inner| inner.is_object() && inner.get("headline").is_some())
                    {
                        waiting.push(inner.clone());
                    }
                }
                nodes.push(Value::Object(map));
            }
            _ => {}
        }
    }
}

fn types(node: &Value) -> impl Iterator<Item = &str> {
    let value = node.get("@type");
    let many = value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    value
        .and_then(Value::as_str)
        .into_iter()
        .chain(many)
        .map(|name| name.rsplit(['/', ':']).next().unwrap_or(name))
}

fn text(node: &Value, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| plain(node.get(*key)?))
}

fn plain(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => clean(text).into_owned(),
        Value::Array(values) => values.iter().find_map(plain)?,
        Value::Object(map) => plain(map.get("@value").or_else(|| map.get("name"))?)?,
        _ => return None,
    };
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn of_article(node: &Value, nodes: &[Value]) -> StructuredData {
    let authors = node.get("author").or_else(|| node.get("creator"));
    let mut names = Vec::new();
    if let Some(authors) = authors {
        author_names(authors, nodes, &mut names);
    }
    StructuredData {
        headline: text(node, &["headline", "name"]),
        description: text(node, &["description"]),
        authors: names,
        published: text(node, &["datePublished", "dateCreated"]),
        page_published: None,
        modified: text(node, &["dateModified"]),
        image: node.get("image").and_then(|image| picture(image, nodes)),
        publisher: node.get("publisher").and_then(|publisher| resolve(publisher, nodes)),
        body: text(node, &["articleBody"]),
        url: text(node, &["url"]),
        language: text(node, &["inLanguage"]),
        is_video: false,
        is_closed: says(node, "isAccessibleForFree", false),
        is_free: says(node, "isAccessibleForFree", true),
        is_article: true,
        event: None,
        articles: 0,
    }
}

/// Whether a node says this of itself, as a value or as a word.
fn says(node: &Value, key: &str, wanted: bool) -> bool {
    match node.get(key) {
        Some(Value::Bool(told)) => *told == wanted,
        Some(Value::String(told)) => told.eq_ignore_ascii_case(if wanted { "true" } else { "false" }),
        _ => false,
    }
}

/// Returns a name given here or, by its `@id`, in another node.
fn resolve(value: &Value, nodes: &[Value]) -> Option<String> {
    plain(value).filter(|name| !name.starts_with("http")).or_else(|| {
        let id = value.get("@id")?.as_str()?;
        nodes
            .iter()
            .find(|node| node.get("@id").and_then(Value::as_str) == Some(id))
            .and_then(|node| text(node, &["name"]))
    })
}

fn author_names(value: &Value, nodes: &[Value], names: &mut Vec<String>) {
    match value {
        Value::Array(values) => values.iter().take(20).for_each(|one| {
            if !one.is_array() {
                author_names(one, nodes, names);
            }
        }),
        Value::Object(map) if map.get("name").is_some_and(Value::is_array) => {
            names.extend(map["name"].as_array().into_iter().flatten().filter_map(plain));
        }
        one => names.extend(resolve(one, nodes)),
    }
}

fn picture(value: &Value, nodes: &[Value]) -> Option<(String, Option<u32>, Option<u32>)> {
    match value {
        Value::String(url) if !url.trim().is_empty() => Some((url.trim().to_owned(), None, None)),
        Value::Array(values) => values
            .iter()
            .filter(|one| !one.is_array())
            .find_map(|one| picture(one, nodes)),
        Value::Object(map) => {
            let size = |key| match map.get(key) {
                Some(Value::Number(n)) => n.as_u64().and_then(|n| u32::try_from(n).ok()),
                Some(Value::String(n)) => n.trim_end_matches("px").trim().parse().ok(),
                _ => None,
            };
            let url = map.get("url").or_else(|| map.get("contentUrl")).and_then(plain);
            match url {
                Some(url) => Some((url, size("width"), size("height"))),
                None => {
                    let id = map.get("@id")?.as_str()?;
                    let node = nodes
                        .iter()
                        .find(|node| node.get("@id").and_then(Value::as_str) == Some(id))?;
                    let url = text(node, &["url", "contentUrl"])?;
                    Some((url, None, None))
                }
            }
        }
        _ => None,
    }
}

/// Returns the value a block holds; none when it is no JSON even when mended.
fn value_of(block: &str) -> Option<Value> {
    let trimmed = block
        .trim()
        .trim_start_matches("<!--")
        .trim_start_matches("//<![CDATA[")
        .trim_start_matches("/*<![CDATA[*/");
    let trimmed = trimmed
        .trim_end_matches("-->")
        .trim_end_matches("//]]>")
        .trim_end_matches("/*]]>*/")
        .trim()
        .trim_end_matches(';');
    // Markup that was escaped as text would be.
    let escaped = !trimmed.contains('"') && trimmed.contains("&quot;");
    let trimmed = if escaped {
        Cow::Owned(unescaped(trimmed))
    } else {
        Cow::Borrowed(trimmed)
    };
    // Where it is not clear what belongs to what, a headline may be cut, or another's.
    let mended = json::parse(&trimmed);
    let is_whole = mended.as_ref().is_some_and(|(_, damage)| *damage == Damage::None);
    let several = if is_whole { None } else { several(&trimmed) };
    several.or_else(|| {
        mended
            .filter(|(_, damage)| *damage < Damage::Structure)
            .map(|(value, _)| value)
    })
}

/// Returns the objects of a block that holds one behind the other; none when one of them is no JSON.
fn several(block: &str) -> Option<Value> {
    let values = serde_json::Deserializer::from_str(block)
        .into_iter::<Value>()
        .take(NODES_MAX);
    let values: Vec<Value> = values.collect::<Result<_, _>>().ok()?;
    (values.len() > 1).then_some(Value::Array(values))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn several_objects_and_escaped_ones_are_read() {
        let two = r#"{"@type": "Organization", "name": "The Post"} {"@type": "NewsArticle", "headline": "A"}"#;
        let escaped = "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;A&quot;}";
        for block in [two, escaped] {
            assert_eq!(read([block].into_iter()).headline.as_deref(), Some("A"), "{block}");
        }
    }

    #[test]
    fn damaged_blocks_and_graphs_are_read() {
        let structured = read(
            [
                "{not json",
                "<!-- {\"@graph\": [{\"@type\": \"WebSite\", \"name\": \"The Post\"}, {\"@type\": [\"Thing\", \"NewsArticle\"], \"headline\": \"A\nB\", \"author\": [{\"name\": \"Jo\"}, \"Al\"], \"isAccessibleForFree\": \"False\", }],} -->",
            ]
            .into_iter(),
        );
        assert_eq!(structured.headline.as_deref(), Some("A\nB"));
        assert_eq!(structured.authors, ["Jo", "Al"]);
        assert_eq!(structured.publisher.as_deref(), Some("The Post"));
        assert!(structured.is_closed && structured.is_article);
    }
}
