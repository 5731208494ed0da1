//! Whose letter it is: the list's, else what the reader's own alias calls it, else the sender's.

use super::Letter;
use crate::domain::url::registrable_domain;

/// Who publishes a letter, by its own claims.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LetterOutlet {
    pub name: Option<String>,
    pub domain: Option<String>,
}

/// A number in the name of a list has so many characters at least; names of lists are shorter or have no digits.
const NUMBER_CHARS_MIN: usize = 8;

/// Returns whose letter it is. A list that has a number for a name is a sending service's and says nothing of the publisher.
pub fn outlet(letter: &Letter) -> LetterOutlet {
    let list = letter.list.as_ref().filter(|list| !list.id.split('.').any(is_number));
    let sender_domain = sender_domain(letter);
    let list_name = list.and_then(|list| list.name.clone()).filter(|name| !is_number(name));
    let sender = letter.from.as_ref();
    let sender_name = sender.map(|from| from.name.clone().unwrap_or_else(|| from.address.clone()));
    LetterOutlet {
        name: list_name.or_else(|| letter.alias.clone()).or(sender_name),
        domain: list.and_then(|list| domain(&list.id)).or(sender_domain),
    }
}

/// Returns the domain whose pages may be a letter's own: what list and sender both name.
pub fn page_domain(letter: &Letter) -> Option<String> {
    outlet(letter)
        .domain
        .filter(|own| sender_domain(letter).as_ref() == Some(own))
}

fn sender_domain(letter: &Letter) -> Option<String> {
    let (_, host) = letter.from.as_ref()?.address.rsplit_once('@')?;
    domain(host)
}

/// Whether a word is a number, or a code that stands for one.
fn is_number(word: &str) -> bool {
    word.len() >= NUMBER_CHARS_MIN
        && word.bytes().filter(u8::is_ascii_digit).count() * 4 >= word.len()
        && !word.contains(' ')
}

fn domain(host: &str) -> Option<String> {
    let host = host.trim().trim_end_matches('.');
    let is_host = host.contains('.')
        && host
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    is_host.then(|| registrable_domain(host))
}
