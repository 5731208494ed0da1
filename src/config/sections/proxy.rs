//! `fetch.proxy` and `fetch.proxy_password`: what every request goes through.

use crate::config::reading::environment::Environment;
use crate::config::reading::expand::Places;
use crate::config::reading::raw::{File, Table};
use crate::config::reading::secret::{self, FORMS};
use crate::fetch::Proxy;

/// How a proxy is written, for messages.
const EXAMPLES: &str = "write for example \"http://proxy.example.org:3128\" or \"socks5://127.0.0.1:1080\"";

/// Takes the proxy; none when there is none, or a mistake was noted.
pub fn read(file: &mut File<'_>, table: &mut Table<'_>, around: &Environment<'_>, places: &Places) -> Option<Proxy> {
    let (has_proxy, has_password) = (table.has("proxy"), table.has("proxy_password"));
    let text = table.text(file, "proxy");
    let password = secret::take(file, table, "proxy_password", around, places);
    if has_password && !has_proxy {
        file.wrong_table(table, format!("has a proxy_password but no proxy; {EXAMPLES}"));
    }
    let text = text?;
    let mut proxy = match Proxy::parse(text.text.trim()) {
        Ok(proxy) => proxy,
        Err(message) => {
            let holds_password = text.text.split_once('@').is_some();
            let message = format!("{message}; {EXAMPLES}");
            match holds_password {
                true => file.wrong_secret(&text.value, message),
                false => file.wrong(&text.value, message),
            }
            return None;
        }
    };
    match (proxy.has_user(), has_password) {
        (true, false) => file.wrong(
            &text.value,
            format!("names a user, but there is no password; write proxy_password = {FORMS} beside it"),
        ),
        (false, true) => file.wrong(
            &text.value,
            "names no user for the proxy_password; write it before an @, as in \"http://user@proxy.example.org:3128\"",
        ),
        _ => {}
    }
    proxy.password = password;
    Some(proxy)
}
