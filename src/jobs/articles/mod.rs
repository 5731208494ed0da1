//! Articles: the pages they stand on, and the step that reads and places one.

pub mod article_pages;
pub mod keep_images;
pub mod extract;
