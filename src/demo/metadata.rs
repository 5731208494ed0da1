//! What an article's page says about itself in its head, in the dialect of its outlet.
//!
//! Pure, and silent about the visible page. Outlets differ on purpose: one tells everything in
//! JSON-LD, one in OpenGraph, one nothing at all.

use serde_json::{Value, json};

use super::content::{DemoArticle, Template, Version};
use super::picture;
use super::site::{OutletSite, local};
use crate::text::escape;

/// Returns the markup of the head that belongs to the article.
pub fn of_article(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> String {
    match site.outlet.template {
        Template::Bare | Template::Microdata | Template::Consent | Template::Adverts => String::new(),
        Template::JsonLd => canonical(site, article) + &script(&news_article(site, article, version)),
        Template::JsonLdGraph => canonical(site, article) + &script(&graph(site, article, version)),
        Template::Paywall => {
            let mut data = news_article(site, article, version);
            data["isAccessibleForFree"] = json!(false);
            data["hasPart"] =
                json!({ "@type": "WebPageElement", "isAccessibleForFree": false, "cssSelector": ".subscribers-only" });
            canonical(site, article) + &script(&data)
        }
        Template::Amp => {
            let amp = format!("<link rel=\"amphtml\" href=\"{}\">\n", site.link(&amp_path(article)));
            canonical(site, article) + &amp + &open_graph(site, article, version)
        }
        Template::Live => canonical(site, article) + &script(&live(site, article, version)),
        Template::OpenGraph | Template::Blog | Template::Gallery | Template::Listing | Template::Windows1252 => {
            canonical(site, article) + &open_graph(site, article, version)
        }
    }
}

/// Returns where the AMP form of an article stands.
pub fn amp_path(article: &DemoArticle) -> String {
    format!("/amp/{}", article.slug)
}

/// Returns the element that names the article's own address.
pub fn canonical(site: &OutletSite<'_>, article: &DemoArticle) -> String {
    format!(
        "<link rel=\"canonical\" href=\"{}\">\n",
        escape(&site.link(&article.path))
    )
}

/// Returns the article as a JSON-LD script.
pub fn script_of(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> String {
    script(&news_article(site, article, version))
}

fn script(data: &Value) -> String {
    // "</" would end the script; JSON allows the slash to be escaped.
    format!(
        "<script type=\"application/ld+json\">{}</script>\n",
        data.to_string().replace("</", "<\\/")
    )
}

fn open_graph(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> String {
    let locale = match article.language.as_str() {
        "de" => "de_DE",
        "fr" => "fr_FR",
        _ => "en_US",
    };
    let mut properties = vec![
        ("og:type", "article".to_owned()),
        ("og:site_name", site.outlet.name.clone()),
        ("og:locale", locale.to_owned()),
        ("og:title", version.headline.clone()),
        ("og:description", version.standfirst.clone()),
        ("og:url", site.link(&article.path)),
        ("og:image", site.picture(article)),
        ("og:image:width", picture::WIDTH.to_string()),
        ("og:image:height", picture::HEIGHT.to_string()),
        (
            "article:published_time",
            local(article.published_at(), version).to_rfc3339(),
        ),
        ("article:modified_time", local(version.at, version).to_rfc3339()),
    ];
    properties.extend(article.author.iter().map(|name| ("article:author", name.clone())));
    let mut out = format!(
        "<meta name=\"description\" content=\"{}\">\n",
        escape(&version.standfirst)
    );
    for (property, content) in properties {
        out += &format!("<meta property=\"{property}\" content=\"{}\">\n", escape(&content));
    }
    out
}

fn news_article(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> Value {
    let author = match &article.author {
        Some(name) => json!([{ "@type": "Person", "name": name }]),
        None => json!([{ "@type": "Organization", "name": site.outlet.name }]),
    };
    json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": site.link(&article.path),
        "headline": version.headline,
        "description": version.standfirst,
        "datePublished": local(article.published_at(), version).to_rfc3339(),
        "dateModified": local(version.at, version).to_rfc3339(),
        "inLanguage": article.language,
        "author": author,
        "publisher": { "@type": "NewsMediaOrganization", "name": site.outlet.name, "url": site.link("/") },
        "image": {
            "@type": "ImageObject",
            "url": site.picture(article),
            "width": picture::WIDTH,
            "height": picture::HEIGHT,
        },
    })
}

fn graph(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> Value {
    let mut piece = news_article(site, article, version);
    let publisher = json!({ "@id": site.link("/#agency") });
    if let Some(fields) = piece.as_object_mut() {
        fields.remove("@context");
        fields.insert("publisher".to_owned(), publisher);
    }
    json!({
        "@context": "https://schema.org",
        "@graph": [
            { "@type": "NewsMediaOrganization", "@id": site.link("/#agency"), "name": site.outlet.name },
            { "@type": "WebSite", "@id": site.link("/#site"), "name": site.outlet.name, "url": site.link("/") },
            piece,
        ],
    })
}

fn live(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> Value {
    let mut posting = news_article(site, article, version);
    posting["@type"] = json!("LiveBlogPosting");
    posting["coverageEndTime"] = json!(local(version.at, version).to_rfc3339());
    posting
}
