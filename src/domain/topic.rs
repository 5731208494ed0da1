//! What the reader follows, and what was found to be about it.

use serde::{Deserialize, Serialize};

use super::StoryId;

/// Where the words of a `keywords` topic must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Where {
    /// In the title, or twice in the text.
    #[default]
    TitleOrTwice,
    Title,
    Lead,
    Text,
}

/// How a topic says what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Text in the topic query language.
    Query(String),
    /// Any of these as whole words.
    Keywords { any: Vec<String>, place: Where },
    /// Nothing matches by itself; the topic is only a parent.
    None,
}

impl Rule {
    /// Returns a query that finds what the rule finds, as nearly as a query can; nothing where nothing matches by itself.
    pub fn as_query(&self) -> Option<String> {
        match self {
            Self::Query(text) => Some(text.clone()),
            Self::Keywords { any, place } => {
                let field = match place {
                    Where::Title => "title:",
                    Where::TitleOrTwice | Where::Lead | Where::Text => "",
                };
                let words: Vec<String> = any
                    .iter()
                    .map(|word| format!("{field}\"{}\"", word.replace('"', "")))
                    .collect();
                Some(words.join(" OR "))
            }
            Self::None => None,
        }
    }
}

/// A followed topic. Topics are known by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Topic {
    pub name: String,
    /// Another topic's name, or just a label.
    pub parent: Option<String>,
    #[serde(skip)]
    pub rule: Rule,
    /// Whether words are found in all their forms.
    #[serde(skip)]
    pub stem: bool,
}

/// What a topic is known by where that is stored or hashed. Matches, prepared articles and documents of every database hang
/// on each byte of these keys, so they are written out and follow the name of no type, variant or field.
impl Topic {
    /// Returns what decides which articles match; with another one the archive is matched again.
    pub fn rule_key(&self) -> String {
        let forms = if self.stem { " in all forms" } else { "" };
        format!("{}{forms}", self.rule.key())
    }

    /// Returns what documents say of it; with another one they are looked at again.
    pub fn name_key(&self) -> String {
        format!("({}, {})", quoted(&self.name), self.parent_key())
    }

    /// Returns all there is to it; with another one its articles are prepared again.
    pub fn key(&self) -> String {
        // Named one by one, so that no new field is left out unseen.
        let Self {
            name,
            parent: _,
            rule,
            stem,
        } = self;
        let (name, parent, rule) = (quoted(name), self.parent_key(), rule.key());
        format!("Topic {{ name: {name}, parent: {parent}, rule: {rule}, stem: {stem} }}")
    }

    fn parent_key(&self) -> String {
        match &self.parent {
            Some(parent) => format!("Some({})", quoted(parent)),
            None => "None".to_owned(),
        }
    }
}

impl Rule {
    fn key(&self) -> String {
        match self {
            Self::Query(text) => format!("Query({})", quoted(text)),
            Self::Keywords { any, place } => {
                let any: Vec<String> = any.iter().map(|word| quoted(word)).collect();
                let place = match place {
                    Where::TitleOrTwice => "TitleOrTwice",
                    Where::Title => "Title",
                    Where::Lead => "Lead",
                    Where::Text => "Text",
                };
                format!("Keywords {{ any: [{}], place: {place} }}", any.join(", "))
            }
            Self::None => "None".to_owned(),
        }
    }
}

/// Returns a text in quotes, with quotes, backslashes and what one does not see escaped. What that is changes with Unicode:
/// should another version of Rust see a rare character differently, a topic that has it is matched once more, no worse.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '\'' => quoted.push(c),
            c => quoted.extend(c.escape_debug()),
        }
    }
    quoted + "\""
}

/// One piece of evidence for a match: what was looked for and where it stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The term as the topic wrote it.
    #[serde(skip)]
    pub term: String,
    /// `title`, `lead`, `body`, `source`, `domain` or `lang`.
    pub place: &'static str,
    pub count: u32,
}

/// An article found to be about a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Position of the topic in the list the matcher was compiled from.
    pub topic: usize,
    pub score: f32,
    pub reasons: Vec<Reason>,
}

/// Why the assigner placed an article where it did, as it was known then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reasoning {
    /// The story it was placed in; a merge or a split may have moved it since.
    pub story: StoryId,
    /// The article it has the text of.
    pub copy_of: Option<super::ArticleId>,
    /// The live story most like it, and its likeness; not sought for a copy.
    pub closest: Option<StoryId>,
    pub likeness: Option<f64>,
    /// Likeness at which it joins a story.
    pub threshold: f64,
    /// Words of its headline that stood in the headlines of the closest story.
    pub words: Vec<String>,
    /// The number of a document by which it belongs to its story, whatever the likeness says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<String>,
    /// It is that document, and the story's articles name it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_document: bool,
}

/// Where the assigner placed an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignment {
    Join(StoryId),
    Start(StoryId),
    /// The same text as an article already in this story.
    CopyOf(super::ArticleId, StoryId),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn topic(name: &str, parent: Option<&str>, rule: Rule, stem: bool) -> Topic {
        Topic {
            name: name.to_owned(),
            parent: parent.map(str::to_owned),
            rule,
            stem,
        }
    }

    fn keywords(any: &[&str], place: Where) -> Rule {
        Rule::Keywords {
            any: any.iter().map(|word| (*word).to_owned()).collect(),
            place,
        }
    }

    /// Databases hold these: none may ever read otherwise.
    #[test]
    fn rules_are_known_by_what_was_always_stored() {
        let check = |rule: Rule, stem, expected: &str| assert_eq!(topic("T", None, rule, stem).rule_key(), expected);
        check(Rule::None, false, "None");
        check(Rule::None, true, "None in all forms");
        let query = Rule::Query(r#""face scan" NOT title:it's"#.to_owned());
        check(query.clone(), false, r#"Query("\"face scan\" NOT title:it's")"#);
        check(query, true, r#"Query("\"face scan\" NOT title:it's") in all forms"#);
        for (place, expected) in [
            (Where::TitleOrTwice, r#"Keywords { any: ["a"], place: TitleOrTwice }"#),
            (Where::Title, r#"Keywords { any: ["a"], place: Title }"#),
            (Where::Lead, r#"Keywords { any: ["a"], place: Lead }"#),
            (Where::Text, r#"Keywords { any: ["a"], place: Text }"#),
        ] {
            check(keywords(&["a"], place), false, expected);
        }
        check(keywords(&[], Where::Text), false, "Keywords { any: [], place: Text }");
        let two = keywords(&["O'Neill\\quay", "Hafenbrücke"], Where::Title);
        let expected = r#"Keywords { any: ["O'Neill\\quay", "Hafenbrücke"], place: Title } in all forms"#;
        check(two, true, expected);
    }

    #[test]
    fn topics_are_known_by_all_there_is_to_them() {
        let scans = topic("Scans", None, Rule::Query("scan".to_owned()), false);
        let expected = r#"Topic { name: "Scans", parent: None, rule: Query("scan"), stem: false }"#;
        assert_eq!(scans.key(), expected);
        assert_eq!(scans.name_key(), r#"("Scans", None)"#);
        let ports = topic("Häfen", Some("\"Städte\""), keywords(&["port"], Where::Lead), true);
        let expected = r#"Topic { name: "Häfen", parent: Some("\"Städte\""), rule: Keywords { any: ["port"], place: Lead }, stem: true }"#;
        assert_eq!(ports.key(), expected);
        assert_eq!(ports.name_key(), r#"("Häfen", Some("\"Städte\""))"#);
    }

    #[test]
    fn texts_are_escaped_as_they_always_were() {
        for (text, expected) in [
            ("", r#""""#),
            ("it's \"so\"", r#""it's \"so\"""#),
            ("a\\b", r#""a\\b""#),
            ("\n\r\t\0", r#""\n\r\t\0""#),
            ("\u{1}\u{1b}\u{7f}\u{85}", r#""\u{1}\u{1b}\u{7f}\u{85}""#),
            ("Zürich Łódź Київ 東京 القدس 🚀", r#""Zürich Łódź Київ 東京 القدس 🚀""#),
            // Marks that are written onto the letter before them, and characters one does not see.
            ("e\u{301} हिन्दी ❤\u{fe0f}", r#""e\u{301} हिन\u{94d}दी ❤\u{fe0f}""#),
            (
                "\u{a0}\u{ad}\u{200b}\u{200d}\u{feff}",
                r#""\u{a0}\u{ad}\u{200b}\u{200d}\u{feff}""#,
            ),
            ("\u{e000}\u{10ffff}", r#""\u{e000}\u{10ffff}""#),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }

    proptest! {
        /// What was stored was made by the standard library, of any text.
        #[test]
        fn any_text_is_escaped_as_it_was(text in proptest::collection::vec(any::<char>(), 0..20)) {
            let text: String = text.into_iter().collect();
            prop_assert_eq!(quoted(&text), format!("{text:?}"));
        }
    }
}
