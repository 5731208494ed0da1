//! Writes a document: its values as the lines of front matter, groups apart by one empty line, then the body.

use super::{Document, Picture, Provider, RelatedItem, ScalarText, Tail, scalar};

/// Returns the bytes of a document's file.
pub fn render(document: &Document) -> String {
    let mut out = Out {
        text: String::new(),
        newline: document.newline.as_str(),
    };
    out.line("---");
    first_group(document, &mut out);
    if let Some(content) = &document.featured_content {
        out.text("", "featuredContent", Some(content));
        out.line("");
    }
    if let Some(provider) = &document.provider {
        out.provider("", provider);
        out.line("");
    }
    if let Some(topics) = &document.topics {
        out.line("topics:");
        for topic in topics {
            out.line(&format!("  - {}", shown(topic)));
        }
        out.line("");
    }
    if let Some(images) = &document.images {
        out.line("images:");
        out.pictures("  ", images);
        out.line("");
    }
    if let Some(related) = &document.related {
        out.line("related:");
        related.iter().for_each(|item| out.related(item));
        out.line("");
    }
    out.text("", "secured", document.secured.as_ref());
    out.line("---");
    match &document.tail {
        Tail::None => out.line(""),
        Tail::Body(body) => {
            out.line("");
            out.line(body);
        }
        Tail::Other(tail) => out.text.push_str(tail),
    }
    out.text
}

fn first_group(document: &Document, out: &mut Out) {
    out.text("", "category", document.category.as_ref());
    out.text("", "title", document.title.as_ref());
    out.text("", "excerpt", document.excerpt.as_ref());
    out.text("", "publishedDateTime", document.published_date_time.as_ref());
    out.text("", "originalUrl", document.original_url.as_ref());
    out.text("", "webUrl", document.web_url.as_ref());
    out.text("", "ampWebUrl", document.amp_web_url.as_ref());
    out.text("", "cdnAmpWebUrl", document.cdn_amp_web_url.as_ref());
    out.text("", "type", document.kind.as_ref());
    out.value("", "quality", document.quality);
    out.value("", "heat", document.heat);
    if document.removed_after_published {
        out.value("", "published", document.published);
        out.value("", "removed", document.removed);
    } else {
        out.value("", "removed", document.removed);
        out.value("", "published", document.published);
    }
    for (key, value) in &document.others {
        out.text("", key, Some(value));
    }
    out.line("");
}

fn shown(text: &ScalarText) -> String {
    // A plain value never holds a line end: it was read from one line, or `ScalarText::plain` has quoted it.
    if text.is_quoted {
        scalar::quote(&text.value)
    } else {
        text.value.clone()
    }
}

struct Out {
    text: String,
    newline: &'static str,
}

impl Out {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push_str(self.newline);
    }

    fn text(&mut self, indent: &str, key: &str, value: Option<&ScalarText>) {
        if let Some(value) = value {
            self.line(&format!("{indent}{key}: {}", shown(value)));
        }
    }

    fn value(&mut self, indent: &str, key: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            self.line(&format!("{indent}{key}: {value}"));
        }
    }

    fn provider(&mut self, indent: &str, provider: &Provider) {
        self.line(&format!("{indent}provider:"));
        let inner = format!("{indent}  ");
        self.text(&inner, "name", provider.name.as_ref());
        self.text(&inner, "domain", provider.domain.as_ref());
        if let Some(images) = &provider.images {
            self.line(&format!("{inner}images:"));
            self.pictures(&format!("{inner}  "), images);
        }
    }

    fn pictures(&mut self, indent: &str, pictures: &[Picture]) {
        let inner = format!("{indent}  ");
        for picture in pictures {
            self.line(&format!("{indent}- url: {}", shown(&picture.url)));
            self.value(&inner, "width", picture.width);
            self.value(&inner, "height", picture.height);
            self.value(&inner, "isCached", picture.is_cached);
            self.text(&inner, "title", picture.title.as_ref());
        }
    }

    fn related(&mut self, item: &RelatedItem) {
        let inner = "    ";
        let title = item.title.as_ref().map_or_else(|| "\"\"".to_owned(), shown);
        self.line(&format!("  - title: {title}"));
        self.text(inner, "excerpt", item.excerpt.as_ref());
        self.text(inner, "publishedDateTime", item.published_date_time.as_ref());
        self.text(inner, "webUrl", item.web_url.as_ref());
        self.text(inner, "ampWebUrl", item.amp_web_url.as_ref());
        self.text(inner, "cdnAmpWebUrl", item.cdn_amp_web_url.as_ref());
        self.text(inner, "type", item.kind.as_ref());
        if let Some(provider) = &item.provider {
            self.provider(inner, provider);
        }
        self.value(inner, "quality", item.quality);
        if let Some(images) = &item.images {
            self.line("    images:");
            self.pictures("      ", images);
        }
    }
}
