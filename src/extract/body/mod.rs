//! The article itself: the part of a page it is, its blocks, and what among them is not it.
//!
//! The files stand in an order in which each imports only what stands before it.

pub mod prose;
pub mod siblings;
pub mod content;
pub mod block;
pub mod phrases;
pub mod embeds;
pub mod inline;
pub mod markup;
pub mod blocks;
pub mod part_counts;
pub mod picture_boxes;
pub mod boxes;
pub mod markdown;
pub mod pruning;
pub mod boundary;
pub mod boilerplate;
pub mod pagination;
pub mod convincing;
