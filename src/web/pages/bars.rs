//! Articles per day as bars, and the same in words.

use maud::{Markup, html};

use crate::digest::ChartBar;
use crate::digest::chart;

const WIDTH: usize = 16;
const GAP: usize = 4;
const HEIGHT: usize = 60;
/// Days there is room for at least: bars of a short story are no wider than those of a long one.
const DAYS_MIN: usize = 14;

/// Returns the bars of some days; nothing where there are none.
pub fn bars(days: &[ChartBar]) -> Markup {
    let [first, .., last] = days else { return html! {} };
    let width = days.len().max(DAYS_MIN) * (WIDTH + GAP);
    let total: usize = days.iter().map(|day| day.articles).sum();
    let label = format!(
        "{total} articles from {} to {}; the most on one day: {}",
        first.day.format("%-d %B"),
        last.day.format("%-d %B"),
        days.iter().map(|day| day.articles).max().unwrap_or(0)
    );
    html! {
        svg.chart viewBox=(format!("0 0 {width} {HEIGHT}")) preserveAspectRatio="none" role="img" aria-label=(label) {
            @for (at, day) in days.iter().enumerate() {
                @let height = chart::height(*day, days, HEIGHT);
                @let own = (height * (day.articles - day.copies)).checked_div(day.articles).unwrap_or(0);
                g {
                    title { (day.day.format("%A, %-d %B")) ": " (day.articles) }
                    rect.copies x=(at * (WIDTH + GAP)) y=(HEIGHT - height) width=(WIDTH) height=(height) {}
                    rect x=(at * (WIDTH + GAP)) y=(HEIGHT - own) width=(WIDTH) height=(own) {}
                }
            }
        }
        p.faint { (first.day.format("%-d %b")) " to " (last.day.format("%-d %b")) ", articles a day" }
    }
}
