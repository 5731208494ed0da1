//! Unix cron: five fields, names, steps, `@daily`; weekday 0 and 7 are Sunday; day-of-month OR day-of-week when both
//! are restricted.

use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

use super::{ScheduleError, wall, wrong};
use crate::domain::Timestamp;

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const SHORT_FORMS: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];
/// An expression longer than this is no cron expression, in bytes.
const EXPRESSION_MAX: usize = 512;

/// A Unix cron expression in a zone.
#[derive(Debug, Clone)]
pub struct Cron {
    /// As the configuration wrote it.
    pub expression: String,
    pub zone: Tz,
    /// One, or two when day-of-month and day-of-week are both restricted: the day is right when either is.
    plain: Vec<cron::Schedule>,
    /// Minutes and hours are named: the job has its times of day. Else it is an interval job.
    is_fixed: bool,
}

impl PartialEq for Cron {
    fn eq(&self, other: &Self) -> bool {
        self.expression == other.expression && self.zone == other.zone
    }
}

struct Field {
    name: &'static str,
    min: u32,
    max: u32,
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field {
        name: "minute",
        min: 0,
        max: 59,
        names: &[],
    },
    Field {
        name: "hour",
        min: 0,
        max: 23,
        names: &[],
    },
    Field {
        name: "day of month",
        min: 1,
        max: 31,
        names: &[],
    },
    Field {
        name: "month",
        min: 1,
        max: 12,
        names: &MONTHS,
    },
    Field {
        name: "day of week",
        min: 0,
        max: 7,
        names: &DAYS,
    },
];

impl Cron {
    pub(super) fn parse(text: &str, zone: Tz) -> Result<Self, ScheduleError> {
        let spelled = if text.starts_with('@') {
            let found = SHORT_FORMS.iter().find(|(name, _)| text.eq_ignore_ascii_case(name));
            found.map(|(_, fields)| *fields).ok_or_else(|| {
                wrong(format!(
                    "{text} is not known; @hourly, @daily, @weekly, @monthly and @yearly are"
                ))
            })?
        } else {
            text
        };
        let parts: Vec<&str> = spelled.split_whitespace().collect();
        if parts.len() != FIELDS.len() || spelled.len() > EXPRESSION_MAX {
            return Err(wrong(format!(
                "\"{text}\" is no schedule; write \"adaptive\", \"every 20m\", \"@daily\" or five cron fields: minute hour day month weekday"
            )));
        }
        let mut values = Vec::with_capacity(FIELDS.len());
        for (part, field) in parts.iter().zip(&FIELDS) {
            values.push(parse_field(part, field)?);
        }
        let (any_day, any_weekday) = (parts[2] == "*", parts[4] == "*");
        let weekdays: Vec<String> = {
            let mut days: Vec<u32> = values[4].iter().map(|day| day % 7).collect();
            days.sort_unstable();
            days.dedup();
            days.into_iter().map(|day| DAYS[day as usize].to_owned()).collect()
        };
        let list = |values: &[u32]| values.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let (minutes, hours, months) = (list(&values[0]), list(&values[1]), list(&values[3]));
        let line = |days: &str, weekdays: &str| format!("0 {minutes} {hours} {days} {months} {weekdays}");
        let lines = match (any_day, any_weekday) {
            (true, true) => vec![line("*", "*")],
            (false, true) => vec![line(&list(&values[2]), "*")],
            (true, false) => vec![line("*", &weekdays.join(","))],
            (false, false) => vec![line(&list(&values[2]), "*"), line("*", &weekdays.join(","))],
        };
        let plain = lines
            .iter()
            .map(|line| cron::Schedule::from_str(line))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| wrong(format!("\"{text}\" is no cron expression: {error}")))?;
        let is_fixed = !parts[0].contains('*') && !parts[1].contains('*');
        let cron = Self {
            expression: text.to_owned(),
            zone,
            plain,
            is_fixed,
        };
        let reference = DateTime::from_timestamp(1_700_000_000, 0)
            .unwrap_or_default()
            .naive_utc();
        if cron.walls_after(reference).next().is_none() {
            return Err(wrong(format!(
                "\"{text}\" never happens: no such day exists; correct day and month"
            )));
        }
        Ok(cron)
    }

    /// Returns the wall-clock times of the expression after `after`, in order, as if the zone knew no transitions.
    fn walls_after(&self, after: NaiveDateTime) -> impl Iterator<Item = NaiveDateTime> + '_ {
        let start = Utc.from_utc_datetime(&after);
        let mut streams: Vec<_> = self.plain.iter().map(|plain| plain.after(&start).peekable()).collect();
        std::iter::from_fn(move || {
            let next = streams.iter_mut().filter_map(|stream| stream.peek().copied()).min()?;
            for stream in &mut streams {
                if stream.peek() == Some(&next) {
                    stream.next();
                }
            }
            Some(next.naive_utc())
        })
    }

    pub(super) fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        wall::next_after(after, self.zone, self.is_fixed, |from| Box::new(self.walls_after(from)))
    }
}

fn parse_field(text: &str, field: &Field) -> Result<Vec<u32>, ScheduleError> {
    let mut values = Vec::new();
    for item in text.split(',') {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => {
                let step: u32 = step
                    .parse()
                    .ok()
                    .filter(|step| (1..=field.max).contains(step))
                    .ok_or_else(|| {
                        wrong(format!(
                            "the step in \"{item}\" ({}) must be between 1 and {}",
                            field.name, field.max
                        ))
                    })?;
                (range, Some(step))
            }
            None => (item, None),
        };
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (field.min, if field.max == 7 { 6 } else { field.max }),
            Some((first, last)) => (parse_value(first, field)?, parse_value(last, field)?),
            None => {
                let value = parse_value(range, field)?;
                // As in Vixie cron, `5/10` counts on from 5.
                (value, if step.is_some() { field.max } else { value })
            }
        };
        // `FRI-SUN` ends on the seventh day, not before it began.
        let last = if field.max == 7 && last == 0 && first > 0 {
            7
        } else {
            last
        };
        if first > last {
            return Err(wrong(format!(
                "the range \"{range}\" ({}) runs backwards; write it as two ranges",
                field.name
            )));
        }
        values.extend((first..=last).step_by(step.unwrap_or(1) as usize));
    }
    values.sort_unstable();
    values.dedup();
    Ok(values)
}

fn parse_value(text: &str, field: &Field) -> Result<u32, ScheduleError> {
    if let Some(position) = field.names.iter().position(|name| text.eq_ignore_ascii_case(name)) {
        return Ok(position as u32 + u32::from(field.names.len() == MONTHS.len()));
    }
    let digits = !text.is_empty() && text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
    let value = if digits { text.parse().ok() } else { None };
    value
        .filter(|value| (field.min..=field.max).contains(value))
        .ok_or_else(|| {
            let names = if field.names.is_empty() {
                String::new()
            } else {
                format!(" or {} to {}", field.names[0], field.names[field.names.len() - 1])
            };
            wrong(format!(
                "\"{text}\" is no {}; it goes from {} to {}{names}",
                field.name, field.min, field.max
            ))
        })
}
