//! What people see, as typed values, a file a subject: a function asks the store and says what there is to show.
//!
//! Text, JSON and pages are laid out from the same values, so nothing here lays out or words. A value is written as JSON in
//! the order of its fields and under their names, as is a row of the store that is shown as it is.

mod error;
pub mod without_secrets;
pub mod revision_diff;
pub mod articles;
pub mod images;
pub mod search;
pub mod placement;
pub mod stories;
pub mod doubtful;
pub mod story_lines;
pub mod article_detail;
pub mod story_entries;
pub mod deadlines;
pub mod today;
pub mod topics;
pub mod quiet_topics;
pub mod backtest;
pub mod sources;
pub mod coverage;
pub mod digests;
pub mod lateness;
pub mod stats;
pub mod health;
pub mod check;

pub use error::{UnknownKind, ViewError};
