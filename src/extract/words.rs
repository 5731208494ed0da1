//! What class names, ids and roles tell, and the phrases that begin what is not the article.

use scraper::node::Element;

/// What an element is by its own account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sense {
    /// Navigation, sharing, advertising, comments, other articles: not the article.
    pub is_noise: bool,
    /// Article, story, body, content.
    pub is_content: bool,
    /// Byline, date line, credit, caption: about the article, not its text.
    pub is_about: bool,
    pub is_body: bool,
}

const NOISE_TAGS: &[&str] = &["nav", "aside", "footer", "menu"];
const NOISE_ROLES: &[&str] = &["navigation", "complementary", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar", "tablist"];
/// Words that alone say so.
const NOISE_WORDS: &[&str] = &[
    "comment", "comments", "commentlist", "disqus", "respond", "reply", "replies", "discussion", "share", "sharing", "sharebar",
    "sharedaddy", "shares", "addthis", "addtoany", "social", "socials", "related", "relatedposts", "recommended",
    "recommendation", "recommendations", "recommend", "recirc", "recirculation", "trending", "popular", "newsletter",
    "newsletters", "subscribe", "subscription", "signup", "promo", "promos", "promotion", "promobox", "sponsor", "sponsored",
    "sponsors", "advert", "adverts", "advertisement", "advertising", "advertorial", "ad", "ads", "adsbygoogle", "adslot",
    "adunit", "adbox", "adwrap", "cookie", "cookies", "consent", "gdpr", "breadcrumb", "breadcrumbs", "sidebar", "rail",
    "footer", "nav", "navbar", "navigation", "navi", "menu", "submenu", "pagination", "pager", "tags", "taglist", "tagcloud", "masthead",
    "outbrain", "taboola", "zergnet", "modal", "popup", "overlay", "login", "register", "search", "searchform", "toolbar",
    "rating", "ratings", "poll", "widget", "widgets", "yarpp", "jp", "mostread", "readmore", "morefrom", "upnext", "skip",
    "skiplink", "hidden", "visuallyhidden", "donate", "donation", "paywall", "marketing", "crosshead", "livefyre", "feedback",
    "printfriendly", "infobox", "navbox", "catlinks", "printfooter", "hatnote", "reflist", "editsection", "ticker", "topbar",
    "contentrecommendations", "storytools", "articletools", "tools", "actions", "disclaimer", "copyright", "bio", "authorbio",
    "authorbox", "mashsb", "ssba", "sociable", "heateor", "essb", "trc", "nextprev", "prevnext", "postnav", "teasers",
];
/// Pairs of neighbouring words that say so together.
const NOISE_PAIRS: &[(&str, &str)] = &[
    ("read", "more"), ("read", "next"), ("up", "next"), ("see", "also"), ("also", "read"), ("more", "stories"), ("more", "news"),
    ("more", "from"), ("more", "on"), ("most", "read"), ("most", "viewed"), ("author", "bio"), ("author", "box"),
    ("author", "info"), ("about", "author"), ("author", "card"), ("author", "description"), ("post", "navigation"), ("entry", "footer"), ("post", "footer"),
    ("entry", "utility"), ("entry", "tags"), ("post", "tags"), ("article", "tags"), ("tag", "list"), ("tags", "links"), ("article", "footer"), ("article", "tools"),
    ("call", "action"), ("email", "form"), ("sign", "up"), ("log", "in"), ("story", "tools"), ("site", "header"), ("page", "header"), ("global", "header"),
    ("other", "articles"), ("latest", "news"), ("next", "article"), ("next", "post"), ("previous", "post"), ("in", "this"),
    ("follow", "us"), ("pull", "quote"), ("photo", "gallery"), ("image", "gallery"), ("video", "player"), ("cross", "sell"),
];
const CONTENT_WORDS: &[&str] = &[
    "article", "articlebody", "articlecontent", "story", "storybody", "storycontent", "post", "postcontent", "postbody", "entry", "entrycontent", "content", "body", "text",
    "main", "maincontent", "hentry", "h", "column", "blog", "prose", "copy", "richtext", "paragraph",
];
const BODY_WORDS: &[(&str, &str)] = &[
    ("article", "body"), ("article", "content"), ("article", "text"), ("story", "body"), ("story", "content"), ("story", "text"), ("entry", "content"), ("post", "content"),
    ("post", "body"), ("post", "text"), ("body", "text"), ("body", "copy"), ("content", "body"), ("article", "copy"), ("news", "content"), ("news", "body"), ("news", "text"), ("rich", "text"), ("td", "post"),
];
const ABOUT_WORDS: &[&str] = &[
    "byline", "dateline", "timestamp", "pubdate", "datetime", "date", "credit", "credits", "caption", "captions", "figcaption", "wpcaption", "postmeta", "entrymeta",
    "meta", "author", "authors", "kicker", "eyebrow", "photocredit", "readtime", "attribution", "posted", "published", "category",
    "categories", "cat", "label", "source", "headline", "subtitle",
];

/// Returns what class, id, role and name say an element is.
pub fn sense(element: &Element) -> Sense {
    let mut sense = Sense { is_noise: NOISE_TAGS.contains(&element.name()), ..Sense::default() };
    if let Some(role) = element.attr("role") {
        sense.is_noise |= NOISE_ROLES.contains(&role);
        sense.is_content |= role == "main" || role == "article";
    }
    if let Some(property) = element.attr("itemprop") {
        sense.is_body |= property.split_whitespace().any(|p| p.eq_ignore_ascii_case("articleBody"));
        sense.is_about |= matches!(property, "author" | "datePublished" | "dateModified" | "publisher" | "caption");
    }
    sense.is_content |= matches!(element.name(), "article" | "main");
    let mut previous = String::new();
    for names in [element.attr("class"), element.attr("id"), element.attr("data-component"), element.attr("data-testid")].into_iter().flatten() {
        previous.clear();
        each_word(names, |word| {
            sense.is_noise |= NOISE_WORDS.contains(&word) || NOISE_PAIRS.contains(&(previous.as_str(), word));
            sense.is_content |= CONTENT_WORDS.contains(&word);
            sense.is_about |= ABOUT_WORDS.contains(&word);
            sense.is_body |= BODY_WORDS.contains(&(previous.as_str(), word)) || matches!(word, "articlebody" | "storybody" | "entrycontent" | "postcontent");
            previous.clear();
            previous.push_str(word);
        });
    }
    sense
}

/// Calls `found` with each word of a class list or id: `storyBody`, `story-body` and `story_body` are two words.
fn each_word(names: &str, mut found: impl FnMut(&str)) {
    let mut word = String::new();
    let mut was_lower = false;
    for c in names.chars().take(400) {
        let ends = !c.is_ascii_alphabetic() || (c.is_ascii_uppercase() && was_lower);
        if ends && !word.is_empty() {
            found(&word);
            word.clear();
        }
        if c.is_ascii_alphabetic() {
            word.push(c.to_ascii_lowercase());
        }
        was_lower = c.is_ascii_lowercase();
    }
    if !word.is_empty() {
        found(&word);
    }
}

/// Headings after which comes what is not the article, at its end.
const TAIL_HEADINGS: &[&str] = &[
    "related", "related articles", "related stories", "related posts", "related news", "related content", "related topics", "related links", "related coverage", "related reading", "more on this", "more on this story", "more from",
    "more stories", "more news", "more about", "most read", "most popular", "most viewed", "you may also like", "you might also like", "recommended", "recommended for you",
    "recommended stories", "read next", "read more", "read also", "see also", "also read", "up next", "what to read next", "trending", "trending now", "latest", "latest news", "latest stories", "editors' picks", "editor's picks", "don't miss",
    "comments", "leave a comment", "leave a reply", "join the conversation", "join the discussion", "responses", "post a comment", "add a comment", "share", "share this", "share this article", "share this story", "share this post", "tags", "topics", "filed under",
    "about the author", "about the authors", "about the writer", "author", "newsletter", "subscribe", "sign up", "sign up for our newsletter", "follow us", "get the latest", "stay informed", "stay connected", "contact us",
    "popular", "sponsored", "promoted", "from the web", "around the web", "from our partners", "next article", "previous article", "in this article", "further reading", "top stories", "more in", "explore more", "keep reading", "continue reading",
    "das könnte sie auch interessieren", "mehr zum thema", "lesen sie auch", "weitere artikel", "auch interessant", "kommentare", "zum thema", "meistgelesen", "newsletter abonnieren", "artikel teilen", "schlagworte",
    "à lire aussi", "lire aussi", "sur le même sujet", "commentaires", "articles similaires", "partager", "les plus lus",
    "te puede interesar", "más noticias", "noticias relacionadas", "comentarios", "compartir", "leer también", "lea también", "leia também", "leia mais", "veja também", "notícias relacionadas",
    "leggi anche", "commenti", "articoli correlati", "lees ook", "reacties", "läs också", "les også", "læs også", "lue myös", "czytaj też", "zobacz także", "komentarze", "читайте также", "по теме", "комментарии",
];

/// Whether a heading or short line announces what is not the article any more.
pub fn is_tail_heading(text: &str) -> bool {
    let line = text.trim().trim_end_matches([':', '.', '…', '!', '»', '>', ' ']).to_lowercase();
    let line = line.replace('’', "'");
    if TAIL_HEADINGS.contains(&line.as_str()) {
        return true;
    }
    let long = ["related:", "more from ", "more on ", "read more:", "read more about", "also read", "about the author", "you may also", "sign up for", "more stories from", "latest from", "read next:", "more in ", "recommended:", "see also:", "mehr zu ", "follow us on"];
    line.chars().count() < 60 && long.iter().any(|start| line.starts_with(start))
}

/// Lines inside an article that lead away from it or interrupt it.
const INTERRUPTIONS: &[&str] = &[
    "advertisement", "advertisment", "ad", "story continues below", "article continues below", "continue reading below", "story continues after", "scroll to continue", "skip advertisement",
    "loading", "watch now", "watch live", "click to expand", "click here to", "image source", "image caption", "media caption", "playback is unsupported",
    "sponsored", "anzeige", "werbung", "publicité", "publicidad", "pubblicità", "advertentie", "reklama", "annonce", "share this", "share on facebook", "tweet this", "print this", "email this", "back to gallery", "view gallery",
    "hide caption", "toggle caption", "enlarge this image", "enlarge image", "this video is not available", "newsletter sign-up", "photo:", "photos:", "video:", "read more:", "related:", "read also:", "also read:", "see also:", "lire aussi", "lesen sie auch", "mehr zum thema", "read:", "watch:", "more:", "read more", "listen:", "lee también", "leia também", "leggi anche",
];

/// Whether a short line interrupts the article.
pub fn is_interruption(text: &str) -> bool {
    let line = text.trim().to_lowercase();
    let line = line.trim_start_matches(['[', '(', '-', '–', '—', '•', '>', '»', '*', ' ']);
    INTERRUPTIONS.iter().any(|start| {
        line.strip_prefix(start).is_some_and(|rest| start.ends_with(':') || !rest.starts_with(|c: char| c.is_alphanumeric()))
    })
}

/// Beginnings of lines that close a page, not an article.
const CLOSINGS: &[&str] = &[
    "©", "copyright", "all rights reserved", "(c) 20", "follow us", "follow him on", "follow her on", "follow me on", "follow @", "follow the author", "sign up", "subscribe", "click here", "read more", "for more", "to contact the", "contact the author",
    "contact the reporter", "contact us", "reach the", "have a tip", "got a tip", "send tips", "email the author", "write to", "tags:", "topics:", "filed under", "posted in", "categories:", "share this", "like this", "originally published",
    "this article was originally", "this story was originally", "this article originally", "this post originally", "a version of this article", "the post ", "photo by", "photo:", "image:", "image credit", "photo credit", "source:", "get the latest", "download the", "join the", "join our", "we want to hear",
    "let us know", "leave a comment", "comments are closed", "comment", "view comments", "show comments", "visit ", "like us on", "tweet", "print", "email", "reprints", "terms of", "privacy", "advertis", "support our", "support us", "donate", "become a member", "if you like", "if you enjoyed", "do you have", "want more", "see more", "more from", "editing by", "reporting by", "additional reporting", "(reporting by", "(editing by", "with files from",
    "this material may not be", "not be published, broadcast", "receive our", "stay up to date", "keep up with", "learn more", "find out more", "watch", "listen", "updated", "last updated", "published", "first published", "story by", "written by", "about the author", "disclaimer", "disclosure",
];

/// Whether a line at the end closes the page.
pub fn is_closing(text: &str) -> bool {
    let line = text.trim().to_lowercase();
    let line = line.trim_start_matches(['[', '(', '-', '–', '—', '•', '>', '»', '*', ' ']);
    CLOSINGS.iter().any(|start| line.starts_with(start.trim_start_matches('(')))
}
