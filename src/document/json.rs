//! A document's values as JSON: exactly those that are there, `body` only where there is one.

use serde_json::{Map, Value, json};

use super::{Document, Picture, Provider, RelatedItem, ScalarText};

/// Returns the document's values under the names they have in the file.
pub fn to_json(document: &Document) -> Value {
    let mut map = Map::new();
    put(&mut map, "category", document.category.as_ref());
    put(&mut map, "title", document.title.as_ref());
    put(&mut map, "excerpt", document.excerpt.as_ref());
    put(&mut map, "publishedDateTime", document.published_date_time.as_ref());
    put(&mut map, "originalUrl", document.original_url.as_ref());
    put(&mut map, "webUrl", document.web_url.as_ref());
    put(&mut map, "ampWebUrl", document.amp_web_url.as_ref());
    put(&mut map, "cdnAmpWebUrl", document.cdn_amp_web_url.as_ref());
    put(&mut map, "type", document.kind.as_ref());
    put_value(&mut map, "quality", document.quality);
    put_value(&mut map, "heat", document.heat);
    put_value(&mut map, "removed", document.removed);
    put_value(&mut map, "published", document.published);
    for (key, value) in &document.others {
        put(&mut map, key, Some(value));
    }
    put(&mut map, "featuredContent", document.featured_content.as_ref());
    put_value(&mut map, "provider", document.provider.as_ref().map(provider));
    put_value(
        &mut map,
        "topics",
        document
            .topics
            .as_ref()
            .map(|topics| topics.iter().map(ScalarText::as_str).collect::<Vec<_>>()),
    );
    put_value(&mut map, "images", document.images.as_deref().map(pictures));
    let related = document
        .related
        .as_ref()
        .map(|items| items.iter().map(related_item).collect::<Vec<_>>());
    put_value(&mut map, "related", related);
    put(&mut map, "secured", document.secured.as_ref());
    put_value(&mut map, "body", document.body());
    Value::Object(map)
}

fn put(map: &mut Map<String, Value>, key: &str, text: Option<&ScalarText>) {
    put_value(map, key, text.map(ScalarText::as_str));
}

fn put_value(map: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        map.insert(key.to_owned(), value.into());
    }
}

fn provider(provider: &Provider) -> Value {
    let mut map = Map::new();
    put(&mut map, "name", provider.name.as_ref());
    put(&mut map, "domain", provider.domain.as_ref());
    put_value(&mut map, "images", provider.images.as_deref().map(pictures));
    Value::Object(map)
}

fn pictures(pictures: &[Picture]) -> Value {
    let one = |picture: &Picture| {
        let mut map = Map::new();
        map.insert("url".to_owned(), json!(picture.url.as_str()));
        put_value(&mut map, "width", picture.width);
        put_value(&mut map, "height", picture.height);
        put_value(&mut map, "isCached", picture.is_cached);
        put(&mut map, "title", picture.title.as_ref());
        Value::Object(map)
    };
    Value::Array(pictures.iter().map(one).collect())
}

fn related_item(item: &RelatedItem) -> Value {
    let mut map = Map::new();
    put(&mut map, "title", item.title.as_ref());
    put(&mut map, "excerpt", item.excerpt.as_ref());
    put(&mut map, "publishedDateTime", item.published_date_time.as_ref());
    put(&mut map, "webUrl", item.web_url.as_ref());
    put(&mut map, "ampWebUrl", item.amp_web_url.as_ref());
    put(&mut map, "cdnAmpWebUrl", item.cdn_amp_web_url.as_ref());
    put(&mut map, "type", item.kind.as_ref());
    put_value(&mut map, "provider", item.provider.as_ref().map(provider));
    put_value(&mut map, "quality", item.quality);
    put_value(&mut map, "images", item.images.as_deref().map(pictures));
    Value::Object(map)
}
