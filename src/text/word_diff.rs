//! Which words of a sentence changed, with as much around them as shows where they stand.

use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;

use super::is_unspaced;

/// Tokens of what differs in two sentences, the one's times the other's, that are compared; of more all is replaced.
const COMPARED_MAX: usize = 40_000;
/// Characters of what stayed that are shown on either side of what changed.
const CONTEXT_CHARS: usize = 60;
/// Characters that are shown of one run of words that came or went.
const RUN_CHARS_MAX: usize = 300;
/// Characters of a sentence that are shown; a run that would be beyond them is left out.
const SENTENCE_CHARS_MAX: usize = 900;

/// Some words of a sentence in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum WordRun {
    Same(String),
    Removed(String),
    Added(String),
    /// Words that stand where others stood.
    Replaced {
        old: String,
        new: String,
    },
}

impl WordRun {
    /// Returns the run with its words made over.
    pub fn map(&self, made: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Same(text) => Self::Same(made(text)),
            Self::Removed(text) => Self::Removed(made(text)),
            Self::Added(text) => Self::Added(made(text)),
            Self::Replaced { old, new } => Self::Replaced {
                old: made(old),
                new: made(new),
            },
        }
    }

    fn chars(&self) -> usize {
        match self {
            Self::Same(text) | Self::Removed(text) | Self::Added(text) => text.chars().count(),
            Self::Replaced { old, new } => old.chars().count() + new.chars().count(),
        }
    }
}

/// Returns what became of a sentence, word by word; white space stands in what stayed. Long stretches that stayed are
/// shortened to what stands around a change.
pub fn word_diff(before: &str, after: &str) -> Vec<WordRun> {
    let (old, new) = (tokens(before), tokens(after));
    shortened(runs(&old, &new, &segments(&old, &new)))
}

/// Returns words that came or went as a whole, as they are shown.
pub fn whole(text: &str) -> String {
    cut(text, RUN_CHARS_MAX)
}

/// Returns a changed sentence as plain text: "opens on [Monday → Tuesday] at nine", "[+ only]", "[- perhaps]".
pub fn marked(runs: &[WordRun]) -> String {
    let marked = |run: &WordRun| match run {
        WordRun::Same(text) => text.clone(),
        WordRun::Removed(old) => format!("[- {old}]"),
        WordRun::Added(new) => format!("[+ {new}]"),
        WordRun::Replaced { old, new } => format!("[{old} → {new}]"),
    };
    runs.iter().map(marked).collect()
}

/// A word, or what stands before or behind one.
#[derive(Clone, Copy)]
struct Token<'a> {
    text: &'a str,
    /// White space stands before it.
    is_apart: bool,
}

impl PartialEq for Token<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// Returns the words of a sentence as they are written, what stands before and behind them apart. Scripts without spaces
/// are cut at every word's bound.
fn tokens(sentence: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    for (position, word) in sentence.split_whitespace().enumerate() {
        let core = word.trim_matches(|c: char| !c.is_alphanumeric());
        let (before, behind) = word.split_once(core).filter(|_| !core.is_empty()).unwrap_or((word, ""));
        let parts: Vec<&str> = match core.chars().any(is_unspaced) {
            true => core.split_word_bounds().collect(),
            false => vec![core],
        };
        let parts = [before]
            .into_iter()
            .chain(parts)
            .chain([behind])
            .filter(|part| !part.is_empty());
        found.extend(parts.enumerate().map(|(at, text)| Token {
            text,
            is_apart: position > 0 && at == 0,
        }));
    }
    found
}

/// A stretch of both sentences: the same words, or words that others replace; where it ends in each.
#[derive(Clone, Copy)]
struct Segment {
    is_same: bool,
    old_end: usize,
    new_end: usize,
}

/// Returns the stretches in turn, the same and others.
fn segments(old: &[Token<'_>], new: &[Token<'_>]) -> Vec<Segment> {
    let is_same = |(one, other): &(&Token<'_>, &Token<'_>)| one == other;
    let head = old.iter().zip(new).take_while(is_same).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(is_same)
        .count();
    let (old_rest, new_rest) = (&old_rest[..old_rest.len() - tail], &new_rest[..new_rest.len() - tail]);
    let mut pairs: Vec<(usize, usize)> = (0..head).map(|at| (at, at)).collect();
    pairs.extend(
        common(old_rest, new_rest)
            .into_iter()
            .map(|(at, other)| (head + at, head + other)),
    );
    pairs.extend((0..tail).map(|at| (old.len() - tail + at, new.len() - tail + at)));
    let mut found: Vec<Segment> = Vec::new();
    let (mut old_end, mut new_end) = (0, 0);
    for (at, other) in pairs.into_iter().chain([(old.len(), new.len())]) {
        if (at, other) != (old_end, new_end) {
            found.push(Segment {
                is_same: false,
                old_end: at,
                new_end: other,
            });
        }
        if at == old.len() && other == new.len() {
            break;
        }
        (old_end, new_end) = (at + 1, other + 1);
        match found.last_mut().filter(|last| last.is_same) {
            Some(last) => (last.old_end, last.new_end) = (old_end, new_end),
            None => found.push(Segment {
                is_same: true,
                old_end,
                new_end,
            }),
        }
    }
    without_marks_between(found, new)
}

/// Joins what is parted by nothing but a sign: two numbers around a dash are one change.
fn without_marks_between(found: Vec<Segment>, new: &[Token<'_>]) -> Vec<Segment> {
    let mut joined: Vec<Segment> = Vec::with_capacity(found.len());
    let mut begun = 0;
    for (at, segment) in found.iter().enumerate() {
        let words = &new[begun..segment.new_end];
        begun = segment.new_end;
        let is_between = at > 0 && at + 1 < found.len();
        let is_sign = |token: &Token<'_>| !token.text.contains(char::is_alphanumeric);
        let is_same = segment.is_same && !(is_between && words.iter().all(is_sign));
        match joined.last_mut().filter(|last| last.is_same == is_same) {
            Some(last) => (last.old_end, last.new_end) = (segment.old_end, segment.new_end),
            None => joined.push(Segment { is_same, ..*segment }),
        }
    }
    joined
}

/// Returns where the longest common sequence stands in each; nothing where that would take too long to find.
pub(super) fn common<T: PartialEq>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    if old.len() * new.len() > COMPARED_MAX {
        return Vec::new();
    }
    let width = new.len() + 1;
    let mut longest = vec![0_u32; (old.len() + 1) * width];
    for at in (0..old.len()).rev() {
        for other in (0..new.len()).rev() {
            longest[at * width + other] = match old[at] == new[other] {
                true => longest[(at + 1) * width + other + 1] + 1,
                false => longest[(at + 1) * width + other].max(longest[at * width + other + 1]),
            };
        }
    }
    let (mut at, mut other, mut found) = (0, 0, Vec::new());
    while at < old.len() && other < new.len() {
        if old[at] == new[other] {
            found.push((at, other));
            (at, other) = (at + 1, other + 1);
        } else if longest[(at + 1) * width + other] >= longest[at * width + other + 1] {
            at += 1;
        } else {
            other += 1;
        }
    }
    found
}

/// Returns the runs of both sentences. White space before a change stands in what stayed before it.
fn runs(old: &[Token<'_>], new: &[Token<'_>], segments: &[Segment]) -> Vec<WordRun> {
    let mut found: Vec<WordRun> = Vec::new();
    let (mut old_begun, mut new_begun) = (0, 0);
    for segment in segments {
        let (gone, came) = (&old[old_begun..segment.old_end], &new[new_begun..segment.new_end]);
        (old_begun, new_begun) = (segment.old_end, segment.new_end);
        let is_apart = [gone, came]
            .into_iter()
            .flat_map(<[Token<'_>]>::first)
            .any(|token| token.is_apart);
        if segment.is_same {
            let space = if is_apart { " " } else { "" };
            found.push(WordRun::Same(format!("{space}{}", joined(came))));
            continue;
        }
        match found.last_mut() {
            Some(WordRun::Same(text)) if is_apart => text.push(' '),
            _ => {}
        }
        found.push(match (joined(gone), joined(came)) {
            (old, new) if new.is_empty() => WordRun::Removed(old),
            (old, new) if old.is_empty() => WordRun::Added(new),
            (old, new) => WordRun::Replaced { old, new },
        });
    }
    found
}

fn joined(tokens: &[Token<'_>]) -> String {
    let mut out = String::new();
    for token in tokens {
        if token.is_apart && !out.is_empty() {
            out.push(' ');
        }
        out.push_str(token.text);
    }
    out
}

fn shortened(runs: Vec<WordRun>) -> Vec<WordRun> {
    let last = runs.len().saturating_sub(1);
    let mut shown = Vec::with_capacity(runs.len());
    let mut chars = 0;
    for (at, run) in runs.into_iter().enumerate() {
        let run = match run {
            WordRun::Same(text) => WordRun::Same(around(&text, at > 0, at < last)),
            changed => changed.map(whole),
        };
        chars += run.chars();
        if chars > SENTENCE_CHARS_MAX {
            shown.push(WordRun::Same(" …".to_owned()));
            break;
        }
        shown.push(run);
    }
    shown
}

/// Returns what stayed, as much of it as stands beside a change before it and behind it.
fn around(text: &str, has_before: bool, has_behind: bool) -> String {
    let sides = usize::from(has_before) + usize::from(has_behind);
    // A mark of omission instead of a word or two tells less than they do.
    if text.chars().count() <= CONTEXT_CHARS * sides + CONTEXT_CHARS / 2 {
        return text.to_owned();
    }
    let first = if has_before {
        cut(text, CONTEXT_CHARS)
    } else {
        "…".to_owned()
    };
    let last = if has_behind { end_of(text, CONTEXT_CHARS) } else { "" };
    match last.is_empty() || !has_before {
        true => first + last,
        false => format!("{first} {last}"),
    }
}

/// Cuts a text at a word's end, or where it has none in time between letters.
fn cut(text: &str, chars_max: usize) -> String {
    let Some((limit, _)) = text.char_indices().nth(chars_max) else {
        return text.to_owned();
    };
    let end = text[..limit]
        .rfind(' ')
        .filter(|space| space * 2 > limit)
        .unwrap_or(limit);
    format!("{}…", text[..end].trim_end())
}

/// Returns the end of a text, from a word's beginning on where it has one in time.
fn end_of(text: &str, chars_max: usize) -> &str {
    let Some((start, _)) = text.char_indices().rev().nth(chars_max) else {
        return text;
    };
    let rest = &text[start..];
    let begin = rest.find(' ').filter(|space| space * 2 < rest.len());
    &rest[begin.map_or(0, |space| space + 1)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, expected: &str) {
        assert_eq!(marked(&word_diff(before, after)), expected);
    }

    #[test]
    fn words_are_marked_where_they_stand() {
        check(
            "The mill opens on Monday, at nine.",
            "The mill opens on Tuesday, at ten.",
            "The mill opens on [Monday → Tuesday], at [nine → ten].",
        );
        check(
            "Perhaps the mill opens.",
            "the mill opens only for us.",
            "[- Perhaps] the mill opens [+ only for us].",
        );
        check(
            "Open 9–12 and 14–18",
            "Open 10–13 and 14–18",
            "Open [9–12 → 10–13] and 14–18",
        );
        check(
            "It opens at 19:00 for 1,204 people.",
            "It opens at 20:00 for 1,310 people.",
            "It opens at [19:00 → 20:00] for [1,204 → 1,310] people.",
        );
        check("水曜は休館です。", "木曜は休館です。", "[水 → 木]曜は休館です。");
        check("a b", "c d", "[a b → c d]");
        check("same", "same", "same");
        check("", "new", "[+ new]");
    }

    #[test]
    fn a_long_sentence_shows_its_change() {
        let words = "word ".repeat(200);
        let found = marked(&word_diff(
            &format!("{words}nine {words}"),
            &format!("{words}ten {words}"),
        ));
        assert!(
            found.starts_with('…') && found.ends_with("word…") && found.contains("word [nine → ten] word"),
            "{found}"
        );
        assert!(found.chars().count() < 160, "{found}");
        let letters = marked(&word_diff(&"x".repeat(100_000), &"y".repeat(100_000)));
        assert!(letters.chars().count() < 2 * RUN_CHARS_MAX + 10);
        let many = |word: &str| format!("{word} same ").repeat(400);
        let shown = marked(&word_diff(&many("old"), &many("new")));
        assert!(
            shown.chars().count() < 2 * SENTENCE_CHARS_MAX,
            "{}",
            shown.chars().count()
        );
    }
}
