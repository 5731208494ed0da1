//! What a document's file is called: its date and the slug of its title, letters of every script.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::article::Article;
use crate::text;

/// A slug is cut at this length, in bytes, at a hyphen where one stands in its second half: with date, number and ending
/// it fits where names have the least room, 143 bytes.
const SLUG_BYTES_MAX: usize = 120;

/// Returns the slug of a title: Latin letters without what decorates them, those of other scripts as they are, in small
/// letters; empty when the title has neither letter nor digit.
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.to_lowercase().nfkc() {
        let plain = text::fold(c.encode_utf8(&mut [0; 4]));
        if c == '-' || c.is_whitespace() {
            if !slug.ends_with('-') {
                slug.push('-');
            }
        } else if plain.is_ascii() {
            slug.extend(plain.chars().filter(char::is_ascii_alphanumeric));
        } else if is_of_name(c) && (!is_combining_mark(c) || !slug.is_empty()) {
            slug.push(c);
        }
    }
    // What stood between two marks is gone; they have an order.
    let slug: String = slug.trim_matches('-').nfc().collect();
    let cut = text::head(&slug, SLUG_BYTES_MAX);
    if cut.len() == slug.len() || slug[cut.len()..].starts_with('-') {
        return cut.to_owned();
    }
    let hyphen = cut.rfind('-').filter(|at| *at > SLUG_BYTES_MAX / 2);
    cut[..hyphen.unwrap_or(cut.len())].to_owned()
}

/// Whether a slug may hold this character.
fn is_of_name(c: char) -> bool {
    c == '-' || is_combining_mark(c) || c.is_alphanumeric() && !c.is_uppercase()
}

/// Whether this can be the name of a document without its ending: one part of a path everywhere.
pub fn is_file_stem(stem: &str) -> bool {
    stem.starts_with(is_of_name) && !stem.starts_with('-') && stem.chars().all(is_of_name)
}

/// Returns the name of an article's document without number and ending: date and slug.
pub fn file_stem(article: &Article) -> String {
    let slug = match slug(&article.title) {
        slug if slug.is_empty() => HEXLOWER.encode(&Sha256::digest(&article.web_url)[..6]),
        slug => slug,
    };
    format!("{}-{slug}", article.published_at.format("%Y-%m-%d"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_keep_the_letters_of_every_script() {
        for (title, expected) in [
            ("Microsoft won't sell – yet", "microsoft-wont-sell-yet"),
            ("Café Zoë: 3.5 million!", "cafe-zoe-35-million"),
            ("  ../../etc/passwd ", "etcpasswd"),
            ("Well — this 🎉", "well-this"),
            ("Straße in Łódź, Đà Nẵng, Rødovre", "strasse-in-lodz-da-nang-rodovre"),
            ("İstanbul’da ÆRØ ŒUVRE", "istanbulda-aero-oeuvre"),
            ("ＦＢＩ と カメラ", "fbi-と-カメラ"),
            ("市议会：禁止人脸识别", "市议会禁止人脸识别"),
            ("Майский указ о ёлке", "майский-указ-о-ёлке"),
            ("ΑΘΗΝΑΣ Αθήνα", "αθηνας-αθήνα"),
            ("शहर में कैमरे", "शहर-में-कैमरे"),
            ("حظر الكاميرات", "حظر-الكاميرات"),
            ("\u{202e}md.exe\u{0} A/B\\C", "mdexe-abc"),
            ("🎉 !", ""),
        ] {
            assert_eq!(slug(title), expected, "{title}");
        }
    }

    #[test]
    fn a_slug_is_cut_at_a_hyphen_or_between_letters() {
        let words = slug(&"word ".repeat(60));
        assert!(words.len() <= SLUG_BYTES_MAX && words.ends_with("word"));
        let letters = slug(&format!("AI {}", "禁止".repeat(60)));
        assert!(
            (SLUG_BYTES_MAX - 3..=SLUG_BYTES_MAX).contains(&letters.len()),
            "{letters}"
        );
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_title_the_name_is_one_part_of_a_path(title in proptest::prelude::any::<String>()) {
            let stem = format!("2026-06-10-{}", slug(&title));
            proptest::prop_assert!(is_file_stem(&stem) && stem.len() <= 11 + SLUG_BYTES_MAX, "{stem}");
            proptest::prop_assert_eq!(stem.nfc().collect::<String>(), stem.clone());
        }
    }
}
