//! What stands around the links to one address: its card, its headline, its date, and what kind of place it is.

use url::Url;

use super::links;
use crate::domain::Timestamp;
use crate::extract::date::dates;
use crate::extract::page::items::Page;
use crate::text;

/// A headline has at most this many characters.
const HEADLINE_MAX: usize = 300;
/// How far around a link its card may reach, in elements.
const CARD_LEVELS_MAX: usize = 6;
/// A link and so many elements around it say what kind of place it stands in, this many in all.
const PLACE_LEVELS: usize = 4;
/// Parts behind a headline in which its date may stand.
const BEHIND_MAX: usize = 3;
/// Parts before a card that are looked at for the date it stands under.
const SIBLINGS_MAX: usize = 40;
/// A text that is a date has at most this many characters.
const DATE_CHARS_MAX: usize = 60;

/// One address and what stands around it.
pub struct Candidate {
    pub url: Url,
    pub title: String,
    pub published_at: Option<Timestamp>,
    /// What kind of place it stands in.
    pub place: String,
    pub score: f32,
}

/// A page's links to articles, and where they stand.
pub struct Around<'p, 'a> {
    pub page: &'p Page<'a>,
    pub owners: &'p [(usize, usize)],
    /// Nobody has named the links: what does not look like a headline is none.
    pub only_likely: bool,
    /// The sibling before each item.
    pub previous: Vec<Option<usize>>,
}

impl Around<'_, '_> {
    /// Returns what stands around the links to one address; none where they do not name an article.
    pub fn candidate(&self, group: usize, url: Url, anchors: &[usize]) -> Option<Candidate> {
        let page = self.page;
        let card = self.card(group, *anchors.first()?);
        let in_heading = anchors.iter().find_map(|at| self.heading_of(*at));
        let texts = anchors.iter().map(|at| links::headline(page, *at));
        let longest = texts
            .filter(|text| !links::says_more(text))
            .max_by_key(|text| text.chars().count().min(HEADLINE_MAX))
            .unwrap_or_default();
        let beside = || (card..page.items[card].end).find(|at| is_heading(page.items[*at].name));
        let heading = in_heading.or_else(|| beside().filter(|_| weight(&longest) < 4));
        let title = match heading.map(|at| page.text_of(at)).filter(|text| !text.is_empty()) {
            Some(heading) => heading,
            None => longest,
        };
        let length = weight(&title);
        if title.chars().count() > HEADLINE_MAX || length == 0 || (self.only_likely && length < 2 && heading.is_none())
        {
            return None;
        }
        let beside = self.date_in(card);
        let beside = beside
            .or_else(|| self.date_along(card))
            .or_else(|| self.date_above(card));
        let in_address = dates::in_address(&url);
        let item = &page.items[card];
        let score = [
            (heading.is_some(), 2.0),
            (beside.is_some(), 2.0),
            (in_address.is_some(), 2.0),
            (links::has_name(&url), 2.0),
            (links::has_number(&url), 1.0),
            (matches!(item.name, "article" | "li" | "tr" | "dd"), 0.5),
            (length >= 4, 1.0),
            (length >= 7, 1.0),
            (length < 3, -1.0),
        ];
        Some(Candidate {
            url,
            title,
            published_at: beside.or(in_address),
            place: self.place(anchors[0]),
            score: score.iter().filter(|(holds, _)| *holds).map(|(_, worth)| worth).sum(),
        })
    }

    /// Returns the largest part around a link that holds no link to another article.
    fn card(&self, group: usize, anchor: usize) -> usize {
        let mut card = anchor;
        for _ in 0..CARD_LEVELS_MAX {
            let parent = self.page.items[card].parent;
            let item = &self.page.items[parent];
            if parent == card || matches!(item.name, "body" | "html" | "main" | "ul" | "ol" | "tbody" | "table") {
                break;
            }
            let first = self.owners.partition_point(|(at, _)| *at < parent);
            let inside = self.owners[first..].iter().take_while(|(at, _)| *at < item.end);
            if inside.into_iter().any(|(_, owner)| *owner != group) {
                break;
            }
            card = parent;
        }
        card
    }

    /// Returns the heading a link stands in or holds.
    fn heading_of(&self, anchor: usize) -> Option<usize> {
        let page = self.page;
        let mut own = anchor;
        for _ in 0..4 {
            if is_heading(page.items[own].name) {
                return Some(own);
            }
            own = page.items[own].parent;
        }
        (anchor..page.items[anchor].end).find(|at| is_heading(page.items[*at].name))
    }

    fn date_in(&self, part: usize) -> Option<Timestamp> {
        let page = self.page;
        let inside = || part..page.items[part].end;
        let times = inside().filter(|at| page.items[*at].name == "time");
        let said = times.clone().find_map(|at| {
            let said = page.items[at].attr("datetime").and_then(dates::parse);
            said.or_else(|| dates::in_line(&page.text_of(at)))
        });
        said.or_else(|| {
            inside()
                .filter(|at| page.items[*at].element.is_some() && page.items[*at].name != "a")
                .filter(|at| (6..DATE_CHARS_MAX).contains(&page.items[*at].chars))
                .find_map(|at| dates::in_line(&page.text_of(at)))
        })
        .or_else(|| {
            // Text between elements: "12 June 2026: <a>headline</a>".
            inside()
                .filter(|at| page.items[*at].element.is_none() && page.items[*at].link_chars == 0)
                .filter(|at| (6..DATE_CHARS_MAX).contains(&page.items[*at].chars))
                .find_map(|at| dates::in_line(page.items[at].text.trim_matches(|c: char| !c.is_alphanumeric())))
        })
    }

    /// Returns the date on a link's own line, behind or before it; for a headline also in the parts behind it.
    fn date_along(&self, card: usize) -> Option<Timestamp> {
        let page = self.page;
        let parent = page.items[card].parent;
        let ends_line = |at: usize| page.items[at].is_block || matches!(page.items[at].name, "br" | "a");
        let mut behind = Vec::new();
        let mut at = page.items[card].end;
        while at < page.items[parent].end && behind.len() < SIBLINGS_MAX {
            behind.push(at);
            at = page.items[at].end.max(at + 1);
        }
        let on_line = behind.iter().take_while(|at| !ends_line(**at));
        if let Some(date) = on_line.into_iter().find_map(|at| self.date_in(*at)) {
            return Some(date);
        }
        if is_heading(page.items[card].name) {
            let parts = behind
                .iter()
                .filter(|at| page.items[**at].element.is_some())
                .take(BEHIND_MAX);
            let parts = parts.take_while(|at| !is_heading(page.items[**at].name));
            return parts.into_iter().find_map(|at| self.date_in(*at));
        }
        let mut before = card;
        while before > parent + 1 && card - before < SIBLINGS_MAX {
            before -= 1;
            let item = &page.items[before];
            if ends_line(before) {
                return None;
            }
            if item.parent == parent
                && let Some(date) = self.date_in(before)
            {
                return Some(date);
            }
        }
        None
    }

    /// Returns the date a card stands under: the last part before it that is a date and nothing else.
    fn date_above(&self, card: usize) -> Option<Timestamp> {
        let page = self.page;
        let mut own = card;
        for _ in 0..3 {
            let parent = page.items[own].parent;
            if parent == own {
                return None;
            }
            let last = std::iter::successors(self.previous[own], |at| self.previous[*at])
                .take(SIBLINGS_MAX)
                .filter(|at| page.items[*at].is_block && page.items[*at].chars > 0);
            for at in last {
                let item = &page.items[at];
                let is_short = (6..DATE_CHARS_MAX).contains(&item.chars) && item.link_chars == 0;
                if is_short && let Some(date) = dates::in_line(&page.text_of(at)) {
                    return Some(date);
                }
                if is_heading(item.name) {
                    return None;
                }
            }
            own = parent;
        }
        None
    }

    /// Returns the names and classes of a link and what is around it, without numbers that differ from card to card.
    fn place(&self, anchor: usize) -> String {
        let mut place = String::new();
        let mut at = anchor;
        for _ in 0..PLACE_LEVELS {
            let item = &self.page.items[at];
            let class = item.attr("class").and_then(|class| class.split_whitespace().next());
            place.push_str(item.name);
            place.push('.');
            place.extend(class.unwrap_or_default().chars().filter(|c| !c.is_ascii_digit()));
            place.push('/');
            at = item.parent;
        }
        place
    }
}

/// Returns the sibling before each item, where there is one.
pub fn previous(page: &Page<'_>) -> Vec<Option<usize>> {
    let mut last_child: Vec<Option<usize>> = vec![None; page.items.len()];
    let mut previous = vec![None; page.items.len()];
    for (at, item) in page.items.iter().enumerate().skip(1) {
        previous[at] = last_child[item.parent].replace(at);
    }
    previous
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Returns how many words a headline has; of scripts without spaces every second letter counts.
fn weight(title: &str) -> usize {
    let unspaced = title.chars().filter(|c| text::is_unspaced(*c)).count();
    title
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .count()
        .max(unspaced / 2)
}
