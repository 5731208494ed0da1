//! Words that stand before dates: of publication, of changes.

use std::sync::LazyLock;

use super::dates;
use crate::extract::phrase_sets::PhraseSet;

/// Words before the date of a change of the text, among them.
#[rustfmt::skip]
pub static CHANGES: LazyLock<PhraseSet> = LazyLock::new(|| PhraseSet::of(&[
    "updated", "modified", "edited", "revised", "aktualisiert", "geändert", "mis à jour", "modifié", "actualizado",
    "actualizada", "atualizado", "atualizada", "aggiornato", "bijgewerkt", "zaktualizowano", "обновлено", "更新",
    "تحديث",
]));

/// Words before a date that is when the article was last changed or looked at.
#[rustfmt::skip]
pub static UPDATES: LazyLock<PhraseSet> = LazyLock::new(|| PhraseSet::of(&[
    "updated", "update:", "modified", "edited", "reviewed", "revised", "checked", "last active", "accessed",
    "retrieved", "expires", "copyright", "©", "aktualisiert", "geändert", "stand:", "mis à jour", "mise à jour",
    "modifié", "actualizado", "actualizada", "atualizado", "atualizada", "aggiornato", "aggiornamento", "bijgewerkt",
    "gewijzigd", "zaktualizowano", "aktualizacja", "обновлено", "изменено", "更新", "修改", "تحديث",
]));

/// Words before the date of publication.
pub static PUBLICATION: LazyLock<PhraseSet> = LazyLock::new(|| PhraseSet::of(PUBLISHED));

/// The same words one by one.
#[rustfmt::skip]
pub const PUBLISHED: &[&str] = &[
    "published", "publish date", "publication date", "posted", "post time", "veröffentlicht", "erschienen", "publié", "publicado",
    "publicada", "pubblicato", "gepubliceerd", "geplaatst", "opublikowano", "data publikacji", "опубликовано",
    "публикация", "公開日", "掲載", "投稿日", "发布", "發布", "نشر",
];

/// Returns the part of a line that tells of the publication; none where it tells of a change only.
pub fn before_update<'t>(text: &'t str, lower: &str) -> Option<&'t str> {
    let Some(from) = UPDATES.start_in(lower) else {
        return Some(text);
    };
    let before = text.get(..from)?.trim_end_matches(|c: char| !c.is_alphanumeric());
    let before = before
        .strip_suffix("Last")
        .or(before.strip_suffix("last"))
        .unwrap_or(before);
    if dates::in_line(before).is_some() {
        return Some(before);
    }
    let published = PUBLICATION.start_in(lower.get(from..)?)?;
    text.get(from + published..)
}

/// Returns the part of a line behind the word for a change.
pub fn after_change<'t>(text: &'t str, lower: &str) -> &'t str {
    let rest = CHANGES.end_in(lower).and_then(|end| text.get(end..)).unwrap_or(text);
    rest.trim_start_matches(|c: char| !c.is_alphanumeric())
}

/// Whether a line names who looked the text through: that is no label of the date below it.
pub fn names_reader(lower: &str) -> bool {
    #[rustfmt::skip]
    static READERS: LazyLock<PhraseSet> = LazyLock::new(|| PhraseSet::of(&[
        "reviewed by", "checked by", "edited by", "geprüft von", "bearbeitet von", "relu par", "vérifié par", "revisado por",
        "editado por", "verificato da", "rivisto da", "gecontroleerd door", "sprawdzone przez", "проверено",
    ]));
    READERS.is_in(lower)
}
