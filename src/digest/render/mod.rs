//! A digest as text, HTML, Markdown and data, and in short: what is said of each story is said once (`story_lines`), the forms
//! decide how it looks.

mod html_style;
mod item_budget;
mod story_lines;
mod html_parts;
mod html;
mod json;
mod markdown;
mod short_form;
mod text;

pub use html::to_html;
pub use json::to_json;
pub use markdown::to_markdown;
pub use short_form::{ShortMarkup, to_brief};
pub use text::to_text;
