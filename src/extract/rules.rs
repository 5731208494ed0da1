//! The rules by which a page's furniture is told from its article, by name: each can be turned off, for a second look at a
//! page that the first left with little, and to measure what its absence costs.

/// A rule, or a list of words that is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadingRule {
    /// What a style or an attribute hides is not there.
    Hidden,
    /// `nav`, `aside`, `footer` and `menu` are furniture.
    FurnitureElements,
    FurnitureRoles,
    FurnitureWords,
    FurniturePairs,
    CommentWords,
    DoubtfulWords,
    HidingWords,
    HiddenBoxes,
    ListingWords,
    StateNames,
    MarkedContainer,
    Climbing,
    Twins,
    BareSiblings,
    Lead,
    FigureCaptions,
    PictureNames,
    CaptionsAgain,
    Interruptions,
    EndingCredits,
    PictureBoxes,
    CaptionNames,
    FormBoxes,
    CardBoxes,
    LinkLists,
    LinkParagraphs,
    LabelledLinks,
    AboutLines,
    Repeated,
    ToldEnd,
    AboveHeadline,
    HeadPhrases,
    HeadDates,
    TailHeadings,
    LinkHeadings,
    TailLinks,
    AuthorLines,
    AuthorLives,
    Closings,
    OpenEnds,
    LastHeadings,
    SecondLook,
    ScriptTexts,
}

impl ReadingRule {
    pub const ALL: &'static [Self] = &[
        Self::Hidden,
        Self::FurnitureElements,
        Self::FurnitureRoles,
        Self::FurnitureWords,
        Self::FurniturePairs,
        Self::CommentWords,
        Self::DoubtfulWords,
        Self::HidingWords,
        Self::HiddenBoxes,
        Self::ListingWords,
        Self::StateNames,
        Self::MarkedContainer,
        Self::Climbing,
        Self::Twins,
        Self::BareSiblings,
        Self::Lead,
        Self::FigureCaptions,
        Self::PictureNames,
        Self::CaptionsAgain,
        Self::Interruptions,
        Self::EndingCredits,
        Self::PictureBoxes,
        Self::CaptionNames,
        Self::FormBoxes,
        Self::CardBoxes,
        Self::LinkLists,
        Self::LinkParagraphs,
        Self::LabelledLinks,
        Self::AboutLines,
        Self::Repeated,
        Self::ToldEnd,
        Self::AboveHeadline,
        Self::HeadPhrases,
        Self::HeadDates,
        Self::TailHeadings,
        Self::LinkHeadings,
        Self::TailLinks,
        Self::AuthorLines,
        Self::AuthorLives,
        Self::Closings,
        Self::OpenEnds,
        Self::LastHeadings,
        Self::SecondLook,
        Self::ScriptTexts,
    ];
}

/// Some of the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleSet(u64);

impl RuleSet {
    /// All rules.
    pub const ALL: Self = Self(u64::MAX);

    /// Returns these rules.
    pub const fn of(rules: &[ReadingRule]) -> Self {
        let (mut set, mut at) = (0, 0);
        while at < rules.len() {
            set |= 1 << rules[at] as u32;
            at += 1;
        }
        Self(set)
    }

    /// Returns those that are in both.
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Returns the rules without these.
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Adds a rule.
    pub fn insert(&mut self, rule: ReadingRule) {
        self.0 |= 1 << rule as u32;
    }

    /// Adds rules.
    pub fn extend(&mut self, others: Self) {
        self.0 |= others.0;
    }

    /// Whether a rule is one of these.
    pub const fn has(self, rule: ReadingRule) -> bool {
        self.0 & (1 << rule as u32) != 0
    }

    /// Whether one of these is among others.
    pub const fn meets(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }
}
