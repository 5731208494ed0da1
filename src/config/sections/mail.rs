//! `[mail]`: who sends, and through what.
//!
//! A password never crosses a network in the clear: `smtp://` is for this machine only, `smtp+plain://` takes none, and no
//! password stands in an address.

use percent_decode::decoded;
use url::{Host, Url};

use super::dkim;
use crate::config::reading::environment::Environment;
use crate::config::reading::expand::Places;
use crate::config::reading::raw::{File, StringValue, Table};
use crate::config::reading::secret;
use crate::config::settings::MailSettings;
use crate::deliver::mail::{PASSWORD_OVERHEARD, SmtpServer, TlsMode, Transport, check_host};
use crate::deliver::message;
use crate::domain::mail_address::Mailbox;

/// The schemes of mail servers with their usual ports.
const SCHEMES: [(&str, TlsMode, u16); 4] = [
    ("smtps", TlsMode::Tls, 465),
    ("smtp+starttls", TlsMode::StartTls, 587),
    ("smtp", TlsMode::Plain, 25),
    ("smtp+plain", TlsMode::PlainNetwork, 25),
];
/// How a mail server is written, for messages.
const FORMS: &str = "write for example \"smtps://user@mail.example.org\" or \"smtp+starttls://user@mail.example.org\"";

/// What is told of an address that has no ASCII form.
pub const SMTPUTF8: &str = "needs a mail server that offers SMTPUTF8, here and at the other end; whether yours does is seen \
                            by `tidings doctor` and at sending";

/// Takes `[mail]`. The second value tells whether the owner has one, right or wrong.
pub fn read(
    file: &mut File<'_>,
    root: &mut Table<'_>,
    around: &Environment<'_>,
    places: &Places,
) -> (Option<MailSettings>, bool) {
    let Some(mut table) = root.table(file, "mail") else {
        return (None, false);
    };
    let from = from(file, &mut table);
    let smtp = table.text(file, "smtp");
    let sendmail = table.boolean(file, "sendmail");
    let has_password = table.has("password");
    let password = secret::take_late(file, &mut table, "password", around, places);
    let list_unsubscribe = list_unsubscribe(file, &mut table);
    let has_dkim = table.has("dkim");
    let dkim = dkim::read(file, &mut table, around, places);
    let transport = match (smtp, sendmail.unwrap_or(false)) {
        (Some(text), true) => {
            file.wrong(&text.value, "stands beside sendmail = true; keep only one of them");
            None
        }
        (Some(text), false) => smtp_of(file, &text, has_password).map(|(server, user)| (Transport::Smtp(server), user)),
        (None, true) if has_password => {
            file.wrong_table(&table, "sendmail takes no password; take it out");
            None
        }
        (None, true) => Some((Transport::Sendmail, None)),
        (None, false) => {
            file.wrong_table(
                &table,
                format!("does not say how to send; {FORMS} as smtp, or sendmail = true"),
            );
            None
        }
    };
    table.close(file);
    let settings = match (from, transport) {
        // Unsigned is not what its owner asked for; the mistake was noted.
        _ if has_dkim && dkim.is_none() => None,
        (Some(from), Some((transport, user))) => Some(MailSettings {
            from,
            transport,
            user,
            password,
            list_unsubscribe,
            dkim,
        }),
        _ => None,
    };
    (settings, true)
}

fn from(file: &mut File<'_>, table: &mut Table<'_>) -> Option<String> {
    let Some(text) = table.text(file, "from") else {
        if !table.has("from") {
            file.wrong_table(table, "has no from; write from = \"Tidings <tidings@example.org>\"");
        }
        return None;
    };
    let written = text.text.trim();
    match Mailbox::parse(written) {
        Ok(mailbox) => {
            if mailbox.address.needs_smtputf8() {
                file.warn(&text.value, SMTPUTF8);
            }
            Some(written.to_owned())
        }
        Err(error) => {
            let form = "as \"Tidings <tidings@example.org>\"";
            file.wrong(&text.value, format!("is no mailbox: {error} ({form})"));
            None
        }
    }
}

fn list_unsubscribe(file: &mut File<'_>, table: &mut Table<'_>) -> Option<String> {
    let text = table.text(file, "list_unsubscribe")?;
    let written = text.text.trim();
    match message::check_unsubscribe(written) {
        Ok(()) => Some(written.to_owned()),
        Err(error) => {
            let form = "as \"mailto:me@example.org\" or \"https://…\"";
            file.wrong(&text.value, format!("{error} ({form})"));
            None
        }
    }
}

fn smtp_of(file: &mut File<'_>, text: &StringValue<'_>, has_password: bool) -> Option<(SmtpServer, Option<String>)> {
    match parse_smtp(text.text.trim(), has_password) {
        Ok(smtp) => Some(smtp),
        Err(Wrong::HoldsPassword) => {
            let message = format!("holds the password; take it out and write password = {}", secret::FORMS);
            file.wrong_secret(&text.value, message);
            None
        }
        Err(Wrong::Other(message)) => {
            file.wrong(&text.value, message);
            None
        }
    }
}

enum Wrong {
    HoldsPassword,
    Other(String),
}

fn parse_smtp(text: &str, has_password: bool) -> Result<(SmtpServer, Option<String>), Wrong> {
    let wrong = |message: String| Wrong::Other(message);
    let url = Url::parse(text).map_err(|_| wrong(format!("is no address of a mail server; {FORMS}")))?;
    if url.password().is_some() {
        return Err(Wrong::HoldsPassword);
    }
    let Some((_, tls, usual_port)) = SCHEMES.iter().find(|(scheme, ..)| *scheme == url.scheme()) else {
        return Err(wrong(format!("is no address of a mail server; {FORMS}")));
    };
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(format!("holds more than user, host and port; {FORMS}")));
    }
    let host = host_of(&url).ok_or_else(|| wrong(format!("names no host; {FORMS}")))?;
    check_host(&host).map_err(|error| wrong(format!("names a host that none can be ({error}); {FORMS}")))?;
    if url.port() == Some(0) {
        return Err(wrong(format!(
            "names port 0, at which nobody answers; take it out for port {usual_port}"
        )));
    }
    if *tls == TlsMode::Plain && !is_loopback(&host) {
        let message = "would send everything in the clear, which only this machine itself may see; \
                       write smtps:// or smtp+starttls://, or smtp+plain:// if this network is yours alone";
        return Err(wrong(message.to_owned()));
    }
    if *tls == TlsMode::PlainNetwork && (has_password || !url.username().is_empty()) {
        return Err(wrong(format!("names a login: {PASSWORD_OVERHEARD}")));
    }
    let user = match url.username() {
        "" => None,
        user => Some(decoded(user).ok_or_else(|| wrong("the user is no UTF-8 text; write it plainly".to_owned()))?),
    };
    match (&user, has_password) {
        (Some(_), false) => Err(wrong(format!(
            "names a user without a password; write password = {}",
            secret::FORMS
        ))),
        (None, true) => Err(wrong(
            "names no user the password is for; write \"smtps://USER@host\"".to_owned(),
        )),
        _ => {
            let (tls, port) = (*tls, url.port().unwrap_or(*usual_port));
            Ok((SmtpServer { tls, host, port }, user))
        }
    }
}

/// Returns the host in ASCII form; in these schemes an address parser leaves it as written.
fn host_of(url: &Url) -> Option<String> {
    let raw = decoded(url.host_str()?)?;
    Some(match Host::parse(&raw).ok()? {
        Host::Domain(name) => name,
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    })
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

mod percent_decode {
    /// Returns a text with its `%XX` resolved, if that is UTF-8. A `%` that begins none is a mistake, which the crate for
    /// this would pass over.
    pub fn decoded(text: &str) -> Option<String> {
        let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
        while let [first, after @ ..] = rest {
            rest = after;
            let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            match (*first, after) {
                (b'%', [high, low, left @ ..]) => {
                    bytes.push(hex(*high)? * 16 + hex(*low)?);
                    rest = left;
                }
                _ => bytes.push(*first),
            }
        }
        String::from_utf8(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, has_password: bool, expected: Result<(TlsMode, &str, u16, Option<&str>), &str>) {
        match (parse_smtp(text, has_password), expected) {
            (Ok((server, found)), Ok((tls, host, port, user))) => {
                let host = host.to_owned();
                assert_eq!((server, found.as_deref()), (SmtpServer { tls, host, port }, user));
            }
            (Err(Wrong::HoldsPassword), Err("password")) => {}
            (Err(Wrong::Other(message)), Err(part)) => assert!(message.contains(part), "{text}: {message}"),
            (found, expected) => panic!("{text}: {:?} instead of {expected:?}", found.ok()),
        }
    }

    #[test]
    fn servers() {
        check(
            "smtps://me@mail.example.org",
            true,
            Ok((TlsMode::Tls, "mail.example.org", 465, Some("me"))),
        );
        check(
            "smtps://me%40example.org@mail.example.org:1465",
            true,
            Ok((TlsMode::Tls, "mail.example.org", 1465, Some("me@example.org"))),
        );
        check(
            "smtp+starttls://mail.example.org",
            false,
            Ok((TlsMode::StartTls, "mail.example.org", 587, None)),
        );
        check(
            "smtp://127.0.0.1:2525",
            false,
            Ok((TlsMode::Plain, "127.0.0.1", 2525, None)),
        );
        check("smtp://[::1]", false, Ok((TlsMode::Plain, "::1", 25, None)));
        check("smtp://localhost", false, Ok((TlsMode::Plain, "localhost", 25, None)));
        check(
            "smtp+plain://relay.lan:2525",
            false,
            Ok((TlsMode::PlainNetwork, "relay.lan", 2525, None)),
        );
        check(
            "smtp+plain://10.0.0.2",
            false,
            Ok((TlsMode::PlainNetwork, "10.0.0.2", 25, None)),
        );
        check(
            "smtps://bücher.example",
            false,
            Ok((TlsMode::Tls, "xn--bcher-kva.example", 465, None)),
        );
    }

    #[test]
    fn what_is_refused() {
        check("smtp://mail.example.org", false, Err("in the clear"));
        check(
            "smtp://192.168.1.2",
            false,
            Err("smtp+plain:// if this network is yours alone"),
        );
        check("smtp+plain://me@192.168.1.2", true, Err("no password crosses"));
        check("smtp+plain://192.168.1.2", true, Err("no password crosses"));
        check("smtps://mail.example.org:0", false, Err("port 0"));
        check(
            &format!("smtps://{}.example", "m".repeat(64)),
            false,
            Err("that none can be"),
        );
        check("smtps://me:hunter2@mail.example.org", false, Err("password"));
        check("smtps://me@mail.example.org", false, Err("without a password"));
        check("smtps://mail.example.org", true, Err("no user the password is for"));
        check("mail.example.org", false, Err("no address of a mail server"));
        check("https://mail.example.org", false, Err("no address of a mail server"));
        check(
            "smtps://mail.example.org/inbox",
            false,
            Err("more than user, host and port"),
        );
        check("smtps://", false, Err("names no host"));
    }
}
