//! Who wrote an article, and what a headline is without the site's name.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::extract::page::text::SOFT_HYPHEN;
use crate::extract::phrase_sets::PrefixSet;
use crate::lexicon::all;
use crate::text::line;

/// Authors named at most; those of a live report are a dozen.
pub(super) const AUTHORS_MAX: usize = 20;
/// A name longer than this is a sentence, in characters.
const NAME_MAX: usize = 80;

/// A role of so many letters may be the end of a longer word, in bytes.
const COMPOUND_MIN: usize = 7;

/// Words before a name, with what parts them from it.
static PREFIXES: LazyLock<PrefixSet> = LazyLock::new(|| all(|language| language.byline.before_names));
/// What parts names.
static BETWEEN: LazyLock<Vec<&str>> = LazyLock::new(|| all(|language| language.byline.between_names));
/// Names of nobody.
static NO_NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.byline.no_names));

/// What stands behind a name in its line: a date, a place to write to, a role.
static ENDS: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.byline.behind_names));
/// What a name is cut at, the surest first.
static CUTS: LazyLock<Vec<&str>> = LazyLock::new(|| all(|language| language.byline.cut_at));
/// Months that are first names too.
static FIRST_NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.byline.first_names));
/// Words in names that have no capital.
pub(super) static PARTICLES: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.byline.particles));
/// Words of roles and actions.
static ROLES: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.byline.roles));

/// Returns the byline that lines from a page give; none when they name nobody.
pub fn byline(lines: &[String], site_name: Option<&str>, title: &str) -> Option<String> {
    let parts = |text: &str| -> Vec<String> {
        let parts = text.split([';', '|', '•', '·', '/']).flat_map(split_names);
        parts.filter_map(|part| clean(&part)).collect()
    };
    joined(lines.iter().flat_map(|text| parts(text)), site_name, title)
}

/// Returns the byline of names that are clean, each once.
pub fn joined(clean: impl Iterator<Item = String>, site_name: Option<&str>, title: &str) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for name in clean {
        let is_known = names.iter().any(|own| own.eq_ignore_ascii_case(&name));
        let is_site = site_name.is_some_and(|site| site.eq_ignore_ascii_case(&name));
        if !is_known && !is_site && name != title && names.len() < AUTHORS_MAX {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| names.join(", "))
}

/// Returns the account a page names as its author where it names no person: the site itself, a team, a user.
pub fn account(lines: &[String], title: &str) -> Option<String> {
    let is_account = |name: &&String| {
        let chars = name.chars().count();
        (3..=60).contains(&chars)
            && **name != title
            && name.chars().any(char::is_alphabetic)
            && !name.contains("://")
            && !name.contains('@')
            && !is_nobody(name)
            && !LABELS.contains(name.to_lowercase().as_str())
            && !is_other_role(name)
    };
    let lines: Vec<String> = lines.iter().map(|text| line(text)).collect();
    lines.iter().find(is_account).cloned()
}

/// Returns the parts of a line that may each be a name.
pub(super) fn split_names(text: &str) -> Vec<String> {
    let mut text = line(text);
    for joiner in BETWEEN.iter() {
        if text.contains(joiner) {
            text = text.replace(joiner, ", ");
        }
    }
    text.split(", ")
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

/// Returns a name without the role before it: "political reporter Ana Lopez", "unserer Redakteurin Ana Lopez". A name has two
/// words at least.
fn without_role(name: &str) -> &str {
    let words: Vec<&str> = name.split(' ').collect();
    let last = words.iter().rposition(|word| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        // "Chefreporter"
        ROLES.contains(bare.as_str())
            || ROLES
                .iter()
                .any(|role| role.len() >= COMPOUND_MIN && bare.ends_with(role))
    });
    let Some(last) = last.filter(|at| at + 2 < words.len()) else {
        return name;
    };
    let role = words[..=last].iter().map(|word| word.len() + 1).sum::<usize>();
    let rest = name.get(role..).unwrap_or(name);
    // "envoyée spéciale Ana Lopez", but "van der Berg Ana"
    let Some(capital) = rest.find(char::is_uppercase) else {
        return rest;
    };
    let mut from = capital;
    while let Some((start, word)) = word_before(rest, from)
        && PARTICLES.contains(word)
    {
        from = start;
    }
    rest.get(from..).unwrap_or(rest)
}

/// Returns the word that ends before a place in a text, and where it begins.
fn word_before(text: &str, at: usize) -> Option<(usize, &str)> {
    let before = text.get(..at)?.trim_end();
    let start = before.rfind(' ').map_or(0, |blank| blank + 1);
    before
        .get(start..)
        .filter(|word| !word.is_empty())
        .map(|word| (start, word))
}

/// Returns a name without what stands around it; none where it is no name.
pub(super) fn clean(text: &str) -> Option<String> {
    let mut name = line(text);
    name.retain(|c| c != SOFT_HYPHEN);
    loop {
        let lower = name.to_lowercase();
        let Some(prefix) = PREFIXES
            .of_line(&lower)
            .iter()
            .find(|prefix| lower.starts_with(**prefix))
        else {
            break;
        };
        name = name.get(prefix.len()..).unwrap_or_default().trim().to_owned();
    }
    name = without_role(&name).to_owned();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let kept: Vec<&str> = name
        .split(' ')
        .enumerate()
        .take_while(|(at, word)| {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            *at == 0
                || !(word.starts_with(|c: char| c.is_ascii_digit() || c == '(')
                    || (*at > 1 && ENDS.contains(bare.as_str())))
        })
        .map(|(_, word)| word)
        .collect();
    name = kept.join(" ");
    let lower = name.to_lowercase();
    for cut in CUTS.iter() {
        if let Some(at) = lower.find(cut)
            && at > 3
            && let Some(kept) = name.get(..at)
        {
            name = kept.trim().to_owned();
            break;
        }
    }
    let name = name
        .trim_matches([',', '.', ':', '-', '–', '—', ' ', '"', '“', '”'])
        .to_owned();
    let is_name = name.chars().count() >= 3
        && name.chars().count() <= NAME_MAX
        && name.chars().any(char::is_alphabetic)
        && name.chars().filter(char::is_ascii_digit).count() < 3
        && name.split_whitespace().count() <= 7
        && !name.contains("http")
        && !name.contains('@')
        && !is_nobody(&name)
        && !is_role(&name)
        && !begins_as_date(&name)
        && !is_account(&name);
    is_name.then_some(name)
}

/// Whether a name is nobody's: one word of such, or nothing but them ("undefined undefined").
fn is_nobody(name: &str) -> bool {
    let lower = name.to_lowercase();
    NO_NAMES.contains(lower.as_str()) || lower.split(' ').all(|word| matches!(word, "undefined" | "null"))
}

/// Lines behind which a name stands.
pub static LABELS: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.byline.labels));
/// Beginnings of lines on somebody who did something else than write.
static OTHER_ROLES: LazyLock<PrefixSet> = LazyLock::new(|| all(|language| language.byline.other_roles));

/// Whether a text names somebody who did something else than write.
pub fn is_other_role(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    lower.starts_with('©') || OTHER_ROLES.of_line(&lower).iter().any(|word| lower.starts_with(word))
}

/// Whether a name begins with a month or what else stands behind one; April and June are first names too.
fn begins_as_date(name: &str) -> bool {
    let mut words = name.split(' ');
    let first = words.next().unwrap_or_default().to_lowercase();
    let second = words.next();
    let is_followed = second.is_some_and(|word| word.starts_with(char::is_uppercase));
    let is_first_name = FIRST_NAMES.contains(first.as_str());
    (ENDS.contains(first.as_str()) && !(is_followed && is_first_name)) || (is_first_name && second.is_none())
}

/// Whether a name is that of an account: one word without a capital.
fn is_account(name: &str) -> bool {
    !name.contains(' ') && name.contains(char::is_lowercase) && !name.contains(char::is_uppercase)
}

/// Whether a text tells what somebody is, not who.
pub(super) fn is_role(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| ROLES.contains(word))
}
