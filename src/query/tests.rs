use super::*;

/// A rule in one unambiguous line.
fn show(node: &Node) -> String {
    let list =
        |sign: &str, nodes: &[Node]| format!("({sign} {})", nodes.iter().map(show).collect::<Vec<_>>().join(" "));
    match node {
        Node::Term(term) => term.to_string(),
        Node::Near { left, right, gap } => {
            let side = |terms: &[Term]| terms.iter().map(ToString::to_string).collect::<Vec<_>>().join("|");
            format!("(near/{gap} {} {})", side(left), side(right))
        }
        Node::And(parts) => list("and", parts),
        Node::Or(parts) => list("or", parts),
        Node::Not(inner) => format!("(not {})", show(inner)),
        Node::In(place, inner) => format!("({} {})", place.as_str(), show(inner)),
        Node::Source(term) => format!("(source {term})"),
        Node::Language(code) => format!("(lang {code})"),
        Node::Domain(name) => format!("(domain {name})"),
        Node::Kind(kind) => format!("(type {})", kind.as_str()),
        Node::After(day) => format!("(after {day})"),
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    match parse(text) {
        Ok(query) => assert_eq!(show(query.root()), expected, "{text}"),
        Err(error) => panic!("{text}: {error}"),
    }
}

#[track_caller]
fn refused(text: &str, expected: &str, span: Range<usize>) {
    let error = parse(text).expect_err(text);
    assert!(error.to_string().contains(expected), "{text}: {error}");
    assert_eq!(error.span, span, "{text}: {error}");
}

#[test]
fn words_and_operators() {
    check("river", "river");
    check("river flood", "(and river flood)");
    check("river AND flood OR storm", "(or (and river flood) storm)");
    check("river (flood OR storm)", "(and river (or flood storm))");
    check("river NOT dam weir", "(and river (not dam) weir)");
    check("river AND NOT (dam OR weir)", "(and river (not (or dam weir)))");
    check("river NOT NOT dam", "(and river dam)");
    check("river (dam OR NOT weir)", "(and river (or dam (not weir)))");
    check("river and or not", "(and river and or not)");
    check("self-driving cars", "(and self-driving cars)");
}

#[test]
fn phrases_and_prefixes() {
    check("\"flood plain\" riv*", "(and \"flood plain\" riv*)");
    check("“flood plain” „hohe Flut“", "(and \"flood plain\" \"hohe Flut\")");
    check("\"flood pla*\" \"high wat\"*", "(and \"flood pla*\" \"high wat*\")");
    check("*überwachung *wach*", "(and *überwachung *wach*)");
    check(
        "*\"flood plain\" \"*hohe Flut*\"",
        "(and \"*flood plain\" \"*hohe Flut*\")",
    );
    check("=US =\"Le Monde\" title:=IT", "(and =US =\"Le Monde\" (title =IT))");
    check("צה\"ל \"בית ספר\"", "(and צה\"ל \"בית ספר\")");
}

#[test]
fn near() {
    check("river NEAR/3 dam", "(near/3 river dam)");
    check(
        "\"flood plain\" NEAR (dam OR weir OR lock*)",
        "(near/10 \"flood plain\" dam|weir|lock*)",
    );
    check("a NEAR/1 b NEAR/2 c", "(and (near/1 a b) (near/2 b c))");
    check("river NOT (dam NEAR/2 toy)", "(and river (not (near/2 dam toy)))");
    check("river NOT dam NEAR/2 toy", "(and river (not (near/2 dam toy)))");
}

#[test]
fn fields() {
    check("title:river dam", "(and (title river) dam)");
    check("title:(river OR \"flood plain\")", "(title (or river \"flood plain\"))");
    check(
        "river source:\"Daily Gauge\" lang:(en OR de-AT)",
        "(and river (source \"Daily Gauge\") (or (lang en) (lang de-at)))",
    );
    check("source:gauge", "(source gauge)");
    check("title: \"flood plain\"", "(title \"flood plain\")");
    check(
        "lead:river BODY:(dam NOT toy)",
        "(and (lead river) (body (and dam (not toy))))",
    );
    check(
        "river domain:(Example.org OR bücher.example) type:video after:2026-03-01",
        "(and river (or (domain example.org) (domain xn--bcher-kva.example)) (type video) (after 2026-03-01))",
    );
    check("domain:example.org", "(domain example.org)");
}

#[test]
fn mistakes_are_named_with_their_place() {
    refused("", "the query is empty", 0..0);
    refused("river AND", "missing at the end", 9..9);
    refused("OR river", "OR joins two things", 0..2);
    refused("(river OR dam", "never closed", 0..1);
    refused("river) dam", "closes nothing", 5..6);
    refused("river ()", "missing before this parenthesis", 7..8);
    refused("a \"river", "quote never ends", 2..8);
    refused("a ri*er", "only at the beginning or the end", 2..7);
    refused("a *er", "at least 3 letters behind it", 2..5);
    refused("a **erung", "only at the beginning or the end", 2..9);
    refused("a ==US", "more than one =", 2..6);
    refused("a =", "no word", 2..3);
    refused("a =人脸", "none in this script", 2..9);
    refused("lang:=en", "cannot be used", 5..8);
    refused("a r*", "at least 2 letters", 2..4);
    refused("a &", "no word", 2..3);
    refused("a -river", "write NOT river", 2..8);
    refused("a author:smith", "no field \"author:\"", 2..9);
    refused("a title:", "nothing after this field", 2..8);
    refused("a NEAR/x b", "a number of words", 2..8);
    refused("a NEAR (b c)", "NEAR stands between words", 7..12);
    refused("lang:(x)", "cannot be used", 5..8);
    refused("a domain:\"two words\"", "domain:example.org", 9..20);
    refused("a type:podcast", "write type:article or type:video", 7..14);
    refused("a after:yesterday", "a day as in after:2026-03-01", 8..17);
    refused("a after:2026-02-30", "a day as in after:2026-03-01", 8..18);
    refused("title:(a body:b)", "a field stands inside another", 9..14);
    refused("title:(a lang:en)", "a field stands inside another", 9..14);
    assert_eq!(
        parse("river\n  OR (").expect_err("open").to_string(),
        "line 2, column 7: something is missing at the end: write a word, a phrase or a group"
    );
}

#[test]
fn only_negative_terms() {
    refused("NOT river", "only negative terms", 0..9);
    refused("lang:en NOT river", "only negative terms", 0..17);
    refused("river OR NOT dam", "this side of OR has only negative terms", 9..16);
    refused("lang:en OR river", "this side of OR", 0..7);
    refused("title:(NOT dam)", "only negative terms", 0..15);
    refused("type:article", "only negative terms", 0..12);
    refused("after:2026-01-01 lang:en", "only negative terms", 0..24);
    refused("river OR NOT river", "this side of OR", 9..18);
}

#[test]
fn bounds() {
    let deep = format!("{}a{}", "(".repeat(5000), ")".repeat(5000));
    assert!(parse(&deep).expect_err("deep").message.contains("nested"));
    assert!(
        parse(&"NOT ".repeat(3000))
            .expect_err("deep")
            .message
            .contains("nested")
    );
    assert!(
        parse(&"a ".repeat(TERMS_MAX + 1))
            .expect_err("many")
            .message
            .contains("terms")
    );
    assert!(
        parse(&"a".repeat(QUERY_BYTES_MAX + 1))
            .expect_err("long")
            .message
            .contains("bytes")
    );
}

#[test]
fn days_that_always_hold_and_terms_looked_for() {
    let day = |text: &str| parse(text).expect(text).after().map(|day| day.to_string());
    assert_eq!(
        day("river after:2026-01-01 (a after:2026-02-01)").as_deref(),
        Some("2026-02-01")
    );
    assert_eq!(day("river OR (a after:2026-02-01)"), None);
    assert_eq!(day("river NOT after:2026-02-01"), None);
    let terms: Vec<_> = parse("a NOT b title:(c OR \"d e\")")
        .unwrap()
        .positive_terms()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(terms, ["a", "c", "\"d e\""]);
}

proptest::proptest! {
    #[test]
    fn no_text_panics_the_parser(text in "([ a-z()\"*:/éNOTARED“”漢-]|title:|lead:|body:|domain:|lang:en|type:video|after:2026-01-01|NEAR/3 ){0,60}") {
        if let Ok(query) = parse(&text) {
            query.positive_terms();
        }
    }
}
