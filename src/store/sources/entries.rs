//! Entries: what a poll brought becomes new articles, links to known ones, and changes.

use crate::decide::draft::ArticleDraft;
use crate::decide::revision::{self, Revision};
use crate::decide::{ChangedEntry, EntryIdentity, EntryMark, NewArticle, PreviousEntry};
use crate::domain::article::BodyState;
use crate::domain::feed::EntryKey;
use crate::domain::{ArticleId, SourceId, Timestamp};
use crate::store::engine::DatabaseResult;
use crate::store::engine::client::{Connection, Row, params};
use crate::store::engine::fulltext::{FullTextRow, PendingRows};
use crate::store::engine::statement::{execute, select_all, select_one, select_optional};
use crate::store::engine::{StoreError, columns, moment_or_none, seconds};
use crate::store::rows::article::{self, page_host};
use crate::store::rows::document_marks;
use crate::store::rows::revisions::insert_revision;

/// Keys of one source that one article is known by; with more, the source gives it a new one at every poll.
const KEYS_MAX: usize = 8;
/// Older articles under one headline that a new entry is compared with.
const ALIKE_MAX: usize = 8;

/// Stores a new article and its entry; returns whether the article was new (another source may have brought it).
pub fn insert_new(
    c: &Connection,
    now: Timestamp,
    source: SourceId,
    new: NewArticle,
    texts: &mut PendingRows,
) -> Result<bool, StoreError> {
    let draft = &new.draft;
    let state = if new.is_pending {
        BodyState::Pending
    } else {
        BodyState::FromFeed
    };
    let work_at = new.is_pending.then(|| seconds(now));
    let image = draft.image.as_ref();
    let added = columns::insert_article(
        c,
        &[
            ("source", &source.0),
            ("url_key", &new.identity.url_key),
            ("title", &draft.title),
            ("excerpt", &draft.excerpt),
            ("byline", &draft.byline),
            ("original_url", &draft.original_url),
            ("web_url", &draft.web_url),
            ("published_at", &seconds(draft.published_at)),
            ("seen_at", &seconds(now)),
            ("language", &draft.language),
            ("provider_name", &draft.provider_name),
            ("provider_domain", &draft.provider_domain),
            ("image_url", &image.map(|i| &i.url)),
            ("image_width", &image.and_then(|i| i.width)),
            ("image_height", &image.and_then(|i| i.height)),
            ("is_video", &draft.is_video),
            ("is_news", &new.is_news),
            ("is_dated", &draft.is_dated),
            ("is_teaser", &new.is_teaser),
            ("body_state", &state.as_str()),
            ("wants_page", &new.wants_page),
            ("work_at", &work_at),
            (
                "page_host",
                &page_host(&draft.web_url, new.wants_page && new.is_pending),
            ),
        ],
    )?;
    let Some(id) = added else {
        let sql = "SELECT id FROM article WHERE url_key = ?1";
        let article = select_one(c, sql, [&new.identity.url_key], |row| row.get(0))?;
        link_entry(c, source, &new.identity, new.mark, article)?;
        return Ok(false);
    };
    let sql = "INSERT INTO body (article, feed_text, feed_markdown) VALUES (?1, ?2, ?3)";
    let markdown = (draft.feed_markdown != draft.feed_text).then_some(&draft.feed_markdown);
    execute(c, sql, params![id.0, draft.feed_text, markdown])?;
    link_entry(c, source, &new.identity, new.mark, id)?;
    if !new.is_pending {
        // The full-text index is written once per article; one with work left is indexed when that is done.
        texts.add(FullTextRow {
            article: id,
            is_indexed: false,
            title: new.draft.title,
            excerpt: new.draft.excerpt,
            body: new.draft.feed_text,
        });
    }
    Ok(true)
}

/// Records which article an entry speaks of.
fn link_entry(
    c: &Connection,
    source: SourceId,
    identity: &EntryIdentity,
    said: EntryMark,
    article: ArticleId,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO entry (source, key, fingerprint, article, title_hash, published_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)
               ON CONFLICT (source, key) DO UPDATE SET fingerprint = excluded.fingerprint, article = excluded.article,
                   title_hash = excluded.title_hash, published_at = excluded.published_at";
    let (id, key, print) = (article.0, &identity.key.0, identity.fingerprint);
    let published_at = said.published_at.map(seconds);
    execute(c, sql, params![source.0, key, print, id, said.title, published_at])?;
    Ok(())
}

/// Records that an entry speaks of an article we have, and what its source says of it now, under whatever key. The older
/// keys of an article whose source gives it a new one at every poll are forgotten.
pub fn link_known_entry(
    c: &Connection,
    source: SourceId,
    identity: &EntryIdentity,
    said: EntryMark,
    article: ArticleId,
) -> Result<(), StoreError> {
    link_entry(c, source, identity, said, article)?;
    let keys = c
        .prepare_cached("UPDATE entry SET title_hash = ?3, published_at = ?4 WHERE article = ?1 AND source = ?2")?
        .execute(params![article.0, source.0, said.title, said.published_at.map(seconds)])?;
    if keys > KEYS_MAX {
        c.prepare_cached("DELETE FROM entry WHERE article = ?1 AND source = ?2 AND key <> ?3")?
            .execute(params![article.0, source.0, identity.key.0])?;
    }
    Ok(())
}

/// Whether another source brought one of these articles since it was decided that they are new.
pub fn any_is_known(c: &Connection, new: &[NewArticle]) -> Result<bool, StoreError> {
    let mut known = c.prepare_cached("SELECT EXISTS (SELECT 1 FROM article WHERE url_key = ?1)")?;
    for one in new {
        if known.query_row([&one.identity.url_key], |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a source has ever brought anything.
pub fn has_any(c: &Connection, source: SourceId) -> Result<bool, StoreError> {
    Ok(
        c.prepare_cached("SELECT EXISTS (SELECT 1 FROM entry WHERE source = ?1)")?
            .query_row([source.0], |row| row.get(0))?,
    )
}

/// Returns what a source last said of an article, if it ever did; under this key, where it has several.
pub fn past(
    c: &Connection,
    source: SourceId,
    key: &EntryKey,
    article: ArticleId,
) -> Result<Option<PreviousEntry>, StoreError> {
    let sql = format!("{PAST} WHERE entry.article = ?1 AND entry.source = ?2 ORDER BY key = ?3 DESC LIMIT 1");
    select_optional(c, &sql, params![article.0, source.0, key.0], past_from)
}

/// Returns what a source said under a headline, latest first. Without statistics SQLite would read all entries of the source.
pub fn alike(c: &Connection, source: SourceId, title: i64) -> Result<Vec<PreviousEntry>, StoreError> {
    let sql = format!(
        "{} WHERE entry.source = ?1 AND entry.title_hash = ?2 ORDER BY entry.article DESC LIMIT {ALIKE_MAX}",
        PAST.replace("FROM entry", "FROM entry INDEXED BY entry_title")
    );
    select_all(c, &sql, [source.0, title], past_from)
}

const PAST: &str = "SELECT article.id, entry.key, original_url, title, entry.title_hash, entry.published_at, feed_text
     FROM entry JOIN article ON article.id = entry.article JOIN body ON body.article = entry.article";

fn past_from(row: &Row<'_>) -> DatabaseResult<PreviousEntry> {
    Ok(PreviousEntry {
        article: row.get(0)?,
        key: EntryKey(row.get(1)?),
        link: row.get(2)?,
        title: row.get(3)?,
        said_title: row.get(4)?,
        said_published_at: moment_or_none(row.get(5)?),
        text: row.get(6)?,
    })
}

/// Takes over what a changed entry says. A headline or a text it replaces becomes a revision; an article that had work done on it
/// gets that work again.
pub fn apply_change(c: &Connection, now: Timestamp, source: SourceId, change: &ChangedEntry) -> Result<(), StoreError> {
    link_known_entry(c, source, &change.identity, change.mark, change.article)?;
    let Some(old) = article::article(c, change.article)? else {
        return Ok(());
    };
    let sql = "SELECT text IS NULL FROM body WHERE article = ?1";
    let shows_feed: bool = select_one(c, sql, [change.article.0], |row| row.get(0))?;
    if revision::is_revised_by(&old, shows_feed, change) {
        insert_revision(c, change.article, &Revision::of(now, &old))?;
    }
    set_feed_text(c, change.article, &change.draft)?;
    // Matching and, where the page was fetched, extraction come again and compare with the text as it is now.
    let sql =
        "UPDATE article SET title = ?2, excerpt = ?3, work_at = ?4, attempts = 0, version = version + 1 WHERE id = ?1";
    let (title, excerpt) = (revision::headline(&old, change), revision::excerpt(&old, change));
    execute(c, sql, params![change.article.0, title, excerpt, seconds(now)])?;
    document_marks::mark_article(c, change.article)
}

/// Makes what an entry says the feed's text of an article.
pub fn set_feed_text(c: &Connection, article: ArticleId, draft: &ArticleDraft) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE body SET feed_text = ?2, feed_markdown = ?3 WHERE article = ?1")?
        .execute(params![
            article.0,
            draft.feed_text,
            (draft.feed_markdown != draft.feed_text).then_some(&draft.feed_markdown)
        ])?;
    Ok(())
}
