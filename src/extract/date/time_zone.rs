//! Which zone a page's times are in when they do not say it: the one other times of the page name, else the country's.

use chrono::{NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use url::Url;

use super::dates;
use crate::domain::Timestamp;
use crate::domain::article::Zone;

/// A moment, and how it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub at: Timestamp,
    /// The offset from UTC it is written with, in minutes.
    pub offset: Option<i32>,
    pub zone: Zone,
}

/// Countries of one time zone, by their top-level domain.
const COUNTRIES: &[(&str, Tz)] = &[
    ("ae", Tz::Asia__Dubai),
    ("at", Tz::Europe__Vienna),
    ("ba", Tz::Europe__Sarajevo),
    ("bd", Tz::Asia__Dhaka),
    ("be", Tz::Europe__Brussels),
    ("bg", Tz::Europe__Sofia),
    ("by", Tz::Europe__Minsk),
    ("ch", Tz::Europe__Zurich),
    ("cn", Tz::Asia__Shanghai),
    ("cz", Tz::Europe__Prague),
    ("de", Tz::Europe__Berlin),
    ("dk", Tz::Europe__Copenhagen),
    ("ee", Tz::Europe__Tallinn),
    ("eg", Tz::Africa__Cairo),
    ("fi", Tz::Europe__Helsinki),
    ("fr", Tz::Europe__Paris),
    ("gr", Tz::Europe__Athens),
    ("hk", Tz::Asia__Hong_Kong),
    ("hr", Tz::Europe__Zagreb),
    ("hu", Tz::Europe__Budapest),
    ("ie", Tz::Europe__Dublin),
    ("il", Tz::Asia__Jerusalem),
    ("in", Tz::Asia__Kolkata),
    ("ir", Tz::Asia__Tehran),
    ("is", Tz::Atlantic__Reykjavik),
    ("it", Tz::Europe__Rome),
    ("jp", Tz::Asia__Tokyo),
    ("ke", Tz::Africa__Nairobi),
    ("kr", Tz::Asia__Seoul),
    ("lk", Tz::Asia__Colombo),
    ("lt", Tz::Europe__Vilnius),
    ("lu", Tz::Europe__Luxembourg),
    ("lv", Tz::Europe__Riga),
    ("mk", Tz::Europe__Skopje),
    ("my", Tz::Asia__Kuala_Lumpur),
    ("ng", Tz::Africa__Lagos),
    ("nl", Tz::Europe__Amsterdam),
    ("no", Tz::Europe__Oslo),
    ("np", Tz::Asia__Kathmandu),
    ("ph", Tz::Asia__Manila),
    ("pk", Tz::Asia__Karachi),
    ("pl", Tz::Europe__Warsaw),
    ("ro", Tz::Europe__Bucharest),
    ("rs", Tz::Europe__Belgrade),
    ("sa", Tz::Asia__Riyadh),
    ("se", Tz::Europe__Stockholm),
    ("sg", Tz::Asia__Singapore),
    ("si", Tz::Europe__Ljubljana),
    ("sk", Tz::Europe__Bratislava),
    ("th", Tz::Asia__Bangkok),
    ("tr", Tz::Europe__Istanbul),
    ("tw", Tz::Asia__Taipei),
    ("ua", Tz::Europe__Kyiv),
    ("uk", Tz::Europe__London),
    ("vn", Tz::Asia__Ho_Chi_Minh),
    ("za", Tz::Africa__Johannesburg),
    ("zw", Tz::Africa__Harare),
];

/// Returns the zone a site's times are in, by the country of its address, if that has but one.
pub fn of_site(url: &Url) -> Option<Tz> {
    let (_, country) = url.host_str()?.trim_end_matches('.').rsplit_once('.')?;
    let at = COUNTRIES.binary_search_by_key(&country, |(own, _)| own).ok()?;
    Some(COUNTRIES[at].1)
}

/// Returns the moment a date stands for that was read from a text as UTC: on its own clock, else on the site's.
pub fn told(url: &Url, text: &str, read: Timestamp) -> Moment {
    if is_named(text) {
        return Moment {
            at: read,
            offset: dates::offset(text),
            zone: Zone::Stated,
        };
    }
    match of_site(url) {
        Some(zone) => {
            let (at, offset) = at(zone, read.naive_utc());
            Moment {
                at,
                offset,
                zone: Zone::Site,
            }
        }
        None => Moment {
            at: read,
            offset: None,
            zone: Zone::Utc,
        },
    }
}

/// Returns the moment a wall clock of a zone showed a time, and the offset from UTC then, in minutes. What a clock never
/// showed is read as UTC.
pub fn at(zone: Tz, shown: NaiveDateTime) -> (Timestamp, Option<i32>) {
    match zone.from_local_datetime(&shown).earliest() {
        Some(at) => {
            let minutes = at.offset().fix().local_minus_utc() / 60;
            (at.with_timezone(&Utc), Some(minutes).filter(|minutes| *minutes != 0))
        }
        None => (Utc.from_utc_datetime(&shown), None),
    }
}

/// Whether a date names a zone of its own.
pub fn is_named(text: &str) -> bool {
    let text = text.trim();
    let Some(clock) = text.find(':').or_else(|| text.find('T')) else {
        // Seconds since 1970 count in UTC.
        return text.len() >= 9 && text.bytes().all(|b| b.is_ascii_digit());
    };
    let rest = &text[clock..];
    rest.ends_with(['Z', 'z'])
        || rest.contains(['+', '-', '−'])
        || rest
            .split(|c: char| !c.is_ascii_alphabetic())
            .any(|word| (2..=5).contains(&word.len()) && is_zone(word))
}

fn is_zone(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_uppercase())
        && !matches!(word, "AM" | "PM")
        && (word.ends_with('T') || matches!(word, "UTC" | "MEZ" | "MESZ" | "MSK" | "WIB"))
}

#[cfg(test)]
mod tests {
    use super::{COUNTRIES, at, is_named, of_site};
    use chrono::NaiveDate;
    use url::Url;

    #[test]
    fn countries_can_be_looked_up() {
        assert!(COUNTRIES.is_sorted_by_key(|(country, _)| *country));
        let zone = |url: &str| of_site(&Url::parse(url).unwrap()).map(|zone| zone.name());
        assert_eq!(zone("https://www.example.co.jp/"), Some("Asia/Tokyo"));
        assert_eq!(zone("https://example.org/"), None);
        assert_eq!(zone("http://127.0.0.1/"), None);
    }

    #[test]
    fn a_day_of_a_site_begins_at_its_own_midnight() {
        let day = NaiveDate::from_ymd_opt(2026, 7, 1)
            .unwrap()
            .and_hms_opt(0, 0, 0)
            .unwrap();
        let (moment, offset) = at(chrono_tz::Tz::Europe__Berlin, day);
        assert_eq!(
            (moment.to_rfc3339().as_str(), offset),
            ("2026-06-30T22:00:00+00:00", Some(120))
        );
    }

    #[test]
    fn zones_are_named_in_many_ways() {
        for text in [
            "2026-06-12T10:00:00Z",
            "2026-06-12T10:00:00+02:00",
            "12 June 2026 10:00 EST",
            "Fri, 12 Jun 2026 10:00:00 GMT",
            "1781258400",
        ] {
            assert!(is_named(text), "{text}");
        }
        for text in [
            "2026-06-12",
            "2026-06-12T10:00:00",
            "June 12, 2026 10:00 AM",
            "20260612",
        ] {
            assert!(!is_named(text), "{text}");
        }
    }
}
