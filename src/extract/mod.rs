//! From a page to its article: title, byline, dates, body as Markdown and as plain text, and a verdict on what it is.
//!
//! One tree, one flat list of its items (`page`), one look at its metadata; two ways to find the article
//! (`body::content`), then its boundaries (`body::boundary`). Nothing here fetches, and no text of a page becomes markup
//! of a document. The bounds of parsing stand in `page::dom`. A room and a file import only what stands before them.

mod phrase_sets;
mod rules;
mod page;
mod picture;
mod site_icon;
mod headings;
mod headline;
mod date;
mod byline;
mod body;
mod verdict;
mod listing;
mod metadata;
mod site_rules;
mod article_body;
mod letter;
pub mod pdf;

use std::sync::atomic::AtomicBool;

use url::Url;

use crate::domain::article::Verdict;
use article_body::{ArticleBody, Sources};
use body::block::{Block, DropReason};
use body::{blocks, boilerplate, markdown, pagination};
use page::head_data::HeadData;
use page::items::Page;
use page::{dom, redirect_stub, text};
use pdf::PdfArticle;
use site_rules::{RuledItems, idle};
use verdict::evidence::VerdictEvidence;

pub use body::boilerplate::{ARTICLES_MIN, BlockMark, Boilerplate};
pub use body::pagination::Continuation;
pub use date::date_evidence::{DateBasis, SAME_HOURS_MAX};
pub use letter::{LetterBody, LetterLink, letter_of_html, own_web_version, resolved};
pub use listing::feed_discovery::{FeedLink, feed_links, header_feeds, leads_on, links_to, named_feeds};
pub use listing::{ListingError, ListingLink, listing};
pub use metadata::Metadata;
pub use page::decode::decode;
pub use rules::{ReadingRule, RuleSet};
pub use site_rules::SiteRules;
pub use verdict::truncated::breaks_off_openly;

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
    pub metadata: Metadata,
    pub markdown: String,
    /// Paragraphs separated by blank lines.
    pub text: String,
    pub verdict: Verdict,
    /// Title, date and picture are the article's: not those of a wall, of an error, of a list.
    pub metadata_is_articles: bool,
    /// It may be a check of who asks: hardly any text, no menu, a script.
    pub may_be_check: bool,
    /// Where a page that does nothing else sends its reader on, within its site.
    pub leads_on: Option<Url>,
    /// It sends on every reader; a script may do so for some only.
    pub leads_all_on: bool,
    /// The page that goes on with the article, by this one's word.
    pub next_part: Option<Url>,
    /// What `markdown` and `text` are made of.
    blocks: Vec<Block>,
}

impl Extraction {
    /// Adds the page `next_part` names, if it does go on with the article: the same headline, and text not told before.
    pub fn join(&mut self, part: Self) -> Continuation {
        let is_walled = !matches!(part.verdict, Verdict::Complete | Verdict::Teaser);
        if is_walled || !pagination::is_same_headline(&self.metadata.title, &part.metadata.title) {
            return Continuation::NoPart;
        }
        let continuation = pagination::append(&self.metadata.title, &mut self.blocks, part.blocks);
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
        self.text = blocks::plain(&self.blocks);
    }
}

impl From<PdfArticle> for Extraction {
    /// Takes over what a PDF gave. One that was not read to its end is a teaser.
    fn from(article: PdfArticle) -> Self {
        let mut extraction = Self {
            metadata: pdf::metadata(&article),
            markdown: String::new(),
            text: String::new(),
            verdict: match article.is_cut {
                true => Verdict::Teaser,
                false => Verdict::Complete,
            },
            metadata_is_articles: true,
            may_be_check: false,
            leads_on: None,
            leads_all_on: false,
            next_part: None,
            blocks: pdf::blocks(article.paragraphs),
        };
        extraction.render();
        extraction
    }
}

impl PageExplanation {
    /// Returns how a PDF was read: which blocks are its article's.
    pub fn of_pdf(extraction: Extraction) -> Self {
        let kept = |block: &Block| ExplainedBlock {
            text: block.text.clone(),
            path: String::new(),
            dropped: None,
        };
        Self {
            blocks: extraction.blocks.iter().map(kept).collect(),
            container: Some(("the pages of a PDF".to_owned(), "without what repeats on them")),
            reading: "",
            why: "",
            idle_rules: Vec::new(),
            extraction,
        }
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
    pub extraction: Extraction,
    /// What spoke for the verdict; empty where the page is an article like any other.
    pub why: &'static str,
    /// Selectors of the rules for this site that name nothing on the page.
    pub idle_rules: Vec<String>,
    /// The element taken for the article, and what spoke for it.
    pub container: Option<(String, &'static str)>,
    /// Which reading of the page it is; empty for the first.
    pub reading: &'static str,
    pub blocks: Vec<ExplainedBlock>,
}

/// Returns what a page gives. It never fails: the verdict says what the page is.
pub fn extract(html: &str, url: &Url, options: &ExtractOptions<'_>) -> Extraction {
    read(html, url, options, false).extraction
}

/// Returns the text that is left of a page under each of these sets of rules, read once: for measuring what a rule does.
pub fn texts_under(html: &str, url: &Url, sets: &[RuleSet]) -> Vec<String> {
    let tree = dom::parse(html, None);
    let head_data = HeadData::of(&tree);
    let page = Page::of(&tree);
    let base = &dom::base(&tree, url);
    let metadata = Metadata::of(&head_data, &page, url, base);
    let read = |rules: &RuleSet| {
        let own = Page::under(&tree, *rules);
        let sources = Sources {
            tree: &tree,
            page: &own,
            base,
            metadata: &metadata,
            head_data: &head_data,
            site: None,
            keeps_all: false,
            rules: *rules,
        };
        let body = ArticleBody::find(&sources, &RuledItems::default());
        let kept: Vec<Block> = body
            .blocks
            .into_iter()
            .filter(|block| block.drop_reason.is_none())
            .collect();
        blocks::plain(&kept)
    };
    sets.iter().map(read).collect()
}

/// Whether a page refuses its reader, or checks who asks for it, in place of what was asked for.
pub fn is_refusal(html: &str, url: &Url) -> bool {
    extract(html, url, &ExtractOptions::default()).verdict == Verdict::Blocked
}

/// Returns which blocks of a page are kept and dropped, and why: what `extract` did, told.
pub fn explain(html: &str, url: &Url, options: &ExtractOptions<'_>) -> PageExplanation {
    read(html, url, options, true)
}

/// Reads a page; where things stood on it, and what is not in the article, are told only where they are asked for.
fn read(html: &str, url: &Url, options: &ExtractOptions<'_>, tells_all: bool) -> PageExplanation {
    let tree = dom::parse(html, options.cancelled);
    let page = Page::of(&tree);
    let head_data = HeadData::of(&tree);
    let base = &dom::base(&tree, url);
    let mut metadata = Metadata::of(&head_data, &page, url, base);
    let rules = options
        .site
        .map(|site| RuledItems::of(&tree, &page, site))
        .unwrap_or_default();
    rules.apply(&page, url, &mut metadata);
    let sources = Sources {
        tree: &tree,
        page: &page,
        base,
        metadata: &metadata,
        head_data: &head_data,
        site: options.site,
        keeps_all: tells_all,
        rules: RuleSet::ALL,
    };
    let mut body = ArticleBody::find(&sources, &rules);
    let other_page = body.page.take();
    let page = other_page.as_ref().unwrap_or(&page);
    let told = |block: &Block| ExplainedBlock {
        text: Some(&block.text)
            .filter(|text| !text.is_empty())
            .unwrap_or(&block.markdown)
            .clone(),
        path: page.path(block.at),
        dropped: block.drop_reason.map(DropReason::reason),
    };
    let blocks = if tells_all {
        body.blocks.iter().map(told).collect()
    } else {
        Vec::new()
    };
    body.blocks.retain(|block| block.drop_reason.is_none());
    let leads_on = redirect_stub::leads_on(&head_data, page, url, base);
    let evidence = VerdictEvidence {
        page,
        head_data: &head_data,
        body: &body.blocks,
        title: &metadata.title,
        url,
        base,
        leads_on: leads_on.as_ref(),
    };
    let judged = verdict::of(&evidence);
    let is_stub = judged.verdict == Verdict::NotAnArticle && evidence.is_stub();
    metadata.image = metadata
        .image
        .or_else(|| picture::of_headline(page, &metadata.title, Some(base)))
        .or_else(|| body.lead_image());
    let may_go_on = matches!(judged.verdict, Verdict::Complete | Verdict::Teaser);
    PageExplanation {
        extraction: Extraction {
            metadata,
            markdown: markdown::render(&body.blocks),
            text: blocks::plain(&body.blocks),
            verdict: judged.verdict,
            metadata_is_articles: judged.metadata_is_articles,
            may_be_check: judged.may_be_check,
            leads_all_on: is_stub && redirect_stub::is_for_all(&head_data),
            leads_on: leads_on.filter(|_| is_stub),
            next_part: may_go_on
                .then(|| pagination::next(page, &head_data, url, base))
                .flatten(),
            blocks: body.blocks,
        },
        why: judged.why,
        idle_rules: options
            .site
            .filter(|_| tells_all)
            .map(|site| idle(&tree, page, site))
            .unwrap_or_default(),
        reading: body.reading,
        container: body
            .container
            .filter(|_| tells_all)
            .map(|(root, why)| (page.path(root), why)),
        blocks,
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
    whole.find(|named| named.has_host() && metadata::is_address(named))
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
        text: blocks::plain(&all),
    }
}
