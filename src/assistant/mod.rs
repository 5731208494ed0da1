//! The assistant's door: tools of the Model Context Protocol that read what is stored, and nothing else.
//!
//! A tool lays out values of `views` as JSON. What always holds: an answer has [`answer::ANSWER_BYTES_MAX`] bytes at most, whatever is
//! stored, and a cursor where there is more; it says how much of what is followed was read; text from outside is marked as
//! such and holds no character that is not seen; nothing is written and nobody is asked. How messages come and go is not
//! known here: [`service::Assistant`] serves any transport.

mod error;
mod cursor;
pub mod answer;
mod text_part;
mod cited;
mod asked;
mod context;
pub mod tools;
pub mod service;
