//! The states of the USA, by name and by the abbreviations of the post and of courts.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::words::compiled;
use crate::text::is_unspaced;

/// A state: its name, what the post calls it, and what courts do.
pub struct UsState {
    pub name: &'static str,
    pub postal: &'static str,
    pub court: &'static str,
}

const fn state(name: &'static str, postal: &'static str, court: &'static str) -> UsState {
    UsState { name, postal, court }
}

/// Those that have courts of their own are among them.
pub const STATES: [UsState; 52] = [
    state("Alabama", "AL", "Ala."),
    state("Alaska", "AK", "Alaska"),
    state("Arizona", "AZ", "Ariz."),
    state("Arkansas", "AR", "Ark."),
    state("California", "CA", "Cal."),
    state("Colorado", "CO", "Colo."),
    state("Connecticut", "CT", "Conn."),
    state("Delaware", "DE", "Del."),
    state("District of Columbia", "DC", "D.C."),
    state("Florida", "FL", "Fla."),
    state("Georgia", "GA", "Ga."),
    state("Hawaii", "HI", "Haw."),
    state("Idaho", "ID", "Idaho"),
    state("Illinois", "IL", "Ill."),
    state("Indiana", "IN", "Ind."),
    state("Iowa", "IA", "Iowa"),
    state("Kansas", "KS", "Kan."),
    state("Kentucky", "KY", "Ky."),
    state("Louisiana", "LA", "La."),
    state("Maine", "ME", "Me."),
    state("Maryland", "MD", "Md."),
    state("Massachusetts", "MA", "Mass."),
    state("Michigan", "MI", "Mich."),
    state("Minnesota", "MN", "Minn."),
    state("Mississippi", "MS", "Miss."),
    state("Missouri", "MO", "Mo."),
    state("Montana", "MT", "Mont."),
    state("Nebraska", "NE", "Neb."),
    state("Nevada", "NV", "Nev."),
    state("New Hampshire", "NH", "N.H."),
    state("New Jersey", "NJ", "N.J."),
    state("New Mexico", "NM", "N.M."),
    state("New York", "NY", "N.Y."),
    state("North Carolina", "NC", "N.C."),
    state("North Dakota", "ND", "N.D."),
    state("Ohio", "OH", "Ohio"),
    state("Oklahoma", "OK", "Okla."),
    state("Oregon", "OR", "Or."),
    state("Pennsylvania", "PA", "Pa."),
    state("Puerto Rico", "PR", "P.R."),
    state("Rhode Island", "RI", "R.I."),
    state("South Carolina", "SC", "S.C."),
    state("South Dakota", "SD", "S.D."),
    state("Tennessee", "TN", "Tenn."),
    state("Texas", "TX", "Tex."),
    state("Utah", "UT", "Utah"),
    state("Vermont", "VT", "Vt."),
    state("Virginia", "VA", "Va."),
    state("Washington", "WA", "Wash."),
    state("West Virginia", "WV", "W. Va."),
    state("Wisconsin", "WI", "Wis."),
    state("Wyoming", "WY", "Wyo."),
];

/// Names in texts. The capital is not the state: that is told by its legislature or its being called a state.
static NAMES: LazyLock<Regex> = LazyLock::new(|| {
    let names: Vec<String> = STATES
        .iter()
        .map(|state| match state.name {
            "Washington" => "Washington(?: [Ss]tate\\b|'s? [Ll]egislature| [Ll]egislature)".to_owned(),
            name => format!("{name}\\b"),
        })
        .collect();
    compiled(&format!(r"\b(?:{})", names.join("|")))
});

/// Names in other languages, where they are others, and adjectives made of them; some are the beginnings of their forms.
const OTHER_NAMES: [(&str, &[&str]); 15] = [
    ("AZ", &["アリゾナ", "亚利桑那", "亞利桑那", "Аризон"]),
    (
        "CA",
        &[
            "Kaliforni",
            "kaliforni",
            "Californie",
            "californien",
            "Californië",
            "Califórnia",
            "カリフォルニア",
            "加州",
            "加利福尼亚",
            "加利福尼亞",
            "Калифорни",
            "Каліфорні",
            "캘리포니아",
        ],
    ),
    (
        "CO",
        &["Kolorado", "コロラド", "科罗拉多", "科羅拉多", "Колорадо", "콜로라도"],
    ),
    (
        "FL",
        &[
            "Floride",
            "Flórida",
            "Floryd",
            "フロリダ",
            "佛罗里达",
            "佛羅里達",
            "Флорид",
            "플로리다",
        ],
    ),
    ("IL", &["イリノイ", "伊利诺伊", "伊利諾", "Иллинойс"]),
    ("LA", &["Louisiane", "Luisiana", "ルイジアナ", "路易斯安那"]),
    (
        "NC",
        &[
            "Caroline du Nord",
            "Carolina del Norte",
            "Carolina do Norte",
            "ノースカロライナ",
            "北卡罗来纳",
        ],
    ),
    ("NJ", &["Nueva Jersey", "Nova Jersey", "ニュージャージー", "新泽西"]),
    (
        "NY",
        &[
            "Nueva York",
            "Nova York",
            "Nova Iorque",
            "Nowy Jork",
            "Nowego Jorku",
            "ニューヨーク",
            "纽约州",
            "紐約州",
            "Нью-Йорк",
            "뉴욕",
        ],
    ),
    (
        "PA",
        &[
            "Pennsylvanie",
            "Pensilvania",
            "Pensilvânia",
            "ペンシルベニア",
            "宾夕法尼亚",
        ],
    ),
    (
        "SC",
        &[
            "Caroline du Sud",
            "Carolina del Sur",
            "Carolina do Sul",
            "サウスカロライナ",
            "南卡罗来纳",
        ],
    ),
    ("TN", &["テネシー", "田纳西"]),
    (
        "TX",
        &["Teksas", "テキサス", "德州", "得克萨斯", "德克薩斯", "Техас", "텍사스"],
    ),
    (
        "WA",
        &[
            "Bundesstaat Washington",
            "État de Washington",
            "estado de Washington",
            "stato di Washington",
            "ワシントン州",
            "华盛顿州",
            "華盛頓州",
        ],
    ),
    (
        "WV",
        &[
            "Virginie-Occidentale",
            "Virginia Occidental",
            "ウェストバージニア",
            "西弗吉尼亚",
        ],
    ),
];

static FOREIGN_NAMES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let names = OTHER_NAMES.iter().flat_map(|(_, names)| *names);
    AhoCorasick::new(names).expect("the names are short")
});

/// Returns the states named in a text in its order, with where each name begins and ends.
pub fn named_in(text: &str) -> Vec<(usize, usize, &'static UsState)> {
    let mut found = named_in_english(text);
    let foreign = FOREIGN_NAMES.find_iter(text).filter_map(|name| {
        let mut names = OTHER_NAMES
            .iter()
            .flat_map(|(postal, names)| names.iter().map(move |_| *postal));
        let state = of_name(names.nth(name.pattern().as_usize())?)?;
        let is_amid = text[..name.start()].ends_with(|c: char| c.is_alphabetic() && !is_unspaced(c));
        // The rest of its own word.
        let rest = text[name.end()..].find(|c: char| !c.is_alphabetic() || is_unspaced(c));
        let end = rest.map_or(text.len(), |rest| name.end() + rest);
        (!is_amid).then_some((name.start(), end, state))
    });
    // "Virginia Occidental" is not Virginia.
    let foreign: Vec<_> = foreign.collect();
    found.retain(|(start, end, _)| !foreign.iter().any(|(from, to, _)| from <= start && end <= to));
    found.extend(foreign);
    found.sort_by_key(|(start, ..)| *start);
    found
}

fn named_in_english(text: &str) -> Vec<(usize, usize, &'static UsState)> {
    let found = NAMES.find_iter(text);
    found
        .filter_map(|name| {
            let text = name.as_str();
            let longest = STATES.iter().filter(|state| text.starts_with(state.name));
            let state = longest.max_by_key(|state| state.name.len())?;
            Some((name.start(), name.end(), state))
        })
        .collect()
}

/// Returns the state whose abbreviation, as newspapers and courts have them, a text ends with: "Calif. ". So does Washington,
/// beside a bill of its own.
pub fn ending(before: &str) -> Option<&'static UsState> {
    const OF_NEWSPAPERS: [(&str, &str); 3] = [("Calif.", "CA"), ("Ore.", "OR"), ("W.Va.", "WV")];
    let before = before.strip_suffix(' ')?;
    let is_its = |short: &str| {
        let rest = before.strip_suffix(short);
        rest.is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || c == '.' || c == '-'))
    };
    if let Some((_, postal)) = OF_NEWSPAPERS.iter().find(|(short, _)| is_its(short)) {
        return of_name(postal);
    }
    if is_its("Washington") || is_its("Washington's") {
        return of_name("WA");
    }
    let abbreviated = STATES.iter().filter(|state| state.court.ends_with('.'));
    abbreviated
        .max_by_key(|state| if is_its(state.court) { state.court.len() } else { 0 })
        .filter(|state| is_its(state.court))
}

/// Whether so little stands between the name of a state and a number that they belong together: "Georgia's H.R. 12".
pub fn is_beside(between: &str) -> bool {
    const JOINING: [&str; 9] = ["and", "or", "but", "with", "while", "as", "to", "on", "for"];
    let between = between.trim_start_matches("'s").trim();
    between.len() <= 14 && !between.contains([',', '.', ' ', '&', '/']) && !JOINING.contains(&between)
}

/// Returns the state of a name or of the post's abbreviation.
pub fn of_name(name: &str) -> Option<&'static UsState> {
    let name = name.trim();
    STATES
        .iter()
        .find(|state| state.name.eq_ignore_ascii_case(name) || state.postal == name)
}
