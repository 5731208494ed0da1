//! A prepared article as bytes, so that live stories come back after a start without a look at any text.
//!
//! The bytes begin with a mark of how they were made: this format. They name the topic whose words were weighed by a mark of
//! its own, so that other topics may come and go. Bytes with another mark, of a topic that is followed no more or looks for
//! other words now, or damaged ones, are no bytes: the article is read again instead.

use super::PreparedArticle;
use super::near_duplicates::Fingerprint;
use super::vectorize::TermVector;
use super::word_sequence::{WordMark, WordSequence};
use crate::domain::topic::Topic;
use crate::domain::{ArticleId, Timestamp};
use crate::text::{self, Signature};

/// Counts the ways in which articles were ever prepared; to be raised with every change of `words`, `names`, `vectorize`,
/// `word_sequence` or `near_duplicates`, and of the words in `lexicon/` that these read.
const FORMAT: u64 = 5;
/// A weight that is believed; it is a logarithm of a sum over a headline and a text.
const WEIGHT_MAX: f32 = 16.0;
/// Terms of one vector that are believed.
const TERMS_MAX: usize = 1024;

/// The marks of the followed topics: of the stream first, then in their order.
#[derive(Debug, Clone)]
pub(super) struct TopicMarks(Vec<u64>);

impl TopicMarks {
    /// Returns the marks of what is prepared for these topics.
    pub fn new(topics: &[Topic]) -> Self {
        let topics = topics.iter().map(|topic| text::word_hash(&topic.key()));
        Self(std::iter::once(0).chain(topics).collect())
    }

    fn of(&self, topic: u32) -> u64 {
        self.0.get(topic as usize).copied().unwrap_or(0)
    }

    fn topic(&self, mark: u64) -> Option<u32> {
        let position = self.0.iter().position(|own| *own == mark)?;
        u32::try_from(position).ok()
    }
}

/// Returns a prepared article as bytes.
pub(super) fn to_bytes(item: &PreparedArticle, marks: &TopicMarks) -> Vec<u8> {
    let Fingerprint {
        title,
        title_words,
        text,
        wording,
    } = &item.fingerprint;
    let kept = wording.title.len() + wording.text.len();
    let mut bytes = Vec::with_capacity(164 + 2 * kept + 8 * item.vector.terms.len());
    bytes.extend(FORMAT.to_le_bytes());
    bytes.extend(title.to_le_bytes());
    bytes.extend(title_words.to_le_bytes());
    bytes.extend(marks.of(item.vector.topic).to_le_bytes());
    bytes.push(u8::from(text.is_some()));
    for bin in text.iter().flat_map(Signature::bins) {
        bytes.extend(bin.to_le_bytes());
    }
    for words in [&wording.title, &wording.text] {
        bytes.extend((words.len() as u16).to_le_bytes());
        words.iter().for_each(|word| bytes.extend(word.bits().to_le_bytes()));
    }
    for (term, weight) in &item.vector.terms {
        bytes.extend(term.to_le_bytes());
        bytes.extend(weight.to_le_bytes());
    }
    bytes
}

/// Returns the article that bytes stand for, in the topics that the marks are of.
pub(super) fn from_bytes(
    id: ArticleId,
    published_at: Timestamp,
    bytes: &[u8],
    marks: &TopicMarks,
) -> Option<PreparedArticle> {
    let mut rest = bytes;
    if u64::from_le_bytes(take(&mut rest)?) != FORMAT {
        return None;
    }
    let title = u64::from_le_bytes(take(&mut rest)?);
    let title_words = u32::from_le_bytes(take(&mut rest)?);
    let topic = marks.topic(u64::from_le_bytes(take(&mut rest)?))?;
    let [has_text] = take(&mut rest)?;
    let text = match has_text {
        0 => None,
        _ => Some(Signature::from_bins(|| take(&mut rest).map(u16::from_le_bytes))?),
    };
    let (title_marks, text_marks) = (take_words(&mut rest)?, take_words(&mut rest)?);
    let wording = WordSequence::new(title_marks.into_iter(), text_marks.into_iter());
    let mut terms = Vec::with_capacity(rest.len() / 8);
    while !rest.is_empty() && terms.len() < TERMS_MAX {
        let term = u32::from_le_bytes(take(&mut rest)?);
        terms.push((term, f32::from_le_bytes(take(&mut rest)?)));
    }
    let is_sorted =
        terms.is_sorted_by(|a, b| a.0 < b.0) && terms.iter().all(|(_, weight)| (0.0..=WEIGHT_MAX).contains(weight));
    is_sorted.then_some(PreparedArticle {
        id,
        published_at,
        vector: TermVector { terms, topic },
        fingerprint: Fingerprint {
            title,
            title_words,
            text,
            wording,
        },
    })
}

fn take_words(rest: &mut &[u8]) -> Option<Vec<WordMark>> {
    let count = u16::from_le_bytes(take(rest)?);
    let mark = |_| take(rest).map(|bits| WordMark::from_bits(u16::from_le_bytes(bits)));
    (0..count).map(mark).collect()
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clustering::{ClusterItem, StoryIndex};
    use crate::domain::topic::Rule;

    fn topic(name: &str, rule: &str) -> Topic {
        Topic {
            name: name.to_owned(),
            parent: None,
            rule: Rule::Query(rule.to_owned()),
            stem: false,
        }
    }

    fn prepared(body: &str, index: &mut StoryIndex) -> PreparedArticle {
        index.prepare(&ClusterItem {
            id: ArticleId(7),
            title: "Council of Ostmere bans face scans",
            excerpt: "A vote at night.",
            body,
            published_at: "2026-06-13T12:00:00Z".parse().unwrap(),
            topic: Some("Scans"),
        })
    }

    #[test]
    fn bytes_bring_back_what_they_were_made_from_and_nothing_else() {
        let topics = [topic("Scans", "\"face scans\""), topic("Other", "other")];
        let mut index = StoryIndex::new(&topics);
        for body in ["", &"Nine members voted for it and four against it. ".repeat(9)] {
            let item = prepared(body, &mut index);
            let own = TopicMarks::new(&topics);
            let bytes = to_bytes(&item, &own);
            assert_eq!(from_bytes(item.id, item.published_at, &bytes, &own), Some(item.clone()));
            // Topics came, and changed their order: its own is found again.
            let more = TopicMarks::new(&[topic("New", "new"), topics[1].clone(), topics[0].clone()]);
            let found = from_bytes(item.id, item.published_at, &bytes, &more).unwrap();
            assert_eq!((found.vector.topic, &found.vector.terms), (3, &item.vector.terms));
            // Its own looks for other words, or is gone.
            for others in [
                vec![topic("Scans", "scans"), topics[1].clone()],
                vec![topics[1].clone()],
            ] {
                assert_eq!(
                    from_bytes(item.id, item.published_at, &bytes, &TopicMarks::new(&others)),
                    None
                );
            }
            for end in 0..bytes.len() {
                // Cut between two terms it is shorter, cut elsewhere it is nothing; it never is a panic.
                let cut = from_bytes(item.id, item.published_at, &bytes[..end], &own);
                assert_ne!(cut, Some(item.clone()), "{end}");
            }
        }
    }
}
