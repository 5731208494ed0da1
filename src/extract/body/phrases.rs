//! Phrases that begin what is not the article: headings of its tail, interruptions, closing lines. They stand in `lexicon`.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::extract::phrase_sets::{PhraseSet, PrefixSet};
use crate::lexicon;

/// Headings after which comes what is not the article, at its end.
static TAIL_HEADINGS: LazyLock<HashSet<&str>> = LazyLock::new(|| lexicon::all(|language| language.lines.tail_headings));
/// Beginnings of short ones.
static TAIL_HEADING_STARTS: LazyLock<PrefixSet> =
    LazyLock::new(|| lexicon::all(|language| language.lines.tail_heading_starts));

/// Whether a heading or short line announces what is not the article any more.
pub fn is_tail_heading(text: &str) -> bool {
    let line = text
        .trim()
        .trim_end_matches([':', '.', '…', '!', '»', '>', ' '])
        .to_lowercase();
    let line = line.replace('’', "'");
    if TAIL_HEADINGS.contains(line.as_str()) {
        return true;
    }
    line.chars().count() < 60
        && TAIL_HEADING_STARTS
            .of_line(&line)
            .iter()
            .any(|start| line.starts_with(start))
}

/// Lines inside an article that are nothing but this.
static INTERRUPTING_LINES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| lexicon::all(|language| language.lines.interruptions));
/// Beginnings of such lines, with what comes after them.
static INTERRUPTIONS: LazyLock<PrefixSet> =
    LazyLock::new(|| lexicon::all(|language| language.lines.interruption_starts));

/// Whether a short line interrupts the article.
pub fn is_interruption(text: &str) -> bool {
    let line = text.trim().to_lowercase().replace('’', "'");
    let line = line.trim_start_matches(['[', '(', '-', '–', '—', '•', '>', '»', '*', ' ', '▶', '►']);
    let bare = line.trim_end_matches([']', ')', ':', '.', '!', '…', '-', ' ', '»', '>']);
    INTERRUPTING_LINES.contains(bare)
        || INTERRUPTIONS.of_line(line).iter().any(|start| {
            line.strip_prefix(start)
                .is_some_and(|rest| start.ends_with(':') || !rest.starts_with(|c: char| c.is_alphanumeric()))
        })
}

/// What boxes say in whose place another site's content is shown once the reader agrees.
static EMBEDS: LazyLock<PhraseSet> = LazyLock::new(|| lexicon::all(|language| language.lines.embeds));

/// Whether a text is of such a box, if it stands in one.
pub fn is_of_embed(text: &str) -> bool {
    EMBEDS.is_in(&text.to_lowercase())
}

/// Words of headings behind which the article does not go on.
static FINAL_WORDS: LazyLock<PhraseSet> = LazyLock::new(|| lexicon::all(|language| language.lines.final_words));

/// Headings that announce links, and not an end: the article may go on behind them.
pub fn is_link_heading(text: &str) -> bool {
    !FINAL_WORDS.is_in(&text.to_lowercase())
}

/// Beginnings of lines that close a page, not an article, without the bracket before them; a word ends at `_`.
static CLOSINGS: LazyLock<PrefixSet> = LazyLock::new(|| lexicon::all(|language| language.lines.closings));

/// Whether a line at the end closes the page.
pub fn is_closing(text: &str) -> bool {
    let line = text.trim().to_lowercase();
    let line = line.trim_start_matches(['[', '(', '-', '–', '—', '•', '>', '»', '*', ' ']);
    CLOSINGS.of_line(line).iter().any(|start| begins(line, start))
}

/// Whether a line begins so; where the beginning ends at `_` with that word.
fn begins(line: &str, start: &str) -> bool {
    match start.strip_suffix('_') {
        Some(word) => line
            .strip_prefix(word)
            .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)),
        None => line.starts_with(start),
    }
}

/// Beginnings of lines between a headline and its text: who wrote it, when, how long it is, what can be done with it.
static HEADS: LazyLock<PrefixSet> = LazyLock::new(|| lexicon::all(|language| language.lines.head_lines));

/// Whether a line, in lower case, begins as those between a headline and its text do; a word ends at `_`.
pub fn begins_head(line: &str) -> bool {
    HEADS.of_line(line).iter().any(|start| begins(line, start))
}

/// Beginnings of lines under a picture that say where it is from.
static CREDITS: LazyLock<PrefixSet> = LazyLock::new(|| lexicon::all(|language| language.lines.credits));

/// Whether a line under a picture is its credit.
pub fn is_credit(text: &str) -> bool {
    let line = text.trim().to_lowercase();
    let line = line.trim_start_matches(['[', '(', '-', '–', '—', '▲', '©', '*', ' ']);
    CREDITS.of_line(line).iter().any(|start| {
        line.strip_prefix(start).is_some_and(|rest| {
            rest.starts_with([':', '：', '/', '|']) || rest.starts_with(" by ") || rest.starts_with(" courtesy")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{begins_head, is_closing, is_interruption, is_tail_heading};

    /// Furniture of one language: headings behind the text, lines that interrupt it,
    /// lines that close the page, lines above the text.
    type Furniture = [&'static [&'static str]; 4];

    #[rustfmt::skip]
    const LANGUAGES: &[Furniture] = &[
        [&["Related articles", "Comments", "About the author", "Most read", "Tags", "Share this article"],
         &["Advertisement", "Read also: The mayor resigns"],
         &["All rights reserved.", "Follow us on Mastodon", "Tags: town, sport"], &["By Ada March", "Updated 12 June", "Reading time: 3 minutes"]],
        [&["Mehr zum Thema", "Kommentare", "Über den Autor", "Meistgelesen", "Schlagworte", "Artikel teilen"],
         &["Anzeige", "Lesen Sie auch: Bürgermeister tritt zurück"],
         &["Alle Rechte vorbehalten.", "Folgen Sie uns auf Mastodon", "Schlagwörter: Stadt, Sport"], &["Von Ada Marsch", "Aktualisiert am 12. Juni", "Lesezeit: 3 Minuten"]],
        [&["Sur le même sujet", "Commentaires", "À propos de l’auteur", "Les plus lus", "Mots-clés", "Partager"],
         &["Publicité", "À lire aussi : Le maire démissionne"],
         &["Tous droits réservés.", "Suivez-nous sur Mastodon", "Mots-clés : ville, sport"], &["Par Ada Marche", "Mis à jour le 12 juin", "Temps de lecture : 3 minutes"]],
        [&["Noticias relacionadas", "Comentarios", "Sobre el autor", "Lo más leído", "Etiquetas", "Compartir"],
         &["Publicidad", "Lea también: Dimite el alcalde"],
         &["Todos los derechos reservados.", "Síguenos en Mastodon", "Etiquetas: ciudad, deporte"], &["Por Ada Marcos", "Actualizado el 12 de junio", "Tiempo de lectura: 3 minutos"]],
        [&["Notícias relacionadas", "Comentários", "Sobre o autor", "Mais lidas", "Tags", "Compartilhe"],
         &["Publicidade", "Leia também: Prefeito renuncia"],
         &["Todos os direitos reservados.", "Siga-nos no Mastodon", "Palavras-chave: cidade, esporte"], &["Por Ada Marques", "Atualizado em 12 de junho", "Tempo de leitura: 3 minutos"]],
        [&["Articoli correlati", "Commenti", "L’autore", "I più letti", "Argomenti", "Condividi"],
         &["Pubblicità", "Leggi anche: Il sindaco si dimette"],
         &["Riproduzione riservata", "Seguici su Mastodon", "Tag: città, sport"], &["Di Ada Marchi", "Aggiornato il 12 giugno", "Tempo di lettura: 3 minuti"]],
        [&["Gerelateerde artikelen", "Reacties", "Over de auteur", "Meest gelezen", "Trefwoorden", "Deel dit artikel"],
         &["Advertentie", "Lees ook: Burgemeester treedt af"],
         &["Alle rechten voorbehouden.", "Volg ons op Mastodon", "Trefwoorden: stad, sport"], &["Door Ada Mars", "Bijgewerkt op 12 juni", "Leestijd: 3 minuten"]],
        [&["Powiązane artykuły", "Komentarze", "O autorze", "Najczęściej czytane", "Tagi", "Udostępnij"],
         &["Reklama", "Czytaj także: Burmistrz rezygnuje"],
         &["Wszelkie prawa zastrzeżone.", "Obserwuj nas na Mastodonie", "Tagi: miasto, sport"], &["Autor: Ada Marczak", "Aktualizacja 12 czerwca", "Czas czytania: 3 minuty"]],
        [&["Материалы по теме", "Комментарии", "Об авторе", "Самое читаемое", "Теги", "Поделиться"],
         &["Реклама", "Читайте также: Мэр уходит в отставку"],
         &["Все права защищены.", "Подписывайтесь на наш канал", "Теги: город, спорт"], &["Автор: Анна Маркова", "Обновлено 12 июня", "Время чтения: 3 минуты"]],
        [&["関連記事", "コメント", "この記事を書いた人", "人気記事", "タグ", "シェアする"],
         &["広告", "関連記事：市長が辞任"],
         &["無断転載を禁じます。", "フォローする", "タグ：地域、スポーツ"], &["文：山田花子", "更新 6月12日", "公開日 6月12日"]],
        [&["相关阅读", "评论", "作者简介", "热门文章", "标签", "分享"],
         &["广告", "相关阅读：市长辞职"],
         &["版权所有，未经许可不得转载", "关注我们的公众号", "标签：本地，体育"], &["作者：李小明", "更新时间 6月12日", "来源：本报"]],
        [&["مواضيع ذات صلة", "التعليقات", "عن الكاتب", "الأكثر قراءة", "الوسوم", "شارك"],
         &["إعلان", "اقرأ أيضا: رئيس البلدية يستقيل"],
         &["جميع الحقوق محفوظة", "تابعونا على ماستودون", "كلمات مفتاحية: المدينة"], &["بقلم: ليلى حسن", "آخر تحديث 12 يونيو", "وقت القراءة 3 دقائق"]],
    ];

    #[test]
    fn furniture_is_known_in_twelve_languages() {
        assert_eq!(LANGUAGES.len(), 12);
        let knows: [fn(&str) -> bool; 4] = [is_tail_heading, is_interruption, is_closing, |line| {
            begins_head(&line.to_lowercase())
        }];
        for language in LANGUAGES {
            for (lines, knows) in language.iter().zip(knows) {
                for line in *lines {
                    assert!(knows(line), "{line}");
                }
            }
        }
    }

    #[test]
    fn sentences_are_no_furniture() {
        for line in [
            "The comments of the mayor were short.",
            "Der Stadtrat hat am Dienstag beschlossen, das Bad zu schließen.",
            "Il consiglio ha deciso martedì di chiudere la piscina.",
            "市議会は火曜日、古いプールの閉鎖を決めた。",
        ] {
            assert!(
                !is_tail_heading(line) && !is_interruption(line) && !is_closing(line),
                "{line}"
            );
        }
    }
}
