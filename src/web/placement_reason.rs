//! Why an article is in its story, told to people.

use crate::domain::StoryId;
use crate::domain::topic::Reasoning;
use crate::store::stories::EditCause;
use crate::views::placement::PlacementView;

/// Returns one sentence or two on why an article is in a story.
pub fn told(story: Option<StoryId>, placement: Option<&PlacementView>) -> String {
    let Some(story) = story else {
        return "in no story: it matched no topic when it was read".to_owned();
    };
    let Some(PlacementView {
        placed: reasoning,
        moved,
    }) = placement
    else {
        return format!("in story {story}: placed before reasons were kept");
    };
    let first = reasoning.story;
    let moved = if first == story {
        String::new()
    } else {
        match moved {
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
    let why = match (reasoning.copy_of, reasoning.closest.zip(reasoning.likeness)) {
        (Some(original), _) => format!("joined story {first}: it has the text of article {original}"),
        _ if reasoning.names.is_some() => format!("joined story {first}: {}", named(reasoning)),
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

/// Returns which number made an article part of its story.
fn named(reasoning: &Reasoning) -> String {
    let number = reasoning.names.as_deref().unwrap_or_default();
    match reasoning.is_document {
        true => format!("its articles name {number}"),
        false => format!("names {number}"),
    }
}

/// Returns in a few words why an article is in the story it is shown in.
pub fn brief(shown: StoryId, placement: &PlacementView) -> String {
    let PlacementView {
        placed: reasoning,
        moved,
    } = placement;
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
    let why = match (reasoning.copy_of, reasoning.closest.zip(reasoning.likeness)) {
        (Some(_), _) => format!("joined {here} as a copy"),
        _ if reasoning.names.is_some() => format!("joined {here}: {}", named(reasoning)),
        (None, Some((closest, likeness))) if closest == first => {
            format!("joined {here}: {likeness:.2} alike, {threshold:.2} needed{words}")
        }
        (None, Some((closest, likeness))) => {
            format!("started {here}: story {closest} was closest, {likeness:.2} alike, {threshold:.2} needed")
        }
        (None, None) => format!("started {here}: nothing shared a word with it"),
    };
    match moved {
        _ if first == shown => why,
        Some(EditCause::Found(_)) => format!("{why}; found to be one with this"),
        Some(EditCause::ByHand) => format!("{why}; moved here by hand"),
        None => format!("{why}; moved here later"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ArticleId;

    #[test]
    fn every_way_into_a_story_is_told() {
        let joined = Reasoning {
            story: StoryId(12),
            copy_of: None,
            closest: Some(StoryId(12)),
            likeness: Some(0.612),
            threshold: 0.36,
            words: vec!["bridge".to_owned(), "velden".to_owned()],
            names: None,
            is_document: false,
        };
        let check = |reasoning: &Reasoning, expected: &str| {
            let placement = PlacementView {
                placed: reasoning.clone(),
                moved: None,
            };
            assert_eq!(told(Some(StoryId(12)), Some(&placement)), expected);
        };
        check(
            &joined,
            "joined story 12: likeness 0.61, needed 0.36; words in both headlines: bridge, velden",
        );
        let started = Reasoning {
            closest: Some(StoryId(9)),
            likeness: Some(0.2),
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
        let naming = Reasoning {
            names: Some("Regulation (EU) 2024/1689".to_owned()),
            ..joined.clone()
        };
        check(&naming, "joined story 12: names Regulation (EU) 2024/1689");
        let document = Reasoning {
            is_document: true,
            ..naming
        };
        check(
            &document,
            "joined story 12: its articles name Regulation (EU) 2024/1689",
        );
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
            let moved = PlacementView {
                placed: copy.clone(),
                moved: Some(cause),
            };
            assert_eq!(told(Some(StoryId(12)), Some(&moved)), expected);
        }
        assert_eq!(
            told(Some(StoryId(1)), None),
            "in story 1: placed before reasons were kept"
        );
        assert_eq!(told(None, None), "in no story: it matched no topic when it was read");
    }
}
