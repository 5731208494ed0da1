//! Numbers by which documents are known (bills, dockets, acts, cases), in one canonical spelling that holds their scope.
//!
//! The same number of another Congress, year, state or court is another document, so what does not say its scope where it
//! stands is none. Nothing is looked up: a number that is well formed is found whether or not such a document exists. The
//! work is linear in the text, with bounded windows around each number; words of languages are in `lexicon/`.

mod words;
mod scan;
mod spelling;
mod states;
mod courts;
mod bill_years;
mod bills;
mod state_bills;
mod eu_acts;
mod dockets;
mod act_words;
mod links;
mod european;
mod lists;
mod patterns;
mod labels;
mod record;

use crate::domain::Timestamp;
use crate::domain::article::Article;
use crate::domain::named::named;
use crate::text::head;

pub use labels::label;
pub use record::of_record;
use scan::ScannedText;

/// Identifiers kept of one article.
pub const IDENTIFIERS_MAX: usize = 40;
/// Bytes of a text that are read.
const TEXT_BYTES_MAX: usize = 1_000_000;

/// What kind of number it is. The names are what stands before the value where one is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdentifierKind {
    Bill,
    StateBill,
    EuAct,
    EuProcedure,
    Rin,
    Docket,
    FederalRegister,
    Gazette,
    EuCase,
    UsCase,
    CourtDocket,
    GermanCase,
    UkCase,
    Ecli,
}

named!(
    IdentifierKind,
    Bill = "bill",
    StateBill = "state-bill",
    EuAct = "celex",
    EuProcedure = "procedure",
    Rin = "rin",
    Docket = "docket",
    FederalRegister = "fr",
    Gazette = "gazette",
    EuCase = "eu-case",
    UsCase = "us-case",
    CourtDocket = "courtlistener",
    GermanCase = "de-case",
    UkCase = "uk-case",
    Ecli = "ecli"
);

/// A number in its canonical spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identifier {
    pub kind: IdentifierKind,
    pub value: String,
}

impl Identifier {
    /// Returns the number of a kind.
    pub fn new(kind: IdentifierKind, value: impl Into<String>) -> Self {
        Self {
            kind,
            value: value.into(),
        }
    }

    /// Returns it as it is stored: its kind, a colon, its value.
    pub fn key(&self) -> String {
        format!("{}:{}", self.kind.as_str(), self.value)
    }
}

/// What an article names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamedIdentifiers {
    pub all: Vec<Identifier>,
    /// Those that say which one document it is about; empty for an overview.
    pub subject: Vec<Identifier>,
}

/// Returns what a text published then names, each once, in its order.
pub fn find(text: &str, published_at: Timestamp) -> Vec<Identifier> {
    let found = patterns::find(&ScannedText::new("", text), "", published_at);
    found.into_iter().map(|(_, identifier)| identifier).collect()
}

/// Returns what an article names.
pub fn named_by(article: &Article) -> NamedIdentifiers {
    let text = match article.body_text.is_empty() {
        true => &article.excerpt,
        false => &article.body_text,
    };
    of_article(&article.title, text, &article.body_markdown, article.published_at)
}

/// Returns what an article names in its headline, its text, and the links of its Markdown.
pub fn of_article(title: &str, text: &str, markdown: &str, published_at: Timestamp) -> NamedIdentifiers {
    let scanned = ScannedText::new(title, head(text, TEXT_BYTES_MAX));
    let found = patterns::find(&scanned, head(markdown, TEXT_BYTES_MAX), published_at);
    let in_title = found.iter().filter(|(at, _)| *at < scanned.title_end);
    let in_title: Vec<Identifier> = in_title.map(|(_, identifier)| identifier.clone()).collect();
    let all: Vec<Identifier> = found.into_iter().map(|(_, identifier)| identifier).collect();
    let told = if in_title.is_empty() { &all } else { &in_title };
    let subject = if is_one_document(told) {
        told.clone()
    } else {
        Vec::new()
    };
    NamedIdentifiers { all, subject }
}

/// Kinds of numbers that one document has side by side: a rule has a docket and a RIN, an act its procedure, a judgment its ECLI.
const SIDE_BY_SIDE: [(IdentifierKind, IdentifierKind); 7] = [
    (IdentifierKind::EuAct, IdentifierKind::EuProcedure),
    (IdentifierKind::Rin, IdentifierKind::Docket),
    (IdentifierKind::Rin, IdentifierKind::FederalRegister),
    (IdentifierKind::Docket, IdentifierKind::FederalRegister),
    (IdentifierKind::EuCase, IdentifierKind::Ecli),
    (IdentifierKind::GermanCase, IdentifierKind::Ecli),
    (IdentifierKind::UsCase, IdentifierKind::CourtDocket),
];

/// Whether these can be the numbers of one document.
fn is_one_document(told: &[Identifier]) -> bool {
    let goes_with = |one: IdentifierKind, other: IdentifierKind| {
        let is_pair = |pair: &(IdentifierKind, IdentifierKind)| *pair == (one, other) || *pair == (other, one);
        SIDE_BY_SIDE.iter().any(is_pair)
    };
    let mut each = told.iter().enumerate();
    each.all(|(at, one)| told[..at].iter().all(|other| goes_with(one.kind, other.kind)))
}

#[cfg(test)]
mod tests;
