//! Kept pictures: of articles, and icons of publishers.

mod kept_images;
mod stray_images;
