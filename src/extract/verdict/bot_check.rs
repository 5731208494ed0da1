//! Checks of who asks, told by their markup: what known ones leave in it, and what all of them have in common.

use super::evidence::VerdictEvidence;

/// What the markup of checks holds and that of pages does not, in small letters.
const CHECK_MARKS: &[&str] = &[
    // Anubis
    "anubis_challenge",
    "anubis_version",
    "/.within.website/",
    // go-away
    "__goaway_",
    "/go-away/",
    // Cloudflare, Vercel, AWS WAF, DataDome, Sucuri, haproxy-protection
    "_cf_chl_opt",
    "/.well-known/vercel/security/",
    "gokuprops",
    "captcha-delivery.com",
    "sucuri_cloudproxy",
    "/.basedflare/",
];
/// A check that bears no known mark says less than this, in characters.
const CHECK_CHARS_MAX: usize = 600;
/// A page with so many links to others of its site has a menu, which no check has.
const MENU_LINKS_MIN: usize = 3;
/// A `noscript` that says so much speaks to a reader, in characters.
const NOTICE_CHARS_MIN: usize = 10;

/// Whether a page bears the mark of a known check.
pub fn is_marked(evidence: &VerdictEvidence<'_, '_>) -> bool {
    let head_data = evidence.head_data;
    let texts = head_data.hooks.iter().chain(&head_data.scripts).copied();
    texts.chain(head_data.refresh).any(|text| {
        let text = text.to_ascii_lowercase();
        CHECK_MARKS.iter().any(|mark| text.contains(mark))
    })
}

/// Whether a page is a check by what they have in common: not to be indexed, hardly any text and no menu, and a script or
/// a reload that does the work, or a word to those who have no scripts.
pub fn is_check(evidence: &VerdictEvidence<'_, '_>) -> bool {
    let head_data = evidence.head_data;
    let works = |script: &&str| {
        let has = |word: &str| script.contains(word);
        has("crypto.subtle") || has("document.cookie") && (has("location") || has(".submit("))
    };
    let is_for_readers = || head_data.noscript_chars >= NOTICE_CHARS_MIN;
    may_be_check(evidence)
        && evidence.is_unlisted()
        && (head_data.refreshes_at_once() || head_data.scripts.iter().any(works) || is_for_readers())
}

/// Whether a page may be a check, if nothing else speaks for it: hardly any text, no menu, and a script or a reload.
pub fn may_be_check(evidence: &VerdictEvidence<'_, '_>) -> bool {
    let head_data = evidence.head_data;
    let acts = head_data.has_script || head_data.refreshes_at_once();
    let chars = evidence.page.items.first().map_or(0, |all| all.chars);
    acts && chars < CHECK_CHARS_MAX && !is_framed(evidence)
}

/// Whether a page is made as articles are: it calls itself one, marks one up, or has a menu.
pub fn is_framed(evidence: &VerdictEvidence<'_, '_>) -> bool {
    let items = &evidence.page.items;
    let is_marked_up = || items.iter().any(|item| matches!(item.name, "article" | "time"));
    let leads_away = |href: &str| {
        let to = evidence.base.join(href).ok();
        to.is_some_and(|to| to.host() == evidence.url.host() && to.path() != evidence.url.path())
    };
    let links = items.iter().filter(|item| item.name == "a");
    let links = links
        .filter_map(|link| link.attr("href"))
        .filter(|href| leads_away(href));
    evidence.is_declared() || is_marked_up() || links.take(MENU_LINKS_MIN).count() == MENU_LINKS_MIN
}

#[cfg(test)]
mod tests {
    use url::Url;

    use crate::domain::article::Verdict;
    use crate::extract::{ExtractOptions, extract};

    const NOINDEX: &str = "<meta name=robots content=\"noindex, nofollow\">";

    /// Returns what a page is by its head, its title and its body.
    fn verdict(head: &str, title: &str, body: &str) -> Verdict {
        let url = Url::parse("https://news.example/a/7").unwrap();
        let html = format!("<html><head><title>{title}</title>{head}</head><body>{body}</body></html>");
        extract(&html, &url, &ExtractOptions::default()).verdict
    }

    #[test]
    fn checks_are_known_by_their_marks_in_any_language() {
        let told = "<p>Der Betreiber dieser Seite hat einen Schutz gegen Programme eingerichtet, die das Netz leer lesen. Das kann \
             dazu führen, dass sie nicht immer zu erreichen ist; wir bitten um Geduld, bis der Browser gerechnet hat.</p>";
        let anubis = "<script id=anubis_version type=application/json>\"1.21.0\"</script>\
             <script id=anubis_challenge type=application/json>{\"difficulty\":4}</script>";
        let goaway = "<meta http-equiv=refresh content=\"2; url=/a/7?__goaway_challenge=refresh&__goaway_id=1\">";
        for (name, head, title, body) in [
            (
                "Anubis, German",
                anubis,
                "Es wird geprüft, dass Sie kein Bot sind!",
                told.repeat(3),
            ),
            (
                "Anubis, Japanese",
                anubis,
                "あなたがボットでないことを確認しています！",
                "<p>読み込み中...</p>".to_owned(),
            ),
            (
                "Anubis, the picture alone",
                "",
                "Ett ögonblick",
                format!("{told}<img src=/.within.website/x/cmd/anubis/static/img/pensive.webp>"),
            ),
            ("go-away", goaway, "Checking you are not a bot", told.to_owned()),
            (
                "go-away, by its script",
                "<script type=module src=/.well-known/.git.example/git/go-away/cmd/go-away/challenge/script.mjs></script>",
                "Vent litt",
                told.to_owned(),
            ),
        ] {
            assert_eq!(verdict(head, title, &body), Verdict::Blocked, "{name}");
            // What a check says for others of the page behind it makes it no article.
            let passed = format!(
                "{head}<meta property=og:type content=article>\
                 <meta property=article:published_time content=2026-06-12T10:00:00Z>"
            );
            assert_eq!(verdict(&passed, title, &body), Verdict::Blocked, "{name}, declared");
        }
    }

    #[test]
    fn a_check_that_sends_programs_to_an_api_is_one() {
        // As unblock.federalregister.gov shows it, with its links and its captcha.
        let body = "<h1>Request Access</h1>\
             <p>Because of scraping of Gazette.example and Code.example, programs are let in to these sites by our extensive APIs only.</p>\
             <p>Please visit the <a href=https://www.gazette.example/api>Gazette.example API</a> or the \
             <a href=https://www.code.example/api>Code.example API</a> documentation to learn more about how to access the API.</p>\
             <p>Your request has been flagged as potentially automated. If you are a human user receiving this message, please \
             complete the CAPTCHA (bot test) below and click &quot;Request Access&quot;. You may occasionally be asked to complete \
             it again, this is normal and part of our measures. If you keep receiving this message, please write to our support \
             and tell your address.</p><div class=g-recaptcha></div><script src=/captcha.js></script>";
        assert_eq!(verdict("", "Gazette :: Request Access", body), Verdict::Blocked);
    }

    #[test]
    fn checks_are_known_by_what_they_have_in_common() {
        let text = "<h1>Et øyeblikk</h1><p>Vi ser på nettleseren din før vi viser siden. Dette tar noen sekunder.</p>";
        let noscript = "<noscript><p>Slå på skript for å komme videre.</p></noscript>";
        for (name, body) in [
            (
                "a word to those without scripts",
                format!("{text}<script src=/c.js></script>{noscript}"),
            ),
            (
                "a cookie and a reload",
                format!("{text}<script>document.cookie='a=1';location.reload()</script>"),
            ),
            (
                "a proof of work",
                format!("{text}<script>crypto.subtle.digest('SHA-256', x)</script>"),
            ),
        ] {
            assert_eq!(verdict(NOINDEX, "Et øyeblikk", &body), Verdict::Blocked, "{name}");
        }
        let reload = format!("{NOINDEX}<meta http-equiv=refresh content=3>");
        assert_eq!(verdict(&reload, "Et øyeblikk", text), Verdict::Blocked);
    }

    #[test]
    fn articles_that_look_like_checks_stay_articles() {
        let script = "<script src=/count.js></script><noscript><img src=/count.gif alt=\"\"></noscript>";
        let short =
            "<p>The ferry to Ostmere runs again from Monday, an hour later than before, the harbour office said.</p>";
        let bots = "<p>Four of ten visits to the site of the county library come from bots, its keeper told the council on Monday, \
             and a captcha at the door has not kept them away. Whoever is asked to verify you are human goes elsewhere, she said.</p>\
             <p>The council will look at the matter in the autumn, when the contract with the present house ends, and until then \
             the library counts its readers by hand, as it did before, which takes two people a morning in each week.</p>";
        let menu = "<nav><a href=/>Home</a> <a href=/town>Town</a> <a href=/sport>Sport</a></nav>";
        for (name, head, title, body) in [
            (
                "noindex and scripts",
                NOINDEX,
                "Ferry to Ostmere runs again",
                format!("<h1>Ferry to Ostmere runs again</h1>{short}{script}"),
            ),
            (
                "marked up, with a word to those without scripts",
                NOINDEX,
                "Ferry to Ostmere runs again",
                format!(
                    "<article><h1>Ferry to Ostmere runs again</h1>{short}</article>{script}<noscript>Comments need scripts to be shown.</noscript>"
                ),
            ),
            (
                "about bots",
                "",
                "Captchas do not keep bots from the library",
                format!("{menu}<h1>Captchas do not keep bots from the library</h1>{bots}{script}"),
            ),
            (
                "about logins",
                NOINDEX,
                "Login to the library card changes",
                format!(
                    "<h1>Login to the library card changes</h1>{}{script}",
                    short.replace("ferry", "login")
                ),
            ),
            (
                "about Anubis",
                "",
                "How a weaver set up a guard",
                format!(
                    "<article><h1>How a weaver set up a guard</h1>{short}<p>It sets <code>anubis_challenge</code> in the page, from /.within.website/ on the same host, and that is all there is to it.</p></article>"
                ),
            ),
        ] {
            assert_eq!(verdict(head, title, &body), Verdict::Complete, "{name}");
        }
    }
}
