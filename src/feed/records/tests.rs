//! What is odd in answers.

use super::*;

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
    assert_eq!(page(body, &format).unwrap().parsed.feed.entries.len(), 2);
}

#[test]
fn an_answer_without_a_list_is_told_and_an_empty_one_is_none() {
    let format = format(&["results[]"], None);
    for empty in [
        r#"{"results":[]}"#,
        r#"{"results":null}"#,
        r#"{"count":0}"#,
        r#"{"results":[{},7,"x"]}"#,
    ] {
        assert!(page(empty, &format).unwrap().parsed.feed.entries.is_empty(), "{empty}");
    }
    let told = |body: &str| page(body, &format).unwrap_err().to_string();
    let nothing = "JSON, but nothing stands where its items are to be";
    assert_eq!(told(r#"{"data":[]}"#), nothing);
    assert_eq!(told(r#"{"count":3}"#), nothing);
    let refused = r#"{"error":{"code":"OVER_RATE_LIMIT"}}"#;
    assert_eq!(told(refused), format!("{nothing}: {}", r#"{"code":"OVER_RATE_LIMIT"}"#));
    assert!(told("<html><body>no</body></html>").contains("web page"));
    assert!(matches!(page("", &format), Err(ParseError::Empty)));
}

#[test]
fn the_next_page_is_at_the_same_host_and_another() {
    let path = |text: &str| JsonPath::parse(text).unwrap();
    let check = |next: NextPage, said: &str, expected: Option<&str>| {
        let body = format!(r#"{{"items":[{{"title":"t"}}],"next":{said}}}"#);
        let found = page(&body, &format(&["items[]"], Some(next))).unwrap().next;
        assert_eq!(found.as_ref().map(Url::as_str), expected, "{said}");
    };
    let address = || NextPage::Address(path("next"));
    check(
        address(),
        r#""/list?page=2""#,
        Some("https://api.example.org/list?page=2"),
    );
    for elsewhere in [
        r#""https://b.example.org/list?page=2""#,
        r#""http://api.example.org/list?page=2""#,
        r#""https://api.example.org:444/""#,
        &format!("{ADDRESS:?}"),
        "null",
        "[]",
    ] {
        check(address(), elsewhere, None);
    }
    let cursor = || NextPage::Cursor(path("next"), "key".to_owned());
    check(
        cursor(),
        r#""b c""#,
        Some("https://api.example.org/list?page%5Bsize%5D=2&key=b+c"),
    );
    check(cursor(), "null", None);
    let number = || NextPage::Number("page[number]".to_owned());
    let fourth = "https://api.example.org/list?page%5Bsize%5D=2&key=a&page%5Bnumber%5D=4";
    check(number(), "null", Some(fourth));
    let empty = page(r#"{"items":[]}"#, &format(&["items[]"], Some(number()))).unwrap();
    assert_eq!(empty.next, None);
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
    assert!(page(&"[".repeat(1_000_000), &format).is_ok());
}

proptest::proptest! {
    #[test]
    fn no_answer_panics(text in "([\\[\\]{},:\"0-9T-]|title|docket|closes_on|items|next|\u{e9}| ){0,60}") {
        let format = format(&["items[]", "[].*"], Some(NextPage::Address(JsonPath::parse("next").unwrap())));
        let _ = page(&text, &format);
    }
}
