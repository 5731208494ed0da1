//! Dates of the documents that a digest is about, and up to when one is near.

use chrono::TimeDelta;

use super::input::OutletNames;
use crate::config::DigestSettings;
use crate::digest::DeadlineInput;
use crate::domain::Timestamp;
use crate::jobs::runtime::JobError;
use crate::store::Store;
use crate::store::digests::DigestDates;

/// Returns the dates of the documents that match a digest's topics.
///
/// # Errors
/// The store cannot be read.
pub fn deadlines(
    store: &Store,
    now: Timestamp,
    settings: &DigestSettings,
    outlets: &OutletNames,
) -> Result<Vec<DeadlineInput>, JobError> {
    // It is yesterday still in some zone.
    let from = now.date_naive() - TimeDelta::days(1);
    let mut found = store.digest_dates(&settings.name, from)?;
    found.retain(|document| document.topics.iter().any(|topic| settings.topics.contains(topic)));
    Ok(found
        .into_iter()
        .flat_map(|document| of_document(document, outlets))
        .collect())
}

fn of_document(document: DigestDates, outlets: &OutletNames) -> Vec<DeadlineInput> {
    let (article, provider) = (&document.article, outlets.of(&document.article));
    let of_date = |(deadline, told)| DeadlineInput {
        article: article.id,
        story: document.story,
        title: article.title.clone(),
        web_url: article.web_url.clone(),
        provider: provider.to_owned(),
        published_at: article.published_at,
        language: article.language.clone(),
        deadline,
        told,
        was_told: document.was_told,
    };
    document.deadlines.into_iter().map(of_date).collect()
}

/// Returns up to when a date is near enough to be told once again: so long before as the reader wants, and what comes before the
/// next digest can tell it.
pub fn remind_until(now: Timestamp, settings: &DigestSettings) -> Option<Timestamp> {
    let remind = now + settings.remind?;
    Some(
        settings
            .schedule
            .next_after(now)
            .map_or(remind, |next| next.max(remind)),
    )
}
