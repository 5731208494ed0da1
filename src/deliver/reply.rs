//! What a mail server answers: a code in bytes that may hold anything else (RFC 5321, 4.2).
//!
//! The code decides, the text is for people. Nothing here reads or waits; how much one answer may be stands here alone.

use encoding_rs::WINDOWS_1252;
use thiserror::Error;

/// Bytes of one line, its end counted; RFC 5321 has 512.
pub const LINE_BYTES_MAX: usize = 4096;
/// Lines of one answer.
pub const LINES_MAX: usize = 500;
/// Bytes of one answer, all its lines.
pub const REPLY_BYTES_MAX: usize = 64 * 1024;
/// Characters shown of what is no answer.
const SHOWN_CHARS_MAX: usize = 80;

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// From 200 to 599; of several lines the last one's.
    pub code: u16,
    /// The text of each line as it was sent, without code and end.
    pub lines: Vec<Vec<u8>>,
    /// Why it ends where it ends, when that is not its own end. Its code stands; nothing after it can be understood.
    pub cut: Option<Malformed>,
}

/// Why bytes are no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Malformed {
    #[error("its answer is not SMTP (\"{0}\"); is it another port?")]
    NoCode(String),
    #[error("its answer has a line of more than {LINE_BYTES_MAX} bytes")]
    LongLine,
    #[error("its answer has more than {LINES_MAX} lines")]
    ManyLines,
    #[error("its answer is longer than {REPLY_BYTES_MAX} bytes")]
    LongReply,
    #[error("its answer breaks off")]
    BrokenOff,
}

/// Reads the answer that bytes begin with, and tells how many of them it is; none while more has to come.
///
/// # Errors
/// They begin with no answer, or go past a bound before a code was told.
pub fn read(bytes: &[u8]) -> Result<Option<(Reply, usize)>, Malformed> {
    let mut heard = Heard::default();
    let cut = |heard: Heard, why| Ok(Some((heard.cut(why)?, bytes.len())));
    // Lines of nothing between two answers.
    let mut at = bytes.iter().take_while(|byte| is_end(**byte)).count();
    while let Some(length) = memchr::memchr(b'\n', &bytes[at..]) {
        if length >= LINE_BYTES_MAX {
            break;
        }
        if at + length >= REPLY_BYTES_MAX {
            return cut(heard, Malformed::LongReply);
        }
        let is_last = heard.line(&bytes[at..at + length])?;
        at += length + 1;
        if is_last {
            return Ok(Some((heard.reply(None), at)));
        }
        if heard.lines.len() >= LINES_MAX {
            return cut(heard, Malformed::ManyLines);
        }
    }
    let rest = &bytes[at..];
    if heard.lines.is_empty() && !may_become_line(rest) {
        return Err(Malformed::NoCode(shown(rest)));
    }
    if rest.len() >= LINE_BYTES_MAX {
        heard.line(&rest[..LINE_BYTES_MAX])?;
        return cut(heard, Malformed::LongLine);
    }
    if bytes.len() >= REPLY_BYTES_MAX {
        return cut(heard, Malformed::LongReply);
    }
    Ok(None)
}

/// Reads the answer that bytes are when nothing follows them any more: its last line may lack its end, or have a bare CR
/// for one. None where they tell no code.
pub fn read_ended(bytes: &[u8]) -> Option<Reply> {
    let mut heard = Heard::default();
    for line in bytes.split(|byte| is_end(*byte)).filter(|line| !line.is_empty()) {
        if heard.line(line).ok()? {
            return Some(heard.reply(None));
        }
    }
    heard.cut(Malformed::BrokenOff).ok()
}

impl Reply {
    /// Returns the text on one line: lines joined, an enhanced code told once.
    pub fn text(&self) -> String {
        let mut lines = self.lines.iter().map(|line| decoded(line));
        let mut text = lines.next().unwrap_or_default();
        let repeated = match text.split(' ').next() {
            Some(word) if word.split('.').count() == 3 && word.bytes().all(|b| b == b'.' || b.is_ascii_digit()) => {
                word.to_owned()
            }
            _ => String::new(),
        };
        for line in lines {
            text.push(' ');
            text.push_str(line.strip_prefix(&repeated).unwrap_or(&line).trim_start());
        }
        text
    }

    /// Returns what follows a keyword in an EHLO's answer, of all lines that have it; none where no line has.
    pub fn extension(&self, keyword: &str) -> Option<String> {
        let found = self.lines.iter().filter_map(|line| {
            let line = decoded(line);
            // `AUTH=LOGIN` is how it was written before there was a standard.
            let (name, rest) = line.split_once([' ', '=']).unwrap_or((line.trim_end(), ""));
            name.eq_ignore_ascii_case(keyword).then(|| rest.trim().to_owned())
        });
        found.reduce(|all, next| format!("{all} {next}"))
    }
}

/// The lines of an answer so far.
#[derive(Default)]
struct Heard {
    code: u16,
    lines: Vec<Vec<u8>>,
    /// Whether its lines had different codes: then only the last one decides.
    is_mixed: bool,
}

impl Heard {
    /// Takes a line without its LF; tells whether it is the last one.
    fn line(&mut self, line: &[u8]) -> Result<bool, Malformed> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Some(code) = code(line) else {
            // Text that a careless server wrapped; an answer cannot begin with it.
            if self.lines.is_empty() {
                return Err(Malformed::NoCode(shown(line)));
            }
            self.lines.push(line.to_vec());
            return Ok(false);
        };
        self.is_mixed |= !self.lines.is_empty() && code != self.code;
        self.code = code;
        let (is_last, text) = match &line[3..] {
            [b'-', text @ ..] => (false, text),
            [b' ', text @ ..] | text => (true, text),
        };
        self.lines.push(text.to_vec());
        Ok(is_last)
    }

    fn reply(self, cut: Option<Malformed>) -> Reply {
        Reply {
            code: self.code,
            lines: self.lines,
            cut,
        }
    }

    /// Returns an answer that is not read to its end.
    fn cut(self, why: Malformed) -> Result<Reply, Malformed> {
        match self.lines.is_empty() || self.is_mixed {
            true => Err(why),
            false => Ok(self.reply(Some(why))),
        }
    }
}

/// Returns the code a line begins with: three digits, and no fourth.
fn code(line: &[u8]) -> Option<u16> {
    match line {
        [
            hundreds @ b'2'..=b'5',
            tens @ b'0'..=b'9',
            ones @ b'0'..=b'9',
            rest @ ..,
        ] if !rest.first().is_some_and(u8::is_ascii_digit) => {
            let digit = |byte: &u8| u16::from(byte - b'0');
            Some(digit(hundreds) * 100 + digit(tens) * 10 + digit(ones))
        }
        _ => None,
    }
}

/// Whether a line of an answer may begin with these bytes.
fn may_become_line(bytes: &[u8]) -> bool {
    match bytes {
        [] => true,
        [first, rest @ ..] if rest.len() < 3 => matches!(first, b'2'..=b'5') && rest.iter().all(u8::is_ascii_digit),
        whole => code(whole).is_some(),
    }
}

fn is_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Returns bytes as text: UTF-8 where they are that, else as the West wrote before it.
pub(super) fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

fn shown(bytes: &[u8]) -> String {
    let line = bytes.split(|byte| is_end(*byte)).next().unwrap_or_default();
    decoded(&line[..line.len().min(LINE_BYTES_MAX)])
        .chars()
        .take(SHOWN_CHARS_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rendered(reply: &Reply) -> Vec<u8> {
        let last = reply.lines.len() - 1;
        let mut bytes = Vec::new();
        for (at, line) in reply.lines.iter().enumerate() {
            bytes.extend_from_slice(reply.code.to_string().as_bytes());
            bytes.push(if at == last { b' ' } else { b'-' });
            bytes.extend_from_slice(line);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes
    }

    fn reply(code: u16, lines: &[&[u8]]) -> Reply {
        let lines = lines.iter().map(|line| line.to_vec()).collect();
        Reply { code, lines, cut: None }
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: Reply, rest: &[u8]) {
        let (found, length) = read(bytes).unwrap().unwrap();
        assert_eq!((found, &bytes[length..]), (expected, rest));
    }

    #[test]
    fn answers() {
        check(b"250 ok\r\n", reply(250, &[b"ok"]), b"");
        check(b"250\n354 x", reply(250, &[b""]), b"354 x");
        check(b"250-a\r\n250 b\r\n", reply(250, &[b"a", b"b"]), b"");
        check(b"250-a\r\n550 b\r\n", reply(550, &[b"a", b"b"]), b"");
        check(b"250-a\r\nb\r\n250\r\n", reply(250, &[b"a", b"b", b""]), b"");
        check(b"\n\r\n250\xe9\0\r\r\n", reply(250, &[b"\xe9\0\r"]), b"");
    }

    #[test]
    fn what_has_to_come_yet() {
        for bytes in [
            &b""[..],
            b"2",
            b"25",
            b"250",
            b"250\r",
            b"250 a",
            b"250-a\r\n",
            b"250-a\r\nb",
            b"\r\n",
        ] {
            assert_eq!(read(bytes), Ok(None), "{bytes:?}");
        }
        for bytes in [&b"1"[..], b"6", b"2a", b"25-", b"2500", b"SSH", b"\x16\x03", b" 250"] {
            assert!(matches!(read(bytes), Err(Malformed::NoCode(_))), "{bytes:?}");
        }
    }

    #[test]
    fn what_ends_without_its_end() {
        assert_eq!(read_ended(b"250 a\r"), Some(reply(250, &[b"a"])));
        assert_eq!(read_ended(b"250-a\r250 b"), Some(reply(250, &[b"a", b"b"])));
        assert_eq!(read_ended(b"250"), Some(reply(250, &[b""])));
        let cut = Reply {
            cut: Some(Malformed::BrokenOff),
            ..reply(250, &[b"a"])
        };
        assert_eq!(read_ended(b"250-a\r\n"), Some(cut));
        for bytes in [&b""[..], b"25", b"\r\n", b"250-a\r\n550-b\r\n", b"2222"] {
            assert_eq!(read_ended(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn what_goes_past_a_bound_keeps_its_code() {
        for (bytes, why) in [
            (
                [b"250 ", b"x".repeat(LINE_BYTES_MAX).as_slice()].concat(),
                Malformed::LongLine,
            ),
            (b"250-x\r\n".repeat(LINES_MAX), Malformed::ManyLines),
            (
                [b"250-", b"x".repeat(1_000).as_slice(), b"\r\n"].concat().repeat(70),
                Malformed::LongReply,
            ),
        ] {
            let (found, length) = read(&bytes).unwrap().unwrap();
            assert_eq!((found.code, found.cut, length), (250, Some(why), bytes.len()));
        }
        let mixed = b"250-x\r\n550-x\r\n".repeat(LINES_MAX);
        assert_eq!(read(&mixed), Err(Malformed::ManyLines));
        assert_eq!(read(&b"\r\n".repeat(REPLY_BYTES_MAX)), Err(Malformed::LongReply));
    }

    #[test]
    fn texts() {
        let text = |lines: &[&[u8]]| reply(550, lines).text();
        assert_eq!(text(&[b"5.1.1 no", b"5.1.1 such", b" user"]), "5.1.1 no such user");
        assert_eq!(text(&[b"no 5.1.1", b"no, such"]), "no 5.1.1 no, such");
        assert_eq!(text(&[b"Empf\xe4nger", "für".as_bytes()]), "Empfänger für");
        assert_eq!(text(&[]), "");
        let hello = reply(250, &[b"me", b"size 10", b"AUTH=LOGIN", b"AUTH PLAIN", b"STARTTLS "]);
        assert_eq!(hello.extension("SIZE").as_deref(), Some("10"));
        assert_eq!(hello.extension("AUTH").as_deref(), Some("LOGIN PLAIN"));
        assert_eq!(hello.extension("STARTTLS").as_deref(), Some(""));
        assert_eq!(hello.extension("SMTPUTF8"), None);
    }

    proptest! {
        #[test]
        fn what_is_rendered_is_read(
            code in 200u16..600,
            lines in prop::collection::vec(prop::collection::vec(any::<u8>().prop_filter("ends a line", |b| *b != b'\n'), 0..80), 1..9),
            rest in prop::collection::vec(any::<u8>(), 0..9),
        ) {
            let reply = Reply { code, lines, cut: None };
            let bytes = rendered(&reply);
            let (found, length) = read(&[bytes.as_slice(), rest.as_slice()].concat()).unwrap().unwrap();
            prop_assert_eq!((&found, length), (&reply, bytes.len()));
            for end in 0..bytes.len() {
                prop_assert_eq!(read(&bytes[..end]), Ok(None));
            }
        }

        #[test]
        fn nothing_panics_and_all_is_bounded(
            parts in prop::collection::vec(prop_oneof![
                Just(b"250-x\r\n".to_vec()), Just(b"250 ".to_vec()), Just(b"\n".to_vec()), Just(b"\r".to_vec()),
                Just(vec![b'x'; LINE_BYTES_MAX]), prop::collection::vec(any::<u8>(), 0..9),
            ], 0..40),
        ) {
            let bytes = parts.concat();
            let whole = read(&bytes).ok().flatten();
            if let Some((_, length)) = &whole {
                prop_assert!(*length <= bytes.len());
            }
            for reply in whole.map(|(reply, _)| reply).into_iter().chain(read_ended(&bytes)) {
                prop_assert!((200..600).contains(&reply.code) && !reply.lines.is_empty());
                reply.text();
            }
        }
    }
}
