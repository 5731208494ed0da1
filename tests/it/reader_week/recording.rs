//! The recorded week as a site: each outlet a host with a feed, each article a page.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::Deserialize;
use tidings::matching::Matcher;

use crate::support::site::{Answer, Site};

/// Words of a teaser, and letters of one without spaces.
const TEASER_WORDS: usize = 20;
const TEASER_LETTERS: usize = 40;
/// Entries a feed lists at a time, newest first.
const LISTED: usize = 40;
/// Hours by which the times of the recording are ahead of UTC.
const AHEAD: i64 = 2;
/// When the week begins and each digest is due, in hours of local time.
const HOUR: i64 = 7;
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const TOPICS: &str = r#"
[archive]
write = "none"

[[topic]]
name = "Facial recognition"
query = '''
("facial recognition" OR "face recognition" OR "face search" OR "face searches" OR "face scan" OR "face scans"
OR gesichtserkennung OR "reconocimiento facial" OR 顔認証 OR "التعرف على الوجه")
NOT (unlock* NEAR/3 phone)
'''

[[topic]]
name = "Optivane"
query = "optivane OR opv"

[[topic]]
name = "Calder Transit"
query = '"calder transit"'

[[digest]]
name = "daily"
topics = ["Facial recognition", "Optivane", "Calder Transit"]
schedule = "0 7 * * *"
deliver = ["log"]
"#;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Outlet {
    id: String,
    title: String,
    configured_name: Option<String>,
    #[serde(default = "english")]
    language: String,
    #[serde(default)]
    whole_texts: bool,
}

fn english() -> String {
    "en".to_owned()
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Article {
    at: String,
    by: String,
    path: Option<String>,
    #[serde(default)]
    guid: String,
    #[serde(default)]
    beside: bool,
    title: String,
    lead: String,
    #[serde(default)]
    text: String,
}

#[derive(Debug, Deserialize)]
struct File {
    outlet: Vec<Outlet>,
    article: Vec<Article>,
}

/// One version of an article.
#[derive(Debug, Clone)]
struct Version {
    outlet: usize,
    at: DateTime<Utc>,
    /// What its feed says of its time.
    dated: DateTime<Utc>,
    path: String,
    guid: String,
    beside: bool,
    title: String,
    lead: String,
    text: String,
}

/// The week, in the order of time.
pub struct Recording {
    outlets: Vec<Outlet>,
    versions: Vec<Version>,
    /// All that feeds give is the beginning of each lead, and nothing is said of when pages are read.
    has_teasers: bool,
}

fn monday() -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(2026, 9, 14).unwrap();
    day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(AHEAD)
}

/// Reads a time of the week: "Mon 07:45".
fn moment(text: &str) -> DateTime<Utc> {
    let (day, time) = text.split_once(' ').unwrap();
    let day = DAYS
        .iter()
        .position(|known| *known == day)
        .unwrap_or_else(|| panic!("{text}"));
    let time = NaiveTime::parse_from_str(time, "%H:%M").unwrap_or_else(|_| panic!("{text}"));
    monday() + TimeDelta::days(day as i64) + (time - NaiveTime::MIN)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

impl Recording {
    pub fn read(text: &str) -> Self {
        let file: File = toml::from_str(text).unwrap();
        let mut versions: Vec<Version> = Vec::new();
        for (number, article) in file.article.into_iter().enumerate() {
            let outlet = file.outlet.iter().position(|outlet| outlet.id == article.by);
            let outlet = outlet.unwrap_or_else(|| panic!("{} has no outlet", article.title));
            let path = article.path.unwrap_or_else(|| format!("/articles/{number}"));
            let at = moment(&article.at);
            let guid = format!("{path}{}", article.guid);
            versions.push(Version {
                outlet,
                at,
                dated: at,
                path,
                guid,
                beside: article.beside,
                title: article.title,
                lead: article.lead,
                text: article.text,
            });
        }
        versions.sort_by_key(|version| version.at);
        let mut first: BTreeMap<String, DateTime<Utc>> = BTreeMap::new();
        for version in &mut versions {
            version.dated = *first.entry(version.guid.clone()).or_insert(version.at);
        }
        Self {
            outlets: file.outlet,
            versions,
            has_teasers: false,
        }
    }

    /// Returns the same week with feeds that give teasers alone.
    pub fn with_teasers(self) -> Self {
        Self {
            has_teasers: true,
            ..self
        }
    }

    /// Returns host and path of every page that a feed's own words alone would have had asked for, by the moment of its
    /// first such words.
    pub fn promising(&self, matcher: &Matcher) -> BTreeMap<(String, String), DateTime<Utc>> {
        let mut found = BTreeMap::new();
        for version in &self.versions {
            let outlet = &self.outlets[version.outlet];
            let given = self.given(version);
            if matcher.may_match(Some(&outlet.language), &version.title, &given) {
                let page = (format!("{}.localhost", outlet.id), version.path.clone());
                found.entry(page).or_insert(version.at);
            }
        }
        found
    }

    /// Returns what a feed gives of an article without its headline.
    fn given(&self, version: &Version) -> String {
        let lead = &version.lead;
        let words: Vec<&str> = lead.split_whitespace().collect();
        let cut = match self.outlets[version.outlet].language == "ja" {
            true => lead.chars().take(TEASER_LETTERS).collect(),
            false => words[..words.len().min(TEASER_WORDS)].join(" "),
        };
        match self.has_teasers && cut.len() < lead.len() {
            true => format!("{cut}…"),
            false => lead.clone(),
        }
    }

    /// Returns when the week begins.
    pub fn start(&self) -> DateTime<Utc> {
        monday() + TimeDelta::hours(HOUR)
    }

    /// Returns how many addresses it has.
    pub fn addresses(&self) -> i64 {
        let mut paths: Vec<&str> = self.versions.iter().map(|version| version.path.as_str()).collect();
        paths.sort_unstable();
        paths.dedup();
        paths.len() as i64
    }

    /// Returns the leads of all that stood under a headline.
    pub fn leads<'a>(&'a self, title: &'a str) -> impl Iterator<Item = &'a str> {
        let own = self.versions.iter().filter(move |version| version.title == title);
        own.map(|version| version.lead.as_str())
    }

    /// Returns the end of the configuration; `{port}` stands for the site's.
    pub fn config(&self) -> String {
        let sources = self.outlets.iter().map(|outlet| {
            let own = outlet.configured_name.as_ref();
            let own = own.map_or_else(String::new, |name| format!("name = \"{name}\"\n"));
            let id = &outlet.id;
            let full_text = if self.has_teasers {
                ""
            } else {
                "full_text = \"always\"\n"
            };
            format!(
                "[[source]]\nfeed = \"http://{id}.localhost:{{port}}/{id}.xml\"\nschedule = \"every 1h\"\n\
                 {full_text}{own}\n"
            )
        });
        format!("{}{TOPICS}", sources.collect::<String>())
    }

    /// Sets feeds and pages as they stand at a moment.
    pub fn publish(&self, site: &Site, now: DateTime<Utc>) {
        let mut listed: Vec<&Version> = Vec::new();
        for version in self.versions.iter().take_while(|version| version.at <= now) {
            if !version.beside {
                listed.retain(|earlier| earlier.path != version.path);
            }
            listed.push(version);
            site.set(&version.path, Answer::page(self.page(version)));
        }
        for (number, outlet) in self.outlets.iter().enumerate() {
            let own = listed.iter().rev().filter(|version| version.outlet == number);
            let items: String = own.take(LISTED).map(|version| self.item(site, version)).collect();
            let feed = format!(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\" \
                 xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>{}</title>\
                 <link>http://{}.localhost:{}/</link><description>News</description><language>{}</language>{items}</channel></rss>",
                escaped(&outlet.title),
                outlet.id,
                site.port(),
                outlet.language,
            );
            site.set(&format!("/{}.xml", outlet.id), Answer::feed(feed));
        }
    }

    fn item(&self, site: &Site, version: &Version) -> String {
        let outlet = &self.outlets[version.outlet];
        let whole = match outlet.whole_texts && !self.has_teasers {
            true => format!("<content:encoded><![CDATA[{}]]></content:encoded>", paragraphs(version)),
            false => String::new(),
        };
        format!(
            "<item><guid isPermaLink=\"false\">{}</guid><title>{}</title><link>http://{}.localhost:{}{}</link>\
             <pubDate>{}</pubDate><description>{}</description>{whole}</item>",
            version.guid,
            escaped(&version.title),
            outlet.id,
            site.port(),
            version.path,
            version.dated.to_rfc2822(),
            escaped(&self.given(version)),
        )
    }

    fn page(&self, version: &Version) -> String {
        let outlet = &self.outlets[version.outlet];
        let (title, name) = (escaped(&version.title), escaped(&outlet.title));
        format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title} | {name}</title>\
             <meta name=\"description\" content=\"{}\"></head><body><header><a href=\"/\">{name}</a></header>\
             <main><article><h1>{title}</h1><time datetime=\"{}\"></time>{}</article></main>\
             <footer><p>Imprint</p></footer></body></html>\n",
            outlet.language,
            escaped(&version.lead).replace('"', "&quot;"),
            version.dated.to_rfc3339(),
            paragraphs(version),
        )
    }
}

fn paragraphs(version: &Version) -> String {
    let paragraphs = std::iter::once(version.lead.as_str()).chain(version.text.lines());
    let paragraphs = paragraphs.filter(|text| !text.is_empty());
    paragraphs.map(|text| format!("<p>{}</p>", escaped(text))).collect()
}
