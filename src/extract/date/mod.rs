//! When an article was published: what a page says of it, and which of its dates is believed.
//!
//! The files stand in an order in which each imports only what stands before it.

pub mod eras;
pub mod dates;
pub mod date_words;
pub mod time_zone;
pub mod date_evidence;
pub mod script_dates;
pub mod wiki_revisions;
pub mod visible_dates;
pub mod publication_date;
