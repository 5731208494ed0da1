//! From a page to its article: title, byline, dates, body as Markdown and as plain text, and a verdict on what it is.
//!
//! One tree, one flat list of its items (`page`), one look at its metadata; two ways to find the article
//! (`body::content`), then its boundaries (`body::boundary`). Nothing here fetches, and no text of a page becomes markup
//! of a document. The bounds of parsing stand in `page::dom`. A room and a file import only what stands before them.

mod phrase_sets;
mod page;
mod picture;
mod headline;
mod date;
mod byline;
mod body;
mod verdict;
mod listing;
mod metadata;
mod site_rules;

use std::sync::atomic::AtomicBool;

use scraper::Html;
use url::Url;

use crate::domain::Timestamp;
use crate::domain::article::{Image, Verdict, Zone};
use body::block::{Block, BlockKind, DropReason};
use body::prose::Prose;
use body::{blocks, boilerplate, boundary, content, markdown, pagination};
use metadata::Metadata;
use page::head_data::HeadData;
use page::items::Page;
use page::{dom, text};
use site_rules::{RuledItems, idle};

pub use body::boilerplate::{ARTICLES_MIN, BlockMark, Boilerplate};
pub use body::pagination::Continuation;
pub use listing::feed_discovery::{FeedLink, feed_links};
pub use listing::{ListingError, ListingLink, listing};
pub use page::decode::decode;
pub use site_rules::SiteRules;

/// How a page is to be read.
#[derive(Debug, Default)]
pub struct ExtractOptions<'a> {
    /// Set from elsewhere to stop reading at once.
    pub cancelled: Option<&'a AtomicBool>,
    pub site: Option<&'a SiteRules>,
}

/// What a page gave.
#[derive(Debug, Clone)]
pub struct Extraction {
    pub title: String,
    /// The title is the article's headline by the page's word, not only the name of the page.
    pub has_headline: bool,
    pub byline: Option<String>,
    pub excerpt: Option<String>,
    pub published_at: Option<Timestamp>,
    /// The offset from UTC the page writes that time with, in minutes.
    pub published_offset: Option<i32>,
    /// Where the zone of that time is from.
    pub published_zone: Option<Zone>,
    pub modified_at: Option<Timestamp>,
    pub canonical_url: Option<String>,
    pub amp_url: Option<String>,
    pub site_name: Option<String>,
    pub image: Option<Image>,
    pub language: Option<String>,
    pub is_video: bool,
    pub markdown: String,
    /// Paragraphs separated by blank lines.
    pub text: String,
    pub verdict: Verdict,
    /// Title, date and picture are the article's: not those of a wall, of an error, of a list.
    pub metadata_is_articles: bool,
    /// The page that goes on with the article, by this one's word.
    pub next_part: Option<Url>,
    /// What `markdown` and `text` are made of.
    blocks: Vec<Block>,
}

impl Extraction {
    /// Adds the page `next_part` names, if it does go on with the article: the same headline, and text not told before.
    pub fn join(&mut self, part: Self) -> Continuation {
        let is_walled = !matches!(part.verdict, Verdict::Complete | Verdict::Teaser);
        if is_walled || !pagination::is_same_headline(&self.title, &part.title) {
            return Continuation::NoPart;
        }
        let continuation = pagination::append(&self.title, &mut self.blocks, part.blocks);
        if continuation == Continuation::Added {
            self.next_part = part.next_part;
            self.verdict = part.verdict;
            self.render();
        }
        continuation
    }

    /// Returns by what the article's blocks are known again on other articles of its host.
    pub fn marks(&self) -> Vec<BlockMark> {
        boilerplate::marks(&self.blocks)
    }

    /// Takes off what is known to stand on many articles of the host; never the greater part of an article.
    pub fn remove_boilerplate(&mut self, boilerplate: &Boilerplate) {
        if boilerplate::remove(&mut self.blocks, boilerplate) {
            self.render();
        }
    }

    /// Makes the texts anew after the blocks have changed.
    fn render(&mut self) {
        self.markdown = markdown::render(&self.blocks);
        self.text = plain(&self.blocks);
    }
}

/// The most of a page's head that is read for its address, in bytes.
const HEAD_BYTES_MAX: usize = 1024 * 1024;

/// A piece of HTML as Markdown and as plain text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fragment {
    pub markdown: String,
    pub text: String,
}

/// One block of a page, and what became of it.
#[derive(Debug, Clone)]
pub struct ExplainedBlock {
    pub text: String,
    /// The elements it stands in, outermost first.
    pub path: String,
    /// Why it is not in the article, if it is not.
    pub dropped: Option<&'static str>,
}

/// How a page was read.
#[derive(Debug, Clone)]
pub struct PageExplanation {
    pub title: String,
    pub byline: Option<String>,
    pub published_at: Option<Timestamp>,
    /// Where the zone of that time is from.
    pub published_zone: Option<Zone>,
    /// Selectors of the rules for this site that name nothing on the page.
    pub idle_rules: Vec<String>,
    /// The element taken for the article, and what spoke for it.
    pub container: Option<(String, &'static str)>,
    pub blocks: Vec<ExplainedBlock>,
    pub verdict: Verdict,
    /// What spoke for the verdict; empty where the page is an article like any other.
    pub why: &'static str,
    /// The page that goes on with the article, by this one's word.
    pub next_part: Option<Url>,
}

/// Returns what a page gives. It never fails: the verdict says what the page is.
pub fn extract(html: &str, url: &Url, options: &ExtractOptions<'_>) -> Extraction {
    let tree = dom::parse(html, options.cancelled);
    let page = Page::of(&tree);
    let head_data = HeadData::of(&tree);
    let (metadata, rules) = read(&tree, &page, &head_data, url, options);
    let mut body = body(&page, url, &metadata, &head_data, &rules, false).blocks;
    body.retain(|block| block.drop_reason.is_none());
    let text = plain(&body);
    let judged = judged(&page, &head_data, &body, &metadata.title, url);
    let image = metadata
        .image
        .or_else(|| picture::of_headline(&page, &metadata.title, Some(url)))
        .or_else(|| lead_image(&body));
    let may_go_on = matches!(judged.verdict, Verdict::Complete | Verdict::Teaser);
    Extraction {
        next_part: may_go_on.then(|| pagination::next(&page, &head_data, url)).flatten(),
        excerpt: metadata.description,
        title: metadata.title,
        has_headline: metadata.has_headline,
        byline: metadata.byline,
        published_at: metadata.published_at,
        published_offset: metadata.published_offset,
        published_zone: metadata.published_zone,
        modified_at: metadata.modified_at,
        canonical_url: metadata.canonical_url,
        amp_url: metadata.amp_url,
        site_name: metadata.site_name,
        image,
        language: metadata.language,
        is_video: metadata.is_video,
        markdown: markdown::render(&body),
        text,
        verdict: judged.verdict,
        metadata_is_articles: judged.metadata_is_articles,
        blocks: body,
    }
}

/// Returns the address a page says in its head that it has; only as far as its body is read.
pub fn named_address(html: &str) -> Option<Url> {
    let html = &html[..text::floor(html, HEAD_BYTES_MAX)];
    let is_body = |(at, _): &(usize, &str)| {
        let name = html.as_bytes()[*at..].get(..5);
        name.is_some_and(|name| name.eq_ignore_ascii_case(b"<body"))
    };
    let head_end = html.match_indices('<').find(is_body).map_or(html.len(), |(at, _)| at);
    let tree = dom::parse(&html[..head_end], None);
    let head_data = HeadData::of(&tree);
    let named = [head_data.canonical, head_data.first(&["og:url"])];
    let mut whole = named
        .into_iter()
        .flatten()
        .filter_map(|named| Url::parse(named.trim()).ok());
    whole.find(Url::has_host)
}

/// Returns which blocks of a page are kept and dropped, and why: what `extract` did, told.
pub fn explain(html: &str, url: &Url, options: &ExtractOptions<'_>) -> PageExplanation {
    let tree = dom::parse(html, options.cancelled);
    let page = Page::of(&tree);
    let head_data = HeadData::of(&tree);
    let (metadata, rules) = read(&tree, &page, &head_data, url, options);
    let told = body(&page, url, &metadata, &head_data, &rules, true);
    let kept: Vec<Block> = told
        .blocks
        .iter()
        .filter(|b| b.drop_reason.is_none())
        .cloned()
        .collect();
    let judged = judged(&page, &head_data, &kept, &metadata.title, url);
    PageExplanation {
        idle_rules: options.site.map(|site| idle(&tree, &page, site)).unwrap_or_default(),
        container: told.container.map(|(root, why)| (page.path(root), why)),
        blocks: told
            .blocks
            .iter()
            .map(|block| ExplainedBlock {
                text: if block.text.is_empty() {
                    block.markdown.clone()
                } else {
                    block.text.clone()
                },
                path: page.path(block.at),
                dropped: block.drop_reason.map(DropReason::reason),
            })
            .collect(),
        verdict: judged.verdict,
        why: judged.why,
        next_part: pagination::next(&page, &head_data, url),
        title: metadata.title,
        byline: metadata.byline,
        published_at: metadata.published_at,
        published_zone: metadata.published_zone,
    }
}

fn judged(page: &Page<'_>, head_data: &HeadData<'_>, body: &[Block], title: &str, url: &Url) -> verdict::PageVerdict {
    verdict::of(&verdict::VerdictEvidence {
        page,
        head_data,
        body,
        title,
        url,
    })
}

fn read(
    tree: &Html,
    page: &Page<'_>,
    head_data: &HeadData<'_>,
    url: &Url,
    options: &ExtractOptions<'_>,
) -> (Metadata, RuledItems) {
    let mut metadata = Metadata::of(head_data, page, url);
    let rules = options
        .site
        .map(|site| RuledItems::of(tree, page, site))
        .unwrap_or_default();
    rules.apply(page, url, &mut metadata);
    (metadata, rules)
}

/// The article's blocks, and where they were found.
#[derive(Default)]
struct Body {
    blocks: Vec<Block>,
    container: Option<(usize, &'static str)>,
}

fn body(
    page: &Page<'_>,
    url: &Url,
    metadata: &Metadata,
    head_data: &HeadData<'_>,
    rules: &RuledItems,
    keeps_all: bool,
) -> Body {
    if page.items.is_empty() {
        return Body::default();
    }
    let removed = |at: usize| rules.removed.contains(&at);
    let read = |root: usize, is_left_out: &dyn Fn(usize) -> bool| {
        if keeps_all {
            let mut all = blocks::all_blocks(page, root, Some(url), is_left_out);
            let is_ruled = |at: usize| rules.removed.iter().any(|own| page.contains(*own, at));
            for block in all
                .iter_mut()
                .filter(|block| block.drop_reason.is_some() && is_ruled(block.at))
            {
                block.drop_reason = Some(DropReason::Ruled);
            }
            all
        } else {
            blocks::blocks(page, root, Some(url), is_left_out)
        }
    };
    if !rules.body.is_empty() {
        return Body {
            blocks: rules.body.iter().flat_map(|root| read(*root, &removed)).collect(),
            container: rules.body.first().map(|root| (*root, "the rules for this site")),
        };
    }
    let prose = Prose::of(page);
    let told = head_data.structured.body.as_deref().filter(|body| body.len() > 250);
    let Some(container) = content::find(page, &prose, told) else {
        return Body::default();
    };
    let mut parts = container.joined.clone();
    parts.push(container.root);
    parts.sort_unstable();
    let left_out = |at: usize| removed(at) || prose.is_noise(at);
    let mut found: Vec<Block> = parts.into_iter().flat_map(|root| read(root, &left_out)).collect();
    let about = boundary::PageFacts {
        title: &metadata.title,
        byline: metadata.byline.as_deref().unwrap_or_default(),
        vote: told,
    };
    boundary::trim(&mut found, &about);
    Body {
        blocks: found,
        container: Some((container.root, container.why)),
    }
}

/// Returns the article's first picture, for pages that name none.
fn lead_image(body: &[Block]) -> Option<Image> {
    let markdown = &body.iter().find(|block| block.kind == BlockKind::Image)?.markdown;
    let (_, rest) = markdown.split_once("](<")?;
    Some(Image {
        url: rest.split('>').next()?.replace("\\&", "&"),
        width: None,
        height: None,
    })
}

fn plain(blocks: &[Block]) -> String {
    let texts: Vec<&str> = blocks
        .iter()
        .map(|block| block.text.trim())
        .filter(|text| !text.is_empty())
        .collect();
    texts.join("\n\n")
}

/// Returns a feed entry's HTML as Markdown and text: all of it, without guessing where it begins and ends.
pub fn fragment(html: &str, base: Option<&Url>) -> Fragment {
    let tree = dom::parse(html, None);
    let page = Page::of(&tree);
    if page.items.is_empty() {
        return Fragment::default();
    }
    let all = blocks::blocks(&page, 0, base, |_| false);
    Fragment {
        markdown: markdown::render(&all),
        text: plain(&all),
    }
}
