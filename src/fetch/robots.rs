//! robots.txt as RFC 9309 has it: which paths a host asks us to leave alone.
//!
//! Reading never fails: what is no rule is passed over. It fetches nothing and remembers nothing (`robots_cache.rs`
//! does). Patterns and paths are compared as ASCII in one normal form, and a match costs no more than the two are long,
//! whatever the stars.

use std::fmt::Write as _;

/// What we are called in robots.txt, in lower case.
const PRODUCT_TOKEN: &str = "tidings";

/// Part of a robots.txt that is read, in bytes; RFC 9309 asks for at least this much.
pub(super) const ROBOTS_BYTES_MAX: u64 = 500 * 1024;

/// Rules kept of one robots.txt.
const RULES_MAX: usize = 20_000;

/// The rules of one host for us.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Robots {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    allow: bool,
    /// What must follow each other in the path; a star stands between two parts.
    parts: Vec<String>,
    /// The path must end with the last part.
    is_anchored: bool,
    /// How much the pattern says, in bytes: the most specific rule wins.
    length: usize,
}

impl Robots {
    /// Returns the rules in a robots.txt that are for us: the groups that name us, else those for everyone.
    pub fn parse(bytes: &[u8]) -> Self {
        let bytes = within_bound(bytes);
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut groups = Groups::default();
        for line in bytes.split(|byte| matches!(byte, b'\n' | b'\r')) {
            groups.read(line);
        }
        Self {
            rules: groups.ours.unwrap_or(groups.everyones),
        }
    }

    /// Whether a path (with its query, as a URL has it) may be fetched. The longest matching pattern decides, and
    /// between two of one length the one that allows.
    pub fn allows(&self, path: &str) -> bool {
        let path = normal(path.as_bytes(), Literal::All);
        if path == "/robots.txt" {
            return true;
        }
        let best = self
            .rules
            .iter()
            .filter(|rule| rule.matches(&path))
            .max_by_key(|rule| (rule.length, rule.allow));
        best.is_none_or(|rule| rule.allow)
    }

    /// Returns the rules as a text that is kept: one a line, in the form they are compared in.
    pub(super) fn to_text(&self) -> String {
        let mut text = String::new();
        for rule in &self.rules {
            text.push_str(if rule.allow { "allow:" } else { "disallow:" });
            text.push_str(&rule.parts.join("*"));
            text.push_str(if rule.is_anchored { "$\n" } else { "\n" });
        }
        text
    }

    /// Returns the rules of a text that was kept.
    pub(super) fn from_text(text: &str) -> Self {
        let mut groups = Groups {
            is_everyones: true,
            ..Groups::default()
        };
        for line in text.lines() {
            groups.read(line.as_bytes());
        }
        Self {
            rules: groups.everyones,
        }
    }

    /// Returns about how much memory the rules take, in bytes.
    pub(super) fn weight(&self) -> usize {
        let part = |part: &String| size_of::<String>() + part.len();
        self.rules
            .iter()
            .map(|rule| size_of::<Rule>() + rule.parts.iter().map(part).sum::<usize>())
            .sum()
    }
}

/// Returns the part that is read: whole lines, since half a rule says more than was meant.
fn within_bound(bytes: &[u8]) -> &[u8] {
    let max = ROBOTS_BYTES_MAX as usize;
    if bytes.len() < max {
        return bytes;
    }
    let end = bytes[..max]
        .iter()
        .rposition(|byte| matches!(byte, b'\n' | b'\r'))
        .unwrap_or(0);
    &bytes[..end]
}

/// What has been read so far.
#[derive(Default)]
struct Groups {
    /// There once a group has named us, even one without rules.
    ours: Option<Vec<Rule>>,
    everyones: Vec<Rule>,
    /// Whom the group being read is for.
    is_ours: bool,
    is_everyones: bool,
    /// A rule has been read, so the next agent line opens a new group.
    has_rules: bool,
}

impl Groups {
    fn read(&mut self, line: &[u8]) {
        let line = line.split(|byte| *byte == b'#').next().unwrap_or_default();
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            return;
        };
        let (key, value) = (line[..colon].trim_ascii(), line[colon + 1..].trim_ascii());
        if ["user-agent", "useragent", "user agent"]
            .iter()
            .any(|name| key.eq_ignore_ascii_case(name.as_bytes()))
        {
            self.read_agent(value);
        } else if key.eq_ignore_ascii_case(b"allow") {
            self.read_rule(true, value);
        } else if key.eq_ignore_ascii_case(b"disallow") {
            self.read_rule(false, value);
        }
        // Sitemap and what else may stand there neither ends a group nor belongs to one.
    }

    fn read_agent(&mut self, value: &[u8]) {
        if self.has_rules {
            (self.is_ours, self.is_everyones, self.has_rules) = (false, false, false);
        }
        if value.first() == Some(&b'*') {
            self.is_everyones = true;
            return;
        }
        // "Tidings/1.0" and "Tidings (news reader)" mean the same product.
        let token = value
            .split(|byte| !(byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_')))
            .next();
        if token.is_some_and(|token| token.eq_ignore_ascii_case(PRODUCT_TOKEN.as_bytes())) {
            self.is_ours = true;
            self.ours.get_or_insert_default();
        }
    }

    fn read_rule(&mut self, allow: bool, value: &[u8]) {
        self.has_rules = true;
        // An empty pattern matches nothing.
        if value.is_empty() {
            return;
        }
        let rule = Rule::new(allow, value);
        if self.is_everyones && self.everyones.len() < RULES_MAX {
            self.everyones.push(rule.clone());
        }
        if self.is_ours
            && let Some(ours) = &mut self.ours
            && ours.len() < RULES_MAX
        {
            ours.push(rule);
        }
    }
}

impl Rule {
    fn new(allow: bool, value: &[u8]) -> Self {
        let (value, is_anchored) = match value.strip_suffix(b"$") {
            Some(start) => (start, true),
            None => (value, false),
        };
        // "Disallow: secret" is meant as "/secret"; read otherwise it would match nothing.
        let value = match value.first() {
            Some(b'/' | b'*') | None => value.to_vec(),
            Some(_) => [b"/", value].concat(),
        };
        let pattern = normal(&value, Literal::AllButStar);
        let parts = pattern.split('*').map(str::to_owned).collect();
        Self {
            allow,
            parts,
            is_anchored,
            length: pattern.len() + usize::from(is_anchored),
        }
    }

    fn matches(&self, path: &str) -> bool {
        let Some((first, others)) = self.parts.split_first() else {
            return false;
        };
        let Some(mut rest) = path.strip_prefix(first.as_str()) else {
            return false;
        };
        let Some((last, between)) = others.split_last() else {
            return !self.is_anchored || rest.is_empty();
        };
        // Taking each part where it first occurs leaves the most for those after it: no way back is ever needed.
        for part in between {
            let Some((_, after)) = rest.split_once(part.as_str()) else {
                return false;
            };
            rest = after;
        }
        if self.is_anchored {
            rest.ends_with(last.as_str())
        } else {
            rest.contains(last.as_str())
        }
    }
}

/// Which bytes of a text mean themselves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Literal {
    All,
    /// A pattern, in which a star stands for anything.
    AllButStar,
}

/// Returns a path or pattern as it is compared: only ASCII, unreserved characters plain, all else as `%XX`, and a
/// star or dollar that means itself too.
fn normal(text: &[u8], literal: Literal) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let decoded = match after {
            [high, low, tail @ ..] if byte == b'%' => hex(*high).zip(hex(*low)).map(|(h, l)| (h * 16 + l, tail)),
            _ => None,
        };
        match decoded {
            Some((value, tail)) => {
                rest = tail;
                match value.is_ascii_alphanumeric() || matches!(value, b'-' | b'.' | b'_' | b'~') {
                    true => out.push(char::from(value)),
                    false => push_encoded(&mut out, value),
                }
            }
            None if byte == b'*' && literal == Literal::AllButStar => out.push('*'),
            None if byte.is_ascii_graphic() && !matches!(byte, b'*' | b'$') => out.push(char::from(byte)),
            None => push_encoded(&mut out, byte),
        }
    }
    out
}

fn push_encoded(out: &mut String, byte: u8) {
    // Writing to memory does not fail.
    let _ = write!(out, "%{byte:02X}");
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[track_caller]
    fn check(robots: &str, path: &str, expected: bool) {
        assert_eq!(
            Robots::parse(robots.as_bytes()).allows(path),
            expected,
            "{path} in {robots:?}"
        );
    }

    /// What both we and the oracle must say: rules, path, allowed.
    const AGREED: &[(&str, &str, bool)] = &[
        ("", "/", true),
        ("User-agent: *\nDisallow: /", "/a", false),
        ("User-agent: *\nDisallow:", "/a", true),
        ("User-agent: *\nDisallow: /a", "/a", false),
        ("User-agent: *\nDisallow: /a", "/ab/c", false),
        ("User-agent: *\nDisallow: /a", "/b/a", true),
        ("User-agent: *\nDisallow: /a/", "/a", true),
        ("User-agent: other\nDisallow: /", "/a", true),
        (
            "User-agent: tidings\nDisallow: /x\n\nUser-agent: *\nDisallow: /",
            "/a",
            true,
        ),
        (
            "User-agent: tidings\nDisallow: /x\n\nUser-agent: *\nDisallow: /",
            "/x",
            false,
        ),
        ("USER-AGENT: TIDINGS\nDISALLOW: /x", "/x", false),
        ("User-agent: other\nUser-agent: tidings\nDisallow: /x", "/x", false),
        (
            "User-agent: tidings\nDisallow: /x\nUser-agent: other\nDisallow: /y",
            "/y",
            true,
        ),
        (
            "User-agent: tidings\nDisallow: /x\n\nUser-agent: tidings\nDisallow: /y",
            "/y",
            false,
        ),
        ("User-agent: *\nDisallow: /\nAllow: /open", "/open/a", true),
        ("User-agent: *\nAllow: /open\nDisallow: /", "/shut", false),
        ("User-agent: *\nDisallow: /open/shut\nAllow: /open", "/open/shut", false),
        ("User-agent: *\nDisallow: /same\nAllow: /same", "/same", true),
        ("User-agent: *\nDisallow: /*.gif$", "/a/b.gif", false),
        ("User-agent: *\nDisallow: /*.gif$", "/a/b.gif?x", true),
        ("User-agent: *\nDisallow: /a$", "/a", false),
        ("User-agent: *\nDisallow: /a$", "/ab", true),
        ("User-agent: *\nDisallow: /*/edit", "/wiki/page/edit", false),
        ("User-agent: *\nDisallow: /*?", "/a?b", false),
        ("User-agent: *\nDisallow: /*?", "/a", true),
        ("User-agent: *\nDisallow: /a*b*c", "/a-b-c", false),
        ("User-agent: *\nDisallow: /a*b*c", "/a-c-b", true),
        ("User-agent: *\nDisallow: /a # not /b", "/a", false),
        ("User-agent: *\r\nDisallow: /a\r\n", "/a", false),
        ("User-agent: *\n\nDisallow: /a", "/a", false),
        (
            "User-agent: *\nSitemap: https://a.example/s.xml\nDisallow: /a",
            "/a",
            false,
        ),
        ("User-agent: *\nDisallow: /caf%C3%A9", "/caf%C3%A9", false),
        ("\u{feff}User-agent: *\nDisallow: /a", "/a", false),
        ("User-agent: *\n  Disallow :  /a  ", "/a", false),
        ("no colon here\nUser-agent: *\nDisallow: /a", "/a", false),
    ];

    #[test]
    fn agreed_with_another_reader() {
        for (robots, path, expected) in AGREED {
            check(robots, path, *expected);
            let oracle = texting_robots::Robot::new(PRODUCT_TOKEN, robots.as_bytes()).unwrap();
            assert_eq!(
                oracle.allowed(&format!("https://a.example{path}")),
                *expected,
                "oracle: {path} in {robots:?}"
            );
        }
    }

    #[test]
    fn the_product_token_is_what_stands_before_a_version() {
        check("User-agent: Tidings/0.1 (news)\nDisallow: /a", "/a", false);
        check("User-agent: tidingsbot\nDisallow: /a", "/a", true);
        check("User-agent: tidings\n\nUser-agent: *\nDisallow: /a\n", "/a", false);
        check(
            "User-agent: tidings\nDisallow:\n\nUser-agent: *\nDisallow: /a\n",
            "/a",
            true,
        );
    }

    #[test]
    fn spellings_of_one_path_are_one() {
        check("User-agent: *\nDisallow: /café", "/caf%c3%a9", false);
        check("User-agent: *\nDisallow: /%7Ejo", "/~jo", false);
        check("User-agent: *\nDisallow: /a%2Fb", "/a/b", true);
        check("User-agent: *\nDisallow: /a%2fb", "/a%2Fb", false);
        check("User-agent: *\nDisallow: /price%24", "/price$", false);
        check("User-agent: *\nDisallow: /5%2A", "/5*", false);
        check("User-agent: *\nDisallow: /5%2A", "/55", true);
        check("User-agent: *\nDisallow: /a$b", "/a$b", false);
    }

    #[test]
    fn rules_outside_a_group_are_for_nobody() {
        check("# User-agent: *\nDisallow: /a", "/a", true);
        check("Disallow: /a", "/a", true);
    }

    #[test]
    fn stars_and_ends() {
        check("User-agent: *\nDisallow: *", "/a", false);
        check("User-agent: *\nDisallow: $", "/a", true);
        check("User-agent: *\nDisallow: /*a*a$", "/a", true);
        check("User-agent: *\nDisallow: /*a*a$", "/aa", false);
        check("User-agent: *\nDisallow: secret", "/secret/1", false);
        check("User-agent: *\nDisallow: /**x", "/x", false);
    }

    #[test]
    fn robots_txt_itself_is_always_allowed() {
        check("User-agent: *\nDisallow: /", "/robots.txt", true);
    }

    #[test]
    fn hostile_files_cost_little() {
        let pattern = format!("User-agent: *\n{}", "Disallow: /*a*a*a*a*a*a*a*ab\n".repeat(18_000));
        let robots = Robots::parse(pattern.as_bytes());
        assert!(robots.rules.len() <= RULES_MAX);
        assert!(robots.allows(&format!("/{}", "a".repeat(2000))));
        let robots = Robots::parse("user-agent:*\ndisallow:/\n".repeat(100_000).as_bytes());
        assert!(robots.rules.len() <= RULES_MAX);
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), path in "\\PC{0,40}") {
            let robots = Robots::parse(&bytes);
            robots.allows(&path);
            prop_assert_eq!(Robots::from_text(&robots.to_text()), robots);
        }

        #[test]
        fn what_is_kept_is_what_was_read(rules in proptest::collection::vec("(Dis)?allow: ?[/*$%#a-c2Aé ]{0,8}", 0..6)) {
            let robots = Robots::parse(format!("User-agent: *\n{}", rules.join("\n")).as_bytes());
            prop_assert_eq!(Robots::from_text(&robots.to_text()), robots);
        }

        #[test]
        fn simple_rules_agree_with_the_oracle(
            rules in proptest::collection::vec(("(Dis)?[Aa]llow", "/[ab/*]{0,6}\\$?"), 0..6),
            path in "/[ab/]{0,8}",
        ) {
            let text: String = rules.iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
            let text = format!("User-agent: *\n{text}");
            let oracle = texting_robots::Robot::new(PRODUCT_TOKEN, text.as_bytes()).unwrap();
            prop_assert_eq!(
                Robots::parse(text.as_bytes()).allows(&path),
                oracle.allowed(&format!("https://a.example{path}")),
                "{} in {:?}", path, text
            );
        }
    }
}
