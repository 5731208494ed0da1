//! Whether a rule that does not hold for what is known of an article may hold once its page is read.
//!
//! The page may say anything in its text; headline, source, address and what is said of the language stay.

use super::Subject;
use super::compile::CompiledRule;
use super::evaluate::holds_in;
use super::scan::Hits;
use crate::domain::topic::Where;
use crate::query::{ArticleKind, ArticlePart};

/// Whether a rule may come to hold, or not to hold where that is `wanted`, in the whole article or one part of it.
pub fn may_become(
    wanted: bool,
    rule: &CompiledRule,
    hits: &Hits,
    subject: &Subject<'_>,
    within: Option<ArticlePart>,
) -> bool {
    let may = |rule: &CompiledRule| may_become(wanted, rule, hits, subject, within);
    let is = |within| holds_in(rule, hits, subject, within);
    // What the page does not change.
    let stays = |part: ArticlePart| match part {
        ArticlePart::Title => true,
        ArticlePart::Lead => !subject.lead.is_empty(),
        ArticlePart::Body => false,
    };
    match rule {
        CompiledRule::And(parts) if wanted => parts.iter().all(may),
        CompiledRule::Or(parts) if !wanted => parts.iter().all(may),
        CompiledRule::And(parts) | CompiledRule::Or(parts) => parts.iter().any(may),
        CompiledRule::Not(inner) => may_become(!wanted, inner, hits, subject, within),
        CompiledRule::In(part, inner) => may_become(wanted, inner, hits, subject, Some(*part)),
        CompiledRule::Leaf(_) | CompiledRule::Near { .. } => match within {
            Some(part) if stays(part) => is(within) == wanted,
            Some(_) => true,
            None => wanted || !is(Some(ArticlePart::Title)),
        },
        CompiledRule::Keywords { place, .. } => match place {
            Where::Title => is(within) == wanted,
            Where::Lead if stays(ArticlePart::Lead) => is(within) == wanted,
            Where::Lead | Where::Text | Where::TitleOrTwice => true,
        },
        CompiledRule::Language(_) => subject.language.is_none() || is(within) == wanted,
        // The page may turn out to show a film.
        CompiledRule::Kind(kind) => !subject.is_video || (*kind == ArticleKind::Video) == wanted,
        CompiledRule::Source(_) | CompiledRule::Domain(_) | CompiledRule::After(_) => is(within) == wanted,
    }
}
