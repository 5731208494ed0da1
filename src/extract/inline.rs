//! Running text within a block: white space collapsed, as plain text and as escaped Markdown beside it.

/// Text gathered so far.
#[derive(Debug, Default)]
pub struct Inline {
    text: String,
    markdown: String,
    chars: usize,
    link_chars: usize,
    fragment_chars: usize,
    strong_chars: usize,
    wants_space: bool,
    breaks: usize,
    /// Marks opened and not yet written: they go before the next character.
    waiting: Vec<&'static str>,
    /// Marks written and not yet closed.
    open: Vec<&'static str>,
    links: Vec<Link>,
}

#[derive(Debug)]
struct Link {
    target: Option<String>,
    is_fragment: bool,
    /// Where its text begins in the Markdown, once there is some.
    from: Option<usize>,
}

/// A finished piece of running text.
#[derive(Debug, Default)]
pub struct Done {
    pub text: String,
    pub markdown: String,
    pub chars: usize,
    pub link_chars: usize,
    pub fragment_chars: usize,
    pub is_strong: bool,
}

impl Inline {
    /// Parts what comes from what was.
    pub fn space(&mut self) {
        self.wants_space = true;
    }

    /// Adds a line break. Returns whether it ends the paragraph, being the second in a row.
    pub fn line_break(&mut self, keeps_space: bool) -> bool {
        if keeps_space {
            self.text.push('\n');
            self.markdown.push('\n');
            return false;
        }
        self.breaks += 1;
        self.breaks > 1
    }

    /// Adds text as it stands in the page.
    pub fn text(&mut self, text: &str, keeps_space: bool) {
        if keeps_space {
            self.text.push_str(text);
            self.markdown.push_str(text);
            self.chars += text.chars().filter(|c| !c.is_whitespace()).count();
            return;
        }
        for c in text.chars() {
            if c.is_whitespace() {
                self.wants_space = true;
            } else if !(c.is_control() || matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}')) {
                self.character(c);
            }
        }
    }

    fn character(&mut self, c: char) {
        if !self.text.is_empty() {
            if self.breaks > 0 {
                self.text.push('\n');
                self.markdown.push_str("  \n");
            } else if self.wants_space {
                self.text.push(' ');
                self.markdown.push(' ');
            }
        }
        self.wants_space = false;
        self.breaks = 0;
        if let Some(link) = self.links.last_mut()
            && link.from.is_none()
            && link.target.is_some()
        {
            self.markdown.push('[');
            link.from = Some(self.markdown.len());
        }
        for mark in self.waiting.drain(..) {
            self.markdown.push_str(mark);
            self.open.push(mark);
        }
        let is_code = self.open.contains(&"`");
        if c == ';' && !is_code {
            self.disarm_entity();
        }
        let at_line_start = self.markdown.is_empty() || self.markdown.ends_with('\n');
        if !is_code && needs_escape(c, at_line_start, &self.markdown) {
            self.markdown.push('\\');
        }
        self.text.push(c);
        self.markdown.push(if is_code && c == '`' { '\'' } else { c });
        self.chars += 1;
        self.link_chars += usize::from(!self.links.is_empty());
        self.fragment_chars += usize::from(self.links.iter().any(|link| link.is_fragment));
        self.strong_chars += usize::from(self.open.contains(&"**"));
    }

    /// Keeps `&amp;` in a text what it is: what is written there is five characters, not one.
    fn disarm_entity(&mut self) {
        if let Some(at) = self.markdown.rfind('&') {
            let name = &self.markdown[at + 1..];
            if !name.is_empty() && name.len() < 32 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#') {
                self.markdown.insert(at, '\\');
            }
        }
    }

    /// Opens emphasis, strength or code.
    pub fn open_mark(&mut self, mark: &'static str) {
        if !self.open.contains(&mark) && !self.waiting.contains(&mark) {
            self.waiting.push(mark);
        }
    }

    /// Closes what `open_mark` opened.
    pub fn close_mark(&mut self, mark: &'static str) {
        if let Some(at) = self.waiting.iter().position(|m| *m == mark) {
            self.waiting.remove(at);
        } else if self.open.contains(&mark) {
            // What was opened inside and not closed ends here too.
            while let Some(inner) = self.open.pop() {
                self.markdown.push_str(inner);
                if inner == mark {
                    break;
                }
            }
        }
    }

    /// Opens a link; without a target its text stands alone.
    pub fn open_link(&mut self, target: Option<String>, is_fragment: bool) {
        self.links.push(Link {
            target,
            is_fragment,
            from: None,
        });
    }

    /// Closes the innermost link.
    pub fn close_link(&mut self) {
        let Some(link) = self.links.pop() else { return };
        if let (Some(target), Some(_)) = (&link.target, link.from) {
            self.markdown.push_str("](<");
            self.markdown.push_str(&target.replace(['<', '>', '\n'], ""));
            self.markdown.push_str(">)");
        }
    }

    /// Ends the text here and returns it; links and marks still open go on behind it.
    pub fn take(&mut self) -> Done {
        let (links, open) = (std::mem::take(&mut self.links), std::mem::take(&mut self.open));
        for mark in open.iter().rev() {
            self.markdown.push_str(mark);
        }
        let mut again = Vec::new();
        for link in links.into_iter().rev() {
            if let (Some(target), Some(_)) = (&link.target, link.from) {
                self.markdown
                    .push_str(&format!("](<{}>)", target.replace(['<', '>', '\n'], "")));
            }
            again.insert(
                0,
                Link {
                    target: link.target,
                    is_fragment: link.is_fragment,
                    from: None,
                },
            );
        }
        let done = Done {
            is_strong: self.strong_chars * 10 > self.chars * 8,
            chars: self.chars,
            link_chars: self.link_chars,
            fragment_chars: self.fragment_chars,
            text: std::mem::take(&mut self.text),
            markdown: std::mem::take(&mut self.markdown),
        };
        let waiting = open.into_iter().chain(std::mem::take(&mut self.waiting)).collect();
        *self = Self {
            links: again,
            waiting,
            ..Self::default()
        };
        done
    }
}

fn needs_escape(c: char, at_line_start: bool, before: &str) -> bool {
    match c {
        '\\' | '`' | '*' | '_' | '[' | ']' | '<' => true,
        '~' => before.ends_with('~'),
        '#' | '+' | '-' | '=' | '>' => at_line_start,
        '.' | ')' => {
            let line = before.rsplit('\n').next().unwrap_or_default();
            !line.is_empty() && line.len() <= 9 && line.bytes().all(|b| b.is_ascii_digit())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Inline;

    #[test]
    fn marks_hug_their_words_and_text_stays_text() {
        let mut inline = Inline::default();
        inline.text("One ", false);
        inline.open_mark("**");
        inline.text(" two_three ", false);
        inline.close_mark("**");
        inline.text(" <b> 4*5", false);
        let done = inline.take();
        assert_eq!(done.text, "One two_three <b> 4*5");
        assert_eq!(done.markdown, "One **two\\_three** \\<b> 4\\*5");
    }

    #[test]
    fn a_link_over_two_blocks_is_two_links() {
        let mut inline = Inline::default();
        inline.open_link(Some("https://example.org/".to_owned()), false);
        inline.text("one", false);
        assert_eq!(inline.take().markdown, "[one](<https://example.org/>)");
        inline.text("two", false);
        inline.close_link();
        assert_eq!(inline.take().markdown, "[two](<https://example.org/>)");
    }

    #[test]
    fn a_number_at_the_start_makes_no_list() {
        let mut inline = Inline::default();
        inline.text("1984. A novel. - x", false);
        assert_eq!(inline.take().markdown, "1984\\. A novel. - x");
    }
}
