//! What of a watched page's text stays while nobody edits it: no clocks, counters, "5 minutes ago", random tokens.
//!
//! Only what is such by its own words is left out. A number in a sentence may be the news and stays.

use std::sync::LazyLock;

use regex::Regex;

use crate::lexicon::all;
use crate::text::sentence_diff::{Sentence, SentenceChange, sentence_diff};
use crate::text::{comparable, sentences};

/// A line that is a counter or a time stamp has at most this many characters.
const STAMP_CHARS_MAX: usize = 100;
/// A word that mixes letters and digits and is this long, in bytes, is no word but a token.
const TOKEN_BYTES_MIN: usize = 16;

/// Spans of time counted from now.
static AGO: LazyLock<Regex> = LazyLock::new(|| whole_words(all(|language| language.noise.ago)));
/// Counters of visits and the like.
static COUNTER: LazyLock<Regex> = LazyLock::new(|| whole_words(all(|language| language.noise.counters)));
/// Words of which the lines consist that say when a page was made.
static STAMP_WORDS: LazyLock<Regex> = LazyLock::new(|| whole_words(all(|language| language.noise.stamps)));
/// From an hour to an hour, or from a day to a day: opening hours, an event; no clock shows that.
static SPAN: LazyLock<Regex> = LazyLock::new(|| {
    let hour = r"\d{1,2}(?:[:.h]\d{2})?\s?(?:am|pm|h|uhr)?";
    regex(&format!(r"(?i)(?:^|\s){hour}\s?[–—-]\s?{hour}(?:$|[\s,;.)])"))
});
/// Lines that only say that an advertisement stands here.
static AD: LazyLock<Regex> = LazyLock::new(|| {
    let words: Vec<&str> = all(|language| language.noise.advertisements);
    regex(&format!(r"(?i)^\W*({})\W*$", words.join("|")))
});

fn whole_words(words: Vec<&str>) -> Regex {
    regex(&format!(r"(?i)\b({})\b", words.join("|")))
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the expressions of all languages are tested")
}

/// Returns what is compared of a watched page's text.
pub fn without_noise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines().filter(|line| !moves(line)) {
        for word in standing(line).split_whitespace() {
            out.push_str(word);
            out.push(' ');
        }
        out.push('\n');
    }
    out
}

/// Returns the sentences of a watched page that came, went and changed, but for those of which only noise did.
pub fn changes(before: &str, after: &str) -> Vec<SentenceChange> {
    sentence_diff(&standing_sentences(before), &standing_sentences(after))
}

fn standing_sentences(text: &str) -> Vec<Sentence<'_>> {
    let lines = text.lines().filter(|line| !moves(line));
    let sentence = |shown| Sentence {
        shown,
        said: comparable(&standing(shown)),
    };
    lines.flat_map(sentences).map(sentence).collect()
}

/// Whether a line moves as a whole.
fn moves(line: &str) -> bool {
    let line = AGO.replace_all(line, " ");
    line.trim().is_empty() || is_stamp(&line)
}

/// Returns a line without the words of it that move.
fn standing(line: &str) -> String {
    let line = AGO.replace_all(line, " ");
    let words: Vec<&str> = line.split_whitespace().filter(|word| !is_token(word)).collect();
    words.join(" ")
}

/// Whether a line is a counter, a time stamp or a mark of an advertisement, and nothing else.
fn is_stamp(line: &str) -> bool {
    if line.chars().count() > STAMP_CHARS_MAX {
        return false;
    }
    let has_digit = line.bytes().any(|b| b.is_ascii_digit());
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
    let words = line
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphabetic))
        .count();
    let is_counter = has_digit && words <= 5 && COUNTER.is_match(line);
    // A line of nothing but numbers and the words around dates; what it updates may be named.
    let is_time =
        !SPAN.is_match(line) && letters(&STAMP_WORDS.replace_all(line, "")) == 0 && (has_digit || letters(line) > 0);
    is_counter || is_time || AD.is_match(line)
}

fn is_token(word: &str) -> bool {
    let inner = word.trim_matches(|c: char| !c.is_alphanumeric());
    inner.len() >= TOKEN_BYTES_MIN
        && !inner.contains("://")
        && inner
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'=' | b'+'))
        && inner.bytes().filter(u8::is_ascii_digit).count() >= 4
        && inner.bytes().any(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, is_same: bool) {
        let body = "Twelve towns use a face scan, the authority says.";
        let whole = |line: &str| without_noise(&format!("{body}\n\n{line}\n\n{body}"));
        assert_eq!(whole(one) == whole(other), is_same, "{one:?} {other:?}");
    }

    #[test]
    fn what_moves_by_itself_is_no_change() {
        check("12:04:33", "12:09:10", true);
        check(
            "Last updated: Fri, 12 June 2026, 09:30 UTC",
            "Last updated: Sat, 13 June 2026, 11:02 UTC",
            true,
        );
        check("Stand: 12.06.2026, 9:30 Uhr", "Stand: 13.06.2026, 11:00 Uhr", true);
        check("Updated 5 minutes ago", "Updated 2 hours ago", true);
        check("Aktualisiert vor 5 Minuten", "Aktualisiert vor 2 Stunden", true);
        check("Mis à jour il y a 3 heures", "Mis à jour il y a 2 jours", true);
        check("Updated: 2026-06-12 09:30", "Updated: 2026-06-13 11:02", true);
        check("12-06-2026", "13-06-2026", true);
        check("You are visitor 10,431", "You are visitor 10,440", true);
        check("1.204 Aufrufe", "1.310 Aufrufe", true);
        check("ref 8f3a9c2e17b04d55a1", "ref 77aa0c1e93b04d5fff", true);
        check("Advertisement", "", true);
    }

    #[test]
    fn news_is_a_change() {
        check("Twelve towns use it.", "Thirteen towns use it.", false);
        check("In 2026 it cost 3 million.", "In 2026 it cost 4 million.", false);
        check(
            "The hearing begins at 19:00 in the town hall.",
            "The hearing begins at 20:00 in the town hall.",
            false,
        );
        check("The vote is on 12 June.", "The vote is on 19 June.", false);
        check("40 people were arrested", "400 people were arrested", false);
        check("Status: proposed", "Status: passed", false);
        check("Monday 9–12", "Monday 9–14", false);
        check("Sat 9:30am - 5pm", "Sat 10am - 5pm", false);
        check("Freitag, 8.00-12.30 Uhr", "Freitag, 8.00-12.00 Uhr", false);
        check("12–14 June 2026", "19–21 June 2026", false);
    }
    #[test]
    fn hostile_texts_are_compared_in_the_time_of_their_length() {
        for (head, piece) in [
            ("a.", ")"),
            ("", "水."),
            ("", "a "),
            ("", "a b. "),
            ("", "5 "),
            ("", "水"),
            ("a", "'"),
        ] {
            let text = |end: &str| format!("{head}{} {end}.", piece.repeat(300_000 / piece.len()));
            let found = changes(&text("open"), &text("closed"));
            assert!((1..=2).contains(&found.len()), "{piece:?} {}", found.len());
        }
    }
}
