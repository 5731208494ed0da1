//! Phrases that begin what is not the article: headings of its tail, interruptions, closing lines.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::extract::page::class_names::list;
use crate::extract::phrase_sets::PrefixSet;
use crate::text::line;

/// Returns the phrases of a list written as text; they may be broken over its lines.
fn phrases<C: FromIterator<String>>(text: &'static str) -> C {
    list(text).map(line).collect()
}

/// Headings after which comes what is not the article, at its end.
static TAIL_HEADINGS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    phrases(
        "
    related | related articles | related stories | related posts | related news | related content | related topics |
    related links | related coverage | related reading | more on this | more on this story | more from | more
    stories | more news | more about | most read | most popular | most viewed | you may also like | you might also
    like | recommended | recommended for you | recommended stories | read next | read more | read also | see also |
    also read | up next | what to read next | trending | trending now | latest | latest news | latest stories |
    editors' picks | editor's picks | don't miss | comments | leave a comment | leave a reply | join the
    conversation | join the discussion | responses | post a comment | add a comment | share | share this | share
    this article | share this story | share this post | tags | topics | filed under | about the author | about the
    authors | about the writer | author | newsletter | subscribe | sign up | sign up for our newsletter | follow us
    | get the latest | stay informed | stay connected | contact us | popular | sponsored | promoted | from the web |
    around the web | from our partners | next article | previous article | in this article | further reading | top
    stories | more in | explore more | keep reading | continue reading | das könnte sie auch interessieren | mehr
    zum thema | lesen sie auch | weitere artikel | auch interessant | kommentare | zum thema | meistgelesen |
    newsletter abonnieren | artikel teilen | schlagworte | à lire aussi | lire aussi | sur le même sujet |
    commentaires | articles similaires | partager | les plus lus | te puede interesar | más noticias | noticias
    relacionadas | comentarios | compartir | leer también | lea también | leia também | leia mais | veja também |
    notícias relacionadas | leggi anche | commenti | articoli correlati | lees ook | reacties | läs också | les også
    | læs også | lue myös | czytaj też | zobacz także | komentarze | читайте также | по теме | комментарии |
    à voir aussi | vous aimerez aussi | artículos relacionados | lo más leído | también te puede interesar |
    compartilhe | mais lidas | mais notícias | condividi | i più letti | potrebbe interessarti | meer nieuws |
    gerelateerde artikelen | meest gelezen | powiązane artykuły | najczęściej czytane | polecane | udostępnij |
    поделиться | популярное | материалы по теме | 関連記事 | 関連ニュース | おすすめ記事 | あわせて読みたい | コメント |
    人気記事 | 相关新闻 | 相关阅读 | 相关文章 | 推荐阅读 | 延伸阅读 | 评论 | 热门 | 分享 | مواضيع ذات صلة |
    أخبار ذات صلة | اقرأ أيضا | اقرأ أيضًا | التعليقات | شارك | الأكثر قراءة | ähnliche artikel | mehr aus dem ressort |
    das könnte dich auch interessieren | über den autor | über die autorin | teilen | à propos de l'auteur | à ne pas
    manquer | articles liés | mots-clés | étiquettes | sobre el autor | sobre la autora | etiquetas | te puede interesar
    también | sobre o autor | sobre a autora | artigos relacionados | comentários | partilhar | compartilhar | você
    também pode gostar | sull'autore | l'autore | argomenti | potrebbe interessarti anche | ti potrebbe interessare | articoli
    simili | i più letti | over de auteur | deel dit artikel | delen | misschien vind je dit ook interessant | trefwoorden
    | o autorze | o autorce | podobne artykuły | przeczytaj także | przeczytaj też | zobacz też | tagi | об авторе |
    похожие статьи | похожие материалы | читайте также по теме | смотрите также | самое читаемое | теги | この記事を書いた人 |
    著者について | シェアする | この記事をシェア | タグ | 最新記事 | ランキング | アクセスランキング | 作者简介 | 关于作者 | 猜你喜欢 | 热门文章 |
    最新文章 | 网友评论 | 标签 | 相关推荐 | عن الكاتب | مقالات ذات صلة | قد يعجبك أيضا | قد يعجبك أيضًا | مواضيع متعلقة |
    الوسوم | شارك المقال | اترك تعليقا
",
    )
});

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
    let long = [
        "related:",
        "more from ",
        "more on ",
        "read more:",
        "read more about",
        "also read",
        "about the author",
        "you may also",
        "sign up for",
        "more stories from",
        "latest from",
        "read next:",
        "more in ",
        "recommended:",
        "see also:",
        "mehr zu ",
        "follow us on",
    ];
    line.chars().count() < 60 && long.iter().any(|start| line.starts_with(start))
}

/// Lines inside an article that are nothing but this.
static INTERRUPTING_LINES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    phrases(
        "
    advertisement | advertisment | ad | advert | ads | loading | watch now | watch live | click to expand |
    image source | image caption | media caption | sponsored | anzeige | werbung | publicité | publicidad | pubblicità |
    advertentie | reklama | annonce | pub | continua a leggere | back to gallery | view gallery | hide caption |
    toggle caption | caption | close | enlarge this image | enlarge image | this video is not available | read more |
    more | share | tweet | email | print | save | related | related news | watch | listen | play | pause | reklam |
    publicidade | рекламa | реклама | 广告 | 広告 | إعلان | read this next | also read | see also | read also |
    click to tweet | sharing is caring | this slideshow requires javascript | externer inhalt | beitrag teilen |
    artikel teilen | share this | share this article | don't miss | lesen sie auch | lire aussi | leggi anche |
    leia também | lee también | lea también | lees ook | czytaj także | читайте также | اقرأ أيضا | 関連記事 | 相关阅读 |
    weiterlesen nach der anzeige | article suivant | la suite après la publicité | la suite après cette publicité | sigue
    leyendo | continúa después de la publicidad | continua após a publicidade | continua depois da publicidade |
    continua dopo la pubblicità | lees verder onder de advertentie | dalszy ciąg materiału pod wideo | dalsza część artykułu
    pod reklamą | продолжение после рекламы | スポンサーリンク | 記事の続きは広告の下にあります | 赞助内容 | 推广 | يتبع بعد الإعلان
",
    )
});
/// Beginnings of such lines, with what comes after them.
static INTERRUPTIONS: LazyLock<PrefixSet> = LazyLock::new(|| {
    phrases("
    story continues | article continues | continue reading below | scroll to continue | skip advertisement |
    click here to | playback is unsupported | share this | share on | tweet this | print this | email this |
    this video is not available | newsletter sign-up | photo: | photos: | video: | read more: | related: | read also: |
    also read: | see also: | lire aussi | lesen sie auch | mehr zum thema | read: | watch: | more: | listen: | lee
    también | leia também | leggi anche | lees ook | czytaj też | czytaj także | читайте также | read next: | related
    story: | related stories: | related article: | related post: | related video: | don't miss: | see more: | lea también
    | te puede interesar | ver también | à lire | à voir | siehe auch | auch interessant | mehr dazu | veja também |
    saiba mais | guarda anche | zie ook | zobacz też | image 1 of | image 2 of | image 3 of | image 4 of | image 5 of |
    à lire aussi | sur le même sujet | 関連記事 | あわせて読みたい | 相关阅读 | 相关新闻 | 延伸阅读 | اقرأ أيضا |
    اقرأ أيضًا | شاهد أيضا | image 6 of | image 7 of | image 8 of | image 9 of
")
});

/// Whether a short line interrupts the article.
pub fn is_interruption(text: &str) -> bool {
    let line = text.trim().to_lowercase().replace('’', "'");
    let line = line.trim_start_matches(['[', '(', '-', '–', '—', '•', '>', '»', '*', ' ', '▶', '►']);
    let bare = line.trim_end_matches([']', ')', ':', '.', '!', '…', '-', ' ', '»', '>']);
    INTERRUPTING_LINES.contains(bare)
        || INTERRUPTIONS.of_line(line).iter().any(|start| {
            line.strip_prefix(start.as_str())
                .is_some_and(|rest| start.ends_with(':') || !rest.starts_with(|c: char| c.is_alphanumeric()))
        })
}

/// Headings that announce links, and not an end: the article may go on behind them.
pub fn is_link_heading(text: &str) -> bool {
    const ENDS: &[&str] = &[
        "comment",
        "author",
        "writer",
        "kommentar",
        "commentaire",
        "comentario",
        "commenti",
        "reacties",
        "reply",
        "newsletter",
        "subscribe",
        "responses",
        "conversation",
        "discussion",
        "комментарии",
        "komentarze",
    ];
    let line = text.to_lowercase();
    !ENDS.iter().any(|word| line.contains(word))
}

/// Beginnings of lines that close a page, not an article, without the bracket before them; a word ends at `_`.
static CLOSINGS: LazyLock<PrefixSet> = LazyLock::new(|| {
    phrases(
        "
    © | copyright | all rights reserved | c) 20 | follow us | follow him on | follow her on | follow me on | follow
    @ | follow the author | sign up | subscribe | click here | read more | for more | to contact the | contact the
    author | contact the reporter | contact us | reach the | have a tip | got a tip | send tips | email the author |
    write to | tags: | topics: | filed under | posted in | categories: | share this | like this | originally
    published | this article was originally | this story was originally | this article originally | this post
    originally | a version of this article | the post_ | photo by | photo: | image: | image credit | photo credit |
    source: | get the latest | download the | join the | join our | we want to hear | let us know | leave a comment
    | comments are closed | comment | view comments | show comments | visit_ | like us on | tweet | print | email |
    reprints | terms of | privacy | advertis | support our | support us | donate | become a member | if you like |
    if you enjoyed | do you have | want more | see more | more from | editing by | reporting by | additional
    reporting | with files from | this material may not be | not be published,
    broadcast | receive our | stay up to date | keep up with | learn more | find out more | watch | listen | updated
    | last updated | published | first published | story by | written by | about the author | disclaimer |
    disclosure | alle rechte vorbehalten | folgen sie uns | folge uns | newsletter abonnieren | jetzt abonnieren |
    abonnieren sie | schlagwörter | schlagworte | themen: | quelle: | foto: | bild: | dieser artikel erschien | dieser
    text erschien | dieser beitrag erschien | kommentar schreiben | tous droits réservés | suivez-nous | abonnez-vous |
    inscrivez-vous | mots-clés | étiquettes | publié dans | crédit photo | photo : | laisser un commentaire | todos los
    derechos reservados | síguenos | suscríbete | suscribete | regístrate | etiquetas: | archivado en | temas: | fuente:
    | con información de | deja un comentario | todos os direitos reservados | siga-nos | siga nossas | inscreva-se |
    assine a | assine o | palavras-chave | fonte: | com informações d | deixe um comentário | deixe seu comentário |
    deixe o seu comentário | tutti i diritti riservati | riproduzione riservata | © riproduzione | seguici | iscriviti |
    abbonati a | tag: | lascia un commento | alle rechten voorbehouden | volg ons | schrijf je in | meld je aan |
    abonneer je | deel dit | bron: | trefwoorden: | laat een reactie achter | wszelkie prawa zastrzeżone | obserwuj nas |
    śledź nas | zapisz się | tagi: | źródło: | fot. | dodaj komentarz | все права защищены | подписывайтесь | подпишитесь |
    следите за нашими | читайте нас | теги: | источник: | фото: | оставить комментарий | оставьте комментарий | 無断転載 |
    フォローする | フォローして | タグ: | タグ： | 出典： | 出典: | 写真： | 写真: | メルマガ登録 | コメントを投稿 | コメントする |
    版权所有 | 未经授权 | 未经许可 | 责任编辑 | 关注我们 | 扫描二维码 | 转载请 | 标签： | 标签: | 来源： | 来源: | 图片来源 |
    发表评论 | جميع الحقوق محفوظة | تابعنا | تابعونا | اشترك في | المصدر: | الوسوم | وسوم: | كلمات مفتاحية | الكلمات المفتاحية
    | اترك تعليق | أضف تعليق
",
    )
});

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
static HEADS: LazyLock<PrefixSet> = LazyLock::new(|| {
    phrases(
        "
    by_ | von_ | par_ | por_ | di_ | door_ | av_ | autor | author | written by | posted by | words by | story by |
    reported by | text: | texte : | texto: | testo di | tekst: | autore | auteur | автор | текст: | 文： | 文/ | 文／ |
    取材・文 | 作者 | 记者 | 記者 | بقلم | كتب: | كتبت: |
    published | posted | updated | last updated | last modified | modified | created | reading time | read time | min read
    | first published | veröffentlicht | erschienen | aktualisiert | zuletzt | stand: | lesezeit | lesedauer | publié |
    mis à jour | mise à jour | temps de lecture | lecture : | publicado | publicada | actualizado | actualizada | tiempo
    de lectura | atualizado | atualizada | tempo de leitura | pubblicato | aggiornato | tempo di lettura | gepubliceerd |
    geplaatst | bijgewerkt | leestijd | opublikowano | data publikacji | aktualizacja | czas czytania | опубликовано |
    обновлено | время чтения | 公開日 | 公開: | 更新 | 掲載 | 配信 | 发布 | 发表于 | 來源 | 来源 | نشر | آخر تحديث | تحديث | وقت القراءة |
    photo | image | credit | source: | file photo | filed | print | share | comments | listen | subscribe | follow | back
    to | home | enlarge | getty | tweet | email | save | text size | foto: | bild: | quelle: | teilen | merken | drucken |
    vorlesen | crédit | partager | imprimer | écouter | imagen: | fuente: | compartir | imprimir | escuchar | imagem: |
    fonte: | compartilh | partilh | ouvir | immagine: | condividi | stampa | ascolta | beeld: | bron: | deel | luister |
    fot. | źródło: | udostępnij | drukuj | posłuchaj | фото: | источник: | поделиться | слушать | シェア | ツイート | 印刷 |
    写真： | 分享 | 打印 | 字号 | شارك | مشاركة | طباعة | استمع
",
    )
});

/// Whether a line, in lower case, begins as those between a headline and its text do; a word ends at `_`.
pub fn begins_head(line: &str) -> bool {
    HEADS.of_line(line).iter().any(|start| begins(line, start))
}

/// Beginnings of lines under a picture that say where it is from.
static CREDITS: LazyLock<PrefixSet> = LazyLock::new(|| {
    phrases("
    source | image | photo | photos | photograph | photography | picture | credit | credits | image credit | photo credit |
    image source | screenshot | courtesy | illustration | graphic | via | foto | bild | quelle | crédit | crédits |
    fuente | imagen | immagine | fonte | imagem | bron | beeld | źródło | фото | источник | 写真 | 图
")
});

/// Whether a line under a picture is its credit.
pub fn is_credit(text: &str) -> bool {
    let line = text.trim().to_lowercase();
    let line = line.trim_start_matches(['[', '(', '-', '–', '—', '▲', '©', '*', ' ']);
    CREDITS.of_line(line).iter().any(|start| {
        line.strip_prefix(start.as_str()).is_some_and(|rest| {
            rest.starts_with([':', '：', '/', '|']) || rest.starts_with(" by ") || rest.starts_with(" courtesy")
        })
    })
}

/// Headings of a table of contents.
static CONTENTS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    phrases(
        "
    table of contents | contents | in this article | on this page | jump to | jump to section | what's in this article |
    in this guide | in this post | quick links | inhaltsverzeichnis | inhalt | sommaire | table des matières | au
    sommaire | contenido | tabla de contenidos | índice | indice | sommario | in dit artikel | inhoud | inhoudsopgave |
    spis treści | 目次 | 目录 | содержание | оглавление | المحتويات | جدول المحتويات | neste artigo | nesta matéria | sumário | en este
    artículo | dans cet article | in diesem artikel | in questo articolo | w tym artykule | в этой статье | この記事の目次 |
    本文目录 | contents hide | table of content
",
    )
});

/// Whether a line announces a table of contents.
pub fn is_contents_heading(text: &str) -> bool {
    let line = text
        .trim()
        .trim_end_matches([':', ' ', '.'])
        .to_lowercase()
        .replace('’', "'");
    CONTENTS.contains(line.as_str())
}

#[cfg(test)]
mod tests {
    use super::{begins_head, is_closing, is_contents_heading, is_interruption, is_tail_heading};

    /// Furniture of one language: headings behind the text, lines that interrupt it, the heading of a table of contents,
    /// lines that close the page, lines above the text.
    type Furniture = [&'static [&'static str]; 5];

    #[rustfmt::skip]
    const LANGUAGES: &[Furniture] = &[
        [&["Related articles", "Comments", "About the author", "Most read", "Tags", "Share this article"],
         &["Advertisement", "Read also: The mayor resigns"], &["In this article"],
         &["All rights reserved.", "Follow us on Mastodon", "Tags: town, sport"], &["By Ada March", "Updated 12 June", "Reading time: 3 minutes"]],
        [&["Mehr zum Thema", "Kommentare", "Über den Autor", "Meistgelesen", "Schlagworte", "Artikel teilen"],
         &["Anzeige", "Lesen Sie auch: Bürgermeister tritt zurück"], &["Inhaltsverzeichnis"],
         &["Alle Rechte vorbehalten.", "Folgen Sie uns auf Mastodon", "Schlagwörter: Stadt, Sport"], &["Von Ada Marsch", "Aktualisiert am 12. Juni", "Lesezeit: 3 Minuten"]],
        [&["Sur le même sujet", "Commentaires", "À propos de l’auteur", "Les plus lus", "Mots-clés", "Partager"],
         &["Publicité", "À lire aussi : Le maire démissionne"], &["Sommaire"],
         &["Tous droits réservés.", "Suivez-nous sur Mastodon", "Mots-clés : ville, sport"], &["Par Ada Marche", "Mis à jour le 12 juin", "Temps de lecture : 3 minutes"]],
        [&["Noticias relacionadas", "Comentarios", "Sobre el autor", "Lo más leído", "Etiquetas", "Compartir"],
         &["Publicidad", "Lea también: Dimite el alcalde"], &["Contenido"],
         &["Todos los derechos reservados.", "Síguenos en Mastodon", "Etiquetas: ciudad, deporte"], &["Por Ada Marcos", "Actualizado el 12 de junio", "Tiempo de lectura: 3 minutos"]],
        [&["Notícias relacionadas", "Comentários", "Sobre o autor", "Mais lidas", "Tags", "Compartilhe"],
         &["Publicidade", "Leia também: Prefeito renuncia"], &["Índice"],
         &["Todos os direitos reservados.", "Siga-nos no Mastodon", "Palavras-chave: cidade, esporte"], &["Por Ada Marques", "Atualizado em 12 de junho", "Tempo de leitura: 3 minutos"]],
        [&["Articoli correlati", "Commenti", "L’autore", "I più letti", "Argomenti", "Condividi"],
         &["Pubblicità", "Leggi anche: Il sindaco si dimette"], &["Sommario"],
         &["Riproduzione riservata", "Seguici su Mastodon", "Tag: città, sport"], &["Di Ada Marchi", "Aggiornato il 12 giugno", "Tempo di lettura: 3 minuti"]],
        [&["Gerelateerde artikelen", "Reacties", "Over de auteur", "Meest gelezen", "Trefwoorden", "Deel dit artikel"],
         &["Advertentie", "Lees ook: Burgemeester treedt af"], &["Inhoud"],
         &["Alle rechten voorbehouden.", "Volg ons op Mastodon", "Trefwoorden: stad, sport"], &["Door Ada Mars", "Bijgewerkt op 12 juni", "Leestijd: 3 minuten"]],
        [&["Powiązane artykuły", "Komentarze", "O autorze", "Najczęściej czytane", "Tagi", "Udostępnij"],
         &["Reklama", "Czytaj także: Burmistrz rezygnuje"], &["Spis treści"],
         &["Wszelkie prawa zastrzeżone.", "Obserwuj nas na Mastodonie", "Tagi: miasto, sport"], &["Autor: Ada Marczak", "Aktualizacja 12 czerwca", "Czas czytania: 3 minuty"]],
        [&["Материалы по теме", "Комментарии", "Об авторе", "Самое читаемое", "Теги", "Поделиться"],
         &["Реклама", "Читайте также: Мэр уходит в отставку"], &["Содержание"],
         &["Все права защищены.", "Подписывайтесь на наш канал", "Теги: город, спорт"], &["Автор: Анна Маркова", "Обновлено 12 июня", "Время чтения: 3 минуты"]],
        [&["関連記事", "コメント", "この記事を書いた人", "人気記事", "タグ", "シェアする"],
         &["広告", "関連記事：市長が辞任"], &["目次"],
         &["無断転載を禁じます。", "フォローする", "タグ：地域、スポーツ"], &["文：山田花子", "更新 6月12日", "公開日 6月12日"]],
        [&["相关阅读", "评论", "作者简介", "热门文章", "标签", "分享"],
         &["广告", "相关阅读：市长辞职"], &["目录"],
         &["版权所有，未经许可不得转载", "关注我们的公众号", "标签：本地，体育"], &["作者：李小明", "更新时间 6月12日", "来源：本报"]],
        [&["مواضيع ذات صلة", "التعليقات", "عن الكاتب", "الأكثر قراءة", "الوسوم", "شارك"],
         &["إعلان", "اقرأ أيضا: رئيس البلدية يستقيل"], &["المحتويات"],
         &["جميع الحقوق محفوظة", "تابعونا على ماستودون", "كلمات مفتاحية: المدينة"], &["بقلم: ليلى حسن", "آخر تحديث 12 يونيو", "وقت القراءة 3 دقائق"]],
    ];

    #[test]
    fn furniture_is_known_in_twelve_languages() {
        assert_eq!(LANGUAGES.len(), 12);
        let knows: [fn(&str) -> bool; 5] = [
            is_tail_heading,
            is_interruption,
            is_contents_heading,
            is_closing,
            |line| begins_head(&line.to_lowercase()),
        ];
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
