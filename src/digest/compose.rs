//! What a digest tells: which stories, at which length, under which topic, in which order.

use std::collections::HashMap;

use super::deadlines::tell_dates;
use super::display_text::{self, ERROR_CHARS_MAX, NAME_CHARS_MAX, TITLE_CHARS_MAX};
use super::input::{
    Coverage, DigestInput, DigestOptions, PageInput, StoryInput, TopicInput, TroubledSource, UndeliveredDigest, Window,
};
use super::model::{ChangedPage, DateNote, Digest, Elsewhere, Headline, Section, TopNews};
use super::order::{self, StoryRank};
use super::wording::DigestWording;
use super::{page_changes, story_summary};
use crate::domain::{ArticleId, StoryId};
use crate::ranking;

/// Stories of a section told at length; the others get a line.
const TOLD_MAX: usize = 10;
/// Headlines kept for a digest's first words.
const NEWS_MAX: usize = 3;

/// Composes what is new in a window.
///
/// A story in several sections is told in the first; the others say where.
pub fn compose(window: &Window, input: &DigestInput, options: &DigestOptions) -> Digest {
    let mut topics: HashMap<StoryId, usize> = HashMap::new();
    for story in input.sections.iter().flat_map(|topic| &topic.stories) {
        *topics.entry(story.id).or_default() += 1;
    }
    let mut composer = Composer {
        topics,
        window,
        options,
        told: Vec::new(),
        places: HashMap::new(),
        news: Vec::new(),
    };
    let mut sections: Vec<Section> = input.sections.iter().map(|topic| composer.section(topic)).collect();
    sections.extend((!input.pages.is_empty()).then(|| composer.other_pages(&input.pages)));
    let mut sections: Vec<Section> = sections
        .into_iter()
        .filter(|section| section.stories() + section.elsewhere.len() > 0)
        .collect();
    composer.news.sort_by_key(|(is_second, rank, _)| (*is_second, *rank));
    let news = composer.news.into_iter().map(|(_, _, news)| news);
    let (dates, told_dates) = tell_dates(window.to, &input.deadlines, &composer.told, &mut sections, options);
    let news = news.chain(pages_as_news(&sections, options));
    let news = news
        .chain(dates_as_news(&dates, window, options))
        .take(NEWS_MAX)
        .collect();
    let mut digest = Digest {
        subject: String::new(),
        name: display_text::line(&input.name, NAME_CHARS_MAX),
        kind: input.kind,
        window: *window,
        sections,
        news,
        coverage: clean_coverage(&input.coverage),
        undelivered: input.undelivered.iter().map(clean_undelivered).collect(),
        dates,
        told_dates,
        told: composer.told,
    };
    digest.subject = DigestWording::of(options).subject(&digest);
    digest
}

struct Composer<'a> {
    /// How many topics each story is about.
    topics: HashMap<StoryId, usize>,
    window: &'a Window,
    options: &'a DigestOptions,
    told: Vec<(StoryId, ArticleId)>,
    /// The topic and the headline each story stands under, if it is told.
    places: HashMap<StoryId, Option<(String, Headline)>>,
    /// What may be said first, with whether another story of its section goes before it.
    news: Vec<(bool, StoryRank, TopNews)>,
}

impl Composer<'_> {
    fn section(&mut self, topic: &TopicInput) -> Section {
        let name = display_text::line(&topic.topic, TITLE_CHARS_MAX);
        let (mut told, mut alerted, mut elsewhere) = (Vec::new(), Vec::new(), Vec::new());
        for story in &topic.stories {
            if let Some(place) = self.places.get(&story.id) {
                place
                    .iter()
                    .for_each(|(other, headline)| stands_elsewhere(&mut elsewhere, other, headline));
                continue;
            }
            if is_cold(story, self.options.heat_min) {
                continue;
            }
            let untold = story.members.iter().filter(|member| member.is_new);
            self.told.extend(untold.map(|member| (story.id, member.article)));
            let telling = self.tell(story);
            let place = telling.as_ref().map(|telling| (name.clone(), telling.headline.clone()));
            self.places.insert(story.id, place);
            let Some(telling) = telling else { continue };
            match story
                .alerted_at
                .filter(|_| story.members.iter().all(|member| member.is_new))
            {
                Some(at) => alerted.push((
                    order::rank(story, self.topics[&story.id]),
                    story_summary::alerted(story, telling, at),
                )),
                None => told.push((order::rank(story, self.topics[&story.id]), telling)),
            }
        }
        told.sort_by_key(|(rank, _)| *rank);
        alerted.sort_by_key(|(rank, _)| *rank);
        for (at, (rank, story)) in told.iter().enumerate().take(NEWS_MAX) {
            let (topic, title) = (name.clone(), story.headline.title.clone());
            self.news.push((at > 0, *rank, TopNews { topic, title }));
        }
        let mut told: Vec<_> = told.into_iter().map(|(_, story)| story).collect();
        let rest = told.split_off(told.len().min(TOLD_MAX));
        let alerted = alerted.into_iter().map(|(_, story)| story);
        let pages = self.pages(&topic.pages);
        Section {
            topic: name,
            is_introduction: topic.is_introduction,
            told,
            pages,
            brief: rest.into_iter().map(story_summary::in_brief).chain(alerted).collect(),
            elsewhere,
        }
    }

    /// Returns the section of the watched pages that are about no topic.
    fn other_pages(&mut self, pages: &[PageInput]) -> Section {
        Section {
            topic: self.options.language.words().watched_pages.to_owned(),
            is_introduction: false,
            told: Vec::new(),
            pages: self.pages(pages),
            brief: Vec::new(),
            elsewhere: Vec::new(),
        }
    }

    fn pages(&mut self, pages: &[PageInput]) -> Vec<ChangedPage> {
        self.told.extend(pages.iter().filter_map(|page| page.member));
        let untitled = self.options.language.words().untitled;
        pages.iter().map(|page| page_changes::tell(page, untitled)).collect()
    }

    fn tell(&self, story: &StoryInput) -> Option<super::model::ToldStory> {
        let mut telling = story_summary::tell(self.window, story, self.options)?;
        let further = telling.further.iter_mut().chain(&mut telling.so_far);
        for headline in further
            .chain([&mut telling.headline])
            .filter(|headline| headline.title.is_empty())
        {
            headline.title = self.options.language.words().untitled.to_owned();
        }
        Some(telling)
    }
}

/// Returns the changed pages as a digest's first words may name them: behind all stories.
fn pages_as_news(sections: &[Section], options: &DigestOptions) -> Vec<TopNews> {
    let changed = options.language.words().changed.to_lowercase();
    let of_section = |section: &Section| {
        let news = |page: &ChangedPage| TopNews {
            topic: section.topic.clone(),
            title: format!("{} ({changed})", page.headline.title),
        };
        section.pages.iter().map(news).collect::<Vec<_>>()
    };
    sections.iter().flat_map(of_section).collect()
}

/// Returns dates as a digest's first words may name them: behind all else.
fn dates_as_news(dates: &[DateNote], window: &Window, options: &DigestOptions) -> Vec<TopNews> {
    let wording = DigestWording::of(options);
    let news = |note: &DateNote| TopNews {
        topic: wording.words.dates.to_owned(),
        title: format!("{}: {}", wording.date_note(note, window.to), note.headline.title),
    };
    dates.iter().take(NEWS_MAX).map(news).collect()
}

/// Whether a new story waits until it is hot enough; it is then told with all its members.
pub fn is_cold(story: &StoryInput, heat_min: i32) -> bool {
    let order =
        |m: &&super::input::MemberInput| ranking::lead_order(m.copy_of.is_some(), m.quality, m.published_at, m.article);
    let Some(lead) = story.members.iter().min_by_key(order) else {
        return true;
    };
    let is_new = story.members.iter().all(|member| member.is_new);
    is_new && ranking::heat(lead.quality, story.members.len() - 1, true) < heat_min
}

fn stands_elsewhere(elsewhere: &mut Vec<Elsewhere>, topic: &str, headline: &Headline) {
    match elsewhere.iter_mut().find(|other| other.topic == topic) {
        Some(other) => other.headlines.push(headline.clone()),
        None => elsewhere.push(Elsewhere {
            topic: topic.to_owned(),
            headlines: vec![headline.clone()],
        }),
    }
}

fn clean_coverage(coverage: &Coverage) -> Coverage {
    let mut coverage = coverage.clone();
    for source in &mut coverage.troubled {
        source.name = display_text::line(&source.name, NAME_CHARS_MAX);
        let why = source.health.why.as_deref();
        source.health.why = why.map(|why| display_text::line(why, ERROR_CHARS_MAX));
    }
    // The worst first, and of these the longest broken: the others may mend themselves.
    coverage.troubled.sort_by(|a, b| {
        let order = |t: &TroubledSource| (t.health.condition, t.health.since);
        (order(a), &a.name).cmp(&(order(b), &b.name))
    });
    coverage
}

fn clean_undelivered(digest: &UndeliveredDigest) -> UndeliveredDigest {
    UndeliveredDigest {
        subject: display_text::line(&digest.subject, TITLE_CHARS_MAX),
        channel: display_text::line(&digest.channel, TITLE_CHARS_MAX),
        to: digest.to,
        error: display_text::line(&digest.error, ERROR_CHARS_MAX),
    }
}
