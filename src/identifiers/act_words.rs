//! The word for a kind of act beside its number, in any language, and whether the Union is named with it.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::scan::ScannedText;
use super::words::{EU_COURTS, WordSet, is_whole, lowered};
use crate::lexicon::{IdentifierWords, LANGUAGES, Phrases, all};
use crate::text::is_unspaced;

/// How far a word for the act may be from its number in bytes, and how far the Union's name.
const WORD_BYTES: usize = 160;
const SENTENCE_BYTES: usize = 300;
/// Words between the act's word and its number: where it has a mark, where the Union's institutions are among them, where it
/// has no mark, and behind the number.
const WORDS_BEFORE_MAX: usize = 6;
const INSTITUTION_WORDS_MAX: usize = 9;
const BARE_WORDS_MAX: usize = 3;
const WORDS_BEHIND_MAX: usize = 5;
/// Letters between them in a script without spaces.
const UNSPACED_BEFORE_MAX: usize = 3;
const UNSPACED_BEHIND_MAX: usize = 6;
/// Words beside the act and its number in which the Union is named.
const JOINED_WORDS: usize = 3;
/// Letters of the words that join a name to what stands before it: "of the", "des", "de l'".
const JOINING_LETTERS_MAX: usize = 3;
/// Letters of what stands for "number".
const NO_LETTERS_MAX: usize = 5;
/// Names of the Union in fewer letters are in capitals.
const NAME_LETTERS_MIN: usize = 4;

/// Words for kinds of acts, each with the letter of the kind.
struct KindWords {
    automaton: AhoCorasick,
    letters: Vec<char>,
}

impl KindWords {
    fn of(keys: [fn(&IdentifierWords) -> Phrases; 3]) -> Self {
        let mut words: Vec<(&str, char)> = Vec::new();
        for (key, letter) in keys.into_iter().zip(['R', 'L', 'D']) {
            let all = LANGUAGES.iter().flat_map(|language| key(&language.identifiers));
            words.extend(all.map(|word| (*word, letter)));
        }
        let longest = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).clone();
        Self {
            automaton: longest
                .build(words.iter().map(|(word, _)| word))
                .expect("the words are short"),
            letters: words.into_iter().map(|(_, letter)| letter).collect(),
        }
    }

    /// Returns where such words stand in a text in small letters, each with its letter; short ones stand alone.
    fn find<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, usize, char)> + 't {
        let found = self.automaton.find_iter(text);
        let found = found.map(|found| (found.start(), found.end(), self.letters[found.pattern().as_usize()]));
        found.filter(|(from, to, _)| {
            let is_short =
                text[*from..*to].chars().count() < NAME_LETTERS_MIN && !text[*from..].starts_with(is_unspaced);
            !is_short || is_whole(text, *from, *to)
        })
    }
}

static BEFORE: LazyLock<KindWords> = LazyLock::new(|| {
    KindWords::of([
        |words| words.regulations,
        |words| words.directives,
        |words| words.decisions,
    ])
});
static BEHIND: LazyLock<KindWords> = LazyLock::new(|| {
    KindWords::of([
        |words| words.regulations_behind,
        |words| words.directives_behind,
        |words| words.decisions_behind,
    ])
});

/// The marks of the treaties in small letters: "eu" for what English writes "(EU)".
static TREATY_MARKS: LazyLock<Vec<&str>> = LazyLock::new(|| all(|language| language.identifiers.treaty_marks));
static EUROPEAN: LazyLock<Vec<&str>> = LazyLock::new(|| all(|language| language.identifiers.european));
static FRAMEWORKS: LazyLock<Vec<&str>> = LazyLock::new(|| all(|language| language.identifiers.frameworks));
static UNIONS: LazyLock<Vec<&str>> = LazyLock::new(|| all(|language| language.identifiers.unions));
/// The names that are no word of another language in small letters.
static UNION_NAMES: LazyLock<WordSet> = LazyLock::new(|| {
    let is_long = |name: &&str| name.chars().count() >= NAME_LETTERS_MIN || name.starts_with(is_unspaced);
    WordSet::among(UNIONS.iter().copied().filter(is_long).collect())
});

/// Whether a mark, or one of several, is that of one of the treaties.
pub fn is_treaty(marks: &str) -> bool {
    marks
        .split(',')
        .any(|mark| TREATY_MARKS.contains(&lowered(mark.trim()).as_str()))
}

/// A word for a kind of act beside a number.
pub struct ActWord<'t> {
    pub letter: char,
    /// What stands before the word and its number, between them, and behind them.
    lead: &'t str,
    between: &'t str,
    rest: &'t str,
    is_before: bool,
    /// All of it is in capitals, as words around it may be: "EL REGLAMENTO".
    pub is_shouted: bool,
}

/// Returns the word for the act whose number stands there.
pub fn beside(text: &ScannedText, from: usize, to: usize) -> Option<ActWord<'_>> {
    let (before, behind) = (text.before(from, WORD_BYTES), text.behind(to, WORD_BYTES));
    let lower = lowered(before);
    if let Some((start, end, letter)) = BEFORE.find(&lower).last() {
        // The whole of its own word: "Durchführungsverordnungen", "règlements".
        let end = before.len() - before[end..].trim_start_matches(is_word_part).len();
        let start = before[..start].trim_end_matches(is_word_part).len();
        let (lead, own, between) = (
            &before[..start],
            &before[start..end],
            before[end..].trim_start_matches('.'),
        );
        if is_near(between) {
            let letter = kind(letter, lead, own, between);
            return Some(ActWord {
                letter,
                lead,
                between,
                rest: behind,
                is_before: true,
                is_shouted: is_capital(own),
            });
        }
    }
    let lower = lowered(behind);
    let (start, end, letter) = BEHIND.find(&lower).next()?;
    let (between, rest) = (&behind[..start], &behind[end..]);
    let is_near = !between.contains([',', ':', '(', ')'])
        && !between.trim_start_matches('.').contains('.')
        && between.split_whitespace().count() <= WORDS_BEHIND_MAX
        && unspaced(between) <= UNSPACED_BEHIND_MAX;
    let word_start = between.trim_end_matches(is_word_part).len();
    let letter = kind(letter, &between[..word_start], &behind[word_start..end], rest);
    is_near.then_some(ActWord {
        letter,
        lead: before,
        between,
        rest,
        is_before: false,
        is_shouted: false,
    })
}

fn is_near(between: &str) -> bool {
    let is_parted = between.contains([',', ':', '(', ')', '"']) || between.contains(|c: char| c.is_ascii_digit());
    let words_max = match tokens(between).any(is_european) {
        true => INSTITUTION_WORDS_MAX,
        false => WORDS_BEFORE_MAX,
    };
    let is_short = unspaced(between) <= UNSPACED_BEFORE_MAX;
    !is_parted && between.split_whitespace().count() <= words_max && is_short
}

fn is_word_part(c: char) -> bool {
    c.is_alphanumeric() && !is_unspaced(c)
}

fn unspaced(text: &str) -> usize {
    text.chars().filter(|c| is_unspaced(*c)).count()
}

/// Returns the letter of a kind of act, told from framework decisions by the words that touch it: "décision-cadre".
fn kind(letter: char, lead: &str, own: &str, behind: &str) -> char {
    let says = |token: &str| FRAMEWORKS.iter().any(|word| lowered(token).starts_with(word));
    let neighbours = tokens(lead)
        .last()
        .into_iter()
        .chain(tokens(own))
        .chain(tokens(behind).take(1));
    match letter {
        'D' if neighbours.into_iter().any(says) => 'F',
        _ => letter,
    }
}

impl ActWord<'_> {
    /// Whether nothing but the Union's marks and a word for "number" stands between the act's word and the number.
    pub fn is_direct(&self) -> bool {
        let between: Vec<&str> = self.between.split_whitespace().collect();
        let (names, last) = match between.split_last() {
            Some((last, names)) if is_no(last) => (names, Some(last)),
            _ => (between.as_slice(), None),
        };
        let is_counted = |token: &&str| token.chars().all(is_unspaced) && unspaced(token) < UNSPACED_BEFORE_MAX;
        let is_name = |token: &&str| is_mark(token) || is_european(token) || is_counted(token);
        !self.is_before || (names.iter().all(is_name) && names.len() + usize::from(last.is_some()) <= BARE_WORDS_MAX)
    }

    /// Whether a word for "number" stands right before the number.
    pub fn has_no(&self) -> bool {
        self.is_before && self.between.split_whitespace().next_back().is_some_and(is_no)
    }

    /// Whether a mark of the Union stands right beside the number: "Reg. UE 2016/679".
    pub fn is_marked(&self) -> bool {
        self.is_before && tokens(self.between).any(is_mark)
    }

    /// Whether the Union is named beside the act and its number, not only somewhere in the sentence.
    pub fn is_joined(&self) -> bool {
        let is_own_mark = |token: &str| !self.is_shouted && is_capital_mark(token);
        let is_told = |token: &str| is_european(token) || is_own_mark(token);
        let lead: Vec<&str> = tokens(self.lead).filter(|token| token.chars().count() > 1).collect();
        let lead = &lead[lead.len().saturating_sub(JOINED_WORDS)..];
        // "European Union Regulation", and not "European Ombudsman decision".
        let is_lead = lead.last().is_some_and(|last| is_european(last))
            || lead.iter().any(|token| is_own_mark(token))
            || UNION_NAMES.begins_word_in(&lowered(&lead.join(" ")));
        let is_between = tokens(self.between).any(|token| is_mark(token) || is_european(token));
        let mut behind = tokens(self.rest)
            .enumerate()
            .skip_while(|(at, token)| *at < JOINED_WORDS && is_joining(token));
        let first = behind.next().map_or("", |(_, token)| token);
        // "de la Unión Europea", "of the European Parliament".
        let second = behind.next().map_or("", |(_, token)| token);
        let is_name = first.starts_with(char::is_uppercase) && is_european(second);
        is_between || is_lead || is_told(first) || is_name
    }

    /// Whether the act is said to be somebody's: "Malta's", "of the Bank".
    pub fn is_of_others(&self) -> bool {
        let mut behind = tokens(self.rest).take(JOINED_WORDS);
        let is_of = self.rest.starts_with(' ')
            && behind.next().is_some_and(is_joining)
            && behind
                .find(|token| !is_joining(token))
                .is_some_and(|token| token.starts_with(char::is_uppercase));
        self.lead.trim_end().ends_with("'s") || is_of
    }
}

/// Whether the Union, its institutions or its courts are named in the sentence of a number.
pub fn names_union(text: &ScannedText, from: usize, to: usize) -> bool {
    [text.before(from, SENTENCE_BYTES), text.behind(to, SENTENCE_BYTES)]
        .iter()
        .any(|part| {
            let lower = lowered(part);
            let is_name = |token: &str| is_capital(token) && UNIONS.contains(&lowered(token).as_str());
            tokens(part).any(is_name) || UNION_NAMES.begins_word_in(&lower) || EU_COURTS.begins_word_in(&lower)
        })
}

/// Returns the words of a text, those of scripts without spaces apart from others.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphabetic());
        let kind = is_unspaced(rest.chars().next()?);
        let end = rest.find(|c: char| !c.is_alphabetic() || is_unspaced(c) != kind);
        let (token, behind) = rest.split_at(end.unwrap_or(rest.len()));
        rest = behind;
        Some(token)
    })
}

fn is_european(token: &str) -> bool {
    let lower = lowered(token);
    let begins = |word: &&str| lower.starts_with(*word) || (word.starts_with(is_unspaced) && lower.contains(*word));
    EUROPEAN.iter().any(begins)
}

/// Whether it is a mark where only marks stand: "Ue" is one too.
fn is_mark(token: &str) -> bool {
    token.starts_with(char::is_uppercase) && is_treaty(token)
}

fn is_capital_mark(token: &str) -> bool {
    is_capital(token) && is_treaty(token)
}

fn is_capital(token: &str) -> bool {
    !token.is_empty() && token.chars().all(char::is_uppercase)
}

fn is_joining(token: &str) -> bool {
    token.chars().count() <= JOINING_LETTERS_MAX && token.starts_with(char::is_lowercase)
}

/// Whether it stands for "number": "No", "Nr.", "n°", "αριθ.", "N:o".
fn is_no(token: &str) -> bool {
    let letters = token.trim_end_matches(['.', '°', 'º']);
    let is_short = !letters.is_empty() && letters.chars().count() <= NO_LETTERS_MAX;
    let is_abbreviated = letters.len() < token.len() && letters.chars().all(char::is_alphabetic);
    let begins_with_n = letters.len() <= JOINING_LETTERS_MAX && letters.starts_with(['n', 'N']);
    token == "№" || (is_short && (is_abbreviated || begins_with_n))
}
