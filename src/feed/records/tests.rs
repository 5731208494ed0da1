//! What is odd in answers.

use super::*;
use crate::domain::json_path::JsonPath;
use crate::domain::record::NextPage;
use crate::feed::ENTRIES_MAX;
use chrono_tz::Tz;

const ADDRESS: &str = "https://api.example.org/list?page[size]=2&key=a";

fn format(items: &[&str], next: Option<NextPage>) -> RecordFormat {
    let mut format = RecordFormat {
        next,
        ..RecordFormat::default()
    };
    format.set_items(items).unwrap();
    for key in ["id", "title", "link", "date", "summary", "text"] {
        format.set(key, &[key]).unwrap();
    }
    for field in ["docket", "closes_on"] {
        format.set_field(field, &[field, &format!("{field}s[]")]).unwrap();
    }
    format
}

fn page(body: &str, format: &RecordFormat) -> Result<RecordPage, ParseError> {
    read(body.as_bytes(), None, &Url::parse(ADDRESS).unwrap(), format, 3)
}

fn fields_of(body: &str, format: &RecordFormat) -> Vec<String> {
    let parsed = page(body, format).unwrap().parsed;
    let fields = parsed.feed.entries.into_iter().flat_map(|entry| entry.record);
    fields.map(|field| format!("{}={}", field.name, field.value)).collect()
}

#[test]
fn a_date_stays_the_day_it_is_where_its_register_is() {
    let mut format = format(&["a[]"], None);
    let body = |closes: &str| format!(r#"{{"a":[{{"title":"t","closes_on":{closes}}}]}}"#);
    let check = |format: &RecordFormat, closes: &str, expected: &[&str]| {
        assert_eq!(fields_of(&body(closes), format), expected, "{closes}");
    };
    check(&format, r#""2026-06-09""#, &["closes_on=2026-06-09"]);
    check(
        &format,
        r#""2026-06-10T03:59:59Z""#,
        &["closes_on=2026-06-10T03:59:59Z"],
    );
    check(
        &format,
        r#""2026-06-09T23:59:59.000-04:00""#,
        &["closes_on=2026-06-09T23:59:59-04:00"],
    );
    check(&format, r#""June 9, 2026""#, &["closes_on=2026-06-09"]);
    check(&format, "20260609", &["closes_on=2026-06-09"]);
    check(&format, r#""1950-01-01""#, &["closes_on=1950-01-01"]);
    check(&format, r#""2099-12-31""#, &["closes_on=2099-12-31"]);
    for none in [
        r#""1001-01-01""#,
        r#""9999-12-31""#,
        r#""2100-01-01""#,
        r#""0001-01-01T00:00:00Z""#,
    ] {
        check(&format, none, &[]);
    }
    for none in [r#""soon""#, r#""2026-02-30""#, "null", r#""""#, "true", "{}"] {
        check(&format, none, &[]);
    }
    format.zone = Some(Tz::America__New_York);
    check(
        &format,
        r#""2026-06-10T03:59:59Z""#,
        &["closes_on=2026-06-09T23:59:59-04:00"],
    );
    check(
        &format,
        r#""2026-12-10T04:59:59Z""#,
        &["closes_on=2026-12-09T23:59:59-05:00"],
    );
    check(&format, r#""2026-06-09""#, &["closes_on=2026-06-09"]);
}

#[test]
fn a_field_may_have_several_values_each_once() {
    let body = r#"[{"title":"t","docket":"","dockets":["A 1","A 1"," B\n2 ","",null,"<b>C</b>",7]}]"#;
    let expected = ["docket=A 1", "docket=B 2", "docket=C", "docket=7"];
    assert_eq!(fields_of(body, &format(&[], None)), expected);
}

#[test]
fn rows_of_one_id_are_one_document() {
    let body = r#"[{"id":1,"title":"t","docket":"A"},{"id":2,"title":"u"},{"id":"1","title":"t","docket":"B"}]"#;
    let format = format(&[], None);
    assert_eq!(fields_of(body, &format), ["docket=A", "docket=B"]);
    let parsed = page(body, &format).unwrap().parsed;
    assert_eq!((parsed.feed.entries.len(), parsed.warnings.len()), (2, 0));
    let other = r#"[{"id":1,"title":"t"},{"id":1,"title":"u"},{"id":1,"title":"v"}]"#;
    let parsed = page(other, &format).unwrap().parsed;
    assert_eq!((parsed.feed.entries.len(), parsed.warnings.len()), (1, 1));
    assert!(parsed.warnings[0].contains("one id"), "{:?}", parsed.warnings);
}

#[test]
fn a_document_enters_into_force_once() {
    let row = |celex: &str, name: &str, day: &str| format!(r#"{{"id":"{celex}","title":"t","{name}":"{day}"}}"#);
    let check = |name: &str, days: &[&str], expected: &[&str]| {
        let mut format = format(&[], None);
        format.set_field(name, &[name]).unwrap();
        let rows: Vec<String> = days.iter().map(|day| row("1", name, day)).collect();
        let body = format!("[{},{}]", rows.join(","), row("2", name, "2030-01-01"));
        let mut expected: Vec<String> = expected.iter().map(|day| format!("{name}={day}")).collect();
        expected.push(format!("{name}=2030-01-01"));
        assert_eq!(fields_of(&body, &format), expected, "{days:?}");
    };
    check("effective_on", &["2018-05-25", "2016-05-24"], &["2016-05-24"]);
    check(
        "effective_on",
        &["2026-12-02", "1001-01-01", "2026-11-30"],
        &["2026-11-30"],
    );
    check("effective_on", &["9999-12-31", "1001-01-01"], &[]);
    check("effective_on", &["2026-11-30T10:00:00Z", "2026-11-30"], &["2026-11-30"]);
    // Several hearings, or comment periods of several parts, are several.
    check(
        "hearing_on",
        &["2026-12-02", "2026-11-30"],
        &["2026-12-02", "2026-11-30"],
    );
}

#[test]
fn arguments_of_one_docket_are_several_documents() {
    let format = recipes::of_name("courtlistener").unwrap().format(None);
    let body = r#"{"results":[
        {"id":1,"docket_id":9,"caseName":"A v. B"},{"id":2,"docket_id":9,"caseName":"A v. B (again)"},
        {"cluster_id":3,"docket_id":9,"caseName":"A v. B"},{"docket_id":9,"caseName":"A v. B"}]}"#;
    let entries = page(body, &format).unwrap().parsed.feed.entries;
    let ids: Vec<_> = entries.iter().filter_map(|entry| entry.id.as_deref()).collect();
    assert_eq!(ids, ["1", "2", "3", "9"]);
}

#[test]
fn each_kind_of_a_courts_document_has_a_title_and_a_day() {
    let format = recipes::of_name("courtlistener").unwrap().format(None);
    for (item, title, day, summary) in [
        (
            r#"{"caseName":"A v. B","dateFiled":"2026-05-01","dateArgued":"2026-04-01"}"#,
            "A v. B",
            "2026-05-01",
            None,
        ),
        (
            r#"{"caseName":"A v. B","dateArgued":"2026-05-02","snippet":"May it"}"#,
            "A v. B",
            "2026-05-02",
            Some("May it"),
        ),
        (
            r#"{"short_description":"","description":"ORDER on 7","entry_date_filed":"2026-05-03","snippet":"It is"}"#,
            "ORDER on 7",
            "2026-05-03",
            Some("It is"),
        ),
        (
            r#"{"caseName":"A v. B","dateFiled":"2026-05-04","recap_documents":[{"snippet":""},{"snippet":"Now"}]}"#,
            "A v. B",
            "2026-05-04",
            Some("Now"),
        ),
    ] {
        let entry = page(&format!(r#"{{"results":[{item}]}}"#), &format)
            .unwrap()
            .parsed
            .feed
            .entries
            .remove(0);
        let published = entry.published.map(|at| at.format("%Y-%m-%d").to_string());
        let said = entry.summary.map(|summary| summary.value);
        let found = (entry.title.as_deref(), published.as_deref(), said.as_deref());
        assert_eq!(found, (Some(title), Some(day), summary), "{item}");
    }
}

#[test]
fn an_answer_without_a_list_is_told_and_an_empty_one_is_none() {
    let format = format(&["results[]"], None);
    for empty in [r#"{"results":[]}"#, r#"{"count":0}"#, r#"{"results":[{},7,"x"]}"#] {
        assert!(page(empty, &format).unwrap().parsed.feed.entries.is_empty(), "{empty}");
    }
    let told = |body: &str| page(body, &format).unwrap_err().to_string();
    let nothing = "JSON, but nothing stands where its items are to be";
    assert_eq!(
        told(r#"{"data":[]}"#),
        format!("{nothing}; there is no \"results\" beside data")
    );
    assert_eq!(
        told(r#"{"count":3,"page":1}"#),
        format!("{nothing}; there is no \"results\" beside count, page")
    );
    let missing = r#"{"status":{"code":"404","text":"no such issue"}}"#;
    assert_eq!(told(missing), format!("{nothing}: \"no such issue\""));
    let refused = r#"{"error":{"code":"OVER_RATE_LIMIT"}}"#;
    assert_eq!(told(refused), format!("{nothing}: {}", r#"{"code":"OVER_RATE_LIMIT"}"#));
    assert_eq!(told(r#"{"results":null}"#), nothing);
    let object = format!("{nothing}; an object with 12, 13 is there, whose values are read by .*");
    assert_eq!(told(r#"{"results":{"12":{"title":"a"},"13":{"title":"b"}}}"#), object);
    assert!(told(r#"{"results":[{"title":"a"},{"tit"#).contains("breaks off"));
    assert!(told("<html><body>no</body></html>").contains("web page"));
    assert!(matches!(page("", &format), Err(ParseError::Empty)));
}

#[test]
fn an_error_is_no_empty_answer() {
    let check = |items: &[&str], body: &str, is_answer: bool| {
        let read = page(body, &format(items, None));
        assert_eq!(read.is_ok(), is_answer, "{items:?} {body}");
        if let Err(error) = read {
            assert_eq!(
                error.to_string().contains("slow down"),
                body.contains("slow down"),
                "{body}"
            );
        }
    };
    let deep = &["data.notices[]"];
    check(deep, r#"{"data":null,"errors":[{"message":"slow down"}]}"#, false);
    check(deep, r#"{"data":{},"detail":"slow down"}"#, false);
    check(deep, r#"{"data":{"notices":null},"error":"slow down"}"#, false);
    check(deep, r#"{"data":"no"}"#, false);
    check(deep, r#"{"data":{"notices":[]},"errors":[]}"#, true);
    check(deep, r#"{"data":{"notices":{"title":"t"}}}"#, true);
    check(&[], r#"{"message":"slow down"}"#, false);
    check(&[], r#"{"status":429}"#, false);
    check(&[], r#"{"title":"t"}"#, true);
    check(&[], "[]", true);
    check(&["a[].b[]", "c[]"], r#"{"a":{"b":[]}}"#, true);
    check(&["a[].b[]", "c[]"], r#"{"c":[]}"#, true);
    check(&["a[].b[]", "c[]"], r#"{"a":{"message":"no"}}"#, false);
    check(&["a[].**.b[]"], r#"{"a":[{}]}"#, true);
    check(&["a.**.b[]"], r#"{"a":{"c":1}}"#, true);
    check(&["a.**.b[]"], r#"{"a":"no"}"#, false);
    check(&["a.**.b[]"], r#"{"message":"slow down"}"#, false);
    check(&["by.*"], r#"{"by":{}}"#, true);
    check(&["by.*"], r#"{"by":null}"#, false);
}

/// Where an answer that says `said` of its next page goes on: an address, or a place that is not asked in angle brackets.
fn next(address: &str, next: NextPage, said: &str) -> Option<String> {
    let body = format!(r#"{{"items":[{{"title":"t"}}],"next":{said}}}"#);
    let address = Url::parse(address).unwrap();
    let format = format(&["items[]"], Some(next));
    match read(body.as_bytes(), None, &address, &format, 3).unwrap().next {
        Onward::Nowhere => None,
        Onward::Page(url) => Some(url.into()),
        Onward::Elsewhere(place) => Some(format!("<{place}>")),
    }
}

#[test]
fn the_next_page_is_at_the_same_host_and_another() {
    let path = || JsonPath::parse("next").unwrap();
    let check = |said: &str, expected: Option<&str>| {
        let found = next(ADDRESS, NextPage::Address(path()), said);
        assert_eq!(found.as_deref(), expected, "{said}");
    };
    let second = Some("https://api.example.org/list?page=2");
    check(r#""/list?page=2""#, second);
    check(r#""http://api.example.org/list?page=2""#, second);
    check(r#""http://api.example.org:80/list?page=2""#, second);
    for none in [
        &format!("{ADDRESS:?}"),
        &format!("{:?}", ADDRESS.replace("https", "http")),
        "null",
        "[]",
    ] {
        check(none, None);
    }
    check(
        r#""https://b.example.org/list?page=2""#,
        Some("<https://b.example.org>"),
    );
    check(r#""http://b.example.org/list?page=2""#, Some("<http://b.example.org>"));
    check(
        r#""https://api.example.org:444/""#,
        Some("<https://api.example.org:444>"),
    );
    check(
        r#""http://api.example.org:8080/""#,
        Some("<http://api.example.org:8080>"),
    );

    let cursor = || NextPage::Cursor(path(), "key".to_owned());
    let found = next(ADDRESS, cursor(), r#""b c""#);
    assert_eq!(
        found.as_deref(),
        Some("https://api.example.org/list?page%5Bsize%5D=2&key=b+c")
    );
    assert_eq!(next(ADDRESS, cursor(), "null"), None);
}

#[test]
fn pages_are_numbered_as_the_address_numbers_them() {
    let number = || NextPage::Number("page[number]".to_owned());
    for (stated, expected) in [
        ("", "4"),
        ("&page[number]=0", "1"),
        ("&page%5Bnumber%5D=1", "2"),
        ("&page[number]=7", "8"),
        ("&page[number]=first", "4"),
        ("&page[number]=-1", "4"),
    ] {
        let address = format!("{ADDRESS}{stated}");
        let expected = format!("https://api.example.org/list?page%5Bsize%5D=2&key=a&page%5Bnumber%5D={expected}");
        assert_eq!(next(&address, number(), "null"), Some(expected), "{stated}");
    }
    let most = format!("{ADDRESS}&page[number]={}", usize::MAX);
    assert!(next(&most, number(), "null").is_some());
    let empty = page(r#"{"items":[]}"#, &format(&["items[]"], Some(number()))).unwrap();
    assert_eq!(empty.next, Onward::Nowhere);
}

#[test]
fn an_address_may_ask_for_days() {
    let now: Timestamp = "2026-03-01T02:00:00Z".parse().unwrap();
    let mut format = RecordFormat::default();
    let check = |format: &RecordFormat, address: &str, expected: &str| {
        assert_eq!(asked(address, format, now).unwrap().as_str(), expected, "{address}");
    };
    let plain = "https://a.example/list?q=%7Btoday%7D";
    assert!(!is_dated(plain) && is_dated("https://a.example/{today}"));
    check(&format, plain, plain);
    check(&format, "https://a.example/{today}", "https://a.example/2026-03-01");
    check(
        &format,
        "https://a.example/{today-1}T00:00:00Z",
        "https://a.example/2026-02-28T00:00:00Z",
    );
    check(
        &format,
        "https://a.example/{today:compact}?b={today-60:compact}",
        "https://a.example/20260301?b=20251231",
    );
    for none in ["{today-}", "{today+1}", "{today-99999}", "{today:long}", "{today"] {
        let address = format!("https://a.example/?d={none}");
        assert!(
            asked(&address, &format, now).unwrap().as_str().ends_with(none),
            "{none}"
        );
    }
    format.zone = Some(Tz::America__New_York);
    format.parameters = [("f", "x"), ("f", "y"), ("order", "newest")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    check(
        &format,
        "https://a.example/{today}",
        "https://a.example/2026-02-28?f=x&f=y&order=newest",
    );
    check(
        &format,
        "https://a.example/?order=old&f=z",
        "https://a.example/?order=old&f=z",
    );
}

#[test]
fn nothing_an_answer_holds_is_without_bounds() {
    let format = format(&["a[].*[].b[]"], None);
    let many = format!(
        r#"{{"a":[{}{{"c":[{{"b":[{}{{"title":"t"}}]}}]}}]}}"#,
        "[],".repeat(1000),
        r#"{"title":"t"},"#.repeat(30_000)
    );
    assert_eq!(page(&many, &format).unwrap().parsed.feed.entries.len(), ENTRIES_MAX);
    let dockets = r#""A","#.repeat(1000) + &(0..1000).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let wide = format!(r#"[{{"title":"t","dockets":[{dockets}]}}]"#);
    let format = self::format(&[], None);
    assert!(fields_of(&wide, &format).len() <= FIELD_VALUES_MAX);
    let long = format!(r#"[{{"title":"t","docket":"{}"}}]"#, "x".repeat(100_000));
    assert!(fields_of(&long, &format)[0].len() < NAME_BYTES_MAX + 20);
    assert!(matches!(
        page(&"[".repeat(1_000_000), &format),
        Err(ParseError::DamagedJson)
    ));
    let undated = format!("[{}{{}}]", r#"{"title":"t","closes_on":"soon"},"#.repeat(500));
    assert_eq!(page(&undated, &format).unwrap().parsed.warnings.len(), 1);
}

#[test]
fn what_stands_around_many_items_is_not_copied_for_each() {
    let mut format = format(&["office[].a[]"], None);
    format.set("text", &["^office.name"]).unwrap();
    format
        .set_field("docket", &["^office.name", "^office.name ~ x+"])
        .unwrap();
    let items = r#"{"title":"t"},"#.repeat(2000);
    let body = format!(
        r#"{{"office":[{{"name":"{}","a":[{items}{{}}]}}]}}"#,
        "x".repeat(TEXT_BYTES_MAX)
    );
    let entries = page(&body, &format).unwrap().parsed.feed.entries;
    assert_eq!(entries.len(), 2001);
    let held = |entry: &Entry| entry.content.as_ref().unwrap().value.len() + entry.record[0].value.len();
    assert!(entries.iter().all(|entry| held(entry) < 8192));
}

proptest::proptest! {
    #[test]
    fn no_answer_panics(text in "([\\[\\]{},:\"0-9T-]|title|docket|closes_on|items|next|\u{e9}| ){0,60}") {
        let format = format(&["items[]", "[].*"], Some(NextPage::Address(JsonPath::parse("next").unwrap())));
        let _ = page(&text, &format);
    }
}
