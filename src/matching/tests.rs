use super::*;
use crate::domain::topic::{Rule, Where};

fn topic(name: &str, query: &str) -> Topic {
    Topic {
        name: name.to_owned(),
        parent: None,
        stem: false,
        rule: Rule::Query(query.to_owned()),
    }
}

fn keywords(any: &[&str], place: Where) -> Topic {
    let any = any.iter().map(|word| (*word).to_owned()).collect();
    Topic {
        name: "K".to_owned(),
        parent: None,
        stem: false,
        rule: Rule::Keywords { any, place },
    }
}

fn subject<'a>(title: &'a str, body: &'a str) -> Subject<'a> {
    Subject {
        title,
        body,
        source: "The Daily Gauge",
        language: Some("en-GB"),
        url: "https://news.example.org:8080/a?b",
        published_at: Some("2026-03-01T00:00:00Z".parse().unwrap()),
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
    assert_eq!(matcher.explain(0, &subject).is_match, expected, "{query}");
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
    check("body:river", "River", "", false);
    check("body:river title:dam", "Dam", "a river", true);
    check("body:(river NEAR/1 dam)", "river dam", "river", false);
    check("domain:example.org", "Anything", "", true);
    check("domain:NEWS.example.org", "Anything", "", true);
    check("domain:ample.org", "Anything", "", false);
    check("river type:video", "River", "", false);
    check("river type:article after:2026-03-01", "River", "", true);
    check("river after:2026-03-02", "River", "", false);
    check("self-driving OR \"flood plain\"", "Self driving", "", true);
    check("\"self driving\"", "Self-driving", "", true);
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
    assert!(matcher.may_match(None, "River laws", ""));
    assert!(
        !matcher.may_match(None, "Laws", ""),
        "of what must all be there the rarest is asked for"
    );
    assert!(matcher.may_match(None, "", "the flood plain"));
    assert!(!matcher.may_match(None, "dam", "flood"));
}

#[test]
fn what_a_page_may_still_make_of_an_article() {
    let may = |topics: &[Topic], subject: &Subject<'_>| Matcher::compile(topics).unwrap().may_match_page(subject);
    #[track_caller]
    fn check(expected: bool, found: bool, what: &str) {
        assert_eq!(found, expected, "{what}");
    }
    let teaser = Subject {
        lead: "In short.",
        ..subject("A bridge opens", "In short.")
    };
    for (query, expected) in [
        ("river", true),
        ("river OR source:herald", true),
        ("river NEAR/3 dam", true),
        ("body:river", true),
        ("river NOT dam", true),
        // Its headline, its lead and where it stands are known.
        ("river NOT bridge", false),
        ("title:river", false),
        ("lead:river", false),
        ("river title:(bridge OR dam)", true),
        ("river source:herald", false),
        ("river source:gauge", true),
        ("river NOT source:gauge", false),
        ("river domain:example.com", false),
        ("river domain:example.org", true),
        ("river lang:de", false),
        ("river lang:en", true),
        ("river type:video", true),
        ("(river source:herald) OR title:dam", false),
    ] {
        check(expected, may(&[topic("T", query)], &teaser), query);
    }
    for (place, expected) in [
        (Where::TitleOrTwice, true),
        (Where::Text, true),
        (Where::Title, false),
        (Where::Lead, false),
    ] {
        check(expected, may(&[keywords(&["river"], place)], &teaser), "keywords");
    }
    // Nothing is said of its language, and it has no lead yet.
    let bare = Subject {
        lead: "",
        language: None,
        ..teaser
    };
    check(true, may(&[topic("T", "lead:river lang:de")], &bare), "bare");
    check(false, may(&[], &teaser), "no topic");
    let both = [topic("T", "river source:herald"), topic("U", "dam")];
    check(true, may(&both, &teaser), "one of two");
}

#[test]
fn of_what_must_all_be_there_the_rarest_is_asked_for() {
    let check = |query: &str, text: &str, expected: bool| {
        let matcher = Matcher::compile(&[topic("T", query)]).unwrap();
        assert_eq!(matcher.may_match(None, "", text), expected, "{query}: {text}");
    };
    let query = "(\"facial recognition\" OR clearview) AND (ban OR law* OR court)";
    check(query, "the court heard of a ban", false);
    check(query, "Clearview again", true);
    check("title:court AND (\"data retention\" NEAR/5 police)", "a court", false);
    check(
        "title:court AND (\"data retention\" NEAR/5 police)",
        "data retention",
        true,
    );
    check("(court AND plan) OR harbour", "a harbour", true);
    check("(court AND plan) OR harbour", "a plan", false);
    check("顔認証 AND policy", "policy", false);
    check("顔認証 AND policy", "顔認証の導入", true);
    check("court source:gazette", "a plan", false);
    check("source:gazette NOT court", "anything", true);
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

#[test]
fn scripts_without_spaces_match_by_substring() {
    check("人脸识别", "关于人脸识别的法律", "", true);
    check("人脸识别", "关于人脸的识别", "", false);
    check("人", "个人", "", true);
    check("法", "关于人脸识别的法律", "", true);
    check("法 NEAR/2 人脸", "关于人脸识别的法律", "", false);
    check("3年", "三年, 3年前", "", true);
    check("顔認証 NOT 禁止", "顔認証システム", "", true);
}

#[test]
fn all_forms_of_a_word_where_a_topic_asks_for_them() {
    let stemmed = |query: &str| Topic {
        stem: true,
        ..topic("T", query)
    };
    let matcher = Matcher::compile(&[stemmed("\"face regulation\" NOT ban"), topic("Exact", "regulation")]).unwrap();
    let found = |title: &str, language: Option<&str>| {
        let subject = Subject {
            language,
            ..subject(title, "")
        };
        let found: Vec<usize> = matcher.matches(&subject).iter().map(|m| m.topic).collect();
        assert_eq!(matcher.may_match(language, title, ""), !found.is_empty(), "{title}");
        found
    };
    assert_eq!(found("Faces regulated", Some("en")), [0]);
    assert_eq!(found("Face regulation", Some("en")), [0, 1]);
    assert_eq!(found("Face regulation", Some("xx")), [0, 1]);
    assert_eq!(found("Faces regulated", Some("xx")), Vec::<usize>::new());
    let german = Matcher::compile(&[stemmed("Gesetz")]).unwrap();
    let subject = Subject {
        language: Some("de"),
        ..subject("Neue Gesetze, Gesetz", "")
    };
    let told = german.explain(0, &subject).to_string();
    assert_eq!(told, "T: matches\n  yes Gesetz in any form: title × 2");
}

#[test]
fn a_long_chain_of_parents_costs_its_length() {
    const TOPICS: usize = 20_000;
    let topic = |number: usize, parent: usize| Topic {
        name: format!("T{number}"),
        parent: Some(format!("T{parent}")),
        rule: Rule::Keywords {
            any: vec!["ferry".to_owned()],
            place: Where::Text,
        },
        stem: false,
    };
    let chain: Vec<Topic> = (0..TOPICS).map(|number| topic(number, number + 1)).collect();
    let matcher = Matcher::compile(&chain).unwrap_or_else(|errors| panic!("{}", errors[0]));
    assert_eq!((matcher.depth(0), matcher.depth(TOPICS - 1)), (TOPICS + 1, 2));
    let found = matcher.matches(&Subject {
        title: "Ferry",
        ..Subject::default()
    });
    let labels = matcher.lineage(found.iter().map(|found| found.topic));
    assert_eq!((found.len(), labels.len()), (TOPICS, TOPICS + 1));

    let circle: Vec<Topic> = (0..TOPICS).map(|number| topic(number, (number + 1) % TOPICS)).collect();
    let errors = Matcher::compile(&circle).err().unwrap();
    assert_eq!(errors.len(), TOPICS);
    assert!(errors[0].to_string().len() < 300, "{}", errors[0]);
}

#[test]
fn a_star_at_the_beginning() {
    check("*überwachung", "Die Videoüberwachung", "", true);
    check("*überwachung", "Überwachung", "", true);
    check("*überwachung", "Überwachungsgesetz", "", false);
    check("*überwachung*", "Videoüberwachungsgesetz", "", true);
    check("*حكومة", "والحكومة", "", true);
    check("\"*recht gilt\"", "Menschenrecht gilt", "", true);
    check("*recht NEAR/0 gilt", "Menschenrecht gilt", "", true);
    check("*認証", "顔認証の導入", "", true);
    keyword(&["*überwachung"], Where::Title, &subject("Videoüberwachung", ""), true);
    keyword(
        &["*überwachung"],
        Where::Title,
        &subject("Videoüberwachungen", ""),
        false,
    );
}

#[test]
fn capitals_where_they_are_asked_for() {
    check("=US", "He told us", "", false);
    check("=US", "The US said", "he told us", true);
    check("=US", "The U.S. said", "", true);
    check("=us", "The US said", "", false);
    check("US", "He told us", "", true);
    check("=WHO", "who's who", "WHO's plan", true);
    check("title:=IT", "it is so", "IT", false);
    check("river NOT =PM", "River at 5 pm", "", true);
    check("=PM NEAR/2 river", "", "a pm by. The PM, a river", true);
    check("=\"Le Monde\"", "Dans Le Monde", "", true);
    check("=\"Le Monde\"", "Dans le monde", "", false);
    check("=Polic*", "Policies", "", true);
    check("=Polic*", "policies", "", false);
    check("=Łódź", "W Lodz", "", true);
    let text = Where::Text;
    keyword(&["UN"], text, &subject("un homme", ""), false);
    keyword(&["UN"], text, &subject("L’UN dice", "U.N."), true);
    keyword(&["G7", "Un", "UNESCO"], text, &subject("un", ""), true);
    keyword(&["UNESCO"], text, &subject("unesco", ""), true);
    keyword(&["=UNESCO"], text, &subject("unesco", ""), false);
    let matcher = Matcher::compile(&[topic("T", "=US")]).unwrap();
    assert!(!matcher.may_match(None, "He told us", "") && matcher.may_match(None, "", "The U.S. said"));
    let told = matcher.explain(0, &subject("He told us", "as us")).to_string();
    assert_eq!(told, "T: does not match\n  no  =US (with other capitals × 2)");
}
