//! The demo does the main job, and what it shows is true.

use std::collections::{HashMap, HashSet};

use tidings::demo::content::{Truth, shipped, truth};
use tidings::demo::{self, Scene};
use tidings::store::Store;

use crate::support;

/// How well stories must follow the events their articles are about (BCubed F1 over the followed topic).
const F1_MIN: f64 = 0.8;

/// Returns the headlines a digest's text tells, with their labels, wrapped lines joined.
fn headlines(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("* ") {
            found.push(title.to_owned());
            is_open = true;
        } else if is_open && line.starts_with("  ") && !line.trim_start().starts_with("http") {
            let last = found.last_mut().unwrap();
            last.push(' ');
            last.push_str(line.trim());
        } else {
            is_open = false;
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_digest_tells_what_is_new_since_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let mut digests = Vec::new();
    let (mut polled, mut appeals) = (Vec::new(), Vec::new());
    let left = demo::run(&folder.path().join("demo"), |scene| match scene {
        Scene::Digest { text, .. } => {
            digests.push(text.to_owned());
            appeals.push(appealing(&Store::open_to_read(&folder.path().join("demo")).unwrap()));
        }
        Scene::Polled { done, .. } => polled.push(*done),
        _ => {}
    })
    .await
    .unwrap();
    assert_eq!((digests.len(), polled.len()), (2, 2));
    assert_eq!(repeat_rate(&digests[0], &digests[1]), 0.0, "{}", digests[1]);
    assert!(
        polled.iter().all(|done| done.failed_polls == 1 && done.polls >= 13),
        "{polled:?}"
    );
    assert_eq!(
        left.articles,
        i64::try_from(truth().len()).unwrap() + 4,
        "every article, the three notices and the letter were read, none twice"
    );

    let (first, second) = (headlines(&digests[0]), headlines(&digests[1]));
    assert!(first.len() >= 8 && second.len() >= 3, "{first:#?} {second:#?}");
    let repeated = second
        .iter()
        .filter(|title| first.iter().any(|known| unlabelled(known) == unlabelled(title)));
    let repeated: Vec<&String> = repeated.collect();
    assert!(
        repeated.iter().all(|title| title.starts_with("DEVELOPING")),
        "told twice as new: {repeated:?}"
    );
    assert!(
        digests[1].contains("* DEVELOPING, CORRECTED · 3,900") || digests[1].contains("Corrected ("),
        "the corrected headline is news: {}",
        digests[1]
    );
    assert!(digests[1].contains("1 failing"), "{}", digests[1]);
    // The letter names the notice's number: one item, with the notice's dates.
    let told = one_line(&digests[1]);
    for part in [
        "Plain Sight",
        "Calder State Register",
        "comments close in 12 days, Fri 26 June",
    ] {
        assert!(told.contains(part), "{part} is not told: {}", digests[1]);
    }
    for other in ["Storm", "museum", "honey", "cup final"] {
        assert!(!digests[0].contains(other), "{other} is nobody's topic");
    }

    // What the documents show of it is what it says.
    let port = regex::Regex::new(r"localhost:\d+").unwrap();
    let said = port.replace_all(&digests[1], "localhost:4000");
    for page in [include_str!("../../README.md"), include_str!("../../docs/digest.md")] {
        let shown = page
            .split("```\n")
            .find(|block| block.contains("\nTidings · daily"))
            .unwrap();
        assert!(
            said.contains(shown.trim_end()),
            "{shown}\n\nis not how this begins:\n{said}"
        );
    }

    let documents: Vec<_> = std::fs::read_dir(&left.documents).unwrap().collect();
    assert!(documents.len() >= 40, "{}", documents.len());
    for file in [&left.config, &left.database] {
        assert!(file.exists(), "{}", file.display());
    }
    let store = Store::open_to_read(left.database.parent().unwrap()).unwrap();
    assert_copies_are_folded(&store, &digests);
    // Alone no page tells that an appeal is none of its text; the second day's pages and looks know it.
    let [(first, of_first), second] = appeals[..] else {
        panic!("{appeals:?}")
    };
    assert!(first >= 5 && of_first >= first, "{appeals:?}");
    assert_eq!(second, (0, 8), "an appeal goes once it stood in five articles");
    for file in documents {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("Nobody owns this newspaper"), "{}", path.display());
    }
    let measured = f1(&store);
    assert!(measured >= F1_MIN, "stories follow events with F1 {measured:.3}");
}

/// Checks that what outlets took over from the agency is one item each, told with who has it too.
fn assert_copies_are_folded(store: &Store, digests: &[String]) {
    let stories = support::stories(store);
    let members = || {
        stories
            .iter()
            .flat_map(|story| story.members.iter().map(move |member| (story, member)))
    };
    // One path may end with another: what is behind the port is the whole of it.
    let is_at = |url: &str, path: &str| url.splitn(4, '/').nth(3).is_some_and(|own| format!("/{own}") == path);
    let stored = |path: &str| members().find(|(_, m)| is_at(&m.article.web_url, path)).unwrap();
    let truth = truth();
    let mut texts: HashMap<&str, Vec<_>> = HashMap::new();
    for taken_over in truth.iter().filter(|article| article.facial) {
        if let Some(of) = &taken_over.copy_of {
            texts.entry(of).or_default().push(taken_over);
        }
    }
    assert_eq!(texts.len(), 2);
    for (of, taken_over) in texts {
        let is_of =
            |article: &&Truth| of.split('/').next() == Some(&article.outlet) && article.event == taken_over[0].event;
        let original = truth
            .iter()
            .find(|article| article.copy_of.is_none() && is_of(article))
            .unwrap();
        assert_eq!(taken_over.len(), 3, "{of}");
        // Which of the four came first decides what the others are copies of.
        let all = taken_over.iter().copied().chain([original]);
        let found: Vec<_> = all.map(|article| stored(&article.url_path)).collect();
        let firsts: HashSet<_> = found.iter().map(|(_, m)| m.copy_of.unwrap_or(m.article.id)).collect();
        let copies = found.iter().filter(|(_, m)| m.copy_of.is_some()).count();
        // An editor's other name or number makes one of them a text of its own, in the same story.
        assert!(copies >= 2 && firsts.len() + copies == 4, "{of}: {firsts:?}");
        // One item, in which the others are named or counted.
        let outlets: Vec<&str> = found.iter().map(|(_, m)| m.article.provider_name.as_str()).collect();
        // The story may be told by the headline of an article in other words than these four.
        let of_story = || found.iter().flat_map(|(story, _)| &story.members);
        let is_told = |item: &&str| of_story().any(|m| unlabelled(item).starts_with(&one_line(&m.article.title)));
        let texts: Vec<String> = digests.iter().map(|digest| one_line(digest)).collect();
        let items: Vec<&str> = texts.iter().flat_map(|text| text.split("* ")).filter(is_told).collect();
        let [item] = items.as_slice() else {
            panic!("{of} is told {} times", items.len())
        };
        let named = outlets.iter().filter(|outlet| item.contains(**outlet)).count();
        let is_counted = item.contains(" copies") || named == 4;
        assert!(is_counted, "{of} is in {outlets:?}: {item}");
    }
}

/// Returns how many stored articles hold the appeal that their outlet makes on every page, and how many it has in all.
fn appealing(store: &Store) -> (usize, usize) {
    let outlets = shipped();
    let outlet = outlets.iter().find(|outlet| outlet.appeal.is_some()).unwrap();
    let appeal = outlet.appeal.as_deref().unwrap();
    let stories = support::stories(store);
    let members = stories.iter().flat_map(|story| &story.members);
    let own: Vec<_> = members.filter(|m| m.article.provider_name == outlet.name).collect();
    let text = |id| store.article(id).unwrap().unwrap().body_text;
    let holding = own.iter().filter(|m| text(m.article.id).contains(appeal));
    (holding.count(), own.len())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns a headline without the label before it.
fn unlabelled(headline: &str) -> &str {
    headline.split_once(" · ").map_or(headline, |(_, title)| title)
}

/// Returns how much of the second digest was in the first: addresses that a reader would see again.
fn repeat_rate(first: &str, second: &str) -> f64 {
    // An article whose headline was corrected stands at the address the reader knows.
    let is_corrected = |item: &&str| item.starts_with("DEVELOPING, CORRECTED");
    let news = |text: &str| -> Vec<String> {
        let items = text.split("\n* ").filter(|item| !is_corrected(item));
        let words = items.flat_map(str::split_whitespace);
        words
            .filter(|word| word.starts_with("http://"))
            .map(str::to_owned)
            .collect()
    };
    let (before, after) = (news(first), news(second));
    assert!(before.len() >= 8 && after.len() >= 4, "{before:?} {after:?}");
    after.iter().filter(|address| before.contains(address)).count() as f64 / after.len() as f64
}

/// Returns the BCubed F1 of the stored stories against the truth.
fn f1(store: &Store) -> f64 {
    let events: HashMap<String, String> = truth().into_iter().map(|t| (t.headline, t.event)).collect();
    let mut pairs: Vec<(i64, &str)> = Vec::new();
    for story in support::stories(store) {
        for member in &story.members {
            if let Some(event) = events.get(&member.article.title) {
                pairs.push((story.id.0, event));
            }
        }
    }
    assert!(pairs.len() > 40, "{}", pairs.len());
    let (mut precision, mut recall) = (0.0, 0.0);
    for (story, event) in &pairs {
        let same_story = pairs.iter().filter(|(s, _)| s == story).count() as f64;
        let same_event = pairs.iter().filter(|(_, e)| e == event).count() as f64;
        let both = pairs.iter().filter(|(s, e)| s == story && e == event).count() as f64;
        precision += both / same_story;
        recall += both / same_event;
    }
    let (precision, recall) = (precision / pairs.len() as f64, recall / pairs.len() as f64);
    2.0 * precision * recall / (precision + recall)
}

#[tokio::test]
async fn a_folder_in_use_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mine.txt"), "mine").unwrap();
    let error = demo::run(folder.path(), |_| {}).await.unwrap_err().to_string();
    assert!(error.contains("--dir"), "{error}");
    let names: HashSet<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 1);
}
