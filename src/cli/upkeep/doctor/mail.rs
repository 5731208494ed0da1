//! The mail server: greeted, logged in to, and left without a message.

use super::finding::Finding;
use crate::config::Config;
use crate::deliver::mail::{Mailer, Transport};

/// Logs in to the mail server, if there is one.
pub(super) async fn check(config: &Config) -> Option<Finding> {
    const NAME: &str = "mail";
    let settings = config.mail.as_ref()?;
    let what = match &settings.transport {
        Transport::Smtp(smtp) => match settings.user {
            Some(_) => format!("{} takes the login", smtp.host),
            None => format!("{} answers", smtp.host),
        },
        // The configuration knows no third way.
        Transport::Sendmail | Transport::Unready(_) | Transport::Memory => "the sendmail program is there".to_owned(),
    };
    if settings.password.as_ref().is_some_and(Result::is_err) {
        let remedy =
            "see \"secrets\" above; under systemd the service has it, and `tidings digest --to mail:ADDRESS` tries it";
        return Some(Finding::warn(
            NAME,
            "not tried: its password is not readable here",
            remedy,
        ));
    }
    let tried = match Mailer::new(&settings.options()) {
        Ok(mailer) => mailer.knock(config.has_international_mail()).await,
        Err(error) => Err(error),
    };
    Some(match tried {
        Ok(()) => Finding::ok(NAME, what),
        Err(error) => {
            let text = error.to_string();
            let (said, remedy) = text.split_once("; ").unwrap_or((&text, "check [mail]"));
            Finding::fail(NAME, said, remedy)
        }
    })
}
