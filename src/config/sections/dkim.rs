//! `mail.dkim`: who signs our mails, where the mail server does not.

use crate::config::reading::environment::Environment;
use crate::config::reading::expand::Places;
use crate::config::reading::raw::{File, Table};
use crate::config::reading::secret;
use crate::config::settings::DkimSettings;

/// How it is written, for messages.
const FORM: &str =
    "write dkim = { domain = \"example.org\", selector = \"tidings\", key = { credential = \"dkim-key\" } }";

/// Takes `dkim` from `[mail]`.
pub fn read(
    file: &mut File<'_>,
    mail: &mut Table<'_>,
    around: &Environment<'_>,
    places: &Places,
) -> Option<DkimSettings> {
    let mut table = mail.table(file, "dkim")?;
    let is_whole = ["domain", "selector", "key"].iter().all(|key| table.has(key));
    if !is_whole {
        file.wrong_table(&table, format!("is not whole; {FORM}"));
    }
    let domain = table.text(file, "domain");
    let selector = table.text(file, "selector");
    let key = secret::take_late(file, &mut table, "key", around, places);
    table.close(file);
    let (domain, selector, key) = (domain?, selector?, key?);
    let is_label = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
    };
    for text in [&domain, &selector] {
        if !is_label(&text.text) {
            file.wrong(&text.value, format!("is no name in the DNS; {FORM}"));
            return None;
        }
    }
    Some(DkimSettings {
        domain: domain.text,
        selector: selector.text,
        key,
    })
}
