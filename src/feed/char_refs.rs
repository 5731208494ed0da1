//! Character references: `&amp;`, `&hellip;`, `&#8217;`.
//!
//! The named ones of HTML 4 and the few later ones feeds use. A name nobody knows stays as it was written: text is
//! never lost here.

use std::borrow::Cow;

/// The longest reference looked for, in bytes between `&` and `;`.
const REFERENCE_BYTES_MAX: usize = 32;

/// Sorted by name, byte by byte.
#[rustfmt::skip]
const NAMED: &[(&str, char)] = &[
    ("AElig", 'Æ'), ("Aacute", 'Á'), ("Acirc", 'Â'), ("Agrave", 'À'), ("Alpha", 'Α'), ("Aring", 'Å'), ("Atilde", 'Ã'),
    ("Auml", 'Ä'), ("Beta", 'Β'), ("Ccaron", 'Č'), ("Ccedil", 'Ç'), ("Chi", 'Χ'), ("Dagger", '\u{2021}'),
    ("Delta", 'Δ'), ("ETH", 'Ð'), ("Eacute", 'É'), ("Ecirc", 'Ê'), ("Egrave", 'È'), ("Epsilon", 'Ε'), ("Eta", 'Η'),
    ("Euml", 'Ë'), ("Gamma", 'Γ'), ("Gbreve", 'Ğ'), ("Iacute", 'Í'), ("Icirc", 'Î'), ("Igrave", 'Ì'), ("Iota", 'Ι'),
    ("Iuml", 'Ï'), ("Kappa", 'Κ'), ("Lambda", 'Λ'), ("Lstrok", 'Ł'), ("Mu", 'Μ'), ("NewLine", '\u{a}'),
    ("Ntilde", 'Ñ'), ("Nu", 'Ν'), ("OElig", 'Œ'), ("Oacute", 'Ó'), ("Ocirc", 'Ô'), ("Ograve", 'Ò'), ("Omega", 'Ω'),
    ("Omicron", 'Ο'), ("Oslash", 'Ø'), ("Otilde", 'Õ'), ("Ouml", 'Ö'), ("Phi", 'Φ'), ("Pi", 'Π'),
    ("Prime", '\u{2033}'), ("Psi", 'Ψ'), ("Rcaron", 'Ř'), ("Rho", 'Ρ'), ("Scaron", 'Š'), ("Scedil", 'Ş'),
    ("Sigma", 'Σ'), ("THORN", 'Þ'), ("Tab", '\u{9}'), ("Tau", 'Τ'), ("Theta", 'Θ'), ("Uacute", 'Ú'), ("Ucirc", 'Û'),
    ("Ugrave", 'Ù'), ("Upsilon", 'Υ'), ("Uuml", 'Ü'), ("Xi", 'Ξ'), ("Yacute", 'Ý'), ("Yuml", 'Ÿ'), ("Zcaron", 'Ž'),
    ("Zeta", 'Ζ'), ("aacute", 'á'), ("acirc", 'â'), ("acute", '´'), ("aelig", 'æ'), ("agrave", 'à'), ("alefsym", 'ℵ'),
    ("alpha", 'α'), ("amacr", 'ā'), ("amp", '\u{26}'), ("and", '∧'), ("ang", '∠'), ("aogon", 'ą'), ("apos", '\u{27}'),
    ("aring", 'å'), ("ast", '\u{2a}'), ("asymp", '≈'), ("atilde", 'ã'), ("auml", 'ä'), ("bdquo", '\u{201e}'),
    ("beta", 'β'), ("brvbar", '¦'), ("bsol", '\u{5c}'), ("bull", '\u{2022}'), ("cacute", 'ć'), ("cap", '∩'),
    ("ccaron", 'č'), ("ccedil", 'ç'), ("cedil", '¸'), ("cent", '¢'), ("chi", 'χ'), ("circ", 'ˆ'), ("clubs", '♣'),
    ("colon", '\u{3a}'), ("comma", '\u{2c}'), ("commat", '\u{40}'), ("cong", '≅'), ("copy", '©'), ("crarr", '↵'),
    ("cup", '∪'), ("curren", '¤'), ("dArr", '⇓'), ("dagger", '\u{2020}'), ("darr", '↓'), ("dash", '\u{2010}'),
    ("deg", '°'), ("delta", 'δ'), ("diams", '♦'), ("divide", '÷'), ("dollar", '\u{24}'), ("eacute", 'é'),
    ("ecaron", 'ě'), ("ecirc", 'ê'), ("egrave", 'è'), ("empty", '∅'), ("emsp", '\u{2003}'), ("ensp", '\u{2002}'),
    ("eogon", 'ę'), ("epsilon", 'ε'), ("equals", '\u{3d}'), ("equiv", '≡'), ("eta", 'η'), ("eth", 'ð'), ("euml", 'ë'),
    ("euro", '€'), ("excl", '\u{21}'), ("exist", '∃'), ("fnof", 'ƒ'), ("forall", '∀'), ("frac12", '½'),
    ("frac14", '¼'), ("frac34", '¾'), ("frasl", '\u{2044}'), ("gamma", 'γ'), ("gbreve", 'ğ'), ("ge", '≥'),
    ("grave", '\u{60}'), ("gt", '\u{3e}'), ("hArr", '⇔'), ("harr", '↔'), ("hearts", '♥'), ("hellip", '\u{2026}'),
    ("hyphen", '\u{2010}'), ("iacute", 'í'), ("icirc", 'î'), ("iexcl", '¡'), ("igrave", 'ì'), ("image", 'ℑ'),
    ("infin", '∞'), ("inodot", 'ı'), ("int", '∫'), ("iota", 'ι'), ("iquest", '¿'), ("isin", '∈'), ("iuml", 'ï'),
    ("kappa", 'κ'), ("lArr", '⇐'), ("lambda", 'λ'), ("lang", '\u{2329}'), ("laquo", '«'), ("larr", '←'),
    ("lceil", '⌈'), ("ldquo", '\u{201c}'), ("ldquor", '\u{201e}'), ("le", '≤'), ("lfloor", '⌊'), ("lowast", '∗'),
    ("lowbar", '\u{5f}'), ("loz", '◊'), ("lpar", '\u{28}'), ("lrm", '\u{200e}'), ("lsaquo", '\u{2039}'),
    ("lsqb", '\u{5b}'), ("lsquo", '\u{2018}'), ("lstrok", 'ł'), ("lt", '\u{3c}'), ("macr", '¯'),
    ("mdash", '\u{2014}'), ("micro", 'µ'), ("middot", '·'), ("minus", '−'), ("mu", 'μ'), ("nabla", '∇'),
    ("nacute", 'ń'), ("nbsp", '\u{a0}'), ("ndash", '\u{2013}'), ("ne", '≠'), ("ni", '∋'), ("not", '¬'),
    ("notin", '∉'), ("nsub", '⊄'), ("ntilde", 'ñ'), ("nu", 'ν'), ("num", '\u{23}'), ("oacute", 'ó'), ("ocirc", 'ô'),
    ("odblac", 'ő'), ("oelig", 'œ'), ("ograve", 'ò'), ("oline", '\u{203e}'), ("omega", 'ω'), ("omicron", 'ο'),
    ("oplus", '⊕'), ("or", '∨'), ("ordf", 'ª'), ("ordm", 'º'), ("oslash", 'ø'), ("otilde", 'õ'), ("otimes", '⊗'),
    ("ouml", 'ö'), ("para", '¶'), ("part", '∂'), ("percnt", '\u{25}'), ("period", '\u{2e}'), ("permil", '\u{2030}'),
    ("perp", '⊥'), ("phi", 'φ'), ("pi", 'π'), ("piv", 'ϖ'), ("plus", '\u{2b}'), ("plusmn", '±'), ("pound", '£'),
    ("prime", '\u{2032}'), ("prod", '∏'), ("prop", '∝'), ("psi", 'ψ'), ("quest", '\u{3f}'), ("quot", '\u{22}'),
    ("rArr", '⇒'), ("radic", '√'), ("rang", '\u{232a}'), ("raquo", '»'), ("rarr", '→'), ("rcaron", 'ř'),
    ("rceil", '⌉'), ("rdquo", '\u{201d}'), ("real", 'ℜ'), ("reg", '®'), ("rfloor", '⌋'), ("rho", 'ρ'),
    ("rlm", '\u{200f}'), ("rpar", '\u{29}'), ("rsaquo", '\u{203a}'), ("rsqb", '\u{5d}'), ("rsquo", '\u{2019}'),
    ("rsquor", '\u{2019}'), ("sacute", 'ś'), ("sbquo", '\u{201a}'), ("scaron", 'š'), ("scedil", 'ş'), ("sdot", '⋅'),
    ("sect", '§'), ("semi", '\u{3b}'), ("shy", '\u{ad}'), ("sigma", 'σ'), ("sigmaf", 'ς'), ("sim", '∼'),
    ("sol", '\u{2f}'), ("spades", '♠'), ("sub", '⊂'), ("sube", '⊆'), ("sum", '∑'), ("sup", '⊃'), ("sup1", '¹'),
    ("sup2", '²'), ("sup3", '³'), ("supe", '⊇'), ("szlig", 'ß'), ("tau", 'τ'), ("there4", '∴'), ("theta", 'θ'),
    ("thetasym", '\u{3d1}'), ("thinsp", '\u{2009}'), ("thorn", 'þ'), ("tilde", '˜'), ("times", '×'), ("trade", '™'),
    ("uArr", '⇑'), ("uacute", 'ú'), ("uarr", '↑'), ("ucirc", 'û'), ("udblac", 'ű'), ("ugrave", 'ù'), ("uml", '¨'),
    ("upsih", 'ϒ'), ("upsilon", 'υ'), ("uring", 'ů'), ("uuml", 'ü'), ("verbar", '\u{7c}'), ("weierp", '℘'),
    ("xi", 'ξ'), ("yacute", 'ý'), ("yen", '¥'), ("yuml", 'ÿ'), ("zacute", 'ź'), ("zcaron", 'ž'), ("zdot", 'ż'),
    ("zeta", 'ζ'), ("zwj", '\u{200d}'), ("zwnj", '\u{200c}'),
];

/// What Windows wrote where Unicode has control characters; references to 128..=159 mean these (HTML, 13.2.5.80).
#[rustfmt::skip]
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '•', '\u{2013}', '\u{2014}', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Returns the character a reference names, given without `&` and `;`.
pub fn resolve(name: &str) -> Option<char> {
    // Escaped markup consists of these.
    match name {
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "amp" => return Some('&'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => {}
    }
    match name.strip_prefix('#') {
        None => NAMED
            .binary_search_by_key(&name, |row| row.0)
            .ok()
            .map(|at| NAMED[at].1),
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            match code {
                128..=159 => Some(WINDOWS[usize::try_from(code - 128).expect("at most 31")]),
                // Control characters have no place in text, written out or not.
                0..=8 | 11 | 12 | 14..=31 => None,
                _ => char::from_u32(code),
            }
        }
    }
}

/// Returns text with its references replaced, once.
pub fn unescape(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (found, length) = reference(rest);
        match found {
            Some(character) => out.push(character),
            None => out.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Returns the character that a text beginning with `&` refers to, and the bytes that took.
pub fn reference(text: &str) -> (Option<char>, usize) {
    let window = &text.as_bytes()[1..text.len().min(REFERENCE_BYTES_MAX + 2)];
    let end = window.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'#');
    match end {
        Some(end) if window[end] == b';' => match resolve(&text[1..=end]) {
            Some(character) => (Some(character), end + 2),
            None => (None, 1),
        },
        _ => (None, 1),
    }
}

/// Appends text with `<`, `>` and `&` escaped.
pub fn escape_into(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['<', '>', '&']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&amp;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(NAMED.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(unescape(text), expected, "{text}");
    }

    #[test]
    fn names_and_numbers() {
        check("a &amp; b &hellip; &#233;&#xE9;&#XE9; &Eacute;", "a & b … ééé É");
        check("it&#146;s", "it\u{2019}s");
        check("&amp;amp;", "&amp;");
    }

    #[test]
    fn what_is_no_reference_stays() {
        check(
            "AT&T & co; &nonsense; &#0; &#xD800; &",
            "AT&T & co; &nonsense; &#0; &#xD800; &",
        );
        check("&ä;", "&ä;");
        check(
            "&thisnameislongerthananyreferencecouldbe;",
            "&thisnameislongerthananyreferencecouldbe;",
        );
    }
}
