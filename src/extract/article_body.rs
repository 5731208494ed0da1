//! The article's blocks: where on a page they stand, and which of them are dropped.

use url::Url;

use super::metadata::Metadata;
use super::site_rules::RuledItems;
use crate::domain::article::Image;
use crate::extract::body::block::{Block, BlockKind, DropReason};
use crate::extract::body::prose::Prose;
use crate::extract::body::{blocks, boundary, content};
use crate::extract::page::head_data::HeadData;
use crate::extract::page::items::Page;

/// The article's blocks, and where they were found.
#[derive(Default)]
pub struct ArticleBody {
    pub blocks: Vec<Block>,
    pub container: Option<(usize, &'static str)>,
}

impl ArticleBody {
    /// Finds the article's blocks on a page, those that were dropped among them: all of these where they are to be told,
    /// else only what is needed to find its boundaries.
    pub fn find(
        page: &Page<'_>,
        base: &Url,
        metadata: &Metadata,
        head_data: &HeadData<'_>,
        rules: &RuledItems,
        keeps_all: bool,
    ) -> Self {
        if page.items.is_empty() {
            return Self::default();
        }
        let removed = |at: usize| rules.removed.contains(&at);
        let read = |root: usize, is_left_out: &dyn Fn(usize) -> bool| {
            if keeps_all {
                let mut all = blocks::all_blocks(page, root, Some(base), is_left_out);
                let is_ruled = |at: usize| rules.removed.iter().any(|own| page.contains(*own, at));
                for block in all
                    .iter_mut()
                    .filter(|block| block.drop_reason.is_some() && is_ruled(block.at))
                {
                    block.drop_reason = Some(DropReason::Ruled);
                }
                all
            } else {
                blocks::blocks(page, root, Some(base), is_left_out)
            }
        };
        if !rules.body.is_empty() {
            return Self {
                blocks: rules.body.iter().flat_map(|root| read(*root, &removed)).collect(),
                container: rules.body.first().map(|root| (*root, "the rules for this site")),
            };
        }
        let prose = Prose::of(page);
        let told = head_data.structured.body.as_deref().filter(|body| body.len() > 250);
        let Some(container) = content::find(page, &prose, told) else {
            return Self::default();
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
        Self {
            blocks: found,
            container: Some((container.root, container.why)),
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
        Some(Image {
            url: rest.split('>').next()?.replace("&amp;", "&"),
            width: None,
            height: None,
        })
    }
}
