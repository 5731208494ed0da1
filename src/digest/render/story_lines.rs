//! A digest line by line: what is said of each story and below all of them, and in which order.
//!
//! How a line looks is a rendering's. Outside text stands in spans of its own, so that it can be escaped and kept apart.

use crate::digest::input::DigestKind;
use crate::digest::model::{
    BriefNote, BriefStory, ChangedHeadline, ChangedPage, ChartBar, DateNote, Digest, Elsewhere, Headline, Section,
    StoryStatus, ToldStory,
};
use crate::digest::wording::DigestWording;
use crate::domain::Timestamp;
use crate::text::sentence_diff::{SentenceChange, SentenceStatus};

/// Outlets named in a list before the rest is counted.
const NAMES_MAX: usize = 5;
/// Headlines named of those that stand under one other topic.
const ELSEWHERE_MAX: usize = 3;
/// Troubled sources and undelivered digests named.
const FOOT_MAX: usize = 10;

/// A line of a story.
#[derive(Debug)]
pub enum ToldLine<'a> {
    /// What stands above the stories that get a line each.
    Heading(&'a str),
    Head {
        status: StoryStatus,
        label: String,
        headline: &'a Headline,
    },
    Brief {
        headline: &'a Headline,
        note: Vec<Span<'a>>,
    },
    Summary(&'a str, Option<&'a str>),
    Chart(&'a [ChartBar]),
    Note(Vec<Span<'a>>),
    Further {
        headline: &'a Headline,
        origin: Vec<Span<'a>>,
    },
    /// A sentence of a watched page, in the page's language: what became of it where it came or went as a whole.
    Sentence {
        label: Option<&'static str>,
        change: &'a SentenceChange,
        language: Option<&'a str>,
    },
}

/// A piece of a line.
#[derive(Debug)]
pub enum Span<'a> {
    /// The digest's own words.
    Words(String),
    /// Outside text.
    Name(&'a str),
    /// Outside text that leads to an article.
    Link(&'a Headline, &'a str),
    Age(Timestamp),
    Old(&'a str),
    New(&'a str),
}

/// What stands below the stories: a line, and what it is about.
pub struct FootGroup {
    pub line: String,
    /// A name, and what is said of it.
    pub items: Vec<(String, String)>,
    pub more: String,
}

/// Returns the lines of each story of a section, and at their end where its other stories stand.
pub fn items(section: &Section, wording: DigestWording, now: Timestamp) -> Vec<Vec<ToldLine<'_>>> {
    let told = section.told.iter().map(|story| told(story, wording, now));
    let brief = section.brief.iter().enumerate().map(|(at, story)| {
        let heading = (at == 0).then_some(ToldLine::Heading(wording.words.in_brief));
        heading.into_iter().chain([in_brief(story, wording)]).collect()
    });
    let elsewhere: Vec<ToldLine> = section
        .elsewhere
        .iter()
        .map(|other| elsewhere(other, wording))
        .collect();
    let pages = section.pages.iter().map(|page| changed_page(page, wording));
    told.chain(pages)
        .chain(brief)
        .chain((!elsewhere.is_empty()).then_some(elsewhere))
        .collect()
}

fn told(story: &ToldStory, wording: DigestWording, now: Timestamp) -> Vec<ToldLine<'_>> {
    let words = wording.words;
    let mut lines = vec![ToldLine::Head {
        status: story.status,
        label: label(story, wording),
        headline: &story.headline,
    }];
    if !story.summary.is_empty() {
        lines.push(ToldLine::Summary(&story.summary, story.headline.language.as_deref()));
    }
    lines.extend(dates_of_story(story, wording, now));
    if !story.chart.is_empty() {
        lines.push(ToldLine::Chart(&story.chart));
    }
    let mut note = origin(&story.headline);
    if let Some(term) = &story.why {
        note.extend([Span::Words(format!("; {} ", words.names)), Span::Name(term)]);
    }
    if !story.also.is_empty() {
        note.push(Span::Words(format!("; {} ", words.also)));
        list(
            &mut note,
            story.also.iter().map(|other| (other, &*other.outlet)),
            NAMES_MAX,
            ", ",
            wording,
        );
    }
    // A chart has told them.
    if story.copies > 0 && story.chart.is_empty() {
        note.push(Span::Words(format!("; {}", wording.count(words.copies, story.copies))));
    }
    lines.push(ToldLine::Note(note));
    lines.extend(story.continues.iter().map(|earlier| {
        let Headline {
            title, published_at, ..
        } = &earlier.headline;
        ToldLine::Note(vec![
            Span::Words(format!("{} ", words.continues)),
            Span::Link(&earlier.headline, title),
            Span::Words(format!(", {}", wording.date(*published_at))),
        ])
    }));
    lines.extend(story.further.iter().map(|headline| ToldLine::Further {
        headline,
        origin: origin(headline),
    }));
    lines.extend(story.changes.iter().map(|change| correction(change, wording)));
    lines.extend(story.so_far.iter().map(|known| {
        ToldLine::Note(vec![
            Span::Words(format!("{} ", words.so_far)),
            Span::Link(known, &known.title),
        ])
    }));
    lines
}

/// Returns the dates that stand by themselves, a line each.
pub fn dates(digest: &Digest, wording: DigestWording) -> Vec<ToldLine<'_>> {
    let notes = digest.dates.iter().map(|note| ToldLine::Brief {
        headline: &note.headline,
        note: vec![Span::Words(wording.date_note(note, digest.window.to))],
    });
    notes.collect()
}

/// Returns the dates of a story, a line each; under another headline than their document's, one line names it behind those that
/// follow one another.
fn dates_of_story(story: &ToldStory, wording: DigestWording, now: Timestamp) -> Vec<ToldLine<'_>> {
    let said = |note: &DateNote| wording.date_note(note, now);
    let is_of_another = |notes: &'_ [DateNote]| notes[0].headline.title != story.headline.title;
    let documents = story.dates.chunk_by(|one, next| one.headline == next.headline);
    documents
        .flat_map(|notes| match is_of_another(notes) {
            false => notes
                .iter()
                .map(|note| ToldLine::Note(vec![Span::Words(said(note))]))
                .collect(),
            true => vec![ToldLine::Note(vec![
                Span::Words(notes.iter().map(said).collect::<Vec<_>>().join("; ") + ": "),
                Span::Link(&notes[0].headline, &notes[0].headline.title),
            ])],
        })
        .collect()
}

fn changed_page(page: &ChangedPage, wording: DigestWording) -> Vec<ToldLine<'_>> {
    let words = wording.words;
    let mut lines = vec![ToldLine::Head {
        status: StoryStatus::Developing,
        label: words.changed.to_owned(),
        headline: &page.headline,
    }];
    lines.push(ToldLine::Note(origin(&page.headline)));
    lines.extend(page.sentences.iter().map(|change| ToldLine::Sentence {
        label: match change.status {
            SentenceStatus::Removed => Some(words.removed),
            SentenceStatus::Added => Some(words.added),
            SentenceStatus::Changed => None,
        },
        change,
        language: page.headline.language.as_deref(),
    }));
    if page.more_sentences > 0 {
        let more = wording.count(words.more_sentences, page.more_sentences);
        lines.push(ToldLine::Note(vec![Span::Words(more)]));
    }
    lines
}

/// Returns the word before a headline: "New", "Developing, corrected".
pub fn label(story: &ToldStory, wording: DigestWording) -> String {
    let words = wording.words;
    let status = match story.status {
        StoryStatus::New => words.new,
        StoryStatus::Developing => words.developing,
    };
    match story.changes.iter().any(|change| change.is_head) {
        true => format!("{status}, {}", words.corrected.to_lowercase()),
        false => status.to_owned(),
    }
}

fn origin(headline: &Headline) -> Vec<Span<'_>> {
    let age = Span::Age(headline.published_at);
    match headline.outlet.is_empty() {
        true => vec![age],
        false => vec![Span::Name(&headline.outlet), Span::Words(", ".to_owned()), age],
    }
}

fn correction(change: &ChangedHeadline, wording: DigestWording) -> ToldLine<'_> {
    let words = wording.words;
    let mut line = vec![Span::Words(words.corrected.to_owned())];
    if !change.outlet.is_empty() {
        line.extend([
            Span::Words(" (".to_owned()),
            Span::Name(&change.outlet),
            Span::Words(")".to_owned()),
        ]);
    }
    match change.is_head {
        true => line.extend([Span::Words(format!("; {} ", words.it_said)), Span::Old(&change.before)]),
        false => line.extend([
            Span::Words(": ".to_owned()),
            Span::Old(&change.before),
            Span::Words(" → ".to_owned()),
            Span::New(&change.after),
        ]),
    }
    ToldLine::Note(line)
}

fn in_brief(story: &BriefStory, wording: DigestWording) -> ToldLine<'_> {
    let note = match story.what {
        BriefNote::New { other_outlets } => {
            let mut note = origin(&story.headline);
            note.push(Span::Words(wording.and_more(other_outlets)));
            note
        }
        _ => vec![Span::Words(brief_note(story, wording))],
    };
    ToldLine::Brief {
        headline: &story.headline,
        note,
    }
}

/// Returns what is said of a story in one line, as text.
pub fn brief_note(story: &BriefStory, wording: DigestWording) -> String {
    let words = wording.words;
    match story.what {
        BriefNote::New { other_outlets } => format!("{}{}", story.headline.outlet, wording.and_more(other_outlets)),
        BriefNote::Developing {
            new_articles: 0,
            changes,
        } => wording.count(words.corrections, changes),
        BriefNote::Developing { new_articles, .. } => wording.count(words.new_articles, new_articles),
        BriefNote::Alerted { told_at, since } => wording.told_by_alert(told_at, since),
    }
}

fn elsewhere(other: &Elsewhere, wording: DigestWording) -> ToldLine<'_> {
    let mut line = vec![Span::Words(format!("{} ", wording.elsewhere(&other.topic)))];
    let headlines = other.headlines.iter().map(|headline| (headline, &*headline.title));
    list(&mut line, headlines, ELSEWHERE_MAX, "; ", wording);
    ToldLine::Note(line)
}

/// Appends a list of links, the rest counted.
fn list<'a>(
    line: &mut Vec<Span<'a>>,
    links: impl ExactSizeIterator<Item = (&'a Headline, &'a str)>,
    most: usize,
    between: &str,
    wording: DigestWording,
) {
    let more = links.len().saturating_sub(most);
    for (at, (headline, text)) in links.take(most).enumerate() {
        line.extend((at > 0).then(|| Span::Words(between.to_owned())));
        line.push(Span::Link(headline, text));
    }
    line.extend((more > 0).then(|| Span::Words(wording.and_more(more))));
}

/// Returns what stands below the stories: how the sources fare, and what could not be delivered.
pub fn foot(digest: &Digest, wording: DigestWording) -> Vec<FootGroup> {
    if digest.kind == DigestKind::Alert {
        return Vec::new();
    }
    let now = digest.window.to;
    let troubled = digest.coverage.troubled.iter();
    let troubled = troubled.map(|source| (source.name.clone(), format!(": {}", wording.troubled(source, now))));
    let undelivered = digest.undelivered.iter();
    let undelivered = undelivered.map(|d| {
        (
            d.subject.clone(),
            format!(" {}", wording.undelivered_to(&d.channel, &d.error)),
        )
    });
    let group = |line: String, items: Vec<(String, String)>| FootGroup {
        line,
        more: wording.and_more(items.len().saturating_sub(FOOT_MAX)),
        items: items.into_iter().take(FOOT_MAX).collect(),
    };
    let mut groups = vec![group(wording.coverage(digest), troubled.collect())];
    if !digest.undelivered.is_empty() {
        groups.push(group(format!("{}:", wording.words.undelivered), undelivered.collect()));
    }
    groups
}

/// Returns spans as plain text.
pub fn plain(spans: &[Span<'_>], now: Timestamp, wording: DigestWording) -> String {
    let text = |span: &Span<'_>| match span {
        Span::Words(words) => words.clone(),
        Span::Name(text) | Span::Link(_, text) | Span::Old(text) | Span::New(text) => (*text).to_owned(),
        Span::Age(at) => wording.age(*at, now),
    };
    spans.iter().map(text).collect()
}
