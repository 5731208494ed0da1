//! Pages that only send their reader on: by their head, or by a script where they say hardly anything.

use std::collections::BTreeSet;

use url::Url;

use super::head_data::HeadData;
use super::items::Page;
use crate::domain::url::is_same_site;

/// A page that only leads on says less than this, in characters.
const STUB_CHARS_MAX: usize = 250;
/// Scripts of a stub are no longer than this together, in bytes.
const SCRIPTS_BYTES_MAX: usize = 8_000;
/// How scripts send a reader on.
const MOVES: &[&str] = &["location.replace", "location.assign", "location.href", "location="];

/// Whether a page says hardly anything.
pub fn is_slight(page: &Page<'_>) -> bool {
    page.items.first().is_none_or(|all| all.chars < STUB_CHARS_MAX)
}

/// Returns where a page sends its reader on at once, within its own site.
pub fn leads_on(head_data: &HeadData<'_>, page: &Page<'_>, url: &Url, base: &Url) -> Option<Url> {
    match head_data.leads_on() {
        Some(to) => base.join(to).ok().filter(|to| is_elsewhere_on_site(to, url)),
        None => is_slight(page)
            .then(|| named_by_scripts(&head_data.scripts, url, base))
            .flatten(),
    }
}

/// Whether a page sends on every reader, and not only some of them: by its head, or by a script that does nothing else.
pub fn is_for_all(head_data: &HeadData<'_>) -> bool {
    head_data.leads_on().is_some() || head_data.scripts.iter().any(|script| is_bare_move(script))
}

fn is_bare_move(script: &str) -> bool {
    const BEFORE: [&str; 4] = ["location.replace(", "location.assign(", "location.href=", "location="];
    let dense: String = script.chars().filter(|c| !c.is_whitespace()).collect();
    let parts: Vec<&str> = dense.split(['"', '\'', '`']).collect();
    let [mut before, _, after] = parts[..] else {
        return false;
    };
    for object in ["window.", "document.", "self.", "top."] {
        before = before.strip_prefix(object).unwrap_or(before);
    }
    BEFORE.contains(&before) && matches!(after, "" | ";" | ")" | ");")
}

/// Returns the one address of the site that scripts which send a reader on name.
fn named_by_scripts(scripts: &[&str], url: &Url, base: &Url) -> Option<Url> {
    let text: usize = scripts.iter().map(|script| script.len()).sum();
    let moves = |script: &&str| {
        let dense: String = script.chars().filter(|c| !c.is_whitespace()).collect();
        MOVES.iter().any(|word| dense.contains(word))
    };
    if text > SCRIPTS_BYTES_MAX || !scripts.iter().any(moves) {
        return None;
    }
    let named = scripts.iter().flat_map(|script| literals(script));
    let named = named.filter_map(|address| base.join(&address).ok());
    let mut named: BTreeSet<Url> = named.filter(|to| is_elsewhere_on_site(to, url)).collect();
    named.pop_first().filter(|_| named.is_empty())
}

/// Returns what stands in quotes in a script and may be an address; a line break ends a quote.
fn literals(script: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in script.lines() {
        let mut rest = line;
        while let Some(at) = rest.find(['"', '\'', '`']) {
            let quote = rest.as_bytes()[at] as char;
            let before = rest[..at].trim_end();
            let Some(end) = rest[at + 1..].find(quote) else { break };
            let text = rest[at + 1..at + 1 + end].replace("\\/", "/");
            rest = &rest[at + end + 2..];
            let is_whole = ["/", "http://", "https://"].iter().any(|start| text.starts_with(start));
            let is_moved_to =
                before.ends_with('=') && before.contains("location") || before.ends_with("location.replace(");
            if (is_whole || is_moved_to) && !text.is_empty() && !text.contains(char::is_whitespace) {
                found.push(text);
            }
        }
    }
    found
}

fn is_elsewhere_on_site(to: &Url, url: &Url) -> bool {
    matches!(to.scheme(), "http" | "https") && to != url && is_same_site(to, url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::page::dom;

    #[test]
    fn scripts_lead_on() {
        let url = Url::parse("https://www.a.example/r/7").unwrap();
        for (script, expected) in [
            ("location.replace('/news/7')", Some("https://www.a.example/news/7")),
            (
                "window.location.href = \"https:\\/\\/a.example\\/news\\/7\";",
                Some("https://a.example/news/7"),
            ),
            ("window.location='next.html'", Some("https://www.a.example/r/next.html")),
            (
                "// don't\nvar to = \"/news/7\";\nsetTimeout(function () { document.location.assign(to) }, 10)",
                Some("https://www.a.example/news/7"),
            ),
            ("top.location.href = '/r/7'", None),
            ("location.replace('https://b.example/news/7')", None),
            ("location.href = test ? '/a' : '/b'", None),
            ("fetch('/count')", None),
            ("location.reload()", None),
        ] {
            let html = format!("<p>You are being taken to the report.</p><script>{script}</script>");
            let tree = dom::parse(&html, None);
            let to = leads_on(&HeadData::of(&tree), &Page::of(&tree), &url, &url);
            assert_eq!(to.as_ref().map(Url::as_str), expected, "{script}");
        }
        for (script, is_for_all) in [
            ("location.replace('/m')", true),
            (" window.location.href = \"/m?a=b\";\n", true),
            ("top.location='/m'", true),
            ("if (mobile) location.href='/m'", false),
            ("location.href = mobile ? '/m' : '/s/7'", false),
            ("menu.onclick = function () { location.assign('/m') }", false),
            ("mobile && location.replace('/m')", false),
            ("location.hash == '#m' && location.replace('/m')", false),
        ] {
            assert_eq!(is_bare_move(script), is_for_all, "{script}");
        }
        let html = format!(
            "<p>{}</p><script>location.replace('/news/7')</script>",
            "Text. ".repeat(60)
        );
        let tree = dom::parse(&html, None);
        assert_eq!(leads_on(&HeadData::of(&tree), &Page::of(&tree), &url, &url), None);
    }
}
