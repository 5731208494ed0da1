use super::{HintCache, LEXICON, NOISE_WORDS, list, of_name, words_of};
use crate::extract::rules::{ReadingRule, RuleSet};

#[test]
fn names_are_cut_into_words_where_case_or_signs_part_them() {
    for (name, expected) in [
        ("storyBody", "story body"),
        ("story-body_2main article1body", "story body main article body"),
        ("element-0243ad5 block-ad5f3e a758nav2", "element block"),
        ("text2image col3Nav", "text image col nav"),
        ("h2-nav ad300 col2Share", "h nav ad col share"),
        ("HTMLText éArticle", "htmltext article"),
        ("--", ""),
    ] {
        let lower = name.to_ascii_lowercase();
        assert_eq!(words_of(name, &lower).collect::<Vec<_>>().join(" "), expected, "{name}");
    }
    let long = format!("{}sidebar", "é".repeat(398));
    assert_eq!(words_of(&long, &long).collect::<Vec<_>>(), ["si"]);
}

#[test]
fn a_class_that_hides_on_some_screens_only_hides_nothing() {
    let hides = |names: &str| {
        let furniture = HintCache::new(RuleSet::ALL).of_list(names).furniture;
        [ReadingRule::HidingWords, ReadingRule::HiddenBoxes].map(|rule| furniture.has(rule))
    };
    assert_eq!(hides("hidden sign-in-group"), [true, true]);
    assert_eq!(hides("accordion-content hidden"), [true, false]);
    for names in [
        "hidden md:block",
        "d-none d-lg-flex",
        "d-none d-md-inline-block",
        "overflow-hidden",
    ] {
        assert_eq!(hides(names), [false, false], "{names}");
    }
}

#[test]
fn words_and_pairs_say_what_an_element_is() {
    assert!(list(NOISE_WORDS).all(|word| {
        LEXICON
            .of(word)
            .is_some_and(|entry| entry.hints.furniture.has(ReadingRule::FurnitureWords))
    }));
    assert!(of_name("articleBody", RuleSet::ALL).is_body && of_name("article__body", RuleSet::ALL).is_body);
    assert!(!of_name("body-article", RuleSet::ALL).is_body);
    assert!(
        of_name("read-more", RuleSet::ALL)
            .furniture
            .has(ReadingRule::FurniturePairs)
            && of_name("SideBar", RuleSet::ALL).is_elsewhere
    );
    assert!(
        of_name("has-sidebar", RuleSet::ALL).furniture == RuleSet::default()
            && of_name("nav--no-menu", RuleSet::ALL).furniture == RuleSet::default()
    );
}
