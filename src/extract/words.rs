//! What class names, ids and roles tell of an element.

use std::collections::HashSet;
use std::sync::LazyLock;

use scraper::node::Element;

/// What an element is by its own account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sense {
    /// Navigation, sharing, advertising, comments, other articles: not the article.
    pub is_noise: bool,
    /// The name of a thing that often lists links.
    pub is_listing: bool,
    /// The name of a thing that may also hold the article, as widgets of page builders do.
    pub is_doubtful: bool,
    /// Article, story, body, content.
    pub is_content: bool,
    /// Byline, date line, credit, caption: about the article, not its text.
    pub is_about: bool,
    /// Who wrote the article.
    pub is_author: bool,
    /// Label, category, standfirst.
    pub is_label: bool,
    /// The article's body.
    pub is_body: bool,
}

const NOISE_TAGS: &str = "
    nav | aside | footer | menu
";
const NOISE_ROLES: &str = "
    navigation | complementary | contentinfo | search | dialog | alertdialog | menu | menubar | toolbar | tablist
";
/// Classes of one element that are looked at.
const NAMES_MAX: usize = 30;
/// Words that alone say so.
const NOISE_WORDS: &str = "
    comment | comments | commentlist | disqus | respond | reply | replies | share | sharing | sharebar
    | sharedaddy | shares | addthis | addtoany | social | socials | related | relatedposts | recommended |
    recommendation | recommendations | recommend | recirc | recirculation | trending | newsletter |
    newsletters | signup | sponsor | sponsored |
    sponsors | advert | adverts | advertisement | advertising | ad | ads | adsbygoogle | adslot |
    adunit | adbox | adwrap | cookie | cookies | gdpr | breadcrumb | breadcrumbs | sidebar | footer
    | nav | navbar | navigation | menu | submenu | pagination | pager | taglist | tagcloud | masthead
    | outbrain | taboola | zergnet | login | searchform | toolbar |
    yarpp | mostread | readmore | morefrom | upnext |
    skiplink | visuallyhidden | livefyre |
    printfriendly | infobox | navbox | catlinks | printfooter | hatnote | reflist | editsection | ticker | topbar |
    contentrecommendations | storytools | articletools | authorbio | bio | cta
    | authorbox | mashsb | ssba | sociable | heateor | essb | trc | nextprev | prevnext | postnav
";
/// Words that say so unless there is prose under them.
const DOUBTFUL_WORDS: &str = "
    tools | actions | promo | promos | promotion | promobox | marketing | skip | rating |
    ratings | poll | overlay | modal | popup | advertorial | teasers | disclaimer | copyright | crosshead |
    search | register | discussion | feedback | subscribe | subscription | rail | tags | popular | donate | donation
    | consent
";
/// Words that say so only where there is little but links.
const LISTING_WORDS: &str = "widget | widgets | jp | paywall | navi | cards | grid | carousel | slider";
/// Pairs of neighbouring words that say so together.
const NOISE_PAIRS: &str = "
    read more | read next | up next | see also | also read | more stories | more news | more from | more on | most
    read | most viewed | author bio | author box | author info | about author | author card | author description |
    post navigation | entry footer | post footer | entry utility | entry tags | post tags | article tags | tag list
    | tags links | article footer | article tools | call action | email form | sign up | log in | story tools | site
    header | page header | global header | other articles | latest news | next article | next post | previous post |
    in this | follow us | pull quote | photo gallery | image gallery | video player | cross sell
";
const CONTENT_WORDS: &str = "
    article | articlebody | articlecontent | story | storybody | storycontent | post | postcontent | postbody |
    entry | entrycontent | content | body | text | main | maincontent | hentry | h | column | blog | prose | copy |
    richtext | paragraph
";
const BODY_WORDS: &str = "
    article body | article content | article text | story body | story content | story text | entry content | post
    content | post body | post text | body text | body copy | content body | article copy | news content | news body
    | news text | rich text | td post
";
const ABOUT_WORDS: &str = "
    byline | dateline | timestamp | pubdate | datetime | date | credit | credits | caption | captions | figcaption |
    wpcaption | postmeta | entrymeta | author | authors | photocredit | readtime | authorname | bio | authorbio
    | attribution
";
const AUTHOR_WORDS: &[&str] = &[
    "author",
    "authors",
    "byline",
    "authorname",
    "writer",
    "contributor",
    "autor",
    "auteur",
    "autore",
    "attribution",
    "bylines",
    "authored",
    "postedby",
    "submitted",
];
const LABEL_WORDS: &str = "
    meta | kicker | eyebrow | posted | published | category | categories | cat | label | source | headline | subtitle
";

/// The lists above as sets: every element of every page is looked up in them.
struct Sets {
    tags: HashSet<&'static str>,
    roles: HashSet<&'static str>,
    noise: HashSet<&'static str>,
    doubtful: HashSet<&'static str>,
    listing: HashSet<&'static str>,
    pairs: HashSet<&'static str>,
    content: HashSet<&'static str>,
    body: HashSet<&'static str>,
    about: HashSet<&'static str>,
    labels: HashSet<&'static str>,
}

static SETS: LazyLock<Sets> = LazyLock::new(|| Sets {
    tags: list(NOISE_TAGS).collect(),
    roles: list(NOISE_ROLES).collect(),
    noise: list(NOISE_WORDS).collect(),
    doubtful: list(DOUBTFUL_WORDS).collect(),
    listing: list(LISTING_WORDS).collect(),
    pairs: list(NOISE_PAIRS).collect(),
    content: list(CONTENT_WORDS).collect(),
    body: list(BODY_WORDS).collect(),
    about: list(ABOUT_WORDS).collect(),
    labels: list(LABEL_WORDS).collect(),
});

/// Returns the entries of a list written as text.
pub fn list(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split('|').map(str::trim).filter(|entry| !entry.is_empty())
}

/// Returns what class, id, role and name say an element is.
pub fn sense(element: &Element) -> Sense {
    let sets = &*SETS;
    let mut sense = Sense {
        is_noise: sets.tags.contains(element.name()),
        ..Sense::default()
    };
    if let Some(role) = element.attr("role") {
        sense.is_noise |= sets.roles.contains(role);
        sense.is_content |= role == "main" || role == "article";
    }
    if let Some(property) = element.attr("itemprop") {
        sense.is_body |= property
            .split_whitespace()
            .any(|p| p.eq_ignore_ascii_case("articleBody"));
        sense.is_about |= matches!(
            property,
            "author" | "datePublished" | "dateModified" | "publisher" | "caption"
        );
    }
    sense.is_content |= matches!(element.name(), "article" | "main");
    let (mut pair, mut previous) = (String::new(), String::new());
    for name in ["class", "id", "data-component", "data-testid"] {
        let Some(names) = element.attr(name) else { continue };
        for name in names.split_ascii_whitespace().take(NAMES_MAX) {
            if is_hiding(name) {
                sense.is_doubtful = true;
                continue;
            }
            // `has-sidebar` and `overflow-hidden` tell how a thing looks, not what it is.
            let is_state = is_state(name);
            previous.clear();
            each_word(name, |word| {
                pair.clear();
                pair.push_str(&previous);
                pair.push(' ');
                pair.push_str(word);
                if !is_state {
                    sense.is_noise |= sets.noise.contains(word) || sets.pairs.contains(pair.as_str());
                    sense.is_doubtful |= sets.doubtful.contains(word);
                    sense.is_listing |= sets.listing.contains(word);
                    sense.is_about |= sets.about.contains(word);
                    sense.is_author |= AUTHOR_WORDS.contains(&word);
                    sense.is_label |= sets.labels.contains(word);
                }
                sense.is_content |= sets.content.contains(word);
                sense.is_body |= sets.body.contains(pair.as_str())
                    || matches!(word, "articlebody" | "storybody" | "entrycontent" | "postcontent");
                previous.clear();
                previous.push_str(word);
            });
        }
    }
    sense
}

/// Whether a class says that its element is not shown, or only to some.
fn is_hiding(name: &str) -> bool {
    matches!(
        name,
        "hidden"
            | "hide"
            | "visually-hidden"
            | "visuallyhidden"
            | "sr-only"
            | "screen-reader-text"
            | "d-none"
            | "u-hidden"
    )
}

/// Whether a class tells the state of an element or its neighbours: `has-comments`, `sidebar-enabled--false`.
fn is_state(name: &str) -> bool {
    const STARTS: &[&str] = &[
        "has-",
        "no-",
        "with-",
        "without-",
        "is-",
        "not-",
        "hide-",
        "show-",
        "under-",
        "js-has",
        "u-",
        "category-",
        "tag-",
        "type-",
        "status-",
        "format-",
        "has_",
        "no_",
        "with_",
    ];
    STARTS.iter().any(|start| name.starts_with(start)) && !name.contains("related") && !name.contains("share")
        || name.contains("--false")
        || name.contains("--no")
        || name.contains(['[', '(', '$', ':'])
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
