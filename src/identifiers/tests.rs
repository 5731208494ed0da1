use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use super::*;
use crate::domain::record::RecordField;

fn day(text: &str) -> Timestamp {
    format!("{text}T12:00:00Z").parse().unwrap()
}

fn keys(found: &[Identifier]) -> Vec<String> {
    found.iter().map(Identifier::key).collect()
}

#[test]
fn what_sentences_name() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/identifiers.toml");
    let set: BTreeMap<String, Vec<Vec<String>>> = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let (mut right, mut wrong, mut missed, mut sentences) = (0, Vec::new(), Vec::new(), 0);
    for sentence in set.values().flatten() {
        sentences += 1;
        let (text, expected) = (&sentence[1], &sentence[2..]);
        let found = keys(&find(text, day(&sentence[0])));
        right += found.iter().filter(|one| expected.contains(one)).count();
        wrong.extend(
            found
                .iter()
                .filter(|one| !expected.contains(one))
                .map(|one| format!("{one}: {text}")),
        );
        missed.extend(
            expected
                .iter()
                .filter(|one| !found.contains(one))
                .map(|one| format!("{one}: {text}")),
        );
    }
    assert!(
        sentences >= 120 && right >= 300,
        "{sentences} sentences, {right} numbers"
    );
    assert!(
        wrong.is_empty() && missed.is_empty(),
        "wrong: {wrong:#?}; missed: {missed:#?}"
    );
}

#[test]
fn headlines_decide_where_a_text_names_several() {
    let now = day("2026-05-01");
    let named = |title: &str, text: &str| of_article(title, text, "", now);
    let both = "Regulation (EU) 2024/1689 amends Regulation (EU) 2018/1139.";
    assert_eq!(named("A law", both).subject, []);
    assert_eq!(named("A law", both).all.len(), 2);
    let told = named("Regulation (EU) 2024/1689: what it says", both);
    assert_eq!(keys(&told.subject), ["celex:32024R1689"]);
    // Numbers of one rule are one; a case beside an act is another document.
    let rule = named("A rule", "Docket EPA-HQ-OAR-2021-0317, RIN 2060-AV16.");
    assert_eq!(keys(&rule.subject), ["docket:EPA-HQ-OAR-2021-0317", "rin:2060-AV16"]);
    let mixed = named("A judgment", "Case C-311/18 on Regulation (EU) 2016/679.");
    assert_eq!((mixed.subject.len(), mixed.all.len()), (0, 2));
    let bills = named("Votes", "Texas HB 12 and H.R. 4403 moved.");
    assert_eq!((bills.subject.len(), bills.all.len()), (0, 2));
    assert_eq!(named("Nothing", "No number."), NamedIdentifiers::default());
}

#[test]
fn links_to_registers_say_which_document_is_meant() {
    let now = day("2026-05-01");
    for (address, expected) in [
        (
            "https://www.congress.gov/bill/118th-congress/house-bill/1234?s=1",
            "bill:118hr1234",
        ),
        (
            "https://congress.gov/bill/119th-congress/senate-joint-resolution/3/text",
            "bill:119sjres3",
        ),
        (
            "https://eur-lex.europa.eu/legal-content/DE/TXT/?uri=CELEX:32024R1689",
            "celex:32024R1689",
        ),
        (
            "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX%3A02016R0679-20160504",
            "celex:32016R0679",
        ),
        (
            "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:62018CJ0311",
            "eu-case:C-311/18",
        ),
        ("http://data.europa.eu/eli/reg/2024/1689/oj", "celex:32024R1689"),
        ("http://data.europa.eu/eli/dec_framw/2002/584/oj", "celex:32002F0584"),
        ("http://data.europa.eu/eli/dec_impl/2021/914/oj", "celex:32021D0914"),
        (
            "https://www.federalregister.gov/documents/2026/06/01/2026-10881/collection",
            "fr:2026-10881",
        ),
        ("https://www.federalregister.gov/d/2026-10881", "fr:2026-10881"),
        (
            "https://www.regulations.gov/docket/EPA-HQ-OAR-2021-0317",
            "docket:EPA-HQ-OAR-2021-0317",
        ),
        (
            "https://www.regulations.gov/document/EPA-HQ-OAR-2021-0317-0001",
            "docket:EPA-HQ-OAR-2021-0317",
        ),
        (
            "https://www.courtlistener.com/docket/67890123/a-v-b/",
            "courtlistener:67890123",
        ),
        (
            "https://www.boe.es/buscar/act.php?id=BOE-A-2026-11001",
            "gazette:BOE-A-2026-11001",
        ),
        (
            "https://www.supremecourt.gov/docket/docketfiles/html/public/23-451.html",
            "us-case:scotus 23-451",
        ),
    ] {
        let markdown = format!("See [the text](<{address}>) and more.");
        assert_eq!(
            keys(&of_article("A", "See the text.", &markdown, now).subject),
            [expected],
            "{address}"
        );
        let bare = format!("See [the text]({address}) and more.");
        assert_eq!(
            keys(&of_article("A", "See the text.", &bare, now).subject),
            [expected],
            "{address}"
        );
    }
    for address in [
        "https://congress.gov.example/bill/118th-congress/house-bill/1234",
        "https://notcongress.gov/bill/118th-congress/house-bill/1234",
        "https://www.congress.gov/bill/118th-congress/",
        "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:32024R1689R(01)",
        "https://example.org/?to=32024R1689",
    ] {
        let markdown = format!("See [the text](<{address}>).");
        assert_eq!(of_article("A", "See the text.", &markdown, now).all, [], "{address}");
    }
    // What the text leaves open, its link says.
    let markdown = "[H.R. 1234](<https://www.congress.gov/bill/118th-congress/house-bill/1234>)";
    assert_eq!(
        keys(&of_article("H.R. 1234 returns", "", markdown, now).all),
        ["bill:118hr1234"]
    );
}

#[test]
fn documents_have_the_numbers_their_registers_say() {
    let check = |fields: &[(&str, &str)], address: &str, expected: &[&str]| {
        let fields: Vec<RecordField> = fields
            .iter()
            .map(|(name, value)| RecordField {
                name: (*name).to_owned(),
                value: (*value).to_owned(),
            })
            .collect();
        assert_eq!(
            keys(&of_record(&fields, address, day("2026-06-01"))),
            expected,
            "{fields:?}"
        );
    };
    let register = "https://www.federalregister.gov/documents/2026/06/01/2026-10881/collection";
    let fields = [
        ("document_number", "2026-10881"),
        ("docket", "Docket No. BOE-2026-0012"),
        ("docket", "CBP Dec. 26-07"),
        ("rin", "1651-AB12"),
        ("comments_close_on", "2026-06-09"),
    ];
    // The Spanish gazette has the same letters, but no such numbers.
    check(
        &fields,
        register,
        &["fr:2026-10881", "docket:BOE-2026-0012", "rin:1651-AB12"],
    );
    check(&[("celex", "32026R1187")], "https://e.example/1", &["celex:32026R1187"]);
    check(&[("celex", "32026R1187R(01)")], "https://e.example/1", &[]);
    check(&[("bill", "119hr4403")], "https://e.example/1", &["bill:119hr4403"]);
    check(
        &[("bill", "HB 12"), ("state", "TX")],
        "https://e.example/1",
        &["state-bill:tx-hb12-2026"],
    );
    check(&[("bill", "HB 12")], "https://e.example/1", &[]);
    check(
        &[("docket", "BOE-2026-0012")],
        "https://e.example/1",
        &["docket:BOE-2026-0012"],
    );
    check(&[("document_number", "2026-10881")], "https://e.example/1", &[]);
    check(
        &[("document_number", "BOE-A-2026-11001")],
        "https://e.example/1",
        &["gazette:BOE-A-2026-11001"],
    );
    check(
        &[
            ("document_number", "USCOURTS-ca9-26-12345"),
            ("case_number", "26-12345"),
        ],
        "",
        &["us-case:ca9 26-12345"],
    );
    // Zeros stand before a number as it is filed, and not as it is written.
    for (filed, expected) in [
        ("USCOURTS-ca4-17-07510", "us-case:ca4 17-7510"),
        ("USCOURTS-ca10-17-00015", "us-case:ca10 17-15"),
        ("USCOURTS-cadc-25-5012", "us-case:cadc 25-5012"),
        ("USCOURTS-cand-3_17-cv-06884", "us-case:cand 3:17-cv-06884"),
    ] {
        check(&[("document_number", filed)], "", &[expected]);
    }
    let fourth = [
        ("case_number", "17-07510"),
        ("court", "Court of Appeals for the Fourth Circuit"),
    ];
    check(&fourth, "", &["us-case:ca4 17-7510"]);
    let ninth = [
        ("case_number", "25-1432"),
        ("court", "Court of Appeals for the Ninth Circuit"),
    ];
    check(&ninth, "", &["us-case:ca9 25-1432"]);
    let district = [
        ("case_number", "1:23-cv-01234"),
        ("court", "District Court, S.D. New York"),
    ];
    check(&district, "", &["us-case:nysd 1:23-cv-01234"]);
    check(
        &[
            ("case_number", "C.A. No. 2026-0117"),
            ("court", "Delaware Court of Chancery"),
        ],
        "",
        &[],
    );
    check(&[("case_number", "C-311/18")], "", &["eu-case:C-311/18"]);
    check(&[("agency", "EPA")], "https://e.example/1", &[]);
}

#[test]
fn numbers_are_told_as_people_write_them() {
    for (key, expected) in [
        ("celex:32024R1689", "Regulation (EU) 2024/1689"),
        ("celex:32006R1907", "Regulation (EC) No 1907/2006"),
        ("celex:31995L0046", "Directive 95/46/EC"),
        ("celex:32002L0058", "Directive 2002/58/EC"),
        ("celex:32014D0512", "Decision 2014/512"),
        ("celex:32002F0584", "Framework Decision 2002/584/JHA"),
        ("bill:118hr1234", "H.R. 1234 (118th Congress)"),
        ("bill:111s3", "S. 3 (111th Congress)"),
        ("bill:121sjres3", "S.J.Res. 3 (121st Congress)"),
        ("state-bill:tx-hb12-2026", "TX HB12 (2026)"),
        ("us-case:scotus 23-451", "No. 23-451 (scotus)"),
        ("eu-case:C-311/18", "C-311/18"),
        ("odd", "odd"),
    ] {
        assert_eq!(label(key), expected);
    }
}

/// Far more than it takes, on a machine that is busy.
const HOSTILE_MAX: Duration = Duration::from_secs(60);

#[test]
fn hostile_texts_cost_no_more_than_their_length() {
    let now = day("2026-05-01");
    for part in [
        "H.R. H.R. 1-1-1 ",
        "S. 1 ",
        "H.R. 1 Congress ",
        "(EU) 1/1 ",
        "Regulation (EU) 2016/679, 2016/680",
        "No. 1:23-cv-01234 ",
        "A-A-A-A-",
        "https://eur-lex.europa.eu/CELEX:",
        "RIN 2060-AV16,",
        "Texas HB 1 ",
        "规则（EU）2024/1689",
        "Regulation 2016/679 EU ",
        "Directives 2009/72/EC, 2009/73/EC, ",
        "C-1/20 ",
        "2016/679 sayılı ",
        "VI R 12/20 ",
        "95/46/",
    ] {
        let text = part.repeat(1_000_000 / part.len());
        let begun = Instant::now();
        let found = of_article(&text, &text, &text, now);
        assert!(found.all.len() <= IDENTIFIERS_MAX, "{part}");
        assert!(begun.elapsed() < HOSTILE_MAX, "{part}: {:?}", begun.elapsed());
    }
}
