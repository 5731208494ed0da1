//! Years counted from the beginning of an era, as offices in Japan and Taiwan write them.

use std::borrow::Cow;

/// Names of eras, with the year before their first.
const ERAS: &[(&str, u32)] = &[
    ("令和", 2018),
    ("平成", 1988),
    ("昭和", 1925),
    ("中華民國", 1911),
    ("中华民国", 1911),
    ("民國", 1911),
    ("民国", 1911),
];
/// A year of three digits without a name is one of the Republic of China.
const REPUBLIC: u32 = 1911;

/// Returns a text with its first year of an era as the year of the common one: `令和8年5月12日` as `2026年5月12日`.
pub fn common(text: &str) -> Cow<'_, str> {
    let Some(sign) = text.find('年') else {
        return Cow::Borrowed(text);
    };
    let before = text[..sign].trim_end();
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (named, number) = match before.strip_suffix('元') {
        // The first year has a word of its own.
        Some(named) => (named, Some(1)),
        None => before
            .split_at_checked(before.len() - digits)
            .map_or((before, None), |(named, number)| (named, number.parse::<u32>().ok())),
    };
    let named = named.trim_end();
    let era = ERAS.iter().find(|(name, _)| named.ends_with(name));
    let (kept, first) = match era {
        Some((name, first)) => (&named[..named.len() - name.len()], *first),
        None if digits == 3 && is_before_month(&text[sign..]) => (named, REPUBLIC),
        None => return Cow::Borrowed(text),
    };
    match number.filter(|number| (1..1_000).contains(number)) {
        Some(number) => Cow::Owned(format!("{kept} {}{}", first + number, &text[sign..])),
        None => Cow::Borrowed(text),
    }
}

/// Whether a month follows a year's sign: a hundred and fifty years of something have none.
fn is_before_month(from_sign: &str) -> bool {
    let behind = from_sign.trim_start_matches('年').trim_start();
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits) && behind[digits..].trim_start().starts_with('月')
}

#[cfg(test)]
mod tests {
    use super::common;

    #[test]
    fn years_of_eras_are_those_of_the_common_one() {
        for (text, expected) in [
            ("令和8年5月12日", " 2026年5月12日"),
            ("令和元年5月12日", " 2019年5月12日"),
            ("公開日：平成 30 年 5 月", "公開日： 2018年 5 月"),
            ("中華民國115年5月12日", " 2026年5月12日"),
            ("發布日期：115年5月12日", "發布日期： 2026年5月12日"),
            ("2026年5月12日", "2026年5月12日"),
            ("創立150年 2026年5月12日", "創立150年 2026年5月12日"),
            ("115 年 5 月 12 日", " 2026年 5 月 12 日"),
            ("26年5月12日", "26年5月12日"),
            ("12 May 2026", "12 May 2026"),
        ] {
            assert_eq!(common(text), expected, "{text}");
        }
    }
}
