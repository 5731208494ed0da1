//! The part of an article's page that holds the article, in the manner of its outlet.
//!
//! Pure. Each manner mixes the text with something a real page has there: share rows, adverts,
//! an author's biography, comments, captions, times of a live blog, an offer to subscribe.

use super::content::{DemoArticle, Template, Version};
use super::site::{OutletSite, clock_after, local, plain_body, spoken_date};
use crate::text::escape;

/// How many paragraphs a paywall lets everyone read.
const PAYWALL_FREE: usize = 2;
/// After how many paragraphs an advert comes.
const ADVERT_EVERY: usize = 3;
/// After how many paragraphs an appeal comes.
const APPEAL_AFTER: usize = 2;

/// Returns the article as its outlet shows it.
pub fn of_article(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> String {
    match site.outlet.template {
        Template::Bare => bare(site, article, version),
        Template::Blog => blog(site, article, version),
        Template::Adverts => adverts(site, article, version),
        Template::Live => live(site, article, version),
        Template::Gallery => gallery(site, article, version),
        Template::Paywall => paywall(site, article, version),
        Template::Microdata => microdata(site, article, version),
        Template::Windows1252 => old_tables(site, article, version),
        Template::Amp
        | Template::Consent
        | Template::JsonLd
        | Template::JsonLdGraph
        | Template::Listing
        | Template::OpenGraph => plain(site, article, version),
    }
}

/// Returns headline, standfirst, byline and date.
pub fn headline(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> String {
    format!(
        "<h1>{}</h1>\n<p class=\"standfirst\">{}</p>\n<p class=\"byline\">{} <time datetime=\"{}\">{}</time></p>\n",
        escape(&version.headline),
        escape(&version.standfirst),
        byline(site, article),
        local(article.published_at(), version).to_rfc3339(),
        spoken_date(article.published_at(), version, &article.language),
    )
}

fn byline(site: &OutletSite<'_>, article: &DemoArticle) -> String {
    let name = escape(article.author.as_deref().unwrap_or(&site.outlet.name));
    match article.language.as_str() {
        "de" => format!("Von <span class=\"author\">{name}</span>"),
        "fr" => format!("Par <span class=\"author\">{name}</span>"),
        _ => format!("By <span class=\"author\">{name}</span>"),
    }
}

fn lead_picture(site: &OutletSite<'_>, article: &DemoArticle) -> String {
    let caption = article
        .captions
        .first()
        .map(|c| format!("<figcaption>{}</figcaption>", escape(c)));
    format!(
        "<figure><img src=\"{}\" width=\"1200\" height=\"630\" alt=\"\">{}</figure>\n",
        escape(&site.picture(article)),
        caption.unwrap_or_default()
    )
}

fn share_row() -> &'static str {
    "<div class=\"share\"><a href=\"#\">Share</a> <a href=\"#\">Mail</a> <a href=\"#\">Print</a> <a href=\"#\">Copy \
     link</a></div>\n"
}

fn plain(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> String {
    format!(
        "<article>\n{}{}{}<div class=\"article-body\">\n{}</div>\n</article>\n",
        headline(site, article, version),
        share_row(),
        lead_picture(site, article),
        with_appeal(site, version)
    )
}

/// The text with the outlet's appeal in it, if it makes one.
fn with_appeal(site: &OutletSite<'_>, version: &Version) -> String {
    let mut paragraphs: Vec<&str> = version.paragraphs.iter().map(String::as_str).collect();
    if let Some(appeal) = &site.outlet.appeal {
        paragraphs.insert(APPEAL_AFTER.min(paragraphs.len()), appeal);
    }
    paragraphs.iter().map(|p| format!("<p>{}</p>\n", escape(p))).collect()
}

/// No classes, no times for machines, no picture: what was normal once.
fn bare(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> String {
    format!(
        "<div>\n<h1>{}</h1>\n<div><b>{}</b></div>\n<div><i>{}, {}</i></div>\n<div>\n{}</div>\n</div>\n",
        escape(&version.headline),
        escape(&version.standfirst),
        byline(site, article),
        spoken_date(article.published_at(), version, &article.language),
        plain_body(version)
    )
}

fn blog(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> String {
    let author = escape(article.author.as_deref().unwrap_or(&site.outlet.name));
    let (early, late) = (clock_after(version, 40), clock_after(version, 95));
    format!(
        "<article class=\"post type-post hentry\">\n<header class=\"entry-header\">\n{}</header>\n\
         {}<div class=\"entry-content\">\n\
         {}{}<div class=\"sharedaddy\"><h3>Share this:</h3><ul><li><a href=\"#\">Mail</a></li><li><a href=\"#\">\
         Print</a></li></ul></div>\n</div>\n\
         <footer class=\"entry-footer\">Filed under <a href=\"/archive/rules\">Rules</a>, \
         <a href=\"/archive/machines\">Machines</a></footer>\n</article>\n\
         <div class=\"author-bio\"><h4>About {author}</h4><p>{author} has written for {} since its first issue, keeps \
         two goats, and answers every letter that comes on paper.</p></div>\n\
         <div id=\"comments\" class=\"comments-area\">\n<h3>2 comments</h3>\n<ol>\n\
         <li><cite>gatekeeper61</cite> <span>{early}</span><p>Good piece, but you forgot the ferry terminal. Has \
         anyone looked up there lately?</p></li>\n\
         <li><cite>M. Ottway</cite> <span>{late}</span><p>First time I agree with you in years. I shall cancel \
         nothing.</p></li>\n</ol>\n\
         <form><textarea placeholder=\"Leave a reply\"></textarea><button>Post comment</button></form>\n</div>\n",
        headline(site, article, version),
        lead_picture(site, article),
        plain_body(version),
        "<div class=\"wp-block-spacer\"></div>\n",
        escape(&site.outlet.name),
    )
}

fn adverts(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> String {
    let mut text = String::new();
    for (position, paragraph) in version.paragraphs.iter().enumerate() {
        text += &format!("<p>{}", escape(paragraph));
        if (position + 1) % ADVERT_EVERY == 0 {
            text += "<div class=\"ad ad-slot\"><span>Advertisement</span> <a href=\"#\">Gull-proof umbrellas, now half \
                     price at Pemberly’s. Click here before they fly away!</a></div>";
        }
        text += "</p>\n";
    }
    format!(
        "<div class=\"ad ad-top\">Advertisement</div>\n<div id=\"story\">\n{}{}<div class=\"story-text\">\n\
         {text}</div>\n{}</div>\n",
        headline(site, article, version),
        lead_picture(site, article),
        share_row()
    )
}

/// A paragraph that starts with "HH:MM |" is a post of that time.
fn live(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> String {
    let day = local(version.at, version).format("%Y-%m-%d");
    let mut posts = String::new();
    for paragraph in &version.paragraphs {
        let (time, text) = paragraph.split_once(" | ").unwrap_or(("", paragraph));
        let time = match time {
            "" => String::new(),
            time => format!("<time datetime=\"{day}T{time}\">{time}</time>\n"),
        };
        posts += &format!(
            "<section class=\"live-post\">\n{time}<p>{}</p>\n</section>\n",
            escape(text)
        );
    }
    format!(
        "<article class=\"live-blog\">\n{}{}<p class=\"live-note\">This page has stopped updating.</p>\n\
         {posts}</article>\n",
        headline(site, article, version),
        lead_picture(site, article)
    )
}

/// One picture of three between the paragraphs, each with its caption.
fn gallery(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> String {
    let mut text = String::new();
    for (position, paragraph) in version.paragraphs.iter().enumerate() {
        if let Some(caption) = article.captions.get(position) {
            text += &format!(
                "<figure class=\"slide\"><img src=\"/images/{}-{}-{}.png\" width=\"1200\" height=\"630\" alt=\"\">\
                 <figcaption>{} <span class=\"credit\">Photo: {}</span></figcaption></figure>\n",
                article.number,
                article.slug,
                position + 1,
                escape(caption),
                escape(article.author.as_deref().unwrap_or("agency")),
            );
        }
        text += &format!("<p>{}</p>\n", escape(paragraph));
    }
    format!(
        "<article class=\"gallery\">\n{}{text}</article>\n",
        headline(site, article, version)
    )
}

fn paywall(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> String {
    let free: String = version
        .paragraphs
        .iter()
        .take(PAYWALL_FREE)
        .map(|p| format!("<p>{}</p>\n", escape(p)))
        .collect();
    format!(
        "<article>\n{}{}<div class=\"teaser\">\n{free}</div>\n<div class=\"subscribers-only\">\n\
         <h2>Read on with a subscription</h2>\n\
         <p>This article is for subscribers. Get full access to {} from $1 a week, and cancel at any time.</p>\n\
         <a class=\"button\" href=\"#\">Subscribe now</a> <p>Already a subscriber? <a href=\"#\">Log in</a></p>\n\
         </div>\n</article>\n",
        headline(site, article, version),
        lead_picture(site, article),
        escape(&site.outlet.name)
    )
}

fn microdata(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> String {
    format!(
        "<article itemscope itemtype=\"https://schema.org/NewsArticle\">\n<h1 itemprop=\"headline\">{}</h1>\n\
         <p itemprop=\"description\">{}</p>\n\
         <p>Par <span itemprop=\"author\">{}</span>, <time itemprop=\"datePublished\" datetime=\"{}\">{}</time></p>\n\
         <img itemprop=\"image\" src=\"{}\" alt=\"\">\n<div itemprop=\"articleBody\">\n{}</div>\n</article>\n",
        escape(&version.headline),
        escape(&version.standfirst),
        escape(article.author.as_deref().unwrap_or(&site.outlet.name)),
        local(article.published_at(), version).to_rfc3339(),
        spoken_date(article.published_at(), version, &article.language),
        escape(&site.picture(article)),
        plain_body(version)
    )
}

/// A page laid out with a table, its paragraphs kept apart by double line breaks.
fn old_tables(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> String {
    let text: Vec<String> = version.paragraphs.iter().map(|p| escape(p)).collect();
    format!(
        "<table width=\"100%\"><tr><td width=\"20%\"><a href=\"/archive/politik\">Politik</a><br>\
         <a href=\"/archive/kultur\">Kultur</a><br><a href=\"/archive/hafen\">Hafen</a></td>\n<td>\n\
         {}{}<font size=\"3\">\n{}\n</font>\n</td></tr></table>\n",
        headline(site, article, version),
        lead_picture(site, article),
        text.join("\n<br><br>\n")
    )
}
