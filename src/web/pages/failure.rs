//! What is not there, and what went wrong, in the clothes of every page and with a way on.

use maud::html;

use crate::views::ViewError;
use crate::web::answer::Answer;
use crate::web::desk::Desk;
use crate::web::layout::PageLayout;
use crate::web::routes::Route;

/// Returns the page for what cannot be shown.
pub fn of(desk: &Desk<'_>, error: &ViewError) -> Answer {
    match error {
        ViewError::Unknown { .. } | ViewError::NotFound(_) => page(desk, 404, "Not here", &error.to_string()),
        ViewError::Invalid(message) => page(desk, 400, "Not understood", message),
        ViewError::Store(error) => {
            tracing::error!("a page cannot be shown: {error}");
            page(desk, 503, "The store cannot be read", &error.to_string())
        }
    }
}

/// Returns a page that says why there is no other.
pub fn page(desk: &Desk<'_>, status: u16, title: &str, message: &str) -> Answer {
    let content = html! {
        h1 { (title) }
        p { (message) }
        p {
            "Go on with " a href=(desk.link(&Route::Today)) { "today" } ", "
            a href=(desk.link(&Route::Topics)) { "a topic" } " or the search above."
        }
    };
    Answer::page(status, PageLayout::new(title, content).render(desk))
}
