//! Paths: home and state folders written short, and patterns for several files.
//!
//! `*` and `?` stand for characters of one path component. There is no `**` that descends and no other wildcard, so a
//! pattern looks only as deep as it is long. Hidden files match only a pattern that begins with a dot itself. The crates for
//! globs know more: they would take a `[` in the name of somebody's folder for a wildcard.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::{fs, io};

/// A pattern names at most this many paths.
const PATTERN_PATHS_MAX: usize = 100_000;

/// Returns the files a pattern names, sorted.
///
/// # Errors
/// A folder cannot be read, a path without wildcards does not exist, or the pattern names too many files.
pub fn expand_pattern(pattern: &Path) -> io::Result<Vec<PathBuf>> {
    if !is_pattern(pattern) {
        fs::metadata(pattern)?;
        return Ok(vec![pattern.to_owned()]);
    }
    let mut found = vec![PathBuf::new()];
    let mut is_below_wildcard = false;
    for component in pattern.components() {
        match component {
            Component::Normal(name) if has_wildcard(name) => {
                let mut next = Vec::new();
                for folder in &found {
                    match_in(folder, name, is_below_wildcard, &mut next)?;
                }
                found = next;
                is_below_wildcard = true;
            }
            other => found.iter_mut().for_each(|path| path.push(other)),
        }
    }
    found.retain(|path| path.is_file());
    found.sort();
    Ok(found)
}

/// Whether a path holds wildcards.
pub fn is_pattern(path: &Path) -> bool {
    path.components().any(|component| has_wildcard(component.as_os_str()))
}

fn has_wildcard(name: &OsStr) -> bool {
    name.as_encoded_bytes().iter().any(|byte| matches!(byte, b'*' | b'?'))
}

fn match_in(folder: &Path, name: &OsStr, may_be_missing: bool, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let shown = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let entries = match fs::read_dir(shown) {
        Ok(entries) => entries,
        // Below a wildcard, what is no folder simply does not match.
        Err(error) if may_be_missing && is_no_folder(&error) => return Ok(()),
        Err(error) => return Err(io::Error::new(error.kind(), format!("{}: {error}", shown.display()))),
    };
    let pattern: Vec<char> = name.to_string_lossy().chars().collect();
    for entry in entries {
        let entry = entry?.file_name();
        let text: Vec<char> = entry.to_string_lossy().chars().collect();
        let is_hidden = text.first() == Some(&'.') && pattern.first() != Some(&'.');
        if !is_hidden && matches(&pattern, &text) {
            if found.len() == PATTERN_PATHS_MAX {
                return Err(io::Error::other(format!(
                    "the pattern names more than {PATTERN_PATHS_MAX} paths"
                )));
            }
            found.push(folder.join(entry));
        }
    }
    Ok(())
}

fn is_no_folder(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Matches without recursion: on a mismatch the last `*` takes one character more.
fn matches(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    t = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// What short forms in paths stand for.
#[derive(Debug, Clone)]
pub struct Places {
    /// Folder of the file the path stands in.
    pub folder: PathBuf,
    pub home: Option<PathBuf>,
    /// What `{state_dir}` stands for; none while that itself is read.
    pub state_dir: Option<PathBuf>,
}

impl Places {
    /// Returns the path a text means: `~/` is the home folder, `{state_dir}` the state folder, and what is not
    /// absolute lies beside the configuration file.
    ///
    /// # Errors
    /// The text is empty, holds control characters or an unknown name in braces, or there is no home folder.
    pub fn expand(&self, text: &str) -> Result<PathBuf, String> {
        self.expand_but(text, &[])
    }

    /// Returns the path a text means, with these names in braces left as they are.
    ///
    /// # Errors
    /// As `expand`.
    pub fn expand_but(&self, text: &str, kept: &[&str]) -> Result<PathBuf, String> {
        if text.trim().is_empty() {
            return Err("the path is empty".to_owned());
        }
        if text.chars().any(char::is_control) {
            return Err("a path may not hold control characters".to_owned());
        }
        let text = match &self.state_dir {
            Some(state_dir) => text.replace("{state_dir}", &state_dir.to_string_lossy()),
            None if text.contains("{state_dir}") => {
                return Err("{state_dir} cannot be used to say where it is; write the path out".to_owned());
            }
            None => text.to_owned(),
        };
        let other = kept.iter().fold(text.clone(), |text, name| text.replace(name, ""));
        if let Some(name) = braced(&other) {
            let known = match kept {
                [] => "only {state_dir} is".to_owned(),
                kept => format!("{{state_dir}}, {} are", kept.join(", ")),
            };
            return Err(format!("{{{name}}} is not known here; {known}"));
        }
        if text == "~" || text.starts_with("~/") {
            let home = self
                .home
                .as_ref()
                .ok_or("there is no home folder here ($HOME is not set); write the path out")?;
            return Ok(home.join(text[1..].trim_start_matches('/')));
        }
        if text.starts_with('~') {
            return Err("only your own home folder can be written short; write \"~/…\" or the whole path".to_owned());
        }
        Ok(self.folder.join(text))
    }
}

fn braced(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('{')?;
    let (name, _) = rest.split_once('}')?;
    (!name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_match(pattern: &str, text: &str, expected: bool) {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(matches(&chars(pattern), &chars(text)), expected, "{pattern} {text}");
    }

    #[test]
    fn wildcards() {
        check_match("*.md", "a.md", true);
        check_match("*.md", ".md", true);
        check_match("*.md", "a.mdx", false);
        check_match("a*b*c", "aXbYbZc", true);
        check_match("a?c", "äbc", false);
        check_match("?bc", "äbc", true);
        check_match("**", "anything", true);
        check_match(&"*a".repeat(200), &"a".repeat(199), false);
    }

    #[test]
    fn patterns_find_files_in_order_and_no_deeper_than_they_say() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.md", "a.md", ".hidden.md", "c.txt", "x/1.md", "y/2.md", "y/deep/3.md"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let names = |pattern: &str| -> Vec<String> {
            let found = expand_pattern(&folder.path().join(pattern)).unwrap();
            found
                .iter()
                .map(|path| path.strip_prefix(folder.path()).unwrap().display().to_string())
                .collect()
        };
        assert_eq!(names("*.md"), ["a.md", "b.md"]);
        assert_eq!(names("*/*.md"), ["x/1.md", "y/2.md"]);
        assert_eq!(names("**/*.md"), ["x/1.md", "y/2.md"]);
        assert_eq!(names(".*.md"), [".hidden.md"]);
        assert_eq!(names("c.txt"), ["c.txt"]);
        assert_eq!(names("*.json"), [""; 0]);
        assert!(expand_pattern(&folder.path().join("none/*.md")).is_err());
        assert!(expand_pattern(&folder.path().join("none.md")).is_err());
    }

    #[track_caller]
    fn check_path(text: &str, expected: Result<&str, &str>) {
        let places = Places {
            folder: "/etc/tidings".into(),
            home: Some("/home/me".into()),
            state_dir: Some("/var/lib/tidings".into()),
        };
        match (places.expand(text), expected) {
            (Ok(path), Ok(shown)) => assert_eq!(path, Path::new(shown)),
            (Err(message), Err(part)) => assert!(message.contains(part), "{text}: {message}"),
            (found, expected) => panic!("{text}: {found:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn short_forms() {
        check_path("{state_dir}/news", Ok("/var/lib/tidings/news"));
        check_path("~/news", Ok("/home/me/news"));
        check_path("news", Ok("/etc/tidings/news"));
        check_path("/srv/news", Ok("/srv/news"));
        check_path("~you/news", Err("own home folder"));
        check_path("{stat_dir}/news", Err("{stat_dir} is not known here"));
        check_path(" ", Err("empty"));
    }
}
