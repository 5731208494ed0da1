//! A body as HTML: nothing in it runs, loads or is anything but text, structure and links to the web.
//!
//! What the body says in HTML is text. A picture is never loaded from where it lies: it is a link with its alternative text.
//! Headings keep their order and begin below the page's own, whatever numbers they bear.

use std::fmt::Write as _;

use maud::{Escaper, Markup, PreEscaped};
use pulldown_cmark::{Event, Options as Dialect, Parser, Tag, TagEnd};

use crate::text;

/// What a browser is told of an address outside.
const OUTSIDE: &str = "rel=\"noopener noreferrer external\"";
/// A picture that says nothing of itself.
const PICTURE: &str = "picture";
/// The deepest heading of HTML.
const HEADING_MAX: usize = 6;

/// Returns Markdown as HTML.
pub fn html(markdown: &str) -> Markup {
    let dialect = Dialect::ENABLE_TABLES | Dialect::ENABLE_STRIKETHROUGH;
    let clean = text::clean(markdown);
    let mut page = MarkdownPage::default();
    for event in Parser::new_ext(&clean, dialect) {
        page.take(event);
    }
    PreEscaped(page.out)
}

#[derive(Default)]
struct MarkdownPage {
    out: String,
    /// Links and pictures that are open: whether each is a link here, and where its content begins.
    links: Vec<(bool, usize, String)>,
    /// The numbers of the headings above, outermost first.
    headings: Vec<usize>,
    /// Where the cell began, and whether it heads its column.
    cell: usize,
    is_head: bool,
}

impl MarkdownPage {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => self.close(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.write(&text),
            Event::Code(text) => {
                self.out.push_str("<code>");
                self.write(&text);
                self.out.push_str("</code>");
            }
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str("<br>"),
            Event::Rule => self.out.push_str("<hr>"),
            // What the dialect does not know.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => self.write(&text),
            Event::TaskListMarker(_) => {}
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                let level = level as usize;
                self.headings
                    .truncate(self.headings.partition_point(|above| *above < level));
                self.headings.push(level);
                let _ = write!(self.out, "<h{}>", self.heading());
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.open_link(&dest_url),
            Tag::List(Some(first)) if first != 1 => {
                let _ = write!(self.out, "<ol start=\"{first}\">");
            }
            Tag::List(first) => self.out.push_str(if first.is_some() { "<ol>" } else { "<ul>" }),
            Tag::Table(_) => self
                .out
                .push_str("<div class=\"scroll\" role=\"region\" aria-label=\"Table\" tabindex=\"0\"><table>"),
            Tag::TableHead => {
                self.is_head = true;
                self.out.push_str("<thead><tr>");
            }
            Tag::TableCell => {
                self.out
                    .push_str(if self.is_head { "<th scope=\"col\">" } else { "<td>" });
                self.cell = self.out.len();
            }
            other => {
                if let Some(name) = name(other.to_end()) {
                    let _ = write!(self.out, "<{name}>");
                }
            }
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                let _ = writeln!(self.out, "</h{}>", self.heading());
            }
            TagEnd::Link => self.close_link(None),
            TagEnd::Image => self.close_link(Some(PICTURE)),
            TagEnd::List(is_ordered) => self.out.push_str(if is_ordered { "</ol>" } else { "</ul>" }),
            TagEnd::Table => self.out.push_str("</tbody></table></div>"),
            TagEnd::TableHead => {
                self.is_head = false;
                self.out.push_str("</tr></thead><tbody>");
            }
            TagEnd::TableCell if self.is_head && self.out.len() == self.cell => {
                // A heading that says nothing is none.
                self.out.truncate(self.cell - "<th scope=\"col\">".len());
                self.out.push_str("<td></td>");
            }
            TagEnd::TableCell => self.out.push_str(if self.is_head { "</th>" } else { "</td>" }),
            other => {
                if let Some(name) = name(other) {
                    let _ = writeln!(self.out, "</{name}>");
                }
            }
        }
    }

    fn heading(&self) -> usize {
        (self.headings.len() + 1).min(HEADING_MAX)
    }

    /// Begins a link, if a browser may follow it and none is open around it.
    fn open_link(&mut self, to: &str) {
        let is_web = to.starts_with("https://") || to.starts_with("http://");
        let is_link = is_web && self.links.iter().all(|(is_link, ..)| !is_link);
        if is_link {
            self.out.push_str("<a href=\"");
            self.write(to);
            let _ = write!(self.out, "\" {OUTSIDE}>");
        }
        self.links.push((is_link, self.out.len(), to.to_owned()));
    }

    /// Ends it; one that says nothing says where it leads, or what it is.
    fn close_link(&mut self, what: Option<&str>) {
        let Some((is_link, start, to)) = self.links.pop() else {
            return;
        };
        if self.out[start..].trim().is_empty() {
            self.write(what.unwrap_or(&to));
        }
        if is_link {
            self.out.push_str("</a>");
        }
    }

    fn write(&mut self, text: &str) {
        let _ = Escaper::new(&mut self.out).write_str(text);
    }
}

/// Returns the element that means the same, if it is one without further words.
fn name(tag: TagEnd) -> Option<&'static str> {
    Some(match tag {
        TagEnd::Paragraph | TagEnd::HtmlBlock => "p",
        TagEnd::BlockQuote(_) => "blockquote",
        TagEnd::CodeBlock => "pre",
        TagEnd::Item => "li",
        TagEnd::TableRow => "tr",
        TagEnd::Emphasis => "em",
        TagEnd::Strong => "strong",
        TagEnd::Strikethrough => "s",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(markdown: &str, expected: &str) {
        let shown = html(markdown).into_string().replace('\n', "");
        assert_eq!(shown, expected, "{markdown}");
    }

    const REL: &str = "rel=\"noopener noreferrer external\"";

    #[test]
    fn html_is_text() {
        check(
            "a <script>alert(1)</script> b",
            "<p>a &lt;script&gt;alert(1)&lt;/script&gt; b</p>",
        );
        check(
            "<div onclick=\"x\">\n<b>bold\n</div>",
            "<p>&lt;div onclick=&quot;x&quot;&gt;&lt;b&gt;bold&lt;/div&gt;</p>",
        );
        check("<style>*{}</style>", "<p>&lt;style&gt;*{}&lt;/style&gt;</p>");
        check("`<b>`", "<p><code>&lt;b&gt;</code></p>");
        check("```html\n<b>\n```", "<pre>&lt;b&gt;</pre>");
    }

    #[test]
    fn links_lead_to_the_web_or_are_text() {
        check(
            "[a](https://a.example/?x=1&y=\"2)",
            &format!("<p><a href=\"https://a.example/?x=1&amp;y=&quot;2\" {REL}>a</a></p>"),
        );
        check("[a](javascript:alert(1)) [b](/path)", "<p>a b</p>");
        check("[a](mailto:a@b.example)", "<p>a</p>");
        check(
            "[](http://a.example/)",
            &format!("<p><a href=\"http://a.example/\" {REL}>http://a.example/</a></p>"),
        );
    }

    #[test]
    fn pictures_are_links_with_their_text() {
        check(
            "![A <b>quay</b>](https://a.example/q.png)",
            &format!("<p><a href=\"https://a.example/q.png\" {REL}>A &lt;b&gt;quay&lt;/b&gt;</a></p>"),
        );
        check(
            "![](https://a.example/q.png)",
            &format!("<p><a href=\"https://a.example/q.png\" {REL}>picture</a></p>"),
        );
        check("![quay](data:image/png;base64,AAAA)", "<p>quay</p>");
        check(
            "[![](https://a.example/q.png)](https://a.example/)",
            &format!("<p><a href=\"https://a.example/\" {REL}>picture</a></p>"),
        );
    }

    #[test]
    fn headings_begin_below_the_page_and_leave_none_out() {
        check("# A\n\n## B\n\n# C", "<h2>A</h2><h3>B</h3><h2>C</h2>");
        check("### A\n\n###### B\n\n## C", "<h2>A</h2><h3>B</h3><h2>C</h2>");
    }

    #[test]
    fn tables_and_lists() {
        check(
            "| a | |\n|:-:|-|\n| b | <i> |",
            "<div class=\"scroll\" role=\"region\" aria-label=\"Table\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">a</th>\
             <td></td></tr></thead><tbody><tr><td>b</td><td>&lt;i&gt;</td></tr></tbody></table></div>",
        );
        check("3. a\n4. b", "<ol start=\"3\"><li>a</li><li>b</li></ol>");
        check(
            "> - *a* ~~b~~",
            "<blockquote><ul><li><em>a</em> <s>b</s></li></ul></blockquote>",
        );
        check("a\u{202e}b\u{7}", "<p>ab</p>");
    }

    proptest! {
        #[test]
        fn whatever_is_written_stays_text(markdown in "([a-c <>\"'&!\\[\\]()*_`|#\n-]|<script>|<img src=x onerror=y>|https://a/|javascript:){0,40}") {
            let shown = html(&markdown).into_string();
            let open = shown.split('<').skip(1).map(|part| part.split(['>', ' ']).next().unwrap_or_default());
            for name in open {
                let name = name.trim_start_matches('/');
                let is_known = ["a", "p", "blockquote", "pre", "li", "tr", "td", "th", "em", "strong", "s", "code", "br", "hr", "ul",
                    "ol", "div", "table", "thead", "tbody", "h2", "h3", "h4", "h5", "h6"].contains(&name);
                prop_assert!(is_known, "{} in {}", name, shown);
            }
            prop_assert_eq!(shown.matches("<a ").count(), shown.matches("</a>").count());
        }
    }
}
