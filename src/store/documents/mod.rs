//! Documents: what they are called, which are dirty, and what they are made of.

mod document_names;
pub(super) mod document_inputs;

pub use document_inputs::{DocumentArticle, RelatedArticle, StoryContext};
pub use document_names::{DirtyDocument, NamedDocument};
