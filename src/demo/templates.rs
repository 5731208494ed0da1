//! The newsroom's pages: the frame each outlet puts around an article, and the pages without one.
//!
//! Pure: a site, an article and its version in, HTML out. What stands around the text (teasers,
//! adverts, forms, lists) is here to be left out again by whoever extracts it; the text itself
//! comes from `bodies`.

use super::bodies;
use super::content::{DemoArticle, Template, Version};
use super::metadata;
use super::site::{OutletSite, spoken_date};
use crate::text::escape;

/// How many other articles a page points to.
const TEASERS_MAX: usize = 5;

/// Returns the page of an article.
pub fn article(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> String {
    if site.outlet.template == Template::Consent {
        return consent_wall(site);
    }
    let head = metadata::of_article(site, article, version);
    let title = match site.outlet.template {
        Template::Bare => site.outlet.name.clone(),
        _ => format!("{} | {}", version.headline, site.outlet.name),
    };
    let main = bodies::of_article(site, article, version);
    let around = teasers(site, article) + &popular(site) + &newsletter(site);
    frame(
        site,
        &article.language,
        &title,
        &head,
        &format!("<main>\n{main}</main>\n<aside>\n{around}</aside>\n"),
    )
}

/// Returns the AMP form of an article.
pub fn amp(site: &OutletSite<'_>, article: &DemoArticle, version: &Version) -> String {
    let (canonical, script) = (
        metadata::canonical(site, article),
        metadata::script_of(site, article, version),
    );
    format!(
        "<!doctype html>\n<html amp lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n\
         {canonical}{script}<meta name=\"viewport\" content=\"width=device-width\">\n</head>\n<body>\n<article>\n\
         {}<amp-img src=\"{}\" width=\"1200\" height=\"630\" layout=\"responsive\"></amp-img>\n{}</article>\n</body>\n\
         </html>\n",
        article.language,
        escape(&version.headline),
        bodies::headline(site, article, version),
        escape(&site.picture(article)),
        super::site::plain_body(version),
    )
}

/// Returns the outlet's front page, or the list of its articles: the same page, as small outlets have it.
pub fn front(site: &OutletSite<'_>) -> String {
    let head = match site.outlet.feed {
        Some(_) => "<link rel=\"alternate\" type=\"application/rss+xml\" title=\"Feed\" href=\"/feed.xml\">\n",
        None => "",
    };
    let mut main = format!(
        "<h1>{}</h1>\n<p class=\"tagline\">{}</p>\n",
        name(site),
        escape(&site.outlet.tagline)
    );
    for (article, version) in site.on_show() {
        main += &format!(
            "<article class=\"entry\">\n<h2><a href=\"{}\">{}</a></h2>\n\
             <p class=\"date\"><time datetime=\"{}\">{}</time></p>\n<p>{}</p>\n</article>\n",
            escape(&article.path),
            escape(&version.headline),
            super::site::local(article.published_at(), version).to_rfc3339(),
            spoken_date(article.published_at(), version, &article.language),
            escape(&version.standfirst),
        );
    }
    let around = popular(site) + &newsletter(site);
    let title = format!("{} – {}", site.outlet.name, site.outlet.tagline);
    frame(
        site,
        language(site),
        &title,
        head,
        &format!("<main>\n{main}</main>\n<aside>\n{around}</aside>\n"),
    )
}

/// Returns the page behind the links that lead nowhere in particular: about, archive, contact.
pub fn aside(site: &OutletSite<'_>) -> String {
    let main = format!(
        "<main><p>This page of {} is not part of the newsroom.</p></main>\n",
        name(site)
    );
    frame(site, "en", &site.outlet.name, "", &main)
}

/// Returns the charset the outlet's pages are served in.
pub fn charset(site: &OutletSite<'_>) -> &'static str {
    match site.outlet.template {
        Template::Windows1252 => "windows-1252",
        _ => "utf-8",
    }
}

fn name(site: &OutletSite<'_>) -> String {
    escape(&site.outlet.name)
}

fn language(site: &OutletSite<'_>) -> &'static str {
    match site.outlet.template {
        Template::Windows1252 => "de",
        Template::Microdata => "fr",
        _ => "en",
    }
}

fn frame(site: &OutletSite<'_>, language: &str, title: &str, head: &str, content: &str) -> String {
    let (name, tagline) = (name(site), escape(&site.outlet.tagline));
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"{}\">\n<title>{}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n{head}</head>\n<body class=\"{}\">\n<header>\n\
         <a class=\"logo\" href=\"/\">{name}</a>\n<p>{tagline}</p>\n<nav><ul>\n<li><a href=\"/\">Front page</a></li>\n\
         <li><a href=\"/archive/city\">City</a></li>\n<li><a href=\"/archive/state\">State</a></li>\n\
         <li><a href=\"/archive/sport\">Sport</a></li>\n<li><a href=\"/archive/opinion\">Opinion</a></li>\n\
         </ul></nav>\n</header>\n{content}<footer>\n\
         <p>© 2026 {name}. All rights reserved. No part of this page may be reproduced without permission.</p>\n<ul>\n\
         <li><a href=\"/archive/about\">About us</a></li>\n<li><a href=\"/archive/contact\">Contact</a></li>\n\
         <li><a href=\"/archive/privacy\">Privacy policy</a></li>\n\
         <li><a href=\"/archive/terms\">Terms of use</a></li>\n</ul>\n</footer>\n</body>\n</html>\n",
        charset(site),
        escape(title),
        site.outlet.host,
    )
}

fn consent_wall(site: &OutletSite<'_>) -> String {
    let name = name(site);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>Before you continue to {name}</title>\n</head>\n<body class=\"consent\">\n\
         <div role=\"dialog\" id=\"consent-banner\">\n<h1>We value your privacy</h1>\n\
         <p>{name} and its 214 partners store and access information on your device, such as cookies and unique \
         identifiers, to show personalised advertising and content, to measure both, and to learn about our \
         audience.</p>\n\
         <p>With your consent we and our partners may use precise location data. You may click to accept the \
         processing described above, or manage your preferences before you consent. Your choice applies to this \
         website only and can be changed at any time by way of the cookie settings in the footer.</p>\n\
         <button>Accept all cookies</button>\n<button>Reject all</button>\n<button>Manage preferences</button>\n\
         </div>\n</body>\n</html>\n"
    )
}

fn teasers(site: &OutletSite<'_>, current: &DemoArticle) -> String {
    let mut out = "<section class=\"related-posts\">\n<h3>More from us</h3>\n<ul>\n".to_owned();
    for (article, version) in site
        .on_show()
        .into_iter()
        .filter(|(a, _)| a.id != current.id)
        .take(TEASERS_MAX)
    {
        out += &format!(
            "<li><a href=\"{}\">{}</a></li>\n",
            escape(&article.path),
            escape(&version.headline)
        );
    }
    out + "</ul>\n</section>\n"
}

fn popular(site: &OutletSite<'_>) -> String {
    let mut out = "<section class=\"most-read\">\n<h3>Most read</h3>\n<ol>\n".to_owned();
    for (position, headline) in site.outlet.popular.iter().enumerate() {
        out += &format!(
            "<li><a href=\"/archive/popular-{}\">{}</a></li>\n",
            position + 1,
            escape(headline)
        );
    }
    out + "</ol>\n</section>\n"
}

fn newsletter(site: &OutletSite<'_>) -> String {
    format!(
        "<section class=\"newsletter\">\n<h3>{} in your inbox</h3>\n\
         <p>Sign up for our newsletter and get the best stories every morning. You can unsubscribe at any time.</p>\n\
         <form><input type=\"email\" placeholder=\"Your e-mail address\"><button>Subscribe</button></form>\n\
         </section>\n",
        name(site)
    )
}
