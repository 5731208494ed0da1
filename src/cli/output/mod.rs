//! The two outputs, what is written to them, and how.

pub mod print;
pub mod format;
pub mod json;
pub mod table;
pub mod limit;
pub mod progress;
