//! Where a digest goes.
//!
//! A channel is known by the text the configuration gives it, and deliveries are stored under that text. Nothing is
//! sent here. An address or a path never holds a line break or another control character.

use std::fmt;
use std::path::PathBuf;

use super::mail_address::MailAddress;
use super::named::named;

/// The forms a channel may have, for messages.
const FORMS: &str = "write \"mail:ADDRESS\", \"log\", \"file:PATH\" or \"webhook:NAME\"";

/// One place a digest is delivered to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Channel {
    /// A mail to this address, as the owner wrote it; its domain may be an international one.
    Mail(String),
    /// The log.
    Log,
    /// A file that each digest replaces, or a folder that gets new ones.
    File(PathBuf),
    /// A configured webhook, by its name or its address.
    Webhook(String),
}

impl Channel {
    /// Returns the channel a text names: `mail:ADDRESS`, `log`, `file:PATH`, `webhook:NAME` or `webhook:URL`.
    ///
    /// # Errors
    /// The text names none of these; the message says what is wrong and how to write it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text == "log" {
            return Ok(Self::Log);
        }
        let Some((kind, rest)) = text.split_once(':') else {
            return Err(if text.contains('@') {
                format!("is no channel; write \"mail:{text}\"")
            } else {
                format!("is no channel; {FORMS}")
            });
        };
        match kind {
            "mail" => parse_mail(rest.trim()),
            "file" => parse_path(rest),
            "mailto" => Err(format!("is no channel; write \"mail:{rest}\"")),
            "webhook" => parse_webhook(rest.trim()),
            "command" | "exec" => Err(format!("programs are not run; {FORMS}")),
            _ => Err(format!("\"{kind}:\" is no channel; {FORMS}")),
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mail(address) => write!(f, "mail:{address}"),
            Self::Log => f.write_str("log"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Webhook(name) => write!(f, "webhook:{name}"),
        }
    }
}

/// What a try that was cut off means for a channel: it may have arrived or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Guarantee {
    /// It is sent again, under the same Message-ID: never lost, perhaps doubled.
    #[default]
    AtLeastOnce,
    /// It is not sent again and counts as failed: never doubled, perhaps lost, and then named in the next digest.
    AtMostOnce,
}

// Its name in the configuration and the store.
named!(Guarantee, AtLeastOnce = "at-least-once", AtMostOnce = "at-most-once");

/// A channel with what is promised for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub channel: Channel,
    pub guarantee: Guarantee,
}

impl From<Channel> for Recipient {
    fn from(channel: Channel) -> Self {
        Self {
            channel,
            guarantee: Guarantee::default(),
        }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.guarantee {
            Guarantee::AtLeastOnce => write!(f, "{}", self.channel),
            Guarantee::AtMostOnce => write!(f, "{} ({})", self.channel, self.guarantee.as_str()),
        }
    }
}

fn parse_webhook(text: &str) -> Result<Channel, String> {
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err("the webhook is missing; write \"webhook:NAME\", a [[webhook]]'s name, or its address".to_owned());
    }
    Ok(Channel::Webhook(text.to_owned()))
}

fn parse_path(text: &str) -> Result<Channel, String> {
    if text.trim().is_empty() {
        return Err("the path is missing; write for example \"file:/srv/digest.txt\"".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("a path here may not hold control characters".to_owned());
    }
    Ok(Channel::File(PathBuf::from(text)))
}

fn parse_mail(text: &str) -> Result<Channel, String> {
    match MailAddress::parse(text) {
        Ok(_) => Ok(Channel::Mail(text.to_owned())),
        Err(error) => Err(format!(
            "\"{}\" is no mail address: {error} (as \"mail:me@example.org\")",
            text.escape_debug()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        match (Channel::parse(text), expected) {
            (Ok(channel), Ok(shown)) => {
                assert_eq!(channel.to_string(), shown);
                assert_eq!(Channel::parse(shown), Ok(channel), "{text} does not come back");
            }
            (Err(message), Err(part)) => assert!(message.contains(part), "{text}: {message}"),
            (found, expected) => panic!("{text}: {found:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn channels_that_are_there() {
        check("log", Ok("log"));
        check(" mail:me@example.org ", Ok("mail:me@example.org"));
        check(
            "mail:o'neil+news@mail.example.org",
            Ok("mail:o'neil+news@mail.example.org"),
        );
        check("mail:me@bücher.example", Ok("mail:me@bücher.example"));
        check("mail:root@localhost", Ok("mail:root@localhost"));
        check("file:/srv/digest.txt", Ok("file:/srv/digest.txt"));
        check("webhook:phone", Ok("webhook:phone"));
        check(
            "webhook:https://ntfy.example.org/news",
            Ok("webhook:https://ntfy.example.org/news"),
        );
    }

    #[test]
    fn channels_that_are_not() {
        check("me@example.org", Err("write \"mail:me@example.org\""));
        check("mailto:me@example.org", Err("write \"mail:me@example.org\""));
        check("webhook: ", Err("the webhook is missing"));
        check("command:rm", Err("programs are not run"));
        check("pigeon:me", Err("\"pigeon:\" is no channel"));
        check("", Err("is no channel"));
        check("file:", Err("the path is missing"));
        check("mail:me", Err("there is no @ in it"));
        check("mail:@example.org", Err("nothing stands before the @"));
        check("mail:a b@example.org", Err("cannot stand before the @"));
        check("mail:me@exa mple.org", Err("is no domain name"));
        check("mail:Me <me@example.org>", Err("cannot stand before the @"));
        check(
            "mail:me@example.org\r\nBcc: you@example.org",
            Err("more than one address"),
        );
        check("mail:me@", Err("is no domain name"));
    }
}
