//! No text panics the schedule reader, and every schedule goes forward.
#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use tidings::domain::schedule::{Schedule, parse_span};

fuzz_target!(|input: (&str, u32)| {
    let (text, seconds) = input;
    let _ = parse_span(text);
    let now = DateTime::from_timestamp(i64::from(seconds), 0).expect("within bounds");
    for zone in [chrono_tz::Tz::UTC, chrono_tz::Tz::America__New_York] {
        if let Ok(schedule) = Schedule::parse(text, zone)
            && let Some(next) = schedule.next_after(now)
        {
            assert!(next > now, "{text}");
        }
    }
});
