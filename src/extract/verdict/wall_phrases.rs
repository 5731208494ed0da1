//! What walls in front of articles and pages beside them say: consent banners, checks and refusals, paywalls, pages that are
//! not there, logins, searches. In lower case, with straight apostrophes; the phrases stand in `lexicon`.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::extract::phrase_sets::PhraseSet;
use crate::lexicon::all;

/// Two of these make a consent banner.
pub static CONSENT: LazyLock<PhraseSet> = LazyLock::new(|| all(|language| language.verdict.consent));
/// What such banners are about. Beside one of their own words it makes one where there is hardly any text.
pub static PRIVACY: LazyLock<PhraseSet> = LazyLock::new(|| all(|language| language.verdict.privacy));
/// One of these refuses the page or checks who asks for it.
pub static BLOCKED: LazyLock<PhraseSet> = LazyLock::new(|| all(|language| language.verdict.blocked));
/// One of these keeps the rest of the article for those who pay.
pub static PAYWALL: LazyLock<PhraseSet> = LazyLock::new(|| all(|language| language.verdict.paywall));
/// One of these says that there is no such page.
pub static MISSING: LazyLock<PhraseSet> = LazyLock::new(|| all(|language| language.verdict.missing));
/// A page called one of these asks who its reader is.
pub static LOGIN: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.verdict.login));
/// A page whose name holds one of these lists what was found.
pub static SEARCH: LazyLock<PhraseSet> = LazyLock::new(|| all(|language| language.verdict.search));
/// Words beside the number of an error in the name of a page.
pub static ERROR_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.verdict.error_words));
