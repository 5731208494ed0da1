//! No two texts panic their comparison; a text does not differ from itself, and what is told of two is what stands in them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::text::sentence_diff::{SentenceStatus, sentence_diff, sentences_of};

fuzz_target!(|texts: (&str, &str)| {
    let (before, after) = (sentences_of(texts.0), sentences_of(texts.1));
    assert!(sentence_diff(&before, &before).is_empty(), "{:?}", texts.0);
    let changes = sentence_diff(&before, &after);
    let count = |status| changes.iter().filter(|change| change.status == status).count();
    assert!(count(SentenceStatus::Removed) <= before.len(), "{texts:?}");
    assert!(count(SentenceStatus::Added) <= after.len(), "{texts:?}");
    for change in &changes {
        assert!(!change.words.is_empty(), "{texts:?}");
        let _ = change.marked();
    }
});
