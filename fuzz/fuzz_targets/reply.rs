//! No bytes panic the reader of mail servers' answers, and its bounds hold.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::deliver::reply::{LINES_MAX, REPLY_BYTES_MAX, read, read_ended};

fuzz_target!(|bytes: &[u8]| {
    let whole = read(bytes).ok().flatten();
    if let Some((reply, length)) = &whole {
        assert!(*length <= bytes.len() && reply.lines.len() <= LINES_MAX);
        assert!(reply.lines.iter().map(Vec::len).sum::<usize>() <= REPLY_BYTES_MAX);
        // Read from its own bytes alone it is the same.
        assert_eq!(read(&bytes[..*length]).as_ref(), Ok(&whole));
    }
    for reply in whole.map(|(reply, _)| reply).into_iter().chain(read_ended(bytes)) {
        assert!((200..600).contains(&reply.code));
        reply.text();
        reply.extension("AUTH");
    }
});
