//! Where the page behind one page of an answer is.

use serde_json::Value;
use url::Url;

use super::lookup::Item;
use crate::domain::json_path::JsonPath;
use crate::domain::record::{NextPage, RecordFormat};
use crate::feed::json::text_of;

/// Where an answer goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Onward {
    Nowhere,
    Page(Url),
    /// At another place, named here, which nobody asks: a key is sent along.
    Elsewhere(String),
}

/// Returns where the answer goes on that came from `address` as the `number`th.
pub(super) fn onward(root: &Value, format: &RecordFormat, address: &Url, number: usize, has_items: bool) -> Onward {
    let Some(mut next) = next_address(root, format, address, number, has_items) else {
        return Onward::Nowhere;
    };
    // Behind a proxy an API often believes that it is asked without TLS.
    let is_below_tls = (address.scheme(), next.scheme()) == ("https", "http");
    if is_below_tls && next.host() == address.host() && (next.port(), address.port()) == (None, None) {
        next.set_scheme("https").expect("both are of the web");
    }
    if next == *address {
        return Onward::Nowhere;
    }
    match next.origin() == address.origin() {
        true => Onward::Page(next),
        false => Onward::Elsewhere(next.origin().ascii_serialization()),
    }
}

fn next_address(root: &Value, format: &RecordFormat, address: &Url, number: usize, has_items: bool) -> Option<Url> {
    let said = |path: &JsonPath| {
        let found = Item::whole(root).at(path, 1);
        found.first().and_then(|item| text_of(item.value))
    };
    Some(match format.next.as_ref()? {
        NextPage::Address(path) => address.join(said(path)?.trim()).ok()?,
        NextPage::Cursor(path, parameter) => with_parameter(address, parameter, &said(path)?),
        NextPage::Number(_) if !has_items => return None,
        NextPage::Number(parameter) => {
            // Some count from 0, which an address says of itself.
            let mut pairs = address.query_pairs();
            let stated = pairs.find(|(name, _)| name == parameter);
            let this = stated.and_then(|(_, value)| value.parse().ok()).unwrap_or(number);
            with_parameter(address, parameter, &this.saturating_add(1).to_string())
        }
    })
}

fn with_parameter(address: &Url, name: &str, value: &str) -> Url {
    let mut url = address.clone();
    let others: Vec<(String, String)> = address
        .query_pairs()
        .filter(|(known, _)| known != name)
        .map(|(known, value)| (known.into_owned(), value.into_owned()))
        .collect();
    url.query_pairs_mut()
        .clear()
        .extend_pairs(others)
        .append_pair(name, value);
    url
}
