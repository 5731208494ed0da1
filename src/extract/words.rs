//! What class names, ids and roles tell of an element.

use std::collections::HashSet;
use std::sync::LazyLock;

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
    /// The article's body.
    pub is_body: bool,
}

const NOISE_TAGS: &str = "
    nav | aside | footer | menu
";
const NOISE_ROLES: &str = "
    navigation | complementary | contentinfo | search | dialog | alertdialog | menu | menubar | toolbar | tablist
";
/// Words that alone say so.
const NOISE_WORDS: &str = "
    comment | comments | commentlist | disqus | respond | reply | replies | discussion | share | sharing | sharebar
    | sharedaddy | shares | addthis | addtoany | social | socials | related | relatedposts | recommended |
    recommendation | recommendations | recommend | recirc | recirculation | trending | popular | newsletter |
    newsletters | subscribe | subscription | signup | promo | promos | promotion | promobox | sponsor | sponsored |
    sponsors | advert | adverts | advertisement | advertising | advertorial | ad | ads | adsbygoogle | adslot |
    adunit | adbox | adwrap | cookie | cookies | consent | gdpr | breadcrumb | breadcrumbs | sidebar | rail | footer
    | nav | navbar | navigation | navi | menu | submenu | pagination | pager | tags | taglist | tagcloud | masthead
    | outbrain | taboola | zergnet | modal | popup | overlay | login | register | search | searchform | toolbar |
    rating | ratings | poll | widget | widgets | yarpp | jp | mostread | readmore | morefrom | upnext | skip |
    skiplink | hidden | visuallyhidden | donate | donation | paywall | marketing | crosshead | livefyre | feedback |
    printfriendly | infobox | navbox | catlinks | printfooter | hatnote | reflist | editsection | ticker | topbar |
    contentrecommendations | storytools | articletools | tools | actions | disclaimer | copyright | bio | authorbio
    | authorbox | mashsb | ssba | sociable | heateor | essb | trc | nextprev | prevnext | postnav | teasers
";
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
    wpcaption | postmeta | entrymeta | meta | author | authors | kicker | eyebrow | photocredit | readtime |
    attribution | posted | published | category | categories | cat | label | source | headline | subtitle
";

/// The lists above as sets: every element of every page is looked up in them.
struct Sets {
    tags: HashSet<&'static str>,
    roles: HashSet<&'static str>,
    noise: HashSet<&'static str>,
    pairs: HashSet<&'static str>,
    content: HashSet<&'static str>,
    body: HashSet<&'static str>,
    about: HashSet<&'static str>,
}

static SETS: LazyLock<Sets> = LazyLock::new(|| Sets {
    tags: list(NOISE_TAGS).collect(),
    roles: list(NOISE_ROLES).collect(),
    noise: list(NOISE_WORDS).collect(),
    pairs: list(NOISE_PAIRS).collect(),
    content: list(CONTENT_WORDS).collect(),
    body: list(BODY_WORDS).collect(),
    about: list(ABOUT_WORDS).collect(),
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
        previous.clear();
        each_word(names, |word| {
            pair.clear();
            pair.push_str(&previous);
            pair.push(' ');
            pair.push_str(word);
            sense.is_noise |= sets.noise.contains(word) || sets.pairs.contains(pair.as_str());
            sense.is_content |= sets.content.contains(word);
            sense.is_about |= sets.about.contains(word);
            sense.is_body |= sets.body.contains(pair.as_str())
                || matches!(word, "articlebody" | "storybody" | "entrycontent" | "postcontent");
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
