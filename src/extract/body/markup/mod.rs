//! What single elements are: captions, numbers of lines, formulas, links of a heading to itself.
//!
//! The files stand in an order in which each imports only what stands before it.

pub mod figures;
pub mod line_numbers;
pub mod formulas;
pub mod permalinks;
