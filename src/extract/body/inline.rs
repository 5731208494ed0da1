//! Running text within a block: white space collapsed, as plain text and as escaped Markdown beside it.

use crate::text::markdown;

/// Text gathered so far.
#[derive(Debug, Default)]
pub struct InlineBuilder {
    text: String,
    markdown: String,
    chars: usize,
    link_chars: usize,
    strong_chars: usize,
    wants_space: bool,
    breaks: usize,
    /// What stands around the next character, outermost first.
    open: Vec<Span>,
    /// The marks that end where the Markdown ends, innermost first.
    closed: Vec<Closed>,
}

/// A mark or a link around text.
#[derive(Debug, Clone)]
struct Span {
    kind: SpanKind,
    /// Where what is within begins in the Markdown, once there is some.
    from: Option<usize>,
}

#[derive(Debug, Clone)]
enum SpanKind {
    Mark(&'static str),
    Link {
        target: Option<String>,
    },
    /// A mark within the same mark, or one that is not shown.
    Nothing,
}

#[derive(Debug)]
struct Closed {
    mark: &'static str,
    from: usize,
    content: String,
    end: usize,
}

/// The mark of code; what stands within is not escaped, and its fence is as long as that asks.
const CODE: &str = "`";

/// A finished piece of running text.
#[derive(Debug, Default)]
pub struct InlineText {
    pub text: String,
    pub markdown: String,
    pub chars: usize,
    pub link_chars: usize,
    pub is_strong: bool,
}

impl InlineBuilder {
    /// Parts what comes from what was.
    pub fn space(&mut self) {
        self.wants_space = true;
    }

    /// Begins a new line of code, if one is begun.
    pub fn code_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
            self.markdown.push('\n');
        }
    }

    /// Parts two things that stand in one line, unless a sign does so already.
    pub fn part(&mut self) {
        if self.text.ends_with(char::is_alphanumeric) {
            self.wants_space = false;
            self.character(';');
        }
        self.space();
    }

    /// Returns how long the Markdown is so far, in bytes.
    pub fn markdown_len(&self) -> usize {
        self.markdown.len()
    }

    /// Adds code. What is not seen on the page is no part of the plain text, unless that begins with it.
    pub fn code(&mut self, code: &str, is_seen: bool) {
        let (text, chars) = (self.text.len(), self.chars);
        self.open_mark(CODE);
        self.text(code, false);
        self.close();
        if !is_seen && text > 0 {
            self.text.truncate(text);
            self.chars = chars;
        }
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
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            if c.is_whitespace() {
                self.wants_space = true;
            } else if !matches!(c, '\u{200b}' | '\u{ad}') {
                self.character(c);
                let plain = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
                let (run, behind) = rest.split_at(plain);
                self.plain(run);
                rest = behind;
            }
        }
    }

    /// Adds letters and digits right behind a character: nothing begins, ends or is escaped among them.
    fn plain(&mut self, run: &str) {
        let chars = run.chars().count();
        if chars > 0 && !self.is_in(CODE) {
            markdown::settle_number(&mut self.markdown);
        }
        self.text.push_str(run);
        self.markdown.push_str(run);
        self.count(chars);
    }

    /// Counts characters that stand within what is open.
    fn count(&mut self, chars: usize) {
        let within = |is_it: fn(&SpanKind) -> bool| {
            let is_within = self.open.iter().any(|span| is_it(&span.kind));
            if is_within { chars } else { 0 }
        };
        self.link_chars += within(|kind| matches!(kind, SpanKind::Link { .. }));
        self.strong_chars += within(|kind| matches!(kind, SpanKind::Mark("**")));
        self.chars += chars;
    }

    fn character(&mut self, c: char) {
        if !self.text.is_empty() {
            if self.breaks > 0 {
                self.text.push('\n');
                // Code stands in one line: the next could begin with what is markup there.
                let is_within_code = self
                    .open
                    .iter()
                    .any(|s| s.from.is_some() && matches!(s.kind, SpanKind::Mark(CODE)));
                self.markdown.push_str(if is_within_code { " " } else { "  \n" });
            } else if self.wants_space {
                self.text.push(' ');
                self.markdown.push(' ');
            }
        }
        self.wants_space = false;
        self.breaks = 0;
        self.settle_closed(c);
        let is_code = self.is_in(CODE);
        if !is_code {
            // Before what opens here notes where it begins.
            markdown::settle_number(&mut self.markdown);
        }
        self.begin();
        if is_code {
            self.markdown.push(c);
        } else {
            if c == ';' {
                let begun = self.open.iter().filter_map(|span| span.from).max().unwrap_or(0);
                markdown::disarm_entity(&mut self.markdown, begun);
            }
            markdown::push(c, &mut self.markdown);
        }
        self.text.push(c);
        self.count(1);
    }

    fn is_in(&self, mark: &str) -> bool {
        self.open
            .iter()
            .any(|s| matches!(s.kind, SpanKind::Mark(own) if own == mark))
    }

    /// Takes back closed marks that would not count as such before `next`, or that go on.
    fn settle_closed(&mut self, next: char) {
        let closed = std::mem::take(&mut self.closed);
        let Some(outer) = closed.last().filter(|c| c.end == self.markdown.len()) else {
            return;
        };
        let opened = self
            .open
            .iter()
            .position(|span| span.from.is_none() && span.kind.is_shown());
        if let Some(at) = opened {
            // `**a****b**` is no mark that ends and one that begins.
            match &mut self.open[at] {
                Span {
                    kind: SpanKind::Mark(mark),
                    from,
                } if *mark == outer.mark => {
                    *from = Some(outer.from);
                    let (from, content) = (outer.from, outer.content.clone());
                    self.markdown.truncate(from);
                    self.markdown.push_str(&content);
                }
                _ => {}
            }
            for span in &mut self.open[at..] {
                if span.from.is_none() && matches!(span.kind, SpanKind::Mark(_)) {
                    span.kind = SpanKind::Nothing;
                }
            }
        } else if next.is_alphanumeric() && outer.mark != CODE {
            // Behind punctuation and before a word a mark closes nothing.
            let inner = closed.iter().position(|c| c.mark == CODE).map_or(0, |at| at + 1);
            let innermost = closed.get(inner).map_or("", |c| c.content.as_str());
            if !innermost.ends_with(char::is_alphanumeric) {
                for own in closed[inner..].iter().rev() {
                    self.markdown.truncate(own.from);
                    self.markdown.push_str(&own.content);
                }
            }
        }
    }

    /// Notes where the text of what was opened since the last character begins.
    fn begin(&mut self) {
        let mut is_code = false;
        for span in &mut self.open {
            // A link or emphasis within code would be shown as it is written.
            if span.from.is_none() && span.kind.is_shown() && !is_code {
                span.from = Some(self.markdown.len());
            }
            is_code |= matches!(span.kind, SpanKind::Mark(CODE));
        }
    }

    /// Opens emphasis, strength or code.
    pub fn open_mark(&mut self, mark: &'static str) {
        let kind = if self.is_in(mark) {
            SpanKind::Nothing
        } else {
            SpanKind::Mark(mark)
        };
        self.open.push(Span { kind, from: None });
    }

    /// Opens a link; without a target its text stands alone.
    pub fn open_link(&mut self, target: Option<String>) {
        let kind = SpanKind::Link { target };
        self.open.push(Span { kind, from: None });
    }

    /// Opens what leaves its text as it is.
    pub fn open_nothing(&mut self) {
        self.open.push(Span {
            kind: SpanKind::Nothing,
            from: None,
        });
    }

    /// Closes what was opened last.
    pub fn close(&mut self) {
        if let Some(span) = self.open.pop() {
            self.end(&span);
        }
    }

    /// Writes a mark or a link around its text.
    fn end(&mut self, span: &Span) {
        let Some(from) = span.from else { return };
        let end = self.markdown.len();
        let content = self.markdown.split_off(from);
        match &span.kind {
            SpanKind::Mark(CODE) if markdown::is_template(&content) => {
                markdown::push_line(&content, &mut self.markdown);
                return;
            }
            SpanKind::Mark(CODE) => {
                let ticks = content.split(|c| c != '`').map(str::len).max().unwrap_or(0);
                let fence = CODE.repeat(ticks + 1);
                let pad = if content.starts_with('`') || content.ends_with('`') {
                    " "
                } else {
                    ""
                };
                self.markdown.push_str(&format!("{fence}{pad}{content}{pad}{fence}"));
            }
            // Behind a word and before punctuation a mark opens nothing.
            SpanKind::Mark(_)
                if self.markdown.ends_with(char::is_alphanumeric) && !content.starts_with(char::is_alphanumeric) =>
            {
                self.markdown.push_str(&content);
                return;
            }
            SpanKind::Mark(mark) => self.markdown.push_str(&format!("{mark}{content}{mark}")),
            SpanKind::Link { target, .. } => {
                let is_first = self.open.iter().all(|outer| outer.from != Some(from));
                if self.markdown.ends_with('!') && is_first {
                    // `![` would make it a picture.
                    self.markdown.insert(from - 1, '\\');
                }
                let target = markdown::destination(target.as_deref().unwrap_or_default());
                self.markdown.push_str(&format!("[{content}]({target})"));
            }
            SpanKind::Nothing => self.markdown.push_str(&content),
        }
        if let SpanKind::Mark(mark) = span.kind {
            if self.closed.last().is_none_or(|inner| inner.end != end) {
                self.closed.clear();
            }
            self.closed.push(Closed {
                mark,
                from,
                content,
                end: self.markdown.len(),
            });
        } else {
            self.closed.clear();
        }
    }

    /// Ends the text here and returns it; links and marks still open go on behind it.
    pub fn take(&mut self) -> InlineText {
        let mut open = std::mem::take(&mut self.open);
        let mut again = Vec::with_capacity(open.len());
        while let Some(span) = open.pop() {
            // Those outside it are there while it is written.
            self.open = open;
            self.end(&span);
            open = std::mem::take(&mut self.open);
            again.push(Span {
                kind: span.kind,
                from: None,
            });
        }
        again.reverse();
        let done = InlineText {
            is_strong: self.strong_chars * 10 > self.chars * 8,
            chars: self.chars,
            link_chars: self.link_chars,
            text: std::mem::take(&mut self.text),
            markdown: std::mem::take(&mut self.markdown),
        };
        *self = Self {
            open: again,
            ..Self::default()
        };
        done
    }
}

impl SpanKind {
    fn is_shown(&self) -> bool {
        matches!(self, Self::Mark(_) | Self::Link { target: Some(_), .. })
    }
}

#[cfg(test)]
mod tests {
    use super::InlineBuilder;

    #[test]
    fn marks_hug_their_words_and_text_stays_text() {
        let mut inline = InlineBuilder::default();
        inline.text("One ", false);
        inline.open_mark("**");
        inline.text(" two_three ", false);
        inline.close();
        inline.text(" <b> 4*5", false);
        let done = inline.take();
        assert_eq!(done.text, "One two_three <b> 4*5");
        assert_eq!(done.markdown, "One **two\\_three** \\<b> 4\\*5");
    }

    #[test]
    fn a_link_over_two_blocks_is_two_links() {
        let mut inline = InlineBuilder::default();
        inline.open_link(Some("https://example.org/".to_owned()));
        inline.text("one", false);
        assert_eq!(inline.take().markdown, "[one](<https://example.org/>)");
        inline.text("two", false);
        inline.close();
        assert_eq!(inline.take().markdown, "[two](<https://example.org/>)");
    }

    #[test]
    fn a_number_at_the_start_makes_no_list() {
        let mut inline = InlineBuilder::default();
        inline.text("1984. A novel. - x", false);
        assert_eq!(inline.take().markdown, "1984\\. A novel. - x");
        for (pieces, expected) in [
            (["1.2", " tons"], "1.2 **tons**"),
            (["0.", "8"], "0.**8**"),
            (["0.", " 8"], "0\\. **8**"),
            (["3", ".5"], "3.5"),
            (["30.11.", "2026"], "30.11.**2026**"),
            (["4)", ""], "4\\)"),
        ] {
            inline.text(pieces[0], false);
            inline.open_mark("**");
            inline.text(pieces[1], false);
            inline.close();
            assert_eq!(inline.take().markdown, expected);
        }
    }
}
