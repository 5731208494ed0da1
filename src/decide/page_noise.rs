//! What of a watched page's text stays while nobody edits it: no clocks, counters, "5 minutes ago", random tokens.
//!
//! Only what is such by its own words is left out. A number in a sentence may be the news and stays.

use std::sync::LazyLock;

use regex::Regex;

/// A line that is a counter or a time stamp has at most this many characters.
const STAMP_CHARS_MAX: usize = 100;
/// A word that mixes letters and digits and is this long, in bytes, is no word but a token.
const TOKEN_BYTES_MIN: usize = 16;

/// Spans of time counted from now, in several languages.
static AGO: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(just now|gerade eben|à l’instant|(about )?(\d+|an?|one|few) ?(s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|days?|weeks?|months?|years?) ago|vor (\d+|einer|einem|wenigen) (sekunden?|minuten?|stunden?|tag(en)?|wochen?|monat(en)?)|il y a (\d+|une?) (secondes?|minutes?|heures?|jours?|semaines?|mois)|hace (\d+|un[ao]?) (segundos?|minutos?|horas?|días?|semanas?|meses)|\d+ (secondi|minuti|ore|giorni) fa|\d+ (seconden|minuten|uur|uren|dagen) geleden)\b",
    )
});
/// Counters of visits and the like.
static COUNTER: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(visitors?|visits?|views?|hits?|reads?|readers?|online|guests?|shares?|likes?|comments?|besucher|aufrufe|besuche|leser|kommentare|visiteurs?|visites?|vues?|lectures?|commentaires?|visitas?|visitantes?|lecturas?|comentarios?|bezoekers?)\b",
    )
});
/// Words of which the lines consist that say when a page was made.
static STAMP_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(last|page|this|was|is|it|now|the|at|on|of|as|by|today|current|server|local|time|date|updated?|modified|checked|generated|retrieved|loaded|rendered|reviewed|refreshed|stand|aktualisiert|zuletzt|geändert|am|um|uhr|der|letzte|änderung|mis|mise|à|jour|le|dernière|modification|actualizado|última|actualización|el|de|mon(day)?|tue(sday)?|wed(nesday)?|thu(rsday)?|fri(day)?|sat(urday)?|sun(day)?|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|jan(uary|uar)?|feb(ruary|ruar)?|mar(ch)?|märz|apr(il)?|may|mai|june?|juni|july?|juli|aug(ust)?|sep(tember)?|oct(ober)?|oktober|nov(ember)?|dec(ember)?|dezember|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|st|nd|rd|th|pm|utc|gmt|cest?|[ecmp][sd]t|bst|t|z)\b",
    )
});
/// Lines that only say that an advertisement stands here.
static AD: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^\W*(advertisement|advertising|sponsored( content)?|anzeige|werbung|publicité|publicidad|advertentie|annons)\W*$",
    )
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is written here and tested")
}

/// Returns what is compared of a watched page's text.
pub fn without_noise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let line = AGO.replace_all(line, " ");
        if line.trim().is_empty() || is_stamp(&line) {
            continue;
        }
        for word in line.split_whitespace().filter(|word| !is_token(word)) {
            out.push_str(word);
            out.push(' ');
        }
        out.push('\n');
    }
    out
}

/// Whether a line is a counter, a time stamp or a mark of an advertisement, and nothing else.
fn is_stamp(line: &str) -> bool {
    if line.chars().count() > STAMP_CHARS_MAX {
        return false;
    }
    let has_digit = line.bytes().any(|b| b.is_ascii_digit());
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
    let words = line
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphabetic))
        .count();
    let is_counter = has_digit && words <= 5 && COUNTER.is_match(line);
    // A line of nothing but numbers and the words around dates; what it updates may be named.
    let is_time = letters(&STAMP_WORDS.replace_all(line, "")) == 0 && (has_digit || letters(line) > 0);
    is_counter || is_time || AD.is_match(line)
}

fn is_token(word: &str) -> bool {
    let inner = word.trim_matches(|c: char| !c.is_alphanumeric());
    inner.len() >= TOKEN_BYTES_MIN
        && !inner.contains("://")
        && inner
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'=' | b'+'))
        && inner.bytes().filter(u8::is_ascii_digit).count() >= 4
        && inner.bytes().any(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, is_same: bool) {
        let body = "Twelve towns use a face scan, the authority says.";
        let whole = |line: &str| without_noise(&format!("{body}\n\n{line}\n\n{body}"));
        assert_eq!(whole(one) == whole(other), is_same, "{one:?} {other:?}");
    }

    #[test]
    fn what_moves_by_itself_is_no_change() {
        check("12:04:33", "12:09:10", true);
        check(
            "Last updated: Fri, 12 June 2026, 09:30 UTC",
            "Last updated: Sat, 13 June 2026, 11:02 UTC",
            true,
        );
        check("Stand: 12.06.2026, 9:30 Uhr", "Stand: 13.06.2026, 11:00 Uhr", true);
        check("Updated 5 minutes ago", "Updated 2 hours ago", true);
        check("Aktualisiert vor 5 Minuten", "Aktualisiert vor 2 Stunden", true);
        check("Mis à jour il y a 3 heures", "Mis à jour il y a 2 jours", true);
        check("You are visitor 10,431", "You are visitor 10,440", true);
        check("1.204 Aufrufe", "1.310 Aufrufe", true);
        check("ref 8f3a9c2e17b04d55a1", "ref 77aa0c1e93b04d5fff", true);
        check("Advertisement", "", true);
    }

    #[test]
    fn news_is_a_change() {
        check("Twelve towns use it.", "Thirteen towns use it.", false);
        check("In 2026 it cost 3 million.", "In 2026 it cost 4 million.", false);
        check(
            "The hearing begins at 19:00 in the town hall.",
            "The hearing begins at 20:00 in the town hall.",
            false,
        );
        check("The vote is on 12 June.", "The vote is on 19 June.", false);
        check("40 people were arrested", "400 people were arrested", false);
        check("Status: proposed", "Status: passed", false);
    }
}
