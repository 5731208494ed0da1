use std::collections::BTreeMap;
use std::fmt::Write;

use url::Url;

use super::*;
use crate::domain::article::Zone;
use crate::domain::source::Validators;
use crate::domain::topic::{Rule, Topic, Where};
use crate::domain::{ArticleId, SourceId, StoryId};
use crate::extract::{DateBasis, ExtractOptions, Extraction};
use crate::ranking::Weights;

/// What the article said before: its page, where that was read, else its feed.
const OLD: &str = "An older report of the face scan, as it stood on the page.";
const FEED: &str = "The council debates a face scan at the station.";
const PAGE: &str = "The council debates a face scan at the station. It will vote in May, and the mayor is against it.";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-06-13T12:00:00Z")
}

fn validators(etag: &str) -> PageValidators {
    let first = Validators {
        etag: Some(etag.into()),
        last_modified: None,
    };
    PageValidators::new(first, Vec::new())
}

fn work(body_state: BodyState) -> ArticleWork {
    let body = if body_state == BodyState::Extracted { OLD } else { FEED };
    let seen_at = now() - TimeDelta::hours(1);
    ArticleWork {
        article: Article {
            id: ArticleId(1),
            source: "The Feed".to_owned(),
            title: "Council weighs face scans".to_owned(),
            excerpt: "In short.".to_owned(),
            body_markdown: body.to_owned(),
            body_text: body.to_owned(),
            byline: None,
            published_at: seen_at,
            published_zone: None,
            seen_at,
            original_url: "https://courier.example/a".to_owned(),
            web_url: "https://courier.example/a".to_owned(),
            amp_url: None,
            language: None,
            provider_name: "Courier".to_owned(),
            provider_domain: "courier.example".to_owned(),
            image: None,
            is_video: false,
        },
        source: SourceId(1),
        feed_markdown: FEED.to_owned(),
        feed_text: FEED.to_owned(),
        is_news: true,
        is_dated: true,
        wants_page: true,
        body_state,
        validators: validators("old"),
        attempts: 1,
        looks: 0,
        story: None,
        version: 7,
        wordings: Vec::new(),
    }
}

fn extraction(verdict: Verdict, text: &str) -> Extraction {
    let url = Url::parse("https://courier.example/a").unwrap();
    let mut page = crate::extract::extract("<p>Nothing.</p>", &url, &ExtractOptions::default());
    page.metadata.title = "Council weighs face scans".to_owned();
    page.metadata.has_headline = true;
    page.verdict = verdict;
    page.metadata_is_articles = true;
    page.markdown = text.to_owned();
    page.text = text.to_owned();
    page
}

fn another() -> Extraction {
    let mut page = extraction(
        Verdict::Complete,
        "The ferry leaves an hour later, since the pier is not yet ready for it.",
    );
    page.metadata.title = "Ferry leaves later".to_owned();
    page
}

fn read(page: Extraction) -> PageResult {
    let url = Url::parse("https://courier.example/a").unwrap();
    let mut page = ArticlePage::new(page, url, validators("new"));
    page.own = (page.extraction.verdict == Verdict::Complete).then(|| LearnedBoilerplate {
        host: page.host().to_owned(),
        marks: Vec::new(),
    });
    PageResult::Read(Box::new(page))
}

fn failed(is_transient: bool, is_ours: bool) -> PageResult {
    PageResult::Failed(PageFailure {
        message: "no answer".to_owned(),
        is_transient,
        is_ours,
    })
}

fn planned(work: ArticleWork, page: PageResult, documents: WriteDocuments) -> ArticlePlan {
    let rule = Rule::Keywords {
        any: vec!["face scan".to_owned()],
        place: Where::Text,
    };
    let topic = Topic {
        name: "Scans".to_owned(),
        parent: None,
        rule,
        stem: false,
    };
    let matcher = Matcher::compile(&[topic]).unwrap_or_else(|_| unreachable!());
    let policy = ArticlePolicy {
        matcher: &matcher,
        documents,
        ranking: &RankingSettings {
            published: 60,
            weights: Weights::default(),
            providers: BTreeMap::new(),
        },
    };
    plan(now(), work, page, &policy)
}

fn plan_of(work: ArticleWork, page: PageResult) -> ArticlePlan {
    planned(work, page, WriteDocuments::Matched)
}

/// What becomes of an article in a row of the table.
fn row(plan: &ArticlePlan) -> String {
    let text = match plan.article.body_text.as_str() {
        OLD => "old",
        FEED => "feed",
        PAGE => "page",
        _ => "?",
    };
    let etag = plan.validators.first.etag.as_deref().unwrap_or(b"-");
    let etag = String::from_utf8_lossy(etag);
    let due = plan
        .work_at
        .map_or("-".to_owned(), |at| format!("{}m", (at - now()).num_minutes()));
    let yes = |is: bool, word: &'static str| if is { word } else { "-" };
    format!(
        "{:<9} | {text:<4} | {:<14} | {etag:<4} | {:<4} | {} | {} | {due:<5} | {:<8} | {}",
        plan.body_state.as_str(),
        plan.verdict.map_or("-", Verdict::as_str),
        yes(plan.wants_page, "asks"),
        plan.attempts,
        plan.looks,
        yes(plan.revision.is_some(), "revision"),
        yes(plan.learned.is_some(), "learns"),
    )
    .trim_end()
    .to_owned()
}

/// A page by name, how often it was tried before, and what asking for it gives now.
type Tried = (&'static str, u32, fn() -> PageResult);

#[test]
fn what_becomes_of_an_article() {
    let pages: [Tried; 15] = [
        ("not wanted", 1, || PageResult::NotWanted),
        ("the article", 1, || read(extraction(Verdict::Complete, PAGE))),
        ("the article, no text", 1, || read(extraction(Verdict::Complete, " "))),
        ("a teaser, more", 1, || read(extraction(Verdict::Teaser, PAGE))),
        ("a teaser, less", 1, || read(extraction(Verdict::Teaser, FEED))),
        ("a paywall, more", 1, || read(extraction(Verdict::Paywall, PAGE))),
        ("a consent banner", 1, || read(extraction(Verdict::Consent, PAGE))),
        ("a challenge", 1, || read(extraction(Verdict::Blocked, PAGE))),
        ("no article", 1, || read(extraction(Verdict::NotAnArticle, PAGE))),
        ("another article", 1, || read(another())),
        ("an error once more", 3, || {
            read(extraction(Verdict::NotAnArticle, PAGE))
        }),
        ("fails for now", 1, || failed(true, false)),
        ("fails once more", 3, || failed(true, false)),
        ("fails here", 1, || failed(true, true)),
        ("fails for good", 1, || failed(false, false)),
    ];
    let mut table = String::new();
    for body_state in [
        BodyState::Pending,
        BodyState::FromFeed,
        BodyState::Failed,
        BodyState::Extracted,
    ] {
        for (name, attempts, page) in &pages {
            let mut work = work(body_state);
            work.attempts = *attempts;
            let plan = plan_of(work, page());
            writeln!(table, "{:<9} | {name:<20} | {}", body_state.as_str(), row(&plan)).unwrap();
        }
    }
    assert_eq!(table, TABLE.trim_start());
}

/// Before, its page; and after that: state, text, verdict, etag, whether the page is asked for again, tries, looks, when it
/// is due again, and what is kept.
const TABLE: &str = "
pending   | not wanted           | from-feed | feed | -              | old  | -    | 1 | 0 | -     | -        | -
pending   | the article          | extracted | page | complete       | new  | asks | 0 | 0 | 300m  | -        | learns
pending   | the article, no text | from-feed | feed | complete       | -    | -    | 0 | 0 | -     | -        | -
pending   | a teaser, more       | extracted | page | teaser         | new  | asks | 0 | 0 | 300m  | -        | -
pending   | a teaser, less       | from-feed | feed | teaser         | -    | -    | 0 | 0 | -     | -        | -
pending   | a paywall, more      | extracted | page | paywall        | new  | asks | 0 | 0 | 300m  | -        | -
pending   | a consent banner     | from-feed | feed | consent        | -    | -    | 0 | 0 | -     | -        | -
pending   | a challenge          | from-feed | feed | blocked        | -    | -    | 0 | 0 | -     | -        | -
pending   | no article           | from-feed | feed | not-an-article | -    | -    | 0 | 0 | -     | -        | -
pending   | another article      | extracted | ?    | complete       | new  | -    | 0 | 0 | -     | -        | learns
pending   | an error once more   | from-feed | feed | not-an-article | -    | -    | 0 | 0 | -     | -        | -
pending   | fails for now        | failed    | feed | -              | old  | asks | 2 | 0 | 60m   | -        | -
pending   | fails once more      | failed    | feed | -              | old  | -    | 4 | 0 | -     | -        | -
pending   | fails here           | failed    | feed | -              | old  | asks | 1 | 0 | 10m   | -        | -
pending   | fails for good       | failed    | feed | -              | old  | -    | 2 | 0 | -     | -        | -
from-feed | not wanted           | from-feed | feed | -              | old  | -    | 1 | 0 | -     | -        | -
from-feed | the article          | extracted | page | complete       | new  | asks | 0 | 1 | 1380m | revision | learns
from-feed | the article, no text | from-feed | feed | complete       | -    | -    | 0 | 0 | -     | -        | -
from-feed | a teaser, more       | extracted | page | teaser         | new  | asks | 0 | 1 | 1380m | revision | -
from-feed | a teaser, less       | from-feed | feed | teaser         | -    | -    | 0 | 0 | -     | -        | -
from-feed | a paywall, more      | extracted | page | paywall        | new  | asks | 0 | 1 | 1380m | revision | -
from-feed | a consent banner     | from-feed | feed | consent        | -    | -    | 0 | 0 | -     | -        | -
from-feed | a challenge          | from-feed | feed | blocked        | -    | -    | 0 | 0 | -     | -        | -
from-feed | no article           | from-feed | feed | not-an-article | -    | -    | 0 | 0 | -     | -        | -
from-feed | another article      | extracted | ?    | complete       | new  | -    | 0 | 1 | -     | revision | learns
from-feed | an error once more   | from-feed | feed | not-an-article | -    | -    | 0 | 0 | -     | -        | -
from-feed | fails for now        | failed    | feed | -              | old  | asks | 2 | 0 | 60m   | -        | -
from-feed | fails once more      | failed    | feed | -              | old  | -    | 4 | 0 | -     | -        | -
from-feed | fails here           | failed    | feed | -              | old  | asks | 1 | 0 | 10m   | -        | -
from-feed | fails for good       | failed    | feed | -              | old  | -    | 2 | 0 | -     | -        | -
failed    | not wanted           | from-feed | feed | -              | old  | -    | 1 | 0 | -     | -        | -
failed    | the article          | extracted | page | complete       | new  | asks | 0 | 1 | 1380m | revision | learns
failed    | the article, no text | from-feed | feed | complete       | -    | -    | 0 | 0 | -     | -        | -
failed    | a teaser, more       | extracted | page | teaser         | new  | asks | 0 | 1 | 1380m | revision | -
failed    | a teaser, less       | from-feed | feed | teaser         | -    | -    | 0 | 0 | -     | -        | -
failed    | a paywall, more      | extracted | page | paywall        | new  | asks | 0 | 1 | 1380m | revision | -
failed    | a consent banner     | from-feed | feed | consent        | -    | -    | 0 | 0 | -     | -        | -
failed    | a challenge          | from-feed | feed | blocked        | -    | -    | 0 | 0 | -     | -        | -
failed    | no article           | from-feed | feed | not-an-article | -    | -    | 0 | 0 | -     | -        | -
failed    | another article      | extracted | ?    | complete       | new  | -    | 0 | 1 | -     | revision | learns
failed    | an error once more   | from-feed | feed | not-an-article | -    | -    | 0 | 0 | -     | -        | -
failed    | fails for now        | failed    | feed | -              | old  | asks | 2 | 0 | 60m   | -        | -
failed    | fails once more      | failed    | feed | -              | old  | -    | 4 | 0 | -     | -        | -
failed    | fails here           | failed    | feed | -              | old  | asks | 1 | 0 | 10m   | -        | -
failed    | fails for good       | failed    | feed | -              | old  | -    | 2 | 0 | -     | -        | -
extracted | not wanted           | extracted | old  | -              | old  | asks | 1 | 1 | 1380m | -        | -
extracted | the article          | extracted | page | complete       | new  | asks | 0 | 1 | 1380m | revision | -
extracted | the article, no text | extracted | old  | -              | old  | asks | 2 | 0 | 360m  | -        | -
extracted | a teaser, more       | extracted | page | teaser         | new  | asks | 0 | 1 | 1380m | revision | -
extracted | a teaser, less       | extracted | old  | -              | old  | asks | 2 | 0 | 360m  | -        | -
extracted | a paywall, more      | extracted | page | paywall        | new  | asks | 0 | 1 | 1380m | revision | -
extracted | a consent banner     | extracted | old  | -              | old  | asks | 2 | 0 | 360m  | -        | -
extracted | a challenge          | extracted | old  | -              | old  | asks | 2 | 0 | 360m  | -        | -
extracted | no article           | extracted | old  | -              | old  | asks | 2 | 0 | 360m  | -        | -
extracted | another article      | extracted | old  | -              | old  | asks | 2 | 0 | 360m  | -        | -
extracted | an error once more   | extracted | old  | -              | old  | asks | 0 | 1 | 1380m | -        | -
extracted | fails for now        | extracted | old  | -              | old  | asks | 2 | 0 | 60m   | -        | -
extracted | fails once more      | extracted | old  | -              | old  | asks | 0 | 1 | 1380m | -        | -
extracted | fails here           | extracted | old  | -              | old  | asks | 1 | 0 | 10m   | -        | -
extracted | fails for good       | extracted | old  | -              | old  | -    | 2 | 1 | 1380m | -        | -
";

#[test]
fn an_article_of_no_topic_rests_unless_it_stands_in_a_story() {
    let dull = || {
        let mut work = work(BodyState::Pending);
        work.article.title = "The mayor speaks".to_owned();
        let mut page = extraction(Verdict::Complete, "Of nothing else.");
        page.metadata.title = work.article.title.clone();
        (work, read(page))
    };
    let (work, page) = dull();
    let plan = plan_of(work, page);
    assert_eq!((plan.work_at, plan.wants_page, plan.document_name), (None, false, None));
    let (mut work, page) = dull();
    work.story = Some(StoryId(1));
    let plan = plan_of(work, page);
    assert!(plan.matches.is_empty() && plan.wants_page && plan.document_name.is_some());
    assert_eq!(plan.work_at, Some(now() + TimeDelta::hours(5)));
}

#[test]
fn what_the_owner_wants_written_gets_a_document() {
    for (documents, followed, expected) in [
        (WriteDocuments::Matched, true, true),
        (WriteDocuments::Matched, false, false),
        (WriteDocuments::All, false, true),
        (WriteDocuments::None, true, false),
    ] {
        let mut work = work(BodyState::Pending);
        if !followed {
            work.feed_text = "Of nothing else.".to_owned();
        }
        let plan = planned(work, PageResult::NotWanted, documents);
        assert_eq!(plan.document_name.is_some(), expected, "{documents:?} {followed}");
    }
}

#[test]
fn looks_come_ever_later_and_end() {
    let looks = |looks: u32, hours_since: i64| {
        let mut work = work(BodyState::Extracted);
        work.looks = looks;
        work.article.seen_at = now() - TimeDelta::hours(hours_since);
        let plan = plan_of(work, read(extraction(Verdict::Complete, PAGE)));
        (
            plan.looks,
            plan.work_at.map(|at| (at - now()).num_hours()),
            plan.wants_page,
        )
    };
    assert_eq!(looks(0, 6), (1, Some(18), true));
    assert_eq!(looks(1, 24), (2, Some(48), true));
    assert_eq!(looks(1, 100), (2, Some(1), true));
    assert_eq!(looks(2, 72), (3, None, false));
}

#[test]
fn a_page_that_is_years_old_is_no_news() {
    let check = |is_dated: bool, published: &str, expected: bool| {
        let mut work = work(BodyState::Pending);
        work.is_dated = is_dated;
        let mut page = extraction(Verdict::Complete, PAGE);
        page.metadata.published_at = Some(at(published));
        let plan = plan_of(work, read(page));
        assert_eq!(plan.is_news, expected, "{is_dated} {published}");
        assert!(plan.is_dated);
        assert_eq!(
            plan.work_at.is_some(),
            expected,
            "what is no news is not looked at again"
        );
    };
    check(false, "2024-06-13T12:00:00Z", false);
    check(false, "2026-06-12T12:00:00Z", true);
    check(true, "2024-06-13T12:00:00Z", true);
}

#[test]
fn a_date_only_shown_is_not_believed_far_from_the_feeds() {
    let check = |is_dated: bool, basis: DateBasis, published: &str, is_believed: bool| {
        let mut work = work(BodyState::Pending);
        work.is_dated = is_dated;
        let before = work.article.published_at;
        let mut page = extraction(Verdict::Complete, PAGE);
        (page.metadata.published_at, page.metadata.published_basis) = (Some(at(published)), Some(basis));
        let plan = plan_of(work, read(page));
        let expected = if is_believed { at(published) } else { before };
        assert_eq!(plan.article.published_at, expected, "{is_dated} {basis:?} {published}");
        let tells_age = !is_dated && basis != DateBasis::Made;
        assert_eq!(plan.is_news, !tells_age || published.starts_with("2026"));
    };
    check(true, DateBasis::Shown, "2024-11-04T00:00:00Z", false);
    check(true, DateBasis::Shown, "2026-06-10T23:00:00Z", false);
    check(true, DateBasis::Shown, "2026-06-11T12:00:00Z", true);
    check(true, DateBasis::Declared, "2024-11-04T00:00:00Z", true);
    check(false, DateBasis::Shown, "2024-11-04T00:00:00Z", true);
    check(true, DateBasis::Made, "2024-11-04T00:00:00Z", false);
    check(false, DateBasis::Made, "2024-11-04T00:00:00Z", true);
}

#[test]
fn the_feeds_hour_stands_where_the_page_names_no_zone() {
    let check = |zone: Option<Zone>, published: &str, expected: &str| {
        let mut page = extraction(Verdict::Complete, PAGE);
        page.metadata.published_basis = Some(DateBasis::Declared);
        (page.metadata.published_at, page.metadata.published_zone) = (Some(at(published)), zone);
        let plan = plan_of(work(BodyState::Pending), read(page));
        assert_eq!(plan.article.published_at, at(expected), "{zone:?} {published}");
    };
    check(None, "2026-06-12T23:00:00Z", "2026-06-13T11:00:00Z");
    check(Some(Zone::Site), "2026-06-12T23:00:00Z", "2026-06-13T11:00:00Z");
    check(Some(Zone::Stated), "2026-06-12T23:00:00Z", "2026-06-12T23:00:00Z");
    check(None, "2026-06-10T23:00:00Z", "2026-06-10T23:00:00Z");
    // What lies ahead is no time of publication.
    check(Some(Zone::Stated), "2026-06-13T12:00:01Z", "2026-06-13T11:00:00Z");
}

#[test]
fn what_a_page_says_of_itself() {
    let mut page = extraction(Verdict::Consent, "We value your privacy.");
    page.metadata.title = "The council votes".to_owned();
    page.metadata.byline = Some("A. Writer".to_owned());
    page.metadata.site_name = Some("The Courier".to_owned());
    page.metadata.canonical_url = Some("https://www.courier.example/news/a?utm_source=x".to_owned());
    let plan = plan_of(work(BodyState::Pending), read(page.clone()));
    assert_eq!(plan.article.title, "The council votes");
    assert_eq!(plan.article.byline.as_deref(), Some("A. Writer"));
    assert_eq!(plan.article.provider_name, "The Courier");
    assert_eq!(plan.article.web_url, "https://www.courier.example/news/a");
    assert_eq!(plan.article.excerpt, "In short.");
    assert_eq!(plan.article.body_text, FEED);
    // The title is the banner's, and so is everything else.
    page.metadata_is_articles = false;
    let plan = plan_of(work(BodyState::Pending), read(page.clone()));
    assert_eq!(plan.article, work(BodyState::Pending).article);
    // The name of a page may be its site's alone; an address elsewhere is not believed.
    page.metadata_is_articles = true;
    page.metadata.has_headline = false;
    page.metadata.canonical_url = Some("https://tracker.example/a".to_owned());
    let plan = plan_of(work(BodyState::Pending), read(page));
    assert_eq!(plan.article.title, "Council weighs face scans");
    assert_eq!(plan.article.web_url, "https://courier.example/a");
}

#[test]
fn a_whole_page_outdoes_what_others_say() {
    let check = |page: PageResult, expected: bool| {
        let mut work = work(BodyState::Pending);
        work.article.title = "The mayor speaks".to_owned();
        work.feed_text = "Of nothing else.".to_owned();
        work.wordings = vec![Wording {
            source: "Another".to_owned(),
            title: "A face scan!".to_owned(),
            text: String::new(),
            language: None,
            yields_to_page: true,
        }];
        let plan = plan_of(work, page);
        assert_eq!(plan.outdoes_wordings, expected);
        assert_eq!(plan.matches.is_empty(), expected);
    };
    let mut whole = extraction(Verdict::Complete, "Of nothing else, at length.");
    whole.metadata.title = String::new();
    let mut teaser = whole.clone();
    teaser.verdict = Verdict::Teaser;
    check(read(whole), true);
    check(read(teaser), false);
    check(PageResult::NotWanted, false);
}

#[test]
fn a_correction_keeps_what_stood_before() {
    let mut work = work(BodyState::Extracted);
    work.article.body_text = PAGE.to_owned();
    let same = plan_of(work.clone(), read(extraction(Verdict::Complete, PAGE)));
    assert_eq!(same.revision, None);
    let mut page = extraction(Verdict::Complete, PAGE);
    page.metadata.title = "Council drops face scans".to_owned();
    let revision = plan_of(work, read(page)).revision.unwrap();
    assert_eq!(revision.title, "Council weighs face scans");
    assert_eq!((revision.replaced_at, revision.text.as_str()), (now(), PAGE));
}
