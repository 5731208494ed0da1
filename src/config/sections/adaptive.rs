//! The `[adaptive]` table: the bounds of a learned rhythm.

use chrono::TimeDelta;

use crate::config::reading::raw::{File, Table};
use crate::config::reading::values::span;
use crate::decide::poll_schedule::PollLimits;

pub fn read(file: &mut File<'_>, root: &mut Table<'_>) -> PollLimits {
    let mut adaptive = PollLimits::default();
    let Some(mut table) = root.table(file, "adaptive") else {
        return adaptive;
    };
    let bounds = TimeDelta::seconds(1)..=TimeDelta::days(30);
    adaptive.min = span(file, &mut table, "min", bounds.clone()).unwrap_or(adaptive.min);
    adaptive.max = span(file, &mut table, "max", bounds).unwrap_or(adaptive.max);
    if adaptive.min > adaptive.max {
        file.wrong_table(&table, "min is longer than max; make min the shorter one");
    }
    table.close(file);
    adaptive
}
