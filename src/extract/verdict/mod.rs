//! What a page is: an article, a part of one, a wall in front of it, or something else.
//!
//! Words alone decide only where there is little text beside them, or where the page's own name says it.

mod wall_phrases;
pub mod truncated;
mod index_page;
pub mod evidence;
mod bot_check;
mod report;

use crate::domain::article::Verdict;
use crate::extract::body::block::Block;
use crate::extract::page::text::weight;
use crate::extract::phrase_sets::PhraseSet;
use evidence::{VerdictEvidence, all_text, folded, is_status};
use report::{is_quoted, is_report, tells_all_the_same};
use wall_phrases::{BLOCKED, CONSENT, MISSING, PAYWALL, PRIVACY, SEARCH};

/// Text that says less than this is a wall's when it speaks like one, in weight.
const WALL_MAX: usize = 1_500;
/// A whole article says more than this.
const ARTICLE_MIN: usize = 250;
/// Text that says less than this is none, where the page calls itself no article.
const TEXT_MIN: usize = 40;
/// A closed article that says less than this is its beginning.
const CLOSED_MAX: usize = 2_500;

/// What a page is, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageVerdict {
    pub verdict: Verdict,
    /// What spoke for it; empty where it is an article like any other.
    pub why: &'static str,
    /// Title, date and picture are those of the article.
    pub metadata_is_articles: bool,
    /// It may be a check of who asks, if what it is called has nothing to do with what was looked for.
    pub may_be_check: bool,
}

fn judged(verdict: Verdict, why: &'static str) -> PageVerdict {
    PageVerdict {
        verdict,
        why,
        metadata_is_articles: matches!(verdict, Verdict::Complete | Verdict::Teaser | Verdict::Paywall),
        may_be_check: false,
    }
}

/// Returns what a page is.
pub fn of(evidence: &VerdictEvidence<'_, '_>) -> PageVerdict {
    let judged = by_itself(evidence);
    PageVerdict {
        may_be_check: judged.verdict == Verdict::Complete && bot_check::may_be_check(evidence),
        ..judged
    }
}

fn by_itself(evidence: &VerdictEvidence<'_, '_>) -> PageVerdict {
    let body = evidence.body;
    let structured = &evidence.head_data.structured;
    let said = said(body);
    // Of a long text no words count.
    let (text, whole) = if said < WALL_MAX {
        (folded(&texts(body).collect::<Vec<_>>().join("\n")), all_text(evidence))
    } else {
        (String::new(), String::new())
    };
    let names = evidence.names();
    let is_declared = evidence.is_declared();
    if said < WALL_MAX
        && let Some(wall) = wall(evidence, &names, &text, &whole, said)
    {
        return wall;
    }
    if !is_declared && let Some(why) = other(evidence, &names, said) {
        return judged(Verdict::NotAnArticle, why);
    }
    let told = structured.body.as_deref().map_or(0, weight);
    if let Some(why) = paywall(evidence, said) {
        return judged(Verdict::Paywall, why);
    }
    if said == 0 {
        return PageVerdict {
            metadata_is_articles: is_declared || structured.is_video,
            ..judged(Verdict::NotAnArticle, "it has no text")
        };
    }
    // Summaries of other articles below this one are cut, and say nothing of it.
    let own = index_page::without_last_cards(evidence.page, body, &evidence.own());
    if truncated::is_truncated(evidence.page, own, is_declared) {
        return judged(Verdict::Teaser, "its text stops");
    }
    if told > said * 2 && said < WALL_MAX {
        return judged(Verdict::Teaser, "its structured data tells more than it shows");
    }
    if said < ARTICLE_MIN && !is_declared {
        let links: usize = evidence.page.items.first().map_or(0, |item| item.link_chars);
        if links > said * 4 {
            return judged(Verdict::NotAnArticle, "it is mostly links");
        }
        if said < TEXT_MIN {
            return judged(Verdict::NotAnArticle, "it has hardly any text");
        }
    }
    judged(Verdict::Complete, "")
}

/// Returns the texts of an article. Whose page it is is no text of it.
fn texts(body: &[Block]) -> impl Iterator<Item = &str> {
    body.iter()
        .map(|block| block.text.as_str())
        .filter(|text| !is_notice(text))
}

/// Returns how much an article says, in weight.
fn said(body: &[Block]) -> usize {
    texts(body).map(weight).sum()
}

/// Whether these are the first lines of an article of which the rest is for those who pay.
pub fn is_walled(evidence: &VerdictEvidence<'_, '_>) -> bool {
    paywall(evidence, said(evidence.body)).is_some()
}

/// Returns why a text that says so much is only the beginning of one for those who pay.
fn paywall(evidence: &VerdictEvidence<'_, '_>, said: usize) -> Option<&'static str> {
    let structured = &evidence.head_data.structured;
    let told = structured.body.as_deref().map_or(0, weight);
    if structured.is_closed && said < CLOSED_MAX && (told == 0 || told > said * 3 / 2 || said < 1_200) {
        return Some("it says that its text is not free");
    }
    (said < WALL_MAX && !structured.is_free && PAYWALL.is_in(&evidence.behind_text()))
        .then_some("it asks for a subscription")
}

/// Returns which wall a page with little text is.
fn wall(
    evidence: &VerdictEvidence<'_, '_>,
    names: &[String],
    text: &str,
    whole: &str,
    said: usize,
) -> Option<PageVerdict> {
    if bot_check::is_marked(evidence) {
        return Some(judged(Verdict::Blocked, "its markup is that of a check of who asks"));
    }
    if evidence.is_stub() {
        return Some(judged(Verdict::NotAnArticle, "it only leads on"));
    }
    let is_declared = evidence.is_declared();
    // A wall may lie outside of what was taken for the article, where that is next to nothing.
    let says = |phrases: &PhraseSet| {
        let looks_around = said < if is_declared { TEXT_MIN } else { ARTICLE_MIN };
        let elsewhere = if looks_around { phrases.count_in(whole) } else { 0 };
        phrases.count_in(text).max(elsewhere)
    };
    // A declared article may be about walls, and be called after them.
    let named =
        |phrases: &PhraseSet| names.iter().any(|name| phrases.is_in(name)) && !tells_all_the_same(evidence, said);
    if named(&MISSING) || names.iter().any(|name| is_status(name)) {
        return Some(judged(Verdict::NotAnArticle, "it says that there is no such page"));
    }
    let asked = if tells_all_the_same(evidence, said) {
        0
    } else {
        says(&CONSENT)
    };
    if asked >= 2 || named(&CONSENT) || (asked == 1 && said < ARTICLE_MIN * 2 && !is_declared && says(&PRIVACY) > 0) {
        return Some(judged(Verdict::Consent, "it asks for consent"));
    }
    // What asks for a password by name is a login, whatever else it says.
    let is_login = || !is_declared && evidence.asks_who(names);
    // Nobody needs to be told of scripts but who has none.
    let needs_script = || said < ARTICLE_MIN && !is_declared && text.contains("javascript");
    let refuses = || {
        let is_told =
            is_report(evidence, said) || tells_all_the_same(evidence, said) || (is_declared && is_quoted(evidence));
        (says(&BLOCKED) > 0 || named(&BLOCKED)) && !is_told
    };
    if (refuses() || needs_script() || bot_check::is_check(evidence)) && !is_login() {
        return Some(judged(
            Verdict::Blocked,
            "it refuses the page or checks who asks for it",
        ));
    }
    (said < ARTICLE_MIN && !is_declared && MISSING.is_in(whole))
        .then(|| judged(Verdict::NotAnArticle, "it says that there is no such page"))
}

/// Returns why a page that does not call itself an article is something else.
fn other(evidence: &VerdictEvidence<'_, '_>, names: &[String], said: usize) -> Option<&'static str> {
    let is_front = index_page::is_index_page(evidence.page, evidence.body, &evidence.own());
    let is_found = || names.iter().any(|name| SEARCH.is_in(name));
    if (is_front || said < ARTICLE_MIN || (said < WALL_MAX && evidence.is_search())) && is_found() {
        return Some("its name says that it is what a search found");
    }
    if said < ARTICLE_MIN * 2 && evidence.asks_who(names) {
        return Some("it asks who its reader is");
    }
    is_front.then_some("its text is summaries of other pages")
}

/// Whether a line says whose the page is.
fn is_notice(text: &str) -> bool {
    const WORD: &str = "copyright";
    let text = text.trim_start();
    let begins = text
        .get(..WORD.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(WORD));
    text.starts_with(['©', '®']) || begins
}

#[cfg(test)]
mod tests {
    use crate::domain::article::Verdict;
    use crate::extract::{ExtractOptions, extract};
    use url::Url;

    #[track_caller]
    fn check(html: &str, expected: Verdict) {
        let url = Url::parse("https://example.org/2026/a").unwrap();
        assert_eq!(
            extract(html, &url, &ExtractOptions::default()).verdict,
            expected,
            "{html}"
        );
    }

    /// Paragraphs of an article in no language in particular.
    fn prose(count: usize) -> String {
        // The same paragraph twice would be a notice.
        let one = |n: usize| {
            format!(
                "<p>Halden {n}, Ostmere, Port Halden: 1.4 million, 61 to 44, and in the third reading, by a narrow margin, \
                 {n} to 47 in the Senate of Ostmere, after nine hours.</p>"
            )
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn consent_banners_in_many_languages() {
        for banner in [
            "We value your privacy. We and our partners store and access cookies.",
            "Wir verwenden Cookies. Wir und unsere Partner verarbeiten Daten. Alle akzeptieren",
            "Nous utilisons des cookies. Nous et nos partenaires. Tout accepter",
            "Utilizamos cookies. Nosotros y nuestros socios. Aceptar todo",
            "Usamos cookies. Nós e nossos parceiros. Aceitar todos",
            "Utilizziamo i cookie. Noi e i nostri partner. Accetta tutti",
            "Wij gebruiken cookies. Wij en onze partners. Alles accepteren",
            "Używamy plików cookie. Nasi partnerzy. Akceptuję",
            "Мы используем файлы cookie. Мы и наши партнёры. Принять все",
            "当サイトはCookieを使用しています。すべて受け入れる",
            "我们使用Cookie。我们的合作伙伴。全部接受",
            "نستخدم ملفات تعريف الارتباط. قبول الكل",
            "Kasutame küpsiseid. Meie ja meie partnerid. Nõustun kõigiga",
        ] {
            check(
                &format!("<title>Example</title><div><p>{banner}</p></div>"),
                Verdict::Consent,
            );
        }
        // An article about them is none.
        let about = "<p>The court said that sites may not say “we value your privacy” over “accept all cookies”.</p>";
        check(&format!("<article>{about}{}</article>", prose(14)), Verdict::Complete);
    }

    #[test]
    fn refusals_in_many_languages() {
        for refusal in [
            "Verify you are human",
            "Zugriff verweigert. Bitte aktivieren Sie JavaScript.",
            "Accès refusé. Vérifiez que vous êtes humain.",
            "Acceso denegado",
            "Acesso negado",
            "Accesso negato",
            "Toegang geweigerd",
            "Odmowa dostępu",
            "Доступ запрещён",
            "アクセスが拒否されました",
            "访问被拒绝",
            "تم رفض الوصول",
        ] {
            check(
                &format!("<title>Example</title><h1>{refusal}</h1><p>ID 77</p>"),
                Verdict::Blocked,
            );
        }
    }

    #[test]
    fn paywalls_in_many_languages() {
        for wall in [
            "Subscribe to continue",
            "Nur für Abonnenten",
            "Article réservé aux abonnés",
            "Contenido exclusivo para suscriptores",
            "Exclusivo para assinantes",
            "Contenuto riservato agli abbonati",
            "Alleen voor abonnees",
            "Artykuł tylko dla subskrybentów",
            "Только для подписчиков",
            "この記事は有料です",
            "订阅后阅读全文",
            "هذا المقال للمشتركين فقط",
        ] {
            let html = format!(
                "<article><h1>Ferry</h1>{}<div class=wall><p>{wall}</p></div></article>",
                prose(3)
            );
            check(&html, Verdict::Paywall);
        }
        let closed =
            r#"<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>"#;
        check(&format!("{closed}<article>{}</article>", prose(3)), Verdict::Paywall);
        check(&format!("{closed}<article>{}</article>", prose(40)), Verdict::Complete);
    }

    #[test]
    fn a_wall_holds_though_the_source_has_the_text() {
        let shown = "<article><h1>Ferry</h1><p>The ferry came back to Ostmere on Monday.</p></article>";
        let told = prose(30).replace("<p>", "").replace("</p>", " ");
        let data = |flag: &str| {
            format!(
                r#"<script type="application/ld+json">{{"@type":"NewsArticle",{flag}"articleBody":"{told}"}}</script>"#
            )
        };
        let wall = "<div class=offer><p>Subscribe to continue reading</p></div>";
        let hidden = format!("<div style='display:none'>{}</div>", prose(30));
        check(
            &format!("{}{shown}", data(r#""isAccessibleForFree":false,"#)),
            Verdict::Paywall,
        );
        check(&format!("{}{shown}{wall}", data("")), Verdict::Paywall);
        check(&format!("{shown}{wall}{hidden}"), Verdict::Paywall);
    }

    #[test]
    fn a_wall_right_behind_the_article_is_read() {
        let shown = format!("<article><h1>Ferry</h1>{}</article>", prose(2));
        let wall = "<div class=offer>This article is for subscribers only. <a href=/login>Log in</a></div>";
        check(&format!("{shown}{wall}"), Verdict::Paywall);
        check(
            &format!("<div>{shown}</div><section>{wall}</section>"),
            Verdict::Paywall,
        );
        // Nor that of the frame or of another article.
        check(&format!("{shown}<nav>Menu</nav>{wall}"), Verdict::Complete);
        check(
            &format!("{shown}<div><h3><a href=/b>Harbour</a></h3>For subscribers only</div>"),
            Verdict::Complete,
        );
    }

    #[test]
    fn a_hidden_page_with_a_told_text_is_explained() {
        let told = prose(30).replace("<p>", "").replace("</p>", " ");
        let html = format!(
            r#"<html hidden><script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{told}"}}</script></html>"#
        );
        let url = Url::parse("https://example.org/2026/a").unwrap();
        assert!(
            crate::extract::explain(&html, &url, &ExtractOptions::default())
                .container
                .is_none()
        );
    }

    #[test]
    fn what_breaks_off_is_a_teaser_and_lists_are_no_articles() {
        check(
            &format!("<article>{}<p>And then the mayor […]</p></article>", prose(3)),
            Verdict::Teaser,
        );
        let links: String = (0..60)
            .map(|n| format!("<li><a href=/{n}>A story with number {n}</a></li>"))
            .collect();
        check(&format!("<ul>{links}</ul><p>All of them</p>"), Verdict::NotAnArticle);
        check(
            &format!("<article><h1>Ferry</h1>{}</article>", prose(8)),
            Verdict::Complete,
        );
    }
}
