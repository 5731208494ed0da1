//! What can be asked, in one table: by it requests are checked, answered and described.

use serde_json::{Value, json};

use super::item_page::ItemPage;
use super::parameters::{CURSOR, PAGE_SIZE, PAIR_CURSOR, Parameter, QUERY, SINCE, SOURCE, SaidParameters, TOPIC};
use super::problem::Problem;
use crate::domain::{ArticleId, DigestId, SourceId, StoryId};
use crate::query;
use crate::store::articles::{ArticleFilter, ListPlace};
use crate::views::{article_detail, articles, coverage, digests, search, sources, stats, stories, topics};
use crate::web::desk::Desk;

/// From the year 1 to 1970: no date of an article makes a number of a cursor negative.
const YEAR_ONE_SECONDS: i64 = 62_135_596_800;

/// What an address below `/api/` gives.
pub struct Endpoint {
    /// `{id}` stands for a number.
    pub path: &'static str,
    pub name: &'static str,
    pub about: &'static str,
    pub parameters: &'static [&'static Parameter],
    pub gives: Gives,
    pub make: fn(&Desk<'_>, &SaidParameters) -> Result<Value, Problem>,
}

/// What it gives, by the name of its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    Page(&'static str),
    /// A page of what a search found, and how far it looked.
    Search(&'static str),
    One(&'static str),
}

pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        path: "topics",
        name: "topics",
        about: "Topics, with how many articles and stories each has.",
        parameters: &[],
        gives: Gives::Page("Topic"),
        make: all_topics,
    },
    Endpoint {
        path: "stories",
        name: "stories",
        about: "Stories, the one that began last first. `since`: that have changed since.",
        parameters: &[&TOPIC, &SINCE, &PAGE_SIZE, &CURSOR],
        gives: Gives::Page("Story"),
        make: page_of_stories,
    },
    Endpoint {
        path: "stories/{id}",
        name: "story",
        about: "How a story came to be. One that was merged into another has no articles left, and its corrections say where they are.",
        parameters: &[],
        gives: Gives::One("StoryTimeline"),
        make: |desk, asked| {
            Ok(json!(stories::timeline(
                desk.store,
                StoryId(asked.number),
                desk.config.zone
            )?))
        },
    },
    Endpoint {
        path: "articles",
        name: "articles",
        about: "Articles, the one that was published last first.",
        parameters: &[&TOPIC, &SOURCE, &SINCE, &PAGE_SIZE, &PAIR_CURSOR],
        gives: Gives::Page("Article"),
        make: page_of_articles,
    },
    Endpoint {
        path: "articles/{id}",
        name: "article",
        about: "An article with its text and what has changed in it.",
        parameters: &[],
        gives: Gives::One("FullArticle"),
        make: |desk, asked| Ok(json!(article_detail::full(desk.store, ArticleId(asked.number))?)),
    },
    Endpoint {
        path: "search",
        name: "search",
        about: "Articles a query finds, the best first. A query that is none is answered with 400 and says where it breaks. \
                What arrives or goes between two pages may turn near ranks round: read them in one go.",
        parameters: &[&QUERY, &TOPIC, &SOURCE, &SINCE, &PAGE_SIZE, &PAIR_CURSOR],
        gives: Gives::Search("Hit"),
        make: page_of_hits,
    },
    Endpoint {
        path: "sources",
        name: "sources",
        about: "Followed sources and how each fares, in the order they were added.",
        parameters: &[&PAGE_SIZE, &CURSOR],
        gives: Gives::Page("Source"),
        make: page_of_sources,
    },
    Endpoint {
        path: "sources/{id}",
        name: "source",
        about: "A source and how it fares.",
        parameters: &[],
        gives: Gives::One("Source"),
        make: one_source,
    },
    Endpoint {
        path: "digests",
        name: "digests",
        about: "Digests that were made, the latest first, and what became of each on its channels.",
        parameters: &[&PAGE_SIZE, &CURSOR],
        gives: Gives::Page("Digest"),
        make: page_of_digests,
    },
    Endpoint {
        path: "digests/{id}",
        name: "digest",
        about: "A digest with its text as it was sent.",
        parameters: &[],
        gives: Gives::One("FullDigest"),
        make: |desk, asked| Ok(json!(digests::full_shown(desk.store, DigestId(asked.number))?)),
    },
    Endpoint {
        path: "stats",
        name: "stats",
        about: "Counts of what is stored.",
        parameters: &[],
        gives: Gives::One("Stats"),
        make: |desk, _| Ok(json!(stats::counts(desk.store)?)),
    },
    Endpoint {
        path: "coverage",
        name: "coverage",
        about: "How many of the followed sources are read, and when any was last.",
        parameters: &[],
        gives: Gives::One("Coverage"),
        make: covered,
    },
];

/// Returns what answers a path, and the number in it.
pub fn find(path: &str) -> Result<(&'static Endpoint, i64), Problem> {
    for endpoint in ENDPOINTS {
        if endpoint.path == path {
            return Ok((endpoint, 0));
        }
        let folder = endpoint.path.strip_suffix("{id}");
        let Some(text) = folder.and_then(|folder| path.strip_prefix(folder)) else {
            continue;
        };
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        return match text.parse() {
            Ok(number) if is_number && number > 0 => Ok((endpoint, number)),
            _ => Err(Problem::wrong(format!("{text} is no number of a {}", endpoint.name))),
        };
    }
    let paths: Vec<&str> = ENDPOINTS.iter().map(|endpoint| endpoint.path).collect();
    let message = format!(
        "nothing has this address; below /api/ there is openapi.json, {}",
        paths.join(", ")
    );
    Err(Problem::not_found(message))
}

fn all_topics(desk: &Desk<'_>, _: &SaidParameters) -> Result<Value, Problem> {
    // As many as the configuration names.
    let found = topics::list(desk.store)?;
    Ok(json!({ "items": found, "next": null }))
}

fn page_of_stories(desk: &Desk<'_>, asked: &SaidParameters) -> Result<Value, Problem> {
    let (before, since) = (asked.cursor().map(StoryId), asked.since(desk.now));
    let mut page = ItemPage::new(asked.limit());
    let topic = asked.text(TOPIC.name);
    let ids = stories::ids_before(desk.store, desk.config, before, since, topic, asked.limit() + 1)?;
    let is_more = ids.len() > asked.limit();
    for id in ids {
        // One that was merged away a moment ago is not there any more.
        let Some(story) = stories::story(desk.store, id)?.filter(|story| !story.articles.is_empty()) else {
            page.pass(id.to_string());
            continue;
        };
        if !page.push(&story, id.to_string()) {
            break;
        }
    }
    if is_more {
        page.goes_on();
    }
    Ok(page.finish())
}

fn filter(desk: &Desk<'_>, asked: &SaidParameters) -> ArticleFilter {
    ArticleFilter {
        source: asked.text(SOURCE.name).map(str::to_owned),
        topic: asked.text(TOPIC.name).map(str::to_owned),
        since: asked.since(desk.now),
        limit: Some(asked.limit() + 1),
        behind: asked.pair().map(|(at, id)| ListPlace {
            at: at - YEAR_ONE_SECONDS,
            article: ArticleId(id),
        }),
        ..ArticleFilter::default()
    }
}

fn cursor_behind(place: ListPlace) -> String {
    format!("{}-{}", place.at + YEAR_ONE_SECONDS, place.article)
}

fn page_of_articles(desk: &Desk<'_>, asked: &SaidParameters) -> Result<Value, Problem> {
    let mut page = ItemPage::new(asked.limit());
    for found in articles::list(desk.store, desk.config, &filter(desk, asked))? {
        let place = ListPlace {
            at: found.article.published_at.timestamp(),
            article: found.article.id,
        };
        if !page.push(&found, cursor_behind(place)) {
            break;
        }
    }
    Ok(page.finish())
}

fn page_of_hits(desk: &Desk<'_>, asked: &SaidParameters) -> Result<Value, Problem> {
    let query = query::parse(asked.text(QUERY.name).unwrap_or_default());
    let query = query.map_err(|error| Problem::wrong(error.to_string()))?;
    let mut page = ItemPage::new(asked.limit());
    let found = search::search(desk.store, desk.config, &query, filter(desk, asked))?;
    for hit in found.hits {
        if !page.push(&hit, cursor_behind(hit.place)) {
            break;
        }
    }
    let mut page = page.finish();
    page["ranked"] = json!(found.ranked);
    page["unindexed"] = json!(found.unindexed);
    Ok(page)
}

fn page_of_sources(desk: &Desk<'_>, asked: &SaidParameters) -> Result<Value, Problem> {
    let mut found = sources::list_shown(desk.config, desk.store, desk.now)?;
    found.sort_by_key(|view| view.source.id);
    let behind = asked.cursor().unwrap_or(0);
    let mut page = ItemPage::new(asked.limit());
    for view in found.iter().filter(|view| view.source.id.0 > behind) {
        if !page.push(view, view.source.id.to_string()) {
            break;
        }
    }
    Ok(page.finish())
}

fn one_source(desk: &Desk<'_>, asked: &SaidParameters) -> Result<Value, Problem> {
    let found = sources::list_shown(desk.config, desk.store, desk.now)?;
    let found = found.into_iter().find(|view| view.source.id == SourceId(asked.number));
    let gone = || Problem::not_found(format!("no source with the number {} is followed", asked.number));
    Ok(json!(found.ok_or_else(gone)?))
}

fn page_of_digests(desk: &Desk<'_>, asked: &SaidParameters) -> Result<Value, Problem> {
    let later = DigestId(asked.cursor().unwrap_or(i64::MAX));
    let mut page = ItemPage::new(asked.limit());
    for digest in digests::list_shown_before(desk.store, later, asked.limit() + 1)? {
        let cursor = digest.id.to_string();
        if !page.push(&digest, cursor) {
            break;
        }
    }
    Ok(page.finish())
}

fn covered(desk: &Desk<'_>, _: &SaidParameters) -> Result<Value, Problem> {
    let found = coverage::of(desk.store, desk.now)?;
    Ok(json!({ "sources": found.sources, "read": found.read, "lastReadDateTime": found.last_read_at }))
}
