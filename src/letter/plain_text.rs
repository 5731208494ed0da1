//! A plain text as HTML: paragraphs, lists, quotes, and addresses as links.
//!
//! Lines are joined to paragraphs, since most are broken for their length alone.

use crate::domain::url::web;
use crate::extract;
use crate::text::escape;

/// The number of an item has at most this many digits; years have more.
const ITEM_DIGITS_MAX: usize = 3;
/// Lines are seldom longer than this where they are broken for their length, in characters.
const WIDTH_MAX: usize = 72;

/// Returns plain text as HTML.
pub fn as_html(text: &str) -> String {
    let width = text.lines().map(|line| line.chars().count()).max().unwrap_or_default();
    let mut html = TextHtml {
        html: String::with_capacity(text.len() + text.len() / 8),
        width: width.min(WIDTH_MAX),
        ..TextHtml::default()
    };
    // Behind two dashes and a blank stands who wrote it (RFC 3676, 4.3); dashes alone part one text from the next.
    for line in text.lines().take_while(|line| *line != "-- ") {
        html.line(line.trim_end());
    }
    html.set_quote(false);
    html.close_list();
    html.html
}

#[derive(Default)]
struct TextHtml {
    html: String,
    /// How long its lines may be.
    width: usize,
    /// How long the line before is.
    before: usize,
    is_quote: bool,
    list: Option<ItemMark>,
    /// What the text stands in that is open.
    open: Option<&'static str>,
    /// A line that ends with an address ends what is said of it, unless the sentence goes on.
    ends_with_link: bool,
}

/// What an item begins with: a sign, or a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ItemMark {
    Sign,
    Number(u32),
}

impl TextHtml {
    fn line(&mut self, line: &str) {
        // Stores of mail put the first before a line that would begin a message there.
        let is_quote = line.trim_start().starts_with('>') && !line.starts_with(">From ");
        let line = match is_quote {
            // Quotes within quotes are one.
            true => line.trim_start_matches(['>', ' ', '\t']),
            false => line.strip_prefix('>').unwrap_or(line),
        };
        self.set_quote(is_quote);
        let (is_indented, line) = (line.starts_with([' ', '\t']), line.trim_start());
        if line.chars().all(|c| "-=_*~#".contains(c)) {
            self.close();
            if !line.is_empty() {
                self.close_list();
            }
        } else if let Some((mark, text)) = item(line).filter(|(mark, _)| self.may_begin(*mark)) {
            self.item(mark);
            self.text(text);
        } else {
            let goes_on = is_indented && self.open == Some("li");
            // Lines with a sign or a time before them stand for themselves.
            let is_own = !goes_on && line.starts_with(|c: char| matches!(c, '-' | '*') || c.is_ascii_digit());
            if is_own || (self.ends_with_link && !line.starts_with(char::is_lowercase)) {
                self.close();
            }
            if self.open.is_none() {
                self.close_list();
                self.html.push_str("<p>");
                self.open = Some("p");
            } else {
                let is_new_line = is_address(line) || self.was_ended(line);
                self.html.push_str(if is_new_line { "<br>" } else { "\n" });
            }
            self.text(line);
        }
        self.before = line.chars().count();
    }

    /// Whether the line before this one was ended though much of this one would have had its place there.
    fn was_ended(&self, line: &str) -> bool {
        let first = line.split(' ').next().unwrap_or_default().chars().count();
        !line.starts_with(char::is_lowercase) && (self.before + 1 + first) * 4 <= self.width * 3
    }

    /// Whether an item may begin with this mark: a number within a sentence ("on the\n12. December") begins none.
    fn may_begin(&self, mark: ItemMark) -> bool {
        match (mark, self.list) {
            (ItemMark::Sign | ItemMark::Number(1), _) => true,
            (ItemMark::Number(own), Some(ItemMark::Number(last))) if own == last + 1 => true,
            _ => self.open.is_none(),
        }
    }

    fn item(&mut self, mark: ItemMark) {
        self.close();
        let goes_on = match (mark, self.list) {
            (ItemMark::Number(own), Some(ItemMark::Number(last))) => own == last + 1,
            (own, Some(last)) => own == last,
            _ => false,
        };
        if !goes_on {
            self.close_list();
            match mark {
                ItemMark::Sign => self.html.push_str("<ul>\n"),
                ItemMark::Number(first) => self.html.push_str(&format!("<ol start=\"{first}\">\n")),
            }
        }
        self.list = Some(mark);
        self.html.push_str("<li>");
        self.open = Some("li");
    }

    fn set_quote(&mut self, is_quote: bool) {
        if !is_quote && !self.is_quote {
            return;
        }
        if is_quote != self.is_quote {
            self.close_list();
            self.html
                .push_str(if is_quote { "<blockquote>\n" } else { "</blockquote>\n" });
            self.is_quote = is_quote;
        }
    }

    fn close(&mut self) {
        if let Some(name) = self.open.take() {
            self.html.push_str(&format!("</{name}>\n"));
        }
        self.ends_with_link = false;
    }

    fn close_list(&mut self) {
        self.close();
        match self.list.take() {
            Some(ItemMark::Sign) => self.html.push_str("</ul>\n"),
            Some(ItemMark::Number(_)) => self.html.push_str("</ol>\n"),
            None => {}
        }
    }

    /// Adds a line, its addresses as links.
    fn text(&mut self, line: &str) {
        self.ends_with_link = false;
        for word in line.split_inclusive(char::is_whitespace) {
            let found = address(word);
            self.ends_with_link = found.is_some();
            let Some((start, address)) = found else {
                self.html.push_str(&escape(word));
                continue;
            };
            let (mut before, mut behind) = (&word[..start], &word[start + address.len()..]);
            // Angle brackets only say where an address ends (RFC 3986, appendix C).
            if let (Some(text), Some(rest)) = (before.strip_suffix('<'), behind.strip_prefix('>')) {
                (before, behind) = (text, rest);
            } else if let (Some(text), Some(rest)) = (before.strip_suffix("<URL:"), behind.strip_prefix('>')) {
                (before, behind) = (text, rest);
            }
            let shown = web(address).map_or_else(|| address.to_owned(), |url| extract::resolved(&url).into());
            self.html.push_str(&escape(before));
            self.html.push_str("<a href=\"");
            self.html.push_str(&escape(address));
            self.html.push_str("\">");
            self.html.push_str(&escape(&shown));
            self.html.push_str("</a>");
            self.html.push_str(&escape(behind));
        }
    }
}

/// Returns what a line begins with, if it is an item, and what stands behind that.
fn item(line: &str) -> Option<(ItemMark, &str)> {
    let first = line.chars().next()?;
    let behind = &line[first.len_utf8()..];
    match first {
        '•' | '·' | '◦' | '▪' | '●' => Some((ItemMark::Sign, behind.trim_start())),
        '-' | '*' | '–' => Some((ItemMark::Sign, behind.strip_prefix([' ', '\t'])?.trim_start())),
        _ => {
            let digits = line.bytes().take_while(u8::is_ascii_digit).count();
            let number = line[..digits].parse().ok().filter(|_| digits <= ITEM_DIGITS_MAX)?;
            let text = line[digits..].strip_prefix(['.', ')'])?.strip_prefix([' ', '\t'])?;
            Some((ItemMark::Number(number), text.trim_start()))
        }
    }
}

/// Returns where in a word an address of the web begins, and the address without the signs behind it.
fn address(word: &str) -> Option<(usize, &str)> {
    // An address may hold another: the first of them is meant.
    let start = [word.find("http://"), word.find("https://")]
        .into_iter()
        .flatten()
        .min()?;
    let is_behind = |c: char| c.is_whitespace() || ".,;:)]>\"'!?".contains(c);
    let mut address = word[start..].trim_end_matches(is_behind);
    // "…/wiki/Mole_(animal)" ends with its own bracket.
    let is_open = |address: &str| address.matches('(').count() > address.matches(')').count();
    if is_open(address) && word[start + address.len()..].starts_with(')') {
        address = &word[start..=start + address.len()];
    }
    Some((start, address))
}

/// Whether a line is nothing but an address.
fn is_address(line: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    let is_whole =
        |(start, address): (usize, &str)| letters(&line[..start]) == 0 && letters(&line[start + address.len()..]) == 0;
    !line.contains(char::is_whitespace) && address(line).is_some_and(is_whole)
}

#[cfg(test)]
mod tests {
    use super::as_html;
    use crate::extract::letter_of_html;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(letter_of_html(&as_html(text), "").markdown, expected, "{text}");
    }

    #[test]
    fn addresses_end_where_they_end() {
        let of = |word: &str| super::address(word).map(|(_, address)| address.to_owned());
        for (word, expected) in [
            ("(https://a.example/b).", "https://a.example/b"),
            (
                "https://a.example/wiki/Mole_(animal)",
                "https://a.example/wiki/Mole_(animal)",
            ),
            ("(https://a.example/Mole_(animal)),", "https://a.example/Mole_(animal)"),
            (
                "https://archive.example/http://a.example/x",
                "https://archive.example/http://a.example/x",
            ),
            ("<http://a.example>", "http://a.example"),
        ] {
            assert_eq!(of(word).as_deref(), Some(expected), "{word}");
        }
    }

    #[test]
    fn lists_are_lists() {
        check(
            "We need:\n\n - one\n - two\n   and more\n",
            "We need:\n\n- one\n- two and more",
        );
        check(
            "We need:\n* one\n* two\n\nNot that.",
            "We need:\n\n- one\n- two\n\nNot that.",
        );
        check("•one\n\n•two", "- one\n- two");
        check("1. one\n2) two\n3. three", "1. one\n2. two\n3. three");
        check("4. four\n\n5. five", "4. four\n5. five");
        check("It is on the\n12. of December.", "It is on the\n\n12\\. of December.");
        check("1.5 tons\n2024. That year.", "1.5 tons\n\n2024\\. That year.");
        check("*Please* answer\n-Mary", "\\*Please\\* answer\n\n\\-Mary");
    }

    #[test]
    fn quotes_are_quotes() {
        check(
            "Bob wrote:\n> I can speak\n> at night.\n>\n> Shall I?\n\nYes.",
            "Bob wrote:\n\n> I can speak at night.\n>\n> Shall I?\n\nYes.",
        );
        check("> > Deep\n> Less deep", "> Deep Less deep");
        check("> - one\n> - two\nNo.", "> - one\n> - two\n\nNo.");
        check(">From here on it is ours.", "From here on it is ours.");
        check("5 > 4, and x -> y", "5 > 4, and x -> y");
    }

    #[test]
    fn addresses_are_links() {
        check(
            "The draft:\n<https://docs.example.org/d/1a2b3c?usp=sharing>.",
            "The draft:  \n[https://docs.example.org/d/1a2b3c?usp=sharing](<https://docs.example.org/d/1a2b3c?usp=sharing>).",
        );
        check(
            "See <URL:https://a.example/b> and (https://a.example/c).",
            "See [https://a.example/b](<https://a.example/b>) and ([https://a.example/c](<https://a.example/c>)).",
        );
        check("a <b> c", "a \\<b> c");
    }

    #[test]
    fn lines_that_were_ended_stay_lines() {
        let long = "The agency proposes two more years for those who build enclosures at once.";
        check(
            &format!("Two more years\n{long}\nUntil next week,\nAda"),
            &format!("Two more years  \n{long} Until next week,  \nAda"),
        );
        check(
            "The ferry is\nlate again, as\nAda said.",
            "The ferry is late again, as Ada said.",
        );
    }
}
