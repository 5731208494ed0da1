//! Why an article is in its story, told to people and to programs.

use serde_json::json;

use crate::domain::StoryId;
use crate::domain::topic::Reasoning;
use crate::store::stories::{EditCause, StoryEdit};

/// Returns one sentence or two on why an article is in a story; `moved` is how it came there after it was placed.
pub(super) fn told(story: Option<StoryId>, reasoning: Option<&Reasoning>, moved: Option<&StoryEdit>) -> String {
    let Some(story) = story else {
        return "in no story: it matched no topic when it was read".to_owned();
    };
    let Some(reasoning) = reasoning else {
        return format!("in story {story}: placed before reasons were kept");
    };
    let first = reasoning.story;
    let moved = if first == story {
        String::new()
    } else {
        match moved.map(|moved| &moved.cause) {
            Some(EditCause::Found(reason)) => format!("; merged since (found: {reason}): it is in story {story} now"),
            Some(EditCause::ByHand) => format!("; moved by hand since: it is in story {story} now"),
            None => format!("; it is in story {story} now"),
        }
    };
    let threshold = reasoning.threshold;
    let words = if reasoning.words.is_empty() {
        String::new()
    } else {
        format!("; words in both headlines: {}", reasoning.words.join(", "))
    };
    let why = match (reasoning.copy_of, reasoning.closest) {
        (Some(original), _) => format!("joined story {first}: it has the text of article {original}"),
        (None, Some((closest, likeness))) if closest == first => {
            format!("joined story {first}: likeness {likeness:.2}, needed {threshold:.2}{words}")
        }
        (None, Some((closest, likeness))) => format!(
            "started story {first}: the closest was story {closest} with likeness {likeness:.2}, needed {threshold:.2}{words}"
        ),
        (None, None) => format!("started story {first}: no live story shared a word with it"),
    };
    why + &moved
}

/// Returns in a few words why an article is in the story it is shown in.
pub(super) fn brief(shown: StoryId, reasoning: &Reasoning, moved: Option<&StoryEdit>) -> String {
    let first = reasoning.story;
    let words = match reasoning.words.is_empty() {
        true => String::new(),
        false => format!("; both headlines: {}", reasoning.words.join(", ")),
    };
    let threshold = reasoning.threshold;
    let here = if first == shown {
        "it".to_owned()
    } else {
        format!("story {first}")
    };
    let why = match (reasoning.copy_of, reasoning.closest) {
        (Some(_), _) => format!("joined {here} as a copy"),
        (None, Some((closest, likeness))) if closest == first => {
            format!("joined {here}: {likeness:.2} alike, {threshold:.2} needed{words}")
        }
        (None, Some((closest, likeness))) => {
            format!("started {here}: story {closest} was closest, {likeness:.2} alike, {threshold:.2} needed")
        }
        (None, None) => format!("started {here}: nothing shared a word with it"),
    };
    match moved.map(|moved| &moved.cause) {
        _ if first == shown => why,
        Some(EditCause::Found(_)) => format!("{why}; found to be one with this"),
        Some(EditCause::ByHand) => format!("{why}; moved here by hand"),
        None => format!("{why}; moved here later"),
    }
}

/// Returns the same as JSON.
pub(super) fn as_json(reasoning: &Reasoning) -> serde_json::Value {
    json!({
        "story": reasoning.story.0,
        "copyOf": reasoning.copy_of.map(|id| id.0),
        "closest": reasoning.closest.map(|(story, _)| story.0),
        "likeness": reasoning.closest.map(|(_, likeness)| likeness),
        "threshold": reasoning.threshold,
        "words": reasoning.words,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ArticleId, Timestamp};
    use crate::store::stories::EditKind;

    #[test]
    fn every_way_into_a_story_is_told() {
        let joined = Reasoning {
            story: StoryId(12),
            copy_of: None,
            closest: Some((StoryId(12), 0.612)),
            threshold: 0.36,
            words: vec!["bridge".to_owned(), "velden".to_owned()],
        };
        let check = |reasoning: &Reasoning, expected: &str| {
            assert_eq!(told(Some(StoryId(12)), Some(reasoning), None), expected);
        };
        check(
            &joined,
            "joined story 12: likeness 0.61, needed 0.36; words in both headlines: bridge, velden",
        );
        let started = Reasoning {
            closest: Some((StoryId(9), 0.2)),
            words: Vec::new(),
            ..joined.clone()
        };
        check(
            &started,
            "started story 12: the closest was story 9 with likeness 0.20, needed 0.36",
        );
        let alone = Reasoning {
            closest: None,
            ..started.clone()
        };
        check(&alone, "started story 12: no live story shared a word with it");
        let copy = Reasoning {
            copy_of: Some(ArticleId(5)),
            story: StoryId(3),
            ..alone
        };
        for (cause, expected) in [
            (
                EditCause::ByHand,
                "joined story 3: it has the text of article 5; moved by hand since: it is in story 12 now",
            ),
            (
                EditCause::Found("0.91 alike".to_owned()),
                "joined story 3: it has the text of article 5; merged since (found: 0.91 alike): it is in story 12 now",
            ),
        ] {
            let moved = StoryEdit {
                at: Timestamp::UNIX_EPOCH,
                change: EditKind::MergedFrom(StoryId(3)),
                cause,
                articles: vec![ArticleId(7)],
            };
            assert_eq!(told(Some(StoryId(12)), Some(&copy), Some(&moved)), expected);
        }
        assert_eq!(
            told(Some(StoryId(1)), None, None),
            "in story 1: placed before reasons were kept"
        );
        assert_eq!(
            told(None, None, None),
            "in no story: it matched no topic when it was read"
        );
    }
}
