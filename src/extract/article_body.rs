//! The article's blocks: where on a page they stand, and which of them are dropped.
//!
//! A page is read with all rules. Where that leaves little beside what it shows, hides or tells elsewhere, it is read again
//! without the doubtful ones, and the more convincing reading is the article.

use scraper::Html;
use url::Url;

use super::metadata::Metadata;
use super::rules::{ReadingRule, RuleSet};
use super::site_rules::{RuledItems, SiteRules};
use crate::domain::article::Image;
use crate::extract::body::block::{Block, BlockKind, DropReason};
use crate::extract::body::convincing::{self, PageReading};
use crate::extract::body::prose::Prose;
use crate::extract::body::{blocks, boundary, boxes, content};
use crate::extract::page::dom;
use crate::extract::page::head_data::HeadData;
use crate::extract::page::items::Page;
use crate::extract::page::script_text;
use crate::extract::page::text::{has_markup, unescaped, weight};
use crate::extract::verdict;
use crate::extract::verdict::evidence::VerdictEvidence;
use crate::text::escape;

/// Names, places and repetitions that are mistaken for furniture where they are the article.
const DOUBTFUL: RuleSet = RuleSet::of(&[
    ReadingRule::FurnitureWords,
    ReadingRule::FurniturePairs,
    ReadingRule::DoubtfulWords,
    ReadingRule::HidingWords,
    ReadingRule::HiddenBoxes,
    ReadingRule::ListingWords,
    ReadingRule::FigureCaptions,
    ReadingRule::CaptionsAgain,
    ReadingRule::Repeated,
]);
/// Text that structured data tells is at least so long, in bytes.
const TOLD_MIN: usize = 250;
/// What says more than this needs no text of a script, in weight.
const SCRIPTED_MAX: usize = 250;

/// What an article is looked for in.
pub struct Sources<'k, 'a> {
    pub tree: &'a Html,
    pub page: &'k Page<'a>,
    pub base: &'k Url,
    pub metadata: &'k Metadata,
    pub head_data: &'k HeadData<'a>,
    pub site: Option<&'k SiteRules>,
    /// What was dropped is kept with its reason, to be told.
    pub keeps_all: bool,
    /// The rules that hold.
    pub rules: RuleSet,
}

/// The article's blocks, and where they were found.
#[derive(Default)]
pub struct ArticleBody<'a> {
    pub blocks: Vec<Block>,
    pub container: Option<(usize, &'static str)>,
    /// The page as it was read, where that is another than the one given.
    pub page: Option<Page<'a>>,
    /// Which reading this is; empty for the first.
    pub reading: &'static str,
    /// Characters of running text on the page, furniture included.
    shown: usize,
}

impl<'a> ArticleBody<'a> {
    /// Finds the article's blocks on a page, those that were dropped among them: all of these where they are to be told,
    /// else only what is needed to find its boundaries.
    pub fn find(sources: &Sources<'_, 'a>, ruled: &RuledItems) -> Self {
        let first = Self::read(sources, sources.page, ruled, sources.rules);
        if !ruled.body.is_empty() || !sources.rules.has(ReadingRule::SecondLook) {
            return first;
        }
        let told = sources.head_data.structured.body.as_deref();
        let told = told.filter(|text| text.len() > TOLD_MIN);
        let prose = convincing::prose(&first.blocks);
        let hidden = sources.page.hidden_weight;
        // Data is only looked through where the page itself says next to nothing.
        let scripted = (prose < SCRIPTED_MAX && sources.rules.has(ReadingRule::ScriptTexts))
            .then(|| script_text::of(&sources.head_data.scripts))
            .flatten();
        let known = told.map_or(0, weight).max(scripted.as_deref().map_or(0, weight));
        if convincing::is_little(prose, first.shown, hidden, known) {
            sources.read_again(first, ruled, told, scripted.as_deref())
        } else {
            first
        }
    }

    /// Reads a page by these rules.
    fn read(sources: &Sources<'_, 'a>, page: &Page<'a>, ruled: &RuledItems, rules: RuleSet) -> Self {
        if page.items.is_empty() {
            return Self::default();
        }
        let removed = |at: usize| ruled.removed.contains(&at);
        let read = |root: usize, is_left_out: &dyn Fn(usize) -> bool| {
            if sources.keeps_all {
                let mut all = blocks::all_blocks(page, root, Some(sources.base), is_left_out);
                let is_ruled = |at: usize| ruled.removed.iter().any(|own| page.contains(*own, at));
                for block in all
                    .iter_mut()
                    .filter(|block| block.drop_reason.is_some() && is_ruled(block.at))
                {
                    block.drop_reason = Some(DropReason::Ruled);
                }
                all
            } else {
                blocks::blocks(page, root, Some(sources.base), is_left_out)
            }
        };
        if !ruled.body.is_empty() {
            return Self {
                blocks: ruled.body.iter().flat_map(|root| read(*root, &removed)).collect(),
                container: ruled.body.first().map(|root| (*root, "the rules for this site")),
                ..Self::default()
            };
        }
        let prose = Prose::of(page, rules);
        let told = sources.head_data.structured.body.as_deref();
        let told = told.filter(|body| body.len() > TOLD_MIN);
        let Some(container) = content::find(page, &prose, rules) else {
            return Self {
                shown: prose.shown,
                ..Self::default()
            };
        };
        let mut parts = container.joined.clone();
        parts.push(container.root);
        parts.sort_unstable();
        let left_out = |at: usize| removed(at) || prose.is_noise(at);
        let of_part = |root: usize| {
            let mut found = read(root, &left_out);
            boxes::mark(page, root, sources.base, &mut found, rules);
            found
        };
        let mut found: Vec<Block> = parts.into_iter().flat_map(of_part).collect();
        let about = boundary::PageFacts {
            title: &sources.metadata.title,
            byline: sources.metadata.byline.as_deref().unwrap_or_default(),
            vote: told,
            rules,
        };
        boundary::trim(&mut found, &about);
        Self {
            blocks: found,
            container: Some((container.root, container.why)),
            shown: prose.shown,
            ..Self::default()
        }
    }

    /// Returns the article's first picture, for pages that name none.
    pub fn lead_image(&self) -> Option<Image> {
        let markdown = &self
            .blocks
            .iter()
            .find(|block| block.kind == BlockKind::Image)?
            .markdown;
        let (_, rest) = markdown.split_once("](<")?;
        Some(Image::at(rest.split('>').next()?.replace("&amp;", "&")))
    }
}

impl<'a> Sources<'_, 'a> {
    /// Returns the most convincing of the readings of a page of which the first left little.
    fn read_again(
        &self,
        first: ArticleBody<'a>,
        ruled: &RuledItems,
        told: Option<&str>,
        scripted: Option<&str>,
    ) -> ArticleBody<'a> {
        let excerpt = self.metadata.excerpt.as_deref().unwrap_or_default();
        let about = convincing::words_about(&[&self.metadata.title, excerpt]);
        // What stands behind a wall is not the reader's, though the page's source holds it.
        let is_walled = self.is_walled(&first.blocks);
        let mut best = (PageReading::of(&first.blocks, &about), first);
        let mut offer = |body: ArticleBody<'a>| {
            let reading = PageReading::of(&body.blocks, &about);
            if reading.beats(best.0) {
                best = (reading, body);
            }
        };
        offer(ArticleBody {
            reading: "what is named as furniture is taken for the article: there is hardly anything else",
            ..ArticleBody::read(self, self.page, ruled, self.rules.without(DOUBTFUL))
        });
        if self.page.hidden_weight > 0 && !is_walled {
            let rules = self.rules.without(RuleSet::of(&[ReadingRule::Hidden]));
            let page = Page::under(self.tree, rules);
            let ruled = self.site.map(|site| RuledItems::of(self.tree, &page, site));
            offer(
                ArticleBody {
                    reading: "what is hidden is taken for the article: there is hardly anything else",
                    ..ArticleBody::read(self, &page, &ruled.unwrap_or_default(), rules)
                }
                .on(page),
            );
        }
        // Told blocks stand nowhere, which a page without items cannot show.
        let may_be_told = !is_walled && !self.page.items.is_empty();
        if let Some(told) = told.filter(|_| may_be_told) {
            offer(ArticleBody {
                blocks: self.told_blocks(told),
                reading: "the structured data tells the text: the page shows less than half of it",
                ..ArticleBody::default()
            });
        }
        // Scripts hold much beside the article.
        let scripted = scripted.filter(|_| may_be_told).map(|html| self.blocks_of(html));
        if let Some(blocks) = scripted.filter(|blocks| PageReading::of(blocks, &about).agrees()) {
            offer(ArticleBody {
                blocks,
                reading: "the data of a script tells the text: the page shows less than half of it",
                ..ArticleBody::default()
            });
        }
        best.1
    }

    /// Whether what a page shows is only the beginning of its article, with the rest for those who pay.
    fn is_walled(&self, shown: &[Block]) -> bool {
        let kept: Vec<Block> = shown
            .iter()
            .filter(|block| block.drop_reason.is_none())
            .cloned()
            .collect();
        verdict::is_walled(&VerdictEvidence {
            page: self.page,
            head_data: self.head_data,
            body: &kept,
            title: &self.metadata.title,
            url: self.base,
            base: self.base,
            leads_on: None,
        })
    }

    /// Returns a text of the structured data as blocks; it may be HTML, or lines.
    fn told_blocks(&self, told: &str) -> Vec<Block> {
        let told = unescaped(told);
        let html = if has_markup(&told) {
            told
        } else {
            told.lines().map(|line| format!("<p>{}</p>", escape(line))).collect()
        };
        self.blocks_of(&html)
    }

    fn blocks_of(&self, html: &str) -> Vec<Block> {
        let tree = dom::parse(html, None);
        let mut found = blocks::blocks(&Page::of(&tree), 0, Some(self.base), |_| false);
        // They stand nowhere on the page.
        found.iter_mut().for_each(|block| block.at = 0);
        found
    }
}

impl<'a> ArticleBody<'a> {
    /// Returns it as read on this page.
    fn on(self, page: Page<'a>) -> Self {
        Self {
            page: Some(page),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::{ExtractOptions, extract};
    use url::Url;

    #[test]
    fn a_told_text_is_read_as_markup_whatever_its_tags() {
        let told = "The ferry came back to Ostmere on Monday, and all who had waited for it came down to the quay.";
        let text = format!("{told}<br><br>{told} First.<br><br>{told} Second.<br><br>{told} Third.");
        let data = format!(r#"{{"@type":"NewsArticle","articleBody":"{text}"}}"#);
        let html = format!("<script type='application/ld+json'>{data}</script><body><p>The ferry is back.</p></body>");
        let url = Url::parse("https://example.org/2026/a").unwrap();
        let read = extract(&html, &url, &ExtractOptions::default()).markdown;
        assert!(read.contains("Second.") && !read.contains("br"), "{read}");
    }
}
