//! Dates as feeds write them.
//!
//! One reader for all forms: the text is cut into numbers, words and signs, and what stands between the numbers
//! decides what they mean. Months are known in the languages of `months`. Nothing is guessed from the clock:
//! a date without a year is no date, and one that does not exist (29 February 2023) is none either. A missing zone
//! means UTC, and a weekday is never believed.

use chrono::{Duration, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

use super::months;
use crate::domain::Timestamp;

/// The longest text that can still be a date, in bytes.
const DATE_BYTES_MAX: usize = 96;
/// The most pieces a date may consist of.
const TOKENS_MAX: usize = 24;
/// The longest short name of a zone with the bracket behind it, in bytes.
const ZONE_BYTES_MAX: usize = 6;
/// Days on which programs begin to count, and the ones before for who lives west of Greenwich.
const PLACEHOLDERS: &[(i32, u32, u32)] = &[
    (1600, 12, 31),
    (1601, 1, 1),
    (1899, 12, 30),
    (1899, 12, 31),
    (1900, 1, 1),
    (1969, 12, 31),
];
/// Years outside are placeholders ("0001-01-01") or damage.
const YEARS: std::ops::RangeInclusive<i32> = 1000..=9999;
/// Offsets beyond this many minutes exist nowhere on Earth.
const OFFSET_MINUTES_MAX: i64 = 18 * 60;

/// Zone names and their offsets in minutes. Ambiguous ones mean what RFC 822 says, else the more common zone. Sorted.
#[rustfmt::skip]
const ZONES: &[(&str, i64)] = &[
    ("acdt", 630), ("acst", 570), ("adt", -180), ("aedt", 660), ("aest", 600), ("akdt", -480), ("akst", -540),
    ("art", -180), ("ast", -240), ("awst", 480), ("bdt", 360), ("brst", -120), ("brt", -180), ("bst", 60),
    ("cat", 120), ("cdt", -300), ("cest", 120), ("cet", 60), ("clst", -180), ("clt", -240), ("cot", -300),
    ("cst", -360), ("eat", 180), ("edt", -240), ("eest", 180), ("eet", 120), ("est", -300), ("gmt", 0),
    ("gst", 240), ("hkt", 480), ("hst", -600), ("ict", 420), ("idt", 180), ("irst", 210), ("ist", 330), ("jst", 540),
    ("kst", 540), ("mdt", -360), ("mest", 120), ("mesz", 120), ("met", 60), ("mez", 60), ("msd", 240), ("msk", 180),
    ("mst", -420), ("ndt", -150), ("npt", 345), ("nst", -210), ("nzdt", 780), ("nzst", 720), ("pdt", -420),
    ("pht", 480), ("pkt", 300), ("pst", -480), ("sast", 120), ("sgt", 480), ("trt", 180), ("ut", 0), ("utc", 0),
    ("wast", 120), ("wat", 60), ("west", 60), ("wet", 0), ("wib", 420), ("z", 0),
];

/// Names of clocks that are put forward in summer, and whose clocks they are.
const SEASONAL_ZONES: &[(&str, Tz)] = &[
    ("et", Tz::America__New_York),
    ("ct", Tz::America__Chicago),
    ("mt", Tz::America__Denver),
    ("pt", Tz::America__Los_Angeles),
];

/// Which of two numbers of one or two digits before a year is the day, where a slash parts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrder {
    MonthFirst,
    DayFirst,
}

/// Returns the order in which a text can only be read; none where it is no such date, or both orders fit.
pub fn day_order(text: &str) -> Option<DayOrder> {
    let mut parts = text
        .split(|c: char| !c.is_ascii_digit() && c != '/')
        .find(|part| part.contains('/'))?
        .split('/');
    let mut number = || parts.next()?.parse::<u32>().ok();
    match (number()?, number()?) {
        (13..=31, 1..=12) => Some(DayOrder::DayFirst),
        (1..=12, 13..=31) => Some(DayOrder::MonthFirst),
        _ => None,
    }
}

/// Returns the moment a feed's text names, the month first where a slash parts it from the day and both orders fit; none
/// when it names none that exists.
pub fn parse_lenient(text: &str) -> Option<Timestamp> {
    parse(text, DayOrder::MonthFirst)
}

/// Returns the moment a feed's text names, or none when it names none that exists or stands for none.
pub fn parse(text: &str, order: DayOrder) -> Option<Timestamp> {
    moment(without_comments(text).trim(), order).filter(|at| !is_placeholder(*at))
}

/// What a date's text says of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatedClock {
    /// A day, and no time.
    None,
    /// A time, and not in which zone.
    Local,
    /// A time so many minutes east of UTC.
    Zoned(i64),
}

/// Returns what a text that is read as a date says of the clock.
pub fn stated_clock(text: &str) -> StatedClock {
    let lower = without_comments(text).trim().to_lowercase();
    // Seconds may have a fraction.
    let seconds = lower
        .split_once('.')
        .map(|(whole, _)| whole)
        .filter(|whole| whole.len() >= 9);
    let counted = seconds.unwrap_or(&lower);
    if counted.bytes().all(|b| b.is_ascii_digit()) {
        return match counted.len() {
            4 | 8 => StatedClock::None,
            12 | 14 => StatedClock::Local,
            _ => StatedClock::Zoned(0),
        };
    }
    let tokens = tokens(&lower).unwrap_or_default();
    let Some(reading) = Reading::of(&tokens).filter(|reading| reading.time.is_some()) else {
        return StatedClock::None;
    };
    let seasonal = || {
        let at = parse_lenient(text)?;
        let offset = reading.seasonal_zone?.offset_from_utc_datetime(&at.naive_utc());
        Some(i64::from(offset.fix().local_minus_utc()) / 60)
    };
    reading
        .offset_minutes
        .or_else(seasonal)
        .map_or(StatedClock::Local, StatedClock::Zoned)
}

/// Whether a text that is read as a date counts something else besides: "12 comments · 3 May 2026".
pub fn counts_more(text: &str) -> bool {
    let lower = text.to_lowercase();
    let reading = tokens(&lower).and_then(|tokens| Reading::of(&tokens));
    reading.is_some_and(|reading| reading.counts_more())
}

/// Returns a date without what is said in brackets about its zone (RFC 5322, 3.2.2) but for a zone's short name, and without
/// the reading of a clock since the start of a program that Go prints behind it.
fn without_comments(text: &str) -> &str {
    let text = text.split(" m=").next().unwrap_or(text);
    match text.split_once('(') {
        Some((date, comment)) if comment.len() > ZONE_BYTES_MAX => date,
        _ => text,
    }
}

/// Whether a moment is what programs write where they have none: the beginning of their count, or seconds read as
/// milliseconds since then.
fn is_placeholder(at: Timestamp) -> bool {
    use chrono::Datelike;
    let day = at.date_naive();
    PLACEHOLDERS.contains(&(day.year(), day.month(), day.day())) || (day.year(), day.month()) == (1970, 1)
}

fn moment(text: &str, order: DayOrder) -> Option<Timestamp> {
    if text.is_empty() || text.len() > DATE_BYTES_MAX {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return digits_only(text);
    }
    if let Some((whole, fraction)) = text.split_once('.')
        && (9..=13).contains(&whole.len())
        && [whole, fraction]
            .iter()
            .all(|part| part.bytes().all(|b| b.is_ascii_digit()))
    {
        return digits_only(whole);
    }
    let lower = text.to_lowercase();
    let tokens = tokens(&lower)?;
    Reading::of(&tokens)?.moment(order)
}

/// Reads `20200612`, `20200612145400`, and seconds or milliseconds since 1970.
fn digits_only(text: &str) -> Option<Timestamp> {
    let number: i64 = text.parse().ok()?;
    let part = |from: usize, to: usize| text.get(from..to).and_then(|t| t.parse::<u32>().ok()).unwrap_or(0);
    let calendar = |hour, minute, second| {
        let day = NaiveDate::from_ymd_opt(part(0, 4).cast_signed(), part(4, 6), part(6, 8))?;
        Some(day.and_hms_opt(hour, minute, second)?.and_utc()).filter(|_| (1900..2200).contains(&part(0, 4)))
    };
    match text.len() {
        4 => NaiveDate::from_yo_opt(i32::try_from(number).ok()?, 1)
            .filter(|_| (1900..2200).contains(&number))
            .and_then(|day| day.and_hms_opt(0, 0, 0))
            .map(|t| t.and_utc()),
        8 => calendar(0, 0, 0),
        9..=11 => Timestamp::from_timestamp(number, 0),
        12 => calendar(part(8, 10), part(10, 12), 0).or_else(|| Timestamp::from_timestamp_millis(number)),
        13 => Timestamp::from_timestamp_millis(number),
        14 => calendar(part(8, 10), part(10, 12), part(12, 14)),
        16 => Timestamp::from_timestamp_micros(number),
        _ => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'a> {
    Number(&'a str),
    Word(&'a str),
    Sign(char),
}

/// Cuts a text into numbers, words and signs; blanks only part them, which a blank `Sign` records between numbers.
fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut found = Vec::with_capacity(12);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end_of = |test: fn(char) -> bool| rest.find(|c| !test(c)).unwrap_or(rest.len());
        let end = if first.is_ascii_digit() {
            let end = end_of(|c| c.is_ascii_digit());
            found.push(Token::Number(&rest[..end]));
            end
        } else if first.is_alphabetic() {
            let end = end_of(char::is_alphabetic);
            found.push(Token::Word(&rest[..end]));
            end
        } else if first.is_whitespace() {
            let end = end_of(char::is_whitespace);
            found.push(Token::Sign(' '));
            end
        } else {
            // Dashes of all lengths occur where a minus was meant.
            found.push(Token::Sign(if matches!(first, '\u{2010}'..='\u{2015}' | '\u{2212}') {
                '-'
            } else {
                first
            }));
            first.len_utf8()
        };
        if found.len() > TOKENS_MAX {
            return None;
        }
        rest = &rest[end..];
    }
    Some(found)
}

/// What was recognised so far, left to right.
#[derive(Debug, Default)]
struct Reading<'a> {
    /// Numbers outside the time, each with the sign before it.
    numbers: Vec<(char, &'a str)>,
    month: Option<u32>,
    /// How many numbers stood before the month.
    before_month: usize,
    /// How many numbers stood before the last sign that divides a line.
    divided_at: usize,
    /// The first number of the part of the line the month stands in.
    first_of_month: usize,
    week: Option<u32>,
    time: Option<(u32, u32, u32)>,
    nanos: u32,
    half: Option<Half>,
    offset_minutes: Option<i64>,
    seasonal_zone: Option<Tz>,
    /// A bare day of the year (`2020-164`) is possible only in the ISO form.
    is_iso: bool,
}

/// Whether a line goes on with words that are no part of a date.
fn goes_on(rest: &[Token<'_>]) -> bool {
    rest.iter()
        .any(|token| matches!(token, Token::Word(word) if months::month(word).is_none()))
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Half {
    Morning,
    Evening,
}

impl<'a> Reading<'a> {
    fn of(tokens: &[Token<'a>]) -> Option<Self> {
        let mut reading = Self::default();
        let mut at = 0;
        if let [Token::Number(year), Token::Sign('-'), ..] = tokens {
            reading.is_iso = year.len() == 4;
        }
        while at < tokens.len() {
            at += match tokens[at] {
                Token::Number(_) => reading.number(tokens, at)?,
                Token::Word(word) => reading.word(word, &tokens[at + 1..]),
                Token::Sign(sign @ ('+' | '-')) if reading.time.is_some() => reading.offset(sign, &tokens[at + 1..])?,
                Token::Sign('|' | '•' | '·') => {
                    reading.divided_at = reading.numbers.len();
                    1
                }
                Token::Sign(_) => 1,
            };
        }
        Some(reading)
    }

    /// Reads a number and, where it begins a time, the whole time. Returns how many tokens that took.
    fn number(&mut self, tokens: &[Token<'a>], at: usize) -> Option<usize> {
        let Token::Number(text) = tokens[at] else {
            return Some(1);
        };
        let after = &tokens[at + 1..];
        if self.time.is_none() {
            match after {
                [Token::Sign(':'), Token::Number(minute), ..] => return self.clock(text, minute, &after[2..], 3),
                // "8時30分", "14点30分", "9시30분"
                [Token::Word("時" | "时" | "點" | "点" | "시"), Token::Number(minute), ..] if minute.len() == 2 => {
                    return self.clock(text, minute, &after[2..], 3);
                }
                // "14h30", "14 h 30"
                [Token::Word("h" | "u"), Token::Number(minute), ..] if minute.len() == 2 => {
                    return self.clock(text, minute, &after[2..], 3);
                }
                [Token::Word("am" | "pm"), ..] | [Token::Sign(' '), Token::Word("am" | "pm"), ..]
                    if self.numbers.len() + usize::from(self.month.is_some()) >= 3 =>
                {
                    self.time = Some((text.parse().ok()?, 0, 0));
                    return Some(1);
                }
                _ => {}
            }
            // "20200612T1454", "2020-06-12T145400"
            if matches!(before(tokens, at), Some(Token::Word("t"))) && matches!(text.len(), 4 | 6) {
                let part = |from: usize| text.get(from..from + 2).map_or(Some(0), |t| t.parse().ok());
                self.time = Some((part(0)?, part(2)?, part(4)?));
                return Some(1 + self.fraction(after));
            }
            if matches!(before(tokens, at), Some(Token::Word("t"))) && text.len() == 2 {
                self.time = Some((text.parse().ok()?, 0, 0));
                return Some(1);
            }
        }
        let sign = match before(tokens, at) {
            Some(Token::Sign(sign)) => sign,
            _ => ' ',
        };
        self.numbers.push((sign, text));
        Some(1)
    }

    fn clock(&mut self, hour: &str, minute: &str, rest: &[Token<'a>], taken: usize) -> Option<usize> {
        let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
        let mut second = 0;
        let mut extra = 0;
        if let [Token::Sign(':' | '.'), Token::Number(text), ..] = rest
            && text.len() <= 2
        {
            second = text.parse().ok()?;
            extra = 2;
            extra += self.fraction(&rest[2..]);
        }
        self.time = Some((hour, minute, second));
        Some(taken + extra)
    }

    fn fraction(&mut self, rest: &[Token<'a>]) -> usize {
        match rest {
            [Token::Sign('.' | ',' | ':'), Token::Number(text), ..] => {
                let nine: String = text.chars().chain("000000000".chars()).take(9).collect();
                self.nanos = nine.parse().unwrap_or(0);
                2
            }
            _ => 0,
        }
    }

    /// Reads a word; returns how many tokens it took.
    fn word(&mut self, word: &'a str, rest: &[Token<'a>]) -> usize {
        // "a.m.", "p. m."
        if let ("a" | "p", [Token::Sign('.'), middle @ ..]) = (word, rest) {
            let blanks = usize::from(matches!(middle, [Token::Sign(' '), ..]));
            if let [Token::Word("m"), ..] = &middle[blanks..] {
                self.half = Some(if word == "a" { Half::Morning } else { Half::Evening });
                return 3 + blanks;
            }
        }
        match word {
            "am" | "오전" | "上午" | "午前" | "ص" | "صباحا" => self.half = Some(Half::Morning),
            "pm" | "오후" | "下午" | "午後" | "م" | "مساء" => self.half = Some(Half::Evening),
            "w" if self.is_iso => {
                if let [Token::Number(week), ..] = rest
                    && week.len() == 2
                {
                    self.week = week.parse().ok();
                    return 2;
                }
            }
            _ => {
                if let Some(month) = months::month(word).filter(|_| !self.has_day_and_year()) {
                    // "mar. 12 juin": a weekday may look like a month, the month follows.
                    self.month = Some(month);
                    self.before_month = self.numbers.len();
                    self.first_of_month = self.divided_at;
                } else if let Ok(found) = ZONES.binary_search_by_key(&word, |zone| zone.0)
                    && self.offset_minutes.is_none()
                    && self.time.is_some()
                {
                    self.offset_minutes = Some(ZONES[found].1);
                } else if let Some((_, zone)) = SEASONAL_ZONES.iter().find(|(name, _)| *name == word)
                    && self.time.is_some()
                    && (self.half.is_some() || !goes_on(rest))
                {
                    // Not the French "and" before what else happened.
                    self.seasonal_zone = Some(*zone);
                }
            }
        }
        1
    }

    /// Reads `+0200`, `+02:00`, `-5`; returns how many tokens it took.
    fn offset(&mut self, sign: char, rest: &[Token<'a>]) -> Option<usize> {
        let blanks = usize::from(matches!(rest, [Token::Sign(' '), ..]));
        let Some(Token::Number(text)) = rest.get(blanks) else {
            return Some(1);
        };
        let (minutes, taken) = match (text.len(), &rest[blanks + 1..]) {
            (1 | 2, [Token::Sign(':'), Token::Number(minutes), ..]) => {
                // Two digits each, as the number below has four at most: no sum of them can leave its type.
                let minutes = Some(minutes).filter(|minutes| minutes.len() <= 2)?;
                (text.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?, 4)
            }
            (1 | 2, _) => (text.parse::<i64>().ok()? * 60, 2),
            (3 | 4, _) => {
                let number = text.parse::<i64>().ok()?;
                (number / 100 * 60 + number % 100, 2)
            }
            // "Jun 12 14:54:00 -2020" is not an offset.
            _ => return Some(1),
        };
        if minutes > OFFSET_MINUTES_MAX {
            return None;
        }
        self.offset_minutes = Some(if sign == '-' { -minutes } else { minutes });
        Some(taken + blanks)
    }

    fn moment(&self, order: DayOrder) -> Option<Timestamp> {
        let day = self.day(order)?;
        let (mut hour, minute, second) = self.time.unwrap_or((0, 0, 0));
        match self.half {
            Some(Half::Evening) if hour < 12 => hour += 12,
            Some(Half::Morning) if hour == 12 => hour = 0,
            _ => {}
        }
        if hour > 24 || minute > 59 || second > 60 || hour == 24 && (minute, second) != (0, 0) {
            return None;
        }
        let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second.min(59));
        let local: NaiveDateTime = day
            .and_hms_opt(0, 0, 0)?
            .checked_add_signed(TimeDelta::seconds(seconds))?;
        let local = local.checked_add_signed(Duration::nanoseconds(i64::from(self.nanos)))?;
        let seasonal = || {
            let at = self.seasonal_zone?.from_local_datetime(&local).earliest()?;
            Some(i64::from(at.offset().fix().local_minus_utc()) / 60)
        };
        let offset_minutes = self.offset_minutes.or_else(seasonal).unwrap_or(0);
        Some(local.checked_sub_signed(TimeDelta::minutes(offset_minutes))?.and_utc())
    }

    /// Returns the numbers beside the month that are day and year: those around it, whatever else the line counts
    /// ("4 min read · May 12, 2026"). Four digits are the year.
    fn beside_month(&self) -> Option<(&'a str, &'a str)> {
        let number = |at: usize| self.numbers.get(at).map(|(_, text)| *text);
        let at = self.before_month;
        let back = |steps: usize| {
            at.checked_sub(steps)
                .filter(|at| *at >= self.first_of_month)
                .and_then(number)
        };
        let (earlier, before) = (back(2), back(1));
        let is_year = |text: &str| text.len() == 4;
        let is_day = |text: &str| text.len() <= 2;
        match (earlier, before, number(at), number(at + 1)) {
            (.., Some(day), Some(year)) if is_day(day) && is_year(year) => Some((day, year)),
            (_, Some(day), Some(year), _) if is_day(day) && is_year(year) => Some((day, year)),
            (_, Some(year), Some(day), _) if is_day(day) && is_year(year) => Some((day, year)),
            (Some(year), Some(day), ..) if is_day(day) && is_year(year) => Some((day, year)),
            _ => None,
        }
    }

    /// Whether the month known so far has its day and its year: another month in the line is that of another date.
    fn has_day_and_year(&self) -> bool {
        self.month.is_some() && self.beside_month().is_some()
    }

    /// Whether the text counts something besides the date.
    fn counts_more(&self) -> bool {
        if self.month.is_some() {
            return self.first_of_month > 0 || self.numbers.len() > 2;
        }
        // What begins with its year is a date, whatever follows it.
        self.numbers.len() > 3 && self.numbers.first().is_none_or(|(_, first)| first.len() != 4)
    }

    fn day(&self, order: DayOrder) -> Option<NaiveDate> {
        let number = |at: usize| self.numbers.get(at).map(|(_, text)| *text);
        if let Some(week) = self.week {
            let weekday = match number(1) {
                Some(text) => chrono::Weekday::try_from(text.parse::<u8>().ok()?.checked_sub(1)?).ok()?,
                None => chrono::Weekday::Mon,
            };
            return NaiveDate::from_isoywd_opt(number(0)?.parse().ok()?, week, weekday);
        }
        if let Some(month) = self.month {
            if let Some((day, year)) = self.beside_month() {
                return ymd(year, month, day);
            }
            return match (number(0)?, number(1)) {
                (year, None) if year.len() == 4 => ymd(year, month, "1"),
                (_, None) => None,
                (year, Some(day)) if year.len() == 4 => ymd(year, month, day),
                (day, Some(year)) => ymd(year, month, day),
            };
        }
        let (first, second) = (number(0)?, number(1));
        match (second, number(2)) {
            (None, _) if first.len() == 8 => digits_only(first).map(|t| t.date_naive()),
            (Some(ordinal), None) if first.len() == 4 && ordinal.len() == 3 => {
                NaiveDate::from_yo_opt(first.parse().ok()?, ordinal.parse().ok()?).filter(is_sane)
            }
            (Some(month), None) if first.len() == 4 => ymd(first, month.parse().ok()?, "1"),
            (Some(month), Some(day)) if first.len() == 4 => ymd(first, month.parse().ok()?, day),
            (Some(second), Some(year)) => {
                let (one, two): (u32, u32) = (first.parse().ok()?, second.parse().ok()?);
                let is_american = self.numbers[1].0 == '/' && order == DayOrder::MonthFirst;
                match (one, two) {
                    // "99-12-31"
                    (32.., _) => ymd(first, two, year),
                    (_, 13..) => ymd(year, one, second),
                    _ if is_american && one <= 12 => ymd(year, one, second),
                    _ => ymd(year, two, first),
                }
            }
            _ => None,
        }
    }
}

fn before<'a>(tokens: &[Token<'a>], at: usize) -> Option<Token<'a>> {
    at.checked_sub(1).map(|before| tokens[before])
}

/// Returns a day; years of two digits as in RFC 5322, of three counted from 1900.
fn ymd(year: &str, month: u32, day: &str) -> Option<NaiveDate> {
    let number: i32 = year.parse().ok()?;
    let year = match (year.len(), number) {
        (1 | 2, 0..50) => number + 2000,
        (1..=3, _) => number + 1900,
        _ => number,
    };
    NaiveDate::from_ymd_opt(year, month, day.parse().ok()?).filter(is_sane)
}

fn is_sane(day: &NaiveDate) -> bool {
    use chrono::Datelike;
    YEARS.contains(&day.year())
}

#[cfg(test)]
#[path = "date_tests.rs"]
mod tests;
