//! Writing OPML 2.0.

use std::fmt::Write as _;

use super::Subscription;
use crate::feed::char_refs;

/// Returns OPML 2.0 of these feeds, in their order, those of one folder together.
pub fn render(title: &str, subscriptions: &[Subscription]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n");
    let _ = writeln!(out, "    <title>{}</title>\n  </head>\n  <body>", escaped(title));
    let mut root = Folder::default();
    for subscription in subscriptions {
        let mut folder = &mut root;
        for name in &subscription.folders {
            let at = folder.folders.iter().position(|(own, _)| own == name);
            let at = at.unwrap_or_else(|| {
                folder.folders.push((name, Folder::default()));
                folder.folders.len() - 1
            });
            folder = &mut folder.folders[at].1;
        }
        folder.feeds.push(subscription);
    }
    root.write(&mut out, 2);
    out.push_str("  </body>\n</opml>\n");
    out
}

#[derive(Default)]
struct Folder<'a> {
    feeds: Vec<&'a Subscription>,
    folders: Vec<(&'a str, Folder<'a>)>,
}

impl Folder<'_> {
    /// Folders nest no deeper than a configuration names them.
    fn write(&self, out: &mut String, depth: usize) {
        let indent = "  ".repeat(depth);
        for feed in &self.feeds {
            let title = escaped(feed.title.as_deref().unwrap_or(&feed.feed));
            let _ = write!(out, "{indent}<outline type=\"rss\" text=\"{title}\" title=\"{title}\"");
            let _ = write!(out, " xmlUrl=\"{}\"", escaped(&feed.feed));
            if let Some(site) = &feed.site {
                let _ = write!(out, " htmlUrl=\"{}\"", escaped(site));
            }
            out.push_str("/>\n");
        }
        for (name, folder) in &self.folders {
            let name = escaped(name);
            let _ = writeln!(out, "{indent}<outline text=\"{name}\" title=\"{name}\">");
            folder.write(out, depth + 1);
            let _ = writeln!(out, "{indent}</outline>");
        }
    }
}

fn escaped(text: &str) -> String {
    // White space in attributes would be folded to blanks, other controls are no XML.
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut out = String::with_capacity(plain.len());
    char_refs::escape_into(&plain, &mut out);
    out.replace('"', "&quot;")
}
