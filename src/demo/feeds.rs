//! The newsroom's feeds: each outlet's newest articles in the form that outlet is fond of.
//!
//! Pure: the same site at the same moment gives the same bytes. One form is broken on purpose, in
//! ways a tolerant reader gets over: bare ampersands, an element left open, a declared charset
//! that cannot be true, times in a loose form, and an end that is cut off.

use std::fmt::Write as _;

use serde_json::json;

use super::content::{DemoArticle, NewsroomFeed, Version};
use super::site::{OutletSite, http_date, local, plain_body};
use crate::text::escape;

/// How many articles a feed lists.
pub const ENTRIES_MAX: usize = 30;

/// Returns the feed's content type and text; nothing for an outlet whose feed fails or that has none.
pub fn render(site: &OutletSite<'_>) -> Option<(&'static str, String)> {
    match site.outlet.feed? {
        NewsroomFeed::RssFull => Some(("application/rss+xml; charset=utf-8", rss(site, true))),
        NewsroomFeed::RssSummary => Some(("application/rss+xml; charset=utf-8", rss(site, false))),
        NewsroomFeed::Rdf => Some(("application/rdf+xml", rdf(site))),
        NewsroomFeed::Atom => Some(("application/atom+xml; charset=utf-8", atom(site, false))),
        NewsroomFeed::AtomFull => Some(("application/atom+xml; charset=utf-8", atom(site, true))),
        NewsroomFeed::Json => Some(("application/feed+json", json_feed(site))),
        NewsroomFeed::Broken => Some(("text/xml", broken(site))),
        NewsroomFeed::Failing => None,
    }
}

/// An article as a feed needs it; every text is escaped.
struct Item<'a> {
    article: &'a DemoArticle,
    version: &'a Version,
    title: String,
    link: String,
    summary: String,
    author: Option<String>,
}

fn items<'a>(site: &OutletSite<'a>) -> Vec<Item<'a>> {
    let item = |(article, version): (&'a DemoArticle, &'a Version)| Item {
        title: escape(&version.headline),
        link: escape(&site.link(&article.path)),
        summary: escape(&version.standfirst),
        author: article.author.as_deref().map(escape),
        article,
        version,
    };
    site.on_show().into_iter().take(ENTRIES_MAX).map(item).collect()
}

impl Item<'_> {
    fn published_rfc2822(&self) -> String {
        local(self.article.published_at(), self.version).to_rfc2822()
    }

    fn published_rfc3339(&self) -> String {
        local(self.article.published_at(), self.version).to_rfc3339()
    }

    fn updated_rfc3339(&self) -> String {
        local(self.version.at, self.version).to_rfc3339()
    }

    /// The standfirst and the text: what an outlet means by a feed with full text.
    fn full_text(&self) -> String {
        format!("<p><strong>{}</strong></p>\n{}", self.summary, plain_body(self.version))
    }
}

fn rss(site: &OutletSite<'_>, full: bool) -> String {
    let (name, tagline, base) = (escape(&site.outlet.name), escape(&site.outlet.tagline), site.base());
    let built = site
        .changed_at()
        .map(|at| format!("<lastBuildDate>{}</lastBuildDate>", http_date(at)));
    let mut out = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:media="http://search.yahoo.com/mrss/"
  xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>{name}</title>
<link>{base}/</link>
<atom:link href="{base}/feed.xml" rel="self" type="application/rss+xml"/>
<description>{tagline}</description>
{}
"#,
        built.unwrap_or_default()
    );
    for item in items(site) {
        // Feeds with summaries only want to know who comes by way of them.
        let campaign = if full || item.link.contains('?') {
            ""
        } else {
            "?utm_source=rss&amp;utm_medium=feed"
        };
        let author = item
            .author
            .as_ref()
            .map(|a| format!("<dc:creator>{a}</dc:creator>\n"))
            .unwrap_or_default();
        let content = if full {
            format!("<content:encoded><![CDATA[{}]]></content:encoded>\n", item.full_text())
        } else {
            format!(
                "<media:content url=\"{}\" medium=\"image\" width=\"1200\" height=\"630\"/>\n",
                escape(&site.picture(item.article))
            )
        };
        write!(
            out,
            "<item>\n<title>{}</title>\n<link>{}{campaign}</link>\n<guid isPermaLink=\"false\">{}-{}</guid>\n\
             <pubDate>{}</pubDate>\n{author}<description>{}</description>\n{content}</item>\n",
            item.title,
            item.link,
            site.outlet.host,
            item.article.number,
            item.published_rfc2822(),
            item.summary,
        )
        .expect("writing to a string cannot fail");
    }
    out + "</channel>\n</rss>\n"
}

fn rdf(site: &OutletSite<'_>) -> String {
    let (name, tagline, base) = (escape(&site.outlet.name), escape(&site.outlet.tagline), site.base());
    let items = items(site);
    let list: String = items
        .iter()
        .map(|i| format!("<rdf:li rdf:resource=\"{}\"/>\n", i.link))
        .collect();
    let mut out = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF
  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:dcterms="http://purl.org/dc/terms/">
<channel rdf:about="{base}/">
<title>{name}</title>
<link>{base}/</link>
<description>{tagline}</description>
<items><rdf:Seq>
{list}</rdf:Seq></items>
</channel>
"#
    );
    for item in items {
        let author = item
            .author
            .as_ref()
            .map(|a| format!("<dc:creator>{a}</dc:creator>\n"))
            .unwrap_or_default();
        write!(
            out,
            "<item rdf:about=\"{0}\">\n<title>{1}</title>\n<link>{0}</link>\n<description>{2}</description>\n\
             {author}<dc:date>{3}</dc:date>\n<dcterms:modified>{4}</dcterms:modified>\n</item>\n",
            item.link,
            item.title,
            item.summary,
            item.published_rfc3339(),
            item.updated_rfc3339(),
        )
        .expect("writing to a string cannot fail");
    }
    out + "</rdf:RDF>\n"
}

fn atom(site: &OutletSite<'_>, full: bool) -> String {
    let (name, tagline, base) = (escape(&site.outlet.name), escape(&site.outlet.tagline), site.base());
    let host = &site.outlet.host;
    let updated = site.changed_at().unwrap_or_default().to_rfc3339();
    let mut out = format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<title>{name}</title>
<subtitle>{tagline}</subtitle>
<id>tag:{host}.example,2026:feed</id>
<updated>{updated}</updated>
<link rel="alternate" type="text/html" href="{base}/"/>
<link rel="self" type="application/atom+xml" href="{base}/feed.xml"/>
"#
    );
    for item in items(site) {
        let author = item.author.as_deref().unwrap_or(&name);
        let content = if full {
            format!("<content type=\"html\">{}</content>\n", escape(&item.full_text()))
        } else {
            String::new()
        };
        write!(
            out,
            "<entry>\n<title type=\"html\">{}</title>\n<id>tag:{host}.example,2026:{}</id>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n<published>{}</published>\n\
             <updated>{}</updated>\n<author><name>{author}</name></author>\n<summary>{}</summary>\n{content}</entry>\n",
            item.title,
            item.article.number,
            item.link,
            item.published_rfc3339(),
            item.updated_rfc3339(),
            item.summary,
        )
        .expect("writing to a string cannot fail");
    }
    out + "</feed>\n"
}

fn json_feed(site: &OutletSite<'_>) -> String {
    let entry = |item: Item<'_>| {
        let (article, version) = (item.article, item.version);
        json!({
            "id": format!("{}/{}", site.outlet.host, article.number),
            "url": site.link(&article.path),
            "title": version.headline,
            "summary": version.standfirst,
            "content_text": version.standfirst,
            "image": site.picture(article),
            "date_published": item.published_rfc3339(),
            "date_modified": item.updated_rfc3339(),
            "authors": article.author.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
            "language": article.language,
        })
    };
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.outlet.name,
        "description": site.outlet.tagline,
        "home_page_url": site.link("/"),
        "feed_url": site.link("/feed.xml"),
        "items": items(site).into_iter().map(entry).collect::<Vec<_>>(),
    });
    format!("{feed:#}\n")
}

/// What an old publishing system makes of an outlet that writes "&" for "and".
fn broken(site: &OutletSite<'_>) -> String {
    let (name, base) = (&site.outlet.name, site.base());
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<rss version=\"2.0\">\n<channel>\n\
         <title>{name} & friends</title>\n<link>{base}/</link>\n<description>{}<br></description>\n",
        site.outlet.tagline
    );
    for item in items(site) {
        let date = local(item.article.published_at(), item.version).format("%a, %-d %B %Y %H:%M EDT");
        write!(
            out,
            "<item>\n<title>{}</title>\n<link>{base}{}</link>\n<pubDate>{date}</pubDate>\n\
             <description>{}<br>Read on & enjoy</description>\n</item>\n",
            item.version.headline, item.article.path, item.version.standfirst,
        )
        .expect("writing to a string cannot fail");
    }
    out + "<textInput>\n<title>Search the " + name + "</ti"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::content;

    fn each(form: NewsroomFeed, count: impl Fn(&str) -> usize) {
        let now = "2026-06-14T05:00:00Z".parse().unwrap();
        let mut seen = 0;
        for outlet in content::shipped().iter().filter(|outlet| outlet.feed == Some(form)) {
            let (_, text) = render(&OutletSite { outlet, port: 80, now }).unwrap();
            assert_eq!(count(&text), outlet.articles.len().min(ENTRIES_MAX), "{}", outlet.host);
            seen += 1;
        }
        assert!(seen > 0, "{form:?} is the form of no outlet");
    }

    /// The second opinion is strict about form, which makes it a good judge of ours.
    fn judged(text: &str) -> usize {
        let feed = feed_rs::parser::parse(text.as_bytes()).unwrap();
        assert!(
            feed.entries
                .iter()
                .all(|entry| entry.published.is_some() || entry.updated.is_some()),
            "{text}"
        );
        feed.entries.len()
    }

    #[test]
    fn every_sound_form_is_read_by_a_strict_reader() {
        for form in [
            NewsroomFeed::RssFull,
            NewsroomFeed::RssSummary,
            NewsroomFeed::Rdf,
            NewsroomFeed::Atom,
            NewsroomFeed::AtomFull,
        ] {
            each(form, judged);
        }
        each(NewsroomFeed::Json, judged);
    }

    #[test]
    fn the_broken_form_is_refused_by_a_strict_reader_but_holds_everything() {
        each(NewsroomFeed::Broken, |text| {
            assert!(feed_rs::parser::parse(text.as_bytes()).is_err());
            assert!(text.contains(" & "));
            text.matches("</item>").count()
        });
    }
}
