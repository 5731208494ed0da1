//! What class names, ids and roles tell of an element.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use scraper::node::Element;

use crate::extract::phrase_sets::PhraseSet;
use crate::extract::rules::{ReadingRule, RuleSet};
use crate::text::{HashedMap, line, word_hash};

/// What says furniture whatever is in it; names that say it where there is no prose; those that say it of links.
pub const FURNITURE: RuleSet = RuleSet::of(&[
    ReadingRule::FurnitureElements,
    ReadingRule::FurnitureRoles,
    ReadingRule::FurnitureWords,
    ReadingRule::FurniturePairs,
    ReadingRule::CommentWords,
]);
pub const DOUBTFUL: RuleSet = RuleSet::of(&[ReadingRule::DoubtfulWords, ReadingRule::HidingWords]);
/// What hides a box from some readers: those who do not subscribe, who are not logged in.
pub const HIDDEN: RuleSet = RuleSet::of(&[ReadingRule::HiddenBoxes]);
pub const LISTING: RuleSet = RuleSet::of(&[ReadingRule::ListingWords]);

/// What an element is by its own account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ElementHints {
    /// The rules that call it furniture: navigation, sharing, advertising, comments, other articles.
    pub furniture: RuleSet,
    /// Byline, date line, credit, caption: about the article, not its text.
    pub is_about: bool,
    /// What a picture shows.
    pub is_caption: bool,
    /// Who wrote the article.
    pub is_author: bool,
    /// The article's body.
    pub is_body: bool,
    /// Its class or id is that of comments, other articles or the frame of a page.
    pub is_elsewhere: bool,
}

impl ElementHints {
    /// Whether its names alone say that it is not the article.
    pub fn is_furniture(&self) -> bool {
        self.furniture.meets(FURNITURE)
    }

    fn add(&mut self, other: Self) {
        self.furniture.extend(other.furniture);
        self.is_about |= other.is_about;
        self.is_caption |= other.is_caption;
        self.is_author |= other.is_author;
        self.is_body |= other.is_body;
        self.is_elsewhere |= other.is_elsewhere;
    }
}

/// Roles that say so.
#[rustfmt::skip]
const NOISE_ROLES: &[&str] = &[
    "navigation", "complementary", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar", "tablist",
];
/// Classes of one element that are looked at.
const NAMES_MAX: usize = 30;
/// Words of what readers write.
const COMMENT_WORDS: &str = "
    comment | comments | commentlist | disqus | respond | reply | replies | livefyre
";
/// Words that alone say so.
const NOISE_WORDS: &str = "
    share | sharing | sharebar
    | sharedaddy | shares | addthis | addtoany | social | socials | related | relatedposts | recommended |
    recommendation | recommendations | recommend | recirc | recirculation | trending | newsletter |
    newsletters | signup | sponsor | sponsored |
    sponsors | advert | adverts | advertisement | advertising | ad | ads | adsbygoogle | adslot |
    adunit | adbox | adwrap | cookie | cookies | gdpr | breadcrumb | breadcrumbs | sidebar | footer
    | nav | navbar | navigation | menu | submenu | pagination | pager | taglist | tagcloud | masthead
    | outbrain | taboola | zergnet | login | searchform | toolbar |
    yarpp | mostread | readmore | morefrom | upnext |
    skiplink | visuallyhidden |
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
const CAPTION_WORDS: &str = "caption | captions | figcaption | wpcaption | cutline";
const AUTHOR_WORDS: &str = "
    author | authors | byline | authorname | writer | contributor | autor | auteur | autore |
    attribution | bylines | authored | postedby | submitted
";
/// Parts of a class or id that stand for what is beside the article.
static ELSEWHERE: LazyLock<PhraseSet> = LazyLock::new(|| {
    PhraseSet::of_any_case(&[
        "comment",
        "related",
        "sidebar",
        "footer",
        "recommend",
        "popular",
        "trending",
        "more-",
        "latest",
    ])
});

/// Parts of the classes of what is hidden until the reader opens it: text like any other.
static OPENED: LazyLock<PhraseSet> = LazyLock::new(|| {
    PhraseSet::of_any_case(&[
        "accordion",
        "collaps",
        "expand",
        "toggle",
        "panel",
        "tab",
        "faq",
        "answer",
        "question",
        "more",
        "full",
    ])
});

/// What each word says, and each pair of neighbouring words.
struct ClassNameTable {
    /// By their `word_hash`: this is asked for every word of every name.
    words: HashedMap<u64, KnownClassName>,
    pairs: HashMap<String, ElementHints>,
}

/// What is known of a word.
struct KnownClassName {
    word: &'static str,
    hints: ElementHints,
    /// It is the last word of a pair.
    ends_pair: bool,
}

impl ClassNameTable {
    fn entry(&mut self, word: &'static str) -> &mut KnownClassName {
        self.words.entry(word_hash(word)).or_insert_with(|| KnownClassName {
            word,
            hints: ElementHints::default(),
            ends_pair: false,
        })
    }

    fn of(&self, word: &str) -> Option<&KnownClassName> {
        self.words.get(&word_hash(word)).filter(|entry| entry.word == word)
    }
}

static LEXICON: LazyLock<ClassNameTable> = LazyLock::new(|| {
    let mut lexicon = ClassNameTable {
        words: HashedMap::default(),
        pairs: HashMap::new(),
    };
    let mut words = |text: &'static str, mark: fn(&mut ElementHints)| {
        list(text).for_each(|word| mark(&mut lexicon.entry(word).hints));
    };
    words(COMMENT_WORDS, |sense| sense.furniture.insert(ReadingRule::CommentWords));
    words(NOISE_WORDS, |sense| sense.furniture.insert(ReadingRule::FurnitureWords));
    words(DOUBTFUL_WORDS, |sense| {
        sense.furniture.insert(ReadingRule::DoubtfulWords)
    });
    words(LISTING_WORDS, |sense| sense.furniture.insert(ReadingRule::ListingWords));
    words(ABOUT_WORDS, |sense| sense.is_about = true);
    words(CAPTION_WORDS, |sense| sense.is_caption = true);
    words(AUTHOR_WORDS, |sense| sense.is_author = true);
    words("articlebody | storybody | entrycontent | postcontent", |sense| {
        sense.is_body = true
    });
    let mut pairs = |text: &'static str, mark: fn(&mut ElementHints)| {
        for pair in list(text) {
            if let Some(last) = pair.split_whitespace().next_back() {
                lexicon.entry(last).ends_pair = true;
            }
            // A pair may be broken over two lines of its list.
            mark(lexicon.pairs.entry(line(pair)).or_default());
        }
    };
    pairs(NOISE_PAIRS, |sense| sense.furniture.insert(ReadingRule::FurniturePairs));
    pairs(BODY_WORDS, |sense| sense.is_body = true);
    lexicon
});

/// Returns the entries of a list written as text.
pub fn list(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split('|').map(str::trim).filter(|entry| !entry.is_empty())
}

/// What the names on one page say: most elements bear the classes of others.
#[derive(Default)]
pub struct HintCache<'a> {
    rules: RuleSet,
    lists: HashMap<&'a str, ElementHints>,
    names: HashMap<&'a str, ElementHints>,
}

impl<'a> HintCache<'a> {
    /// Returns an empty one, for these rules.
    pub fn new(rules: RuleSet) -> Self {
        Self {
            rules,
            ..Self::default()
        }
    }

    /// Returns what class, id, role and name say an element is.
    pub fn of(&mut self, element: &'a Element) -> ElementHints {
        let mut sense = ElementHints::default();
        if matches!(element.name(), "nav" | "aside" | "footer" | "menu") {
            sense.furniture.insert(ReadingRule::FurnitureElements);
        }
        let mut is_opened = false;
        for (name, value) in element.attrs() {
            match name {
                "class" => sense.add(self.of_list(value)),
                "id" => {
                    is_opened = OPENED.is_in(value);
                    sense.add(self.of_names(value));
                }
                "data-component" | "data-testid" => sense.add(ElementHints {
                    is_elsewhere: false,
                    ..self.of_names(value)
                }),
                "role" => {
                    if NOISE_ROLES.contains(&value) {
                        sense.furniture.insert(ReadingRule::FurnitureRoles);
                    }
                    sense.is_elsewhere |= value == "navigation";
                }
                "itemprop" => {
                    sense.is_body |= value.split_whitespace().any(|p| p.eq_ignore_ascii_case("articleBody"));
                    sense.is_about |= matches!(
                        value,
                        "author" | "datePublished" | "dateModified" | "publisher" | "caption"
                    );
                }
                _ => {}
            }
        }
        if is_opened {
            sense.furniture = sense.furniture.without(HIDDEN);
        }
        sense
    }

    fn of_list(&mut self, names: &'a str) -> ElementHints {
        if let Some(known) = self.lists.get(names) {
            return *known;
        }
        let sense = self.of_names(names);
        self.lists.insert(names, sense);
        sense
    }

    fn of_names(&mut self, names: &'a str) -> ElementHints {
        let mut sense = ElementHints::default();
        let each = || names.split_ascii_whitespace().take(NAMES_MAX);
        for name in each() {
            sense.add(*self.names.entry(name).or_insert_with(|| of_name(name, self.rules)));
        }
        let hiding = RuleSet::of(&[ReadingRule::HidingWords, ReadingRule::HiddenBoxes]);
        if sense.furniture.meets(hiding) {
            if each().any(shows_again) {
                sense.furniture = sense.furniture.without(hiding);
            } else if OPENED.is_in(names) {
                sense.furniture = sense.furniture.without(HIDDEN);
            }
        }
        sense
    }
}

/// Returns what one class or id says.
fn of_name(name: &str, rules: RuleSet) -> ElementHints {
    let mut sense = ElementHints {
        is_elsewhere: ELSEWHERE.is_in(name),
        ..ElementHints::default()
    };
    if is_hiding(name) {
        sense.furniture.insert(ReadingRule::HidingWords);
        sense.furniture.insert(ReadingRule::HiddenBoxes);
        return sense;
    }
    // `has-sidebar` and `overflow-hidden` tell how a thing looks, not what it is.
    let is_state = rules.has(ReadingRule::StateNames) && is_state(name);
    let lower = name.to_ascii_lowercase();
    let mut before: Option<&str> = None;
    for word in words_of(name, &lower) {
        let before = before.replace(word);
        let Some(entry) = LEXICON.of(word) else { continue };
        // "article body": the last word and this one.
        let pair = before
            .filter(|_| entry.ends_pair)
            .map(|before| format!("{before} {word}"));
        let of_pair = pair.and_then(|pair| LEXICON.pairs.get(&pair));
        for own in [Some(&entry.hints), of_pair].into_iter().flatten() {
            sense.add(if is_state {
                ElementHints {
                    is_body: own.is_body,
                    ..ElementHints::default()
                }
            } else {
                *own
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

/// Whether a class shows on some screens what another hides on the others: `md:block`, `d-lg-flex`.
fn shows_again(name: &str) -> bool {
    let display = match name.rsplit_once(':') {
        Some((_, display)) => display,
        None => match name.strip_prefix("d-").and_then(|rest| rest.split_once('-')) {
            Some((_, display)) => display,
            None => return false,
        },
    };
    matches!(
        display,
        "block" | "flex" | "grid" | "inline" | "inline-block" | "inline-flex" | "table" | "contents"
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
        || name.bytes().enumerate().any(|(at, byte)| match byte {
            b'[' | b'(' | b'$' | b':' => true,
            b'-' => name[at..].starts_with("--false") || name[at..].starts_with("--no"),
            _ => false,
        })
}

/// Characters of one name that are read.
const NAME_CHARS_MAX: usize = 400;

/// Returns the words of a class or id, given as it is and in lower case: `storyBody`, `story-body` and `story_body` are two
/// words. Letters amid the digits of a number that a program made (`element-0243ad5`) are none.
fn words_of<'n>(name: &'n str, lower: &'n str) -> impl Iterator<Item = &'n str> {
    let end = name.char_indices().nth(NAME_CHARS_MAX).map_or(name.len(), |(at, _)| at);
    let bytes = &name.as_bytes()[..end];
    let mut at = 0;
    let mut next = move || {
        while at < bytes.len() && !bytes[at].is_ascii_alphabetic() {
            at += 1;
        }
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_alphabetic() {
            let begins_word = bytes[at].is_ascii_uppercase() && at > start && bytes[at - 1].is_ascii_lowercase();
            if begins_word {
                break;
            }
            at += 1;
        }
        (at > start).then_some(start..at)
    };
    std::iter::from_fn(move || {
        loop {
            let word = next()?;
            if !is_amid_digits(bytes, &word) {
                return Some(&lower[word]);
            }
        }
    })
}

/// Whether a word is of a number that a program made: letters that such numbers have, parted by digits from other small
/// letters, or any between digits on both sides.
fn is_amid_digits(bytes: &[u8], word: &Range<usize>) -> bool {
    let follows = word.start > 0 && bytes[word.start - 1].is_ascii_digit() && bytes[word.start].is_ascii_lowercase();
    let behind = &bytes[word.end..];
    let digits = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_followed = digits > 0 && behind.get(digits).is_some_and(u8::is_ascii_lowercase);
    let is_hex = bytes[word.clone()].iter().all(u8::is_ascii_hexdigit);
    is_hex && (follows || is_followed) || follows && digits > 0
}

#[cfg(test)]
mod tests;
