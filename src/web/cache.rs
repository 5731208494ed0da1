//! Answers that were made once, for as long as nothing was written.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::answer::Answer;
use crate::config::Config;
use crate::domain::Timestamp;

/// Answers that are kept.
const ANSWERS_MAX: usize = 256;
/// Bytes of all answers that are kept.
const BYTES_MAX: usize = 16 * 1024 * 1024;
/// An answer that shows the moment too is kept this long, in seconds.
const MOMENT_SECONDS: i64 = 60;

/// An answer with its tag.
#[derive(Debug)]
pub struct TaggedAnswer {
    pub answer: Answer,
    pub tag: String,
}

struct KeptAnswer {
    answer: Arc<TaggedAnswer>,
    version: i64,
    made_at: Timestamp,
}

/// Answers by the address they belong to.
#[derive(Default)]
pub struct AnswerCache {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// The configuration they were made from.
    config: Option<Arc<Config>>,
    answers: HashMap<String, KeptAnswer>,
    bytes: usize,
}

impl AnswerCache {
    /// Returns the answer made for an address from this configuration and this version of the store.
    pub fn get(&self, address: &str, config: &Arc<Config>, version: i64, now: Timestamp) -> Option<Arc<TaggedAnswer>> {
        let mut kept = self.kept.lock().expect("nobody panics who holds it");
        if kept.config.as_ref().is_none_or(|own| !Arc::ptr_eq(own, config)) {
            *kept = Kept {
                config: Some(Arc::clone(config)),
                ..Kept::default()
            };
        }
        let found = kept.answers.get(address).filter(|kept| kept.version == version)?;
        let is_now = (now - found.made_at).num_seconds().unsigned_abs() < MOMENT_SECONDS.unsigned_abs();
        (!found.answer.answer.is_of_the_moment || is_now).then(|| Arc::clone(&found.answer))
    }

    /// Keeps an answer; what was kept of other versions goes when there is no room.
    pub fn put(&self, address: String, config: &Arc<Config>, version: i64, now: Timestamp, answer: Arc<TaggedAnswer>) {
        let bytes = answer.answer.body.len() + address.len();
        if bytes > BYTES_MAX / 4 {
            return;
        }
        let mut kept = self.kept.lock().expect("nobody panics who holds it");
        if kept.config.as_ref().is_none_or(|own| !Arc::ptr_eq(own, config)) {
            return;
        }
        if kept.answers.len() >= ANSWERS_MAX || kept.bytes + bytes > BYTES_MAX {
            kept.answers.clear();
            kept.bytes = 0;
        }
        let own = KeptAnswer {
            answer,
            version,
            made_at: now,
        };
        kept.bytes += bytes;
        let length = address.len();
        if let Some(before) = kept.answers.insert(address, own) {
            kept.bytes -= before.answer.answer.body.len() + length;
        }
    }
}
