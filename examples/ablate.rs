//! What each rule of the reader is worth: `just ablate`, or `cargo run --profile quick --example ablate -- [DATA [RULES…]]`.
//!
//! DATA holds corpora, each a folder with `pages/ID.html.gz` and `truth.json` (the default is `../shared/data/extraction`).
//! Every page is read once with all rules and once without each; where RULES are given (`HeadDates,HeadPhrases`), once
//! without each of these lists. The measure is that of sequences of four words: precision and recall are means over the
//! pages, F1 their harmonic mean; where a truth holds only texts that belong to the article and texts that do not, the F1 of
//! those. A site is in one of five folds in every corpus.
//!
//! A line per rule: on how many pages it acts, what its absence changes of F1 on all pages (a negative number is what the
//! rule gains), the same on each fold, and on each corpus.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should say where")]

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest, Sha256};
use tidings::extract::{self, ReadingRule, RuleSet};
use url::Url;

const FOLDS: usize = 5;
/// Words of one sequence.
const SEQUENCE: usize = 4;

/// A page and what a reader would take from it.
struct Sample {
    corpus: String,
    fold: usize,
    file: PathBuf,
    url: Url,
    truth: Truth,
}

/// What is known of a page's article.
enum Truth {
    Text(String),
    /// Texts that belong to it, and texts that do not.
    Snippets(Vec<String>, Vec<String>),
}

/// Precision and recall of one page; for snippets, what was found, missed and wrongly kept.
#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Text(Option<f64>, Option<f64>),
    Snippets([usize; 3]),
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let data = arguments
        .next()
        .unwrap_or_else(|| "../shared/data/extraction".to_owned());
    let given: Vec<String> = arguments.collect();
    let each = || ReadingRule::ALL.iter().map(|rule| format!("{rule:?}")).collect();
    let lists: Vec<String> = if given.is_empty() { each() } else { given };
    let absent = |list: &String| {
        let is_named = |rule: &&ReadingRule| list.split(',').any(|name| name == format!("{rule:?}"));
        let named: Vec<ReadingRule> = ReadingRule::ALL.iter().filter(is_named).copied().collect();
        assert_eq!(named.len(), list.split(',').count(), "{list} names what is no rule");
        RuleSet::ALL.without(RuleSet::of(&named))
    };
    let sets: Vec<RuleSet> = std::iter::once(RuleSet::ALL).chain(lists.iter().map(absent)).collect();
    let samples = samples(Path::new(&data));
    let marks = measured(&samples, &sets);
    let corpora: BTreeMap<&str, ()> = samples.iter().map(|sample| (&*sample.corpus, ())).collect();
    let corpora: Vec<&str> = corpora.into_keys().collect();
    let rows = std::iter::once("all rules".to_owned()).chain(lists);
    println!(
        "{:18} {:>5} {:>7}  {:>34}  {}",
        "rule",
        "acts",
        "all",
        "folds 0 to 4",
        corpora.join(" ")
    );
    for (row, name) in rows.enumerate() {
        let score = |of: &dyn Fn(&Sample) -> bool| {
            let own = |row: usize| {
                let own = samples.iter().zip(&marks).filter(|(sample, _)| of(sample));
                f1(&own.map(|(_, marks)| marks[row]).collect::<Vec<_>>())
            };
            if row == 0 { own(0) } else { own(row) - own(0) }
        };
        let acts = marks.iter().filter(|marks| marks[row] != marks[0]).count();
        let is_text = |sample: &Sample| matches!(sample.truth, Truth::Text(_));
        let folds = (0..FOLDS).map(|fold| format!("{:+.4}", score(&|s| s.fold == fold && is_text(s))));
        let each = corpora
            .iter()
            .map(|corpus| format!("{:+.4}", score(&|s| s.corpus == *corpus)));
        let (folds, each): (Vec<_>, Vec<_>) = (folds.collect(), each.collect());
        println!(
            "{name:18} {acts:5} {:+.4}  {}  {}",
            score(&is_text),
            folds.join(" "),
            each.join(" ")
        );
    }
}

fn samples(data: &Path) -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut folders: Vec<PathBuf> = fs::read_dir(data).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders.iter().filter(|folder| folder.join("truth.json").exists()) {
        // What Python writes for no value is no JSON.
        let truths = fs::read_to_string(folder.join("truth.json"))
            .unwrap()
            .replace(": NaN", ": null");
        let truths: BTreeMap<String, Value> = serde_json::from_str(&truths).unwrap();
        for (id, truth) in truths {
            let texts = |name: &str| {
                let listed = truth[name].as_array().map(Vec::as_slice).unwrap_or_default();
                listed
                    .iter()
                    .filter_map(|text| Some(folded(text.as_str()?)))
                    .collect::<Vec<_>>()
            };
            let known = match truth["articleBody"].as_str() {
                Some(text) => Truth::Text(text.to_owned()),
                None if truth["with"].is_array() => Truth::Snippets(texts("with"), texts("without")),
                None => continue,
            };
            let address = truth["url"].as_str().unwrap_or_default();
            samples.push(Sample {
                corpus: folder.file_name().unwrap().to_string_lossy().into_owned(),
                fold: fold(address, &id),
                file: folder.join("pages").join(format!("{id}.html.gz")),
                url: Url::parse(address).unwrap_or_else(|_| Url::parse("https://address.invalid/page").unwrap()),
                truth: known,
            });
        }
    }
    samples
}

/// Returns the fold of a page: by its site, or by its id where the address says nothing.
fn fold(address: &str, id: &str) -> usize {
    const SECOND_LEVELS: &[&str] = &["co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "go"];
    let url = Url::parse(address).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default().to_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    let is_short =
        labels.len() >= 3 && labels[labels.len() - 1].len() == 2 && SECOND_LEVELS.contains(&labels[labels.len() - 2]);
    let site = labels[labels.len().saturating_sub(if is_short { 3 } else { 2 })..].join(".");
    let key = if matches!(&*site, "" | "fakehost") { id } else { &site };
    let hash = Sha256::digest(format!("fold:{key}"));
    (u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) % FOLDS as u32) as usize
}

/// Returns what each page's text is worth under each set of rules.
fn measured(samples: &[Sample], sets: &[RuleSet]) -> Vec<Vec<Mark>> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let found = std::sync::Mutex::new(vec![Vec::new(); samples.len()]);
    let work = || {
        loop {
            let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(sample) = samples.get(at) else { break };
            let marks = marks(sample, sets);
            found.lock().unwrap()[at] = marks;
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    found.into_inner().unwrap()
}

fn marks(sample: &Sample, sets: &[RuleSet]) -> Vec<Mark> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(File::open(&sample.file).unwrap())
        .read_to_end(&mut bytes)
        .unwrap();
    let texts = extract::texts_under(&extract::decode(&bytes, None), &sample.url, sets);
    let mut known: HashMap<&str, Mark> = HashMap::new();
    let mut marks = Vec::new();
    for text in &texts {
        marks.push(*known.entry(text).or_insert_with(|| match &sample.truth {
            Truth::Text(truth) => text_mark(truth, text),
            Truth::Snippets(with, without) => {
                let text = folded(text);
                let held = |texts: &[String]| texts.iter().filter(|own| text.contains(own.as_str())).count();
                Mark::Snippets([held(with), with.len() - held(with), held(without)])
            }
        }));
    }
    marks
}

fn text_mark(truth: &str, text: &str) -> Mark {
    let (truth, text) = (sequences(truth), sequences(text));
    let shared: usize = truth
        .iter()
        .map(|(own, n)| (*n).min(text.get(own).copied().unwrap_or(0)))
        .sum();
    let (all, found): (usize, usize) = (truth.values().sum(), text.values().sum());
    let share = |of: usize| (of > 0).then(|| shared as f64 / of as f64);
    Mark::Text(share(found), share(all))
}

fn sequences(text: &str) -> HashMap<Vec<&str>, usize> {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    let mut found = HashMap::new();
    let at_least = words.len().clamp(1, SEQUENCE);
    for sequence in words.windows(at_least) {
        *found.entry(sequence.to_vec()).or_insert(0) += 1;
    }
    found
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn f1(marks: &[Mark]) -> f64 {
    let (mut precisions, mut recalls, mut snippets) = (Vec::new(), Vec::new(), [0; 3]);
    for mark in marks {
        match mark {
            Mark::Text(precision, recall) => {
                precisions.extend(precision);
                recalls.extend(recall);
            }
            Mark::Snippets(counts) => snippets.iter_mut().zip(counts).for_each(|(sum, own)| *sum += own),
        }
    }
    let [found, missed, kept] = snippets.map(|count| count as f64);
    let (p, r) = if precisions.is_empty() {
        (found / (found + kept).max(1.0), found / (found + missed).max(1.0))
    } else {
        let mean = |shares: &[f64]| shares.iter().sum::<f64>() / shares.len().max(1) as f64;
        (mean(&precisions), mean(&recalls))
    };
    2.0 * p * r / (p + r).max(1e-9)
}
