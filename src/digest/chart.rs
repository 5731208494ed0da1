//! Articles per day of a story over several days, as bars.
//!
//! Days are the reader's. Only the last `DAYS_MAX` are shown, and a story of one day has no chart.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use crate::domain::Timestamp;

use super::model::ChartBar;

/// Days a chart shows.
const DAYS_MAX: u64 = 14;
/// The bars of plain text, lowest first; the lowest stands for a day without articles.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Returns the articles per local day up to `now`, without gaps; empty where they fall on one day. Of each it is said
/// whether it is a copy.
pub fn days(published: impl Iterator<Item = (Timestamp, bool)>, now: Timestamp, zone: Tz) -> Vec<ChartBar> {
    let last: NaiveDate = now.with_timezone(&zone).date_naive();
    let Some(earliest) = last.checked_sub_days(Days::new(DAYS_MAX - 1)) else {
        return Vec::new();
    };
    let mut counts: BTreeMap<NaiveDate, (usize, usize)> = BTreeMap::new();
    for (at, is_copy) in published {
        let day = at.with_timezone(&zone).date_naive();
        if (earliest..=last).contains(&day) {
            let (articles, copies) = counts.entry(day).or_default();
            *articles += 1;
            *copies += usize::from(is_copy);
        }
    }
    let Some(first) = counts.keys().next().copied().filter(|_| counts.len() > 1) else {
        return Vec::new();
    };
    first
        .iter_days()
        .take_while(|day| *day <= last)
        .map(|day| bar(day, &counts))
        .collect()
}

fn bar(day: NaiveDate, counts: &BTreeMap<NaiveDate, (usize, usize)>) -> ChartBar {
    let (articles, copies) = counts.get(&day).copied().unwrap_or_default();
    ChartBar { day, articles, copies }
}

/// Returns how high a bar is, from 0 for none to `height` for the highest; a day with articles is never 0.
pub fn height(bar: ChartBar, chart: &[ChartBar], height: usize) -> usize {
    let highest = chart.iter().map(|bar| bar.articles).max().unwrap_or(0).max(1);
    (bar.articles * height).div_ceil(highest)
}

/// Returns the bars as a word of block characters.
pub fn blocks(chart: &[ChartBar]) -> String {
    chart
        .iter()
        .map(|bar| BLOCKS[height(*bar, chart, BLOCKS.len() - 1)])
        .collect()
}

/// Returns what follows a number of articles where copies are among them, as commands say it: ", 3 of them copies".
pub fn of_them_copies(copies: usize) -> String {
    match copies {
        0 => String::new(),
        1 => ", 1 of them a copy".to_owned(),
        copies => format!(", {copies} of them copies"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(hours_ago: &[i64], expected: &str) {
        let now: Timestamp = "2026-06-13T05:00:00Z".parse().unwrap();
        let published = hours_ago
            .iter()
            .map(|hours| (now - chrono::TimeDelta::hours(*hours), false));
        assert_eq!(
            blocks(&days(published, now, chrono_tz::Europe::Berlin)),
            expected,
            "{hours_ago:?}"
        );
    }

    #[test]
    fn bars_per_local_day() {
        check(&[1, 2, 3, 4, 30, 31, 50], "▃▅█");
        check(&[1, 60], "█▁▁█");
        check(&[1, 2, 3], "");
        check(&[], "");
        check(&[100_000, -500, 1], "");
    }
}
