//! The body as Markdown: what a page shows is what a renderer of it shows, and nothing of it runs.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options as Dialect, Parser, Tag};
use tidings::extract::{self, Fragment};
use url::Url;

fn read(html: &str) -> Fragment {
    let base = Url::parse("https://news.example/2026/06/12/page").unwrap();
    extract::fragment(html, Some(&base))
}

#[track_caller]
fn check(html: &str, expected: &str) {
    assert_eq!(read(html).markdown, expected, "{html}");
}

/// Returns every address a renderer finds, and what it takes for HTML.
fn rendered(markdown: &str) -> (Vec<String>, Vec<String>) {
    let (mut addresses, mut html) = (Vec::new(), Vec::new());
    for event in Parser::new_ext(markdown, Dialect::ENABLE_TABLES | Dialect::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                addresses.push(dest_url.into_string());
            }
            Event::Html(text) | Event::InlineHtml(text) => html.push(text.into_string()),
            _ => {}
        }
    }
    (addresses, html)
}

#[test]
fn links_lead_where_they_led_without_tracking() {
    check(
        "<p>See <a href='/a?utm_source=x&amp;id=3#part-2'>the report</a>.</p>",
        "See [the report](<https://news.example/a?id=3#part-2>).",
    );
    check(
        "<p>Wow!<a href=/a>this</a></p>",
        "Wow\\![this](<https://news.example/a>)",
    );
    check(
        "<p><b><a href=/a>strong link</a></b> and <a href=/b>a <i>b</i></a></p>",
        "**[strong link](<https://news.example/a>)** and [a *b*](<https://news.example/b>)",
    );
    check(
        "<p><a href='/a?x=1&amp;copy;=2'>entity</a></p>",
        "[entity](<https://news.example/a?x=1&amp;copy;=2>)",
    );
    for bad in [
        "javascript:alert(1)",
        " JaVa\tscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
    ] {
        check(&format!("<p>a <a href='{bad}'>link</a></p>"), "a link");
        check(&format!("<p>a</p><img alt=x src='{bad}'>"), "a");
    }
}

#[test]
fn pictures_keep_their_words_and_size() {
    check(
        "<img src=/a.jpg alt='The [old] hall' width=640 height=480px>",
        "![The \\[old\\] hall](<https://news.example/a.jpg> \"640x480\")",
    );
    check(
        "<img src=/a.jpg width='100%' height=480>",
        "![](<https://news.example/a.jpg>)",
    );
}

#[test]
fn marks_count_as_marks() {
    check("<p><b>one</b><b>two</b> three</p>", "**onetwo** three");
    check(
        "<p><b>one <strong>two</strong> three</b> four</p>",
        "**one two three** four",
    );
    // No renderer would take these for marks.
    check("<p><b>“So”</b>called, and<i>(so)</i></p>", "“So”called, and(so)");
    check("<p><b>Is it? </b><i>No.</i></p>", "**Is it?** *No.*");
}

#[test]
fn code_keeps_its_backticks() {
    check("<p>Run <code>a `b` | c</code> twice</p>", "Run ``a `b` | c`` twice");
    check("<p><code>`x</code></p>", "`` `x ``");
    // A line of its own could open a block of HTML.
    check("<p><code>a<br>&lt;script&gt;</code></p>", "`a <script>`");
    check("<p><code>see <a href=/x>x*y</a></code></p>", "`see x*y`");
    check(
        "<pre><code>let a = `b`;\n```\n  * c</code></pre>",
        "````\nlet a = `b`;\n```\n  * c\n````",
    );
}

#[test]
fn what_site_builders_look_for_is_text() {
    check(
        "<p>{{ page.title }} {% raw %} {{% x %}} {#c#} {.red} {{<b>x</b>}}</p>",
        "\\{\\{ page.title }} \\{&#37; raw %} \\{\\{&#37; x %}} \\{\\#c#} \\{.red} \\{\\{**x**}}",
    );
    check(
        "<p>%%hidden%% ==marked== #tag US$5-$7 $9</p>",
        "%&#37;hidden%&#37; =\\=marked=\\= \\#tag US\\$5-\\$7 $9",
    );
    // Code knows no escape.
    check(
        "<p>write <code>{{ x }}</code>, not <code>{ x }</code></p>",
        "write \\{\\{ x }}, not `{ x }`",
    );
    check(
        "<pre>on:\n  run: ${{ a }}\n\n  - b</pre>",
        "on:  \n\u{a0}\u{a0}run: $\\{\\{ a }}\n\n\u{a0}\u{a0}- b",
    );
    check(
        "<p><a href='/{{a}}?b={%c'>x</a></p>",
        "[x](<https://news.example/%7B%7Ba%7D%7D?b=%7B%c>)",
    );
}

#[test]
fn lists_nest_as_they_did() {
    check(
        "<ul><li>a<ul><li>b<ul><li>c</ul></ul><li>d</ul>",
        "- a\n   - b\n      - c\n- d",
    );
    check(
        "<ol start=9><li>a<li>b<ul><li>c</ul><li>d</ol>",
        "9. a\n10. b\n    - c\n11. d",
    );
    check("<ul><li>a<ol start=3><li>b</ol></ul>", "- a\n\n   3. b");
    // A list within lists and no item stands at the margin: further in it would be code.
    check("<ul><ul><ul><li>a<p>b</p></ul></ul></ul>", "- a\n\n   b");
    check(
        "<ul><li>a<ul><li>b<img src=/a.jpg><p>c</p></ul></ul>",
        "- a\n   - b\n\n![](<https://news.example/a.jpg>)\n\nc",
    );
}

#[test]
fn tables_and_quotes_keep_their_shape() {
    check(
        "<table><tr><th>Town<th>Vote<tr><td>A|B<td>41<td>more</table>",
        "| Town | Vote |  |\n| --- | --- | --- |\n| A\\|B | 41 | more |",
    );
    check(
        "<blockquote><p>one</p><p>two</p><ul><li>a<li>b</ul></blockquote><p>three</p>",
        "> one\n>\n> two\n>\n> - a\n> - b\n\nthree",
    );
    check("<p>a | b<br>:-- | --<br>| c</p>", "a | b  \n\\:-- | --  \n\\| c");
    check("<h2>About C #</h2>", "## About C \\#");
    check("<h2>#</h2>", "## \\#");
}

/// Text that would be markup, in a page that shows it as text.
fn words() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "word",
        "two",
        "“so”",
        "12.",
        "1)",
        "-",
        "+",
        "# ",
        "## x",
        ">",
        "*",
        "**",
        "_a_",
        "`",
        "``",
        "~~~",
        "~~x~~",
        "|",
        "|--|",
        ":-",
        "=",
        "===",
        "---",
        "[x](javascript:alert(1))",
        "![x](data:text/html,a)",
        "&lt;b onclick=x&gt;",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&lt;javascript:alert(1)&gt;",
        "&lt;https://a.example&gt;",
        "&amp;lt;b&amp;gt;",
        "&amp;#106;avascript:",
        "\\",
        "!",
        "{",
        "{{ x }}",
        "{%",
        "{{% x %}}",
        "{: .a}",
        "%%",
        "==",
        "$$",
        "[a]: javascript:x",
        "(",
        ")",
        "é",
        "日本",
        "\n",
        " ",
        " ",
        " ",
        "<br>",
    ]);
    prop::collection::vec(pieces, 1..6).prop_map(|pieces| pieces.concat())
}

fn html() -> impl Strategy<Value = String> {
    let address = prop::sample::select(vec![
        "/a",
        "https://b.example/?q=`<x>*[y](z)",
        "javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "#a",
        "/a>\\)(",
        "java&#10;script:alert(1)",
        "//c.example/x y",
    ]);
    let leaf = words();
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let inside = prop::collection::vec(inner, 1..4).prop_map(|parts| parts.concat());
        let tag = prop::sample::select(vec![
            "p",
            "b",
            "i",
            "strong",
            "em",
            "code",
            "h2",
            "ul",
            "ol",
            "li",
            "blockquote",
            "span",
            "div",
            "table",
            "td",
            "tr",
        ]);
        prop_oneof![
            4 => (tag, inside.clone()).prop_map(|(tag, inside)| format!("<{tag}>{inside}</{tag}>")),
            1 => (address.clone(), inside).prop_map(|(to, inside)| format!("<a href='{to}'>{inside}</a>")),
            1 => (address.clone(), words()).prop_map(|(to, alt)| format!("<img src='{to}' alt='{alt}'>")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_of_a_page_runs(html in html()) {
        let read = read(&html);
        let (addresses, markup) = rendered(&read.markdown);
        prop_assert!(markup.is_empty(), "{html}\n{}\n{markup:?}", read.markdown);
        let is_template = ["{{", "{%"].iter().any(|mark| read.markdown.contains(mark));
        prop_assert!(!is_template, "{html}\n{}", read.markdown);
        for address in addresses {
            prop_assert!(address.starts_with("https://"), "{html}\n{}\n{address}", read.markdown);
        }
    }

    #[test]
    fn what_a_renderer_shows_is_what_the_page_shows(words in prop::collection::vec(words(), 1..5)) {
        let read = read(&format!("<p>{}</p>", words.join(" ")));
        let shown = Parser::new_ext(&read.markdown, Dialect::ENABLE_TABLES | Dialect::ENABLE_STRIKETHROUGH);
        let shown: String = shown.map(|event| match event {
            Event::Text(text) | Event::Code(text) => text.into_string(),
            _ => String::new(),
        }).collect();
        let without_blanks = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(without_blanks(&shown), without_blanks(&read.text), "{}", read.markdown);
        let plain = tidings::document::plain::plain_text(&read.markdown);
        // A bar parts cells there.
        let without_bars = |text: &str| without_blanks(text).replace('|', "");
        prop_assert_eq!(without_bars(&plain), without_bars(&read.text), "{}", read.markdown);
    }
}
