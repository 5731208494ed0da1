//! The words of a digest in one language, and the forms that numbers ask for.

use super::Phrases;
use crate::domain::named::named;

/// Every word of a digest that no source wrote; empty where digests are not written in the language. What stands in braces is
/// filled in: `{n}` is a number, or a name as the key says.
#[derive(Debug)]
pub struct DigestWords {
    /// A name of [`Plural`].
    pub plural: &'static str,
    pub new: &'static str,
    pub developing: &'static str,
    pub corrected: &'static str,
    pub changed: &'static str,
    pub watched_pages: &'static str,
    pub added: &'static str,
    pub removed: &'static str,
    pub more_sentences: Phrases,
    pub changed_pages: Phrases,
    pub dates: &'static str,
    pub dates_told: Phrases,
    pub comments_close: &'static str,
    pub takes_effect: &'static str,
    pub hearing: &'static str,
    pub event: &'static str,
    pub days_ahead: Phrases,
    pub today: &'static str,
    pub date_was: &'static str,
    pub withdrawn: &'static str,
    pub in_brief: &'static str,
    pub also: &'static str,
    pub so_far: &'static str,
    pub continues: &'static str,
    pub names: &'static str,
    pub it_said: &'static str,
    pub elsewhere: &'static str,
    pub introduction: &'static str,
    pub untitled: &'static str,
    pub more: &'static str,
    pub and_more: &'static str,
    pub more_stories: Phrases,
    pub copies: Phrases,
    pub articles: Phrases,
    pub in_days: Phrases,
    pub of_them_copies: Phrases,
    pub new_articles: Phrases,
    pub corrections: Phrases,
    pub new_stories: Phrases,
    pub developing_stories: Phrases,
    pub told_stories: Phrases,
    pub no_stories: &'static str,
    pub nothing: &'static str,
    pub nothing_alarm: &'static str,
    pub nothing_heartbeat: &'static str,
    pub alert: &'static str,
    pub told_at: &'static str,
    pub since_then: Phrases,
    pub since: &'static str,
    pub until: &'static str,
    pub just_now: &'static str,
    pub minutes_ago: Phrases,
    pub hours_ago: Phrases,
    pub days_ago: Phrases,
    pub sources_read: Phrases,
    pub sources_unread: Phrases,
    pub judged_by_teaser: Phrases,
    pub no_source_read: &'static str,
    pub gone: &'static str,
    pub blocked: &'static str,
    pub failing: &'static str,
    pub changed_markup: &'static str,
    pub silent: &'static str,
    pub late: &'static str,
    pub trouble_since: &'static str,
    pub undelivered: &'static str,
    pub undelivered_to: &'static str,
    pub unsubscribe: &'static str,
}

/// How articles are headed that are no news, but one of a series: columns, podcasts, letters, deals.
#[derive(Debug)]
pub struct ColumnTitles {
    /// Each is the whole of a headline, or the whole of what stands before or behind a colon, a comma, a bar or a dash in
    /// it; "…" at its beginning or end stands for any words.
    pub titles: Phrases,
}

/// How a language tells numbers apart in its nouns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plural {
    /// One, and all others: English, German.
    One,
    /// Up to one, and all others: French.
    UpToOne,
    /// One, two to four, and all others: Czech, Slovak.
    Czech,
    /// One, what ends in two to four except twelve to fourteen, and all others: Polish.
    Polish,
    /// What ends in one except eleven, in two to four except twelve to fourteen, and all others: Russian, Ukrainian.
    Russian,
}

// The name used in the lexicon.
named!(
    Plural,
    One = "one",
    UpToOne = "up-to-one",
    Czech = "czech",
    Polish = "polish",
    Russian = "russian"
);

impl Plural {
    /// Returns how many forms a noun has.
    pub fn forms(self) -> usize {
        match self {
            Self::One | Self::UpToOne => 2,
            Self::Czech | Self::Polish | Self::Russian => 3,
        }
    }

    /// Returns the form a number asks for, from 0.
    pub fn form(self, number: usize) -> usize {
        let is_few = matches!(number % 10, 2..=4) && !matches!(number % 100, 12..=14);
        match self {
            Self::One => usize::from(number != 1),
            Self::UpToOne => usize::from(number > 1),
            Self::Czech => match number {
                1 => 0,
                2..=4 => 1,
                _ => 2,
            },
            Self::Polish if number == 1 => 0,
            Self::Russian if number % 10 == 1 && number % 100 != 11 => 0,
            Self::Polish | Self::Russian => 2 - usize::from(is_few),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::lexicon::LANGUAGES;

    #[test]
    fn phrases_with_numbers_have_the_forms_their_language_asks_for() {
        let left_open = |text: &str| -> BTreeSet<String> {
            text.split('{')
                .skip(1)
                .map(|rest| rest.split('}').next().unwrap().to_owned())
                .collect()
        };
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/lexicon");
        let block = |tag: &str| {
            let text = std::fs::read_to_string(format!("{folder}/{tag}.toml")).unwrap();
            toml::from_str::<toml::Table>(&text).unwrap().remove("digest").unwrap()
        };
        let english = block("en");
        for language in LANGUAGES.iter().filter(|language| !language.digest.new.is_empty()) {
            let forms = Plural::of_name(language.digest.plural).unwrap().forms();
            for (key, phrase) in block(language.tag).as_table().unwrap() {
                let texts = |phrase: &toml::Value| match phrase {
                    toml::Value::Array(all) => all.iter().map(|one| one.as_str().unwrap().to_owned()).collect(),
                    one => vec![one.as_str().unwrap().to_owned()],
                };
                let (own, wanted) = (texts(phrase), left_open(&texts(&english[key])[0]));
                assert!(own.len() == 1 || own.len() == forms, "{}: {key}", language.tag);
                assert!(
                    own.iter().all(|text| !text.is_empty() && left_open(text) == wanted),
                    "{}: {key}",
                    language.tag
                );
            }
        }
    }

    #[test]
    fn numbers_ask_for_forms() {
        let forms = |plural: Plural| [0, 1, 2, 4, 5, 11, 12, 21, 22, 112].map(|number| plural.form(number));
        assert_eq!(forms(Plural::One), [1, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(forms(Plural::UpToOne), [0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(forms(Plural::Czech), [2, 0, 1, 1, 2, 2, 2, 2, 2, 2]);
        assert_eq!(forms(Plural::Polish), [2, 0, 1, 1, 2, 2, 2, 2, 1, 2]);
        assert_eq!(forms(Plural::Russian), [2, 0, 1, 1, 2, 2, 2, 0, 1, 2]);
    }
}
