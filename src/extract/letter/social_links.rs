//! Links to social networks, and those by which a page is shared there: none of them is what a letter tells of.

use url::Url;

use crate::domain::url::registrable_domain;

/// Registrable domains of social networks, messengers and services for sharing.
#[rustfmt::skip]
const NETWORKS: &[&str] = &[
    "facebook.com", "fb.com", "fb.me", "messenger.com", "twitter.com", "x.com", "t.co", "linkedin.com", "lnkd.in", "instagram.com",
    "threads.net", "threads.com", "bsky.app", "tiktok.com", "pinterest.com", "snapchat.com", "tumblr.com", "whatsapp.com",
    "wa.me", "telegram.me", "t.me", "signal.group", "discord.gg", "discord.com", "mastodon.social", "mastodon.online",
    "vk.com", "ok.ru", "xing.com", "weibo.com", "line.me", "kakao.com", "getpocket.com", "flipboard.com", "addtoany.com",
    "addthis.com", "sharethis.com", "flattr.com",
];
/// Registrable domains where what is told and who tells it both stand; these begin the addresses of the latter, and of forms.
#[rustfmt::skip]
const ACCOUNTS: &[(&str, &[&str])] = &[
    ("youtube.com", &["@", "channel/", "c/", "user/"]),
    ("reddit.com", &["submit", "user/", "u/"]),
    ("ycombinator.com", &["submitlink"]),
    ("spotify.com", &["user/"]),
];

/// Whether a link leads to a social network.
pub fn is_social(link: &Url) -> bool {
    let host = link.host_str().unwrap_or_default();
    let domain = registrable_domain(host);
    let path = link.path().trim_start_matches('/');
    let is_account =
        |(own, starts): &(&str, &[&str])| *own == domain && starts.iter().any(|start| path.starts_with(start));
    NETWORKS.contains(&domain.as_str()) || host.starts_with("mastodon.") || ACCOUNTS.iter().any(is_account)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_told_from_what_stands_elsewhere() {
        for (link, is) in [
            ("https://twitter.com/cab", true),
            (
                "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fa.example",
                true,
            ),
            ("https://de.linkedin.com/company/cab", true),
            ("https://mastodon.town.example/@cab", true),
            ("https://www.youtube.com/@cab", true),
            ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", false),
            ("https://news.ycombinator.com/item?id=1", false),
            ("https://paper.example/2026/06/x.com-is-late", false),
            ("https://netflix.com/a", false),
        ] {
            assert_eq!(is_social(&Url::parse(link).unwrap()), is, "{link}");
        }
    }
}
