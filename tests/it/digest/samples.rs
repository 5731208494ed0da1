//! Invented digests: a morning with everything in it, and texts that mean harm.

use tidings::decide::page_noise;
use tidings::digest::{
    Coverage, DigestInput, DigestKind, DigestOptions, HeadlineChange, MemberInput, PageInput, StoryInput, TopicInput,
    TroubledSource, UndeliveredDigest, Window,
};
use tidings::domain::health::{Condition, Health};
use tidings::domain::{ArticleId, StoryId, Timestamp};

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn window() -> Window {
    Window {
        from: Some(at("2026-06-12T05:00:00Z")),
        to: at("2026-06-13T05:00:00Z"),
    }
}

pub fn options() -> DigestOptions {
    DigestOptions::new(chrono_tz::Europe::Berlin)
}

pub fn member(id: i64, provider: &str, title: &str, published: &str, is_new: bool) -> MemberInput {
    MemberInput {
        article: ArticleId(id),
        title: title.to_owned(),
        excerpt: String::new(),
        text: String::new(),
        web_url: format!("https://{}.example/{id}", provider.to_lowercase().replace(' ', "-")),
        provider: provider.to_owned(),
        published_at: at(published),
        quality: 50,
        copy_of: None,
        is_new,
        was_told: !is_new,
        matched: Some(Vec::new()),
        has_standing_title: false,
        language: Some("en".to_owned()),
    }
}

pub fn story(id: i64, members: Vec<MemberInput>) -> StoryInput {
    StoryInput {
        id: StoryId(id),
        members,
        headline_changes: Vec::new(),
        alerted_at: None,
        continues: None,
    }
}

pub fn troubled(name: &str, condition: Condition, since: &str, why: &str) -> TroubledSource {
    let health = Health {
        condition,
        since: Some(at(since)),
        why: Some(why.to_owned()),
    };
    TroubledSource {
        name: name.to_owned(),
        health,
    }
}

pub fn input(sections: Vec<TopicInput>) -> DigestInput {
    let coverage = Coverage {
        sources: 43,
        read: 43,
        ..Coverage::default()
    };
    DigestInput {
        name: "daily".to_owned(),
        kind: DigestKind::Digest,
        sections,
        coverage,
        undelivered: Vec::new(),
        pages: Vec::new(),
        deadlines: Vec::new(),
    }
}

pub fn topic(name: &str, stories: Vec<StoryInput>) -> TopicInput {
    TopicInput {
        topic: name.to_owned(),
        is_introduction: false,
        stories,
        pages: Vec::new(),
    }
}

/// A watched page, from what it said to what it says.
pub fn page(name: &str, before: &str, after: &str) -> PageInput {
    PageInput {
        name: name.to_owned(),
        web_url: "https://www.ostmere.example/page".to_owned(),
        provider: "ostmere.example".to_owned(),
        changed_at: at("2026-06-13T02:00:00Z"),
        language: Some("en".to_owned()),
        changes: page_noise::changes(before, after),
        member: None,
    }
}

/// A morning on which what is watched has changed.
pub fn changed_pages() -> DigestInput {
    let news = member(
        1,
        "The Harbour Post",
        "Ferry operator ends face scans after council vote",
        "2026-06-12T19:40:00Z",
        true,
    );
    let tracker = page(
        "Tracker of face scans",
        "Twelve towns use a face scan.\nKestrel Bay: proposed\nOstmere: in force since 2024\nUpdated 3 hours ago",
        "Thirteen towns use a face scan.\nKestrel Bay: passed on 12 June\nOstmere: in force since 2024\nUpdated 5 minutes ago",
    );
    let mill = page(
        "Mill of Ostmere: opening hours",
        "The mill opens on Monday at nine, but for the weeks between the harvest and the first frost, in which the miller \
         has other things to do and the wheel stands still. Dogs stay outside. Tickets: 12.50 €.",
        "The mill opens on Tuesday at ten, but for the weeks between the harvest and the first frost, in which the miller \
         has other things to do and the wheel stands still. Tickets: 14 €. A guide waits at the gate on Sundays.",
    );
    let mut rules = page(
        "",
        "",
        &(1..=11)
            .map(|n| format!("Rule {n} forbids {n} things.\n"))
            .collect::<String>(),
    );
    rules.web_url = "https://rules.example/".to_owned();
    let mut museum = page(
        "متحف المرسى",
        "يفتح المتحف يوم الاثنين في التاسعة.",
        "يفتح المتحف يوم الثلاثاء في التاسعة.",
    );
    museum.language = Some("ar".to_owned());
    DigestInput {
        pages: vec![mill, museum, rules],
        ..input(vec![TopicInput {
            pages: vec![tracker],
            ..topic("Facial Recognition Policy", vec![story(1, vec![news])])
        }])
    }
}

fn in_language(tag: &str, member: MemberInput, excerpt: &str) -> MemberInput {
    MemberInput {
        excerpt: excerpt.to_owned(),
        language: Some(tag.to_owned()),
        ..member
    }
}

/// A day with everything in it.
pub fn morning() -> DigestInput {
    let mut lead = member(
        1,
        "The Harbour Post",
        "Ferry operator ends face scans after council vote",
        "2026-06-12T19:40:00Z",
        true,
    );
    lead.quality = 80;
    lead.excerpt =
        "The city council voted seven to two on Friday to end face scans at all ferry terminals. The operator will \
                    remove its cameras by August. Commuters had complained since spring."
            .to_owned();
    let mut copy = member(
        3,
        "Coast Wire",
        "Ferry operator ends face scans after council vote",
        "2026-06-12T21:00:00Z",
        true,
    );
    copy.copy_of = Some(ArticleId(1));
    let ferry = story(
        1,
        vec![
            lead,
            member(
                2,
                "Meridian",
                "Terminals lose their cameras",
                "2026-06-12T20:10:00Z",
                true,
            ),
            copy,
        ],
    );
    let mut foreign = member(
        10,
        "Tagesbogen",
        "„Kein Gesicht im Stadion“: Verein zieht Kameras ab",
        "2026-06-13T04:20:00Z",
        true,
    );
    foreign.language = Some("de".to_owned());
    foreign.text = "Der Verein zieht nach Protesten seine Kameras ab. Das teilte er am Samstag mit.".to_owned();
    let mut bill = story(
        2,
        vec![
            member(
                20,
                "The Northern Ledger",
                "Ministry drafts a law on face recognition",
                "2026-06-11T08:00:00Z",
                false,
            ),
            member(
                21,
                "Meridian",
                "Police union rejects draft law",
                "2026-06-12T09:00:00Z",
                true,
            ),
            member(
                22,
                "Lantern",
                "What the draft law would forbid, clause by clause",
                "2026-06-12T15:30:00Z",
                true,
            ),
            member(
                23,
                "Civic Review",
                "Opposition wants a moratorium instead",
                "2026-06-13T03:00:00Z",
                true,
            ),
        ],
    );
    bill.headline_changes.push(HeadlineChange {
        at: at("2026-06-12T10:00:00Z"),
        article: ArticleId(20),
        before: "Ministry bans face recognition".to_owned(),
        after: "Ministry drafts a law on face recognition".to_owned(),
    });
    let arabic = in_language(
        "ar",
        member(
            30,
            "صحيفة المرسى",
            "وزارة النقل تعلق مشروع التعرف على الوجه في مطار المرسى",
            "2026-06-13T01:00:00Z",
            true,
        ),
        "قالت الوزارة إن 12 كاميرا ستُطفأ حتى نهاية الشهر، بعد شكوى من Civic Review.",
    );
    let japanese = in_language(
        "ja",
        member(
            31,
            "港町新聞",
            "港町市議会、図書館の顔認証カメラの予算案を審議",
            "2026-06-13T00:00:00Z",
            true,
        ),
        "港町市議会は金曜日、市立図書館に顔認証カメラを設置する予算案の審議を始めた。採決は来月の予定。",
    );
    let mut week = in_language(
        "en",
        member(32, "City Gazette", "The week ahead", "2026-06-13T02:00:00Z", true),
        "On Monday the governor speaks.",
    );
    week.matched = Some(vec!["\"face surveillance\"".to_owned()]);
    let mut hot = story(
        7,
        vec![member(
            70,
            "Lantern",
            "Stadium scanned 40,000 faces at the cup final",
            "2026-06-12T11:00:00Z",
            true,
        )],
    );
    hot.alerted_at = Some(at("2026-06-12T12:05:00Z"));
    let stories = vec![
        story(3, vec![foreign]),
        bill,
        ferry.clone(),
        story(4, vec![arabic]),
        story(5, vec![japanese]),
        story(6, vec![week]),
        hot,
    ];
    let mut input = input(vec![
        topic("Facial Recognition Policy", stories),
        TopicInput {
            is_introduction: true,
            ..topic(
                "Tidal power",
                vec![story(
                    9,
                    vec![member(
                        90,
                        "Lantern",
                        "Second turbine lowered into the strait",
                        "2026-06-10T12:00:00Z",
                        true,
                    )],
                )],
            )
        },
        topic("Ferries", vec![ferry]),
    ]);
    input.coverage.read = 41;
    input.coverage.judged_by_teaser = 12;
    input.coverage.troubled = vec![
        troubled(
            "Border Watch",
            Condition::Silent,
            "2026-03-03T05:00:00Z",
            "usually something every 3 days",
        ),
        troubled(
            "City Gazette",
            Condition::Failing,
            "2026-06-08T05:00:00Z",
            "answered 500",
        ),
        troubled(
            "Old Mill Notes",
            Condition::Failing,
            "2025-11-02T05:00:00Z",
            "no answer within 30 s",
        ),
    ];
    input.undelivered = vec![UndeliveredDigest {
        subject: "Facial Recognition Policy: 2 new stories, Thu 11 June".to_owned(),
        channel: "file:/srv/news/".to_owned(),
        to: at("2026-06-11T05:00:00Z"),
        error: "the disk is full".to_owned(),
    }];
    input
}

/// Text written to break out of wherever it is put.
pub fn hostile() -> DigestInput {
    let titles = [
        "<script>alert(1)</script> & \"quotes\" 'and' </style></title>",
        "Line one\r\nBcc: everyone@example.org\r\n\r\nbody",
        "\u{202E}reversed\u{202C} \u{2066}isolated 🎉👩‍🚀",
        "顔認識技術の利用を制限する条例案が市議会で可決され来年四月から施行される見通しとなったことがわかった",
    ];
    let member = |(id, title): (i64, &str)| {
        let mut member = member(id, "<b>Outlet</b>", title, "2026-06-12T12:00:00Z", true);
        member.web_url = [
            "javascript:alert(1)",
            "https://example.org/\"onclick=\"x",
            "data:text/html,x",
            "https://例え.example/<x>",
        ][id as usize]
            .to_owned();
        member.excerpt = format!("{title} <img src=x onerror=alert(1)>.");
        member.language = Some("\"><x".to_owned());
        story(id, vec![member])
    };
    let mut input = input(vec![topic(
        "</h2><script>",
        titles
            .iter()
            .enumerate()
            .map(|(id, title)| member((id as i64, title)))
            .collect(),
    )]);
    let harm = "</p><script>alert(1)</script> \u{202E}<img src=x onerror=alert(1)> [→ x] {+y+} **b** ~~s~~";
    input.pages = vec![PageInput {
        web_url: "javascript:alert(1)".to_owned(),
        language: Some("\"><x".to_owned()),
        ..page(
            "</h3><script>",
            "Write one line here.",
            &format!("Write {harm} line here. {harm}"),
        )
    }];
    input.coverage.troubled = vec![troubled(
        &"<i>x</i>\n".repeat(50),
        Condition::Failing,
        "2026-06-13T05:00:00Z",
        "\u{202E}<x>",
    )];
    input
}
