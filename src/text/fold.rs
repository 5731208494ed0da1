//! Letters of any script in one comparable form: what only decorates them is taken off, what is written in two ways is
//! written in one. Cuts no words, but puts a space where a sign ends one.
//!
//! Search by others is the measure where a script leaves a choice: accents and points fall away, the forms of alef, yeh and
//! kaf are one, teh marbuta is heh, and the joiner that Persian is written with parts words.

use unicode_normalization::UnicodeNormalization;

/// Letters of the longest word whose raised 2 or 3 is a unit's ("km²"), not a note's.
const UNIT_LETTERS_MAX: usize = 2;

/// Returns a text in lower case without what only decorates letters: `ß`, `ł`, `đ`, `ø`, `æ` become plain letters, and so
/// do full width, ligatures and the dotless i.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    folded(text, false)
}

/// Returns the same with capitals as they are written.
pub(super) fn fold_cased(text: &str) -> String {
    folded(text, true)
}

fn folded(text: &str, is_cased: bool) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let ascii = rest.find(|letter: char| !letter.is_ascii()).unwrap_or(rest.len());
        let from = plain.len();
        plain.push_str(&rest[..ascii]);
        if !is_cased {
            plain[from..].make_ascii_lowercase();
        }
        rest = &rest[ascii..];
        let other = rest.find(|letter: char| letter.is_ascii()).unwrap_or(rest.len());
        fold_other(&rest[..other], is_cased, &mut plain);
        rest = &rest[other..];
    }
    plain
}

/// Folds a run of letters that are not ASCII; what decorates an ASCII letter before it falls away with the rest.
fn fold_other(run: &str, is_cased: bool, plain: &mut String) {
    let mut rest = run;
    while let Some((at, sign)) = rest.char_indices().find(|(_, letter)| is_sign(*letter)) {
        fold_letters(&rest[..at], is_cased, plain);
        rest = &rest[at + sign.len_utf8()..];
        match sign {
            '’' | '‘' | '‛' | 'ʼ' | 'ʻ' | 'ʹ' | 'ʾ' | 'ʿ' | '′' | '´' | 'ꞌ' | '׳' => plain.push('\''),
            '“' | '”' | '„' | '‟' | '״' => plain.push('"'),
            '\u{2010}'..='\u{2015}' => plain.push('-'),
            '…' => plain.push_str("..."),
            '«' | '»' | '‹' | '›' | '•' | '€' | '£' => plain.push('*'),
            // "col·legi", as the Catalan letter is written.
            '·' if plain.ends_with(['l', 'L']) => {}
            '·' => plain.push('·'),
            '\u{200C}' if plain.chars().next_back().is_some_and(is_arabic) => plain.push(' '),
            _ if is_invisible(sign) => {}
            _ if is_raised(sign) => {
                let end = rest.find(|letter| !is_raised(letter)).unwrap_or(rest.len());
                match plain.chars().next_back() {
                    // A note: "ban¹".
                    Some(before) if before.is_alphanumeric() && !(end == 0 && is_of_unit(plain, sign)) => {
                        plain.push(' ')
                    }
                    _ => plain.extend(sign.nfkd().chain(rest[..end].nfkd())),
                }
                rest = &rest[end..];
            }
            _ => plain.push(' '),
        }
    }
    fold_letters(rest, is_cased, plain);
}

/// Whether a character is more than a letter with its decoration.
fn is_sign(letter: char) -> bool {
    is_invisible(letter)
        || is_raised(letter)
        || matches!(
            letter,
            '’' | '‘'
                | '‛'
                | 'ʼ'
                | 'ʻ'
                | 'ʹ'
                | 'ʾ'
                | 'ʿ'
                | '′'
                | '´'
                | 'ꞌ'
                | '׳'
                | '“'
                | '”'
                | '„'
                | '‟'
                | '״'
                | '\u{2010}'
                ..='\u{2015}'
                    | '…'
                    | '«'
                    | '»'
                    | '‹'
                    | '›'
                    | '•'
                    | '€'
                    | '£'
                    | '·'
                    | '\u{200C}'
                    | '™'
                    | '℠'
                    | '®'
                    | '©'
                    | '℗'
                    | '\u{A0}'
        )
}

/// Whether a character is not seen and ends no word: soft hyphens, places to break a line, marks of direction.
pub fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// Whether a character is a raised or circled figure, as notes have.
pub fn is_raised(letter: char) -> bool {
    matches!(letter, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹' | '①'..='⑳')
}

/// Whether a raised figure belongs to the unit before it: m², km², cm³.
fn is_of_unit(plain: &str, figure: char) -> bool {
    let letters = plain.chars().rev().take_while(|letter| letter.is_alphabetic());
    matches!(figure, '²' | '³') && plain.ends_with('m') && letters.count() <= UNIT_LETTERS_MAX
}

fn is_arabic(letter: char) -> bool {
    matches!(letter, '\u{600}'..='\u{6FF}' | '\u{750}'..='\u{77F}')
}

fn fold_letters(run: &str, is_cased: bool, plain: &mut String) {
    if run.is_empty() {
        return;
    }
    let undecorated = run.nfkd().filter(|letter| !is_decoration(*letter));
    for letter in undecorated.nfc() {
        for lower in letter.to_lowercase() {
            match plain_letters(lower) {
                // What lower-casing decomposes again.
                _ if is_decoration(lower) => {}
                _ if lower == '·' && plain.ends_with(['l', 'L']) => {}
                Some(letters) if is_cased && letter != lower => plain.push_str(&letters.to_uppercase()),
                Some(letters) => plain.push_str(letters),
                None if is_cased => plain.push(letter),
                None => plain.push(lower),
            }
        }
    }
}

/// Whether a mark stands on, in or under a letter and falls away: accents, the points of Hebrew and Arabic, the stroke
/// that lengthens an Arabic word.
fn is_decoration(letter: char) -> bool {
    matches!(letter as u32,
        0x0300..=0x036F | 0x0591..=0x05BD | 0x05BF | 0x05C1..=0x05C2 | 0x05C4..=0x05C5 | 0x05C7 | 0x0610..=0x061A
        | 0x0640 | 0x064B..=0x065F | 0x0670 | 0x06D6..=0x06DC | 0x06DF..=0x06E4 | 0x06E7..=0x06E8 | 0x06EA..=0x06ED
        | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF)
}

/// Returns the letters that one is written with where it is not to be had.
fn plain_letters(lower: char) -> Option<&'static str> {
    Some(match lower {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "n",
        'ı' => "i",
        '′' => "'",
        'ς' => "σ",
        'ٱ' => "ا",
        'ى' | 'ی' => "ي",
        'ک' => "ك",
        'ة' | 'ہ' => "ه",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(texts: &[&str], expected: &str) {
        for text in texts {
            assert_eq!(fold(text), expected, "{text:?}");
            assert_eq!(fold(&fold_cased(text)), expected, "{text:?}");
        }
    }

    #[test]
    fn letters_are_one_however_they_are_written() {
        check(&["Straße", "STRASSE", "STRAẞE", "stra\u{AD}ße"], "strasse");
        check(&["Łódź", "ŁÓDŹ", "Lodz"], "lodz");
        check(&["Đà Nẵng", "Da Nang", "ĐÀ NẴNG"], "da nang");
        check(&["Rødovre", "RØDOVRE"], "rodovre");
        check(&["İstanbul", "ISTANBUL", "istanbul", "ıstanbul"], "istanbul");
        check(&["Þingvellir", "THINGVELLIR"], "thingvellir");
        check(&["Ａthens ﬁled", "athens filed"], "athens filed");
        check(&["ｶﾒﾗ", "カメラ"], "カメラ");
        check(&["ｶﾞｰﾄﾞ", "ガード"], "ガード");
        check(&["\u{1112}\u{1161}\u{11AB}", "한"], "한");
        check(&["Ещё", "ЕЩЕ"], "еще");
        check(&["ΑΘΗΝΑΣ", "Αθήνας"], "αθηνασ");
        check(&["col·legi", "coŀlegi", "collegi"], "collegi");
        check(&["سياسةٌ", "سياسه", "سيـاسة"], "سياسه");
        check(&["إلغاء", "الغاء", "أُلغاء"], "الغاء");
        check(&["مصطفى", "مصطفی", "مصطفي"], "مصطفي");
        check(&["שָׁלוֹם", "שלום"], "שלום");
    }

    #[test]
    fn signs_fall_away_or_end_a_word() {
        check(
            &["AI™ a", "AI℠ a", "AI® a", "AI¹ a", "AI¹² a", "ai² a", "ai① a"],
            "ai  a",
        );
        check(&["5 m²", "5 m2"], "5 m2");
        check(&["9 km³"], "9 km3");
        check(&["CO₂", "co2"], "co2");
        check(&["¹² Note"], "12 note");
        check(&["bio\u{200B}met\u{FEFF}ric\u{2060}\u{200F}"], "biometric");
        check(&["می\u{200C}خواهم"], "مي خواهم");
        check(&["Auf\u{200C}lage"], "auflage");
        check(&["“a”—‘b’…"], "\"a\"-'b'...");
        check(&["l’été", "l＇été", "lʼété", "l´été"], "l'ete");
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "[a-zéßŁİıςΣ²¹™’ʻ·lآىـ\u{200C}\u{AD}ｶ가 ]{0,24}") {
            let once = fold(&text);
            proptest::prop_assert_eq!(fold(&once), once);
        }
    }
}
