//! What reading a feed costs, as ratios to feed-rs in the same run: `cargo bench --bench feed`.
//!
//! Feeds are made here: RSS and Atom, 20 to 40 entries with short, medium and full texts, in CDATA and escaped. CPU
//! time of this thread counts, not the clock on the wall; rounds of all steps alternate and the least round of each
//! counts, so that a busy machine changes little.

mod common;

use std::fmt::Write as _;
use std::hint::black_box;

use tidings::domain::feed::{Entry, Markup};
use tidings::feed;

/// Feeds in a round.
const FEEDS: usize = 60;
/// Rounds of each step.
const ROUNDS: usize = 12;

fn main() {
    let feeds: Vec<String> = (0..FEEDS).map(render).collect();
    let bytes: usize = feeds.iter().map(String::len).sum();
    let parsed: Vec<feed::Parsed> = feeds
        .iter()
        .map(|text| feed::parse(text.as_bytes(), None, None).expect("it is a feed"))
        .collect();
    let entries: Vec<&Entry> = parsed.iter().flat_map(|parsed| &parsed.feed.entries).collect();
    let texts: Vec<&Markup> = entries
        .iter()
        .flat_map(|entry| [entry.summary.as_ref(), entry.content.as_ref()])
        .flatten()
        .collect();
    println!(
        "{FEEDS} feeds, {} KB and {} entries each on average",
        bytes / FEEDS / 1024,
        entries.len() / FEEDS
    );

    let steps: [(&str, &dyn Fn()); 4] = [
        ("feed-rs: parse", &|| {
            for text in &feeds {
                black_box(feed_rs::parser::parse(text.as_bytes()).expect("it is a feed"));
            }
        }),
        ("parse", &|| {
            for text in &feeds {
                black_box(feed::parse(text.as_bytes(), None, None).expect("it is a feed"));
            }
        }),
        ("key, fingerprint and title hash", &|| {
            for entry in &entries {
                black_box((
                    feed::entry_key(entry),
                    feed::fingerprint(entry),
                    feed::title_hash(entry),
                ));
            }
        }),
        ("plain text of all texts", &|| {
            for text in &texts {
                black_box(feed::markup::to_plain(text));
            }
        }),
    ];
    common::compare(ROUNDS, FEEDS, "feed", &steps);
}

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

fn words(numbers: &mut Numbers, count: u64) -> String {
    const SYLLABLES: &[&str] = &[
        "ba", "cor", "del", "est", "fi", "gran", "hol", "in", "ju", "ker", "lan", "mo", "nor", "pre", "ri", "sta",
        "tu", "ver", "wal", "zé",
    ];
    let mut text = String::new();
    for number in 0..count {
        if number > 0 {
            text.push_str(if number % 14 == 13 { ". " } else { " " });
        }
        for _ in 0..=numbers.below(3) {
            text.push_str(SYLLABLES[numbers.below(SYLLABLES.len() as u64) as usize]);
        }
    }
    text
}

fn body(numbers: &mut Numbers, paragraphs: u64) -> String {
    let mut html = String::new();
    for number in 0..paragraphs {
        let (one, two) = (words(numbers, 35), words(numbers, 12));
        match number % 4 {
            1 => writeln!(
                html,
                "<p>{one} <a href=\"https://example.org/a?b=1&amp;c=2\">{two}</a>, it said.</p>"
            ),
            2 => writeln!(
                html,
                "<blockquote><p>&ldquo;{two}&rdquo;</p></blockquote>\n<p>{one} <em>{two}</em>&hellip;</p>"
            ),
            3 => writeln!(
                html,
                "<ul><li>{two}</li><li>{two}</li></ul><img src=\"/i/{number}.jpg\" alt=\"{two}\"/>"
            ),
            _ => writeln!(html, "<p><strong>{two}</strong> &mdash; {one}</p>"),
        }
        .expect("writing to a string never fails");
    }
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Returns a feed; its number decides its format and how long its texts are.
fn render(number: usize) -> String {
    let mut numbers = Numbers(number as u64 + 1);
    let (is_atom, is_cdata) = (number.is_multiple_of(3), number % 4 != 1);
    let paragraphs = [1, 3, 3, 9][number / 3 % 4];
    let put = |html: &str| {
        if is_cdata {
            format!("<![CDATA[{html}]]>")
        } else {
            escaped(html)
        }
    };
    let mut out = String::from(if is_atom {
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n\
         <title>Feed</title><id>urn:f</id><updated>2026-06-14T06:00:00Z</updated><link href=\"https://example.org/\"/>\n"
    } else {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:media=\"http://search.yahoo.com/mrss/\">\n<channel><title>Feed</title><link>https://example.org/</link>\
         <description>All of it</description><language>en</language><ttl>60</ttl>\n"
    });
    for entry in 0..20 + numbers.below(21) {
        let title = escaped(&words(&mut numbers, 9));
        let link = format!("https://example.org/{number}/{entry}");
        let day = entry % 28 + 1;
        let html = put(&body(&mut numbers, paragraphs));
        if is_atom {
            writeln!(
                out,
                "<entry>\n<title type=\"text\">{title}</title>\n<id>urn:f:{number}:{entry}</id>\n\
                 <link rel=\"alternate\" type=\"text/html\" href=\"{link}\"/>\n<published>2026-05-{day:02}T06:00:00Z</published>\n\
                 <updated>2026-05-{day:02}T07:00:00Z</updated>\n<author><name>A. Writer</name></author>\n\
                 <category term=\"news\"/>\n<content type=\"html\">{html}</content>\n</entry>"
            )
        } else {
            let lead = put(&words(&mut numbers, 25));
            let thumbnail = format!("<media:thumbnail url=\"{link}.jpg\" width=\"320\" height=\"180\"/>\n");
            writeln!(
                out,
                "<item>\n<title>{title}</title>\n<link>{link}</link>\n<guid isPermaLink=\"false\">urn:f:{number}:{entry}</guid>\n\
                 <pubDate>{day:02} May 2026 06:00:00 GMT</pubDate>\n<dc:creator>A. Writer</dc:creator>\n\
                 <category>news</category>\n<category>politics</category>\n<description>{lead}</description>\n\
                 <content:encoded>{html}</content:encoded>\n{thumbnail}</item>"
            )
        }
        .expect("writing to a string never fails");
    }
    out.push_str(if is_atom { "</feed>\n" } else { "</channel>\n</rss>\n" });
    out
}
