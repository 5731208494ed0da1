//! What a page is: an article, a part of one, or a wall in front of it.

use super::blocks::Block;
use super::jsonld::Linked;
use super::page::Page;
use crate::domain::article::Verdict;

/// Text shorter than this is a wall's when it speaks like one, in characters.
const WALL_CHARS_MAX: usize = 1_500;
/// A whole article is longer than this, in characters.
const ARTICLE_CHARS_MIN: usize = 250;
/// A closed article of fewer characters than this is its beginning.
const CLOSED_CHARS_MAX: usize = 2_500;

const CONSENT: &[&str] = &[
    "we value your privacy",
    "accept all cookies",
    "manage your consent",
    "consent preferences",
    "store and/or access information on a device",
    "store and access cookies",
    "our partners store",
    "we and our partners",
    "cookie settings",
    "accept cookies",
    "uses cookies",
    "use cookies",
    "reject all",
    "privacy preferences",
    "cookies akzeptieren",
    "wir verwenden cookies",
    "einwilligung",
    "tout accepter",
    "nous utilisons des cookies",
    "zustimmen",
    "before you continue",
];
const BLOCKED: &[&str] = &[
    "enable javascript and cookies to continue",
    "checking your browser",
    "verify you are human",
    "verify that you are not a robot",
    "are you a robot",
    "unusual traffic",
    "access denied",
    "request blocked",
    "you have been blocked",
    "attention required",
    "please enable javascript",
    "please turn javascript on",
    "ddos protection",
    "security check",
    "captcha",
    "403 forbidden",
    "not available in your region",
    "unavailable in your country",
    "unavailable for legal reasons",
    "404 not found",
    "page not found",
    "log in to continue",
    "sign in to continue",
    "please log in",
];
const PAYWALL: &[&str] = &[
    "subscribe to continue",
    "subscribe to read",
    "to continue reading",
    "already a subscriber",
    "this article is for subscribers",
    "subscribers only",
    "subscription required",
    "become a subscriber",
    "for subscribers only",
    "unlock this article",
    "register to read",
    "to read the full",
    "create a free account to",
    "you've reached your limit",
    "you have reached your limit",
    "jetzt weiterlesen",
    "nur für abonnenten",
    "réservé aux abonnés",
    "article réservé",
    "solo para suscriptores",
    "join now to read",
];

fn holds(text: &str, phrases: &[&str]) -> usize {
    phrases.iter().filter(|phrase| text.contains(*phrase)).count()
}

/// Returns the verdict on a page with this body.
pub fn of(page: &Page<'_>, linked: &Linked, body: &[Block], title: &str) -> Verdict {
    let chars: usize = body.iter().map(|block| block.chars).sum();
    let text = body
        .iter()
        .map(|block| block.text.to_lowercase())
        .collect::<Vec<_>>()
        .join("\n");
    let name = title.to_lowercase();
    if chars < WALL_CHARS_MAX {
        // The whole page where the body is small: a wall may lie outside of what was taken for the article.
        let whole = if chars < ARTICLE_CHARS_MIN {
            all_text(page)
        } else {
            text.clone()
        };
        if holds(&text, CONSENT) >= 2
            || (chars < ARTICLE_CHARS_MIN && holds(&whole, CONSENT) >= 2)
            || holds(&name, CONSENT) > 0
        {
            return Verdict::Consent;
        }
        if holds(&text, BLOCKED) > 0
            || (chars < ARTICLE_CHARS_MIN && holds(&whole, BLOCKED) > 0)
            || holds(&name, BLOCKED) > 0
        {
            return Verdict::Blocked;
        }
    }
    if linked.is_closed
        && chars < CLOSED_CHARS_MAX
        && linked
            .body
            .as_ref()
            .is_none_or(|b| b.len() > chars * 3 / 2 || chars < 1_200)
    {
        return Verdict::Paywall;
    }
    if chars < WALL_CHARS_MAX && holds(&all_text(page), PAYWALL) > 0 {
        return Verdict::Paywall;
    }
    if chars == 0 {
        return Verdict::NotAnArticle;
    }
    let is_cut = body.last().is_some_and(|block| {
        let end = block.text.trim_end();
        end.ends_with("[…]")
            || end.ends_with("[...]")
            || (chars < ARTICLE_CHARS_MIN * 2 && (end.ends_with('…') || end.ends_with("...")))
    });
    if is_cut {
        return Verdict::Teaser;
    }
    if chars < ARTICLE_CHARS_MIN && !linked.is_article {
        let links: usize = page.items.first().map_or(0, |item| item.link_chars);
        return if links > chars * 4 {
            Verdict::NotAnArticle
        } else {
            Verdict::Complete
        };
    }
    Verdict::Complete
}

/// Characters of a page looked at for a wall's words.
const WHOLE_MAX: usize = 60_000;

fn all_text(page: &Page<'_>) -> String {
    let mut text = String::new();
    for item in &page.items {
        if text.len() > WHOLE_MAX {
            break;
        }
        text.push_str(item.text);
        text.push(' ');
    }
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
