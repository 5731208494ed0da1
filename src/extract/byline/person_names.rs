//! Names of persons in the pieces of a line: what stands before them, what ends them, what is none.

use super::byline_names::{AUTHORS_MAX, clean, split_names};

/// Lines behind which a name stands.
#[rustfmt::skip]
pub const LABELS: &[&str] = &[
    "by", "written by", "author", "words by", "posted by", "published by", "story by", "article by", "text by",
    "author(s)", "authors", "contributors", "contributor", "von", "autor", "autorin", "text", "par", "auteur", "por",
    "autora", "di", "autore", "door", "tekst", "автор", "文", "作者", "投稿者", "著者", "執筆者", "撰文", "筆者", "記者", "بقلم",
    "authored by", "words", "reported by",
];

/// Returns what stands behind a "By".
pub fn without_by(text: &str) -> Option<&str> {
    const STARTS: &[&str] = &[
        "By ",
        "by ",
        "BY ",
        "By: ",
        "Written by ",
        "Posted by ",
        "Words by ",
        "Story by ",
        "Authored by ",
        "Author: ",
        "Von ",
        "VON ",
        "Par ",
        "PAR ",
        "Por ",
        "POR ",
        "Di ",
        "Door ",
        "Written By ",
        "Published by ",
        "Reported by ",
        "Автор: ",
        "作者：",
        "文/",
        "文：",
        "取材・文：",
        "記者：",
        "记者：",
        "بقلم: ",
        "بقلم ",
        "كتب: ",
        "Tekst: ",
        "Autor: ",
        "Text: ",
    ];
    STARTS.iter().find_map(|start| text.strip_prefix(start))
}

/// Returns pieces without a label or a "By" before the name.
pub fn without_label(mut pieces: Vec<&str>) -> Vec<&str> {
    while let Some(first) = pieces.first() {
        let text = first.trim();
        if LABELS.contains(&text.to_lowercase().trim_end_matches([':', ' '])) {
            pieces.remove(0);
            continue;
        }
        if let Some(rest) = without_by(text) {
            pieces[0] = rest;
        }
        break;
    }
    pieces
}

/// Returns the persons a line names, piece by piece, until something that is none.
pub fn persons(pieces: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for piece in pieces {
        for part in piece.split(['|', '•', '·', '/', ';', '—', '–']) {
            let mut is_done = false;
            for name in split_names(part) {
                let bare = name.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
                if bare.is_empty() || matches!(bare.as_str(), "by" | "and" | "und" | "et" | "y" | "e" | "with") {
                    continue;
                }
                match clean(&name).filter(|name| is_person(name)) {
                    Some(name) => found.push(name),
                    None if !found.is_empty() && is_degree(&name) => {}
                    None => {
                        is_done = true;
                        break;
                    }
                }
            }
            if is_done || found.len() >= AUTHORS_MAX {
                return found;
            }
        }
    }
    found
}

/// Whether a part of a line is a degree: "PhD", "M.D.", "RN".
fn is_degree(text: &str) -> bool {
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    text.chars().count() <= 8 && capitals >= 2 && !text.contains(char::is_whitespace)
}

/// Returns the first name the pieces of a line give.
pub fn first_name(pieces: &[&str]) -> Option<String> {
    let text = pieces.first()?;
    text.split([';', '|', '•', '·', '/'])
        .flat_map(split_names)
        .find_map(|part| clean(&part))
        .filter(|name| !name.to_lowercase().split(' ').any(|word| NEVER.contains(&word)))
}

/// Whether a text names somebody who did something else than write.
pub fn is_other_role(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    [
        "reviewed",
        "medically",
        "fact",
        "edited",
        "photo",
        "image",
        "illustrat",
        "translat",
        "updated",
        "foto",
    ]
    .iter()
    .any(|word| lower.starts_with(word))
}

/// Words of links and labels that are in no name.
#[rustfmt::skip]
const NEVER: &[&str] = &[
    "the", "our", "your", "all", "more", "view", "read", "about", "profile", "home", "news", "blog", "posts",
    "author", "authors", "contact", "team", "us", "here", "how", "why", "what", "new", "see", "meet", "follow",
    "editorial", "login", "member", "sign", "use", "case", "category", "subscribe", "share", "search", "menu", "page",
    "posted", "fact", "checked", "charity", "by", "finance", "text", "post", "consultant", "executive", "digital",
    "master", "expert", "former", "columnist", "coordinator", "marketing", "manager", "specialist", "analyst",
    "engineer", "collective", "newsroom", "association", "institute", "university", "magazine", "content",
    "technology", "science", "business", "released", "review", "reviews", "add",
];

/// Whether a text reads like a person's name: a few words, each with a capital.
fn is_person(text: &str) -> bool {
    const PARTICLES: &[&str] = &[
        "de", "da", "di", "del", "della", "van", "von", "der", "den", "la", "le", "el", "al", "bin", "ibn", "dos",
        "du", "and", "und", "et", "y", "e", "zu", "ter", "ten",
    ];
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let is_word = |word: &&str| {
        let lower = word.to_lowercase();
        !NEVER.contains(&lower.as_str())
            && (PARTICLES.contains(&lower.as_str())
                || word.starts_with(|c: char| c.is_uppercase())
                || word.chars().all(|c| c.is_alphabetic() && !c.is_lowercase()))
            && !word.contains(|c: char| c.is_ascii_digit())
    };
    let is_wide = words.len() == 1 && !text.is_ascii() && (2..=5).contains(&text.chars().count());
    is_wide || ((2..=9).contains(&words.len()) && words.iter().all(is_word))
}
