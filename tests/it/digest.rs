//! Digests of invented newsrooms: `tests/data/digest/NAME.txt` and `.html` are what a reader gets.
//!
//! `DIGEST_WRITE=1` writes the files anew; the difference is the review.

mod hostile_inputs;
mod samples;

use std::fs;
use std::path::Path;

use tidings::digest::{
    Digest, DigestInput, DigestLanguage, DigestOptions, HeadlineChange, ShortMarkup, StoryInput, compose, to_brief,
    to_html, to_json, to_markdown, to_text,
};
use tidings::domain::{ArticleId, StoryId, Timestamp};

use samples::{at, changed_pages, hostile, input, member, morning, options, story, topic, window};

fn check(name: &str, input: &DigestInput) -> Digest {
    let digest = compose(&window(), input, &options());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/digest");
    for (ending, rendered) in [
        ("txt", to_text(&digest, &options())),
        ("html", to_html(&digest, &options())),
    ] {
        let path = folder.join(format!("{name}.{ending}"));
        if std::env::var_os("DIGEST_WRITE").is_some() {
            fs::write(&path, &rendered).unwrap();
        }
        assert_eq!(
            rendered,
            fs::read_to_string(&path).unwrap_or_default(),
            "{}",
            path.display()
        );
    }
    digest
}

#[test]
fn a_morning_with_everything() {
    let digest = check("morning", &morning());
    assert_eq!(
        digest.subject,
        "Facial Recognition Policy: Opposition wants a moratorium instead; 7 more"
    );
    assert_eq!(digest.told().len(), 12);
}

#[test]
fn hostile_text_stays_text() {
    check("hostile", &hostile());
}

#[test]
fn changed_pages_are_told_sentence_by_sentence() {
    let digest = check("pages", &changed_pages());
    assert_eq!(
        digest.subject,
        "Facial Recognition Policy: Ferry operator ends face scans after…; 4 more"
    );
    let markdown = to_markdown(&digest, &options());
    assert!(
        markdown.contains("~~Twelve~~ **Thirteen** towns use a face scan."),
        "{markdown}"
    );
    let brief = to_brief(&digest, &options(), ShortMarkup::Plain, 10_000);
    assert!(
        brief.contains("Changed: [Twelve → Thirteen] towns use a face scan.; and 1 more sentence"),
        "{brief}"
    );
    let only = DigestInput {
        sections: Vec::new(),
        ..changed_pages()
    };
    let subject = compose(&window(), &only, &options()).subject;
    assert_eq!(
        subject,
        "Watched pages: Mill of Ostmere: opening hours (changed); 2 more"
    );
}

#[test]
fn a_quiet_day_is_empty() {
    let digest = check("quiet", &input(vec![topic("Tidal power", Vec::new())]));
    assert!(digest.is_empty());
    assert_eq!(digest.subject, "daily: no new stories, Sat 13 June");
}

#[test]
fn one_topic_gives_the_subject_its_name() {
    let digest = compose(&window(), &input(vec![morning().sections.remove(0)]), &options());
    assert_eq!(
        digest.subject,
        "Facial Recognition Policy: Opposition wants a moratorium instead; 6 more"
    );
}

#[test]
fn only_copies_are_no_news_and_never_count_again() {
    let mut copy = member(2, "Coast Wire", "Title", "2026-06-12T12:00:00Z", true);
    copy.copy_of = Some(ArticleId(1));
    let told = member(1, "Meridian", "Title", "2026-06-10T12:00:00Z", false);
    let digest = compose(
        &window(),
        &input(vec![topic("T", vec![story(5, vec![told, copy])])]),
        &options(),
    );
    assert!(digest.is_empty());
    assert_eq!(digest.told(), [(StoryId(5), ArticleId(2))]);
}

#[test]
fn a_story_of_two_topics_stands_in_the_first_and_the_second_says_so() {
    let one = member(1, "Meridian", "One", "2026-06-12T12:00:00Z", true);
    let two = member(2, "Lantern", "Two", "2026-06-12T13:00:00Z", true);
    let both = || vec![story(5, vec![one.clone(), two.clone()])];
    let digest = compose(
        &window(),
        &input(vec![topic("First", both()), topic("Second", both())]),
        &options(),
    );
    let [first, second] = digest.sections.as_slice() else {
        panic!("{:?}", digest.sections)
    };
    assert_eq!(first.told[0].further[0].outlet, "Meridian");
    assert_eq!((second.stories(), second.elsewhere[0].topic.as_str()), (0, "First"));
    let html = to_html(&digest, &options());
    assert!(
        html.contains("Told under First: <a class=\"dim\" href=\"https://lantern.example/2\""),
        "{html}"
    );
    assert!(to_text(&digest, &options()).contains("SECOND\n======\n\n  Told under First: Two\n"));
    assert!(to_markdown(&digest, &options()).contains("Told under First: [Two](<https://lantern.example/2>)"));
    assert_eq!(
        to_json(&digest)["sections"][1]["elsewhere"][0]["stories"][0]["title"],
        "Two"
    );
    assert_eq!(digest.told(), [(StoryId(5), ArticleId(1)), (StoryId(5), ArticleId(2))]);
}

#[test]
fn a_headline_change_alone_is_told_once() {
    let mut changed = story(5, vec![member(1, "Meridian", "After", "2026-06-10T12:00:00Z", false)]);
    let change = |at: Timestamp, before: &str, after: &str| HeadlineChange {
        at,
        article: ArticleId(1),
        before: before.to_owned(),
        after: after.to_owned(),
    };
    changed.headline_changes = vec![
        change(window().to, "Middle", "After"),
        change(window().to - chrono::TimeDelta::hours(2), "Before", "Middle"),
    ];
    let digest = compose(&window(), &input(vec![topic("T", vec![changed.clone()])]), &options());
    let story = &digest.sections[0].told[0];
    let change = &story.changes;
    assert_eq!(
        (change.len(), change[0].before.as_str(), change[0].after.as_str()),
        (1, "Before", "After")
    );
    let text = to_text(&digest, &options());
    let told = "* DEVELOPING, CORRECTED · After\n  https://meridian.example/1\n  Meridian, 2 days ago\n  Corrected (Meridian); it said: Before\n";
    assert!(text.contains(told), "{text}");
    changed
        .headline_changes
        .iter_mut()
        .for_each(|change| change.at = at("2026-06-12T05:00:00Z"));
    assert!(compose(&window(), &input(vec![topic("T", vec![changed])]), &options()).is_empty());
}

#[test]
fn a_flood_fits_and_says_where_the_rest_is() {
    let flood = |from: i64, number: i64| -> Vec<StoryInput> {
        (from..from + number)
            .map(|id| {
                story(
                    id,
                    vec![member(
                        id,
                        "Meridian",
                        &"Überschrift mit Wörtern ".repeat(400),
                        "2026-06-12T12:00:00Z",
                        true,
                    )],
                )
            })
            .collect()
    };
    let input = input(vec![topic("Flood", flood(1, 3_000)), topic("Quiet", flood(9_000, 2))]);
    let options = DigestOptions {
        archive_hint: Some("/srv/news".to_owned()),
        ..options()
    };
    let digest = compose(&window(), &input, &options);
    let (text, html) = (to_text(&digest, &options), to_html(&digest, &options));
    assert!(html.len() < 85_000 && html.len() > 50_000, "{}", html.len());
    assert!(text.len() < 85_000, "{}", text.len());
    for rendered in [&text, &html] {
        assert!(rendered.contains("more stories in /srv/news"));
        assert_eq!(rendered.matches("9000").count(), 1);
    }
    let envelope = tidings::deliver::message::Envelope {
        from: "a@example.org".to_owned(),
        to: "b@example.org".to_owned(),
        subject: digest.subject.clone(),
        message_id: "<x@example.org>".to_owned(),
        date: window().to,
        list_id: "x".to_owned(),
        in_reply_to: None,
        list_unsubscribe: None,
    };
    let both = tidings::deliver::message::freeze(&envelope, "", &html).unwrap();
    assert!(both.len() < 86_500, "{}", both.len());
}

#[test]
fn a_chat_gets_what_fits_and_the_number_of_the_rest() {
    let stories = (1..=500).map(|id| {
        let title = format!("<!channel> @here *x* [{id}](y) {}", "Wörter ".repeat(20));
        story(id, vec![member(id, "Meridian", &title, "2026-06-12T12:00:00Z", true)])
    });
    let digest = compose(&window(), &input(vec![topic("Flood", stories.collect())]), &options());
    for (markup, most) in [
        (ShortMarkup::Plain, 16_000),
        (ShortMarkup::Markdown, 4_096),
        (ShortMarkup::Slack, 4_000),
        (ShortMarkup::Html, 16_000),
        (ShortMarkup::Markdown, 500),
    ] {
        let brief = to_brief(&digest, &options(), markup, most);
        if matches!(markup, ShortMarkup::Slack | ShortMarkup::Html) {
            assert!(brief.contains("&lt;!channel&gt;") && !brief.contains("<!"), "{brief}");
        }
        assert!(
            brief.len() <= most && brief.contains("more stor"),
            "{markup:?}: {}",
            brief.len()
        );
    }
    let few = DigestOptions {
        stories_max: 3,
        ..options()
    };
    for rendered in [
        to_text(&digest, &few),
        to_html(&digest, &few),
        to_markdown(&digest, &few),
    ] {
        assert!(rendered.contains("+497 more stories"), "{rendered}");
    }
    assert!(to_brief(&digest, &few, ShortMarkup::Plain, 16_000).contains("+497 more stories"));
}

#[test]
fn markdown_of_a_morning() {
    let digest = compose(&window(), &morning(), &options());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/digest/morning.md");
    let rendered = to_markdown(&digest, &options());
    if std::env::var_os("DIGEST_WRITE").is_some() {
        fs::write(&path, &rendered).unwrap();
    }
    assert_eq!(rendered, fs::read_to_string(&path).unwrap_or_default());
}

#[test]
fn a_thousand_topics_fit_too() {
    let title = "Überschrift mit Wörtern ".repeat(20);
    let topics = (1..=1_000)
        .map(|id| {
            topic(
                &title,
                vec![story(
                    id,
                    vec![member(id, "Meridian", &title, "2026-06-12T12:00:00Z", true)],
                )],
            )
        })
        .collect();
    let digest = compose(&window(), &input(topics), &options());
    for rendered in [to_text(&digest, &options()), to_html(&digest, &options())] {
        assert!((5_000..85_000).contains(&rendered.len()), "{}", rendered.len());
        assert!(rendered.contains("more stories in `tidings stories`"));
    }
}

#[test]
fn ten_stories_of_a_topic_are_told_at_length_and_the_others_in_a_line() {
    let stories = (1..=12)
        .map(|id| {
            let told = member(id, "Meridian", "Told", "2026-06-10T12:00:00Z", id % 2 == 0);
            story(
                id,
                vec![told, member(100 + id, "Lantern", "Fresh", "2026-06-12T12:00:00Z", true)],
            )
        })
        .collect();
    let digest = compose(&window(), &input(vec![topic("T", stories)]), &options());
    let section = &digest.sections[0];
    assert_eq!(
        (section.told.len(), section.brief.len(), digest.counts()),
        (10, 2, (6, 6, 0))
    );
    let text = to_text(&digest, &options());
    assert!(
        text.contains("\nIN BRIEF\n\n* Fresh (1 new article)\n  https://lantern.example/"),
        "{text}"
    );
    assert_eq!(digest.told().len(), 18);
}

/// Returns the headlines under which a topic's stories stand, in order.
fn order(stories: Vec<StoryInput>) -> Vec<String> {
    let digest = compose(&window(), &input(vec![topic("T", stories)]), &options());
    digest.sections[0]
        .told
        .iter()
        .map(|story| story.headline.title.clone())
        .collect()
}

#[test]
fn what_most_outlets_report_stands_first_and_columns_last() {
    let new = |id, outlet: &str, title: &str| member(id, outlet, title, "2026-06-12T12:00:00Z", true);
    let copied = |id, outlet: &str, of| {
        let mut copy = new(id, outlet, "The same again");
        copy.copy_of = Some(ArticleId(of));
        copy
    };
    let of_good = |mut member: tidings::digest::MemberInput| {
        member.quality = 200;
        member
    };
    let known = member(50, "Meridian", "Known", "2026-06-10T12:00:00Z", false);
    let column = of_good(new(60, "Post", "Podcast, episode 31: the face in the crowd"));
    let mut standing = of_good(new(61, "Post", "Notes from the harbour"));
    standing.has_standing_title = true;
    let found = order(vec![
        story(1, vec![column]),
        story(2, vec![standing]),
        story(
            3,
            vec![
                of_good(new(10, "Post", "One outlet")),
                new(11, "post ", "One outlet again"),
            ],
        ),
        story(4, vec![new(20, "Courier", "An exclusive")]),
        story(
            5,
            vec![
                new(30, "Meridian", "Taken over"),
                copied(31, "Coast", 30),
                copied(32, "Bay", 30),
            ],
        ),
        story(
            6,
            vec![known, new(40, "Meridian", "It goes on"), new(41, "Lantern", "And on")],
        ),
    ]);
    let last = ["Podcast, episode 31: the face in the crowd", "Notes from the harbour"];
    let first = ["It goes on", "Taken over", "One outlet", "An exclusive"];
    assert_eq!(found, [&first[..], &last[..]].concat());
}

#[test]
fn of_two_stories_of_one_outlet_the_one_of_several_topics_stands_first() {
    let one = |id| story(id, vec![member(id, "Courier", "A list", "2026-06-12T12:00:00Z", true)]);
    let mut better = one(1);
    better.members[0].quality = 200;
    let topics = vec![topic("T", vec![better, one(2)]), topic("U", vec![one(2)])];
    let digest = compose(&window(), &input(topics), &options());
    assert_eq!(digest.sections[0].told[0].id, StoryId(2));
}

#[test]
fn a_story_stands_under_its_newest_own_headline_about_the_topic() {
    let at = |id, outlet: &str, title: &str, hour: u32| {
        member(id, outlet, title, &format!("2026-06-12T{hour:02}:00:00Z"), true)
    };
    let mut shares = at(4, "Ticker", "Shares jump on launch", 12);
    shares.matched = None;
    let mut copy = at(5, "Coast Wire", "Camera on sale, with another name", 13);
    copy.copy_of = Some(ArticleId(2));
    let mut members = vec![
        at(1, "Meridian", "Camera announced", 9),
        at(2, "Lantern", "Camera launched", 10),
        at(3, "Post", "Camera, launched!", 11),
        shares,
        copy,
    ];
    let tell = |members: &[tidings::digest::MemberInput]| {
        let stories = vec![story(1, members.to_vec())];
        compose(&window(), &input(vec![topic("T", stories)]), &options()).sections[0].told[0].clone()
    };
    let told = tell(&members);
    let titles = |headlines: &[tidings::digest::Headline]| -> Vec<String> {
        headlines.iter().map(|headline| headline.title.clone()).collect()
    };
    assert_eq!(told.headline.title, "Camera, launched!");
    // "Camera launched" says the same; a copy under another headline does not.
    let others = [
        "Camera on sale, with another name",
        "Shares jump on launch",
        "Camera announced",
    ];
    assert_eq!(titles(&told.further), others);
    assert_eq!(
        (titles(&told.also), told.copies),
        (vec!["Camera launched".to_owned()], 1)
    );

    members[0].is_new = false;
    // Stored before the topic was followed, and told by nobody, it is not what the reader knows.
    assert_eq!(tell(&members).so_far, None);
    members[0].was_told = true;
    let told = tell(&members);
    assert_eq!(told.headline.title, "Camera, launched!");
    assert_eq!(told.so_far.unwrap().title, "Camera announced");
}

#[test]
fn a_new_story_says_what_it_continues() {
    let rendered = |is_new: bool, language: &str| {
        let mut later = story(
            9,
            vec![member(
                1,
                "Post",
                "Senate passes scan ban",
                "2026-06-12T12:00:00Z",
                true,
            )],
        );
        later.members[0].is_new = is_new;
        later.members[0].was_told = !is_new;
        later
            .members
            .push(member(2, "Herald", "Scan ban passes", "2026-06-12T13:00:00Z", true));
        later.continues = Some(tidings::digest::ContinuedStory {
            id: StoryId(4),
            title: "Council bans <face> scanning".to_owned(),
            web_url: "https://herald.example/4".to_owned(),
            provider: "Herald".to_owned(),
            published_at: at("2026-06-10T12:00:00Z"),
            language: None,
        });
        let mut options = options();
        options.language = DigestLanguage::all()
            .into_iter()
            .find(|(tag, _)| *tag == language)
            .unwrap()
            .1;
        let digest = compose(&window(), &input(vec![topic("T", vec![later])]), &options);
        let continues = to_json(&digest)["sections"][0]["stories"][0]["continues"].clone();
        (
            to_text(&digest, &options),
            to_html(&digest, &options),
            to_markdown(&digest, &options),
            continues,
        )
    };
    let (text, html, markdown, json) = rendered(true, "en");
    assert!(
        text.contains("continues: Council bans <face> scanning, 10 June"),
        "{text}"
    );
    assert!(
        html.contains("Council bans &lt;face&gt; scanning") && html.contains(", 10 June"),
        "{html}"
    );
    assert!(markdown.contains("(<https://herald.example/4>), 10 June"), "{markdown}");
    assert_eq!(
        (&json["id"], &json["webUrl"]),
        (&4.into(), &"https://herald.example/4".into())
    );
    assert!(
        rendered(true, "de")
            .0
            .contains("setzt fort: Council bans <face> scanning, 10. Juni")
    );
    // Of a story that goes on the reader knows where it came from.
    assert!(!rendered(false, "en").0.contains("continues:"));
}

#[test]
fn a_headline_that_does_not_say_why_it_is_here_has_it_said() {
    let told = |summary: &str, matched: &[&str]| {
        let mut member = member(1, "Post", "The week ahead", "2026-06-12T12:00:00Z", true);
        member.excerpt = summary.to_owned();
        member.matched = Some(matched.iter().map(|term| (*term).to_owned()).collect());
        let digest = compose(
            &window(),
            &input(vec![topic("T", vec![story(1, vec![member])])]),
            &options(),
        );
        to_text(&digest, &options())
    };
    let terms = ["\"face surveillance\"", "biometric*"];
    assert!(told("On Monday the governor speaks.", &terms).contains("; names: face surveillance\n"));
    assert!(!told("The biometrics of gulls are counted.", &terms).contains("names:"));
    assert!(!told("On Monday the governor speaks.", &[]).contains("names:"));
}

#[test]
fn the_way_out_stands_at_the_end_of_both_parts() {
    let options = DigestOptions {
        unsubscribe: Some("https://example.org/leave?me=1&now".to_owned()),
        ..options()
    };
    let digest = compose(&window(), &morning(), &options);
    assert!(to_text(&digest, &options).ends_with("\nUnsubscribe:\nhttps://example.org/leave?me=1&now\n"));
    let html = to_html(&digest, &options);
    let link = html.rsplit("<a ").next().unwrap();
    assert!(
        link.contains("href=\"https://example.org/leave?me=1&amp;now\"") && link.contains(">Unsubscribe</a>"),
        "{link}"
    );
}

#[test]
fn every_language_tells_a_whole_morning() {
    for (tag, language) in DigestLanguage::all() {
        let options = DigestOptions { language, ..options() };
        let digest = compose(&window(), &morning(), &options);
        let (text, html) = (to_text(&digest, &options), to_html(&digest, &options));
        assert!(html.contains(&format!("<html lang=\"{tag}\">")));
        for rendered in [&text, &html, &to_markdown(&digest, &options), &digest.subject] {
            assert!(!rendered.contains(['{', '}']) || rendered == &html, "{tag}: {rendered}");
            let is_english =
                rendered.contains("h ago") || rendered.contains("sources read") || rendered.contains("also:");
            assert_eq!(
                is_english,
                tag == "en" && rendered != &digest.subject,
                "{tag}: {rendered}"
            );
        }
    }
}
