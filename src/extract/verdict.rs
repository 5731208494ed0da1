//! What a page is: an article, a part of one, or a wall in front of it.

use super::blocks::Block;
use super::jsonld::Linked;
use super::page::Page;
use super::walls::{BLOCKED, CONSENT, PAYWALL};
use crate::domain::article::Verdict;

/// Text shorter than this is a wall's when it speaks like one, in characters.
const WALL_CHARS_MAX: usize = 1_500;
/// A whole article is longer than this, in characters.
const ARTICLE_CHARS_MIN: usize = 250;
/// A closed article of fewer characters than this is its beginning.
const CLOSED_CHARS_MAX: usize = 2_500;

fn holds(text: &str, phrases: &[&str]) -> usize {
    phrases.iter().filter(|phrase| text.contains(*phrase)).count()
}

/// Returns the verdict on a page with this body.
pub fn of(page: &Page<'_>, linked: &Linked, body: &[Block], title: &str) -> Verdict {
    let chars: usize = body.iter().map(|block| block.chars).sum();
    let text = body
        .iter()
        .map(|block| block.text.to_lowercase())
        .collect::<Vec<_>>()
        .join("\n");
    let name = title.to_lowercase();
    if chars < WALL_CHARS_MAX {
        // The whole page where the body is small: a wall may lie outside of what was taken for the article.
        let whole = if chars < ARTICLE_CHARS_MIN {
            all_text(page)
        } else {
            text.clone()
        };
        if holds(&text, CONSENT) >= 2
            || (chars < ARTICLE_CHARS_MIN && holds(&whole, CONSENT) >= 2)
            || holds(&name, CONSENT) > 0
        {
            return Verdict::Consent;
        }
        if holds(&text, BLOCKED) > 0
            || (chars < ARTICLE_CHARS_MIN && holds(&whole, BLOCKED) > 0)
            || holds(&name, BLOCKED) > 0
        {
            return Verdict::Blocked;
        }
    }
    if linked.is_closed
        && chars < CLOSED_CHARS_MAX
        && linked
            .body
            .as_ref()
            .is_none_or(|b| b.len() > chars * 3 / 2 || chars < 1_200)
    {
        return Verdict::Paywall;
    }
    if chars < WALL_CHARS_MAX && holds(&all_text(page), PAYWALL) > 0 {
        return Verdict::Paywall;
    }
    if chars == 0 {
        return Verdict::NotAnArticle;
    }
    let is_cut = body.last().is_some_and(|block| {
        let end = block.text.trim_end();
        end.ends_with("[…]")
            || end.ends_with("[...]")
            || (chars < ARTICLE_CHARS_MIN * 2 && (end.ends_with('…') || end.ends_with("...")))
    });
    if is_cut {
        return Verdict::Teaser;
    }
    if chars < ARTICLE_CHARS_MIN && !linked.is_article {
        let links: usize = page.items.first().map_or(0, |item| item.link_chars);
        return if links > chars * 4 {
            Verdict::NotAnArticle
        } else {
            Verdict::Complete
        };
    }
    Verdict::Complete
}

/// Characters of a page looked at for a wall's words.
const WHOLE_MAX: usize = 60_000;

fn all_text(page: &Page<'_>) -> String {
    let mut text = String::new();
    for item in &page.items {
        if text.len() > WHOLE_MAX {
            break;
        }
        text.push_str(item.text);
        text.push(' ');
    }
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use crate::domain::article::Verdict;
    use crate::extract::{Options, extract};
    use url::Url;

    #[track_caller]
    fn check(html: &str, expected: Verdict) {
        let url = Url::parse("https://example.org/2026/a").unwrap();
        assert_eq!(extract(html, &url, &Options::default()).verdict, expected, "{html}");
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
