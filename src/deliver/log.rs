//! A digest as one event in the log, for machines whose reader reads the journal.

/// Writes one event with the subject and the plain text as fields.
pub fn write(subject: &str, text: &str) {
    tracing::info!(target: "tidings::digest", subject, text, "digest: {subject}");
}
