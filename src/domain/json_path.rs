//! Where in a JSON text something stands, as the owner writes it.
//!
//! A path is names between dots. `name[]` is each value of a list, or the value itself where none is a list; `*` each value of a
//! list or an object; `**.name` each value that stands under the name, however deep. A path that begins with `^name` starts at
//! the enclosing object which stands under that name. `PATH ~ REGEX` keeps what the first group of the expression that takes part
//! in the match holds, and nothing where it does not match. A pattern is a path, or a text with paths in braces.

use regex::Regex;
use thiserror::Error;

/// The most steps of a path.
const STEPS_MAX: usize = 16;
/// The longest pattern, in bytes.
const PATTERN_BYTES_MAX: usize = 500;

/// What is wrong with a path.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PathError {
    #[error("is empty; write a path such as \"results[].title\"")]
    Empty,
    #[error("is too long; at most {PATTERN_BYTES_MAX} bytes and {STEPS_MAX} steps are possible")]
    TooLong,
    #[error("has nothing between two dots; write names with one dot between them, such as \"attributes.title\"")]
    EmptyStep,
    #[error("holds a bracket that is no []; write \"name[]\" for each value of a list")]
    Bracket,
    #[error(
        "holds a ** that leads to no name, or begins outside of its item; write for example \"data.**.item\", without ^"
    )]
    Descent,
    #[error("opens a brace that nothing closes; write for example \"https://example.org/{{id}}\"")]
    Brace,
    #[error("has no regular expression behind ~: {0}")]
    Expression(String),
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStep {
    Name(String),
    /// Each value of a list; what is none counts as a list of one.
    Each,
    /// Each value of a list or an object.
    Any,
    /// Each value under a name, however deep; what is found is not searched again.
    Below(String),
}

/// A path into JSON.
#[derive(Debug, Clone)]
pub struct JsonPath {
    /// The enclosing object it starts from, by the name that stands under; the item itself when absent.
    pub from: Option<String>,
    pub steps: Vec<PathStep>,
    /// What is kept of a text that is found.
    pub kept: Option<Regex>,
}

impl PartialEq for JsonPath {
    fn eq(&self, other: &Self) -> bool {
        let kept = |path: &Self| path.kept.as_ref().map(|kept| kept.as_str().to_owned());
        (&self.from, &self.steps, kept(self)) == (&other.from, &other.steps, kept(other))
    }
}

impl JsonPath {
    /// Reads a path.
    ///
    /// # Errors
    /// Says what is wrong with it, and how it is written.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        if text.len() > PATTERN_BYTES_MAX {
            return Err(PathError::TooLong);
        }
        let (text, kept) = match text.split_once(" ~ ") {
            Some((path, expression)) => {
                let read = Regex::new(expression.trim());
                let wrong = |error: regex::Error| {
                    // It draws the place on lines of its own; the last one says what is wrong.
                    let told = error.to_string();
                    let last = told.lines().last().unwrap_or_default();
                    PathError::Expression(last.trim_start_matches("error: ").to_owned())
                };
                (path, Some(read.map_err(wrong)?))
            }
            None => (text, None),
        };
        let text = text.trim();
        if text.is_empty() {
            return Err(PathError::Empty);
        }
        let (from, text) = match text
            .strip_prefix('^')
            .map(|rest| rest.split_once('.').unwrap_or((rest, "")))
        {
            Some((from, rest)) => (Some(from.to_owned()), rest),
            None => (None, text),
        };
        let mut steps = Vec::new();
        let mut parts = text.split('.').filter(|_| !text.is_empty());
        while let Some(mut part) = parts.next() {
            // What is around many items would be searched for each of them.
            let is_descent = part == "**";
            if is_descent {
                part = parts.next().filter(|_| from.is_none()).ok_or(PathError::Descent)?;
            }
            let name = part.trim_end_matches("[]");
            if name.contains(['[', ']']) {
                return Err(PathError::Bracket);
            }
            match name {
                "" if part.is_empty() => return Err(PathError::EmptyStep),
                "" | "*" if is_descent => return Err(PathError::Descent),
                "" => {}
                "*" => steps.push(PathStep::Any),
                "**" => return Err(PathError::Descent),
                name if is_descent => steps.push(PathStep::Below(name.to_owned())),
                name => steps.push(PathStep::Name(name.to_owned())),
            }
            let lists = (part.len() - name.len()) / 2;
            steps.extend(std::iter::repeat_n(PathStep::Each, lists));
        }
        if from.as_deref() == Some("") {
            return Err(PathError::EmptyStep);
        }
        if steps.len() > STEPS_MAX {
            return Err(PathError::TooLong);
        }
        Ok(Self { from, steps, kept })
    }
}

/// A path, or a text with paths in it.
#[derive(Debug, Clone, PartialEq)]
pub enum TextPattern {
    Path(JsonPath),
    /// Words and paths in turn.
    Text(Vec<PatternPiece>),
}

/// A piece of a text with paths in it.
#[derive(Debug, Clone, PartialEq)]
pub enum PatternPiece {
    Words(String),
    Path(JsonPath),
}

impl TextPattern {
    /// Reads a pattern. An expression behind ` ~ ` may hold braces, so it makes a path of the whole.
    ///
    /// # Errors
    /// Says what is wrong with it, and how it is written.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let is_path = text.split_once(" ~ ").map_or(text, |(path, _)| path);
        if !is_path.contains('{') {
            return JsonPath::parse(text).map(Self::Path);
        }
        if text.len() > PATTERN_BYTES_MAX {
            return Err(PathError::TooLong);
        }
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some((words, behind)) = rest.split_once('{') {
            let (path, behind) = behind.split_once('}').ok_or(PathError::Brace)?;
            pieces.push(PatternPiece::Words(words.to_owned()));
            pieces.push(PatternPiece::Path(JsonPath::parse(path)?));
            rest = behind;
        }
        pieces.push(PatternPiece::Words(rest.to_owned()));
        Ok(Self::Text(pieces))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, from: Option<&str>, steps: &str) {
        let path = JsonPath::parse(text).unwrap();
        let shown = path.steps.iter().map(|step| match step {
            PathStep::Name(name) => name.clone(),
            PathStep::Each => "[]".to_owned(),
            PathStep::Any => "*".to_owned(),
            PathStep::Below(name) => format!("**{name}"),
        });
        let shown: Vec<String> = shown.collect();
        assert_eq!(
            (path.from.as_deref(), shown.join(" ").as_str()),
            (from, steps),
            "{text}"
        );
    }

    #[test]
    fn forms() {
        check("title", None, "title");
        check("results[].title", None, "results [] title");
        check("attributes.comment-end date", None, "attributes comment-end date");
        check("[]", None, "[]");
        check("a.*.b", None, "a * b");
        check("a[][]", None, "a [] []");
        check("a[].**.b[].c", None, "a [] **b [] c");
        check("**.a.**.b", None, "**a **b");
        check("^departamento.nombre", Some("departamento"), "nombre");
        check("^departamento", Some("departamento"), "");
        check("packageId ~ ^BILLS-(\\d+[a-z]{1,7}\\d+)", None, "packageId");
    }

    #[test]
    fn mistakes_say_what_is_meant() {
        for (text, error) in [
            ("", PathError::Empty),
            ("a..b", PathError::EmptyStep),
            (".a", PathError::EmptyStep),
            ("^.a", PathError::EmptyStep),
            ("a[0]", PathError::Bracket),
            ("a[]b", PathError::Bracket),
            ("a.**", PathError::Descent),
            ("a.**[]", PathError::Descent),
            ("a.**.*", PathError::Descent),
            ("a.**.**", PathError::Descent),
            ("a.**..b", PathError::EmptyStep),
            ("^a.**.b", PathError::Descent),
            (&"a.".repeat(300), PathError::TooLong),
            (&["a"; 17].join("."), PathError::TooLong),
        ] {
            assert_eq!(JsonPath::parse(text).unwrap_err(), error, "{text}");
        }
        assert!(matches!(JsonPath::parse("a ~ ("), Err(PathError::Expression(_))));
        assert_eq!(TextPattern::parse("https://a.example/{id"), Err(PathError::Brace));
        assert_eq!(TextPattern::parse("{a..b}"), Err(PathError::EmptyStep));
    }

    #[test]
    fn a_pattern_is_a_path_or_a_text_with_some() {
        assert!(matches!(TextPattern::parse("a.b").unwrap(), TextPattern::Path(_)));
        assert!(matches!(
            TextPattern::parse("a ~ (x{2})").unwrap(),
            TextPattern::Path(_)
        ));
        let TextPattern::Text(pieces) = TextPattern::parse("{a} of {b.c}!").unwrap() else {
            panic!("it has braces");
        };
        assert_eq!(pieces.len(), 5);
    }
}
