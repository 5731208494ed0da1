//! The words of the field as plain values.
//!
//! A **source** is something configured to be polled. A feed is a parsed RSS, Atom or JSON document and an
//! **entry** one item in it. An **article** is an entry we keep; a **document** is an article as Markdown with
//! front matter. A **topic** is what the reader follows and a **match** an article found to be about it. A
//! **story** is the articles about one event. A **digest** is the composed summary of a **window** of time.
//! A **lease** is a claim on a piece of work that ends by itself; **validators** are ETag and Last-Modified.
//!
//! Nothing here reads a clock, a file or the network.

pub mod named;
pub mod image;
pub mod article;
pub mod mail_address;
pub mod channel;
pub mod json_path;
pub mod record;
pub mod deadline;
pub mod feed;
pub mod health;
pub mod plural;
pub mod schedule;
pub mod secret;
pub mod source;
pub mod teasers;
pub mod topic;
pub mod mistyped_address;
pub mod url;

/// A moment in UTC.
pub type Timestamp = chrono::DateTime<chrono::Utc>;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// The store's number of a source.
    SourceId
}
id! {
    /// The store's number of an article.
    ArticleId
}
id! {
    /// The permanent number of a story.
    StoryId
}
id! {
    /// The store's number of a digest.
    DigestId
}
