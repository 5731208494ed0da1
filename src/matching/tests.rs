use super::*;
use crate::domain::topic::{Rule, Where};

fn topic(name: &str, query: &str) -> Topic {
    Topic {
        name: name.to_owned(),
        parent: None,
        rule: Rule::Query(query.to_owned()),
    }
}

fn keywords(any: &[&str], place: Where) -> Topic {
    let any = any.iter().map(|word| (*word).to_owned()).collect();
    Topic {
        name: "K".to_owned(),
        parent: None,
        rule: Rule::Keywords { any, place },
    }
}

fn subject<'a>(title: &'a str, body: &'a str) -> Subject<'a> {
    Subject {
        title,
        body,
        source: "The Daily Gauge",
        language: Some("en-GB"),
        ..Subject::default()
    }
}

#[track_caller]
fn check(query: &str, title: &str, body: &str, expected: bool) {
    let matcher = Matcher::compile(&[topic("T", query)]).unwrap();
    let subject = subject(title, body);
    assert_eq!(
        !matcher.matches(&subject).is_empty(),
        expected,
        "{query}: {title} / {body}"
    );
    assert_eq!(matcher.explain(0, &subject).is_match(), expected, "{query}");
}

#[test]
fn rules() {
    check("river", "Rivers rise", "", false);
    check("river*", "Rivers rise", "", true);
    check("\"flood plain\"", "", "On the Flood-Plain, houses", true);
    check("\"flood plain\"", "The flood", "plain", false);
    check("river NOT dam", "River", "a dam", false);
    check("river (dam OR weir)", "River", "a weir", true);
    check("title:weir river", "River", "a weir", false);
    check("river source:gauge lang:en", "River", "", true);
    check("river source:herald", "River", "", false);
    check("river lang:de", "River", "", false);
    check("source:\"daily gauge\"", "Anything", "", true);
}

#[test]
fn near_counts_the_words_between() {
    check("river NEAR/1 dam", "", "the river at dam", true);
    check("river NEAR/1 dam", "", "a dam by river", true);
    check("river NEAR/1 dam", "", "the river by the dam", false);
    check("\"old river\" NEAR/0 (dam OR lock*)", "", "an old river locks", true);
    check("\"river dam\" NEAR dam", "", "the river dam", false);
    check("river NEAR dam", "river", "dam", false);
}

#[track_caller]
fn keyword(any: &[&str], place: Where, subject: &Subject<'_>, expected: bool) {
    let matcher = Matcher::compile(&[keywords(any, place)]).unwrap();
    assert_eq!(
        !matcher.matches(subject).is_empty(),
        expected,
        "{any:?} {place:?} {subject:?}"
    );
}

#[test]
fn keywords_by_place() {
    let any = &["clear river", "river"];
    let default = Where::TitleOrTwice;
    keyword(any, default, &subject("A river", ""), true);
    keyword(any, default, &subject("", "the clear river"), false);
    keyword(any, default, &subject("", "the clear river and a river"), true);
    let text = "A river rose in the night and nobody slept";
    let repeated = Subject {
        lead: text,
        ..subject("", text)
    };
    keyword(any, default, &repeated, false);
    keyword(any, Where::Title, &repeated, false);
    keyword(any, Where::Lead, &repeated, true);
    keyword(any, Where::Text, &subject("", "river"), true);
    keyword(&["AI"], Where::Text, &subject("", "he said it again"), false);
}

#[test]
fn best_score_comes_first_with_reasons() {
    let matcher = Matcher::compile(&[topic("Weirs", "weir"), topic("Rivers", "river OR weir OR dam")]).unwrap();
    let found = matcher.matches(&subject("River over the dam", "the weir holds, the weir is old"));
    assert_eq!(found.iter().map(|found| found.topic).collect::<Vec<_>>(), [1, 0]);
    assert!(found[0].score <= 1.0 && found[0].score > found[1].score);
    let weir = crate::domain::topic::Reason {
        term: "weir".to_owned(),
        place: "body",
        count: 2,
    };
    assert_eq!(found[1].reasons, [weir]);
}

#[test]
fn only_positive_terms_make_an_article_worth_reading() {
    let matcher = Matcher::compile(&[topic("T", "(river OR \"flood plain\") law* NOT dam")]).unwrap();
    assert!(matcher.may_match("Laws", ""));
    assert!(matcher.may_match("", "the flood plain"));
    assert!(!matcher.may_match("dam", "flood"));
}

#[test]
fn ancestry_is_root_first() {
    let with = |name: &str, parent: &str| Topic {
        parent: Some(parent.to_owned()),
        ..topic(name, "river")
    };
    let matcher = Matcher::compile(&[with("A", "B"), with("B", "Water")]).unwrap();
    assert_eq!(matcher.ancestry(0), ["Water", "B", "A"]);
    assert_eq!(matcher.ancestry(9), Vec::<String>::new());
    let errors = Matcher::compile(&[with("A", "B"), with("B", "A"), topic("C", "NOT x")]).unwrap_err();
    assert_eq!(errors.len(), 3);
    assert!(errors[0].to_string().contains("A → B → A"), "{}", errors[0]);
    assert!(
        errors[2].to_string().starts_with("topic \"C\": query: column 1"),
        "{}",
        errors[2]
    );
}

#[test]
fn an_explanation_for_people() {
    let matcher = Matcher::compile(&[topic("T", "river (law* OR ban) NOT dam")]).unwrap();
    let told = matcher.explain(0, &subject("River laws", "a dam")).to_string();
    assert_eq!(
        told,
        "T: does not match\n  no  all of\n    yes river: title × 1\n    yes any of\n      yes law*: title × 1\n      \
         no  ban\n    no  not\n      yes dam: body × 1"
    );
}
