//! Entries: what a poll brought becomes new articles, links to known ones, and changes.

use rusqlite::{Connection, params};

use super::articles::{Revision, article, insert_revision};
use super::{StoreError, documents, seconds};
use crate::decide::draft::Draft;
use crate::decide::{ChangedEntry, NewArticle};
use crate::domain::article::BodyState;
use crate::domain::feed::EntryKey;
use crate::domain::{ArticleId, SourceId, Timestamp};

/// Stores a new article and its entry; returns whether the article was new (another source may have brought it).
pub(super) fn insert_new(
    c: &Connection,
    now: Timestamp,
    source: SourceId,
    new: &NewArticle,
) -> Result<bool, StoreError> {
    let Draft {
        title,
        excerpt,
        byline,
        original_url,
        web_url,
        published_at,
        is_dated,
        language,
        provider_name,
        provider_domain,
        image,
        is_video,
        feed_markdown,
        feed_text,
        ..
    } = &new.draft;
    let state = if new.is_pending {
        BodyState::Pending
    } else {
        BodyState::FromFeed
    };
    let work_at = new.is_pending.then(|| seconds(now));
    let inserted = c
        .prepare_cached(
            "INSERT INTO article (source, url_key, title, excerpt, byline, original_url, web_url, published_at,
                 seen_at, language, provider_name, provider_domain, image_url, image_width, image_height, is_video,
                 is_news, is_dated, body_state, wants_page, work_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)
             ON CONFLICT (url_key) DO NOTHING",
        )?
        .execute(params![
            source.0,
            new.identity.url_key,
            title,
            excerpt,
            byline,
            original_url,
            web_url,
            seconds(*published_at),
            seconds(now),
            language,
            provider_name,
            provider_domain,
            image.as_ref().map(|i| &i.url),
            image.as_ref().and_then(|i| i.width),
            image.as_ref().and_then(|i| i.height),
            is_video,
            new.is_news,
            is_dated,
            state.as_str(),
            new.wants_page,
            work_at,
        ])?;
    if inserted == 0 {
        let article: i64 = c
            .prepare_cached("SELECT id FROM article WHERE url_key = ?1")?
            .query_row([&new.identity.url_key], |row| row.get(0))?;
        link_entry(
            c,
            source,
            &new.identity.key,
            new.identity.fingerprint,
            ArticleId(article),
        )?;
        return Ok(false);
    }
    let id = ArticleId(c.last_insert_rowid());
    c.prepare_cached("INSERT INTO body (article, feed_text, feed_markdown) VALUES (?1, ?2, ?3)")?
        .execute(params![
            id.0,
            feed_text,
            (feed_markdown != feed_text).then_some(feed_markdown)
        ])?;
    link_entry(c, source, &new.identity.key, new.identity.fingerprint, id)?;
    if !new.is_pending {
        // The full-text index is written once per article; one with work left is indexed when that is done.
        c.prepare_cached("INSERT INTO article_text (rowid, title, excerpt, body) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![
                id.0,
                title,
                if feed_text.starts_with(excerpt.trim_end_matches('…')) {
                    ""
                } else {
                    excerpt
                },
                feed_text
            ])?;
    }
    Ok(true)
}

/// Records that an entry speaks of an article we have.
pub(super) fn link_entry(
    c: &Connection,
    source: SourceId,
    key: &EntryKey,
    fingerprint: i64,
    article: ArticleId,
) -> Result<(), StoreError> {
    c.prepare_cached(
        "INSERT INTO entry (source, key, fingerprint, article) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (source, key) DO UPDATE SET fingerprint = excluded.fingerprint, article = excluded.article",
    )?
    .execute(params![source.0, key.0, fingerprint, article.0])?;
    Ok(())
}

/// Takes over what a changed entry says. The old text becomes a revision when more than trifles changed; an article
/// that had work done on it gets that work again.
pub(super) fn apply_change(
    c: &Connection,
    now: Timestamp,
    source: SourceId,
    change: &ChangedEntry,
) -> Result<(), StoreError> {
    link_entry(
        c,
        source,
        &change.identity.key,
        change.identity.fingerprint,
        change.article,
    )?;
    let Some(old) = article(c, change.article)? else {
        return Ok(());
    };
    let old_feed: String = c
        .prepare_cached("SELECT feed_text FROM body WHERE article = ?1")?
        .query_row([change.article.0], |row| row.get(0))?;
    let draft = &change.draft;
    let same_title = crate::text::is_same_text(&old.title, &draft.title);
    if same_title && crate::text::is_same_text(&old_feed, &draft.feed_text) {
        return Ok(());
    }
    if !same_title {
        let revision = Revision {
            replaced_at: now,
            title: old.title.clone(),
            excerpt: old.excerpt.clone(),
            text: old.body_text.clone(),
        };
        insert_revision(c, change.article, &revision)?;
    }
    c.prepare_cached("UPDATE body SET feed_text = ?2, feed_markdown = ?3 WHERE article = ?1")?
        .execute(params![
            change.article.0,
            draft.feed_text,
            (draft.feed_markdown != draft.feed_text).then_some(&draft.feed_markdown)
        ])?;
    // Matching and, where the page was fetched, extraction come again and compare with the text as it is now.
    c.prepare_cached("UPDATE article SET title = ?2, work_at = ?3, attempts = 0, version = version + 1 WHERE id = ?1")?
        .execute(params![change.article.0, draft.title, seconds(now)])?;
    documents::mark_article(c, change.article)
}
