//! A page as it is read: its bytes, its tree, its items, what its head says, the lines at its headline.
//!
//! The files stand in an order in which each imports only what stands before it.

pub mod text;
pub mod decode;
pub mod dom;
pub mod class_names;
pub mod elements;
pub mod items;
pub mod jsonld;
pub mod script_values;
pub mod script_text;
pub mod head_data;
pub mod redirect_stub;
pub mod headline_lines;
