//! A digest as one event in the log, for machines whose reader reads the journal.

/// Writes one event: the subject, and below it the digest as a person would read it.
pub fn write(subject: &str, text: &str) {
    tracing::info!(target: "tidings::digest", "digest: {subject}\n\n{text}");
}
