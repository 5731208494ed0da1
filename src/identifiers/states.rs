//! The states of the USA, by name and by the abbreviations of the post and of courts.

use std::sync::LazyLock;

use regex::Regex;

use super::words::compiled;

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

/// Returns the states named in a text in its order, with where each name begins and ends.
pub fn named_in(text: &str) -> Vec<(usize, usize, &'static UsState)> {
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

/// Returns the state of a name or of the post's abbreviation.
pub fn of_name(name: &str) -> Option<&'static UsState> {
    let name = name.trim();
    STATES
        .iter()
        .find(|state| state.name.eq_ignore_ascii_case(name) || state.postal == name)
}
