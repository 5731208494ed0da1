//! How good an article is to show, as numbers a reader can check, and which of a story's articles leads it.
//!
//! Nothing here knows stories or sources' reputations, and nothing is learned: the same article and the same match
//! give the same number for ever. Quality lies between 0 and `QUALITY_MAX`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::domain::article::Article;
use crate::domain::{ArticleId, Timestamp};

/// The highest quality.
pub const QUALITY_MAX: i32 = 200;
/// What every other member of its story adds to a lead's heat.
const HEAT_PER_MEMBER: i32 = 10;

/// What each property of an article is worth. The values add up to at most `QUALITY_MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weights {
    /// What every article has.
    pub base: i32,
    /// A body of `body_words` words or more; a shorter one in proportion.
    pub body: i32,
    /// Words of a body that is worth the whole of `body`.
    pub body_words: i32,
    /// A picture.
    pub image: i32,
    /// A byline.
    pub byline: i32,
    /// A publishing date that is not later than the moment the article was seen.
    pub date: i32,
    /// An AMP address.
    pub amp: i32,
    /// A best match of score 1; a lower one in proportion.
    pub topical: i32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            base: 20,
            body: 50,
            body_words: 400,
            image: 15,
            byline: 10,
            date: 10,
            amp: 5,
            topical: 90,
        }
    }
}

/// How articles are ranked.
#[derive(Debug, Clone, PartialEq)]
pub struct RankingSettings {
    /// Quality from which the lead of a story is shown as published.
    pub published: i32,
    pub weights: Weights,
    /// What is added to the quality of a publisher's articles, by its domain.
    pub providers: BTreeMap<String, i32>,
}

impl RankingSettings {
    /// Returns the quality of an article, 0 to 200, with what is added for its publisher.
    pub fn quality(&self, article: &Article, best_score: f32) -> i32 {
        let added = self.providers.get(&article.provider_domain).copied().unwrap_or(0);
        let quality = quality(article, best_score, &self.weights);
        quality.saturating_add(added).clamp(0, QUALITY_MAX)
    }
}

/// Returns the quality of an article, 0 to 200: what its weights say about its text, trimmings and best match.
pub fn quality(article: &Article, best_score: f32, weights: &Weights) -> i32 {
    let words_wanted = weights.body_words.max(1);
    let words = article
        .body_text
        .split_whitespace()
        .take(words_wanted.unsigned_abs() as usize)
        .count();
    let part = |has: bool, worth: i32| if has { worth } else { 0 };
    let body = i64::from(weights.body) * words as i64 / i64::from(words_wanted);
    let score = if best_score.is_finite() {
        best_score.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let topical = (f64::from(weights.topical) * f64::from(score)).round() as i64;
    let sum = i64::from(weights.base)
        + body
        + i64::from(part(article.image.is_some(), weights.image))
        + i64::from(part(
            article
                .byline
                .as_deref()
                .is_some_and(|byline| !byline.trim().is_empty()),
            weights.byline,
        ))
        + i64::from(part(article.published_at <= article.seen_at, weights.date))
        + i64::from(part(article.amp_url.is_some(), weights.amp))
        + topical;
    sum.clamp(0, i64::from(QUALITY_MAX)) as i32
}

/// What the members of a story are ordered by; the least leads it.
pub type LeadOrder = (bool, Reverse<i32>, Timestamp, ArticleId);

/// Returns a member's place in the order in which the members of its story lead it: what is no copy before copies, so that
/// one leads only where its original is gone; the best first, of equals the earliest.
pub fn lead_order(is_copy: bool, quality: i32, published_at: Timestamp, article: ArticleId) -> LeadOrder {
    (is_copy, Reverse(quality), published_at, article)
}

/// Returns the heat of an article: for a lead its quality and what the other members of its story add, else −1.
pub fn heat(quality: i32, others: usize, is_lead: bool) -> i32 {
    if !is_lead {
        return -1;
    }
    let others = i32::try_from(others).unwrap_or(i32::MAX);
    quality.saturating_add(others.saturating_mul(HEAT_PER_MEMBER))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ArticleId;
    use crate::domain::article::Image;

    fn bare() -> Article {
        let at = "2026-03-01T10:00:00Z".parse().unwrap();
        Article {
            id: ArticleId(1),
            source: String::new(),
            title: "A bridge opens".to_owned(),
            excerpt: String::new(),
            body_markdown: String::new(),
            body_text: String::new(),
            byline: None,
            published_at: at,
            published_zone: None,
            seen_at: at,
            original_url: String::new(),
            web_url: String::new(),
            amp_url: None,
            language: None,
            provider_name: String::new(),
            provider_domain: String::new(),
            image: None,
            is_video: false,
        }
    }

    #[test]
    fn every_property_adds_its_weight() {
        let weights = Weights::default();
        let mut article = bare();
        assert_eq!(quality(&article, 0.0, &weights), 30);
        article.body_text = "word ".repeat(200);
        assert_eq!(quality(&article, 0.0, &weights), 55);
        article.byline = Some("A. Writer".to_owned());
        article.amp_url = Some("https://example.org/amp".to_owned());
        article.image = Some(Image::at("https://example.org/i.png".to_owned()));
        assert_eq!(quality(&article, 0.5, &weights), 130);
        article.body_text = "word ".repeat(2000);
        assert_eq!(quality(&article, 1.0, &weights), QUALITY_MAX);
    }

    #[test]
    fn odd_numbers_do_no_harm() {
        let weights = Weights {
            base: i32::MAX,
            body_words: 0,
            ..Weights::default()
        };
        assert_eq!(quality(&bare(), f32::NAN, &weights), QUALITY_MAX);
        assert_eq!(heat(100, usize::MAX, true), i32::MAX);
    }

    #[test]
    fn a_story_is_led_by_the_best_that_is_no_copy() {
        let at = |text: &str| text.parse().unwrap();
        let (early, late) = (at("2026-03-01T10:00:00Z"), at("2026-03-01T11:00:00Z"));
        let order = [
            lead_order(false, 90, late, ArticleId(9)),
            lead_order(false, 80, early, ArticleId(3)),
            lead_order(false, 80, early, ArticleId(4)),
            lead_order(false, 80, late, ArticleId(1)),
            lead_order(true, 200, early, ArticleId(2)),
        ];
        assert!(order.is_sorted());
    }

    #[test]
    fn heat_belongs_to_leads() {
        assert_eq!(heat(120, 3, true), 150);
        assert_eq!(heat(120, 3, false), -1);
    }
}
