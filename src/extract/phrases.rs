//! Phrases that begin what is not the article: headings of its tail, interruptions, closing lines.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::text::line;
use super::words::list;

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
    أخبار ذات صلة | اقرأ أيضا | اقرأ أيضًا | التعليقات | شارك | الأكثر قراءة
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
    leia também | lee también | lea también | lees ook | czytaj także | читайте также | اقرأ أيضا | 関連記事 | 相关阅读
",
    )
});
/// Beginnings of such lines, with what comes after them.
static INTERRUPTIONS: LazyLock<Vec<String>> = LazyLock::new(|| {
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
        || INTERRUPTIONS.iter().any(|start| {
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

/// Beginnings of lines that close a page, not an article; a word ends at `_`.
static CLOSINGS: LazyLock<Vec<String>> = LazyLock::new(|| {
    phrases(
        "
    © | copyright | all rights reserved | (c) 20 | follow us | follow him on | follow her on | follow me on | follow
    @ | follow the author | sign up | subscribe | click here | read more | for more | to contact the | contact the
    author | contact the reporter | contact us | reach the | have a tip | got a tip | send tips | email the author |
    write to | tags: | topics: | filed under | posted in | categories: | share this | like this | originally
    published | this article was originally | this story was originally | this article originally | this post
    originally | a version of this article | the post_ | photo by | photo: | image: | image credit | photo credit |
    source: | get the latest | download the | join the | join our | we want to hear | let us know | leave a comment
    | comments are closed | comment | view comments | show comments | visit_ | like us on | tweet | print | email |
    reprints | terms of | privacy | advertis | support our | support us | donate | become a member | if you like |
    if you enjoyed | do you have | want more | see more | more from | editing by | reporting by | additional
    reporting | (reporting by | (editing by | with files from | this material may not be | not be published,
    broadcast | receive our | stay up to date | keep up with | learn more | find out more | watch | listen | updated
    | last updated | published | first published | story by | written by | about the author | disclaimer |
    disclosure
",
    )
});

/// Whether a line at the end closes the page.
pub fn is_closing(text: &str) -> bool {
    let line = text.trim().to_lowercase();
    let line = line.trim_start_matches(['[', '(', '-', '–', '—', '•', '>', '»', '*', ' ']);
    CLOSINGS.iter().any(|start| {
        let start = start.trim_start_matches('(');
        match start.strip_suffix('_') {
            Some(word) => line
                .strip_prefix(word)
                .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)),
            None => line.starts_with(start),
        }
    })
}

/// Beginnings of lines under a picture that say where it is from.
static CREDITS: LazyLock<Vec<String>> = LazyLock::new(|| {
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
    CREDITS.iter().any(|start| {
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
    spis treści | 目次 | 目录 | содержание | оглавление | المحتويات | contents hide | table of content
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
