//! The small forms of a document: quoting, times, excerpts, AMP cache addresses.

use chrono::SecondsFormat;
use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};
use url::Url;

use crate::domain::Timestamp;
use crate::text::sentence_ends;

/// An excerpt is cut at this length, in characters, at the end of a sentence or word.
const EXCERPT_MAX: usize = 256;
/// A sentence end before this share of the room is too early to cut at, in percent.
const SENTENCE_PERCENT_MIN: usize = 55;
/// The longest label the domain name system takes, in octets.
const LABEL_MAX: usize = 63;

/// Returns a value in double quotes, with the five escapes of the format.
pub fn quote(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Returns the value a double-quoted scalar stands for.
///
/// # Errors
/// The quotes do not enclose it, or an escape is unknown.
pub fn unquote(text: &str) -> Result<String, &'static str> {
    let inner = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .ok_or("a quoted value has no closing quote")?;
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => return Err("a quote inside a quoted value is written \\\""),
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                Some(own @ ('"' | '\\' | '/')) => out.push(own),
                Some('u') => {
                    let digits: String = chars.by_ref().take(4).collect();
                    let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                    out.push(code.ok_or("\\u takes four hexadecimal digits")?);
                }
                Some(_) => return Err("an unknown escape in a quoted value"),
                None => return Err("a quoted value has no closing quote"),
            },
            _ => out.push(c),
        }
    }
    Ok(out)
}

/// Whether plain YAML would read this value as something else than a text.
pub fn needs_quotes(value: &str) -> bool {
    let Some(first) = value.chars().next() else { return true };
    const SPECIAL: &str = "-?:,[]{}#&*!|>'\"%@`";
    let word = value.to_ascii_lowercase();
    let is_number = {
        let digits = word.trim_start_matches(['+', '-']);
        digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            && digits.chars().all(|c| c.is_ascii_hexdigit() || "._:x+-o".contains(c))
    };
    let is_date = value.len() >= 8 && first.is_ascii_digit() && value.bytes().filter(|b| *b == b'-').count() >= 2;
    SPECIAL.contains(first)
        || value.contains(": ")
        || value.contains(" #")
        || value.ends_with(':')
        || value.starts_with(char::is_whitespace)
        || value.ends_with(char::is_whitespace)
        || value.chars().any(char::is_control)
        || is_number
        || is_date
        || matches!(
            word.as_str(),
            "true"
                | "false"
                | "yes"
                | "no"
                | "on"
                | "off"
                | "y"
                | "n"
                | "null"
                | "~"
                | ".nan"
                | ".inf"
                | "-.inf"
                | "+.inf"
        )
}

/// Returns a moment as documents write it: `YYYY-MM-DDThh:mm:ssZ`.
pub fn date_time(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Returns a text as an excerpt: on one line, cut at a sentence or word end.
pub fn cut_excerpt(text: &str) -> String {
    let line = first_line(text, EXCERPT_MAX + 2);
    let Some((end, _)) = line.char_indices().nth(EXCERPT_MAX) else {
        return line;
    };
    let room = &line[..end];
    let least = room.len() * SENTENCE_PERCENT_MIN / 100;
    let sentence = sentence_ends(&line)
        .map(|end| line[..end].trim_end().len())
        .take_while(|end| *end <= room.len())
        .last();
    if let Some(end) = sentence.filter(|end| *end >= least) {
        return line[..end].to_owned();
    }
    // One character less leaves room for the mark that something is missing.
    let room = &line[..line.char_indices().nth(EXCERPT_MAX - 1).map_or(end, |(at, _)| at)];
    let word = if line[room.len()..].starts_with(' ') {
        room.len()
    } else {
        room.rfind(' ').unwrap_or(room.len())
    };
    format!("{}…", room[..word].trim_end_matches([' ', ',', ';', ':', '–', '-']))
}

/// Returns a text's words on one line: all of them, or so many that there are at least `chars` characters.
fn first_line(text: &str, chars: usize) -> String {
    let (mut line, mut count) = (String::new(), 0);
    for word in text.split_whitespace() {
        if count >= chars {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
            count += 1;
        }
        line.push_str(word);
        count += word.chars().count();
    }
    line
}

/// Returns the address under which the AMP cache serves an AMP page; none for an address that is not http or https.
pub fn amp_cache_url(amp_url: &str) -> Option<String> {
    let url = Url::parse(amp_url)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = url.host_str()?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let secure = if url.scheme() == "https" { "s/" } else { "" };
    // The rest stays as it was written; parsing would normalise it.
    let after_host = amp_url.split_once("://")?.1;
    let rest = after_host.find(['/', '?', '#']).map_or("/", |at| &after_host[at..]);
    let rest = rest.split('#').next().unwrap_or_default();
    Some(format!(
        "https://{}.cdn.ampproject.org/c/{secure}{host}{port}{rest}",
        cache_label(host)
    ))
}

fn cache_label(host: &str) -> String {
    let hashed = || BASE32_NOPAD.encode(&Sha256::digest(host)).to_ascii_lowercase();
    let (unicode, result) = idna::domain_to_unicode(host);
    if result.is_err() || !host.contains('.') {
        return hashed();
    }
    let mut label = unicode.replace('-', "--").replace('.', "-");
    let mut third_and_fourth = label.chars().skip(2).take(2);
    if third_and_fourth.next() == Some('-') && third_and_fourth.next() == Some('-') {
        label = format!("0-{label}-0");
    }
    match idna::domain_to_ascii(&label) {
        Ok(ascii) if ascii.len() <= LABEL_MAX => ascii,
        _ => hashed(),
    }
}
