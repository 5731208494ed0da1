//! Mail addresses: the one judgement of which text is one, for the configuration that is checked and the mail that is sent.

use std::fmt;

use thiserror::Error;

/// The longest address, in bytes (RFC 5321, 4.5.3.1.3).
const ADDRESS_BYTES_MAX: usize = 254;
/// The longest part before the `@`, in bytes (RFC 5321, 4.5.3.1.1).
const LOCAL_BYTES_MAX: usize = 64;
/// The longest mailbox, name and address, in bytes: it is one line of a mail.
const MAILBOX_BYTES_MAX: usize = 900;

/// Why a text is no mail address. No message holds it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoMailAddress {
    #[error("there is no @ in it; write the whole address")]
    NoAt,
    #[error("there is more than one address in it; write each as an entry of its own")]
    Several,
    #[error("nothing stands before the @; write the whole address")]
    NoLocal,
    #[error("what stands before the @ is in quotes; only addresses without them are sent to")]
    Quoted,
    #[error("{0:?} cannot stand before the @; take it out")]
    Character(char),
    #[error("a dot cannot begin or end what stands before the @, or follow another; take it out")]
    Dots,
    #[error("more than {LOCAL_BYTES_MAX} bytes stand before the @; no server takes it")]
    LongLocal,
    #[error("what follows the @ is no domain name; correct it")]
    Domain,
    #[error("its domain ends in a dot; take it out")]
    FinalDot,
    #[error("its domain holds an underscore, which no domain for mail can; correct it")]
    Underscore,
    #[error("a part of its domain is longer than 63 bytes; shorten it")]
    LongLabel,
    #[error("a machine's number follows the @; write the name of a domain")]
    Number,
    #[error("it is longer than {0} bytes; shorten it")]
    Long(usize),
    #[error("its name holds a line break, < or >; take it out")]
    Name,
}

/// A mail address, its domain in ASCII form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAddress {
    pub local: String,
    pub domain: String,
}

impl MailAddress {
    /// Returns the address a text is, its domain in Unicode or in ASCII form.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, NoMailAddress> {
        let (local, domain) = text.rsplit_once('@').ok_or(NoMailAddress::NoAt)?;
        check_local(local)?;
        let address = Self {
            local: local.to_owned(),
            domain: ascii_domain(domain)?,
        };
        match address.local.len() + 1 + address.domain.len() > ADDRESS_BYTES_MAX {
            true => Err(NoMailAddress::Long(ADDRESS_BYTES_MAX)),
            false => Ok(address),
        }
    }

    /// Whether only mail servers with SMTPUTF8 (RFC 6531) take it: what stands before the `@` has no ASCII form.
    pub fn needs_smtputf8(&self) -> bool {
        !self.local.is_ascii()
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

/// An address, perhaps with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    pub name: Option<String>,
    pub address: MailAddress,
}

impl Mailbox {
    /// Returns the mailbox a text is: `Name <me@example.org>` or an address.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, NoMailAddress> {
        let text = text.trim();
        if text.len() > MAILBOX_BYTES_MAX {
            return Err(NoMailAddress::Long(MAILBOX_BYTES_MAX));
        }
        let (name, address) = match text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
            Some((name, address)) => (name.trim(), address.trim()),
            None => ("", text),
        };
        if name.contains("@") && name.contains(['<', '>']) {
            return Err(NoMailAddress::Several);
        }
        if name.chars().any(|c| c.is_control() || matches!(c, '<' | '>')) {
            return Err(NoMailAddress::Name);
        }
        let name = name
            .strip_prefix('"')
            .and_then(|name| name.strip_suffix('"'))
            .unwrap_or(name);
        Ok(Self {
            name: (!name.is_empty()).then(|| name.to_owned()),
            address: MailAddress::parse(address)?,
        })
    }
}

fn check_local(local: &str) -> Result<(), NoMailAddress> {
    if local.is_empty() {
        return Err(NoMailAddress::NoLocal);
    }
    if local.starts_with('"') {
        return Err(NoMailAddress::Quoted);
    }
    if local.contains('@') {
        return Err(NoMailAddress::Several);
    }
    if let Some(wrong) = local.chars().find(|c| !is_atom(*c)) {
        return Err(NoMailAddress::Character(wrong));
    }
    if local.split('.').any(str::is_empty) {
        return Err(NoMailAddress::Dots);
    }
    match local.len() > LOCAL_BYTES_MAX {
        true => Err(NoMailAddress::LongLocal),
        false => Ok(()),
    }
}

/// Whether a character may stand before the `@` (RFC 5322, 3.2.3, with RFC 6532, 3.2): beyond ASCII all that can be seen.
fn is_atom(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    }
    let is_unseen = matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}');
    !(is_unseen || c.is_control() || c.is_whitespace())
}

/// Returns a domain in ASCII form.
fn ascii_domain(domain: &str) -> Result<String, NoMailAddress> {
    if domain.starts_with('[') {
        return Err(NoMailAddress::Number);
    }
    if domain.contains('_') {
        return Err(NoMailAddress::Underscore);
    }
    match idna::domain_to_ascii_strict(domain) {
        Ok(ascii)
            if ascii
                .rsplit('.')
                .next()
                .is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit())) =>
        {
            Err(NoMailAddress::Number)
        }
        Ok(ascii) => Ok(ascii),
        // What is too long or ends in a dot is a name all the same.
        Err(_) => Err(match idna::domain_to_ascii(domain) {
            Ok(ascii) if ascii.ends_with('.') && ascii.len() > 1 => NoMailAddress::FinalDot,
            Ok(ascii) if ascii.split('.').any(|label| label.len() > 63) => NoMailAddress::LongLabel,
            Ok(ascii) if ascii.len() > ADDRESS_BYTES_MAX => NoMailAddress::Long(ADDRESS_BYTES_MAX),
            _ => NoMailAddress::Domain,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, NoMailAddress>) {
        let found = MailAddress::parse(text).map(|address| address.to_string());
        assert_eq!(found, expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn addresses() {
        check("me@example.org", Ok("me@example.org"));
        check("o'neil+news@mail.example.org", Ok("o'neil+news@mail.example.org"));
        check("me@bücher.example", Ok("me@xn--bcher-kva.example"));
        check("root@localhost", Ok("root@localhost"));
        for (text, sent) in [
            ("jörg@example.org", "jörg@example.org"),
            ("用户@例え.example", "用户@xn--r8jz45g.example"),
            ("संपर्क@example.org", "संपर्क@example.org"),
            ("jo\u{308}rg@example.org", "jo\u{308}rg@example.org"),
        ] {
            check(text, Ok(sent));
            assert!(MailAddress::parse(text).is_ok_and(|address| address.needs_smtputf8()));
        }
        assert!(MailAddress::parse("me@bücher.example").is_ok_and(|address| !address.needs_smtputf8()));
    }

    #[test]
    fn what_is_none() {
        let (long, label) = ("x".repeat(64), "y".repeat(63));
        check(
            &format!("{long}@{label}.example"),
            Ok(&format!("{long}@{label}.example")),
        );
        check(&format!("x{long}@example.org"), Err(NoMailAddress::LongLocal));
        check(
            &format!("{}@example.org", "ö".repeat(33)),
            Err(NoMailAddress::LongLocal),
        );
        check(&format!("me@y{label}.example"), Err(NoMailAddress::LongLabel));
        check(
            &format!("{long}@{label}.{label}.{label}.example"),
            Err(NoMailAddress::Long(254)),
        );
        for (text, why) in [
            ("me", NoMailAddress::NoAt),
            ("", NoMailAddress::NoAt),
            ("@example.org", NoMailAddress::NoLocal),
            ("\"a b\"@example.org", NoMailAddress::Quoted),
            ("a b@example.org", NoMailAddress::Character(' ')),
            ("me\u{200b}@example.org", NoMailAddress::Character('\u{200b}')),
            ("j\u{61c}ö@example.org", NoMailAddress::Character('\u{61c}')),
            ("me\r\nBcc: you@example.org", NoMailAddress::Character('\r')),
            ("<me@example.org", NoMailAddress::Character('<')),
            ("a@example.org, b@example.org", NoMailAddress::Several),
            ("a@b@example.org", NoMailAddress::Several),
            (".me@example.org", NoMailAddress::Dots),
            ("m..e@example.org", NoMailAddress::Dots),
            ("me@", NoMailAddress::Domain),
            ("me@exa mple.org", NoMailAddress::Domain),
            ("me@example..org", NoMailAddress::Domain),
            ("me@-example.org", NoMailAddress::Domain),
            ("me@example.org.", NoMailAddress::FinalDot),
            ("me@my_host.lan", NoMailAddress::Underscore),
            ("me@[192.0.2.1]", NoMailAddress::Number),
            ("me@[IPv6:2001:db8::1]", NoMailAddress::Number),
            ("me@192.0.2.1", NoMailAddress::Number),
        ] {
            check(text, Err(why));
        }
    }

    #[test]
    fn mailboxes() {
        let parsed =
            |text: &str| Mailbox::parse(text).map(|found| (found.name.unwrap_or_default(), found.address.local));
        let named = |name: &str, local: &str| Ok((name.to_owned(), local.to_owned()));
        assert_eq!(parsed("Jörg <jörg@example.org>"), named("Jörg", "jörg"));
        assert_eq!(
            parsed("\"Tidings, daily\" <me@example.org>"),
            named("Tidings, daily", "me")
        );
        assert_eq!(parsed(" me@example.org "), named("", "me"));
        assert_eq!(parsed("<me@example.org>"), named("", "me"));
        assert_eq!(
            parsed("A <a@example.org>, B <b@example.org>"),
            Err(NoMailAddress::Several)
        );
        assert_eq!(parsed("A\n<a@example.org>"), named("A", "a"));
        assert_eq!(parsed("A\nB <a@example.org>"), Err(NoMailAddress::Name));
        assert_eq!(
            parsed(&format!("{} <a@example.org>", "n".repeat(900))),
            Err(NoMailAddress::Long(900))
        );
    }
}
