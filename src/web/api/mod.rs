//! JSON for programs: the values that `--format json` writes, over HTTP.
//!
//! `endpoints` is the table of what can be asked: by it a request is checked, answered and described (`openapi`). Lists
//! come in pages, each item once whatever arrives meanwhile. What cannot be answered is a problem (RFC 9457).

mod problem;
mod parameters;
mod item_page;
mod endpoints;
mod openapi;

use problem::Problem;
use serde_json::Value;

use super::answer::{Answer, JSON};
use super::desk::Desk;
use crate::text;
use crate::views::ViewError;

/// Returns what an address below `/api/` gives.
pub fn answer(desk: &Desk<'_>, path: &str, query: &[(String, String)]) -> Answer {
    match found(desk, path, query) {
        Ok(mut value) => {
            text::clean_json(&mut value);
            Answer {
                is_of_the_moment: true,
                ..Answer::found(JSON, value.to_string())
            }
        }
        Err(problem) => problem.answer(),
    }
}

/// Returns why there is no answer.
pub fn failed(error: ViewError) -> Answer {
    Problem::from(error).answer()
}

/// Returns that whoever asks is no reader.
pub fn unknown_reader() -> Answer {
    Problem::unknown_reader().answer()
}

/// Returns that a fault of this program kept it from answering.
pub fn fault(title: &'static str, detail: &str) -> Answer {
    Problem::fault(title, detail).answer()
}

fn found(desk: &Desk<'_>, path: &str, query: &[(String, String)]) -> Result<Value, Problem> {
    if path == openapi::PATH {
        return Ok(openapi::document(desk));
    }
    let (endpoint, number) = endpoints::find(path)?;
    let asked = parameters::read(endpoint.parameters, query, number)?;
    (endpoint.make)(desk, &asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_told_of_faults_as_of_anything() {
        for (answer, status) in [
            (fault("A fault", "The log says more."), 500),
            (failed(ViewError::NotFound("gone".to_owned())), 404),
            (unknown_reader(), 401),
        ] {
            assert_eq!((answer.status, answer.media), (status, problem::MEDIA));
        }
    }
}
