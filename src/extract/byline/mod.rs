//! Who wrote an article: names in what a page declares and in what it shows.
//!
//! The files stand in an order in which each imports only what stands before it.

pub mod byline_names;
pub mod person_names;
pub mod visible_bylines;
pub mod authors;
