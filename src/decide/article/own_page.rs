//! Whether a page is that of the entry it was asked for.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::lexicon::all;
use crate::text::{mix, word_hash, words};

/// Words in a run, which two texts share only by being one text, or by quoting it.
const RUN_WORDS: usize = 4;
/// Of the runs of an article one in this many stays, however it is edited.
const KEPT_RUNS: usize = 20;

/// Words that stand in any text.
static FUNCTION_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.function_words));

/// A title and the text below it.
#[derive(Clone, Copy)]
pub struct Titled<'a> {
    pub title: &'a str,
    pub text: &'a str,
}

/// Whether a page is the entry's by its words: the titles share one, or half of either title stands in the other's text.
/// Of what has no words nothing is known, and so it is.
pub fn is_own_page(entry: Titled<'_>, page: Titled<'_>) -> bool {
    let (own, its) = (telling_words(entry.title), telling_words(page.title));
    if own.is_empty() || its.is_empty() || !own.is_disjoint(&its) {
        return true;
    }
    stands_in(&own, page.text) || stands_in(&its, entry.text)
}

/// Whether what stands at an address later is still the same article: most of a headline is kept, or some of the text.
pub fn is_same_article(earlier: Titled<'_>, later: Titled<'_>) -> bool {
    let (one, other) = (telling_words(earlier.title), telling_words(later.title));
    let fewer = one.len().min(other.len());
    if fewer > 0 && one.intersection(&other).count() * 3 >= fewer * 2 {
        return true;
    }
    let (one, other) = (runs(earlier.text), runs(later.text));
    let fewer = one.len().min(other.len());
    fewer == 0 || one.intersection(&other).count() * KEPT_RUNS >= fewer
}

/// Returns the runs of words in a text.
fn runs(text: &str) -> HashSet<u64> {
    let words: Vec<u64> = words(text).map(|word| word_hash(&word)).collect();
    let length = RUN_WORDS.min(words.len().max(1));
    let run = |run: &[u64]| run.iter().fold(0_u64, |sum, word| mix(sum.rotate_left(5) ^ word));
    words.windows(length).map(run).collect()
}

/// Whether the text below a title speaks for it: half of the title stands there.
pub fn speaks_for_title(page: Titled<'_>) -> bool {
    stands_in(&telling_words(page.title), page.text)
}

fn stands_in(title: &HashSet<String>, text: &str) -> bool {
    let text: HashSet<String> = words(text).collect();
    title.intersection(&text).count() * 2 >= title.len()
}

/// Returns the words of a title that tell something; all of them where none does.
fn telling_words(title: &str) -> HashSet<String> {
    let all: HashSet<String> = words(title).collect();
    let telling = all.iter().filter(|word| !FUNCTION_WORDS.contains(word.as_str()));
    let telling: HashSet<String> = telling.cloned().collect();
    if telling.is_empty() { all } else { telling }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tell_whose_page_it_is() {
        let entry = (
            "Mill wall falls at Ostmere",
            "The old wall at the mill fell in the night.",
        );
        for (title, text, expected) in [
            ("Wall at the mill gives way", "Nobody was hurt.", true),
            ("Overnight collapse", "At Ostmere the mill lost its wall.", true),
            ("In the night", "Nobody was hurt.", true),
            (
                "Making sure you are not a bot!",
                "The keeper of this site has set up a guard.",
                false,
            ),
            ("あなたがボットでないことを確認しています", "読み込み中", false),
            ("Sicherheitsprüfung", "Bitte warten.", false),
            ("", "Please wait.", true),
        ] {
            let (entry, page) = (
                Titled {
                    title: entry.0,
                    text: entry.1,
                },
                Titled { title, text },
            );
            assert_eq!(is_own_page(entry, page), expected, "{title}");
        }
        let entry = Titled {
            title: "水車の壁が崩れる",
            text: "",
        };
        let page = |title| Titled { title, text: "" };
        assert!(is_own_page(entry, page("壁が崩れた水車小屋")));
        assert!(!is_own_page(entry, page("ブラウザを確認しています")));
    }
}
