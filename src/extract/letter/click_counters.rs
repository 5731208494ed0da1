//! Counters of clicks that keep to themselves where a link leads.
//!
//! Told by the address alone: nothing in it but codes, at a host or a step that counts. An article's address has a word, a
//! date, or stands at a host of its own.

use std::collections::HashMap;

use url::Url;

use crate::domain::url::registrable_domain;

/// Registrable domains of nothing but counters of clicks in letters.
const COUNTERS: &[&str] = &[
    "list-manage.com",
    "list-manage1.com",
    "list-manage2.com",
    "mailchimpapp.net",
    "sendgrid.net",
    "mandrillapp.com",
    "hubspotlinks.com",
    "hubspotemail.net",
    "exct.net",
    "exacttarget.com",
    "klclick.com",
    "klclick1.com",
    "klclick2.com",
    "klclick3.com",
    "rs6.net",
    "createsend.com",
    "createsend1.com",
    "cmail19.com",
    "cmail20.com",
    "mlsend.com",
    "mlsnd.com",
    "mailerlite.com",
    "mjt.lu",
    "awstrack.me",
    "convertkit-mail.com",
    "convertkit-mail2.com",
    "ck.page",
    "getresponse.com",
    "acemlnb.com",
    "acemlna.com",
    "activehosted.com",
    "sendibt2.com",
    "sendibm1.com",
    "sendinblue.com",
    "sparkpostmail.com",
    "mailgun.org",
    "mailgun.net",
    "postmarkapp.com",
    "pstmrk.it",
    "omeclk.com",
    "bmetrack.com",
    "sailthru.com",
    "everlytic.net",
    "benchurl.com",
    "rapidmail.de",
    "emlnk.com",
    "kmail-lists.com",
    "kit-mail2.com",
    "kit-mail3.com",
];
/// A code that stands for a link or a reader has at least this many characters.
const CODE_CHARS_MIN: usize = 24;
/// Steps of paths, and names of hosts, at which clicks are counted.
const COUNTING: &[&str] = &[
    "click", "clicks", "clk", "trk", "track", "tracking", "ct", "lnk", "ls", "redirect", "redir", "ctc", "e3t",
];
/// Names of hosts below a domain that are there for the links of letters, without the numbers behind them.
const LINK_HOSTS: &[&str] = &[
    "link", "links", "go", "email", "mail", "mailing", "em", "e", "r", "t", "c", "l", "cl", "ctrk", "tracker", "url",
    "lt",
];
/// Steps beside codes that say nothing either. Those of two letters say as little.
const IDLE_STEPS: &[&str] = &[
    "link",
    "links",
    "url",
    "out",
    "email",
    "open",
    "uni",
    "cl0",
    "deliveries",
    "events",
];
/// Links of a letter whose host and form are alike are a counter's from so many on.
const ALIKE_MIN: usize = 3;
/// Letters in a row without a vowel are no word.
const CONSONANTS_MAX: usize = 5;

/// The hosts that only count clicks in one letter.
#[derive(Debug, Default)]
pub struct ClickCounters(Vec<String>);

impl ClickCounters {
    /// Returns those of a letter with these links: the host of most of them, if each is but a code of capitals, small letters
    /// and digits.
    pub fn of(links: &[&Url]) -> Self {
        let mut by_host: HashMap<&str, (usize, usize)> = HashMap::new();
        for link in links {
            let (codes, all) = by_host.entry(link.host_str().unwrap_or_default()).or_default();
            *codes += usize::from(is_only_code(link) && steps(link).any(is_of_all_kinds));
            *all += 1;
        }
        let is_counter =
            |(codes, all): (usize, usize)| codes >= ALIKE_MIN && codes * 2 > links.len() && codes * 2 > all;
        let hosts = by_host.into_iter().filter(|(_, counts)| is_counter(*counts));
        Self(hosts.map(|(host, _)| host.to_owned()).collect())
    }

    /// Whether a link leads over a counter that keeps to itself where it leads.
    pub fn hide(&self, link: &Url) -> bool {
        let is_here = || self.0.iter().any(|host| link.host_str() == Some(host));
        is_opaque(link) || (is_here() && is_only_code(link))
    }
}

/// Whether a link leads over a counter that keeps to itself where it leads, by its address alone.
pub fn is_opaque(link: &Url) -> bool {
    let host = link.host_str().unwrap_or_default();
    let domain = registrable_domain(host);
    if COUNTERS.contains(&domain.as_str()) {
        return true;
    }
    let is_one_of = |names: &[&str], word: &str| names.iter().any(|own| own.eq_ignore_ascii_case(word));
    // A domain's own name may be any word: what stands before it was chosen for what the host does.
    let below = host.strip_suffix(&domain).unwrap_or_default();
    let mut labels = below
        .split('.')
        .map(|label| label.trim_end_matches(|c: char| c.is_ascii_digit()));
    let counts = segments(link).any(|step| is_one_of(COUNTING, step))
        || labels.any(|label| is_one_of(COUNTING, label) || is_one_of(LINK_HOSTS, label));
    if counts && is_only_code(link) {
        return true;
    }
    let values = link.query_pairs().any(|(_, value)| is_code(&value));
    let has_code = values || segments(link).any(is_code);
    let counts = below.split('.').next().is_some_and(|label| is_one_of(COUNTING, label))
        || segments(link).any(|step| is_one_of(COUNTING, step));
    // A name of several words in the path is an article's own.
    let has_name = segments(link).any(|segment| segment.split('-').filter(|word| is_word(word)).count() >= 3);
    has_code && (counts || !has_name)
}

/// Whether nothing in an address is a word or a date, and something is a code.
fn is_only_code(link: &Url) -> bool {
    let mut has_code = false;
    let values: Vec<_> = link.query_pairs().map(|(_, value)| value).collect();
    for step in steps(link).chain(values.iter().map(AsRef::as_ref)) {
        if is_idle(step) {
            continue;
        }
        if says_something(step) {
            return false;
        }
        has_code = true;
    }
    has_code && !has_date(link)
}

/// Returns the steps of a path that are not empty.
fn steps(link: &Url) -> impl Iterator<Item = &str> {
    segments(link).filter(|step| !step.is_empty())
}

/// Whether a step stands beside codes and is none: a letter or two, or a word of counters.
fn is_idle(step: &str) -> bool {
    let names = COUNTING.iter().chain(IDLE_STEPS);
    (step.len() <= 2 && !step.bytes().all(|byte| byte.is_ascii_digit()))
        || names.into_iter().any(|own| own.eq_ignore_ascii_case(step))
}

/// Whether a step or a value holds a word: letters that are as words are, in whatever script.
fn says_something(step: &str) -> bool {
    if step.len() >= CODE_CHARS_MIN && !step.contains(['-', '_', '+', ' ', '%']) {
        // No word is so long, and what is mixed with digits is no name of several.
        return !step.is_ascii();
    }
    let parts = step.split(|c: char| !c.is_alphanumeric() && c != '%');
    let words = parts.filter(|part| part.contains('%') || !part.is_ascii() || reads_as_word(part));
    let (letters, all) = (words.map(str::len).sum::<usize>(), step.len());
    // A word that chance made stands among more that is none.
    letters * 3 >= all
}

/// Whether letters of a part read as a word: no digits, no capital within, vowels among them.
fn reads_as_word(part: &str) -> bool {
    let is_vowel = |byte: u8| matches!(byte.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let is_letters = part.len() >= 3 && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let has_inner_capital = part.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
        && part.bytes().any(|byte| byte.is_ascii_lowercase());
    let consonants = part
        .split(|c: char| u8::try_from(c).is_ok_and(is_vowel))
        .map(str::len)
        .max();
    is_letters
        && !has_inner_capital
        && part.bytes().any(is_vowel)
        && consonants.is_some_and(|count| count <= CONSONANTS_MAX)
}

/// Whether a path names a year and a month, as those of papers do.
fn has_date(link: &Url) -> bool {
    let steps: Vec<&str> = steps(link).collect();
    let is_number = |step: &str, least: u32, most: u32| {
        step.bytes().all(|byte| byte.is_ascii_digit())
            && step.parse().is_ok_and(|number: u32| (least..=most).contains(&number))
    };
    steps
        .windows(2)
        .any(|two| is_number(two[0], 1990, 2099) && two[0].len() == 4 && is_number(two[1], 1, 12))
}

/// Whether a text has capitals, small letters and digits, as only codes mix them.
fn is_of_all_kinds(text: &str) -> bool {
    let has = |is_kind: fn(&u8) -> bool| text.as_bytes().iter().any(is_kind);
    has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit)
}

fn segments(link: &Url) -> impl Iterator<Item = &str> {
    link.path_segments().into_iter().flatten()
}

fn is_word(text: &str) -> bool {
    text.len() >= 2 && text.chars().all(char::is_alphabetic)
}

/// Whether a text is a code: long, and of letters and digits as no words have them.
fn is_code(text: &str) -> bool {
    let is_mixed = |part: &str| {
        let has = |is_kind: fn(&u8) -> bool| part.bytes().any(|byte| is_kind(&byte));
        part.len() >= CODE_CHARS_MIN / 2 && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
    };
    let is_of_code = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=' | b'.' | b'~');
    // Percent signs are letters of other scripts, but for those at the end of base64.
    let text = text.trim_end_matches("%3D");
    text.len() >= CODE_CHARS_MIN
        && text.bytes().all(is_of_code)
        && text.split(['-', '_', '.']).any(is_mixed)
        && text.split(['-', '_']).filter(|word| is_word(word)).count() < 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(addresses: &[&str], is: bool) {
        for address in addresses {
            assert_eq!(is_opaque(&Url::parse(address).unwrap()), is, "{address}");
        }
    }

    #[test]
    fn a_code_alone_says_nothing() {
        check(
            &[
                "https://news.us1.list-manage.com/track/click?u=1&id=2&e=3",
                "https://click.paper.example/ls/click?upn=u001.Ab3dEf9hIjKlMn0pQrStUvWx",
                "https://link.paper.example/c/443/9f86d081884c7d659a2feaa0c55ad015",
                "https://substack.com/redirect/2b8cf0b4-6e8c-4b1e-9d63-0c5f7a0d1e2f?j=eyJ1IjoiMWFiY2QifQ",
                "https://substack.com/redirect/7d0f1c52-1111-4222-8333-444455556666?j=x",
                "https://email.mg1.substack.com/c/eJxVkE2OhCAQhU8jO0",
                "https://track.sendfast.net/c/opaque9XyZ",
                "https://click.toxics.example/x/Zz81",
                "https://link.mail.beehiiv.com/ss/c/u001.Ab3dEf9hIjKlMn0pQ/4a1/xYz0/h1/h001.Qw3r",
                "https://click.convertkit-mail2.com/n4u8xkqz/owhkhqhr6p5qk5",
                "https://d2v8-04.na1.hubspotlinks.com/Ctc/W+113/d2v8-04/VW3x",
                "https://info.company.example/e3t/Ctc/RG+113/cZY04/VX7Kp8W1",
                "https://ctrk.klclick.com/l/01HXYZ9ABCDEF_0",
                "https://url4821.paper.example/ls/click?upn=Ab3dEf9h",
                "https://r20.rs6.net/tn.jsp?f=001Ab3dEf",
                "https://click.e.paper.example/?qs=9f86d081884c7d65",
                "https://go.company.example/MTIzLUFCQy00/Zz81",
                "https://e.paper.example/12345",
                "https://t.news.example/r/?id=h1a2b3,c4d5",
            ],
            true,
        );
    }

    #[test]
    fn addresses_of_articles_are_no_counters() {
        check(
            &[
                "https://paper.example/2026/06/harbour-bridge-opens-again",
                "https://paper.example/harbour-bridge-opens-again-9f86d081884c7d659a2feaa0c55ad015",
                "https://paper.example/news/article-12345678901234567890",
                "https://paper.example/?p=77",
                "https://track.paper.example/harbour",
                "https://paper.example/a/12345",
                "https://paper.example/p/x7Kd9q",
                "https://links.paper.example/2026/06/12/8841",
                "https://www.bbc.co.uk/news/articles/c4gpz1x0w9yo",
                "https://youtu.be/dQw4w9WgXcQ",
                "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
                "https://doi.org/10.1038/s41586-026-01234-5",
                "https://link.springer.com/article/10.1007/s00267-026-01234-5",
                "https://arxiv.org/abs/2606.12345",
                "https://portal.ct.gov/deep/air/12345",
                "https://abcnews.go.com/US/story?id=12345678",
                "https://www.regulations.gov/document/EPA-HQ-OAR-2026-0042-0001",
                "https://mail.paper.example/%D0%B3%D0%B0%D0%B2%D0%B0%D0%BD%D1%8C/12",
                "https://e.paper.example/politik/1.654321",
                "https://docs.example.org/d/1a2b3c?usp=sharing",
            ],
            false,
        );
    }

    #[test]
    fn what_most_links_of_a_letter_share_is_a_counter() {
        let letter = |addresses: &[&str]| {
            let links: Vec<Url> = addresses.iter().map(|address| Url::parse(address).unwrap()).collect();
            let counters = ClickCounters::of(&links.iter().collect::<Vec<_>>());
            links.iter().filter(|link| counters.hide(link)).count()
        };
        let at_host = [
            "https://n.example/q/Ab3dE",
            "https://n.example/q/Zz81kL",
            "https://n.example/q/Qw9eRt",
        ];
        assert_eq!(letter(&at_host), 3);
        assert_eq!(letter(&[at_host[0], at_host[1], "https://paper.example/harbour"]), 0);
        let with_page = ["https://n.example/q/a1b2c", "https://n.example/about"];
        assert_eq!(letter(&[at_host.as_slice(), &with_page].concat()), 4);
        let papers = [
            "https://n.example/a/12345",
            "https://n.example/a/12346",
            "https://n.example/a/12347",
        ];
        assert_eq!(letter(&papers), 0);
    }
}
