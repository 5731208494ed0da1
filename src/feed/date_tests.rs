//! The forms dates were seen in, one row each.

use super::*;

#[track_caller]
fn check(input: &str, expected: &str) {
    let found = parse_lenient(input).map(|t| t.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    assert_eq!(found.as_deref(), Some(expected), "{input}");
}

#[track_caller]
fn check_none(input: &str) {
    assert_eq!(parse_lenient(input), None, "{input}");
}

#[test]
fn the_zones_are_sorted() {
    assert!(ZONES.is_sorted_by(|a, b| a.0 < b.0));
}

#[test]
fn rfc_822_and_its_oddities() {
    check("Tue, 06 Jan 2026 09:00:00 GMT", "2026-01-06T09:00:00Z");
    check("Tue, 06 Jan 26 09:00:00 EST", "2026-01-06T14:00:00Z");
    check("6 Jan 2026 09:00 +0100", "2026-01-06T08:00:00Z");
    check("Tue, 6 Jan 2026 9:05:07 +01:00", "2026-01-06T08:05:07Z");
    check("Wed, 6 Jan 2026 09:00:00 +0000 (UTC)", "2026-01-06T09:00:00Z");
    check("Tue,06 Jan 2026 09:00:00 PDT", "2026-01-06T16:00:00Z");
    check("Tue, 06-Jan-2026 09:00:00 UTC", "2026-01-06T09:00:00Z");
    check("Tuesday, January 6, 2026 9:00 PM", "2026-01-06T21:00:00Z");
    check("Tue, 06 Jan 2026", "2026-01-06T00:00:00Z");
    check("Tue, 06 Jan 2026 09:00:00 GMT+2", "2026-01-06T07:00:00Z");
    check("Tue, 06 Jan 2026 24:00:00 GMT", "2026-01-07T00:00:00Z");
    check("Thu, 01 Jan 99 00:00:00 Z", "1999-01-01T00:00:00Z");
    check("Tue, 06 Jan 2026 09:00:00 +100", "2026-01-06T08:00:00Z");
    check("Tue, 06 Jan 2026 09:00:60 GMT", "2026-01-06T09:00:59Z");
    check("Jan 6th, 2026, 09:00 a.m. CET", "2026-01-06T08:00:00Z");
}

#[test]
fn what_else_a_line_counts_is_no_part_of_the_date() {
    for text in [
        "4 min read · May 12, 2026",
        "May 12, 2026 · 4 min read",
        "By Ana Lopez | 6 min read | 12 May 2026",
        "Published 5 hours ago on 12 May 2026",
        "Episode 24, May 12, 2026",
        "1200 words · May 12, 2026",
        "7 Min. Lesezeit · 12. Mai 2026",
        "12 mai 2026 · 3 commentaires",
        "Lectura de 4 minutos · 12 de mayo de 2026",
        "2026. május 12. · 8 perc",
        "12 May 2026, for 3 June 2026",
    ] {
        check(text, "2026-05-12T00:00:00Z");
        assert!(counts_more(text), "{text}");
    }
    assert!(counts_more("4 min read · May 2026") && !counts_more("2026年5月12日 第3版"));
    check("2026年5月12日 8時30分", "2026-05-12T08:30:00Z");
    assert!(!counts_more("Tue, 12 May 2026 10:30:00 +0200") && !counts_more("12/05/2026 10:30"));
}

#[test]
fn clocks_that_are_put_forward_in_summer() {
    check("May 12, 2026 3:37 p.m. ET", "2026-05-12T19:37:00Z");
    check("3:37 p.m. PT May 12, 2026", "2026-05-12T22:37:00Z");
    check("Jan 12, 2026 3:37 p.m. ET", "2026-01-12T20:37:00Z");
    check("15:37 ET, Jan 12, 2026", "2026-01-12T20:37:00Z");
    check("12 mai 2026 à 10h30 et modifié", "2026-05-12T10:30:00Z");
    check("le 12 mai 2026, 10:30 et mis à jour", "2026-05-12T10:30:00Z");
}

#[test]
fn iso_8601_and_its_parts() {
    check("2026-01-06T09:00:00Z", "2026-01-06T09:00:00Z");
    check("2026-01-06T09:00:00.123456-05:00", "2026-01-06T14:00:00Z");
    check("2026-01-06t09:00:00z", "2026-01-06T09:00:00Z");
    check("2026-01-06 09:00:00 +0200", "2026-01-06T07:00:00Z");
    check("2026-01-06T09:00+02", "2026-01-06T07:00:00Z");
    check("2020-06-12 14:54", "2020-06-12T14:54:00Z");
    check("2020-06-12", "2020-06-12T00:00:00Z");
    check("2020-06", "2020-06-01T00:00:00Z");
    check("2020", "2020-01-01T00:00:00Z");
    check("2020-164", "2020-06-12T00:00:00Z");
    check("2020-W24-5", "2020-06-12T00:00:00Z");
    check("20200612T145400Z", "2020-06-12T14:54:00Z");
    check("20200612", "2020-06-12T00:00:00Z");
    check("2020/06/12 14:54:01", "2020-06-12T14:54:01Z");
    check("2020-06-12T24:00:00Z", "2020-06-13T00:00:00Z");
    check("2020-06-12T14:54:00 EST", "2020-06-12T19:54:00Z");
}

#[test]
fn other_orders() {
    check("06/12/2020", "2020-06-12T00:00:00Z");
    check("06/12/2020 02:54 PM", "2020-06-12T14:54:00Z");
    check("13/06/2020 14:54", "2020-06-13T14:54:00Z");
    check("12.06.2020 14:54", "2020-06-12T14:54:00Z");
    check("12-06-2020", "2020-06-12T00:00:00Z");
    check("Fri Jun 12 14:54:00 2020", "2020-06-12T14:54:00Z");
    check("Fri Jun 12 14:54:00 PDT 2020", "2020-06-12T21:54:00Z");
    check("Fri Jun 12 14:54:00 +0200 2020", "2020-06-12T12:54:00Z");
    check("2020年6月12日 14:54", "2020-06-12T14:54:00Z");
}

#[test]
fn seconds_and_milliseconds() {
    check("1591973640", "2020-06-12T14:54:00Z");
    check("1591973640000", "2020-06-12T14:54:00Z");
    check("1591973640.25", "2020-06-12T14:54:00Z");
    check("20200612145400", "2020-06-12T14:54:00Z");
}

#[test]
fn other_languages() {
    check("ven., 12 juin 2020 14:54:00 +0200", "2020-06-12T12:54:00Z");
    check("mar. 16 juin 2020 14h30", "2020-06-16T14:30:00Z");
    check("Fr, 12. Juni 2020 14:54", "2020-06-12T14:54:00Z");
    check("Di, 03 Mär 2020 10:00:00 MEZ", "2020-03-03T09:00:00Z");
    check("viernes, 12 de junio de 2020 14:54", "2020-06-12T14:54:00Z");
    check("Пт, 12 июня 2020 14:54:00 MSK", "2020-06-12T11:54:00Z");
    check("12 Temmuz 2020", "2020-07-12T00:00:00Z");
}

#[test]
fn what_does_not_exist_is_no_date() {
    check_none("29 Feb 2023");
    check_none("2023-02-29T00:00:00Z");
    check_none("Mon, 32 Jan 2023");
    check_none("2023-13-01");
    check_none("2023-01-01T25:00:00Z");
    check_none("0001-01-01T00:00:00Z");
    check_none("-0001-11-30T00:00:00+00:00");
    check_none("12 June");
    check_none("yesterday");
    check_none("");
    check_none("2023-01-01T10:00:00+99:00");
    check_none(&"1".repeat(200));
}

#[test]
fn numbers_too_large_are_no_offsets() {
    for minutes in [
        "300",
        "9223372036854775800",
        "9223372036854775507",
        "99999999999999999999",
    ] {
        check_none(&format!("2026-11-29T01:02:03+5:{minutes}"));
        check_none(&format!("Sun, 29 Nov 2026 01:02:03 -99:{minutes}"));
    }
    check("2026-11-29T01:02:03+5:30", "2026-11-28T19:32:03Z");
}

proptest::proptest! {
    #[test]
    fn no_text_panics(
        text in "\\PC{0,40}",
        long in "[0-9]{1,4}-[0-9]{1,20}-[0-9]{1,20}T[0-9]{1,20}:[0-9]{1,20}(:[0-9]{1,20}([.][0-9]{1,20})?)?[+-][0-9]{1,20}(:[0-9]{1,20})?",
        near in "([A-Z][a-z]{2}, )?[0-9]{1,4}[-/. T]?([A-Z][a-zûä]{2,8}|[0-9]{1,4})[-/. ,T]{0,2}[0-9]{0,6}[ T]?([0-9]{1,3}:?){0,4}[.,]?[0-9]{0,12} ?([A-Z]{1,5}|[+-][0-9]{1,2}:?[0-9]{0,2})?",
    ) {
        parse_lenient(&text);
        parse_lenient(&near);
        parse_lenient(&long);
    }
}

#[test]
fn what_stands_in_brackets_says_nothing() {
    check(
        "Sat Nov 28 2026 11:44:00 GMT+0000 (Coordinated Universal Time)",
        "2026-11-28T11:44:00Z",
    );
    check(
        "Sat Nov 28 2026 12:44:00 GMT+0100 (Central European Standard Time)",
        "2026-11-28T11:44:00Z",
    );
    check(
        "Sat Nov 28 2026 12:44:00 GMT+0100 (Mitteleuropäische Normalzeit)",
        "2026-11-28T11:44:00Z",
    );
    check(
        "Sat, 28 Nov 2026 04:44:00 -0700 (Pacific Daylight Time, no 4 of 12: maybe",
        "2026-11-28T11:44:00Z",
    );
    check("Sat, 28 Nov 2026 20:44:00 +0900 (日本標準時)", "2026-11-28T11:44:00Z");
    check("Sat, 28 Nov 2026 12:44:00 (CET)", "2026-11-28T11:44:00Z");
    check(
        "2026-11-28 11:44:00.123456789 +0000 UTC m=+0.012345",
        "2026-11-28T11:44:00Z",
    );
}

#[test]
fn where_a_count_begins_is_no_date() {
    for none in [
        "Thu, 01 Jan 1970 00:00:00 +0000",
        "Sat, 17 Jan 1970 23:08:42 Z",
        "1970-01-01T01:00:00+02:00",
        "Wed, 31 Dec 1969 19:00:00 -0500",
        "1900-01-01",
        "1601-01-01T00:00:00Z",
        "Sat, 30 Dec 1899 00:00:00 GMT",
        "0001-01-01T00:00:00Z",
        "0000000000",
        "001764330240",
    ] {
        check_none(none);
    }
    check("1970-02-03", "1970-02-03T00:00:00Z");
    check("1901-05-04", "1901-05-04T00:00:00Z");
}

#[test]
fn the_order_is_told_by_what_can_only_be_a_day() {
    for (text, order) in [
        ("28/11/2026", Some(DayOrder::DayFirst)),
        ("Sat, 28/11/2026 - 11:44", Some(DayOrder::DayFirst)),
        ("11/28/2026 11:44 AM", Some(DayOrder::MonthFirst)),
        ("05/11/2026", None),
        ("2026/11/28", None),
        ("28.11.2026", None),
        ("2026-11-28T11:44:00+01:00", None),
    ] {
        assert_eq!(day_order(text), order, "{text}");
    }
    let day_first = |text| parse(text, DayOrder::DayFirst).map(|at| at.date_naive().to_string());
    assert_eq!(day_first("05/11/2026").as_deref(), Some("2026-11-05"));
    assert_eq!(day_first("11/28/2026").as_deref(), Some("2026-11-28"));
    assert_eq!(day_first("2026/02/03").as_deref(), Some("2026-02-03"));
}
